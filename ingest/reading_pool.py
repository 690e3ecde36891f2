"""Documents read by processes that can be killed, as many at a time as there are cores.

    with ReadingPool(ReadingLimits(max_bytes=2**26, max_pages=3000), workers=2) as pool:
        for outcome in pool.read(sources):  # in their order: a ReadDocument, or the reason why not

A document that takes too long or too much memory, or crashes the library that reads it, is given up with a
reason; its process is replaced and the others go on.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from graph.errors import RedpymeError
from graph.query_worker import CONTROL, receive_exactly
from ingest import reading_worker
from ingest.reading_worker import Answer, Hello, ReadDocument, ReadingLimits, Source

# Not by `-m`, which would give what is pickled the module `__main__`.
_COMMAND = f"from {reading_worker.__name__} import main; main()"
_AHEAD = 8  # documents for each worker that may be read before the one whose turn it is


@dataclass(slots=True)
class _Worker:
    """A process that reads one document after the other."""

    pid: int
    connection: Connection


class ReadingPool:
    """Worker processes for the documents of one run. A context manager; the end of it ends all of them.

    The first document starts the processes. Raises RedpymeError where they cannot be started.
    """

    def __init__(self, limits: ReadingLimits, *, workers: int) -> None:
        self._limits = limits
        self._workers = workers
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._nursery: _Nursery | None = None
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reading")
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up what is being read and end all processes."""
        self._closed.set()
        if self._nursery is not None:
            self._nursery.stop()  # its workers end with it, and so the threads that wait for them
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().connection.close()

    def read(self, sources: Sequence[Source]) -> Iterator[ReadDocument | str]:
        """What each source holds, in their order, as they are read; a reason in words where one cannot be."""
        if not sources:
            return
        suffixes = frozenset(Path(source.name).suffix.lower() for source in sources)
        # By this thread: the system may end a process with the thread that started it.
        self._nursery = _Nursery(Hello(self._limits, suffixes))
        waiting: deque[Future[ReadDocument | str]] = deque()
        for source in sources:
            waiting.append(self._threads.submit(self._read_one, source, self._nursery))
            if len(waiting) >= _AHEAD * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _read_one(self, source: Source, nursery: "_Nursery") -> ReadDocument | str:
        for _ in range(2):  # again where it was the nursery that died, which is no fault of the document
            try:
                worker = self._worker(nursery)
                outcome = self._asked(worker, source, nursery)
            except (EOFError, OSError):
                outcome = None
            if outcome is not None:
                return outcome
            if self._closed.is_set():
                break
        return f"{source.path}: not read, because the reading processes were ended from outside; run again"

    def _worker(self, nursery: "_Nursery") -> _Worker:
        try:
            return self._idle.get_nowait()
        except Empty:
            return nursery.fork()

    def _asked(self, worker: _Worker, source: Source, nursery: "_Nursery") -> ReadDocument | str | None:
        """The answer of a worker; a reason where it dies or does not end; None where the nursery died."""
        seconds = self._seconds(source)
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            nursery.kill(worker.pid)

        timer = threading.Timer(seconds, expire)
        timer.start()
        answer: Answer | None = None
        try:
            worker.connection.send(source)
            answer = worker.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            pass
        finally:
            timer.cancel()
            timer.join()
        if answer is not None and not answer.spent and not expired.is_set():
            self._idle.put(worker)
            return answer.outcome
        worker.connection.close()
        if answer is not None:
            nursery.kill(worker.pid)
            return answer.outcome
        if expired.is_set():
            return (
                f"{source.path}: not read within {seconds:.0f} s, the limit for its size; split it, or raise "
                "REDPYME_READING_SECONDS"
            )
        status = nursery.kill(worker.pid)
        return None if status is None else f"{source.path}: {_death(status, self._limits)}"

    def _seconds(self, source: Source) -> float:
        try:
            size = source.path.stat().st_size
        except OSError:
            size = 0  # the worker says what is wrong with it
        return self._limits.seconds * (1 + size / 2**20)


def _death(status: int, limits: ReadingLimits) -> str:
    """Why a worker died, and what to do, from the status that waitpid gives."""
    if not os.WIFSIGNALED(status):
        return "the process that read it ended early; run again, and leave the document out if that recurs"
    number = os.WTERMSIG(status)
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    if number == signal.SIGKILL:
        return (
            f"the process that read it was killed ({name}), as the system does where memory runs out; split "
            "the document, or run again when there is more"
        )
    return (
        f"the process that read it crashed ({name}): it is damaged, or takes more than {limits.memory_mb:,} "
        "MiB of memory (REDPYME_READING_MEMORY_MB); save it anew, or export its text"
    )


class _Nursery:
    """The process that forks workers; started again where it was killed. Threads may share it."""

    def __init__(self, hello: Hello) -> None:
        self._hello = hello
        self._lock = threading.Lock()
        self._stopped = False
        self._process, self._control = self._start()

    def fork(self) -> _Worker:
        """A fresh worker. Raises OSError and EOFError where there can be none."""
        ours, theirs = socket.socketpair()
        connection = Connection(ours.detach())
        try:
            with theirs, self._lock:
                if self._stopped:
                    raise EOFError
                if self._process.poll() is not None:
                    self._control.close()
                    self._process, self._control = self._start()
                socket.send_fds(self._control, [CONTROL.pack(b"F", 0)], [theirs.fileno()])
                return _Worker(self._acknowledged(), connection)
        except BaseException:
            connection.close()
            raise

    def kill(self, pid: int) -> int | None:
        """End a worker, if it still runs: how it ended, as waitpid says; None where the nursery died."""
        with self._lock:
            try:
                self._control.sendall(CONTROL.pack(b"K", pid))
                return self._acknowledged()
            except (EOFError, OSError):
                return None

    def stop(self) -> None:
        """End the nursery and with it all its workers."""
        with self._lock:
            self._stopped = True
            self._process.kill()
            self._process.wait()
            self._control.close()

    def _start(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        # One thread for each worker: the documents are what is done in parallel.
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs, tempfile.TemporaryFile() as complaints:
            # A session of its own, so that Ctrl-C reaches the parent alone, which then closes the pool.
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _COMMAND, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                start_new_session=True,
                env={**os.environ, **threads, "PYTHONPATH": _import_path()},
            )
            theirs.close()
            try:
                with Connection(os.dup(ours.fileno())) as first:
                    first.send(self._hello)
                    problem = first.recv()
            except (EOFError, OSError):
                process.wait()
                complaints.seek(0)
                lines = complaints.read().decode("utf-8", "replace").split("\n")
                problem = next((line for line in reversed(lines) if line), f"status {process.returncode}")
            except BaseException:  # interrupted while it starts
                process.kill()
                process.wait()
                raise
        if problem is not None:
            ours.close()
            process.kill()
            process.wait()
            raise RedpymeError(f"the process that reads documents cannot be started: {problem}")
        return process, ours

    def _acknowledged(self) -> int:
        number: int = CONTROL.unpack(receive_exactly(self._control, CONTROL.size))[1]
        return number


def _import_path() -> str:
    """Where a child finds this package: also when this process did not have it installed."""
    root = str(Path(reading_worker.__file__).resolve().parents[1])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
