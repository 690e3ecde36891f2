"""Where the deeds that a reason tells of are written: spans of documents, from the claims behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ontology.namespaces import ROLE_PROPERTIES
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.evidence import GIVEN, claims_between, places_of_claims
from search_api.catalogue.triples import text_of
from search_api.peers.reasons import Deed
from search_api.resources.base import Source

Done = tuple[str, Deed]
"""An actor (IRI) and its deed."""


def sources_of(catalogue: Catalogue, done: Iterable[Done]) -> Mapping[Done, tuple[Source, ...]]:
    """The first place in each document that tells of a deed; none where no document stands behind it.

    A few questions to the graph for all of them. A part in an event is told where its claims were read, a
    practice where its first passage is.
    """
    wanted = set(done)
    parts = {(actor, deed.iri, role) for actor, deed in wanted for role in deed.roles}
    told = _claims(catalogue, sorted(parts))
    practices = catalogue.practices_by_iri
    found: dict[Done, tuple[Source, ...]] = {}
    for actor, deed in wanted:
        if not deed.roles:
            source = known.source if (known := practices.get(deed.iri)) else None
            found[actor, deed] = (source,) if source else ()
            continue
        first: dict[str, Source] = {}
        for place in (place for role in deed.roles for place in told.get((actor, deed.iri, role), ())):
            earlier = first.get(place.document.id)
            if earlier is None or place.start < earlier.start:
                first[place.document.id] = place
        found[actor, deed] = tuple(first[document] for document in sorted(first))
    return found


def _claims(
    catalogue: Catalogue, parts: Iterable[tuple[str, str, str]]
) -> Mapping[tuple[str, str, str], list[Source]]:
    """The places of the claims that an actor had a role in an event."""
    names = {prop: role for role, prop in ROLE_PROPERTIES.items()}
    wanted = set(parts)
    claims = claims_between(catalogue, sorted({part[:2] for part in wanted}))
    roles = catalogue.triples.rows(
        f"SELECT DISTINCT ?claim ?role WHERE {{ {GIVEN} ?claim rdf:predicate ?role }}", claims=claims
    )
    places = places_of_claims(catalogue, GIVEN, {"claims": claims})
    found: dict[tuple[str, str, str], list[Source]] = defaultdict(list)
    for claim, role in roles:
        part = (*claims[text_of(claim)], names.get(text_of(role), ""))
        if part in wanted:
            found[part] += [source for _, source in places.get(text_of(claim), ()) if source]
    return found
