"""A document in, everything read from it out: the order in which the reading rules are applied.

clean text, segments, sentences and the names, dates and places in them (`first_reading`) → events as drafts,
announced or told (`event_reading`), and which of them a sentence tells of (`event_sentences`) → roles of
institutions at events (`participations`) → actors (`actors`) → events with their facts (`events`) →
practices, methodologies, persons, places.
"""

from collections.abc import Mapping
from dataclasses import replace

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

VERSION = "10"
"""Goes up when the same document would be read differently, so that stored extractions are made anew."""


def extract(document: Document) -> Extraction:
    """Read a document. Pure: the same document gives the same extraction.

    Spans are code points of the document's text, end exclusive. Dates are ISO 8601 at the precision stated.
    """
    reading, passages = read(document)
    drafts = draft_events(reading, title=document.title)
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
    told = list(passages)
    around: list[tuple[int, int, str, bool]] = []  # blocks that have begun and not ended
    begun = 0
    for index, passage in sorted(enumerate(passages), key=lambda item: item[1].span):
        while begun < len(blocks) and blocks[begun][0] < passage.span.end:
            around.append(blocks[begun])
            begun += 1
        around = [block for block in around if block[1] > passage.span.start]
        told[index] = _with_event(passage, around)
    return tuple(told)


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
