"""Search on public question-answering sets: words alone, vectors alone, and the product's fusion of both.

    python benchmarks/retrieval_sets.py [xquad-es xquad-en squad-es] [--data FOLDER] [--cache FOLDER]

Every paragraph of a set is a passage of the index, a question's own paragraph is the one relevant. The
product is the engine itself on an index of the paragraphs, with no events or themes in it. Embeddings of
paragraphs are kept in the cache, so that only the first run encodes them (2,000 for squad-es, and 8,000
sentences of theirs).
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graph.cache import user_cache
from graph.settings import load_settings
from search_api.embedding.encoder import EmbeddingCache, Encoder, load_encoder
from search_api.search.engine import SearchEngine
from search_api.search.entries import IndexEntry
from search_api.search.evaluation import DEPTH, reciprocal_gain
from search_api.search.index import open_index, write_index
from search_api.search.results import SearchRequest

DATA = Path(__file__).parents[2] / "shared" / "retrieval"
# Questions, paragraphs, how many questions are drawn; and nDCG@10 of the design's best column.
SETS = {
    "xquad-es": ("xquad.es.json", "xquad.es.json", None, 0.977),
    "xquad-en": ("xquad.en.json", "xquad.es.json", None, 0.941),
    "squad-es": ("squad-dev-v1.1-es-small.json", "squad-dev-v1.1-es-small.json", 1500, 0.872),
}


class Asked:
    """An encoder with the vectors of the questions at hand, so that no question is encoded twice."""

    def __init__(self, encoder: Encoder, questions: list[str]) -> None:
        self.id, self.dimension = encoder.id, encoder.dimension
        self._encoder = encoder
        self._known = dict(zip(questions, encoder.encode_queries(questions), strict=True))

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]  # words, for those like them
        if new:
            self._known |= zip(new, self._encoder.encode_queries(new), strict=True)
        return np.stack([self._known[text] for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoder.encode_passages(texts)


def read(path: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Paragraphs, and questions with the position of their paragraph."""
    paragraphs: list[str] = []
    questions: list[tuple[str, int]] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            questions += [(qa["question"], len(paragraphs)) for qa in paragraph["qas"]]
            paragraphs.append(paragraph["context"])
    return paragraphs, questions


def gain(scores: np.ndarray, relevant: int) -> float:
    """nDCG@10 of a full score vector; equal scores in the order of the file."""
    better = (scores > scores[relevant]) | (
        (scores == scores[relevant]) & (np.arange(len(scores)) < relevant)
    )
    return reciprocal_gain(int(better.sum()))


def run(name: str, data: Path, cache: EmbeddingCache, encoder: Encoder) -> None:
    """Print the figures of a set."""
    asked, told, drawn, known = SETS[name]
    paragraphs, _ = read(data / told)
    _, questions = read(data / asked)
    if drawn is not None:
        chosen = np.random.default_rng(0).choice(len(questions), drawn, replace=False)
        questions = [questions[n] for n in chosen]
    entries = [
        IndexEntry(iri=str(n), kind="passage", slug=str(n), title="", text=text, unit=str(n))
        for n, text in enumerate(paragraphs)
    ]
    with tempfile.TemporaryDirectory() as folder:
        write_index(entries, encoder, Path(folder), cache=cache)
        index = open_index(Path(folder), encoder)
        asked_encoder = Asked(encoder, [" ".join(question.split()) for question, _ in questions])
        engine = SearchEngine(index, asked_encoder)
        every = np.arange(len(index))
        figures: dict[str, list[float]] = {"words alone (BM25)": [], "vectors alone": [], "product": []}
        for question, relevant in questions:
            figures["words alone (BM25)"].append(
                gain(index.lexical.scores(index.lexical.interpret(question)), relevant)
            )
            vector = asked_encoder.encode_queries([" ".join(question.split())])[0]
            figures["vectors alone"].append(gain(index.vectors.similarities(vector, every), relevant))
            ids = [hit.id for hit in engine.search(SearchRequest(question, k=DEPTH)).results]
            figures["product"].append(
                reciprocal_gain(ids.index(str(relevant)) if str(relevant) in ids else None)
            )
    print(f"{name}: {len(questions)} questions, {len(paragraphs)} paragraphs; best known before: {known:.3f}")
    for column, gains in figures.items():
        print(f"  {column:20} nDCG@10 {np.mean(gains):.4f}")


def main() -> None:
    """Print the figures of the sets named, or of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="*", default=list(SETS), choices=[*SETS, []])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, help="folder of cached embeddings; the user's cache by default")
    options = parser.parse_args()
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    with EmbeddingCache(options.cache or user_cache(settings.cache)) as cache:
        for name in options.sets:
            run(name, options.data, cache, encoder)


if __name__ == "__main__":
    main()
