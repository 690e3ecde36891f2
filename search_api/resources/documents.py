"""Documents as models, and what they name where."""

from pydantic import Field

from search_api.resources.base import Counted, LabelLanguage, Resource
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary


class DocumentSummary(Resource):
    """A document in a list. `year` is the year it reports on."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    language: str | None = None
    reference: str | None = None
    year: int | None = None
    file_name: str | None = None
    format: str | None = None
    events: int = 0
    passages: int = 0


class DocumentDetail(DocumentSummary):
    """A document with what was read from it, without its text."""

    sha256: str | None = None
    event_list: tuple[EventSummary, ...] = ()
    actors: tuple[Counted, ...] = Field(
        (), description="Institutions with the number of passages naming them."
    )
    practice_list: tuple[PracticeSummary, ...] = ()


class DocumentList(Resource):
    total: int
    results: tuple[DocumentSummary, ...]
