"""The neighbourhood of an institution as a drawing: it, its events, and who else takes part in them.

Three columns with lines between them: readable at any number of nodes that fits, and without a script.
"""

from collections import Counter
from dataclasses import dataclass

from search_api.catalogue.catalogue import Catalogue
from search_api.resources.links import iri_path, slug_of
from search_api.search.words import fold

#: Most events and most other institutions drawn, the latest and the most connected.
EVENTS, OTHERS = 9, 14
WIDTH, ROW, MARGIN = 960, 30, 22
#: Where the columns stand, in units of the drawing, and how many letters fit beside a node.
COLUMNS = (20, 250, 660)
LETTERS = (20, 43, 35)
#: Width of a bold letter of the first label, generously.
LETTER = 9.5


@dataclass(frozen=True, slots=True)
class Node:
    """A dot with its label to the right; `kind` is "self", "event" or "other", `language` that
    of the label where it is not the reader's."""

    kind: str
    x: int
    y: float
    label: str
    title: str
    url: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A curve between two nodes, as the `d` of an SVG path."""

    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in units of its view box."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int


def neighbourhood(catalogue: Catalogue, iri: str) -> Picture | None:
    """The drawing around an actor; None where it takes part in no event."""
    mine = catalogue.gathered.events_of.get(iri, ())
    events = [event.id for event in mine[:EVENTS]]
    if not events:
        return None
    links = sorted({(e, t.actor) for e in events for t in catalogue.takings_at[e] if t.actor != iri})
    degree = Counter(actor for _, actor in links)
    ranked = sorted(degree, key=lambda actor: (-degree[actor], fold(catalogue.ref(actor).label), actor))
    others = ranked[:OTHERS]
    height = MARGIN * 2 + ROW * max(len(events), len(others), 1)
    place = {iri: (COLUMNS[0], height / 2)}
    for x, column in ((COLUMNS[1], events), (COLUMNS[2], others)):
        step = (height - 2 * MARGIN) / len(column) if column else 0
        place |= {node: (x, MARGIN + step * (row + 0.5)) for row, node in enumerate(column)}
    pairs = [(iri, event) for event in events] + [pair for pair in links if pair[1] in others]
    kinds = {iri: 0} | dict.fromkeys(events, 1) | dict.fromkeys(others, 2)
    nodes = {node: _node(catalogue, node, kinds[node], *place[node]) for node in place}
    return Picture(
        width=WIDTH,
        height=round(height),
        nodes=tuple(nodes.values()),
        edges=tuple(Edge(_curve(_behind(nodes[a]), place[b])) for a, b in pairs),
        left_out=len(mine) - len(events) + len(ranked) - len(others),
    )


def _node(catalogue: Catalogue, iri: str, column: int, x: int, y: float) -> Node:
    label, letters = catalogue.ref(iri).label, LETTERS[column]
    known = catalogue.actors.get(slug_of(iri))
    if column == 0 and known and known.acronyms and len(label) > letters:
        short = known.acronyms[0]
    else:
        short = label if len(label) <= letters else label[: letters - 1].rstrip() + "…"
    return Node(
        kind=("self", "event", "other")[column],
        x=x,
        y=round(y, 1),
        label=short,
        title=label,
        url=iri_path(iri),
        language=catalogue.label_languages.get(iri),
    )


def _behind(node: Node) -> tuple[float, float]:
    """Where a line leaves a node: behind the label of the first, behind the column of events."""
    return (node.x + 24 + LETTER * len(node.label) if node.kind == "self" else node.x + 350.0), node.y


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2 - 8) / 2
    return f"M{x1:.0f} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2 - 8:.0f} {y2:.1f}"
