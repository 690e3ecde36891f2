"""The command line. A command parses, calls one function and prints.

Results go to standard output, progress and complaints to standard error. Exit codes: 0 done, 1 the run
failed, 2 wrong usage, 3 done but some documents were skipped. Only click is imported at the start; a command
imports what it needs, so that `redpyme --help` is there at once.
"""

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from graph.errors import ConfigurationError, DocumentError, DocumentTooLarge, RedpymeError, SnapshotError
from search_api.commands.actors import actors
from search_api.commands.claims import claims
from search_api.commands.declarations import needs, offers
from search_api.commands.evaluation import evaluate
from search_api.commands.network import network, path
from search_api.commands.peers import peers
from search_api.commands.search import search
from search_api.commands.shared import (
    FAILED,
    SKIPPED,
    USAGE,
    json_option,
    print_json,
    progress_bars,
    settings_of,
    snapshot_of,
    workspace_option,
)
from search_api.commands.sparql import sparql
from search_api.commands.themes import themes

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.settings import Settings
    from graph.snapshots import Snapshot
    from ingest.reading_worker import ReadDocument

INTERRUPTED = 130
EXPORT_FORMATS = {
    "trig": "trig",
    "nquads": "n-quads",
    "turtle": "turtle",
    "jsonld": "json-ld",
    "ntriples": "n-triples",
    "rdfxml": "rdf-xml",
    "spacy": "spacy",
}


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        # Not `redpyme.main()`, which answers a broken pipe with exit code 1.
        with redpyme.make_context("redpyme", sys.argv[1:]) as context:
            code = redpyme.invoke(context)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except RedpymeError as error:
        click.echo(f"redpyme: {error}", err=True)
        code = USAGE if isinstance(error, ConfigurationError) else FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"redpyme: {where}{error.strerror or error}; check the path and its permissions", err=True)
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="redpyme")
def redpyme() -> None:
    """The network of SME institutions as a knowledge graph with semantic search."""


@redpyme.command()
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="Read all documents of the workspace again, as received.")
@workspace_option
@json_option
def ingest(paths: tuple[Path, ...], rebuild: bool, workspace: Path | None, as_json: bool) -> int:
    """Read documents into a new snapshot of the graph and its index.

    Text, Markdown, HTML, PDF and Word documents, and directories of institutions in CSV or Excel. A folder
    stands for the documents in it. What was read before and has not changed is left as it is; --rebuild
    makes graph and index anew from the documents as they were received.
    """
    from search_api.commands.console import counted
    from search_api.publishing.build import ingest_paths

    if not paths and not rebuild:
        raise click.UsageError(
            "name the documents to read, or --rebuild to read those of the workspace again"
        )

    with progress_bars() as progress:
        report = ingest_paths(paths, settings=settings_of(workspace), progress=progress, rebuild=rebuild)
    for reason in report.skipped:
        click.echo(f"redpyme: skipped {reason}", err=True)
    for note in report.notes:
        click.echo(f"redpyme: {note}", err=True)
    if as_json:
        print_json(
            {
                "snapshot": report.snapshot,
                "added": list(report.added),
                "changed": list(report.changed),
                "unchanged": list(report.unchanged),
                "skipped": list(report.skipped),
                "notes": list(report.notes),
                "published": report.published,
                "counts": report.counts,
                "warnings": report.warnings,
                "seconds": round(report.seconds, 3),
            }
        )
    else:
        for verb, names in (("added", report.added), ("changed", report.changed)):
            for name in names:
                click.echo(f"{verb}: {name}")
        counts = (
            f"{len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
        )
        counts += f", {len(report.skipped)} skipped" if report.skipped else ""
        if report.published:
            where = f"published snapshot {report.snapshot}"
        elif report.snapshot:
            where = f"nothing changed, still serving snapshot {report.snapshot}"
        else:
            where = "no snapshot"
        click.echo(f"{where}: {counts} ({report.seconds:.1f} s)")
        if report.published:
            click.echo(counted(report.counts))
    return SKIPPED if report.skipped else 0


