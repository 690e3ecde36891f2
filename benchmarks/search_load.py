"""Search over HTTP on a large collection: how soon it answers, how fast, how many, in what memory.

    python -m benchmarks.search_load [--passages N] [--workspace FOLDER] [--seconds S]

The collection is that of `benchmarks.synthetic_reports`: graph and index as `redpyme ingest` makes them, but
for the vectors of texts, which are mixed from those of real ones; a query is really encoded. With a folder,
it is made there once and used again. `redpyme serve` runs as a process of its own; the clients, in threads of
this one, use the same processors, and their share is in the figures. No query is sent twice. Two filters
are drawn from theme, country, year, language, kind and institution.

Printed: seconds from the start of the process to the first answer of a search; for 1, 2, 4 and 8 clients,
each with a connection that stays open, median and 99th percentile of whole answers, answers a second, and
processor time of the server an answer; the memory of all its processes (Linux).
"""

import argparse
import contextlib
import hashlib
import http.client
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np

from benchmarks.processes import descendants, usage
from benchmarks.synthetic_reports import Collection, Mixtures
from graph.cache import user_cache
from graph.model import Document
from graph.network_snapshot import publish_network
from graph.reference import reference_graphs
from graph.settings import load_settings
from graph.snapshots import DocumentEntry
from graph.store import GraphView, load_store
from graph.workspace import Workspace
from search_api.embedding.encoder import EmbeddingCache, load_encoder
from search_api.search.index import build_index

CLIENTS = (1, 2, 4, 8)
_HOST = "127.0.0.1"


class Server(NamedTuple):
    """A running server: its port, its process, and the seconds from its start to the first search."""

    port: int
    pid: int
    ready: float

    def memory(self) -> tuple[float, float]:
        """MiB of all its processes, each shared page counted once, and how many of them are of no file."""
        used = [found for pid in (self.pid, *descendants(self.pid)) if (found := usage(pid))]
        return sum(process.share for process in used), sum(process.own for process in used)

    def settle(self) -> None:
        """Wait until it has read the lists of its pages, which it does behind the first searches."""
        before = -1.0
        while (now := self.processor()) > before + 0.1:
            before = now
            time.sleep(1.0)

    def processor(self) -> float:
        """Seconds of processor time so far."""
        return sum(found.processor for pid in (self.pid, *descendants(self.pid)) if (found := usage(pid)))


class Round(NamedTuple):
    """What some clients saw: seconds of each answer, how long it took in all, and how many had no result."""

    seconds: np.ndarray
    elapsed: float
    empty: int


def publish(workspace: Path, collection: Collection) -> None:
    """Write the collection as the first snapshot of a workspace."""
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    with Workspace(workspace).writer() as writer:
        for name, quads in reference_graphs().items():
            writer.put_graph(name, quads)
        writer.put_graph("synthetic", collection.quads())
        for slug, text in collection.texts.items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            entry = DocumentEntry(
                slug=slug,
                sha256=digest,
                name=f"{slug}.txt",
                source=writer.add_source(text.encode(), suffix=".txt"),
                characters=len(text),
                language="es",
                title=slug,
                media_type="text/plain",
                extraction="benchmark",
            )
            writer.put_document(entry, Document(digest, entry.name, entry.media_type, text), [])
        view = GraphView(load_store(writer.graph_files()))
        publish_network(writer, view.store)
        with EmbeddingCache(user_cache(settings.cache)) as cache:
            mixtures = Mixtures(encoder, collection.homes, cache)
        build_index(view, mixtures, writer.index_path)
        writer.commit(software="benchmark", ontology="benchmark", model=encoder.id)


