"""Practices told in a part of their own: under a heading that names one, or as items under one of many.

In: a reading, and the headings that announce events. Out: a draft for each practice, and the sentences that
they were read from; what is left is prose, for `ingest.practice_prose`. Inside a part, a label ("Contexto:",
"Factores de éxito" as a heading or a line) says what the text behind it tells; lessons and recommendations of
a case are practices of their own.
"""

from collections.abc import Collection, Sequence

from graph.model import PracticeKind
from ingest.practice_drafts import PracticeDraft, Sections, findings_in, labelled
from ingest.practice_labels import FIELDS, PracticeLabel, labels_in, leading_label, whole_label
from ingest.practice_lists import ITEM, TOLD_BY_ITEM, read_lead, read_list, read_paragraph
from ingest.practice_parts import TOLD_BY_SECTION, PracticePart, leads_field, practice_parts
from ingest.reading import Reading, Sentence


def practices_of_sections(reading: Reading, *, events: Collection[int], tables: Collection[int]) -> Sections:
    """The practices told under headings and labels. `events` are the starts of sentences that announce an
    event, `tables` the indices of units that are read as tables.
    """
    sections = Sections([], set())
    labels = [whole_label(u.text) if u.sentences else None for u in reading.units]
    heads = {i for i, u in enumerate(reading.units) if u.segment.kind == "heading"}
    announcing = {i for i in heads if any(s.start in events for s in reading.units[i].sentences)}
    parts = {p.start: p for p in practice_parts(reading, labels, announcing)}
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
        elif index not in tables and listed is not None and listed[0] in TOLD_BY_SECTION:
            lead = leading_label(unit.text[unit.lead :])
            if lead is not None and lead.kind is not None:
                index = _read_labelled(reading, index, sections)
                continue
            read_paragraph(reading, unit, listed[1], sections)
        elif index not in tables and listed is not None and listed[0] in TOLD_BY_ITEM:
            end = next((i for i in range(index, len(reading.units)) if i in heads or i in tables), None)
            stop = len(reading.units) if end is None else end
            read_list(reading, range(index, stop), listed[0], listed[1], sections)
            index = stop
            continue
        elif index not in tables:
            lead = leading_label(unit.text[unit.lead :]) if label is None else None
            if lead is not None and lead.kind is not None:
                index = _read_labelled(reading, index, sections)
            else:
                index = read_lead(reading, index, label, sections)
            continue
        index += 1
    return sections


def _read_part(
    reading: Reading,
    part: PracticePart,
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
        if label is not None or (unit.segment.kind == "heading" and not leads_field(unit)):
            inside = label
            sections.used.update(s.start for s in unit.sentences)
            continue
        here = inside
        for sentence in unit.sentences:
            sections.used.add(sentence.start)
            if whole := whole_label(sentence.text):
                here = whole
                if sentence is unit.sentences[-1]:
                    inside = here  # what it labels stands in the units behind
                continue
            pieces = _labelled_pieces(sentence, here)
            here = pieces[-1][2]
            if here is not None and not sentence.text[pieces[-1][0] : pieces[-1][1]].strip():
                inside = here  # the value stands in the units behind
            for start, end, label in pieces:
                if label is not None and label.kind in TOLD_BY_ITEM and label.field not in FIELDS:
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
            ITEM,
            sentence.start + start,
            sentence.end,
            sentences=[sentence],
        )
    )


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
                draft = PracticeDraft(label.kind, label.rule, ITEM, sentence.start + start, sentence.end)
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
