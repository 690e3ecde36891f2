"""The processes that answer SPARQL queries of users: started and stopped by `graph.query`.

A nursery process loads the graph once and then forks a worker whenever it is asked to. Workers share the
memory of the graph, start in milliseconds, and can be killed at any moment: nothing but the query is lost.
pyoxigraph has no time limit and ignores signals while it evaluates, so a kill is the only way to stop it.

A worker cannot reach the network: SERVICE is refused before a query is evaluated; should one slip through,
its limit of open files is 0, so the kernel refuses any new socket; where permitted it also lives in an empty
network namespace. Only the standard library and pyoxigraph are imported here, so that it starts fast. Long
queries are also read here and not in the server, where a megabyte of text would hold up other requests.

Control socket, 9 bytes a message: one letter and a process id. `F` with a socket attached: fork a worker that
serves it; the answer is `F` and its id. `K`: kill that worker; the answer comes at once, though it may take
the process a while to end. `W`: is it gone? The answer has its id then, 0 before.
Query socket: the lengths of a header and of a content, 4 bytes each, the header as JSON, the content. Before
its answer a worker may ask for the similarities of a text ("similarity"), which come as a content too.
"""

import contextlib
import ctypes
import gc
import io
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from graph import query_text
from graph.disk_store import TABLE
from graph.similarity import SIMILARITY, Nodes, TextSimilarity, read_nodes

CONTROL = struct.Struct("!cQ")
LENGTHS = struct.Struct("!II")
#: Bytes of content that are sent together with their header.
_TOGETHER = 2**16
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # <linux/sched.h>
_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "json-ld": RdfFormat.JSON_LD,
    "n-triples": RdfFormat.N_TRIPLES,
    "rdf-xml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "n-quads": RdfFormat.N_QUADS,
}
_MERGED = "urn:x-redpyme:merged"
#: A worker that grew by more than this many bytes answers no further query: its memory goes back.
_GROWTH = 64 * 2**20


class _OverLimitError(Exception):
    """The result is larger than the request allows."""


class _Bounded(io.BytesIO):
    """Collects what is written, up to a limit in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._limit:
            raise _OverLimitError
        return super().write(data)


def send(connection: socket.socket, header: dict[str, Any], content: bytes = b"") -> None:
    """Send one message."""
    encoded = json.dumps(header).encode("ascii")
    beginning = LENGTHS.pack(len(encoded), len(content)) + encoded
    if len(content) <= _TOGETHER:
        connection.sendall(beginning + content)
    else:
        connection.sendall(beginning)
        connection.sendall(content)


def receive_exactly(connection: socket.socket, size: int) -> bytearray:
    """Read `size` bytes. Raises EOFError where the other side is gone, TimeoutError as the socket is set."""
    data = bytearray(size)
    view, read = memoryview(data), 0
    while read < size:
        count = connection.recv_into(view[read:])
        if not count:
            raise EOFError
        read += count
    return data


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytearray]:
    """Read one message: its header and its content. Raises EOFError and TimeoutError."""
    size, length = LENGTHS.unpack(receive_exactly(connection, LENGTHS.size))
    header: dict[str, Any] = json.loads(receive_exactly(connection, size))
    return header, receive_exactly(connection, length)


@dataclass(frozen=True, slots=True)
class Stores:
    """What queries are asked of. `default_graph` holds that graph alone, or is the same as `all_graphs`.

    A store in memory finds the statements of a term in one list, so half of what it reads for a query of the
    default graph would be of named ones.
    """

    all_graphs: Store
    default_graph: Store


def in_memory(files: Sequence[str], *, prepare: str) -> Stores:
    """Load N-Quads and run the update `prepare` on them.

    Raises SyntaxError and OSError that name the file.
    """
    store, default = Store(), Store()
    for path in files:
        try:
            store.bulk_load(path=path, format=RdfFormat.N_QUADS, lenient=True)
        except (SyntaxError, OSError) as error:
            raise type(error)(f"{path}: {error}") from error
    if not prepare:
        return Stores(store, store)
    store.update(prepare)
    merged = io.BytesIO()
    store.dump(merged, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    default.bulk_load(input=merged.getvalue(), format=RdfFormat.N_TRIPLES, lenient=True)
    return Stores(store, default)


class _Refused(Exception):
    """The request asks for what is not given; its argument is the answer's header."""


def answer(
    stores: Stores, request: dict[str, Any], similarity: TextSimilarity | None = None
) -> tuple[dict[str, Any], bytes]:
    """Evaluate a request; errors come back as values, so that the worker goes on."""
    store = stores.all_graphs
    output = _Bounded(request["max_bytes"])
    try:
        if "graph" in request:
            return _dump(store, request, output), output.getvalue()
        if query_text.is_of_default_graph(request["query"]) and not _names_graphs(request):
            store = stores.default_graph
        return _query(store, request, output, similarity), output.getvalue()
    except _Refused as refusal:
        return refusal.args[0], b""
    except _OverLimitError:
        return {"error": "too-large"}, b""
    except SyntaxError as error:
        return {"error": "syntax", "message": str(error)}, b""
    except (ValueError, RuntimeError, OSError) as error:
        return {"error": "failed", "message": str(error)}, b""
    except MemoryError:
        return {"error": "memory"}, b""


