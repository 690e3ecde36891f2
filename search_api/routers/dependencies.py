"""What the routes share: the leased snapshot, the parameters of lists, and the choice of page or JSON."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BeforeValidator, Field, StringConstraints

from search_api.http.negotiation import wants_html
from search_api.http.site import Site
from search_api.pages.drawing import Page, Pages
from search_api.search.filters import MOST_VALUES
from search_api.served import Served
from search_api.service import Service

T = TypeVar("T")
#: Longest query in characters; a question in prose has a few hundred.
LONGEST_QUERY = 2000
#: What operations with a page answer to browsers, for the OpenAPI document.
OR_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


def service_of(request: Request) -> Service:
    """The service of the application."""
    service: Service = request.app.state.service
    return service


def pages_of(request: Request) -> Pages:
    """What draws the pages of the application."""
    pages: Pages = request.app.state.pages
    return pages


def site_of(request: Request) -> Site:
    """Where the service is reached: as its settings say, else as this request found it."""
    settings = service_of(request).settings
    return Site(settings.site or str(request.base_url), settings.data_licence)


def lease(request: Request) -> Iterator[Served]:
    """The current snapshot, held for the length of the request."""
    with service_of(request).lease() as served:
        yield served


def answer(request: Request, data: T, page: Callable[[], Page]) -> T | Response:
    """The page for browsers, the data for all others. The page is only put together when it is wanted."""
    if wants_html(request.headers.get("accept")):
        return pages_of(request).draw(page())
    return data


def given(**parameters: object) -> dict[str, object]:
    """The parameters that have a value: a form sends empty ones."""
    return {name: value for name, value in parameters.items() if value not in (None, "")}


def kept(parameters: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """The filters that a form keeps beside a new query."""
    return tuple(
        (k, str(v)) for k, v in parameters.items() if k not in ("q", "offset") and v not in (None, "")
    )


#: Values of a filter; each may be a list with commas.
Values = list[Annotated[str, StringConstraints(max_length=LONGEST_QUERY)]] | None

Current = Annotated[Served, Depends(lease)]
Words = Annotated[
    str | None,
    Query(max_length=LONGEST_QUERY, description="Words that the names must have, in any case and accents."),
]
Name = Annotated[str, Path(max_length=300, description="Slug of the resource: the end of its IRI.")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many results.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="How many results to pass over.")]
# A form sends an empty year where none was typed.
Year = Annotated[
    Annotated[int, Field(ge=1, le=9999)] | None, BeforeValidator(lambda value: value or None), Query()
]


def values_filter(description: str) -> Any:
    """A filter of several slugs, repeated or with commas between them, described for the OpenAPI document."""
    return Query(max_length=MOST_VALUES, description=description)


def slug_filter(description: str) -> Any:
    """A filter by slug, described for the OpenAPI document."""
    return Query(max_length=300, description=description)
