"""Events on the map: a disc for each country, or each city, which grows with the number of events."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, Literal

from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import text_of
from search_api.pages.projection import panel_of
from search_api.resources.base import Ref
from search_api.resources.events import EventSummary
from search_api.resources.links import country_path, with_query
from search_api.search.words import fold

#: Radius of the largest disc and of the smallest, in units of the map: a finger needs 24 across.
LARGEST, SMALLEST = 84.0, 20.0
#: Most discs drawn, those of the places with most events: a page with more would be too heavy for a phone.
DISCS = 100
By = Literal["country", "city"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A country as the `d` of an SVG path; `url` where something was held there."""

    code: str
    path: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A place with its events, in units of the map."""

    x: float
    y: float
    r: float
    name: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place in the table beside the map, and whether it has a disc there."""

    place: Ref
    country: Ref | None
    count: int
    url: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class EventMap:
    """The map; `places` has all that are told, the most frequent first. `unplaced` events have none, and
    `left_out` places with fewer events than the others have no disc for lack of room."""

    shapes: tuple[Shape, ...]
    discs: tuple[Disc, ...]
    places: tuple[PlaceCount, ...]
    unplaced: int
    left_out: int


@cache
def country_shapes() -> dict[str, dict[str, Any]]:
    """Path and centre of each country of the map, by its code (made by `.ci/country_shapes.py`)."""
    shapes: dict[str, dict[str, Any]] = json.loads(
        (Path(__file__).parent / "country_shapes.json").read_text(encoding="utf-8")
    )
    return shapes


def event_map(
    catalogue: Catalogue, events: Sequence[EventSummary], *, by: By, filters: Mapping[str, object]
) -> EventMap:
    """The events by country or by city; `filters` are those of the lists that the discs lead to."""
    pairs = [(event.city if by == "city" else event.country, event.country) for event in events]
    counted = Counter((place.id, country.id if country else "") for place, country in pairs if place)
    spots = _spots(catalogue) if by == "city" else {}
    most = max(counted.values(), default=1)
    discs, places = [], []
    for (iri, country), count in counted.items():
        ref = catalogue.ref(iri)
        code = catalogue.ref(country).slug.upper() if country else ""
        at = _centre(code) if by == "country" else _on_the_map(code, spots.get(iri))
        url = with_query("/events", {**filters, by: ref.slug})
        places.append(
            PlaceCount(ref, catalogue.ref(country) if country else None, count, url, at is not None)
        )
        if at:
            r = max(SMALLEST, LARGEST * sqrt(count / most))
            discs.append(Disc(round(at[0]), round(at[1]), round(r, 1), ref.label, count, url))
    discs.sort(key=lambda disc: (-disc.count, disc.name))  # drawn in this order: small ones on top
    held = {country.slug.upper() for _, country in pairs if country}
    return EventMap(
        shapes=tuple(
            Shape(
                code,
                shape["path"],
                _name(catalogue, code),
                country_path(code.lower()) if code in held else "",
            )
            for code, shape in country_shapes().items()
        ),
        discs=tuple(discs[:DISCS]),
        places=tuple(sorted(places, key=lambda p: (-p.count, fold(p.place.label), p.place.id))),
        unplaced=len(events) - sum(counted.values()),
        left_out=max(0, len(discs) - DISCS),
    )


def _name(catalogue: Catalogue, code: str) -> str:
    return catalogue.concept("place", code.lower()).label


def _centre(code: str) -> tuple[float, float] | None:
    shape = country_shapes().get(code)
    return (shape["centre"][0], shape["centre"][1]) if shape else None


def _on_the_map(code: str, degrees: tuple[float, float] | None) -> tuple[float, float] | None:
    return panel_of(code).project(*degrees) if degrees and code in country_shapes() else None


def _spots(catalogue: Catalogue) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each place that has them."""
    rows = catalogue.triples.rows("SELECT ?p ?long ?lat WHERE { ?p geo:long ?long ; geo:lat ?lat }")
    return {text_of(place): (float(text_of(x)), float(text_of(y))) for place, x, y in rows}
