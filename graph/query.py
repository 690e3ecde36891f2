"""SPARQL queries of users, answered by processes that can be killed.

    with QueryPool(snapshot, workers=2, timeout=10.0, memory_mb=2048) as pool:
        answer = pool.run("SELECT ?actor { ?actor rp:sponsors ?event }", accept="text/csv")

The query language is SPARQL 1.1 Query. Updates and LOAD are refused: a snapshot never changes. A query never
goes out to the network; what SERVICE asks of endpoints that are allowed comes in before (`graph.federation`).

Every query begins in the short lane. One that has not ended after `SLICE` seconds moves to the long lane,
where its process soon goes behind all others, and leaves its place to the next: so short queries are answered
in milliseconds however many long ones there are. Both lanes are fair queues of bounded length. Answers are
kept for who asks the same again, but for those that depend on the moment.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from graph.answer_cache import AnswerCache
from graph.errors import QueryBusy, QueryError, QueryTimeout, QueryTooLarge, SnapshotError
from graph.federation import Federation
from graph.lanes import Lane, LaneFull
from graph.query_answers import Asked, QueryAnswer, asked_graph, asked_query
from graph.query_processes import Nursery, Worker
from graph.similarity import NODE_TABLE, SIMILARITY
from graph.snapshots import Snapshot
from graph.statistics import PATIENT, Statistics, measure
from graph.store import FILL_DEFAULT_GRAPH, read_only
from graph.terms import Term
from ontology.namespaces import BASE, PREFIXES

#: Seconds after which a query is long. Label lookups and facets of a million triples stay below.
SLICE = 0.1
#: Seconds that a long query runs as the equal of short ones, before its process goes behind all others. A
#: process that went there is not used again, since it may not come back; a fresh one is slower at first: it
#: has to copy the memory that the engine writes to.
COURTESY = 1.0
#: Bytes of answers that are kept, and what an entry costs beside its content.
_KEPT, _ENTRY = 32 * 2**20, 1024
#: Long queries that are remembered, so that they go to the long lane at once when they come again.
_REMEMBERED = 1024
_Answer = tuple[dict[str, Any], bytearray]
#: Opens what tells how similar a text is to the nodes of the node table: float64 in its order.
OpenSimilarity = Callable[[], Callable[[str], bytes]]
#: Longest query in characters that is handed to a worker, and longest answer in bytes that is read from one,
#: without a thread: what fits into the buffer of a socket.
_AT_ONCE = 2**16
_MOVING = "the service is moving to another snapshot; try again"


class QueryPool:
    """Answers queries on one graph, `workers` short and `workers` long ones at once; threads may share it.

    `graph` is a snapshot, or N-Quads files. `merged` makes the default graph the merge of all named graphs;
    without it, it holds what the files give no graph. `timeout` is in seconds from call to answer, half of
    which a query may wait for its turn; `waiting` may wait for the short lane and a quarter of that for the
    long one. `memory_mb` is what a query may use beyond the graph itself, `max_bytes` the largest serialised
    result. `prefixes` are known to every query without being declared.

    `similarity` opens what `rp:similarity` asks (see `graph.similarity`). It is called before the time of a
    query begins that seems to have the function, since it may load a model, and again whenever a text is new;
    what it raises, `run` raises. `federation` answers SERVICE; without it, SERVICE is refused.

    Raises SnapshotError where the graph cannot be loaded.
    """

    def __init__(
        self,
        graph: Snapshot | Sequence[Path],
        *,
        workers: int = 2,
        timeout: float = 10.0,
        memory_mb: int = 2048,
        max_bytes: int = 64 * 1024 * 1024,
        waiting: int = 128,
        merged: bool = True,
        prefixes: Mapping[str, str] = PREFIXES,
        similarity: OpenSimilarity | None = None,
        federation: Federation | None = None,
    ) -> None:
        self.timeout = timeout
        self.federation = federation
        self._prefixes = dict(prefixes)
        self._memory_mb = memory_mb
        self._max_bytes = max_bytes
        self._workers = workers
        self._short = Lane(slots=workers, waiting=waiting)
        self._long = Lane(slots=workers, waiting=waiting // 4)
        self._lock = threading.Lock()
        self._closed = False
        self._idle: list[Worker] = []
        self._kept: AnswerCache[tuple[dict[str, Any], bytes]] = AnswerCache(
            max_bytes=_KEPT, max_entry=_KEPT // 32
        )
        self._known_long: OrderedDict[int, None] = OrderedDict()
        self._similarity = similarity
        self._similarities: AnswerCache[bytes] = AnswerCache(max_bytes=_KEPT, max_entry=_KEPT // 2)
        table = graph.index_path / NODE_TABLE if similarity and isinstance(graph, Snapshot) else None
        self._state = graph.manifest.to_json() if isinstance(graph, Snapshot) else uuid4().hex
        files = graph.graph_files() if isinstance(graph, Snapshot) else graph
        on_disk = graph.store_path if isinstance(graph, Snapshot) and graph.store_path.is_dir() else None
        try:
            if on_disk:
                read_only(on_disk)  # here its fault is told; the processes that answer open it one by one
            self._nursery = Nursery(
                files,
                on_disk=on_disk,
                memory_mb=memory_mb,
                prepare=FILL_DEFAULT_GRAPH if merged else "",
                settings={"prefixes": dict(prefixes), "max_bytes": max_bytes},
                nodes=table if table and table.is_file() else None,
            )
        except SnapshotError as error:
            where = f"{graph.path}: " if isinstance(graph, Snapshot) else ""
            raise SnapshotError(f"{where}{error}") from error
        for _ in range(workers):
            self._idle.append(self._nursery.fork())

    def run(
        self,
        query: str,
        *,
        accept: str | None = None,
        format: str | None = None,
        bindings: Mapping[str, Term] | None = None,
        default_graph: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base_iri: str | None = BASE,
        timeout: float | None = None,
    ) -> QueryAnswer:
        """Answer a query; blocks, so call it from a thread.

        `bindings` are values of variables, which a SELECT must have among its own: the engine takes them as
        terms (SEP-0007), so that no value can change what the query is.

        The result comes in the format that `format` names ("json", "csv", "turtle", …) where it fits the form
        of the query, else in the one that the header `accept` prefers, else as JSON or Turtle. Without
        `default_graph` and `named_graphs` (IRIs) and without FROM in the query, the default graph is that of
        the pool; several default graphs are merged. Relative IRIs are resolved against `base_iri`.

        Raises QuerySyntaxError, QueryTimeout (the query was stopped), QueryTooLarge (result or memory),
        QueryBusy (try again later), QueryRemote (another endpoint), QueryNotAcceptable and QueryError
        (refused, or failed otherwise).
        """
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        if self.federation:
            began = time.monotonic()
            query = self.federation.answered(query, prefixes=self._prefixes, seconds=limit)
            limit -= time.monotonic() - began
        asked = asked_query(
            query,
            accept=accept,
            format=format,
            bindings=bindings,
            default_graph=default_graph,
            named_graphs=named_graphs,
            base_iri=base_iri,
        )
        if self._similarity and _names_similarity(query):
            self._similarity()
        return self._run(asked, limit=limit)

    def begin(
        self,
        query: str,
        *,
        accept: str | None = None,
        format: str | None = None,
        default_graph: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> "QueryAnswer | QueryAtWork | None":
        """Answer a query as `run` does, but wait for nothing: for event loops, where a thread costs too much.

        That is the answer where it was given before, else the query at work where a worker is free for it,
        else None: call `run`.
        """
        began = time.monotonic()
        asked = asked_query(
            query,
            accept=accept,
            format=format,
            bindings=None,
            default_graph=default_graph,
            named_graphs=named_graphs,
            base_iri=BASE,
        )
        if kept := self._kept.get(asked.key):
            return asked.answer(*kept, seconds=time.monotonic() - began, kept=True)
        if len(query) > _AT_ONCE or _names_similarity(query) or self._is_known_long(asked.identity):
            return None
        if self.federation and "service" in query.lower():
            return None
        if self._closed or not self._short.try_enter():
            return None
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None:
            with contextlib.suppress(OSError):  # it is gone
                worker.ask(asked.request)
                return QueryAtWork(self, asked, worker)
        self._leave(self._short, killing=worker)
        return None

    def graph(self, iri: str | None, *, accept: str | None = None, format: str | None = None) -> QueryAnswer:
        """One named graph in full, or the default graph for None; formats and errors as in `run`.

        Raises NotFound where there is no graph of this name.
        """
        return self._run(asked_graph(iri, accept=accept, format=format), limit=self.timeout)

    @cached_property
    def statistics(self) -> Statistics:
        """What the graph holds, counted when it is first asked for, however long it takes. Raises
        QueryError."""

        def ask(query: str) -> bytes:
            asked = asked_query(
                query,
                accept=None,
                format="csv",
                bindings=None,
                default_graph=(),
                named_graphs=(),
                base_iri=BASE,
            )
            return self._run(asked, limit=PATIENT).content

        return measure(ask)

    def close(self) -> None:
        """Stop all processes; queries at work get up to `timeout` seconds to end. Idempotent."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        deadline = time.monotonic() + self.timeout
        self._short.drain(slots=self._workers, deadline=deadline)
        self._long.drain(slots=self._workers, deadline=deadline)
        for worker in self._idle:
            worker.connection.close()
        self._nursery.stop()

    def __enter__(self) -> "QueryPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, asked: Asked, *, limit: float) -> QueryAnswer:
        began = time.monotonic()
        if kept := self._kept.get(asked.key):
            return asked.answer(*kept, seconds=time.monotonic() - began, kept=True)
        return self._complete(asked, began=began, limit=limit)

    def _complete(
        self, asked: Asked, *, began: float, limit: float, at_work: Worker | None = None
    ) -> QueryAnswer:
        """The answer; in the short lane already where a worker is `at_work`."""
        try:
            answer = self._evaluate(asked, until=began + limit / 2, deadline=began + limit, at_work=at_work)
        except (EOFError, OSError):
            raise self._worker_lost() from None
        if answer is None:
            raise QueryTimeout(
                f"the query was stopped after {limit:.3g} s; make it more selective or add a LIMIT"
            )
        return self._settle(asked, answer, began=began)

    def _settle(self, asked: Asked, answer: _Answer, *, began: float) -> QueryAnswer:
        """The answer of a worker, kept for the next who asks; or the error that it is."""
        header, content = answer[0], bytes(answer[1])
        if error := asked.error(header, memory_mb=self._memory_mb, max_bytes=self._max_bytes):
            raise error
        if header["stable"]:
            header["tag"] = asked.tag(self._state)
            self._kept.put(asked.key, (header, content), size=len(content) + asked.size + _ENTRY)
        return asked.answer(header, content, seconds=time.monotonic() - began)

    def _worker_lost(self) -> QueryError:
        if self._closed:
            return QueryError(_MOVING)
        return QueryTooLarge(f"the query needs more than {self._memory_mb} MB of memory, or nests too deeply")

    def _evaluate(
        self, asked: Asked, *, until: float, deadline: float, at_work: Worker | None
    ) -> _Answer | None:
        """What a worker answers; None at the `deadline`. It waits for its turn no longer than `until`."""
        key = asked.identity
        worker: Worker | None = None
        if at_work or not self._is_known_long(key) or (self._short.has_room and self._long.has_room):
            outcome = self._first_slice(asked, key, until=until, deadline=deadline, worker=at_work)
            if isinstance(outcome, tuple):
                return outcome
            worker = outcome
        if worker is None:
            self._enter(self._long, until)
        try:
            began = time.monotonic()
            if worker is None:
                worker = self._take()
                worker.ask(asked.request)
            answer = self._listen(worker, deadline=min(deadline, began + COURTESY))
            if answer is None:
                worker.step_back()
                return self._listen(worker, deadline=deadline)
            if time.monotonic() < began + SLICE:
                self._forget_long(key)
            if not answer[0]["spent"]:
                self._give_back(worker)
                worker = None
            return answer
        finally:
            # A worker left here goes behind all others for good, or has grown, or does not answer.
            self._leave(self._long, killing=worker)

    def _first_slice(
        self, asked: Asked, key: int, *, until: float, deadline: float, worker: Worker | None
    ) -> _Answer | Worker | None:
        """The answer to a short query. To a long one, the worker at it, now in the long lane.

        A `worker` that is at it already has had its time in the short lane.

        None where the long lane has no place yet: the query is begun again when its turn comes, since a
        worker that waits with half a result would hold memory.
        """
        end_of_slice = time.monotonic()
        if worker is None:
            self._enter(self._short, until)
        try:
            if worker is None:
                if self._is_known_long(key) and not self._long.has_room:  # since it began to wait
                    return None
                worker = self._take()
                worker.ask(asked.request)
                end_of_slice = time.monotonic() + SLICE
            answer = self._listen(worker, deadline=min(deadline, end_of_slice), at_hand=True)
            if answer:
                if not answer[0]["spent"]:
                    self._give_back(worker)
                    worker = None
                return answer
            self._remember_long(key)
            if not self._long.try_enter():
                return None
            moved, worker = worker, None
            return moved
        finally:
            self._leave(self._short, killing=worker)

    def _listen(self, worker: Worker, *, deadline: float, at_hand: bool = False) -> _Answer | None:
        """What a worker answers, told the similarities that it asks for on the way; None at the `deadline`.

        With `at_hand` also None where it asks for such as have to be made first, which is long work.
        """
        while True:
            if worker.wanted is not None:
                similarities = self._similarities.get(worker.wanted)
                if similarities is None:
                    if at_hand:
                        return None
                    similarities = self._compare(worker.wanted)
                if time.monotonic() > deadline:
                    return None
                worker.tell(similarities)
            answer = worker.answer(deadline=deadline)
            if answer is not None or worker.wanted is None:
                return answer

    def _compare(self, text: str) -> bytes:
        assert self._similarity is not None, "no worker asks without a node table"
        similarities = self._similarity()(text)
        self._similarities.put(text, similarities, size=len(similarities) + _ENTRY)
        return similarities

    def _enter(self, lane: Lane, until: float) -> None:
        if self._closed:
            raise QueryError(_MOVING)
        try:
            entered = lane.enter(timeout=until - time.monotonic())
        except LaneFull:
            raise QueryBusy("too many queries are waiting to be answered; try again in a moment") from None
        if not entered:
            raise QueryBusy(f"all {self._workers} workers were busy; try again in a moment")
        if self._closed:
            lane.leave()
            raise QueryError(_MOVING)

    def _leave(self, lane: Lane, *, killing: Worker | None) -> None:
        """Give the place in a lane back, once the worker is gone that has to be killed.

        Nobody waits for that: it may take long, and the answer, or that there is none, is known already.
        """
        if killing is None:
            lane.leave()
            return

        def kill(worker: Worker = killing) -> None:
            try:
                with contextlib.suppress(OSError, EOFError):  # the pool was closed meanwhile
                    self._nursery.kill(worker)
            finally:
                lane.leave()

        threading.Thread(target=kill, name=f"kill-{killing.pid}", daemon=True).start()

    def _part(self, lane: Lane, worker: Worker, answer: _Answer) -> None:
        """Leave a lane after an answer; the worker stays where it can answer more."""
        spent = answer[0]["spent"]
        if not spent:
            self._give_back(worker)
        self._leave(lane, killing=worker if spent else None)

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._nursery.fork()

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def _is_known_long(self, key: int) -> bool:
        with self._lock:
            return key in self._known_long

    def _remember_long(self, key: int) -> None:
        with self._lock:
            self._known_long[key] = None
            while len(self._known_long) > _REMEMBERED:
                self._known_long.popitem(last=False)

    def _forget_long(self, key: int) -> None:
        with self._lock:
            self._known_long.pop(key, None)


