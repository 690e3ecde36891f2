"""The network as an object: against definitions written out, and against networkx, on networks by chance."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.brokerage import brokerage, country_participation
from graph.collaborations import Collaborations, collaborations, participations
from graph.communities import NONE, communities, described
from graph.network import measure, read_collaborations
from graph.network_graph import Sources, network_quads, strongest
from graph.network_snapshot import publish_network
from graph.network_years import network_years
from graph.shortest_paths import ShortestPaths
from graph.store import add_to_store
from graph.workspace import Workspace
from ontology.namespaces import GRAPH_NETWORK, ID, ORG, RDF, RDFS, ROLE_PROPERTIES, RP, SCHEMA, iri

Parts = list[tuple[str, str, str]]


def by_chance(seed: int, *, actors: int = 40, events: int = 60) -> tuple[Parts, dict[str, int]]:
    """Participations of institutions in events of two to nine, four groups that mostly keep to themselves."""
    draw = np.random.default_rng(seed)
    parts: Parts = []
    for event in range(events):
        group = event % 4
        own = [a for a in range(actors) if a % 4 == group or draw.random() < 0.05]
        for actor in draw.choice(own, size=int(draw.integers(2, 9)), replace=False):
            role = list(ROLE_PROPERTIES)[int(draw.integers(6))]
            parts.append((iri("actor", f"a{actor:02}"), iri("event", f"e{event:02}"), role))
    years = {iri("event", f"e{event:02}"): 2000 + event // 12 for event in range(events) if event % 7}
    return parts, years


def network_by_chance(seed: int, **size: int) -> Collaborations:
    return collaborations(participations(*by_chance(seed, **size)))


def as_networkx(edges: Collaborations) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(edges.degree()).tolist())
    for a, b, weight in zip(edges.first.tolist(), edges.second.tolist(), edges.weight.tolist(), strict=True):
        graph.add_edge(a, b, weight=weight, length=1 / weight)
    return graph


def pairs(edges: Collaborations) -> dict[tuple[str, str], tuple[float, int]]:
    names = [actor.rpartition("/")[2] for actor in edges.actors]
    return {
        (names[a], names[b]): (round(float(w), 9), int(n))
        for a, b, w, n in zip(edges.first, edges.second, edges.weight, edges.count, strict=True)
    }


# Who works with whom


@pytest.mark.parametrize("seed", range(3))
def test_an_event_of_n_adds_one_to_each_of_them_in_shares_of_n_minus_one(seed: int) -> None:
    parts, _ = by_chance(seed)
    at: dict[str, set[str]] = defaultdict(set)
    for actor, event, _ in parts:
        at[event].add(actor.rpartition("/")[2])
    expected: Counter[tuple[str, str]] = Counter()
    times: Counter[tuple[str, str]] = Counter()
    for members in at.values():
        for pair in itertools.combinations(sorted(members), 2):
            expected[pair] += 1 / (len(members) - 1)  # type: ignore[assignment]
            times[pair] += 1
    edges = collaborations(participations(parts))
    assert pairs(edges) == {pair: (round(w, 9), times[pair]) for pair, w in expected.items()}
    events_of = Counter(actor for actor, _ in {(a, e) for a, e, _ in parts})
    assert dict(zip(edges.actors, edges.strength().round(9), strict=True)) == dict(events_of)


def test_an_actor_has_all_its_roles_at_an_event() -> None:
    edges = collaborations(participations([("a", "e", "speaker"), ("a", "e", "host"), ("b", "e", "sponsor")]))
    assert (edges.roles_first.tolist(), edges.roles_second.tolist()) == ([0b1100], [0b1])
    assert pairs(edges) == {("a", "b"): (1.0, 1)}


def test_a_large_event_joins_those_who_convene_it_with_all_and_others_with_nobody() -> None:
    names = [f"p{n:03}" for n in range(500)]
    parts = [("host", "e", "host"), ("sponsor", "e", "sponsor"), *((n, "e", "participant") for n in names)]
    edges = collaborations(participations(parts))
    found = pairs(edges)
    assert len(found) == 500 * 2 + 1
    assert ("p000", "p001") not in found
    assert set(found.values()) == {(round(1 / 501, 9), 1)}
    nobody = collaborations(participations([(name, "e", "sponsor") for name in names]))
    assert len(nobody) == 0
    whole = collaborations(participations([(name, "e", "participant") for name in names[:60]]))
    assert len(whole) == 60 * 59 // 2


def test_meetings_in_part_make_up_collaborations_in_part() -> None:
    edges = network_by_chance(1)
    early = edges.within(edges.years[edges.meeting_event] < 2002)
    parts, years = by_chance(1)
    anew = collaborations(participations([p for p in parts if years.get(p[1], 0) < 2002], years))
    assert pairs(early) == pairs(anew)
    some = np.arange(len(edges)) % 3 == 1
    chosen = edges.edges(some)
    assert pairs(chosen) == {pair: told for n, (pair, told) in enumerate(pairs(edges).items()) if some[n]}
    assert chosen.weight.tolist() == pytest.approx(
        [chosen.meeting_weight[chosen.starts[n] : chosen.starts[n + 1]].sum() for n in range(len(chosen))]
    )
    first, last = edges.years_of_edges()
    for i in range(len(edges)):
        known = [year for year in edges.years[edges.events_of(i)].tolist() if year]
        assert (first[i], last[i]) == ((min(known), max(known)) if known else (0, 0))


# Communities


@pytest.mark.parametrize("seed", range(3))
def test_communities_hang_together_and_are_better_than_their_groups_by_chance(seed: int) -> None:
    edges = network_by_chance(seed)
    graph, label = as_networkx(edges), communities(edges)
    found = [set(np.flatnonzero(label == n).tolist()) for n in range(label.max() + 1)]
    assert sorted(map(len, found), reverse=True) == [len(members) for members in found]
    assert all(nx.is_connected(graph.subgraph(members)) for members in found)
    groups: dict[int, set[int]] = defaultdict(set)
    for node in graph:
        groups[int(edges.actors[node][-2:]) % 4].add(node)
    least = nx.community.modularity(graph, groups.values(), weight="weight")
    assert nx.community.modularity(graph, found, weight="weight") >= least - 0.01
    assert np.array_equal(label, communities(edges))


def test_who_collaborates_with_nobody_is_in_no_community() -> None:
    edges = collaborations(participations([("a", "e", "host"), ("b", "e", "host"), ("c", "f", "host")]))
    assert communities(edges).tolist() == [0, 0, NONE]
    alone = collaborations(participations([("c", "f", "host")]))
    assert communities(alone).tolist() == [NONE]
    assert described(alone, communities(alone), {}) == ()


def test_a_community_has_its_most_active_members_and_its_own_themes_first() -> None:
    parts = [
        *((name, f"x{n}", "host") for n in range(3) for name in ("a", "b")),
        *((name, "x3", "host") for name in ("a", "b", "c")),
        *((name, f"y{n}", "host") for n in range(3) for name in ("p", "q")),
    ]
    edges = collaborations(participations(parts))
    themes = {f"x{n}": ["credit", "all"] for n in range(4)} | {f"y{n}": ["trade", "all"] for n in range(3)}
    first, second = described(edges, communities(edges), themes)
    assert ([edges.actors[m] for m in first.members], first.themes) == (["a", "b", "c"], ("credit", "all"))
    assert ([edges.actors[m] for m in second.members], second.themes) == (["p", "q"], ("trade", "all"))


# Paths, brokers, bridges


@pytest.mark.parametrize("seed", range(3))
def test_a_path_is_the_shortest_and_the_next_ones_go_through_others(seed: int) -> None:
    edges = network_by_chance(seed, actors=200, events=150)
    graph, paths = as_networkx(edges), ShortestPaths(edges)
    draw = np.random.default_rng(seed)
    for start, end in draw.choice(sorted(graph), size=(40, 2)).tolist():
        if start == end:
            continue
        found = paths.between(start, end, limit=3)
        left = graph.copy()
        for chain in found:
            length = sum(graph[a][b]["length"] for a, b in itertools.pairwise(chain))
            shortest = nx.dijkstra_path_length(left, start, end, weight="length")
            assert length == pytest.approx(shortest, rel=1e-9)
            left.remove_nodes_from(chain[1:-1])
            if len(chain) == 2:
                left.remove_edge(start, end)
        if len(found) < 3:
            assert not nx.has_path(left, start, end)


def test_few_edges_can_be_on_a_shortest_path_and_none_of_those_is_left_out() -> None:
    edges = network_by_chance(5, actors=120, events=300)
    useful = ShortestPaths(edges).useful
    graph = as_networkx(edges)
    for i in np.flatnonzero(~useful).tolist():
        a, b = int(edges.first[i]), int(edges.second[i])
        assert nx.dijkstra_path_length(graph, a, b, weight="length") < graph[a][b]["length"]
    assert useful.mean() < 0.9


@pytest.mark.parametrize("seed", range(3))
def test_brokerage_is_betweenness(seed: int) -> None:
    edges = network_by_chance(seed)
    graph = as_networkx(edges)
    expected = nx.betweenness_centrality(graph, weight="length")
    found = brokerage(ShortestPaths(edges))
    assert found[sorted(expected)] == pytest.approx([expected[node] for node in sorted(expected)], abs=1e-9)


def test_brokerage_of_many_is_estimated_from_some_the_same_each_time() -> None:
    paths = ShortestPaths(network_by_chance(2, actors=200, events=300))
    exact = brokerage(paths)
    some = brokerage(paths, exact=50, sample=100)
    assert np.corrcoef(exact, some)[0, 1] > 0.95
    assert np.array_equal(some, brokerage(paths, exact=50, sample=100))


def test_equal_paths_share_what_passes_through() -> None:
    """Four in a ring: each is on one of the two paths between its neighbours, half of one pair of three."""
    ring = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    parts = [(name, "".join(pair), "host") for pair in ring for name in pair]
    found = brokerage(ShortestPaths(collaborations(participations(parts))))
    assert found.tolist() == pytest.approx([1 / 6] * 4)


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        (["ve", "ve", "ve"], [0.0, 0.0, 0.0]),
        (["ve", "ar", "cl"], [0.5, 0.5, 0.5]),
        (["ve", "ar", None], [0.0, 0.0, 0.5]),
        ([None, None, "cl"], [0.0, 0.0, None]),
    ],
)
def test_participation_across_countries_leaves_unknown_ones_out(
    countries: list[str | None], expected: list[float | None]
) -> None:
    edges = collaborations(participations([(name, "e", "host") for name in "abc"]))
    found = [None if np.isnan(value) else float(value) for value in country_participation(edges, countries)]
    assert found == expected


def test_each_year_has_its_network_and_what_is_new_in_it() -> None:
    parts = [
        *((name, "e1", "host") for name in "ab"),
        *((name, "e2", "host") for name in "cd"),
        *((name, "e3", "host") for name in "abc"),
        *((name, "e4", "host") for name in "ae"),
    ]
    found = network_years(collaborations(participations(parts, {"e1": 2006, "e2": 2006, "e3": 2007})))
    told = [(y.year, y.events, y.actors, y.collaborations, y.new_actors, y.new_collaborations) for y in found]
    assert told == [(2006, 2, 4, 2, 4, 2), (2007, 1, 3, 3, 0, 2)]
    assert [(y.components, y.largest) for y in found] == [(2, 2), (1, 3)]


# In the graph


def test_the_strongest_of_each_are_kept() -> None:
    edges = network_by_chance(3)
    kept = strongest(edges, 60)
    assert kept.sum() == 60
    assert strongest(edges, len(edges)).all()
    for actor in range(len(edges.actors)):
        own = np.flatnonzero((edges.first == actor) | (edges.second == actor))
        if len(own):
            assert kept[own[np.argmax(edges.weight[own])]]


def stated(*triples: tuple[str, str, str]) -> Store:
    """A store of triples of IRIs; an object that is none is a text."""
    graph = NamedNode(iri("document", "d"))
    store = Store()
    terms = ((s, p, NamedNode(o) if o.startswith("http") else Literal(o)) for s, p, o in triples)
    add_to_store(store, (Quad(NamedNode(s), NamedNode(p), o, graph) for s, p, o in terms))
    return store


def stated_as(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads as a store gives them back: numbers in their canonical form."""
    store = Store()
    store.extend(quads)
    yield from store


