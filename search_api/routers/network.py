"""The network of who collaborated with whom, and how two institutions are connected."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BeforeValidator, Field

from graph.formats import negotiate
from search_api.answers.search_results import actor_meant
from search_api.catalogue.catalogue import ROLES
from search_api.http.negotiation import HTML, JSON
from search_api.network.answers import foremost, network_answer, network_edges, network_nodes, path_answer
from search_api.network.drawing import network_drawing
from search_api.network.picture import network_picture
from search_api.network.selection import NetworkFilters, Selection
from search_api.pages.network import NetworkPage, PathPage, Row, year_bars
from search_api.representations.network_files import NETWORK_FILES, network_file
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.links import with_query
from search_api.resources.network import Network, NetworkDrawing, PathList
from search_api.routers.dependencies import OR_PAGE, Current, Name, answer, given, pages_of, slug_filter
from search_api.routers.records import disposition, named
from search_api.search.words import fold
from search_api.served import Served
from search_api.wording.languages import message

router = APIRouter(tags=["network"])
FORMATS = (JSON, *NETWORK_FILES, HTML)
#: Collaborations in the table of the page, and institutions in its short lists.
ROWS, LISTED = 20, 8
#: Collaborations told, and drawn, where the number is not asked for.
TOLD, DRAWN = 200, 1500
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {**{f.media_type: {} for f in NETWORK_FILES}, **OR_PAGE[200]["content"]}}
}


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Empty = BeforeValidator(_none_if_empty)  # a form sends its empty fields too
Year = Annotated[Annotated[int, Field(ge=1, le=9999)] | None, Empty, Query()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the network is asked for: the filters, what the form says of them, and the institution that
    all is to be around."""

    filters: NetworkFilters
    told: dict[str, str]
    countries: list[str]
    centre: ActorSummary | None

    @property
    def parameters(self) -> dict[str, object]:
        """The filters as an address has them."""
        return {**self.told, "country": self.countries}


def asked(
    served: Current,
    theme: Annotated[str | None, slug_filter("Theme of the events that count.")] = None,
    country: Annotated[
        list[str] | None, Query(description="Country of the institutions, ISO 3166-1 alpha-2; repeatable.")
    ] = None,
    year_from: Year = None,
    year_to: Year = None,
    role: Annotated[str | None, slug_filter("Role that both had in the events, such as sponsor.")] = None,
    actor: Annotated[
        str | None, slug_filter("Institution (slug or name): it, its partners, what those did together.")
    ] = None,
    community: Annotated[str | None, slug_filter("Community of the institutions.")] = None,
    min_weight: Annotated[
        Annotated[float, Field(ge=0)] | None, Empty, Query(description="Least weight of a collaboration.")
    ] = None,
) -> Asked:
    """The filters of a request. Raises NotFound for an institution that nobody knows."""
    centre = actor_meant(served, actor) if actor else None
    countries = list(dict.fromkeys(code.lower() for code in country or () if code))
    role = role.strip().lower() if role else None
    told = given(
        theme=theme, year_from=year_from, year_to=year_to, role=role, community=community,
        actor=centre.slug if centre else None, min_weight=min_weight or None,
    )  # fmt: skip
    return Asked(
        filters=NetworkFilters(
            theme=theme or None,
            countries=frozenset(countries),
            year_from=year_from,
            year_to=year_to,
            role=role or None,
            actor=centre.id if centre else None,
            community=community or None,
            min_weight=min_weight or 0.0,
        ),
        told={name: str(value) for name, value in told.items()},
        countries=countries,
        centre=centre,
    )


Wanted = Annotated[Asked, Depends(asked)]


@router.get("/network", response_model=Network, responses=_FILES, summary=message("La red de colaboraciones"))
def network(
    request: Request,
    served: Current,
    wanted: Wanted,
    limit: Annotated[
        Annotated[int, Field(ge=1, le=1_000_000)] | None,
        Empty,
        Query(description="Most collaborations, the strongest; 200, or all in a file."),
    ] = None,
    format: Annotated[
        str | None, Query(max_length=50, description="json, graphml, gexf, csv (edges) or csv-nodes.")
    ] = None,
) -> Network | Response:
    """Who collaborated with whom: institutions, collaborations with weight and years, communities, growth.

    Weights are Newman's: each event of n institutions adds 1 / (n - 1) to every two of them.
    """
    selection = served.collaborations.select(wanted.filters)
    chosen = named(format, FORMATS) if format else negotiate(request.headers.get("accept"), FORMATS)
    if chosen in NETWORK_FILES:
        shown = selection.order[:limit]
        return StreamingResponse(
            network_file(
                chosen,
                network_nodes(served.collaborations, selection, served.catalogue, shown=shown),
                network_edges(selection, served.catalogue, shown=shown),
                date=served.snapshot.manifest.created[:10],
            ),
            media_type=f"{chosen.media_type}; charset=utf-8",
            headers={"content-disposition": disposition(request.url.path, chosen)},
        )
    told = limit or TOLD
    found = network_answer(
        served.collaborations,
        selection,
        served.catalogue,
        limit=min(told, TOLD) if chosen is HTML else told,
        centre=wanted.centre,
    )
    return pages_of(request).draw(_page(served, selection, found, wanted)) if chosen is HTML else found


