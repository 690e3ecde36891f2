"""The network as files for Gephi, networkx and spreadsheets: GraphML, GEXF 1.3, and CSV of edges or nodes.

Written while they are sent: a large network has more edges than would fit in one text. The columns of a file
have the names that the JSON answer gives them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from graph.formats import Format
from search_api.representations.list_rows import SEPARATOR, cell
from search_api.resources.network import NetworkEdge, NetworkNode

GRAPHML = Format("graphml", "application/graphml+xml", ".graphml")
GEXF = Format("gexf", "application/gexf+xml", ".gexf")
CSV_EDGES = Format("csv", "text/csv", "-edges.csv", aliases=("csv-edges",))
CSV_NODES = Format("csv-nodes", "text/x-csv-nodes", "-nodes.csv")
NETWORK_FILES = (GRAPHML, GEXF, CSV_EDGES, CSV_NODES)
_AT_ONCE = 200
"""Elements written at once."""


class _Column(NamedTuple):
    """A value of a node or edge: its name, its type in GraphML, and how it is had."""

    name: str
    type: str
    value: Callable[[Any], str | int | float | None]

    @property
    def gexf_type(self) -> str:
        """The type as GEXF calls it."""
        return {"int": "integer"}.get(self.type, self.type)


_NODE = (
    _Column("iri", "string", lambda n: n.id),
    _Column("type", "string", lambda n: n.type.slug if n.type else None),
    _Column("country", "string", lambda n: n.country.slug if n.country else None),
    _Column("community", "int", lambda n: n.community),
    _Column("strength", "double", lambda n: n.strength),
    _Column("degree", "int", lambda n: n.degree),
    _Column("brokerage", "double", lambda n: n.brokerage),
    _Column("country_participation", "double", lambda n: n.country_participation),
)
_EDGE = (
    _Column("weight", "double", lambda e: e.weight),
    _Column("events", "int", lambda e: e.events),
    _Column("first_year", "int", lambda e: e.first_year),
    _Column("last_year", "int", lambda e: e.last_year),
    _Column("source_roles", "string", lambda e: SEPARATOR.join(e.source_roles)),
    _Column("target_roles", "string", lambda e: SEPARATOR.join(e.target_roles)),
)
_GEXF_EDGE = _EDGE[1:]
"""GEXF has a place of its own for the weight."""


def network_file(
    format: Format, nodes: Iterable[NetworkNode], edges: Iterable[NetworkEdge], *, date: str
) -> Iterator[str]:
    """The network as a file in one of `NETWORK_FILES`; `date` (ISO 8601) is that of the data.

    Nodes are read before edges.
    """
    if format is GRAPHML:
        return _graphml(nodes, edges)
    if format is GEXF:
        return _gexf(nodes, edges, date=date)
    return _csv_nodes(nodes) if format is CSV_NODES else _csv_edges(edges)


def _graphml(nodes: Iterable[NetworkNode], edges: Iterable[NetworkEdge]) -> Iterator[str]:
    """GraphML 1.0 (http://graphml.graphdrawing.org/primer/graphml-primer.html)."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
        'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    label = _Column("label", "string", lambda n: n.label)
    keys = [("node", "n", (label, *_NODE)), ("edge", "e", _EDGE)]
    for kind, letter, columns in keys:
        for number, column in enumerate(columns):
            yield (
                f'<key id="{letter}{number}" for="{kind}" attr.name="{column.name}" '
                f'attr.type="{column.type}"/>\n'
            )
    yield '<graph id="red" edgedefault="undirected">\n'
    yield from _pieces(f"<node id={_attribute(n.slug)}>{_data('n', keys[0][2], n)}</node>\n" for n in nodes)
    yield from _pieces(
        f"<edge source={_attribute(e.source)} target={_attribute(e.target)}>{_data('e', _EDGE, e)}</edge>\n"
        for e in edges
    )
    yield "</graph>\n</graphml>\n"


def _data(letter: str, columns: Sequence[_Column], item: NetworkNode | NetworkEdge) -> str:
    values = ((number, column.value(item)) for number, column in enumerate(columns))
    return "".join(f'<data key="{letter}{n}">{_text(v)}</data>' for n, v in values if v not in (None, ""))


def _gexf(nodes: Iterable[NetworkNode], edges: Iterable[NetworkEdge], *, date: str) -> Iterator[str]:
    """GEXF 1.3 (https://gexf.net/schema.html): edges exist from their first to their last year, so that the
    timeline of Gephi shows the growth; those of unknown date, and nodes, at all times."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
        f"<meta lastmodifieddate={quoteattr(date)}><creator>redpyme</creator>"
        "<description>Instituciones que tomaron parte en los mismos eventos</description></meta>\n"
        '<graph defaultedgetype="undirected" mode="dynamic" timerepresentation="interval" '
        'timeformat="date">\n'
    )
    for kind, columns in (("node", _NODE), ("edge", _GEXF_EDGE)):
        yield f'<attributes class="{kind}" mode="static">\n'
        for number, column in enumerate(columns):
            yield f'<attribute id="{number}" title="{column.name}" type="{column.gexf_type}"/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    yield from _pieces(
        f"<node id={_attribute(n.slug)} label={_attribute(n.label)}>{_attvalues(_NODE, n)}</node>\n"
        for n in nodes
    )
    yield "</nodes>\n<edges>\n"
    yield from _pieces(
        f'<edge id="{number}" source={_attribute(e.source)} target={_attribute(e.target)} '
        f'weight="{e.weight}"{_interval(e)}>{_attvalues(_GEXF_EDGE, e)}</edge>\n'
        for number, e in enumerate(edges)
    )
    yield "</edges>\n</graph>\n</gexf>\n"


def _attvalues(columns: Sequence[_Column], item: NetworkNode | NetworkEdge) -> str:
    values = ((number, column.value(item)) for number, column in enumerate(columns))
    told = "".join(
        f'<attvalue for="{n}" value={_attribute(str(v))}/>' for n, v in values if v not in (None, "")
    )
    return f"<attvalues>{told}</attvalues>"


def _interval(edge: NetworkEdge) -> str:
    if edge.first_year is None or edge.last_year is None:
        return ""
    return f' start="{edge.first_year:04}-01-01" end="{edge.last_year:04}-12-31"'


def _csv_edges(edges: Iterable[NetworkEdge]) -> Iterator[str]:
    """Edges with the headers that Gephi knows, Source, Target, Type and Weight, and then the others."""
    columns = ("Source", "Target", "Type", "Weight", *(column.name for column in _GEXF_EDGE))
    rows = (
        (e.source, e.target, "Undirected", e.weight, *(column.value(e) for column in _GEXF_EDGE))
        for e in edges
    )
    return _csv(columns, rows)


def _csv_nodes(nodes: Iterable[NetworkNode]) -> Iterator[str]:
    """Nodes with the headers that Gephi knows, Id and Label, and then the others."""
    rows = ((n.slug, n.label, *(column.value(n) for column in _NODE)) for n in nodes)
    return _csv(("Id", "Label", *(column.name for column in _NODE)), rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n").writerow
    write(columns)
    for number, row in enumerate(rows, 1):
        write(cell(value) for value in row)
        if number % _AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _pieces(elements: Iterable[str]) -> Iterator[str]:
    waiting: list[str] = []
    for element in elements:
        waiting.append(element)
        if len(waiting) == _AT_ONCE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def _text(value: object) -> str:
    return escape(_legible(str(value)))


def _attribute(value: str) -> str:
    return quoteattr(_legible(value))


def _legible(text: str) -> str:
    """The text with what XML cannot hold replaced (XML 1.0, 2.2)."""
    return "".join(
        c
        if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else "�"
        for c in text
    )
