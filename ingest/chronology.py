"""Chronologies: entries that begin with their date, also where lines ran together and only a heading has the
year.

In: segments, and the dates found in one. Out: one segment for each entry, and the dates that only entries
have ("Noviembre: …", "12-IV …").
"""

import calendar
import re
from collections.abc import Container, Sequence
from dataclasses import replace

from graph.model import Span
from ingest.cleaning import CleanText
from ingest.date_patterns import DATE_ALONE, MONTHS
from ingest.dates import DateMention, find_dates
from ingest.lexicon import pattern
from ingest.segmentation import Segment
from ingest.sentences import sentences
from ingest.tokens import fold, fold_keeping_length

_LONGEST = 20_000  # characters of a segment that is looked at for entries


_ENTRY = re.compile(r"\s{0,3}[:–—-]\s|\s{0,3}\.\s{1,3}(?=[A-ZÁÉÍÓÚIVX0-9])")


def entries(whole: Segment, cleaned: CleanText, language: str) -> list[Segment]:
    """The entries of a chronology whose lines ran together: "12 de mayo: … 3 de octubre: …", one segment
    each.
    """
    if whole.kind not in {"paragraph", "list-item"} or len(whole.text) > _LONGEST:
        return [whole]
    if len(lines := _under_dates(whole.text)) > 1:
        return _cut(whole, lines, cleaned)
    cuts = sentences(whole.text, language)
    if len(cuts) < 2:
        return [whole]
    starts = []
    dates = {d.span.start: d.span.end for d in find_dates(whole.text, language=language, default_year=2000)}
    for sentence in cuts:
        end = dates.get(sentence.start)
        month = pattern("entry_month").match(whole.text, sentence.start)
        if (end is not None and _ENTRY.match(whole.text, end)) or month:
            starts.append(sentence.start)
    if len(starts) < 2:
        return [whole]
    return _cut(whole, starts, cleaned)


def _cut(whole: Segment, starts: list[int], cleaned: CleanText) -> list[Segment]:
    """A segment cut before each of the offsets; the pieces are items of a list."""
    if starts[0] > 0:
        starts = [0, *starts]
    parts = []
    for start, end in zip(starts, [*starts[1:], len(whole.text)], strict=True):
        text = whole.text[start:end].rstrip()
        clean_span = Span(whole.clean.start + start, whole.clean.start + start + len(text))
        parts.append(
            replace(
                whole,
                kind="list-item",
                text=text,
                clean=clean_span,
                span=cleaned.source(*clean_span),
                number=None,
            )
        )
    return parts


def _under_dates(text: str) -> list[int]:
    """Where the entries begin of a paragraph some lines of which are years or months alone; else nothing.

    The first entry under such a line begins with it, the others with their own line.
    """
    if "\n" not in text:
        return []
    starts: list[int] = []
    heads = 0
    at = 0
    before = ""
    for line in text.split("\n"):
        alone = len(line) < 40 and DATE_ALONE.fullmatch(fold(line)) is not None
        new = line[:1].isupper() or line[:1].isdigit()
        if alone or (heads and before and new and _ENDS_ENTRY.search(before)):
            starts.append(at)
        heads += alone
        before = "" if alone else line
        at += len(line) + 1
    return starts if heads > 1 or (heads == 1 and len(starts) > 1) else []


def year_above(piece: Segment, counted: Container[str] = ()) -> int | None:
    """The year that a heading above is ("2005", "Actividades de 2005"), numbers of those `counted` apart."""
    for heading in reversed(piece.heading_path):
        if heading in counted:
            heading = heading[count_end(heading) :]
        years = set(re.findall(r"(?<![\d-])(?:19|20)\d\d(?![\d-])", heading))
        if len(years) == 1:
            return int(years.pop())
    return None


def counted_headings(segments: Sequence[Segment]) -> frozenset[str]:
    """Headings and lines whose number looks like a year but goes on counting from one that does not
    ("1899.", "1900.", …).
    """
    found: set[str] = set()
    number: int | None = None
    years = True  # whether the numbers counted so far may all be years
    for piece in segments:
        own = _COUNT.match(piece.text)
        if own is None:
            continue
        value = int(own["number"])
        years = (years if value - 1 == number else True) and value >= _FIRST_YEAR
        number = value
        if not years and value >= _FIRST_YEAR:
            found.add(piece.text)
    return frozenset(found)