@router.get("/network/drawing", response_model=NetworkDrawing, summary=message("La red para dibujarla"))
def drawing(
    served: Current,
    wanted: Wanted,
    limit: Annotated[
        Annotated[int, Field(ge=1, le=20_000)] | None,
        Empty,
        Query(description="Most collaborations, the strongest; 1500."),
    ] = None,
) -> NetworkDrawing:
    """What `/network` tells, in columns and without events: a tenth of the size, for large drawings."""
    selection = served.collaborations.select(wanted.filters)
    return network_drawing(served.collaborations, selection, served.catalogue, limit=limit or DRAWN)


@router.get("/path", include_in_schema=False)
def path_between(
    served: Current,
    one: Annotated[str, Query(max_length=300)] = "",
    other: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Where the form of the page of the network leads: a form cannot put names into a path."""
    if not (one.strip() and other.strip()):
        return RedirectResponse("/network", status_code=HTTPStatus.SEE_OTHER)
    start, end = actor_meant(served, one), actor_meant(served, other)
    return RedirectResponse(f"{start.url}/path/{end.slug}", status_code=HTTPStatus.SEE_OTHER)


@router.get(
    "/actors/{slug}/path/{other}",
    response_model=PathList,
    responses=OR_PAGE,
    summary=message("Cómo están conectadas dos instituciones"),
)
def path(
    request: Request,
    served: Current,
    slug: Name,
    other: Name,
    limit: Annotated[int, Query(ge=1, le=10, description="How many chains.")] = 3,
) -> PathList | Response:
    """The strongest chains of institutions that connect two, with the events, roles and sources of each step.

    A step is as long as its weight is small (1 / weight), and the shortest chain comes first. Each further
    one goes through other institutions. Institutions may be named by slug, name or acronym.
    """
    start, end = actor_meant(served, slug), actor_meant(served, other)
    found = path_answer(served.collaborations, served.catalogue, start, end, limit=limit)
    return answer(request, found, lambda: PathPage(found=found))


def _page(served: Served, selection: Selection, found: Network, wanted: Asked) -> NetworkPage:
    catalogue, network = served.catalogue, served.collaborations
    nodes = {node.slug: node for node in found.nodes}
    countries = {ref.slug: ref for ref in map(catalogue.ref, network.countries)}
    of_all_years = replace(wanted.filters, year_from=None, year_to=None)
    return NetworkPage(
        asked=wanted.told,
        asked_countries=tuple(wanted.countries),
        kept=(
            *((name, wanted.told[name]) for name in ("community", "min_weight") if name in wanted.told),
            *(("country", code) for code in wanted.countries if code not in countries),
        ),
        centre=wanted.centre,
        themes=tuple(
            Ref(id=t.id, slug=t.slug, label=t.label, url=t.url)
            for t in catalogue.themes.values()
            if t.status == "accepted" and t.events
        ),
        countries=tuple(sorted(countries.values(), key=lambda ref: fold(ref.label))),
        roles=tuple(catalogue.concept("role", role) for role in ROLES),
        picture=network_picture(found),
        rows=tuple(Row(nodes[e.source], nodes[e.target], e) for e in found.edges[:ROWS]),
        brokers=foremost(network, selection, catalogue, network.brokers, limit=LISTED),
        bridges=foremost(network, selection, catalogue, network.bridges, limit=LISTED),
        communities=tuple(
            (community, with_query("/network", {**wanted.parameters, "community": community.slug}))
            for community in found.communities
        ),
        years=found.statistics.years,
        bars=year_bars(network.years(of_all_years), wanted.parameters),
        actors=found.statistics.actors,
        collaborations=found.statistics.collaborations,
        reason=found.reason,
        files=tuple(
            (f.name, with_query("/network", {**wanted.parameters, "format": f.name})) for f in NETWORK_FILES
        ),
    )
