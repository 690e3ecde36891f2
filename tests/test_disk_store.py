"""The store on disk of a large snapshot answers as the one in memory, to pages and to queries."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from network import publish
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph import disk_store
from graph.errors import NotFound, QueryError, QueryTimeout, SnapshotError
from graph.query import QueryPool
from graph.snapshots import Snapshot
from graph.store import load_store, open_store
from graph.workspace import Workspace

EX = "http://example.org/"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a rp:Actor } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?s ?label { ?s a rp:Actor ; rdfs:label ?label } ORDER BY ?s ?label",
    "SELECT ?s { ?s rdfs:label ?label GRAPH ?g { ?s a rp:Event } } ORDER BY ?s",
    "SELECT ?e { ?e rp:theme/skos:broader* ?theme } ORDER BY ?e",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk_store, "LARGE", 100)
        return publish(tmp_path_factory.mktemp("disk"))


def test_a_large_snapshot_has_a_store_and_a_small_one_has_none(snapshot: Snapshot, tmp_path: Path) -> None:
    assert snapshot.store_path.is_dir()
    assert not publish(tmp_path).store_path.exists()


def test_it_holds_what_the_one_in_memory_holds(snapshot: Snapshot) -> None:
    on_disk, in_memory = open_store(snapshot), load_store(snapshot.graph_files())
    assert set(on_disk) == set(in_memory)
    assert len(list(on_disk.quads_for_pattern(None, None, None, DefaultGraph()))) > 100


def test_queries_have_the_same_answers(snapshot: Snapshot) -> None:
    graphs = [graph.value for graph in open_store(snapshot).named_graphs() if hasattr(graph, "value")][:3]
    with QueryPool(snapshot) as on_disk, QueryPool(snapshot.graph_files()) as in_memory:
        for query in QUERIES:
            assert on_disk.run(query).content == in_memory.run(query).content, query
            for options in ({"default_graph": graphs}, {"default_graph": graphs[:1], "named_graphs": graphs}):
                answers = [pool.run(query, **options).content for pool in (on_disk, in_memory)]
                assert answers[0] == answers[1], (query, options)
        assert on_disk.graph(graphs[0], format="nt").content
        with pytest.raises(NotFound):
            on_disk.graph("http://example.org/none")


def test_a_runaway_is_stopped_and_others_are_answered(snapshot: Snapshot) -> None:
    with QueryPool(snapshot, timeout=1.0) as pool:
        with pytest.raises(QueryTimeout):
            pool.run(RUNAWAY)
        rows = json.loads(pool.run(QUERIES[0]).content)["results"]["bindings"]
    assert int(rows[0]["n"]["value"]) > 100


def test_a_worker_may_open_the_files_that_are_left_and_no_more(tmp_path: Path) -> None:
    """The engine opens sixteen files of a store at first, and the others when it comes to them."""
    program = """
import resource, socket, sys
from graph.query_worker import _opened, confine
store, left = _opened(sys.argv[1])
confine(memory=2**30, files=left)
print(left, len(store))
try:
    held = [socket.socket() for _ in range(left + 1)]
except OSError as error:
    print(error)