def count_end(text: str) -> int:
    """Where the number ends that a line begins with; 0 for none."""
    found = _COUNT.match(text)
    return found.end() if found else 0


_FIRST_YEAR = 1900
_COUNT = re.compile(r"\W{0,3}(?P<number>\d{1,5})(?:[.)º°]|$)")


def months_above(segments: Sequence[Segment]) -> list[int | None]:
    """For each segment the month (1 to 12) that a line above is ("FEBRERO"), up to the next heading."""
    months: list[int | None] = []
    month: int | None = None
    for piece in segments:
        alone = _MONTH_ALONE.fullmatch(fold(piece.text)) if len(piece.text) < 40 else None
        if alone:
            month = MONTHS[alone.group(1)]
        elif piece.kind == "heading":
            month = None
        months.append(month)
    return months


_MONTH_ALONE = re.compile(rf"\W*(?:mes de )?({'|'.join(MONTHS)})\.?(?:[ ,/-]+(?:de[l]? )?(?:19|20)\d\d)?\W*")
_ENDS_ENTRY = re.compile(r"[.;)!?…”\"]\s*\Z")
_ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_ENTRY_ROMAN = re.compile(r"\s*(\d{1,2})[-/](I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII)(?=[\s.:,])")

_WEEKDAY = (
    r"(?:(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|lun|mie|jue|vie|sab|dom|mon|tue|wed|thu|fri|sat|sun)"
    r"\b\.?,? )"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])[ºª°]?(?!\d|[.,]\d)"
_JOIN = r"(?: ?[-–/] ?|,? (?:al?|y|e|and|to|hasta|ate) (?:el |los )?|, )"
_DAYS = rf"(?P<days>{_DAY}(?:{_JOIN}{_WEEKDAY}?{_DAY}){{0,8}})"
_OPENING = (
    r"(?:(?:el|del|los|las|desde|entre|on|de|no|nos|dia|dias|day|days|noche|tarde|manana|manha|semana|week|of|a|o|the)"
    r" ){0,3}"
)
# "Julio, 12-14." and "Octubre, del 24 al 26": the month first, as entries of Spanish and Portuguese have it
_MONTH_FIRST = re.compile(
    rf"(?P<month>{'|'.join(MONTHS)})\.?,? {_OPENING}{_DAYS}(?:,? (?:de )?(?P<year>(?:19|20)\d\d))?"
)
_DAYS_FIRST = re.compile(rf"{_OPENING}{_WEEKDAY}?{_DAYS}")
_DAY_AND_MONTH = re.compile(r"(?P<days>\d{1,2})(?P<join>[/-])(?P<number>\d{1,2})(?![/\d-])")
# "10 a 12/03", "05/05 a 08/05"
_DAYS_IN_FIGURES = re.compile(
    r"(?P<first>\d{1,2})(?:/(?P<first_month>\d{1,2}))?\s?(?:al?|e|y|and|to|ate|[-–])\s?(?P<last>\d{1,2})/(?P<month>\d{1,2})"
    r"(?![/\d-])"
)
_CLOSED = re.compile(r"\s*(?:[.:;,)|–—-]|\Z)")
_AFTER = re.compile(r"\s*(?:[.:;,)|–—-]|\Z)|\s+[A-ZÁÉÍÓÚ]")


