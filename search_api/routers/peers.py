"""Institutions for a need told in words."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.answers.seek import sought_by
from search_api.errors import RequestError
from search_api.pages.paging import pager
from search_api.pages.peers import SeekPage
from search_api.resources.peers import Sought, SoughtList
from search_api.routers.dependencies import (
    LONGEST_QUERY,
    OR_PAGE,
    Current,
    Limit,
    Offset,
    given,
    kept,
    pages_of,
    slug_filter,
)
from search_api.routers.lists import ListFormat, as_file, asks_for_page, asks_for_window, file_format
from search_api.wording.languages import Language, language, message

#: Institutions in a file, the likeliest.
MOST_IN_FILE = 200
router = APIRouter(tags=["actors"])


@router.get(
    "/peers",
    response_model=SoughtList,
    responses=OR_PAGE,
    summary=message("Instituciones para una necesidad"),
)
def sought(
    request: Request,
    served: Current,
    q: Annotated[
        str | None,
        Query(max_length=LONGEST_QUERY, description="What is sought, in words of es, pt or en."),
    ] = None,
    type: Annotated[str | None, slug_filter("Type of the institutions, such as ministry.")] = None,
    country: Annotated[str | None, slug_filter("Country of the institutions, ISO 3166-1 alpha-2.")] = None,
    theme: Annotated[str | None, slug_filter("Theme of the passages that speak for them.")] = None,
    lang: Annotated[
        Language | None, Query(description="Language of the reasons; that of the reader without it.")
    ] = None,
    k: Limit = 10,
    offset: Offset = 0,
    format: ListFormat = None,
) -> SoughtList | Response:
    """Who has done what is sought: "alguien que haya montado un fondo de garantías".

    A search finds the passages that answer, and each speaks for the institutions in it by their role: who
    taught or paid for it before who was there, and that before who is only mentioned. Each institution comes
    with those passages and where they are written.
    """
    text = " ".join((q or "").split())
    parameters = given(q=text, type=type, country=country, theme=theme, lang=lang)
    if not text:
        if asks_for_page(request, format):
            return pages_of(request).draw(SeekPage(q="", kept=kept(parameters), found=None, pager=None))
        raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, "q: say what you look for; the query is empty")
    file = file_format(request, format)
    window = (0, MOST_IN_FILE) if file and not asks_for_window(request) else (offset, k)
    found = sought_by(
        served,
        text,
        type=type or None,
        country=country or None,
        theme=theme or None,
        language=lang or language(),
        k=window[1],
        offset=window[0],
    )

    def page() -> SeekPage:
        return SeekPage(
            q=text,
            kept=kept(parameters),
            found=found,
            pager=pager(
                path="/peers", parameters=parameters, total=found.total, k=k, offset=offset, files=True
            ),
        )

    if file:
        return as_file(request, served, found.results, kind=Sought, total=found.total, format=file)
    return pages_of(request).draw(page()) if asks_for_page(request, format) else found
