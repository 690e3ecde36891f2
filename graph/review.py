"""Claims as a curator reviews them: what waits, the least sure first, and what a correction may say."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from graph.errors import NotFound, RedpymeError
from graph.mapping import date_literal
from graph.terms import Term
from ontology.namespaces import ID, RDF, XSD

if TYPE_CHECKING:
    from graph.store import GraphView

_DATES = frozenset({XSD + "date", XSD + "gYearMonth", XSD + "gYear"})
_KIND = re.compile(rf"{re.escape(ID)}([a-z-]+)/")


class CorrectionError(RedpymeError):
    """A claim cannot be corrected to the value that was given."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with labels to read. `quotes` are the words of the document, `documents` slugs."""

    iri: str
    subject: str
    predicate: str
    value: Term
    subject_label: str
    value_label: str
    confidence: float
    status: str
    documents: tuple[str, ...]
    quotes: tuple[str, ...]

    @property
    def slug(self) -> str:
        """What names the claim on the command line."""
        return self.iri.removeprefix(f"{ID}claim/")

    @property
    def property(self) -> str:
        """The last part of the property's IRI."""
        return self.predicate.replace("#", "/").rpartition("/")[2]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "id": self.iri,
            "slug": self.slug,
            "subject": self.subject,
            "subject_label": self.subject_label,
            "predicate": self.predicate,
            "object": self.value.value,
            "object_label": self.value_label,
            "confidence": self.confidence,
            "status": self.status,
            "documents": list(self.documents),
            "quotes": list(self.quotes),
        }


def claims(
    view: "GraphView",
    *,
    about: str | None = None,
    document: str | None = None,
    predicate: str | None = None,
    status: str | None = None,
    below: float = 1.1,
) -> list[Claim]:
    """The claims under a confidence of `below`, the least sure first.

    `about` is the IRI of a subject or object, `document` the slug of one, `predicate` the last part of the
    IRI of a property ("sponsors"), `status` the slug of a review status; None is any.
    """
    found = [
        claim
        for claim in _all(view)
        if claim.confidence < below
        and (about is None or about in (claim.subject, claim.value.value))
        and (document is None or document in claim.documents)
        and (predicate is None or predicate == claim.property)
        and (status is None or status == claim.status)
    ]
    return sorted(found, key=lambda claim: (claim.confidence, claim.iri))


def claim_named(view: "GraphView", name: str) -> Claim:
    """The claim of a slug or an IRI. Raises NotFound."""
    wanted = name.removeprefix(f"{ID}claim/")
    for claim in _all(view):
        if claim.slug == wanted:
            return claim
    raise NotFound(f"there is no claim {name!r}; see those there are with: redpyme claims list")


def corrected(view: "GraphView", claim: Claim, text: str) -> Term:
    """The object that a claim should have, from what a curator typed: of the kind of the one it has.

    A resource is an IRI, kind/slug, or the slug alone; it must be one that the graph knows. A date is ISO
    8601, or a year or year-month. Raises CorrectionError and NotFound.
    """
    value = text.strip()
    if claim.predicate == RDF + "type":
        raise CorrectionError(
            "what a thing is cannot be corrected; reject the claim, and nothing is said of it"
        )
    if isinstance(claim.value, NamedNode):
        right: Term = NamedNode(_resource(view, claim.value.value, value))
    elif claim.value.datatype.value in _DATES:
        right = date_literal(value)
        if right.datatype.value not in _DATES or not _in_calendar(value):
            raise CorrectionError(f"{value!r} is no date; give it as 2007-05-24, 2007-05 or 2007")
    elif not value:
        raise CorrectionError("give the text that should stand instead; to drop it, reject the claim")
    else:
        language = claim.value.language
        right = (
            Literal(value, language=language) if language else Literal(value, datatype=claim.value.datatype)
        )
    if right == claim.value:
        raise CorrectionError(f"the claim says {value!r} already; to confirm it, accept it")
    return right


def _in_calendar(stated: str) -> bool:
    """Whether there is the day, month or year of an ISO 8601 date; not so of 2007-02-30."""
    try:
        date.fromisoformat(stated + "0000-01-01"[len(stated) :])
    except ValueError:
        return False
    return True


def _resource(view: "GraphView", before: str, value: str) -> str:
    kind = _KIND.match(before)
    if ":" in value:
        iri = value.strip("<>")
    elif "/" in value or kind is None:
        iri = ID + value
    else:
        iri = f"{kind[0]}{value}"
    if kind and not iri.startswith(kind[0]):
        raise CorrectionError(f"the value is a resource of the kind {kind[1]}, and {value!r} is not")
    try:
        iri = view.replaced_by(iri) or iri
        known = bool(view.triples(iri))
    except ValueError:
        known = False
    if not known:
        raise NotFound(f"the graph knows no {iri}; give the slug or the IRI of something it knows")
    return iri


def _all(view: "GraphView") -> Iterator[Claim]:
    quotes: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, set[str]] = defaultdict(set)
    for row in view.select(
        "SELECT ?c ?document ?quote { ?c a rp:Claim ; prov:wasDerivedFrom/dcterms:isPartOf ?document ;"
        " oa:hasSelector/oa:exact ?quote }"
    ):
        claim = str(row["c"])
        documents[claim].add(str(row["document"]).rpartition("/")[2])
        quotes[claim].add(" ".join(str(row["quote"]).split()))
    labels: dict[str, str] = {}

    def label(iri: str) -> str:
        if iri not in labels:
            labels[iri] = view.label(iri)
        return labels[iri]

    for terms in view.select_terms(
        "SELECT ?c ?s ?p ?o ?sure ?status { ?c a rp:Claim ; rdf:subject ?s ; rdf:predicate ?p ;"
        " rdf:object ?o ; rp:confidence ?sure ; rp:reviewStatus ?status }"
    ):
        iri, value = terms["c"].value, terms["o"]
        if not isinstance(value, NamedNode | Literal):
            continue
        yield Claim(
            iri=iri,
            subject=terms["s"].value,
            predicate=terms["p"].value,
            value=value,
            subject_label=label(terms["s"].value),
            value_label=label(value.value) if isinstance(value, NamedNode) else value.value,
            confidence=float(terms["sure"].value),
            status=terms["status"].value.rpartition("/")[2],
            documents=tuple(sorted(documents[iri])),
            quotes=tuple(sorted(quotes[iri])),
        )
