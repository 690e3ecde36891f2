"""The pages of events: their list, and one of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.chips import Chip
from search_api.pages.facets import Facet
from search_api.pages.facts import Fact
from search_api.pages.paging import Pager
from search_api.resources.base import Participation, Ref
from search_api.resources.events import EventDetail, EventSummary


@dataclass(frozen=True, slots=True)
class EventsPage:
    template: ClassVar[str] = "events.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    events: tuple[EventSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class EventPage:
    template: ClassVar[str] = "event.html"
    event: EventDetail
    roles: tuple[tuple[Ref, tuple[Participation, ...]], ...]
    facts: tuple[Fact, ...]


def by_role(participations: Sequence[Participation]) -> tuple[tuple[Ref, tuple[Participation, ...]], ...]:
    """Participations by role, in the order in which the roles first come."""
    found: dict[str, list[Participation]] = {}
    for part in participations:
        found.setdefault(part.role.id, []).append(part)
    return tuple((parts[0].role, tuple(parts)) for parts in found.values())
