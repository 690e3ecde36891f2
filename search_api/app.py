"""The application: routes, pages, errors and headers over one workspace.

    app = create_app(load_settings())

Every address answers JSON (or RDF), and a page to browsers. Nothing is fetched from other hosts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles

from graph.settings import Settings
from search_api import problems
from search_api.middleware import FixedHeaders, HeadAsGet
from search_api.pages import Pages, ProblemPage
from search_api.problems import RESPONSES, Problem
from search_api.routers import (
    actors,
    descriptions,
    documents,
    events,
    graph_store,
    identifiers,
    practices,
    search,
    site,
    sparql,
    themes,
)
from search_api.service import Service

STATIC = Path(__file__).parent / "static"
DESCRIPTION = (
    "The institutions that support micro, small and medium enterprises in Ibero-America, what they did "
    "together and what they learned: search, lists, peers and SPARQL, each statement with its source."
)
#: Titles and advice of the error page, by status; the last is for all others.
ERRORS = {
    400: ("No se pudo entender la petición", "Revise la dirección o los datos del formulario."),
    404: ("Aquí no hay nada", "La dirección no lleva a ningún recurso de esta red. Pruebe a buscarlo."),
    405: ("Esta dirección no admite esa operación", "Use los enlaces y formularios de las páginas."),
    422: ("Un dato de la petición no es válido", "Una pregunta puede tener hasta 2000 caracteres."),
    503: (
        "Todavía no hay nada que mostrar",
        "Falta leer los primeros documentos con «redpyme ingest ARCHIVO…», o el servicio se está preparando. "
        "Vuelva a cargar esta página en unos segundos.",
    ),
    500: ("El servicio tuvo un error", "Quedó registrado. Inténtelo de nuevo más tarde."),
}


def create_app(settings: Settings) -> FastAPI:
    """The application over the workspace of `settings`; it opens the workspace when it starts."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="redpyme",
        version=version("redpyme"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,  # these two load scripts from another host; /api is the guide
        redoc_url=None,
        lifespan=lifespan,
        responses=RESPONSES,
    )
    app.state.service = service
    app.state.pages = Pages()
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST"], allow_headers=["*"]
    )
    app.add_middleware(FixedHeaders)
    app.add_middleware(HeadAsGet)
    for module in (
        site,
        search,
        actors,
        events,
        practices,
        themes,
        documents,
        sparql,
        graph_store,
        descriptions,
        identifiers,
    ):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    problems.install(app, _draw_problem)
    _describe_problems(app)
    return app


def _draw_problem(request: Request, problem: Problem) -> Response:
    heading, advice = ERRORS.get(problem.status) or ERRORS[500 if problem.status >= 500 else 400]
    if problem.status == HTTPStatus.GATEWAY_TIMEOUT:
        heading, advice = "La consulta tardó demasiado", "Hágala más selectiva o añada un LIMIT."
    page = ProblemPage(status=problem.status, heading=heading, advice=advice, detail=problem.detail)
    pages: Pages = request.app.state.pages
    return pages.draw(page)


def _describe_problems(app: FastAPI) -> None:
    """Put the schema of problems, which handlers answer and no route returns, into the OpenAPI document."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas["Problem"] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
