"""Statements of one document with their evidence: the plain triple, and beside it the claim.

One claim stands for one triple in one document, whatever the number of places it was read from: it points to
each passage and each span, and its confidence is that of its surest evidence. Its IRI depends on the document
and the triple alone, so a curator's verdict survives a reading with better rules.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from graph.model import Evidence, Passage, Span
from graph.naming import digest
from ontology.namespaces import DCTERMS, OA, PROV, RDF, RDFS, RP, SCHEMA, XSD, document_graph, iri

# What XML 1.0 cannot hold (so RDF/XML and XML results could not), and halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Properties with one value at most (as in shapes/required.ttl).
_SINGLE = frozenset(
    {RP + name for name in ("eventType", "status", "city", "country", "actorType", "practiceKind")}
    | {SCHEMA + "startDate", SCHEMA + "endDate"}
)
_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")
_INTEGER = NamedNode(XSD + "integer")
_DECIMAL = NamedNode(XSD + "decimal")


def text_literal(text: str, language: str | None = None) -> Literal:
    """A string, tagged where the language is known; what XML cannot hold becomes U+FFFD."""
    return Literal(_UNPRINTABLE.sub("\ufffd", text), language=language or None)


def decimal(value: float) -> Literal:
    """A number as xsd:decimal in canonical form (1.0, 0.85), with up to six places."""
    digits = f"{value:.6f}".rstrip("0")
    return Literal(digits + "0" if digits.endswith(".") else digits, datatype=_DECIMAL)


def integer(value: int) -> Literal:
    """A number as xsd:integer."""
    return Literal(str(value), datatype=_INTEGER)


class PassageFinder:
    """Finds the passage that a span was read from."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._passages = sorted(passages, key=lambda passage: (passage.span.start, -passage.span.end))
        self._starts = [passage.span.start for passage in self._passages]
        # The longest passage bounds how far back a passage that reaches a span can begin.
        self._longest = max((p.span.end - p.span.start for p in self._passages), default=0)

    def overlapping(self, span: Span) -> list[Passage]:
        """The passages that share characters with `span`, in the order of the text."""
        first = bisect_right(self._starts, span.start - self._longest - 1)
        last = bisect_right(self._starts, max(span.start, span.end - 1))
        return [p for p in self._passages[first:last] if p.span.end > span.start and p.span.start < span.end]

    def best(self, span: Span) -> Passage | None:
        """The passage that holds most of `span`, the shortest of several; None where none touches it."""

        def fit(passage: Passage) -> tuple[int, int]:
            shared = min(span.end, passage.span.end) - max(span.start, passage.span.start)
            return shared, passage.span.start - passage.span.end

        return max(self.overlapping(span), key=fit, default=None)


class Statements:
    """Collects the quads of one document's named graph. Iterating gives each quad once, in order of entry."""

    def __init__(
        self,
        *,
        document_slug: str,
        text: str,
        language: str,
        passages: Sequence[Passage],
        passage_iris: Mapping[str, str],
        statuses: Mapping[str, str],
    ) -> None:
        self.document = iri("document", document_slug)
        self._slug = document_slug
        self._text = text
        self._language = language
        self._graph = NamedNode(document_graph(document_slug))
        self._finder = PassageFinder(passages)
        self._passage_iris = passage_iris
        self._statuses = statuses
        self._quads: dict[Quad, None] = {}
        self._confidence: dict[str, float] = {}
        self._single: dict[tuple[str, str], NamedNode | Literal] = {}

    def __iter__(self) -> Iterator[Quad]:
        yield from self._quads
        for claim, confidence in self._confidence.items():
            yield Quad(NamedNode(claim), NamedNode(RP + "confidence"), decimal(confidence), self._graph)

    def add(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        """State a plain triple that needs no evidence (a type, a name, a position in the text)."""
        self._quads[Quad(NamedNode(subject), NamedNode(predicate), value, self._graph)] = None

    def link(self, subject: str, predicate: str, target: str) -> None:
        """State a plain triple between two resources."""
        self.add(subject, predicate, NamedNode(target))

    def claim(
        self,
        subject: str,
        predicate: str,
        value: NamedNode | Literal,
        evidence: Sequence[Evidence],
        *,
        reason: str | None = None,
        accepted_only: bool = False,
    ) -> None:
        """State a triple and its claim.

        Only the claim is stated of a triple that a curator rejected, of a second value where there can be one
        only (a document that gives an event two ends is believed the first time), and, `accepted_only`, of a
        triple that no curator has accepted.
        """
        claim = iri("claim", f"{self._slug}-{digest(subject, predicate, str(value), length=16)}")
        status = self._statuses.get(claim, "proposed")
        stands = status == "accepted" if accepted_only else status != "rejected"
        if stands and self._first_of_its_kind(subject, predicate, value):
            self.add(subject, predicate, value)
        self.link(claim, _TYPE.value, RP + "Claim")
        self.link(claim, RDF + "subject", subject)
        self.link(claim, RDF + "predicate", predicate)
        self.add(claim, RDF + "object", value)
        self.link(claim, RP + "reviewStatus", iri("review-status", status))
        if reason:
            self.add(claim, RP + "reason", text_literal(reason))
        for item in evidence:
            self.link(claim, PROV + "wasDerivedFrom", self.passage_of(item.span))
            self.link(claim, OA + "hasSelector", self.selector(item.span))
            self.add(claim, RP + "rule", text_literal(item.rule))
        surest = max((item.confidence for item in evidence), default=0.0)
        self._confidence[claim] = max(surest, self._confidence.get(claim, 0.0))

    def _first_of_its_kind(self, subject: str, predicate: str, value: NamedNode | Literal) -> bool:
        return predicate not in _SINGLE or self._single.setdefault((subject, predicate), value) == value

    def passages_of(self, span: Span) -> list[str]:
        """IRIs of the passages that share characters with `span`."""
        return [self._passage_iris[passage.id] for passage in self._finder.overlapping(span)]

    def passage_of(self, span: Span) -> str:
        """IRI of the passage that a span was read from.

        Some evidence stands outside every passage (a cell of a table, a title page): the quoted words then
        become a passage of their own, so that no claim is without one.
        """
        passage = self._finder.best(span)
        if passage:
            return self._passage_iris[passage.id]
        own = iri("passage", f"{self._slug}-char-{span.start}-{span.end}")
        quote = " ".join(self._text[span.start : span.end].split())
        self.link(own, _TYPE.value, RP + "Passage")
        self.add(own, _LABEL.value, text_literal(short(quote), self._language))
        self.add(own, RP + "text", text_literal(quote, self._language))
        self.place_passage(own, span)
        return own

    def place_passage(self, passage: str, span: Span) -> None:
        """State where in the document a passage stands."""
        self.link(passage, DCTERMS + "isPartOf", self.document)
        self.link(passage, OA + "hasSource", self.document)
        self.add(passage, RP + "start", integer(span.start))
        self.add(passage, RP + "end", integer(span.end))

    def selector(self, span: Span) -> str:
        """IRI of a span of the document (RFC 5147), stated with its position and its exact words."""
        selector = f"{self.document}#char={span.start},{span.end}"
        self.link(selector, _TYPE.value, OA + "TextPositionSelector")
        self.add(selector, OA + "start", integer(span.start))
        self.add(selector, OA + "end", integer(span.end))
        self.add(selector, OA + "exact", text_literal(self._text[span.start : span.end]))
        return selector


def short(text: str, *, words: int = 12) -> str:
    """The first words of a text, as a label."""
    parts = text.split()
    return " ".join(parts) if len(parts) <= words else " ".join(parts[:words]) + " …"
