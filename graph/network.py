"""The network as an object: collaborations, communities, brokers, bridges between countries, growth.

Read from the merged graph of a snapshot, measured with plain arrays (`graph.collaborations` and its
siblings), told to SPARQL by `graph.network_graph`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.brokerage import brokerage, country_participation
from graph.collaborations import Collaborations, Floats, Ints, collaborations, participations
from graph.communities import Community, communities, described
from graph.network_years import NetworkYear, network_years
from graph.shortest_paths import ShortestPaths
from ontology.namespaces import ORG, RDF, ROLE_PROPERTIES, RP, SCHEMA


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What was measured of the collaborations of a snapshot.

    `community` (`communities.NONE` where there is none), `brokerage` and `country_participation` (NaN where
    no country is known) have a value for each actor, in the order of `edges.actors`.
    """

    edges: Collaborations
    community: Ints
    communities: tuple[Community, ...]
    brokerage: Floats
    country_participation: Floats
    years: tuple[NetworkYear, ...]


def measure(
    edges: Collaborations, *, countries: Mapping[str, str], themes: Mapping[str, Sequence[str]]
) -> Network:
    """Measure collaborations; `countries` are those of actors and `themes` those of events, by IRI."""
    community = communities(edges)
    return Network(
        edges=edges,
        community=community,
        communities=described(edges, community, themes),
        brokerage=brokerage(ShortestPaths(edges)),
        country_participation=country_participation(edges, [countries.get(iri) for iri in edges.actors]),
        years=network_years(edges),
    )


def read_collaborations(store: Store) -> Collaborations:
    """The collaborations of a graph: who took part in the same events, in which role, and when.

    A unit does not collaborate with the body that it belongs to. An event is of the year in which it began,
    or ended where no more is known.
    """
    actors = {iri for iri, _ in _links(store, RDF + "type", RP + "Actor")}
    parts = (
        (actor, event, role)
        for role, predicate in ROLE_PROPERTIES.items()
        for actor, event in _links(store, predicate)
        if actor in actors
    )
    years: dict[str, int] = {}
    for predicate in (SCHEMA + "endDate", SCHEMA + "startDate"):
        for event, date in _values(store, predicate):
            if date[:4].isdecimal():
                years[event] = int(date[:4])
    bodies: dict[str, set[str]] = defaultdict(set)
    for unit, body in _links(store, ORG + "unitOf"):
        bodies[unit].add(body)
    return collaborations(participations(parts, years), apart=_within(bodies))


def countries_of_actors(store: Store) -> dict[str, str]:
    """Country (IRI) of each actor, event or city whose country is known, by IRI."""
    found: dict[str, str] = {}
    for iri, country in _links(store, RP + "country"):
        found[iri] = min(country, found.get(iri, country))
    return found


def themes_of_events(store: Store) -> dict[str, list[str]]:
    """Themes (IRIs) of everything that has any, by IRI; sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for iri, theme in _links(store, RP + "theme"):
        found[iri].add(theme)
    return {iri: sorted(themes) for iri, themes in found.items()}


def _within(bodies: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Each unit with every body that it belongs to, with the bodies of those, and so on."""
    for unit in bodies:
        waiting, seen = [unit], {unit}
        while waiting:
            above = bodies.get(waiting.pop(), set()) - seen
            yield from ((unit, body) for body in above)
            seen |= above
            waiting += above


def _links(store: Store, predicate: str, to: str | None = None) -> Iterator[tuple[str, str]]:
    target = None if to is None else NamedNode(to)
    for quad in store.quads_for_pattern(None, NamedNode(predicate), target, DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            yield quad.subject.value, quad.object.value


def _values(store: Store, predicate: str) -> list[tuple[str, str]]:
    """Subjects and literals of a property, the smallest literal of a subject last."""
    values = [
        (quad.subject.value, quad.object.value)
        for quad in store.quads_for_pattern(None, NamedNode(predicate), None, DefaultGraph())
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    ]
    return sorted(values, reverse=True)
