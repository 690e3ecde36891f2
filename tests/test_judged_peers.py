"""The judged set of peers: what it holds, and that the report's peers are as good as they were measured."""

import json
import re
import runpy
from pathlib import Path

import pytest
from competency import read_into

from graph.errors import NotFound
from graph.store import GraphView, open_store
from search_api.catalogue.actor_names import find_actor
from search_api.catalogue.triples import Triples
from search_api.peers.activity import read_activity
from search_api.peers.finding import PeerFinder
from search_api.peers.ranking import WEIGHTS

ROOT = Path(__file__).parents[1]
BENCHMARK = runpy.run_path(str(ROOT / "benchmarks" / "peers.py"))
NAMES, ndcg = BENCHMARK["NAMES"], BENCHMARK["ndcg"]
JUDGED = json.loads((ROOT / "tests" / "data" / "judged_peers.json").read_text(encoding="utf-8"))[
    "institutions"
]
REPORT = ROOT.parent / "shared" / "corpus" / "sela-iberpyme-2007.txt"
REACHED = {"alike": 0.7, "connected": 0.9, "complementary": 0.55, "counterpart": 0.7, "combined": 0.7}
"""nDCG@5 that is held, a little under what `benchmarks/peers.py` printed."""


def test_it_holds_names_and_grades_only() -> None:
    assert len(JUDGED) == 16
    for one in JUDGED:
        assert set(one) == {"name", "lenses"}
        assert set(one["lenses"]) == set(NAMES)
        for grades in one["lenses"].values():
            assert all(len(name) < 90 and not re.search(r"[.;:]\s", name) for name in grades)
            assert set(grades.values()) <= {1, 2, 3}


def test_ndcg_is_1_for_the_ideal_order_and_0_for_strangers() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], grades) == 1
    assert ndcg(["x", "y"], grades) == 0
    assert 0 < ndcg(["c", "b", "a"], grades) < 1


@pytest.mark.skipif(not REPORT.exists(), reason="the report is not part of the project and not beside it")
def test_peers_of_the_report_are_as_good_as_measured(tmp_path: Path) -> None:
    view = GraphView(open_store(read_into(tmp_path, REPORT)))
    finder = PeerFinder(read_activity(Triples(view.store)))
    known = {iri: iri for iri in finder.activity.actors}

    def meant(name: str) -> str:
        try:
            return known[find_actor(view, name)]
        except NotFound:
            return name

    names = {name for one in JUDGED for grades in one["lenses"].values() for name in grades}
    iris = {name: meant(name) for name in names | {one["name"] for one in JUDGED}}
    for lens, least in REACHED.items():
        scores = []
        for one in JUDGED:
            grades = {iris[name]: grade for name, grade in one["lenses"][lens].items()}
            if grades:
                weights = WEIGHTS if lens == "combined" else {lens: 1.0}
                found = finder.find(iris[one["name"]], weights=weights, k=5).peers
                scores.append(ndcg([peer.iri for peer in found], grades))
        assert sum(scores) / len(scores) >= least, (lens, scores)
