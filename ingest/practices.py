"""Practices of a document: what was learned, shown, taught or recommended, at which event, by whom, and what
the text says of whether it would work elsewhere.

They stand in tables (`practice_tables`), in parts of their own (`practice_sections`) or in prose
(`practice_prose`).
"""

from collections.abc import Iterable
from dataclasses import replace

from graph.model import Event, Evidence, Excerpt, Practice, ThemeAssignment
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft
from ingest.event_sentences import EventsOf
from ingest.practice_drafts import PracticeDraft
from ingest.practice_labels import PracticeField
from ingest.practice_prose import practices_of_prose
from ingest.practice_sections import practices_of_sections
from ingest.practice_tables import practices_of_tables
from ingest.reading import Reading
from ingest.themes import assign_themes, of_event


def practice_values(
    reading: Reading,
    owned: EventsOf,
    by_draft: dict[EventDraft, Event],
    actors: ActorIndex,
) -> tuple[Practice, ...]:
    """The practices of a document, in the order of the text."""
    announced = {d for ds in owned.values() for d in ds if d.announced}
    heads = {s.start for d in announced for s in d.head_sentences}
    in_tables, tables = practices_of_tables(reading)
    in_sections, used = practices_of_sections(reading, events=heads, tables=tables)
    used |= {s.start for i in tables for s in reading.units[i].sentences}
    drafts = [*in_tables, *in_sections, *practices_of_prose(reading, owned, heads=heads, used=used)]
    drafts.sort(key=lambda d: (d.start, -d.end))
    made = [_value(reading, draft, owned, by_draft, actors) for draft in drafts]
    return tuple({p.id: p for p in made}.values())


def _value(
    reading: Reading,
    draft: PracticeDraft,
    owned: EventsOf,
    by_draft: dict[EventDraft, Event],
    actors: ActorIndex,
) -> Practice:
    """The practice of a draft, with its event, themes and actors."""
    excerpt = reading.excerpt(draft.start, draft.end)
    told_at = [d for s in draft.sentences for d in owned.get(s.start, [])[:1]]
    event = by_draft[told_at[0]] if told_at else None
    return Practice(
        id=f"practice-{excerpt.span.start}-{excerpt.span.end}",
        kind=draft.kind,
        text=excerpt.text,
        span=excerpt.span,
        evidence=Evidence(excerpt.span, draft.rule, draft.confidence),
        event=event.id if event else None,
        themes=_practice_themes(excerpt, event),
        actors=tuple(_involved(draft, actors)),
        context=_excerpts(reading, draft, "context"),
        conditions=_excerpts(reading, draft, "condition"),
        results=_excerpts(reading, draft, "result"),
        pitfalls=_excerpts(reading, draft, "pitfall"),
    )


def _involved(draft: PracticeDraft, actors: ActorIndex) -> Iterable[str]:
    """The actors that a practice names, each once."""
    named = [
        actors.of_mention[sentence.first_mention + i]
        for sentence in draft.sentences
        for i, m in enumerate(sentence.mentions)
        if draft.start <= sentence.start + m.start < draft.end
    ]
    return dict.fromkeys(actor for actor in named if actor)


def _excerpts(reading: Reading, draft: PracticeDraft, name: PracticeField) -> tuple[Excerpt, ...]:
    """The values of a field, each once."""
    values = {
        (f.start, f.end): replace(
            reading.excerpt(f.start, f.end), rule=f.rule, confidence=min(f.confidence, draft.confidence)
        )
        for f in draft.found
        if f.field == name
    }
    return tuple(values.values())


def _practice_themes(excerpt: Excerpt, event: Event | None) -> tuple[ThemeAssignment, ...]:
    own = assign_themes([(excerpt.text, 2.0, excerpt.span)], rule="theme-terms-practice")
    if own or event is None:
        return own
    return of_event(event.themes)
