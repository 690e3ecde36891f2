"""From paths to a published snapshot: read, extract, map, infer, validate, index, switch.

Work is in proportion to what changed: a document that is in the current snapshot with the same bytes, read by
the same rules, is left as it is, and where nothing changed nothing is published. A document is known by the
place it came from, so a changed file replaces what it said before; one that cannot be read is reported and
the rest goes on.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph.cache import user_cache
from graph.decisions import Decision, DecisionLog, reviewed, theme_verdicts
from graph.errors import WorkspaceLocked
from graph.settings import Settings
from graph.snapshots import DocumentEntry, Snapshot
from graph.workspace import SnapshotWriter, Workspace
from ingest import directories
from ingest.extraction import VERSION as EXTRACTION_VERSION
from ingest.readers import SUPPORTED_SUFFIXES, discover
from ingest.readers.headers import MAPPING_SUFFIX
from ingest.reading_pool import ReadingPool
from ingest.reading_worker import ReadDocument, ReadingLimits
from search_api.embedding.encoder import EmbeddingCache, Encoder, HashingEncoder, load_encoder
from search_api.publishing.finish import finish
from search_api.publishing.meaning import Meaning
from search_api.publishing.plan import Job, plan
from search_api.publishing.report import IngestReport, Progress


def ingest_paths(
    paths: Iterable[Path],
    *,
    settings: Settings,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    rebuild: bool = False,
    decide: Sequence[Decision] = (),
) -> IngestReport:
    """Read the documents at `paths` into the workspace and publish a snapshot if anything changed.

    `encoder` replaces the one of the settings (a test's). Documents that cannot be used are in `skipped`,
    with the reason. `rebuild` reads all documents of the workspace again, as received, and makes graph and
    index anew, whatever state those of the current snapshot are in. The decisions `decide` count as made and
    go into the log when the graph that follows from them has passed the gate. Raises WorkspaceLocked,
    WorkspaceError, ValidationFailed, ModelError; then nothing was published.
    """
    began = time.monotonic()
    say = progress or _silent
    workspace = Workspace(settings.workspace)
    report = IngestReport()
    files, problems = discover(paths, suffixes=SUPPORTED_SUFFIXES | directories.DIRECTORY_SUFFIXES)
    report.skipped += [str(problem) for problem in problems]
    with workspace.writer() as writer:
        log = DecisionLog(workspace.decisions_path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = [replace(decision, at=decision.at or now) for decision in decide]
        before = log.read()
        decisions = [*before, *new]

        def record() -> None:
            if new and log.read() != before:
                raise WorkspaceLocked(f"{log.path}: another decision was made meanwhile; try again")
            for decision in new:
                log.append(decision)

        jobs = plan(files, writer, workspace, settings, decisions, report, rebuild=rebuild)
        index_model = None if writer.base is None else writer.base.manifest.model
        stale = writer.base is not None and (
            rebuild
            or not _same_model(index_model, settings, encoder)
            or writer.base.manifest.decisions != len(decisions)
        )
        with EmbeddingCache(user_cache(settings.cache)) as cache:
            meaning = Meaning(lambda: encoder or load_encoder(settings.model, cache=settings.cache), cache)
            done = _publish(
                writer, jobs, decisions, settings, say, report, meaning, force=stale, record=record
            )
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
    if settings.model in ("embedded", "embedded-float32"):
        from search_api.embedding import embedded_model

        own = embedded_model.model_id() if settings.model == "embedded" else embedded_model.float32_id()
        return model_id == own
    if settings.model == "hashing":
        return model_id == HashingEncoder().id
    name, _, digest = (model_id or "").rpartition("@")
    return settings.model == model_id or bool(digest and Path(settings.model).name == Path(name).name)


def _read_all(
    jobs: Sequence[Job], settings: Settings, say: Progress
) -> Iterator[tuple[Job, ReadDocument | str]]:
    """Documents as they are read, in the order of `jobs`, by processes of their own on all cores."""
    limits = ReadingLimits(
        max_bytes=settings.max_document_mb * 2**20,
        max_pages=settings.max_document_pages,
        memory_mb=settings.reading_memory_mb,
        seconds=settings.reading_seconds,
    )
    say("read", 0, len(jobs))
    with ReadingPool(limits, workers=min(os.cpu_count() or 1, max(1, len(jobs)))) as pool:
        read = pool.read([job.source for job in jobs])
        for number, (job, outcome) in enumerate(zip(jobs, read, strict=True), 1):
            yield job, outcome
            say("read", number, len(jobs))


def _publish(
    writer: SnapshotWriter, jobs: Sequence[Job], decisions: Sequence[Decision], settings: Settings,
    say: Progress, report: IngestReport, meaning: Meaning, *, force: bool, record: Callable[[], None],
) -> Snapshot | None:  # fmt: skip
    """Write the next snapshot; None where there is nothing new to say.

    `record` is called when all is checked, before the switch.
    """
    from graph.identity import resolve
    from graph.mapping import map_extraction
    from ontology.authority import institutions

    authority = institutions()
    reviews, verdicts = reviewed(decisions), theme_verdicts(decisions)
    before = set(writer.documents)
    wrote = False
    for job, read in _read_all(jobs, settings, say):
        if isinstance(read, str):
            report.skipped.append(read)
            continue
        document, name = read.document, job.source.name
        extraction = meaning.settle(read.extraction, document)
        report.notes += read.problems
        identities = resolve(extraction, authority=authority)
        entry = DocumentEntry(
            slug=job.slug,
            sha256=job.source.fingerprint,
            name=name,
            source=writer.add_source(read.data, suffix=Path(name).suffix),
            characters=len(document.text),
            language=extraction.document.language,
            title=extraction.document.title,
            media_type=document.media_type,
            extraction=EXTRACTION_VERSION,
            origin=job.origin,
            received=_received(writer, job),
        )
        quads = map_extraction(
            extraction,
            identities,
            document_slug=job.slug,
            text=document.text,
            reviews=reviews,
            verdicts=verdicts,
        )
        if read.columns is not None:
            writer.add_source(read.columns, suffix=MAPPING_SUFFIX)
        writer.put_document(entry, document, quads)
        (report.changed if job.slug in before else report.added).append(name)
        wrote = True
    if not wrote and not force:
        return None
    return finish(writer, decisions, say, meaning, record=record)


def _received(writer: SnapshotWriter, job: Job) -> str:
    """When these bytes first came: now, unless they are only read again, by other rules."""
    known = writer.documents.get(job.slug)
    again = known is not None and known.sha256 == job.source.fingerprint
    return known.received if known and again else datetime.now(UTC).isoformat(timespec="seconds")
