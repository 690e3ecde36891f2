"""The IRIs of the graph, dereferenced: a page for browsers, RDF for programs."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from graph.errors import NotFound
from graph.formats import Format, by_name
from ontology.namespaces import DCTERMS, PREFIXES, RP
from search_api.errors import MovedError, RequestError
from search_api.http.negotiation import HTML, JSON, RDF, RESOURCE_FORMATS, resource_format
from search_api.pages.cells import Cell
from search_api.pages.resource import ResourcePage, Statement
from search_api.representations.compact_json import compact
from search_api.resources.links import iri_path, resource_iri, resource_path, slug_of, span_path, split_iri
from search_api.routers.dependencies import Current, Name, pages_of, site_of
from search_api.served import Served
from search_api.wording.languages import language, message
from search_api.wording.printable import printable

router = APIRouter(tags=["identifiers"])
_SERIALISERS = {
    "turtle": RdfFormat.TURTLE,
    "json-ld": RdfFormat.JSON_LD,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The statements about the resource.",
        "content": {f.media_type: {} for f in (*RDF, HTML)},
    },
    303: {"description": "A browser is sent to the page of the resource."},
}


@router.get(
    "/id/{kind}/{slug:path}",
    response_class=Response,
    responses=_CONTENT,
    summary=message("Un recurso del grafo por su IRI"),
)
def resource(
    request: Request,
    served: Current,
    kind: Annotated[str, Path(max_length=50, description="Kind of resource, such as actor or claim.")],
    slug: Name,
    format: Annotated[
        str | None, Query(max_length=50, description="turtle, json, json-ld, n-triples, rdf-xml or html.")
    ] = None,
) -> Response:
    """What the graph says of `https://w3id.org/redpyme/id/{kind}/{slug}`, in the format asked for."""
    iri = resource_iri(kind, slug)
    if now := split_iri(served.view.replaced_by(iri) or ""):
        raise MovedError(f"/id/{now[0]}/{now[1]}")
    triples = served.view.triples(iri)
    if not triples:
        raise NotFound(f"the graph says nothing of {iri}")
    chosen = _chosen(request, format)
    if chosen is JSON:
        about = compact(iri, triples, context=f"{site_of(request).root}ontology/context.jsonld")
        return JSONResponse(about, media_type=RDF[1].media_type)
    if chosen is not HTML:
        content = serialize(triples, format=_SERIALISERS[chosen.name], prefixes=PREFIXES)
        return Response(content, media_type=chosen.media_type)
    page = _page_path(kind, slug, triples)
    if page:
        return RedirectResponse(page, status_code=HTTPStatus.SEE_OTHER)
    return pages_of(request).draw(_resource_page(served, iri, triples))


def _chosen(request: Request, name: str | None) -> Format:
    accept = request.headers.get("accept")
    found = by_name(name, RESOURCE_FORMATS) if name else resource_format(accept)
    if found is None and name:
        offered = ", ".join(f.name for f in RESOURCE_FORMATS)
        raise RequestError(HTTPStatus.BAD_REQUEST, f"there is no format {name!r}; there are {offered}")
    if found is None:
        types = ", ".join(f.media_type for f in RESOURCE_FORMATS)
        raise RequestError(HTTPStatus.NOT_ACCEPTABLE, f"none of {accept!r} can be had; there are {types}")
    return found


def _page_path(kind: str, slug: str, triples: list[Triple]) -> str | None:
    """The page that shows the resource, where it has one: its own, or the place of a passage."""
    path = resource_path(kind, slug)
    if not path.startswith("/id/"):
        return path
    if kind != "passage":
        return None
    values = {triple.predicate.value: triple.object for triple in triples}
    document, start, end = (values.get(name) for name in (DCTERMS + "isPartOf", RP + "start", RP + "end"))
    if isinstance(document, NamedNode) and isinstance(start, Literal) and isinstance(end, Literal):
        return span_path(slug_of(document.value), int(start.value), int(end.value))
    return None


def _resource_page(served: Served, iri: str, triples: list[Triple]) -> ResourcePage:
    """The statements as a table of properties, with labels where the graph has them."""
    found: dict[str, list[Cell]] = {}
    for triple in triples:
        value = triple.object
        if isinstance(value, NamedNode):
            cell = Cell(served.view.label(value.value, language=language()), iri_path(value.value))
        elif isinstance(value, Literal):
            tag = f" ({value.language})" if value.language else ""
            cell = Cell(printable(value.value) + tag, language=value.language)
        else:
            continue
        found.setdefault(served.view.label(triple.predicate.value, language=language()), []).append(cell)
    return ResourcePage(
        iri=iri,
        label=served.view.label(iri, language=language()),
        statements=tuple(
            Statement(name, tuple(sorted(cells, key=lambda c: c.text)))
            for name, cells in sorted(found.items())
        ),
    )
