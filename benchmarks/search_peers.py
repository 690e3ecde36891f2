"""Search beside what a user would take instead: BM25 alone, and txtai, dense and hybrid, with the same model.

    python benchmarks/search_peers.py [xquad-es xquad-en squad-es report] [--questions N]

Every paragraph of a set is a passage, a question's own paragraph the one relevant; on the report the passages
are those of our index, for all alike, and the queries are graded. nDCG@10, all in one run. txtai (Apache-2.0)
is not needed to use or to test redpyme: pip install -e '.[bench]' brings it.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from retrieval_sets import DATA, SETS, read
from search_report import QUERIES, REPORT

from graph.cache import user_cache
from graph.settings import Settings, load_settings
from graph.workspace import Workspace
from search_api.embedding.embedded_model import prepare
from search_api.embedding.encoder import EmbeddingCache, Encoder, load_encoder
from search_api.embedding.model_folder import PROMPTS
from search_api.publishing.build import ingest_paths
from search_api.search.engine import SearchEngine
from search_api.search.entries import IndexEntry
from search_api.search.evaluation import DEPTH, FETCHED, read_queries, reciprocal_gain, score_query
from search_api.search.index import SearchIndex, open_index, write_index
from search_api.search.results import SearchRequest

Rank = Callable[[str, int], list[int]]
"""From a question and a count to the positions of passages, the best first."""


def bm25(index: SearchIndex, positions: np.ndarray) -> Rank:
    """Words alone, over the passages' own text."""

    def rank(question: str, count: int) -> list[int]:
        scores = index.lexical.scores(index.lexical.interpret(question))[positions]
        return [int(n) for n in np.argsort(-scores, kind="stable")[:count] if scores[n] > 0]

    return rank


def peers(texts: Sequence[str], folder: Path) -> dict[str, Rank]:
    """txtai in both kinds, or nothing where it is not installed."""
    if find_spec("txtai") is None:
        print("  txtai is not installed here: pip install -e '.[bench]'")
        return {}
    return {f"txtai {kind}": txtai(texts, folder, hybrid=kind == "hybrid") for kind in ("dense", "hybrid")}


def txtai(texts: Sequence[str], folder: Path, *, hybrid: bool) -> Rank:
    """txtai with its own settings, our model's folder and the prompts that the model wants."""
    from txtai import Embeddings

    instructions = {"query": PROMPTS["query"], "data": PROMPTS["passage"]}
    embeddings = Embeddings(path=str(folder), hybrid=hybrid, instructions=instructions, gpu=False)
    embeddings.index(list(enumerate(texts)))

    def rank(question: str, count: int) -> list[int]:
        return [int(n) for n, _ in embeddings.search(question, count)]

    return rank


def product(engine: SearchEngine) -> Rank:
    """The engine on passages whose IRIs are their positions."""

    def rank(question: str, count: int) -> list[int]:
        return [int(hit.id) for hit in engine.search(SearchRequest(question, k=count)).results]

    return rank


def show(name: str, gains: Sequence[float]) -> None:
    print(f"  {name:16} nDCG@10 {np.mean(gains):.4f}", flush=True)


def compare(name: str, count: int, encoder: Encoder, cache: EmbeddingCache, model: Path) -> None:
    """Print the figures of a question-answering set."""
    asked, told, _, _ = SETS[name]
    paragraphs, _ = read(DATA / told)
    _, questions = read(DATA / asked)
    if count < len(questions):
        chosen = np.random.default_rng(0).choice(len(questions), count, replace=False)
        questions = [questions[n] for n in chosen]
    entries = [
        IndexEntry(iri=str(n), kind="passage", slug=str(n), title="", text=text, unit=str(n))
        for n, text in enumerate(paragraphs)
    ]
    print(f"{name}: {len(questions)} questions, {len(paragraphs)} paragraphs")
    with tempfile.TemporaryDirectory() as folder:
        write_index(entries, encoder, Path(folder), cache=cache)
        index = open_index(Path(folder), encoder)
        rankings = {"BM25 alone": bm25(index, np.arange(len(index)))}
        rankings |= peers(paragraphs, model)
        rankings["product"] = product(SearchEngine(index, encoder))
        for column, rank in rankings.items():
            found = [(rank(question, DEPTH), relevant) for question, relevant in questions]
            show(column, [reciprocal_gain(ids.index(n) if n in ids else None) for ids, n in found])


def compare_report(settings: Settings, encoder: Encoder, model: Path) -> None:
    """Print the figures of the graded queries on the report."""
    queries = read_queries(QUERIES)
    with tempfile.TemporaryDirectory() as folder:
        ingest_paths([REPORT], settings=settings.model_copy(update={"workspace": Path(folder)}))
        snapshot = Workspace(folder).current()
        assert snapshot is not None
        index = open_index(snapshot.index_path, encoder)
        positions = np.flatnonzero(index.columns.of_kind("passage"))
        passages = [index.entries[int(n)] for n in positions]
        engine = SearchEngine(index, encoder)
        texts = [passage.text for passage in passages]
        rankings = {"BM25 alone": bm25(index, positions)}
        rankings |= peers(texts, model)
        print(f"report: {len(queries)} queries, {len(passages)} passages")
        for column, rank in rankings.items():
            show(column, [graded(q, [passages[n].span for n in rank(q["query"], FETCHED)]) for q in queries])
        searched = (engine.search(SearchRequest(q["query"], k=FETCHED)).results for q in queries)
        found = zip(queries, searched, strict=True)
        show("product", [graded(query, [hit.span for hit in hits]) for query, hits in found])


def graded(query: dict[str, Any], spans: Sequence[tuple[int, int] | None]) -> float:
    return score_query(query, [span for span in spans if span]).ndcg


def main() -> None:
    """Print the figures of the sets named, or of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="*", default=[*SETS, "report"], choices=[*SETS, "report", []])
    parser.add_argument("--questions", type=int, default=1500, help="questions drawn of each set")
    options = parser.parse_args()
    settings = load_settings()
    model = prepare(cache=user_cache(settings.cache))
    encoder = load_encoder(settings.model, cache=settings.cache)
    with EmbeddingCache(user_cache(settings.cache)) as cache:
        for name in options.sets:
            if name == "report":
                compare_report(settings, encoder, model)
            else:
                compare(name, options.questions, encoder, cache, model)


if __name__ == "__main__":
    main()
