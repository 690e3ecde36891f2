"""A fair queue: so many at once, first come first served, a bounded number waiting."""

import threading
import time
from collections import deque


class LaneFull(Exception):
    """As many are waiting as may wait."""


class Lane:
    """`slots` may be inside at once and `waiting` may queue for them, in the order they came."""

    def __init__(self, *, slots: int, waiting: int) -> None:
        self._free = slots
        self._waiting = waiting
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @property
    def has_room(self) -> bool:
        """Whether a slot is free just now."""
        return self._free > 0

    def try_enter(self) -> bool:
        """Take a slot if one is free and nobody waits for it."""
        with self._lock:
            if not self._free:
                return False
            self._free -= 1
            return True

    def enter(self, *, timeout: float) -> bool:
        """Take a slot, waiting for it up to `timeout` seconds; False after that. Raises LaneFull."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if len(self._queue) >= self._waiting:
                raise LaneFull
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(max(0.0, timeout)):
            return True
        with self._lock:
            if turn.is_set():  # it came while we gave up
                return True
            self._queue.remove(turn)
            return False

    def leave(self) -> None:
        """Give a slot back: it goes to who has waited longest."""
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1

    def drain(self, *, slots: int, deadline: float) -> None:
        """Take all `slots`, so that nobody is inside; gives up at `deadline` (of `time.monotonic`)."""
        for _ in range(slots):
            try:
                if not self.enter(timeout=deadline - time.monotonic()):
                    return
            except LaneFull:
                return
