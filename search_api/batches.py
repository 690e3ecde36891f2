"""Batches of texts of like length."""

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], *, batch_tokens: int) -> Iterator[list[int]]:
    """Indices of `lengths` in groups of like length, longest first, each at most `batch_tokens` when padded.

    Longest first, so that a progress bar speeds up and too large a batch shows at once.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        size = max(1, batch_tokens // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size
