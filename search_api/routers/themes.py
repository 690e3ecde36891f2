"""Themes that the network works on."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.catalogue.details import theme_detail
from search_api.catalogue.listing import themes_where
from search_api.pages.paging import pager
from search_api.pages.themes import ThemePage, ThemesPage
from search_api.resources.themes import ThemeDetail, ThemeList, ThemeSummary
from search_api.routers.dependencies import OR_PAGE, Current, Limit, Name, Offset, Words, given
from search_api.routers.lists import ListFormat, answer_list
from search_api.routers.records import RecordFormat, answer_record
from search_api.wording.languages import message

router = APIRouter(tags=["themes"])


@router.get("/themes", response_model=ThemeList, responses=OR_PAGE, summary=message("Temas"))
def themes(
    request: Request,
    served: Current,
    q: Words = None,
    status: Annotated[
        str | None, Query(pattern="^(accepted|proposed)?$", description="accepted or proposed.")
    ] = None,
    k: Limit = 100,
    offset: Offset = 0,
    format: ListFormat = None,
) -> ThemeList | Response:
    """Themes, those that curators accepted first."""
    found = themes_where(served.catalogue, q=q, status=status)
    shown = found[offset : offset + k]

    def page() -> ThemesPage:
        parameters = given(q=q, status=status, k=k if k != 100 else None)
        return ThemesPage(
            q=q or "",
            accepted=tuple(theme for theme in shown if theme.status != "proposed"),
            proposed=tuple(theme for theme in shown if theme.status == "proposed"),
            pager=pager(
                path="/themes", parameters=parameters, total=len(found), k=k, offset=offset, files=True
            ),
        )

    return answer_list(
        request,
        served,
        found,
        kind=ThemeSummary,
        shown=shown,
        model=ThemeList,
        page=page,
        format=format,
    )


@router.get("/themes/{slug}", response_model=ThemeDetail, responses=OR_PAGE, summary=message("Un tema"))
def theme(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> ThemeDetail | Response:
    """A theme: its labels in three languages, its neighbours, its events and practices, who works on it."""
    detail = theme_detail(served.catalogue, slug)
    return answer_record(request, served, detail, lambda: ThemePage(theme=detail), format=format)
