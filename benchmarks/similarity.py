"""Meaning inside SPARQL: what a value of rp:similarity means, and what it costs.

    python benchmarks/similarity.py [--nodes N] [--skip-thresholds] [--skip-cost]

Thresholds: of all pairs of a question and a passage, which are an answer? One threshold for three collections
together: graded questions about the 2007 report (Spanish), and XQuAD's questions in Spanish and in English
over paragraphs in Spanish. Beside rp:similarity stands the bare cosine of text and passage. The area under
the curve of precision and recall tells how well the values tell answers apart, whatever the threshold.

Cost: a synthetic graph of N passages (100,000) with an embedding each, three sentences in most, the vectors
random; a server as `redpyme serve` runs it, asked over HTTP. Medians in ms, each query new to the server.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pyoxigraph import Literal, NamedNode, Quad
from retrieval_sets import DATA, SETS, read
from search_report import QUERIES as QUESTIONS
from search_report import REPORT
from sparql import PROLOGUE, Engine, free_port, over_http

from graph.cache import user_cache
from graph.settings import load_settings
from graph.workspace import Workspace
from ontology.namespaces import GRAPH, ID, RDF, RP
from search_api.embedding.encoder import EmbeddingCache, Encoder, load_encoder
from search_api.publishing.build import ingest_paths
from search_api.search.entries import IndexEntry
from search_api.search.evaluation import read_queries, score_query
from search_api.search.index import SearchIndex, open_index, write_index
from search_api.search.similarity import similarities

DRAWN = 300
SHOWN = (0.5, 0.7, 0.85, 0.95)


class Pairs(NamedTuple):
    """All pairs of a question and a passage: both values, and whether the passage answers."""

    similarity: np.ndarray
    cosine: np.ndarray
    answers: np.ndarray

    @classmethod
    def of(
        cls, index: SearchIndex, passages: np.ndarray, vectors: np.ndarray, answers: np.ndarray
    ) -> "Pairs":
        """`vectors` of the questions; `answers` has a row a question and a column a passage."""
        return cls(
            np.concatenate([similarities(index.vectors, vector)[passages] for vector in vectors]),
            np.concatenate([index.vectors.similarities(vector, passages) for vector in vectors]),
            answers.ravel(),
        )


def precision_recall(values: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision and recall at every value as threshold, the highest first."""
    order = np.argsort(-values, kind="stable")
    found = np.cumsum(answers[order])
    return found / np.arange(1, len(order) + 1), found / max(1, answers.sum()), values[order]


def of_report(encoder: Encoder, folder: Path) -> Pairs:
    """The report's passages and the questions about it; a passage of grade 2 is an answer."""
    settings = load_settings().model_copy(update={"workspace": folder})
    ingest_paths([REPORT], settings=settings)
    snapshot = Workspace(folder).current()
    assert snapshot is not None
    index = open_index(snapshot.index_path, encoder)
    passages = np.flatnonzero(index.columns.of_kind("passage"))
    spans = [index.entries[int(n)].span for n in passages]
    questions = read_queries(QUESTIONS)
    answers = []
    for question in questions:
        best = {**question, "relevant": [r for r in question["relevant"] if r["grade"] == 2]}
        # A span found alone has a gain where it stands for a passage that answers.
        answers.append([bool(best["relevant"]) and score_query(best, [s]).ndcg > 0 for s in spans if s])
    vectors = encoder.encode_queries([str(question["query"]) for question in questions])
    return Pairs.of(index, passages, vectors, np.array(answers))


def of_set(name: str, encoder: Encoder, cache: EmbeddingCache, folder: Path) -> Pairs:
    """Paragraphs of a set and questions drawn from it; a question's own paragraph is the answer."""
    asked, told, _, _ = SETS[name]
    paragraphs, _ = read(DATA / told)
    _, questions = read(DATA / asked)
    chosen = np.random.default_rng(0).choice(len(questions), DRAWN, replace=False)
    questions = [questions[n] for n in chosen]
    entries = [
        IndexEntry(iri=str(n), kind="passage", slug=str(n), title="", text=text, unit=str(n))
        for n, text in enumerate(paragraphs)
    ]
    write_index(entries, encoder, folder, cache=cache)
    index = open_index(folder, encoder)
    every = np.arange(len(index))
    answers = np.array([every == relevant for _, relevant in questions])
    return Pairs.of(index, every, encoder.encode_queries([text for text, _ in questions]), answers)


