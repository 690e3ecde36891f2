"""Events: who did what together, where and when."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.catalogue.details import event_detail
from search_api.catalogue.listing import events_where
from search_api.pages.chips import chips
from search_api.pages.events import EventPage, EventsPage, by_role
from search_api.pages.facets import facets
from search_api.pages.facts import facts
from search_api.pages.paging import pager
from search_api.resources.events import EventDetail, EventList, EventSummary
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

router = APIRouter(tags=["events"])


@router.get("/events", response_model=EventList, responses=OR_PAGE, summary=message("Eventos"))
def events(
    request: Request,
    served: Current,
    q: Words = None,
    type: Annotated[str | None, slug_filter("Type of event, such as taller.")] = None,
    status: Annotated[
        str | None, Query(pattern="^(held|scheduled)?$", description="held or scheduled.")
    ] = None,
    theme: Annotated[str | None, slug_filter("Theme, with its narrower themes.")] = None,
    country: Annotated[str | None, slug_filter("Country, ISO 3166-1 alpha-2.")] = None,
    city: Annotated[str | None, slug_filter("City, such as uy-montevideo.")] = None,
    actor: Annotated[str | None, slug_filter("An institution that takes part.")] = None,
    role: Annotated[str | None, slug_filter("The role it has there, such as sponsor.")] = None,
    year_from: Year = None,
    year_to: Year = None,
    month: Annotated[
        int | None, Query(ge=0, le=12, description="Month it begins in; 0 for those that tell none.")
    ] = None,
    k: Limit = 20,
    offset: Offset = 0,
    format: ListFormat = None,
) -> EventList | Response:
    """Events, the latest first."""
    found = events_where(
        served.catalogue,
        q=q,
        type=type,
        status=status,
        theme=theme,
        country=country,
        city=city,
        actor=actor,
        role=role,
        year_from=year_from,
        year_to=year_to,
        month=month,
    )
    shown = found[offset : offset + k]

    def page() -> EventsPage:
        parameters = given(
            q=q,
            type=type,
            status=status,
            theme=theme,
            country=country,
            city=city,
            actor=actor,
            role=role,
            year_from=year_from,
            year_to=year_to,
            month=month,
            k=k if k != 20 else None,
        )
        return EventsPage(
            q=q or "",
            kept=kept(parameters),
            chosen=chips(served.catalogue, "/events", parameters, type_is="event_type"),
            events=shown,
            facets=facets(
                found,
                {
                    "theme": (_("Tema"), lambda e: e.themes),
                    "country": (_("País"), lambda e: [e.country]),
                    "type": (_("Tipo"), lambda e: [e.type]),
                },
                path="/events",
                parameters=parameters,
            ),
            pager=pager(
                path="/events", parameters=parameters, total=len(found), k=k, offset=offset, files=True
            ),
        )

    return answer_list(
        request,
        served,
        found,
        kind=EventSummary,
        shown=shown,
        model=EventList,
        page=page,
        format=format,
    )


@router.get("/events/{slug}", response_model=EventDetail, responses=OR_PAGE, summary=message("Un evento"))
def event(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> EventDetail | Response:
    """An event: its facts with their evidence, who took part in which role, and what was learned."""
    detail = event_detail(served.catalogue, slug)

    def page() -> EventPage:
        return EventPage(event=detail, roles=by_role(detail.participations), facts=facts(detail.evidence))

    return answer_record(request, served, detail, page, format=format)
