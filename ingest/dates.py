"""Dates in institutional prose (Spanish, Portuguese, English): from "26 y 27 de marzo de 2007" to ISO 8601.

A text is scanned for *units* (days of a month, a month, a numeric date, a year); neighbouring units joined
by "al", "hasta", "entre … y …", "to" become one range and lend each other the year. What still lacks a year
takes it from a full date of the same paragraph, from `default_year`, or from the nearest full date, in that
order.

Every repetition in the patterns is bounded and possessive, so the time is linear in the length of the text.
"""

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from graph.model import Span
from ingest.date_patterns import (
    AND_LINK,
    BETWEEN,
    CAPITALISED_LEAD,
    COUNTED,
    DAY_LEAD,
    DAY_MONTH,
    DAY_SLASH_MONTH,
    ENGLISH_MONTHS,
    FIRST_DAY,
    GOAL_NAME,
    IN,
    LONGEST_ABBREVIATION,
    MONTH_DAY,
    MONTH_WORD,
    MONTH_YEAR,
    MONTHS,
    NOT_COUNTED,
    NUMBER,
    NUMBER_LEAD,
    NUMBERED,
    NUMERIC,
    ONLY_YEAR,
    PART_OF_YEAR,
    PERIOD_LEAD,
    PLAIN_IN_ENGLISH,
    PLAIN_WORDS,
    RANGE_LINK,
    RIVER_OF_JANUARY,
    SHORT_FULL_NAMES,
    SLASH_MONTH_BEFORE,
    YEAR_LEAD,
    YEAR_MONTH,
)
from ingest.tokens import LONGEST_KEPT, fold, fold_keeping_length

Precision = Literal["day", "month", "year"]

