"""The graph of a large snapshot as a store on disk, made when it is published and never changed.

A store in memory answers small graphs faster. A large one costs each process its memory (also workers, which
copy what they touch), each start of a server the time to load it, and joins over a node of many statements
quadratic time: that store keeps one list for each term, where this one has an order for each kind of pattern.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

#: Statements above which a snapshot gets a store on disk. At 10^5 the one in memory answers most queries in
#: half the time and needs little. At 10^6 it is as fast in the mean, but its slowest of the twelve queries of
#: benchmarks/sparql.py takes two seconds, and the server with its processes 1.6 GB instead of 0.3.
LARGE = 300_000
#: Suffix of the files that hold the statements (RocksDB, sorted string tables).
TABLE = ".sst"
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


def update(path: Path, files: Sequence[Path], *, base: Path, base_files: Sequence[Path]) -> bool:
    """Make the store in a new folder `path` from the one in `base`, changing what differs between the files.

    Files of one name are compared. False, and nothing is made, where so much differs that to `build` it anew
    is faster. Raises SyntaxError and OSError.
    """
    removed, added = _differences(base_files, files)
    if len(removed) + len(added) > LARGE // 10:
        return False
    try:
        _copy(base, path)
        _change(Store(path), removed=removed, added=added)
    except (OSError, RuntimeError):  # that one is damaged, here or there, or another process changes it
        shutil.rmtree(path, ignore_errors=True)
        return False
    return True


def _change(store: Store, *, removed: Iterable[bytes], added: Iterable[bytes]) -> None:
    for quad in _parsed(removed):
        store.remove(quad)
        subject, predicate, value = quad.triple
        left = {other.graph_name for other in store.quads_for_pattern(subject, predicate, value, None)}
        if left == {DefaultGraph()}:
            store.remove(Quad(subject, predicate, value))
    for quad in _parsed(added):
        store.add(quad)
        store.add(Quad(*quad.triple))
    store.flush()


def _copy(base: Path, path: Path) -> None:
    path.mkdir()
    for source in base.iterdir():
        # The engine writes a table once and never again, so both stores may have it; it adds to other files.
        if source.suffix == TABLE:
            with contextlib.suppress(OSError):  # a file system may keep no hard links
                os.link(source, path / source.name)
                continue
        shutil.copy2(source, path / source.name)


def _differences(before: Sequence[Path], after: Sequence[Path]) -> tuple[set[bytes], set[bytes]]:
    """The lines that were removed and added; a file that both sides share is not read."""
    removed, added = set[bytes](), set[bytes]()
    old, new = ({path.parts[-2:]: path for path in files} for files in (before, after))
    for name in old.keys() | new.keys():
        if name in old and name in new and old[name].samefile(new[name]):
            continue
        was, now = _lines(old.get(name)), _lines(new.get(name))
        removed |= was - now
        added |= now - was
    return removed - added, added - removed


def _lines(path: Path | None) -> set[bytes]:
    return set(path.read_bytes().splitlines(keepends=True)) if path else set()


def _parsed(lines: Iterable[bytes]) -> Iterator[Quad]:
    return parse(b"".join(lines), format=RdfFormat.N_QUADS, lenient=True)


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
