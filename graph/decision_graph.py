"""The named graph of decisions: who decided what, when and why, and which IRIs stand for others now.

    SELECT ?who ?when { ?decision rp:concerns <claim> ; rp:decidedBy ?who ; prov:endedAtTime ?when }

The log itself stays what it is, lines that are only added to: a decision is named by its number in it, and
one that a later decision undid is told too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from graph.claims import text_literal
from graph.decisions import Decision
from graph.terms import from_ntriples
from ontology.namespaces import DCTERMS, GRAPH_DECISIONS, PROV, RDF, RDFS, RP, XSD, iri

_GRAPH = NamedNode(GRAPH_DECISIONS)
#: The fields of decisions that are IRIs of what a decision is about.
_ABOUT = ("claim", "old", "new", "one", "other", "theme", "to", "actor", "declaration")


def decision_quads(decisions: Iterable[Decision]) -> Iterator[Quad]:
    """Each decision in the order of the log."""
    for number, decision in enumerate(decisions, 1):
        node = NamedNode(decision_iri(number))
        said = asdict(decision)

        def state(predicate: str, value: NamedNode | Literal, node: NamedNode = node) -> Quad:
            return Quad(node, NamedNode(predicate), value, _GRAPH)

        yield state(RDF + "type", NamedNode(RP + "Decision"))
        yield state(RDFS + "label", text_literal(decision.kind, "en"))
        yield state(RP + "decisionKind", text_literal(decision.kind))
        yield state(RP + "decidedBy", text_literal(decision.by))
        for name in _ABOUT:
            if name in said:
                yield state(RP + "concerns", NamedNode(said[name]))
        for theme in said.get("themes", ()):
            yield state(RP + "concerns", NamedNode(theme))
        if "value" in said:
            yield state(RDF + "object", from_ntriples(said["value"]))
        if why := said.get("reason") or said.get("text"):
            yield state(RP + "reason", text_literal(why))
        if when := instant(decision.at):
            yield state(PROV + "endedAtTime", Literal(when, datatype=NamedNode(XSD + "dateTime")))


def decision_iri(number: int) -> str:
    """The decision that stands `number`th in the log, from 1."""
    return iri("decision", str(number))


def redirect_quads(redirects: Mapping[str, str]) -> Iterator[Quad]:
    """Each old IRI and the one that stands for it now, by a decision or by the comparer."""
    predicate = NamedNode(DCTERMS + "isReplacedBy")
    for old, new in sorted(redirects.items()):
        yield Quad(NamedNode(old), predicate, NamedNode(new), _GRAPH)


def instant(text: str) -> str | None:
    """A time of the log as xsd:dateTime; None where somebody wrote something else there."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None
