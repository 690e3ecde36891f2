"""The rows of a list for spreadsheets: stable columns for each kind of resource, cells that are only text.

Names of columns are part of the interface. A resource stands as its slug in the column of its name and in
words in the column beside it; several values of a cell have " | " between them. CSV as RFC 4180 has it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from search_api.catalogue.countries import CountrySummary
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Resource, Source
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.peers import Peer, Sought, SoughtPassage
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


def _plain(*names: str) -> tuple[Column, ...]:
    """Columns of fields as they are."""
    return tuple((name, attrgetter(name)) for name in names)


def _link(name: str) -> tuple[Column, Column]:
    """The columns of a field that is a link or None: its slug, and its label."""
    ref = attrgetter(name)
    return (
        (name, lambda x: ref(x).slug if ref(x) else None),
        (f"{name}_label", lambda x: ref(x).label if ref(x) else None),
    )


def _links(name: str, labels: str) -> tuple[Column, Column]:
    """The columns of a field of links: their slugs, and as `labels` their labels."""
    refs = attrgetter(name)
    return (
        (name, lambda x: SEPARATOR.join(ref.slug for ref in refs(x))),
        (labels, lambda x: SEPARATOR.join(ref.label for ref in refs(x))),
    )


def _lens(name: str) -> Column:
    """The column of the value of a lens."""
    return name, lambda x: x.lenses.get(name)


def _documents(passages: Iterable[SoughtPassage]) -> Iterator[str]:
    """The slugs of the documents of passages."""
    return (passage.source.document.slug for passage in passages if passage.source)


def _place(source: Source | None) -> tuple[object, object, object, object]:
    if source is None:
        return None, None, None, None
    return source.document.slug, source.start, source.end, source.page


_HEAD = _plain("id", "slug", "label")
_THEMES = _links("themes", "theme_labels")
_ACTORS = _links("actors", "actor_labels")
_COLUMNS: dict[type[Resource], tuple[Column, ...]] = {
    ActorSummary: (
        *_HEAD,
        ("acronyms", lambda x: SEPARATOR.join(x.acronyms)),
        *_link("type"),
        *_link("country"),
        *_plain("events", "passages"),
    ),
    EventSummary: (
        *_HEAD,
        *_link("type"),
        *_plain("status", "start_date", "end_date"),
        *_link("city"),
        *_link("country"),
        *_THEMES,
    ),
    PracticeSummary: (
        *_HEAD,
        *_link("kind"),
        *_plain("text"),
        *_link("event"),
        *_THEMES,
        *_ACTORS,
        ("document", lambda x: _place(x.source)[0]),
        ("start", lambda x: _place(x.source)[1]),
        ("end", lambda x: _place(x.source)[2]),
        ("page", lambda x: _place(x.source)[3]),
    ),
    ThemeSummary: (
        *_HEAD,
        *_plain("notation", "status", "definition"),
        *_links("broader", "broader_labels"),
        *_plain("events", "practices"),
    ),
    CountrySummary: (
        *_HEAD,
        *_plain("events", "actors", "practices"),
    ),
    Peer: (
        *_HEAD,
        *_link("type"),
        *_link("country"),
        *_plain("score"),
        *map(_lens, ("alike", "connected", "complementary", "counterpart")),
        ("reasons", lambda x: SEPARATOR.join(reason.text for reason in x.reasons)),
        ("deeds", lambda x: x.evidence.deeds),
        ("documents", lambda x: x.evidence.documents),
        ("declared", lambda x: x.evidence.declared),
    ),
    Sought: (
        *_HEAD,
        *_link("type"),
        *_link("country"),
        *_plain("score"),
        ("reasons", lambda x: SEPARATOR.join(reason.text for reason in x.reasons)),
        ("passages", lambda x: SEPARATOR.join(passage.text for passage in x.evidence)),
        ("documents", lambda x: SEPARATOR.join(dict.fromkeys(_documents(x.evidence)))),
    ),
    DocumentSummary: (
        *_HEAD,
        *_plain("language", "reference", "year", "file_name", "format", "events", "passages"),
    ),
    SearchHit: (
        *_plain("id", "type", "title", "text", "score"),
        *_link("document"),
        ("start", lambda x: x.span[0] if x.span else None),
        ("end", lambda x: x.span[1] if x.span else None),
        *_plain("page"),
        *_link("event"),
        *_THEMES,
        *_ACTORS,
    ),
}
