"""RDF terms as values that JSON can carry, as in SPARQL results."""

from pyoxigraph import Literal, NamedNode

from ontology.namespaces import XSD

Term = NamedNode | Literal


def as_json(term: Term) -> dict[str, str]:
    """A term as SPARQL 1.1 Query Results JSON Format (3.2.2) writes it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    written = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        written["datatype"] = term.datatype.value
    return written
