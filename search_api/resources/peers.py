"""Peers of an institution, and institutions for a need in words, as models."""

from pydantic import Field

from search_api.resources.actors import ActorSummary
from search_api.resources.base import Reason, Ref, Resource, Source
from search_api.resources.declarations import Declaration


class PeerReason(Reason):
    """Why an institution is a peer; `weight` is its part of the score, `sources` is where that is written.

    `declared` is what was declared and not done: theirs, then ours.
    """

    lens: str = Field(description="alike, connected, complementary or counterpart.")
    weight: float
    sources: tuple[Source, ...] = ()
    declared: tuple[Declaration, ...] = ()


class PeerEvidence(Resource):
    """What the reasons of a peer rest on."""

    deeds: int = Field(description="Events that the reasons tell of, and practices of none of them.")
    documents: int = Field(description="Documents that tell of them.")
    declared: int = Field(default=0, description="Offers and needs that are declared, beside them.")
    small: bool = Field(description="One event, or one document, says it all.")


class Peer(ActorSummary):
    """An institution worth a call, with its score (0 to 1) and why."""

    score: float
    lenses: dict[str, float] = Field(description="Value of each lens from 0 to 1, before its weight.")
    reasons: tuple[PeerReason, ...]
    evidence: PeerEvidence


class PeerList(Resource):
    """The peers of an institution, the nearest first."""

    total: int
    results: tuple[Peer, ...]
    weights: dict[str, float] = Field(description="Weight of each lens; together 1.")
    note: str | None = Field(default=None, description="Why there are no peers, where there are none.")


class SoughtPassage(Resource):
    """A passage that speaks for an institution, and the role in which it does: "mentioned" where none is
    known."""

    text: str
    language: str | None = Field(default=None, description="Language of the text (BCP 47).")
    highlights: tuple[tuple[int, int], ...] = Field(default=(), description="Code points of `text` to mark.")
    role: str
    named: bool = Field(description="Does the passage itself name the institution?")
    event: Ref | None = None
    themes: tuple[Ref, ...] = ()
    source: Source | None = None


class Sought(ActorSummary):
    """An institution that may have what is sought, with its score (0 to 1), why, and where it is written."""

    score: float
    reasons: tuple[Reason, ...]
    evidence: tuple[SoughtPassage, ...]
    offers: tuple[Declaration, ...] = Field(
        default=(), description="What it declares that it offers, near to what is sought: said, not shown."
    )


class SoughtList(Resource):
    """Institutions that may have what is sought, the likeliest first."""

    total: int
    results: tuple[Sought, ...]
    note: str | None = Field(
        default=None, description="Why there are none, or that the passages found do not clearly answer."
    )
