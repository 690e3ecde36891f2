"""Documents into a workspace: what counts as changed, and what a run leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.settings import Settings
from graph.workspace import Workspace
from search_api.build import IngestReport, ingest_paths
from search_api.encoder import load_encoder

SAMPLE = Path(__file__).parents[1] / "sample" / "documents"
FIRST = "La Fundación Norte organizó un taller sobre garantías en Lima, Perú, el 3 de mayo de 2011.\n"
SECOND = "La Fundación Sur organizó un foro sobre innovación en Quito, Ecuador, el 4 de junio de 2012.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path / "workspace", cache=tmp_path / "cache", model="hashing")


def ingest(settings: Settings, *paths: Path) -> IngestReport:
    return ingest_paths(paths, settings=settings, encoder=load_encoder("hashing"))


def texts(settings: Settings) -> set[str]:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return {snapshot.document_text(slug) for slug in snapshot.manifest.documents}


def test_a_file_whose_name_another_took_is_not_lost(settings: Settings, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "a.txt", tmp_path / "b.txt"
    place.write_text(FIRST, encoding="utf-8")
    ingest(settings, place)
    place.rename(elsewhere)
    place.write_text(SECOND, encoding="utf-8")

    report = ingest(settings, place, elsewhere)

    assert (report.changed, report.added, report.unchanged) == (["a.txt"], ["b.txt"], [])
    assert texts(settings) == {FIRST, SECOND}


def test_a_pipe_is_reported_and_not_waited_for(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text(FIRST, encoding="utf-8")

    report = ingest(settings, tmp_path / "pipe.txt", tmp_path / "a.txt")

    assert report.added == ["a.txt"]
    assert "pipe.txt: not an ordinary file" in report.skipped[0]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal for a dead parent is Linux's")
def test_a_killed_run_leaves_no_process_behind(settings: Settings) -> None:
    environment = os.environ | {"REDPYME_MODEL": "hashing", "REDPYME_WORKSPACE": str(settings.workspace)}
    command = [sys.executable, "-m", "search_api.cli", "ingest", str(SAMPLE)]
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    workers = _awaited(lambda: _workers_of(run.pid))
    assert workers, "documents are read by processes of their own"

    run.send_signal(signal.SIGKILL)
    run.wait()

    assert _awaited(lambda: not any(_runs(pid) for pid in workers))


def _workers_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def _awaited(look: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """What `look` finds, as soon as it finds anything, or nothing after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
