"""Who worked with whom: the events that institutions took part in, as a weighted graph of institutions.

Two institutions collaborate where both took part in an event; an event of n institutions adds 1 / (n - 1) to
the weight of each pair, so that an institution gains 1 by each event, however many were there (Newman 2001,
"Scientific collaboration networks II", doi:10.1103/PhysRevE.64.016132).

An event of hundreds would join all its pairs, n² of them for next to no weight each. One of more than `LARGE`
institutions therefore joins those who sponsored, organised or hosted it with everybody, and two who had
another part in it with nobody: each event then costs no more than `LARGE` pairs an institution.

Plain arrays, no RDF. Actors and events are positions; roles are bits in the order of `ROLES`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LARGE = 60
"""Most institutions of an event that all its pairs are made of. With 10,000 actors and 50,000 heavy-tailed
events (benchmarks/network.py), 0.7 % of the events are larger and hold a third of all pairs."""

ROLES = ("sponsor", "organiser", "host", "speaker", "instructor", "participant")
CONVENING = 0b111
"""The bits of those who make an event happen: sponsor, organiser, host."""
UNKNOWN_YEAR = 0


@dataclass(frozen=True, slots=True, eq=False)
class Participations:
    """Who took part in what. `actor`, `event` and `roles` have a row for each actor of each event, by event;
    `years` one for each event, `UNKNOWN_YEAR` where no date is known. `actors` and `events` are IRIs, sorted.
    """

    actors: tuple[str, ...]
    events: tuple[str, ...]
    actor: Ints
    event: Ints
    roles: Bits
    years: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Collaborations:
    """The edges between actors, and the meetings (an edge at an event) that make them up.

    Edges are pairs `first` < `second` of positions in `actors`, sorted; `weight` is Newman's, `count` the
    number of events. Meetings are sorted by edge: those of edge i stand from `starts[i]` to `starts[i + 1]`.
    """

    actors: tuple[str, ...]
    events: tuple[str, ...]
    years: Ints
    first: Ints
    second: Ints
    weight: Floats
    count: Ints
    starts: Ints
    meeting_event: Ints
    meeting_weight: Floats
    roles_first: Bits
    roles_second: Bits

    def __len__(self) -> int:
        return len(self.first)

    @property
    def meeting_edge(self) -> Ints:
        """The edge of each meeting."""
        return np.repeat(np.arange(len(self)), self.count)

    def events_of(self, edge: int) -> Ints:
        """The events of an edge, by position."""
        return self.meeting_event[self.starts[edge] : self.starts[edge + 1]]

    def years_of_edges(self) -> tuple[Ints, Ints]:
        """First and last year of each edge, `UNKNOWN_YEAR` where no event of it has one."""
        years = self.years[self.meeting_event]
        edge = self.meeting_edge
        late = np.iinfo(np.int64).max
        first = np.full(len(self), late)
        np.minimum.at(first, edge, np.where(years == UNKNOWN_YEAR, late, years))
        last = np.full(len(self), UNKNOWN_YEAR)
        np.maximum.at(last, edge, years)
        return np.where(first == late, UNKNOWN_YEAR, first), last

    def strength(self) -> Floats:
        """The sum of the weights of each actor's edges, shape (actors,)."""
        n = len(self.actors)
        found = np.bincount(self.first, self.weight, n) + np.bincount(self.second, self.weight, n)
        return found.astype(np.float64)

    def degree(self) -> Ints:
        """The number of each actor's edges, shape (actors,)."""
        n = len(self.actors)
        return np.bincount(self.first, minlength=n) + np.bincount(self.second, minlength=n)

    def within(self, meetings: Mask) -> "Collaborations":
        """The collaborations that some of the meetings make up; each keeps the weight it had."""
        if meetings.all():
            return self
        edge = self.meeting_edge[meetings]
        weights = self.meeting_weight[meetings]
        count = np.bincount(edge, minlength=len(self))
        left = count > 0
        return replace(
            self,
            first=self.first[left],
            second=self.second[left],
            weight=np.bincount(edge, weights, len(self))[left].astype(np.float64),
            count=count[left],
            starts=np.concatenate(([0], np.cumsum(count[left]))),
            meeting_event=self.meeting_event[meetings],
            meeting_weight=weights,
            roles_first=self.roles_first[meetings],
            roles_second=self.roles_second[meetings],
        )

    def edges(self, chosen: Mask) -> "Collaborations":
        """Some of the edges, with all their meetings."""
        if chosen.all():
            return self
        at = np.flatnonzero(chosen)
        count = self.count[at]
        starts = np.concatenate(([0], np.cumsum(count)))
        meetings = np.repeat(self.starts[at] - starts[:-1], count) + np.arange(starts[-1])
        return replace(
            self,
            first=self.first[at],
            second=self.second[at],
            weight=self.weight[at],
            count=count,
            starts=starts,
            meeting_event=self.meeting_event[meetings],
            meeting_weight=self.meeting_weight[meetings],
            roles_first=self.roles_first[meetings],
            roles_second=self.roles_second[meetings],
        )


