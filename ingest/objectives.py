"""Objectives and outcomes of an event, as excerpts of the sentences that state them."""

from graph.model import Excerpt
from ingest.event_drafts import EventDraft
from ingest.practice_cues import objective_start, pieces, read_practice
from ingest.reading import Reading

_OUTCOME_RULES = ("practice-success-case-4", "practice-recommendation-5")
"""Cues of practices (`ingest/lexicon/practice_cues.tsv`) that tell what an event led to."""


def objectives_and_outcomes(
    reading: Reading, draft: EventDraft
) -> tuple[tuple[Excerpt, ...], tuple[Excerpt, ...]]:
    """The objectives stated in the event's block (a sentence, its items, or the list it opens) and the
    outcomes.
    """
    objectives: list[Excerpt] = []
    outcomes: list[Excerpt] = []
    if draft.objective_cell is not None:
        cell = draft.objective_cell
        objectives.append(reading.excerpt(cell.start, cell.end))
    open_list = False
    unit_of_list = -1
    heads = {sentence.start for sentence in draft.head_sentences}
    for sentence in draft.sentences:
        if sentence.start in heads or sentence is draft.objective_cell or sentence is draft.institutions_cell:
            continue
        begins = objective_start(sentence.text)
        unit = reading.units[sentence.unit]
        if begins is not None:
            if sentence.text.rstrip().endswith(":") or not sentence.text[begins:].strip():
                open_list, unit_of_list = True, sentence.unit
                continue
            for piece in pieces(sentence.text):
                start = max(piece.start, begins) if piece.start < begins < piece.end else piece.start
                if piece.end > start + 8:
                    objectives.append(reading.excerpt(sentence.start + start, sentence.start + piece.end))
            continue
        if open_list and unit.segment.kind == "list-item" and sentence.unit > unit_of_list:
            objectives.append(reading.excerpt(sentence.start, sentence.end))
            continue
        open_list = False
        reading_of = read_practice(sentence.text)
        if reading_of and reading_of.rule.startswith(_OUTCOME_RULES):
            outcomes.append(reading.excerpt(sentence.start, sentence.end))
    return tuple(objectives), tuple(outcomes)
