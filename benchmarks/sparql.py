"""SPARQL over HTTP: our endpoint, a bare Oxigraph server and rdflib's engine, on the same graph and queries.

    python benchmarks/sparql.py [--million] [--seconds S]

The graph is synthetic, in the shape of ours: documents with passages, events, actors in roles, and a claim
with its evidence for every statement; 10^5 statements, with --million 10^6 too. The bare server is the
command `oxigraph` of the package of that name (`pip install oxigraph`), once from disk as it is meant to be
served and once in memory; without it, its columns are missing. Times are medians in milliseconds of whole
answers at one client that keeps its connection; the servers are asked in turn. Each query is new to them,
but in the last column, where we are asked the same again and may give an answer that we kept, as we do up to
1 MB.
rdflib runs in this process, with no HTTP between.
"""

import argparse
import contextlib
import gc
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from processes import descendants, usage
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from graph.store import FILL_DEFAULT_GRAPH
from graph.workspace import Workspace
from ontology.namespaces import (
    DCTERMS,
    GRAPH,
    ID,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    ROLE_PROPERTIES,
    RP,
    SCHEMA,
    SKOS,
    XSD,
)

SEED = 20
_IDLE = 2.0  # seconds after which a connection is opened anew: servers hang up on who is long idle
PER_EVENT = 120
"""Statements for an event with its passages and claims, about."""
_WORDS = (
    *("aval", "crédito", "pyme", "taller", "exportar", "mercado", "programa", "apoyo", "red", "empresa"),
    *("innovar", "calidad", "gestión", "feria", "fondo", "garantía", "cadena", "proveedor", "curso", "foro"),
)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
#: Name → query. The first two are the label lookups, the facets and the 100,000 rows are named in the report.
QUERIES = {
    "label of a resource": f"SELECT ?label {{ <{ID}event/e7> rdfs:label ?label }}",
    "resource by its label": 'SELECT ?s { ?s rdfs:label "Institución 11"@es }',
    "all of a resource": f"CONSTRUCT {{ <{ID}actor/a7> ?p ?o }} WHERE {{ <{ID}actor/a7> ?p ?o }}",
    "facet of types": "SELECT ?type (COUNT(*) AS ?n) { ?e a rp:Event ; rp:eventType ?type } GROUP BY ?type",
    "facet of themes": "SELECT ?theme ?country (COUNT(DISTINCT ?e) AS ?n) "
    "{ ?e a rp:Event ; rp:theme ?theme ; rp:country ?country } GROUP BY ?theme ?country ORDER BY DESC(?n)",
    "most active sponsors": "SELECT ?name (COUNT(?e) AS ?n) { ?a rp:sponsors ?e ; rdfs:label ?name } "
    "GROUP BY ?a ?name ORDER BY DESC(?n) LIMIT 10",
    "who says so": f"SELECT ?p ?text ?sure {{ ?c rdf:subject <{ID}actor/a7> ; rdf:predicate ?p ; "
    "rp:confidence ?sure ; prov:wasDerivedFrom/rp:text ?text FILTER(?sure > 0.8) }",
    "who was with whom": "SELECT ?b (COUNT(DISTINCT ?e) AS ?n) "
    f"{{ <{ID}actor/a7> rp:takesPartIn ?e . ?b rp:takesPartIn ?e FILTER(?b != <{ID}actor/a7>) }} "
    "GROUP BY ?b ORDER BY DESC(?n) LIMIT 20",
    "theme and narrower": f"SELECT DISTINCT ?e {{ ?e a rp:Event ; rp:theme/skos:broader* <{ID}theme/t1> }}",
    "words in passages": "SELECT ?p ?text { ?p a rp:Passage ; rp:text ?text "
    'FILTER(CONTAINS(LCASE(?text), "garantía fondo")) } LIMIT 50',
    "latest events": "SELECT ?e ?label ?start ?end { ?e a rp:Event ; rdfs:label ?label ; "
    "schema:startDate ?start OPTIONAL { ?e schema:endDate ?end } } ORDER BY DESC(?start) LIMIT 50",
    "100,000 rows": "SELECT ?c ?sure { ?c rp:confidence ?sure } LIMIT 100000",
}


