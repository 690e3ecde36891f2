"""A snapshot's graph in the formats that other tools read.

N-Quads and TriG keep the named graphs, JSON-LD too; Turtle, which has none, is the union of them. Nothing is
loaded as a whole but for JSON-LD and Turtle, so an export does not need the memory of the graph.
"""

from collections.abc import Iterator
from typing import IO

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from graph.errors import ConfigurationError
from graph.formats import GRAPH_FORMATS, by_name
from graph.snapshots import Snapshot
from ontology.namespaces import PREFIXES

_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
    "json-ld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
}


def export(snapshot: Snapshot, output: IO[bytes], *, format: str) -> None:
    """Write the graph of a snapshot to a binary file object.

    `format` is "trig", "n-quads", "turtle", "json-ld", "n-triples" or "rdf-xml", a suffix or a media type.
    Raises ConfigurationError for any other.
    """
    chosen = by_name(format, GRAPH_FORMATS)
    if chosen is None:
        names = ", ".join(offer.name for offer in GRAPH_FORMATS)
        raise ConfigurationError(f"there is no export format {format!r}; the formats are {names}")
    if chosen.name == "n-quads":
        for path in snapshot.graph_files():
            with open(path, "rb") as file:
                while chunk := file.read(1 << 20):
                    output.write(chunk)
    elif chosen.keeps_graphs:
        serialize(quads(snapshot), output, _FORMATS[chosen.name], prefixes=PREFIXES)
    else:
        serialize(_union(snapshot), output, _FORMATS[chosen.name], prefixes=PREFIXES)


def quads(snapshot: Snapshot) -> Iterator[Quad]:
    """Every quad of a snapshot, read from its files one after the other, sorted within each named graph."""
    for path in snapshot.graph_files():
        yield from parse(path=str(path), format=RdfFormat.N_QUADS, lenient=True)


def _union(snapshot: Snapshot) -> Iterator[Triple]:
    """Each triple once, grouped by subject so that Turtle is compact."""
    yield from sorted({quad.triple for quad in quads(snapshot)}, key=str)
