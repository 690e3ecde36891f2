"""The figures of search quality, by hand on small cases and against the gold's own scorer where it is."""

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType

import pytest

from graph.errors import ConfigurationError
from search_api.evaluation import Evaluation, grouped, read_queries, reciprocal_gain, score_query

QUERY = {
    "id": "q",
    "query": "avales",
    "lang": "es",
    "style": "direct",
    "relevant": [
        {"passage": "a", "span": [0, 100], "grade": 2},
        {"passage": "b", "span": [100, 200], "grade": 1},
    ],
}
GOLD = Path(__file__).parents[2] / "shared" / "gold"


@pytest.mark.parametrize(
    ("spans", "ndcg", "rank"),
    [
        ([(0, 100), (100, 200)], 1.0, 1.0),
        ([(100, 200), (0, 100)], 0.797, 0.5),
        ([], 0.0, 0.0),
        ([(300, 400)], 0.0, 0.0),
        ([(0, 40), (50, 90), (100, 200)], 1.0, 1.0),
        ([(90, 120)], 0.275, 0.0),
    ],
)
def test_gain_of_a_run(spans: list[tuple[int, int]], ndcg: float, rank: float) -> None:
    score = score_query(QUERY, spans)

    assert score.ndcg == pytest.approx(ndcg, abs=0.001)
    assert score.reciprocal_rank == rank


def test_one_relevant_passage() -> None:
    assert [reciprocal_gain(rank) for rank in (0, None, 10)] == [1.0, 0.0, 0.0]


def test_means_are_by_language_and_style() -> None:
    scores = (score_query(QUERY, [(0, 100), (100, 200)]), score_query({**QUERY, "lang": "pt"}, []))
    found = grouped(Evaluation(scores))

    assert list(found) == ["all", "es:direct", "pt:direct"]
    assert (found["all"]["ndcg"], found["pt:direct"]["ndcg"]) == (0.5, 0.0)
    assert Evaluation(scores).worst(1)[0].group == "pt:direct"


def test_a_file_that_is_no_query_file_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text("[]")
    with pytest.raises(ConfigurationError, match=r"q\.json"):
        read_queries(tmp_path / "q.json")


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold beside the project is not there")
def test_figures_are_those_of_the_gold_s_scorer() -> None:
    scorer = _load(GOLD / "score_search.py")
    queries = json.loads((GOLD / "queries-dev.json").read_text(encoding="utf-8"))["queries"]
    draw = random.Random(0)
    for query in queries:
        spans = [r["span"] for r in query["relevant"]] + [[n, n + 300] for n in range(0, 9000, 450)]
        draw.shuffle(spans)
        theirs = scorer.evaluate(query, [{"span": span} for span in spans])
        ours = score_query(query, spans)
        assert (ours.ndcg, ours.recall, ours.reciprocal_rank) == pytest.approx(
            (theirs["ndcg@10"], theirs["recall@10"], theirs["mrr"])
        )


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
