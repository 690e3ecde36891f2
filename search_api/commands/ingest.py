"""The command that reads documents into a new snapshot."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import (
    SKIPPED,
    json_option,
    print_json,
    progress_bars,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    pass


@click.command()
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
