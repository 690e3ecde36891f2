"""Questions that the network must be able to answer, as SPARQL queries with a name, each in its own file.

A file is Turtle, in the manner of https://github.com/sib-swiss/sparql-examples: a `sh:SPARQLExecutable` with
the question as `rdfs:comment` in es, pt and en, who asks it (`dcterms:audience`), keywords and the query.
What a query can be asked with are its `sh:parameter`s (SHACL-AF, 5.2): the local name of `sh:path` names a
variable of the query; the value given for it is bound as a term and never becomes part of the text.
`skos:example` is a value to try, `mf:result` the rows in CSV that the query must return on the sample when it
is asked with the examples.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ontology.namespaces import BASE, DCTERMS, ID, LANGUAGES, RDFS, SCHEMA, SH, SKOS, XSD

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Store

    Term = NamedNode | Literal
    Node = NamedNode | BlankNode

FOLDER: Final = Path(__file__).parent / "queries" / "competency"
#: Where queries and their parameters have their IRIs.
QUERIES: Final = BASE + "query/"
PARAMETERS: Final = BASE + "parameter/"
MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
AUDIENCES: Final = ("researcher", "practitioner", "network-member")
#: The class and the property of each form of query (SHACL, 5.3; DESCRIBE as sparql-examples has it).
FORMS: Final[dict[str, tuple[str, str]]] = {
    "select": (SH + "SPARQLSelectExecutable", SH + "select"),
    "ask": (SH + "SPARQLAskExecutable", SH + "ask"),
    "construct": (SH + "SPARQLConstructExecutable", SH + "construct"),
}
#: The datatypes that a parameter may have, beside resources.
DATATYPES: Final = tuple(XSD + name for name in ("string", "integer", "decimal", "date", "boolean"))
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")
# A pattern that begins so says which resources of ours may be given: all of a kind.
_KIND = re.compile(rf"\^{re.escape(ID)}([a-z-]+)/")


class StoredQueryError(ValueError):
    """A file does not hold a stored query: its text says which file and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be asked with: `name` is the variable that a value is bound to.

    A parameter without `datatype` (an XSD IRI) takes a resource. `pattern` is a regular expression to be
    found in the value. `description` goes from language to words.
    """

    name: str
    description: Mapping[str, str] = field(hash=False)
    required: bool
    datatype: str | None
    pattern: str | None
    choices: tuple[str, ...]
    minimum: str | None
    maximum: str | None
    default: Term | None = field(hash=False)
    example: Term | None = field(hash=False)

    @property
    def kind(self) -> str | None:
        """The kind of resource of ours that it takes ("theme"), if it takes one kind only."""
        found = _KIND.match(self.pattern or "")
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query with a name. `form` is "select", "ask" or "construct", `audience` one of `AUDIENCES`.

    `expected` are rows on the sample, the columns first; it may leave columns of the result out.
    """

    name: str
    question: Mapping[str, str] = field(hash=False)
    audience: str
    keywords: tuple[str, ...]
    form: str
    text: str
    parameters: tuple[Parameter, ...] = field(hash=False)
    expected: tuple[tuple[str, ...], ...] = field(hash=False)

    @property
    def iri(self) -> str:
        """The IRI of the query."""
        return QUERIES + self.name

    def asked_in(self, language: str = "es") -> str:
        """The question in a language, in Spanish where it has none in that one."""
        return self.question.get(language) or self.question["es"]


@cache
def stored_queries() -> Mapping[str, StoredQuery]:
    """The queries of the project by name, in the order of their names. Raises StoredQueryError."""
    return {query.name: query for query in map(read_query, sorted(FOLDER.glob("*.ttl")))}


def read_query(path: Path) -> StoredQuery:
    """The query in a file; its name is the file's. Raises StoredQueryError and OSError."""
    from pyoxigraph import NamedNode, RdfFormat, Store

    store = Store()
    try:
        store.load(path=str(path), format=RdfFormat.TURTLE, base_iri=QUERIES)
    except (SyntaxError, ValueError) as error:
        raise StoredQueryError(f"{path}: not valid Turtle: {error}") from error
    if not _NAME.fullmatch(path.stem):
        raise StoredQueryError(f"{path}: the name of a query is words of a to z and digits, with hyphens")
    try:
        return _query(_Reader(store), NamedNode(QUERIES + path.stem), path.stem)
    except StoredQueryError as error:
        raise StoredQueryError(f"{path}: {error}") from error