_AUTUMN, _SPRING = 9, 4  # months between which a range without years may cross into the next year
_LENDS_BACK = 60  # code points behind a date without a year in which a full one lends it its own
_LEAD = 48  # code points looked at on the left of a unit


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date, a range of dates, a month or a year read at `span`.

    `start` and `end` are ISO 8601 ("2007-03-26", "2007-03" or "2007", by `precision`) and equal for a single
    day, month or year. `inferred_year` is true where the year is not said with the date; `weak` where the
    year is more likely part of a name ("Expocomer 2007", "Programa Marco 2007-2013") than a date.
    """

    span: Span
    start: str
    end: str
    precision: Precision
    inferred_year: bool
    rule: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Point:
    year: int | None
    month: int | None = None
    day: int | None = None

    def iso(self) -> str:
        return "-".join(
            f"{part:0{width}d}"
            for part, width in ((self.year, 4), (self.month, 2), (self.day, 2))
            if part is not None
        )

    def valid(self) -> bool:
        if self.month is None or self.day is None:
            return True
        # 2000 is a leap year: without a year, 29 February stands.
        return 1 <= self.month <= 12 and self.day <= calendar.monthrange(self.year or 2000, self.month)[1]


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    first: _Point
    last: _Point
    rule: str
    inferred: bool = False
    weak: bool = False
    needs_year: bool = (
        False  # a bare month: kept only beside a unit that has the year, or after a preposition
    )

    @property
    def precision(self) -> Precision:
        return "day" if self.first.day else "month" if self.first.month else "year"


def find_dates(
    text: str, *, language: str | None = None, default_year: int | None = None
) -> list[DateMention]:
    """Dates in `text`, in reading order, without overlaps.

    `language` ("es", "pt", "en") decides only whether 03/04/2009 starts with the month (English).
    `default_year` completes dates that say no year; a day or month whose year cannot be known is left out.
    """
    units = _with_years(text, _units(text, language), default_year)
    return [
        DateMention(
            Span(unit.start, unit.end),
            unit.first.iso(),
            unit.last.iso(),
            unit.precision,
            unit.inferred,
            unit.rule,
            unit.weak,
        )
        for unit in units
        if unit.first.valid() and unit.last.valid()
    ]


def _units(text: str, language: str | None) -> Sequence[_Unit]:
    """Units with the ranges that they make, some without a year; kept for a paragraph, which is asked again
    with another default year.
    """
    return _kept_units(text, language) if len(text) <= LONGEST_KEPT else _read_units(text, language)


@lru_cache(maxsize=1024)
def _kept_units(text: str, language: str | None) -> Sequence[_Unit]:
    return _read_units(text, language)


def _read_units(text: str, language: str | None) -> Sequence[_Unit]:
    return _joined(text, _without_overlaps(text, language))


def _without_overlaps(text: str, language: str | None) -> list[_Unit]:
    """Units of every kind in reading order; the more telling kind wins where two overlap."""
    folded = fold_keeping_length(text)
    months = [match.start() for match in MONTH_WORD.finditer(folded)]
    numbers = [match.start() for match in NUMBER.finditer(text)]
    days = numbers
    if first_days := [match.start() for match in FIRST_DAY.finditer(folded)]:
        days = sorted(numbers + first_days)
    taken = _Taken()
    if months:
        taken.add(_day_month_units(text, days))
    if days:
        taken.add(_month_day_units(text, months, language))
        taken.add(_numeric_units(text, days, language))
        taken.add(_numeric_units_without_year(text, numbers, language))
    if months:
        taken.add(_year_month_units(text))
    taken.add(_month_units(text, months, taken))
    taken.add(_year_units(text, numbers, taken))
    return taken.units


class _Taken:
    """Units in reading order, apart from each other."""

    def __init__(self) -> None:
        self.units: list[_Unit] = []
        self._starts: list[int] = []

    def is_free(self, start: int, end: int) -> bool:
        """Whether no unit is between two offsets."""
        at = bisect_left(self._starts, end)
        return at == 0 or self.units[at - 1].end <= start

    def add(self, kind: Iterable[_Unit]) -> None:
        """Take the units of a kind that are free in what was taken before."""
        fresh = [unit for unit in kind if self.is_free(unit.start, unit.end)]
        if fresh:
            self.units = sorted(self.units + fresh, key=attrgetter("start"))
            self._starts = [unit.start for unit in self.units]


def _matches(pattern: "re.Pattern[str]", text: str, starts: Sequence[int]) -> Iterator["re.Match[str]"]:
    """The matches that `pattern.finditer` has, for a pattern that can only match at one of `starts`."""
    free = 0
    for start in starts:
        if start >= free and (match := pattern.match(text, start)):
            free = match.end()
            yield match


def _day_month_units(text: str, days: Sequence[int]) -> Iterator[_Unit]:
    for match in _matches(DAY_MONTH, text, days):
        month = _month(match)
        if month is not None:
            yield from _unit_of_days(match, month, "day-month")


def _month_day_units(text: str, months: Sequence[int], language: str | None) -> Iterator[_Unit]:
    for match in _matches(MONTH_DAY, text, months):
        month = _month(match)
        if month is None:
            continue
        # "En marzo 20 empresas …": without a year or an ordinal only English writes the day behind the month.
        plain = match["year"] is None and not re.search(r"[a-zº°]", match["days"].lower())
        english = fold(match["month"]) in ENGLISH_MONTHS or (
            language == "en" and match["month"][0].isupper()  # "Aug 29 thru Sept 2"
        )
        if plain and (not english or text[max(0, match.start() - 3) : match.start()].lower() == "in "):
            continue
        yield from _unit_of_days(match, month, "month-day")


def _unit_of_days(match: re.Match[str], month: int, rule: str) -> Iterator[_Unit]:
    year = int(match["year"]) if match["year"] else None
    days = _rising_days(match["days"], match.start("days"))
    if not days:
        return
    start = days[0][0] if rule != "month-day" else match.start()
    kind = rule if len(days) == 1 else "day-list" if len(days) > 2 else "day-range"
    first, last = _Point(year, month, days[0][1]), _Point(year, month, days[-1][1])
    yield _Unit(start, match.end(), first, last, kind)


def _rising_days(text: str, offset: int) -> list[tuple[int, int]]:
    """(position, day) of the longest rising tail: in "artículo 14, 3 y 4 de mayo" only 3 and 4 are days."""
    found = [
        (offset + match.start(), 1 if match[0][0] in "pP" else int(match[0]))
        for match in re.finditer(r"\d{1,2}|(?i:primei?ro)", text)
    ]
    keep = len(found) - 1
    while keep > 0 and found[keep - 1][1] < found[keep][1]:
        keep -= 1
    return found[keep:]


def _year_month_units(text: str) -> Iterator[_Unit]:
    """ "2019, março" at the beginning of a line."""
    for match in YEAR_MONTH.finditer(text):
        month = _month(match)
        if month is not None and _is_full(match["month"]):
            point = _Point(int(match["year"]), month)
            yield _Unit(match.start("year"), match.end(), point, point, "year-month")


def _is_full(month: str) -> bool:
    """Whether a month is written in full."""
    name = fold(month)
    return len(name) > LONGEST_ABBREVIATION or name in SHORT_FULL_NAMES or month == "May"


def _month_units(text: str, months: Sequence[int], taken: _Taken) -> Iterator[_Unit]:
    for match in _matches(MONTH_YEAR, text, months):
        if not taken.is_free(*match.span()):
            continue
        name = fold(match["month"])
        month = _month(match)
        if month is None:
            continue
        year = int(match["year"]) if match["year"] else None
        full = _is_full(match["month"])
        if name == "marco" and match["month"].isascii():
            continue  # a framework ("Programa Marco 2007-2013") unless a day stands before it
        if year is None and not full:
            continue
        lead = text[max(0, match.start() - _LEAD) : match.start()]
        if name == "janeiro" and RIVER_OF_JANUARY.search(lead):
            continue
        point = _Point(year, month)
        lonely = year is None and match["this"] is None and not IN.search(lead)
        yield _Unit(
            match.start(), match.end(), point, point, "month-year" if year else "month", needs_year=lonely
        )


def _numeric_units(text: str, days: Sequence[int], language: str | None) -> Iterator[_Unit]:
    for match in _matches(NUMERIC, text, days):
        if NUMBERED.search(text[max(0, match.start() - _LEAD) : match.start()]):
            continue
        unit = _numeric_unit(match, language)
        if unit is not None:
            yield unit


def _numeric_units_without_year(text: str, numbers: Sequence[int], language: str | None) -> Iterator[_Unit]:
    """ "nesta terça-feira (29/08)", "entre os dias 29/08 a 6/09": a day and a month that words introduce."""
    if language == "en":
        return
    for match in _matches(DAY_SLASH_MONTH, text, numbers):
        lead = DAY_LEAD.search(text[max(0, match.start() - _LEAD) : match.start()])
        plain = lead is None or lead["sure"] is None
        if lead is None or (plain and match["d2"] is None and len(match["m1"]) < 2):
            continue
        first = _Point(None, int(match["m1"]), int(match["d1"]))
        last = _Point(None, int(match["m2"]), int(match["d2"])) if match["d2"] else first
        if first.day and last.day and first.valid() and last.valid():
            kind = "numeric-date" if first == last else "numeric-range"
            yield _Unit(match.start(), match.end(), first, last, kind)


def _numeric_unit(match: re.Match[str], language: str | None) -> _Unit | None:
    start, end = match.span()
    if match["iy"]:
        point = _Point(int(match["iy"]), int(match["im"]), int(match["id"]))
        return _Unit(start, end, point, point, "iso-date")
    if match["days"]:
        year, days, month = (
            int(match["y1"]),
            _rising_days(match["days"], match.start("days")),
            int(match["m1"]),
        )
        last = _numeric_days(days, month, year, end, language)
        return _from_day_and_month(match, last) if last is not None and len(days) == 1 else last
    if match["a"]:
        year = int(match["y2"])
        if year < 100:
            year += 2000 if year < 70 else 1900  # POSIX strptime's pivot, 68/69, to within a year
        last = _numeric_days([(start, int(match["a"]))], int(match["b"]), year, end, language)
        return _from_day_and_month(match, last) if last is not None else None
    if match["m3"]:
        point = _Point(int(match["y3"]), int(match["m3"]))
    elif PERIOD_LEAD.search(match.string[max(0, start - _LEAD) : start]):
        return None  # "período 2005-07" is a range of years
    else:
        point = _Point(int(match["y4"]), int(match["m4"]))
    return _Unit(start, end, point, point, "numeric-month")


def _from_day_and_month(match: re.Match[str], last: _Unit) -> _Unit:
    """ "14/09 a 18/09/2020": a date with the first day before it, whose year is the last one's."""
    before = SLASH_MONTH_BEFORE.search(match.string, max(0, match.start() - _LEAD), match.start())
    if before is None or last.first.month != int(match["b"] or match["m1"]):
        return last  # the month first, as in English
    first = _Point(last.first.year, int(before["month"]), int(before["day"]))
    told = (first.month or 0, first.day or 0) < (last.first.month or 0, last.first.day or 0)
    if not (first.valid() and told):
        return last
    return _Unit(before.start("day"), last.end, first, last.last, "numeric-range")


