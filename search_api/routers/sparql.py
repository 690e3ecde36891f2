"""The SPARQL 1.1 Protocol over the graph of the snapshot, and a form to write queries in.

https://www.w3.org/TR/sparql11-protocol/ (query operations). The bodies and parameters are decoded here, once:
a `+` is a space in a form and nothing else is decoded twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from graph.errors import QueryError
from graph.formats import RESULT_FORMATS, by_name, negotiate
from graph.query import QueryAnswer
from search_api.dependencies import pages_of, service_of
from search_api.links import iri_path, slug_of
from search_api.negotiation import HTML, RDF, accepts_results
from search_api.pages import Cell, SparqlPage
from search_api.problems import RequestError, problem_of
from search_api.sparql_examples import EXAMPLES

router = APIRouter(tags=["sparql"])
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
#: Longest request body in bytes.
LONGEST_BODY = 1_000_000
#: Rows of a result that the page shows; the other formats have them all.
ROWS_SHOWN = 500
LONGEST_GRAPH_SHOWN = 100_000
_QUERY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "query",
        "in": "query",
        "required": True,
        "schema": {"type": "string"},
        "description": "SPARQL 1.1.",
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
            "enum": [*(f.name for f in RESULT_FORMATS), *(f.name for f in RDF), "html"],
        },
        "description": "Format of the result, instead of the Accept header.",
    },
]
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The result in the format asked for.",
        "content": {f.media_type: {} for f in (*RESULT_FORMATS, *RDF, HTML)},
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation of the protocol."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None


@router.get(
    "/sparql",
    response_class=Response,
    responses=_CONTENT,
    summary="Consultar el grafo en SPARQL",
    openapi_extra={"parameters": _QUERY_PARAMETERS},
)
async def sparql_get(request: Request) -> Response:
    """Answer the query in `query`; a browser without one gets a form."""
    pairs = _decode(request.url.query, "the query string")
    if not any(name == "query" for name, _ in pairs) and _for_page(request, None):
        page = SparqlPage(
            query=EXAMPLES[0][1],
            examples=EXAMPLES,
            columns=(),
            rows=(),
            total=0,
            verdict=None,
            graph="",
            seconds=None,
            error="",
        )
        return await run_in_threadpool(pages_of(request).draw, page)
    return await run_in_threadpool(_respond, request, _asked(pairs))


@router.post(
    "/sparql",
    response_class=Response,
    responses=_CONTENT,
    summary="Consultar el grafo en SPARQL",
    openapi_extra={"requestBody": _BODY, "parameters": _QUERY_PARAMETERS[1:]},
)
async def sparql_post(request: Request) -> Response:
    """Answer a query sent as a form or as `application/sparql-query`."""
    body = await _body(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == FORM:
        asked = _asked(_decode(_utf8(body), "the form"))
    elif media_type == QUERY:
        pairs = _decode(request.url.query, "the query string")
        if any(name == "query" for name, _ in pairs):
            raise RequestError(
                HTTPStatus.BAD_REQUEST, "give the query in the body or in the address, not in both"
            )
        asked = _asked([*pairs, ("query", _utf8(body))])
    else:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"a query comes as {FORM} or {QUERY}, not as {media_type or 'an unnamed type'}",
        )
    return await run_in_threadpool(_respond, request, asked)


def _asked(pairs: list[tuple[str, str]]) -> Asked:
    """The operation that the parameters ask for. Raises RequestError where they ask for none, or for two."""
    if any(name == "update" for name, _ in pairs):
        raise RequestError(HTTPStatus.BAD_REQUEST, "the graph is read-only: updates are not answered here")
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1 or not queries[0].strip():
        raise RequestError(HTTPStatus.BAD_REQUEST, "give exactly one query, in the parameter 'query'")
    formats = [value for name, value in pairs if name == "format" and value]
    if formats and formats[0] != HTML.name and not by_name(formats[0], (*RESULT_FORMATS, *RDF)):
        names = ", ".join(f.name for f in (*RESULT_FORMATS, *RDF, HTML))
        raise RequestError(HTTPStatus.BAD_REQUEST, f"there is no format {formats[0]!r}; there are {names}")
    return Asked(
        query=queries[0],
        default_graphs=tuple(value for name, value in pairs if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in pairs if name == "named-graph-uri"),
        format=formats[0] if formats else None,
    )


def _respond(request: Request, asked: Asked) -> Response:
    """Run the query and answer in the format asked for; blocks."""
    accept = request.headers.get("accept")
    with service_of(request).lease() as served:

        def run(*, accept: str | None = None, format: str | None = None) -> QueryAnswer:
            return served.queries.run(
                asked.query,
                accept=accept,
                format=format,
                default_graph=asked.default_graphs,
                named_graphs=asked.named_graphs,
            )

        if _for_page(request, asked.format):
            try:
                page = _page(asked.query, run(format="json"))
            except QueryError as error:
                problem = problem_of(error, request.url.path)
                page = _page(asked.query, None, error=str(error))
                return pages_of(request).draw(page, status=problem.status)
            return pages_of(request).draw(page)
        if not asked.format and not accepts_results(accept):
            raise _not_acceptable(accept)
        answer = run(accept=accept, format=asked.format)
        offered = RDF if answer.kind == "construct" else RESULT_FORMATS
        if not asked.format and negotiate(accept, offered) is None:
            raise _not_acceptable(accept)
        return Response(answer.content, media_type=answer.media_type)


def _page(query: str, answer: QueryAnswer | None, *, error: str = "") -> SparqlPage:
    """The page of a result that came as SPARQL JSON or Turtle."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total, verdict, graph = 0, None, ""
    if answer and answer.kind == "construct":
        graph = answer.content.decode("utf-8", "replace")
        if len(graph) > LONGEST_GRAPH_SHOWN:
            graph = graph[:LONGEST_GRAPH_SHOWN] + "\n…"
        graph = graph or "# ninguna tripleta"
    elif answer:
        result = json.loads(answer.content)
        verdict = result.get("boolean")
        columns = tuple(result["head"].get("vars", ()))
        bindings = result.get("results", {}).get("bindings", [])
        total = len(bindings)
        rows = tuple(tuple(_cell(row.get(name)) for name in columns) for row in bindings[:ROWS_SHOWN])
    return SparqlPage(
        query=query,
        examples=EXAMPLES,
        columns=columns,
        rows=rows,
        total=total,
        verdict=verdict,
        graph=graph,
        seconds=answer.seconds if answer else None,
        error=error,
    )


def _cell(value: Mapping[str, Any] | None) -> Cell:
    if value is None:
        return Cell("")
    text = value["value"]
    if value["type"] == "uri":
        return Cell(slug_of(text) or text, iri_path(text))
    return Cell(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))


def _for_page(request: Request, format: str | None) -> bool:
    if format:
        return format == HTML.name
    return negotiate(request.headers.get("accept"), (*RESULT_FORMATS, *RDF, HTML)) is HTML


def _not_acceptable(accept: str | None) -> RequestError:
    types = ", ".join(f.media_type for f in (*RESULT_FORMATS, *RDF))
    return RequestError(HTTPStatus.NOT_ACCEPTABLE, f"none of {accept!r} can be had; there are {types}")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise RequestError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a query may have {LONGEST_BODY} bytes at most"
            )
    return bytes(body)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"the body is not UTF-8: {error}") from error


def _decode(text: str, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"{where} cannot be decoded: {error}") from error
