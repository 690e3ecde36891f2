"""The figures of search quality, by hand on small cases and against the gold's own scorer where it is."""

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType

import pytest

from graph.errors import ConfigurationError
from search_api.search.entries import Ref
from search_api.search.evaluation import (
    Evaluation,
    evaluate,
    grouped,
    read_queries,
    reciprocal_gain,
    report,
    score_query,
    tables,
)
from search_api.search.query_understanding import Interpretation
from search_api.search.results import Hit, Place, SearchRequest, SearchResponse

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

    assert list(found) == ["all", "es:", "pt:", ":direct", "es:direct", "pt:direct"]
    assert [found[name]["ndcg"] for name in ("all", "es:", "pt:", ":direct", "pt:direct")] == [
        0.5,
        1,
        0,
        0.5,
        0,
    ]
    assert [found[name]["queries"] for name in ("all", "es:", ":direct")] == [2, 1, 2]
    assert Evaluation(scores).worst(1)[0].group == "pt:direct"


class Told:
    """Answers every query with the same hits."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = hits

    def search(self, request: SearchRequest) -> SearchResponse:
        return SearchResponse(
            len(self.hits), self.hits, {}, Interpretation(request.text), nothing_relevant="?" in request.text
        )


def hit(document: str, span: tuple[int, int], *also: tuple[str, tuple[int, int]]) -> Hit:
    return Hit(
        *("id", "passage", "slug", "title", "text", (), 1.0, ()),
        *(Ref(document, document, document), span, None, None, (), ()),
        also_in=tuple(Place(Ref(name, name, name), where, None) for name, where in also),
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files about two documents, the second with queries that have no answer."""
    unanswered = [{**QUERY, "id": text, "query": text, "relevant": []} for text in ("xyzzy?", "avales")]
    for name, queries in (("one", [QUERY]), ("two", [{**QUERY, "lang": "pt"}, *unanswered])):
        content = {"document": f"{name}.md", "queries": queries}
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return [tmp_path / "one.json", tmp_path / "two.json"]


def test_results_count_in_the_document_that_a_file_names(files: list[Path]) -> None:
    found = evaluate(Told(hit("one", (0, 100)), hit("one", (100, 200))), *files)

    assert [score.ndcg for score in found.queries] == [1.0, 0.0]


def test_a_result_of_another_document_takes_a_place(files: list[Path]) -> None:
    found = evaluate(Told(hit("other", (0, 100)), hit("one", (0, 100))), files[0])

    assert found.mean("reciprocal_rank") == 0.5


def test_a_result_that_is_told_in_the_document_too_counts(files: list[Path]) -> None:
    found = evaluate(Told(hit("other", (500, 600), ("one", (0, 100)))), files[0])

    assert found.mean("reciprocal_rank") == 1.0


def test_queries_without_an_answer_are_told_apart(files: list[Path]) -> None:
    found = evaluate(Told(hit("one", (0, 100))), *files)
    told = report(found, worst=1)["nothing_relevant"]

    assert len(found.queries) == told["answered"] == 2
    assert (told["unanswered"], told["unanswered_flagged"], told["answered_flagged"]) == (2, 1, 0)
    assert told["missed"] == ["avales"]
    assert "1 of 2 queries without an answer, 0 of 2 with one" in tables(found, worst=1)


def test_a_document_that_the_collection_lacks_is_told(files: list[Path]) -> None:
    with pytest.raises(ConfigurationError, match=r"two\.json.*'two'"):
        evaluate(Told(), *files, known=("one",))


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
