"""Where any of many patterns match in a text, without trying each of them at each letter.

One search, of all patterns as alternatives, finds the words at which some pattern matches; only there each is
tried. A sentence of a report has few such words, so that a hundred patterns take a tenth of the time that a
hundred searches take.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from ingest.alternatives import by_letter, first_letters

V = TypeVar("V")
_Numbered = tuple[int, "re.Pattern[str]", V]
_ANY = "\0"  # stands for the letters that no pattern begins with


class Found(NamedTuple, Generic[V]):
    """A match at `start` to `end` of the pattern that stands for `value`."""

    start: int
    end: int
    value: V


class PatternScan(Generic[V]):
    """Patterns that match from the beginning of a word on, each with a value that it stands for.

    A pattern is a regular expression without back-references that matches one character at least.
    """

    def __init__(self, patterns: Iterable[tuple[str, V]]) -> None:
        listed = list(patterns)
        self._count = len(listed)
        self._by_letter: dict[str, list[_Numbered[V]]] = {}
        letters = [first_letters(source) for source, _ in listed]
        every = frozenset(_ANY).union(*(some for some in letters if some))
        for number, ((source, value), some) in enumerate(zip(listed, letters, strict=True)):
            entry = (number, re.compile(source), value)
            for letter in every if some is None else some:
                self._by_letter.setdefault(letter, []).append(entry)
        self._any = re.compile(rf"(?<!\w)(?={by_letter(source for source, _ in listed)})")

    def is_in(self, text: str, start: int, end: int) -> bool:
        """Whether one of the patterns matches between two offsets, as if the text ended at the second."""
        return self._any.search(text, start, end) is not None

    def starts(self, text: str) -> list[int]:
        """Offsets of the words at which one of the patterns matches, in order."""
        return [match.start() for match in self._any.finditer(text)]

    def find(self, text: str) -> Iterator[Found[V]]:
        """Matches in order of their start, then of the patterns; those of one pattern do not overlap."""
        free_from = [0] * self._count
        others = self._by_letter.get(_ANY, [])
        for start in self.starts(text):
            for number, pattern, value in self._by_letter.get(text[start], others):
                if start >= free_from[number] and (match := pattern.match(text, start)):
                    free_from[number] = match.end()
                    yield Found(start, match.end(), value)