def synthetic_graph(statements: int) -> Iterator[Quad]:
    """About so many statements, in a named graph for each document; the same every time."""
    chance = random.Random(SEED)
    roles = list(ROLE_PROPERTIES.values())
    events = statements // PER_EVENT
    actors, documents = max(20, events // 3), max(1, events // 50)

    def literal(text: str) -> Literal:
        return Literal(text, language="es")

    def node(kind: str, name: str) -> NamedNode:
        return NamedNode(f"{ID}{kind}/{name}")

    def words(count: int) -> str:
        return " ".join(chance.choice(_WORDS) for _ in range(count))

    lists = NamedNode(GRAPH + "ontology")
    for i in range(30):
        yield Quad(node("theme", f"t{i}"), NamedNode(SKOS + "prefLabel"), literal(f"Tema {i}"), lists)
        if i > 2:
            yield Quad(node("theme", f"t{i}"), NamedNode(SKOS + "broader"), node("theme", f"t{i % 3}"), lists)
    claims = 0
    for e in range(events):
        graph = NamedNode(f"{GRAPH}document/d{e % documents}")
        document, event = node("document", f"d{e % documents}"), node("event", f"e{e}")
        passages = [node("passage", f"e{e}-{i}") for i in range(3)]
        said: list[tuple[NamedNode, str, NamedNode | Literal]] = [
            (event, RDF + "type", NamedNode(RP + "Event")),
            (event, RDFS + "label", literal(f"Encuentro {e} {words(3)}")),
            (event, RP + "eventType", node("event-type", f"k{chance.randrange(20)}")),
            (event, RP + "theme", node("theme", f"t{chance.randrange(30)}")),
            (event, RP + "country", node("place", f"p{chance.randrange(20)}")),
            (
                event,
                SCHEMA + "startDate",
                Literal(f"{2000 + e % 25}-{1 + e % 12:02}-{1 + e % 28:02}", datatype=NamedNode(XSD + "date")),
            ),
        ]
        for _ in range(4):
            number = int(chance.paretovariate(0.7)) % actors
            actor = node("actor", f"a{number}")
            said += [
                (actor, RDF + "type", NamedNode(RP + "Actor")),
                (actor, RDFS + "label", literal(f"Institución {number}")),
                (actor, chance.choice(roles), event),
            ]
            yield Quad(actor, NamedNode(RP + "takesPartIn"), event, NamedNode(GRAPH + "inferred"))
        for i, passage in enumerate(passages):
            yield Quad(passage, NamedNode(RDF + "type"), NamedNode(RP + "Passage"), graph)
            yield Quad(passage, NamedNode(RP + "text"), literal(words(30)), graph)
            yield Quad(passage, NamedNode(RP + "start"), Literal(1000 * e + 100 * i), graph)
            yield Quad(passage, NamedNode(DCTERMS + "isPartOf"), document, graph)
            yield Quad(passage, NamedNode(RP + "event"), event, graph)
        for subject, predicate, value in said:
            yield Quad(subject, NamedNode(predicate), value, graph)
            if predicate == RDF + "type":
                continue
            claim, claims = node("claim", f"c{claims}"), claims + 1
            sure = Literal(f"0.{chance.randrange(50, 99)}", datatype=NamedNode(XSD + "decimal"))
            yield Quad(claim, NamedNode(RDF + "type"), NamedNode(RP + "Claim"), graph)
            yield Quad(claim, NamedNode(RDF + "subject"), subject, graph)
            yield Quad(claim, NamedNode(RDF + "predicate"), NamedNode(predicate), graph)
            yield Quad(claim, NamedNode(RDF + "object"), value, graph)
            yield Quad(claim, NamedNode(RP + "confidence"), sure, graph)
            yield Quad(claim, NamedNode(PROV + "wasDerivedFrom"), chance.choice(passages), graph)
            yield Quad(claim, NamedNode(RP + "reviewStatus"), node("review-status", "proposed"), graph)


@dataclass(frozen=True)
class Engine:
    """Something that answers a query in full; `pid` is its process, where it has one of its own."""

    name: str
    answer: Callable[[str], object]
    pid: int = 0


@contextlib.contextmanager
def over_http(name: str, command: list[str], *, port: int, path: str, **environment: str) -> Iterator[Engine]:
    """A server process, asked through one connection that stays open."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    used = time.monotonic()

    def answer(query: str) -> bytes:
        nonlocal used
        if time.monotonic() > used + _IDLE:
            connection.close()
        accept = "application/n-triples" if "CONSTRUCT" in query else "application/sparql-results+json"
        try:
            connection.request("GET", f"{path}?query={quote(query)}", headers={"accept": accept})
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()  # so that the next request opens a new one
            raise
        if response.status != 200:
            connection.close()
            raise RuntimeError(f"{name}: {response.status} {content[:300]!r}")
        used = time.monotonic()
        return content

    try:
        _wait_for(answer, process)
        yield Engine(name, answer, process.pid)
    finally:
        connection.close()
        process.terminate()
        process.wait()


def _wait_for(answer: Callable[[str], object], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, RuntimeError, http.client.HTTPException):
            answer("ASK {}")
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not answer: {process.args}")


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def ours(folder: Path, quads: list[Quad]) -> Iterator[Engine]:
    """`redpyme serve` over a workspace with the graph, once it has read the lists that its pages show."""
    with Workspace(folder / "workspace").writer() as writer:
        writer.put_graph("synthetic", quads)
        writer.commit(software="benchmark", ontology="benchmark", model="hashing")
    port = free_port()
    server = over_http(
        "redpyme",
        [sys.executable, "-m", "search_api.cli", "serve"],
        port=port,
        path="/sparql",
        REDPYME_WORKSPACE=str(folder / "workspace"),
        REDPYME_PORT=str(port),
        REDPYME_MODEL="hashing",
        REDPYME_QUERY_TIMEOUT="60",
    )
    with server as engine:
        for kind in ("actors", "events", "practices", "themes", "documents"):
            with urlopen(f"http://127.0.0.1:{port}/{kind}?k=1", timeout=120) as response:
                response.read()
        yield engine


def bare_server(folder: Path, command: str, *, on_disk: bool) -> contextlib.AbstractContextManager[Engine]:
    """The bare Oxigraph server over the same quads, default graph included."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}"]
    if on_disk:
        store = str(folder / "oxigraph")
        subprocess.run(
            [command, "load", "--location", store, "--file", str(folder / "all.nq")],
            check=True,
            capture_output=True,
        )
        return over_http(
            "bare, disk",
            [command, "serve-read-only", "--location", store, *options],
            port=port,
            path="/query",
        )
    return _in_memory(folder, [command, "serve", *options], port)


