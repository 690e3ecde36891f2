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
Query socket: 4 bytes of length, JSON; an answer adds the length of the content that follows it. Before its
answer a worker may ask for the similarities of a text ("similarity"), which come as such a message too.
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
from pathlib import Path
from typing import Any, NoReturn

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from graph import query_text
from graph.similarity import SIMILARITY, Nodes, TextSimilarity, read_nodes

CONTROL = struct.Struct("!cQ")
LENGTH = struct.Struct("!I")
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
    """Send one message; the length of `content` goes into the header as "length"."""
    encoded = json.dumps({**header, "length": len(content)}).encode("ascii")
    connection.sendall(LENGTH.pack(len(encoded)) + encoded)
    if content:
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


def receive(connection: socket.socket) -> dict[str, Any]:
    """Read the header of one message. Raises EOFError and TimeoutError."""
    (size,) = LENGTH.unpack(receive_exactly(connection, LENGTH.size))
    message: dict[str, Any] = json.loads(receive_exactly(connection, size))
    return message


class _Refused(Exception):
    """The request asks for what is not given; its argument is the answer's header."""


def answer(
    store: Store, request: dict[str, Any], similarity: TextSimilarity | None = None
) -> tuple[dict[str, Any], bytes]:
    """Evaluate a request; errors come back as values, so that the worker goes on."""
    output = _Bounded(request["max_bytes"])
    try:
        if "graph" in request:
            return _dump(store, request, output), output.getvalue()
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
    dataset, changed = _dataset(store, request, "FROM" in words)
    began = time.perf_counter()
    result = store.query(query, **options, **dataset)
    planned = time.perf_counter()
    if isinstance(result, QuerySolutions | QueryBoolean):
        kind = "select" if isinstance(result, QuerySolutions) else "ask"
        result.serialize(output, _RESULTS[request["result_format"]])
    else:
        kind = "construct"
        serialize(result, output, _GRAPHS[request["graph_format"]], prefixes=request["prefixes"])
    return {
        "kind": kind,
        "spent": changed,
        "stable": query_text.is_stable(words),
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


def _dataset(store: Store, request: dict[str, Any], has_clause: bool) -> tuple[dict[str, Any], bool]:
    """The dataset options of a query, and whether the store was changed to provide them.

    Oxigraph reads several default graphs one after the other, so that a triple of two graphs comes twice; the
    RDF merge, which SPARQL 1.1 (13.2.1) asks for, is made as a graph of this worker's own copy of the store.
    """
    default = [NamedNode(iri) for iri in dict.fromkeys(request["default_graph"])]
    named = [NamedNode(iri) for iri in dict.fromkeys(request["named_graphs"])]
    if not default and not named:
        if not has_clause:
            return {}, False
        default, named = _clause(store, request)
        if len(default) < 2:
            return {}, False  # what the engine makes of the clause is right
    if len(default) < 2:
        return {"default_graph": default, "named_graphs": named}, False
    graphs = " ".join(map(str, default))
    store.update(
        f"INSERT {{ GRAPH <{_MERGED}> {{ ?s ?p ?o }} }}"
        f" WHERE {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    return {"default_graph": [NamedNode(_MERGED)], "named_graphs": named}, True


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


def confine(*, memory: int) -> None:
    """Take from this process what a query has no need of: `memory` bytes beyond what it has, no new files."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    except OSError:
        pass  # no /proc: not Linux, where RLIMIT_AS does not hold either
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


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
    store: Store,
    *,
    nodes: Nodes | None,
    memory: int,
    settings: dict[str, Any],
) -> None:
    """Answer queries until the other side hangs up; `settings` stand for what a request does not say.

    `nodes` are those that have an embedding, None where nothing tells how similar they are to a text.
    """

    def ask(text: str) -> bytearray:
        try:
            send(connection, {"similarity": text})
            return receive_exactly(connection, receive(connection)["length"])
        except (EOFError, OSError):
            os._exit(0)  # the engine would take an exception for an unbound value, and go on

    def refuse(reason: str) -> NoReturn:
        send(connection, {"error": "refused", "message": reason, "spent": True})
        os._exit(0)

    confine(memory=memory)
    size = _peak()
    while True:
        try:
            request = receive(connection)
        except EOFError:
            return
        similarity = None if nodes is None else TextSimilarity(nodes, ask=ask, refuse=refuse)
        header, content = answer(store, settings | request, similarity)
        header["spent"] = header.get("spent", False) or _peak() > size + _GROWTH
        send(connection, header, content)


def _peak() -> int:
    """The most memory this process has had in use, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def nurse(control: socket.socket) -> None:
    """Load the graph that the first message names, then fork and kill workers as told until it hangs up."""
    request = receive(control)
    store = Store()
    for path in request["files"]:
        try:
            store.bulk_load(path=path, format=RdfFormat.N_QUADS, lenient=True)
        except (SyntaxError, OSError) as error:
            send(control, {"error": f"{path}: {error}"})
            return
    try:
        nodes = read_nodes(Path(request["nodes"])) if request["nodes"] else None
    except (OSError, UnicodeDecodeError) as error:
        send(control, {"error": str(error)})
        return
    if request["prepare"]:
        store.update(request["prepare"])
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
                serve(connection, store, nodes=nodes, memory=request["memory"], settings=request["settings"])
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


def main() -> None:
    """Entry of the nursery process: the control socket is the file descriptor in the first argument."""
    with contextlib.suppress(EOFError, ConnectionError):
        nurse(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
