"""The page of a search: what was understood, the filters with what each value would leave, the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from search_api.answers.search import Answered, Asked
from search_api.answers.search_results import facet_label
from search_api.catalogue.catalogue import Catalogue
from search_api.pages.facets import Count, Facet, facet
from search_api.pages.home import Example
from search_api.pages.markup import capital
from search_api.pages.paging import Pager, pager
from search_api.resources.links import with_query
from search_api.resources.search import FacetCount, SearchResults
from search_api.wording.filters import filter_name


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter at work: of what, its value in words, and the address without it."""

    title: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class YearBar:
    """A year of the results: `url` narrows to it or, when it is chosen, takes that back; `x` and `height` are
    in the units of the drawing."""

    year: int
    count: int
    url: str
    chosen: bool
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`kept` are the filters that a new question keeps, `kept_years` all but the years, `chosen` the filters
    at work."""

    template: ClassVar[str] = "search.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    kept_years: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    without_filters: str
    results: SearchResults | None
    facets: tuple[Facet, ...]
    years: tuple[YearBar, ...]
    year_from: str
    year_to: str
    pager: Pager | None
    examples: tuple[Example, ...]


#: The facets of the page.
FACETS = (
    *("type", "practice_kind", "event_type", "theme", "country", "place", "actor", "role", "language"),
    "document",
)
#: What the values of "type" on the page are; the others have facets of their own.
KINDS = ("passage", "event", "practice", "actor")
#: Height of the tallest bar of the years, and the width that each has, in the units of the drawing.
BAR_HEIGHT, BAR_WIDTH = 48, 10
#: Years up to which the gaps between them are drawn too.
_MOST_BARS = 60
#: What a new question does not keep of the former one.
_NOT_KEPT = ("q", "like", "ignore", "offset")


def empty_page(parameters: Mapping[str, object], *, examples: tuple[Example, ...]) -> SearchPage:
    """The page before anything is asked, with examples of what may be."""
    return _page(parameters, examples=examples)


def search_page(asked: Asked, answered: Answered, catalogue: Catalogue) -> SearchPage:
    """The page of an answer."""
    results, parameters = answered
    counts = results.facets
    return replace(
        _page(parameters),
        q=asked.text,
        chosen=_chosen(catalogue, parameters),
        results=results,
        facets=tuple(_facet(name, counts.get(name, ()), parameters) for name in FACETS),
        years=year_bars(counts.get("year", ()), parameters),
        pager=pager(
            path="/search",
            parameters=parameters,
            total=results.total,
            k=asked.k,
            offset=asked.offset,
            files=True,
        ),
    )


def _page(parameters: Mapping[str, object], *, examples: tuple[Example, ...] = ()) -> SearchPage:
    kept = ((name, str(value)) for name, value in parameters.items() if name not in _NOT_KEPT)
    return SearchPage(
        q="",
        kept=tuple(kept),
        kept_years=tuple((name, str(value)) for name, value in _without_years(parameters).items()),
        chosen=(),
        without_filters=with_query("/search", {n: parameters.get(n) for n in ("q", "like", "lang")}),
        results=None,
        facets=(),
        years=(),
        year_from=str(parameters.get("year_from") or ""),
        year_to=str(parameters.get("year_to") or ""),
        pager=None,
        examples=examples,
    )


def _facet(name: str, counts: Sequence[FacetCount], parameters: Mapping[str, object]) -> Facet:
    shown = [count for count in counts if name != "type" or count.value in KINDS]
    return facet(
        name=name,
        title=capital(filter_name(name)),
        counts=[Count(c.value, c.label, c.count, c.label_language) for c in shown],
        path="/search",
        parameters=parameters,
    )


def _chosen(catalogue: Catalogue, parameters: Mapping[str, object]) -> tuple[Chip, ...]:
    """The filters at work, each with the link that takes it back."""
    without = {name: value for name, value in parameters.items() if name != "offset"}
    found = []
    for name in FACETS:
        values = [value for value in str(parameters.get(name, "")).split(",") if value]
        for value in values:
            rest = ",".join(other for other in values if other != value)
            label = facet_label(catalogue, name, value, default=value)
            found.append(
                Chip(capital(filter_name(name)), label, with_query("/search", {**without, name: rest}))
            )
    years = [parameters.get(name) for name in ("year_from", "year_to")]
    if any(years):
        label = f"{years[0] or ''}–{years[1] or ''}" if years[0] != years[1] else str(years[0])
        found.append(
            Chip(capital(filter_name("year")), label, with_query("/search", _without_years(parameters)))
        )
    return tuple(found)


def _without_years(parameters: Mapping[str, object]) -> dict[str, object]:
    return {n: value for n, value in parameters.items() if n not in ("offset", "year_from", "year_to")}


def year_bars(counts: Sequence[FacetCount], parameters: Mapping[str, object]) -> tuple[YearBar, ...]:
    """The years of the results as bars side by side, each a link that narrows to its year."""
    by_year = {int(count.value): count.count for count in counts}
    if not by_year:
        return ()
    first, last = min(by_year), max(by_year)
    years = range(first, last + 1) if last - first < _MOST_BARS else sorted(by_year)
    most = max(by_year.values())
    rest = _without_years(parameters)
    chosen = (parameters.get("year_from"), parameters.get("year_to"))
    bars = []
    for place, year in enumerate(years):
        count = by_year.get(year, 0)
        one = {"year_from": year, "year_to": year}
        is_chosen = chosen == (year, year)
        bars.append(
            YearBar(
                year=year,
                count=count,
                url=with_query("/search", rest if is_chosen else {**rest, **one}),
                chosen=is_chosen,
                x=place * BAR_WIDTH,
                height=max(2, round(BAR_HEIGHT * count / most)) if count else 0,
            )
        )
    return tuple(bars)
