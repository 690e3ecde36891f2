"""A document in, everything read from it out: the order in which the reading rules are applied.

clean text, segments, sentences and the names, dates and places in them (`first_reading`) → events as drafts,
announced or told (`event_reading`), and which of them a sentence tells of (`event_sentences`) → roles of
institutions at events (`participations`) → actors (`actors`) → events with their facts (`events`) →
practices, methodologies, persons, places.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate

from graph.model import Document, Event, Extraction, Passage
from ingest.actors import gather_actors
from ingest.bare_names import bare_names
from ingest.document_info import document_info
from ingest.event_drafts import EventDraft
from ingest.event_reading import draft_events
from ingest.event_sentences import events_of_sentences
from ingest.events import event_values
from ingest.first_reading import read
from ingest.methodologies import methodology_mentions, methodology_values
from ingest.participations import event_roles
from ingest.persons import person_values, persons_of_sentences
from ingest.place_values import place_values
from ingest.practices import practice_values
from ingest.reading import Reading
from ingest.settled_themes import settle_themes
from ingest.well_known_places import country_of

VERSION = "4"
"""Goes up when the same document would be read differently, so that stored extractions are made anew."""


def extract(document: Document) -> Extraction:
    """Read a document. Pure: the same document gives the same extraction.

    Spans are code points of the document's text, end exclusive. Dates are ISO 8601 at the precision stated.
    """
    reading, passages = read(document)
    drafts = draft_events(reading)
    told = events_of_sentences(reading, drafts)
    persons = persons_of_sentences(reading)
    roles = event_roles(reading, drafts, told, persons)
    methodologies = methodology_mentions(reading)
    bare = bare_names(
        reading,
        in_role={role.mention for role in roles},
        titles=[span for draft in drafts for span in draft.mentions],
        methodologies=[
            (start + m.start, start + m.end) for start, found in methodologies.items() for m in found
        ],
    )
    actors = gather_actors(reading, country_of=country_of, bare=bare)
    events = event_values(reading, drafts, roles, actors)
    extraction = Extraction(
        document=document_info(document, reading),
        passages=_with_events(reading, passages, events),
        events=tuple(events.values()),
        actors=actors.actors,
        practices=practice_values(reading, told, events, actors),
        places=place_values(reading),
        persons=person_values(reading, persons, actors),
        methodologies=methodology_values(reading, methodologies, told, events, actors),
    )
    return settle_themes(extraction)


def _with_events(
    reading: Reading, passages: tuple[Passage, ...], events: Mapping[EventDraft, Event]
) -> tuple[Passage, ...]:
    """The passages, each with the event that it tells of."""
    blocks = sorted((*reading.source(*d.block), event.id, d.announced) for d, event in events.items())
    reached = list(accumulate((end for _, end, _, _ in blocks), max))
    return tuple(
        _with_event(
            passage,
            # Blocks before these end before the passage, those behind begin after it.
            blocks[
                bisect_right(reached, passage.span.start) : bisect_right(
                    blocks, (passage.span.end, 0, "", False)
                )
            ],
        )
        for passage in passages
    )


def _with_event(passage: Passage, blocks: list[tuple[int, int, str, bool]]) -> Passage:
    """The passage with the event whose block covers most of it, an announced one before one told."""
    best: tuple[int, int, str] | None = None
    for start, end, event, announced in blocks:
        shared = min(end, passage.span.end) - max(start, passage.span.start)
        if shared > 0:
            candidate = (int(announced), shared, event)
            if best is None or candidate > best:
                best = candidate
    return replace(passage, event=best[2]) if best else passage
