"""Facts of an event from the sentences of its draft: date, place and status, and what the document implies.

A date or place counts by how precise it is, how near the title it stands and how far down the block; weights
were set on the 2007 report. What is only implied (the year in a name, the country that the whole text is
about) has low confidence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graph.model import Evidence, Status
from ingest.dates import DateMention
from ingest.event_drafts import PASSING, EventDraft
from ingest.lexicon import pattern
from ingest.places import PlaceMention
from ingest.reading import Reading, Sentence
from ingest.tokens import fold_keeping_length

_HOME_SHARE, _HOME_MENTIONS = 0.7, 2
"""A text is about one country where this share of its places and institutions, and so many, are of it."""


_AFTER_NAME = re.compile(r"\s*\(?(?:de|del|da|do|of)?\s*(?:la |el |the )?")


class Dated(NamedTuple):
    """A date and the sentence it stands in."""

    date: DateMention
    sentence: Sentence


class Placed(NamedTuple):
    """A place and the sentence it stands in."""

    place: PlaceMention
    sentence: Sentence


def date_of(draft: EventDraft) -> Dated | None:
    """The date of an event: of its announcement, else of a sentence that says it was held."""
    best: tuple[float, Dated] | None = None
    head = len(draft.head_sentences)
    heads = {sentence.start for sentence in draft.head_sentences}
    for number, sentence in enumerate(
        (*draft.head_sentences, *(s for s in draft.sentences if s.start not in heads))
    ):
        if number >= head and best is not None:
            break
        if number >= head and draft.announced and not _happens(sentence):
            continue
        for date in sentence.dates:
            at = sentence.start + date.span.start
            if draft.start <= at < draft.end and date.weak:
                continue
            precision = {"day": 3.0, "month": 2.0, "year": 1.0}[date.precision] - 2.0 * date.weak
            distance = min(abs(at - draft.end), abs(at - draft.start)) / 400
            score = precision - min(1.5, distance) - 0.3 * min(number, 3)
            if best is None or score > best[0]:
                best = (score, Dated(date, sentence))
    if best is None or best[0] < -1.0:
        return None
    return best[1]


def place_of(draft: EventDraft) -> Placed | None:
    """The place of an event: of its announcement, else of the first sentence that says it was held."""
    best: tuple[float, Placed] | None = None
    head = len(draft.head_sentences)
    for number, sentence in enumerate((*draft.head_sentences, *draft.sentences)):
        if number >= head and (best is not None or not _happens(sentence)):
            continue
        folded = fold_keeping_length(sentence.text)
        for place in sentence.places:
            at = sentence.start + place.span.start
            if place.kind == "region" or place.embedded or draft.start <= at < draft.end:
                continue
            if _belongs_to_name(sentence, place, folded):
                continue
            lead = folded[max(0, place.span.start - 14) : place.span.start]
            score = (
                (1.0 if place.kind == "city" else 0.3)
                + 0.5 * bool(pattern("before_place").search(lead))
                - min(1.0, abs(at - draft.end) / 300)
                - 0.2 * min(number, 4)
            )
            if best is None or score > best[0] + 0.01:
                best = (score, Placed(place, sentence))
    if best is None or best[1].place.kind == "country" or (best[0] < 0.0 and not draft.announced):
        titled = _place_in_title(draft)
        if titled is not None and (best is None or best[1].place.country == titled.place.country):
            return titled
    if best is None or (best[0] < 0.0 and not draft.announced):
        return None
    return best[1]


def _place_in_title(draft: EventDraft) -> Placed | None:
    """Where the title itself says the event was: "Misión a Pelotas", "III Encuentro, Comayagua"."""
    for sentence in draft.head_sentences:
        folded = fold_keeping_length(sentence.text)
        for place in sentence.places:
            at = sentence.start + place.span.start
            lead = folded[max(0, place.span.start - 14) : place.span.start]
            said = (
                _IN_TITLE.search(lead)
                or (draft.type == "misión" and _GOES_TO.search(lead))
                or (sentence.start + place.span.end == draft.end and _OF_PLACE.search(lead))
            )
            if draft.start < at < draft.end and place.kind == "city" and said:
                return Placed(place, sentence)
    return None


_IN_TITLE = re.compile(r"(?:,\s|[–—-]\s|\b(?:en|em|in|at|no|na)\s(?:la\s|the\s)?)\Z")
_OF_PLACE = re.compile(r"\b(?:de|do|da|of)\s\Z")
_GOES_TO = re.compile(r"\b(?:a|to|al|ao|para|en|em)\s(?:la\s|a\s)?\Z")


def _belongs_to_name(sentence: Sentence, place: PlaceMention, folded: str) -> bool:
    """Whether a place is part of an institution's name, or the country behind one ("… de Chile")."""
    at = place.span.start
    if any(m.start <= at < m.end for m in sentence.mentions):
        return True
    return place.kind == "country" and any(
        0 <= at - m.end <= 8 and _AFTER_NAME.fullmatch(folded[m.end : at]) for m in sentence.mentions
    )


def _happens(sentence: Sentence) -> bool:
    """Whether a sentence says that something was or will be held."""
    folded = fold_keeping_length(sentence.text)
    return bool(pattern("held").search(folded) or pattern("to_come").search(folded))


def status_of(draft: EventDraft, dated: Sentence | None) -> Status:
    """Scheduled where the heading above announces it, or the sentence that dates it looks ahead."""
    if draft.scheduled_hint:
        return "scheduled"
    told = [dated] if dated is not None else draft.head_sentences
    text = " ".join(fold_keeping_length(s.text) for s in told)
    return "scheduled" if pattern("to_come").search(text) and not pattern("held").search(text) else "held"


def year_in_name(
    reading: Reading, draft: EventDraft, drafts: Sequence[EventDraft]
) -> tuple[str, Evidence] | None:
    """The year of an event without a date: in its title, or in the only name with a year of a text about one
    event.
    """
    titled = re.search(r"\b((?:19|20)\d\d)\Z", draft.title)
    if titled is not None:
        return titled.group(1), Evidence(reading.source(draft.start, draft.end), "year-in-title", 0.7)
    if [d for d in drafts if d.parent is None and d.rule not in PASSING] != [draft]:
        return None
    named = [(s, d) for s in reading.sentences for d in s.dates if d.rule == "name-year"]
    if len({d.start for _, d in named}) != 1:
        return None
    sentence, date = named[0]
    where = reading.source(sentence.start + date.span.start, sentence.start + date.span.end)
    return date.start, Evidence(where, "year-in-name", 0.5)


def home_country(reading: Reading) -> str | None:
    """The country that nearly all places and institutions of a text are of, where it names enough of them."""
    counts: Counter[str] = Counter()
    for sentence in reading.sentences:
        for place in sentence.places:
            if place.country and place.kind != "region" and place.confidence >= 0.4:
                counts[place.country] += 1
        for mention in sentence.mentions:
            if mention.country and not any(
                mention.start <= p.span.start < mention.end for p in sentence.places
            ):
                counts[mention.country] += 1
    total = sum(counts.values())
    if total < _HOME_MENTIONS:
        return None
    country, count = counts.most_common(1)[0]
    return country if count >= _HOME_SHARE * total else None