def entry_dates(
    text: str,
    lead: int,
    dates: list[DateMention],
    *,
    language: str,
    year: int | None,
    month: int | None = None,
) -> list[DateMention]:
    """The dates of a segment with the one that opens its entry; `lead` is the length of its number.

    Only entries are dated by a month alone, by days and a month above them, or by "7/4".
    """
    if (named := pattern("entry_month").match(text, lead)) and not (
        dates and dates[0].span.start < named.end()
    ):
        read = find_dates(f"en {named.group(1)}", language=language, default_year=year)
        dates = [replace(d, span=Span(named.start(1), named.end(1))) for d in read[:1]] + dates
    if year is not None and (alone := _month_line(text, year)) and not _begin_within(dates, alone.span.end):
        dates = [alone, *dates]
    if under := _day_under_month(text, lead, dates):
        return [under, *(d for d in dates if d.span.start >= under.span.end)]
    if year is None:
        return dates
    if roman := _ENTRY_ROMAN.match(text, lead):
        opening = _days_of(year, _ROMAN_MONTHS.index(roman.group(2)) + 1, roman.group(1), roman.span(0))
    else:
        opening = _opening_date(text, lead, year, month)
    if opening is None:
        return dates
    known = bool(dates) and dates[0].span.start < opening.span.end and dates[0].precision == "day"
    if known and (dates[0].span.start <= opening.span.start or not dates[0].inferred_year):
        return dates
    return [opening, *(d for d in dates if d.span.start >= opening.span.end)]


def _month_line(text: str, year: int) -> DateMention | None:
    """The month that the first line of a segment is."""
    line = text.split("\n", 1)[0]
    alone = _MONTH_ALONE.fullmatch(fold(line)) if len(line) < 40 else None
    if alone is None:
        return None
    start = next((at for at, sign in enumerate(line) if sign.isalpha()), 0)
    told = f"{year}-{MONTHS[alone.group(1)]:02}"
    return DateMention(Span(start, len(line.rstrip(" .:*_-"))), told, told, "month", True, "month-alone")


def _begin_within(dates: Sequence[DateMention], end: int) -> bool:
    return bool(dates) and dates[0].span.start < end


def _day_under_month(text: str, lead: int, dates: Sequence[DateMention]) -> DateMention | None:
    """The day of an entry whose first line is its month: "Outubro, 2019 / Dias 20, 22 e 27 – Curso …"."""
    head = dates[0] if dates else None
    if head is None or head.precision != "month" or head.start != head.end:
        return None
    if any(sign.isalnum() for sign in text[lead : head.span.start]):
        return None
    year, month = map(int, head.start.split("-"))
    day = _opening_date(text, head.span.end, year, month)
    if day is None:
        return None
    between = text[head.span.end : day.span.start]
    if "\n" not in between and fold(text[day.span.start : day.span.start + 3]) not in {"dia", "day"}:
        return None
    return replace(
        day, span=Span(head.span.start, day.span.end), rule="month-above", inferred_year=head.inferred_year
    )


def _opening_date(text: str, lead: int, year: int, month: int | None) -> DateMention | None:
    """The date at the very beginning of an entry, in forms that only entries have."""
    start = lead
    while start < len(text) and not text[start].isalnum():
        start += 1
    folded = fold_keeping_length(text[: start + 90])
    if (first := _MONTH_FIRST.match(folded, start)) and _AFTER.match(text, first.end()):
        return _days_of(
            int(first["year"] or year), MONTHS[first["month"]], first["days"], (start, first.end())
        )
    both = _DAYS_IN_FIGURES.match(folded, start)
    if both and both["first_month"] in {None, both["month"]} and _CLOSED.match(text, both.end()):
        return _days_of(year, int(both["month"]), f"{both['first']} {both['last']}", (start, both.end()))
    numbers = _DAY_AND_MONTH.match(folded, start)
    # "1/2 Taza de harina" is no first of February.
    behind = _CLOSED if month is None else _AFTER
    if numbers and behind.match(text, numbers.end()) and month in {None, int(numbers["number"])}:
        return _days_of(year, int(numbers["number"]), numbers["days"], numbers.span(0))
    if month is not None and (days := _DAYS_FIRST.match(folded, start)) and _AFTER.match(text, days.end()):
        return _days_of(year, month, days["days"], (start, days.end()))
    return None


def _days_of(year: int, month: int, days: str, span: tuple[int, int]) -> DateMention | None:
    """The first to the last of the days of a month, None for days that the month has not."""
    found = [int(d) for d in re.findall(r"\d{1,2}", days)]
    if not 1 <= month <= 12 or not found or found != sorted(found) or not found[0] >= 1:
        return None
    if found[-1] > calendar.monthrange(year, month)[1]:
        return None
    start, end = (f"{year}-{month:02}-{day:02}" for day in (found[0], found[-1]))
    return DateMention(Span(*span), start, end, "day", True, "entry-date")
