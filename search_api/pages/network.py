"""The pages of the network and of the chains between two institutions: their contexts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from graph.network_years import NetworkYear as GrowthYear
from search_api.network.picture import NetworkPicture
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.links import with_query
from search_api.resources.network import NetworkCommunity, NetworkEdge, NetworkNode, NetworkYear, PathList

#: Height of the tallest bar of the years, in the units of their drawing.
BAR_HEIGHT = 40
#: Years up to which those without a collaboration have a place, too.
_MOST_YEARS = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A collaboration in the table that says what the drawing shows."""

    one: Ref
    other: Ref
    edge: NetworkEdge


@dataclass(frozen=True, slots=True)
class Bar:
    """The collaborations of a year as a bar, `height` high, in the row of them; the address of the network of
    that year alone, or of all years where that is the one shown. Asked for are years that it is `within`."""

    year: int
    place: int
    collaborations: int
    height: float
    url: str
    within: bool


@dataclass(frozen=True, slots=True)
class NetworkPage:
    template: ClassVar[str] = "network.html"
    asked: dict[str, str]
    asked_countries: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    centre: ActorSummary | None
    themes: tuple[Ref, ...]
    countries: tuple[Ref, ...]
    roles: tuple[Ref, ...]
    picture: NetworkPicture | None
    rows: tuple[Row, ...]
    brokers: tuple[NetworkNode, ...]
    bridges: tuple[NetworkNode, ...]
    communities: tuple[tuple[NetworkCommunity, str], ...]
    years: tuple[NetworkYear, ...]
    bars: tuple[Bar, ...]
    actors: int
    collaborations: int
    reason: str | None
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PathPage:
    template: ClassVar[str] = "path.html"
    found: PathList


def year_bars(years: Sequence[GrowthYear], parameters: Mapping[str, object]) -> tuple[Bar, ...]:
    """The years of a network as bars, for a page with those parameters; those between them without any."""
    counts = {year.year: year.collaborations for year in years}
    if not counts:
        return ()
    most = max(counts.values())
    first, last = min(counts), max(counts)
    asked = (parameters.get("year_from"), parameters.get("year_to"))
    low, high = int(str(asked[0] or first)), int(str(asked[1] or last))
    bars = []
    shown = range(first, last + 1) if last - first < _MOST_YEARS else sorted(counts)
    for place, year in enumerate(shown):
        alone = asked == (str(year), str(year))
        only = {"year_from": None if alone else year, "year_to": None if alone else year}
        count = counts.get(year, 0)
        bars.append(
            Bar(
                year=year,
                place=place,
                collaborations=count,
                height=max(1.5, round(BAR_HEIGHT * count / most, 1)) if count else 0,
                url=with_query("/network", {**parameters, **only}),
                within=low <= year <= high,
            )
        )
    return tuple(bars)