@redpyme.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--themes",
    "by",
    type=click.Choice(["words", "meaning"]),
    default="words",
    show_default=True,
    help="How themes and practices are told: by words, or also by meaning, as ingest does (loads the model).",
)
@workspace_option
@json_option
def extract(path: Path, by: str, workspace: Path | None, as_json: bool) -> None:
    """Show what would be read from one document, without touching the workspace."""
    from ingest.contract import to_contract

    settings = settings_of(workspace)
    read = _read_one(path, settings)
    extraction = read.extraction
    if by == "meaning":
        from search_api.publishing.meaning import settle_by_meaning

        extraction = settle_by_meaning(extraction, read.document, settings)
    if as_json:
        print_json(to_contract(extraction))
    else:
        from search_api.commands.console import summary

        click.echo(summary(extraction))


redpyme.add_command(search)


redpyme.add_command(peers)
redpyme.add_command(network)
redpyme.add_command(path)
redpyme.add_command(sparql)


@redpyme.command()
@workspace_option
@json_option
def validate(workspace: Path | None, as_json: bool) -> int:
    """Check the current snapshot against the required and recommended SHACL shapes."""
    from dataclasses import asdict

    from graph.validation import validate_files

    snapshot = snapshot_of(settings_of(workspace))
    report = validate_files(snapshot.graph_files())
    if as_json:
        print_json({"snapshot": snapshot.number, "conforms": report.conforms, **asdict(report)})
    else:
        for kind, findings in (("violation", report.violations), ("warning", report.warnings)):
            for finding in findings:
                click.echo(f"{kind}: {finding}")
        counts = f"{len(report.violations)} violations, {len(report.warnings)} warnings"
        click.echo(f"snapshot {snapshot.number}: {counts}")
    return 0 if report.conforms else FAILED


@redpyme.command()
@click.option(
    "--format", "format_", type=click.Choice(list(EXPORT_FORMATS)), default="trig", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@workspace_option
@json_option
def export(format_: str, output: Path | None, workspace: Path | None, as_json: bool) -> None:
    """Write the graph of the current snapshot; TriG, N-Quads and JSON-LD keep the named graphs.

    --format spacy writes its passages instead, as a DocBin of spaCy, with the names, dates and practices in
    them. --json is short for --format jsonld.
    """
    snapshot = snapshot_of(settings_of(workspace))
    chosen = EXPORT_FORMATS["jsonld" if as_json else format_]
    write = _exporter(chosen)
    if output is None:
        write(snapshot, sys.stdout.buffer)
        sys.stdout.flush()
        return
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("wb") as file:
            write(snapshot, file)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _exporter(format: str) -> "Callable[[Snapshot, IO[bytes]], None]":
    """What writes a snapshot in a format."""
    if format == "spacy":
        from search_api.representations.spacy_corpus import write_corpus

        return write_corpus
    from graph.export import export

    return lambda snapshot, output: export(snapshot, output, format=format)


@redpyme.command()
@click.option("--host", help="Address to listen on (default: REDPYME_HOST, else 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: REDPYME_PORT, else 8000).")
@workspace_option
@json_option
def serve(host: str | None, port: int | None, workspace: Path | None, as_json: bool) -> None:
    """Serve the search, the pages and SPARQL over HTTP. --json logs JSON lines."""
    import uvicorn

    from search_api.app import create_app
    from search_api.http.logs import log_config

    settings = settings_of(workspace, host=host, port=port)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=log_config(as_json=as_json),
        timeout_graceful_shutdown=10,
        server_header=False,
    )


@redpyme.group()
def snapshots() -> None:
    """List the snapshots of the workspace, go back to an earlier one, or remove old ones."""


@snapshots.command("list")
@workspace_option
@json_option
def list_snapshots(workspace: Path | None, as_json: bool) -> None:
    """List the snapshots; the one being served is marked."""
    from graph.workspace import Workspace
    from search_api.wording.tables import table

    place = Workspace(settings_of(workspace).workspace)
    current = place.current_number()
    found: list[dict[str, Any]] = []
    for number in place.numbers():
        entry: dict[str, Any] = {"number": number, "current": number == current}
        try:
            manifest = place.snapshot(number).manifest
            entry |= {
                "created": manifest.created,
                "documents": len(manifest.documents),
                "model": manifest.model,
                "warnings": manifest.validation.warnings,
            }
        except SnapshotError as error:
            entry["problem"] = str(error)
        found.append(entry)
    if as_json:
        print_json(found)
    elif not found:
        click.echo("There are no snapshots yet; make one with: redpyme ingest FILE…")
    else:
        rows = [
            [
                "*" if entry["current"] else "",
                str(entry["number"]),
                entry.get("created", "damaged"),
                str(entry.get("documents", "")),
                entry.get("model", entry.get("problem", "")),
            ]
            for entry in found
        ]
        click.echo(table(["", "number", "created", "documents", "model"], rows))


