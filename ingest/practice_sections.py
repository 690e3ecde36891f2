"""Practices told in a part of their own: under a heading that names one, or as items under one of many.

In: a reading, and the headings that announce events. Out: a draft for each practice, and the sentences that
they were read from; what is left is prose, for `ingest.practices`. Inside a part, a label ("Contexto:",
"Factores de éxito" as a heading or a line) says what the text behind it tells; lessons and recommendations of
a case are practices of their own.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from graph.model import PracticeKind
from ingest.lexicon import pattern
from ingest.practice_cues import is_objective, read_practice
from ingest.practice_drafts import PracticeDraft, findings_in, labelled
from ingest.practice_labels import (
    FIELDS,
    PracticeLabel,
    case_heading,
    labels_in,
    leading_label,
    whole_label,
)
from ingest.practice_tables import kind_of_fields
from ingest.reading import Reading, Sentence, Unit
from ingest.tokens import fold_keeping_length
from ingest.transferability import is_administrative

_NAMED_CASE, _LISTED_CASE, _LABELLED_CASE, _ITEM = 0.88, 0.78, 0.75, 0.85
_FEWEST_WORDS = 4  # of an item or paragraph that is a practice by its heading
_ENUMERATED = re.compile(r"\s*\(?(?:[a-h]|[ivx]{1,4}|\d{1,2})[).]\s+")
_TOLD_BY_SECTION = frozenset({"good-practice", "success-case"})
_TOLD_BY_ITEM = frozenset({"lesson-learned", "recommendation"})


class _Part(NamedTuple):
    """The units `start` to `end` that are one practice; the first is its heading."""

    start: int
    end: int
    kind: PracticeKind
    rule: str
    confidence: float


class Sections(NamedTuple):
    """The practices told in parts of their own, and the starts of the sentences they took."""

    drafts: list[PracticeDraft]
    used: set[int]


def practices_of_sections(reading: Reading, *, events: Collection[int], tables: Collection[int]) -> Sections:
    """The practices told under headings and labels. `events` are the starts of sentences that announce an
    event, `tables` the indices of units that are read as tables.
    """
    sections = Sections([], set())
    labels = [whole_label(u.text) if u.sentences else None for u in reading.units]
    heads = {i for i, u in enumerate(reading.units) if u.segment.kind == "heading"}
    announcing = {i for i in heads if any(s.start in events for s in reading.units[i].sentences)}
    parts = {p.start: p for p in _parts(reading, labels, announcing)}
    index = 0
    listed: tuple[PracticeKind, PracticeLabel, int] | None = None
    while index < len(reading.units):
        unit = reading.units[index]
        if part := parts.get(index):
            _read_part(reading, part, labels, tables, sections)
            listed = None
            index = part.end
            continue
        label = labels[index]
        if index in heads:
            level = unit.segment.level
            if label is not None and label.kind is not None and index not in announcing:
                listed = (label.kind, label, level)
            elif listed is not None and level <= listed[2]:
                listed = None
        elif index not in tables and listed is not None and listed[0] in _TOLD_BY_ITEM:
            end = next((i for i in range(index, len(reading.units)) if i in heads or i in tables), None)
            stop = len(reading.units) if end is None else end
            _read_list(reading, range(index, stop), listed[0], listed[1], sections)
            index = stop
            continue
        elif index not in tables:
            index = _read_lead(reading, index, label, sections)
            continue
        index += 1
    return sections


def _parts(
    reading: Reading, labels: Sequence[PracticeLabel | None], announcing: Collection[int]
) -> Iterator[_Part]:
    """The parts that tell one practice each, in the order of the text."""
    units = reading.units
    until = 0
    for i, unit in enumerate(units):
        if i < until or unit.segment.kind != "heading" or i in announcing or labels[i] is not None:
            continue
        if _leads_field(unit):
            continue
        named = case_heading(unit.text)
        above = _listed_above(unit)
        level_end = _end_of_level(units, labels, i)
        near_end = _end_before_heading(units, labels, i)
        if level_end == i + 1:
            continue
        if named is not None and named.kind is not None:
            part = _Part(i, level_end, named.kind, named.rule, _NAMED_CASE)
        elif (
            above is not None
            and above.kind is not None
            and not pattern("heading_of_no_practice").search(fold_keeping_length(unit.text))
            and (above.kind in _TOLD_BY_SECTION or not _has_items(units[i + 1 : level_end]))
        ):
            part = _Part(i, level_end, above.kind, above.rule, _LISTED_CASE)
        else:
            names = _fields_labelled(units[i + 1 : near_end], labels[i + 1 : near_end])
            if not _is_fiche(names):
                continue
            part = _Part(i, near_end, kind_of_fields(names), "practice-labelled", _LABELLED_CASE)
        until = part.end
        yield part


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
        part_of_it = _leads_field(units[i]) or (label is not None and label.field in {*FIELDS, "other"})
        if units[i].segment.kind == "heading" and units[i].segment.level < level + (not part_of_it):
            return i
    return len(units)


def _end_before_heading(units: Sequence[Unit], labels: Sequence[PracticeLabel | None], start: int) -> int:
    """Where the text under a heading and under the labels below it ends."""
    level = units[start].segment.level
    for i in range(start + 1, len(units)):
        label = labels[i]
        if _leads_field(units[i]):
            continue
        if units[i].segment.kind == "heading" and (
            label is None or label.kind in _TOLD_BY_SECTION or units[i].segment.level < level
        ):
            return i
    return len(units)


def _leads_field(unit: Unit) -> bool:
    """Whether a unit, a short line set like a heading perhaps, is a field with its label ("Sede: Lima")."""
    label = leading_label(unit.text[unit.lead :])
    return label is not None and label.field in {*FIELDS, "other"} and label.end < len(unit.text) - unit.lead


def _has_items(units: Sequence[Unit]) -> bool:
    return any(u.segment.kind == "list-item" for u in units)


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


def _read_part(
    reading: Reading,
    part: _Part,
    labels: Sequence[PracticeLabel | None],
    tables: Collection[int],
    sections: Sections,
) -> None:
    """Read the units of one practice."""
    units = reading.units
    head = units[part.start]
    draft = PracticeDraft(
        part.kind,
        part.rule,
        part.confidence,
        head.sentences[0].start if head.sentences else head.segment.clean.start,
        head.segment.clean.end,
        sentences=list(head.sentences),
    )
    inside: PracticeLabel | None = None
    own: set[int] = set()
    for i in range(part.start + 1, part.end):
        unit, label = units[i], labels[i]
        if i in tables:
            continue
        if label is not None or (unit.segment.kind == "heading" and not _leads_field(unit)):
            inside = label
            sections.used.update(s.start for s in unit.sentences)
            continue
        here = inside
        for sentence in unit.sentences:
            sections.used.add(sentence.start)
            if whole := whole_label(sentence.text):
                here = whole
                continue
            pieces = _labelled_pieces(sentence, here)
            here = pieces[-1][2]
            if here is not None and not sentence.text[pieces[-1][0] : pieces[-1][1]].strip():
                inside = here  # the value stands in the units behind
            for start, end, label in pieces:
                if label is not None and label.kind in _TOLD_BY_ITEM and label.field not in FIELDS:
                    _add_own(sections.drafts, sentence, label, start=start, item=i not in own)
                    own.add(i)
                elif sentence.text[start:end].strip():
                    _add_piece(reading, draft, sentence, label, start, end)
    if draft.end > head.segment.clean.end:
        sections.used.update(s.start for s in head.sentences)
        sections.drafts.append(draft)


def _labelled_pieces(
    sentence: Sentence, here: PracticeLabel | None
) -> list[tuple[int, int, PracticeLabel | None]]:
    """The pieces of a sentence with the label that each stands under; `here` is the one before it."""
    labels = labels_in(sentence.text)
    if not labels:
        return [(0, len(sentence.text), here)]
    first = labels[0][0]
    pieces: list[tuple[int, int, PracticeLabel | None]] = []
    if sentence.text[:first].strip(" -•*0123456789.)"):
        pieces.append((0, first, here))
    ends = [start for start, _ in labels[1:]] + [len(sentence.text)]
    return pieces + [(label.end, end, label) for (_, label), end in zip(labels, ends, strict=True)]


def _add_piece(
    reading: Reading,
    draft: PracticeDraft,
    sentence: Sentence,
    label: PracticeLabel | None,
    start: int,
    end: int,
) -> None:
    """Take a piece of a sentence into a practice, as the value of its label or for what it states."""
    if label is not None and label.field in FIELDS:
        draft.extend(sentence, [labelled(sentence, label.field, label.rule, start=start, end=end)])
    elif label is not None and label.field in {"other", "name"}:
        draft.extend(sentence)
    else:
        draft.extend(sentence, findings_in(sentence, language=reading.language, start=start, end=end))


def _add_own(
    drafts: list[PracticeDraft], sentence: Sentence, label: PracticeLabel, *, start: int, item: bool
) -> None:
    """A lesson or recommendation inside a part: a practice for each item, sentences of one item together."""
    if not item and drafts and drafts[-1].rule == label.rule:
        drafts[-1].extend(sentence)
        return
    text = sentence.text[start:].strip()
    if label.kind is None or not text or text.endswith(":"):
        return
    drafts.append(
        PracticeDraft(
            label.kind,
            label.rule,
            _ITEM,
            sentence.start + start,
            sentence.end,
            sentences=[sentence],
        )
    )


def _read_lead(reading: Reading, index: int, label: PracticeLabel | None, sections: Sections) -> int:
    """Read the list that a line opens ("Recomendaciones:", "Se acordaron las siguientes lecciones:").

    Returns the index of the next unit to look at.
    """
    unit = reading.units[index]
    items = _following_items(reading.units, index)
    if label is not None:
        if label.kind in _TOLD_BY_ITEM and label.kind is not None and items:
            sections.used.update(s.start for s in unit.sentences)
            _read_list(reading, items, label.kind, label, sections)
            return items.stop
        return index + 1
    if (lead := leading_label(unit.text[unit.lead :])) is not None and lead.kind is not None:
        return _read_labelled(reading, index, sections)
    for n, sentence in enumerate(unit.sentences):
        text = sentence.text.rstrip()
        behind = unit.sentences[n + 1 :]
        enumerated = bool(behind) and _ENUMERATED.match(behind[0].text) is not None
        last = n == len(unit.sentences) - 1
        if not text.endswith(":") or is_objective(text) or not (enumerated or (last and items)):
            continue
        told = read_practice(text, fewest_words=1)
        if told is None or told.kind not in _TOLD_BY_ITEM or told.tells == "duty":
            continue
        lead = PracticeLabel("", told.kind, "practice-list-lead", 0)
        sections.used.add(sentence.start)
        if enumerated:
            _add_items(reading, behind, lead, sections)
            return index + 1
        _read_list(reading, items, told.kind, lead, sections)
        return items.stop
    return index + 1


def _read_labelled(reading: Reading, index: int, sections: Sections) -> int:
    """A practice that begins with its kind ("Buena práctica: …") and goes on with fields that are labelled in
    the same or in the next units. Returns the index of the next unit to look at.
    """
    draft: PracticeDraft | None = None
    at = index
    while at < len(reading.units):
        unit = reading.units[at]
        first = leading_label(unit.text[unit.lead :])
        if unit.segment.kind not in {"paragraph", "list-item"} or first is None:
            break
        if at > index and first.field not in {*FIELDS, "other"}:
            break
        here: PracticeLabel | None = None
        for sentence in unit.sentences:
            label = leading_label(sentence.text)
            start = label.end if label is not None else 0
            here = label or here
            if label is not None and label.kind is not None and label.field not in FIELDS:
                if not sentence.text[start:].strip():
                    return at + 1  # the label of a list or of what follows
                draft = PracticeDraft(label.kind, label.rule, _ITEM, sentence.start + start, sentence.end)
                draft.extend(sentence)
                draft.start = sentence.start + start
                sections.drafts.append(draft)
                if label.kind != "recommendation":
                    draft.found += findings_in(sentence, language=reading.language, start=start)
            elif draft is not None and here is not None and here.field in FIELDS:
                draft.extend(sentence, [labelled(sentence, here.field, here.rule, start=start)])
            elif draft is not None:
                draft.extend(sentence, findings_in(sentence, language=reading.language, start=start))
            sections.used.add(sentence.start)
        at += 1
    return max(at, index + 1)


def _following_items(units: Sequence[Unit], index: int) -> range:
    """The list items right behind a unit."""
    end = index + 1
    while end < len(units) and units[end].segment.kind == "list-item":
        end += 1
    return range(index + 1, end)


def _read_list(
    reading: Reading, units: range, kind: PracticeKind, label: PracticeLabel, sections: Sections
) -> None:
    """A practice for each item; where there are none, for each paragraph or each sentence that begins one."""
    label = label._replace(kind=kind)
    itemised = _has_items([reading.units[i] for i in units])
    for i in units:
        unit = reading.units[i]
        first = unit.sentences[0] if unit.sentences else None
        if first is None or first.start in sections.used:
            continue
        if unit.segment.kind == "list-item" or any(_ENUMERATED.match(s.text) for s in unit.sentences):
            _add_items(reading, unit.sentences, label, sections)
        elif itemised and first.text.rstrip().endswith(":") and len(unit.sentences) == 1:
            sections.used.add(first.start)  # it only opens the list
        elif not itemised:
            _add_sentences(reading, unit.sentences, label, sections)


def _add_items(
    reading: Reading, sentences: Sequence[Sentence], label: PracticeLabel, sections: Sections
) -> None:
    """A practice for each item of a list; one begins with the unit, or with its number."""
    draft: PracticeDraft | None = None
    for sentence in sentences:
        mark = _ENUMERATED.match(sentence.text)
        start = mark.end() if mark else len(sentence.text) - len(sentence.text.lstrip())
        if draft is None or mark:
            draft = _item(sentence, label, start)
            if draft is None:
                continue
            sections.drafts.append(draft)
        else:
            draft.extend(sentence)
        sections.used.add(sentence.start)
        _add_findings(reading, draft, sentence, label, start)


def _add_sentences(
    reading: Reading, sentences: Sequence[Sentence], label: PracticeLabel, sections: Sections
) -> None:
    """A practice for each sentence that a cue of the kind marks, with those behind it; else for them all."""
    draft: PracticeDraft | None = None
    for sentence in sentences:
        told = read_practice(sentence.text)
        begins = told is not None and told.kind == label.kind and not is_administrative(sentence.text)
        if draft is None or begins:
            if sentence.text.rstrip().endswith(":"):
                continue
            draft = _item(sentence, label, 0)
            if draft is None:
                continue
            sections.drafts.append(draft)
        else:
            draft.extend(sentence)
        sections.used.add(sentence.start)
        _add_findings(reading, draft, sentence, label, 0)


def _item(sentence: Sentence, label: PracticeLabel, start: int) -> PracticeDraft | None:
    text = sentence.text[start:]
    if label.kind is None or len(text.split()) < _FEWEST_WORDS or is_administrative(text):
        return None
    return PracticeDraft(
        label.kind, label.rule, _ITEM, sentence.start + start, sentence.end, sentences=[sentence]
    )


def _add_findings(
    reading: Reading, draft: PracticeDraft, sentence: Sentence, label: PracticeLabel, start: int
) -> None:
    """What an item says of the fields; under "What did not work" all of it is a pitfall."""
    if label.field in FIELDS:
        draft.found.append(labelled(sentence, label.field, label.rule, start=start))
        return
    draft.found += [
        f
        for f in findings_in(sentence, language=reading.language, start=start)
        if draft.kind != "recommendation" or f.start > sentence.start + start
    ]