def _numeric_days(
    days: list[tuple[int, int]], month: int, year: int, end: int, language: str | None
) -> _Unit | None:
    if not days:
        return None
    if len(days) == 1 and ((language == "en" and days[0][1] <= 12) or (month > 12 >= days[0][1])):
        days, month = [(days[0][0], month)], days[0][1]
    first, last = _Point(year, month, days[0][1]), _Point(year, month, days[-1][1])
    if not (1 <= month <= 12 and days[0][1] >= 1 and last.valid()):
        return None
    return _Unit(days[0][0], end, first, last, "numeric-date" if len(days) == 1 else "numeric-range")


def _year_units(text: str, numbers: Sequence[int], taken: _Taken) -> Iterator[_Unit]:
    for match in _matches(ONLY_YEAR, text, numbers):
        start, end = match.span()
        if not taken.is_free(start, end):
            continue
        lead, tail = text[max(0, start - _LEAD) : start], text[end : end + 24]
        first = int(match["first"])
        last = int(match["last"]) if match["last"] else first
        if last < 100:
            last += first // 100 * 100
        if not first <= last <= first + 60 or NUMBERED.search(lead) or GOAL_NAME.search(lead):
            continue
        if first == last and COUNTED.match(tail) and not NOT_COUNTED.match(tail):
            continue
        part = PART_OF_YEAR.search(lead)
        if part is None and NUMBER_LEAD.search(lead):
            continue
        if part is not None:
            point = _Point(first)
            yield _Unit(start - (len(lead) - part.start()), end, point, point, "part-of-year")
            continue
        said = YEAR_LEAD.search(lead) is not None
        name = CAPITALISED_LEAD.search(lead) if not said else None
        weak = name is not None and name[0][0].isupper()
        if not said and not weak and lead.strip() and "\n" not in lead[-3:] and match["last"] is None:
            weak = True  # a number in the middle of a sentence with nothing that makes it a year
        rule = (
            ("name-range" if weak else "year-range") if match["last"] else ("name-year" if weak else "year")
        )
        yield _Unit(start, end, _Point(first), _Point(last), rule, weak=weak)


