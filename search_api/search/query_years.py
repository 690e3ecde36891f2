"""The years that a query asks about: one, a range, or all since or until one."""

import re
from typing import NamedTuple

from ingest.tokens import fold_keeping_length

_Y = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_SET = r"(?:el |los |the |o |os )?(?:anos? |years? )?"
# Over folded text. The first pattern that fits at a place counts.
_PATTERNS = {
    "between": re.compile(rf"\b(?:entre|between)\s+{_SET}{_Y}\s*(?:y|and|e)\s*{_SET}{_Y}"),
    "range": re.compile(
        rf"(?:\b(?:desde|de|del|from)\s+{_SET})?{_Y}\s*(?:[-–—]|\b(?:al?|ate|to|until|through|hasta)\b)\s*"
        rf"{_SET}{_Y}"
    ),
    "since": re.compile(rf"\b(?:desde|since|a partir de|a contar de|from)\s+{_SET}{_Y}|{_Y}\s+en adelante"),
    "after": re.compile(rf"\b(?:despues de|posterior(?:es)? a|after|apos|depois de)\s+{_SET}{_Y}"),
    "until": re.compile(rf"\b(?:hasta|until|till|up to|ate)\s+{_SET}{_Y}"),
    "before": re.compile(rf"\b(?:antes de|anterior(?:es)? a|before|prior to)\s+{_SET}{_Y}"),
    "decade": re.compile(
        r"\b(?:decadas? de(?: los)?(?: anos)?|anos|os anos|los)\s+((?:19|20)?\d0)(?!\d)|\b((?:19|20)\d0)s\b"
    ),
    "year": re.compile(_Y),
}
_TURN_OF_CENTURY = 30
"""The decade of "los 20" is that of 2020, the one of "los 30" that of 1930."""


class Period(NamedTuple):
    """Inclusive years, None for an open end, with the half-open interval of the text that says so."""

    first: int | None
    last: int | None
    start: int
    end: int

    @property
    def key(self) -> str:
        """The years in writing: "2007", "2005-2007", "2006-" (since), "-2007" (until)."""
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}-{self.last or ''}"


def periods(text: str) -> tuple[Period, ...]:
    """The periods that a text names, in its order, each once."""
    folded = fold_keeping_length(text)
    taken: list[tuple[int, int]] = []
    found: list[Period] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(folded):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found.append(_period(kind, [group for group in match.groups() if group], match.span()))
    distinct: dict[str, Period] = {}
    for period in sorted(found, key=lambda period: period.start):
        distinct.setdefault(period.key, period)
    return tuple(distinct.values())


def years_of(key: str) -> tuple[int | None, int | None]:
    """First and last year of the key of a period. Raises ValueError where it is none."""
    first, dash, last = key.partition("-")
    if not dash:
        last = first
    return int(first) if first else None, int(last) if last else None


def _period(kind: str, numbers: list[str], span: tuple[int, int]) -> Period:
    years = sorted(int(number) for number in numbers)
    year = years[0]
    match kind:
        case "between" | "range":
            return Period(year, years[-1], *span)
        case "since":
            return Period(year, None, *span)
        case "after":
            return Period(year + 1, None, *span)
        case "until":
            return Period(None, year, *span)
        case "before":
            return Period(None, year - 1, *span)
        case "decade":
            if year < 100:
                year += 2000 if year < _TURN_OF_CENTURY else 1900
            return Period(year, year + 9, *span)
    return Period(year, year, *span)
