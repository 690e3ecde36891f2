"""What a running server holds: the snapshot it serves, and the way over to the next one.

A request leases the snapshot that is current when it begins and keeps it to its end; a watcher notices a
switch of the workspace, opens the new snapshot beside the old one, changes over in one assignment, and closes
the old one when its last request is done. So no request ever waits for a switch or sees two snapshots.
"""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graph.errors import RedpymeError
from graph.settings import Settings
from graph.workspace import Workspace
from search_api.errors import NotReadyError
from search_api.resources.service import Health

if TYPE_CHECKING:
    from search_api.embedding.encoder import Encoder
from search_api.served import Served, in_background

_log = logging.getLogger(__name__)
#: Seconds between two looks at the pointer of the workspace: one small read each.
POLL = 0.5


class Service:
    """The current snapshot of a workspace, kept current. Nothing runs before `start` or the first `lease`."""

    def __init__(self, settings: Settings, *, poll: float = POLL) -> None:
        self.settings = settings
        self.workspace = Workspace(settings.workspace)
        self._poll = poll
        self._served: Served | None = None
        self._encoder: Future[Encoder] | None = None
        self._problem: str | None = None
        self._opening = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Open the current snapshot in the background and watch for the next ones."""
        self._stopped.clear()
        self._watcher = threading.Thread(target=self._watch, name="snapshot-watcher", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Stop watching and end the query processes."""
        self._stopped.set()
        if self._watcher:
            self._watcher.join(timeout=10)
        with self._opening:
            served, self._served = self._served, None
        if served:
            served.retire()

    @contextmanager
    def lease(self) -> Iterator[Served]:
        """The current snapshot, held open for one request.

        Raises NotReadyError where nothing was published yet, SnapshotError where it cannot be opened.
        """
        served = self._current()
        try:
            yield served
        finally:
            served.give_back()

    def lease_at_once(self) -> Served | None:
        """The current snapshot, to be given back; None where it would have to be opened first."""
        served = self._served
        return served if served is not None and served.take() else None

    def refresh(self) -> bool:
        """Move to the snapshot that the workspace names, if it is another; did it move?

        Raises SnapshotError where that one cannot be opened; the one being served then stays.
        """
        with self._opening:
            number = self.workspace.current_number()
            if number is not None and self._served is not None and self._served.number == number:
                return False
            snapshot = self.workspace.current()
            if snapshot is None:  # nothing was published; a damaged pointer has raised
                return False
            fresh = Served(snapshot, settings=self.settings, encoder=self._encoder_future())
            in_background(fresh.warm, name=f"warm-{fresh.number}")
            if self._served is not None:  # which answers meanwhile
                fresh.settle()
            former, self._served = self._served, fresh
        if former:
            _log.info("moved from snapshot %d to %d", former.number, fresh.number)
            former.retire()
        return True

    def health(self) -> Health:
        """What is being served. Never raises and never waits."""
        served = self._served
        if served is None:
            return Health(status="no-snapshot", ready=False, problem=self._problem)
        manifest = served.snapshot.manifest
        failure = served.failure or self._problem
        return Health(
            status="ok" if served.ready else "failed" if served.failure else "loading",
            ready=served.ready,
            snapshot=served.number,
            created=manifest.created,
            documents=len(manifest.documents),
            model=manifest.model,
            software=manifest.software,
            problem=failure,
        )

    def _current(self) -> Served:
        for _ in range(3):
            if self._served is None:
                self.refresh()
            served = self._served
            if served is None:
                raise NotReadyError(
                    f"there is no snapshot in the workspace {self.settings.workspace} yet; make one with: "
                    "redpyme ingest FILE…"
                )
            if served.take():
                return served
        raise NotReadyError("the snapshots are changing faster than they can be opened; try again")

    def _encoder_future(self) -> "Future[Encoder]":
        failed = self._encoder is not None and self._encoder.done() and self._encoder.exception()
        if self._encoder is None or failed:
            self._encoder = in_background(self._load_encoder, name="encoder")
        return self._encoder

    def _load_encoder(self) -> "Encoder":
        from search_api.embedding.encoder import load_encoder

        return load_encoder(self.settings.model, cache=self.settings.cache)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            try:
                self.refresh()
                self._problem = None
            except (RedpymeError, OSError) as error:
                if str(error) != self._problem:
                    _log.error("the current snapshot cannot be opened, serving the former one: %s", error)
                self._problem = str(error)
            self._stopped.wait(self._poll)
