"""The figures that the search has reached, frozen: it may find better, not worse.

On the sample always; on the 2007 report and on a part of XQuAD where they are beside the project.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.settings import Settings, load_settings
from graph.workspace import Workspace
from search_api.embedding.encoder import Encoder, load_encoder
from search_api.publishing.build import ingest_paths
from search_api.search.engine import SearchEngine
from search_api.search.entries import IndexEntry
from search_api.search.evaluation import evaluate, reciprocal_gain
from search_api.search.index import open_index, write_index
from search_api.search.results import SearchRequest

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
QUERIES: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "data" / "sample_queries.json").read_text(encoding="utf-8")
)["queries"]
ANSWERED = [query for query in QUERIES if query["says"]]


def settings_in(folder: Path) -> Settings:
    return load_settings().model_copy(update={"workspace": folder})


def engine_on(documents: Path, folder: Path, encoder: Encoder) -> SearchEngine:
    ingest_paths([documents], settings=settings_in(folder))
    snapshot = Workspace(folder).current()
    assert snapshot is not None
    return SearchEngine(open_index(snapshot.index_path, encoder), encoder)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    settings = load_settings()
    return load_encoder(settings.model, cache=settings.cache)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> SearchEngine:
    return engine_on(ROOT / "sample" / "documents", tmp_path_factory.mktemp("sample"), encoder)


def gain(engine: SearchEngine, query: dict[str, Any]) -> float:
    """nDCG@10 with the first passage that says what is asked for as the one relevant."""
    results = engine.search(SearchRequest(query["query"])).results
    says = [words.casefold() for words in query["says"]]
    found = (n for n, hit in enumerate(results) if any(w in hit.text.casefold() for w in says))
    return reciprocal_gain(next(found, None))


def test_the_queries_are_all_there() -> None:
    assert len(QUERIES) == 39
    assert len(ANSWERED) == 31
    assert {query["lang"] for query in QUERIES} == {"es", "pt", "en"}


@pytest.mark.parametrize(
    ("style", "reached"),
    [("direct", 0.99), ("crosslingual", 0.92), ("typo", 0.87), ("paraphrase", 0.64)],
)
def test_the_right_passage_comes_first(sample: SearchEngine, style: str, reached: float) -> None:
    gains = [gain(sample, query) for query in ANSWERED if query["style"] == style]

    assert sum(gains) / len(gains) >= reached


def test_nothing_that_is_answered_is_called_unclear(sample: SearchEngine) -> None:
    unclear = [q["query"] for q in ANSWERED if sample.search(SearchRequest(q["query"])).nothing_relevant]

    assert unclear == []


def test_half_of_what_has_no_answer_is_called_so(sample: SearchEngine) -> None:
    asked = [query["query"] for query in QUERIES if not query["says"]]
    unclear = [text for text in asked if sample.search(SearchRequest(text)).nothing_relevant]

    assert len(unclear) >= 4


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the report beside the project is not there")
def test_on_the_report(tmp_path: Path, encoder: Encoder) -> None:
    engine = engine_on(SHARED / "corpus" / "sela-iberpyme-2007.txt", tmp_path, encoder)
    found = evaluate(engine, SHARED / "gold" / "queries-dev.json")

    assert found.mean() >= 0.825
    assert found.mean(group="es:paraphrase") >= 0.62
    assert found.mean(group="pt:crosslingual") >= 0.97
    assert found.mean(group="en:crosslingual") >= 0.99


@pytest.mark.skipif(not (SHARED / "retrieval").is_dir(), reason="the sets beside the project are not there")
@pytest.mark.parametrize(("language", "reached"), [("es", 0.98), ("en", 0.96)])
def test_on_a_part_of_xquad(tmp_path: Path, encoder: Encoder, language: str, reached: float) -> None:
    """Every second question over the first forty Spanish paragraphs, which costs little."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from retrieval_sets import read
    finally:
        sys.path.pop(0)
    paragraphs, _ = read(SHARED / "retrieval" / "xquad.es.json")
    _, questions = read(SHARED / "retrieval" / f"xquad.{language}.json")
    entries = [
        IndexEntry(iri=str(n), kind="passage", slug=str(n), title="", text=text, unit=str(n))
        for n, text in enumerate(paragraphs[:40])
    ]
    write_index(entries, encoder, tmp_path)
    engine = SearchEngine(open_index(tmp_path, encoder), encoder)
    gains = []
    for question, relevant in [(q, r) for q, r in questions if r < len(entries)][::2]:
        ids = [hit.id for hit in engine.search(SearchRequest(question)).results]
        gains.append(reciprocal_gain(ids.index(str(relevant)) if str(relevant) in ids else None))

    assert sum(gains) / len(gains) >= reached
