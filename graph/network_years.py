"""How the network grew: the collaborations of each year, counted."""

from dataclasses import dataclass

import numpy as np

from graph.collaborations import UNKNOWN_YEAR, Collaborations


@dataclass(frozen=True, slots=True)
class NetworkYear:
    """The network of the events of one year.

    `new_actors` and `new_collaborations` are those of no earlier year; `components` the parts that no
    collaboration of that year joins, `largest` the number of actors in the largest of them.
    """

    year: int
    events: int
    actors: int
    collaborations: int
    new_actors: int
    new_collaborations: int
    components: int
    largest: int


def network_years(edges: Collaborations) -> tuple[NetworkYear, ...]:
    """Each year that a collaboration is known of, in order. Events of unknown date are in none."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    years = edges.years[edges.meeting_event].astype(np.int16)
    order = np.argsort(years, kind="stable")  # so that the meetings of a year, and of an edge, are together
    edge, event = edges.meeting_edge[order], edges.meeting_event[order]
    known, starts = np.unique(years[order], return_index=True)
    seen_actors = np.zeros(len(edges.actors), bool)
    seen_edges = np.zeros(len(edges), bool)
    found = []
    for year, start, end in zip(known.tolist(), starts, np.append(starts, len(order))[1:], strict=True):
        if year == UNKNOWN_YEAR:
            continue
        met = edge[start:end]
        held = met[np.concatenate(([True], met[1:] != met[:-1]))]
        first, second = edges.first[held], edges.second[held]
        there = np.zeros(len(edges.actors), bool)
        there[first] = there[second] = True
        actors = np.flatnonzero(there)
        place = np.cumsum(there) - 1
        joined = csr_matrix(
            (np.ones(len(held)), (place[first], place[second])), shape=(len(actors), len(actors))
        )
        components, label = connected_components(joined, directed=False)
        found.append(
            NetworkYear(
                year=year,
                events=int(np.count_nonzero(np.bincount(event[start:end]))),
                actors=len(actors),
                collaborations=len(held),
                new_actors=int((~seen_actors[actors]).sum()),
                new_collaborations=int((~seen_edges[held]).sum()),
                components=int(components),
                largest=int(np.bincount(label).max()),
            )
        )
        seen_actors[actors] = True
        seen_edges[held] = True
    return tuple(found)
