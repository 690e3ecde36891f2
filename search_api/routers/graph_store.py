"""The SPARQL 1.1 Graph Store HTTP Protocol, to read: https://www.w3.org/TR/sparql11-http-rdf-update/.

A graph is named by the parameter `graph`, or by its own address under `/graph/`; `default` is the default
graph, which merges them all. A snapshot never changes, so there is nothing but GET and HEAD.
"""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from graph.formats import GRAPH_FORMATS
from ontology.namespaces import GRAPH
from search_api.errors import RequestError
from search_api.routers.query_threads import in_query_thread
from search_api.served import Served
from search_api.sparql.requests import Pairs, absolute_iris, decode, format_named
from search_api.wording.languages import message

router = APIRouter(tags=["sparql"])
ALLOWED = "GET, HEAD, OPTIONS"
_OTHER = ["POST", "PUT", "PATCH", "DELETE"]


@router.get(
    "/graphs",
    response_class=Response,
    responses={200: {"content": {f.media_type: {} for f in GRAPH_FORMATS}}},
    summary=message("Un grafo completo"),
    openapi_extra={
        "parameters": [
            {
                "name": "graph",
                "in": "query",
                "schema": {"type": "string", "format": "iri"},
                "description": "IRI of a named graph.",
            },
            {
                "name": "default",
                "in": "query",
                "schema": {"type": "string"},
                "description": "Given, with no value: the default graph.",
            },
            {
                "name": "format",
                "in": "query",
                "schema": {"type": "string", "enum": [f.name for f in GRAPH_FORMATS]},
                "description": "Format of the graph, instead of the Accept header.",
            },
        ]
    },
)
async def graph(request: Request) -> Response:
    """Give one graph in full: a named one, or the default graph."""
    pairs = decode(request.url.query, "the query string")
    named = absolute_iris(pairs, "graph")
    default = any(name == "default" for name, _ in pairs)
    if len(named) + default != 1:
        raise RequestError(
            HTTPStatus.BAD_REQUEST, "name one graph: ?graph= and its IRI, or ?default; /sparql lists them"
        )
    return await _graph(request, named[0] if named else None, pairs)


@router.get("/graph/{name:path}", include_in_schema=False)
async def graph_by_address(request: Request, name: str) -> Response:
    """Give the graph whose IRI ends like the address."""
    return await _graph(request, GRAPH + name, decode(request.url.query, "the query string"))


@router.options("/graphs", include_in_schema=False)
@router.options("/graph/{name:path}", include_in_schema=False)
async def options() -> Response:
    """Say which methods there are."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"allow": ALLOWED})


@router.api_route("/graphs", methods=_OTHER, include_in_schema=False)
@router.api_route("/graph/{name:path}", methods=_OTHER, include_in_schema=False)
async def other() -> Response:
    """Refuse to change a graph."""
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": ALLOWED})


async def _graph(request: Request, iri: str | None, pairs: Pairs) -> Response:
    format = format_named(pairs, GRAPH_FORMATS)

    def work(served: Served) -> Response:
        answer = served.queries.graph(iri, accept=request.headers.get("accept"), format=format)
        return Response(answer.content, media_type=answer.media_type)

    return await in_query_thread(request, work)
