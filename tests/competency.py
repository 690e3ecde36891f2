"""Stored queries asked of a graph, their rows in the short form in which the files tell what they expect."""

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from graph.query import QueryPool
from graph.settings import Settings
from graph.snapshots import Snapshot
from graph.stored_answers import answer_stored
from graph.workspace import Workspace
from ontology.namespaces import ID, PREFIXES
from ontology.stored_queries import StoredQuery
from search_api.publishing.build import ingest_paths
from search_api.search.similarity import open_comparison
from search_api.sparql.query_descriptions import example_of

Table = list[dict[str, str]]


def read_into(root: Path, path: Path) -> Snapshot:
    """A snapshot of what is read from a document, or from the documents of a folder."""
    settings = Settings(workspace=root / "workspace", cache=root / "cache", model="hashing")
    ingest_paths([path], settings=settings)
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return snapshot


def asked_of(snapshot: Snapshot, **options: Any) -> QueryPool:
    """A pool that answers queries on a snapshot with the encoder that `read_into` took."""
    hashing = Settings(model="hashing")
    return QueryPool(snapshot, similarity=cache(lambda: open_comparison(snapshot, hashing)), **options)


def examples(query: StoredQuery) -> dict[str, str]:
    """The values to try a query with, as people would type them."""
    tried = {parameter.name: example_of(parameter) for parameter in query.parameters}
    return {name: value for name, value in tried.items() if value is not None}


def table(pool: QueryPool, query: StoredQuery, values: Mapping[str, str]) -> Table:
    """The rows of an answer by column; a verdict is one row, a graph has its triples in order."""
    answer = answer_stored(pool, query, values, format="nt" if query.form == "construct" else "json")
    if query.form == "construct":
        triples = [quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES)]
        return sorted(map(_row, triples), key=lambda row: tuple(row.values()))
    result = json.loads(answer.content)
    if query.form == "ask":
        return [{"answer": json.dumps(result["boolean"])}]
    columns = result["head"]["vars"]
    return [
        {
            column: _short(row[column]["type"], row[column]["value"]) if column in row else ""
            for column in columns
        }
        for row in result["results"]["bindings"]
    ]


def chosen(rows: Table, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Some columns of the rows."""
    return [tuple(row[column] for column in columns) for row in rows]


def written(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Columns and rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def _row(triple: Triple) -> dict[str, str]:
    terms = zip(("subject", "predicate", "object"), triple, strict=True)
    return {
        place: _short("uri" if isinstance(term, NamedNode) else "literal", _text(term))
        for place, term in terms
    }


def _text(term: NamedNode | BlankNode | Literal | Triple) -> str:
    assert not isinstance(term, Triple)
    return term.value


def _short(kind: str, value: str) -> str:
    """An IRI of ours without what they share, another as a prefixed name, all else as it is."""
    if kind != "uri":
        return value
    for prefix, namespace in {"": ID, **PREFIXES}.items():
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}".removeprefix(":")
    return value
