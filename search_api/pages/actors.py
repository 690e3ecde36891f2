"""The pages of institutions: their list, and one of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from search_api.answers.actor_profile import Timeline
from search_api.pages.chips import Chip
from search_api.pages.facets import Facet
from search_api.pages.paging import Pager
from search_api.pages.peers import LensLink
from search_api.pages.picture import Picture
from search_api.resources.actors import ActorDetail, ActorSummary
from search_api.resources.base import Participation, Ref
from search_api.resources.peers import PeerList


@dataclass(frozen=True, slots=True)
class ActorsPage:
    template: ClassVar[str] = "actors.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    actors: tuple[ActorSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Activity:
    """An event with every part that an institution had in it."""

    event: Ref
    date: str | None
    parts: tuple[Participation, ...]


@dataclass(frozen=True, slots=True)
class ActorPage:
    template: ClassVar[str] = "actor.html"
    actor: ActorDetail
    activities: tuple[Activity, ...]
    timeline: Timeline | None
    peers: PeerList
    lenses: tuple[LensLink, ...]
    picture: Picture | None
    practices: int


def activities(participations: Sequence[Participation]) -> tuple[Activity, ...]:
    """Participations by event, in the order in which the events first come."""
    found: dict[str, list[Participation]] = {}
    for part in participations:
        found.setdefault(part.event.id, []).append(part)
    return tuple(Activity(parts[0].event, parts[0].date, tuple(parts)) for parts in found.values())
