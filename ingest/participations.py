"""Who took part in which event, and how: the roles that sentences tell, given to the events they tell of.

Rules (`Evidence.rule`): those of `ingest.roles` ("+unit" where a unit's role passes to its body),
speaker-says (someone of it is quoted), participant-named (someone of it is named in a text about one event),
institutions-cell (a table's column), mission-title, meeting-title,
title-owner and event-of (the name of the event says whose it is) and held-at (who lends the place). Their
confidences were set on the 2007 report.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from graph.model import Actor, Evidence, Participation, Role
from ingest.actors import ActorIndex
from ingest.event_drafts import PASSING, EventDraft, is_session
from ingest.event_sentences import EventsOf
from ingest.lexicon import pattern
from ingest.person_names import PersonMention
from ingest.persons import PersonsOf, affiliation
from ingest.reading import Reading, Sentence
from ingest.roles import RoleCue, RoleReading, find_cues, read_roles
from ingest.tokens import fold_keeping_length

_SAYS = 0.65
"""Confidence that an institution takes part in an event because someone of it is quoted where it is told."""

_LABEL_REST = 40
"""Characters between a cue and the colon behind it that opens a list."""

_NAMED = 0.5
"""The same where someone of it is only named in a text about one event."""

_STRONG: frozenset[Role] = frozenset({"sponsor", "organiser", "host"})


@dataclass(frozen=True, slots=True)
class EventRole:
    """An institution's mention (its index in `Reading.mentions`) in a role at an event."""

    draft: EventDraft
    mention: int
    role: Role
    confidence: float
    rule: str


def event_roles(
    reading: Reading, drafts: list[EventDraft], owned: EventsOf, persons: PersonsOf
) -> list[EventRole]:
    """The roles that the sentences of a document tell, for each event that a sentence is about."""
    found: list[EventRole] = []
    lists = _roles_of_lists(reading)
    only = len([d for d in drafts if d.parent is None and d.rule not in PASSING]) == 1
    cells = {id(d.institutions_cell): d for d in drafts if d.institutions_cell is not None}
    for sentence in reading.sentences:
        events = owned.get(sentence.start, [])
        if not events:
            continue
        above = lists.get(sentence.unit)
        cell = cells.get(id(sentence))
        of_persons = _with_persons(sentence, persons.get(sentence.start, ()))
        readings: list[RoleReading] = list(read_roles(sentence.text, sentence.mentions, persons=of_persons))
        if above is not None and sentence.mentions and not readings:
            # An item of a list: its first institution is what it names.
            readings = [RoleReading(0, above.role, round(0.9 * above.weight, 3), above.rule)]
        if cell is not None:
            readings = [
                RoleReading(i, cell.institutions_role, 0.85, "institutions-cell")
                for i in range(len(sentence.mentions))
            ]
        readings += _title_roles(sentence, events)
        readings += _host_in_place(sentence)
        readings += _speakers(sentence, of_persons, {r.mention for r in readings}, sure=only)
        for draft in events:
            for r in _with_units(readings, sentence):
                found.append(
                    EventRole(draft, sentence.first_mention + r.mention, r.role, r.confidence, r.rule)
                )
                parent = draft.parent
                if parent is not None and draft.rule == "told" and (parent.announced or is_session(draft)):
                    found.append(
                        EventRole(
                            parent,
                            sentence.first_mention + r.mention,
                            # Who organises a session takes part in the event.
                            "participant" if is_session(draft) and r.role in _STRONG else r.role,
                            round(0.9 * r.confidence, 3),
                            r.rule,
                        )
                    )
    return found


def _roles_of_lists(reading: Reading) -> dict[int, RoleCue]:
    """The cue above each item (by its unit) of a list: "Con el apoyo de:", "## Patrocinadores"."""
    found: dict[int, RoleCue] = {}
    above: RoleCue | None = None
    for index, unit in enumerate(reading.units):
        segment = unit.segment
        if segment.kind == "list-item":
            if above is not None:
                found[index] = above
            continue
        text = segment.text.strip(" *:")
        label = segment.kind == "heading" or segment.text.rstrip(" *").endswith(":")
        cues = [c for c in find_cues(text + ":") if c.side == "after"] if label else []
        last = cues[-1] if cues else None
        if last is not None and fold_keeping_length(text[last.start : last.end]).startswith("aliad"):
            last = None  # "Aliados" at the foot of a page are those of the author, rarely of the event
        above = last if last is not None and len(text) - last.end < _LABEL_REST else None
    return found


def _with_persons(sentence: Sentence, persons: Iterable[PersonMention]) -> dict[int, tuple[int, int]]:
    """The span of the person (in the sentence) whose institution a mention is, by the mention's index."""
    found: dict[int, tuple[int, int]] = {}
    for person in persons:
        at = affiliation(person, sentence)
        if at is not None:
            found.setdefault(at, (person.start, person.end))
    return found


