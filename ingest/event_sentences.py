"""Which events a sentence tells of: the one it names, its block's, or the last one told.

In: a reading and the drafts of its events. Out: drafts by the start of the sentence (an offset in the clean
text).
"""

from collections import defaultdict

from ingest.event_drafts import PASSING, EventDraft
from ingest.lexicon import pattern
from ingest.reading import Reading
from ingest.tokens import fold_keeping_length

EventsOf = dict[int, list[EventDraft]]
"""The events that the sentence which starts at an offset tells of, the most likely first."""


def events_of_sentences(reading: Reading, drafts: list[EventDraft]) -> EventsOf:
    """Events that a sentence (by its clean start) tells of: the one it names, the block's, or the last one
    told.
    """
    owners: EventsOf = defaultdict(list)
    for draft in drafts:
        for sentence in (*draft.head_sentences, *draft.sentences):
            if draft not in owners[sentence.start]:
                owners[sentence.start].append(draft)
        for cell in (draft.institutions_cell, draft.objective_cell):
            if cell is not None and draft not in owners[cell.start]:
                owners[cell.start].append(draft)
    if any(d.rule == "told" and d.parent is None for d in drafts):
        _follow_prose(reading, drafts, owners)
    return owners


def _follow_prose(reading: Reading, drafts: list[EventDraft], owners: EventsOf) -> None:
    """Sentences that go on about the event told before: an anaphor, or the only event of a short text."""
    main = [d for d in drafts if d.parent is None]
    last: EventDraft | None = main[0] if len(main) == 1 else None
    for unit in reading.units:
        if unit.segment.kind == "heading" and len(main) > 1:
            last = None
        for sentence in unit.sentences:
            here = owners.get(sentence.start)
            if here:
                # What goes on is about the event of the text, not about one that it mentions beside it.
                last = next((d for d in here if d.rule not in PASSING), last)
                continue
            if last is not None and (
                len(main) == 1
                or pattern("event_anaphor").search(fold_keeping_length(sentence.text))
                or unit.segment.kind != "heading"
            ):
                owners[sentence.start].append(last)
