"""A list in the format asked for: a page of it for browsers and as JSON, or all of it as a file.

`format=` gives the whole list, however many rows, streamed; with `k` or `offset` in the query, that window.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pyoxigraph import RdfFormat, serialize

from graph.formats import negotiate
from ontology.namespaces import PREFIXES
from search_api.dependencies import pages_of
from search_api.list_rows import csv_rows
from search_api.negotiation import CSV, HTML, JSON, RDF
from search_api.pages import Page
from search_api.records import disposition, named
from search_api.resources import Resource
from search_api.service import Served

TURTLE = RDF[0]
FORMATS = (JSON, CSV, TURTLE, HTML)
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
    chosen = named(format, FORMATS) if format else negotiate(request.headers.get("accept"), FORMATS)
    if chosen is HTML:
        return pages_of(request).draw(page())
    if chosen in (CSV, TURTLE) or (chosen is JSON and format):
        window = {"k", "offset"} & request.query_params.keys()
        rows = shown if window else found
        return as_stream(request, served, rows, kind=kind, total=len(found), format=chosen.name)
    return model(total=len(found), results=tuple(shown))


def as_stream(
    request: Request, served: Served, rows: Iterable[R], *, kind: type[R], total: int, format: str
) -> StreamingResponse:
    """Rows as a file that is written while it is sent; `format` is the name of one of `FORMATS`."""
    chosen = named(format, FORMATS)
    content: Iterator[str | bytes]
    if chosen is CSV:
        content = csv_rows(kind, rows)
    elif chosen is TURTLE:
        content = _turtle(served, rows)
    else:
        content = _json(rows, total)
    return StreamingResponse(
        content,
        media_type=f"{chosen.media_type}; charset=utf-8",
        headers={"content-disposition": disposition(request.url.path, chosen)},
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
