"""What the commands of the command line share: options, settings, what is served, progress, JSON."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graph.errors import SnapshotError

if TYPE_CHECKING:
    from graph.decisions import Decision
    from graph.settings import Settings
    from graph.snapshots import Snapshot
    from graph.store import GraphView
    from search_api.served import Served

FAILED, USAGE, SKIPPED = 1, 2, 3
C = TypeVar("C", bound=Callable[..., Any])


def workspace_option(command: C) -> C:
    """The option that names the workspace."""
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of sources, decisions and snapshots (default: REDPYME_WORKSPACE, else ./workspace).",
    )(command)


def json_option(command: C) -> C:
    """The option for output that programs read."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def decision_options(command: C) -> C:
    """The options of a decision for the log: who makes it and why."""
    for option in (
        click.option("--reason", default="", help="Why, for the log."),
        click.option("--by", help="Who decides (default: the user of this machine)."),
    ):
        command = option(command)
    return command


def settings_of(workspace: Path | None, **options: object) -> "Settings":
    """The settings of this run: the options that were given, over everything else."""
    from graph.settings import load_settings

    given = {name: value for name, value in {"workspace": workspace, **options}.items() if value is not None}
    return load_settings().model_copy(update=given)


def snapshot_of(settings: "Settings") -> "Snapshot":
    """The current snapshot. Raises SnapshotError where there is none."""
    from graph.workspace import Workspace

    snapshot = Workspace(settings.workspace).current()
    if snapshot is None:
        raise SnapshotError(
            f"{settings.workspace}: there is no snapshot yet; make one with: redpyme ingest FILE…"
        )
    return snapshot


def view_of(settings: "Settings") -> "GraphView":
    """The graph of the current snapshot. Raises SnapshotError where there is none."""
    from graph.store import GraphView, open_store

    return GraphView(open_store(snapshot_of(settings)))


def publish(
    decisions: "Sequence[Decision]",
    *,
    settings: "Settings",
    as_json: bool,
    told: Mapping[str, object],
    said: str = "",
) -> None:
    """Publish what follows from decisions, which go into the log once it has passed the gate, and say so.

    `told` is what programs are told of them, `said` what people are; where that is empty, both are told of
    the documents that were read again.
    """
    from search_api.publishing.build import ingest_paths

    report = ingest_paths((), settings=settings, decide=decisions)
    if as_json:
        print_json({"snapshot": report.snapshot, **told, **({} if said else {"read": report.changed})})
    else:
        done = said or f"{len(report.changed)} documents read again"
        click.echo(f"published snapshot {report.snapshot}: {done}")


@contextmanager
def open_served(workspace: Path | None) -> "Iterator[Served]":
    """The current snapshot opened as a server opens it."""
    from search_api.service import Service

    settings = settings_of(workspace)
    snapshot_of(settings)
    service = Service(settings)
    try:
        with service.lease() as served:
            yield served
    finally:
        service.close()


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """What shows on standard error how far each stage of the work is: a bar on a terminal, else a line now
    and then, for a log.
    """
    if not sys.stderr.isatty():
        yield progress_lines(lambda line: click.echo(line, err=True))
        return
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def advance(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars[stage] = tqdm(total=total, desc=stage, file=sys.stderr, leave=False)
        bars[stage].total = total
        bars[stage].update(done - bars[stage].n)

    try:
        yield advance
    finally:
        for bar in bars.values():
            bar.close()


def progress_lines(
    write: Callable[[str], object], *, every: float = 10.0, clock: Callable[[], float] = monotonic
) -> Callable[[str, int, int], None]:
    """Progress as lines for a log ("read: 40 of 200"), one every `every` seconds of `clock` at the most.

    Work that is done before the first of them is due says nothing.
    """
    last = clock()

    def advance(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = clock()
        if now - last >= every:
            last = now
            write(f"{stage}: {done:,} of {total:,}")

    return advance


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def user_name() -> str:
    """Who decides where nobody is named: the name of the user on this machine."""
    import getpass

    return getpass.getuser()
