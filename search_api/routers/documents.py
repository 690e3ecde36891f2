"""Documents: what was read, and the text itself with what was found in it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.catalogue.details import document_detail
from search_api.catalogue.listing import documents_where
from search_api.pages.chips import chips
from search_api.pages.document import DocumentPage, document_page
from search_api.pages.documents import DocumentsPage
from search_api.pages.facets import Count, facet
from search_api.pages.paging import pager
from search_api.resources.documents import DocumentDetail, DocumentList, DocumentSummary
from search_api.routers.dependencies import (
    OR_PAGE,
    Current,
    Limit,
    Name,
    Offset,
    Words,
    Year,
    given,
    kept,
    slug_filter,
)
from search_api.routers.lists import ListFormat, answer_list
from search_api.routers.records import RecordFormat, answer_record
from search_api.wording.languages import gettext as _
from search_api.wording.languages import message
from search_api.wording.localised import language_name

router = APIRouter(tags=["documents"])


@router.get("/documents", response_model=DocumentList, responses=OR_PAGE, summary=message("Documentos"))
def documents(
    request: Request,
    served: Current,
    q: Words = None,
    language: Annotated[str | None, slug_filter("Language of the document, such as pt.")] = None,
    year_from: Year = None,
    year_to: Year = None,
    k: Limit = 20,
    offset: Offset = 0,
    format: ListFormat = None,
) -> DocumentList | Response:
    """Documents, those about the latest year first."""
    found = documents_where(served.catalogue, q=q, language=language, year_from=year_from, year_to=year_to)
    shown = found[offset : offset + k]

    def page() -> DocumentsPage:
        parameters = given(
            q=q, language=language, year_from=year_from, year_to=year_to, k=k if k != 20 else None
        )
        return DocumentsPage(
            q=q or "",
            kept=kept(parameters),
            chosen=chips(served.catalogue, "/documents", parameters),
            documents=shown,
            facets=(
                facet(
                    name="language",
                    title=_("Idioma"),
                    counts=_languages(found),
                    path="/documents",
                    parameters=parameters,
                ),
            ),
            pager=pager(
                path="/documents", parameters=parameters, total=len(found), k=k, offset=offset, files=True
            ),
        )

    return answer_list(
        request,
        served,
        found,
        kind=DocumentSummary,
        shown=shown,
        model=DocumentList,
        page=page,
        format=format,
    )


@router.get(
    "/documents/{slug}", response_model=DocumentDetail, responses=OR_PAGE, summary=message("Un documento")
)
def document(
    request: Request,
    served: Current,
    slug: Name,
    start: Annotated[int | None, Query(ge=0, description="Mark from this code point on (page only).")] = None,
    end: Annotated[int | None, Query(ge=0, description="Mark up to this code point (page only).")] = None,
    mention: Annotated[
        str | None,
        Query(
            max_length=400,
            description="Open where this is named or told, as actor/caf, and lead from there to where it is "
            "next (page only).",
        ),
    ] = None,
    part: Annotated[int, Query(ge=1, description="Part of the text to show (page only).")] = 1,
    format: RecordFormat = None,
) -> DocumentDetail | Response:
    """A document with the events, institutions and practices read from it; its page shows the text."""
    detail = document_detail(served.catalogue, slug, lambda slug: served.shelf.marks(slug).counts)

    def page() -> DocumentPage:
        target = (start, end) if start is not None and end is not None else None
        return document_page(
            served.catalogue, detail, served.shelf, target=target, mention=mention or "", number=part
        )

    return answer_record(request, served, detail, page, format=format)


def _languages(found: tuple[DocumentSummary, ...]) -> list[Count]:
    languages = [document.language for document in found if document.language]
    return [Count(code, language_name(code), languages.count(code)) for code in sorted(set(languages))]
