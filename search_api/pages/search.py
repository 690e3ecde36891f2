"""The page of a search: what was understood, the filters with what each value would leave, the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import ClassVar

from search_api.answers.search import Answered, Asked
from search_api.answers.suggestions import Suggestion
from search_api.answers.ways_out import WaysOut
from search_api.catalogue.catalogue import Catalogue
from search_api.pages.chips import Chip, chips, without_years
from search_api.pages.examples import Example, examples
from search_api.pages.facets import Count, Facet, facet
from search_api.pages.markup import capital
from search_api.pages.paging import Pager, pager
from search_api.resources.links import with_query
from search_api.resources.search import FacetCount, SearchResults
from search_api.resources.themes import ThemeSummary
from search_api.wording.filters import filter_name


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
class Lift:
    """The search without one of its filters, and how much it finds."""

    title: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`kept` are the filters that a new question keeps, `kept_years` all but the years, `chosen` the filters
    at work. Where nothing was found, `lifted` has searches without one of the filters, each with its name and
    how much it finds, and `names` what is called like words of the question; `themes` are to begin with."""

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
    themes: tuple[ThemeSummary, ...]
    lifted: tuple[Lift, ...]
    names: tuple[Suggestion, ...]


#: The facets of the page.
FACETS = (
    *("type", "practice_kind", "event_type", "theme", "country", "place", "actor", "role", "language"),
    "document",
)
#: What the values of "type" on the page are; the others have facets of their own.
KINDS = ("passage", "event", "practice", "actor")
#: Themes to begin with.
THEMES = 9
#: Height of the tallest bar of the years, and the width that each has, in the units of the drawing.
BAR_HEIGHT, BAR_WIDTH = 48, 10
#: Years up to which the gaps between them are drawn too.
_MOST_BARS = 60
#: What a new question does not keep of the former one.
_NOT_KEPT = ("q", "like", "ignore", "offset")


def empty_page(parameters: Mapping[str, object], catalogue: Catalogue) -> SearchPage:
    """The page before anything is asked, with what may be: examples, and the themes with most to tell."""
    themes = (theme for theme in catalogue.themes.values() if theme.events or theme.practices)
    return replace(
        _page(parameters), themes=tuple(nlargest(THEMES, themes, key=lambda t: t.events + t.practices))
    )


def search_page(asked: Asked, answered: Answered, catalogue: Catalogue, *, ways: WaysOut) -> SearchPage:
    """The page of an answer, with the ways on where it has none."""
    results, parameters = answered
    counts = results.facets
    return replace(
        _page(parameters),
        q=asked.text,
        chosen=chips(catalogue, "/search", parameters),
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
        lifted=tuple(
            Lift(filter_name(one.name), with_query("/search", one.parameters), one.total)
            for one in ways.lifted
        ),
        names=ways.names,
    )


def _page(parameters: Mapping[str, object]) -> SearchPage:
    kept = ((name, str(value)) for name, value in parameters.items() if name not in _NOT_KEPT)
    return SearchPage(
        q="",
        kept=tuple(kept),
        kept_years=tuple((name, str(value)) for name, value in without_years(parameters).items()),
        chosen=(),
        without_filters=with_query("/search", {n: parameters.get(n) for n in ("q", "like", "lang")}),
        results=None,
        facets=(),
        years=(),
        year_from=str(parameters.get("year_from") or ""),
        year_to=str(parameters.get("year_to") or ""),
        pager=None,
        examples=examples(),
        themes=(),
        lifted=(),
        names=(),
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


def year_bars(counts: Sequence[FacetCount], parameters: Mapping[str, object]) -> tuple[YearBar, ...]:
    """The years of the results as bars side by side, each a link that narrows to its year."""
    by_year = {int(count.value): count.count for count in counts}
    if not by_year:
        return ()
    first, last = min(by_year), max(by_year)
    years = range(first, last + 1) if last - first < _MOST_BARS else sorted(by_year)
    most = max(by_year.values())
    rest = without_years(parameters)
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
