"""Answers that were given before: a snapshot never changes, so they stay true as long as it is served."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class AnswerCache(Generic[T]):
    """The answers used last, up to `max_bytes` in all and `max_entry` each; threads may share it."""

    def __init__(self, *, max_bytes: int, max_entry: int) -> None:
        self._max_bytes = max_bytes
        self._max_entry = max_entry
        self._bytes = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """The answer kept under a key, if it still is."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: Hashable, answer: T, *, size: int) -> None:
        """Keep an answer of `size` bytes, unless it is too large; those not used for longest go."""
        if size > self._max_entry:
            return
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (answer, size)
            self._bytes += size
            while self._bytes > self._max_bytes:
                self._bytes -= self._entries.popitem(last=False)[1][1]