@snapshots.command()
@click.argument("number", type=click.IntRange(1), required=False)
@workspace_option
@json_option
def rollback(number: int | None, workspace: Path | None, as_json: bool) -> None:
    """Serve an earlier snapshot again: NUMBER, or the one before the current."""
    from graph.workspace import Workspace

    snapshot = Workspace(settings_of(workspace).workspace).rollback(number)
    if as_json:
        print_json({"snapshot": snapshot.number})
    else:
        click.echo(f"now serving snapshot {snapshot.number} of {snapshot.manifest.created}")


@snapshots.command()
@click.option("--keep", type=click.IntRange(1), default=3, show_default=True, help="How many to keep.")
@workspace_option
@json_option
def prune(keep: int, workspace: Path | None, as_json: bool) -> None:
    """Remove old snapshots, all but the newest and the one being served."""
    from graph.workspace import Workspace

    removed = Workspace(settings_of(workspace).workspace).prune(keep=keep)
    if as_json:
        print_json({"removed": removed})
    else:
        click.echo(
            f"removed {len(removed)} snapshots" + (f": {', '.join(map(str, removed))}" if removed else "")
        )


redpyme.add_command(evaluate)


@redpyme.group()
def model() -> None:
    """The embedding model."""


@model.command()
@click.option("--force", is_flag=True, help="Prepare it again, even where it is whole.")
@workspace_option
@json_option
def prepare(force: bool, workspace: Path | None, as_json: bool) -> None:
    """Turn the embedded weights into a model folder in the user's cache, once."""
    from graph.cache import user_cache
    from search_api.embedding.embedded_model import prepare_model
    from search_api.embedding.encoder import EmbeddingCache, load_encoder
    from search_api.search.index import embed_vocabulary

    settings = settings_of(workspace)
    with progress_bars() as progress:
        prepared = prepare_model(
            cache=settings.cache, progress=lambda done, total: progress("model", done, total), force=force
        )
        with EmbeddingCache(user_cache(settings.cache)) as cache:
            embed_vocabulary(
                load_encoder("embedded", cache=settings.cache),
                cache,
                progress=lambda done, total: progress("embed", done, total),
            )
    if as_json:
        print_json({"folder": str(prepared.folder), "model": prepared.model_id, "cosine": prepared.cosine})
    else:
        click.echo(
            f"{prepared.model_id} is ready in {prepared.folder} (cosine to its engine {prepared.cosine:.5f})"
        )


redpyme.add_command(actors)
redpyme.add_command(themes)
redpyme.add_command(claims)
redpyme.add_command(offers)
redpyme.add_command(needs)


def _read_one(path: Path, settings: "Settings") -> "ReadDocument":
    """One document read, by a process that can be ended as in `ingest`. Raises DocumentError."""
    import hashlib

    from ingest.readers.directory import DIRECTORY_SUFFIXES
    from ingest.readers.headers import columns_file
    from ingest.reading_pool import ReadingPool
    from ingest.reading_worker import ReadingLimits, Source, fingerprint

    if not path.exists():
        raise DocumentError(f"{path}: there is no such file; check the path")
    if path.is_dir():
        raise DocumentError(f"{path}: this is a folder; name one document")
    if not path.is_file():
        raise DocumentError(f"{path}: not an ordinary file; save what it holds as one")
    limits = ReadingLimits(
        max_bytes=settings.max_document_mb * 2**20,
        max_pages=settings.max_document_pages,
        memory_mb=settings.reading_memory_mb,
        seconds=settings.reading_seconds,
    )
    if path.stat().st_size > limits.max_bytes:
        raise DocumentTooLarge(
            f"{path}: over the limit of {settings.max_document_mb} MiB; split it, or raise "
            "REDPYME_MAX_DOCUMENT_MB"
        )
    beside = columns_file(path)
    columns = beside if path.suffix.lower() in DIRECTORY_SUFFIXES and beside.is_file() else None
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (path, columns) if file is not None]
    source = Source(path=path, name=path.name, fingerprint=fingerprint(*hashes), columns=columns)
    with ReadingPool(limits, workers=1) as pool:
        (read,) = pool.read([source])
    if isinstance(read, str):
        raise DocumentError(read)
    for problem in read.problems:
        click.echo(f"redpyme: {problem}", err=True)
    return read


if __name__ == "__main__":
    main()
