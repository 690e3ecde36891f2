"""What a graph holds, counted: the figures of its description in VoID (<https://www.w3.org/TR/void/>)."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ontology.namespaces import ID

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class PropertyCount:
    """Statements with a property, and how many subjects and objects they have."""

    triples: int
    subjects: int
    objects: int


Ask = Callable[[str], bytes]
#: Seconds that a figure may take: it is counted once a snapshot, and over millions of statements.
PATIENT = 300.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the default graph; `graphs` has the statements of each named graph, all keys are IRIs.

    `entities` are the resources of the project that the graph says something of.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    properties: dict[str, PropertyCount]
    classes: dict[str, int]
    graphs: dict[str, int]


def measure(ask: Ask) -> Statistics:
    """Count what a graph holds; `ask` answers a query as CSV, as many as there are figures."""
    properties = {
        iri: PropertyCount(int(triples), int(subjects), int(objects))
        for iri, triples, subjects, objects in _rows(
            ask,
            "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
            " { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
        )
    }
    classes = _rows(
        ask,
        "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c ORDER BY ?c",
    )
    graphs = _rows(ask, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    ours = f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{ID}'))"
    return Statistics(
        triples=sum(count.triples for count in properties.values()),
        subjects=_count(ask, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        objects=_count(ask, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        entities=_count(ask, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o {ours} }}"),
        properties=properties,
        classes={iri: int(count) for iri, count in classes},
        graphs={iri: int(count) for iri, count in graphs},
    )


def _count(ask: Ask, query: str) -> int:
    return int(_rows(ask, query)[0][0])


def _rows(ask: Ask, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(ask(query).decode("utf-8"))))[1:]