A, B, C, E, F = (f"{ID}{name}" for name in ("actor/a", "actor/b", "actor/c", "event/e", "event/f"))
ACTORS = [(actor, RDF + "type", RP + "Actor") for actor in (A, B, C)]
FACTS = [
    *ACTORS,
    *((actor, RDFS + "label", name) for actor, name in ((A, "Instituto A"), (B, "Banco B"), (C, "Cámara C"))),
    (A, RP + "acronym", "IA"),
    (A, RP + "sponsors", E),
    (B, RP + "hosts", E),
    (B, RP + "speaksAt", F),
    (C, RP + "participatesIn", F),
    (E, SCHEMA + "startDate", "2006-05-01"),
    (F, SCHEMA + "endDate", "2008"),
    (A, RP + "country", f"{ID}place/ve"),
    (B, RP + "country", f"{ID}place/ar"),
]


def test_the_network_is_read_from_the_graph() -> None:
    edges = read_collaborations(stated(*FACTS))
    assert pairs(edges) == {("a", "b"): (1.0, 1), ("b", "c"): (1.0, 1)}
    assert edges.years.tolist() == [2006, 2008]


def test_a_unit_does_not_collaborate_with_the_body_that_it_is_part_of() -> None:
    unit = [(A, ORG + "unitOf", C), (C, ORG + "unitOf", B)]
    assert pairs(read_collaborations(stated(*FACTS, *unit))) == {}


