"""Announcements of events: a numbered item, a heading, a paragraph without a verb or a cell of a table.

In: a unit (a segment with its sentences). Out: where the title stands in it and what kind of event it names.
The title ends where a date, a place, a role ("organizado por …") or a verb begins, unless it is quoted whole.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.event_titles import clean_title, head_at, is_ordinal, title_key
from ingest.lexicon import pattern, words
from ingest.reading import Unit
from ingest.roles import find_cues
from ingest.tokens import Token, fold_keeping_length, tokenise, tokens_from
from ingest.well_known_places import PlaceTest

_LEADING_DATE = re.compile(r"\s*[:.–—\-|,)]*\s*")


_BULLETS = " .)-–—•*»›▪►▸·>→"


class Announcement(NamedTuple):
    """Where an announcement's title stands in its unit, and what type the event is."""

    title: str
    start: int
    end: int
    type: str
    rule: str
    confidence: float
    ordinal: bool


def announcement_of(unit: Unit, is_place: PlaceTest, *, table: bool = False) -> Announcement | None:
    """The announcement that opens a unit, if any."""
    kind = unit.segment.kind
    text = unit.text
    offset = unit.lead
    while offset < len(text) and text[offset] in _BULLETS:
        offset += 1
    # A chronology puts the date first: "12 de mayo de 2010: VIII Foro …"
    dated_first = opens_with_date(unit)
    if dated_first:
        offset = _behind_dates(unit)
    if dated_first and (entry := _entry_title(unit, offset, is_place)) is not None:
        return entry
    folded = fold_keeping_length(text)
    lead = pattern("label_of_summary").match(folded, offset)
    title_start = lead.end() if lead else offset
    skip = pattern("participation_in").match(folded, title_start)
    tokens = tokens_from(text, skip.end() if skip else title_start)
    head = _leading_head(tokens)
    if head is None:
        return None
    event_type, strength, ordinal, position = head
    if strength == "plural":
        return None
    if tokens[position].shape == "word" and not skip:
        return None
    if kind == "paragraph" and not dated_first and not table:
        # A paragraph that opens with an event is an announcement only when its first sentence has no verb.
        opening = fold_keeping_length(unit.sentences[0].text) if unit.sentences else ""
        if pattern("finite_verb").search(opening) or (
            len(unit.sentences) < 2 and not (unit.sentences[0].dates or find_cues(opening))
        ):
            return None
    title_end = _title_end(unit, title_start, is_place, whole=table or kind == "heading")
    title = clean_title(text[title_start:title_end])
    if len(title_key(title)) < 2 and kind != "heading" and unit.sentences:
        # "Entrega en Tegucigalpa del Premio …": a place inside the title
        base = unit.segment.clean.start
        stop = next((s.end - base for s in unit.sentences if s.end - base > title_start + 8), len(text))
        title_end = min(stop, title_start + 120)
        title = clean_title(text[title_start:title_end])
    if len(title_key(title)) < (3 if event_type == "agenda" else 2) and not ordinal:
        return None
    confidence = 0.95 if kind in {"list-item", "table-cell"} else 0.85
    return Announcement(title, title_start, title_end, event_type, f"announced-{kind}", confidence, ordinal)


_LONGEST_ENTRY_TITLE = 220  # characters
_CLAUSES = 4  # clauses of an entry looked through for the one that names the event


def opens_with_date(unit: Unit) -> bool:
    """Whether a unit begins with its date, as the entries of a chronology do."""
    if not unit.sentences:
        return False
    sentence = unit.sentences[0]
    base = sentence.start - unit.segment.clean.start
    lead = unit.text[unit.lead : base + sentence.dates[0].span.start] if sentence.dates else "."
    return (
        bool(sentence.dates) and not sentence.dates[0].weak and _only_date_words(lead.strip(_BULLETS) + " ")
    )


def _behind_dates(unit: Unit) -> int:
    """Where the text goes on behind the dates that open a unit: "2018 / 12 de mayo: Foro …"."""
    text = unit.text
    offset = unit.lead
    for sentence in unit.sentences[:2]:
        base = sentence.start - unit.segment.clean.start
        for date in sentence.dates:
            between = text[offset : base + date.span.start].strip(_BULLETS + "\n:,|") + " "
            if date.weak or base + date.span.start > offset + 30 or not _only_date_words(between):
                break
            offset = base + date.span.end
            offset += _LEADING_DATE.match(text[offset:]).end()  # type: ignore[union-attr]
    return offset


