"""The network for a drawing of thousands: columns instead of objects, and no more than a drawing needs."""

import numpy as np

from graph.collaborations import UNKNOWN_YEAR, Ints
from search_api.catalogue.catalogue import Catalogue
from search_api.network.selection import OpenNetwork, Selection
from search_api.resources.links import slug_of
from search_api.resources.network import DrawnEdges, DrawnNodes, NetworkDrawing


def network_drawing(
    network: OpenNetwork, selection: Selection, catalogue: Catalogue, *, limit: int
) -> NetworkDrawing:
    """The first `limit` collaborations of a selection, with the institutions that they join."""
    edges, shown = selection.edges, selection.order[:limit]
    joined = np.unique(np.concatenate((edges.first[shown], edges.second[shown])))
    joined = joined[np.lexsort((joined, -selection.strength[joined].round(9)))]
    place = np.zeros(len(edges.actors), np.int64)
    place[joined] = np.arange(len(joined))
    iris = [edges.actors[position] for position in joined.tolist()]
    communities = [catalogue.communities.get(network.communities.get(iri, "")) for iri in iris]
    return NetworkDrawing(
        actors=selection.actor_count,
        collaborations=len(edges),
        nodes=DrawnNodes(
            slug=tuple(slug_of(iri) for iri in iris),
            label=tuple(catalogue.ref(iri).label for iri in iris),
            community=tuple(found.number if found else None for found in communities),
            strength=tuple(selection.strength[joined].round(3).tolist()),
            degree=tuple(selection.degree[joined].tolist()),
        ),
        edges=DrawnEdges(
            source=tuple(place[edges.first[shown]].tolist()),
            target=tuple(place[edges.second[shown]].tolist()),
            weight=tuple(edges.weight[shown].round(4).tolist()),
            events=tuple(edges.count[shown].tolist()),
            first_year=tuple(_first_year(edges.years[edges.events_of(edge)]) for edge in shown.tolist()),
        ),
    )


def _first_year(years: Ints) -> int | None:
    known = years[years != UNKNOWN_YEAR]
    return int(known.min()) if len(known) else None
