"""Stored queries as values for programs: RDF in the manner of sparql-examples, and JSON.

The terms are those of SHACL's SPARQL executables (https://www.w3.org/TR/shacl-af/#SPARQLExecutable) as
https://github.com/sib-swiss/sparql-examples uses them, so that its editors and converters read the list.
"""

from collections.abc import Iterable, Iterator
from itertools import count

from pydantic import BaseModel, Field
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.parameters import taken
from ontology.namespaces import DCTERMS, ID, PREFIXES, RDF, RDFS, SCHEMA, SH, SKOS, XSD
from ontology.stored_queries import FORMS, PARAMETERS, Parameter, StoredQuery
from search_api.http.site import Site

_TYPE = NamedNode(RDF + "type")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


class QueryParameter(BaseModel):
    """What a stored query can be asked with."""

    name: str
    description: dict[str, str] = Field(description="What it means, by language (es, pt, en).")
    takes: str = Field(description="Which values it takes, in words.")
    required: bool
    kind: str | None = Field(description="Kind of resource whose slug it takes, such as theme.")
    datatype: str | None = Field(description="IRI of the XSD datatype of a value that is no resource.")
    choices: list[str] = Field(description="The values it takes; empty where there is no list of them.")
    default: str | None
    example: str | None = Field(description="A value to try.")


class QuerySummary(BaseModel):
    """A stored query: a question, the SPARQL that answers it and what it can be asked with."""

    name: str
    id: str = Field(description="IRI of the query.")
    url: str = Field(description="Path that answers it, with the parameters in the query string.")
    question: dict[str, str] = Field(description="The question by language (es, pt, en).")
    audience: str = Field(description="Who asks it: researcher, practitioner or network-member.")
    keywords: list[str]
    form: str = Field(description="select, ask or construct.")
    query: str = Field(description="The SPARQL; a parameter is a variable of it.")
    parameters: list[QueryParameter]


class QueryList(BaseModel):
    """The stored queries."""

    total: int
    results: list[QuerySummary]


def path_of(query: StoredQuery) -> str:
    """The path that answers a stored query."""
    return f"/queries/{query.name}"


def summary(query: StoredQuery) -> QuerySummary:
    """A stored query as JSON tells it."""
    return QuerySummary(
        name=query.name,
        id=query.iri,
        url=path_of(query),
        question=dict(query.question),
        audience=query.audience,
        keywords=list(query.keywords),
        form=query.form,
        query=query.text,
        parameters=[
            QueryParameter(
                name=parameter.name,
                description=dict(parameter.description),
                takes=taken(parameter),
                required=parameter.required,
                kind=parameter.kind,
                datatype=parameter.datatype,
                choices=list(parameter.choices),
                default=parameter.default.value if parameter.default is not None else None,
                example=example_of(parameter),
            )
            for parameter in query.parameters
        ],
    )


def example_of(parameter: Parameter) -> str | None:
    """A value to try, as short as it may be given."""
    if parameter.example is None:
        return None
    return parameter.example.value.removeprefix(f"{ID}{parameter.kind}/" if parameter.kind else ID)


def offer(query: StoredQuery, site: Site) -> Iterator[Triple]:
    """That there is this query, what it asks, and where it is answered."""
    node, (form, _) = NamedNode(query.iri), FORMS[query.form]
    yield Triple(node, _TYPE, NamedNode(SH + "SPARQLExecutable"))
    yield Triple(node, _TYPE, NamedNode(form))
    for language, question in query.question.items():
        yield Triple(node, NamedNode(RDFS + "comment"), Literal(question, language=language))
    yield Triple(node, NamedNode(SCHEMA + "target"), site.endpoint)
    yield Triple(node, NamedNode(SCHEMA + "url"), NamedNode(f"{site.queries.value}/{query.name}"))


def queries_description(queries: Iterable[StoredQuery], site: Site) -> Iterator[Triple]:
    """The queries in full, with their text, their prefixes and what they can be asked with."""
    for number, (prefix, namespace) in zip(count(), PREFIXES.items()):
        declaration = BlankNode(f"prefix{number}")
        yield Triple(site.queries, NamedNode(SH + "declare"), declaration)
        yield Triple(declaration, NamedNode(SH + "prefix"), Literal(prefix))
        iri = Literal(namespace, datatype=NamedNode(XSD + "anyURI"))
        yield Triple(declaration, NamedNode(SH + "namespace"), iri)
    for query in queries:
        node, (_, term) = NamedNode(query.iri), FORMS[query.form]
        yield from offer(query, site)
        yield Triple(node, NamedNode(DCTERMS + "audience"), Literal(query.audience))
        for word in query.keywords:
            yield Triple(node, NamedNode(SCHEMA + "keywords"), Literal(word))
        yield Triple(node, NamedNode(SH + "prefixes"), site.queries)
        yield Triple(node, NamedNode(term), Literal(query.text))
        for parameter in query.parameters:
            part = BlankNode()
            yield Triple(node, NamedNode(SH + "parameter"), part)
            yield from _parameter(part, parameter)


def _parameter(node: BlankNode, parameter: Parameter) -> Iterator[Triple]:
    yield Triple(node, NamedNode(SH + "path"), NamedNode(PARAMETERS + parameter.name))
    for language, text in parameter.description.items():
        yield Triple(node, NamedNode(SH + "description"), Literal(text, language=language))
    if not parameter.required:
        yield Triple(node, NamedNode(SH + "optional"), _TRUE)
    if parameter.datatype is None:
        yield Triple(node, NamedNode(SH + "nodeKind"), NamedNode(SH + "IRI"))
    else:
        yield Triple(node, NamedNode(SH + "datatype"), NamedNode(parameter.datatype))
    if parameter.pattern:
        yield Triple(node, NamedNode(SH + "pattern"), Literal(parameter.pattern))
    for term, value in (("minInclusive", parameter.minimum), ("maxInclusive", parameter.maximum)):
        if value is not None and parameter.datatype:
            yield Triple(node, NamedNode(SH + term), Literal(value, datatype=NamedNode(parameter.datatype)))
    if parameter.default is not None:
        yield Triple(node, NamedNode(SH + "defaultValue"), parameter.default)
    if parameter.example is not None:
        yield Triple(node, NamedNode(SKOS + "example"), parameter.example)
    yield from _choices(node, parameter)


def _choices(node: BlankNode, parameter: Parameter) -> Iterator[Triple]:
    link, rest = node, NamedNode(SH + "in")
    for choice in parameter.choices:
        item = BlankNode()
        yield Triple(link, rest, item)
        yield Triple(item, NamedNode(RDF + "first"), Literal(choice))
        link, rest = item, NamedNode(RDF + "rest")
    if parameter.choices:
        yield Triple(link, rest, NamedNode(RDF + "nil"))
