"""The guide to the interface, and the way from its forms to what they ask for."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from graph.errors import NotFound
from graph.formats import RESULT_FORMATS
from ontology.stored_queries import stored_queries
from search_api.http.negotiation import RDF
from search_api.http.problems import KINDS, TYPE_BASE
from search_api.pages.api import ApiGroupPage, ApiPage, Group, address_of, groups, schemas_of
from search_api.routers.dependencies import pages_of, service_of, site_of
from search_api.wording.languages import language

router = APIRouter(tags=["site"], include_in_schema=False)
#: The field of a form that names its operation.
OPERATION = "operation"


@router.get("/api")
def api(request: Request) -> Response:
    """The contents of the guide, formats and errors."""
    page = ApiPage(
        groups=_groups(request),
        problems=tuple((TYPE_BASE + name, int(status), title) for _, name, title, status in KINDS),
        formats=tuple((f.name, f.media_type) for f in (*RESULT_FORMATS, *RDF)),
    )
    return pages_of(request).draw(page)


@router.get("/api/{tag}")
def api_group(request: Request, tag: str) -> Response:
    """The operations of a group, each with its parameters, an example, a form to try it, and its answers."""
    found = _groups(request)
    group = next((group for group in found if group.tag == tag), None)
    if group is None:
        raise NotFound(f"the guide has no group {tag!r}; there are {', '.join(g.tag for g in found)}")
    schemas = schemas_of(request.app.openapi(), group.operations)
    return pages_of(request).draw(ApiGroupPage(group=group, others=found, schemas=schemas))


@router.get("/try")
def tried(request: Request) -> Response:
    """Where the forms of the guide lead: a form cannot fill a path, and sends what was left empty."""
    given = request.query_params
    for path, methods in request.app.openapi()["paths"].items():
        told: dict[str, Any] = methods.get("get", {})
        if told and told["operationId"] == given.get(OPERATION):
            names = [p["name"] for p in told.get("parameters", [])]
            values = {name: given[name].strip() for name in names if given.get(name, "").strip()}
            if any(p["in"] == "path" and p["name"] not in values for p in told.get("parameters", [])):
                break
            return RedirectResponse(address_of(path, values), status_code=HTTPStatus.SEE_OTHER)
    return RedirectResponse("/api", status_code=HTTPStatus.SEE_OTHER)


def _groups(request: Request) -> tuple[Group, ...]:
    root = site_of(request).root.rstrip("/")
    document = request.app.openapi()
    asked = {f"query-{query.name}": query.asked_in(language()) for query in stored_queries().values()}
    return groups(document, request.app.state.summaries | asked, _known(request), root=root)


def _known(request: Request) -> dict[str, str]:
    """A slug of each section for examples; none before anything is published."""
    served = service_of(request).lease_at_once()
    if served is None:
        return {}
    try:
        lists = served.catalogue
        sections = {
            "actors": [actor.slug for actor in lists.told_actors[:2]],
            "events": list(lists.events)[:1],
            "practices": list(lists.practices)[:1],
            "themes": list(lists.themes)[:1],
            "documents": list(lists.documents)[:1],
            "countries": list(lists.told_countries)[:1],
        }
        known = {section: slugs[0] for section, slugs in sections.items() if slugs}
        return known | {"other": sections["actors"][-1]} if sections["actors"] else known
    finally:
        served.give_back()
