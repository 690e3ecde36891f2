"""The network in the terms of the interface: what was selected, and the chains between two institutions."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from graph.collaborations import ROLES, UNKNOWN_YEAR, Bits, Floats, Ints
from ontology.namespaces import ROLE_PROPERTIES, RP
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.evidence import evidence_of_parts
from search_api.network.selection import OpenNetwork, Selection
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.links import slug_of
from search_api.resources.network import (
    Network,
    NetworkCommunity,
    NetworkEdge,
    NetworkNode,
    NetworkStatistics,
    NetworkYear,
    Path,
    PathEvent,
    PathList,
    PathStep,
)
from search_api.wording.languages import gettext as _

EVENTS_OF_EDGE, EVENTS_OF_STEP = 5, 3
"""Most events told of a collaboration, and of a step of a chain."""


def network_answer(
    network: OpenNetwork,
    selection: Selection,
    catalogue: Catalogue,
    *,
    limit: int | None,
    centre: ActorSummary | None = None,
) -> Network:
    """What was selected: the first `limit` edges in its order (all: None), and the nodes that they join.

    `centre` is the institution that it is around, if any: where it has no collaborations the reason is told.
    """
    shown = selection.order[:limit]
    nodes = tuple(network_nodes(network, selection, catalogue, shown=shown))
    return Network(
        nodes=nodes,
        edges=tuple(network_edges(selection, catalogue, shown=shown)),
        communities=_communities(catalogue, nodes),
        statistics=NetworkStatistics(
            actors=selection.actor_count,
            collaborations=len(selection.edges),
            years=tuple(
                NetworkYear(**{name: getattr(year, name) for name in NetworkYear.model_fields})
                for year in selection.years
            ),
        ),
        reason=_why_alone(network, centre) if centre and not len(selection.edges) else None,
    )


def network_nodes(
    network: OpenNetwork, selection: Selection, catalogue: Catalogue, *, shown: Ints
) -> Iterator[NetworkNode]:
    """The actors that some edges join, those of most strength first."""
    edges, strength = selection.edges, selection.strength
    joined = {*edges.first[shown].tolist(), *edges.second[shown].tolist()}
    for position in sorted(joined, key=lambda p: (-round(float(strength[p]), 9), p)):
        yield _node(network, selection, catalogue, position)


def foremost(
    network: OpenNetwork, selection: Selection, catalogue: Catalogue, measure: Floats, *, limit: int
) -> tuple[NetworkNode, ...]:
    """Of all actors that a selection joins, those with the greatest measure over 0, of equal ones those of
    most strength first. The measure has shape (actors,)."""
    joined = np.flatnonzero((selection.degree > 0) & (measure > 0))
    order = np.lexsort((joined, -selection.strength[joined].round(9), -measure[joined]))
    return tuple(_node(network, selection, catalogue, p) for p in joined[order[:limit]].tolist())


def _node(network: OpenNetwork, selection: Selection, catalogue: Catalogue, position: int) -> NetworkNode:
    iri = selection.edges.actors[position]
    known = catalogue.actors.get(slug_of(iri))
    community = catalogue.communities.get(network.communities.get(iri, ""))
    return NetworkNode(
        **catalogue.ref(iri).__dict__,
        type=known.type if known else None,
        country=known.country if known else None,
        community=community.number if community else None,
        strength=round(float(selection.strength[position]), 6),
        degree=int(selection.degree[position]),
        brokerage=network.brokerage.get(iri),
        country_participation=network.country_participation.get(iri),
    )


def network_edges(selection: Selection, catalogue: Catalogue, *, shown: Ints) -> Iterator[NetworkEdge]:
    """Some edges, each with its events."""
    edges = selection.edges
    for edge in shown.tolist():
        at = slice(int(edges.starts[edge]), int(edges.starts[edge + 1]))
        events = edges.meeting_event[at]
        years = edges.years[events]
        known = years[years != UNKNOWN_YEAR]
        latest = events[np.lexsort((events, -years))[:EVENTS_OF_EDGE]]
        yield NetworkEdge(
            source=slug_of(edges.actors[edges.first[edge]]),
            target=slug_of(edges.actors[edges.second[edge]]),
            weight=round(float(edges.weight[edge]), 6),
            events=len(events),
            first_year=int(known.min()) if len(known) else None,
            last_year=int(known.max()) if len(known) else None,
            source_roles=_roles(edges.roles_first[at]),
            target_roles=_roles(edges.roles_second[at]),
            event_list=tuple(catalogue.ref(edges.events[event]) for event in latest.tolist()),
        )


def path_answer(
    network: OpenNetwork, catalogue: Catalogue, start: ActorSummary, end: ActorSummary, *, limit: int
) -> PathList:
    """The chains from one institution to another, the strongest first."""
    one, other = network.place.get(start.id), network.place.get(end.id)
    found = (
        network.paths.between(one, other, limit=limit)
        if one is not None and other is not None and one != other
        else []
    )
    return PathList(
        from_actor=_ref(start),
        to_actor=_ref(end),
        total=len(found),
        results=tuple(_path(network, catalogue, chain) for chain in found),
        reason=None if found else _why_not(network, start, end),
    )


def _why_not(network: OpenNetwork, start: ActorSummary, end: ActorSummary) -> str:
    if start.id == end.id:
        return _("Es la misma institución.")
    return (
        _why_alone(network, start)
        or _why_alone(network, end)
        or _(
            "Ninguna cadena de colaboraciones conecta a %(one)s con %(other)s en lo que cuentan los "
            "documentos."
        )
        % {"one": start.label, "other": end.label}
    )


def _why_alone(network: OpenNetwork, actor: ActorSummary) -> str | None:
    """Why an institution collaborated with nobody; None for one that did."""
    at = network.place.get(actor.id)
    if at is None:
        return _("El grafo no dice de ningún evento en el que %(name)s haya tomado parte.") % {
            "name": actor.label
        }
    if network.edges.degree()[at]:
        return None
    return _(
        "Ningún evento une a %(name)s con otra: en los suyos no figura nadie más, o solo quien es "
        "parte de ella o de quien ella lo es, o tantas instituciones que haber asistido no cuenta."
    ) % {"name": actor.label}


def _path(network: OpenNetwork, catalogue: Catalogue, chain: list[int]) -> Path:
    steps = tuple(_step(network, catalogue, a, b) for a, b in pairwise(chain))
    return Path(
        length=round(sum(1 / step.weight for step in steps), 6),
        actors=tuple(catalogue.ref(network.edges.actors[actor]) for actor in chain),
        steps=steps,
    )


def _step(network: OpenNetwork, catalogue: Catalogue, one: int, other: int) -> PathStep:
    edges = network.edges
    edge = network.edge(one, other)
    at = slice(int(edges.starts[edge]), int(edges.starts[edge + 1]))
    swapped = one > other
    from_roles, to_roles = (
        (edges.roles_second[at], edges.roles_first[at])
        if swapped
        else (edges.roles_first[at], edges.roles_second[at])
    )
    events, weights = edges.meeting_event[at].tolist(), edges.meeting_weight[at].tolist()
    best = sorted(range(len(events)), key=lambda n: (-weights[n], -int(edges.years[events[n]]), events[n]))
    return PathStep(
        from_actor=catalogue.ref(edges.actors[one]),
        to_actor=catalogue.ref(edges.actors[other]),
        weight=round(float(edges.weight[edge]), 6),
        events=len(events),
        event_list=tuple(
            _event(catalogue, edges.events[events[n]], (edges.actors[one], edges.actors[other]),
                   (int(from_roles[n]), int(to_roles[n])))
            for n in best[:EVENTS_OF_STEP]
        ),
    )  # fmt: skip


def _event(catalogue: Catalogue, iri: str, actors: tuple[str, str], roles: tuple[int, int]) -> PathEvent:
    summary = catalogue.events_by_iri.get(iri)
    own = {prop.removeprefix(RP) for prop in ROLE_PROPERTIES.values()}
    told = (claim for actor in actors for claim in evidence_of_parts(catalogue, actor, [iri]))
    from_roles, to_roles = (
        tuple(catalogue.concept("role", role) for n, role in enumerate(ROLES) if bits & (1 << n))
        for bits in roles
    )
    return PathEvent(
        **catalogue.ref(iri).__dict__,
        date=summary.start_date if summary else None,
        from_roles=from_roles,
        to_roles=to_roles,
        evidence=tuple(claim for claim in told if claim.property in own),
    )


def _communities(catalogue: Catalogue, nodes: tuple[NetworkNode, ...]) -> tuple[NetworkCommunity, ...]:
    shown = Counter(node.community for node in nodes)
    return tuple(
        community.model_copy(update={"shown": shown[community.number]})
        for community in sorted(catalogue.communities.values(), key=lambda c: c.number)
        if shown[community.number]
    )


def _roles(bits: Bits) -> tuple[str, ...]:
    had = int(np.bitwise_or.reduce(bits))
    return tuple(role for n, role in enumerate(ROLES) if had & (1 << n))


def _ref(actor: ActorSummary) -> Ref:
    return Ref(id=actor.id, slug=actor.slug, label=actor.label, url=actor.url)
