"""The command that writes the graph of the current snapshot, or its passages."""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from search_api.commands.shared import (
    json_option,
    settings_of,
    snapshot_of,
    workspace_option,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.snapshots import Snapshot


EXPORT_FORMATS = {
    "trig": "trig",
    "nquads": "n-quads",
    "turtle": "turtle",
    "jsonld": "json-ld",
    "ntriples": "n-triples",
    "rdfxml": "rdf-xml",
    "spacy": "spacy",
}


@click.command()
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
