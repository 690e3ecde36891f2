"""The network of a snapshot, opened: what is asked of it by theme, country, years, role, actor, community.

Arrays and IRIs only; labels come with `search_api.network.answers`. A snapshot never changes, so what was
asked before is kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.collaborations import ROLES, UNKNOWN_YEAR, Collaborations, Floats, Ints, Mask
from graph.network import countries_of_actors, read_collaborations
from graph.network_years import NetworkYear, network_years
from graph.shortest_paths import ShortestPaths
from ontology.namespaces import ID, RP

#: Different selections kept; one of a network of a million collaborations takes a hundred megabytes.
KEPT = 4
#: Different selections of which the years are kept.
KEPT_YEARS = 256


@dataclass(frozen=True, slots=True)
class NetworkFilters:
    """What the network is narrowed to; all must hold, and values of one field are alternatives.

    `events` is a name for the events that count (those of a theme), None for all; `countries` are slugs of
    institutions' countries, `role` one that both had; `actor` (IRI) leaves it, its partners, and what those
    did together; `community` is a slug; years are inclusive and leave out events without a date.
    """

    theme: str | None = None
    countries: frozenset[str] = frozenset()
    year_from: int | None = None
    year_to: int | None = None
    role: str | None = None
    actor: str | None = None
    community: str | None = None
    min_weight: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A part of the network: its edges, those of the actor asked for and then the strongest first in `order`,
    its growth, and the strength and degree of each actor in it."""

    edges: Collaborations
    order: Ints
    years: tuple[NetworkYear, ...]
    strength: Floats
    degree: Ints

    @property
    def actor_count(self) -> int:
        """How many actors the edges join."""
        return int((self.degree > 0).sum())


class OpenNetwork:
    """The collaborations of one snapshot with what its graph tells of them. Threads may share it."""

    def __init__(self, store: Store, *, themes: Callable[[str], Iterable[str]]) -> None:
        """`themes` gives the events (IRIs) on a theme, by its slug or notation, with its narrower themes."""
        self.edges = read_collaborations(store)
        self.place = {iri: position for position, iri in enumerate(self.edges.actors)}
        self.paths = ShortestPaths(self.edges)
        self.communities = _links(store, "community")
        self.brokerage = _numbers(store, "brokerage")
        self.country_participation = _numbers(store, "countryParticipation")
        self._countries = countries_of_actors(store)
        self._themes = themes
        self.select = lru_cache(maxsize=KEPT)(self._select)
        self.years = lru_cache(maxsize=KEPT_YEARS)(self._years)

    def warm(self) -> None:
        """Make ready what the first question would wait for."""
        _ = self.paths.matrix, self.countries, self.brokers, self.bridges
        self.years(NetworkFilters())

    def edge(self, one: int, other: int) -> int:
        """The edge between two actors. Raises KeyError where there is none."""
        first, second = min(one, other), max(one, other)
        start, end = np.searchsorted(self.edges.first, (first, first + 1))
        at = int(start + np.searchsorted(self.edges.second[start:end], second))
        if at >= end or self.edges.second[at] != second:
            raise KeyError((one, other))
        return at

    @cached_property
    def _event_place(self) -> dict[str, int]:
        return {iri: position for position, iri in enumerate(self.edges.events)}

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries (IRIs) of the actors that took part in anything."""
        return frozenset(self._countries[actor] for actor in self.edges.actors if actor in self._countries)

    @cached_property
    def brokers(self) -> Floats:
        """Brokerage of each actor, 0 where it has none, shape (actors,)."""
        return np.array([self.brokerage.get(actor, 0.0) for actor in self.edges.actors])

    @cached_property
    def bridges(self) -> Floats:
        """How evenly each actor's collaborations spread over countries, 0 where none is known."""
        return np.array([self.country_participation.get(actor, 0.0) for actor in self.edges.actors])

    def _years(self, wanted: NetworkFilters) -> tuple[NetworkYear, ...]:
        return self.select(wanted).years

    def _select(self, wanted: NetworkFilters) -> Selection:
        meetings = self._meetings(wanted)
        edges = self.edges if meetings is None else self.edges.within(meetings)
        edges = edges.edges(self._chosen(edges, wanted))
        if wanted.actor is not None:
            edges = edges.edges(self._around(edges, wanted.actor))
        own = self.place.get(wanted.actor or "", -1)
        order = np.argsort(-edges.weight.round(9), kind="stable")  # edges stand in the order of their ends
        of_actor = ((edges.first == own) | (edges.second == own))[order]
        order = np.concatenate((order[of_actor], order[~of_actor]))
        return Selection(edges, order, network_years(edges), edges.strength(), edges.degree())

    def _meetings(self, wanted: NetworkFilters) -> Mask | None:
        """The meetings that count; None for all of them."""
        edges = self.edges
        if (wanted.theme, wanted.role, wanted.year_from, wanted.year_to) == (None, None, None, None):
            return None
        kept = np.ones(len(edges.meeting_event), bool)
        if wanted.theme is not None:
            on_theme = np.zeros(len(edges.events), bool)
            on_theme[[self._event_place[e] for e in self._themes(wanted.theme) if e in self._event_place]] = (
                True
            )
            kept &= on_theme[edges.meeting_event]
        if wanted.year_from is not None or wanted.year_to is not None:
            years = edges.years
            within = years != UNKNOWN_YEAR
            within &= years >= (wanted.year_from or years.min(initial=0))
            within &= years <= (wanted.year_to or years.max(initial=0))
            kept &= within[edges.meeting_event]
        if wanted.role is not None:
            bit = 1 << ROLES.index(wanted.role) if wanted.role in ROLES else 0
            kept &= (edges.roles_first & edges.roles_second & bit) > 0
        return kept

    def _chosen(self, edges: Collaborations, wanted: NetworkFilters) -> Mask:
        chosen = edges.weight >= wanted.min_weight
        if wanted.countries:
            places = {f"{ID}place/{country}" for country in wanted.countries}
            inside = np.array([self._countries.get(actor) in places for actor in edges.actors], bool)
            chosen &= inside[edges.first] & inside[edges.second]
        if wanted.community is not None:
            node = f"{ID}community/{wanted.community}"
            inside = np.array([self.communities.get(actor) == node for actor in edges.actors], bool)
            chosen &= inside[edges.first] & inside[edges.second]
        return chosen

    def _around(self, edges: Collaborations, actor: str) -> Mask:
        """The edges among an actor and those that it collaborates with."""
        own = self.place.get(actor, -1)
        near = np.zeros(len(edges.actors), bool)
        near[edges.second[edges.first == own]] = True
        near[edges.first[edges.second == own]] = True
        if near.any():
            near[own] = True
        return near[edges.first] & near[edges.second]


def _links(store: Store, name: str) -> Mapping[str, str]:
    found = store.quads_for_pattern(None, NamedNode(RP + name), None, DefaultGraph())
    return {
        q.subject.value: q.object.value
        for q in found
        if isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode)
    }


def _numbers(store: Store, name: str) -> Mapping[str, float]:
    found = store.quads_for_pattern(None, NamedNode(RP + name), None, DefaultGraph())
    return {
        q.subject.value: float(q.object.value)
        for q in found
        if isinstance(q.subject, NamedNode) and isinstance(q.object, Literal)
    }
