"""Values for the parameters of stored queries: from what people type to RDF terms, checked on the way.

    bind(query.parameters, {"theme": "tic"})  →  {"theme": <https://w3id.org/redpyme/id/theme/tic>}

The terms go to the engine as they are (`QueryPool.run(bindings=…)`); no text of a query is ever put together.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph.errors import QueryError
from graph.terms import Term
from ontology.namespaces import ID, KINDS, PREFIXES, XSD
from ontology.stored_queries import Parameter

#: Longest value in characters; the longest IRI of ours has about 200.
LONGEST: Final = 1000
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# An absolute IRI without what IRIREF of SPARQL 1.1 leaves out.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+")
_SLUG = re.compile(r"[^\x00-\x20<>\"{}|^`\\:/?#]+")


class ParameterError(QueryError):
    """A parameter is missing, not known or has a value that it cannot have; `parameter` is its name."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"parameter {parameter!r}: {reason}")
        self.parameter = parameter
        self.reason = reason


def bind(parameters: Sequence[Parameter], values: Mapping[str, str]) -> dict[str, Term]:
    """The terms to ask a query with: those given, and the defaults of those that are not.

    An empty value counts as none, since forms send such. Raises ParameterError.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            there_are = f"; there are {', '.join(known)}" if known else "; this query takes none"
            raise ParameterError(name, f"the query has no such parameter{there_are}")
    bound: dict[str, Term] = {}
    for name, parameter in known.items():
        text = values.get(name, "").strip()
        if text:
            bound[name] = term_of(parameter, text)
        elif parameter.default is not None:
            bound[name] = parameter.default
        elif parameter.required:
            raise ParameterError(name, f"give one; it takes {taken(parameter)}")
    return bound


def term_of(parameter: Parameter, text: str) -> Term:
    """The term that a value stands for. Raises ParameterError."""
    if len(text) > LONGEST:
        raise ParameterError(parameter.name, f"a value may have {LONGEST} characters at most")
    if parameter.choices and text not in parameter.choices:
        raise _wrong(parameter, text)
    if parameter.datatype is None:
        return _resource(parameter, text)
    if not _LEXICAL[parameter.datatype](text) or not _in_range(parameter, text):
        raise _wrong(parameter, text)
    if parameter.pattern and not re.search(parameter.pattern, text):
        raise _wrong(parameter, text)
    return Literal(text, datatype=NamedNode(parameter.datatype))


def taken(parameter: Parameter) -> str:
    """What a parameter takes, in words."""
    if parameter.choices:
        return "one of " + ", ".join(parameter.choices)
    if parameter.kind:
        return f"the slug of a {parameter.kind} or its IRI, such as {_shown(parameter)}"
    if parameter.datatype is None:
        return f"an IRI, or what follows {ID} in it, such as {_shown(parameter)}"
    words = _IN_WORDS[parameter.datatype]
    if parameter.minimum is not None and parameter.maximum is not None:
        words += f" from {parameter.minimum} to {parameter.maximum}"
    return words


def _shown(parameter: Parameter) -> str:
    value = parameter.example.value if parameter.example is not None else ""
    return value.removeprefix(f"{ID}{parameter.kind}/" if parameter.kind else ID)


def _wrong(parameter: Parameter, text: str) -> ParameterError:
    return ParameterError(parameter.name, f"{text!r} cannot be used; it takes {taken(parameter)}")


def _resource(parameter: Parameter, text: str) -> NamedNode:
    """From an IRI, a prefixed name, kind/slug of ours, or the slug alone where one kind is taken."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    kind, slash, slug = bare.partition("/")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        iri = PREFIXES[prefix] + local
    elif colon:
        iri = bare
    elif slash and kind in KINDS and _SLUG.fullmatch(slug):
        iri = ID + bare
    elif parameter.kind and _SLUG.fullmatch(bare):
        iri = _iri_of_slug(parameter.kind, bare)
    else:
        raise _wrong(parameter, text)
    if not _IRI.fullmatch(iri) or (parameter.pattern and not re.search(parameter.pattern, iri)):
        raise _wrong(parameter, text)
    try:
        return NamedNode(iri)
    except ValueError:  # a code point that RFC 3987 leaves out, such as a control character
        raise _wrong(parameter, text) from None


def _iri_of_slug(kind: str, slug: str) -> str:
    """A theme may also be given by its id in an extraction ("th-tic"), a country by its code ("VE")."""
    if kind == "theme":
        slug = slug.removeprefix("th-").removeprefix("xt-")
    return f"{ID}{kind}/{slug.lower()}"


def _in_range(parameter: Parameter, text: str) -> bool:
    if parameter.minimum is not None and Decimal(text) < Decimal(parameter.minimum):
        return False
    return parameter.maximum is None or Decimal(text) <= Decimal(parameter.maximum)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_text(text: str) -> bool:
    return all(character >= " " or character in "\t\n" for character in text) and not any(
        "\ud800" <= character <= "\udfff" for character in text
    )


_LEXICAL: dict[str, Callable[[str], object]] = {
    XSD + "string": _is_text,
    XSD + "integer": _INTEGER.fullmatch,
    XSD + "decimal": _DECIMAL.fullmatch,
    XSD + "date": _is_date,
    XSD + "boolean": ("true", "false").__contains__,
}
_IN_WORDS = {
    XSD + "string": "a text",
    XSD + "integer": "a whole number",
    XSD + "decimal": "a number",
    XSD + "date": "a date such as 2007-04-10",
    XSD + "boolean": "true or false",
}
