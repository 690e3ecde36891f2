"""The named graph of the network: collaborations, communities, brokers and growth, for SPARQL to see.

    SELECT ?name ?brokerage { ?actor rp:brokerage ?brokerage ; rdfs:label ?name } ORDER BY DESC(?brokerage)

It follows from the other graphs and is made anew with each snapshot in which what it follows from is another.
Of very many collaborations it tells the strongest of each institution; what it leaves out, it counts.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.claims import decimal, integer, text_literal
from graph.collaborations import UNKNOWN_YEAR, Collaborations, Mask
from graph.communities import NONE, Community
from graph.naming import digest
from graph.network import Network, countries_of_actors, measure, read_collaborations, themes_of_events
from graph.store import GraphView
from ontology.namespaces import GRAPH_NETWORK, ID, LANGUAGES, RDF, RDFS, RP, SKOS, XSD, iri

MOST_STORED = 20_000
"""Collaborations in the graph: some 180,000 statements. The server and the exports have them all."""
NAMED = 3
"""Strongest members that a community is named by and that are told of it."""
_VERSION = "1"
"""What `fingerprint` begins with: raised where other statements would follow from the same facts."""
_GRAPH = NamedNode(GRAPH_NETWORK)
_AND = {"es": " y ", "pt": " e ", "en": " and "}


@dataclass(frozen=True, slots=True)
class Sources:
    """What the network of a snapshot follows from: plain values read from its merged graph."""

    edges: Collaborations
    countries: Mapping[str, str]
    themes: Mapping[str, Sequence[str]]
    names: Mapping[str, str]
    theme_labels: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, store: Store) -> "Sources":
        """Read them from a store whose default graph is the merge of the others."""
        edges, view = read_collaborations(store), GraphView(store)
        events = set(edges.events)
        themes = {event: found for event, found in themes_of_events(store).items() if event in events}
        return cls(
            edges=edges,
            countries=countries_of_actors(store),
            themes=themes,
            names={actor: _short_name(view, actor) for actor in edges.actors},
            theme_labels={theme: _labels(view, theme) for found in themes.values() for theme in found},
        )

    def fingerprint(self) -> str:
        """A digest of all of it: the same graph follows from sources with one fingerprint."""
        edges = self.edges
        found = hashlib.sha256(_VERSION.encode())
        for array in (edges.first, edges.second, edges.starts, edges.meeting_event, edges.years):
            found.update(array.tobytes())
        found.update(edges.meeting_weight.tobytes())
        facts = (
            edges.actors,
            edges.events,
            [self.countries.get(actor) for actor in edges.actors],
            *(sorted(facts.items()) for facts in (self.themes, self.names)),
            sorted((theme, sorted(labels.items())) for theme, labels in self.theme_labels.items()),
        )
        found.update(repr(facts).encode("utf-8", "surrogatepass"))
        return found.hexdigest()


def network_quads(sources: Sources) -> Iterator[Quad]:
    """The graph that follows from its sources."""
    network = measure(sources.edges, countries=sources.countries, themes=sources.themes)
    stored = strongest(network.edges, MOST_STORED)
    yield from _collaborations(network.edges.edges(stored))
    yield from _actors(network)
    for community in network.communities:
        yield from _community(community, sources)
    yield from _years(network)
    counts = {
        "collaborationCount": len(network.edges),
        "leftOutCount": int((~stored).sum()),
        "actorCount": int((network.community != NONE).sum()),
    }
    for name, count in counts.items():
        yield _quad(GRAPH_NETWORK, RP + name, integer(count))


def strongest(edges: Collaborations, most: int) -> Mask:
    """The `most` edges, shape (edges,), that come first where each actor's are ranked by weight and an edge
    has the better of its two ranks: so each actor keeps its strongest, however weak they are."""
    if len(edges) <= most:
        return np.ones(len(edges), bool)
    order = np.lexsort((edges.second, edges.first, -edges.weight.round(9)))
    ends = np.column_stack((edges.first[order], edges.second[order])).ravel()
    by_actor = np.argsort(ends, kind="stable")
    counts = np.bincount(ends, minlength=len(edges.actors))
    rank = np.empty(len(ends), np.int64)
    rank[by_actor] = np.arange(len(ends)) - np.repeat(np.cumsum(counts) - counts, counts)
    better = np.lexsort((np.arange(len(edges)), rank.reshape(-1, 2).min(axis=1)))
    chosen = np.zeros(len(edges), bool)
    chosen[order[better[:most]]] = True
    return chosen


def _collaborations(edges: Collaborations) -> Iterator[Quad]:
    first_year, last_year = edges.years_of_edges()
    for i in range(len(edges)):
        ends = edges.actors[edges.first[i]], edges.actors[edges.second[i]]
        node = iri("collaboration", digest(*ends, length=16))
        yield _quad(node, RDF + "type", NamedNode(RP + "Collaboration"))
        for end in ends:
            yield _quad(node, RP + "between", NamedNode(end))
        yield _quad(node, RP + "weight", decimal(float(edges.weight[i])))
        yield _quad(node, RP + "eventCount", integer(int(edges.count[i])))
        for event in edges.events_of(i).tolist():
            yield _quad(node, RP + "sharedEvent", NamedNode(edges.events[event]))
        for name, year in (("firstYear", first_year[i]), ("lastYear", last_year[i])):
            if year != UNKNOWN_YEAR:
                yield _quad(node, RP + name, _year(int(year)))


def _actors(network: Network) -> Iterator[Quad]:
    slugs = [_slug(network.edges, community) for community in network.communities]
    for position, actor in enumerate(network.edges.actors):
        if network.community[position] == NONE:
            continue
        community = iri("community", slugs[int(network.community[position])])
        yield _quad(actor, RP + "community", NamedNode(community))
        yield _quad(actor, RP + "brokerage", decimal(float(network.brokerage[position])))
        spread = float(network.country_participation[position])
        if not np.isnan(spread):
            yield _quad(actor, RP + "countryParticipation", decimal(max(spread, 0.0)))


def _community(community: Community, sources: Sources) -> Iterator[Quad]:
    edges = sources.edges
    node = iri("community", _slug(edges, community))
    yield _quad(node, RDF + "type", NamedNode(RP + "Community"))
    yield _quad(node, RP + "communityNumber", integer(community.number + 1))
    yield _quad(node, RP + "actorCount", integer(len(community.members)))
    leading = [edges.actors[member] for member in community.members[:NAMED]]
    for actor in leading:
        yield _quad(node, RP + "leadingMember", NamedNode(actor))
    for theme in community.themes:
        yield _quad(node, RP + "theme", NamedNode(theme))
    for language in LANGUAGES:
        themes = [sources.theme_labels[theme].get(language, "") for theme in community.themes]
        told = _listed([sources.names[actor] for actor in leading], language)
        about = _listed([label for label in themes if label], language)
        yield _quad(
            node, RDFS + "label", text_literal(f"{told}: {about}" if about else told, language)
        )  # fmt: skip


def _years(network: Network) -> Iterator[Quad]:
    for found in network.years:
        node = f"{GRAPH_NETWORK}#{found.year:04}"
        yield _quad(node, RDF + "type", NamedNode(RP + "NetworkYear"))
        yield _quad(node, RP + "year", _year(found.year))
        counts = {
            "eventCount": found.events,
            "actorCount": found.actors,
            "collaborationCount": found.collaborations,
            "newActorCount": found.new_actors,
            "newCollaborationCount": found.new_collaborations,
            "componentCount": found.components,
        }
        for name, count in counts.items():
            yield _quad(node, RP + name, integer(count))


def _slug(edges: Collaborations, community: Community) -> str:
    """A community is known by its strongest member, which stays the same while others come and go."""
    return edges.actors[community.members[0]].removeprefix(f"{ID}actor/")


def _listed(names: Sequence[str], language: str) -> str:
    return _AND[language].join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _short_name(view: GraphView, actor: str) -> str:
    """The shortest acronym of an actor, else its label."""
    found = view.store.quads_for_pattern(NamedNode(actor), NamedNode(RP + "acronym"), None, DefaultGraph())
    acronyms = [quad.object.value for quad in found if isinstance(quad.object, Literal)]
    return min(acronyms, key=lambda text: (len(text), text), default="") or view.label(actor)


def _labels(view: GraphView, theme: str) -> dict[str, str]:
    """The preferred labels of a theme by language."""
    found = view.store.quads_for_pattern(
        NamedNode(theme), NamedNode(SKOS + "prefLabel"), None, DefaultGraph()
    )
    labels = sorted(
        (quad.object.language or "", quad.object.value) for quad in found if isinstance(quad.object, Literal)
    )
    return dict(labels)


def _quad(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, _GRAPH)


def _year(year: int) -> Literal:
    return Literal(f"{year:04}", datatype=NamedNode(XSD + "gYear"))
