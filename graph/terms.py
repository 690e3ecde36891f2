"""RDF terms as values that JSON can carry, as in SPARQL results."""

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

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


def from_ntriples(text: str) -> Term:
    """The term that `str(term)` gave. Raises ValueError where `text` is not one IRI or literal."""
    try:
        statements = list(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no IRI or literal in N-Triples: {error}") from error
    if len(statements) != 1 or not isinstance(term := statements[0].object, NamedNode | Literal):
        raise ValueError(f"{text!r} is not one IRI or literal in N-Triples")
    return term
