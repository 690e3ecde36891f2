"""Good practices, success cases, lessons learned, recommendations and methodologies."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from search_api.catalogue.details import practice_detail
from search_api.catalogue.listing import practices_where
from search_api.pages.chips import chips
from search_api.pages.facets import facets
from search_api.pages.facts import facts
from search_api.pages.paging import pager
from search_api.pages.practices import PracticePage, PracticesPage
from search_api.resources.practices import PracticeDetail, PracticeList, PracticeSummary
from search_api.routers.dependencies import (
    OR_PAGE,
    Current,
    Limit,
    Name,
    Offset,
    Words,
    given,
    kept,
    slug_filter,
)
from search_api.routers.lists import ListFormat, answer_list
from search_api.routers.records import RecordFormat, answer_record
from search_api.wording.languages import gettext as _
from search_api.wording.languages import message

router = APIRouter(tags=["practices"])


@router.get("/practices", response_model=PracticeList, responses=OR_PAGE, summary=message("Prácticas"))
def practices(
    request: Request,
    served: Current,
    q: Words = None,
    kind: Annotated[str | None, slug_filter("Kind, such as lesson-learned.")] = None,
    theme: Annotated[str | None, slug_filter("Theme, with its narrower themes.")] = None,
    event: Annotated[str | None, slug_filter("The event it was told at.")] = None,
    actor: Annotated[str | None, slug_filter("An institution in it.")] = None,
    country: Annotated[str | None, slug_filter("Country of its event, ISO 3166-1 alpha-2.")] = None,
    k: Limit = 20,
    offset: Offset = 0,
    format: ListFormat = None,
) -> PracticeList | Response:
    """Practices, in the order of their documents."""
    found = practices_where(
        served.catalogue, q=q, kind=kind, theme=theme, event=event, actor=actor, country=country
    )
    shown = found[offset : offset + k]

    def page() -> PracticesPage:
        parameters = given(
            q=q,
            kind=kind,
            theme=theme,
            event=event,
            actor=actor,
            country=country,
            k=k if k != 20 else None,
        )
        return PracticesPage(
            q=q or "",
            kept=kept(parameters),
            chosen=chips(served.catalogue, "/practices", parameters),
            practices=shown,
            facets=facets(
                found,
                {"kind": (_("Clase"), lambda p: [p.kind]), "theme": (_("Tema"), lambda p: p.themes)},
                path="/practices",
                parameters=parameters,
            ),
            pager=pager(
                path="/practices", parameters=parameters, total=len(found), k=k, offset=offset, files=True
            ),
        )

    return answer_list(
        request,
        served,
        found,
        kind=PracticeSummary,
        shown=shown,
        model=PracticeList,
        page=page,
        format=format,
    )


@router.get(
    "/practices/{slug}", response_model=PracticeDetail, responses=OR_PAGE, summary=message("Una práctica")
)
def practice(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> PracticeDetail | Response:
    """A practice with its context, conditions, results and pitfalls, and the passage it was read from."""
    detail = practice_detail(served.catalogue, slug)

    def page() -> PracticePage:
        return PracticePage(practice=detail, facts=facts(detail.evidence))

    return answer_record(request, served, detail, page, format=format)
