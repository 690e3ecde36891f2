"""Lessons and recommendations that a heading or a sentence announces: one an item, paragraph or sentence.

In: a reading and where the list begins. Out: drafts, and the sentences they took, added to what was read.
"""

import re
from collections.abc import Sequence

from graph.model import PracticeKind
from ingest.practice_cues import is_objective, read_practice
from ingest.practice_drafts import PracticeDraft, Sections, findings_in, labelled
from ingest.practice_labels import FIELDS, PracticeLabel, leading_label
from ingest.practice_parts import has_items
from ingest.reading import Reading, Sentence, Unit
from ingest.transferability import is_administrative

ITEM = 0.85
"""Confidence of an item of a list that is announced."""

_PARAGRAPH = 0.78

TOLD_BY_ITEM = frozenset({"lesson-learned", "recommendation"})
"""Kinds of practice that are listed, one an item."""

_MOST_ITEMS = 200
_FEWEST_WORDS = 4  # of an item or paragraph that is a practice by its heading
_ENUMERATED = re.compile(r"\s*\(?(?:[a-h]|[ivx]{1,4}|\d{1,2})[).]\s+")


def read_lead(reading: Reading, index: int, label: PracticeLabel | None, sections: Sections) -> int:
    """Read the list that a line opens ("Recomendaciones:", "Se acordaron las siguientes lecciones:").

    Returns the index of the next unit to look at.
    """
    unit = reading.units[index]
    if label is not None:
        items = _following_items(reading.units, index)
        if label.kind in TOLD_BY_ITEM and label.kind is not None and items:
            sections.used.update(s.start for s in unit.sentences)
            read_list(reading, items, label.kind, label, sections)
            return items.stop
        return index + 1
    for n, sentence in enumerate(unit.sentences):
        text = sentence.text.rstrip()
        if not text.endswith(":") or is_objective(text):
            continue
        behind = unit.sentences[n + 1 :]
        enumerated = bool(behind) and _ENUMERATED.match(behind[0].text) is not None
        items = _following_items(reading.units, index) if not behind else range(0)
        if not enumerated and not items:
            continue
        told = read_practice(text, fewest_words=1)
        if told is None or told.kind not in TOLD_BY_ITEM or told.tells == "duty":
            continue
        lead = PracticeLabel("", told.kind, "practice-list-lead", 0)
        sections.used.add(sentence.start)
        if enumerated:
            _add_items(reading, behind, lead, sections)
            return index + 1
        read_list(reading, items, told.kind, lead, sections)
        return items.stop
    return index + 1


def read_paragraph(reading: Reading, unit: Unit, label: PracticeLabel, sections: Sections) -> None:
    """A practice for a paragraph or item under a heading of many ("Casos"), if it states a field."""
    sentences = [s for s in unit.sentences if s.start not in sections.used]
    if not sentences or len(sentences) < len(unit.sentences) or leading_label(unit.text[unit.lead :]):
        return
    found = [f for s in sentences for f in findings_in(s, language=reading.language)]
    if label.kind is None or not found or is_administrative(unit.text):
        return
    sections.drafts.append(
        PracticeDraft(
            label.kind,
            label.rule,
            _PARAGRAPH,
            sentences[0].start,
            sentences[-1].end,
            sentences=sentences,
            found=found,
        )
    )
    sections.used.update(s.start for s in sentences)


def _following_items(units: Sequence[Unit], index: int) -> range:
    """The list items right behind a unit, up to a number that no list of advice has."""
    end = index + 1
    while end < min(len(units), index + _MOST_ITEMS) and units[end].segment.kind == "list-item":
        end += 1
    return range(index + 1, end)


def read_list(
    reading: Reading, units: range, kind: PracticeKind, label: PracticeLabel, sections: Sections
) -> None:
    """A practice for each item; where there are none, for each paragraph or each sentence that begins one."""
    label = label._replace(kind=kind)
    itemised = has_items([reading.units[i] for i in units])
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
        label.kind, label.rule, ITEM, sentence.start + start, sentence.end, sentences=[sentence]
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
