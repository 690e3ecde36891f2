"""The graph of a document as it is published: what it said, under the IRIs that stand for its actors and
events.

Claims keep their own IRIs and point to the new ones, so that the claim of a triple is found by the triple as
it is published. What one merged resource can have only once keeps the value that resolution settled on; the
claims still tell every value that was read.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from graph.claims import decimal, text_literal
from graph.naming import digest
from graph.records import Record
from graph.resolution import Candidate, Resolution
from ontology.namespaces import GRAPH_CANDIDATES, ORG, RDF, RDFS, RP, SCHEMA, SKOS

_LABEL, _ALIAS = NamedNode(RDFS + "label"), NamedNode(SKOS + "altLabel")
_PART_OF = frozenset({ORG + "unitOf", SCHEMA + "superEvent"})


def rewrite(quads: Iterable[Quad], resolution: Resolution, *, authority: bool = False) -> Iterator[Quad]:
    """The quads with each redirected IRI replaced, as subject or object. The order stays; repetitions may
    come.

    What the `authority` graph says of an entry that stands for itself is left as it is.
    """
    redirects, values, labels = resolution.redirects, resolution.values, resolution.labels
    if not redirects:
        yield from quads
        return
    nodes = {old: NamedNode(new) for old, new in redirects.items()}
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if isinstance(value, NamedNode) and value.value in nodes:
            value = nodes[value.value]
        if isinstance(subject, NamedNode):
            said_of = subject.value
            subject = nodes.get(said_of, subject)
            settled = None if authority and said_of not in nodes else values.get(subject.value)
            if settled is not None:
                kept = settled.get(predicate.value, "")
                if kept != "" and str(value) != kept:
                    continue
                if predicate == _LABEL and isinstance(value, Literal):
                    label = (value.value, value.language or "")
                    predicate = _LABEL if label in labels[subject.value] else _ALIAS
        if predicate.value in _PART_OF and subject == value:
            continue
        yield Quad(subject, predicate, value, quad.graph_name)


def fingerprint(records: Sequence[Record], resolution: Resolution) -> str:
    """What resolution means for a document that tells these records; empty where it changes nothing.

    Two resolutions with one fingerprint publish the same graph of the document.
    """
    touched = sorted({resolution.redirects.get(record.iri, record.iri) for record in records})
    plan = [
        (iri, sorted(resolution.values[iri].items(), key=str), sorted(resolution.labels[iri]))
        for iri in touched
        if iri in resolution.values
    ]
    if not plan:
        return ""
    moved = sorted((r.iri, resolution.redirects[r.iri]) for r in records if r.iri in resolution.redirects)
    return hashlib.sha256(json.dumps([moved, plan]).encode()).hexdigest()


def candidate_quads(candidates: Iterable[Candidate]) -> Iterator[Quad]:
    """The named graph of candidates: pairs that may be one, with score and reason, for a person to decide."""
    graph = NamedNode(GRAPH_CANDIDATES)
    for candidate in candidates:
        node = NamedNode(f"{GRAPH_CANDIDATES}#{digest(candidate.one, candidate.other, length=16)}")
        yield Quad(node, NamedNode(RDF + "type"), NamedNode(RP + "MergeCandidate"), graph)
        for end in (candidate.one, candidate.other):
            yield Quad(node, NamedNode(RP + "candidateOf"), NamedNode(end), graph)
        yield Quad(node, NamedNode(RP + "confidence"), decimal(candidate.score), graph)
        yield Quad(node, NamedNode(RP + "reason"), text_literal(candidate.reason, "en"), graph)