def _entry_title(unit: Unit, offset: int, is_place: PlaceTest) -> Announcement | None:
    """The clause of a dated entry that names an event: "19 de mayo. Lima, Perú. Seminario …".

    Places and venues may stand between the date and the title.
    """
    text = unit.text
    base = unit.segment.clean.start
    starts = [offset, *(s.start - base for s in unit.sentences if s.start - base > offset)]
    for start in starts[: _CLAUSES + 1]:
        start = _behind_places(unit, start)
        while start < len(text) and text[start] in _BULLETS + ",:;":
            start += 1
        head = _leading_head(tokens_from(text, start))
        if head is None or head[1] == "plural":
            continue
        if head[1] == "weak" and start > starts[1:2][0] if len(starts) > 1 else False:
            continue
        end = _title_end(unit, start, is_place, whole=False)
        title = clean_title(text[start:end])
        if len(title_key(title)) < 2 and not head[2]:
            # "Entrega en Tegucigalpa del Premio …": a place inside the title
            stop = next((s.end - base for s in unit.sentences if s.end - base > start + 8), len(text))
            end = min(stop, start + _LONGEST_ENTRY_TITLE)
            title = clean_title(text[start:end])
        if len(title_key(title)) < 2 or text[start:end].startswith(("Jurado:", "Júri:", "Jury:")):
            continue
        return Announcement(title, start, end, head[0], "chronology-entry", 0.9, head[2])
    return None


def nominal_entry(unit: Unit, is_place: PlaceTest) -> Announcement | None:
    """The title of an entry of a chronology without an event noun: "Julio, 7. Un ejemplo de gestión. …".

    None where the entry tells that something came to be ("Se crea …", "Firma del convenio …").
    """
    start = _behind_dates(unit)
    base = unit.segment.clean.start
    starts = [start, *(s.start - base for s in unit.sentences if s.start - base > start)]
    for start in starts[:_CLAUSES]:
        start = _behind_places(unit, start)
        while start < len(unit.text) and unit.text[start] in _BULLETS + ",:;":
            start += 1
        if start >= len(unit.text):
            return None
        end = _title_end(unit, start, is_place, whole=False)
        parted = _PARTED.search(unit.text, start + 3, end)
        title = clean_title(unit.text[start : parted.start() if parted else end])
        folded = fold_keeping_length(title)
        if len(title_key(title)) < (1 if parted else 3) or len(title) < 5 or is_place(title):
            continue
        if (
            not (title[0].isupper() or (parted and title[1:2].isupper()))
            or len(title) > _LONGEST_ENTRY_TITLE
            or pattern("no_event_entry").match(folded)
            or pattern("finite_verb").search(folded)
            or any(pattern("past_tense").search(word) for word in title.split())
        ):
            return None
        tokens = tokenise(title)
        kinds = [
            head[1] for at in range(len(tokens)) if (head := head_at(tokens, at)) and head[2] != "plural"
        ]
        return Announcement(title, start, end, kinds[-1] if kinds else "otro", "chronology-entry", 0.6, False)
    return None


def _behind_places(unit: Unit, start: int) -> int:
    """Where the text goes on behind the places that stand at `start`: "Lima, Perú. | 4.º Congreso"."""
    text = unit.text
    base = unit.segment.clean.start
    places = [
        (s.start - base + p.span.start, s.start - base + p.span.end) for s in unit.sentences for p in s.places
    ]
    while True:
        lead = _BEFORE_PLACE.match(text, start)
        at = lead.end() if lead else start
        end = next((e for b, e in places if b == at), None)
        closed = _AFTER_PLACE.match(text, end) if end is not None else None
        if closed is None:
            return start
        start = closed.end()


_PARTED = re.compile(r"\s[-–—|]\s")
_BEFORE_PLACE = re.compile(
    r"[\s.,;:()–—-]*(?:(?:[Tt]ambi[ée]n |[Tt]amb[ée]m )?(?:[Ee]n|[Ee]m|[Ii]n|[Aa]t) (?:la |el |a |o )?)?"
)
_AFTER_PLACE = re.compile(r"\s*[.,;:)–—-]+\s*|\s*\(|\s*\n")


