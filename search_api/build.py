"""From paths to a published snapshot: read, extract, map, infer, validate, index, switch.

Work is in proportion to what changed: a document that is in the current snapshot with the same bytes, read by
the same rules, is left as it is, and where nothing changed nothing is published. A document is known by the
place it came from, so a changed file replaces what it said before; one that cannot be read is reported and
the rest goes on.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from graph.cache import user_cache
from graph.decisions import AcceptClaim, Decision, DecisionLog, RejectClaim, reviewed
from graph.errors import DocumentError, DocumentTooLarge, UnreadableDocument
from graph.model import Document, Extraction
from graph.naming import document_slug
from graph.query_worker import die_with_parent
from graph.settings import Settings
from graph.snapshots import DocumentEntry, Snapshot
from graph.workspace import SnapshotWriter, Workspace
from ingest import directories
from ingest.extraction import VERSION as EXTRACTION_VERSION
from ingest.extraction import extract
from ingest.readers import SUPPORTED_SUFFIXES, discover, parse_with_warnings
from search_api.encoder import EmbeddingCache, Encoder, HashingEncoder, load_encoder

if TYPE_CHECKING:
    from graph.store import GraphView

Progress = Callable[[str, int, int], None]
"""Called with the stage (read, graph, check, model, embed, publish), what is done and the total."""

_PARALLEL_FROM = 4  # documents; below that, starting processes costs more than it saves


@dataclass(slots=True)
class IngestReport:
    """What a run did. `snapshot` is the one served now; `published` whether this run made it.

    `skipped` tells which documents did not go in, `notes` what of the others could not be read (a row of a
    directory, a page without text); `unchanged` also holds a copy of a document under another name.
    """

    snapshot: int | None = None
    published: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    warnings: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Job:
    """A document to read: where from, under which slug, and its bytes' hash."""

    path: Path
    name: str
    origin: str
    slug: str
    sha256: str
    max_bytes: int
    max_pages: int


@dataclass(frozen=True, slots=True)
class _Read:
    job: _Job
    data: bytes
    document: Document
    extraction: Extraction
    problems: tuple[str, ...] = ()


def ingest_paths(
    paths: Iterable[Path],
    *,
    settings: Settings,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    rebuild: bool = False,
) -> IngestReport:
    """Read the documents at `paths` into the workspace and publish a snapshot if anything changed.

    `encoder` replaces the one of the settings (a test's). Documents that cannot be used are in `skipped`,
    with the reason. `rebuild` reads all documents of the workspace again, as received, and makes graph and
    index anew, whatever state those of the current snapshot are in. Raises WorkspaceLocked, WorkspaceError,
    ValidationFailed, ModelError; then nothing was published.
    """
    began = time.monotonic()
    say = progress or _silent
    workspace = Workspace(settings.workspace)
    report = IngestReport()
    files, problems = discover(paths, suffixes=SUPPORTED_SUFFIXES | directories.DIRECTORY_SUFFIXES)
    report.skipped += [str(problem) for problem in problems]
    with workspace.writer() as writer:
        decisions = DecisionLog(workspace.decisions_path).read()
        jobs = _plan(files, writer, workspace, settings, decisions, report, rebuild=rebuild)
        index_model = None if writer.base is None else writer.base.manifest.model
        stale = writer.base is not None and (
            rebuild
            or not _same_model(index_model, settings, encoder)
            or writer.base.manifest.decisions != len(decisions)
        )
        done = _publish(writer, jobs, decisions, settings, say, report, encoder, force=stale)
    current = done or workspace.current()
    if current is not None:
        report.snapshot = current.number
        report.counts = dict(current.manifest.counts)
        report.warnings = current.manifest.validation.warnings
    report.published = done is not None
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def _same_model(model_id: str | None, settings: Settings, encoder: Encoder | None) -> bool:
    """Whether the index stands on the model in use, as far as that can be told without loading a model."""
    if encoder is not None:
        return model_id == encoder.id
    if settings.model == "embedded":
        from search_api.embedded_model import model_id as embedded_id

        return model_id == embedded_id()
    if settings.model == "hashing":
        return model_id == HashingEncoder().id
    name, _, digest = (model_id or "").rpartition("@")
    return settings.model == model_id or bool(digest and Path(settings.model).name == Path(name).name)