def show_thresholds() -> None:
    """Print how well one threshold does on all collections, and what some of them give on each."""
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    with tempfile.TemporaryDirectory() as scratch, EmbeddingCache(user_cache(settings.cache)) as cache:
        found = {"the report": of_report(encoder, Path(scratch) / "workspace")}
        for name in ("xquad-es", "xquad-en"):
            found[name] = of_set(name, encoder, cache, Path(scratch) / name)
    found["all"] = Pairs(*(np.concatenate(parts) for parts in zip(*found.values(), strict=True)))
    for name, pairs in found.items():
        print(f"{name}: {len(pairs.answers):,} pairs, {int(pairs.answers.sum())} of them with an answer")
        for kind, values in (("rp:similarity", pairs.similarity), ("bare cosine", pairs.cosine)):
            precision, recall, at = precision_recall(values, pairs.answers)
            area = float(np.sum(np.diff(recall, prepend=0.0) * precision))
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
            best = int(f1.argmax())
            print(
                f"  {kind:14} area {area:.3f}  best F1 {f1[best]:.3f} at {at[best]:.3f} "
                f"(precision {precision[best]:.2f}, recall {recall[best]:.2f})"
            )
        for threshold in SHOWN:
            above = pairs.similarity > threshold
            right = int((above & pairs.answers).sum())
            print(
                f"    > {threshold:<5} precision {right / max(1, int(above.sum())):.2f}  "
                f"recall {right / int(pairs.answers.sum()):.2f}  passages a question "
                f"{above.sum() / max(1, len(above)) * 100:.2f} %"
            )


def cost_queries() -> dict[str, str]:
    """Name → query with {text} for a text that is new each time."""
    every = "?p a rp:Passage"
    return {
        "all of them, without it": f"SELECT ?p {{ {every} FILTER(STRLEN(STR(?p)) > 1000) }} # {{text}}",
        "FILTER(… > 0.85)": f'SELECT ?p {{ {every} FILTER(rp:similarity(?p, "{{text}}") > 0.85) }}',
        "ORDER BY DESC(…) LIMIT 10": f"SELECT ?p {{ {every} }} "
        'ORDER BY DESC(rp:similarity(?p, "{text}")) LIMIT 10',
        "a join with it": f'SELECT ?e (MAX(rp:similarity(?p, "{{text}}")) AS ?s) '
        f"{{ {every} ; rp:event ?e }} GROUP BY ?e ORDER BY DESC(?s) LIMIT 10",
        "of one event's passages": f'SELECT ?p (rp:similarity(?p, "{{text}}") AS ?s) '
        f"{{ ?p rp:event <{ID}event/e7> }}",
    }


def show_cost(nodes: int) -> None:
    """Print what queries cost over so many nodes."""
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        publish(folder / "workspace", nodes, encoder)
        port = free_port()
        print(f"{nodes:,} passages with embeddings of {encoder.id}; medians in ms")
        with over_http(
            "redpyme",
            [sys.executable, "-m", "search_api.cli", "serve"],
            port=port,
            path="/sparql",
            REDPYME_WORKSPACE=str(folder / "workspace"),
            REDPYME_PORT=str(port),
            REDPYME_QUERY_TIMEOUT="60",
        ) as engine:
            ready = 'ASK { ?p a rp:Passage FILTER(rp:similarity(?p, "x") > 2) }'
            engine.answer(PROLOGUE + ready)
            for name, query in cost_queries().items():
                fresh = [took(engine, query, f"fondo de garantía {name} {n}") for n in range(7)]
                known = [took(engine, query, f"fondo de garantía {name} 0", note=str(n)) for n in range(7)]
                print(
                    f"  {name:28} new text {statistics.median(fresh):8.1f}   "
                    f"text asked before {statistics.median(known):8.1f}"
                )


def took(engine: Engine, query: str, text: str, *, note: str = "") -> float:
    """Milliseconds of one answer."""
    began = time.perf_counter()
    engine.answer(PROLOGUE + query.replace("{text}", text) + f"\n# {note}")
    return (time.perf_counter() - began) * 1000


def publish(workspace: Path, nodes: int, encoder: Encoder) -> None:
    """A snapshot of so many passages, ten an event, with random vectors in the name of the encoder."""
    text = "Uno dos. Tres cuatro. Cinco seis."
    entries = [
        IndexEntry(
            iri=f"{ID}passage/p{n}",
            kind="passage",
            slug=f"p{n}",
            title="",
            text=text if n % 5 else "Uno.",
            unit=f"{ID}passage/p{n}",
        )
        for n in range(nodes)
    ]
    graph = NamedNode(GRAPH + "document/d")
    with Workspace(workspace).writer() as writer:
        writer.put_graph(
            "synthetic",
            (
                Quad(NamedNode(entry.iri), NamedNode(predicate), value, graph)
                for n, entry in enumerate(entries)
                for predicate, value in (
                    (RDF + "type", NamedNode(RP + "Passage")),
                    (RP + "text", Literal(entry.text)),
                    (RP + "event", NamedNode(f"{ID}event/e{n // 10}")),
                )
            ),
        )
        write_index(entries, RandomVectors(encoder), writer.index_path)
        writer.commit(software="benchmark", ontology="benchmark", model=encoder.id)


class RandomVectors:
    """Stands for the encoder where only the number of vectors counts."""

    def __init__(self, encoder: Encoder) -> None:
        self.id, self.dimension = encoder.id, encoder.dimension
        self._chance = np.random.default_rng(0)

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        vectors = self._chance.standard_normal((len(texts), self.dimension), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--skip-thresholds", action="store_true")
    parser.add_argument("--skip-cost", action="store_true")
    options = parser.parse_args()
    if not options.skip_thresholds:
        show_thresholds()
    if not options.skip_cost:
        show_cost(options.nodes)


if __name__ == "__main__":
    main()
