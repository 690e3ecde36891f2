"""What the graph of a snapshot tells of every institution, as arrays: who did what, on which themes.

Rows of actors, events, practices and themes are in the order of their IRIs. Nothing is guessed: a country or
a type that the graph does not tell, or tells in two ways, is `UNKNOWN`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ontology.namespaces import ROLE_PROPERTIES
from search_api.catalogue.triples import Triples, text_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROLES = ("instructor", "speaker", "organiser", "sponsor", "host", "participant")
"""The roles in the order of their bits in `Activity.parts`: 1, 2, 4 …"""
UNKNOWN = -1
Ids = NDArray[np.int64]
Names = tuple[str, ...]


@dataclass(frozen=True)
class Activity:
    """The deeds of n actors: their parts in m events, and the p practices that name them.

    `parts` (n × m) has the bits of the roles; `event_themes` (m × t), `practice_themes` (p × t),
    `practice_actors` (n × p), `event_documents` (m × d) and `practice_documents` (p × d) have ones.
    `event_type`, `practice_kind`, `actor_type` and `country` are positions in the names beside them,
    `practice_event` in `events`; all may be `UNKNOWN`. `near_themes` (t × t) has ones where the thesaurus
    calls two themes related, or one broader than the other, and `units` (n × n) where an actor is part of
    another. `names` has all names of an actor, its acronyms left out, in one text.
    """

    actors: Names
    names: Names
    events: Names
    practices: Names
    themes: Names
    event_types: Names
    practice_kinds: Names
    actor_types: Names
    countries: Names
    documents: Names
    parts: "csr_array"
    event_themes: "csr_array"
    practice_themes: "csr_array"
    practice_actors: "csr_array"
    event_documents: "csr_array"
    practice_documents: "csr_array"
    near_themes: "csr_array"
    units: "csr_array"
    event_type: Ids
    practice_kind: Ids
    practice_event: Ids
    actor_type: Ids
    country: Ids

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Row of each actor, by IRI."""
        return {iri: number for number, iri in enumerate(self.actors)}

    @cached_property
    def by_event(self) -> "csr_array":
        """`parts` turned: m × n."""
        return self.parts.T.tocsr()

    @cached_property
    def _units_turned(self) -> "csr_array":
        return self.units.T.tocsr()

    def own(self, actor: int) -> frozenset[int]:
        """An actor, its units and the bodies that it is a unit of, however far: they are nobody's peers."""
        found, queue = {actor}, [actor]
        while queue:
            at = queue.pop()
            fresh = {*row_of(self.units, at).tolist(), *row_of(self._units_turned, at).tolist()} - found
            found |= fresh
            queue += fresh
        return frozenset(found)

    def bits(self, actor: int) -> Mapping[int, int]:
        """The bits of the roles of an actor, by event."""
        at = slice(self.parts.indptr[actor], self.parts.indptr[actor + 1])
        return dict(zip(self.parts.indices[at].tolist(), self.parts.data[at].tolist(), strict=True))


def roles_of(bits: int) -> Names:
    """Roles in the order of `ROLES`."""
    return tuple(role for bit, role in enumerate(ROLES) if bits >> bit & 1)


def row_of(matrix: "csr_array", row: int) -> Ids:
    """The columns of a row that have a cell; scipy's own slicing takes a hundred times as long."""
    columns: Ids = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return columns