def participations(
    parts: Iterable[tuple[str, str, str]], years: Mapping[str, int] | None = None
) -> Participations:
    """From (actor, event, role), each with IRIs and a role of `ROLES`, and the years of events by IRI."""
    bits = {role: 1 << position for position, role in enumerate(ROLES)}
    roles: dict[tuple[str, str], int] = {}
    for actor, event, role in parts:
        key = (event, actor)
        roles[key] = roles.get(key, 0) | bits[role]
    keys = sorted(roles)
    actors = tuple(sorted({actor for _, actor in keys}))
    events = tuple(dict.fromkeys(event for event, _ in keys))
    place = {iri: position for position, iri in enumerate(actors)}
    at = {iri: position for position, iri in enumerate(events)}
    known = years or {}
    return Participations(
        actors=actors,
        events=events,
        actor=np.array([place[actor] for _, actor in keys], np.int64),
        event=np.array([at[event] for event, _ in keys], np.int64),
        roles=np.array([roles[key] for key in keys], np.uint8),
        years=np.array([known.get(event, UNKNOWN_YEAR) for event in events], np.int64),
    )


def collaborations(
    parts: Participations, *, apart: Iterable[tuple[str, str]] = (), large: int = LARGE
) -> Collaborations:
    """The graph of collaborations. The pairs `apart` (IRIs), a unit and the body it is of, are none.

    An event of more than `large` actors joins those who convened it with all the others; where even those
    are more, it joins nobody.
    """
    size = np.bincount(parts.event, minlength=len(parts.events))
    convenes = (parts.roles & CONVENING) > 0
    order = np.lexsort((parts.actor, ~convenes, parts.event))  # those who convene first, within each event
    actor, event, roles = parts.actor[order], parts.event[order], parts.roles[order]
    conveners = np.bincount(parts.event, convenes, len(parts.events)).astype(np.int64)
    joining = np.where(size <= large, size, np.where(conveners <= large, conveners, 0))
    i, j = _pairs(size, joining)
    swap = actor[i] > actor[j]
    i, j = np.where(swap, j, i), np.where(swap, i, j)
    parted = _keys(parts, apart)
    if len(parted):
        together = ~np.isin(actor[i] * len(parts.actors) + actor[j], parted)
        i, j = i[together], j[together]
    empty = np.zeros(0, np.int64)
    base = Collaborations(
        parts.actors, parts.events, parts.years, empty, empty, np.zeros(0), empty, empty,
        empty, np.zeros(0), np.zeros(0, np.uint8), np.zeros(0, np.uint8),
    )  # fmt: skip
    met = event[i]
    return _gathered(base, actor[i], actor[j], met, 1.0 / (size[met] - 1), roles[i], roles[j])


def _pairs(size: Ints, joining: Ints) -> tuple[Ints, Ints]:
    """Positions of pairs within groups that stand one after the other: the first `joining` elements of each
    group with all that come after them."""
    total = int(size.sum())
    place = np.arange(total) - np.repeat(np.cumsum(size) - size, size)
    later = np.where(place < np.repeat(joining, size), np.repeat(size, size) - place - 1, 0)
    i = np.repeat(np.arange(total), later)
    step = np.arange(len(i)) - np.repeat(np.cumsum(later) - later, later)
    return i, i + 1 + step


def _keys(parts: Participations, pairs: Iterable[tuple[str, str]]) -> Ints:
    place = {iri: position for position, iri in enumerate(parts.actors)}
    known = (sorted((place[a], place[b])) for a, b in pairs if a in place and b in place)
    return np.array(sorted({a * len(parts.actors) + b for a, b in known}), np.int64)


def _gathered(
    like: Collaborations, first: Ints, second: Ints, event: Ints, weight: Floats, a: Bits, b: Bits
) -> Collaborations:
    """Meetings in any order, by edge."""
    key = first * max(len(like.actors), 1) + second
    order = np.lexsort((event, key))
    edges, count = np.unique(key[order], return_counts=True)
    starts = np.concatenate(([0], np.cumsum(count)))
    weights = weight[order]
    at = np.repeat(np.arange(len(edges)), count)
    return Collaborations(
        actors=like.actors,
        events=like.events,
        years=like.years,
        first=edges // max(len(like.actors), 1),
        second=edges % max(len(like.actors), 1),
        weight=np.bincount(at, weights, len(edges)).astype(np.float64),
        count=count.astype(np.int64),
        starts=starts.astype(np.int64),
        meeting_event=event[order],
        meeting_weight=weights,
        roles_first=a[order],
        roles_second=b[order],
    )
