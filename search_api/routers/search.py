"""Search in the words of the asker."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from search_api.answers import search_results, type_list
from search_api.catalogue import Catalogue
from search_api.dependencies import (
    LONGEST_QUERY,
    OR_PAGE,
    Current,
    Limit,
    Offset,
    Year,
    given,
    kept,
    pages_of,
    slug_filter,
)
from search_api.facets import Facet, facet
from search_api.negotiation import wants_html
from search_api.pages import SearchPage, pager
from search_api.problems import RequestError
from search_api.resources import SearchResults
from search_api.routers.site import examples

router = APIRouter(tags=["search"])
#: The facets that the page shows after those of "type", with their titles.
FACETS = {
    "theme": "Tema",
    "country": "País",
    "actor": "Institución",
    "document": "Documento",
}
#: The facet "type" holds values of three lists: the titles of each.
TYPES = {
    "result": "Clase de resultado",
    "practice-kind": "Clase de práctica",
    "event-type": "Tipo de evento",
}
DEFAULT_K = 10


@router.get("/search", response_model=SearchResults, responses=OR_PAGE, summary="Buscar")
def search(
    request: Request,
    served: Current,
    q: Annotated[
        str | None,
        Query(max_length=LONGEST_QUERY, description="The question, in Spanish, Portuguese or English."),
    ] = None,
    lang: Annotated[
        str, Query(pattern="^(es|pt|en)$", description="Language of the labels: es, pt, en.")
    ] = "es",
    type: Annotated[
        str | None,
        slug_filter("passage, event, practice or actor, a kind of practice or a type of event."),
    ] = None,
    theme: Annotated[str | None, slug_filter("Theme, by its slug or its id (th-tic).")] = None,
    country: Annotated[str | None, slug_filter("Country, ISO 3166-1 alpha-2.")] = None,
    actor: Annotated[str | None, slug_filter("Institution.")] = None,
    role: Annotated[str | None, slug_filter("Role of an institution, such as sponsor.")] = None,
    document: Annotated[str | None, slug_filter("Document.")] = None,
    language: Annotated[str | None, slug_filter("Language of the passage, such as pt.")] = None,
    year_from: Year = None,
    year_to: Year = None,
    k: Limit = DEFAULT_K,
    offset: Offset = 0,
) -> SearchResults | Response:
    """The passages, events and practices that answer best, each with its source and the reasons for it.

    Filters narrow before the search. Several values of a filter, with commas between them, are alternatives.
    """
    html = wants_html(request.headers.get("accept"))
    parameters = given(
        q=q,
        lang=lang if lang != "es" else None,
        type=type,
        theme=theme,
        country=country,
        actor=actor,
        role=role,
        document=document,
        language=language,
        year_from=year_from,
        year_to=year_to,
        k=k if k != DEFAULT_K else None,
    )
    if not q or not q.strip():
        if html:
            return pages_of(request).draw(_page(served.catalogue, q or "", parameters, None, k, offset))
        raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, "q: ask something; the query is empty")

    from search_api.columns import Filters
    from search_api.engine import SearchRequest

    response = served.engine().search(
        SearchRequest(
            text=q,
            lang=lang,
            filters=Filters(
                types=_values(type),
                themes=_values(theme),
                countries=tuple(code.upper() for code in _values(country)),
                actors=_values(actor),
                roles=_values(role),
                documents=_values(document),
                languages=_values(language),
                year_from=year_from,
                year_to=year_to,
            ),
            k=k,
            offset=offset,
        )
    )
    results = search_results(response, served.catalogue)
    if html:
        return pages_of(request).draw(_page(served.catalogue, q, parameters, results, k, offset))
    return results


def _values(text: str | None) -> tuple[str, ...]:
    return tuple(value.strip() for value in (text or "").split(",") if value.strip())


def _page(
    catalogue: Catalogue,
    q: str,
    parameters: dict[str, Any],
    results: SearchResults | None,
    k: int,
    offset: int,
) -> SearchPage:
    facets: list[Facet] = []
    if results:
        types = results.facets.get("type", ())
        groups = [
            ("type", title, [count for count in types if type_list(catalogue, count.value) == name])
            for name, title in TYPES.items()
        ]
        groups += [(name, title, list(results.facets.get(name, ()))) for name, title in FACETS.items()]
        facets = [
            facet(
                name=name,
                title=title,
                counts=[(c.value, c.label, c.count) for c in counts],
                path="/search",
                parameters=parameters,
            )
            for name, title, counts in groups
        ]
    return SearchPage(
        q=q,
        kept=kept(parameters),
        results=results,
        facets=tuple(facets),
        pager=pager(path="/search", parameters=parameters, total=results.total, k=k, offset=offset)
        if results
        else None,
        examples=examples(),
    )
