"""Days told by their weekday and number alone: "el jueves 30", "nesta quinta-feira (12)", "Friday the 13th".

In: a piece of text and the days that the document dates in full. Out: the dates where a day of that number
and weekday lies near one of them; nothing where none does.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from graph.model import Span
from ingest.dates import DateMention
from ingest.tokens import fold_keeping_length

_NEAR = timedelta(days=45)
"""A day told without its month is this near to another day that the text dates; ours, on the reports."""

_DAYS = (
    "lunes segunda segunda-feira monday", "martes terca terca-feira tuesday",
    "miercoles quarta quarta-feira wednesday", "jueves quinta quinta-feira thursday",
    "viernes sexta sexta-feira friday", "sabado saturday", "domingo sunday",
)  # fmt: skip
_NUMBER = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_WEEKDAY = "|".join(sorted(_NUMBER, key=len, reverse=True))
_TOLD = re.compile(
    rf"\b(?P<weekday>{_WEEKDAY})(?:,? (?:dia |the )?|,? \()(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|º)?\)?"
    r"(?!\d|[.,:/]\d|\s?(?:h\b|hs\b|horas|hrs|am\b|pm\b|a\.m|p\.m|%|de (?:la|las)\b)|[ºª°]?\s?(?:de |of )?"
    r"(?:ene|feb|mar|abr|may|jun|jul|ago|sep|set|oct|nov|dic|jan|fev|out|dez|apr|aug|dec)|\s?[/-]\s?\d)"
)


def weekday_dates(text: str, near: Sequence[date], taken: Sequence[DateMention]) -> list[DateMention]:
    """The days of `text` told by weekday and number that a day of `near` settles; none inside `taken`."""
    if not near:
        return []
    found = []
    for told in _TOLD.finditer(fold_keeping_length(text)):
        start, end = told.span()
        if any(d.span.start < end and start < d.span.end for d in taken):
            continue
        day = _nearest(int(told["day"]), _NUMBER[told["weekday"]], near)
        if day is not None:
            iso = day.isoformat()
            found.append(DateMention(Span(start, end), iso, iso, "day", True, "weekday-date"))
    return found


def _nearest(number: int, weekday: int, near: Sequence[date]) -> date | None:
    """The day of that number and weekday that is nearest to one of `near`."""
    best: tuple[timedelta, date] | None = None
    for known in near:
        for offset in range(-_NEAR.days, _NEAR.days + 1):
            day = known + timedelta(days=offset)
            if day.day == number and day.weekday() == weekday:
                distance = abs(day - known)
                if best is None or distance < best[0]:
                    best = (distance, day)
    return best[1] if best else None
