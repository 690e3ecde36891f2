"""The processes that read documents, apart from the one that publishes: started by `ingest.reading_pool`.

Readers unpack what strangers wrote, by libraries that may crash, loop or take all memory; here that costs the
one document. A nursery process loads what the rules know once (seconds, and hundreds of megabytes, which its
workers share) and then forks a worker whenever it is asked to.

Control socket: messages as in `graph.query_worker`. `F` with a socket attached: fork a worker that serves it;
the answer is `F` and its id. `K`: kill that worker, if it still runs; the answer is how it ended, as waitpid
says. Worker socket: a pickled Source to read; back comes an Answer.
"""

import contextlib
import gc
import hashlib
import importlib
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from graph.errors import DocumentError, UnreadableDocument
from graph.model import Document, Extraction
from graph.query_worker import CONTROL, die_with_parent
from ingest import directories
from ingest.extraction import extract
from ingest.readers import parse_with_warnings

#: A worker that grew by more than this many bytes reads no further document: its memory goes back.
_GROWTH = 256 * 2**20
#: Objects made between two runs of the collector: reading makes many and leaves few cycles behind.
_ALLOCATIONS = 20_000
# What a reader imports at its first document, by suffix; the nursery does so for all workers.
_LIBRARIES = {
    ".pdf": "pypdfium2",
    ".docx": "docx",
    ".html": "trafilatura",
    ".htm": "trafilatura",
    ".xlsx": "openpyxl",
}
_EXAMPLE = "La Fundación Norte organizó un taller sobre garantías en Lima, Perú, el 3 de mayo de 2011."


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What one document may take: bytes and pages of it, memory beyond what a worker begins with, seconds.

    `seconds` is elapsed time for a small document, and as much again for each MiB. Institutional text takes
    about 20 s a MiB on one core; the default leaves room for a machine that is busy with other things.
    """

    max_bytes: int
    max_pages: int
    memory_mb: int = 2048
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Source:
    """A document to read: where its bytes are, the name that it goes by, and its fingerprint.

    `columns` is the file of columns that belongs to a directory of institutions, where it has one.
    """

    path: Path
    name: str
    fingerprint: str
    columns: Path | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document read: its bytes, its text, what the rules found, and in words what could not be read.

    `columns` are the bytes of its file of columns.
    """

    data: bytes
    document: Document
    extraction: Extraction
    problems: tuple[str, ...] = ()
    columns: bytes | None = None


class Answer(NamedTuple):
    """The document, or the reason in words why there is none; whether the worker should end after it."""

    outcome: ReadDocument | str
    spent: bool


class Hello(NamedTuple):
    """What a nursery must know: the limits of its workers, and the suffixes of what they will read."""

    limits: ReadingLimits
    suffixes: frozenset[str]


def fingerprint(document: str, columns: str | None = None) -> str:
    """What a document is known by: its SHA-256, joined with that of its file of columns where it has one."""
    return document if columns is None else hashlib.sha256(f"{document}\n{columns}".encode()).hexdigest()


def read_source(source: Source, *, limits: ReadingLimits) -> ReadDocument:
    """Read and extract one document. Raises DocumentError, whose message begins with its path."""
    try:
        return _read(source, limits)
    except DocumentError as error:
        reason = str(error)  # the readers know the name of a file, not where it is
        if not reason.startswith(source.name):
            raise
        raise type(error)(f"{source.path}{reason.removeprefix(source.name)}") from error


def cannot_be_read(path: Path, error: OSError) -> UnreadableDocument:
    """The error for a file that the system does not give: gone since it was listed, or not permitted."""
    if isinstance(error, FileNotFoundError):
        return UnreadableDocument(f"{path}: is not there any more; name it again where it is now")
    return UnreadableDocument(f"{path}: cannot be read: {error.strerror}; check its permissions")


