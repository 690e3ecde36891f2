"""The network as a drawing: a layout by forces that comes out the same each time, and what is labelled.

Fruchterman and Reingold (1991, doi:10.1002/spe.4380211102) with a pull to the middle, from places on a circle
where the communities stand together, so that no chance comes into it. Sizes tell strength, colours community.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search_api.resources.network import Network, NetworkNode

#: Most institutions drawn, the strongest, and most lines between them.
NODES, LINES = 60, 220
WIDTH, HEIGHT, MARGIN = 960, 620, 60
#: How much larger letters are in a picture that is shown small, and how many institutions it has.
LARGER, FEWER = 2.1, 44
#: Colours that communities have, by number; those after them share the last.
COLOURS = 8
_ROUNDS = 300
#: Layouts kept: one takes some fifty milliseconds, and a few kilobytes.
_KEPT = 256
#: Size of a letter of a label, generously, and of a line of them.
_LETTER, _LINE = 8.0, 17.0
_LONGEST = 34
#: Institutions that are labelled wherever there is room beside the labels of others.
_ALWAYS = 3


@dataclass(frozen=True, slots=True)
class Dot:
    """An institution. `text` is empty where there is no room for it; its end `anchor` is at `text_x`."""

    x: float
    y: float
    radius: float
    colour: int
    title: str
    url: str
    text: str
    text_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A collaboration; `width` in units of the drawing."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """A drawing in units of its view box; what it leaves out is counted."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    left_out: int

    @property
    def strokes(self) -> tuple[tuple[float, str], ...]:
        """The lines of each width as one path (SVG, 9.3): a third of the size."""
        paths: dict[float, list[str]] = {}
        for line in self.lines:
            paths.setdefault(line.width, []).append(f"M{line.x1} {line.y1}L{line.x2} {line.y2}")
        return tuple((width, "".join(found)) for width, found in paths.items())


def network_picture(network: Network) -> NetworkPicture | None:
    """The drawing of a network; None where it has no institutions."""
    return _picture(network, most=NODES, letter=1.0)


def small_picture(network: Network) -> NetworkPicture | None:
    """A drawing to be shown at less than half the size: fewer institutions, larger letters."""
    return _picture(network, most=FEWER, letter=LARGER)


def _picture(network: Network, *, most: int, letter: float) -> NetworkPicture | None:
    nodes = network.nodes[:most]
    if not nodes:
        return None
    place = {node.slug: number for number, node in enumerate(nodes)}
    drawn = [e for e in network.edges if e.source in place and e.target in place][:LINES]
    ends = np.array([(place[e.source], place[e.target]) for e in drawn], np.int64).reshape(-1, 2)
    weights = np.array([e.weight for e in drawn])
    at = np.array(
        _layout(
            tuple((node.community or 0, node.slug) for node in nodes),
            tuple(map(tuple, ends.tolist())),
            tuple(weights.tolist()),
        )
    )
    heaviest = float(weights.max(initial=1.0))
    strongest = max(node.strength for node in nodes)
    radius = [5 + 13 * math.sqrt(node.strength / strongest) for node in nodes]
    return NetworkPicture(
        width=WIDTH,
        height=HEIGHT,
        dots=_dots(nodes, at, radius, letter=letter),
        lines=tuple(
            Line(*_rounded(at[a]), *_rounded(at[b]), round(0.6 + 4 * math.sqrt(w / heaviest), 1))
            for (a, b), w in zip(ends.tolist(), weights.tolist(), strict=True)
        ),
        left_out=network.statistics.actors - len(nodes),
    )  # fmt: skip


def _rounded(point: NDArray[np.float64]) -> tuple[float, float]:
    return round(float(point[0]), 1), round(float(point[1]), 1)


@lru_cache(maxsize=_KEPT)
def _layout(
    nodes: tuple[tuple[int, str], ...], joined: tuple[tuple[int, int], ...], weight: tuple[float, ...]
) -> tuple[tuple[float, float], ...]:
    """Places of the nodes, each of which is a community and a slug, in the drawing. `joined` are places of
    nodes in `nodes`, and `weight` is that of each two."""
    n = len(nodes)
    ends, weights = np.array(joined, np.int64).reshape(-1, 2), np.array(weight)
    order = sorted(range(n), key=nodes.__getitem__)
    angle = np.empty(n)
    angle[order] = np.arange(n) * 2 * math.pi / n
    at = np.column_stack((np.cos(angle), np.sin(angle)))
    ideal = 1.6 / math.sqrt(n)
    pull = 0.5 + np.sqrt(weights / weights.max(initial=1.0))
    pulls = np.zeros((n, len(ends)))  # of each edge on its two ends
    pulls[ends[:, 0], np.arange(len(ends))] = -1
    pulls[ends[:, 1], np.arange(len(ends))] += 1
    for round_ in range(_ROUNDS):
        size = (at * at).sum(axis=1)
        apart = np.maximum(size[:, None] + size[None, :] - 2 * at @ at.T, 1e-6)  # squares of distances
        push = ideal**2 / apart
        np.fill_diagonal(push, 0)
        along = at[ends[:, 0]] - at[ends[:, 1]]
        drawn = along * (np.hypot(along[:, 0], along[:, 1]) / ideal * pull)[:, None] * 0.35
        force = at * push.sum(axis=1)[:, None] - push @ at + pulls @ drawn
        force -= at * 0.6
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        step = 0.12 * (1 - round_ / _ROUNDS)
        at = at + force / length[:, None] * np.minimum(length, step)[:, None]
    low, high = at.min(axis=0), at.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    placed = MARGIN + np.where(high > low, (at - low) / span, 0.5) * room
    return tuple(map(tuple, placed.tolist()))


def _dots(
    nodes: tuple[NetworkNode, ...], at: NDArray[np.float64], radius: list[float], *, letter: float
) -> tuple[Dot, ...]:
    """The dots; the strongest are labelled first, each where nothing stands already. The very first ones may
    cover dots, but no label: what a network turns around has a name."""
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(at.tolist(), radius, strict=True)]
    dots = []
    for number, (node, (x, y), r) in enumerate(zip(nodes, at.tolist(), radius, strict=True)):
        text = node.label if len(node.label) <= _LONGEST else node.label[: _LONGEST - 1].rstrip() + "…"
        width, line = letter * _LETTER * len(text), letter * _LINE
        shown, text_x, anchor = "", 0.0, "start"
        for start, side in ((x + r + 4, "start"), (x - r - 4 - width, "end")):
            box = (start, y - line / 2, start + width, y + line / 2)
            in_the_way = enumerate(taken) if number >= _ALWAYS else enumerate(taken[len(nodes) :], len(nodes))
            free = not any(_meet(box, other) for at_, other in in_the_way if at_ != number)
            if box[0] >= 0 and box[2] <= WIDTH and free:
                taken.append(box)
                shown, anchor = text, side
                text_x = start if side == "start" else start + width
                break
        dots.append(
            Dot(
                x=round(x, 1),
                y=round(y, 1),
                radius=round(r, 1),
                colour=min(node.community or COLOURS, COLOURS),
                title=node.label,
                url=node.url,
                text=shown,
                text_x=round(text_x, 1),
                anchor=anchor,
            )
        )
    return tuple(dots)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