def _plan(
    files: Sequence[Path], writer: SnapshotWriter, workspace: Workspace, settings: Settings,
    decisions: Sequence[Decision], report: IngestReport, *, rebuild: bool,
) -> list[_Job]:  # fmt: skip
    """Which documents to read: the new, the changed, and those that older rules or decisions read."""
    limit = settings.max_document_mb * 1024 * 1024
    known = {entry.origin: entry for entry in writer.documents.values() if entry.origin}
    received: list[tuple[Path, str, str]] = []
    for path in files:
        try:
            received.append((path, str(path.resolve()), _hash(path, limit=limit)))
        except DocumentError as error:
            report.skipped.append(str(error))
    # What a file said before it changed is not here any more, so its bytes under another name are news.
    changed = {origin for _, origin, sha256 in received if origin in known and known[origin].sha256 != sha256}
    hashes = {entry.sha256: entry for entry in writer.documents.values() if entry.origin not in changed}
    taken = set(writer.documents)
    jobs: dict[str, _Job] = {}
    applied = writer.base.manifest.decisions if writer.base is not None else len(decisions)
    # A verdict on a claim changes what a document says; a merge only which IRIs it is published under.
    redo = rebuild or any(isinstance(d, AcceptClaim | RejectClaim) for d in decisions[applied:])
    for path, origin, sha256 in received:
        entry = known.get(origin) or hashes.get(sha256)
        if (
            entry is not None
            and entry.sha256 == sha256
            and entry.extraction == EXTRACTION_VERSION
            and not redo
        ):
            report.unchanged.append(path.name)
            continue
        slug = entry.slug if entry is not None else document_slug(path.name, taken=taken)
        taken.add(slug)
        if entry is None and any(job.sha256 == sha256 for job in jobs.values()):
            report.unchanged.append(path.name)
            continue
        jobs[slug] = _Job(path, path.name, origin, slug, sha256, limit, settings.max_document_pages)
    for entry in writer.documents.values():
        if entry.slug in jobs or (entry.extraction == EXTRACTION_VERSION and not redo):
            continue
        source = workspace.source_file(entry)
        if source.is_file():
            jobs[entry.slug] = _Job(
                source, entry.name, entry.origin, entry.slug, entry.sha256, limit, settings.max_document_pages
            )
    return list(jobs.values())


