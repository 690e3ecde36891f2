"""Peers of an institution: who worked on the same events and themes, who is alike, and why.

Each of four kinds of evidence gives a value from 0 to 1, and a peer's score is their weighted sum.

- Shared events: the cosine of two actors over their events, one of n actors weighing 1 / log(1 + n).
  The weight is that of Adamic and Adar (2003, doi:10.1016/S0378-8733(03)00009-1): having met among three says
  more than having met among three hundred. The cosine (Salton) divides by how much each does, so that a
  programme which takes part in everything is not everybody's first peer.
- Shared themes: the same cosine over the themes of their events, counted by event; a theme of N actors in all
  and n of them weighs log(1 + N / n).
- Similar profile: the cosine of the vectors of their profiles in the search index, measured from the mean
  over all actors (0) to the nearest one (1).
- Counterpart: an institution of the same type in another country; it adds to other evidence, no more.

A reason states what is in the graph, with the resources it speaks of.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from graph.errors import NotFound
from graph.store import GraphView
from ontology.namespaces import ID, PREFIXES, ROLE_PROPERTIES
from search_api.index import SearchIndex
from search_api.links import slug_of
from search_api.quotation import quoted

ReasonKind = Literal["shared-event", "shared-theme", "similar-profile", "counterpart"]

WEIGHTS: Mapping[ReasonKind, float] = {
    "shared-event": 0.45,
    "shared-theme": 0.3,
    "similar-profile": 0.15,
    "counterpart": 0.1,
}
SIMILAR = 0.5
"""A profile counts as similar from half the way between the mean and the nearest."""
_NAMED_THEMES = 3

_PREFIXES = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())


class Link(NamedTuple):
    """A resource that a reason speaks of: `rel` is "event", "theme", "document" or "actor"."""

    rel: str
    iri: str
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, in Spanish, with its part of the score."""

    kind: ReasonKind
    text_es: str
    weight: float
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """An institution with its score (0 to 1) and the reasons that make it up, the heaviest first. `country`
    is ISO 3166-1 alpha-2 and `type` the slug of the actor type, where they are known."""

    iri: str
    slug: str
    name: str
    country: str | None
    type: str | None
    score: float
    reasons: tuple[Reason, ...]


def peers(
    view: GraphView,
    actor_iri: str,
    *,
    index: SearchIndex | None = None,
    k: int = 10,
    weights: Mapping[ReasonKind, float] | None = None,
) -> list[Peer]:
    """The `k` nearest peers of an actor, the best first; empty where nothing is known of what it did (see
    `why_no_peers`). Profiles are compared where an `index` is given.

    Raises NotFound where there is no such actor.
    """
    return Network(view, index=index).peers(actor_iri, k=k, weights=weights)


def why_no_peers(view: GraphView, actor_iri: str) -> str:
    """In Spanish, why `peers` found none for an actor."""
    name = view.label(actor_iri)
    if actor_iri not in _participations(view):
        return f"El grafo no dice de ningún evento en el que {name} haya tomado parte."
    return f"Nadie más aparece en los eventos de {name} ni en otros sobre sus temas."


