"""Events as models."""

from pydantic import Field

from search_api.resources.base import Evidence, LabelLanguage, Participation, Passage, Ref, Resource
from search_api.resources.practices import PracticeSummary


class EventSummary(Resource):
    """An event in a list. Dates are ISO 8601, as precise as the source."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    type: Ref | None = None
    status: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    city: Ref | None = None
    country: Ref | None = None
    themes: tuple[Ref, ...] = ()


class EventDetail(EventSummary):
    """Everything the graph says of an event."""

    venue: str | None = None
    part_of: tuple[Ref, ...] = ()
    parts: tuple[Ref, ...] = ()
    objectives: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    participations: tuple[Participation, ...] = ()
    practices: tuple[PracticeSummary, ...] = ()
    methodologies: tuple[Ref, ...] = ()
    evidence: tuple[Evidence, ...] = Field(
        (), description="The claims about its title, dates, place, themes."
    )
    passages: tuple[Passage, ...] = ()


class EventList(Resource):
    total: int
    results: tuple[EventSummary, ...]
