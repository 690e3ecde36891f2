"""Who did what at an event, from the wording: "patrocinado por …", "… dictaron este taller", "in partnership
with".

In: a sentence and the institutions in it. Out: their roles. A cue (`ingest/lexicon/role_cues.tsv`) opens a
scope: institutions listed right after it ("after"), or the subject right before it ("before"), or both ("A
met with B"). The list goes on as long as nothing but commas, connectors, articles and countries stands
between two names. Other sides also list what is after them: "beside" ("junto a") goes on with the list
before it, if there is one; a "partner" is an organiser where the sentence says that something is organised,
else a participant; "such" ("organizaciones como") has the role of the cue before it in the sentence.

The rule of a reading is `{role}-{side}-{row of the cue in the file}`: rows are added at the end of the file,
so that ids stay what they were.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, cast

from graph.model import Role
from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import pattern, rows, words
from ingest.pattern_scan import PatternScan
from ingest.tokens import fold_keeping_length, tokenise

_ENDS_A_LIST = frozenset({"after", "both", "partner"})
_OPENS_A_LIST = _ENDS_A_LIST | {"beside", "such"}
_MAX_GAP = 90  # characters between two names of one list
_TITLES = re.compile(r"\b(Sra?|Srta|Dra?|Lic|Ing|Arq|Profa?|Mtr[oa]|Mg|M\.?Sc|Ph\.?D|Mrs?|Ms|Eng)\.")
_MAX_SUBJECT_GAP = 60  # characters between a subject and its verb


class RoleCue(NamedTuple):
    """A place in the text that gives the institutions beside it a role."""

    start: int
    end: int
    role: Role
    side: str
    weight: float
    rule: str


class RoleReading(NamedTuple):
    """One institution mention (by its index) in a role."""

    mention: int
    role: Role
    confidence: float
    rule: str


class _CueKind(NamedTuple):
    """What a row of the file says of its pattern."""

    role: Role
    side: str
    weight: float
    rule: str


@cache
def _scan() -> PatternScan[_CueKind]:
    return PatternScan(
        (
            rf"(?:{row['pattern']})(?!\w)",
            _CueKind(
                cast("Role", row["role"]),
                row["side"],
                float(row["weight"]),
                f"{row['role']}-{row['side']}-{number}",
            ),
        )
        for number, row in enumerate(rows("role_cues.tsv"), 1)
    )


@lru_cache(maxsize=1024)
def _all_cues(text: str) -> tuple[RoleCue, ...]:
    found = [RoleCue(start, end, *kind) for start, end, kind in _scan().find(fold_keeping_length(text))]
    found.sort(key=lambda c: (c.start, -(c.end - c.start), c.side != "after"))
    return tuple(found)


def find_cues(text: str, names: Sequence[InstitutionMention] = ()) -> list[RoleCue]:
    """Role cues in `text`, in order; where two overlap the longer one stays.

    A word of a cue that is part of one of the `names` makes none: "convoca la Asociación de Talleres".
    """
    kept: list[RoleCue] = []
    for cue in _all_cues(text):
        if any(m.start <= cue.start < m.end or m.start < cue.end <= m.end for m in names):
            continue
        if kept and cue.start < kept[-1].end:
            if cue.end - cue.start > kept[-1].end - kept[-1].start:
                kept[-1] = cue
            continue
        kept.append(cue)
    return kept


def read_roles(
    text: str,
    mentions: Sequence[InstitutionMention],
    *,
    persons: Mapping[int, tuple[int, int]] | None = None,
    more: Sequence[RoleCue] = (),
) -> list[RoleReading]:
    """Roles of the institutions mentioned in one sentence (offsets are those of `text`).

    `persons` has, by the index of a mention, the span of the person whose institution it is: in a list such a
    mention stands with its person ("Ana Ruiz, directora de la CAF; Luis Paz, del BID"). `more` are cues that
    the text around tells, which count where no cue of the sentence stands.
    """
    readings: list[RoleReading] = []
    cues = find_cues(text, mentions)
    cues += [c for c in more if not any(o.start < c.end and c.start < o.end for o in cues)]
    cues.sort(key=lambda c: c.start)
    starts = [m.start for m in mentions]
    items = [_item(m, (persons or {}).get(i)) for i, m in enumerate(mentions)]
    runs = _programme_clauses(text, mentions)
    for number, cue in enumerate(cues):
        if any(start <= cue.start < end for start, end in runs):
            continue
        if cue.side == "before" and re.search(
            r"\bse \Z", fold_keeping_length(text[max(0, cue.start - 4) : cue.start])
        ):
            continue  # "se realizó una presentación" has no subject
        if cue.side in _OPENS_A_LIST:
            limit = next((c.start for c in cues[number + 1 :] if c.side in _ENDS_A_LIST), len(text))
            listed = _listed_after(text, mentions, items, starts, cue, limit)
            if cue.side == "such":
                before = next((c for c in reversed(cues[:number]) if c.side != "such"), None)
                listed = [r._replace(role=before.role) for r in listed if before is not None]
            if cue.side in {"beside", "such"}:
                have = {r.mention for r in readings}
                listed = [r for r in listed if r.mention not in have]
            if cue.side == "partner" and not pattern("organising").search(fold_keeping_length(text)):
                listed = [r._replace(role="participant") for r in listed]
            readings += listed
            if cue.side == "both":
                readings += _subject_before(text, mentions, items, cue)
        else:
            subject = _subject_before(text, mentions, items, cue)
            if not subject and cue.role != "host" and not any(m.end <= cue.start for m in mentions):
                # "Patrocinaron el encuentro la CAF y …": the subject may follow its verb
                subject = [
                    r._replace(confidence=round(0.9 * r.confidence, 3))
                    for r in _listed_after(text, mentions, items, starts, cue, len(text))
                ]
            readings += subject
    return readings


def _programme_clauses(text: str, mentions: Sequence[InstitutionMention]) -> list[tuple[int, int]]:
    """Clauses that say who runs a programme, not who did what at the event: "… Programa X que adelanta la CAF
    …".
    """
    folded = fold_keeping_length(text)
    clauses = []
    for mention in mentions:
        if mention.type == "programme" and pattern("run_by").match(folded[mention.end : mention.end + 40]):
            stop = re.compile(r"[;.](?:\s|\Z)").search(folded, mention.end)
            clauses.append((mention.end, stop.start() if stop else len(text)))
    return clauses


def _item(mention: InstitutionMention, person: tuple[int, int] | None) -> tuple[int, int]:
    """From where to where a mention is a member of a list: with its person and the acronym beside it."""
    start, end = mention.start, mention.end
    if mention.acronym_span:
        end = max(end, mention.acronym_span[1])
    return (min(start, person[0]), max(end, person[1])) if person else (start, end)


def _listed_after(
    text: str,
    mentions: Sequence[InstitutionMention],
    items: Sequence[tuple[int, int]],
    starts: list[int],
    cue: RoleCue,
    limit: int,
) -> list[RoleReading]:
    readings: list[RoleReading] = []
    position = cue.end
    at = bisect_left(starts, cue.end)
    confidence = cue.weight
    while at < len(mentions) and mentions[at].start < limit:
        gap = text[position : max(position, items[at][0])]
        if not _joins(gap, first=position == cue.end):
            break
        if cue.role == "host" and position != cue.end and not re.search(r"\b(?:y|e|and)\b", gap):
            break  # "en la sede de la Cámara, Centro de Lima": what follows is where that is
        readings.append(RoleReading(at, cue.role, round(confidence * mentions[at].confidence, 3), cue.rule))
        position = max(position, items[at][1])
        at += 1
    return readings


def in_one_list(gap: str) -> bool:
    """Whether the text between two names makes them members of one list."""
    return bool(re.search(r",|;|\b(?:y|e|and)\b", gap)) and _joins(gap, first=False)


def _joins(gap: str, *, first: bool) -> bool:
    """Whether only list words stand in the gap between a cue and a name, or between two names."""
    if len(gap) > _MAX_GAP:
        return False
    tail = _TITLES.sub(r"\1", re.sub(r"\([^()]*\)", " ", gap)).strip()
    if re.search(r"[.!?]\s", tail) or tail.endswith("."):
        return False
    content = named = 0
    for token in tokenise(tail):
        if token.shape == "punct" or token.folded in words("list_fillers"):
            continue
        if token.shape in {"Capital", "ACRONYM", "Mixed", "number"}:
            named += 1
            content += 0 if not first else 1
            continue
        content += 1
    if not first and pattern("in_a_place").search(fold_keeping_length(gap)):
        return False  # "…, en la Universidad del Sur": where, not who
    if first and re.search(r"\b(?:que|quien(?:es)?|quem|who|which|that)\b", fold_keeping_length(tail)):
        return False  # "representantes de Perú propusieron que para la CAF …"
    if ";" in tail and not first and (content or named):
        return False  # a semicolon parts the members of a list, and also whole clauses
    return content <= (5 if first else 2) and not (
        not first and pattern("clause_stop").search(fold_keeping_length(tail))
    )


def _subject_before(
    text: str, mentions: Sequence[InstitutionMention], items: Sequence[tuple[int, int]], cue: RoleCue
) -> list[RoleReading]:
    before = [i for i, m in enumerate(mentions) if m.end <= cue.start]
    if not before:
        return []
    readings: list[RoleReading] = []
    last = before[-1]
    gap = text[min(items[last][1], cue.start) : cue.start]
    if len(gap) > _MAX_SUBJECT_GAP or re.search(r"[.;:!?]\s", gap):
        # "El Programa X participó, …; y ii) como ponente …": the subject that opens the sentence
        opening = before[0]
        lead = text[: mentions[opening].start]
        if cue.role == "speaker" and len(lead.split()) <= 6:
            return [RoleReading(opening, cue.role, round(0.8 * cue.weight, 3), cue.rule)]
        return []
    if _is_object(text, items[last][0]) and not cue.rule.startswith("host"):
        return []
    chain = [last]
    for index in reversed(before[:-1]):
        between = text[items[index][1] : max(items[index][1], items[chain[-1]][0])]
        if mentions[chain[-1]].unit_of == index or _joins(between, first=False):
            chain.append(index)
        else:
            break
    for index in chain:
        readings.append(
            RoleReading(index, cue.role, round(cue.weight * mentions[index].confidence, 3), cue.rule)
        )
    return readings


def _is_object(text: str, start: int) -> bool:
    """Whether the name is governed by a preposition that cannot open a subject ("en la sede del ICEX
    participaron").
    """
    lead = fold_keeping_length(text[max(0, start - 30) : start])
    return bool(pattern("not_a_subject").search(lead))
