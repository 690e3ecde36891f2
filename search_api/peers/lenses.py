"""The four lenses: what makes another institution a peer, each a value from 0 to 1 and the parts of it.

- *alike*: works on the same themes (cosine of weighted profiles), and, as far as that is so, at the same
  kinds of events, with the same kinds of practices, in the same roles, and is of the same type and remit.
  Where no theme is known of one of the two, kinds and roles stand for them, for less.
- *connected*: took part in the same events, where small events and active roles count more, and shared
  partners: paths of one and two steps of the graph of who met whom, damped (Katz 1953,
  doi:10.1007/BF02289026; Liben-Nowell and Kleinberg 2007, doi:10.1002/asi.20591), with every step divided by
  how much both ends met, so that a programme which meets everybody leads nowhere in particular.
- *complementary*: strong in themes that this one only attended, and, for less, in themes that it lacks, the
  nearer to its own the more; and, for less still, who declares that it offers what this one seeks, attended
  or lacks, or that it seeks what this one offers (`meetings`). The parts are those of a noisy-or (Pearl
  1988): each theme may be enough.
- *counterpart*: of the same or a kindred type in another country, both known, and more so with the same
  themes, roles and remit.

The lenses but *connected* count whoever is in most of the events for little (`Profiles.rarity`), and all but
it trust much evidence more than little (`Profiles.trust`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from search_api.peers.activity import UNKNOWN
from search_api.peers.profiles import Floats, Profiles

Lens = Literal["alike", "connected", "complementary", "counterpart"]
Parts = Mapping[str, Floats]
"""Kind of reason → its part of the value of each of n actors, 0 for the actor itself."""

ALIKE = {
    "shared-theme": 0.5,
    "shared-kind": 0.1,
    "shared-practice-kind": 0.05,
    "shared-role": 0.1,
    "same-type": 0.15,
    "same-remit": 0.1,
}
WITHOUT_THEMES = 0.4
"""What stands for the themes where those of either side are not known: so much of kinds and roles."""
CONNECTED = {"shared-event": 0.75, "shared-partner": 0.25}
LACKED = 0.45
"""What a theme is worth that an actor lacks, beside one that it attended; at most, by nearness to its own."""
FAR = 0.5
"""The nearness of a theme that has nothing to do with an actor's own."""
COMPLEMENTARY_KIN = 0.2
"""How much of a complement is lent by its being of the same or a kindred type."""
COUNTERPART = {"counterpart": 0.3, "shared-theme": 0.4, "shared-role": 0.1, "same-remit": 0.2}


def alike(profiles: Profiles, actor: int) -> Parts:
    """Same themes, and, as far as that is so, kinds of events, practices, roles, type and remit."""
    themes, kinds, practices, roles = (
        matrix @ matrix[actor]
        for matrix in (profiles.themes, profiles.kinds, profiles.practices, profiles.roles)
    )
    known = (profiles.themes_known > 0) & (profiles.themes_known[actor] > 0)
    gate = np.where(known, themes, WITHOUT_THEMES * (kinds + roles) / 2)
    said = profiles.trust * profiles.rarity
    values = {
        "shared-theme": themes,
        "shared-kind": gate * kinds,
        "shared-practice-kind": gate * practices,
        "shared-role": gate * roles,
        "same-type": gate * profiles.kinship(actor),
        "same-remit": gate * profiles.alike_by_name(actor),
    }
    return _without(actor, {kind: ALIKE[kind] * said * value for kind, value in values.items()})


def connected(profiles: Profiles, actor: int) -> Parts:
    """Events together and partners in common."""
    mass = np.zeros(len(profiles.deeds))
    mass[actor] = 1.0
    once = met(profiles, mass)
    once[actor] = 0.0
    twice = met(profiles, once)
    return _without(
        actor,
        {
            "shared-event": CONNECTED["shared-event"] * np.minimum(once, 1.0),
            "shared-partner": CONNECTED["shared-partner"] * np.minimum(twice, 1.0),
        },
    )


