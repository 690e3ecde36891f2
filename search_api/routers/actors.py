"""Institutions, and who is like them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from search_api.answers.actor_profile import profile_of, timeline
from search_api.answers.declared import told
from search_api.answers.peers import peers_of
from search_api.catalogue.details import Most, actor_detail
from search_api.catalogue.listing import actors_where
from search_api.errors import MovedError
from search_api.http.negotiation import wants_html
from search_api.pages.actors import ActorPage, ActorsPage, activities
from search_api.pages.chips import chips
from search_api.pages.facets import facets
from search_api.pages.paging import pager
from search_api.pages.peers import PeersPage, lens_links
from search_api.pages.picture import neighbourhood
from search_api.resources.actors import ActorDetail, ActorList, ActorSummary
from search_api.resources.links import with_query
from search_api.resources.peers import Peer, PeerList
from search_api.routers.dependencies import (
    OR_PAGE,
    Current,
    Limit,
    Name,
    Offset,
    Words,
    given,
    kept,
    pages_of,
    slug_filter,
)
from search_api.routers.lists import ListFormat, answer_list, as_file, asks_for_window, file_format
from search_api.routers.lists import asks_for_page as asks_for_list_page
from search_api.routers.records import RecordFormat, answer_record, asks_for_page
from search_api.wording.languages import Language, language, message
from search_api.wording.languages import gettext as _

router = APIRouter(tags=["actors"])
#: Peers shown on the page of an institution; its list of peers has them all.
PEERS_SHOWN = 3
#: Peers in a file, the nearest: each is told with its reasons, which takes a while for thousands.
MOST_IN_FILE = 200
#: Peers on a page of their list where nobody says how many: each comes with reasons, and they with sources.
PEERS_ON_A_PAGE = 8
#: What its page tells of an institution that thousands of events and passages name.
SHOWN = Most(events=12, practices=6, passages=6)


@router.get("/actors", response_model=ActorList, responses=OR_PAGE, summary=message("Instituciones"))
def actors(
    request: Request,
    served: Current,
    q: Words = None,
    type: Annotated[str | None, slug_filter("Type of institution, such as ministry.")] = None,
    country: Annotated[str | None, slug_filter("Country, ISO 3166-1 alpha-2.")] = None,
    theme: Annotated[str | None, slug_filter("Theme of an event that it takes part in.")] = None,
    role: Annotated[str | None, slug_filter("Role in an event, such as sponsor.")] = None,
    k: Limit = 20,
    offset: Offset = 0,
    format: ListFormat = None,
) -> ActorList | Response:
    """Institutions, those with most events first."""
    found = actors_where(served.catalogue, q=q, type=type, country=country, theme=theme, role=role)
    shown = found[offset : offset + k]

    def page() -> ActorsPage:
        parameters = given(q=q, type=type, country=country, theme=theme, role=role, k=k if k != 20 else None)
        return ActorsPage(
            q=q or "",
            kept=kept(parameters),
            chosen=chips(served.catalogue, "/actors", parameters, type_is="actor_type"),
            actors=shown,
            facets=facets(
                found,
                {"type": (_("Tipo"), lambda a: [a.type]), "country": (_("País"), lambda a: [a.country])},
                path="/actors",
                parameters=parameters,
            ),
            pager=pager(
                path="/actors", parameters=parameters, total=len(found), k=k, offset=offset, files=True
            ),
        )

    return answer_list(
        request,
        served,
        found,
        kind=ActorSummary,
        shown=shown,
        model=ActorList,
        page=page,
        format=format,
    )


@router.get(
    "/actors/{slug}", response_model=ActorDetail, responses=OR_PAGE, summary=message("Una institución")
)
def actor(
    request: Request, served: Current, slug: Name, format: RecordFormat = None
) -> ActorDetail | Response:
    """An institution: its names, what it took part in and in which role, and where it is named."""
    most = SHOWN if asks_for_page(request, format) else None
    detail = actor_detail(served.catalogue, slug, most=most)
    profile = profile_of(served.catalogue, served.peers.profiles, detail.id)
    declared = told(
        served.catalogue, (d for d in served.peers.profiles.declared.declared if d.actor == detail.id)
    )
    detail = detail.model_copy(
        update={
            "profile": profile,
            "offers": tuple(one for one in declared if one.kind == "offer"),
            "seeks": tuple(one for one in declared if one.kind == "need"),
        }
    )

    def page() -> ActorPage:
        return ActorPage(
            actor=detail,
            activities=activities(detail.participations),
            timeline=timeline(profile),
            peers=peers_of(served, slug, language=language(), k=PEERS_SHOWN),
            lenses=lens_links(f"{detail.url}/peers", {}, chosen=None),
            picture=neighbourhood(served.catalogue, detail.id),
            practices=len(served.catalogue.gathered.practices_of.get(detail.id, ())),
        )

    return answer_record(request, served, detail, page, format=format)


Lens = Literal["alike", "connected", "complementary", "counterpart"]


@router.get(
    "/actors/{slug}/peers",
    response_model=PeerList,
    responses=OR_PAGE,
    summary=message("Instituciones afines a una"),
)
def peers(
    request: Request,
    served: Current,
    slug: Name,
    lens: Annotated[
        Lens | None, Query(description="One lens alone; all of them together without it.")
    ] = None,
    weights: Annotated[
        str | None,
        Query(
            max_length=200, description="Weights of lenses, as in alike:2,connected:1; the others have none."
        ),
    ] = None,
    type: Annotated[str | None, slug_filter("Type of the peers, such as ministry.")] = None,
    country: Annotated[str | None, slug_filter("Country of the peers, ISO 3166-1 alpha-2.")] = None,
    lang: Annotated[
        Language | None, Query(description="Language of the reasons; that of the reader without it.")
    ] = None,
    k: Limit = 10,
    offset: Offset = 0,
    format: ListFormat = None,
) -> PeerList | Response:
    """Institutions to learn from or to work with, the nearest first, each with its score and the reasons.

    The lenses: *alike* (the same themes, kinds of events, practices and roles), *connected* (events together,
    partners in common), *complementary* (strong where this one is absent or only attends), *counterpart* (the
    same type of body in another country). Every reason links the events, practices and themes it tells of,
    and where in which document that is written. A file has the two hundred nearest.
    """
    parameters = given(lens=lens, weights=weights, type=type, country=country, lang=lang)
    if "k" not in request.query_params and wants_html(request.headers.get("accept")):
        k = PEERS_ON_A_PAGE
    file = file_format(request, format)
    window = (0, MOST_IN_FILE) if file and not asks_for_window(request) else (offset, k)
    try:
        found = peers_of(
            served,
            slug,
            lens=lens,
            weights=weights,
            type=type,
            country=country,
            language=lang or language(),
            k=window[1],
            offset=window[0],
        )
    except MovedError as moved:
        raise MovedError(with_query(f"{moved.location}/peers", parameters)) from None

    def page() -> PeersPage:
        summary = served.catalogue.actors[slug]
        path = f"{summary.url}/peers"
        return PeersPage(
            actor=summary,
            lenses=lens_links(path, parameters, chosen=lens),
            found=found,
            pager=pager(
                path=path,
                parameters=parameters | given(k=k if k != PEERS_ON_A_PAGE else None),
                total=found.total,
                k=k,
                offset=offset,
                files=True,
            ),
        )

    if file:
        return as_file(request, served, found.results, kind=Peer, total=found.total, format=file)
    return pages_of(request).draw(page()) if asks_for_list_page(request, format) else found
