"""What ranks, in the terms of the interface: search responses as its models."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ontology.namespaces import ID
from search_api.catalogue.catalogue import Catalogue
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Reason, Ref
from search_api.resources.links import iri_path, slug_of, span_path, with_query
from search_api.resources.search import (
    ActorInRole,
    FacetCount,
    Interpretation,
    Meant,
    Named,
    Note,
    Place,
    SearchHit,
    SearchResults,
    SoftFilter,
)
from search_api.search.query_names import Named as NamedInQuery
from search_api.search.query_names import label_in
from search_api.served import Served
from search_api.wording.filters import filter_name
from search_api.wording.languages import gettext as _
from search_api.wording.languages import message
from search_api.wording.localised import language_name

if TYPE_CHECKING:
    from search_api.search.filters import Checked, Unknown
    from search_api.search.query_understanding import Interpretation as UnderstoodQuery
    from search_api.search.results import FacetCount as CountedValue
    from search_api.search.results import Hit, SearchResponse

#: The kinds of result in words.
KIND_NAMES = {
    "passage": message("pasajes"),
    "event": message("eventos"),
    "practice": message("prácticas"),
    "actor": message("instituciones"),
}
_MENTIONED = "mentioned"
#: Where the label of a facet's value stands in the graph, by the name of the facet.
_CONCEPTS = {
    "type": ("practice-kind", "event-type"),
    "event_type": ("event-type",),
    "practice_kind": ("practice-kind",),
    "theme": ("theme",),
    "country": ("place",),
    "place": ("place",),
    "actor": ("actor",),
    "role": ("role",),
    "document": ("document",),
    "actor_type": ("actor-type",),
    "event": ("event",),
}
#: Parameters that lead to another page of the same results.
_PAGING = ("offset",)


def search_results(
    response: "SearchResponse",
    catalogue: Catalogue,
    *,
    parameters: Mapping[str, object] | None = None,
    checked: "Checked | None" = None,
    like: str | None = None,
) -> SearchResults:
    """A page of hits as the interface tells it.

    `parameters` are those of the request, which links keep; `checked` its filters; `like` the IRI of what
    results are to be like.
    """
    understood = response.interpretation
    return SearchResults(
        total=response.total,
        nothing_relevant=response.nothing_relevant,
        results=tuple(_hit(hit, catalogue, (parameters or {}).get("lang")) for hit in response.results),
        facets={
            name: tuple(_facet_count(catalogue, name, count) for count in counts)
            for name, counts in response.facets.items()
        },
        interpretation=Interpretation(
            text=understood.text,
            language=understood.language,
            like=_found(like, understood.text) if like else None,
            filters=soft_filters(understood, catalogue, parameters or {}, checked),
            corrections=dict(understood.corrections),
            countries=_named(understood.countries, catalogue),
            places=_named(understood.places, catalogue),
            actors=_named(understood.actors, catalogue),
            roles=_named(understood.roles, catalogue),
            event_types=_named(understood.event_types, catalogue),
            practice_kinds=_named(understood.practice_kinds, catalogue),
            themes=tuple(catalogue.ref(f"{ID}theme/{theme.slug}") for theme in understood.themes),
            years=understood.years,
        ),
        notes=tuple(_note(unknown, catalogue, parameters or {}) for unknown in checked.unknown)
        if checked
        else (),
    )


def soft_filters(
    understood: "UnderstoodQuery",
    catalogue: Catalogue,
    parameters: Mapping[str, object],
    checked: "Checked | None",
) -> tuple[SoftFilter, ...]:
    """What a query names, with the links that narrow to it, take it away and bring it back."""
    from search_api.search.filters import as_parameters, is_applied, split

    kept = {name: value for name, value in parameters.items() if name not in _PAGING}
    ignored = split([str(kept.get("ignore", ""))])

    def ignoring(values: Iterable[str]) -> str:
        return with_query("/search", {**kept, "ignore": ",".join(values)})

    found = []
    for soft in understood.filters:
        named = soft.named
        itself = f"{named.kind}:{named.key}"
        applied = checked is not None and is_applied(named, checked.filters)
        span = soft.spans[0] if soft.spans else None
        found.append(
            SoftFilter(
                kind=named.kind,
                value=named.key,
                label=label_in(named, catalogue.language),
                words=understood.text[slice(*span)] if span else None,
                span=span,
                ignored=soft.ignored,
                applied=applied,
                filter_url=None if applied else with_query("/search", {**kept, **as_parameters(named)}),
                ignore_url=None if soft.ignored else ignoring([*ignored, itself]),
                restore_url=ignoring(text for text in ignored if text != itself) if soft.ignored else None,
            )
        )
    return tuple(found)


def _note(unknown: "Unknown", catalogue: Catalogue, parameters: Mapping[str, object]) -> Note:
    default = unknown.label
    if unknown.parameter == "country":  # the graph has those that documents name
        default = label_in(NamedInQuery("country", unknown.value, unknown.label), catalogue.language)
    label = facet_label(catalogue, unknown.parameter, unknown.value, default=default)
    said = {"filter": filter_name(unknown.parameter), "value": label}
    kept = {name: value for name, value in parameters.items() if name not in _PAGING}
    return Note(
        parameter=unknown.parameter,
        value=unknown.value,
        text=_("Nada en esta colección tiene %(filter)s «%(value)s».") % said,
        suggestions=tuple(
            Meant(value=key, label=name, url=with_query("/search", {**kept, unknown.parameter: key}))
            for key, name in unknown.suggestions
        ),
    )


def _facet_count(catalogue: Catalogue, name: str, count: "CountedValue") -> FacetCount:
    iri = _facet_iri(catalogue, name, count.key)  # once: an answer has some two hundred values
    return FacetCount(
        value=count.key,
        label=_facet_words(catalogue, name, count.key, iri) or count.label,
        label_language=catalogue.label_languages.get(iri or ""),
        count=count.count,
    )


def facet_label(catalogue: Catalogue, name: str, key: str, *, default: str) -> str:
    """The value of a facet in words: the label of its concept, place, actor, document or language."""
    return _facet_words(catalogue, name, key, _facet_iri(catalogue, name, key)) or default


def _facet_words(catalogue: Catalogue, name: str, key: str, iri: str | None) -> str | None:
    if name == "type" and key in KIND_NAMES:
        return _(KIND_NAMES[key])
    if name == "role" and key == _MENTIONED:
        return _("mencionada")
    if name == "language":
        return language_name(key)
    return catalogue.labels.get(iri or "")


def _facet_iri(catalogue: Catalogue, name: str, key: str) -> str | None:
    """The concept, place, actor or document that a value of a facet stands for, where it has a label."""
    iris = (f"{ID}{kind}/{key.lower()}" for kind in _CONCEPTS.get(name, ()))
    return next((iri for iri in iris if iri in catalogue.labels), None)


def _hit(hit: "Hit", catalogue: Catalogue, lang: object) -> SearchHit:
    source = span_path(hit.document.slug, *hit.span) if hit.document and hit.span else None
    return SearchHit(
        id=hit.id,
        type=hit.type,
        title=hit.title,
        url=source if hit.type == "passage" and source else iri_path(hit.id),
        similar_url=with_query("/search", {"like": hit.id, "lang": lang}),
        text=hit.text,
        language=hit.language,
        highlights=hit.highlights,
        score=hit.score,
        reasons=tuple(Reason(kind=reason.kind, text=reason.text) for reason in hit.reasons),
        document=catalogue.ref(hit.document.iri) if hit.document else None,
        span=hit.span,
        page=hit.page,
        source_url=source,
        event=catalogue.ref(hit.event.iri) if hit.event else None,
        event_type=catalogue.concept("event-type", hit.event_type) if hit.event_type else None,
        practice_kind=catalogue.concept("practice-kind", hit.practice_kind) if hit.practice_kind else None,
        themes=tuple(catalogue.ref(f"{ID}theme/{theme.slug}") for theme in hit.themes),
        actors=tuple(
            ActorInRole(
                id=actor.iri, slug=actor.slug, label=actor.name, url=iri_path(actor.iri), role=actor.role
            )
            for actor in hit.actors
        ),
        also_in=tuple(
            Place(
                document=catalogue.ref(place.document.iri),
                span=place.span,
                page=place.page,
                url=span_path(place.document.slug, *place.span),
            )
            for place in hit.also_in
        ),
    )


def _found(iri: str, label: str) -> Ref:
    return Ref(id=iri, slug=slug_of(iri), label=label, url=iri_path(iri))


def _named(found: "Iterable[NamedInQuery]", catalogue: Catalogue) -> tuple[Named, ...]:
    return tuple(Named(value=named.key, label=label_in(named, catalogue.language)) for named in found)


def actor_named(served: Served, text: str) -> ActorSummary:
    """The institution meant by an IRI, a slug, a name, an acronym or a misspelt name. Raises NotFound."""
    from search_api.catalogue.actor_names import find_actor

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