def read_activity(triples: Triples) -> Activity:
    """Everything of `Activity`, from the graph of a snapshot."""
    found = _Reader(triples)
    actors, events, practices = (found.subjects(kind) for kind in ("rp:Actor", "rp:Event", "rp:Practice"))
    themes, documents = found.subjects("rp:Theme"), found.subjects("rp:Document")
    event_type, event_types = found.one("?s rp:eventType ?o", events)
    practice_kind, practice_kinds = found.one("?s rp:practiceKind ?o", practices)
    actor_type, actor_types = found.one("?s rp:actorType ?o", actors)
    country, countries = found.one("?s rp:country ?o", actors)
    practice_event, _ = found.one("?s rp:event ?o", practices, among=events)
    return Activity(
        actors=actors,
        names=found.names(actors),
        events=events,
        practices=practices,
        themes=themes,
        event_types=event_types,
        practice_kinds=practice_kinds,
        actor_types=actor_types,
        countries=countries,
        documents=documents,
        parts=found.parts(actors, events),
        event_themes=found.links("?s rp:theme ?o", events, themes),
        practice_themes=found.links("?s rp:theme ?o", practices, themes),
        practice_actors=found.links("?o rp:actor ?s", actors, practices),
        event_documents=found.links("?p a rp:Passage ; rp:event ?s ; dcterms:isPartOf ?o", events, documents),
        practice_documents=found.links("?s rp:passage/dcterms:isPartOf ?o", practices, documents),
        near_themes=found.links(
            "?s skos:related|^skos:related|skos:broader|^skos:broader ?o", themes, themes
        ),
        units=found.links("?s org:unitOf ?o", actors, actors),
        event_type=event_type,
        practice_kind=practice_kind,
        practice_event=practice_event,
        actor_type=actor_type,
        country=country,
    )


class _Reader:
    """Asks the graph for pairs and puts them where they belong."""

    def __init__(self, triples: Triples) -> None:
        self._triples = triples
        self._rows: dict[int, dict[str, int]] = {}

    def subjects(self, kind: str) -> Names:
        rows = self._triples.rows(f"SELECT DISTINCT ?s {{ ?s a {kind} }}")
        return tuple(sorted(text_of(subject) for (subject,) in rows))

    def names(self, rows: Names) -> Names:
        """All names of each row in one text."""
        names: dict[str, list[str]] = {}
        for subject, name in sorted(self._pairs("?s rdfs:label|skos:altLabel ?o")):
            names.setdefault(subject, []).append(name)
        return tuple(" | ".join(names.get(row, ())) for row in rows)

    def links(self, pattern: str, rows: Names, columns: Names) -> "csr_array":
        return _matrix(((s, o, 1) for s, o in self._pairs(pattern)), rows, columns)

    def parts(self, actors: Names, events: Names) -> "csr_array":
        bits: dict[tuple[str, str], int] = {}
        for bit, role in enumerate(ROLES):
            for pair in self._pairs(f"?s <{ROLE_PROPERTIES[role]}> ?o"):
                bits[pair] = bits.get(pair, 0) | 1 << bit
        return _matrix(((s, o, value) for (s, o), value in bits.items()), actors, events)

    def one(self, pattern: str, rows: Names, *, among: Names = ()) -> tuple[Ids, Names]:
        """The one value of each row as a position among the values; `UNKNOWN` for none or several."""
        values: dict[str, set[str]] = {}
        for subject, value in self._pairs(pattern):
            values.setdefault(subject, set()).add(value)
        names = among or tuple(sorted({value for found in values.values() for value in found}))
        at = {name: number for number, name in enumerate(names)}
        positions = [
            at.get(next(iter(found)), UNKNOWN) if len(found := values.get(row, set())) == 1 else UNKNOWN
            for row in rows
        ]
        return np.array(positions, np.int64), names

    def _pairs(self, pattern: str) -> Iterable[tuple[str, str]]:
        for subject, value in self._triples.rows(f"SELECT DISTINCT ?s ?o {{ {pattern} }}"):
            yield text_of(subject), text_of(value)


def _matrix(cells: Iterable[tuple[str, str, int]], rows: Names, columns: Names) -> "csr_array":
    """A sparse matrix of the cells whose row and column are known."""
    from scipy.sparse import csr_array

    row_at = {name: number for number, name in enumerate(rows)}
    column_at = {name: number for number, name in enumerate(columns)}
    known: list[Any] = [
        (row_at[r], column_at[c], value) for r, c, value in cells if r in row_at and c in column_at
    ]
    at = np.array(known, np.int64).reshape(-1, 3)
    return csr_array((at[:, 2], (at[:, 0], at[:, 1])), shape=(len(rows), len(columns)))