class Network:
    """What peers are found by, read from the graph once; for several questions to one snapshot."""

    def __init__(self, view: GraphView, *, index: SearchIndex | None = None) -> None:
        self._view = view
        self._events = _participations(view)
        self._actors = {iri: names[0] for iri, names in _actor_names(view).items()}
        self._country = _single(view, "SELECT ?s ?o { ?s a rp:Actor ; rp:country/rp:isoCode ?o }")
        self._type = _single(view, "SELECT ?s ?o { ?s a rp:Actor ; rp:actorType ?o }")
        self._themes_of = _many(view, "SELECT ?s ?o { ?s a rp:Event ; rp:theme ?o }")
        self._documents_of = _many(
            view, "SELECT ?o ?s { ?p a rp:Passage ; rp:event ?s ; dcterms:isPartOf ?o }"
        )
        at: dict[str, set[str]] = defaultdict(set)
        for actor, events in self._events.items():
            for event in events:
                at[event].add(actor)
        self._event_weight = {event: 1 / math.log(1 + len(actors)) for event, actors in at.items()}
        self._theme_counts = {
            actor: _count(theme for event in events for theme in self._themes_of.get(event, ()))
            for actor, events in self._events.items()
        }
        having = _count(theme for counts in self._theme_counts.values() for theme in counts)
        self._theme_weight = {theme: math.log(1 + len(self._events) / n) for theme, n in having.items()}
        self._profiles = _profiles(index)

    def peers(
        self, actor: str, *, k: int = 10, weights: Mapping[ReasonKind, float] | None = None
    ) -> list[Peer]:
        """As the function of this name."""
        if actor not in self._actors:
            raise NotFound(f"there is no actor {actor}")
        if actor not in self._events:
            return []
        weigh = WEIGHTS if weights is None else weights
        nearness = self._nearness(actor)
        found = []
        for other in self._actors:
            if other == actor:
                continue
            reasons = list(self._reasons(actor, other, nearness.get(other, 0.0), weigh))
            if reasons:
                found.append(
                    Peer(
                        iri=other,
                        slug=slug_of(other),
                        name=self._actors[other],
                        country=self._country.get(other),
                        type=slug_of(self._type[other]) if other in self._type else None,
                        score=round(sum(reason.weight for reason in reasons), 4),
                        reasons=tuple(sorted(reasons, key=lambda reason: -reason.weight)),
                    )
                )
        return sorted(found, key=lambda peer: (-peer.score, peer.slug))[:k]

    def _reasons(
        self, actor: str, other: str, nearness: float, weigh: Mapping[ReasonKind, float]
    ) -> Iterable[Reason]:
        ours, theirs = self._events[actor], self._events.get(other, {})
        reasons = []
        shared = sorted(set(ours) & set(theirs), key=lambda event: -self._event_weight[event])
        if shared:
            value = _cosine(dict.fromkeys(ours, 1.0), dict.fromkeys(theirs, 1.0), self._event_weight)
            total = sum(self._event_weight[event] for event in shared)
            for event in shared:
                part = weigh.get("shared-event", 0.0) * value * self._event_weight[event] / total
                reasons.append(
                    Reason(
                        "shared-event", self._event_text(event, ours, theirs), part, self._event_links(event)
                    )
                )
        themes = set(self._theme_counts[actor]) & set(self._theme_counts.get(other, {}))
        if themes:
            value = _cosine(self._theme_counts[actor], self._theme_counts[other], self._theme_weight)
            ordered = sorted(themes, key=lambda theme: (-self._theme_weight[theme], theme))
            links = tuple(self._link("theme", theme) for theme in ordered)
            named = ", ".join(link.label for link in links[:_NAMED_THEMES])
            more = f" y {len(links) - _NAMED_THEMES} más" if len(links) > _NAMED_THEMES else ""
            text = f"Ambas tomaron parte en eventos sobre {named}{more}."
            reasons.append(Reason("shared-theme", text, weigh.get("shared-theme", 0.0) * value, links))
        if nearness >= SIMILAR:
            text = f"Su perfil se parece al de {self._actors[actor]}."
            links = (self._link("actor", other),)
            reasons.append(
                Reason("similar-profile", text, weigh.get("similar-profile", 0.0) * nearness, links)
            )
        if reasons and self._are_counterparts(actor, other):
            kind = self._view.label(self._type[other])
            text = f"Es del mismo tipo ({kind}) en otro país ({self._country[other]})."
            reasons.append(
                Reason("counterpart", text, weigh.get("counterpart", 0.0), (self._link("actor", other),))
            )
        return [reason for reason in reasons if reason.weight > 0]

    def _are_counterparts(self, actor: str, other: str) -> bool:
        ours, theirs = self._country.get(actor), self._country.get(other)
        kind = self._type.get(actor)
        return (
            kind is not None
            and kind == self._type.get(other)
            and None not in (ours, theirs)
            and ours != theirs
        )

    def _event_text(self, event: str, ours: Mapping[str, set[str]], theirs: Mapping[str, set[str]]) -> str:
        label = quoted(self._view.label(event))
        same = sorted(ours[event] & theirs[event])
        if same:
            roles = " y ".join(self._role(role) for role in same)
            return f"Ambas figuran como {roles} en {label}."
        roles = " y ".join(self._role(role) for role in sorted(theirs[event]))
        return f"Coincidieron en {label}, donde figura como {roles}."

    def _role(self, role: str) -> str:
        return self._view.label(f"{ID}role/{role}").lower()

    def _event_links(self, event: str) -> tuple[Link, ...]:
        documents = sorted(self._documents_of.get(event, ()))
        return (self._link("event", event), *(self._link("document", iri) for iri in documents))

    def _link(self, rel: str, iri: str) -> Link:
        return Link(rel, iri, slug_of(iri), self._view.label(iri))

    def _nearness(self, actor: str) -> dict[str, float]:
        if actor not in self._profiles or len(self._profiles) < 3:
            return {}
        others = [iri for iri in self._profiles if iri != actor]
        cosines = np.stack([self._profiles[iri] for iri in others]) @ self._profiles[actor]
        spread = float(cosines.max() - cosines.mean())
        if spread <= 0:
            return {}
        scaled = (cosines - cosines.mean()) / spread
        return {iri: float(value) for iri, value in zip(others, scaled, strict=True)}


