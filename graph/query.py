"""SPARQL queries of users, answered by processes that can be killed.

    with QueryPool(snapshot, workers=2, timeout=10.0, memory_mb=2048) as pool:
        answer = pool.run("SELECT ?actor { ?actor rp:sponsors ?event }", accept="text/csv")

The query language is SPARQL 1.1 Query. Updates, SERVICE and LOAD are refused: a snapshot never changes and
a query never goes out to the network.
"""

import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from graph import query_worker
from graph.errors import QueryError, QuerySyntaxError, QueryTimeout, QueryTooLarge, SnapshotError
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name, negotiate
from graph.snapshots import Snapshot
from graph.store import FILL_DEFAULT_GRAPH
from ontology.namespaces import PREFIXES

Kind = Literal["select", "ask", "construct"]

_MOVING = "the service is moving to another snapshot; try again"
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
# What can hide a keyword or look like one: comments, IRIs, strings, variables, language tags, names, escapes.
# An IRI may hold neither a space nor any of <>"{}|^` (SPARQL 1.1, IRIREF), so no keyword with its operand
# fits between a less-than and a greater-than. Oxigraph asks for no blank around a keyword ("1SERVICE<x>{}",
# "SERVICESILENT", "SERVICE:x{}" all parse), so a run of letters is searched, not compared, and the local
# part of a name ends at a dot. Quantifiers are possessive: the time is linear in the length of the query.
_TOKEN = re.compile(
    r"""
    \#[^\r\n]*+
  | <[^<>"{}|^`\\\x00-\x20]*+>
  | \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
  | "(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+'
  | [?$@]\w++
  | \\.
  | (?P<run>[\w.\-]*+) (?P<name>:(?:[\w\-:%]|\\.)*+)
  | (?P<word>[\w.\-]++)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENS_GROUP = re.compile(r"(?:\s++|#[^\r\n]*+)*+\{")


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """A serialised result; `kind` is "construct" for DESCRIBE too, `seconds` the time from call to answer."""

    content: bytes
    media_type: str
    kind: Kind
    seconds: float


@dataclass(slots=True)
class _Worker:
    pid: int
    connection: socket.socket


def keywords(query: str) -> list[str]:
    """The bare words of a query in upper case, without comments, IRIs, strings, variables and names.

    "SERVICE" is among them wherever Oxigraph could read it, also glued to what stands before or after it.
    """
    words: list[str] = []
    for token in _TOKEN.finditer(query):
        if token["word"]:
            found = token["word"].upper()
            words += ["SERVICE"] if "SERVICE" in found else re.split(r"[.\-]", found)
        elif token["name"] and "SERVICE" in token["run"].upper() and _OPENS_GROUP.match(query, token.end()):
            words.append("SERVICE")  # `SERVICE:x {…}`: the keyword and a name with the empty prefix
    return [word for word in words if word]


def check_read_only(words: Sequence[str]) -> None:
    """Refuse what is not a query of this graph alone. Raises QueryError with the reason."""
    if "SERVICE" in words:
        raise QueryError("SERVICE is refused: queries are answered from this graph alone")
    operation = next((word for word in words if word not in ("PREFIX", "BASE")), "")
    if operation in _UPDATES:
        raise QueryError(f"{operation} is refused: the graph is read-only, its snapshots never change")


class QueryPool:
    """Answers queries on one snapshot, at most `workers` at a time; safe to share between threads.

    `timeout` is in seconds, for a query to be answered and also to wait for a free worker; `memory_mb` what a
    query may use beyond the graph itself; `max_bytes` the largest serialised result. `prefixes` are known to
    every query without being declared. Raises SnapshotError where the graph cannot be loaded.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        workers: int = 2,
        timeout: float = 10.0,
        memory_mb: int = 2048,
        max_bytes: int = 64 * 1024 * 1024,
        prefixes: Mapping[str, str] = PREFIXES,
    ) -> None:
        self.snapshot = snapshot
        self.timeout = timeout
        self._memory_mb = memory_mb
        self._max_bytes = max_bytes
        self._prefixes = dict(prefixes)
        self._lock = threading.Lock()
        self._closed = False
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._workers = workers
        self._nursery, self._control = self._start_nursery()
        for _ in range(workers):
            self._idle.put(self._start_worker())

    def run(
        self,
        query: str,
        *,
        accept: str | None = None,
        format: str | None = None,
        default_graph: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base_iri: str | None = None,
        timeout: float | None = None,
    ) -> QueryAnswer:
        """Answer a query; blocks, so call it from a thread.

        The result comes in the format that `format` names ("json", "csv", "turtle", …), else in the one that
        the header `accept` prefers, else as JSON or Turtle. Without `default_graph` and `named_graphs` (IRIs)
        and without FROM in the query, the default graph is the merge of all named graphs.

        Raises QuerySyntaxError, QueryTimeout (the query was stopped), QueryTooLarge (result or memory) and
        QueryError (refused, or failed for another reason).
        """
        started = time.monotonic()
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        words = keywords(query)
        check_read_only(words)
        result_format = (by_name(format, RESULT_FORMATS) if format else None) or negotiate(
            accept, RESULT_FORMATS
        )
        graph_formats = GRAPH_FORMATS[:4]
        graph_format = (by_name(format, graph_formats) if format else None) or negotiate(
            accept, graph_formats
        )
        result_format, graph_format = result_format or RESULT_FORMATS[0], graph_format or GRAPH_FORMATS[0]
        dataset = "given" if default_graph or named_graphs else "query" if "FROM" in words else "union"
        request = {
            "query": query,
            "result_format": result_format.name,
            "graph_format": graph_format.name,
            "dataset": dataset,
            "default_graph": list(default_graph),
            "named_graphs": list(named_graphs),
            "base_iri": base_iri,
            "prefixes": self._prefixes,
            "max_bytes": self._max_bytes,
        }
        header, content = self._ask(request, limit=limit)
        kind = header["kind"]
        media_type = graph_format.media_type if kind == "construct" else result_format.media_type
        return QueryAnswer(content, media_type, kind, time.monotonic() - started)

    def close(self) -> None:
        """Stop all processes; queries at work get up to `timeout` seconds to end. Idempotent."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        deadline = time.monotonic() + self.timeout
        for _ in range(self._workers):
            try:
                worker = self._idle.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if worker:
                worker.connection.close()
        self._stop_nursery()

    def __enter__(self) -> "QueryPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, Any], *, limit: float) -> tuple[dict[str, Any], bytes]:
        """Have a worker answer. A worker that did not answer in time, or died, is gone when this returns."""
        if self._closed:
            raise QueryError(_MOVING)
        try:
            worker = self._idle.get(timeout=limit)
        except queue.Empty:
            raise QueryTimeout(
                f"all {self._workers} workers were busy for {limit:g} s; try again later"
            ) from None
        healthy = False
        try:
            worker = worker or self._start_worker()
            header, content = _exchange(worker.connection, request, limit=limit)
            healthy = True
        except TimeoutError:
            raise QueryTimeout(
                f"the query was stopped after {limit:g} s; make it more selective or add a LIMIT"
            ) from None
        except (EOFError, OSError):
            if self._closed:
                raise QueryError(_MOVING) from None
            raise QueryTooLarge(
                f"the query needs more than {self._memory_mb} MB of memory, or nests too deeply"
            ) from None
        finally:
            if worker and not healthy:
                self._kill(worker)
            self._idle.put(worker if healthy else None)
        self._raise_error(header)
        return header, content

    def _raise_error(self, header: dict[str, Any]) -> None:
        match header.get("error"):
            case None:
                return
            case "syntax":
                raise QuerySyntaxError(f"the query is not valid SPARQL: {header['message']}")
            case "too-large":
                raise QueryTooLarge(
                    f"the result is larger than {self._max_bytes // 2**20} MB; ask for less or add a LIMIT"
                )
            case "memory":
                raise QueryTooLarge(f"the query needs more than {self._memory_mb} MB of memory")
            case _:
                raise QueryError(f"the query failed: {header['message']}")

    def _start_nursery(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            # A session of its own, so that Ctrl-C reaches the server alone, which then closes the pool.
            process = subprocess.Popen(
                [sys.executable, "-P", str(Path(query_worker.__file__)), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        files = [str(path.resolve()) for path in self.snapshot.graph_files()]
        try:
            query_worker.send(
                ours, {"files": files, "memory": self._memory_mb * 2**20, "prepare": FILL_DEFAULT_GRAPH}
            )
            header = query_worker.receive(ours)
        except (EOFError, OSError) as error:
            header = {"error": f"its process ended early ({error!r})"}
        if "error" in header:
            ours.close()
            process.kill()
            process.wait()
            raise SnapshotError(f"{self.snapshot.path}: the graph cannot be loaded: {header['error']}")
        return process, ours

    def _stop_nursery(self) -> None:
        with self._lock:
            self._control.close()
            self._nursery.kill()
            self._nursery.wait()

    def _start_worker(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            if self._nursery.poll() is not None:  # ended by the system, for want of memory say
                self._control.close()
                self._nursery, self._control = self._start_nursery()
            socket.send_fds(self._control, [query_worker.CONTROL.pack(b"F", 0)], [theirs.fileno()])
            pid = self._acknowledged()
        return _Worker(pid, ours)

    def _kill(self, worker: _Worker) -> None:
        worker.connection.close()
        with self._lock:
            if self._nursery.poll() is None:
                self._control.sendall(query_worker.CONTROL.pack(b"K", worker.pid))
                self._acknowledged()

    def _acknowledged(self) -> int:
        message = query_worker.receive_exactly(self._control, query_worker.CONTROL.size)
        pid: int = query_worker.CONTROL.unpack(message)[1]
        return pid


def _exchange(
    connection: socket.socket, request: dict[str, Any], *, limit: float
) -> tuple[dict[str, Any], bytes]:
    """Send a request and read its answer. Raises TimeoutError after `limit` seconds, EOFError, OSError."""
    deadline = time.monotonic() + limit
    connection.settimeout(limit)
    query_worker.send(connection, request)
    header = query_worker.receive(connection)
    connection.settimeout(max(0.001, deadline - time.monotonic()))
    return header, bytes(query_worker.receive_exactly(connection, header["length"]))
