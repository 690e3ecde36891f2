"""What institutions declare, against what others seek or lack: where an offer meets a need.

Two declarations meet by a theme of both, or by meaning; an offer also meets what the reports show of an
institution, the themes that it lacks or only attended. What is declared is a word and not a deed, so it
counts for less (`DECLARED`), and to declare much counts no more than to declare what is needed: of all that
one institution declares, the best counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_api.peers.activity import Activity, Ids
from search_api.peers.declared import DeclaredVectors

Floats = NDArray[np.float64]
MeetingKind = Literal["declared-offer", "declared-need"]

DECLARED = 0.03
"""What a declared offer counts as skill in a theme, from 0 to 1: less than about nine in ten of the skills
that deeds show (`Profiles.specialty`: in a report of 2007 and in the sample the tenth percentile is 0.03, the
median 0.11), and enough to be told where it meets a need that is declared."""
NEAR = 0.87
"""Least cosine of an offer and a need that are near in meaning. Of 60 pairs of short
texts E5 gave those with little in common up to 0.86; what is missed here is mostly found by its theme."""
NOTHING = DeclaredVectors((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
"""Nobody declares anything."""


class Meeting(NamedTuple):
    """What another institution (a row of `Activity.actors`) declares and one can use, or can give.

    `theirs` and `ours` are positions in what is declared; `ours` is None where the reports show the lack.
    `themes` (columns of `Activity.themes`) are those in which they meet, none where it is by meaning alone.
    `worth` is from 0 to `DECLARED`.
    """

    kind: MeetingKind
    other: int
    theirs: int
    ours: int | None
    themes: tuple[int, ...]
    worth: float


@dataclass(frozen=True)
class Meetings:
    """Finds the meetings of an institution of one snapshot."""

    vectors: DeclaredVectors
    activity: Activity

    def of(self, actor: int, *, attended: Floats, lacked: Floats) -> list[Meeting]:
        """All meetings of an actor; `attended` and `lacked` (of t themes) are what it could learn."""
        if not self.vectors.declared:
            return []
        own_needs, own_offers = (rows[self._owner[rows] == actor] for rows in (self._needs, self._offers))
        found: list[Meeting] = []
        found += self._declared("declared-offer", own_needs, self._offers, self._fit(own_needs, self._offers))
        found += self._declared(
            "declared-need", own_offers, self._needs, self._fit(self._needs, own_offers).T
        )
        met = {meeting.theirs for meeting in found}
        found += self._shown((attended, lacked), met)
        return [meeting for meeting in found if meeting.other != actor]

    def near(self, question: NDArray[np.float32], *, least: float) -> list[tuple[int, float]]:
        """Offers near in meaning to a question (a unit vector), with their cosine (at `least`), the nearest
        first."""
        cosines = self.vectors.passages[self._offers] @ question if len(self._offers) else np.zeros(0)
        near = [(int(self._offers[n]), float(cosines[n])) for n in np.flatnonzero(cosines >= least)]
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))

    def _declared(
        self, kind: MeetingKind, own: Ids, others: Ids, fit: NDArray[np.float32]
    ) -> Iterable[Meeting]:
        """Meetings of own declarations (o) with those of others (d), by how well they fit (o × d)."""
        for column in np.flatnonzero(fit.max(axis=0, initial=0.0) > 0):
            ours, theirs = int(own[fit[:, column].argmax()]), int(others[column])
            shared = np.flatnonzero(self._about[ours] & self._about[theirs])
            yield Meeting(
                kind, int(self._owner[theirs]), theirs, ours, tuple(shared.tolist()), DECLARED
            )  # fmt: skip

    def _fit(self, needs: Ids, offers: Ids) -> NDArray[np.float32]:
        """Needs × offers: their cosine, and 1 more where they share a theme; 0 where they do not meet."""
        cosine = self.vectors.queries[needs] @ self.vectors.passages[offers].T
        shared = self._about[needs].astype(np.float32) @ self._about[offers].T.astype(np.float32) > 0
        return np.where(shared | (cosine >= NEAR), np.clip(cosine, 0.0, 1.0) + shared + 1e-6, 0.0)

    def _shown(self, needs: Sequence[Floats], met: set[int]) -> Iterable[Meeting]:
        """Offers on a theme that the actor only attended, else on one that it lacks."""
        about = self._about[self._offers]
        for need in needs:
            for row in np.flatnonzero((about * need).max(axis=1, initial=0.0) > 0):
                theirs = int(self._offers[row])
                if theirs in met or self._owner[theirs] < 0:
                    continue
                met.add(theirs)
                themes = np.flatnonzero(about[row] * need)
                worth = DECLARED * float(need[themes].max())
                yield Meeting(
                    "declared-offer", int(self._owner[theirs]), theirs, None, tuple(themes.tolist()), worth
                )

    def _of_kind(self, kind: str) -> Ids:
        told = enumerate(self.vectors.declared)
        return np.array([n for n, one in told if one.kind == kind and self._owner[n] >= 0], np.int64)

    @cached_property
    def _offers(self) -> Ids:
        return self._of_kind("offer")

    @cached_property
    def _needs(self) -> Ids:
        return self._of_kind("need")

    @cached_property
    def _owner(self) -> Ids:
        """The row of who declares each, -1 where the graph has no such actor."""
        row = self.activity.row
        return np.array([row.get(one.actor, -1) for one in self.vectors.declared], np.int64)

    @cached_property
    def _about(self) -> NDArray[np.bool_]:
        """Declared × themes."""
        column = {iri: number for number, iri in enumerate(self.activity.themes)}
        about = np.zeros((len(self.vectors.declared), len(column)), np.bool_)
        for n, one in enumerate(self.vectors.declared):
            about[n, [column[theme] for theme in one.themes if theme in column]] = True
        return about
