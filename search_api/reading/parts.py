"""A long document cut into parts that a page shows one at a time.

A part ends where a passage does, so that a heading goes with what follows it; in text that is in no passage,
at the end of a line. What a passage names makes its part shorter: each name is a link.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

#: What a part weighs at most: bytes of its page, roughly, and those of a link.
FULL, LINK = 27_000, 100
#: Characters of a part at most, whatever it weighs.
LONGEST = 16_000


def part_starts(text: str, passages: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Where each part of a text begins; `passages` are the end of each, in order, and how much it names."""
    starts, weight, before = [0], 0, 0
    for end, named in passages:
        end = min(end, len(text))
        if end <= before:
            weight += LINK * named
            continue
        own = end - before + LINK * named
        if weight and weight + own > FULL:
            starts += [*_cuts(text, starts[-1], before), before]
            weight = 0
        weight, before = weight + own, end
    starts += _cuts(text, starts[-1], len(text))
    return tuple(starts)


def number_at(starts: Sequence[int], offset: int) -> int:
    """The number, from 1, of the part that holds an offset."""
    return max(1, bisect_right(starts, offset))


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where a stretch that is longer than a part is cut: behind a line, a word, or anywhere."""
    found = []
    while end - start > LONGEST:
        least = start + LONGEST // 2
        ends = (text.rfind(mark, least, start + LONGEST) for mark in ("\n", " "))
        start = next((at + 1 for at in ends if at >= 0), start + LONGEST)
        found.append(start)
    return found
