"""Documents into a workspace: what counts as changed, and what a run leaves behind."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import WorkspaceError
from graph.settings import Settings
from graph.store import GraphView, load_store
from graph.workspace import Workspace
from search_api.embedding.encoder import load_encoder
from search_api.publishing.build import ingest_paths
from search_api.publishing.report import IngestReport

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
    return [pid for pid, command in commands.items() if b"reading_worker" in command]


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


def test_rebuild_mends_a_damaged_graph_and_index_from_what_was_received(
    settings: Settings, tmp_path: Path
) -> None:
    place = tmp_path / "a.txt"
    place.write_text(FIRST, encoding="utf-8")
    ingest(settings, place)
    damaged = Workspace(settings.workspace).current()
    assert damaged is not None
    events = damaged.manifest.counts["event"]
    for file in (*damaged.graph_files(), damaged.index_path / "entries.jsonl"):
        file.write_bytes(b"\x00 not a graph")
    place.unlink()

    report = ingest_paths([], settings=settings, encoder=load_encoder("hashing"), rebuild=True)

    mended = Workspace(settings.workspace).current()
    assert mended is not None
    assert report.published
    assert report.changed == ["a.txt"]
    assert mended.manifest.counts["event"] == events == 1
    assert load_store(mended.graph_files())


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [("hashing", "hashing", False), ("hashing", "hashing-64", True)],
)
def test_another_model_makes_another_index(
    settings: Settings, tmp_path: Path, first: str, second: str, published: bool
) -> None:
    place = tmp_path / "a.txt"
    place.write_text(FIRST, encoding="utf-8")
    ingest_paths([place], settings=settings.model_copy(update={"model": first}))
    assert (
        ingest_paths([place], settings=settings.model_copy(update={"model": second})).published is published
    )


def test_a_bad_row_is_noted_and_the_rest_goes_in(settings: Settings, tmp_path: Path) -> None:
    sheet = tmp_path / "red.csv"
    sheet.write_text("nombre,país\nInstituto de Prueba,Perú\n,Chile\n", encoding="utf-8")

    report = ingest(settings, sheet)

    assert (report.added, report.skipped) == (["red.csv"], [])
    assert report.notes == ["red.csv, row 3: has no name; the row is left out"]


def labels(settings: Settings) -> set[str]:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    view = GraphView(load_store(snapshot.graph_files()))
    query = """SELECT ?label { GRAPH ?g { ?s rdfs:label|dcterms:title|rp:fileName ?label }
                 FILTER CONTAINS(STR(?g), "/graph/document/") }"""
    return {str(row["label"]) for row in view.select(query)}


def test_what_nobody_sees_of_a_name_is_not_in_the_graph(settings: Settings, tmp_path: Path) -> None:
    sheet, page = tmp_path / "red.csv", Path(os.fsdecode(os.fsencode(tmp_path) + b"/raro\xff.html"))
    sheet.write_text("nombre\nInstituto\x1b de\u202e Prueba\n" + "Otro Instituto\n" * 40, encoding="utf-8")
    try:
        page.write_text(f"<title>Memo\u200bria \u2066Clara</title><p>{FIRST * 3}</p>", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")

    assert set(ingest(settings, sheet, page).added) == {"red.csv", "raro\\xff.html"}

    found = labels(settings)
    assert {"Instituto de Prueba", "Memoria Clara"} <= found
    assert not [label for label in found if not label.isprintable()]
    assert ingest(settings, page).unchanged == ["raro\\xff.html"]


def test_a_directory_is_read_with_its_file_of_columns_also_when_either_changes_or_is_gone(
    settings: Settings, tmp_path: Path
) -> None:
    sheet, columns = tmp_path / "red.csv", tmp_path / "red.csv.columns.toml"
    sheet.write_text("Denominación,Apodo\nInstituto de Prueba,Casa Clara\n", encoding="utf-8")
    columns.write_text('"Denominación" = "name"\n', encoding="utf-8")
    assert ingest(settings, sheet).added == ["red.csv"]
    assert ingest(settings, sheet).unchanged == ["red.csv"]
    assert "Instituto de Prueba" in labels(settings)

    columns.write_text('"Apodo" = "name"\n', encoding="utf-8")
    assert ingest(settings, sheet).changed == ["red.csv"]
    assert "Casa Clara" in labels(settings)
    assert "Instituto de Prueba" not in labels(settings)

    sheet.unlink()
    columns.unlink()
    report = ingest_paths([], settings=settings, encoder=load_encoder("hashing"), rebuild=True)
    assert (report.changed, report.skipped) == (["red.csv"], [])
    assert "Casa Clara" in labels(settings)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_an_interrupted_run_says_nothing_and_the_next_one_goes_on(settings: Settings, tmp_path: Path) -> None:
    place = tmp_path / "a.txt"
    place.write_text(FIRST * 3000, encoding="utf-8")
    environment = os.environ | {"REDPYME_MODEL": "hashing", "REDPYME_WORKSPACE": str(settings.workspace)}
    command = [sys.executable, "-m", "search_api.cli", "ingest", str(place)]
    run = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which a shell ignores behind "&"
    )
    assert _awaited(lambda: _workers_of(run.pid))

    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)

    assert run.returncode == 130
    assert b"Traceback" not in out + err
    assert Workspace(settings.workspace).current() is None
    place.write_text(FIRST, encoding="utf-8")
    assert ingest(settings, place).added == ["a.txt"]


def test_a_full_disk_ends_the_run_and_leaves_the_snapshot(settings: Settings, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the kernel refuses to write in the same way."""
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(FIRST, encoding="utf-8")
    ingest(settings, first)
    second.write_text(SECOND, encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(stage: str, done: int, total: int) -> None:
        if stage == "read" and done == total:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))

    try:
        with pytest.raises(WorkspaceError, match="no room on the disk"):
            ingest_paths([second], settings=settings, encoder=load_encoder("hashing"), progress=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    assert texts(settings) == {FIRST}
    assert ingest(settings, second).added == ["b.txt"]
    assert texts(settings) == {FIRST, SECOND}
