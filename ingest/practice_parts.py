"""Where a document tells one practice in a part of its own: under a heading that names it, or with labels.

In: a reading and the labels that its units are. Out: for each part its heading, its end and its kind.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from graph.model import PracticeKind
from ingest.lexicon import pattern
from ingest.practice_labels import FIELDS, PracticeLabel, case_heading, leading_label, whole_label
from ingest.practice_tables import kind_of_fields
from ingest.reading import Reading, Unit
from ingest.tokens import fold_keeping_length

_NAMED_CASE, _LISTED_CASE, _LABELLED_CASE = 0.88, 0.78, 0.75
TOLD_BY_SECTION = frozenset({"good-practice", "success-case"})
"""Kinds of practice that are told at length."""


class PracticePart(NamedTuple):
    """The units `start` to `end` that are one practice; the first is its heading."""

    start: int
    end: int
    kind: PracticeKind
    rule: str
    confidence: float


def practice_parts(
    reading: Reading, labels: Sequence[PracticeLabel | None], announcing: Collection[int]
) -> Iterator[PracticePart]:
    """The parts that tell one practice each, in the order of the text."""
    units = reading.units
    until = 0
    for i, unit in enumerate(units):
        if i < until or unit.segment.kind != "heading" or i in announcing or labels[i] is not None:
            continue
        if leads_field(unit):
            continue
        named = case_heading(unit.text)
        above = _listed_above(unit)
        level_end = _end_of_level(units, labels, i)
        near_end = _end_before_heading(units, labels, i)
        if level_end == i + 1:
            continue
        if named is not None and named.kind is not None:
            part = PracticePart(i, level_end, named.kind, named.rule, _NAMED_CASE)
        elif (
            above is not None
            and above.kind is not None
            and not pattern("heading_of_no_practice").search(fold_keeping_length(unit.text))
            and (above.kind in TOLD_BY_SECTION or not has_items(units[i + 1 : level_end]))
        ):
            part = PracticePart(i, level_end, above.kind, above.rule, _LISTED_CASE)
        else:
            names = _fields_labelled(units[i + 1 : near_end], labels[i + 1 : near_end])
            if not _is_fiche(names) or _begins_below(units[i + 1 : near_end]):
                continue
            part = PracticePart(i, near_end, kind_of_fields(names), "practice-labelled", _LABELLED_CASE)
        until = part.end
        yield part


def _begins_below(units: Sequence[Unit]) -> bool:
    """Whether a practice with a label of its own ("Buena práctica: …") begins below other text in a part."""
    for number, unit in enumerate(units):
        label = leading_label(unit.text[unit.lead :])
        if label is not None:
            return number > 0 and label.kind in TOLD_BY_SECTION and label.field not in FIELDS
    return False


def leads_field(unit: Unit) -> bool:
    """Whether a unit, a short line set like a heading perhaps, is a field with its label ("Sede: Lima")."""
    label = leading_label(unit.text[unit.lead :])
    return label is not None and label.field in {*FIELDS, "other"} and label.end < len(unit.text) - unit.lead


def has_items(units: Sequence[Unit]) -> bool:
    return any(u.segment.kind == "list-item" for u in units)


def _listed_above(unit: Unit) -> PracticeLabel | None:
    """The label of the heading right above, where it names a kind of practice."""
    heading = unit.segment.heading
    label = whole_label(heading) if heading else None
    return label if label is not None and label.kind not in {None, "methodology"} else None


def _end_of_level(units: Sequence[Unit], labels: Sequence[PracticeLabel | None], start: int) -> int:
    """Where the part of a heading ends: at the next one of its level that is no label of the part, or of a
    higher one.
    """
    level = units[start].segment.level
    for i in range(start + 1, len(units)):
        label = labels[i]
        part_of_it = leads_field(units[i]) or (label is not None and label.field in {*FIELDS, "other"})
        if units[i].segment.kind == "heading" and units[i].segment.level < level + (not part_of_it):
            return i
    return len(units)


def _end_before_heading(units: Sequence[Unit], labels: Sequence[PracticeLabel | None], start: int) -> int:
    """Where the text under a heading and under the labels below it ends."""
    level = units[start].segment.level
    for i in range(start + 1, len(units)):
        label = labels[i]
        if leads_field(units[i]):
            continue
        if units[i].segment.kind == "heading" and (
            label is None or label.kind in TOLD_BY_SECTION or units[i].segment.level < level
        ):
            return i
    return len(units)


def _fields_labelled(units: Sequence[Unit], labels: Sequence[PracticeLabel | None]) -> set[str]:
    """Which fields the labels in some units name; "lesson" for a list of lessons among them."""
    names: set[str] = set()
    for unit, whole in zip(units, labels, strict=True):
        if unit.segment.kind == "table-cell":
            continue
        told = [whole] if whole else [leading_label(s.text) for s in unit.sentences]
        for label in told:
            if label is not None:
                names.add(label.field if label.field in FIELDS else (label.kind or ""))
    return names - {""}


def _is_fiche(names: set[str]) -> bool:
    """Whether labels are those of a practice: an event has a context and results as well, so one of the two
    other fields is among them.
    """
    return len(names & {*FIELDS, "lesson-learned"}) >= 2 and bool(names & {"condition", "pitfall"})
