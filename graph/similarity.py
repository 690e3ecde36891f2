"""`rp:similarity(?node, "a text")` in the processes that answer queries: the function that the engine calls.

The process has neither model nor vectors. When it meets a text for the first time in a query, it asks the
server, which answers with the similarity of every node to it; from then on a call is two look-ups. So a text
is encoded once a query, wherever the query has it from: a constant, VALUES, BIND, a parameter, the graph.

A node table names what has an embedding, one IRI a line; the similarities of a text come in its order. Only
the standard library and pyoxigraph are imported here (see `graph.query_worker`).
"""

from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NoReturn

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

SIMILARITY: Final = "https://w3id.org/redpyme/ns#similarity"
#: File name of the node table in the index of a snapshot.
NODE_TABLE: Final = "nodes.txt"
#: Different texts in one query. Each costs an encoding, and a row of the graph may hold one.
MOST_TEXTS: Final = 16
#: Longest text in characters; a model of 512 tokens reads about as much.
LONGEST_TEXT: Final = 2000
_TEXT_TYPES = frozenset(
    {
        NamedNode("http://www.w3.org/2001/XMLSchema#string"),
        NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"),
    }
)
_FORM = 'write it as rp:similarity(?node, "a text")'
Term = NamedNode | BlankNode | Literal | Triple
Nodes = dict[str, int]
"""IRIs of the nodes that have an embedding, each with its place in the table."""


class TextSimilarity:
    """The function for one query: similarity of a node to a text as xsd:double, None for a node without one.

    `ask` gives the similarities of a text to all nodes, as float64 of this machine in the order of the table;
    `refuse` ends the query with a reason, for what no data can make right.
    """

    def __init__(
        self, nodes: Nodes, *, ask: Callable[[str], bytes | bytearray], refuse: Callable[[str], NoReturn]
    ) -> None:
        self._nodes = nodes
        self._ask = ask
        self._refuse = refuse
        self._known: dict[str, array[float]] = {}

    def __call__(self, *arguments: Term) -> Literal | None:
        if len(arguments) != 2:
            self._refuse(f"rp:similarity takes a node and a text, not {len(arguments)} values; {_FORM}")
        node, text = arguments
        similarities = self._known.get(text.value) if type(text) is Literal else None
        if similarities is None:
            similarities = self._of(text)
        if type(node) is not NamedNode:
            return None
        place = self._nodes.get(node.value)
        return None if place is None else Literal(similarities[place])

    def _of(self, term: Term) -> "array[float]":
        if type(term) is not Literal or term.datatype not in _TEXT_TYPES:
            self._refuse(f"rp:similarity takes a text as its second value, not {term}; {_FORM}")
        text = term.value
        if not text.strip():
            self._refuse("rp:similarity was given an empty text")
        if len(text) > LONGEST_TEXT:
            self._refuse(f"a text of rp:similarity may have {LONGEST_TEXT} characters at most")
        if len(self._known) == MOST_TEXTS:
            self._refuse(f"a query may compare with {MOST_TEXTS} different texts by rp:similarity at most")
        similarities = array("d")
        similarities.frombytes(self._ask(text))
        if len(similarities) != len(self._nodes):
            self._refuse("the index of the snapshot is damaged; make it again with: redpyme ingest --rebuild")
        self._known[text] = similarities
        return similarities


def write_nodes(iris: Iterable[str], folder: Path) -> None:
    """Write the node table of an index folder; no IRI holds a line break."""
    (folder / NODE_TABLE).write_text("".join(f"{iri}\n" for iri in iris), encoding="utf-8")


def read_nodes(path: Path) -> Nodes:
    """Read a node table. Raises OSError and UnicodeDecodeError."""
    return {iri: place for place, iri in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1])}
