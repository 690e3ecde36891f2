"""Roles told by the name of an event and by what stands right behind it.

"Misión … a la Cámara de Lima", "Congreso de la Federación", "taller «Cuentas», con la Universidad del Sur",
"se celebró en la Universidad". Rules: mission-title, meeting-title, title-owner, title-with, event-of,
several-with, subject-at-event
and held-at.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Sequence

from ingest.event_drafts import EventDraft
from ingest.institution_mentions import behind
from ingest.lexicon import pattern
from ingest.reading import Sentence
from ingest.roles import RoleCue, RoleReading, in_one_list
from ingest.tokens import fold_keeping_length

OF_A_NAME = ("title-owner", "title-with")
"""Rules whose institutions belong to the event that is named right before them."""

_WITH = 0.7
"""Confidence that whom an event is held "with" takes part in it."""

_OWNER = 0.75
"""Confidence that an event "of" an institution is organised by it."""

_NOBODYS = frozenset({"jurado", "premio", "panel"})
"""Types of events that are "of" something else than their organiser."""

_AT = 0.6
"""Confidence that an institution that did something at an event took part in it."""

_BEHIND = 45  # characters behind the name of an event within which "with" goes on with it


def title_cues(sentence: Sentence, events: Sequence[EventDraft]) -> list[RoleCue]:
    """The "with" and the "of" of the name of an event, in it or right behind it, and what they say of whoever
    is listed next; in an announcement also a sentence that begins "With the …".
    """
    folded = fold_keeping_length(sentence.text)
    found: dict[tuple[int, int], RoleCue] = {}
    opening = pattern("title_with").match(folded)
    for draft in events:
        withs = [opening] if opening and sentence in draft.head_sentences else []
        for start, end in _names(sentence, draft):
            match = pattern("title_with").search(folded, start, min(len(folded), end + _BEHIND))
            if match and not re.search(r"[.;]", folded[end : match.start()]):
                withs.append(match)
            owner = pattern("title_of").match(folded, end)
            if owner and draft.type not in {"misión", "reunión", *_NOBODYS}:
                span = (owner.start("of"), owner.end())
                found[span] = RoleCue(*span, "organiser", "beside", _OWNER, "title-owner")
        for match in withs:
            span = (match.start("with"), match.end())
            found[span] = RoleCue(*span, "participant", "beside", _WITH, "title-with")
    return list(found.values())


def _names(sentence: Sentence, draft: EventDraft) -> list[tuple[int, int]]:
    """Where a sentence names an event, whose mentions are in the order of the text: offsets in it."""
    first = bisect_left(draft.mentions, (sentence.start, 0))
    last = bisect_left(draft.mentions, (sentence.end, 0))
    return [(s - sentence.start, e - sentence.start) for s, e in draft.mentions[first:last]]


def named_last(sentence: Sentence, draft: EventDraft, events: Sequence[EventDraft], mention: int) -> bool:
    """Whether no other event of the sentence is named between the name of this one and an institution."""
    at = sentence.mentions[mention].start
    latest = {e: max((s for s, _ in _names(sentence, e) if s <= at), default=-1) for e in (draft, *events)}
    return latest[draft] == max(latest.values())


def partner(sentence: Sentence, draft: EventDraft) -> RoleReading | None:
    """Whom one of several events was held with: the institution that tells it from the others."""
    if draft.rule != "one-of-several":
        return None
    spans = _names(sentence, draft)
    return next(
        (
            RoleReading(i, "participant", round(_WITH * m.confidence, 3), "several-with")
            for i, m in enumerate(sentence.mentions)
            if (m.start, m.end) in spans
        ),
        None,
    )


def title_roles(sentence: Sentence, events: Sequence[EventDraft]) -> list[RoleReading]:
    """Institutions in an event's name: whose congress it is, who goes on the mission, who meets."""
    found: list[RoleReading] = []
    folded = fold_keeping_length(sentence.text)
    for draft in events:
        for start, end in _names(sentence, draft):
            joint = pattern("title_with").search(folded, start, max(start, end))
            for index, mention in enumerate(sentence.mentions):
                inside = start < mention.start < max(end, start + 1)
                follows = 0 <= mention.start - end <= 12 and re.fullmatch(
                    r"\s*(?:de|del|da|do|dos|das|of)(?: (?:la|el|os|los|las|the|a|o))?\s*",
                    folded[end : mention.start],
                )
                if not (inside or follows) or folded[: mention.start].endswith((" como ", " as ")):
                    continue
                owner = re.search(
                    r"\b(?:de|del|da|do|of)(?: (?:la|el|los|las|the))?\s*\Z",
                    folded[max(0, mention.start - 12) : mention.start],
                )
                if draft.type == "misión":
                    found.append(RoleReading(index, "participant", 0.85, "mission-title"))
                elif draft.type == "reunión" and not owner:
                    found.append(RoleReading(index, "participant", 0.7, "meeting-title"))
                elif joint is not None and joint.start() < mention.start:
                    continue  # "Encuentro con la decana de la Universidad" is not the university's
                elif owner and mention.rule != "acronym" and draft.type not in _NOBODYS:
                    found.append(RoleReading(index, "organiser", _OWNER, "title-owner"))
    # "la Reunión de la Secretaría General" in the body of the event's block
    for index, mention in enumerate(sentence.mentions):
        lead = folded[max(0, mention.start - 60) : mention.start]
        if pattern("event_of").search(lead):
            found.append(RoleReading(index, "organiser", _OWNER, "event-of"))
    return found


def host_in_place(sentence: Sentence) -> list[RoleReading]:
    """ "… se realizó en la Facultad de … de la Universidad de …": who lends the place hosts."""
    folded = fold_keeping_length(sentence.text)
    return [
        RoleReading(index, "host", round(0.85 * mention.confidence, 3), "held-at")
        for index, mention in enumerate(sentence.mentions)
        if mention.type != "programme"
        and pattern("held_at").search(folded[max(0, mention.start - 140) : mention.start])
    ]


def subject_at_event(
    sentence: Sentence, events: Sequence[EventDraft], have: Container[int]
) -> list[RoleReading]:
    """The institutions that open a sentence which goes on "… at the event": they took part in it."""
    folded = fold_keeping_length(sentence.text)
    if not sentence.mentions or not pattern("opens_with").fullmatch(folded, 0, sentence.mentions[0].start):
        return []
    starts = [start for draft in events for start, _ in _names(sentence, draft)]
    subjects = [0]
    for index in range(1, len(sentence.mentions)):
        if not in_one_list(sentence.text[sentence.mentions[index - 1].end : sentence.mentions[index].start]):
            break
        subjects.append(index)
    end = behind(sentence.mentions[subjects[-1]])
    at = any(start > end and pattern("at_event").fullmatch(folded, end, start) for start in starts)
    return [
        RoleReading(i, "participant", round(_AT * sentence.mentions[i].confidence, 3), "subject-at-event")
        for i in subjects
        if at and i not in have
    ]
