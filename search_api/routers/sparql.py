"""The SPARQL 1.1 Protocol over the graph of the snapshot, and a form to write queries in.

https://www.w3.org/TR/sparql11-protocol/ (query operations): GET and POST, HEAD as GET. Without any parameter
the address describes the service, or gives a browser the form.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from graph.errors import QueryError
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, negotiate
from graph.query import QueryAtWork
from graph.query_answers import QueryAnswer
from search_api.errors import RequestError
from search_api.http.negotiation import HTML
from search_api.http.problems import Problem, problem_of
from search_api.pages.drawing import Page
from search_api.pages.sparql import PAGE_RESULTS, empty_page, result_page
from search_api.routers.dependencies import pages_of
from search_api.routers.descriptions import describe
from search_api.routers.direct import DirectRoute
from search_api.routers.query_threads import in_query_thread, without_thread
from search_api.served import Served
from search_api.sparql.requests import FORM, QUERY, Asked, asked, asked_by_post, check_content_type, decode
from search_api.sparql.service_description import service_description
from search_api.wording.languages import message

router = APIRouter(tags=["sparql"], route_class=DirectRoute)
#: Longest request body in bytes.
LONGEST_BODY = 1_000_000
ALLOWED = "GET, HEAD, POST, OPTIONS"
#: Answers a query from a snapshot, by an Accept header or in the format named.
Run = Callable[[Served, str | None, str | None], QueryAnswer]
#: The page of an answer, or of the problem that came instead.
Draw = Callable[[QueryAnswer | None, Problem | None], Page]
_QUERY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "query",
        "in": "query",
        "schema": {"type": "string"},
        "description": "SPARQL 1.1. Without any parameter the answer is a description of the service.",
    },
    {
        "name": "default-graph-uri",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "Graphs that make up the default graph; the union of all by default.",
    },
    {
        "name": "named-graph-uri",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "Graphs that GRAPH may name; all by default.",
    },
    {
        "name": "format",
        "in": "query",
        "schema": {
            "type": "string",
            "enum": [*(f.name for f in (*RESULT_FORMATS, *GRAPH_FORMATS)), "html"],
        },
        "description": "Format of the result, instead of the Accept header.",
    },
]
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The result in the format asked for.",
        "content": {f.media_type: {} for f in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)},
    }
}
_BODY = {
    "content": {
        FORM: {
            "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
        },
        QUERY: {"schema": {"type": "string"}},
    },
    "required": True,
}


@router.get(
    "/sparql",
    response_class=Response,
    responses=CONTENT,
    summary=message("Consultar el grafo en SPARQL"),
    openapi_extra={"parameters": _QUERY_PARAMETERS},
)
async def sparql_get(request: Request) -> Response:
    """Answer the query in `query`; without one, describe the service, or give a browser the form."""
    pairs = decode(request.url.query, "the query string")
    if not any(name == "query" for name, _ in pairs) and asks_for_page(request, None):
        return await run_in_threadpool(pages_of(request).draw, empty_page())
    if not pairs and negotiate(request.headers.get("accept"), GRAPH_FORMATS):
        return await describe(request, service_description)
    return await _respond(request, asked(pairs))


@router.post(
    "/sparql",
    response_class=Response,
    responses=CONTENT,
    summary=message("Consultar el grafo en SPARQL"),
    openapi_extra={"requestBody": _BODY, "parameters": _QUERY_PARAMETERS[1:]},
)
async def sparql_post(request: Request) -> Response:
    """Answer a query sent as a form or as `application/sparql-query`."""
    media_type = check_content_type(request.headers.get("content-type", ""))
    body = await _body(request)
    operation = asked_by_post(body, media_type=media_type, query_string=request.url.query)
    if not asks_for_page(request, operation.format) and (answer := await at_once(request, operation)):
        return response_of(request, answer)
    return await _respond(request, operation)


@router.options("/sparql", include_in_schema=False)
async def sparql_options(request: Request) -> Response:
    """Say which methods there are."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"allow": ALLOWED})


@router.api_route("/sparql", methods=["PUT", "PATCH", "DELETE"], include_in_schema=False)
async def sparql_other(request: Request) -> Response:
    """Refuse the methods that the protocol does not have."""
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": ALLOWED})


async def at_once(request: Request, operation: Asked) -> QueryAnswer | None:
    """The answer to a query that has to wait for nothing; None where it has to."""

    def begin(served: Served) -> QueryAnswer | QueryAtWork | None:
        return served.queries.begin(
            operation.query,
            accept=request.headers.get("accept"),
            format=operation.format,
            default_graph=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )

    return await without_thread(request, begin)


async def _respond(request: Request, operation: Asked) -> Response:
    """Run the query and answer in the format asked for."""

    def run(served: Served, accept: str | None, format: str | None) -> QueryAnswer:
        return served.queries.run(
            operation.query,
            accept=accept,
            format=format,
            default_graph=operation.default_graphs,
            named_graphs=operation.named_graphs,
        )

    def page(answer: QueryAnswer | None, problem: Problem | None) -> Page:
        return result_page(operation.query, answer, problem=problem)

    return await respond(request, operation.format, run, page)


async def respond(request: Request, format: str | None, run: Run, page: Draw) -> Response:
    """Answer with what `run` gives in the format asked for, or with the page of it or of its problem."""
    for_page = asks_for_page(request, format)
    accept = PAGE_RESULTS if for_page else request.headers.get("accept")
    shown = None if for_page else format

    def work(served: Served) -> Response:
        try:
            answer = run(served, accept, shown)
        except QueryError as error:
            if not for_page:
                raise
            problem = problem_of(error, request.url.path)
            return pages_of(request).draw(page(None, problem), status=problem.status)
        if for_page:
            return pages_of(request).draw(page(answer, None))
        return response_of(request, answer)

    return await in_query_thread(request, work)


def response_of(request: Request, answer: QueryAnswer) -> Response:
    """The answer with its entity tag, or that the client has it already (RFC 9110, 13.1.2).

    The tag is weak: the rows of an answer that is made again may come in another order.
    """
    if answer.tag is None:
        return Response(answer.content, media_type=answer.media_type)
    tag = f'W/"{answer.tag}"'
    known = request.headers.get("if-none-match", "")
    if request.method == "GET" and (f'"{answer.tag}"' in known or known.strip() == "*"):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": tag})
    return Response(answer.content, media_type=answer.media_type, headers={"etag": tag})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise RequestError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a query may have {LONGEST_BODY} bytes at most"
            )
    return bytes(body)


def asks_for_page(request: Request, format: str | None) -> bool:
    """Does the client want the page of a result, by name or because it is a browser?"""
    if format:
        return format == HTML.name
    return negotiate(request.headers.get("accept"), (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)) is HTML
