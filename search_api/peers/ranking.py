"""The lenses together: who is the nearest peer, by weights that the user may set."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from search_api.peers.activity import Ids
from search_api.peers.lenses import LENSES, Lens, Parts
from search_api.peers.profiles import Floats, Profiles

WEIGHTS: Mapping[Lens, float] = MappingProxyType(
    {"alike": 1.0, "connected": 1.0, "complementary": 1.0, "counterpart": 0.5}
)
"""What each lens counts where nobody says otherwise; measured by `benchmarks/peers.py`."""
LARGEST_WEIGHT = 100.0
LEAST = 0.005
"""Who has no part of a score as great as this is no peer: there would be nothing to tell."""


@dataclass(frozen=True)
class Ranked:
    """Peers of one actor, the best first: their rows, their scores, and the parts of each lens for everybody.

    `weights` add up to 1; a score is the sum of all parts, each times the weight of its lens.
    """

    rows: Ids
    scores: Floats
    parts: Mapping[Lens, Parts]
    weights: Mapping[Lens, float]

    def lens_scores(self, row: int) -> dict[Lens, float]:
        """The value of each lens for one peer, before its weight."""
        return {lens: float(sum(part[row] for part in parts.values())) for lens, parts in self.parts.items()}


def rank(
    profiles: Profiles,
    actor: int,
    *,
    weights: Mapping[Lens, float] = WEIGHTS,
    among: NDArray[np.bool_] | None = None,
) -> Ranked:
    """Everybody who is a peer of an actor, by the lenses that have a weight; `among` leaves out the others.

    Raises ValueError where no weight is over 0.
    """
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("give at least one lens a weight over 0")
    shares = {lens: weight / total for lens, weight in weights.items() if weight > 0}
    parts = {lens: LENSES[lens](profiles, actor) for lens in shares}
    scores = np.zeros(len(profiles.deeds))
    own = list(profiles.activity.own(actor))
    for lens, share in shares.items():
        for part in parts[lens].values():
            scores += share * part
    if among is not None:
        scores = np.where(among, scores, 0.0)
    scores[own] = 0.0
    greatest = np.zeros(len(scores))
    for lens, share in shares.items():
        for part in parts[lens].values():
            np.maximum(greatest, share * part, out=greatest)
    rows = np.flatnonzero((scores > 0) & (greatest >= LEAST))
    order = np.argsort(-np.round(scores[rows], 6), kind="stable")
    return Ranked(rows[order], scores[rows[order]], parts, shares)


def parse_weights(text: str) -> dict[Lens, float]:
    """Weights from "alike:2,connected:1"; a lens that is not named has none.

    Raises ValueError with what was wrong and what can be given.
    """
    found: dict[Lens, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, value = part.partition(":")
        lens = next((lens for lens in LENSES if lens == name.strip()), None)
        if lens is None:
            raise ValueError(f"there is no lens {name.strip()!r}; there are {', '.join(LENSES)}")
        try:
            weight = float(value or 1)
        except ValueError:
            weight = -1.0
        if not 0 <= weight <= LARGEST_WEIGHT:
            raise ValueError(
                f"the weight of {lens} is a number from 0 to {LARGEST_WEIGHT:.0f}, not {value!r}"
            )
        found[lens] = weight
    if not any(found.values()):
        raise ValueError("give at least one lens a weight over 0, as in alike:2,connected:1")
    return found
