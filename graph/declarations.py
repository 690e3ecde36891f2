"""Offers and needs: what institutions declare that they give to their peers, or look for among them.

    SELECT ?name ?text { ?actor rp:offers ?offer ; rdfs:label ?name . ?offer rp:text ?text ; rp:theme ?theme }

One is declared by a member, as a decision of the log, or by a directory of institutions, as a claim of that
document. Said twice in the same words by the same institution, it is one, with both for its sources.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from graph.claims import short, text_literal
from graph.decision_graph import decision_iri, instant
from graph.decisions import Decision, Need, Offer, Withdraw
from graph.model import DeclarationKind
from graph.naming import digest
from graph.store import GraphView
from ontology.namespaces import GRAPH_DECLARATIONS, PROV, RDF, RDFS, RP, XSD, iri

DECLARING: Mapping[DeclarationKind, str] = {"offer": RP + "offers", "need": RP + "seeks"}
"""The property from an actor to what it declares, by kind."""
_CLASSES: Mapping[DeclarationKind, str] = {"offer": RP + "Offer", "need": RP + "Need"}
_GRAPH = NamedNode(GRAPH_DECLARATIONS)


@dataclass(frozen=True, slots=True)
class Declared:
    """An offer or need as the graph tells it. `by` and `at` (ISO 8601) say who declared it and when, where
    that was a member, by the `decisions` (IRIs); `passages` (IRIs) are those of the directories that tell it.
    """

    iri: str
    kind: DeclarationKind
    actor: str
    text: str
    themes: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    at: str | None = None
    decisions: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()


def declaration_iri(kind: DeclarationKind, actor: str, text: str) -> str:
    """The IRI of what an actor (IRI) declares in these words, whoever tells it."""
    return iri(kind, digest(actor, " ".join(text.split()), length=16))


def declaration_statements(
    node: str, kind: DeclarationKind, text: str
) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    """What is said of an offer or need wherever it comes from, but for its themes.

    Its text has no language, so that two sources in the same words say the same.
    """
    words = " ".join(text.split())
    yield node, RDF + "type", NamedNode(RP + "Declaration")
    yield node, RDF + "type", NamedNode(_CLASSES[kind])
    yield node, RDFS + "label", text_literal(short(words))
    yield node, RP + "text", text_literal(words)


def standing(decisions: Iterable[Decision]) -> dict[int, Offer | Need]:
    """The offers and needs of the log that nobody has withdrawn, by their place in it, from 1.

    One that was withdrawn may be declared again.
    """
    found: dict[str, dict[int, Offer | Need]] = defaultdict(dict)
    for number, decision in enumerate(decisions, 1):
        if isinstance(decision, Offer | Need):
            found[declaration_iri(_kind(decision), decision.actor, decision.text)][number] = decision
        elif isinstance(decision, Withdraw):
            found.pop(decision.declaration, None)
    return dict(sorted(item for told in found.values() for item in told.items()))


def declaration_quads(
    declared: Mapping[int, Offer | Need],
    *,
    themes: Mapping[str, Sequence[str]],
    redirects: Mapping[str, str],
) -> Iterator[Quad]:
    """The graph of what members declare. `themes` are those (IRIs) of each text, beside the ones that the
    member names; `redirects` lead from merged actors to those that stand for them."""
    for number, decision in declared.items():
        kind = _kind(decision)
        node = declaration_iri(kind, decision.actor, decision.text)
        actor = redirects.get(decision.actor, decision.actor)
        yield _quad(actor, DECLARING[kind], NamedNode(node))
        for statement in declaration_statements(node, kind, decision.text):
            yield _quad(*statement)
        for theme in dict.fromkeys((*decision.themes, *themes.get(decision.text, ()))):
            yield _quad(node, RP + "theme", NamedNode(theme))
        yield _quad(node, RP + "declaredBy", text_literal(decision.by))
        yield _quad(node, PROV + "wasGeneratedBy", NamedNode(decision_iri(number)))
        if when := instant(decision.at):
            yield _quad(
                node, PROV + "generatedAtTime", Literal(when, datatype=NamedNode(XSD + "dateTime"))
            )  # fmt: skip


def declarations(view: GraphView) -> list[Declared]:
    """The offers and needs of a published graph, by actor, kind and text."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in view.select(
        """SELECT ?node ?property ?value {
             VALUES ?property { rp:theme rp:declaredBy prov:generatedAtTime prov:wasGeneratedBy
                                prov:wasDerivedFrom }
             ?node a rp:Declaration ; ?property ?value }"""
    ):
        values[str(row["node"])][str(row["property"])].add(str(row["value"]))
    found = []
    for kind, predicate in DECLARING.items():
        for row in view.select(
            f"SELECT DISTINCT ?actor ?node ?text {{ ?actor <{predicate}> ?node . ?node rp:text ?text }}"
        ):
            node = str(row["node"])
            own = {name: tuple(sorted(said)) for name, said in values[node].items()}
            found.append(
                Declared(
                    iri=node,
                    kind=kind,
                    actor=str(row["actor"]),
                    text=str(row["text"]),
                    themes=own.get(RP + "theme", ()),
                    by=own.get(RP + "declaredBy", ()),
                    at=max(own.get(PROV + "generatedAtTime", ()), default=None),
                    decisions=own.get(PROV + "wasGeneratedBy", ()),
                    passages=own.get(PROV + "wasDerivedFrom", ()),
                )
            )
    return sorted(found, key=lambda d: (d.actor, d.kind, d.text))


def _kind(decision: Offer | Need) -> DeclarationKind:
    return "offer" if isinstance(decision, Offer) else "need"


def _quad(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, _GRAPH)