@contextlib.contextmanager
def serving(workspace: Path, first: str) -> Iterator[Server]:
    """`redpyme serve` over a workspace, once it has answered the search `first` (a path)."""
    port = _free_port()
    command = [sys.executable, "-m", "search_api.cli", "serve"]
    environment = {"REDPYME_WORKSPACE": str(workspace), "REDPYME_PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port, first):
            if process.poll() is not None or time.perf_counter() > began + 300:
                raise RuntimeError("the server did not answer")
            time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def ask(server: Server, paths: Iterator[str], *, clients: int, seconds: float) -> Round:
    """Send searches from so many clients for so long."""
    found: list[float] = []
    empty = 0
    lock = threading.Lock()
    over = time.perf_counter() + seconds

    def client() -> None:
        nonlocal empty
        connection = http.client.HTTPConnection(_HOST, server.port, timeout=60)
        while time.perf_counter() < over:
            with lock:
                path = next(paths)
            started = time.perf_counter()
            connection.request("GET", path)
            response = connection.getresponse()
            content = response.read()
            took = time.perf_counter() - started
            if response.status != 200:
                raise RuntimeError(f"{path}: {response.status} {content[:300]!r}")
            with lock:
                found.append(took)
                empty += content.startswith(b'{"total":0,')
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Round(np.array(found), time.perf_counter() - began, empty)


def measure(workspace: Path, collection: Collection, *, seconds: float) -> None:
    """Print the figures."""
    numbers = itertools.count()

    def path(number: int, *, filtered: bool) -> str:
        parameters = {"q": collection.query(number)}
        return "/search?" + urlencode(parameters | (collection.filters(number) if filtered else {}))

    with serving(workspace, path(next(numbers), filtered=False)) as server:
        first = _memory(server)
        server.settle()
        print(f"first answer {server.ready:.1f} s after start; memory then {first}", flush=True)
        print(
            f"{'':16}{'clients':>8}{'p50 ms':>8}{'p99 ms':>8}{'a second':>10}{'processor ms':>14}{'empty':>7}"
        )
        for filtered in (False, True):
            for clients in CLIENTS:
                # Made before, so that the clients have little else to do than to ask.
                many = [path(next(numbers), filtered=filtered) for _ in range(int(seconds * 250))]
                paths = iter(many)
                if clients == CLIENTS[0]:
                    ask(server, paths, clients=1, seconds=1.0)
                before = server.processor()
                done = ask(server, paths, clients=clients, seconds=seconds)
                spent = 1000 * (server.processor() - before) / len(done.seconds)
                p50, p99 = 1000 * np.quantile(done.seconds, (0.5, 0.99))
                print(
                    f"{'two filters' if filtered else 'no filter':16}{clients:8}{p50:8.1f}{p99:8.1f}"
                    f"{len(done.seconds) / done.elapsed:10.1f}{spent:14.1f}"
                    f"{done.empty / len(done.seconds):7.0%}",
                    flush=True,
                )
        print(f"memory after {_memory(server)}")


def _memory(server: Server) -> str:
    share, own = server.memory()
    return f"{share:.0f} MiB, {own:.0f} of them its own, the rest pages of files"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--workspace", type=Path, help="where the collection is made, or was")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each number of clients")
    options = parser.parse_args()
    collection = Collection(options.passages)
    with tempfile.TemporaryDirectory() as scratch:
        workspace = options.workspace or Path(scratch)
        snapshot = Workspace(workspace).current()
        if snapshot is None:
            began = time.perf_counter()
            publish(workspace, collection)
            snapshot = Workspace(workspace).current()
            assert snapshot is not None
            print(f"written in {time.perf_counter() - began:.0f} s")
        told = json.loads((snapshot.index_path / "manifest.json").read_text("utf-8"))
        size = sum(file.stat().st_size for file in snapshot.index_path.rglob("*") if file.is_file())
        words = len((snapshot.index_path / "lexical" / "words.txt").read_text("utf-8").split("\n"))
        print(
            f"{collection.passages:,} passages: {told['entries']:,} entries, {told['sentences']:,} sentences,"
            f" {words:,} words; the index has {size / 2**20:.0f} MiB; {told['model']}"
        )
        measure(workspace, collection, seconds=options.seconds)


if __name__ == "__main__":
    main()
