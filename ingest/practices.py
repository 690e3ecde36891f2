"""Practices of a document: what was learned, shown, taught or recommended, at which event, by whom, and what
the text says of whether it would work elsewhere.

Practices stand in tables (`practice_tables`), in parts of their own (`practice_sections`) or in prose: here a
cue phrase begins one, and the sentences of the paragraph that state its context, conditions, results or
pitfalls belong to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.model import Event, Evidence, Excerpt, Practice, ThemeAssignment
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft
from ingest.event_sentences import EventsOf
from ingest.lexicon import pattern
from ingest.practice_cues import (
    PracticeReading,
    is_objective,
    objective_start,
    pieces,
    read_practice,
)
from ingest.practice_drafts import PracticeDraft, findings_in
from ingest.practice_labels import PracticeField
from ingest.practice_sections import practices_of_sections
from ingest.practice_tables import practices_of_tables
from ingest.reading import Reading, Sentence
from ingest.themes import assign_themes, of_event
from ingest.tokens import fold_keeping_length
from ingest.transferability import Finding, is_administrative

_ALONE = 0.74
"""Least confidence of a practice that no event is told beside: two cues, or one of full weight."""

_MOST_PARAGRAPHS_ON = 2
"""How many paragraphs behind the one that names a practice may go on about it."""


def practice_values(
    reading: Reading,
    owned: EventsOf,
    by_draft: dict[EventDraft, Event],
    actors: ActorIndex,
) -> tuple[Practice, ...]:
    """The practices of a document, in the order of the text."""
    heads = {s.start for ds in owned.values() for d in ds for s in d.head_sentences if d.announced}
    in_tables, tables = practices_of_tables(reading)
    in_sections, used = practices_of_sections(reading, events=heads, tables=tables)
    used |= {s.start for i in tables for s in reading.units[i].sentences}
    drafts = [*in_tables, *in_sections, *_practices_of_prose(reading, owned, heads=heads, used=used)]
    drafts.sort(key=lambda d: (d.start, -d.end))
    made = [_value(reading, draft, owned, by_draft, actors) for draft in drafts]
    return tuple({p.id: p for p in made}.values())


def _practices_of_prose(
    reading: Reading, owned: EventsOf, *, heads: set[int], used: set[int]
) -> list[PracticeDraft]:
    """A practice for each sentence, or item of an enumeration in one, that a cue marks."""
    drafts: list[PracticeDraft] = []
    teller: PracticeDraft | None = None  # the named practice that paragraphs may go on about
    paragraphs_on = 0
    for unit in reading.units:
        if unit.segment.kind == "heading":
            teller = None
            continue
        sentences = [s for s in unit.sentences if s.start not in used]
        if len(sentences) < len(unit.sentences):
            teller = None
        current: PracticeDraft | None = None
        if teller is not None and unit.segment.kind == "paragraph" and paragraphs_on < _MOST_PARAGRAPHS_ON:
            if _goes_on(reading, teller, sentences, owned):
                current, paragraphs_on = teller, paragraphs_on + 1
            else:
                teller = None
        before: tuple[Sentence, list[Finding]] | None = None
        for sentence in sentences:
            if sentence.start in heads and not pattern("held").search(fold_keeping_length(sentence.text)):
                current = before = None
                continue
            found = _pieces_told(sentence, has_event=bool(owned.get(sentence.start)))
            told = findings_in(sentence, language=reading.language)
            if found and not (current is not None and _belongs(current, found, told)):
                begun = [_begin(reading, sentence, *piece) for piece in found]
                drafts += begun
                current = begun[-1]
                if before is not None and current.kind in {"good-practice", "success-case"}:
                    current.extend(*before)
                if current.tells == "name" and current.kind in {"good-practice", "success-case"}:
                    teller, paragraphs_on = current, 0
            elif told and current is not None and _takes(current, sentence):
                current.extend(sentence, told)
            before = None
            if current is None and (context := [f for f in told if f.field == "context"]):
                before = (sentence, context)
    return drafts


def _pieces_told(sentence: Sentence, *, has_event: bool) -> list[tuple[int, int, PracticeReading]]:
    """The pieces of a sentence that a cue marks, by their offsets, with what it tells."""
    begins = objective_start(sentence.text)
    whole = pieces(sentence.text)
    lead: PracticeReading | None = None
    if len(whole) > 1 and begins is None and whole[0].start:
        lead = read_practice(f"{sentence.text[: whole[0].start]} {'_ ' * 7}")
        if lead is not None and (lead.kind != "recommendation" or lead.tells == "duty"):
            lead = None
    found = []
    for piece in whole:
        start = piece.start
        if begins is not None and start < begins < piece.end and not start and len(whole) > 1:
            start = begins
        told = read_practice(sentence.text[start : piece.end]) or lead
        if told is None or (not has_event and told.confidence < _ALONE):
            continue
        found.append((start, piece.end, told))
    return found


def _begin(
    reading: Reading, sentence: Sentence, start: int, end: int, told: PracticeReading
) -> PracticeDraft:
    """The draft of a practice that a sentence, or a piece of it, tells."""
    text = sentence.text[start:end]
    found: list[Finding] = []
    if not is_objective(text):
        found = findings_in(sentence, language=reading.language, start=start, end=end)
    if told.kind == "recommendation":
        # What is advised is no condition of itself: only a clause of its own is.
        found = [f for f in found if f.start > sentence.start + start]
    at = sentence.start
    return PracticeDraft(
        told.kind,
        told.rule,
        told.confidence,
        at + start,
        at + end,
        tells=told.tells,
        sentences=[sentence],
        found=found,
    )


def _belongs(
    current: PracticeDraft, found: Sequence[tuple[int, int, PracticeReading]], told: Sequence[Finding]
) -> bool:
    """Whether a sentence with a cue of its own goes on about the named practice before: it states a field."""
    return (
        current.tells == "name"
        and current.kind in {"good-practice", "success-case", "methodology"}
        and bool(told)
        and len(found) == 1
        and found[0][2].tells != "name"
        and found[0][2].kind != "recommendation"
    )


def _takes(current: PracticeDraft, sentence: Sentence) -> bool:
    """Whether a sentence that states a field is about the practice before it in the paragraph."""
    if current.kind in {"good-practice", "success-case"}:
        return True
    return bool(pattern("practice_goes_on").search(fold_keeping_length(sentence.text)))


def _goes_on(reading: Reading, teller: PracticeDraft, sentences: Sequence[Sentence], owned: EventsOf) -> bool:
    """Whether a paragraph goes on about a named practice: same event, no cue of its own, fields stated."""
    if not sentences or owned.get(sentences[0].start) != owned.get(teller.sentences[0].start):
        return False
    if any((told := read_practice(s.text)) and told.tells != "outcome" for s in sentences):
        return False
    if any(is_administrative(s.text) or s.phrases for s in sentences):
        return False
    return any(findings_in(s, language=reading.language) for s in sentences[:2])


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