class QueryAtWork:
    """A query in the short lane that a worker is at. Wait until `fileno` can be read, or `SLICE` seconds; ask
    for the `answer`; where there is none yet, `wait` for it in a thread. One of the two has to be called, and
    gives the answer or raises as `QueryPool.run` does.
    """

    def __init__(self, pool: QueryPool, asked: Asked, worker: Worker) -> None:
        self._pool = pool
        self._asked = asked
        self._worker = worker
        self._began = time.monotonic()

    def fileno(self) -> int:
        """The descriptor that can be read once there is an answer."""
        return self._worker.connection.fileno()

    def answer(self) -> QueryAnswer | None:
        """The answer if it is there and short, so that to read it takes no time."""
        pool, worker = self._pool, self._worker
        try:
            if not worker.has_answered(at_most=_AT_ONCE):
                return None
            answer = worker.answer(deadline=self._began)
            if answer is None:  # it asks for something first
                return None
        except (EOFError, OSError):
            pool._leave(pool._short, killing=worker)
            raise pool._worker_lost() from None
        pool._part(pool._short, worker, answer)
        return pool._settle(self._asked, answer, began=self._began)

    def wait(self) -> QueryAnswer:
        """The answer, however long it takes within the limit of the pool."""
        return self._pool._complete(
            self._asked, began=self._began, limit=self._pool.timeout, at_work=self._worker
        )


def _names_similarity(query: str) -> bool:
    """Might the query call it? One that hides the name in escapes waits for the model on its own time."""
    return SIMILARITY.rpartition("#")[2] in query
