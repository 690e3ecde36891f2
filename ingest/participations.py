"""Who took part in which event, and how: the roles that sentences tell, given to the events they tell of.

Rules (`Evidence.rule`): those of `ingest.roles` ("+unit" where a unit's role passes to its body), of
`ingest.title_roles`, `ingest.programme` and `ingest.voice` (calls-above among them); speaker-says (someone
of it is quoted, or it presents something), participant-named (someone of it is named in a text about one
event) and institutions-cell (a table's column). Confidences of the older rules were set on the 2007 report,
those of `ingest.programme`, `ingest.voice`, title-with and subject-at-event by judgement.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from graph.model import Actor, Evidence, Participation, Role
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft, is_session
from ingest.event_parts import main_event, under_main, wholes
from ingest.event_sentences import EventsOf
from ingest.institution_mentions import behind
from ingest.lexicon import pattern
from ingest.person_names import PersonMention
from ingest.persons import PersonsOf, affiliation
from ingest.programme import brought_by_item, programme_sentences
from ingest.reading import Reading, Sentence
from ingest.roles import RoleCue, RoleReading, find_cues, read_roles
from ingest.title_roles import (
    OF_A_NAME,
    host_in_place,
    named_last,
    partner,
    subject_at_event,
    title_cues,
    title_roles,
)
from ingest.tokens import fold_keeping_length
from ingest.voice import callers, voice_of, we_did

_SAYS = 0.65
"""Confidence that an institution takes part in an event because someone of it is quoted where it is told."""

_LABEL_REST = 40
"""Characters between a cue and the colon behind it that opens a list."""

_POSITION = 110
"""Characters before a name in which the position of a person may be told."""

_NAMED = 0.5
"""The same where someone of it is only named in a text about one event."""

_SAYS_LITTLE = ("participant-after", "participant-beside", "participant-named", "title-with", "we-took-part")
"""Rules whose participants did no more than that where another rule makes them organisers or sponsors."""

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
    for draft in drafts:
        draft.mentions.sort()  # those of a sentence are then found by halving
    main = main_event(reading, drafts)
    whole = wholes(drafts, main)
    programme = programme_sentences(reading) if main is not None else frozenset()
    voice = voice_of(reading)
    if main is not None:
        found += [EventRole(main, index, "organiser", 0.85, "calls-above") for index in callers(reading)]
    cells = {id(d.institutions_cell): d for d in drafts if d.institutions_cell is not None}
    for sentence in reading.sentences:
        events = owned.get(sentence.start, [])
        item = sentence.start in programme
        if not events and main is not None and under_main(reading.units[sentence.unit]):
            events = [main]  # under another heading the text still tells of the event it is about
        if not events:
            continue
        above = lists.get(sentence.unit)
        cell = cells.get(id(sentence))
        of_persons = _with_persons(sentence, persons.get(sentence.start, ()))
        told = read_roles(
            sentence.text, sentence.mentions, persons=of_persons, more=title_cues(sentence, events)
        )
        readings: list[RoleReading] = list(told)
        if above is not None and sentence.mentions and not readings:
            # An item of a list: its first institution is what it names.
            readings = [RoleReading(0, above.role, round(0.9 * above.weight, 3), above.rule)]
        if cell is not None:
            readings = [
                RoleReading(i, cell.institutions_role, 0.85, "institutions-cell")
                for i in range(len(sentence.mentions))
            ]
        readings += title_roles(sentence, events)
        readings += subject_at_event(sentence, events, {r.mention for r in readings})
        readings += host_in_place(sentence)
        if item:
            readings += brought_by_item(sentence, of_persons, {r.mention for r in readings})
        sure = main is not None and events == [main]
        readings += _speakers(sentence, of_persons, {r.mention for r in readings}, sure=sure)
        if voice:
            did = we_did(sentence)
            found += [EventRole(d, speaker, *done) for d in events for speaker in voice for done in did]
        for draft in events:
            one = partner(sentence, draft)
            for r in _with_units(readings, sentence) if one is None else [one]:
                if r.rule.startswith(OF_A_NAME) and not named_last(sentence, draft, events, r.mention):
                    continue
                # Who organises or hosts a session takes part in the event.
                at = "participant" if item and draft is main and r.role in _STRONG else r.role
                found.append(EventRole(draft, sentence.first_mention + r.mention, at, r.confidence, r.rule))
                larger = whole.get(draft) or (main if item and draft is not main else None)
                if larger is not None and larger not in events:
                    part = larger is not draft.parent or is_session(draft)
                    found.append(
                        EventRole(
                            larger,
                            sentence.first_mention + r.mention,
                            "participant" if part and r.role in _STRONG else r.role,
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
    folded = fold_keeping_length(sentence.text)
    for index, mention in enumerate(sentence.mentions):
        held = pattern("represents").search(folded, max(0, mention.start - _POSITION), mention.start)
        if held is not None or mention.rule == "office-holder":
            found.setdefault(index, (held.start() if held else mention.start, mention.end))
    return found


def _speakers(
    sentence: Sentence, persons: Mapping[int, tuple[int, int]], have: Collection[int], *, sure: bool
) -> list[RoleReading]:
    """Institutions of persons who speak in a sentence about the event ("señaló Ana Ruiz, directora de …").

    So do those whom a sentence names that tells who was there; where the text is about one event (`sure`),
    whoever it names with a body.
    """
    folded = fold_keeping_length(sentence.text)
    bodies = [
        i
        for i, m in enumerate(sentence.mentions)
        if sure and i not in persons and pattern("says_itself").match(folded, behind(m))
    ]
    if not persons and not bodies:
        return []
    says = bool(pattern("says").search(folded))
    there = any(cue.role in {"participant", "speaker"} for cue in find_cues(sentence.text))
    if not says and not there and not sure:
        return []
    role: Role = "speaker" if says else "participant"
    weight, rule = (_SAYS, "speaker-says") if says else (_NAMED + 0.1 * there, "participant-named")
    return [
        RoleReading(i, role, round(weight * sentence.mentions[i].confidence, 3), rule)
        for i in (*persons, *bodies)
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
    hosts = {actor for actor, role in best if role == "host"}
    organisers = {actor for actor, role in best if role == "organiser"}
    listed = []
    for (actor, role), found in best.items():
        if (
            role == "participant"
            and actor in organisers
            and all(rule == "meeting-title" for _, _, rule in found)
        ):
            continue
        weak_only = all(rule.startswith(_SAYS_LITTLE) for _, _, rule in found)
        if role == "participant" and actor in strong and weak_only:
            continue
        if actor in hosts and all(rule.startswith("title-with") for _, _, rule in found):
            continue  # "con la Universidad como anfitriona"
        evidence = tuple(
            Evidence(reading.source(reading.mentions[m].start, reading.mentions[m].end), rule, confidence)
            for confidence, m, rule in dict.fromkeys(found)
        )
        listed.append(Participation(actor, by_id[actor].name, role, evidence))
    return tuple(listed)
