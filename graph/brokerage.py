"""Brokers: institutions that others are connected through, and those that join countries.

Brokerage is betweenness over the shortest paths of `graph.shortest_paths` (Freeman 1977; the algorithm is
that of Brandes 2001, doi:10.1080/0022250X.2001.9990249), as a share of all pairs of others, 0 to 1. Up to
`EXACT` institutions it is exact; of more it is estimated from `SAMPLE` of them as starting points, chosen
with a fixed seed (Brandes and Pich 2007, doi:10.1142/S0218127407018403).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graph.collaborations import Collaborations, Floats, Ints
from graph.shortest_paths import TOLERANCE, ShortestPaths

EXACT = 5000
SAMPLE = 1000
_SEED = 2001
_AT_ONCE = 16
"""Starting points whose paths are added up together: few enough to stay in a processor's cache."""


def brokerage(paths: ShortestPaths, *, exact: int = EXACT, sample: int = SAMPLE) -> Floats:
    """The betweenness of each actor, shape (actors,); 0 for those without edges."""
    from scipy.sparse.csgraph import dijkstra

    n = len(paths.edges.actors)
    joined = np.flatnonzero(paths.edges.degree() > 0)
    if len(joined) < 3:
        return np.zeros(n)
    sources = joined
    if len(joined) > exact:
        sources = np.sort(np.random.default_rng(_SEED).choice(joined, min(sample, len(joined)), False))
    matrix = paths.matrix
    rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
    total = np.zeros(n)
    for start in range(0, len(sources), _AT_ONCE):
        some = sources[start : start + _AT_ONCE]
        total += _dependencies(dijkstra(matrix, indices=some), some, rows, matrix)
    others = len(joined) - 1
    return total * (len(joined) / len(sources)) / (others * (others - 1))


def _dependencies(distance: Floats, sources: Ints, rows: Ints, matrix: Any) -> Floats:
    """What Brandes calls the dependency of the sources on each actor, added up, shape (actors,).

    The edges on shortest paths from a source are a graph without cycles. The number of paths to an actor is
    the sum over the number of steps; the dependency follows in the same way, backwards. All sources at once.
    """
    count, n = distance.shape
    on, at_source, at_row = [], [], []
    for k in range(count):
        reached, onward = distance[k][rows], distance[k][matrix.indices]
        with np.errstate(invalid="ignore"):  # where neither is reached
            tight = np.abs(reached + matrix.data - onward) <= onward * TOLERANCE
        tight &= np.isfinite(onward)
        on.append(np.flatnonzero(tight))
        at_source.append(np.full(len(on[-1]), k * n))
        at_row.append(k * n + int(sources[k]))
    edge, offset = np.concatenate(on), np.concatenate(at_source)
    tail, head = rows[edge] + offset, matrix.indices[edge] + offset
    size = count * n
    step = np.zeros(size)
    step[at_row] = 1.0
    ways = np.zeros(size)
    while step.any():
        ways += step
        step = np.bincount(head, step[tail], size)
    seen = ways > 0
    step = np.zeros(size)
    step[seen] = 1.0 / ways[seen]
    share = np.zeros(size)
    while step.any():
        share += step
        step = np.bincount(tail, step[head], size)
    dependency = np.where(seen, ways * share - 1.0, 0.0)
    dependency[at_row] = 0.0
    result: Floats = dependency.reshape(count, n).sum(axis=0)
    return result


def country_participation(edges: Collaborations, countries: Sequence[str | None]) -> Floats:
    """How evenly each actor's collaborations spread over countries, 0 (one) to near 1, shape (actors,).

    The participation coefficient of Guimerà and Amaral (2005, doi:10.1038/nature03288), with countries for
    modules and weights for degrees. Partners whose country is unknown are left out; NaN where all are.
    """
    names = sorted({country for country in countries if country})
    place = {country: position for position, country in enumerate(names)}
    known = np.array([place[c] if c else -1 for c in countries], np.int64)
    n, width = len(edges.actors), max(len(names), 1)
    ends = np.concatenate((edges.first, edges.second))
    partners = known[np.concatenate((edges.second, edges.first))]
    told = partners >= 0
    weights = np.concatenate((edges.weight, edges.weight))[told]
    to_country = np.bincount(ends[told] * width + partners[told], weights, n * width).reshape(n, width)
    whole = to_country.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = 1.0 - ((to_country / whole[:, None]) ** 2).sum(axis=1)
    return result
