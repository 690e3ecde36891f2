"""From a need in words to institutions: whoever did what the passages that answer it tell.

A search finds passages; each votes for the institutions in it with its score, as experts are found by the
documents they are associated with: the voting models of Macdonald and Ounis (2006,
doi:10.1145/1183614.1183671; here expCombSUM) and the document model of Balog et al. (2006,
doi:10.1145/1148170.1148181), where the association is the role. Who taught it counts more than who was
there, and who was there more than who is only mentioned. Whoever is in most of the events is held back
(`Profiles.rarity`), as long candidate profiles are there. An offer that is declared and near to the need in
meaning votes as well, for less than to have been there (`OFFERED`), and is told apart.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graph.declarations import Declared
from search_api.catalogue.mentions import names_pattern
from search_api.peers.profiles import Profiles
from search_api.search.entries import MENTIONED
from search_api.search.words import fold

if TYPE_CHECKING:
    from search_api.search.results import Hit

DID: Mapping[str, float] = {
    "instructor": 1.0,
    "speaker": 0.9,
    "organiser": 0.9,
    "sponsor": 0.8,
    "host": 0.5,
    "participant": 0.25,
    MENTIONED: 0.15,
}
"""How sure it is that an institution did what a passage tells, by its role in the event of the passage."""
OFFERED = 0.2
"""What an offer near in meaning counts: less than to have been there, by the best passage; it is no deed."""
NEARER = 2.5
"""Standard deviations over the mean cosine of the collection's passages from which an offer is near to a
question, where that is less than `meetings.NEAR`: across languages cosines of E5 are lower. Of 153 pairs of
questions and offers in three languages, 22 of which fit, the cosine alone told 11 and 2 that do not, both
together 16 and 3."""
NAMED = 1.5
"""How much more, where the passage itself names it."""
SOFTNESS = 1.0
"""The difference of scores (standard deviations) that divides the vote of a passage by e."""
PASSAGES = 100
"""Passages that vote."""
LEAST = 0.01
"""Who has a score below this is not told."""
EVIDENCE = 3
"""Most passages that vote for one institution, and are shown with it."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A passage that speaks for an institution, with the role in which it does."""

    hit: "Hit"
    role: str
    named: bool
    value: float


@dataclass(frozen=True, slots=True)
class Sought:
    """An institution (IRI) that may have what is sought: a score from 0 to 1, its passages, the best first,
    and what it declares that it offers."""

    iri: str
    score: float
    votes: tuple[Vote, ...]
    offers: tuple[Declared, ...] = ()


def seek(
    hits: Iterable["Hit"],
    profiles: Profiles,
    names: Callable[[str], Collection[str]],
    *,
    among: Collection[str] | None = None,
    offers: Iterable[Declared] = (),
) -> list[Sought]:
    """The institutions that the hits of a search (the best first) speak for, the likeliest first.

    `names` are the names of an institution (IRI); `among` leaves out the others. `offers` are those
    near in meaning, the nearest first; however many one institution has, they count once. The score is 1
    where the best passages are all about one who taught, organised or paid for what they tell.
    """
    ranked = list(hits)
    naming = cache(lambda iri: _Naming.of(names(iri)))
    top = ranked[0].score if ranked else 0.0
    offered: dict[str, list[Declared]] = {}
    for offer in offers:
        if among is None or offer.actor in among:
            offered.setdefault(offer.actor, []).append(offer)
    votes: dict[str, dict[str, Vote]] = {}
    for hit in ranked:
        weight = math.exp((hit.score - top) / SOFTNESS)
        text = fold(hit.text)
        for actor in hit.actors:
            if among is not None and actor.iri not in among:
                continue
            named = naming(actor.iri).found(hit.text, text)
            value = weight * DID.get(actor.role, DID[MENTIONED]) * (NAMED if named else 1.0)
            known = votes.setdefault(actor.iri, {}).get(hit.id)
            if known is None or value > known.value:
                votes[actor.iri][hit.id] = Vote(hit, actor.role, named, value)
    most = NAMED * sum(math.exp((hit.score - top) / SOFTNESS) for hit in ranked[:EVIDENCE]) or NAMED
    found = []
    for iri in dict.fromkeys((*votes, *offered)):
        by_hit, declared = votes.get(iri, {}), tuple(offered.get(iri, ())[:EVIDENCE])
        best = sorted(by_hit.values(), key=lambda vote: -vote.value)[:EVIDENCE]
        row = profiles.activity.row.get(iri)
        rarity = float(profiles.rarity[row]) if row is not None else 1.0
        said = sum(vote.value for vote in best) + (OFFERED if declared else 0.0)
        score = rarity * said / most
        if score >= LEAST:
            found.append(Sought(iri, round(float(np.clip(score, 0.0, 1.0)), 4), tuple(best), declared))
    return sorted(found, key=lambda one: (-one.score, one.iri))


class _Naming(NamedTuple):
    """The names of an institution as whole words: `as_written` are acronyms, which may be words in lower case
    (CREA, crea), `folded` the others; None where there are none."""

    as_written: re.Pattern[str] | None
    folded: re.Pattern[str] | None

    @classmethod
    def of(cls, names: Collection[str]) -> "_Naming":
        acronyms = [name for name in names if name.isupper()]
        others = [fold(name) for name in names if not name.isupper()]
        return cls(names_pattern(acronyms), names_pattern(others))

    def found(self, text: str, folded: str) -> bool:
        """Whether a text has any of the names; `folded` is the same text folded."""
        pairs = ((self.as_written, text), (self.folded, folded))
        return any(pattern is not None and pattern.search(within) for pattern, within in pairs)