_ROLES = " ".join(f"<{iri}>" for iri in ROLE_PROPERTIES.values())


def _participations(view: GraphView) -> dict[str, dict[str, set[str]]]:
    """Actor → event → roles."""
    names = {iri: role for role, iri in ROLE_PROPERTIES.items()}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in _select(
        view,
        f"SELECT ?actor ?role ?event {{ VALUES ?role {{ {_ROLES} }} ?actor a rp:Actor ; ?role ?event }}",
    ):
        found[str(row["actor"])][str(row["event"])].add(names[str(row["role"])])
    return {actor: dict(events) for actor, events in found.items()}


def _actor_names(view: GraphView) -> dict[str, list[str]]:
    """Names of each actor, the label first."""
    found = {
        str(row["s"]): [view.label(str(row["s"]))] for row in _select(view, "SELECT ?s { ?s a rp:Actor }")
    }
    query = "SELECT ?s ?o { ?s a rp:Actor ; rdfs:label|skos:altLabel|rp:acronym ?o }"
    for row in _select(view, query):
        if str(row["o"]) not in found[str(row["s"])]:
            found[str(row["s"])].append(str(row["o"]))
    return dict(sorted(found.items()))


def _profiles(index: SearchIndex | None) -> dict[str, Any]:
    """Vectors of the actors' profiles in an index, by IRI."""
    if index is None:
        return {}
    positions = np.flatnonzero(index.columns.of_kind("actor"))
    rows = index.vectors.rows(positions)
    return {index.entries[int(position)].iri: row for position, row in zip(positions, rows, strict=True)}


def _cosine(a: Mapping[str, float], b: Mapping[str, float], weight: Mapping[str, float]) -> float:
    """Cosine of two sparse vectors in a space whose axes have weights."""
    dot = sum(a[key] * b[key] * weight[key] for key in set(a) & set(b))
    norms = math.sqrt(sum(v * v * weight[key] for key, v in a.items())) * math.sqrt(
        sum(v * v * weight[key] for key, v in b.items())
    )
    return dot / norms if norms else 0.0


def _count(keys: Iterable[str]) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for key in keys:
        counts[key] += 1
    return dict(counts)


def _select(view: GraphView, query: str) -> list[dict[str, Any]]:
    return view.select(_PREFIXES + query)


def _single(view: GraphView, query: str) -> dict[str, str]:
    return {subject: min(objects) for subject, objects in _many(view, query).items()}


def _many(view: GraphView, query: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _select(view, query):
        found[str(row["s"])].add(str(row["o"]))
    return dict(found)
