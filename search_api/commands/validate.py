"""The command that checks the current snapshot."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import (
    FAILED,
    json_option,
    print_json,
    settings_of,
    snapshot_of,
    workspace_option,
)

if TYPE_CHECKING:
    pass


@click.command()
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
