"""The nursery process of a query pool and the workers it forks, seen from the server."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph import query_worker
from graph.errors import SnapshotError

#: Niceness of a worker at a long query: short queries and the server itself go first (setpriority(2)).
NICENESS = 19
#: Settings of the C library's allocator (mallopt(3)): what a query needed is kept for the next one, since
#: pages from the system are slow at first. A worker that grew too much ends anyway.
_MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(2**28), "MALLOC_MMAP_THRESHOLD_": str(2**28)}
#: Seconds between two looks whether a killed worker is gone: the first, and the longest.
_PAUSE, _LONGEST_PAUSE = 0.001, 0.05


@dataclass(slots=True)
class Worker:
    """A process that answers one query after the other on its socket."""

    pid: int
    connection: socket.socket
    #: The text whose similarities it waits for, to go on with the query.
    wanted: str | None = None

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request. Raises OSError where the process is gone."""
        self.connection.settimeout(None)
        self.wanted = None
        query_worker.send(self.connection, request)

    def tell(self, similarities: bytes) -> None:
        """Send what it waits for. Raises OSError where the process is gone."""
        self.connection.settimeout(None)
        self.wanted = None
        query_worker.send(self.connection, {}, similarities)

    def answer(self, *, deadline: float) -> tuple[dict[str, Any], bytearray] | None:
        """The answer to the last request; None where it has not begun at `deadline` (of `time.monotonic`).

        Also None where the worker asks for the similarities of a text first, which is then `wanted`.

        The time to read it does not count: it is there in full, so it takes milliseconds. Raises EOFError
        and OSError where the process is gone.
        """
        self.connection.settimeout(max(0.0005, deadline - time.monotonic()))
        try:
            first = self.connection.recv(query_worker.LENGTHS.size, socket.MSG_PEEK)
        except TimeoutError:
            return None
        if not first:
            raise EOFError
        self.connection.settimeout(10.0)
        header, content = query_worker.receive(self.connection)
        self.wanted = header.get("similarity")
        return None if self.wanted is not None else (header, content)

    def has_answered(self, *, at_most: int) -> bool:
        """Whether the answer has begun to come and has no more than so many bytes; does not wait."""
        self.connection.settimeout(0)
        try:
            lengths = self.connection.recv(query_worker.LENGTHS.size, socket.MSG_PEEK)
        except OSError:
            return False
        return len(lengths) < query_worker.LENGTHS.size or query_worker.LENGTHS.unpack(lengths)[1] <= at_most

    def step_back(self) -> None:
        """Let every other process go first from now on; there is no way back."""
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, NICENESS)
        except OSError:
            return  # it just ended


class Nursery:
    """The process that holds the graph and forks workers; started again where the system ended it.

    `files` are N-Quads, `prepare` is an update run on them once ("" for none); a store `on_disk` stands for
    both. `memory_mb` is what a worker may use beyond the graph; `settings` are part of every request; `nodes`
    is the table of what has an embedding, without which queries cannot compare with texts. Threads may share
    it.

    Raises SnapshotError where the graph cannot be loaded.
    """

    def __init__(
        self,
        files: Sequence[Path],
        *,
        on_disk: Path | None = None,
        memory_mb: int,
        prepare: str,
        settings: dict[str, Any],
        nodes: Path | None = None,
    ) -> None:
        self._settings: dict[str, Any] = {
            "files": [] if on_disk else [str(path.resolve()) for path in files],
            "on_disk": str(on_disk.resolve()) if on_disk else None,
            "memory": memory_mb * 2**20,
            "prepare": "" if on_disk else prepare,
            "nodes": str(nodes.resolve()) if nodes else None,
            "settings": settings,
        }
        self._lock = threading.Lock()
        self.process, self._control = self._start()

    def fork(self) -> Worker:
        """A fresh worker. Raises OSError, EOFError and SnapshotError where there can be none."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            if self.process.poll() is not None:  # ended by the system, for want of memory say
                self._control.close()
                self.process, self._control = self._start()
            socket.send_fds(self._control, [query_worker.CONTROL.pack(b"F", 0)], [theirs.fileno()])
            pid = self._acknowledged()
        return Worker(pid, ours)

    def kill(self, worker: Worker) -> None:
        """End a worker; it is gone when this returns.

        That takes milliseconds, or seconds where other processes leave one that had stepped back no time to
        end in. Others can have workers forked and killed meanwhile.
        """
        worker.connection.close()
        command, pause = b"K", _PAUSE
        while True:
            with self._lock:
                if self.process.poll() is not None:
                    return  # and its workers with it
                self._control.sendall(query_worker.CONTROL.pack(command, worker.pid))
                known = self._acknowledged()
            if command == b"W":
                if known:
                    return
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            command = b"W"

    def stop(self) -> None:
        """End the nursery and with it all its workers."""
        with self._lock:
            self._control.close()
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _start(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            # A session of its own, so that Ctrl-C reaches the server alone, which then closes the pool.
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", query_worker.__name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **_MALLOC, "PYTHONPATH": _import_path()},
            )
        try:
            query_worker.send(ours, self._settings)
            header, _ = query_worker.receive(ours)
        except (EOFError, OSError) as error:
            header = {"error": f"its process ended early ({error!r})"}
        if "error" in header:
            ours.close()
            process.kill()
            process.wait()
            raise SnapshotError(f"the graph cannot be loaded: {header['error']}")
        return process, ours

    def _acknowledged(self) -> int:
        message = query_worker.receive_exactly(self._control, query_worker.CONTROL.size)
        pid: int = query_worker.CONTROL.unpack(message)[1]
        return pid


def _import_path() -> str:
    """Where a child finds this package: also when this process did not have it installed."""
    root = str(Path(query_worker.__file__).resolve().parents[1])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
