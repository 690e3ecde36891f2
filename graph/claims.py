"""Statements of one document with their evidence: the plain triple, and beside it the claim.

One claim stands for one triple in one document, whatever the number of places it was read from: it points to
each passage and each span, and its confidence is that of its surest evidence. Its IRI depends on the document
and the triple alone, so a curator's verdict survives a reading with better rules. A corrected claim keeps
what was read; the claim of what is right instead revises it (prov:wasRevisionOf) and is accepted.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from graph.decisions import Review
from graph.model import Evidence, Passage, Span
from graph.naming import digest
from graph.terms import Term, from_ntriples
from ontology.namespaces import DCTERMS, OA, PROV, RDF, RDFS, RP, SCHEMA, XSD, document_graph, iri

# What XML 1.0 cannot hold (so RDF/XML and XML results could not), and halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Properties with one value at most (as in shapes/required.ttl).
_SINGLE = frozenset(
    {RP + name for name in ("eventType", "status", "city", "country", "actorType", "practiceKind")}
    | {SCHEMA + "startDate", SCHEMA + "endDate"}
)
#: The rule of a claim that a curator made.
CURATOR: Final = "curator"
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
        reviews: Mapping[str, Review],
    ) -> None:
        self.document = iri("document", document_slug)
        self._slug = document_slug
        self._text = text
        self._language = language
        self._graph = NamedNode(document_graph(document_slug))
        self._finder = PassageFinder(passages)
        self._passage_iris = passage_iris
        self._reviews = reviews
        self._quads: dict[Quad, None] = {}
        self._confidence: dict[str, float] = {}
        self._status: dict[str, str] = {}
        # The value that stands of a property with one, and whether a curator said so.
        self._single: dict[tuple[str, str], tuple[bool, Term]] = {}
        self._own_passages: dict[Span, str] = {}

    def __iter__(self) -> Iterator[Quad]:
        yield from self._quads
        for (subject, predicate), (_, value) in self._single.items():
            yield Quad(NamedNode(subject), NamedNode(predicate), value, self._graph)
        for claim, confidence in self._confidence.items():
            yield Quad(NamedNode(claim), NamedNode(RP + "confidence"), decimal(confidence), self._graph)
            status = NamedNode(iri("review-status", self._status[claim]))
            yield Quad(NamedNode(claim), NamedNode(RP + "reviewStatus"), status, self._graph)

    def add(self, subject: str, predicate: str, value: Term) -> None:
        """State a plain triple that needs no evidence (a type, a name, a position in the text)."""
        self._quads[Quad(NamedNode(subject), NamedNode(predicate), value, self._graph)] = None

    def link(self, subject: str, predicate: str, target: str) -> None:
        """State a plain triple between two resources."""
        self.add(subject, predicate, NamedNode(target))

    def claim(
        self,
        subject: str,
        predicate: str,
        value: Term,
        evidence: Sequence[Evidence],
        *,
        reason: str | None = None,
        accepted_only: bool = False,
    ) -> Term | None:
        """State a triple and its claim; the value that stands, None where a curator rejected it.

        Only the claim is stated of a triple that a curator rejected, of a second value where there can be one
        only (a document that gives an event two ends is believed the first time, or as a curator said), and,
        `accepted_only`, of a triple that no curator has accepted. Of one that a curator corrected, the triple
        and the claim of what is right follow.
        """
        claim = self._state(subject, predicate, value, evidence, reason=reason)
        revisions = {claim}
        while (right := self._correction(claim)) is not None:
            right_claim = self.claim_iri(subject, predicate, right)
            if right_claim in revisions:  # corrected back to what it was before
                claim, value = right_claim, right
                break
            by_hand = [replace(item, rule=CURATOR, confidence=1.0) for item in evidence]
            self._state(subject, predicate, right, by_hand, status="accepted")
            self.link(right_claim, PROV + "wasRevisionOf", claim)
            revisions.add(right_claim)
            claim, value = right_claim, right
        status = self._status[claim]
        curated = status in ("accepted", "corrected")
        if status == "rejected":
            return None
        if accepted_only and not curated:
            return value
        if predicate not in _SINGLE:
            self.add(subject, predicate, value)
        elif (subject, predicate) not in self._single or (
            curated and not self._single[subject, predicate][0]
        ):
            self._single[subject, predicate] = curated, value
        return value

    def claim_iri(self, subject: str, predicate: str, value: Term) -> str:
        """The IRI of the claim of a triple in this document."""
        return iri("claim", f"{self._slug}-{digest(subject, predicate, str(value), length=16)}")

    def _correction(self, claim: str) -> Term | None:
        review = self._reviews.get(claim)
        return None if review is None or review.value is None else from_ntriples(review.value)

    def _state(
        self,
        subject: str,
        predicate: str,
        value: Term,
        evidence: Sequence[Evidence],
        *,
        reason: str | None = None,
        status: str = "proposed",
    ) -> str:
        """State a claim without its triple; `status` is its own where no curator decided on it."""
        claim = self.claim_iri(subject, predicate, value)
        review = self._reviews.get(claim)
        if review is not None:
            self._status[claim] = review.status
        elif status != "proposed":
            self._status[claim] = status
        else:
            self._status.setdefault(claim, status)
        self.link(claim, _TYPE.value, RP + "Claim")
        self.link(claim, RDF + "subject", subject)
        self.link(claim, RDF + "predicate", predicate)
        self.add(claim, RDF + "object", value)
        if reason:
            self.add(claim, RP + "reason", text_literal(reason))
        for item in evidence:
            self.link(claim, PROV + "wasDerivedFrom", self.passage_of(item.span))
            self.link(claim, OA + "hasSelector", self.selector(item.span))
            self.add(claim, RP + "rule", text_literal(item.rule))
        surest = max((item.confidence for item in evidence), default=0.0)
        self._confidence[claim] = max(surest, self._confidence.get(claim, 0.0))
        return claim

    def quote(self, span: Span) -> str:
        """The words of the document at a span."""
        return self._text[span.start : span.end]

    def passages_of(self, span: Span) -> list[str]:
        """IRIs of the passages that share characters with `span`."""
        return [self._passage_iris[passage.id] for passage in self._finder.overlapping(span)]

    def passage_of(self, span: Span) -> str:
        """IRI of the passage that a span was read from.

        Some evidence stands outside every passage (a cell of a table, a title page): the quoted words then
        become a passage of their own, so that no claim is without one; it serves what is read in it too.
        """
        if found := self._passage_around(span):
            return found
        own = iri("passage", f"{self._slug}-char-{span.start}-{span.end}")
        quote = " ".join(self.quote(span).split())
        self.link(own, _TYPE.value, RP + "Passage")
        self.add(own, _LABEL.value, text_literal(short(quote), self._language))
        self.add(own, RP + "text", text_literal(quote, self._language))
        self.place_passage(own, span)
        self._own_passages[span] = own
        return own

    def within_passages(self, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
        """The evidence that stands in passages; all of it where none does."""
        return [item for item in evidence if self._passage_around(item.span)] or evidence

    def _passage_around(self, span: Span) -> str | None:
        passage = self._finder.best(span)
        if passage:
            return self._passage_iris[passage.id]
        return next(
            (
                iri
                for own, iri in self._own_passages.items()
                if own.start <= span.start and span.end <= own.end
            ),
            None,
        )

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
        self.add(selector, OA + "exact", text_literal(self.quote(span)))
        return selector


def short(text: str, *, words: int = 12) -> str:
    """The first words of a text, as a label."""
    parts = text.split()
    return " ".join(parts) if len(parts) <= words else " ".join(parts[:words]) + " …"