def _joined(text: str, units: list[_Unit]) -> list[_Unit]:
    """Ranges made of two units ("28 de abril al 3 de mayo"), and years shared by coordinated units."""
    joined: list[_Unit] = []
    for unit in reversed(units):
        after = joined[-1] if joined else None
        if after is None or after.start - unit.end > 40 or unit.precision != after.precision or unit.weak:
            joined.append(unit)
            continue
        link = text[unit.end : after.start]
        between = AND_LINK.fullmatch(link) is not None
        ranged = RANGE_LINK.fullmatch(link) is not None
        if between and BETWEEN.search(text[max(0, unit.start - _LEAD) : unit.start]):
            ranged = True
        first, last = unit.first, after.last
        if ranged or between:
            first, last = _shared_year(first, last)
        # Without any year, January may follow December; `_with_years` sees to it.
        rising = _key(first) < _key(last) or (first.year is None and last.year is None)
        if ranged and unit.first == unit.last and rising and after.rule != "year-range":
            joined[-1] = _Unit(unit.start, after.end, first, last, f"{unit.precision}-range")
        elif between and _next_day(replace(unit.last, year=first.year), after.first):
            # "30 y 31 de mayo y 1º de junio de 2023"
            joined[-1] = _Unit(unit.start, after.end, first, after.last, "day-list")
        elif between and first != unit.first:
            shift = replace(unit.last, year=first.year)
            joined.append(replace(unit, first=first, last=shift, needs_year=False))
        else:
            joined.append(unit)
    return joined[::-1]