@contextlib.contextmanager
def _in_memory(folder: Path, command: list[str], port: int) -> Iterator[Engine]:
    with over_http("bare, memory", command, port=port, path="/query") as engine:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        with (folder / "all.nq").open("rb") as file:
            connection.request("POST", "/store", body=file, headers={"content-type": "application/n-quads"})
            status = connection.getresponse().status
        connection.close()
        if status >= 300:
            raise RuntimeError(f"the bare server did not take the graph: {status}")
        yield engine


def memory_mb(engine: Engine) -> float:
    """The memory of a server and its processes in MiB, what they share counted once."""
    used = (usage(pid) for pid in (engine.pid, *descendants(engine.pid)))
    return sum(process.share for process in used if process)


def rdflib_engine(folder: Path) -> Engine:
    """rdflib's own store and engine over the default graph."""
    import rdflib

    graph = rdflib.Graph()
    graph.parse(str(folder / "default.nt"), format="nt")
    gc.collect()
    gc.freeze()

    def answer(query: str) -> object:
        result = graph.query(query)
        return result.serialize(format="nt" if result.type == "CONSTRUCT" else "json")

    return Engine("rdflib", answer)


def medians_ms(engines: Sequence[Engine], query: str, *, seconds: float, again: bool = False) -> list[float]:
    """The median time of an answer for each engine, of as many as fit in the time, 3 at least.

    They are asked in turn, so that what else the machine does meets all alike. Each query is new by a
    comment, so that no answer is one that was kept; with `again` it is the same.
    """
    times: list[list[float]] = [[] for _ in engines]
    began = time.perf_counter()
    for engine in engines:
        engine.answer(query)
    while True:
        for engine, found in zip(engines, times, strict=True):
            asked = query if again else f"{query} # {len(found)} {began}"
            started = time.perf_counter()
            engine.answer(asked)
            found.append(time.perf_counter() - started)
        enough = len(times[0]) >= 3 and time.perf_counter() - began > seconds * len(engines)
        if enough or len(times[0]) >= 200:
            return [statistics.median(found) * 1000 for found in times]


def measure(statements: int, *, seconds: float) -> None:
    """Print the table of one size."""
    command = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = Path(scratch)
        quads = list(dict.fromkeys(synthetic_graph(statements)))
        store = Store()
        store.bulk_extend(quads)
        store.update(FILL_DEFAULT_GRAPH)
        store.dump(str(folder / "all.nq"), RdfFormat.N_QUADS)
        store.dump(str(folder / "default.nt"), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        del store
        engines = [stack.enter_context(ours(folder, quads))]
        print(f"\n{len(quads):,} statements; medians in ms")
        if command:
            engines += [
                stack.enter_context(bare_server(folder, command, on_disk=on_disk))
                for on_disk in (True, False)
            ]
        else:
            print("the command `oxigraph` is not installed: its columns are missing")
        del quads
        engines.append(rdflib_engine(folder))
        servers = engines[:-1]
        print(f"{'':24}" + "".join(f"{engine.name:>14}" for engine in engines) + "  redpyme, kept")
        table: list[list[float]] = []
        for title, query in QUERIES.items():
            row = medians_ms(servers, PROLOGUE + query, seconds=seconds)
            row += medians_ms(engines[-1:], PROLOGUE + query, seconds=seconds)
            row += medians_ms(servers[:1], PROLOGUE + query, seconds=seconds / 4, again=True)
            print(f"{title:24}" + "".join(f"{cell:14.2f}" for cell in row), flush=True)
            table.append(row)
        means = [statistics.geometric_mean(column) for column in zip(*table, strict=True)]
        print(f"{'geometric mean':24}" + "".join(f"{mean:14.2f}" for mean in means))
        for engine, mean in zip(engines[1:], means[1:], strict=False):
            print(
                f"{engine.name} takes {mean / means[0]:.2f} times as long as redpyme, redpyme "
                f"{means[0] / mean:.3f} of its time; with answers it kept {means[-1] / mean:.3f}"
            )
        print(f"memory of redpyme: {memory_mb(engines[0]):.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--million", action="store_true", help="measure 10^6 statements too")
    parser.add_argument("--seconds", type=float, default=1.0, help="time for each query and engine")
    options = parser.parse_args()
    measure(100_000, seconds=options.seconds)
    if options.million:
        measure(1_000_000, seconds=options.seconds)


if __name__ == "__main__":
    main()