def _hash(path: Path, *, limit: int) -> str:
    try:
        if not path.is_file():  # reading a pipe or a device may never end
            raise UnreadableDocument(f"{path}: not an ordinary file; save what it holds as one")
        size = path.stat().st_size
        if size > limit:
            raise DocumentTooLarge(
                f"{path}: {size / 2**20:.0f} MiB, over the limit of {limit / 2**20:.0f}; split it, or raise "
                "REDPYME_MAX_DOCUMENT_MB"
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableDocument(
            f"{path}: cannot be read: {error.strerror}; check its permissions"
        ) from error


def _read_one(job: _Job) -> _Read | str:
    """Read and extract one document; the reason in words where it cannot be used. Runs in workers too."""
    try:
        data = job.path.read_bytes()
        if Path(job.name).suffix.lower() in directories.DIRECTORY_SUFFIXES:
            directory = directories.read(job.path, data=data, name=job.name, max_bytes=job.max_bytes)
            problems = tuple(f"{job.name}, row {p.row}: {p.message}" for p in directory.problems)
            return _Read(job, data, directory.document, directory.extraction, problems)
        parsed = parse_with_warnings(data, name=job.name, max_bytes=job.max_bytes, max_pages=job.max_pages)
        return _Read(job, data, parsed.document, extract(parsed.document), parsed.warnings)
    except DocumentError as error:
        reason = str(error)  # the readers know the name of a file, not where it is
        return f"{job.path}{reason.removeprefix(job.name)}" if reason.startswith(job.name) else reason
    except OSError as error:
        return f"{job.path}: cannot be read: {error.strerror}; check its permissions"


def _read_all(jobs: Sequence[_Job], say: Progress) -> Iterator[_Read | str]:
    """Documents as they are read, in the order of `jobs`, on all cores where there are several."""
    total = len(jobs)
    if total < _PARALLEL_FROM or (os.cpu_count() or 1) < 2:
        for number, job in enumerate(jobs, 1):
            yield _read_one(job)
            say("read", number, total)
        return
    # A worker waits on a pipe that it holds both ends of, so the end of a killed parent would not end it.
    with ProcessPoolExecutor(
        max_workers=os.cpu_count(),
        mp_context=get_context("spawn"),
        initializer=die_with_parent,
        initargs=(os.getpid(),),
    ) as pool:
        for number, read in enumerate(pool.map(_read_one, jobs, chunksize=max(1, min(8, total // 16))), 1):
            yield read
            say("read", number, total)


def _publish(
    writer: SnapshotWriter, jobs: Sequence[_Job], decisions: Sequence[Decision], settings: Settings,
    say: Progress, report: IngestReport, encoder: Encoder | None, *, force: bool,
) -> Snapshot | None:  # fmt: skip
    """Write the next snapshot; None where there is nothing new to say."""
    from graph.identity import resolve
    from graph.mapping import map_extraction
    from ontology.authority import institutions

    authority = institutions()
    statuses = reviewed(decisions)
    before = set(writer.documents)
    wrote = False
    for read in _read_all(jobs, say):
        if isinstance(read, str):
            report.skipped.append(read)
            continue
        job, document, extraction = read.job, read.document, read.extraction
        report.notes += read.problems
        identities = resolve(extraction, authority=authority)
        entry = DocumentEntry(
            slug=job.slug,
            sha256=job.sha256,
            name=job.name,
            source=writer.add_source(read.data, suffix=Path(job.name).suffix),
            characters=len(document.text),
            language=extraction.document.language,
            title=extraction.document.title,
            media_type=document.media_type,
            extraction=EXTRACTION_VERSION,
            origin=job.origin,
        )
        quads = map_extraction(
            extraction, identities, document_slug=job.slug, text=document.text, statuses=statuses
        )
        writer.put_document(entry, document, quads)
        (report.changed if job.slug in before else report.added).append(job.name)
        wrote = True
    if not wrote and not force:
        return None
    return _finish(writer, decisions, settings, say, encoder)


def _finish(
    writer: SnapshotWriter,
    decisions: Sequence[Decision],
    settings: Settings,
    say: Progress,
    encoder: Encoder | None,
) -> Snapshot:
    from graph.identities import resolve_snapshot
    from graph.inference import infer
    from graph.reference import reference_graphs
    from graph.rewriting import rewrite
    from graph.store import GraphView, add_to_store, load_store
    from graph.validation import validate_files
    from ontology.authority import institutions
    from search_api.index import build_index

    say("graph", 0, 1)
    resolution = resolve_snapshot(writer, authority=institutions(), decisions=decisions)
    for name, quads in reference_graphs().items():
        writer.put_graph(name, rewrite(quads, resolution, authority=True))
    writer.put_graph("inferred", ())
    store = load_store(writer.graph_files())
    inferred = infer(store)
    writer.put_graph("inferred", inferred)
    add_to_store(store, inferred)
    say("graph", 1, 1)
    say("check", 0, 1)
    checked = validate_files(writer.graph_files())
    checked.raise_for_violations()
    say("check", 1, 1)
    view = GraphView(store)
    if encoder is None:
        say("model", 0, 1)
        encoder = load_encoder(settings.model, cache=settings.cache)
        say("model", 1, 1)
    with EmbeddingCache(user_cache(settings.cache)) as cache:
        build_index(view, encoder, writer.index_path, cache=cache, progress=lambda d, t: say("embed", d, t))
    say("publish", 0, 1)
    snapshot = writer.commit(
        software=version("redpyme"),
        ontology=_ontology_version(view),
        model=encoder.id,
        counts=_counts(view),
        validation=checked.summary(),
        decisions=len(decisions),
    )
    say("publish", 1, 1)
    return snapshot


def _ontology_version(view: "GraphView") -> str:
    rows = view.select("SELECT ?version WHERE { [] a owl:Ontology ; owl:versionInfo ?version }")
    return str(rows[0]["version"]) if rows else ""


def _counts(view: "GraphView") -> dict[str, int]:
    """How many of each kind the documents tell of; an institution of the authority file counts once told."""
    from ontology.namespaces import GRAPH, ID

    kinds = ("event", "actor", "practice", "theme", "document", "passage", "claim", "person", "methodology")
    counts: dict[str, int] = {}
    for row in view.select(
        f"""SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE {{
              GRAPH ?g {{ ?s a ?type }} FILTER(STRSTARTS(STR(?g), "{GRAPH}document/"))
              BIND(STRBEFORE(STRAFTER(STR(?s), "{ID}"), "/") AS ?kind)
              FILTER(?kind != "" && !CONTAINS(STR(?s), "#"))
            }} GROUP BY ?kind"""
    ):
        counts[str(row["kind"])] = int(row["n"])
    return {kind: counts.get(kind, 0) for kind in kinds}
