"""Why two institutions are peers: the deeds behind each part of a score, as the graph can confirm them.

A reason names nothing that is not in the graph; how it is put into words is `search_api.peers.wording`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Literal, NamedTuple

import numpy as np

from search_api.peers.activity import ROLES, Ids, Names, roles_of, row_of
from search_api.peers.lenses import FAR, Lens, met, needs
from search_api.peers.meetings import MeetingKind
from search_api.peers.profiles import Floats, Profiles
from search_api.peers.ranking import Ranked

ReasonKind = Literal[
    "shared-theme",
    "shared-kind",
    "shared-practice-kind",
    "shared-role",
    "shared-event",
    "shared-partner",
    "teaches-attended",
    "strong-where-absent",
    "same-type",
    "same-remit",
    "counterpart",
    "declared-offer",
    "declared-need",
]
TOLD = 0.004
"""Parts of a score below this are not told."""
THEMES, EVENTS, PARTNERS, EXAMPLES = 3, 3, 2, 2
"""Most themes of a reason, events and partners told, and deeds shown for a side."""


ATTENDING = 1 << ROLES.index("participant")


class Deed(NamedTuple):
    """What an institution did: an event with its roles there, or, without roles, a practice that names it or
    that is told of an event in which it was active."""

    iri: str
    roles: Names = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its part of the score. `about` are the IRIs of what both have in common, or of what one
    has and the other lacks: themes, a type, a role, an event, a partner; in "same-type" both types, in
    "counterpart" both types and both countries, in "same-remit" both institutions, ours first. `near` is a
    theme of one's own that is near to them. `declared` (IRIs) is what they declare, then what we declare, if
    we do; without it, `ours` or nothing is what the graph tells of us in the themes of their offer."""

    kind: ReasonKind
    lens: Lens
    weight: float
    about: Names
    ours: tuple[Deed, ...] = ()
    theirs: tuple[Deed, ...] = ()
    near: str | None = None
    declared: Names = ()


def explain(profiles: Profiles, actor: int, other: int, ranked: Ranked) -> tuple[Reason, ...]:
    """The reasons of one peer, the heaviest first. What two lenses say alike is said once."""
    pair = _Pair(profiles, actor, other)
    found: dict[tuple[str, Names, Names], Reason] = {}
    for lens, share in ranked.weights.items():
        for kind, part in ranked.parts[lens].items():
            weight = share * float(part[other])
            for reason in pair.reasons(kind, lens) if weight >= TOLD else ():
                own = replace(reason, weight=weight * reason.weight)
                known = found.get(key := (own.kind, own.about, own.declared))
                found[key] = own if known is None else replace(known, weight=known.weight + own.weight)
    return tuple(sorted(found.values(), key=lambda r: (-r.weight, r.kind, r.about, r.declared)))


