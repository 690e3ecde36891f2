"""The programme of an event: which sentences are items of it, and which institutions such an item brings.

"9h: Painel «A lei mudou»: Ana Reis (INER), Igor Vale, Secretaria de Compras", "Mesa redonda, con la Cámara
de Comercio": whoever stands beside a person, behind a colon or behind "con" speaks there. Rule:
programme-item.
"""

import re
from collections.abc import Collection, Container

from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence, Unit
from ingest.roles import RoleReading
from ingest.tokens import fold_keeping_length

_ITEM = 0.7
"""Confidence that a body named in an item of a programme speaks at it."""

_LEAST_ITEMS = 2
"""Units that begin as items do which make what stands under a heading a programme."""

_BRIEF = 160
_LONGEST = 600  # characters of an item; longer units are prose
_OPENED = re.compile(r"[:(,]|\b(?:con|com|with|by|por)\b|\s[-–—|]\s")
_LEAD = re.compile(
    r"(?:[:;,(/–—]|,\s*(?:de|del|da|do|of|from)(?: (?:la|el|o|a|the))?|\b(?:y|e|and|con|com|with|by|por)"
    r"(?: (?:la|el|los|las|o|a|os|as|the))?(?: [a-z]+)?)\s*\Z"
)


def programme_sentences(reading: Reading) -> frozenset[int]:
    """Starts (in the clean text) of the sentences that are items of a programme."""
    found: set[int] = set()
    section: list[Unit] = []
    headed: tuple[str, ...] | None = None
    for unit in (*reading.units, None):  # the last closes what is open
        under = None if unit is None else _programme_above(unit)
        if under != headed:
            if headed is not None and sum(map(_is_item, section)) >= _LEAST_ITEMS:
                found.update(s.start for u in section for s in u.sentences if _brief(u) or _opens(s))
            section, headed = [], under
        if unit is not None and under is not None and unit.segment.kind != "heading":
            section += [unit] * (len(unit.text) <= _LONGEST)
    return frozenset(found)


def _programme_above(unit: Unit) -> tuple[str, ...] | None:
    """The headings of a unit down to the one of a programme; None where none is."""
    path = unit.segment.heading_path
    if unit.segment.kind == "heading":
        path = (*path, unit.segment.text)
    for depth, heading in enumerate(path, 1):
        if pattern("programme_heading").match(fold_keeping_length(heading)):
            return path[:depth]
    return None


def _is_item(unit: Unit) -> bool:
    return any(map(_opens, unit.sentences))


def _opens(sentence: Sentence) -> bool:
    return bool(pattern("programme_item").match(fold_keeping_length(sentence.text)))


def _brief(unit: Unit) -> bool:
    """Whether a unit is an item of a list, or no longer than one."""
    return unit.segment.kind != "paragraph" or len(unit.text) <= _BRIEF


def brought_by_item(sentence: Sentence, persons: Container[int], have: Collection[int]) -> list[RoleReading]:
    """The institutions that an item of a programme brings, beside those in `have`; `persons` are those of
    whom it names a person."""
    folded = fold_keeping_length(sentence.text)
    if pattern("finite_verb").search(folded):
        return []  # prose under the heading of a programme
    opened = _OPENED.search(folded)
    found = []
    for index, mention in enumerate(sentence.mentions):
        behind = opened is not None and opened.start() < mention.start
        if index in have or not (
            index in persons or (behind and _LEAD.search(folded[max(0, mention.start - 40) : mention.start]))
        ):
            continue
        found.append(RoleReading(index, "speaker", round(_ITEM * mention.confidence, 3), "programme-item"))
    return found
