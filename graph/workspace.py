"""The workspace: documents as received, decisions, snapshots, and the pointer to the one being served.

`current` is a small text file that holds the number of a snapshot. A text file, not a symbolic link: a reader
reads the number once and then opens files under a path that never moves, whereas a path through a link may
cross a switch half-way; and a file survives archives, network shares and file systems that keep no links. It
is replaced by one `rename`, which POSIX makes atomic, so a reader sees the old number or the new one.

Writers exclude each other with `flock`, which the kernel releases when a process dies, however it dies. What
a killed writer leaves (`snapshots/.N.partial-…`) is removed by the next one.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyoxigraph import Quad

from graph import disk_store
from graph.errors import SnapshotError, WorkspaceError, WorkspaceLocked
from graph.model import Document
from graph.snapshots import (
    MANIFEST,
    SERVE_ANOTHER,
    STORE,
    DocumentEntry,
    Manifest,
    Snapshot,
    ValidationSummary,
    document_graph_file,
    graph_files,
)
from graph.store import sorted_nquads

_NUMBER = re.compile(r"[1-9][0-9]*")
_LEFTOVER = re.compile(r"\.[0-9]+\.(?:partial|pruned)-.*")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# A file system that keeps no hard links (EPERM, ENOTSUP), or a file with too many (EMLINK), gets a copy.
_NO_LINK = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EACCES})


class Workspace:
    """A folder with `sources/`, `decisions/`, `snapshots/` and `current`. Opening one writes nothing."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.sources_path = self.root / "sources"
        self.decisions_path = self.root / "decisions"
        self.snapshots_path = self.root / "snapshots"
        self._pointer = self.root / "current"

    def current_number(self) -> int | None:
        """Number of the snapshot being served. Costs one small read and never raises.

        None where nothing was published yet and where the pointer is damaged; `current` says which.
        """
        try:
            return self._pointed()
        except SnapshotError:
            return None

    def _pointed(self) -> int | None:
        """The number that the pointer holds, None where there is none. Raises SnapshotError if damaged."""
        try:
            text = self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SnapshotError(f"{self._pointer}: cannot be read ({error}); {SERVE_ANOTHER}") from error
        if not _NUMBER.fullmatch(text):
            raise SnapshotError(f"{self._pointer}: holds {text[:40]!r} instead of a number; {SERVE_ANOTHER}")
        return int(text)

    def current(self) -> Snapshot | None:
        """The snapshot being served, None where nothing was published yet. Raises SnapshotError."""
        while True:
            number = self._pointed()
            if number is None:
                return None
            try:
                return self.snapshot(number)
            except SnapshotError:
                # A writer may have switched and pruned between the two reads; then the pointer has moved.
                if self._pointed() == number:
                    raise

    def snapshot(self, number: int) -> Snapshot:
        """One snapshot by its number. Raises SnapshotError where it is missing or damaged."""
        return Snapshot.open(self.snapshots_path / str(number))

    def numbers(self) -> list[int]:
        """Numbers of all snapshots that stand, in order, damaged ones too."""
        try:
            names = os.listdir(self.snapshots_path)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(name) for name in names if _NUMBER.fullmatch(name))

    def snapshots(self) -> list[Snapshot]:
        """All snapshots in order. Raises SnapshotError at the first damaged one."""
        return [self.snapshot(number) for number in self.numbers()]

    def source_file(self, entry: DocumentEntry) -> Path:
        """The bytes of a document as received."""
        return self.root / entry.source

    @contextmanager
    def writer(self) -> Iterator["SnapshotWriter"]:
        """Build the next snapshot; nothing is visible until `commit`, and nothing is left without it.

        Raises WorkspaceLocked where another process writes, WorkspaceError where the folder cannot be written
        or the disk is full.
        """
        with self._lock():
            with _disk(self.root):
                for folder in (self.sources_path, self.decisions_path, self.snapshots_path):
                    folder.mkdir(exist_ok=True)
                self._sweep()
            base = self.current()
            number = max([*self.numbers(), 0]) + 1
            path = self.snapshots_path / f".{number}.partial-{uuid.uuid4().hex}"
            try:
                writer = SnapshotWriter(self, base=base, number=number, path=path)
                with _disk(path, only=_NO_ROOM):
                    yield writer
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def rollback(self, number: int | None = None) -> Snapshot:
        """Serve an earlier snapshot again: `number`, or the one before the current.

        A `number` mends a damaged pointer. Raises SnapshotError where there is no such snapshot, or where the
        pointer is damaged and so does not say which one is before; WorkspaceLocked where another process
        writes.
        """
        if number is None:
            current = self._pointed()
            earlier = [n for n in self.numbers() if current is not None and n < current]
            if not earlier:
                raise SnapshotError(
                    f"{self.root}: there is no snapshot before the current one to roll back to"
                )
            number = earlier[-1]
        snapshot = self.snapshot(number)
        with _disk(self.root), self._lock():
            self._point_to(number)
        return snapshot

    def prune(self, *, keep: int) -> list[int]:
        """Remove all snapshots but the current and the `keep` newest (at least 1); their numbers.

        Raises WorkspaceLocked where another process writes, SnapshotError where a damaged pointer does not
        say which one is served, ValueError for a `keep` under 1.
        """
        if keep < 1:
            raise ValueError("keep at least one snapshot")
        with _disk(self.root), self._lock():
            self._sweep()
            current = self._pointed()
            removed = [n for n in self.numbers()[:-keep] if n != current]
            for number in removed:
                doomed = self.snapshots_path / f".{number}.pruned-{uuid.uuid4().hex}"
                # Renamed first, so that no reader ever opens a half-removed snapshot.
                (self.snapshots_path / str(number)).rename(doomed)
                shutil.rmtree(doomed)
            return removed

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with _disk(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
                raise WorkspaceLocked(
                    f"{self.root}: process {owner} is writing to this workspace; try again when it is done"
                ) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
            yield
        finally:
            os.close(descriptor)

    def _sweep(self) -> None:
        """Remove what a killed writer left behind. Called under the lock, so nobody is using it."""
        if self.snapshots_path.is_dir():
            for name in os.listdir(self.snapshots_path):
                if _LEFTOVER.fullmatch(name):
                    shutil.rmtree(self.snapshots_path / name)
        for folder in (self.root, self.sources_path):
            for leftover in folder.glob(".new-*"):
                leftover.unlink()

    def _point_to(self, number: int) -> None:
        _write_atomically(self._pointer, f"{number}\n".encode("ascii"))


class SnapshotWriter:
    """A snapshot being built. It starts with hard links to the documents and graphs of its base."""

    def __init__(self, workspace: Workspace, *, base: Snapshot | None, number: int, path: Path) -> None:
        self.base = base
        self.number = number
        self.path = path
        self._workspace = workspace
        self._documents = dict(base.manifest.documents) if base else {}
        self._committed = False
        with _disk(path):
            path.mkdir()
            for folder in ("graph/documents", "said", "texts", "index"):
                (path / folder).mkdir(parents=True)
        for folder in ("graph", "said", "texts"):
            self.reuse(folder)
        for slug in self._documents:  # a snapshot of an older version keeps no graphs as said
            if not self.said_path(slug).is_file():
                _link(document_graph_file(path, slug), self.said_path(slug))

    @property
    def documents(self) -> Mapping[str, DocumentEntry]:
        """The documents that the snapshot will hold, by slug."""
        return MappingProxyType(self._documents)

    @property
    def index_path(self) -> Path:
        """Folder that the search layer fills; empty at the start (see `reuse`)."""
        return self.path / "index"

    def graph_files(self) -> tuple[Path, ...]:
        """The N-Quads files as they stand now, to validate, infer from and index."""
        return graph_files(self.path)

    def add_source(self, data: bytes, *, suffix: str) -> str:
        """Keep the bytes of a document; returns its path relative to the workspace. Idempotent."""
        relative = f"sources/{hashlib.sha256(data).hexdigest()}{suffix.lower()}"
        target = self._workspace.root / relative
        with _disk(target):
            if not target.is_file():
                _write_atomically(target, data)
        return relative

    def put_document(self, entry: DocumentEntry, document: Document, quads: Iterable[Quad]) -> None:
        """Add a document, or replace all that the document with the same slug said before.

        Its graph is published as it was said until `publish_document` says otherwise.
        """
        layout = {"pages": document.pages, "blocks": document.blocks}
        text = document.text.encode("utf-8", "surrogatepass")
        with _disk(self.path):
            _write(self.said_path(entry.slug), sorted_nquads(quads))
            (self.path / "said" / f"{entry.slug}.json").unlink(missing_ok=True)
            _link(self.said_path(entry.slug), document_graph_file(self.path, entry.slug))
            _write(self.path / "texts" / f"{entry.sha256}.txt", text)
            _write(self.path / "texts" / f"{entry.sha256}.json", json.dumps(layout).encode("ascii"))
        self._documents[entry.slug] = entry

    def remove_document(self, slug: str) -> None:
        """Take a document out. Raises KeyError where there is none."""
        del self._documents[slug]
        document_graph_file(self.path, slug).unlink()
        for suffix in (".nq", ".json"):
            (self.path / "said" / f"{slug}{suffix}").unlink(missing_ok=True)

    def said_path(self, slug: str) -> Path:
        """The graph of a document as it was said, before identities were resolved."""
        return self.path / "said" / f"{slug}.nq"

    def published_as_said(self, slug: str) -> bool:
        """Whether the published graph of a document is the one it was said in."""
        return document_graph_file(self.path, slug).samefile(self.said_path(slug))

    def publish_document(self, slug: str, quads: Iterable[Quad] | None) -> None:
        """Replace the published graph of a document, by the one it was said in where `quads` is None."""
        with _disk(self.path):
            target = document_graph_file(self.path, slug)
            if quads is None:
                _link(self.said_path(slug), target)
            else:
                _write(target, sorted_nquads(quads))

    def said(self, name: str) -> str | None:
        """A text kept beside the graphs as said; None where there is none."""
        path = self.path / "said" / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def put_said(self, name: str, text: str) -> None:
        """Keep a text beside the graphs as said."""
        with _disk(self.path):
            _write(self.path / "said" / name, text.encode("utf-8", "surrogatepass"))

    def put_graph(self, name: str, quads: Iterable[Quad]) -> None:
        """Write the graph file `name` ("ontology", "authority", "inferred", "decisions")."""
        with _disk(self.path):
            _write(self.path / "graph" / f"{name}.nq", sorted_nquads(quads))

    def reuse(self, relative: str) -> bool:
        """Hard-link a file or a folder of the former snapshot into this one; False where it has none.

        A linked file belongs to both snapshots: replace it, never write into it.
        """
        if self.base is None or not (source := self.base.path / relative).exists():
            return False
        with _disk(self.path):
            if source.is_file():
                _link(source, self.path / relative)
            for folder, _, files in os.walk(source):
                target = self.path / os.path.relpath(folder, self.base.path)
                target.mkdir(parents=True, exist_ok=True)
                for name in files:
                    _link(os.path.join(folder, name), target / name)
        return True

    def commit(
        self,
        *,
        software: str,
        ontology: str,
        model: str,
        counts: Mapping[str, int] | None = None,
        validation: ValidationSummary | None = None,
        decisions: int = 0,
    ) -> Snapshot:
        """Publish: everything to disk, one rename, one switch of the pointer.

        Raises WorkspaceError where the disk is full or cannot be written; the former snapshot then stays.
        """
        if self._committed:
            raise WorkspaceError(f"snapshot {self.number} is committed already")
        manifest = Manifest(
            number=self.number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            software=software,
            ontology=ontology,
            model=model,
            documents=dict(sorted(self._documents.items())),
            counts=dict(counts or {}),
            validation=validation or ValidationSummary(),
            decisions=decisions,
        )
        final = self.path.parent / str(self.number)
        with _disk(self.path):
            self._drop_unused_texts()
            self._make_store()
            _write(self.path / MANIFEST, manifest.to_json().encode("utf-8"))
            _sync_tree(self.path)
            self.path.rename(final)
            try:
                _sync(final.parent)
                self._workspace._point_to(self.number)
            except BaseException:
                shutil.rmtree(final, ignore_errors=True)
                raise
        self._committed = True
        return Snapshot(path=final, number=self.number, manifest=manifest)

    def _make_store(self) -> None:
        path, files, base = self.path / STORE, self.graph_files(), self.base
        if not disk_store.is_large(files):
            return
        made = (
            base is not None
            and base.store_path.is_dir()
            and disk_store.update(path, files, base=base.store_path, base_files=base.graph_files())
        )
        if not made:
            disk_store.build(path, files)

    def _drop_unused_texts(self) -> None:
        used = {entry.sha256 for entry in self._documents.values()}
        for path in (self.path / "texts").iterdir():
            if path.stem not in used:
                path.unlink()


@contextmanager
def _disk(path: Path, *, only: frozenset[int] | None = None) -> Iterator[None]:
    """Say a failure of the disk in words; `only` these error numbers, or all.

    Around the body of a writer only a full disk is ours to explain; other errors are about what it reads.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or path
        if error.errno in _NO_ROOM:
            raise WorkspaceError(
                f"{where}: no room on the disk ({error.strerror}); nothing was published. Free some room "
                "(redpyme snapshots prune removes old snapshots) and run it again"
            ) from error
        if only is None:
            raise WorkspaceError(f"{where}: {error.strerror or error}; nothing was published") from error
        raise


def _write(path: Path, data: bytes) -> None:
    """Write a new file in place of an old one, never into it: the old one may belong to another snapshot."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` so that it holds all the old bytes or all the new ones, also after a power cut."""
    temporary = path.parent / f".new-{uuid.uuid4().hex}"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _link(source: Any, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copy2(source, target)


def _sync_tree(root: Path) -> None:
    """Flush every new file and folder under `root`; a hard link was flushed with its own snapshot."""
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            if os.stat(path).st_nlink == 1:
                _sync(path)
        _sync(folder)


def _sync(path: Path | str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
