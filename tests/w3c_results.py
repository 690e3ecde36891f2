"""Results of queries, read from every format of the suites, and whether two of them are equal.

Rows are compared as multisets (as lists where the expected result numbers its rows), blank nodes up to their
names over the whole result, numbers by type and value: 1.0 and 1 are one xsd:decimal.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from w3c_manifests import FORMATS, RDF

from ontology.namespaces import XSD

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SERIALISATIONS = {
    "xml": QueryResultsFormat.XML,
    "json": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
}
_VALUE_OF: dict[str, Callable[[str], str]] = {
    XSD + "boolean": lambda text: {"1": "true", "0": "false", "true": "true", "false": "false"}[text],
    XSD + "integer": lambda text: str(int(text)),
    XSD + "decimal": lambda text: str(Decimal(text).normalize()),
    XSD + "double": lambda text: str(float(text)),
    XSD + "float": lambda text: str(float(text)),
}
Value = NamedNode | BlankNode | Literal | Triple | str
Row = tuple[Value | None, ...]


@dataclass(frozen=True)
class Table:
    """Rows in the order of `variables`, which are sorted; `ordered` where the order of rows counts."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False


Result = Table | bool | Dataset


def parse_result(content: bytes, format: str) -> Table | bool:
    """A result as the endpoint or a file gives it, in "xml", "json", "tsv" or "csv"."""
    if format == "csv":
        header, *rows = csv.reader(io.StringIO(content.decode()))
        return _table(header, [[_csv_value(text) for text in row] for row in rows if row or len(header) == 1])
    result = parse_query_results(content, format=_SERIALISATIONS[format])
    if isinstance(result, QueryBoolean):
        return bool(result)
    names = [variable.value for variable in result.variables]
    return _table(names, [[solution[name] for name in names] for solution in result])


def read_result(path: Path, *, base: str) -> Result:
    """The expected result in a file; RDF is a result set in the suite's own vocabulary, or a graph."""
    formats = {".srx": "xml", ".srj": "json", ".tsv": "tsv", ".csv": "csv"}
    if path.suffix in formats:
        return parse_result(path.read_bytes(), formats[path.suffix])
    quads = list(parse(path=str(path), format=FORMATS[path.suffix], base_iri=base))
    if not any(quad.object == NamedNode(RS + "ResultSet") for quad in quads):
        return canonical(quads)
    return _result_set(quads)


def canonical(quads: list[Quad]) -> Dataset:
    """A dataset that equals another one exactly when the two are isomorphic."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def parse_graph(content: bytes) -> Dataset:
    """The N-Triples of an answer."""
    return canonical(list(parse(content, format=RdfFormat.N_TRIPLES)))


def equal(expected: Result, found: Result, *, lax: bool = False) -> bool:
    """Whether a result is the one expected; `lax` allows fewer repetitions of a row."""
    if not isinstance(expected, Table) or not isinstance(found, Table):
        return type(expected) is type(found) and expected == found
    if lax:
        counts = Counter(expected.rows)
        return counts.keys() == Counter(found.rows).keys() and Counter(found.rows) <= counts
    if expected.variables != found.variables or len(expected.rows) != len(found.rows):
        return False
    if expected.ordered:
        pairs = list(zip(expected.rows, found.rows, strict=True))
        return _match_in_order(pairs)
    plain, renamed = _by_blank_nodes(expected.rows), _by_blank_nodes(found.rows)
    return Counter(plain[False]) == Counter(renamed[False]) and _match(plain[True], renamed[True], {}, {})


def _table(names: list[str], rows: list[list[Value | None]]) -> Table:
    order = sorted(range(len(names)), key=names.__getitem__)
    return Table(
        tuple(names[i] for i in order),
        tuple(tuple(_by_value(row[i]) if row else None for i in order) for row in rows),
    )


def _by_value(term: Value | None) -> Value | None:
    if not isinstance(term, Literal) or term.datatype.value not in _VALUE_OF:
        return term
    try:
        return Literal(_VALUE_OF[term.datatype.value](term.value), datatype=term.datatype)
    except (ValueError, KeyError, InvalidOperation):
        return term  # ill-typed: its text is all there is


def _csv_value(text: str) -> Value:
    return BlankNode(text[2:]) if text.startswith("_:") else text


def _result_set(quads: list[Quad]) -> Table | bool:
    found: dict[Value, dict[str, list[Value]]] = {}
    for quad in quads:
        values = found.setdefault(quad.subject, {})
        values.setdefault(quad.predicate.value.removeprefix(RS), []).append(quad.object)
    top = next(node for node in found.values() if NamedNode(RS + "ResultSet") in node.get(RDF + "type", ()))
    if "boolean" in top:
        return _text(top["boolean"][0]) == "true"
    names = [_text(name) for name in top.get("resultVariable", ())]
    rows: list[tuple[int, list[Value | None]]] = []
    for solution in top.get("solution", ()):
        bindings = [found[node] for node in found.get(solution, {}).get("binding", ())]
        values = {_text(binding["variable"][0]): binding["value"][0] for binding in bindings}
        index = found.get(solution, {}).get("index")
        rows.append((int(_text(index[0])) if index else 0, [values.get(name) for name in names]))
    ordered = any(index for index, _ in rows)
    table = _table(names, [row for _, row in sorted(rows, key=lambda pair: pair[0])])
    return Table(table.variables, table.rows, ordered)


def _text(node: Value) -> str:
    assert isinstance(node, Literal)
    return node.value


def _by_blank_nodes(rows: tuple[Row, ...]) -> dict[bool, list[Row]]:
    found: dict[bool, list[Row]] = {False: [], True: []}
    for row in rows:
        found[any(_nodes(value) for value in row)].append(row)
    return found


def _nodes(value: Value | None) -> Iterator[BlankNode]:
    if isinstance(value, BlankNode):
        yield value
    elif isinstance(value, Triple):
        yield from (*_nodes(value.subject), *_nodes(value.object))


def _match(
    left: list[Row], right: list[Row], names: dict[BlankNode, BlankNode], back: dict[BlankNode, BlankNode]
) -> bool:
    """Whether some renaming of blank nodes makes the rows of `left` those of `right` (backtracking)."""
    if not left:
        return not right
    first, *others = left
    for i, row in enumerate(right):
        renaming = _rename(first, row, names, back)
        if renaming and _match(others, right[:i] + right[i + 1 :], *renaming):
            return True
    return False


def _match_in_order(pairs: list[tuple[Row, Row]]) -> bool:
    names: dict[BlankNode, BlankNode] = {}
    back: dict[BlankNode, BlankNode] = {}
    for left, right in pairs:
        renaming = _rename(left, right, names, back)
        if renaming is None:
            return False
        names, back = renaming
    return True


def _rename(
    left: Row, right: Row, names: dict[BlankNode, BlankNode], back: dict[BlankNode, BlankNode]
) -> tuple[dict[BlankNode, BlankNode], dict[BlankNode, BlankNode]] | None:
    names, back = dict(names), dict(back)
    for a, b in zip(left, right, strict=True):
        if isinstance(a, BlankNode) and isinstance(b, BlankNode):
            if names.setdefault(a, b) != b or back.setdefault(b, a) != a:
                return None
        elif a != b:
            return None
    return names, back
