"""The vocabulary: its reference as a page, the same as RDF, its shapes and its JSON-LD context.

The IRI of a term, `https://w3id.org/redpyme/ns#Actor`, leads to `/ns` and from there to `/ontology#Actor`:
the fragment stays with the client. Nothing here depends on a snapshot.
"""

import json
from http import HTTPStatus
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import RdfFormat, serialize

from graph.errors import NotFound
from graph.formats import by_name, negotiate
from ontology.files import Severity, jsonld_context, rules_file, shapes
from ontology.namespaces import PREFIXES
from ontology.reference import SD, VANN, ontology_triples, reference
from search_api.errors import RequestError
from search_api.http.negotiation import HTML, RDF
from search_api.pages.ontology import lists_page, ontology_page, term_page
from search_api.routers.dependencies import pages_of
from search_api.wording.languages import message

router = APIRouter(tags=["ontology"])
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The vocabulary.", "content": {f.media_type: {} for f in (*RDF, HTML)}}
}
_JSON_LD = "application/ld+json"
_TURTLE = "text/turtle"
#: Seconds for which a client may use what it got without asking again.
_FRESH = 3600


@router.get("/ontology", response_class=Response, responses=_CONTENT, summary=message("El vocabulario"))
def ontology(
    request: Request,
    format: Annotated[
        str | None, Query(max_length=50, description="turtle, json-ld, n-triples, rdf-xml or html.")
    ] = None,
) -> Response:
    """The reference of the vocabulary for browsers; for programs the vocabulary itself, lists included."""
    accept = request.headers.get("accept")
    offered = (*RDF, HTML)
    chosen = by_name(format, offered) if format else negotiate(accept, offered)
    if chosen is None:
        types = ", ".join(f.media_type for f in offered)
        status = HTTPStatus.BAD_REQUEST if format else HTTPStatus.NOT_ACCEPTABLE
        raise RequestError(status, f"{format or accept!r} cannot be had; there are {types}")
    if chosen is HTML:
        return pages_of(request).draw(ontology_page())
    content = serialize(
        ontology_triples(),
        format=RdfFormat.from_media_type(chosen.media_type),
        prefixes={**PREFIXES, "sd": SD, "vann": VANN},
    )
    return _fresh(Response(content, media_type=chosen.media_type))


@router.get("/ontology/terms/{slug}", include_in_schema=False)
def term(request: Request, slug: Annotated[str, Path(max_length=100)]) -> Response:
    """The page of one term."""
    page = term_page(slug)
    if page is None:
        raise NotFound(f"the vocabulary has no term {slug!r}; /ontology lists them")
    return pages_of(request).draw(page)


@router.get("/ontology/lists", include_in_schema=False)
def lists(request: Request) -> Response:
    """The page of the closed lists."""
    return pages_of(request).draw(lists_page())


@router.get(
    "/ontology/context.jsonld",
    response_class=Response,
    responses={200: {"content": {_JSON_LD: {}}}},
    summary=message("Contexto JSON-LD"),
)
def context() -> Response:
    """The JSON-LD context of the vocabulary: the names that JSON of this service uses, and their IRIs."""
    return _fresh(Response(json.dumps(jsonld_context(), ensure_ascii=False), media_type=_JSON_LD))


@router.get(
    "/ontology/shapes/{slug}.ttl",
    response_class=Response,
    responses={200: {"content": {_TURTLE: {}}}},
    summary=message("Formas SHACL"),
)
def shapes_file(
    slug: Annotated[str, Path(max_length=50, description="required or recommended.")],
) -> Response:
    """The SHACL shapes that data must have to be published, or should have."""
    severity = next((known for known in get_args(Severity) if known == slug), None)
    if severity is None:
        raise NotFound(f"there are no shapes called {slug!r}; there are {' and '.join(get_args(Severity))}")
    return _fresh(Response(shapes(severity), media_type=_TURTLE))


@router.get(
    "/ontology/rules.ttl",
    response_class=Response,
    responses={200: {"content": {_TURTLE: {}}}},
    summary=message("Reglas de inferencia"),
)
def rules() -> Response:
    """The rules that the graph of inferences comes from, as SHACL rules in SPARQL."""
    return _fresh(Response(rules_file(), media_type=_TURTLE))


@router.get("/ns", include_in_schema=False)
@router.get("/ns/{version}", include_in_schema=False)
def namespace(version: str | None = None) -> Response:
    """Lead from the IRI of the vocabulary, of its version or of a term to the reference."""
    if version not in (None, reference().version):
        raise NotFound(
            f"there is no version {version} of the vocabulary here; there is {reference().version}"
        )
    return RedirectResponse("/ontology", status_code=HTTPStatus.SEE_OTHER)


def _fresh(response: Response) -> Response:
    response.headers["cache-control"] = f"public, max-age={_FRESH}"
    return response