def _speakers(
    sentence: Sentence, persons: Mapping[int, tuple[int, int]], have: Collection[int], *, sure: bool
) -> list[RoleReading]:
    """Institutions of persons who speak in a sentence about the event ("señaló Ana Ruiz, directora de …").

    Where the text is about one event (`sure`), whoever it names with a body takes part in it.
    """
    if not persons:
        return []
    says = bool(pattern("says").search(fold_keeping_length(sentence.text)))
    if not says and not sure:
        return []
    role: Role = "speaker" if says else "participant"
    weight, rule = (_SAYS, "speaker-says") if says else (_NAMED, "participant-named")
    return [
        RoleReading(i, role, round(weight * sentence.mentions[i].confidence, 3), rule)
        for i in persons
        if i not in have
    ]


def _with_units(readings: Iterable[RoleReading], sentence: Sentence) -> list[RoleReading]:
    """A unit's role is its body's too when the text names both together."""
    listed = list(readings)
    have = {(r.mention, r.role) for r in listed}
    for r in list(listed):
        body = sentence.mentions[r.mention].unit_of
        if body is not None and 0 <= body < len(sentence.mentions) and (body, r.role) not in have:
            listed.append(RoleReading(body, r.role, round(0.9 * r.confidence, 3), r.rule + "+unit"))
            have.add((body, r.role))
    return listed


def _title_roles(sentence: Sentence, events: list[EventDraft]) -> list[RoleReading]:
    """Institutions in an event's name: whose congress it is, who goes on the mission, who meets."""
    found: list[RoleReading] = []
    for draft in events:
        for start, end in draft.mentions:
            if not (sentence.start <= start < sentence.end):
                continue
            for index, mention in enumerate(sentence.mentions):
                at = sentence.start + mention.start
                inside = start < at < max(end, start + 1)
                behind = 0 <= at - end <= 12 and re.fullmatch(
                    r"\s*(?:de|del|da|do|dos|das|of)(?: (?:la|el|los|las|the|a|o))?\s*",
                    fold_keeping_length(sentence.text[end - sentence.start : mention.start]),
                )
                if not inside and not behind:
                    continue
                before = fold_keeping_length(sentence.text[max(0, mention.start - 12) : mention.start])
                owner = re.search(r"\b(?:de|del|da|do|of)(?: (?:la|el|los|las|the))?\s*\Z", before)
                if draft.type == "misión":
                    found.append(RoleReading(index, "participant", 0.85, "mission-title"))
                elif draft.type == "reunión" and not owner:
                    found.append(RoleReading(index, "participant", 0.7, "meeting-title"))
                elif owner and mention.rule != "acronym" and draft.type not in {"jurado", "premio", "panel"}:
                    found.append(RoleReading(index, "organiser", 0.75, "title-owner"))
    # "la Reunión de la Secretaría General" in the body of the event's block
    folded = fold_keeping_length(sentence.text)
    for index, mention in enumerate(sentence.mentions):
        lead = folded[max(0, mention.start - 60) : mention.start]
        if pattern("event_of").search(lead):
            found.append(RoleReading(index, "organiser", 0.75, "event-of"))
    return found


def _host_in_place(sentence: Sentence) -> list[RoleReading]:
    """ "… se realizó en la Facultad de … de la Universidad de …": who lends the place hosts."""
    folded = fold_keeping_length(sentence.text)
    return [
        RoleReading(index, "host", round(0.85 * mention.confidence, 3), "held-at")
        for index, mention in enumerate(sentence.mentions)
        if mention.type != "programme"
        and pattern("held_at").search(folded[max(0, mention.start - 140) : mention.start])
    ]


def participations(
    reading: Reading, roles: list[EventRole], actors: ActorIndex, by_id: dict[str, Actor]
) -> tuple[Participation, ...]:
    """The participations of one event from its roles: one for each actor and role, with all its evidence."""
    best: dict[tuple[str, Role], list[tuple[float, int, str]]] = defaultdict(list)
    for read in roles:
        told = actors.of_mention[read.mention]
        if told is not None:
            best[told, read.role].append((read.confidence, read.mention, read.rule))
    # A sponsor, organiser, host, speaker or instructor who also "took part" said nothing new by that
    strong = {actor for actor, role in best if role in {"sponsor", "organiser"}}
    organisers = {actor for actor, role in best if role == "organiser"}
    listed = []
    for (actor, role), found in best.items():
        if (
            role == "participant"
            and actor in organisers
            and all(rule == "meeting-title" for _, _, rule in found)
        ):
            continue
        weak_only = all(rule.startswith(("participant-after", "participant-named")) for _, _, rule in found)
        if role == "participant" and actor in strong and weak_only:
            continue
        evidence = tuple(
            Evidence(reading.source(reading.mentions[m].start, reading.mentions[m].end), rule, confidence)
            for confidence, m, rule in dict.fromkeys(found)
        )
        listed.append(Participation(actor, by_id[actor].name, role, evidence))
    return tuple(listed)
