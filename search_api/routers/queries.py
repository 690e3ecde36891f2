"""Stored queries: questions that are answered at an address of their own, for people who write no SPARQL."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import Triple

from graph.errors import NotFound
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, negotiate
from graph.parameters import ParameterError, taken
from graph.query_answers import QueryAnswer
from graph.stored_answers import answer_stored
from ontology.namespaces import XSD
from ontology.stored_queries import Parameter, StoredQuery
from search_api.errors import RequestError
from search_api.http.negotiation import HTML, JSON
from search_api.http.problems import Problem
from search_api.http.site import Site
from search_api.pages.drawing import Page
from search_api.pages.queries import list_page, query_page
from search_api.routers.dependencies import pages_of
from search_api.routers.descriptions import describe
from search_api.routers.sparql import CONTENT, asks_for_page, respond
from search_api.served import Served
from search_api.sparql.query_descriptions import QueryList, example_of, path_of, queries_description, summary
from search_api.sparql.requests import Pairs, decode, format_named
from search_api.wording.languages import message

_FORMATS = (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
#: What the list of queries can be had as; JSON where the client takes anything.
_LIST_FORMATS = (JSON, HTML, *GRAPH_FORMATS)
_JSON_TYPES = {
    XSD + "string": {"type": "string"},
    XSD + "integer": {"type": "integer"},
    XSD + "decimal": {"type": "number"},
    XSD + "date": {"type": "string", "format": "date"},
    XSD + "boolean": {"type": "boolean"},
}
_FORMAT_PARAMETER: dict[str, Any] = {
    "name": "format",
    "in": "query",
    "schema": {"type": "string", "enum": [f.name for f in _FORMATS]},
    "description": "Format of the result, instead of the Accept header.",
}
Endpoint = Callable[[Request], Awaitable[Response]]


def router_of(queries: Mapping[str, StoredQuery]) -> APIRouter:
    """The routes of these queries: their list, and one for each with the parameters that it declares."""
    router = APIRouter(tags=["queries"])

    @router.get(
        "/queries",
        response_model=QueryList,
        responses={200: {"content": {f.media_type: {} for f in (HTML, *GRAPH_FORMATS)}}},
        summary=message("Preguntas con respuesta hecha"),
    )
    async def list_queries(request: Request) -> Any:
        """The stored queries with their parameters: JSON, a page, or RDF as sparql-examples has it."""
        accept = request.headers.get("accept")
        chosen = negotiate(accept, _LIST_FORMATS)
        if chosen is HTML:
            return pages_of(request).draw(list_page(queries.values()))
        if chosen in GRAPH_FORMATS:

            def description(served: Served, site: Site) -> list[Triple]:
                return list(queries_description(queries.values(), site))

            return await describe(request, description)
        if chosen is None:
            types = ", ".join(offer.media_type for offer in _LIST_FORMATS)
            raise RequestError(HTTPStatus.NOT_ACCEPTABLE, f"none of {accept!r} can be had; there are {types}")
        return QueryList(total=len(queries), results=[summary(query) for query in queries.values()])

    for query in queries.values():
        router.add_api_route(
            path_of(query),
            _endpoint(query),
            methods=["GET"],
            name=f"query {query.name}",
            operation_id=f"query-{query.name}",
            response_class=Response,
            responses=CONTENT,
            summary=query.question["en"],
            description=query.question["en"],
            openapi_extra={"parameters": [*map(_described, query.parameters), _FORMAT_PARAMETER]},
        )

    @router.get("/queries/{name}", include_in_schema=False)
    async def unknown(name: str) -> Response:
        """Say which queries there are instead of the one that there is not."""
        raise NotFound(f"there is no stored query {name!r}; there are {', '.join(queries)}")

    return router


def _endpoint(query: StoredQuery) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        pairs = decode(request.url.query, "the query string")
        format = format_named(pairs, _FORMATS)
        values = _values(pairs)
        given = {name: value for name, value in values.items() if value.strip()}

        def run(served: Served, accept: str | None, shown: str | None) -> QueryAnswer:
            return answer_stored(served.queries, query, values, accept=accept, format=shown)

        def page(answer: QueryAnswer | None, problem: Problem | None) -> Page:
            return query_page(query, given, answer, problem=problem)

        if not given and any(p.required for p in query.parameters) and asks_for_page(request, format):
            return pages_of(request).draw(query_page(query, given, None))
        return await respond(request, format, run, page)

    return endpoint


def _values(pairs: Pairs) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name == "format":
            continue
        if name in values:
            raise ParameterError(name, "give it once")
        values[name] = value
    return values


def _described(parameter: Parameter) -> dict[str, Any]:
    """A parameter as the OpenAPI document describes it."""
    schema: dict[str, Any] = dict(_JSON_TYPES.get(parameter.datatype or "", {"type": "string"}))
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    for word, bound in (("minimum", parameter.minimum), ("maximum", parameter.maximum)):
        if bound is not None:
            schema[word] = float(bound) if "." in bound else int(bound)
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "schema": schema,
        "description": f"{parameter.description['en']} It takes {taken(parameter)}.",
    }
    example = example_of(parameter)
    return described if example is None else {**described, "example": example}
