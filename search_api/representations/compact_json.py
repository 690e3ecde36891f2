"""Statements about a resource as plain JSON that is JSON-LD: names from our context, one object.

https://www.w3.org/TR/json-ld11/. The context is named by its address and not repeated, so the answer reads
like any JSON; who wants triples that need no second request asks for `application/ld+json`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from ontology.files import jsonld_context
from ontology.namespaces import RDF, XSD

_TYPE, _STRING = RDF + "type", XSD + "string"
_INTEGER, _BOOLEAN = XSD + "integer", XSD + "boolean"


def compact(iri: str, triples: Iterable[Triple], *, context: str) -> dict[str, Any]:
    """What `triples` say of `iri`, their subject; `context` is the address of our JSON-LD context."""
    names = _Names(jsonld_context()["@context"])
    found: dict[str, list[Any]] = {}
    for triple in triples:
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
            found.setdefault("type", []).append(names.of(triple.object.value))
        else:
            name = names.of(triple.predicate.value)
            found.setdefault(name, []).append(_value(triple.object, names.coercion(name), names))
    about = {name: values[0] if len(values) == 1 else values for name, values in sorted(found.items())}
    return {"@context": context, "id": iri, **about}


class _Names:
    """A context the other way round: from IRIs to the names that stand for them."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._prefixes = {
            value: name
            for name, value in context.items()
            if isinstance(value, str) and value.endswith(("#", "/"))
        }
        self._coercions: dict[str, str] = {}
        self._terms: dict[str, str] = {}
        for name, definition in context.items():
            target = definition["@id"] if isinstance(definition, dict) else definition
            if not isinstance(target, str) or ":" not in target or target in self._prefixes:
                continue
            prefix, _, local = target.partition(":")
            self._terms[context[prefix] + local] = name
            if isinstance(definition, dict):
                self._coercions[name] = definition["@type"]

    def of(self, iri: str) -> str:
        """The name of a term, or its IRI with a prefix, or as it is."""
        if iri in self._terms:
            return self._terms[iri]
        for base, prefix in self._prefixes.items():
            if iri.startswith(base):
                return f"{prefix}:{iri.removeprefix(base)}"
        return iri

    def coercion(self, name: str) -> str | None:
        """What the context takes the plain values of a property for."""
        return self._coercions.get(name)


def _value(term: object, coercion: str | None, names: _Names) -> Any:
    if not isinstance(term, Literal):
        iri = term.value if isinstance(term, NamedNode) else str(term)
        return iri if coercion == "@id" else {"@id": iri}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    datatype = names.of(term.datatype.value)
    if coercion != datatype and (coercion or term.datatype.value != _STRING):
        return (
            {"@value": term.value}
            if term.datatype.value == _STRING
            else {"@value": term.value, "@type": datatype}
        )
    # Only what JSON writes in one way: a decimal as a number would come back as a double.
    if term.datatype.value == _INTEGER and str(int(term.value)) == term.value:
        return int(term.value)
    if term.datatype.value == _BOOLEAN and term.value in ("true", "false"):
        return term.value == "true"
    return term.value
