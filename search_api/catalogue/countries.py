"""The network by country: what was held where, who is from there, and what was learned there."""

from collections import Counter

from pydantic import Field

from graph.errors import NotFound
from ontology.namespaces import ID
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.details import theme_counts
from search_api.catalogue.listing import is_slug
from search_api.errors import MovedError
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Counted, Resource
from search_api.resources.events import EventSummary
from search_api.resources.links import country_path, is_country
from search_api.resources.practices import PracticeSummary
from search_api.search.words import fold


class CountrySummary(Resource):
    """A country in a list. Practices count by the country of the event that they were told at."""

    id: str
    slug: str = Field(description="ISO 3166-1 alpha-2, in lower case.")
    url: str
    label: str
    events: int = 0
    actors: int = 0
    practices: int = 0


class CountryDetail(CountrySummary):
    """What the graph says of a country."""

    cities: tuple[Counted, ...] = Field(default=(), description="Cities with the events held there.")
    themes: tuple[Counted, ...] = Field(
        default=(), description="Themes of its events, the most frequent first."
    )
    event_list: tuple[EventSummary, ...] = ()
    actor_list: tuple[ActorSummary, ...] = ()
    practice_list: tuple[PracticeSummary, ...] = ()


class CountryList(Resource):
    total: int
    results: tuple[CountrySummary, ...]


def countries(catalogue: Catalogue) -> tuple[CountrySummary, ...]:
    """The countries that something is told of, those with most events first."""
    found = [_summary(catalogue, slug, *counts) for slug, counts in catalogue.told_countries.items()]
    return tuple(sorted(found, key=lambda c: (-c.events, -c.actors, fold(c.label))))


def country_detail(catalogue: Catalogue, slug: str) -> CountryDetail:
    """A country by its code. Raises NotFound where there is no such country, MovedError for `UY`."""
    lower = slug.lower()
    if not is_country(lower) or f"{ID}place/{lower}" not in catalogue.labels:
        raise NotFound(f"the graph knows no country {slug!r} (ISO 3166-1 alpha-2); look in /countries")
    if slug != lower:
        raise MovedError(country_path(lower))
    events = catalogue.gathered.events_in.get(lower, ())
    actors = tuple(a for a in catalogue.told_actors if is_slug(a.country, lower))
    practices = catalogue.gathered.practices_in.get(lower, ())
    cities = Counter(event.city.id for event in events if event.city)
    return CountryDetail(
        **_summary(catalogue, lower, len(events), len(actors), len(practices)).__dict__,
        cities=tuple(Counted(resource=catalogue.ref(iri), count=n) for iri, n in cities.most_common()),
        themes=theme_counts(catalogue, events),
        event_list=events,
        actor_list=actors,
        practice_list=practices,
    )


def _summary(catalogue: Catalogue, slug: str, events: int, actors: int, practices: int) -> CountrySummary:
    place = catalogue.ref(f"{ID}place/{slug}")
    return CountrySummary(
        id=place.id,
        slug=slug,
        url=place.url,
        label=place.label,
        events=events,
        actors=actors,
        practices=practices,
    )
