"""The rows of a list for spreadsheets: stable columns for each kind of resource, cells that are only text.

Names of columns are part of the interface. A resource stands as its slug in the column of its name and in
words in the column beside it; several values of a cell have " | " between them. CSV as RFC 4180 has it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from search_api.catalogue.countries import CountrySummary
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref, Resource, Source
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary
from search_api.resources.search import SearchHit
from search_api.resources.themes import ThemeSummary

#: Between the values of one cell.
SEPARATOR = " | "
#: A text that begins so is a formula to a spreadsheet, also in their full width (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Column = tuple[str, Callable[[Any], object]]


def columns_of(kind: type[Resource]) -> tuple[Column, ...]:
    """The columns of the lists of a kind of resource: name, and the value that a resource has there."""
    return _COLUMNS[kind]


def csv_rows(kind: type[Resource], items: Iterable[Resource], *, batch: int = 200) -> Iterator[str]:
    """Resources of one kind as CSV, in pieces of `batch` rows; the first row has the names of columns."""
    columns = columns_of(kind)
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n").writerow
    write(name for name, _ in columns)
    for number, item in enumerate(items, start=1):
        write(cell(value(item)) for _, value in columns)
        if number % batch == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def cell(value: object) -> str | int | float:
    """A value as a cell. An apostrophe goes before a text that a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _slug(ref: Ref | None) -> str | None:
    return ref.slug if ref else None


def _label(ref: Ref | None) -> str | None:
    return ref.label if ref else None


def _slugs(refs: Iterable[Ref]) -> str:
    return SEPARATOR.join(ref.slug for ref in refs)


def _labels(refs: Iterable[Ref]) -> str:
    return SEPARATOR.join(ref.label for ref in refs)


def _place(source: Source | None) -> tuple[object, object, object, object]:
    if source is None:
        return None, None, None, None
    return source.document.slug, source.start, source.end, source.page


_HEAD: tuple[Column, ...] = (
    ("id", lambda x: x.id),
    ("slug", lambda x: x.slug),
    ("label", lambda x: x.label),
)
_THEMES: tuple[Column, ...] = (
    ("themes", lambda x: _slugs(x.themes)),
    ("theme_labels", lambda x: _labels(x.themes)),
)
_COLUMNS: dict[type[Resource], tuple[Column, ...]] = {
    ActorSummary: (
        *_HEAD,
        ("acronyms", lambda x: SEPARATOR.join(x.acronyms)),
        ("type", lambda x: _slug(x.type)),
        ("type_label", lambda x: _label(x.type)),
        ("country", lambda x: _slug(x.country)),
        ("country_label", lambda x: _label(x.country)),
        ("events", lambda x: x.events),
        ("passages", lambda x: x.passages),
    ),
    EventSummary: (
        *_HEAD,
        ("type", lambda x: _slug(x.type)),
        ("type_label", lambda x: _label(x.type)),
        ("status", lambda x: x.status),
        ("start_date", lambda x: x.start_date),
        ("end_date", lambda x: x.end_date),
        ("city", lambda x: _slug(x.city)),
        ("city_label", lambda x: _label(x.city)),
        ("country", lambda x: _slug(x.country)),
        ("country_label", lambda x: _label(x.country)),
        *_THEMES,
    ),
    PracticeSummary: (
        *_HEAD,
        ("kind", lambda x: _slug(x.kind)),
        ("kind_label", lambda x: _label(x.kind)),
        ("text", lambda x: x.text),
        ("event", lambda x: _slug(x.event)),
        ("event_label", lambda x: _label(x.event)),
        *_THEMES,
        ("actors", lambda x: _slugs(x.actors)),
        ("actor_labels", lambda x: _labels(x.actors)),
        ("document", lambda x: _place(x.source)[0]),
        ("start", lambda x: _place(x.source)[1]),
        ("end", lambda x: _place(x.source)[2]),
        ("page", lambda x: _place(x.source)[3]),
    ),
    ThemeSummary: (
        *_HEAD,
        ("notation", lambda x: x.notation),
        ("status", lambda x: x.status),
        ("definition", lambda x: x.definition),
        ("broader", lambda x: _slugs(x.broader)),
        ("broader_labels", lambda x: _labels(x.broader)),
        ("events", lambda x: x.events),
        ("practices", lambda x: x.practices),
    ),
    CountrySummary: (
        *_HEAD,
        ("events", lambda x: x.events),
        ("actors", lambda x: x.actors),
        ("practices", lambda x: x.practices),
    ),
    DocumentSummary: (
        *_HEAD,
        ("language", lambda x: x.language),
        ("reference", lambda x: x.reference),
        ("year", lambda x: x.year),
        ("file_name", lambda x: x.file_name),
        ("format", lambda x: x.format),
        ("events", lambda x: x.events),
        ("passages", lambda x: x.passages),
    ),
    SearchHit: (
        ("id", lambda x: x.id),
        ("type", lambda x: x.type),
        ("title", lambda x: x.title),
        ("text", lambda x: x.text),
        ("score", lambda x: x.score),
        ("document", lambda x: _slug(x.document)),
        ("document_label", lambda x: _label(x.document)),
        ("start", lambda x: x.span[0] if x.span else None),
        ("end", lambda x: x.span[1] if x.span else None),
        ("page", lambda x: x.page),
        ("event", lambda x: _slug(x.event)),
        ("event_label", lambda x: _label(x.event)),
        *_THEMES,
        ("actors", lambda x: _slugs(x.actors)),
        ("actor_labels", lambda x: _labels(x.actors)),
    ),
}
