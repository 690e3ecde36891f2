"""What every institution does, summed up from its deeds: the statistics that the lenses compare.

- A deed counts by the role in it (`STRENGTH`): to teach, to organise or to pay says more of what a body can
  do than to have been there.
- Counts enter as log(1 + count) and are weighted by how few share the feature, log(1 + N / n): the term
  weights of text retrieval (Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0). The cosine divides
  by all that a body does, so who is everywhere is not near everybody.
- An event of n institutions weighs 1 / log(1 + n), as in Adamic and Adar (2003,
  doi:10.1016/S0378-8733(03)00009-1): to have met among three says more than among three hundred.
- Evidence of n deeds is trusted by n / (n + `DOUBT`): a likeness that rests on little is drawn towards none,
  the significance weighting of Herlocker et al. (1999, doi:10.1145/312624.312682) in the smooth form of Bell
  and Koren (2007, doi:10.1109/ICDM.2007.90).
- What a body's share in a theme is, is estimated with the share of all as `PRIOR` deeds of its own: Dirichlet
  smoothing (Zhai and Lafferty 2004, doi:10.1145/984321.984322). One deed does not make a specialist.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search_api.peers.activity import ROLES, UNKNOWN, Activity, Ids
from search_api.peers.meetings import NOTHING, Meetings
from search_api.peers.remits import remits

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from search_api.peers.declared import DeclaredVectors

Floats = NDArray[np.float64]

STRENGTH = {
    "instructor": 1.0,
    "speaker": 0.8,
    "organiser": 0.8,
    "sponsor": 0.7,
    "host": 0.3,
    "participant": 0.0,
}
"""How much a role shows of what a body can do in the themes of an event."""
ATTENDED = 0.4
"""What having only attended an event counts where two bodies are compared."""
BY_UNIT = 0.6
"""What a deed counts for a body whose own unit did it: the unit is who knows."""
TOLD = 0.5
"""What a practice that names a body shows of its skill; and what one told of an event counts, in the profile
of practices, for who was active there, where one that names it counts 1."""
FAMILIES = (
    ("ministry", "government-agency"),
    ("development-bank", "fund"),
    ("university", "research-or-training-centre"),
    ("consultancy", "company"),
)
"""Types of institution with like tasks: the public administration, finance, learning, firms."""
KIN = 0.5
"""What a kindred type counts beside the same."""
DOUBT = 0.5
PRIOR = 3.0


@dataclass(frozen=True)
class Profiles:
    """Statistics of n actors; see the properties. Made once for a snapshot."""

    activity: Activity
    declared: "DeclaredVectors" = field(default=NOTHING, repr=False)

    @cached_property
    def meetings(self) -> Meetings:
        """Where an offer that is declared meets a need."""
        return Meetings(self.declared, self.activity)

    @cached_property
    def active(self) -> "csr_array":
        """n × m: the greatest `STRENGTH` of the roles of an actor in an event; 0 where it only attended."""
        strength = np.array(
            [
                max((STRENGTH[role] for bit, role in enumerate(ROLES) if bits >> bit & 1), default=0.0)
                for bits in range(1 << len(ROLES))
            ]
        )
        return _valued(self.activity.parts, strength[self.activity.parts.data] * self._nearness_to_deed)

    @cached_property
    def _nearness_to_deed(self) -> Floats:
        """Of each cell of `parts`: `BY_UNIT` where a unit of the actor is in the event, too, else 1."""
        parts = self.activity.parts
        if not parts.nnz:  # a directory alone tells of no events; scipy chooses no cells in another shape
            return np.ones(0)
        of_units = (self.activity.units.T @ (parts > 0)).tocsr()
        rows = np.repeat(np.arange(parts.shape[0]), np.diff(parts.indptr))
        by_unit = np.asarray(of_units[rows, parts.indices]).ravel() > 0
        return np.where(by_unit, BY_UNIT, 1.0)

    @cached_property
    def attended(self) -> "csr_array":
        """n × m: 1 where an actor was in an event and did no more than attend."""
        return _valued(self.activity.parts, (self.active.data == 0).astype(np.float64))

    @cached_property
    def counted(self) -> "csr_array":
        """n × m: 1 where an actor was active in an event, `ATTENDED` where it attended."""
        value = np.where(self.active.data > 0, 1.0, ATTENDED)
        return _valued(self.activity.parts, value * self._nearness_to_deed)

    @cached_property
    def event_weight(self) -> Floats:
        """m: what an event says of those who met there, 1 / log(1 + n); 0 where nobody is known."""
        sizes = np.diff(self.activity.by_event.indptr)
        weight: Floats = np.zeros(len(sizes))
        weight[sizes > 0] = 1 / np.log1p(sizes[sizes > 0])
        return weight

    @cached_property
    def strong(self) -> Floats:
        """n × t: deeds in a theme that show skill, by `STRENGTH`."""
        a = self.activity
        return _dense(self.active @ a.event_themes + TOLD * (a.practice_actors @ a.practice_themes))

    @cached_property
    def only_attended(self) -> Floats:
        """n × t: events on a theme that an actor only attended."""
        return _dense(self.attended @ self.activity.event_themes)

    @cached_property
    def deeds(self) -> Floats:
        """n: events and practices of an actor."""
        a = self.activity
        result: Floats = np.diff(a.parts.indptr) + np.diff(a.practice_actors.indptr).astype(np.float64)
        return result

    @cached_property
    def trust(self) -> Floats:
        """n: how far the deeds of an actor are evidence, from 0 (none) towards 1."""
        result: Floats = self.deeds / (self.deeds + DOUBT)
        return result

    @cached_property
    def themes(self) -> Floats:
        """n × t unit rows: themes of an actor's deeds."""
        a = self.activity
        return unit(weighted(_dense(self.counted @ a.event_themes + a.practice_actors @ a.practice_themes)))

    @cached_property
    def themes_known(self) -> Floats:
        """n: how many themes an actor's deeds have; 0 where none is known."""
        result: Floats = np.count_nonzero(self.themes, axis=1).astype(np.float64)
        return result

    @cached_property
    def kinds(self) -> Floats:
        """n × k unit rows: types of an actor's events."""
        return unit(
            weighted(
                _dense(self.counted @ _one_hot(self.activity.event_type, len(self.activity.event_types)))
            )
        )

    @cached_property
    def practices(self) -> Floats:
        """n × k unit rows: kinds of the practices told of an actor, and of events in which it was active."""
        a = self.activity
        kind = _one_hot(a.practice_kind, len(a.practice_kinds))
        of_event = _one_hot(a.practice_event, len(a.events)).T @ kind
        return unit(weighted(_dense(a.practice_actors @ kind + TOLD * (self.active > 0) @ of_event)))

    @cached_property
    def roles(self) -> Floats:
        """n × 6 unit rows: how often an actor had each role."""
        parts = self.activity.parts
        owners = np.repeat(np.arange(parts.shape[0]), np.diff(parts.indptr))
        counts = [
            np.bincount(owners, parts.data >> bit & 1, minlength=parts.shape[0]) for bit in range(len(ROLES))
        ]
        return unit(np.log1p(np.stack(counts, axis=1)))

    @cached_property
    def specialty(self) -> Floats:
        """n × t from 0 to 1: how strong an actor is in a theme, by how much it did there and by its share."""
        total = self.strong.sum(axis=0)
        common = total / (total.sum() or 1.0)
        share = (self.strong + PRIOR * common) / (self.strong.sum(axis=1, keepdims=True) + PRIOR)
        result: Floats = np.where(self.strong > 0, self.strong / (self.strong + DOUBT) * share, 0.0)
        return result

    @cached_property
    def skills(self) -> tuple[Ids, Ids, Floats]:
        """Actor, theme and specialty, where there is any; under 1."""
        actors, themes = np.nonzero(self.specialty)
        return actors, themes, np.minimum(self.specialty[actors, themes], 0.999)

    @cached_property
    def theme_nearness(self) -> Floats:
        """t × t from 0 to 1: cosine of two themes over the events that have them; 0.5 at least where the
        thesaurus joins them."""
        a = self.activity
        together = _dense(a.event_themes.T @ a.event_themes).astype(np.float64)
        size = np.sqrt(np.diag(together))
        size[size == 0] = 1.0
        result: Floats = np.maximum(together / np.outer(size, size), 0.5 * (_dense(a.near_themes) > 0))
        return result

    @cached_property
    def rarity(self) -> Floats:
        """n: 1 less the share of all events that an actor was in. Who is in most is in yours, too, and that
        says nothing."""
        a = self.activity
        result: Floats = 1.0 - np.diff(a.parts.indptr) / max(len(a.events), 1)
        return result

    @cached_property
    def remits(self) -> "csr_array":
        """n × w unit rows: what the names of actors say that they are for."""
        return remits(self.activity.names)

    def alike_by_name(self, actor: int) -> Floats:
        """n: cosine of the names of all actors and of one."""
        at = slice(self.remits.indptr[actor], self.remits.indptr[actor + 1])
        name = np.zeros(self.remits.shape[1])
        name[self.remits.indices[at]] = self.remits.data[at]
        return np.asarray(self.remits @ name)

    def kinship(self, actor: int) -> Floats:
        """n: 1 where an actor is of the same type as this one, `KIN` where of a kindred type, else 0."""
        kind = self.activity.actor_type
        of_one = int(kind[actor])
        if of_one == UNKNOWN:
            return np.zeros(len(kind))
        family = self._families[of_one]
        kindred = (self._families[kind] == family) & (family != UNKNOWN) & (kind != UNKNOWN)
        result: Floats = np.where(kind == of_one, 1.0, np.where(kindred, KIN, 0.0))
        return result

    @cached_property
    def _families(self) -> Ids:
        """The family of each actor type, or `UNKNOWN`."""
        slugs = [iri.rpartition("/")[2] for iri in self.activity.actor_types]
        of = {slug: number for number, family in enumerate(FAMILIES) for slug in family}
        return np.array([of.get(slug, UNKNOWN) for slug in slugs], np.int64)

    @cached_property
    def counted_by_event(self) -> "csr_array":
        """`counted` turned: m × n."""
        return self.counted.T.tocsr()

    @cached_property
    def met_itself(self) -> Floats:
        """n: what an actor would have met of itself, which does not count."""
        return np.asarray(self.counted.power(2) @ self.event_weight)

    @cached_property
    def degree(self) -> Floats:
        """n: the weight of all others that an actor met at events."""
        sizes = np.asarray(self.counted.sum(axis=0)).ravel()
        others = self.counted @ (self.event_weight * sizes) - self.met_itself
        result: Floats = np.maximum(np.asarray(others).ravel(), 0.0)
        return result


def weighted(counts: Floats) -> Floats:
    """Counts of n × f as term weights: log(1 + count) · log(1 + N / n), N those who have any feature."""
    having = (counts > 0).sum(axis=0)
    everybody = int((counts.sum(axis=1) > 0).sum())
    rarity = np.log1p(everybody / np.maximum(having, 1))
    result: Floats = np.log1p(counts) * rarity
    return result


def unit(rows: Floats) -> Floats:
    """Rows brought to length 1; rows of zeros stay."""
    length = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    result: Floats = rows / np.where(length > 0, length, 1.0)
    return result


def _valued(matrix: "csr_array", values: Floats) -> "csr_array":
    """A matrix with the same cells and other values (zeros stay cells)."""
    from scipy.sparse import csr_array

    return csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _one_hot(positions: Ids, width: int) -> "csr_array":
    from scipy.sparse import csr_array

    rows = np.flatnonzero(positions != UNKNOWN)
    return csr_array((np.ones(len(rows)), (rows, positions[rows])), shape=(len(positions), width))


def _dense(matrix: "csr_array") -> Floats:
    return np.asarray(matrix.toarray(), np.float64)
