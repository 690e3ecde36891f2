"""Which event a text is about, and which of its events are sessions of that one.

A press note or a post tells of one event, with its panels, an edition before and a course beside it. Who
speaks in a session takes part in the event; what the programme lists belongs to it.
"""

from collections.abc import Sequence

from ingest.event_drafts import PASSING, EventDraft, is_session
from ingest.event_facts import date_of
from ingest.lexicon import pattern
from ingest.reading import Reading, Unit
from ingest.tokens import fold_keeping_length

_OPENING = 4
"""Units among which a text names the event that it is about: a kicker, the title, a summary, a paragraph."""

_ENTRIES = frozenset({"chronology-entry", "announced-list-item", "table-row"})
"""Rules of events that are one of a list."""

_MOST_ANNOUNCED = 3
"""Announced events beside it that such a text has at most; one with more is a calendar or a chronology."""


def main_event(reading: Reading, drafts: Sequence[EventDraft]) -> EventDraft | None:
    """The one event that a text is about: its only one, or the first, where the text opens with its name."""
    whole = [d for d in drafts if d.parent is None and d.rule not in PASSING and not _is_part(d)]
    if len(whole) <= 1:
        return whole[0] if whole else None
    first = min(whole, key=lambda d: d.start)
    others = [d for d in whole if d.announced and d is not first]
    opening = [unit for unit in reading.units if unit.sentences][:_OPENING]
    if not opening or first.start >= opening[-1].segment.clean.end or first.rule in _ENTRIES:
        return None
    entitled = first.start < opening[0].segment.clean.end
    sections = sum(d.rule == "announced-heading" for d in others)
    listed = len(others) > _MOST_ANNOUNCED or (sections > 1 and not entitled)
    return None if listed else first


def under_main(unit: Unit) -> bool:
    """Whether what stands under the headings of a unit may tell of the event that the text is about."""
    return not any(
        pattern("beside_the_event").match(fold_keeping_length(h)) for h in unit.segment.heading_path
    )


def wholes(drafts: Sequence[EventDraft], main: EventDraft | None) -> dict[EventDraft, EventDraft]:
    """The event that each session is part of: its parent, or the event that the text is about."""
    found = {}
    for draft in drafts:
        parent = draft.parent
        if parent is not None and draft.rule == "told" and (parent.announced or is_session(draft)):
            found[draft] = parent
        elif (
            main is not None
            and draft is not main
            and draft.parent in (None, main)
            and _is_part(draft)
            and _within(draft, main)
        ):
            found[draft] = main
    return found


def _is_part(draft: EventDraft) -> bool:
    """Whether the name of an event told in prose is that of a session ("conferencia inaugural")."""
    return draft.rule == "told" and bool(pattern("session").match(fold_keeping_length(draft.title)))


def _within(draft: EventDraft, main: EventDraft) -> bool:
    """Whether nothing says that a session was on another day than the event."""
    own, whole = date_of(draft), date_of(main)
    if own is None or whole is None:
        return True
    # Dates are as precise as they are told: "2019-05" is within a week of that May.
    start, least = own.date.start, min(len(own.date.start), len(whole.date.start))
    return whole.date.start[:least] <= start[:least] <= whole.date.end[:least]
