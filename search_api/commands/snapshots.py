"""Commands for snapshots: list them, go back to one, remove old ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.errors import SnapshotError
from search_api.commands.shared import (
    json_option,
    print_json,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    pass


@click.group()
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
