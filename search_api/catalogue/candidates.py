"""Pairs of institutions that may be one and wait for a person, as the interface tells them."""

from collections import defaultdict
from collections.abc import Mapping

from pydantic import Field

from graph.identities import candidates
from graph.store import GraphView
from search_api.catalogue.catalogue import Catalogue
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref, Resource


class CandidateActor(ActorSummary):
    """One of two institutions that may be one."""

    documents: tuple[Ref, ...] = Field(default=(), description="The documents that name it.")


class CandidatePair(Resource):
    """Two institutions that may be one."""

    score: float = Field(description="How likely they are one, from 0 to 1.")
    reason: str = Field(description="What speaks for it and what against, in words.")
    actors: tuple[CandidateActor, CandidateActor]


class CandidateList(Resource):
    total: int
    results: tuple[CandidatePair, ...]


def actor_candidates(view: GraphView, catalogue: Catalogue, *, least: float = 0) -> tuple[CandidatePair, ...]:
    """The pairs of institutions of a snapshot that wait for a person, the likeliest first.

    Those that score under `least` (0 to 1) are left out.
    """
    by_iri = {actor.id: actor for actor in catalogue.actors.values()}
    waiting = [
        pair
        for pair in candidates(view)
        if pair.score >= least and pair.one in by_iri and pair.other in by_iri  # the others are events
    ]
    documents = _documents(view) if waiting else {}

    def told(iri: str) -> CandidateActor:
        return CandidateActor(
            **by_iri[iri].__dict__, documents=catalogue.refs(documents.get(iri, frozenset()))
        )

    return tuple(
        CandidatePair(score=pair.score, reason=pair.reason, actors=(told(pair.one), told(pair.other)))
        for pair in waiting
    )


def _documents(view: GraphView) -> Mapping[str, set[str]]:
    """Actor → the documents whose passages name it."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = view.select(
        """SELECT DISTINCT ?actor ?document WHERE {
             ?candidate a rp:MergeCandidate ; rp:candidateOf ?actor .
             ?passage rp:mentions ?actor ; dcterms:isPartOf ?document }"""
    )
    for row in rows:
        found[str(row["actor"])].add(str(row["document"]))
    return found