def test_the_network_is_told_in_a_graph_of_its_own() -> None:
    store = stated(*FACTS)
    quads = list(network_quads(Sources.read(store)))
    assert {str(quad.graph_name) for quad in quads} == {f"<{GRAPH_NETWORK}>"}
    add_to_store(store, quads)
    rows = store.query(
        f"""PREFIX rp: <{RP}> SELECT ?w ?n ?first {{
            ?c a rp:Collaboration ; rp:between <{A}>, <{B}> ; rp:weight ?w ; rp:eventCount ?n ;
               rp:sharedEvent <{E}> ; rp:firstYear ?first ; rp:lastYear ?first }}"""
    )
    ((weight, count, first),) = rows  # type: ignore[misc]
    assert (weight.value, count.value, first.value) == ("1", "1", "2006")
    brokers = {q.subject.value: q.object.value for q in quads if q.predicate.value == RP + "brokerage"}  # type: ignore[union-attr]
    assert brokers == {A: "0.0", B: "1.0", C: "0.0"}
    labels = {q.object.language: q.object.value for q in quads if q.predicate.value == RDFS + "label"}  # type: ignore[union-attr]
    assert labels == {
        "es": "Banco B, IA y Cámara C",
        "pt": "Banco B, IA e Cámara C",
        "en": "Banco B, IA and Cámara C",
    }


