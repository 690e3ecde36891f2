"""Announced events and their blocks: what follows an announcement, up to the next one, is about its event.

In: the units of a reading. Out: drafts of the events, and which unit is about which of them. Something beside
the title has to say that it is an event: a date, a city, a role, or a text below that tells how it was.
"""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.announcements import Announcement, announcement_of, nominal_entry, opens_with_date
from ingest.event_drafts import EventDraft
from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence, Unit
from ingest.roles import find_cues
from ingest.table_events import announces_future, table_event
from ingest.tokens import fold_keeping_length
from ingest.well_known_places import PlaceTest

_LEAST_ENTRIES = 4
"""Units that open with a date which make a document, or a part of one, a chronology."""


def draft_announced(
    reading: Reading, is_place: PlaceTest, drafts: list[EventDraft], owner: dict[int, EventDraft]
) -> None:
    """Append the announced events to `drafts`; `owner` gets the event that a unit (by index) is about."""
    units = reading.units
    current: EventDraft | None = None
    level = 99
    current_is_bullet = False
    row: int | None = None
    chronology = sum(opens_with_date(u) for u in units if u.segment.row is None) >= _LEAST_ENTRIES
    above: Sentence | None = None
    series = _headings_of_events(units, is_place)
    for index, unit in enumerate(units):
        segment = unit.segment
        if segment.kind == "heading" or _is_date(unit):
            above = unit.sentences[0] if _is_date(unit) else _date_of_heading(units, index, above)
        if segment.row is not None:
            if segment.row != row:
                row = segment.row
                current = table_event(reading, index, is_place, drafts)
            if current is not None:
                owner[index] = current
                current.block = (current.block[0], segment.clean.end)
            continue
        row = None
        announcement = announcement_of(unit, is_place) if _may_announce(units, index) else None
        if announcement is None and chronology and segment.kind != "heading" and opens_with_date(unit):
            announcement = nominal_entry(unit, is_place)
        if announcement is not None and (
            _supported(units, index, announcement)
            or (above is not None and segment.kind == "list-item")
            or (segment.kind == "heading" and segment.level in series)
        ):
            base = segment.clean.start
            draft = EventDraft(
                announcement.title,
                announcement.type,
                base + announcement.start,
                base + announcement.end,
                announcement.rule,
                announcement.confidence,
                (base, segment.clean.end),
                scheduled_hint=announces_future(segment.heading_path),
            )
            draft.dated_above = above
            draft.head_sentences = _announcement_sentences(unit, base + announcement.end)
            if segment.kind == "heading":
                draft.head_sentences += _labelled(units, index)
            draft.mentions.append((draft.start, draft.end))
            drafts.append(draft)
            owner[index] = draft
            current = draft
            level = segment.level if segment.kind == "heading" else 50
            current_is_bullet = segment.kind == "list-item" and not segment.number
            continue
        if segment.kind == "heading" and segment.level <= level:
            current = None
            continue
        if (
            current is not None
            and level == 50
            and segment.kind == "list-item"
            and not segment.number
            and current_is_bullet
            and not pattern("label_of_fact").match(fold_keeping_length(segment.text))
        ):
            current = None  # the next bullet of a list whose bullets are events
        if (
            segment.kind == "list-item"
            and segment.number
            and current is not None
            and level == 50
            and (_same_series(units, index, owner))
        ):
            current = None
        if current is not None:
            owner[index] = current
            current.block = (current.block[0], segment.clean.end)
    for index, draft in owner.items():
        draft.sentences += units[index].sentences


def _is_date(unit: Unit) -> bool:
    """Whether a unit is nothing but a year or a month: "2018", "Marzo", "Noviembre de 2019"."""
    if len(unit.sentences) != 1 or len(unit.text) > _LONGEST_DATE or len(unit.sentences[0].dates) != 1:
        return False
    (sentence,) = unit.sentences
    (date,) = sentence.dates
    rest = sentence.text[: date.span.start] + sentence.text[date.span.end :]
    return date.precision != "day" and not date.weak and not any(sign.isalnum() for sign in rest)


def _date_of_heading(units: Sequence[Unit], index: int, above: Sentence | None) -> Sentence | None:
    """The date above a heading that is none itself: it holds under a heading of a higher rank than this."""
    if above is None or units[above.unit].segment.kind != "heading":
        return None
    return above if units[above.unit].segment.level < units[index].segment.level else None


