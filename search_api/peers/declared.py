"""Offers and needs as vectors: what institutions declare, to be compared with each other and with questions.

Each text is kept as a passage and as a query, since a model such as E5 compares a question with what may
answer it: a need (as a query) with offers (as passages), an offer (as a query) with needs (as passages).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.declarations import Declared
from graph.errors import SnapshotError

if TYPE_CHECKING:
    from search_api.embedding.cache import EmbeddingCache
    from search_api.embedding.encoder import Encoder

_TEXTS, _PASSAGES, _QUERIES = "declared.json", "declared_passages.npy", "declared_queries.npy"


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredVectors:
    """What is declared, with a row of unit length for each, shape (declared, dimension), in both forms."""

    declared: tuple[Declared, ...]
    passages: NDArray[np.float32]
    queries: NDArray[np.float32]


def build_declared(
    declared: Sequence[Declared], encoder: "Encoder", folder: Path, *, cache: "EmbeddingCache | None" = None
) -> None:
    """Write what is declared and its vectors into the folder of an index. Raises ModelError."""
    from search_api.embedding.encoder import encode_with_cache

    texts = [one.text for one in declared]
    empty = np.zeros((0, encoder.dimension), np.float32)
    passages = encode_with_cache(encoder, texts, cache) if texts else empty
    queries = encoder.encode_queries(texts) if texts else empty
    np.save(folder / _PASSAGES, passages.astype(np.float32))
    np.save(folder / _QUERIES, queries.astype(np.float32))
    told = json.dumps([asdict(one) for one in declared], ensure_ascii=False)
    (folder / _TEXTS).write_text(told, encoding="utf-8")


def open_declared(folder: Path) -> DeclaredVectors:
    """Read them back; nothing is declared in an index that is older than they are.

    Raises SnapshotError where they are damaged.
    """
    if not (folder / _TEXTS).is_file():
        return DeclaredVectors((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    try:
        told: list[dict[str, Any]] = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
        plain: list[dict[str, Any]] = [
            {k: tuple(v) if isinstance(v, list) else v for k, v in one.items()} for one in told
        ]
        return DeclaredVectors(
            tuple(Declared(**one) for one in plain),
            np.load(folder / _PASSAGES),
            np.load(folder / _QUERIES),
        )
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotError(
            f"{folder / _TEXTS}: cannot be read ({error}); make it again with: redpyme ingest --rebuild"
        ) from error
