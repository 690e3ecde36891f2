"""A list in the format asked for: a page of it for browsers and as JSON, or all of it as a file.

`format=` gives the whole list, however many rows, streamed; with `k` or `offset` in the query, that window.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pyoxigraph import RdfFormat, serialize

from graph.formats import Format, negotiate
from ontology.namespaces import PREFIXES
from search_api.http.negotiation import CSV, HTML, JSON, RDF
from search_api.pages.drawing import Page
from search_api.representations.list_rows import csv_rows
from search_api.resources.base import Resource
from search_api.routers.dependencies import pages_of
from search_api.routers.records import disposition, named
from search_api.served import Served

TURTLE = RDF[0]
FORMATS = (JSON, CSV, TURTLE, HTML)
BYTE_ORDER_MARK = "\ufeff"
#: Resources whose statements are written at once.
BATCH = 50
R = TypeVar("R", bound=Resource)
L = TypeVar("L", bound=Resource)
T = TypeVar("T")
ListFormat = Annotated[
    str | None,
    Query(
        max_length=50,
        description=f"The whole list as a file: one of {', '.join(f.name for f in FORMATS[:3])}.",
    ),
]


def answer_list(
    request: Request,
    served: Served,
    found: Sequence[R],
    *,
    kind: type[R],
    shown: Sequence[R],
    model: Callable[..., L],
    page: Callable[[], Page],
    format: str | None,
) -> L | Response:
    """The page of the resources `shown` of those `found`, the same as JSON, or a file of all that were found.

    Raises RequestError (400) for a format that there is not.
    """
    if chosen := file_format(request, format):
        rows = shown if asks_for_window(request) else found
        return as_file(request, served, rows, kind=kind, total=len(found), format=chosen)
    if asks_for_page(request, format):
        return pages_of(request).draw(page())
    return model(total=len(found), results=tuple(shown))


def file_format(request: Request, format: str | None) -> Format | None:
    """The format of the file that is asked for, by name or because the client likes it best; None where a
    page, or a window as JSON, is. Raises RequestError (400) for a name that there is not."""
    chosen = _chosen(request, format)
    return chosen if chosen in (CSV, TURTLE) or (chosen is JSON and format) else None


def asks_for_page(request: Request, format: str | None) -> bool:
    """Is the page asked for, by name or because the client is a browser?"""
    return _chosen(request, format) is HTML


def asks_for_window(request: Request) -> bool:
    """Does the query say which results, so that a file has those alone?"""
    return bool({"k", "offset"} & request.query_params.keys())


def _chosen(request: Request, format: str | None) -> Format | None:
    return named(format, FORMATS) if format else negotiate(request.headers.get("accept"), FORMATS)


def as_file(
    request: Request, served: Served, rows: Iterable[R], *, kind: type[R], total: int, format: Format
) -> StreamingResponse:
    """Rows as a file that is written while it is sent; `total` is how many there are."""
    content: Iterator[str | bytes]
    if format is CSV:
        content = csv_rows(kind, rows)
        if "format" in request.query_params:  # a link on a page: spreadsheets read UTF-8 by this mark alone
            content = chain((BYTE_ORDER_MARK,), content)
    elif format is TURTLE:
        content = _turtle(served, rows)
    else:
        content = _json(rows, total)
    return StreamingResponse(
        content,
        media_type=f"{format.media_type}; charset=utf-8",
        headers={"content-disposition": disposition(request.url.path, format)},
    )


def _json(rows: Iterable[Resource], total: int) -> Iterator[str]:
    yield f'{{"total":{total},"results":['
    for number, batch in enumerate(_batches(rows)):
        yield ("," if number else "") + ",".join(row.model_dump_json() for row in batch)
    yield "]}"


def _turtle(served: Served, rows: Iterable[Any]) -> Iterator[bytes]:
    """Every statement about the resources, each resource once."""
    head = b""
    for batch in _batches(dict.fromkeys(row.id for row in rows)):
        triples = (triple for iri in batch for triple in served.view.triples(iri))
        written = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        # The prefixes stand at the head of each batch: once is enough.
        yield written.removeprefix(head)
        lines = written.splitlines(keepends=True)
        head = head or b"".join(line for line in lines if line.startswith(b"@prefix"))


def _batches(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    left = iter(items)
    while batch := tuple(islice(left, BATCH)):
        yield batch