def _read(source: Source, limits: ReadingLimits) -> ReadDocument:
    data = _bytes_of(source.path)
    columns = None if source.columns is None else _bytes_of(source.columns)
    found = fingerprint(_sha256(data), None if columns is None else _sha256(columns))
    if found != source.fingerprint:
        raise UnreadableDocument(f"{source.path}: changed while it was being read; run again when it is done")
    name = source.name
    if Path(name).suffix.lower() in directories.DIRECTORY_SUFFIXES:
        directory = directories.read(
            source.path, data=data, name=name, max_bytes=limits.max_bytes, columns=source.columns
        )
        problems = tuple(f"{name}, row {p.row}: {p.message}" for p in directory.problems)
        return ReadDocument(data, directory.document, directory.extraction, problems, columns)
    parsed = parse_with_warnings(data, name=name, max_bytes=limits.max_bytes, max_pages=limits.max_pages)
    return ReadDocument(data, parsed.document, extract(parsed.document), parsed.warnings)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise cannot_be_read(path, error) from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def answer(source: Source, *, limits: ReadingLimits) -> Answer:
    """The answer to a request, whatever happens: a fault of one document must not be one of the others."""
    try:
        return Answer(read_source(source, limits=limits), spent=False)
    except DocumentError as error:
        return Answer(str(error), spent=False)
    except MemoryError:
        reason = (
            f"reading it takes more than {limits.memory_mb:,} MiB of memory; split it, or export its text"
        )
    except Exception as error:  # a fault of ours, told with its place so that it can be mended
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        reason = (
            f"a fault of the program ({type(error).__name__}: {error} in {where}); please report it, and "
            "leave the document out until it is mended"
        )
    return Answer(f"{source.path}: {reason}", spent=True)


def confine(*, memory: int) -> None:
    """Let this process take `memory` bytes of address space beyond what it has, and leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    except (OSError, ValueError):
        return  # no /proc: not Linux, where the limit does not hold either; or one already set is lower


def serve(connection: Connection, *, limits: ReadingLimits) -> None:
    """Read what is asked for until the other side hangs up or this process has grown too much."""
    confine(memory=limits.memory_mb * 2**20)
    size = _peak()
    spent = False
    while not spent:
        try:
            source = connection.recv()
        except EOFError:
            return
        outcome, failed = answer(source, limits=limits)
        spent = failed or _peak() > size + _GROWTH
        connection.send(Answer(outcome, spent))


def _peak() -> int:
    """The most memory this process has had in use, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def prepare(suffixes: Iterable[str]) -> None:
    """Load what reading documents of these suffixes needs, so that forked workers have it."""
    for library in {_LIBRARIES[suffix] for suffix in suffixes if suffix in _LIBRARIES}:
        importlib.import_module(library)
    extract(Document("0" * 64, "a.txt", "text/plain", _EXAMPLE))


def nurse(control: socket.socket) -> None:
    """Prepare, then fork and kill workers as told until the other side hangs up."""
    with Connection(os.dup(control.fileno())) as first:
        hello: Hello = first.recv()
        try:
            prepare(hello.suffixes)
        except Exception as error:  # the parent tells the user
            first.send(f"{type(error).__name__}: {error}")
            return
        gc.collect()
        gc.freeze()  # keeps the collector from copying shared pages in the workers
        gc.set_threshold(_ALLOCATIONS)
        first.send(None)
    nursery = os.getpid()
    running: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, CONTROL.size, 1)
        if len(message) != CONTROL.size:
            return
        command, number = CONTROL.unpack(message)
        if command == b"F":
            number = os.fork()
            if not number:
                control.close()
                die_with_parent(nursery)
                try:
                    with Connection(descriptors[0]) as connection:
                        serve(connection, limits=hello.limits)
                finally:
                    os._exit(0)
            os.close(descriptors[0])
            running.add(number)
        elif number in running:
            # Only the parent can kill by number without fear that it belongs to another process by now.
            os.kill(number, signal.SIGKILL)
            running.remove(number)
            number = os.waitpid(number, 0)[1]
        else:
            number = 0
        control.sendall(CONTROL.pack(command, number))


def main() -> None:
    """Entry of the nursery process: the control socket is the file descriptor in the first argument."""
    with contextlib.suppress(EOFError, ConnectionError):
        nurse(socket.socket(fileno=int(sys.argv[1])))
