"""Chronologies: entries that begin with their date, also where lines ran together and only a heading has the
year.

In: segments, and the dates found in one. Out: one segment for each entry, and the dates that only entries
have ("Noviembre: …", "12-IV …").
"""

import re
from dataclasses import replace

from graph.model import Span
from ingest.cleaning import CleanText
from ingest.dates import DateMention, find_dates
from ingest.lexicon import pattern
from ingest.segmentation import Segment
from ingest.sentences import sentences

_LONGEST = 20_000  # characters of a segment that is looked at for entries


_ENTRY = re.compile(r"\s{0,3}[:–—-]\s|\s{0,3}\.\s{1,3}(?=[A-ZÁÉÍÓÚIVX0-9])")


def entries(whole: Segment, cleaned: CleanText, language: str) -> list[Segment]:
    """The entries of a chronology whose lines ran together: "12 de mayo: … 3 de octubre: …", one segment
    each.
    """
    if whole.kind not in {"paragraph", "list-item"} or len(whole.text) > _LONGEST:
        return [whole]
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
    if starts[0] > 0:
        starts.insert(0, 0)
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


def year_above(piece: Segment) -> int | None:
    """The year that a heading above is ("2005", "Actividades de 2005")."""
    for heading in reversed(piece.heading_path):
        years = set(re.findall(r"(?<![\d-])(?:19|20)\d\d(?![\d-])", heading))
        if len(years) == 1:
            return int(years.pop())
    return None


_ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


_ENTRY_ROMAN = re.compile(r"\s*(\d{1,2})[-/. ](I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII)(?=[\s.:,])")


def entry_dates(
    text: str, lead: int, dates: list[DateMention], *, language: str, year: int | None
) -> list[DateMention]:
    """The dates of a segment with the one that opens its entry; `lead` is the length of its number."""
    if (month := pattern("entry_month").match(text, lead)) and not (
        dates and dates[0].span.start < month.end()
    ):
        read = find_dates(f"en {month.group(1)}", language=language, default_year=year)
        dates = [replace(d, span=Span(month.start(1), month.end(1))) for d in read[:1]] + dates
    if (roman := _ENTRY_ROMAN.match(text, lead)) and year is not None:
        day, month_number = int(roman.group(1)), _ROMAN_MONTHS.index(roman.group(2)) + 1
        if 1 <= day <= 31:
            iso = f"{year}-{month_number:02}-{day:02}"
            dates = [DateMention(Span(*roman.span(0)), iso, iso, "day", True, "roman-month"), *dates]
    return dates
