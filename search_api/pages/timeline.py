"""Events in time as a drawing: years as rows, months as columns, and every mark a link.

Few events are a dot each; many are a disc a month, which grows with their number; where the months would be
too many for a page, each year is a bar, which leads to its months.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from search_api.catalogue.listing import month_of
from search_api.resources.events import EventSummary
from search_api.resources.links import with_query
from search_api.wording.languages import gettext as _
from search_api.wording.localised import dates, month_names

#: Most events that are drawn, and listed, one by one: a page with more would be too heavy for a phone.
MARKS = 80
#: Most months with events that are drawn, and listed; years with more are bars.
MONTHS = 100
#: Years that are drawn even where nothing happened; a longer time leaves empty years out.
SPAN = 25
#: The column of years, a month, and the room of one dot, in units of the drawing. A finger needs 24.
LEFT, MONTH, DOT = 64, 74, 24
TOP = 34
#: Height of a year without events: its number fits.
EMPTY = 22.0
#: Radius of the disc of a month: of the busiest, and at least. A number fits the smallest.
LARGEST, SMALLEST = 28.0, 11.0
IN_A_ROW = MONTH // DOT


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot or a disc; `label` is written in a disc, `title` says what it is."""

    x: float
    y: float
    r: float
    title: str
    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A year: where its band begins and how high it is."""

    year: int
    y: float
    height: float
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """So many events of a year, as a bar of that `width` in its row; `url` shows the year alone."""

    x: float
    y: float
    width: float
    height: float
    count: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Month:
    """The events of a month, for the list beside the drawing: `name` is the month with its year."""

    name: str
    count: int
    url: str
    events: tuple[EventSummary, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing, and the same as text: the months of each year, the latest first. `one_by_one` says whether
    each event has a mark of its own, `undated` is how many have no year."""

    width: int
    height: float
    columns: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    years: tuple[tuple[int, tuple[Month, ...]], ...]
    one_by_one: bool
    undated: int
    bars: tuple[Bar, ...] = ()


def timeline(events: Sequence[EventSummary], *, filters: Mapping[str, object]) -> Timeline:
    """The events by year and month; `filters` are those of the lists that marks lead to."""
    by_month: dict[int, dict[int, list[EventSummary]]] = {}
    for event in events:
        date = event.start_date or event.end_date or ""
        if date[:4].isdigit():
            by_month.setdefault(int(date[:4]), {}).setdefault(month_of(date), []).append(event)
    dated = sum(len(found) for months in by_month.values() for found in months.values())
    one_by_one = dated <= MARKS
    shown = _years(by_month)
    if not one_by_one and sum(map(len, by_month.values())) > MONTHS:
        counts = {year: sum(map(len, months.values())) for year, months in by_month.items()}
        return _by_year(counts, shown, filters, undated=len(events) - dated)
    most = max((len(f) for months in by_month.values() for f in months.values()), default=1)
    rows, marks, y = [], [], float(TOP)
    for year in shown:
        months = by_month.get(year, {})
        deepest = max((len(found) for found in months.values()), default=0)
        height = float(-(-deepest // IN_A_ROW) * DOT + 12 if one_by_one else MONTH * 0.8)
        height = height if months else EMPTY
        rows.append(Row(year, y, height, _list_of(filters, year)))
        for month, found in sorted(months.items()):
            if one_by_one:
                marks += _dots(found, month, y)
            else:
                url, name = _list_of(filters, year, month), _name(year, month)
                r = max(SMALLEST, LARGEST * sqrt(len(found) / most))
                middle = y + height / 2
                marks.append(Mark(_x(month) + MONTH / 2, middle, round(r, 1), name, url, str(len(found))))
        y += height
    columns = [(_x(month) + MONTH / 2, name[:3]) for month, name in enumerate(month_names(), start=1)]
    columns.append((_x(0) + MONTH / 2, _("sin mes")))
    return Timeline(
        width=LEFT + 13 * MONTH,
        height=y + 6,
        columns=tuple(columns),
        rows=tuple(rows),
        marks=tuple(marks),
        years=tuple(
            (
                year,
                tuple(
                    Month(
                        name=_name(year, month),
                        count=len(found),
                        url=_list_of(filters, year, month),
                        events=tuple(found) if one_by_one else (),
                    )
                    for month, found in sorted(by_month[year].items(), reverse=True)
                ),
            )
            for year in shown
            if year in by_month
        ),
        one_by_one=one_by_one,
        undated=len(events) - dated,
    )


def _by_year(
    counts: Mapping[int, int], shown: Sequence[int], filters: Mapping[str, object], *, undated: int
) -> Timeline:
    width, row, most = LEFT + 13 * MONTH, float(DOT + 4), max(counts.values())
    rows, bars = [], []
    for place, year in enumerate(shown):
        y = 6 + place * row
        rows.append(Row(year, y, row, _list_of(filters, year)))
        if count := counts.get(year, 0):
            long = round((width - LEFT - MONTH) * count / most, 1)
            alone = with_query("/timeline", {**filters, "year_from": year, "year_to": year})
            bars.append(Bar(LEFT, y + 4, max(long, 2.0), row - 8, count, f"{year}: {count}", alone))
    return Timeline(
        width=width,
        height=12 + len(shown) * row,
        columns=(),
        rows=tuple(rows),
        marks=(),
        years=(),
        one_by_one=False,
        undated=undated,
        bars=tuple(bars),
    )


def _years(by_month: Mapping[int, object]) -> list[int]:
    if not by_month:
        return []
    first, last = min(by_month), max(by_month)
    everything = last - first < SPAN
    return [year for year in range(last, first - 1, -1) if everything or year in by_month]


def _dots(events: Sequence[EventSummary], month: int, y: float) -> list[Mark]:
    found = []
    for number, event in enumerate(reversed(events)):  # they come the latest first
        row, column = divmod(number, IN_A_ROW)
        x = _x(month) + DOT * (column + 0.5)
        title = f"{event.label} · {dates(event.start_date, event.end_date)}"
        found.append(Mark(x, y + 6 + DOT * (row + 0.5), 8, title, event.url))
    return found


def _x(month: int) -> float:
    """Where a month begins; what has none stands behind December."""
    return LEFT + (month - 1 if month else 12) * MONTH


def _name(year: int, month: int) -> str:
    return dates(f"{year}-{month:02}") if month else _("%(year)s, sin mes") % {"year": year}


def _list_of(filters: Mapping[str, object], year: int, month: int | None = None) -> str:
    return with_query("/events", {**filters, "year_from": year, "year_to": year, "month": month})
