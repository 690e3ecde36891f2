"""Where any of many patterns match in a text, without trying each of them at each letter.

One search, of all patterns as alternatives, finds the words at which some pattern matches; only there each is
tried. A sentence of a report has few such words, so that a hundred patterns take a tenth of the time that a
hundred searches take.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from ingest.alternatives import by_letter

V = TypeVar("V")


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
        self._patterns = [(re.compile(source), value) for source, value in listed]
        self._any = re.compile(rf"(?<!\w)(?={by_letter(source for source, _ in listed)})")

    def is_in(self, text: str, start: int, end: int) -> bool:
        """Whether one of the patterns matches between two offsets, as if the text ended at the second."""
        return self._any.search(text, start, end) is not None

    def starts(self, text: str) -> list[int]:
        """Offsets of the words at which one of the patterns matches, in order."""
        return [match.start() for match in self._any.finditer(text)]

    def find(self, text: str) -> Iterator[Found[V]]:
        """Matches in order of their start, then of the patterns; those of one pattern do not overlap."""
        free_from = [0] * len(self._patterns)
        for start in self.starts(text):
            for number, (pattern, value) in enumerate(self._patterns):
                if start >= free_from[number] and (match := pattern.match(text, start)):
                    free_from[number] = match.end()
                    yield Found(start, match.end(), value)