def test_the_network_is_measured_again_only_where_something_is_new(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    files = []
    for facts in (FACTS, FACTS, [*FACTS, (C, RP + "sponsors", E)]):
        with workspace.writer() as writer:
            store = stated(*facts)
            publish_network(writer, store)
            snapshot = writer.commit(software="t", ontology="t", model="t")
        files.append(snapshot.path / "graph" / "network.nq")
        expected = set(stated_as(network_quads(Sources.read(stated(*facts)))))
        named = set(store.quads_for_pattern(None, None, None, NamedNode(GRAPH_NETWORK)))
        assert named == expected
        merged = set(store.quads_for_pattern(None, None, None, DefaultGraph()))
        assert {quad.triple for quad in expected} <= {quad.triple for quad in merged}
    assert files[0].samefile(files[1])
    assert not files[1].samefile(files[2])


def test_a_damaged_network_is_measured_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for _ in range(2):
        with workspace.writer() as writer:
            publish_network(writer, stated(*FACTS))
            snapshot = writer.commit(software="t", ontology="t", model="t")
        path = snapshot.path / "graph" / "network.nq"
        assert path.read_bytes().count(b"\n") > 20
        path.write_bytes(b"<cut")


def test_the_order_of_what_is_read_does_not_matter() -> None:
    parts, years = by_chance(4)
    shuffled = [parts[n] for n in np.random.default_rng(0).permutation(len(parts))]
    one, other = (
        measure(collaborations(participations(p, years)), countries={}, themes={}) for p in (parts, shuffled)
    )
    assert np.array_equal(one.community, other.community)
    assert np.array_equal(one.brokerage, other.brokerage)
    assert (one.communities, one.years) == (other.communities, other.years)


def test_an_empty_graph_has_an_empty_network() -> None:
    found = list(network_quads(Sources.read(stated())))
    assert {(q.predicate.value.removeprefix(RP), q.object.value) for q in found} == {  # type: ignore[union-attr]
        ("collaborationCount", "0"),
        ("leftOutCount", "0"),
        ("actorCount", "0"),
    }
