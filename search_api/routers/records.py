"""A resource in the format asked for: page, JSON, schema.org, and citations where one cites it."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from graph.formats import Format, by_name, negotiate
from search_api.errors import RequestError
from search_api.http.negotiation import BIBTEX, HTML, JSON, RIS, SCHEMA_ORG
from search_api.pages.drawing import Page
from search_api.representations.citations import Version, citation
from search_api.representations.schema_org import described
from search_api.resources.base import Resource
from search_api.routers.dependencies import pages_of, site_of
from search_api.served import Served
from search_api.wording.languages import reader

FORMATS = (JSON, SCHEMA_ORG, BIBTEX, RIS, HTML)
R = TypeVar("R", bound=Resource)
RecordFormat = Annotated[
    str | None,
    Query(max_length=50, description=f"One of {', '.join(f.name for f in FORMATS)}, over the Accept header."),
]


def answer_record(
    request: Request, served: Served, resource: R, page: Callable[[], Page], *, format: str | None
) -> R | Response:
    """The resource in the format of that name, else in the one that the client likes best.

    Raises RequestError (400) for a format that there is not, or not of this resource.
    """
    chosen = _chosen(request, format)
    root = site_of(request).root.rstrip("/") + reader().prefix
    cite = citation(resource, root=root, version=version_of(served))
    if chosen is HTML:
        return pages_of(request).draw(page(), citation=cite)
    if chosen is SCHEMA_ORG:
        return JSONResponse(described(resource, root=root), media_type=SCHEMA_ORG.media_type)
    if chosen in (BIBTEX, RIS):
        if cite is None:
            raise RequestError(HTTPStatus.BAD_REQUEST, "nothing to cite; there are json, schema-org, html")
        return as_file(cite.bibtex if chosen is BIBTEX else cite.ris, chosen, name=request.url.path)
    return resource


def asks_for_page(request: Request, format: str | None) -> bool:
    """Is the page asked for, by name or because the client is a browser? Raises RequestError (400) for a name
    that there is not."""
    return _chosen(request, format) is HTML


def _chosen(request: Request, format: str | None) -> Format | None:
    return named(format, FORMATS) if format else negotiate(request.headers.get("accept"), FORMATS)


def named(format: str, offered: tuple[Format, ...]) -> Format:
    """The format of that name. Raises RequestError (400) where none of `offered` is called so."""
    found = by_name(format, offered)
    if found is None:
        names = ", ".join(offer.name for offer in offered)
        raise RequestError(HTTPStatus.BAD_REQUEST, f"there is no format {format!r}; there are {names}")
    return found


def as_file(text: str, format: Format, *, name: str) -> Response:
    """A text to be saved under the last part of the path `name`."""
    return Response(
        text,
        media_type=f"{format.media_type}; charset=utf-8",
        headers={"content-disposition": disposition(name, format)},
    )


def disposition(path: str, format: Format) -> str:
    """The Content-Disposition of a file named like the last part of a path (ASCII: slugs are)."""
    stem = re.sub(r"[^A-Za-z0-9._-]", "", path.rstrip("/").rpartition("/")[2])
    return f'attachment; filename="{stem or "redpyme"}{format.suffix}"'


def version_of(served: Served) -> Version:
    """The version of the data that is being served."""
    return Version(served.number, served.snapshot.manifest.created[:10])
