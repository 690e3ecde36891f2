"""Practices of a document: what was learned, shown, taught or recommended, and at which event."""

from dataclasses import replace

from graph.model import Event, Evidence, Excerpt, Practice, ThemeAssignment
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft
from ingest.event_sentences import EventsOf
from ingest.lexicon import pattern
from ingest.practice_cues import is_objective, numbered_results, objective_start, pieces, read_practice
from ingest.reading import Reading
from ingest.themes import assign_themes
from ingest.tokens import fold_keeping_length

_ALONE = 0.74
"""Least confidence of a practice that no event is told beside: two cues, or one of full weight."""


def practice_values(
    reading: Reading,
    owned: EventsOf,
    by_draft: dict[EventDraft, Event],
    actors: ActorIndex,
) -> tuple[Practice, ...]:
    """A practice for each sentence, or item of an enumeration in one, that a cue marks."""
    practices: list[Practice] = []
    heads = {s.start for ds in owned.values() for d in ds for s in d.head_sentences if d.announced}
    for sentence in reading.sentences:
        if sentence.start in heads and not pattern("held").search(fold_keeping_length(sentence.text)):
            continue
        if reading.units[sentence.unit].segment.kind == "heading":
            continue
        drafts = owned.get(sentence.start, [])
        event = by_draft[drafts[0]] if drafts else None
        begins = objective_start(sentence.text)
        for piece in pieces(sentence.text):
            start = piece.start
            if (
                begins is not None
                and start < begins < piece.end
                and piece.start == 0
                and piece.end != len(sentence.text)
            ):
                start = begins
            text = sentence.text[start : piece.end]
            found = read_practice(text)
            if found is None:
                continue
            if event is None and not drafts and found.confidence < _ALONE:
                continue
            excerpt = reading.excerpt(sentence.start + start, sentence.start + piece.end)
            involved = dict.fromkeys(
                actor
                for i, m in enumerate(sentence.mentions)
                if start <= m.start < piece.end and (actor := actors.of_mention[sentence.first_mention + i])
            )
            results = [
                reading.excerpt(sentence.start + start + p.start, sentence.start + start + p.end)
                for p in numbered_results(text)
            ]
            practices.append(
                Practice(
                    id=f"practice-{excerpt.span.start}-{excerpt.span.end}",
                    kind=found.kind,
                    text=excerpt.text,
                    span=excerpt.span,
                    evidence=Evidence(excerpt.span, found.rule, found.confidence),
                    event=event.id if event else None,
                    themes=_practice_themes(excerpt, event),
                    actors=tuple(involved),
                    results=tuple(results) if not is_objective(text) else (),
                )
            )
    return tuple(practices)


def _practice_themes(excerpt: Excerpt, event: Event | None) -> tuple[ThemeAssignment, ...]:
    own = assign_themes([(excerpt.text, 2.0, excerpt.span)], rule="theme-terms-practice")
    if own or event is None:
        return own
    return tuple(
        replace(t, confidence=round(0.7 * t.confidence, 3), reason=f"{t.reason} (evento)")
        for t in event.themes[:2]
    )
