"""Events in time and on the map: pages over the list of events, with its filters."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from search_api.catalogue.listing import events_where
from search_api.pages.event_map import By, event_map
from search_api.pages.overviews import (
    MapPage,
    TimelinePage,
    country_choices,
    role_choices,
    theme_choices,
    year_choices,
)
from search_api.pages.projection import HEIGHT, WIDTH
from search_api.pages.timeline import timeline
from search_api.resources.links import with_query
from search_api.routers.dependencies import OR_PAGE, Current, Year, given, pages_of, slug_filter
from search_api.wording.languages import message

router = APIRouter(tags=["events"])
#: Places in the table beside the map.
PLACES = 40
Theme = Annotated[str | None, slug_filter("Theme, with its narrower themes.")]
Country = Annotated[str | None, slug_filter("Country, ISO 3166-1 alpha-2.")]
Role = Annotated[str | None, slug_filter("Role that some institution has there, such as sponsor.")]


@router.get(
    "/timeline",
    response_class=Response,
    responses=OR_PAGE,
    summary=message("Cronología de los eventos (página)"),
)
def events_in_time(
    request: Request,
    served: Current,
    theme: Theme = None,
    country: Country = None,
    role: Role = None,
    year_from: Year = None,
    year_to: Year = None,
) -> Response:
    """A page: events by year and month. The data are those of `/events`."""
    lists = served.catalogue
    filters = given(theme=theme, country=country, role=role)
    found = events_where(lists, theme=theme, country=country, role=role, year_from=year_from, year_to=year_to)
    span = given(year_from=year_from, year_to=year_to)
    page = TimelinePage(
        total=len(found),
        filters=(
            theme_choices(lists, theme),
            country_choices(lists, country),
            role_choices(lists, role),
            *year_choices(lists.event_years, {"year_from": year_from, "year_to": year_to}),
        ),
        filtered=bool(filters or span),
        drawing=timeline(found, filters=filters),
        list_url=with_query("/events", {**filters, **span}),
        map_url=with_query("/map", {**filters, **span}),
    )
    return pages_of(request).draw(page)


@router.get(
    "/map", response_class=Response, responses=OR_PAGE, summary=message("Mapa de los eventos (página)")
)
def events_on_the_map(
    request: Request,
    served: Current,
    by: Annotated[By, Query(description="What the discs stand for.")] = "country",
    theme: Theme = None,
    country: Country = None,
    role: Role = None,
    year_from: Year = None,
    year_to: Year = None,
) -> Response:
    """A page: how many events in which country or city. The data are those of `/events`."""
    lists = served.catalogue
    filters = given(theme=theme, country=country, role=role, year_from=year_from, year_to=year_to)
    found = events_where(lists, theme=theme, country=country, role=role, year_from=year_from, year_to=year_to)
    page = MapPage(
        total=len(found),
        by=by,
        filters=(
            theme_choices(lists, theme),
            country_choices(lists, country),
            role_choices(lists, role),
            *year_choices(lists.event_years, {"year_from": year_from, "year_to": year_to}),
        ),
        filtered=bool(filters),
        drawing=event_map(lists, found, by=by, filters=filters),
        size=(WIDTH, HEIGHT),
        places_shown=PLACES,
        list_url=with_query("/events", filters),
        timeline_url=with_query("/timeline", filters),
        other_url=with_query("/map", {"by": "city" if by == "country" else None, **filters}),
    )
    return pages_of(request).draw(page)
