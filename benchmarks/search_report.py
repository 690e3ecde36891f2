"""Search on the report: words alone, vectors alone, and the product, on graded queries.

    python benchmarks/search_report.py [QUERIES.json] [--workspace FOLDER] [--document SLUG] [--worst N]

Without a workspace, the report is read into one that is thrown away. With one document in it, that is the
one searched through the engine; else name it.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from graph.errors import ConfigurationError
from graph.settings import Settings, load_settings
from graph.snapshots import Snapshot
from graph.workspace import Workspace
from search_api.embedding.encoder import load_encoder
from search_api.publishing.build import ingest_paths
from search_api.search.engine import SearchEngine
from search_api.search.evaluation import FETCHED, Evaluation, evaluate, read_queries, score_query
from search_api.search.index import SearchIndex, open_index

SHARED = Path(__file__).parents[2] / "shared"
QUERIES = SHARED / "gold" / "queries-dev.json"
REPORT = SHARED / "corpus" / "sela-iberpyme-2007.txt"


def baselines(
    index: SearchIndex, vectors: np.ndarray, queries: list[dict[str, object]], document: str
) -> dict[str, Evaluation]:
    """BM25 over the passages' own words, and cosine of their vectors, without anything else."""
    of_document = index.columns.labels["document"].having([document])
    positions = np.flatnonzero(index.columns.of_kind("passage") & of_document)
    spans = [index.entries[int(n)].span for n in positions]
    found: dict[str, list] = {"words alone (BM25)": [], "vectors alone": []}
    for query, vector in zip(queries, vectors, strict=True):
        words = index.lexical.scores(index.lexical.interpret(str(query["query"])))[positions]
        dense = index.vectors.similarities(vector, positions)
        for name, scores in zip(found, (words, dense), strict=True):
            ranked = [
                spans[n] for n in np.argsort(-scores, kind="stable")[:FETCHED] if name[0] == "v" or scores[n]
            ]
            found[name].append(score_query(query, [span for span in ranked if span is not None]))
    return {name: Evaluation(tuple(scores)) for name, scores in found.items()}


def show(name: str, evaluation: Evaluation) -> None:
    """One line: means over all queries, and nDCG@10 of each group."""
    groups = "  ".join(f"{group} {evaluation.mean(group=group):.3f}" for group in evaluation.groups())
    print(
        f"{name:20} nDCG@10 {evaluation.mean():.3f}  recall@10 {evaluation.mean('recall'):.3f}  "
        f"MRR {evaluation.mean('reciprocal_rank'):.3f}   {groups}"
    )


def main() -> None:
    """Print the figures."""
    settings = load_settings()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("queries", nargs="?", type=Path, default=QUERIES)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--document")
    parser.add_argument("--worst", type=int, default=5)
    options = parser.parse_args()
    if options.workspace is not None:
        measure(options, Workspace(options.workspace).current(), settings)
        return
    with tempfile.TemporaryDirectory() as folder:
        passing = settings.model_copy(update={"workspace": Path(folder)})
        ingest_paths([REPORT], settings=passing)
        measure(options, Workspace(folder).current(), settings)


def measure(options: argparse.Namespace, snapshot: Snapshot | None, settings: Settings) -> None:
    if snapshot is None:
        raise ConfigurationError(f"{options.workspace} has no snapshot: ingest the report first")
    slugs = list(snapshot.manifest.documents)
    document = options.document or next((slug for slug in slugs if "iberpyme-2007" in slug), slugs[0])
    encoder = load_encoder(settings.model, cache=settings.cache)
    index = open_index(snapshot.index_path, encoder)
    queries = read_queries(options.queries)
    print(f"{document}, {len(index)} entries, {len(queries)} queries, {encoder.id}")
    vectors = encoder.encode_queries([str(query["query"]) for query in queries])
    for name, evaluation in baselines(index, vectors, queries, document).items():
        show(name, evaluation)
    engine = SearchEngine(index, encoder)
    began = time.perf_counter()
    evaluation = evaluate(engine, options.queries, document=document if len(slugs) > 1 else None)
    seconds = time.perf_counter() - began
    show("product", evaluation)
    print(f"{1000 * seconds / len(queries):.1f} ms a query with its encoding")
    for query in evaluation.worst(options.worst):
        print(f"  {query.ndcg:.3f} {query.id} {query.group} {query.text}")


if __name__ == "__main__":
    main()
