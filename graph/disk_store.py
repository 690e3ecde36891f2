"""The graph of a large snapshot as a store on disk, made once when it is published.

A store in memory answers small graphs faster. A large one costs each process its memory (also workers, which
copy what they touch), each start of a server the time to load it, and joins over a node of many statements
quadratic time: that store keeps one list for each term, where this one has an order for each kind of pattern.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

#: Statements above which a snapshot gets a store on disk. At 10^5 the one in memory answers most queries in
#: half the time and needs little. At 10^6 it is as fast in the mean, but its slowest of the twelve queries of
#: benchmarks/sparql.py takes two seconds, and the server with its processes 1.6 GB instead of 0.3.
LARGE = 300_000
_CHUNK, _BATCH = 2**20, 2**25  # bytes


def is_large(files: Iterable[Path]) -> bool:
    """Whether these N-Quads hold more than `LARGE` statements."""
    left = LARGE
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                left -= chunk.count(b"\n")
                if left < 0:
                    return True
    return False


def build(path: Path, files: Iterable[Path]) -> None:
    """Make the store in a new folder `path` from canonical N-Quads; its default graph merges the named ones.

    The files hold no blank nodes, as ours do not. Raises SyntaxError and OSError.
    """
    store = Store(path)
    for batch in _batches(files):
        store.bulk_load(input=batch, format=RdfFormat.N_QUADS, lenient=True)
    store.optimize()  # one file for each order: they are all open then before a worker may open no more
    store.flush()


def _batches(files: Iterable[Path]) -> Iterator[bytes]:
    """Every statement as it stands, and once more without its graph; the engine sorts a batch in memory."""
    batch, size = list[bytes](), 0
    for path in files:
        with path.open("rb") as file:
            while lines := file.readlines(_CHUNK):
                # Canonical N-Quads end in " <graph> .": cutting the text spares an object for each term.
                batch += [*lines, *(line.rsplit(b" ", 2)[0] + b" .\n" for line in lines)]
                size += _CHUNK
                if size > _BATCH:
                    yield b"".join(batch)
                    batch, size = [], 0
    yield b"".join(batch)
