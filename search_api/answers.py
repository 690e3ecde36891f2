"""What ranks, in the terms of the interface: search responses and peers as its models."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ontology.namespaces import ID
from search_api.catalogue import Catalogue
from search_api.details import find
from search_api.languages import gettext, message
from search_api.links import iri_path, slug_of, span_path
from search_api.resources import (
    ActorInRole,
    ActorSummary,
    FacetCount,
    Interpretation,
    Named,
    Peer,
    Reason,
    Ref,
    SearchHit,
    SearchResults,
)
from search_api.service import Served

if TYPE_CHECKING:
    from search_api.engine import Hit, SearchResponse
    from search_api.entries import Ref as EntryRef
    from search_api.peers import Peer as FoundPeer
    from search_api.query_names import Named as NamedInQuery

#: The kinds of result in words.
KIND_NAMES = {
    "passage": message("pasajes"),
    "event": message("eventos"),
    "practice": message("prácticas"),
    "actor": message("instituciones"),
}
#: What a value of the facet "type" may be: a kind of result, or a concept of one of two lists.
TYPE_LISTS = ("result", "practice-kind", "event-type")
_MENTIONED = "mentioned"
#: Where the label of a facet's value stands in the graph, by the name of the facet.
_CONCEPTS = {
    "type": ("practice-kind", "event-type"),
    "theme": ("theme",),
    "country": ("place",),
    "actor": ("actor",),
    "role": ("role",),
    "document": ("document",),
}


def search_results(response: "SearchResponse", catalogue: Catalogue) -> SearchResults:
    """A page of hits as the interface tells it."""
    understood = response.interpretation
    return SearchResults(
        total=response.total,
        results=tuple(_hit(hit) for hit in response.results),
        facets={
            name: tuple(
                FacetCount(
                    value=count.key,
                    label=facet_label(catalogue, name, count.key, default=count.label),
                    count=count.count,
                )
                for count in counts
            )
            for name, counts in response.facets.items()
        },
        interpretation=Interpretation(
            text=understood.text,
            corrections=dict(understood.corrections),
            countries=_named(understood.countries),
            actors=_named(understood.actors),
            event_types=_named(understood.event_types),
            practice_kinds=_named(understood.practice_kinds),
            themes=tuple(catalogue.ref(f"{ID}theme/{theme.slug}") for theme in understood.themes),
            years=understood.years,
        ),
    )


def facet_label(catalogue: Catalogue, name: str, key: str, *, default: str) -> str:
    """The value of a facet in words: the label of its concept, place, actor or document."""
    if name == "type" and key in KIND_NAMES:
        return gettext(KIND_NAMES[key])
    if name == "role" and key == _MENTIONED:
        return gettext("mencionada")
    iris = (f"{ID}{kind}/{key.lower()}" for kind in _CONCEPTS.get(name, ()))
    return next((catalogue.labels[iri] for iri in iris if iri in catalogue.labels), default)


def type_list(catalogue: Catalogue, key: str) -> str:
    """Which of `TYPE_LISTS` a value of the facet "type" is from."""
    if key in KIND_NAMES:
        return "result"
    return "practice-kind" if f"{ID}practice-kind/{key.lower()}" in catalogue.labels else "event-type"


def _hit(hit: "Hit") -> SearchHit:
    source = span_path(hit.document.slug, *hit.span) if hit.document and hit.span else None
    return SearchHit(
        id=hit.id,
        type=hit.type,
        title=hit.title,
        url=source if hit.type == "passage" and source else iri_path(hit.id),
        text=hit.text,
        highlights=hit.highlights,
        score=hit.score,
        reasons=tuple(Reason(kind=reason.kind, text=reason.text) for reason in hit.reasons),
        document=_ref(hit.document),
        span=hit.span,
        page=hit.page,
        source_url=source,
        event=_ref(hit.event),
        themes=tuple(
            Ref(
                id=f"{ID}theme/{theme.slug}",
                slug=theme.slug,
                label=theme.label,
                url=iri_path(f"{ID}theme/{theme.slug}"),
            )
            for theme in hit.themes
        ),
        actors=tuple(
            ActorInRole(
                id=actor.iri, slug=actor.slug, label=actor.name, url=iri_path(actor.iri), role=actor.role
            )
            for actor in hit.actors
        ),
    )


def _ref(ref: "EntryRef | None") -> Ref | None:
    return Ref(id=ref.iri, slug=ref.slug, label=ref.label, url=iri_path(ref.iri)) if ref else None


def _named(found: "Iterable[NamedInQuery]") -> tuple[Named, ...]:
    return tuple(Named(value=named.key, label=named.label) for named in found)


def actor_named(served: Served, text: str) -> ActorSummary:
    """The institution meant by an IRI, a slug, a name, an acronym or a misspelt name. Raises NotFound."""
    from search_api.actor_names import find_actor

    return served.catalogue.actors[slug_of(find_actor(served.view, text))]


def actor_meant(served: Served, text: str) -> ActorSummary:
    """The institution of that slug, also of one that was merged, or of that name. Raises NotFound that tells
    the nearest names."""
    actors = served.catalogue.actors
    for slug in (text, text.lower()):
        now = slug_of(served.catalogue.moved.get(f"{ID}actor/{slug}", slug))
        if now in actors:
            return actors[now]
    return actor_named(served, text)


def peers_of(served: Served, slug: str) -> tuple[Peer, ...]:
    """All the peers of an institution, the nearest first. Raises NotFound where there is no such slug."""
    actors = served.catalogue.actors
    summary = find(served.catalogue, actors, "actor", slug)
    found = served.network().peers(summary.id, k=len(actors))
    return tuple(_peer(peer, actors[peer.slug]) for peer in found if peer.slug in actors)


def _peer(peer: "FoundPeer", summary: ActorSummary) -> Peer:
    return Peer(
        **summary.__dict__,
        score=peer.score,
        reasons=tuple(
            Reason(
                kind=reason.kind,
                text=reason.text_es,
                links=tuple(
                    Ref(id=link.iri, slug=link.slug, label=link.label, url=iri_path(link.iri))
                    for link in reason.links
                ),
            )
            for reason in peer.reasons
        ),
    )
