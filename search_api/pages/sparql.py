"""The page of the form and of a query's result."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.query_answers import QueryAnswer
from ontology.stored_queries import stored_queries
from search_api.catalogue.triples import shorten
from search_api.http.problems import Problem
from search_api.pages.cells import Cell, Result
from search_api.pages.problems import words_of
from search_api.resources.links import iri_path, slug_of
from search_api.wording.languages import gettext, language


@dataclass(frozen=True, slots=True)
class SparqlPage:
    template: ClassVar[str] = "sparql.html"
    query: str
    examples: tuple[tuple[str, str], ...]
    result: Result | None
    problem: str
    error: str


Row = tuple[Cell, ...]

#: The stored query that stands in the form at first.
_FIRST = "sponsor-ranking"
#: What a page is made from, as an Accept header.
PAGE_RESULTS = "application/sparql-results+json, text/turtle"
#: Most rows of a result that the page shows, and most bytes of them, roughly; the other formats have all.
ROWS_SHOWN, ROOM = 500, 36_000
LONGEST_GRAPH_SHOWN = 8_000
#: Bytes of markup about a cell, and more of it where it is a link.
_CELL, _LINK = 10, 15


def empty_page() -> SparqlPage:
    """The form with an example in it."""
    return result_page(stored_queries()[_FIRST].text, None)


def examples() -> tuple[tuple[str, str], ...]:
    """Questions with their queries: the stored ones that can be asked as they stand, without any value."""
    return tuple(
        (query.question[language()], query.text)
        for query in stored_queries().values()
        if all(not parameter.required and parameter.default is None for parameter in query.parameters)
    )


def result_page(query: str, answer: QueryAnswer | None, *, problem: Problem | None = None) -> SparqlPage:
    """The page of a result that came as SPARQL JSON or Turtle, or of the problem that came instead."""
    words = words_of(problem) if problem else None
    return SparqlPage(
        query=query,
        examples=examples(),
        result=result_of(answer) if answer else None,
        problem=" ".join((f"{words.heading}.", words.advice)) if words else "",
        error=problem.detail if problem else "",
    )


def result_of(answer: QueryAnswer) -> Result:
    """A result that came as SPARQL JSON or Turtle, as a page shows it."""
    if answer.kind == "construct":
        return _graph(answer)
    result = json.loads(answer.content)
    columns = tuple(result["head"].get("vars", ()))
    bindings = result.get("results", {}).get("bindings", [])
    rows = _that_fit((tuple(_cell(row.get(name)) for name in columns) for row in bindings), ROOM)
    return Result(columns, rows, len(bindings), result.get("boolean"), "", answer.seconds)


def _graph(answer: QueryAnswer) -> Result:
    """A graph as a table of its triples, and in Turtle."""
    text = answer.content.decode("utf-8", "replace")
    if len(text) > LONGEST_GRAPH_SHOWN:
        text = text[:LONGEST_GRAPH_SHOWN] + "\n…"
    triples = parse(answer.content, RdfFormat.TURTLE)
    cells = [tuple(map(_term, quad.triple)) for quad in islice(triples, ROWS_SHOWN)]
    total = len(cells) + sum(1 for _ in triples)
    rows = _that_fit(iter(cells), ROOM - len(text))
    columns = (gettext("sujeto"), gettext("propiedad"), gettext("valor"))
    return Result(columns, rows, total, None, text if total else "", answer.seconds)


def _that_fit(rows: Iterator[Row], room: int) -> tuple[Row, ...]:
    """The first rows that have so much room, one at least: a page of thousands would not open on a phone."""
    shown: list[Row] = []
    for row in islice(rows, ROWS_SHOWN):
        room -= sum(_CELL + len(cell.text) + (_LINK + len(cell.url) if cell.url else 0) for cell in row)
        if room < 0 and shown:
            break
        shown.append(row)
    return tuple(shown)


def _term(term: object) -> Cell:
    if isinstance(term, NamedNode):
        return _resource(term.value)
    if isinstance(term, Literal):
        return Cell(term.value, language=term.language)
    return Cell(str(term))


def _cell(value: Mapping[str, Any] | None) -> Cell:
    if value is None:
        return Cell("")
    text = value["value"]
    if value["type"] == "uri":
        return _resource(text)
    shown = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    return Cell(shown, language=value.get("xml:lang"))


def _resource(iri: str) -> Cell:
    """A link to a resource, by its slug or with the prefix of its vocabulary."""
    return Cell(slug_of(iri) or shorten(iri), iri_path(iri))
