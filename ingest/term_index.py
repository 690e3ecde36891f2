"""Terms of one or more words, and where they are in a run of words, also one inside another."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

V = TypeVar("V")


class TermMatch(NamedTuple, Generic[V]):
    """The words `start` to `end` (the last not included) are a term that stands for `value`."""

    start: int
    end: int
    value: V


class TermIndex(Generic[V]):
    """Terms as a tree of their words, so that a search looks at each word of a text once or a few times."""

    def __init__(self, terms: Iterable[tuple[Sequence[str], V]]) -> None:
        """`terms`: (words, value). A term may stand for several values; none is without words."""
        self._root: dict[str, Any] = {}
        for words, value in terms:
            node = self._root
            for word in words:
                node = node.setdefault(word, {})
            # No word is empty, so the values of the term that ends here have that place.
            values = node.setdefault("", [])
            if value not in values:
                values.append(value)

    def matches(self, words: Sequence[str]) -> Iterator[TermMatch[V]]:
        """Every term in `words`, in order of its start, then of its end."""
        for start in range(len(words)):
            node = self._root
            for at in range(start, len(words)):
                if words[at] not in node:
                    break
                node = node[words[at]]
                for value in node.get("", ()):
                    yield TermMatch(start, at + 1, value)


def longest_apart(matches: Iterable[TermMatch[V]]) -> list[TermMatch[V]]:
    """The matches without those that overlap a longer one, or an earlier one of the same length, in order."""
    kept: list[TermMatch[V]] = []
    taken: set[int] = set()
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start)):
        words = range(match.start, match.end)
        if taken.isdisjoint(words):
            kept.append(match)
            taken.update(words)
    return sorted(kept)
