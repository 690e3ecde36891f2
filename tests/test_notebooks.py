"""The notebooks run as they are, against a workspace and a server, on what is read from the sample."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from competency import read_into
from network import serving

from graph.errors import ConfigurationError, QueryError
from graph.settings import Settings
from search_api.frames import AskedGraph, open_graph

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SPONSORS = """SELECT ?actor (COUNT(DISTINCT ?event) AS ?events) (MAX(?sure) AS ?best) {
  ?actor rp:sponsors ?event . ?claim rdf:subject ?actor ; rdf:object ?event ; rp:confidence ?sure
} GROUP BY ?actor ORDER BY DESC(?events) ?actor"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("notebooks")
    read_into(root, ROOT / "sample" / "documents")
    return root / "workspace"


@pytest.fixture(scope="module")
def url(workspace: Path) -> Iterator[str]:
    with serving(Settings(workspace=workspace, cache=workspace.parent / "cache", model="hashing")) as address:
        yield address


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def test_there_is_a_first_notebook() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01_sparql_tour.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    for cell in cells(path):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("place", ["server", "workspace"])
def test_a_notebook_runs_and_shows_tables_and_pictures(
    path: Path, place: str, url: str, workspace: Path, tmp_path: Path
) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    where = {"REDPYME_SERVER": url} if place == "server" else {"REDPYME_WORKSPACE": str(workspace)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REDPYME_")}
    search_path = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbmake", "--overwrite", "-p", "no:cacheprovider", str(copy)],
        cwd=tmp_path,
        env={**environment, **where, "PYTHONPATH": search_path, "REDPYME_MODEL": "hashing"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    shown = [output.get("data", {}) for cell in cells(copy) for output in cell.get("outputs", ())]
    assert sum("image/png" in data for data in shown) == 2
    tables = ["".join(data["text/html"]) for data in shown if "text/html" in data]
    assert len(tables) == 5
    assert all(table.count("<tr") >= 2 for table in tables), "every table has rows"


def test_a_workspace_and_its_server_give_the_same_rows(url: str, workspace: Path) -> None:
    with open_graph(url) as served, open_graph(str(workspace)) as local:
        for graph in (served, local):
            frame = graph.frame(SPONSORS)
            assert len(frame) > 5
            assert frame["events"].dtype.kind == "i"
            assert frame["best"].dtype.kind == "f"
            assert frame["actor"].iloc[0].startswith("https://w3id.org/redpyme/id/actor/")
        assert served.frame(SPONSORS).equals(local.frame(SPONSORS))
        by_name = [graph.stored("events-on-theme", theme="innovacion") for graph in (served, local)]
        assert by_name[0].equals(by_name[1])
        assert len(by_name[0]) > 0
        for graph in (served, local):
            check_edges(graph)


def check_edges(graph: AskedGraph) -> None:
    assert graph.frame("ASK { ?s a rp:Event }")["boolean"].tolist() == [True]
    unbound = graph.frame("SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) } }")
    assert unbound["b"].tolist() == [None]
    assert graph.frame("SELECT ?s { ?s a rp:Nothing }").columns.tolist() == ["s"]
    with pytest.raises(QueryError, match="not valid SPARQL"):
        graph.frame("SELEKT")
    with pytest.raises(QueryError, match="no-such"):
        graph.stored("no-such")


def test_where_nothing_answers_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="redpyme ingest"):
        open_graph(str(tmp_path / "empty"))
    with open_graph("http://127.0.0.1:9") as nobody, pytest.raises(ConfigurationError, match="redpyme serve"):
        nobody.frame("ASK {}")
