"""What somebody may mean who is still typing: institutions, themes, places, events and documents by name."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, get_args

from pydantic import Field

from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.name_index import has_words, nearest_name, words_of
from search_api.resources.base import LabelLanguage, Ref, Resource
from search_api.resources.links import is_country, with_query
from search_api.wording.languages import gettext, message, ngettext
from search_api.wording.localised import dates, number

SuggestionKind = Literal["actors", "themes", "places", "events", "documents"]
KINDS: tuple[SuggestionKind, ...] = get_args(SuggestionKind)
KIND_NAMES: Mapping[SuggestionKind, str] = {
    "actors": message("Instituciones"),
    "themes": message("Temas"),
    "places": message("Lugares"),
    "events": message("Eventos"),
    "documents": message("Documentos"),
}


class Suggestion(Resource):
    """A resource that may be meant."""

    id: str = Field(description="IRI of the resource.")
    slug: str
    label: str
    label_language: LabelLanguage = None
    url: str = Field(description="Path of its page on this server; of a city, that of the events there.")
    name: str | None = Field(
        default=None,
        description="The name that has the words, where neither label nor detail has them: a former name, "
        "that in another language.",
    )
    detail: str = Field(default="", description="What tells it from others: country, date, how much is told.")


class SuggestionGroup(Resource):
    """What may be meant of one kind; `total` is how many match."""

    kind: SuggestionKind
    label: str = Field(description="The kind in words.")
    total: int
    results: tuple[Suggestion, ...]


class SuggestionList(Resource):
    """What may be meant, by kind; the kind that has the nearest first."""

    groups: tuple[SuggestionGroup, ...]


def suggestions(
    catalogue: Catalogue, query: str, *, kinds: Iterable[SuggestionKind] = KINDS, k: int
) -> SuggestionList:
    """The first `k` of each kind with a name that has words beginning as those of the query, accents and case
    apart: what is called just so (an acronym, say), what begins so, then by how much is told of it."""
    found = catalogue.name_index.find(query, among=kinds, k=k)
    ordered = sorted(kinds, key=lambda kind: found[kind].first[0].distance if kind in found else 3)
    return SuggestionList(
        groups=tuple(
            SuggestionGroup(
                kind=kind,
                label=gettext(KIND_NAMES[kind]),
                total=found[kind].total,
                results=tuple(_suggestion(catalogue, kind, match.iri, query) for match in found[kind].first),
            )
            for kind in ordered
            if kind in found
        )
    )


def _suggestion(catalogue: Catalogue, kind: SuggestionKind, iri: str, query: str) -> Suggestion:
    ref = catalogue.ref(iri)
    detail = " · ".join(filter(None, _DETAILS[kind](catalogue, ref)))
    words = words_of(query)
    name = None
    if not has_words(ref.label, words) and not has_words(detail, words):
        name = nearest_name(catalogue.spellings.get(iri, ()), words)
    # All that a city has to tell is what happened there.
    of_city = kind == "places" and not is_country(ref.slug)
    url = with_query("/events", {"city": ref.slug}) if of_city else ref.url
    return Suggestion(**{**ref.model_dump(), "url": url}, name=name, detail=detail)


def _label(ref: Ref | None) -> str:
    return ref.label if ref else ""


def _events(count: int) -> str:
    return f"{number(count)} {ngettext('evento', 'eventos', count)}" if count else ""


def _of_actor(catalogue: Catalogue, ref: Ref) -> Iterable[str]:
    actor = catalogue.actors[ref.slug]
    acronyms = [acronym for acronym in actor.acronyms if acronym != actor.label]
    return (", ".join(acronyms[:2]), _label(actor.country), _events(actor.events))


def _of_theme(catalogue: Catalogue, ref: Ref) -> Iterable[str]:
    return (_events(catalogue.themes[ref.slug].events),)


def _of_place(catalogue: Catalogue, ref: Ref) -> Iterable[str]:
    return (_events(catalogue.events_of_place.get(ref.id, 0)),)


def _of_event(catalogue: Catalogue, ref: Ref) -> Iterable[str]:
    event = catalogue.events[ref.slug]
    return (dates(event.start_date, event.end_date), _label(event.city) or _label(event.country))


def _of_document(catalogue: Catalogue, ref: Ref) -> Iterable[str]:
    document = catalogue.documents[ref.slug]
    return (str(document.year or ""), document.reference or "")


_DETAILS: Mapping[SuggestionKind, Callable[[Catalogue, Ref], Iterable[str]]] = {
    "actors": _of_actor,
    "themes": _of_theme,
    "places": _of_place,
    "events": _of_event,
    "documents": _of_document,
}
