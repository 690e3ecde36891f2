"""What a graph holds, counted: the figures of its description in VoID (<https://www.w3.org/TR/void/>)."""

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ontology.namespaces import ID

if TYPE_CHECKING:
    from graph.query import QueryPool


@dataclass(frozen=True, slots=True)
class PropertyCount:
    """Statements with a property, and how many subjects and objects they have."""

    triples: int
    subjects: int
    objects: int


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


def measure(pool: "QueryPool") -> Statistics:
    """Count what the graph of a pool holds; as many queries as figures. Raises QueryError."""
    properties = {
        iri: PropertyCount(int(triples), int(subjects), int(objects))
        for iri, triples, subjects, objects in _rows(
            pool,
            "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
            " { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
        )
    }
    classes = _rows(
        pool,
        "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c ORDER BY ?c",
    )
    graphs = _rows(pool, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    ours = f"FILTER(isIRI(?s) && STRSTARTS(STR(?s), '{ID}'))"
    return Statistics(
        triples=sum(count.triples for count in properties.values()),
        subjects=_count(pool, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        objects=_count(pool, "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        entities=_count(pool, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o {ours} }}"),
        properties=properties,
        classes={iri: int(count) for iri, count in classes},
        graphs={iri: int(count) for iri, count in graphs},
    )


def _count(pool: "QueryPool", query: str) -> int:
    return int(_rows(pool, query)[0][0])


def _rows(pool: "QueryPool", query: str) -> list[list[str]]:
    answer = pool.run(query, format="csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8"))))[1:]
