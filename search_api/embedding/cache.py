"""Embeddings kept on disk by model and text, so that an unchanged passage is never encoded again.

One SQLite file: several processes may read and write it at once, and a killed one leaves it whole. It is only
a cache: when the file is damaged or cannot be written, work goes on without it and a warning is logged.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from search_api.embedding.encoder import Encoder

_LOG = logging.getLogger(__name__)
_FILE = "embeddings-1.sqlite"  # 1: raise it when keys or values change
_KEYS_A_QUERY = 500  # under SQLite's oldest limit of 999 parameters
_TEXTS_A_COMMIT = 64  # what a kill in the middle of a long run may lose: a few seconds of work
_WAIT_SECONDS = 30.0


class EmbeddingCache:
    """Vectors by model id and text, in `folder`; safe for several threads and processes at once.

    Vectors are float32, not halves, so that a cached one equals the encoder's to the last bit and an index
    does not depend on what happened to be cached.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def __enter__(self) -> "EmbeddingCache":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the cache is empty and keeps nothing from then on."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def get(self, model_id: str, texts: Sequence[str], *, dimension: int) -> dict[int, NDArray[np.float32]]:
        """The vectors known for `texts`, by position in `texts`; those of another dimension are unknown."""
        positions: dict[bytes, list[int]] = {}
        for position, text in enumerate(texts):
            positions.setdefault(_key(model_id, text), []).append(position)
        keys = list(positions)
        found: dict[int, NDArray[np.float32]] = {}

        def read(connection: sqlite3.Connection) -> None:
            for start in range(0, len(keys), _KEYS_A_QUERY):
                some = keys[start : start + _KEYS_A_QUERY]
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT key, vector FROM embedding WHERE key IN ({marks})", some)
                for key, vector in rows:
                    if len(vector) == 4 * dimension:
                        found.update(dict.fromkeys(positions[key], np.frombuffer(vector, "<f4")))

        self._use(read, action="read")
        return found

    def put(self, model_id: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors`, shape (n, d), of the n `texts`."""
        rows = [
            (_key(model_id, text), np.ascontiguousarray(vector, "<f4").tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]

        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?)", rows)

        self._use(write, action="written")

    def _use(self, work: Callable[[sqlite3.Connection], None], *, action: str) -> None:
        """Do `work` under the lock; an error of the file is logged and ends it."""
        with self._lock:
            if self._closed:
                return
            try:
                work(self._connect())
            except (sqlite3.Error, OSError) as error:
                self._disconnect()
                _LOG.warning("cached embeddings in %s cannot be %s: %s", self._path, action, error)
                if _damaged(error):
                    self._set_aside()

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                # With WAL, NORMAL can lose the last commits in a power cut but never damages the file.
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("CREATE TABLE IF NOT EXISTS embedding (key BLOB PRIMARY KEY, vector BLOB)")
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _set_aside(self) -> None:
        """Move a damaged file away, so that the next use begins a new one."""
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        if self._path.exists():
            self._path.replace(self._path.with_name(self._path.name + ".damaged"))


def encode_with_cache(
    encoder: "Encoder",
    texts: Sequence[str],
    cache: EmbeddingCache | None,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """Passage vectors of `texts`, shape (n, d), encoding only what `cache` does not hold.

    A text that occurs twice is encoded once. New vectors are kept as they come, so that an interrupted run
    resumes where it was. `progress(done, total)` counts the distinct texts to encode; it is not called when
    there are none.
    """
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    known = cache.get(encoder.id, texts, dimension=encoder.dimension) if cache is not None else {}
    for position, vector in known.items():
        vectors[position] = vector
    positions: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        if position not in known:
            positions.setdefault(text, []).append(position)
    # By length, so that each commit's texts make even batches.
    missing = sorted(positions, key=len, reverse=True)
    for start in range(0, len(missing), _TEXTS_A_COMMIT):
        some = missing[start : start + _TEXTS_A_COMMIT]
        new = encoder.encode_passages(some)
        if cache is not None:
            cache.put(encoder.id, some, new)
        for text, vector in zip(some, new, strict=True):
            vectors[positions[text]] = vector
        if progress is not None:
            progress(start + len(some), len(missing))
    return vectors


def _key(model_id: str, text: str) -> bytes:
    return blake2b(f"{model_id}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _damaged(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
