"""Publishing: one atomic switch, one writer at a time, and nothing lost when a writer is killed."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import NotFound, SnapshotError, WorkspaceError, WorkspaceLocked
from graph.model import Block, Document, Page
from graph.snapshots import DocumentEntry, Manifest, Snapshot, ValidationSummary
from graph.workspace import SnapshotWriter, Workspace

MADE_BY = {"software": "0.1.0", "ontology": "1", "model": "hashing"}
# Accents, an astral character and a carriage return: spans must hold on exactly these code points.
TEXT = "Memoria del Instituto de Prueba 🙂\r\ncon dos líneas\n"


def quads(slug: str, *values: str) -> list[Quad]:
    graph = NamedNode(f"https://w3id.org/redpyme/graph/document/{slug}")
    subject, predicate = NamedNode(f"http://example.org/{slug}"), NamedNode("http://example.org/says")
    return [Quad(subject, predicate, Literal(value), graph) for value in values]


def put(writer: SnapshotWriter, slug: str, *values: str, text: str = TEXT) -> None:
    data = text.encode()
    source = writer.add_source(data, suffix=".txt")
    document = Document(
        id=Path(source).stem,
        name=f"{slug}.txt",
        media_type="text/plain",
        text=text,
        title=slug,
        pages=(Page(1, 0, len(text)),),
        blocks=(Block("heading", 0, 7, 1),),
    )
    entry = DocumentEntry(
        slug=slug,
        sha256=document.id,
        name=document.name,
        source=source,
        characters=len(text),
        language="es",
        title=slug,
        media_type="text/plain",
        extraction="1",
    )
    writer.put_document(entry, document, quads(slug, *values))


def publish(workspace: Workspace, slug: str = "informe", *values: str, text: str = TEXT) -> Snapshot:
    with workspace.writer() as writer:
        put(writer, slug, *(values or ("algo",)), text=text)
        return writer.commit(**MADE_BY)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def leftovers(workspace: Workspace) -> list[str]:
    return [path.name for path in workspace.snapshots_path.iterdir() if path.name.startswith(".")]


def test_an_empty_workspace_serves_nothing_and_is_not_created(workspace: Workspace) -> None:
    assert workspace.current() is None
    assert workspace.snapshots() == []
    assert not workspace.root.exists()


def test_a_published_snapshot_holds_its_documents_and_says_what_made_it(workspace: Workspace) -> None:
    with workspace.writer() as writer:
        put(writer, "informe", "b", "a", "b")
        assert workspace.current() is None, "nothing is visible before the commit"
        published = writer.commit(
            **MADE_BY, counts={"events": 3}, validation=ValidationSummary(warnings=2), decisions=1
        )
    current = workspace.current()
    assert current == published
    assert current.manifest.counts == {"events": 3}
    assert (current.manifest.validation.warnings, current.manifest.decisions) == (2, 1)
    entry = current.manifest.documents["informe"]
    assert workspace.source_file(entry).read_bytes() == TEXT.encode()
    assert current.document_text("informe") == TEXT
    document = current.document("informe")
    assert document.pages == (Page(1, 0, len(TEXT)),)
    assert document.blocks == (Block("heading", 0, 7, 1),)
    lines = current.document_graph_file("informe").read_text().splitlines()
    assert len(lines) == 2, "each quad once"
    assert lines == sorted(lines)


def test_manifest_survives_json() -> None:
    manifest = Manifest(number=3, created="2007-03-26T00:00:00+00:00", software="a", ontology="b", model="c")
    assert Manifest.from_json(manifest.to_json()) == manifest
    with pytest.raises(SnapshotError, match="not a manifest"):
        Manifest.from_json('{"number": 1}')


def test_unchanged_documents_are_shared_with_the_former_snapshot(workspace: Workspace) -> None:
    first = publish(workspace, "uno", "1")
    second = publish(workspace, "dos", "2")
    assert sorted(second.manifest.documents) == ["dos", "uno"]
    assert os.path.samefile(first.document_graph_file("uno"), second.document_graph_file("uno"))
    assert not first.document_graph_file("dos").exists()


def test_a_changed_document_replaces_what_it_said_and_the_old_snapshot_stays(workspace: Workspace) -> None:
    first = publish(workspace, "uno", "before")
    publish(workspace, "dos", "other")
    third = publish(workspace, "uno", "after", text="otro texto")
    assert b"before" not in third.document_graph_file("uno").read_bytes()
    assert b"before" in first.document_graph_file("uno").read_bytes()
    assert third.document_text("uno") == "otro texto"
    assert first.document_text("uno") == TEXT
    assert third.document_text("dos") == TEXT, "its text is the one that 'uno' had: shared by digest"


def test_a_removed_document_is_gone(workspace: Workspace) -> None:
    publish(workspace, "uno")
    with workspace.writer() as writer:
        writer.remove_document("uno")
        after = writer.commit(**MADE_BY)
    assert after.graph_files() == ()
    assert list((after.path / "texts").iterdir()) == []
    with pytest.raises(NotFound, match="'uno'"):
        after.document("uno")


def test_files_of_the_index_can_be_reused(workspace: Workspace) -> None:
    with workspace.writer() as writer:
        assert not writer.reuse("index")
        (writer.index_path / "vectors").mkdir()
        (writer.index_path / "vectors" / "a.bin").write_bytes(b"1")
        writer.commit(**MADE_BY)
    with workspace.writer() as writer:
        assert writer.reuse("index")
        snapshot = writer.commit(**MADE_BY)
    assert (snapshot.index_path / "vectors" / "a.bin").read_bytes() == b"1"


def test_an_aborted_writer_leaves_nothing(workspace: Workspace) -> None:
    publish(workspace)
    with workspace.writer() as writer:
        put(writer, "dos")
    assert workspace.numbers() == [1]
    assert workspace.current_number() == 1
    assert leftovers(workspace) == []


def test_a_snapshot_is_committed_once(workspace: Workspace) -> None:
    with workspace.writer() as writer:
        writer.commit(**MADE_BY)
        with pytest.raises(WorkspaceError, match="already"):
            writer.commit(**MADE_BY)


def test_a_second_writer_is_told_who_writes(workspace: Workspace) -> None:
    publish(workspace)
    program = (
        "import sys\nfrom graph.workspace import Workspace\n"
        "with Workspace(sys.argv[1]).writer():\n    print('writing', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(workspace.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(WorkspaceLocked, match=f"process {other.pid} "), workspace.writer():
            pass
        with pytest.raises(WorkspaceLocked, match=f"process {other.pid} "):
            workspace.rollback(1)
        with pytest.raises(WorkspaceLocked, match=f"process {other.pid} "):
            workspace.prune(keep=1)
        assert workspace.current_number() == 1, "readers need no lock"
        other.stdin.close()
        assert other.wait() == 0
    assert publish(workspace).number == 2


def test_two_threads_of_one_process_exclude_each_other(workspace: Workspace) -> None:
    with workspace.writer():
        errors: list[BaseException] = []

        def write() -> None:
            try:
                publish(workspace)
            except WorkspaceLocked as error:
                errors.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(errors) == 1


KILLED_WRITER = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from graph.workspace import Workspace, SnapshotWriter
import graph.workspace as module
from test_snapshots import MADE_BY, put

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

point = sys.argv[2]
with Workspace(sys.argv[1]).writer() as writer:
    put(writer, "dos", "new")
    if point == "building":
        die()
    elif point == "before the rename":
        module._sync_tree = die
    elif point == "before the switch":
        Workspace._point_to = die
    elif point == "inside the switch":
        os.replace = die
    writer.commit(**MADE_BY)
"""


