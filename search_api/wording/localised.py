"""Dates and numbers as the reader writes them."""

import re

from babel import Locale

from search_api.wording.languages import gettext as _
from search_api.wording.languages import language


def dates(start: str | None, end: str | None = None) -> str:
    """A date or a span of days: "26 y 27 de marzo de 2007", "marzo de 2007", "2007"."""
    if not start:
        return dates(end) if end else ""
    if not end or end == start:
        return _date(start)
    a, b = start.split("-"), end.split("-")
    if len(a) == len(b) == 3 and a[0] == b[0]:
        first = str(int(a[2])) if a[1] == b[1] else _date(start, with_year=False)
        following = a[1] == b[1] and int(b[2]) - int(a[2]) == 1
        joined = _("%(first)s y %(last)s") if following else _("%(first)s al %(last)s")
        return joined % {"first": first, "last": _date(end)}
    return _("%(first)s al %(last)s") % {"first": _date(start), "last": _date(end)}


def _date(date: str, *, with_year: bool = True) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?.*", date)
    if not match or not 1 <= int(match[2] or 1) <= 12:
        return date
    year, month, day = match.groups()
    if not month:
        return year
    name = Locale(language()).months["format"]["wide"][int(month)]
    if not day:
        return _("%(month)s de %(year)s") % {"month": name, "year": year}
    pattern = _("%(day)s de %(month)s de %(year)s") if with_year else _("%(day)s de %(month)s")
    return pattern % {"day": int(day), "month": name, "year": year}


def month_names() -> tuple[str, ...]:
    """The names of the twelve months."""
    names = Locale(language()).months["format"]["wide"]
    return tuple(names[month] for month in range(1, 13))


def language_name(code: str) -> str:
    """The name of a language, as the middle of a sentence has it; the code where it is not known."""
    name: str = Locale(language()).languages.get(code, code)
    return name


def number(value: int) -> str:
    """An integer with what separates thousands; in Spanish a thin space, from five digits on."""
    separator, digits = {"es": ("\u202f", 5), "pt": (".", 4), "en": (",", 4)}[language()]
    return f"{value:,}".replace(",", separator) if abs(value) >= 10 ** (digits - 1) else str(value)


def decimal(value: float, places: int = 2) -> str:
    """A number with so many decimal places, and a comma or a point before them."""
    written = f"{value:.{places}f}"
    return written if language() == "en" else written.replace(".", ",")
