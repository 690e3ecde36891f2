"""The command that shows what would be read from one document."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import DocumentError, DocumentTooLarge
from search_api.commands.shared import (
    json_option,
    print_json,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    from graph.settings import Settings
    from ingest.reading_worker import ReadDocument


@click.command()
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
