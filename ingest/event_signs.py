"""What speaks for a phrase naming an event that the text tells of, and how likely that makes it.

In: the mentions of one would-be event, each a phrase in its sentence. Out: signs, by name, and the likelihood
that a reader would call it an event of the document. The weights are learned from annotated documents
(`benchmarks/train_events.py`; `lexicon/event_weights.toml` says which): a sign of any mention counts for all.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property

from ingest.event_phrases import EventPhrase
from ingest.event_titles import editions_in, title_key
from ingest.lexicon import event_weights, pattern, words
from ingest.reading import Reading, Sentence, Unit
from ingest.roles import find_cues
from ingest.tokens import fold_keeping_length

Signs = Mapping[str, float]

_SUPPORT = frozenset({"dated", "placed", "held", "to-come", "takes-part", "run-by", "edition", "first"})
"""Signs of which an event that the text tells of has one nearly always."""

_SPOKEN_OF = 1500
"""Characters behind a phrase within which "the event" may be its."""

_LONGEST_HEADLINE = 140

_MARKS = "[*_“«\"'‘ "
"""What may stand between a phrase and the words before it: quotes, signs of links and bold letters."""

_NEAR = 120
"""Characters within which a place or a role belongs to a phrase."""


class Surroundings:
    """What a whole document says that bears on its phrases: its title, and where it says "the event"."""

    def __init__(self, reading: Reading) -> None:
        self._units = reading.units

    @cached_property
    def title(self) -> frozenset[str]:
        """Words of the title, where the document has one."""
        first = self._units[0] if self._units else None
        return title_key(first.text) if first is not None and first.segment.kind == "heading" else frozenset()

    @cached_property
    def _anaphors(self) -> tuple[list[int], list[str]]:
        starts, nouns = [], []
        for unit in self._units:
            for match in pattern("event_anaphor").finditer(fold_keeping_length(unit.text)):
                starts.append(unit.segment.clean.start + match.start())
                nouns.append(match.group().split()[-1])
        return starts, nouns

    def said_again(self, end: int, phrase: EventPhrase) -> bool:
        """Whether the text behind a phrase speaks of "este foro", "the event"."""
        starts, nouns = self._anaphors
        heads = set(fold_keeping_length(phrase.title).split()) | words("any_event")
        first = bisect_right(starts, end)
        last = bisect_right(starts, end + _SPOKEN_OF)
        return any(noun in heads for noun in nouns[first:last])


def signs_of(
    sentence: Sentence,
    phrase: EventPhrase,
    following: Sentence | None,
    *,
    unit: Unit,
    inside: bool,
    around_it: Surroundings,
) -> Signs:
    """The signs of one mention, each 0 to 1.

    `following` is the sentence that tells when, if any; `inside` says that the mention stands in the block of
    an announced event.
    """
    folded = fold_keeping_length(sentence.text)
    before = folded[max(0, phrase.start - 45) : phrase.start].rstrip(_MARKS)
    after = folded[phrase.end : phrase.end + 60]
    around = folded[max(0, phrase.start - 90) : phrase.end + 160]
    dates = [d for d in sentence.dates if not d.weak]
    places = [p for p in sentence.places if p.kind == "city" and not p.embedded]
    lower = phrase.strength == "lower"
    heading = unit.segment.kind == "heading"
    key = title_key(phrase.title)
    core = key - editions_in(key) - words("generic_event_words")
    at = sentence.start + phrase.start - unit.segment.clean.start
    length = max(1, len(unit.text) - unit.lead)
    signs = {
        phrase.strength: True,
        "named": phrase.quoted,
        "edition": phrase.ordinal,
        "edition-capital": phrase.ordinal and not lower,
        "year-in-title": bool(re.search(r"\b(?:19|20)\d\d\b", phrase.title)),
        "short": len(title_key(phrase.title)) <= 1,
        "long": not lower and len(title_key(phrase.title)) >= 4,
        "long-lower": lower and len(title_key(phrase.title)) >= 4,
        "shouted": phrase.title.isupper() and not heading,
        "dated": bool(dates) or following is not None,
        "dated-lower": (bool(dates) or following is not None) and lower,
        "dated-near": any(
            -80 <= d.span.start - phrase.end <= 80 or 0 <= phrase.start - d.span.end <= 60 for d in dates
        ),
        "placed": any(abs(p.span.start - phrase.end) < _NEAR for p in places)
        or bool(following and following.places),
        "held": bool(pattern("held").search(around)) or following is not None,
        "to-come": bool(pattern("to_come").search(around)),
        "happens-right-before": bool(pattern("held").search(before) or pattern("to_come").search(before)),
        "happens-right-after": bool(pattern("held").search(after) or pattern("to_come").search(after)),
        "takes-part": bool(pattern("takes_part_in").search(before)),
        "run-by": any(
            c.role in {"organiser", "sponsor", "host"}
            and c.side == "after"
            and -5 <= c.start - phrase.end < 60
            for c in find_cues(sentence.text)
        ),
        "indefinite": bool(
            re.search(
                r"\b(?:un[oa]?s?|uma?s?|an?|outr[oa]s?|otr[oa]s?|algun[oa]?s|several|other|another)"
                r"(?: \w+)?\s*\Z",
                before,
            )
        ),
        "definite": bool(re.search(r"\b(?:el|la|los|las|[oa]s?|the|do|da|del|no|na|al|ao)\s*\Z", before)),
        "heading": heading,
        "first": sentence.unit == 0,
        "opening": heading and sentence.unit < 3,
        "whole": phrase.end - phrase.start >= 0.8 * length,
        "opens": at - unit.lead <= 3 and unit.segment.kind != "table-cell",
        "headline": not heading and len(sentence.text) < _LONGEST_HEADLINE and unit.text[-1:] not in ".:;?!",
        "title-again": not (heading and sentence.unit == 0)
        and len(core & around_it.title) >= max(1, 0.6 * len(core)),
        "said-again": around_it.said_again(sentence.start + phrase.end, phrase),
        "we": bool(pattern("we_hold").search(before)),
        "time-told": bool(pattern("time_told").search(around)),
        "in-name": any(m.start <= phrase.start and phrase.end <= m.end for m in sentence.mentions),
        "acronym": bool(re.match(r"\s*[-–(]\s*[A-Z]", sentence.text[phrase.end : phrase.end + 8])),
        "of-something": bool(re.search(r"\b(?:de|del|da|do|of)(?: (?:la|the))?\s*\Z", before)),
        "past": bool(
            re.search(r"\b(?:anterior|pasad[oa]|ultim[oa]|desde|previous|passad[oa]|since)\b", before)
        ),
        "list-item": unit.segment.kind == "list-item",
        "cell": unit.segment.row is not None,
        "inside": inside,
        "session": phrase.type in {"panel", "mesa redonda", "diálogo"},
        "title-noun": phrase.type in {"premio", "ciclo", "agenda", "jurado", "otro"},
        "generic-capital": phrase.strength == "strong"
        and not (phrase.ordinal or phrase.quoted)
        and all(w in words("generic_event_words") for w in title_key(phrase.title)),
    }
    return {name: float(value) for name, value in signs.items() if value}


def together(mentions: Iterable[Signs]) -> dict[str, float]:
    """The signs of all mentions of one would-be event: each the most that a mention has."""
    listed = list(mentions)
    signs: dict[str, float] = {}
    for mention in listed:
        for name, value in mention.items():
            signs[name] = max(value, signs.get(name, 0.0))
    signs["mentions"] = min(1.0, math.log2(max(1, len(listed))) / 3)
    if not signs.keys() & _SUPPORT:
        signs["unsupported"] = 1.0
        signs["unsupported-lower"] = signs.get("lower", 0.0)
    return signs


def likelihood(mentions: Iterable[Signs]) -> float:
    """How likely the mentions name an event of the document: 0 to 1, a logistic of their signs."""
    weights = event_weights()
    score = weights["bias"] + sum(
        weights.get(name, 0.0) * value for name, value in together(mentions).items()
    )
    return 1.0 / (1.0 + math.exp(-score))
