"""The entrance, the health of the service and the guide to the interface."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from graph.formats import RESULT_FORMATS
from search_api.http.negotiation import RDF
from search_api.http.problems import KINDS, TYPE_BASE
from search_api.pages.api import ApiPage, Operation, Parameter
from search_api.pages.examples import examples
from search_api.pages.home import home_page
from search_api.resources.service import Entrance, Health
from search_api.routers.dependencies import OR_PAGE, Current, answer, pages_of, service_of

router = APIRouter(tags=["site"])


@router.get("/", response_model=Entrance, responses=OR_PAGE, summary="Entrada")
def home(request: Request, served: Current) -> Entrance | Response:
    """The network in numbers, and where to go from here."""
    lists = served.catalogue
    counts = {
        "actors": len(lists.told_actors),
        "events": len(lists.events),
        "practices": len(lists.practices),
        "documents": len(lists.documents),
    }

    entrance = Entrance(
        snapshot=served.number,
        counts=counts,
        links={name: f"/{name}" for name in (*counts, "themes", "search", "sparql", "openapi.json")},
    )
    return answer(request, entrance, lambda: home_page(served, counts=counts, examples=examples()))


@router.get(
    "/health", response_model=Health, responses={503: {"model": Health}}, summary="Estado del servicio"
)
async def health(request: Request) -> JSONResponse:
    """What is being served. 200 once lists and SPARQL answer, 503 before that."""
    # Not in a thread: it waits for nothing, and must be told apart from a server whose threads are all busy.
    state = service_of(request).health()
    return JSONResponse(state.model_dump(), status_code=503 if state.snapshot is None else 200)


@router.get("/api", include_in_schema=False)
def api(request: Request) -> Response:
    """The guide to the interface, drawn from its OpenAPI document."""
    document: dict[str, Any] = request.app.openapi()
    operations = [
        Operation(
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            parameters=tuple(
                Parameter(p["name"], bool(p.get("required")), p.get("description", ""))
                for p in operation.get("parameters", [])
            ),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    page = ApiPage(
        operations=tuple(operations),
        problems=tuple((TYPE_BASE + name, int(status), title) for _, name, title, status in KINDS),
        formats=tuple((f.name, f.media_type) for f in (*RESULT_FORMATS, *RDF)),
    )
    return pages_of(request).draw(page)
