"""The pages that look at the network as a whole: countries, time, map, the dataset, and what all this is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from search_api.answers.dataset import DatasetDetail
from search_api.catalogue.catalogue import ROLES, Catalogue
from search_api.catalogue.countries import CountryDetail, CountrySummary, countries
from search_api.pages.event_map import EventMap
from search_api.pages.timeline import Timeline
from search_api.wording.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter can have."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A filter with the values it can have."""

    name: str
    label: str
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CountriesPage:
    template: ClassVar[str] = "countries.html"
    countries: tuple[CountrySummary, ...]
    drawing: EventMap
    size: tuple[int, int]
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CountryPage:
    template: ClassVar[str] = "country.html"
    country: CountryDetail


@dataclass(frozen=True, slots=True)
class TimelinePage:
    template: ClassVar[str] = "timeline.html"
    total: int
    filters: tuple[Choices, ...]
    filtered: bool
    drawing: Timeline
    list_url: str
    map_url: str


@dataclass(frozen=True, slots=True)
class MapPage:
    template: ClassVar[str] = "map.html"
    total: int
    by: str
    filters: tuple[Choices, ...]
    filtered: bool
    drawing: EventMap
    size: tuple[int, int]
    places_shown: int
    list_url: str
    timeline_url: str
    other_url: str


@dataclass(frozen=True, slots=True)
class DatasetPage:
    template: ClassVar[str] = "dataset.html"
    dataset: DatasetDetail
    words: str


@dataclass(frozen=True, slots=True)
class AboutPage:
    template: ClassVar[str] = "about.html"


def theme_choices(catalogue: Catalogue, chosen: str | None) -> Choices:
    """The themes that have events."""
    themes = ((t.slug, t.label) for t in catalogue.themes.values() if t.events)
    return choices("theme", _("Tema"), themes, chosen, any_label=_("todos los temas"))


def country_choices(catalogue: Catalogue, chosen: str | None) -> Choices:
    """The countries that events were held in."""
    found = ((c.slug, c.label) for c in countries(catalogue) if c.events)
    return choices("country", _("País"), found, chosen, any_label=_("todos los países"))


def role_choices(catalogue: Catalogue, chosen: str | None) -> Choices:
    """The roles of institutions in events."""
    found = ((role, catalogue.concept("role", role).label) for role in ROLES)
    return choices("role", _("Alguna institución como"), found, chosen, any_label=_("cualquier papel"))


def year_choices(by_year: Iterable[int], chosen: Mapping[str, int | None]) -> tuple[Choices, ...]:
    """The first and the last year, of those that events were held in."""
    found = [(str(year), str(year)) for year in sorted(set(by_year))]
    labels = {"year_from": _("Desde"), "year_to": _("Hasta")}
    return tuple(
        choices(name, labels[name], found, str(year) if year else None, any_label="")
        for name, year in chosen.items()
    )


def choices(
    name: str, label: str, values: Iterable[tuple[str, str]], chosen: str | None, *, any_label: str
) -> Choices:
    """A filter of (value, label), and first the choice not to filter, in the words `any_label`."""
    wanted = (chosen or "").casefold()
    found = [Choice(value, text, value.casefold() == wanted) for value, text in values]
    return Choices(name, label, (Choice("", any_label, not any(c.chosen for c in found)), *found))
