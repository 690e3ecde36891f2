"""Which documents a run reads: the new, the changed, and those that older rules or decisions read."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.decisions import ClaimVerdict, Decision, theme_verdicts
from graph.errors import DocumentError, DocumentTooLarge, UnreadableDocument
from graph.naming import document_slug
from graph.settings import Settings
from graph.snapshots import DocumentEntry
from graph.workspace import SnapshotWriter, Workspace
from ingest import directories
from ingest.extraction import VERSION as EXTRACTION_VERSION
from ingest.readers.headers import MAPPING_SUFFIX, columns_file
from ingest.reading_worker import Source, cannot_be_read, fingerprint
from search_api.publishing.report import IngestReport


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read, where it came from, and under which slug it goes."""

    source: Source
    origin: str
    slug: str


def plan(
    files: Sequence[Path], writer: SnapshotWriter, workspace: Workspace, settings: Settings,
    decisions: Sequence[Decision], report: IngestReport, *, rebuild: bool,
) -> list[Job]:  # fmt: skip
    """Which documents to read: the new, the changed, and those that older rules or decisions read."""
    limit = settings.max_document_mb * 1024 * 1024
    known = {entry.origin: entry for entry in writer.documents.values() if entry.origin}
    received: list[tuple[Source, str]] = []
    for path in files:
        try:
            received.append((_source(path, limit=limit), _in_utf8(str(path.resolve()))))
        except DocumentError as error:
            report.skipped.append(str(error))
    # What a file said before it changed is not here any more, so its bytes under another name are news.
    changed = {
        origin
        for source, origin in received
        if origin in known and known[origin].sha256 != source.fingerprint
    }
    prints = {entry.sha256: entry for entry in writer.documents.values() if entry.origin not in changed}
    taken = set(writer.documents)
    jobs: dict[str, Job] = {}
    applied = writer.base.manifest.decisions if writer.base is not None else len(decisions)
    # A verdict on a claim changes what its document says; a merge only which IRIs it is published under.
    judged = _proposing(writer, _newly_judged(decisions, applied=applied))
    judged |= {_claimed_by(d.claim) for d in decisions[applied:] if isinstance(d, ClaimVerdict)}
    for source, origin in received:
        entry = known.get(origin) or prints.get(source.fingerprint)
        if (
            entry is not None
            and entry.sha256 == source.fingerprint
            and entry.extraction == EXTRACTION_VERSION
            and not rebuild
            and entry.slug not in judged
        ):
            report.unchanged.append(source.name)
            continue
        slug = entry.slug if entry is not None else document_slug(source.name, taken=taken)
        taken.add(slug)
        if entry is None and any(job.source.fingerprint == source.fingerprint for job in jobs.values()):
            report.unchanged.append(source.name)
            continue
        jobs[slug] = Job(source, origin, slug)
    for entry in writer.documents.values():
        if entry.slug in jobs:
            continue
        if entry.extraction == EXTRACTION_VERSION and not rebuild and entry.slug not in judged:
            continue
        kept = workspace.source_file(entry)
        if kept.is_file():
            columns = _columns_kept(entry, workspace)
            jobs[entry.slug] = Job(Source(kept, entry.name, entry.sha256, columns), entry.origin, entry.slug)
    return list(jobs.values())


def _newly_judged(decisions: Sequence[Decision], *, applied: int) -> set[str]:
    """The proposed themes (IRIs) whose verdict is another since the first `applied` decisions."""
    before, now = theme_verdicts(decisions[:applied]), theme_verdicts(decisions)
    return {theme for theme, verdict in now.items() if before.get(theme) != verdict}


def _claimed_by(claim: str) -> str:
    """The document (slug) that makes a claim, whose IRI ends in a digest (`graph.claims`)."""
    return claim.rpartition("/")[2].rpartition("-")[0]


def _proposing(writer: SnapshotWriter, themes: Iterable[str]) -> set[str]:
    """The documents (slugs) that propose one of the themes, whatever became of it."""
    wanted = [f"<{theme}> ".encode() for theme in themes]
    if not wanted:
        return set()
    said = {slug: writer.said_path(slug).read_bytes() for slug in writer.documents}
    return {slug for slug, graph in said.items() if any(theme in graph for theme in wanted)}


def _source(path: Path, *, limit: int) -> Source:
    """A file as a document to read. Raises DocumentError."""
    name = _in_utf8(path.name)
    columns = columns_file(path) if path.suffix.lower() in directories.DIRECTORY_SUFFIXES else None
    if columns is None or not columns.exists():
        return Source(path, name, _hash(path, limit=limit))
    known_by = fingerprint(_hash(path, limit=limit), _hash(columns, limit=limit))
    return Source(path, name, known_by, columns)


def _in_utf8(name: str) -> str:
    """A file name that manifest and graph can hold: bytes that are no UTF-8 as their hexadecimal numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _columns_kept(entry: DocumentEntry, workspace: Workspace) -> Path | None:
    """The file of columns that a directory was received with, found by the fingerprint of both."""
    document = Path(entry.source).stem
    if document == entry.sha256:
        return None
    kept = workspace.sources_path.glob(f"*{MAPPING_SUFFIX}")
    return next(
        (p for p in kept if fingerprint(document, p.name.removesuffix(MAPPING_SUFFIX)) == entry.sha256), None
    )


def _hash(path: Path, *, limit: int) -> str:
    try:
        if path.exists() and not path.is_file():  # reading a pipe or a device may never end
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
        raise cannot_be_read(path, error) from error
