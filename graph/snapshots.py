"""Snapshots: one published state of the graph and its index, written once and never changed.

A snapshot is a folder that needs nothing outside itself to be served:

    manifest.json              what is in it, and what made it
    graph/documents/{slug}.nq  the named graph of one document, as sorted N-Quads
    graph/{name}.nq            ontology, authority, inferred, decisions, candidates
    said/                      the graphs of documents before identities were resolved (see graph.identities)
    texts/{sha256}.txt         the decoded text of a document, on which every span counts (UTF-8)
    texts/{sha256}.json        its pages and blocks
    store/                     the same graphs as a store on disk, where they are large (see graph.disk_store)
    index/                     what the search layer builds

Files that did not change since the former snapshot are hard links to it, so a snapshot costs what is new.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import NotFound, SnapshotError
from graph.model import Block, Document, Page

MANIFEST = "manifest.json"
STORE = "store"
SERVE_ANOTHER = "serve another snapshot with: redpyme snapshots rollback NUMBER (snapshots list shows which)"
"""What to do about a snapshot, or a pointer to one, that is damaged."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as the manifest lists it.

    `sha256` is that of the bytes received, `source` where they are kept (relative to the workspace),
    `origin` where they came from, `extraction` the version of the rules that read it, `received` when these
    bytes first came (ISO 8601 in UTC; empty where a former version published them).
    """

    slug: str
    sha256: str
    name: str
    source: str
    characters: int
    language: str
    title: str
    media_type: str
    extraction: str
    origin: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True)
class ValidationSummary:
    """How many required constraints were violated (0 in a published snapshot) and how many warnings stood."""

    violations: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds and what made it; `created` is ISO 8601 in UTC."""

    number: int
    created: str
    software: str
    ontology: str
    model: str
    documents: dict[str, DocumentEntry] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    validation: ValidationSummary = field(default_factory=ValidationSummary)
    decisions: int = 0  # entries of the log that were applied

    def to_json(self) -> str:
        """The manifest as indented JSON, keys sorted so that two manifests compare line by line."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read `to_json` back. Raises SnapshotError where it is not a manifest."""
        try:
            data: dict[str, Any] = json.loads(text)
            documents = {slug: DocumentEntry(**entry) for slug, entry in data.pop("documents").items()}
            validation = ValidationSummary(**data.pop("validation"))
            return cls(documents=documents, validation=validation, **data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SnapshotError(f"it is not a manifest of this version ({error})") from error


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot: open for reading for as long as its folder stands."""

    path: Path
    number: int
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> "Snapshot":
        """Open the snapshot in the folder `path`. Raises SnapshotError where it is missing or damaged."""
        try:
            manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise SnapshotError(f"{path}: there is no snapshot here ({MANIFEST} is missing)") from error
        except OSError as error:
            raise SnapshotError(f"{path / MANIFEST}: cannot be read ({error}); {SERVE_ANOTHER}") from error
        except (SnapshotError, UnicodeDecodeError) as error:
            raise SnapshotError(f"{path / MANIFEST}: damaged: {error}; {SERVE_ANOTHER}") from error
        snapshot = cls(path=path, number=manifest.number, manifest=manifest)
        for slug in manifest.documents:
            if not snapshot.document_graph_file(slug).is_file():
                raise SnapshotError(f"{path}: the graph of document {slug!r} is missing; {SERVE_ANOTHER}")
        return snapshot

    @property
    def index_path(self) -> Path:
        """Folder of the search index."""
        return self.path / "index"

    @property
    def store_path(self) -> Path:
        """Folder of the store on disk; only a large snapshot has one."""
        return self.path / STORE

    def graph_files(self) -> tuple[Path, ...]:
        """Every named graph as a file of N-Quads, in a fixed order."""
        return graph_files(self.path)

    def document_graph_file(self, slug: str) -> Path:
        """The N-Quads file of one document."""
        return document_graph_file(self.path, slug)

    def document_entry(self, slug: str) -> DocumentEntry:
        """What the manifest says of a document. Raises NotFound."""
        try:
            return self.manifest.documents[slug]
        except KeyError:
            raise NotFound(f"there is no document {slug!r} in snapshot {self.number}") from None

    def document(self, slug: str) -> Document:
        """The document with its text, pages and blocks, as it was when it was read.

        Raises NotFound where the snapshot has no such document, SnapshotError where its text is damaged.
        """
        entry = self.document_entry(slug)
        base = self.path / "texts" / entry.sha256
        try:
            text = base.with_suffix(".txt").read_bytes().decode("utf-8", "surrogatepass")
            layout = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
            return Document(
                id=entry.sha256,
                name=entry.name,
                media_type=entry.media_type,
                text=text,
                title=entry.title,
                pages=tuple(Page(*page) for page in layout["pages"]),
                blocks=tuple(Block(*block) for block in layout["blocks"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotError(
                f"{base}.txt: the text of document {slug!r} cannot be read ({error}); "
                "read the documents again with: redpyme ingest --rebuild"
            ) from error

    def document_text(self, slug: str) -> str:
        """The decoded text of a document, on which every span counts. Raises as `document` does."""
        return self.document(slug).text


def document_graph_file(root: Path, slug: str) -> Path:
    """Where the graph of document `slug` stands under the folder of a snapshot."""
    return root / "graph" / "documents" / f"{slug}.nq"


def graph_files(root: Path) -> tuple[Path, ...]:
    """The N-Quads files under the folder of a snapshot (published or being built), in a fixed order."""
    folder = root / "graph"
    return (*sorted(folder.glob("*.nq")), *sorted((folder / "documents").glob("*.nq")))
