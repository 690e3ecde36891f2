"""How near a text is in meaning to everything that has an embedding, as one number from 0 to 1.

It is the dense part of a search, of the same vectors: the cosine of text and node and that of the text and
the node's best sentence, each as a z-score against a sample of the collection's passages, in equal parts. A
bare cosine says little: E5 gives almost any two texts 0.7 to 0.9, a question in another language less than
one in the same, a vague one more than an exact one. With one threshold for questions in Spanish and English
on three collections, `benchmarks/similarity.py` reaches F1 0.79 by these z-scores and 0.53 by the cosine.

A logistic curve brings z-scores to 0 … 1: 0.12 is as near as passages are on average, 0.5 two deviations
nearer, 0.85 nearly four. The sample is of the snapshot, so values of two snapshots are alike and not equal.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.settings import Settings
from graph.snapshots import Snapshot
from search_api.embedding.encoder import Encoder, load_encoder
from search_api.search import ranking
from search_api.search.index import SearchIndex, open_index
from search_api.search.vectors import VectorIndex

Floats = NDArray[np.float32]
CENTRE: Final = 2.0
"""Deviations over the average that make 0.5: about where an answer begins to be likelier than not."""
_STEP: Final = 8192  # entries at a time: some 12 MB of vectors and twice that of sentences


def similarities(vectors: VectorIndex, query: Floats) -> Floats:
    """The similarity of the query, shape (d,), to every entry of the index, in its order, from 0 to 1."""
    background = vectors.background(query, share=1.0)
    found = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _STEP):
        ids = np.arange(start, min(start + _STEP, len(vectors)), dtype=np.int64)
        cosines = vectors.similarities(query, ids)
        sentences = vectors.best_sentences(query, ids, cosines)
        found[ids] = ranking.dense_scores(
            ranking.standardise(cosines, background.mean, background.deviation),
            ranking.standardise(sentences, background.sentence_mean, background.sentence_deviation),
        )
    return calibrated(found)


def calibrated(dense: Floats) -> Floats:
    """Dense scores (z-scores) as similarities from 0 to 1."""
    return np.asarray(1 / (1 + np.exp(CENTRE - dense)), np.float32)


def comparison(index: SearchIndex, encoder: Encoder) -> Callable[[str], bytes]:
    """What `graph.query` asks: the similarity of a text to all nodes of the node table, as float64.

    Six decimals, which say more than vectors of half floats can tell, and less than a reader has to skip.
    """

    def compare(text: str) -> bytes:
        query = encoder.encode_queries([" ".join(text.split())])[0]
        return similarities(index.vectors, query).astype(np.float64).round(6).tobytes()

    return compare


def open_comparison(snapshot: Snapshot, settings: Settings) -> Callable[[str], bytes]:
    """`comparison` for a snapshot, with the model of the settings.

    Raises ModelError, IndexModelMismatch and SnapshotError.
    """
    encoder = load_encoder(settings.model, cache=settings.cache)
    return comparison(open_index(snapshot.index_path, encoder), encoder)
