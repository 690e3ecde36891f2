"""A simple query beside queries that are too much: how long it takes, and what becomes of those.

    python benchmarks/overload.py [--seconds S] [--statements N]

Over a synthetic graph of 10^5 statements, with a limit of 2 seconds a query. For each kind of attack a
process of its own sends it from several clients at once, while this one asks for a label some forty times a
second. Printed are the times of the simple query, the statuses of the others, the longest any of these took
past the limit, and the memory of the server with all its processes before and after.
"""

import argparse
import contextlib
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import Quad
from sparql import PROLOGUE, QUERIES, free_port, over_http, synthetic_graph

from graph.workspace import Workspace

LIMIT = 2.0
#: Name → clients at once, and their query; {n} makes each a query of its own.
ATTACKS = {
    "none": (0, ""),
    "product of the graph with itself": (
        8,
        "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} #{n}",
    ),
    "rows without end": (8, "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} #{n}"),
    "sort of them": (8, "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY ?c ?f #{n}"),
    "regular expression": (
        8,
        'SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), "' + "(a*)*" * 200 + "x" * 50 + '")) }} #{n}',
    ),
    "deep path": (8, "SELECT * {{ ?s (!rp:no)* ?o . ?o (!rp:no)* ?x . ?x (!rp:no)* ?y }} #{n}"),
    "query of a megabyte": (
        8,
        "SELECT * {{ VALUES ?x {{ " + "<http://example.org/aaaaaaaaaaaaa> " * 28_000 + "}} }} #{n}",
    ),
    "200 clients": (
        200,
        "SELECT ?type (COUNT(*) AS ?n) {{ ?e a rp:Event ; rp:eventType ?type }} GROUP BY ?type #{n}",
    ),
}


def ask(connection: http.client.HTTPConnection, query: str) -> int:
    """Status of the answer, read in full; 0 where a 200 came with a body that is not whole."""
    connection.request("POST", "/sparql", PROLOGUE + query, {"content-type": "application/sparql-query"})
    response = connection.getresponse()
    body = response.read()
    if response.status == 200:
        try:
            json.loads(body)
        except ValueError:
            return 0
    return response.status


def attack(address: str, kind: str, seconds: float) -> None:
    """Send one kind of query from its clients; print statuses and the longest time as JSON."""
    clients, query = ATTACKS[kind]
    over = time.monotonic() + seconds

    def client(number: int) -> tuple[Counter[int], float]:
        statuses: Counter[int] = Counter()
        longest, asked = 0.0, 0
        connection = http.client.HTTPConnection(address, timeout=60)
        while time.monotonic() < over:
            started = time.monotonic()
            try:
                status = ask(connection, query.format(n=f"{number}-{asked}"))
            except (OSError, http.client.HTTPException):
                connection.close()
                continue
            statuses[status] += 1
            asked += 1
            if status == 503:
                time.sleep(0.2)
            else:
                longest = max(longest, time.monotonic() - started)
        return statuses, longest

    with ThreadPoolExecutor(clients) as threads:
        done = list(threads.map(client, range(clients)))
    statuses = sum((statuses for statuses, _ in done), Counter())
    print(json.dumps({"statuses": statuses, "longest": max(longest for _, longest in done)}))


@contextlib.contextmanager
def serving(folder: Path, quads: list[Quad]) -> Iterator[str]:
    """The server over these quads: its address."""
    with Workspace(folder / "workspace").writer() as writer:
        writer.put_graph("synthetic", quads)
        writer.commit(software="benchmark", ontology="benchmark", model="hashing")
    port = free_port()
    with over_http(
        "redpyme",
        [sys.executable, "-m", "search_api.cli", "serve"],
        port=port,
        path="/sparql",
        REDPYME_WORKSPACE=str(folder / "workspace"),
        REDPYME_PORT=str(port),
        REDPYME_MODEL="hashing",
        REDPYME_QUERY_TIMEOUT=str(LIMIT),
    ):
        yield f"127.0.0.1:{port}"


def megabytes() -> int:
    """Memory of all that descends from this process, shared pages counted once (Pss, Linux)."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, parent = int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(pid)
    waiting, total = list(children.get(_own(), [])), 0
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total // 1024


def _own() -> int:
    return int(Path("/proc/self/stat").read_text().split()[0])


def measure(address: str, kind: str, *, seconds: float) -> None:
    """Print one line of the table."""
    before = megabytes()
    command = [sys.executable, __file__, "--attack", kind, "--address", address, "--seconds", str(seconds)]
    attacker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True) if ATTACKS[kind][0] else None
    time.sleep(1.0)
    connection = http.client.HTTPConnection(address, timeout=60)
    times: list[float] = []
    refused = 0
    over = time.monotonic() + seconds - 1.0
    while time.monotonic() < over:
        started = time.monotonic()
        status = ask(connection, f"{QUERIES['label of a resource']} #{len(times)}")
        times.append(time.monotonic() - started)
        refused += status != 200
        time.sleep(0.02)
    said = json.loads(attacker.communicate()[0]) if attacker else {"statuses": {}, "longest": 0.0}
    time.sleep(1.0)
    times.sort()
    past = f"{said['longest'] - LIMIT:+.2f}" if said["longest"] > LIMIT else "-"
    statuses = " ".join(f"{status}:{count}" for status, count in sorted(said["statuses"].items()))
    print(
        f"{kind:34}{times[len(times) // 2] * 1000:8.1f}{times[int(len(times) * 0.99)] * 1000:8.1f}"
        f"{refused:9}{past:>9}{before:8}{megabytes():6}  {statuses}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="time for each kind of attack")
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--attack", help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.attack:
        attack(options.address, options.attack, options.seconds)
        return
    with tempfile.TemporaryDirectory() as scratch:
        quads = list(dict.fromkeys(synthetic_graph(options.statements)))
        with serving(Path(scratch), quads) as address:
            print(f"{len(quads):,} statements, limit {LIMIT:g} s; a label beside each attack")
            columns = f"{'p50 ms':>8}{'p99 ms':>8}{'refused':>9}{'past s':>9}{'MB':>8}{'after':>6}"
            print(f"{'':34}{columns}  statuses of the attack")
            for kind in ATTACKS:
                measure(address, kind, seconds=options.seconds)


if __name__ == "__main__":
    main()
