"""What marks a practice: cue phrases in es, pt and en, items of an enumeration, objectives.

In: a sentence, or one item of an enumeration inside it. Out: the kind of practice it tells of, by which cue,
and how sure that is. Announcements (who sponsored, when, where) and lists of attendants are none. The cues
are in `ingest/lexicon/practice_cues.tsv`; the rule of a reading is `practice-{kind}-{row of the cue}`, so
rows are added at the end of the file. What a cue `tells` is the name of a practice ("una buena práctica"), an
outcome ("permitió"), a duty ("debe", which a form demands as well) or nothing of these.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, cast

from graph.model import PracticeKind
from ingest.lexicon import pattern, rows
from ingest.pattern_scan import PatternScan
from ingest.tokens import fold_keeping_length
from ingest.transferability import is_administrative

_FEWEST_WORDS = 7
_ENUMERATION_MIN = 2
_METHODS_LAST = 0.15  # a text that tells of tools and what came of them tells of the outcome


_NUMBER = r"\s+\(?(?:[ivx]{1,4}|[a-h]|\d{1,2})[\).]"
_MARK = re.compile(rf"{_NUMBER}(?=\s)")
_ITEM = re.compile(rf"(?:(?<=[:;,.])|(?<=\by)|(?<=\be)|(?<=\band)|\A){_NUMBER}\s+")


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: PracticeKind
    weight: float
    tells: str
    rule: str


class Piece(NamedTuple):
    """A piece of a sentence, by its offsets in it."""

    start: int
    end: int


class PracticeReading(NamedTuple):
    """What kind of practice a piece tells of, by which rule, and how sure that is; `tells` as in the cues."""

    kind: PracticeKind
    rule: str
    confidence: float
    tells: str = ""


def pieces(text: str) -> list[Piece]:
    """The items of an enumeration in a sentence ("i) …; ii) …"), or the sentence whole."""
    folded = fold_keeping_length(text)
    if len(_MARK.findall(folded)) < _ENUMERATION_MIN:
        return [Piece(0, len(text))]  # so it is with most sentences, and quick to see
    marks = list(_ITEM.finditer(folded))
    if len(marks) < _ENUMERATION_MIN:
        return [Piece(0, len(text))]
    found = []
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        item = text[mark.end() : end]
        item = re.sub(r"[;,]?\s*(?:\b[ye]|\band)?\s*\Z", "", item)
        if item.strip():
            found.append(Piece(mark.end(), mark.end() + len(item)))
    return found


def is_objective(text: str) -> bool:
    """Whether a sentence states an objective."""
    return bool(pattern("objective").search(fold_keeping_length(text)))


def objective_start(text: str) -> int | None:
    """Offset of what is aimed at in "El objetivo del taller fue …"; None where the sentence does not start
    so.
    """
    lead = pattern("objective_lead").match(fold_keeping_length(text))
    return lead.end() if lead else None


def read_practice(text: str, *, fewest_words: int = _FEWEST_WORDS) -> PracticeReading | None:
    """The kind of practice that `text` tells of, if any: the cue of most weight, the earlier in a tie."""
    folded = fold_keeping_length(text)
    if len(folded.split()) < fewest_words:
        return None
    first: dict[_Cue, int] = {}
    for start, _, cue in _cues().find(folded):
        first.setdefault(cue, start)
    best: tuple[float, int, _Cue] | None = None
    count = 0
    for cue, start in first.items():
        if cue.tells == "duty" and is_administrative(text):
            continue
        count += 1
        candidate = (cue.weight - (_METHODS_LAST if cue.kind == "methodology" else 0), -start, cue)
        if best is None or candidate[:2] > best[:2]:
            best = candidate
    if best is None:
        return None
    cue = best[2]
    confidence = round(min(0.95, 0.5 + 0.25 * cue.weight + 0.1 * (count - 1)), 3)
    return PracticeReading(cue.kind, cue.rule, confidence, cue.tells)


@cache
def _cues() -> PatternScan[_Cue]:
    return PatternScan(
        (
            row["pattern"],
            _Cue(
                cast("PracticeKind", row["kind"]),
                float(row["weight"]),
                row["tells"],
                f"practice-{row['kind']}-{number}",
            ),
        )
        for number, row in enumerate(rows("practice_cues.tsv"), 1)
    )
