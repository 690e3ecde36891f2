"""How two institutions are connected, by the strongest chain of collaborations.

An edge is as long as its weight is small, 1 / weight (Newman 2001, doi:10.1103/PhysRevE.64.016132): who met
often and in small circles is near. The shortest chain is Dijkstra's, of scipy.
"""

from functools import cached_property
from typing import Any

import numpy as np

from graph.collaborations import Collaborations, Floats, Ints, Mask

LANDMARKS = 64
"""Strongest actors that the longest useful length of each edge is told by."""
TOLERANCE = 1e-9
"""Relative difference of two lengths that are one: they are sums of fractions."""


class ShortestPaths:
    """The lengths of a graph of collaborations. Threads may share it."""

    def __init__(self, edges: Collaborations) -> None:
        self.edges = edges
        self.length: Floats = 1.0 / edges.weight

    def between(self, start: int, end: int, *, limit: int = 1) -> list[list[int]]:
        """Up to `limit` chains of actors from `start` to `end`, the strongest first; none where nothing
        connects them.

        Each further chain goes through other institutions than those before it, so that it is another way
        and not a variation; where two collaborate directly, that chain is only the first.
        """
        found: list[list[int]] = []
        without = np.zeros(0, np.int64)
        direct = False
        while len(found) < limit:
            chain = self._shortest(start, end, without=without, direct=not direct)
            if chain is None:
                break
            found.append(chain)
            direct = direct or len(chain) == 2
            without = np.concatenate((without, np.array(chain[1:-1], np.int64)))
        return found

    def _shortest(self, start: int, end: int, *, without: Ints, direct: bool) -> list[int] | None:
        """The shortest chain that passes through none of the actors `without`, and in more than one step
        unless `direct`."""
        few = _shut(self.matrix, start, end, without, direct)
        length, chain = _chain(few, start, end)
        if direct and len(without) == 0:
            return chain
        # An edge that a chain undercuts may be on a shortest path where that chain is shut.
        return _chain(_shut(self._whole, start, end, without, direct), start, end, most=length)[1]

    @cached_property
    def useful(self) -> Mask:
        """The edges that may be on a shortest path, shape (edges,).

        Exact: one is left out only where a chain through one of the `LANDMARKS` is shorter than it. Of two
        million edges of a large network these are a few per cent.
        """
        from scipy.sparse.csgraph import dijkstra

        edges = self.edges
        if len(edges) == 0:
            return np.zeros(0, bool)
        hubs = np.argsort(-edges.strength(), kind="stable")[:LANDMARKS]
        bound = np.full(len(edges), np.inf)
        for row in dijkstra(self._whole, indices=hubs):
            np.minimum(bound, row[edges.first] + row[edges.second], out=bound)
        return self.length <= bound * (1 + TOLERANCE)

    @cached_property
    def matrix(self) -> Any:
        """The lengths of the useful edges as a symmetric sparse matrix."""
        return self._matrix(self.useful)

    @cached_property
    def _whole(self) -> Any:
        return self._matrix(np.ones(len(self.edges), bool))

    def _matrix(self, chosen: Mask) -> Any:
        from scipy.sparse import csr_matrix

        n, first, second = len(self.edges.actors), self.edges.first[chosen], self.edges.second[chosen]
        length = self.length[chosen]
        ends = (np.concatenate((first, second)), np.concatenate((second, first)))
        return csr_matrix((np.concatenate((length, length)), ends), shape=(n, n))


def _shut(matrix: Any, start: int, end: int, without: Ints, direct: bool) -> Any:
    """The matrix with no way on from the actors `without`, nor from `start` to `end` unless `direct`."""
    from scipy.sparse import csr_matrix

    if direct and len(without) == 0:
        return matrix
    data, indptr = matrix.data.copy(), matrix.indptr
    for actor in without.tolist():
        data[indptr[actor] : indptr[actor + 1]] = np.inf
    if not direct:
        own = slice(indptr[start], indptr[start + 1])
        data[own][matrix.indices[own] == end] = np.inf
    return csr_matrix((data, matrix.indices, indptr), shape=matrix.shape)


def _chain(matrix: Any, start: int, end: int, *, most: float = np.inf) -> tuple[float, list[int] | None]:
    """The shortest chain that is no longer than `most`, with its length."""
    from scipy.sparse.csgraph import dijkstra

    distance, before = dijkstra(matrix, indices=start, return_predecessors=True, limit=most * (1 + TOLERANCE))
    if not np.isfinite(distance[end]):
        return np.inf, None
    chain = [end]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    return float(distance[end]), chain[::-1]