def met(profiles: Profiles, mass: Floats) -> Floats:
    """One step from weights of actors to those they met: the graph of who met whom, each edge divided by the
    square roots of how much either end met."""
    scale = np.divide(1.0, np.sqrt(profiles.degree), out=np.zeros_like(mass), where=profiles.degree > 0)
    start = mass * scale
    there = profiles.counted_by_event @ start
    itself = profiles.met_itself * start
    result: Floats = scale * (profiles.counted @ (profiles.event_weight * there) - itself)
    return np.maximum(result, 0.0)


def complementary(profiles: Profiles, actor: int) -> Parts:
    """Strong where this one is absent or only attends, and of a kind to learn from."""
    attended, lacked = needs(profiles, actor)
    actors, themes, offered = profiles.skills
    doubts: list[Floats] = [
        np.bincount(actors, np.log1p(-offered * need[themes]), minlength=len(profiles.deeds)).astype(float)
        for need in (attended, lacked)
    ]
    declared = {"declared-offer": np.zeros_like(doubts[0]), "declared-need": np.zeros_like(doubts[0])}
    for meeting in profiles.meetings.of(actor, attended=attended, lacked=lacked):
        best = declared[meeting.kind]
        best[meeting.other] = max(best[meeting.other], meeting.worth)
    doubts += [np.log1p(-worth) for worth in declared.values()]
    total: Floats = sum(doubts[1:], doubts[0])
    value = -np.expm1(total) * profiles.rarity
    share = np.divide(value, total, out=np.zeros_like(value), where=total != 0)
    kin = COMPLEMENTARY_KIN * profiles.kinship(actor)
    return _without(
        actor,
        {
            "teaches-attended": (1 - COMPLEMENTARY_KIN) * doubts[0] * share,
            "strong-where-absent": (1 - COMPLEMENTARY_KIN) * doubts[1] * share,
            "declared-offer": (1 - COMPLEMENTARY_KIN) * doubts[2] * share,
            "declared-need": (1 - COMPLEMENTARY_KIN) * doubts[3] * share,
            "same-type": kin * value,
        },
    )


def needs(profiles: Profiles, actor: int) -> tuple[Floats, Floats]:
    """What an actor could learn, from 0 to 1 for t themes: those it only attended, and those it lacks."""
    strong = profiles.strong[actor] > 0
    attended = (profiles.only_attended[actor] > 0) & ~strong
    own = np.flatnonzero(strong | attended)
    if not len(own):
        return np.zeros(len(strong)), np.zeros(len(strong))
    near = np.maximum(profiles.theme_nearness[:, own].max(axis=1), FAR)
    return attended.astype(np.float64), np.where(strong | attended, 0.0, LACKED * near)


def counterpart(profiles: Profiles, actor: int) -> Parts:
    """The same or a kindred type of body in another country."""
    country = profiles.activity.country
    abroad = (country != UNKNOWN) & (country != country[actor]) & (country[actor] != UNKNOWN)
    is_one = np.where(abroad, profiles.kinship(actor), 0.0) * profiles.trust * profiles.rarity
    values = {
        "counterpart": 1.0,
        "shared-theme": profiles.themes @ profiles.themes[actor],
        "shared-role": profiles.roles @ profiles.roles[actor],
        "same-remit": profiles.alike_by_name(actor),
    }
    return _without(actor, {kind: COUNTERPART[kind] * is_one * value for kind, value in values.items()})


LENSES: Mapping[Lens, Callable[[Profiles, int], Parts]] = MappingProxyType(
    {"alike": alike, "connected": connected, "complementary": complementary, "counterpart": counterpart}
)


def _without(actor: int, parts: dict[str, Floats]) -> Parts:
    for part in parts.values():
        part[actor] = 0.0
    return parts
