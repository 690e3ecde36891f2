"""The peers of an institution of one snapshot, found, explained and counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graph.errors import NotFound
from search_api.peers.activity import UNKNOWN, Activity, row_of
from search_api.peers.declared import DeclaredVectors
from search_api.peers.lenses import Lens
from search_api.peers.meetings import NOTHING
from search_api.peers.profiles import Profiles
from search_api.peers.ranking import WEIGHTS, rank
from search_api.peers.reasons import Reason, explain

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the likeness of two institutions rests on: so many events (and practices told of none), told by so
    many documents, and so many declarations. `small` marks what one event or one document alone says."""

    deeds: int
    documents: int
    declared: int = 0

    @property
    def small(self) -> bool:
        return self.deeds <= 1 or self.documents <= 1


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer (IRI) with its score and the value of each lens, from 0 to 1, and the reasons for them."""

    iri: str
    score: float
    lenses: Mapping[Lens, float]
    reasons: tuple[Reason, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Peers:
    """A window of the peers of an actor; `total` counts all. `why_none` says why there are none: one of
    "no-deeds", "no-country", "no-type", "no-themes", "nobody"."""

    total: int
    peers: tuple[Peer, ...]
    weights: Mapping[Lens, float]
    why_none: str | None = None


class PeerFinder:
    """Finds peers in one snapshot. Immutable after its making; threads may share it."""

    def __init__(self, activity: Activity, declared: DeclaredVectors = NOTHING) -> None:
        self.activity = activity
        self.profiles = Profiles(activity, declared)

    def find(
        self,
        actor: str,
        *,
        weights: Mapping[Lens, float] = WEIGHTS,
        among: NDArray[np.bool_] | None = None,
        k: int = 10,
        offset: int = 0,
    ) -> Peers:
        """The peers of an actor (IRI), the nearest first, from `offset` on.

        `among` (n, in the order of `activity.actors`) leaves out the others. Raises NotFound where there is
        no such actor, ValueError where no weight is over 0.
        """
        row = self.activity.row.get(actor)
        if row is None:
            raise NotFound(f"there is no actor {actor}")
        ranked = rank(self.profiles, row, weights=weights, among=among)
        window = slice(offset, offset + k)
        found = []
        for other, score in zip(ranked.rows[window].tolist(), ranked.scores[window].tolist(), strict=True):
            reasons = explain(self.profiles, row, other, ranked)
            found.append(
                Peer(
                    iri=self.activity.actors[other],
                    score=round(score, 4),
                    lenses={lens: round(value, 4) for lens, value in ranked.lens_scores(other).items()},
                    reasons=reasons,
                    evidence=self._evidence(reasons),
                )
            )
        none = self._why_none(row, ranked.weights) if not len(ranked.rows) else None
        return Peers(len(ranked.rows), tuple(found), ranked.weights, none)

    def warm(self) -> None:
        """Reckon all statistics now, so that the first question does not wait for them."""
        for name in (
            "themes",
            "kinds",
            "practices",
            "roles",
            "skills",
            "theme_nearness",
            "degree",
            "trust",
            "rarity",
            "remits",
        ):
            getattr(self.profiles, name)

    def _why_none(self, row: int, weights: Mapping[Lens, float]) -> str:
        a = self.activity
        if not self.profiles.deeds[row]:
            return "no-deeds"
        if set(weights) == {"counterpart"}:
            if a.country[row] == UNKNOWN:
                return "no-country"
            if a.actor_type[row] == UNKNOWN:
                return "no-type"
        if set(weights) <= {"complementary"} and not self.profiles.themes_known[row]:
            return "no-themes"
        return "nobody"

    def _evidence(self, reasons: tuple[Reason, ...]) -> Evidence:
        deeds: set[str] = set()
        documents: set[int] = set()
        for iri in {deed.iri for reason in reasons for deed in (*reason.ours, *reason.theirs)}:
            matrix, row = self._told[iri]
            documents.update(row_of(matrix, row).tolist())
            event = (
                self.activity.practice_event[row] if matrix is self.activity.practice_documents else UNKNOWN
            )
            deeds.add(iri if event == UNKNOWN else self.activity.events[event])
        declared = {iri for reason in reasons for iri in reason.declared}
        return Evidence(len(deeds), len(documents), len(declared))

    @cached_property
    def _told(self) -> "dict[str, tuple[csr_array, int]]":
        """Where to read which documents tell of an event or a practice."""
        a = self.activity
        return {
            iri: (matrix, row)
            for names, matrix in ((a.events, a.event_documents), (a.practices, a.practice_documents))
            for row, iri in enumerate(names)
        }
