"""Communities of collaborating institutions: who works more among themselves than with the others.

The Louvain method on the weights (Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008), of
scikit-network and without shuffling, so that the same collaborations give the same communities. What it may
get wrong, a community that hangs together only by an institution of another one (Traag et al. 2019,
doi:10.1038/s41598-019-41695-z), is taken apart afterwards. The library's Leiden, which would not need that,
gives other communities each time it is asked in one process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.collaborations import Collaborations, Floats, Ints

NONE = -1
"""The community of an actor that collaborates with nobody."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community. `members` are positions of actors, those who work most within it first; `themes` what its
    collaborations are about more than all are, the most characteristic first."""

    number: int
    members: tuple[int, ...]
    themes: tuple[str, ...] = ()


def communities(edges: Collaborations) -> Ints:
    """The community of each actor, shape (actors,), `NONE` for those without edges.

    Numbered from 0 by size, of equal sizes the one with the stronger strongest member first.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components
    from sknetwork.clustering import Louvain

    n = len(edges.actors)
    joined = edges.degree() > 0
    if not joined.any():
        return np.full(n, NONE, np.int64)
    ends = (np.concatenate((edges.first, edges.second)), np.concatenate((edges.second, edges.first)))
    weights = np.concatenate((edges.weight, edges.weight))
    found = Louvain(shuffle_nodes=False).fit_predict(csr_matrix((weights, ends), shape=(n, n)))
    inside = found[edges.first] == found[edges.second]
    whole = csr_matrix(
        (np.ones(int(inside.sum())), (edges.first[inside], edges.second[inside])), shape=(n, n)
    )
    _, parts = connected_components(whole, directed=False)
    return _numbered(np.where(joined, parts, NONE), edges)


def described(
    edges: Collaborations, community: Ints, themes: Mapping[str, Sequence[str]], *, most_themes: int = 3
) -> tuple[Community, ...]:
    """The communities in the order of their numbers; `themes` are those of events, by IRI."""
    inner = _inner_strength(edges, community)
    about = _themes(edges, community, themes)
    found = []
    for number in range(int(community.max(initial=NONE)) + 1):
        members = np.flatnonzero(community == number)
        ordered = members[np.lexsort((members, -inner[members].round(9)))]
        found.append(Community(number, tuple(map(int, ordered)), tuple(about.get(number, ()))[:most_themes]))
    return tuple(found)


def _numbered(community: Ints, edges: Collaborations) -> Ints:
    labels, place, size = np.unique(community, return_inverse=True, return_counts=True)
    inner = _inner_strength(edges, community).round(9)  # sums in another order differ in the last digits
    strongest = np.zeros(len(labels))
    np.maximum.at(strongest, place, inner)
    first = np.full(len(labels), len(community))
    np.minimum.at(first, place, np.arange(len(community)))
    order = np.lexsort((first, -strongest, -size, labels == NONE))
    number = np.empty(len(labels), np.int64)
    number[order] = np.arange(len(labels))
    number[labels == NONE] = NONE
    return number[place]


def _inner_strength(edges: Collaborations, community: Ints) -> Floats:
    """The sum of the weights of each actor's edges within its community."""
    inside = community[edges.first] == community[edges.second]
    n, weight = len(edges.actors), edges.weight[inside]
    found = np.bincount(edges.first[inside], weight, n) + np.bincount(edges.second[inside], weight, n)
    return found.astype(np.float64)


def _themes(
    edges: Collaborations, community: Ints, themes: Mapping[str, Sequence[str]]
) -> dict[int, list[str]]:
    """The themes of each community by how much its share of them, by weight, exceeds that of the network."""
    inside = (community[edges.first] == community[edges.second])[edges.meeting_edge]
    label = community[edges.first][edges.meeting_edge][inside]
    event, weight = edges.meeting_event[inside], edges.meeting_weight[inside]
    key, place = np.unique(label * len(edges.events) + event, return_inverse=True)
    share: dict[int, dict[str, float]] = {}
    whole: dict[str, float] = {}
    for at, amount in zip(key.tolist(), np.bincount(place, weight, len(key)).tolist(), strict=True):
        number, position = divmod(at, len(edges.events))
        for theme in themes.get(edges.events[position], ()):
            of = share.setdefault(number, {})
            of[theme] = of.get(theme, 0.0) + amount
            whole[theme] = whole.get(theme, 0.0) + amount
    total = sum(whole.values())
    found = {}
    for number, of in share.items():
        own = sum(of.values())
        excess = {theme: round(amount / own - whole[theme] / total, 9) for theme, amount in of.items()}
        found[number] = sorted(of, key=lambda theme: (-excess[theme], -round(of[theme], 9), theme))
    return found