@pytest.mark.parametrize("point", ["building", "before the rename", "before the switch", "inside the switch"])
def test_a_killed_writer_leaves_the_old_snapshot_and_the_next_run_is_clean(
    workspace: Workspace, point: str
) -> None:
    before = publish(workspace, "uno", "old")
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", KILLED_WRITER, str(workspace.root), point, here]
    killed = subprocess.run(command, check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    current = workspace.current()
    assert current == before
    assert current.document_text("uno") == TEXT

    after = publish(workspace, "tres", "next")
    assert sorted(after.manifest.documents) == ["tres", "uno"], "what was not acknowledged is not there"
    assert workspace.current() == after
    assert leftovers(workspace) == []
    assert list(workspace.root.glob(".new-*")) == []


def test_a_full_disk_publishes_nothing_and_says_so(workspace: Workspace) -> None:
    publish(workspace, "uno")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))
        with pytest.raises(WorkspaceError, match="no room on the disk"), workspace.writer() as writer:
            put(writer, "dos", "x" * 2**17)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert workspace.current_number() == 1
    assert leftovers(workspace) == []


def test_a_workspace_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("")
    with pytest.raises(WorkspaceError, match="workspace"), Workspace(tmp_path / "workspace").writer():
        pass


def test_rollback_serves_an_earlier_snapshot_and_the_next_builds_on_it(workspace: Workspace) -> None:
    publish(workspace, "uno")
    publish(workspace, "dos")
    assert workspace.rollback().number == 1
    assert workspace.current_number() == 1
    after = publish(workspace, "tres")
    assert after.number == 3, "a number is never used twice"
    assert sorted(after.manifest.documents) == ["tres", "uno"]
    assert workspace.rollback(2).number == 2
    workspace.rollback()
    with pytest.raises(SnapshotError, match="no snapshot before"):
        workspace.rollback()
    with pytest.raises(SnapshotError, match="no snapshot here"):
        workspace.rollback(9)