def _headings_of_events(units: Sequence[Unit], is_place: PlaceTest) -> frozenset[int]:
    """The ranks of headings of which so many open with an event that the text is a list of them."""
    levels = Counter(
        unit.segment.level
        for index, unit in enumerate(units)
        if unit.segment.kind == "heading"
        and _may_announce(units, index)
        and announcement_of(unit, is_place) is not None
    )
    return frozenset(level for level, count in levels.items() if count >= _LEAST_HEADINGS)


_LONGEST_DATE = 40  # characters of a line that is a date
_LEAST_HEADINGS = 3


def _may_announce(units: Sequence[Unit], index: int) -> bool:
    return units[index].segment.kind in {"list-item", "heading", "paragraph"} and bool(units[index].sentences)


def _supported(units: Sequence[Unit], index: int, announcement: Announcement) -> bool:
    """Whether something beside the title says that this is an event: a date, a place, a role, a body that
    tells of it.
    """
    unit = units[index]
    if any(s.dates and not all(d.weak for d in s.dates) for s in unit.sentences[:4]):
        return True
    if any(p.kind == "city" and not p.embedded for s in unit.sentences[:4] for p in s.places):
        return True
    if any(c.side == "after" and c.role in {"sponsor", "organiser"} for c in find_cues(unit.text)):
        return True
    if unit.segment.kind == "list-item" and _in_told_list(units, index):
        return True
    if unit.segment.kind == "heading":
        following = units[index + 1 : index + 4]
        told = " ".join(fold_keeping_length(u.text) for u in following if u.segment.kind != "heading")
        near = any(s.dates for u in following[:2] for s in u.sentences[:3])
        return bool(near or pattern("held").search(told[:1200]) or pattern("to_come").search(told[:1200]))
    return False


def _in_told_list(units: Sequence[Unit], index: int) -> bool:
    """Whether an item is of a list that says what was held: "Nos reunimos con otras entidades: …"."""
    for unit in reversed(units[max(0, index - _LONGEST_LIST) : index]):
        if unit.segment.kind == "list-item":
            continue
        return unit.text.rstrip().endswith(":") and bool(
            pattern("told_list").search(fold_keeping_length(unit.text[-_INTRODUCTION:]))
        )
    return False


_LONGEST_LIST = 60  # items above one among which the opening of their list is looked for
_INTRODUCTION = 300  # characters of it that are looked at


def _announcement_sentences(unit: Unit, end: int) -> list[Sentence]:
    """The sentences of the announcement proper: the title's and those without a verb that follow it."""
    chosen: list[Sentence] = []
    for number, sentence in enumerate(unit.sentences):
        if (
            number
            and sentence.start >= end
            and (
                pattern("finite_verb").search(fold_keeping_length(sentence.text))
                and len(sentence.text.split()) > 8
            )
        ):
            break
        chosen.append(sentence)
        if len(chosen) >= 5:
            break
    return chosen


def _labelled(units: Sequence[Unit], heading: int) -> list[Sentence]:
    """What stands right under a heading as facts: "Fecha: …", "Lugar: …", or a line of place and date."""
    chosen: list[Sentence] = []
    for unit in units[heading + 1 : heading + 9]:
        if unit.segment.kind == "heading" or not unit.sentences:
            break
        opening = fold_keeping_length(unit.sentences[0].text)
        labelled = bool(pattern("label_of_fact").match(opening))
        if (
            all(d.weak for s in unit.sentences for d in s.dates)
            and any(s.dates for s in unit.sentences)
            and len(unit.text) < 90
        ):
            continue  # "Publicado el 2 de septiembre"
        facts = any(s.places or any(not d.weak for d in s.dates) for s in unit.sentences[:2])
        if not labelled and (chosen or not facts):
            break
        chosen += (
            unit.sentences
            if labelled
            else [
                s
                for n, s in enumerate(unit.sentences[:3])
                if n == 0 or s.dates or s.places or find_cues(s.text)
            ]
        )
        if not labelled:
            break
    return chosen


def _same_series(units: Sequence[Unit], index: int, owner: dict[int, EventDraft]) -> bool:
    """Whether a numbered item goes on a list whose items are events (so that it ends the block before it)."""
    number = re.sub(r"\D", "", units[index].segment.number or "")
    for before in range(index - 1, -1, -1):
        segment = units[before].segment
        if segment.kind == "list-item" and segment.number and before in owner:
            previous = re.sub(r"\D", "", segment.number)
            return bool(number and previous and int(number) == int(previous) + 1)
    return False