class _Reader:
    """Reads the values of a small graph."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, node: Node, predicate: str) -> list[Term | BlankNode]:
        from pyoxigraph import NamedNode, Triple

        values = [quad.object for quad in self._store.quads_for_pattern(node, NamedNode(predicate), None)]
        return sorted((value for value in values if not isinstance(value, Triple)), key=str)

    def one(self, node: Node, predicate: str) -> Term | BlankNode | None:
        found = self.all(node, predicate)
        if len(found) > 1:
            raise StoredQueryError(f"{predicate} is given {len(found)} times")
        return found[0] if found else None

    def text(self, node: Node, predicate: str) -> str | None:
        found = self.one(node, predicate)
        return None if found is None else str(found.value)

    def texts(self, node: Node, predicate: str) -> dict[str, str]:
        """The values by language. Raises StoredQueryError where one of ours is missing."""
        found = {value.language: value.value for value in self.all(node, predicate)}  # type: ignore[union-attr]
        if missing := [language for language in LANGUAGES if not found.get(language)]:
            raise StoredQueryError(f"{predicate} is missing in {', '.join(missing)}")
        return {language: found[language] for language in LANGUAGES}

    def list(self, node: Node, predicate: str) -> Iterator[Term | BlankNode]:
        from ontology.namespaces import RDF

        item = self.one(node, predicate)
        while item is not None and item.value != RDF + "nil":
            first = self.one(item, RDF + "first")  # type: ignore[arg-type]
            if first is None:
                raise StoredQueryError(f"{predicate} is no list")
            yield first
            item = self.one(item, RDF + "rest")  # type: ignore[arg-type]


def _query(read: _Reader, node: NamedNode, name: str) -> StoredQuery:
    forms = [(form, text) for form, (_, term) in FORMS.items() if (text := read.text(node, term))]
    if len(forms) != 1:
        raise StoredQueryError(f"<{node.value}> must have one of {', '.join('sh:' + form for form in FORMS)}")
    audience = read.text(node, DCTERMS + "audience") or ""
    if audience not in AUDIENCES:
        raise StoredQueryError(f"dcterms:audience must be one of {', '.join(AUDIENCES)}, not {audience!r}")
    parameters = [_parameter(read, part) for part in read.all(node, SH + "parameter")]  # type: ignore[arg-type]
    parameters.sort(key=lambda parameter: (not parameter.required, parameter.name))
    if len({parameter.name for parameter in parameters}) < len(parameters):
        raise StoredQueryError("two parameters have the same name")
    (form, text) = forms[0]
    return StoredQuery(
        name=name,
        question=read.texts(node, RDFS + "comment"),
        audience=audience,
        keywords=tuple(str(word.value) for word in read.all(node, SCHEMA + "keywords")),
        form=form,
        text=text.strip() + "\n",
        parameters=tuple(parameters),
        expected=tuple(_rows(read.text(node, MF + "result") or "")),
    )


def _parameter(read: _Reader, node: Node) -> Parameter:
    path = read.text(node, SH + "path") or ""
    name = path.removeprefix(PARAMETERS)
    if not path.startswith(PARAMETERS) or not _VARIABLE.fullmatch(name):
        raise StoredQueryError(f"sh:path of a parameter must be <{PARAMETERS}…>, not <{path}>")
    datatype = read.text(node, SH + "datatype")
    if datatype not in (None, *DATATYPES):
        raise StoredQueryError(f"parameter {name}: no value can be made of datatype <{datatype}>")
    pattern = read.text(node, SH + "pattern")
    _try(re.compile, pattern or "", name)
    default, example = (_term(read, node, term) for term in (SH + "defaultValue", SKOS + "example"))
    return Parameter(
        name=name,
        description=read.texts(node, SH + "description"),
        required=read.text(node, SH + "optional") != "true" and default is None,
        datatype=datatype,
        pattern=pattern,
        choices=tuple(str(value.value) for value in read.list(node, SH + "in")),
        minimum=read.text(node, SH + "minInclusive"),
        maximum=read.text(node, SH + "maxInclusive"),
        default=default,
        example=example,
    )


def _term(read: _Reader, node: Node, predicate: str) -> Term | None:
    from pyoxigraph import BlankNode

    found = read.one(node, predicate)
    if isinstance(found, BlankNode):
        raise StoredQueryError(f"{predicate} must be an IRI or a literal")
    return found


def _try(compile_: Callable[[str], object], pattern: str, name: str) -> None:
    try:
        compile_(pattern)
    except re.error as error:
        raise StoredQueryError(f"parameter {name}: sh:pattern is no regular expression: {error}") from error


def _rows(text: str) -> Iterable[tuple[str, ...]]:
    return (tuple(row) for row in csv.reader(io.StringIO(text.strip())) if row)
