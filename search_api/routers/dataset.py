"""The data as a whole, and what all this is."""

from fastapi import APIRouter, Request, Response

from search_api.answers.dataset import DatasetDetail, dataset_detail, dataset_words
from search_api.pages.overviews import AboutPage, DatasetPage
from search_api.routers.dependencies import OR_PAGE, Current, pages_of, service_of, site_of
from search_api.routers.records import RecordFormat, answer_record
from search_api.wording.languages import language, message

router = APIRouter(tags=["site"])


@router.get(
    "/dataset", response_model=DatasetDetail, responses=OR_PAGE, summary=message("Los datos en conjunto")
)
def dataset(request: Request, served: Current, format: RecordFormat = None) -> DatasetDetail | Response:
    """Version, licence, figures by class, downloads and history of the data, and how to cite them."""
    site = site_of(request)
    detail = dataset_detail(
        served, service_of(request).workspace, site=site, licence=site.licence, language=language()
    )

    def page() -> DatasetPage:
        return DatasetPage(dataset=detail, words=dataset_words())

    return answer_record(request, served, detail, page, format=format)


@router.get("/about", include_in_schema=False)
def about(request: Request) -> Response:
    """What this is, how it reads, where its limits are and who decides."""
    return pages_of(request).draw(AboutPage())
