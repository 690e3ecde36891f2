"""What the service and its data are, for machines: VoID and DCAT at the address that is well known."""

from collections.abc import Callable, Iterable

from fastapi import APIRouter, Request, Response
from pyoxigraph import RdfFormat, Triple, serialize

from graph.errors import QueryNotAcceptable
from graph.formats import GRAPH_FORMATS, negotiate
from ontology.namespaces import PREFIXES
from search_api.dependencies import site_of
from search_api.query_threads import in_query_thread
from search_api.service import Served
from search_api.site import Site
from search_api.sparql_descriptions import SD, dataset_description

router = APIRouter(tags=["sparql"])
Description = Callable[[Served, Site], Iterable[Triple]]


@router.get(
    "/.well-known/void",
    response_class=Response,
    responses={200: {"content": {f.media_type: {} for f in GRAPH_FORMATS}}},
    summary="Qué datos hay (VoID, DCAT)",
)
async def void(request: Request) -> Response:
    """Describe the data: how many statements of what, in which graphs, and where to get them."""
    return await describe(request, dataset_description)


async def describe(request: Request, description: Description) -> Response:
    """Answer with a description in the RDF format that the client prefers. Raises QueryNotAcceptable."""
    accept = request.headers.get("accept")
    chosen = negotiate(accept, GRAPH_FORMATS)
    if chosen is None:
        types = ", ".join(f.media_type for f in GRAPH_FORMATS)
        raise QueryNotAcceptable(f"none of {accept!r} can be had; there are {types}")
    site = site_of(request)

    def work(served: Served) -> Response:
        serialiser = RdfFormat.from_media_type(chosen.media_type)
        content = serialize(description(served, site), format=serialiser, prefixes={**PREFIXES, "sd": SD})
        return Response(content, media_type=chosen.media_type)

    return await in_query_thread(request, work)