class _Pair:
    """Two actors by their rows, and what joins them."""

    def __init__(self, profiles: Profiles, actor: int, other: int) -> None:
        self._profiles, self._activity = profiles, profiles.activity
        self._actor, self._other = actor, other
        self._bits = {one: self._activity.bits(one) for one in (actor, other)}
        self._events_of = {one: self._most_active_first(one) for one in (actor, other)}

    def reasons(self, kind: str, lens: Lens) -> Iterable[Reason]:
        """The reasons of a kind; their weights are shares that add up to 1."""
        tell: Mapping[str, Callable[[Lens], Iterable[Reason]]] = {
            "shared-theme": self._themes,
            "shared-kind": self._kind,
            "shared-practice-kind": self._practice_kind,
            "shared-role": self._role,
            "shared-event": self._events,
            "shared-partner": self._partners,
            "teaches-attended": self._teaches,
            "strong-where-absent": self._strong,
            "same-type": self._type,
            "same-remit": self._remit,
            "counterpart": self._counterpart,
            "declared-offer": lambda lens: self._declared("declared-offer", lens),
            "declared-need": lambda lens: self._declared("declared-need", lens),
        }
        return tell[kind](lens)

    def _themes(self, lens: Lens) -> Iterable[Reason]:
        rows = self._profiles.themes
        shared = _best(rows[self._actor] * rows[self._other], THEMES)
        if len(shared):
            ours, theirs = (self._on_theme(actor, int(shared[0]), limit=1) for actor in self._both)
            yield Reason("shared-theme", lens, 1.0, self._named(shared), ours, theirs)

    def _kind(self, lens: Lens) -> Iterable[Reason]:
        rows, a = self._profiles.kinds, self._activity
        for kind in _best(rows[self._actor] * rows[self._other], 1):
            ours, theirs = (
                self._deeds(actor, (e for e in self._events_of[actor] if a.event_type[e] == kind), limit=1)
                for actor in self._both
            )
            yield Reason("shared-kind", lens, 1.0, (a.event_types[kind],), ours, theirs)

    def _practice_kind(self, lens: Lens) -> Iterable[Reason]:
        rows, a = self._profiles.practices, self._activity
        for kind in _best(rows[self._actor] * rows[self._other], 1):
            ours, theirs = (self._practices(actor, int(kind)) for actor in self._both)
            yield Reason("shared-practice-kind", lens, 1.0, (a.practice_kinds[kind],), ours, theirs)

    def _role(self, lens: Lens) -> Iterable[Reason]:
        rows, a = self._profiles.roles, self._activity
        for role in _best(rows[self._actor] * rows[self._other], 1):
            ours, theirs = (
                tuple(
                    islice(
                        (
                            Deed(a.events[e], (ROLES[role],))
                            for e in self._events_of[actor]
                            if self._bits[actor][e] >> role & 1
                        ),
                        1,
                    )
                )
                for actor in self._both
            )
            yield Reason("shared-role", lens, 1.0, (ROLES[role],), ours, theirs)

    def _events(self, lens: Lens) -> Iterable[Reason]:
        shared = self._shared(self._actor, self._other)
        weights = self._profiles.event_weight[shared]
        for event, weight in zip(shared[:EVENTS], weights[:EVENTS] / weights[:EVENTS].sum(), strict=True):
            ours, theirs = (self._deeds(actor, [int(event)]) for actor in self._both)
            yield Reason("shared-event", lens, float(weight), (self._activity.events[event],), ours, theirs)

    def _partners(self, lens: Lens) -> Iterable[Reason]:
        from_us, from_them = (self._met_by(actor) for actor in self._both)
        through = from_us * from_them
        through[[self._actor, self._other]] = 0.0
        found: list[tuple[int, tuple[int, int], float]] = []
        for partner in _best(through, PARTNERS + EVENTS):
            ours, theirs = (self._shared(actor, int(partner)) for actor in self._both)
            two = next(((e, f) for e in ours for f in theirs if e != f), None)
            if two is not None and len(found) < PARTNERS:
                found.append((int(partner), two, float(through[partner])))
        if not found:  # who they both met was at the events where they met each other
            yield from self._events(lens)
        total = sum(weight for _, _, weight in found)
        for partner, (first, second), weight in found:
            yield Reason(
                "shared-partner",
                lens,
                weight / total,
                (self._activity.actors[partner],),
                self._deeds(self._actor, [int(first)]),
                self._deeds(self._other, [int(second)]),
            )

    def _teaches(self, lens: Lens) -> Iterable[Reason]:
        attended, _ = needs(self._profiles, self._actor)
        themes = _best(attended * self._profiles.specialty[self._other], THEMES)
        if len(themes):
            ours = self._on_theme(self._actor, int(themes[0]), limit=1)
            theirs = self._on_theme(self._other, int(themes[0]), skilled=True)
            yield Reason("teaches-attended", lens, 1.0, self._named(themes), ours, theirs)

    def _strong(self, lens: Lens) -> Iterable[Reason]:
        _, lacked = needs(self._profiles, self._actor)
        themes = _best(lacked * self._profiles.specialty[self._other], THEMES)
        if len(themes):
            own = self._profiles.theme_nearness[themes[0]] * (self._profiles.themes[self._actor] > 0)
            near = self._activity.themes[int(own.argmax())] if own.max(initial=0.0) > FAR else None
            theirs = self._on_theme(self._other, int(themes[0]), skilled=True)
            yield Reason("strong-where-absent", lens, 1.0, self._named(themes), (), theirs, near)

    def _type(self, lens: Lens) -> Iterable[Reason]:
        yield Reason("same-type", lens, 1.0, self._types)

    def _remit(self, lens: Lens) -> Iterable[Reason]:
        yield Reason("same-remit", lens, 1.0, tuple(self._activity.actors[actor] for actor in self._both))

    def _counterpart(self, lens: Lens) -> Iterable[Reason]:
        a = self._activity
        places = (a.countries[a.country[actor]] for actor in self._both)
        yield Reason("counterpart", lens, 1.0, (*self._types, *places))

    def _declared(self, kind: MeetingKind, lens: Lens) -> Iterable[Reason]:
        """What the other declares, that which is worth most first."""
        declared = self._profiles.declared.declared
        attended, lacked = needs(self._profiles, self._actor)
        found = self._profiles.meetings.of(self._actor, attended=attended, lacked=lacked)
        own = [meeting for meeting in found if meeting.other == self._other and meeting.kind == kind]
        told = sorted(own, key=lambda m: (-m.worth, declared[m.theirs].text))[:EXAMPLES]
        total = sum(meeting.worth for meeting in told)
        for meeting in told:
            texts = [declared[meeting.theirs].iri]
            ours: tuple[Deed, ...] = ()
            if meeting.ours is not None:
                texts.append(declared[meeting.ours].iri)
            elif attended[meeting.themes[0]]:
                ours = self._on_theme(self._actor, meeting.themes[0], limit=1)
            about = self._named(np.array(meeting.themes[:THEMES], np.int64))
            yield Reason(kind, lens, meeting.worth / total, about, ours, declared=tuple(texts))

    @property
    def _types(self) -> Names:
        """Our type and theirs."""
        a = self._activity
        return tuple(a.actor_types[a.actor_type[actor]] for actor in self._both)

    @property
    def _both(self) -> tuple[int, int]:
        return self._actor, self._other

    def _named(self, themes: Ids) -> Names:
        return tuple(self._activity.themes[theme] for theme in themes)

    def _most_active_first(self, actor: int) -> list[int]:
        """Events of an actor, those in which it was most active first."""
        active = self._profiles.active
        at = slice(active.indptr[actor], active.indptr[actor + 1])
        events, degrees = active.indices[at], active.data[at]
        ordered: list[int] = events[np.lexsort((events, -degrees))].tolist()
        return ordered

    def _shared(self, one: int, two: int) -> Ids:
        """Events of both, those that say most first."""
        parts = self._activity.parts
        events = np.intersect1d(row_of(parts, one), row_of(parts, two), assume_unique=True)
        ordered: Ids = events[np.argsort(-self._profiles.event_weight[events], kind="stable")]
        return ordered

    def _deeds(self, actor: int, events: Iterable[int], *, limit: int = EXAMPLES) -> tuple[Deed, ...]:
        a = self._activity
        bits = self._bits[actor]
        return tuple(Deed(a.events[event], roles_of(bits[event])) for event in islice(events, limit))

    def _on_theme(
        self, actor: int, theme: int, *, limit: int = EXAMPLES, skilled: bool = False
    ) -> tuple[Deed, ...]:
        """Deeds in a theme: events, those in which it was most active first, then practices that name it.
        `skilled` leaves out events that it only attended."""
        a = self._activity
        events = (
            event
            for event in self._events_of[actor]
            if theme in row_of(a.event_themes, event)
            and (not skilled or self._bits[actor][event] != ATTENDING)
        )
        told = row_of(a.practice_actors, actor).tolist()
        practices = (Deed(a.practices[p]) for p in told if theme in row_of(a.practice_themes, p))
        # The first are enough, and an institution may have thousands.
        return tuple(islice(chain(self._deeds(actor, events, limit=limit), practices), limit))

    def _practices(self, actor: int, kind: int) -> tuple[Deed, ...]:
        """A practice of a kind: one that names the actor, or one of an event in which it was active."""
        a = self._activity
        own = [p for p in row_of(a.practice_actors, actor).tolist() if a.practice_kind[p] == kind]
        if not own:
            active = [event for event in self._events_of[actor] if self._bits[actor][event] != ATTENDING]
            own = np.flatnonzero((a.practice_kind == kind) & np.isin(a.practice_event, active)).tolist()
        return tuple(Deed(a.practices[p]) for p in own[:1])

    def _met_by(self, actor: int) -> Floats:
        mass = np.zeros(len(self._activity.actors))
        mass[actor] = 1.0
        return met(self._profiles, mass)


def _best(values: Floats, limit: int) -> Ids:
    """Positions of the greatest values over 0."""
    order = np.argsort(-values, kind="stable")[:limit]
    return order[values[order] > 1e-9]
