"""Practices while they are read: where one is told, and what its text says of the four fields."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.model import PracticeKind
from ingest.practice_labels import PracticeField
from ingest.reading import Sentence
from ingest.transferability import Finding, findings

_LABELLED = 0.9
"""Confidence of a value that stands under its label."""


@dataclass(slots=True, eq=False)
class PracticeDraft:
    """A practice being read, `start` to `end` in the clean text. `found` has clean offsets.

    `tells` is what its cue tells (see `ingest.practice_cues`).
    """

    kind: PracticeKind
    rule: str
    confidence: float
    start: int
    end: int
    tells: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def extend(self, sentence: Sentence, found: Iterable[Finding] = ()) -> None:
        """Take a sentence in, with what it says of the fields."""
        self.start = min(self.start, sentence.start)
        self.end = max(self.end, sentence.end)
        self.sentences.append(sentence)
        self.found += found


class Sections(NamedTuple):
    """The practices read so far, and the starts of the sentences they took."""

    drafts: list[PracticeDraft]
    used: set[int]


def findings_in(
    sentence: Sentence, *, language: str, start: int = 0, end: int | None = None
) -> list[Finding]:
    """What a sentence, or a piece of it, says of the four fields, with clean offsets."""
    at = sentence.start + start
    return [
        f._replace(start=at + f.start, end=at + f.end)
        for f in findings(sentence.text[start:end], language=language)
    ]


def labelled(
    sentence: Sentence, name: PracticeField, rule: str, *, start: int = 0, end: int | None = None
) -> Finding:
    """A sentence, or a piece of it, as the value of the field whose label it stands under."""
    stop = sentence.end if end is None else sentence.start + end
    return Finding(name, sentence.start + start, stop, rule, _LABELLED)
