"""What the service and its data are, for machines: VoID and DCAT at the address that is well known."""

from collections.abc import Callable, Iterable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import RdfFormat, Triple, serialize

from graph.errors import QueryNotAcceptable
from graph.formats import GRAPH_FORMATS, by_name, negotiate
from ontology.namespaces import PREFIXES
from search_api.http.negotiation import HTML
from search_api.http.site import Site
from search_api.routers.dependencies import site_of
from search_api.routers.query_threads import in_query_thread
from search_api.served import Served
from search_api.sparql.service_description import SD, dataset_description
from search_api.wording.languages import message

router = APIRouter(tags=["sparql"])
Description = Callable[[Served, Site], Iterable[Triple]]


@router.get(
    "/.well-known/void",
    response_class=Response,
    responses={200: {"content": {f.media_type: {} for f in GRAPH_FORMATS}}},
    summary=message("Qué datos hay (VoID, DCAT)"),
    openapi_extra={
        "parameters": [
            {
                "name": "format",
                "in": "query",
                "schema": {"type": "string", "enum": [f.name for f in GRAPH_FORMATS]},
                "description": "Format of the description, instead of the Accept header.",
            }
        ]
    },
)
async def void(request: Request) -> Response:
    """Describe the data: how many statements of what, in which graphs, and where to get them. A browser is
    sent to the page of the dataset.
    """
    in_browser = negotiate(request.headers.get("accept"), (*GRAPH_FORMATS, HTML)) is HTML
    if in_browser and "format" not in request.query_params:
        return RedirectResponse("/dataset", status_code=HTTPStatus.SEE_OTHER)
    return await describe(request, dataset_description)


async def describe(request: Request, description: Description) -> Response:
    """Answer with a description in the format that the client names or prefers. Raises QueryNotAcceptable."""
    accept = request.headers.get("accept")
    name = request.query_params.get("format")
    chosen = by_name(name, GRAPH_FORMATS) if name else negotiate(accept, GRAPH_FORMATS)
    if chosen is None:
        types = ", ".join(f.media_type for f in GRAPH_FORMATS)
        raise QueryNotAcceptable(f"none of {name or accept!r} can be had; there are {types}")
    site = site_of(request)

    def work(served: Served) -> Response:
        serialiser = RdfFormat.from_media_type(chosen.media_type)
        content = serialize(description(served, site), format=serialiser, prefixes={**PREFIXES, "sd": SD})
        return Response(content, media_type=chosen.media_type)

    return await in_query_thread(request, work)
