"""Themes of an event, from the terms in its title, its objectives and the sentences that tell of it."""

from graph.model import Excerpt, Span, ThemeAssignment
from ingest.event_drafts import EventDraft
from ingest.reading import Reading, Sentence
from ingest.themes import BODY, OBJECTIVE, TITLE, assign_themes


def themes_of_event(
    reading: Reading, draft: EventDraft, objectives: tuple[Excerpt, ...]
) -> tuple[ThemeAssignment, ...]:
    """The themes of an event, the strongest first."""
    return assign_themes(_parts(reading, draft, objectives))


def _parts(
    reading: Reading, draft: EventDraft, objectives: tuple[Excerpt, ...]
) -> list[tuple[str, float, Span]]:
    parts = [(draft.title, TITLE, reading.source(draft.start, draft.end))]
    parts += [(o.text, OBJECTIVE, o.span) for o in objectives]
    told = {(o.span.start, o.span.end) for o in objectives}
    heads = {sentence.start for sentence in draft.head_sentences}
    for sentence in draft.sentences:
        span = reading.source(sentence.start, sentence.end)
        if any(span.start <= s and e <= span.end for s, e in told) or sentence.start in heads:
            continue
        parts.append((_without_names(sentence), BODY, span))
    return parts


def _without_names(sentence: Sentence) -> str:
    """The sentence with the names of institutions blanked: a bank's name is no theme."""
    text = sentence.text
    for mention in sentence.mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text
