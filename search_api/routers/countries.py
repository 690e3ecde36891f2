"""Countries: what was held where, and who is from there."""

from fastapi import APIRouter, Request, Response

from search_api.countries import CountryDetail, CountryList, countries, country_detail
from search_api.dependencies import OR_PAGE, Current, Name, answer
from search_api.overview_pages import CountriesPage, CountryPage
from search_api.records import RecordFormat, answer_record

router = APIRouter(tags=["countries"])


@router.get("/countries", response_model=CountryList, responses=OR_PAGE, summary="Países")
def all_countries(request: Request, served: Current) -> CountryList | Response:
    """The countries that something is told of, those with most events first."""
    found = countries(served.catalogue)
    return answer(
        request, CountryList(total=len(found), results=found), lambda: CountriesPage(countries=found)
    )


@router.get("/countries/{slug}", response_model=CountryDetail, responses=OR_PAGE, summary="Un país")
def country(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> CountryDetail | Response:
    """A country by its ISO code: its events, institutions, practices and themes."""
    detail = country_detail(served.catalogue, slug)
    return answer_record(request, served, detail, lambda: CountryPage(country=detail), format=format)
