"""The pages of stored queries: their list, and one with a form and its answer for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS
from graph.query_answers import QueryAnswer
from ontology.namespaces import XSD
from ontology.stored_queries import Parameter, StoredQuery
from search_api.http.problems import Problem
from search_api.pages.cells import Result
from search_api.pages.problems import words_of
from search_api.pages.sparql import result_of
from search_api.resources.links import with_query
from search_api.sparql.query_descriptions import example_of, path_of
from search_api.wording.languages import gettext, language, message


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: `hint` says what it takes, `choices` are all there is where that is a list."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryPage:
    template: ClassVar[str] = "query.html"
    name: str
    question: str
    text: str
    fields: tuple[Field, ...]
    example: str
    formats: tuple[tuple[str, str], ...]
    result: Result | None
    problem: str
    error: str


@dataclass(frozen=True, slots=True)
class Question:
    """A stored query in the list of them."""

    question: str
    url: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueriesPage:
    template: ClassVar[str] = "queries.html"
    groups: tuple[tuple[str, tuple[Question, ...]], ...]


#: Who asks, in the order of the page.
_AUDIENCES = {
    "practitioner": message("Para quien acompaña a empresas"),
    "network-member": message("Para las instituciones de la red"),
    "researcher": message("Para la investigación"),
}
#: What a value of each datatype is.
_VALUES = {
    XSD + "string": message("un texto"),
    XSD + "integer": message("un número entero"),
    XSD + "decimal": message("un número"),
    XSD + "date": message("una fecha, como 2007-04-10"),
    XSD + "boolean": message("true o false"),
}
_FORMAT_NAMES = {"json": "JSON", "csv": "CSV", "tsv": "TSV", "xml": "XML", "turtle": "Turtle"}


def list_page(queries: Collection[StoredQuery]) -> QueriesPage:
    """The questions by who asks them."""

    def questions(audience: str) -> tuple[Question, ...]:
        return tuple(
            Question(
                question=query.question[language()],
                url=path_of(query),
                parameters=tuple(parameter.name for parameter in query.parameters),
            )
            for query in queries
            if query.audience == audience
        )

    return QueriesPage(
        groups=tuple((gettext(title), questions(audience)) for audience, title in _AUDIENCES.items())
    )


def query_page(
    query: StoredQuery,
    values: Mapping[str, str],
    answer: QueryAnswer | None,
    *,
    problem: Problem | None = None,
) -> QueryPage:
    """A question with what it was asked with, and its answer or the problem that came instead."""
    words = words_of(problem) if problem else None
    offered = GRAPH_FORMATS if query.form == "construct" else RESULT_FORMATS
    formats = [format.name for format in offered if format.name in _FORMAT_NAMES]
    examples = {parameter.name: example_of(parameter) for parameter in query.parameters}
    return QueryPage(
        name=query.name,
        question=query.question[language()],
        text=query.text,
        fields=tuple(
            Field(
                name=parameter.name,
                label=parameter.description[language()],
                hint=_hint(parameter),
                value=values.get(parameter.name, parameter.default.value if parameter.default else ""),
                required=parameter.required,
                choices=parameter.choices,
            )
            for parameter in query.parameters
        ),
        example=with_query(path_of(query), examples) if any(examples.values()) else "",
        formats=tuple(
            (_FORMAT_NAMES[name], with_query(path_of(query), {**values, "format": name})) for name in formats
        ),
        result=result_of(answer) if answer else None,
        problem=" ".join((f"{words.heading}.", words.advice)) if words else "",
        error=problem.detail if problem else "",
    )


def _hint(parameter: Parameter) -> str:
    """What a field takes, as `graph.parameters.taken` says it to programs; nothing where one chooses."""
    if parameter.choices:
        return ""
    if parameter.datatype is None:
        example = example_of(parameter)
        if not example:
            return gettext("el final de la dirección de su ficha, o su IRI")
        return gettext("el final de la dirección de su ficha, o su IRI, como %(example)s") % {
            "example": example
        }
    if parameter.minimum is not None and parameter.maximum is not None:
        bounds = {"least": parameter.minimum, "most": parameter.maximum}
        return gettext("un número de %(least)s a %(most)s") % bounds
    return gettext(_VALUES[parameter.datatype])
