"""The entrance, and the health of the service."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from search_api.pages.examples import examples
from search_api.pages.home import home_page
from search_api.resources.service import Entrance, Health
from search_api.routers.dependencies import OR_PAGE, Current, answer, service_of
from search_api.wording.languages import message

router = APIRouter(tags=["site"])


@router.get("/", response_model=Entrance, responses=OR_PAGE, summary=message("Entrada"))
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
    "/health",
    response_model=Health,
    responses={503: {"model": Health}},
    summary=message("Estado del servicio"),
)
async def health(request: Request) -> JSONResponse:
    """What is being served. 200 once lists and SPARQL answer, 503 before that."""
    # Not in a thread: it waits for nothing, and must be told apart from a server whose threads are all busy.
    state = service_of(request).health()
    return JSONResponse(state.model_dump(), status_code=503 if state.snapshot is None else 200)
