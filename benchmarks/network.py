"""The network at 10,000 institutions and 50,000 events: build, memory, paths, and a server asked over HTTP.

    python -m benchmarks.network [--actors N] [--events N]

Sizes of events and activity of institutions have heavy tails, as in real networks: most events join a
handful, a few hundreds; most institutions take part in few events, a few in thousands. Forty groups mostly
keep to themselves. Paths and requests are 200 each, between other institutions each time.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Quad

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from network import serving

from graph.collaborations import Participations, collaborations
from graph.network import measure
from graph.network_snapshot import publish_network
from graph.settings import Settings
from graph.shortest_paths import ShortestPaths
from graph.store import load_store
from graph.workspace import Workspace
from ontology.namespaces import GRAPH, LANGUAGES, RDF, RDFS, ROLE_PROPERTIES, RP, SCHEMA, XSD, iri
from ontology.vocabulary import main_themes

T = TypeVar("T")
Ints = NDArray[np.int64]
SLUG = "a{:06}"
GROUPS, LARGEST, ASKED = 40, 400, 200
#: What somebody types, letter by letter.
TYPED = ("in", "inst", "institución 12", "ev", "evento", "evento 4", "gar", "garantía", "tic", "zzz")
ROLE_SHARES = (0.15, 0.1, 0.05, 0.15, 0.05, 0.5)
COUNTRIES = ("ar", "bo", "br", "cl", "co", "cr", "ec", "es", "mx", "pa", "pe", "pt", "uy", "ve")


def by_chance(*, actors: int, events: int, groups: int = GROUPS, seed: int = 7) -> Participations:
    """Participations of a network by chance; the same for the same numbers."""
    draw = np.random.default_rng(seed)
    group = draw.integers(groups, size=actors)
    activity = 1 + draw.pareto(1.2, size=actors)
    sizes = np.minimum(2 + (2 * draw.pareto(1.3, size=events)).astype(np.int64), min(LARGEST, actors))
    members = [np.flatnonzero(group == g) for g in range(groups)]
    shares = [activity[own] / activity[own].sum() for own in members]
    all_shares = activity / activity.sum()
    who: list[Ints] = []
    for event in range(events):
        own = event % groups
        at_home = int((draw.random(sizes[event]) < 0.7).sum())
        drawn = (
            draw.choice(members[own], at_home, p=shares[own]),
            draw.choice(actors, sizes[event] - at_home, p=all_shares),
        )
        who.append(np.unique(np.concatenate(drawn)))
    actor = np.concatenate(who)
    return Participations(
        actors=tuple(iri("actor", SLUG.format(n)) for n in range(actors)),
        events=tuple(iri("event", f"e{n:06}") for n in range(events)),
        actor=actor,
        event=np.repeat(np.arange(events), [len(found) for found in who]),
        roles=(1 << draw.choice(6, size=len(actor), p=ROLE_SHARES)).astype(np.uint8),
        years=draw.integers(1995, 2026, size=events),
    )


def quads(parts: Participations) -> Iterator[Quad]:
    """The participations as the graph of one document states them, with labels, countries and themes."""
    graph = NamedNode(GRAPH + "document/network")
    kind, label = NamedNode(RDF + "type"), NamedNode(RDFS + "label")
    themes = [NamedNode(theme.iri) for theme in main_themes()]
    for n, actor in enumerate(map(NamedNode, parts.actors)):
        yield Quad(actor, kind, NamedNode(RP + "Actor"), graph)
        yield Quad(actor, label, Literal(f"Institución {n}"), graph)
        place = NamedNode(iri("place", COUNTRIES[n % len(COUNTRIES)]))
        yield Quad(actor, NamedNode(RP + "country"), place, graph)
    for n, event in enumerate(map(NamedNode, parts.events)):
        yield Quad(event, kind, NamedNode(RP + "Event"), graph)
        yield Quad(event, label, Literal(f"Evento {n}"), graph)
        yield Quad(event, NamedNode(RP + "theme"), themes[n % len(themes)], graph)
        year = Literal(str(parts.years[n]), datatype=NamedNode(XSD + "gYear"))
        yield Quad(event, NamedNode(SCHEMA + "startDate"), year, graph)
    roles = [NamedNode(prop) for prop in ROLE_PROPERTIES.values()]
    for actor_at, event_at, bits in zip(parts.actor, parts.event, parts.roles, strict=True):
        role = roles[int(bits).bit_length() - 1]
        yield Quad(NamedNode(parts.actors[actor_at]), role, NamedNode(parts.events[event_at]), graph)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--actors", type=int, default=10_000)
    options.add_argument("--events", type=int, default=50_000)
    asked = options.parse_args()
    parts = by_chance(actors=asked.actors, events=asked.events)
    sizes = np.bincount(parts.event)
    print(
        f"{asked.actors:,} institutions, {asked.events:,} events of {np.median(sizes):.0f} in the median and "
        f"{sizes.max()} at most, {len(parts.actor):,} participations"
    )
    edges = timed("collaborations", lambda: collaborations(parts))
    print(f"  {len(edges):,} collaborations of {len(edges.meeting_event):,} meetings")
    network = timed("communities, brokers, bridges, years", lambda: measure(edges, countries={}, themes={}))
    print(f"  {len(network.communities)} communities")
    paths = ShortestPaths(edges)
    timed("paths made ready", lambda: paths.matrix)
    draw = np.random.default_rng(1)
    pairs = draw.integers(asked.actors, size=(ASKED, 2)).tolist()
    told("path", [seconds(paths.between, a, b) for a, b in pairs])
    told("three paths", [seconds(partial(paths.between, limit=3), a, b) for a, b in pairs])
    with tempfile.TemporaryDirectory() as root:
        over_http(Path(root), parts, pairs)


def over_http(root: Path, parts: Participations, pairs: list[list[int]]) -> None:
    """Publish the network and ask a server for it."""
    with Workspace(root / "workspace").writer() as writer:
        writer.put_graph("network-by-chance", quads(parts))
        store = load_store(writer.graph_files())
        timed("network graph, from the store to its file", lambda: publish_network(writer, store))
        writer.commit(software="benchmark", ontology="benchmark", model="none")
    with Workspace(root / "workspace").writer() as writer:
        timed("again, nothing changed", lambda: publish_network(writer, store))
    with (
        serving(Settings(workspace=root / "workspace", cache=root / "cache", model="hashing")) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        ask = partial(answered, client)
        for language in LANGUAGES:  # the server reads its lists ahead
            ask(f"/{language}/actors/{SLUG.format(0)}")
        told("GET /network", [seconds(ask, "/network") for _ in pairs])
        told(
            "GET /network?actor=, each another",
            [seconds(ask, f"/network?actor={SLUG.format(a)}") for a, _ in pairs],
        )
        told("GET /suggest", [seconds(ask, f"/suggest?q={typed}") for typed in TYPED * (ASKED // len(TYPED))])
        told("GET /actors/…/peers", [seconds(ask, f"/actors/{SLUG.format(a)}/peers") for a, _ in pairs])
        told(
            "GET /actors/…/path/…?limit=1",
            [seconds(ask, f"/actors/{SLUG.format(a)}/path/{SLUG.format(b)}?limit=1") for a, b in pairs],
        )


def answered(client: httpx.Client, path: str) -> None:
    """Ask for a path; raises HTTPStatusError for an error."""
    client.get(path).raise_for_status()


def timed(what: str, work: Callable[[], T]) -> T:
    """Do it, and print how much time it took, elapsed and of the processor, and the most memory so far."""
    began, spent = time.perf_counter(), time.process_time()
    done = work()
    elapsed, processor = time.perf_counter() - began, time.process_time() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {elapsed:.1f} s ({processor:.1f} s of processor), at most {memory:,.0f} MB")
    return done


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """How long it took."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def told(what: str, times: list[float]) -> None:
    """Print the median and the 99th percentile."""
    p50, p99 = (1000 * float(np.percentile(times, share)) for share in (50, 99))
    print(f"{what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
