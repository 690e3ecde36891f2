"""The application: routes, pages, errors and headers over one workspace.

    app = create_app(load_settings())

Every address answers JSON (or RDF), and a page to browsers. Nothing is fetched from other hosts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles

from graph.settings import Settings
from ontology.stored_queries import stored_queries
from search_api.http import problems
from search_api.http.middleware import (
    CompressedForBrowsers,
    EscapedQuery,
    FixedHeaders,
    HeadAsGet,
    LanguageOfReader,
)
from search_api.http.problems import RESPONSES, Problem
from search_api.pages.drawing import Pages
from search_api.pages.problems import ProblemPage, words_of
from search_api.routers import (
    actors,
    api,
    candidates,
    completions,
    countries,
    crawlers,
    dataset,
    descriptions,
    documents,
    events,
    graph_store,
    identifiers,
    network,
    ontology,
    overviews,
    peers,
    practices,
    queries,
    search,
    site,
    sparql,
    suggestions,
    themes,
)
from search_api.routers.quick_sparql import QuickSparql
from search_api.service import Service
from search_api.wording.languages import Reader, gettext, reading

STATIC = Path(__file__).parent / "static"
DESCRIPTION = (
    "The institutions that support micro, small and medium enterprises in Ibero-America, what they did "
    "together and what they learned: search, lists, peers and SPARQL, each statement with its source."
)


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
    problems.install(app, _draw_problem)  # the first, and so within all other middleware
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST"], allow_headers=["*"]
    )
    app.add_middleware(QuickSparql)
    app.add_middleware(FixedHeaders)
    app.add_middleware(CompressedForBrowsers)
    app.add_middleware(HeadAsGet)
    app.add_middleware(LanguageOfReader, site=settings.site)
    app.add_middleware(EscapedQuery)
    for module in (
        sparql,  # routes are tried in this order, and this one is to be as quick as it can
        site,
        api,
        search,
        suggestions,
        network,
        actors,
        peers,
        candidates,
        completions,
        countries,
        crawlers,
        dataset,
        overviews,
        events,
        practices,
        themes,
        documents,
        graph_store,
        descriptions,
        ontology,
        identifiers,
    ):
        app.include_router(module.router)
    app.include_router(queries.router_of(stored_queries()))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _describe_problems(app)
    return app


def _draw_problem(request: Request, problem: Problem) -> Response:
    words = words_of(problem)
    page = ProblemPage(
        status=problem.status, heading=words.heading, advice=words.advice, detail=problem.detail
    )
    pages: Pages = request.app.state.pages
    return pages.draw(page)


def _describe_problems(app: FastAPI) -> None:
    """Complete the OpenAPI document: with the schema of problems, which handlers answer and no route returns,
    and with summaries in English, as all that it says; the code has them in the language of the messages, and
    `app.state.summaries` keeps those for the guide."""
    described = app.openapi
    app.state.summaries = {}

    def openapi() -> dict[str, Any]:
        document = described()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas["Problem"] = schema
        with reading(Reader("en")):
            for operation in (told for methods in document["paths"].values() for told in methods.values()):
                said = app.state.summaries.setdefault(operation["operationId"], operation["summary"])
                operation["summary"] = gettext(said)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