def test_prune_keeps_the_newest_and_the_current(workspace: Workspace) -> None:
    for slug in "abcd":
        publish(workspace, slug)
    workspace.rollback(1)
    assert workspace.prune(keep=2) == [2]
    assert workspace.numbers() == [1, 3, 4]
    last = workspace.snapshot(4)
    assert last.document_text("a") == TEXT, "what was shared with a pruned snapshot is still there"
    with pytest.raises(ValueError, match="at least one"):
        workspace.prune(keep=0)


def _damage_manifest(snapshot: Snapshot) -> None:
    (snapshot.path / "manifest.json").write_text("{")


def _garble_manifest(snapshot: Snapshot) -> None:
    (snapshot.path / "manifest.json").write_bytes(b'{"number": "\xff"}')


def _remove_graph(snapshot: Snapshot) -> None:
    snapshot.document_graph_file("uno").unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [(_damage_manifest, "not a manifest"), (_garble_manifest, "can't decode"), (_remove_graph, "'uno'")],
)
def test_a_damaged_snapshot_is_named_and_can_be_left(
    workspace: Workspace, damage: Callable[[Snapshot], None], message: str
) -> None:
    publish(workspace, "uno", "1")
    damage(publish(workspace, "uno", "2"))
    with pytest.raises(SnapshotError, match=f"{message}.*; .*redpyme snapshots rollback NUMBER"):
        workspace.current()
    assert workspace.rollback().number == 1


@pytest.mark.parametrize("suffix", [".txt", ".json"])
def test_a_damaged_text_is_named_and_can_be_read_again(workspace: Workspace, suffix: str) -> None:
    snapshot = publish(workspace, "uno", "1")
    entry = snapshot.manifest.documents["uno"]
    (snapshot.path / "texts" / f"{entry.sha256}{suffix}").write_bytes(b"{\xff")
    with pytest.raises(SnapshotError, match=r"'uno' cannot be read .*redpyme ingest --rebuild"):
        snapshot.document("uno")
    publish(workspace, "uno", "1")
    assert workspace.snapshot(2).document_text("uno") == TEXT


@pytest.mark.parametrize(
    ("pointer", "message"), [(b"the newest", "'the newest' instead of a number"), (b"\xff", "can't decode")]
)
def test_a_damaged_pointer_is_named_and_can_be_mended(
    workspace: Workspace, pointer: bytes, message: str
) -> None:
    publish(workspace, "uno", "1")
    publish(workspace, "uno", "2")
    (workspace.root / "current").write_bytes(pointer)
    for serve in (workspace.current, workspace.rollback, lambda: workspace.prune(keep=1)):
        with pytest.raises(SnapshotError, match=f"{message}.*; .*redpyme snapshots rollback NUMBER"):
            serve()
    assert (workspace.numbers(), workspace.current_number()) == ([1, 2], None), "a list needs no pointer"
    assert [snapshot.number for snapshot in workspace.snapshots()] == [1, 2]
    assert workspace.rollback(2) == workspace.current()
    assert workspace.current_number() == 2


def test_readers_see_only_whole_snapshots_while_writers_publish_and_prune(workspace: Workspace) -> None:
    publish(workspace, "uno", "1")
    stop = threading.Event()
    seen: set[int] = set()
    errors: list[BaseException] = []

    def read() -> None:
        while not stop.is_set():
            try:
                snapshot = workspace.current()
                assert snapshot
                json.loads((snapshot.path / "manifest.json").read_text())
                seen.add(snapshot.number)
            except FileNotFoundError:
                continue  # pruned after it was opened; a server holds on to the newest
            except BaseException as error:
                errors.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        publish(workspace, "uno", str(number))
        workspace.prune(keep=1)
    stop.set()
    reader.join()
    assert errors == []
    assert len(seen) > 1
