"""The page of a search: what was understood, the filters with what each value would leave, the results."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from search_api.answers import facet_label
from search_api.catalogue import Catalogue
from search_api.facets import Count, Facet, facet
from search_api.filter_words import filter_name
from search_api.links import with_query
from search_api.pages import Chip, Example, SearchPage, YearBar, capital, pager
from search_api.resources import FacetCount
from search_api.search_answers import Answered, Asked

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