def _leading_head(tokens: Sequence[Token]) -> tuple[str, str, bool, int] | None:
    """(type, strength, has an ordinal, token) of an event noun among the first words, past ordinals and
    "Gran".
    """
    at = 0
    ordinal = False
    while at < len(tokens) and (is_ordinal(tokens, at) or tokens[at].text in '“"«°ºª.*'):
        ordinal = ordinal or is_ordinal(tokens, at)
        at += 1
    for skip in range(2):
        if at + skip < len(tokens):
            head = head_at(tokens, at + skip)
            if head and (
                skip == 0
                or (
                    tokens[at].folded not in words("determiners")
                    and tokens[at].shape in {"Capital", "ACRONYM"}
                    and tokens[at + skip].shape in {"Capital", "ACRONYM"}
                )
            ):
                return head[1], head[2], ordinal, at + skip
    return None


def _only_date_words(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\s(\[*–—-]*(?:(?:el|los|las|la|del?|dia|dias|on|from|em|no|nos|de|entre|the|week|weekend|of|over|semana"
            r"|a|o|mediados|principios|fines|finales|meados|inicio|fim|mid|early|late|around)[\s-]+)*",
            fold_keeping_length(text),
        )
    )


_LONGEST_TITLE = 1000  # characters looked through for the end of a title


def _title_end(unit: Unit, start: int, is_place: PlaceTest, *, whole: bool) -> int:
    """Where the title that starts at `start` ends, in offsets of the unit's text."""
    text = unit.text[: start + _LONGEST_TITLE]
    folded = fold_keeping_length(text)
    base = unit.segment.clean.start
    ends = [len(text)]
    quotes = _quoted_ranges(text)
    if not whole or len(text) - start > 200:
        ends += [s.end - base for s in unit.sentences if s.end - base > start + 8][:1]
    for cue in find_cues(text[start:]):
        if cue.side == "after" and cue.start > 8:
            ends.append(start + cue.start)
    for name in ("within", "held", "to_come"):
        if match := pattern(name).search(folded, start + 8):
            ends.append(match.start())
    ends += [
        match.start()
        for match in _AT_VENUE.finditer(folded, start + 8)
        if match["noun"] in words("venue_nouns") | _SEATS and not _inside(match.start(), quotes)
    ]
    for sentence in unit.sentences:
        shift = sentence.start - base
        if shift > len(text):
            break
        for date in sentence.dates:
            at = shift + date.span.start
            if start + 8 < at <= len(text) and not date.weak and not _inside(at, quotes):
                near = max(0, at - 80)
                before = pattern("before_date").search(folded[near:at])
                ends.append(near + before.start() if before else at)
        for place in sentence.places:
            at = shift + place.span.start
            if not start + 8 < at <= len(text) or _inside(at, quotes) or place.embedded:
                continue
            lead = folded[max(start, at - 12) : at]
            if re.search(r"(?:[,.(–—]\s*|\b(?:en|em|in|at)\s+(?:la\s+|the\s+)?)\Z", lead):
                near = max(0, at - 80)
                cut = re.search(r"[\s,.(–—-]*(?:\b(?:en|em|in|at)\s+(?:la\s+|the\s+)?)?\Z", folded[near:at])
                ends.append(near + cut.start() if cut else at)
    end = min(e for e in ends if e > start)
    inside = next((q for q in quotes if q[0] < end <= q[1]), None)
    if inside and inside[0] > start and inside[1] - start < 400:
        end = inside[1] + 1
    tail = pattern("title_tail").search(text[start:end])
    return start + (tail.start() if tail and tail.start() > 8 else end - start)


# ", no Salão da Cooperativa", ", en la sede de la cámara"
_AT_VENUE = re.compile(
    r",\s(?:en|em|no|na|at|in)\s(?:(?:el|la|las|los|the|o|a|su)\s)?(?P<noun>[a-z]{4,14})\b"
)
_SEATS = frozenset({"sede", "escuela", "escola", "facultad", "faculdade", "universidad", "universidade"})


def _quoted_ranges(text: str) -> list[tuple[int, int]]:
    return [
        (m.start(), m.end() - 1) for m in re.finditer(r"“[^“”]{3,300}”|«[^«»]{3,300}»|\"[^\"]{3,300}\"", text)
    ]


def _inside(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in ranges)
