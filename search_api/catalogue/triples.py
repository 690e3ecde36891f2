"""A typed way to ask the graph of a snapshot our own, trusted questions.

Queries of users never come here: they run in killable workers. These are short, written by us, and ask the
union of the named graphs.
"""

from collections.abc import Iterable, Iterator, Mapping
from sys import intern

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from ontology.namespaces import PREFIXES

Term = NamedNode | BlankNode | Literal | Triple
#: The values of a subject: property name with its prefix ("rdfs:label") → terms.
Values = Mapping[str, tuple[Term, ...]]

#: Languages in which a label is looked for after the one wanted, the best first; None is a label without
#: language: names of institutions and events, mostly, which are the same in all.
LANGUAGES = ("es", None, "pt", "en")


#: The graph of a snapshot's store that holds what all named graphs say.
_UNION = DefaultGraph()


class Triples:
    """The union of the named graphs of one snapshot, read-only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, query: str, **terms: str | Iterable[str]) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT query, in the order of its variables.

        `{name}` in the query stands for the IRI, or the list of IRIs (for a VALUES block), of that name.
        Raises ValueError when one of them is no IRI.
        """
        for name, value in terms.items():
            nodes = [value] if isinstance(value, str) else value
            query = query.replace(f"{{{name}}}", " ".join(str(NamedNode(node)) for node in nodes))
        solutions = self._store.query(query, prefixes=PREFIXES)
        if not isinstance(solutions, QuerySolutions):
            raise ValueError(f"not a SELECT query: {query}")
        width = len(solutions.variables)
        for solution in solutions:
            yield tuple(solution[i] for i in range(width))

    def subjects(self, prop: str, value: str) -> Iterator[str]:
        """The IRIs of what has an IRI as a value of a property (an IRI)."""
        for quad in self._store.quads_for_pattern(None, NamedNode(prop), NamedNode(value), _UNION):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value

    def says(self, subject: str, prop: str, value: str) -> bool:
        """Is there this statement about IRIs?"""
        return Quad(NamedNode(subject), NamedNode(prop), NamedNode(value), _UNION) in self._store

    def of_class(self, name: str, properties: Iterable[str]) -> dict[str, Values]:
        """Every instance of a class with its values of the named properties, by IRI."""
        found: dict[str, dict[str, dict[Term, None]]] = {}
        for (subject,) in self.rows(f"SELECT DISTINCT ?s WHERE {{ ?s a {name} }}"):
            if isinstance(subject, NamedNode):
                found[subject.value] = {}
        for prop in properties:
            query = f"SELECT DISTINCT ?s ?o WHERE {{ ?s a {name} . ?s {prop} ?o }}"
            for subject, value in self.rows(query):
                if isinstance(subject, NamedNode) and value is not None:
                    found[subject.value].setdefault(prop, {})[value] = None
        return {iri: {p: tuple(values) for p, values in by.items()} for iri, by in found.items()}

    def values_of(self, iri: str, properties: Iterable[str]) -> Values:
        """The values of some properties (with their prefixes) of one subject, by property."""
        found: dict[str, tuple[Term, ...]] = {}
        for prop in properties:
            prefix, _, name = prop.partition(":")
            node = NamedNode(PREFIXES[prefix] + name)
            values = self._store.quads_for_pattern(NamedNode(iri), node, None, _UNION)
            if terms := tuple(quad.object for quad in values):
                found[prop] = terms
        return found

    def of_subject(self, iri: str) -> Values:
        """Every value of one subject, by property."""
        found: dict[str, dict[Term, None]] = {}
        for prop, value in self.rows("SELECT ?p ?o WHERE { {this} ?p ?o }", this=iri):
            if isinstance(prop, NamedNode) and value is not None:
                found.setdefault(shorten(prop.value), {})[value] = None
        return {prop: tuple(values) for prop, values in found.items()}


def shorten(iri: str) -> str:
    """`rdfs:label` for its IRI; an IRI under no known prefix stays as it is."""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri


def text_of(term: Term | None) -> str:
    """A literal's text or a node's IRI; empty for nothing."""
    if term is None or isinstance(term, Triple):
        return ""
    # The same IRI is in many rows of many lists, and kept once.
    return intern(term.value) if isinstance(term, NamedNode) else term.value


def best_text(terms: Iterable[Term], wanted: str = "es") -> str | None:
    """The text of `best_literal`."""
    found = best_literal(terms, wanted)
    return found.value if found else None


def best_literal(terms: Iterable[Term], wanted: str = "es") -> Literal | None:
    """The literal in the language wanted, else in the best of `LANGUAGES`; of equals the shortest, first."""
    order = [wanted, *(language for language in LANGUAGES if language != wanted)]
    literals = [term for term in terms if isinstance(term, Literal)]
    if not literals:
        return None

    def rank(literal: Literal) -> tuple[int, int, str]:
        language = language_of(literal)
        place = order.index(language) if language in order else len(order)
        return place, len(literal.value), literal.value

    return min(literals, key=rank)


def language_of(term: Term | None) -> str | None:
    """The language of a literal without its region; None where it has none, as nodes have."""
    tag = term.language if isinstance(term, Literal) else None
    return tag.split("-")[0] if tag else None


def first_text(values: Values, prop: str) -> str | None:
    """The smallest literal or IRI of a property as text, so that the choice is stable; None without any."""
    texts = sorted(text_of(term) for term in values.get(prop, ()))
    return texts[0] if texts else None


def iris(values: Values, prop: str) -> tuple[str, ...]:
    """The IRIs among the values of a property, sorted."""
    return tuple(sorted(term.value for term in values.get(prop, ()) if isinstance(term, NamedNode)))


def texts(values: Values, prop: str) -> tuple[str, ...]:
    """The literals of a property as text, sorted, each once."""
    return tuple(sorted({term.value for term in values.get(prop, ()) if isinstance(term, Literal)}))


def integer(term: Term | None) -> int | None:
    """An integer literal, also the leading year of a date; None for anything else."""
    text = text_of(term)[:4] if _is_year(term) else text_of(term)
    return int(text) if text.lstrip("-").isdigit() and text.isascii() else None


def _is_year(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype.value.endswith("#gYear")
