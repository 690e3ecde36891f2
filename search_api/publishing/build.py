"""From paths to a published snapshot: read, extract, map, infer, validate, index, switch.

Work is in proportion to what changed: a document that is in the current snapshot with the same bytes, read by
the same rules, is left as it is, and where nothing changed nothing is published. A document is known by the
place it came from, so a changed file replaces what it said before; one that cannot be read is reported and
the rest goes on.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from graph.cache import user_cache
from graph.decisions import (
    ClaimVerdict,
    Decision,
    DecisionLog,
    reviewed,
    theme_verdicts,
)
from graph.errors import DocumentError, DocumentTooLarge, UnreadableDocument, WorkspaceLocked
from graph.model import Declaration, Evidence, Span
from graph.naming import document_slug
from graph.settings import Settings
from graph.snapshots import DocumentEntry, Snapshot
from graph.workspace import SnapshotWriter, Workspace
from ingest import directories
from ingest.extraction import VERSION as EXTRACTION_VERSION
from ingest.readers import SUPPORTED_SUFFIXES, discover
from ingest.readers.headers import MAPPING_SUFFIX, columns_file
from ingest.reading_pool import ReadingPool
from ingest.reading_worker import ReadDocument, ReadingLimits, Source, cannot_be_read, fingerprint
from search_api.embedding.encoder import EmbeddingCache, Encoder, HashingEncoder, load_encoder
from search_api.publishing.meaning import Meaning

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from graph.store import GraphView

Progress = Callable[[str, int, int], None]
"""Called with the stage (read, graph, check, model, embed, publish), what is done and the total."""


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
    """A document to read, where it came from, and under which slug it goes."""

    source: Source
    origin: str
    slug: str


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

        jobs = _plan(files, writer, workspace, settings, decisions, report, rebuild=rebuild)
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


def _plan(
    files: Sequence[Path], writer: SnapshotWriter, workspace: Workspace, settings: Settings,
    decisions: Sequence[Decision], report: IngestReport, *, rebuild: bool,
) -> list[_Job]:  # fmt: skip
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
    jobs: dict[str, _Job] = {}
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
        jobs[slug] = _Job(source, origin, slug)
    for entry in writer.documents.values():
        if entry.slug in jobs:
            continue
        if entry.extraction == EXTRACTION_VERSION and not rebuild and entry.slug not in judged:
            continue
        kept = workspace.source_file(entry)
        if kept.is_file():
            columns = _columns_kept(entry, workspace)
            jobs[entry.slug] = _Job(Source(kept, entry.name, entry.sha256, columns), entry.origin, entry.slug)
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


def _read_all(
    jobs: Sequence[_Job], settings: Settings, say: Progress
) -> Iterator[tuple[_Job, ReadDocument | str]]:
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
    writer: SnapshotWriter, jobs: Sequence[_Job], decisions: Sequence[Decision], settings: Settings,
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
    return _finish(writer, decisions, say, meaning, record=record)


def _received(writer: SnapshotWriter, job: _Job) -> str:
    """When these bytes first came: now, unless they are only read again, by other rules."""
    known = writer.documents.get(job.slug)
    again = known is not None and known.sha256 == job.source.fingerprint
    return known.received if known and again else datetime.now(UTC).isoformat(timespec="seconds")


def _finish(
    writer: SnapshotWriter,
    decisions: Sequence[Decision],
    say: Progress,
    meaning: Meaning,
    *,
    record: Callable[[], None],
) -> Snapshot:
    from graph.declarations import declarations
    from graph.identities import resolve_snapshot
    from graph.inference import infer
    from graph.network_snapshot import publish_network
    from graph.proposed_themes import concept_quads
    from graph.reference import reference_graphs
    from graph.rewriting import rewrite
    from graph.store import GraphView, add_to_store, load_store
    from graph.validation import validate_files
    from ontology.authority import institutions
    from search_api.peers.declared import build_declared
    from search_api.search.index import build_index

    say("graph", 0, 1)
    resolution = resolve_snapshot(writer, authority=institutions(), decisions=decisions)
    for name, quads in reference_graphs().items():
        writer.put_graph(name, rewrite(quads, resolution, authority=True))
    writer.put_graph("declarations", _declared(decisions, meaning, resolution.redirects))
    for name in ("inferred", "proposed-themes", "network"):
        writer.put_graph(name, ())
    store = load_store(writer.graph_files())
    verdicts = theme_verdicts(decisions)
    proposed = list(concept_quads(GraphView(store), verdicts=verdicts, alike=meaning.alike))
    writer.put_graph("proposed-themes", proposed)
    add_to_store(store, proposed)
    inferred = infer(store)
    writer.put_graph("inferred", inferred)
    add_to_store(store, inferred)
    publish_network(writer, store)
    say("graph", 1, 1)
    say("check", 0, 1)
    checked = validate_files(writer.graph_files())
    checked.raise_for_violations()
    say("check", 1, 1)
    view = GraphView(store)
    say("model", 0, 1)
    encoder = meaning.encoder
    say("model", 1, 1)
    build_index(
        view, encoder, writer.index_path, cache=meaning.cache, progress=lambda d, t: say("embed", d, t)
    )
    build_declared(declarations(view), encoder, writer.index_path, cache=meaning.cache)
    say("publish", 0, 1)
    record()
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


def _declared(
    decisions: Sequence[Decision], meaning: Meaning, redirects: Mapping[str, str]
) -> "Iterator[Quad]":
    """The graph of the offers and needs that stand in the log, with the themes of their texts."""
    from graph.declarations import declaration_quads, standing
    from ingest.declared_themes import themes_by_words
    from ontology.namespaces import theme_iri

    declared = standing(decisions)
    told = [
        Declaration("", "offer", "", text, Evidence(span, "declared"), themes_by_words(text, span))
        for text in dict.fromkeys(decision.text for decision in declared.values())
        for span in [Span(0, len(text))]
    ]
    themes = {
        one.text: [theme_iri(theme.theme) for theme in one.themes]
        for one in meaning.settle_declarations(told)
    }
    return declaration_quads(declared, themes=themes, redirects=redirects)


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