def _shared_year(first: _Point, last: _Point) -> tuple[_Point, _Point]:
    """The year said once for both ends; December to January crosses into the next year."""
    crosses = (first.month or 0, first.day or 0) > (last.month or 0, last.day or 0)
    if first.year is None and last.year is not None:
        return replace(first, year=last.year - crosses), last
    if last.year is None and first.year is not None:
        return first, replace(last, year=first.year + crosses)
    return first, last


def _next_day(point: _Point, other: _Point) -> bool:
    """Whether `other` is the day after `point`."""
    if None in (point.year, point.day, other.year, other.day) or not (point.valid() and other.valid()):
        return False
    return date.fromisoformat(other.iso()) - date.fromisoformat(point.iso()) == timedelta(days=1)


def _key(point: _Point) -> tuple[int, int, int]:
    return point.year or 0, point.month or 0, point.day or 0


def _with_years(text: str, units: Sequence[_Unit], default_year: int | None) -> list[_Unit]:
    """Units with a year for all; those for which there is none are left out."""
    dated = [unit for unit in units if unit.first.year is not None and not unit.weak]
    starts = [unit.start for unit in dated]
    done = []
    for unit in units:
        if unit.first.year is not None:
            done.append(unit)
            continue
        if unit.needs_year:
            continue
        year = _year_near(text, unit, dated, bisect_left(starts, unit.start), default_year)
        if year is not None:
            first, last = replace(unit.first, year=year), replace(unit.last, year=year)
            if _key(first) > _key(last):
                # Over New Year; what runs backwards otherwise is a slip, of which the first day is kept.
                winter = (first.month or 0) >= _AUTUMN and (last.month or 12) <= _SPRING
                last = replace(last, year=year + 1) if winter else first
            done.append(replace(unit, first=first, last=last, inferred=True))
    return done


def _year_near(text: str, unit: _Unit, dated: list[_Unit], at: int, default_year: int | None) -> int | None:
    """The year of a full date of the same paragraph (before, then after), the default, the nearest date's."""
    before = dated[at - 1] if at else None
    after = dated[at] if at < len(dated) else None
    for other in (before, after):
        # A date further on is rather that of something else where the year of the text is known.
        far = other is after and default_year is not None and other is not None
        if far and other is not None and other.start - unit.end > _LENDS_BACK:
            continue
        if other is not None and other.precision != "year" and _same_paragraph(text, unit, other):
            return other.last.year if other is before else other.first.year
    if default_year is not None:
        return default_year
    near = min(
        (other for other in (before, after) if other is not None),
        key=lambda other: abs(other.start - unit.start),
        default=None,
    )
    return near.last.year if near is not None else None


def _same_paragraph(text: str, unit: _Unit, other: _Unit) -> bool:
    low, high = sorted((unit, other), key=lambda one: one.start)
    between = text[low.end : high.start] if high.start - low.end <= 400 else None
    return between is not None and re.search(r"\n[^\S\n]{0,8}\n", between) is None


def _month(match: re.Match[str]) -> int | None:
    """Number of the month, None where the word is a plain word here ("they may 20 …", "set 2007 goals")."""
    word = match["month"]
    name = fold(word)
    groups = match.groupdict()
    if name in PLAIN_WORDS and word.islower() and word.isascii():
        dotted = match.string[match.end("month") : match.end("month") + 1] in {".", "/", "-"}
        both = groups.get("days") is not None and groups.get("year") is not None
        if not (dotted or both or (name == "marco" and groups.get("days") is not None)):
            return None
        if name in PLAIN_IN_ENGLISH and groups.get("days") is None:
            return None
    return MONTHS.get(name)  # case-blind, the pattern also takes letters such as the Turkish "ı" for its own
