"""The graph of a snapshot as a store, and the questions that pages and peers ask of it.

Queries see the union of all named graphs as the default graph. User queries do not come here but go to
`graph.query`, whose processes can be stopped.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    serialize,
)

from graph.errors import QuerySyntaxError, SnapshotError
from graph.snapshots import Snapshot
from ontology.namespaces import DCTERMS, PREFIXES, RDFS, XSD

Term: TypeAlias = NamedNode | BlankNode | Literal
Value: TypeAlias = str | int | float | bool

_INTEGER = NamedNode(XSD + "integer")
_BOOLEAN = NamedNode(XSD + "boolean")
_FRACTIONAL = frozenset({XSD + "decimal", XSD + "double", XSD + "float"})


def sorted_nquads(quads: Iterable[Quad]) -> bytes:
    """Canonical N-Quads, sorted and without repetitions, so that equal graphs are equal bytes."""
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(set(lines)))


FILL_DEFAULT_GRAPH = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
"""Makes the default graph the merge of all named graphs.

Oxigraph's own union option does not merge: a triple that two documents state comes twice, and counts are
wrong.
"""


def load_store(files: Iterable[Path]) -> Store:
    """A store in memory filled from N-Quads files, its default graph the merge of the named ones.

    Raises SnapshotError that names the damaged file.
    """
    store = Store()
    for path in files:
        try:
            # Written by `sorted_nquads`, hence valid: checking each IRI again doubles the time.
            store.bulk_load(path=path, format=RdfFormat.N_QUADS, lenient=True)
        except (SyntaxError, OSError) as error:
            raise SnapshotError(f"{path}: the graph cannot be loaded: {error}") from error
    store.update(FILL_DEFAULT_GRAPH)
    return store


def add_to_store(store: Store, quads: Iterable[Quad]) -> None:
    """Add quads to their named graphs and to the default graph that merges them."""
    listed = list(quads)
    store.extend(listed)
    store.extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in listed)


def open_store(snapshot: Snapshot) -> Store:
    """The graph of a snapshot to read, in memory unless it has a store on disk. Raises SnapshotError.

    Threads may share it, and need no lock.
    """
    if snapshot.store_path.is_dir():
        return read_only(snapshot.store_path)
    return load_store(snapshot.graph_files())


def read_only(path: Path) -> Store:
    """A store on disk, which any number of processes may read. Raises SnapshotError."""
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise SnapshotError(
            f"{path}: the store cannot be opened: {error}; remove this folder to serve the graph from memory"
        ) from error


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple about a resource with the labels of its predicate and object in the language asked for."""

    predicate: str
    predicate_label: str
    object: Term
    object_label: str


class GraphView:
    """Read-only questions to a store. Values enter a query as terms, never as text.

    A parameter is a variable of the query given as a keyword: `select("SELECT ?actor ?event {…}",
    actor=NamedNode(iri))`. A `str` stands for a literal, an IRI is a `NamedNode`. In a SELECT each parameter
    must be among the projected variables (RDF-dev SEP-0007). The project's prefixes need no declaration.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def select(self, query: str, **parameters: Term | Value) -> list[dict[str, Value]]:
        """Rows as plain values: an IRI or string is `str`, numbers and booleans their Python type.

        An unbound variable is missing from its row. Raises QuerySyntaxError.
        """
        return [
            {name: plain(term) for name, term in row.items()}
            for row in self.select_terms(query, **parameters)
        ]

    def select_terms(self, query: str, **parameters: Term | Value) -> Iterator[dict[str, Term]]:
        """Rows as RDF terms, where language tags or datatypes matter. Raises QuerySyntaxError."""
        solutions = self._query(query, parameters)
        if not isinstance(solutions, QuerySolutions):
            raise QuerySyntaxError("this is not a SELECT query")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {
                name: term
                for name in names
                if isinstance(term := solution[name], NamedNode | BlankNode | Literal)
            }

    def ask(self, query: str, **parameters: Term | Value) -> bool:
        """The answer of an ASK query. Raises QuerySyntaxError."""
        answer = self._query(query, parameters)
        if not isinstance(answer, QueryBoolean):
            raise QuerySyntaxError("this is not an ASK query")
        return bool(answer)

    def construct(self, query: str, **parameters: Term | Value) -> Iterator[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query. Raises QuerySyntaxError."""
        triples = self._query(query, parameters)
        if not isinstance(triples, QueryTriples):
            raise QuerySyntaxError("this is not a CONSTRUCT or DESCRIBE query")
        return iter(triples)

    def triples(self, iri: str) -> list[Triple]:
        """Everything said of a resource, from all graphs, without repetitions and in a fixed order."""
        quads = self.store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph())
        return sorted((quad.triple for quad in quads), key=str)

    def describe(self, iri: str, *, language: str = "es") -> list[Statement]:
        """Everything said of a resource with labels to show. An empty list where nothing is known of it."""
        statements = [
            Statement(
                predicate=triple.predicate.value,
                predicate_label=self.label(triple.predicate.value, language=language),
                object=triple.object,
                object_label=self.label(triple.object.value, language=language)
                if isinstance(triple.object, NamedNode)
                else triple.object.value,
            )
            for triple in self.triples(iri)
            if not isinstance(triple.object, Triple)
        ]
        return sorted(statements, key=lambda s: (s.predicate_label, s.object_label))

    def label(self, iri: str, *, language: str = "es") -> str:
        """The label of a resource: in `language`, else without a language, else in es, en, pt, else any.

        The last part of the IRI where it has no label.
        """
        found: dict[str, str] = {}
        for quad in self.store.quads_for_pattern(NamedNode(iri), _LABEL, None, DefaultGraph()):
            if isinstance(quad.object, Literal):
                # Two documents may write one name in two ways: show the same every time, and not capitals.
                tag, text = quad.object.language or "", quad.object.value
                found[tag] = min(found.get(tag, text), text, key=lambda form: (form.isupper(), form))
        for choice in (language, "", "es", "en", "pt", *sorted(found)):
            if choice in found:
                return found[choice]
        return iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2] or iri

    def replaced_by(self, iri: str) -> str | None:
        """The IRI that stands for a merged one (dcterms:isReplacedBy); None where it stands for itself."""
        found = self.store.quads_for_pattern(
            NamedNode(iri), NamedNode(DCTERMS + "isReplacedBy"), None, DefaultGraph()
        )
        return next((quad.object.value for quad in found if isinstance(quad.object, NamedNode)), None)

    def _query(
        self, query: str, parameters: Mapping[str, Term | Value]
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        substitutions: dict[Variable, Term | Triple] = {
            Variable(name): as_term(value) for name, value in parameters.items()
        }
        try:
            return self.store.query(query, prefixes=PREFIXES, substitutions=substitutions)
        except (SyntaxError, RuntimeError) as error:
            raise QuerySyntaxError(str(error)) from error


_LABEL = NamedNode(RDFS + "label")


def as_term(value: Term | Value) -> Term:
    """A Python value as an RDF term; terms pass unchanged."""
    return value if isinstance(value, NamedNode | BlankNode | Literal) else Literal(value)


def plain(term: Term) -> Value:
    """An RDF term as a Python value; a literal that does not fit its datatype stays text."""
    if isinstance(term, Literal):
        try:
            if term.datatype == _INTEGER:
                return int(term.value)
            if term.datatype.value in _FRACTIONAL:
                return float(term.value)
        except ValueError:
            return term.value
        if term.datatype == _BOOLEAN:
            return term.value in ("true", "1")
    return term.value
