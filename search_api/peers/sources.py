"""Where the deeds that a reason tells of are written: spans of documents, from the claims behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from ontology.namespaces import ROLE_PROPERTIES
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import integer, text_of
from search_api.peers.reasons import Deed
from search_api.resources.base import Source

Done = tuple[str, Deed]
"""An actor (IRI) and its deed."""


def sources_of(catalogue: Catalogue, done: Iterable[Done]) -> Mapping[Done, tuple[Source, ...]]:
    """The first place in each document that tells of a deed; none where no document stands behind it.

    One question to the graph for all of them. A part in an event is told where its claims were read, a
    practice where its first passage is.
    """
    wanted = set(done)
    parts = {(actor, deed.iri, role) for actor, deed in wanted for role in deed.roles}
    told = _claims(catalogue, sorted(parts))
    practices = {
        iri: practice.source for iri, practice in catalogue.practices_by_iri.items() if practice.source
    }
    found: dict[Done, tuple[Source, ...]] = {}
    for actor, deed in wanted:
        if not deed.roles:
            found[actor, deed] = (practices[deed.iri],) if deed.iri in practices else ()
            continue
        first: dict[str, Source] = {}
        for source in (source for role in deed.roles for source in told[actor, deed.iri, role]):
            known = first.get(source.document.id)
            if known is None or source.start < known.start:
                first[source.document.id] = source
        found[actor, deed] = tuple(first[document] for document in sorted(first))
    return found


def _claims(
    catalogue: Catalogue, parts: Iterable[tuple[str, str, str]]
) -> Mapping[tuple[str, str, str], list[Source]]:
    """The places of the claims that an actor had a role in an event."""
    names = {prop: role for role, prop in ROLE_PROPERTIES.items()}
    rows = " ".join(
        f"({NamedNode(actor)} {NamedNode(ROLE_PROPERTIES[role])} {NamedNode(event)})"
        for actor, event, role in parts
    )
    found: dict[tuple[str, str, str], list[Source]] = defaultdict(list)
    if not rows:
        return found
    query = f"""
        SELECT DISTINCT ?actor ?role ?event ?selector ?start ?end ?page WHERE {{
          VALUES (?actor ?role ?event) {{ {rows} }}
          ?claim rdf:subject ?actor ; rdf:object ?event ; rdf:predicate ?role ; oa:hasSelector ?selector .
          ?selector oa:start ?start ; oa:end ?end .
          OPTIONAL {{
            ?claim prov:wasDerivedFrom ?passage . ?passage rp:page ?page ; rp:start ?from ; rp:end ?to
            FILTER(?from <= ?start && ?start < ?to) }} }}"""
    for actor, role, event, selector, start, end, page in catalogue.triples.rows(query):
        document = text_of(selector).partition("#")[0]
        key = (text_of(actor), text_of(event), names[text_of(role)])
        found[key].append(catalogue.source(document, integer(start) or 0, integer(end) or 0, integer(page)))
    return found
