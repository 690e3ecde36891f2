"""Countries: what was held where, and who is from there."""

from fastapi import APIRouter, Request, Response

from search_api.catalogue.countries import (
    CountryDetail,
    CountryList,
    CountrySummary,
    countries,
    country_detail,
)
from search_api.pages.event_map import event_map
from search_api.pages.overviews import CountriesPage, CountryPage
from search_api.pages.paging import list_files
from search_api.pages.projection import HEIGHT, WIDTH
from search_api.routers.dependencies import OR_PAGE, Current, Name
from search_api.routers.lists import ListFormat, answer_list
from search_api.routers.records import RecordFormat, answer_record
from search_api.wording.languages import message

router = APIRouter(tags=["countries"])


@router.get("/countries", response_model=CountryList, responses=OR_PAGE, summary=message("Países"))
def all_countries(request: Request, served: Current, format: ListFormat = None) -> CountryList | Response:
    """The countries that something is told of, those with most events first."""
    lists = served.catalogue
    found = countries(lists)
    return answer_list(
        request,
        served,
        found,
        kind=CountrySummary,
        shown=found,
        model=CountryList,
        page=lambda: CountriesPage(
            countries=found,
            drawing=event_map(lists, tuple(lists.events.values()), by="country", filters={}),
            size=(WIDTH, HEIGHT),
            files=list_files("/countries", {}),
        ),
        format=format,
    )


@router.get("/countries/{slug}", response_model=CountryDetail, responses=OR_PAGE, summary=message("Un país"))
def country(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> CountryDetail | Response:
    """A country by its ISO code: its events, institutions, practices and themes."""
    detail = country_detail(served.catalogue, slug)
    return answer_record(request, served, detail, lambda: CountryPage(country=detail), format=format)
