"""Batches of texts of like length, and their vectors batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def encode_in_batches(
    texts: Sequence[str],
    *,
    tokenizer: Any,
    dimension: int,
    forward: Callable[[Sequence[Sequence[int]]], Vectors],
    batch_tokens: int,
    threads: int = 1,
) -> Vectors:
    """What `forward` makes of the token ids of each batch, in the order of `texts`: shape (n, dimension).

    A batch has up to `batch_tokens`, padding included; `threads` of them are worked at side by side.
    """
    vectors = np.empty((len(texts), dimension), np.float32)
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]

    def fill(batch: list[int]) -> None:
        vectors[batch] = forward([ids[i] for i in batch])

    work = list(batches([len(one) for one in ids], batch_tokens=batch_tokens))
    if threads == 1 or len(work) < 2:
        for batch in work:
            fill(batch)
        return vectors
    with ThreadPoolExecutor(min(threads, len(work))) as pool:
        for done in [pool.submit(fill, batch) for batch in work]:
            done.result()
    return vectors


def batches(lengths: Sequence[int], *, batch_tokens: int) -> Iterator[list[int]]:
    """Indices of `lengths` in groups of like length, longest first, each at most `batch_tokens` when padded.

    Longest first, so that too large a batch shows at once.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        size = max(1, batch_tokens // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size