def _query(
    store: Store, request: dict[str, Any], output: _Bounded, similarity: TextSimilarity | None
) -> dict[str, Any]:
    query = request["query"]
    words = query_text.keywords(query)
    if reason := query_text.refusal(words):
        raise _Refused({"error": "refused", "message": reason})
    kind = query_text.kind_of(words)
    if kind and request[_format_key(kind)] is None:
        raise _Refused({"error": "not-acceptable", "kind": kind})
    options: dict[str, Any] = {"prefixes": request["prefixes"], "base_iri": request["base_iri"]}
    if request["bindings"]:
        options["substitutions"] = {
            Variable(name): _term(value) for name, value in request["bindings"].items()
        }
    if similarity is not None:
        options["custom_functions"] = {NamedNode(SIMILARITY): similarity}
    store, dataset = _dataset(store, request, "FROM" in words)
    began = time.perf_counter()
    result = store.query(query, **options, **dataset)
    planned = time.perf_counter()
    if isinstance(result, QuerySolutions | QueryBoolean):
        kind = "select" if isinstance(result, QuerySolutions) else "ask"
        if request["result_format"] is None:
            raise _Refused({"error": "not-acceptable", "kind": kind})
        result.serialize(output, _RESULTS[request["result_format"]])
    else:
        kind = "construct"
        if request["graph_format"] is None:
            raise _Refused({"error": "not-acceptable", "kind": kind})
        serialize(result, output, _GRAPHS[request["graph_format"]], prefixes=request["prefixes"])
    return {
        "kind": kind,
        "stable": query_text.is_stable(query, words),
        "planned": planned - began,
        "evaluated": time.perf_counter() - planned,
    }


def _term(value: dict[str, str]) -> NamedNode | Literal:
    """A term as SPARQL JSON writes it (SPARQL 1.1 Query Results JSON Format, 3.2.2)."""
    if value["type"] == "uri":
        return NamedNode(value["value"])
    datatype = value.get("datatype")
    return Literal(
        value["value"], datatype=NamedNode(datatype) if datatype else None, language=value.get("xml:lang")
    )


def _dump(store: Store, request: dict[str, Any], output: _Bounded) -> dict[str, Any]:
    graph = NamedNode(request["graph"]) if request["graph"] else DefaultGraph()
    if request["graph"] and not store.contains_named_graph(graph):
        raise _Refused({"error": "no-graph"})
    store.dump(output, _GRAPHS[request["graph_format"]], from_graph=graph, prefixes=request["prefixes"])
    return {"kind": "construct", "stable": True}


def _names_graphs(request: dict[str, Any]) -> bool:
    return bool(request["default_graph"] or request["named_graphs"])


