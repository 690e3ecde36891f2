"""Events of a document: each draft with its facts, participations, objectives and themes, and where each was
read.

Rules of events: announced-list-item, announced-heading, announced-paragraph, table-row, told, larger-event,
edition-of-series, one-of-several. Rules of their fields beside those of dates: place, place-of-parent,
country-of-document, year-in-title, year-in-name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from graph.model import Event, Evidence
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft
from ingest.event_facts import Dated, Placed, date_of, home_country, place_of, status_of, year_in_name
from ingest.event_themes import themes_of_event
from ingest.objectives import objectives_and_outcomes
from ingest.participations import EventRole, participations
from ingest.reading import Reading
from ingest.venues import venue_of
from ontology.namespaces import slugify

_LONGEST_ID = 70
_VENUE = 0.7
"""Confidence of a venue."""

_DATED, _DATED_BY_CONTEXT = 0.95, 0.7
"""Confidence of a date with its year, and of one whose year stands elsewhere."""


class _When(NamedTuple):
    start: str
    end: str
    evidence: Evidence


class _Where(NamedTuple):
    city: str | None
    country: str | None
    evidence: Evidence


def event_values(
    reading: Reading, drafts: Sequence[EventDraft], roles: Iterable[EventRole], actors: ActorIndex
) -> dict[EventDraft, Event]:
    """The event of each draft, in the order of the drafts."""
    dated = {draft: date_of(draft) for draft in drafts}
    placed = {draft: place_of(draft) for draft in drafts}
    ids = _ids(drafts, dated)
    home = home_country(reading)
    by_id = {actor.id: actor for actor in actors.actors}
    grouped: dict[EventDraft, list[EventRole]] = defaultdict(list)
    for role in roles:
        grouped[role.draft].append(role)
    events = {}
    for draft in drafts:
        title = Evidence(reading.source(draft.start, draft.end), draft.rule, draft.confidence)
        fields = {"title": title}
        when = _when(reading, draft, drafts, dated[draft])
        if when is not None:
            fields["start_date"] = fields["end_date"] = when.evidence
        where = _where(reading, draft, placed)
        if where is not None:
            fields["country"] = where.evidence
            if where.city:
                fields["city"] = where.evidence
        country = where.country if where else None
        # An event that a larger one frames may be elsewhere; one named in passing, anywhere.
        if country is None and home is not None and draft.parent is None and draft.rule != "larger-event":
            country = home
            fields["country"] = Evidence(title.span, "country-of-document", 0.5)
        held_at = venue_of(draft)
        if held_at is not None:
            fields["venue"] = Evidence(reading.source(held_at.start, held_at.end), "venue", _VENUE)
        told_date = dated[draft]
        objectives, outcomes = objectives_and_outcomes(reading, draft)
        events[draft] = Event(
            id=ids[draft],
            title=draft.title,
            type=draft.type,
            status=status_of(draft, told_date.sentence if told_date else None),
            span=reading.source(*draft.block),
            evidence=(title,),
            start_date=when.start if when else None,
            end_date=when.end if when else None,
            city=where.city if where else None,
            country=country,
            venue=held_at.name if held_at else None,
            part_of=ids[draft.parent] if draft.parent is not None else None,
            participations=participations(reading, grouped[draft], actors, by_id),
            themes=themes_of_event(reading, draft, objectives),
            objectives=objectives,
            outcomes=outcomes,
            fields=fields,
        )
    return events


def _ids(drafts: Iterable[EventDraft], dated: Mapping[EventDraft, Dated | None]) -> dict[EventDraft, str]:
    """A readable id for each draft: its title and month, with a number where two are the same."""
    used: Counter[str] = Counter()
    ids = {}
    for draft in drafts:
        base = slugify(draft.title)[:_LONGEST_ID].strip("-") or "evento"
        if (told := dated[draft]) is not None:
            base = f"{base}-{told.date.start[:7]}"
        used[base] += 1
        ids[draft] = base if used[base] == 1 else f"{base}-{used[base]}"
    return ids


def _when(
    reading: Reading, draft: EventDraft, drafts: Sequence[EventDraft], told: Dated | None
) -> _When | None:
    """When the event was, as told by a date, else by the year in a name."""
    if told is None:
        named = year_in_name(reading, draft, drafts)
        return _When(named[0], *named) if named is not None else None
    date, at = told.date, told.sentence.start
    span = reading.source(at + date.span.start, at + date.span.end)
    confidence = _DATED_BY_CONTEXT if date.inferred_year else _DATED
    return _When(date.start, date.end, Evidence(span, date.rule, confidence))


def _where(reading: Reading, draft: EventDraft, placed: Mapping[EventDraft, Placed | None]) -> _Where | None:
    """Where the event was: at the place told, else (if told in prose) at that of the larger event."""
    told, rule, share = placed[draft], "place", 1.0
    if told is None and draft.parent is not None and draft.rule == "told":
        told, rule, share = placed[draft.parent], "place-of-parent", 0.7
    if told is None:
        return None
    place, at = told.place, told.sentence.start
    span = reading.source(at + place.span.start, at + place.span.end)
    confidence = place.confidence if rule == "place" else round(share * place.confidence, 3)
    city = place.name if place.kind == "city" else None
    return _Where(city, place.country, Evidence(span, rule, confidence))
