"""What belongs together in the lists of a snapshot: found once, so that no page goes through all there is.

Every group keeps the order of its list: events the latest first, practices as their documents tell them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ontology.namespaces import ID
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary

if TYPE_CHECKING:
    from search_api.catalogue.catalogue import Catalogue

S = TypeVar("S")
T = TypeVar("T", EventSummary, PracticeSummary)
Groups = Mapping[str, tuple[S, ...]]


class Gathered:
    """The events and practices of a catalogue by what they have in common. Groups that are empty are left
    out."""

    def __init__(self, catalogue: "Catalogue") -> None:
        self._catalogue = catalogue

    @cached_property
    def events_on(self) -> Groups[EventSummary]:
        """By the IRI of a theme: its events and those of its narrower themes."""
        return _groups(self._catalogue.events.values(), self._themes)

    @cached_property
    def practices_on(self) -> Groups[PracticeSummary]:
        """By the IRI of a theme: its practices and those of its narrower themes."""
        return _groups(self._catalogue.practices.values(), self._themes)

    @cached_property
    def events_in(self) -> Groups[EventSummary]:
        """By the slug of a country."""
        return _groups(self._catalogue.events.values(), lambda e: [e.country.slug] if e.country else [])

    @cached_property
    def events_of(self) -> Groups[EventSummary]:
        """By the IRI of an institution: the events that it takes part in."""
        takings = self._catalogue.takings_at
        return _groups(self._catalogue.events.values(), lambda e: (t.actor for t in takings.get(e.id, ())))

    @cached_property
    def events_told_in(self) -> Groups[EventSummary]:
        """By the IRI of a document."""
        documents: dict[str, list[str]] = defaultdict(list)
        for document, events in self._catalogue.events_of_document.items():
            for event in events:
                documents[event].append(document)
        return _groups(self._catalogue.events.values(), lambda e: documents.get(e.id, ()))

    @cached_property
    def practices_at(self) -> Groups[PracticeSummary]:
        """By the IRI of the event that they were told at."""
        return _groups(self._catalogue.practices.values(), lambda p: [p.event.id] if p.event else [])

    @cached_property
    def practices_in(self) -> Groups[PracticeSummary]:
        """By the slug of the country of their event."""
        places = {event.id: slug for slug, events in self.events_in.items() for event in events}
        return _groups(
            self._catalogue.practices.values(),
            lambda p: [places[p.event.id]] if p.event and p.event.id in places else [],
        )

    @cached_property
    def practices_of(self) -> Groups[PracticeSummary]:
        """By the IRI of an institution in them."""
        return _groups(self._catalogue.practices.values(), lambda p: (ref.id for ref in p.actors))

    @cached_property
    def practices_told_in(self) -> Groups[PracticeSummary]:
        """By the IRI of the document of their first passage."""
        return _groups(
            self._catalogue.practices.values(), lambda p: [p.source.document.id] if p.source else []
        )

    def warm(self) -> None:
        """Gather all now, so that no first visitor waits for it."""
        for name, of in vars(type(self)).items():
            if isinstance(of, cached_property):
                getattr(self, name)

    def _themes(self, item: EventSummary | PracticeSummary) -> Iterable[str]:
        return (up for theme in item.themes for up in self._catalogue.theme_and_broader(theme.id))


def theme_iris(slug: str) -> tuple[str, ...]:
    """The IRIs of the theme that a filter names by its slug, or by its notation (th-tic)."""
    bare = slug.removeprefix("th-").removeprefix("xt-")
    return tuple(dict.fromkeys((f"{ID}theme/{slug}", f"{ID}theme/{bare}")))


def _groups(items: Iterable[T], keys: Callable[[T], Iterable[str]]) -> Groups[T]:
    """Each item under every key it has, once."""
    found: dict[str, list[T]] = defaultdict(list)
    for item in items:
        for key in dict.fromkeys(keys(item)):
            found[key].append(item)
    return {key: tuple(group) for key, group in found.items()}
