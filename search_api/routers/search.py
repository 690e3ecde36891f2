"""Search in the words of the asker, and for what is like something that was found."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.answers.search import DEFAULT_K, Asked, all_hits, answer
from search_api.answers.ways_out import ways_out
from search_api.errors import RequestError
from search_api.pages.search import empty_page, search_page
from search_api.resources.search import SearchHit, SearchResults
from search_api.routers.dependencies import (
    LONGEST_QUERY,
    OR_PAGE,
    Current,
    Limit,
    Offset,
    Values,
    Year,
    pages_of,
    values_filter,
)
from search_api.routers.lists import ListFormat, as_file, asks_for_page, asks_for_window, file_format
from search_api.wording.languages import message

router = APIRouter(tags=["search"])


@router.get("/search", response_model=SearchResults, responses=OR_PAGE, summary=message("Buscar"))
def search(
    request: Request,
    served: Current,
    q: Annotated[
        str | None,
        Query(max_length=LONGEST_QUERY, description="The question, in Spanish, Portuguese or English."),
    ] = None,
    like: Annotated[
        str | None,
        Query(
            max_length=LONGEST_QUERY,
            description="Instead of a question: the IRI or the slug of a passage, practice, event or "
            "institution, to find what is like it.",
        ),
    ] = None,
    lang: Annotated[
        str | None,
        Query(pattern="^(es|pt|en|)$", description="Language of labels and reasons: es (default), pt, en."),
    ] = None,
    type: Annotated[
        Values,
        values_filter("passage, event, practice or actor, a kind of practice or a type of event."),
    ] = None,
    event_type: Annotated[Values, values_filter("Type of the event it belongs to, such as taller.")] = None,
    practice_kind: Annotated[
        Values, values_filter("Practices of a kind, such as lesson-learned, each a result of its own.")
    ] = None,
    theme: Annotated[
        Values, values_filter("Theme with its narrower themes, by its slug or its id (th-tic).")
    ] = None,
    country: Annotated[Values, values_filter("Country, ISO 3166-1 alpha-2.")] = None,
    place: Annotated[Values, values_filter("City, by its slug, such as ve-caracas.")] = None,
    actor: Annotated[Values, values_filter("Institution, by its slug.")] = None,
    role: Annotated[
        Values,
        values_filter("Role of an institution, such as sponsor; with `actor`, the role of that institution."),
    ] = None,
    document: Annotated[Values, values_filter("Document, by its slug.")] = None,
    language: Annotated[Values, values_filter("Language of the passage: es, pt, en.")] = None,
    year_from: Year = None,
    year_to: Year = None,
    ignore: Annotated[
        Values,
        values_filter(
            "What the question names and is not to push, as kind:value: country:VE, year:2005-2007."
        ),
    ] = None,
    k: Limit = DEFAULT_K,
    offset: Offset = 0,
    format: ListFormat = None,
) -> SearchResults | Response:
    """The passages, events and practices that answer best, each with its source and the reasons for it.

    What the question names (countries, cities, years, institutions, roles, kinds, themes) pushes in the
    ranking and filters nothing; `interpretation.filters` has a link for each to make it a filter or to take
    it away. Filters narrow before the search. Several values of a filter, repeated or with commas between
    them, are alternatives. A value that no collection can have is refused; one that this collection does not
    have finds nothing, and `notes` says so. A file has the best thousand results.
    """
    values = {
        "type": type,
        "event_type": event_type,
        "practice_kind": practice_kind,
        "theme": theme,
        "country": country,
        "place": place,
        "actor": actor,
        "role": role,
        "document": document,
        "language": language,
        "ignore": ignore,
    }
    asked = Asked(
        text=(q or "").strip(),
        like=like or None,
        values={name: chosen or () for name, chosen in values.items()},
        year_from=year_from,
        year_to=year_to,
        lang=lang,
        k=k,
        offset=offset,
    )
    html = asks_for_page(request, format)
    if asked.text and asked.like:
        raise RequestError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "like: give q or like, not both; filters go with either"
        )
    if not asked.text and not asked.like:
        if not html:
            raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, "q: ask something; the query is empty")
        return pages_of(request).draw(empty_page(asked.parameters(), served.catalogue))
    answered = answer(asked, served.engine(), served.catalogue)
    if file := file_format(request, format):
        total = answered.results.total
        whole = all_hits(asked, served.engine(), served.catalogue, total=total)
        hits = answered.results.results if asks_for_window(request) else whole
        return as_file(request, served, hits, kind=SearchHit, total=total, format=file)
    if html:
        ways = ways_out(asked, answered, served.engine(), served.catalogue)
        return pages_of(request).draw(search_page(asked, answered, served.catalogue, ways=ways))
    return answered.results