"""
    build_in_pieces(tmp_path / "store", pieces=40)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "store")], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    left, statements = map(int, first.split())
    assert (left > 0, statements) == (True, 40)
    assert "Too many open files" in second


def build_in_pieces(path: Path, *, pieces: int) -> None:
    """A store of many files, as a very large one has."""
    for i in range(pieces):
        store = Store(path)
        store.update(f"INSERT DATA {{ <x:{i}> <x:p> <x:o> }}")
        store.flush()
        del store
    assert len(list(path.glob("*.sst"))) > 16


def test_a_damaged_store_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_store, "LARGE", 100)
    damaged = publish(tmp_path)
    (damaged.store_path / "CURRENT").write_text("nothing")
    for opened in (open_store, QueryPool):
        with pytest.raises(SnapshotError, match="remove this folder"):
            opened(damaged)


def test_a_table_that_is_damaged_where_something_changes_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine opens such a table, and tells when it reads the place."""
    monkeypatch.setattr(disk_store, "LARGE", 10_000)
    workspace = Workspace(tmp_path)
    damaged = commit(workspace, one="".join(map(chr, range(0x4E00, 0x7E00))))
    for table in damaged.store_path.glob("*.sst"):
        content = bytearray(table.read_bytes())
        if len(content) > 2**14:
            content[len(content) // 2] ^= 255
            table.write_bytes(content)
    open_store(damaged)
    snapshot = commit(workspace, one="".join(map(chr, range(0x5100, 0x7E00))))
    assert set(open_store(snapshot)) == set(load_store(snapshot.graph_files()))


def test_a_snapshot_that_was_removed_while_it_is_served_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has it open goes on; a new one does not blame the query."""
    monkeypatch.setattr(disk_store, "LARGE", 10)
    workspace = Workspace(tmp_path)
    with QueryPool(commit(workspace, one="abcdefghijklmnop"), workers=1) as pool:
        commit(workspace, two="a")
        assert workspace.prune(keep=1) == [1]
        assert b"16" in pool.run("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").content
        pool._nursery.kill(pool._idle.pop())
        for _ in range(2):
            with pytest.raises(QueryError, match="the snapshot was removed"):
                pool.run("ASK { ?s ?p ?o }")


def test_a_snapshot_that_is_no_more_large_has_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_store, "LARGE", 100)
    publish(tmp_path)
    monkeypatch.setattr(disk_store, "LARGE", 10**6)
    workspace = Workspace(tmp_path / "workspace")
    current = workspace.current()
    assert current is not None
    with workspace.writer() as writer:
        again = writer.commit(software="0", ontology="0", model=current.manifest.model)
    assert not again.store_path.exists()


def quads(*names: str, graph: str) -> list[Quad]:
    return [
        Quad(NamedNode(EX + name), NamedNode(EX + "p"), Literal(name), NamedNode(EX + graph))
        for name in names
    ]


def commit(workspace: Workspace, **graphs: str) -> Snapshot:
    """A snapshot that has a statement for each letter of a graph; no letters take out all of them."""
    with workspace.writer() as writer:
        for name, letters in graphs.items():
            writer.put_graph(name, quads(*letters, graph=name))
        return writer.commit(software="0", ontology="0", model="none")


@pytest.mark.parametrize(
    "change",
    [
        {"one": "abcx"},
        {"one": "ab"},
        {"one": "xyz"},
        {"one": ""},
        {"one": "", "two": ""},
        {"two": "abc"},
        {"one": "cd", "two": "ab"},
        {"three": "az"},
        {},
    ],
    ids=str,
)
def test_what_changed_is_changed_in_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    """The graphs share statements, which stay in the default graph as long as one of them has them."""
    monkeypatch.setattr(disk_store, "LARGE", 200)
    workspace = Workspace(tmp_path)
    many = "".join(map(chr, range(0x4E00, 0x4F00)))
    first = commit(workspace, one="abc", two="cd", many=many)
    before = set(open_store(first))
    monkeypatch.setattr(disk_store, "build", forbidden)
    second = commit(workspace, **change)
    third = commit(workspace, one="abc", two="cd", three="")
    for snapshot in (second, third):
        assert set(open_store(snapshot)) == set(load_store(snapshot.graph_files()))
    assert set(open_store(first)) == before == set(open_store(third))
    table = next(first.store_path.glob("*.sst"))
    assert (second.store_path / table.name).samefile(table)


def forbidden(*_: object) -> None:
    raise AssertionError("it was made anew")


def test_a_store_of_which_most_changed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_store, "LARGE", 10)
    workspace = Workspace(tmp_path)
    commit(workspace, one="abcdefghijklmnop")
    snapshot = commit(workspace, one="ABCDEFGHIJKLMNOP")
    assert set(open_store(snapshot)) == set(load_store(snapshot.graph_files()))


def test_a_damaged_store_is_made_anew_with_the_next_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_store, "LARGE", 10)
    workspace = Workspace(tmp_path)
    damaged = commit(workspace, one="abcdefghijklmnop")
    (damaged.store_path / "CURRENT").write_text("nothing")
    snapshot = commit(workspace, two="a")
    assert set(open_store(snapshot)) == set(load_store(snapshot.graph_files()))