def _dataset(store: Store, request: dict[str, Any], has_clause: bool) -> tuple[Store, dict[str, Any]]:
    """The store that a query is to be asked of, and its dataset options.

    Oxigraph reads several default graphs one after the other, so that a triple of two graphs comes twice; the
    RDF merge, which SPARQL 1.1 (13.2.1) asks for, is made in a store for this query alone.
    """
    default = [NamedNode(iri) for iri in dict.fromkeys(request["default_graph"])]
    named = [NamedNode(iri) for iri in dict.fromkeys(request["named_graphs"])]
    if not default and not named:
        if not has_clause:
            return store, {}
        default, named = _clause(store, request)
        if len(default) < 2:
            return store, {}  # what the engine makes of the clause is right
    if len(default) < 2:
        return store, {"default_graph": default, "named_graphs": named}
    merged, target = Store(), NamedNode(_MERGED)
    for graph in default:
        merged.extend(
            Quad(quad.subject, quad.predicate, quad.object, target)
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in named:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return merged, {"default_graph": [target], "named_graphs": named}


def _clause(store: Store, request: dict[str, Any]) -> tuple[list[NamedNode], list[NamedNode]]:
    """The graphs of FROM and FROM NAMED; the engine itself resolves their prefixes and relative IRIs."""
    clause = query_text.dataset_clause(request["query"])
    graphs = (*clause.default, *clause.named)
    values = " ".join(f"({graph} AS ?g{i})" for i, graph in enumerate(graphs))
    if not values:
        return [], []
    try:
        rows = store.query(
            f"{clause.prologue}\nSELECT {values} {{}}",
            prefixes=request["prefixes"],
            base_iri=request["base_iri"],
        )
    except SyntaxError:
        return [], []  # the query has the same fault, and its message names the right line
    assert isinstance(rows, QuerySolutions)
    terms = [term for row in rows for term in row if isinstance(term, NamedNode)]
    count = len(clause.default)
    return list(dict.fromkeys(terms[:count])), list(dict.fromkeys(terms[count:]))


def _format_key(kind: query_text.Kind) -> str:
    return "graph_format" if kind == "construct" else "result_format"


def confine(*, memory: int, files: int = 0) -> None:
    """Take from this process what a query has no need of: more than `memory` bytes and `files` beside what it
    has.
    """
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    except OSError:
        pass  # no /proc: not Linux, where RLIMIT_AS does not hold either
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if files:
        files += 1 + max(map(int, os.listdir("/dev/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def leave_network() -> None:
    """Move to an empty network namespace, where the system permits it (root, or user namespaces)."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET):
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    except (OSError, AttributeError):
        pass  # not Linux; the limit of open files holds everywhere


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent` dies, also in the middle of a query (Linux)."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os._exit(0)


def serve(
    connection: socket.socket,
    stores: Stores,
    *,
    nodes: Nodes | None,
    settings: dict[str, Any],
) -> None:
    """Answer queries until the other side hangs up; `settings` stand for what a request does not say.

    `nodes` are those that have an embedding, None where nothing tells how similar they are to a text.
    """

    def ask(text: str) -> bytearray:
        try:
            send(connection, {"similarity": text})
            return receive(connection)[1]
        except (EOFError, OSError):
            os._exit(0)  # the engine would take an exception for an unbound value, and go on

    def refuse(reason: str) -> NoReturn:
        send(connection, {"error": "refused", "message": reason, "spent": True})
        os._exit(0)

    size = _peak()
    while True:
        try:
            request, _ = receive(connection)
        except EOFError:
            return
        similarity = None if nodes is None else TextSimilarity(nodes, ask=ask, refuse=refuse)
        header, content = answer(stores, settings | request, similarity)
        header["spent"] = _peak() > size + _GROWTH
        send(connection, header, content)


def excuse(connection: socket.socket, message: str) -> None:
    """Say to the one request that comes why this worker cannot answer."""
    with contextlib.suppress(EOFError, OSError):
        receive(connection)
        send(connection, {"error": "failed", "message": message, "spent": True})


def _peak() -> int:
    """The most memory this process has had in use, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def nurse(control: socket.socket) -> None:
    """Load the graph that the first message names, then fork and kill workers as told until it hangs up.

    A store on disk is opened by each worker for itself: it has threads, which a fork would lose.
    """
    request, _ = receive(control)
    try:
        stores = in_memory(request["files"], prepare=request["prepare"])
        nodes = read_nodes(Path(request["nodes"])) if request["nodes"] else None
    except (SyntaxError, OSError, UnicodeDecodeError) as error:
        send(control, {"error": str(error)})
        return
    leave_network()
    gc.collect()
    gc.freeze()  # keeps the collector from copying shared pages in the workers
    send(control, {"ready": True})
    nursery, workers = os.getpid(), set[int]()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, CONTROL.size, 1)
        if len(message) != CONTROL.size:
            return
        command, pid = CONTROL.unpack(message)
        if command == b"F":
            pid = os.fork()
            if not pid:
                control.close()
                die_with_parent(nursery)
                connection = socket.socket(fileno=descriptors[0])
                closed = 0
                if request["on_disk"]:
                    try:
                        store, closed = _opened(request["on_disk"])
                    except (OSError, RuntimeError) as error:
                        excuse(connection, f"the snapshot was removed, or its store is damaged ({error})")
                        os._exit(0)
                    stores = Stores(store, store)
                confine(memory=request["memory"], files=closed)
                serve(connection, stores, nodes=nodes, settings=request["settings"])
                os._exit(0)
            os.close(descriptors[0])
            workers.add(pid)
        elif command == b"K" and pid in workers:
            # Only the parent can kill by number without fear that it belongs to another process by now.
            os.kill(pid, signal.SIGKILL)
        elif command == b"W" and pid in workers:
            gone = pid
            pid, _ = os.waitpid(gone, os.WNOHANG)
            if pid:
                workers.remove(gone)
        control.sendall(CONTROL.pack(command, pid))


def _opened(path: str) -> tuple[Store, int]:
    """A store on disk, and how many of its files the engine has left to be opened when it comes to them."""
    store = Store.read_only(path)
    links = (os.path.join("/dev/fd", name) for name in os.listdir("/dev/fd"))
    opened = sum(os.path.realpath(link).endswith(TABLE) for link in links)
    return store, sum(name.endswith(TABLE) for name in os.listdir(path)) - opened


def main() -> None:
    """Entry of the nursery process: the control socket is the file descriptor in the first argument."""
    with contextlib.suppress(EOFError, ConnectionError):
        nurse(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
