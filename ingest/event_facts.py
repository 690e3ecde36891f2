"""Facts of an event from the sentences of its draft: date, place and status, and what the document implies.

A date or place counts by how precise it is, how near the title it stands and how far down the block; weights
were set on the 2007 report. What is only implied (the year in a name, the country that the whole text is
about) has low confidence.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date as date_type
from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from graph.model import Evidence, Status
from ingest.dates import DateMention
from ingest.event_drafts import PASSING, EventDraft
from ingest.event_titles import head_at
from ingest.lexicon import pattern
from ingest.places import PlaceMention
from ingest.reading import Reading, Sentence
from ingest.tokens import fold_keeping_length, tokenise

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
    """The date of an event: of its announcement, else of a sentence that says it was held.

    A month or a year is made more precise by such a sentence.
    """
    best: tuple[float, Dated] | None = None
    head = len(draft.head_sentences)
    heads = {sentence.start for sentence in draft.head_sentences}
    for number, sentence in enumerate(
        (*draft.head_sentences, *(s for s in draft.sentences if s.start not in heads))
    ):
        if number >= head and best is not None and best[1].date.precision == "day":
            if (earlier := _told_after(best[1], sentence)) is not None:
                return earlier
            if number > head + _ENTRY_SENTENCES or not _opens(best[1]):
                break
            continue
        if number >= head and draft.announced and not happens(sentence):
            continue
        for date in sentence.dates:
            at = sentence.start + date.span.start
            if draft.start <= at < draft.end and date.weak:
                continue
            if number >= head and best is not None and not _more_precise(date, best[1].date):
                continue
            precision = {"day": 3.0, "month": 2.0, "year": 1.0}[date.precision] - 2.0 * date.weak
            distance = min(abs(at - draft.end), abs(at - draft.start)) / 400
            score = precision - min(1.5, distance) - 0.3 * min(number, 3)
            score -= _OTHERS_DATE * _of_another(draft, sentence, date)
            if best is None or score > best[0]:
                best = (score, Dated(date, sentence))
    if best is None or best[0] < -1.0:
        above = draft.dated_above
        return Dated(above.dates[0], above) if above is not None else None
    for sentence in draft.head_sentences[1:]:
        if sentence is not best[1].sentence and (earlier := _told_after(best[1], sentence)) is not None:
            return earlier
    return best[1]


_OTHERS_DATE = 1.5  # what speaks against a date beside which another event stands


_ENTRY_SENTENCES = 4  # sentences behind its heading in which a piece of news says when the event was
_NEWS = timedelta(days=45)  # how long after an event news of it are dated


def _opens(dated: Dated) -> bool:
    """Whether a date opens its sentence, as that of a piece of news or of an entry does."""
    return not any(sign.isalnum() for sign in dated.sentence.text[: dated.date.span.start])


def _told_after(dated: Dated, sentence: Sentence) -> Dated | None:
    """The day shortly before that which opens the news, where a sentence says that it was held then."""
    if not sentence.dates or not _opens(dated) or len(dated.date.start) < _DAY or not happens(sentence):
        return None
    posted = date_type.fromisoformat(dated.date.start)
    for date in sentence.dates:
        if date.precision != "day" or date.weak or min(len(date.start), len(date.end)) < _DAY:
            continue
        last = date_type.fromisoformat(date.end)
        if posted - _NEWS <= last < posted:
            return Dated(date, sentence)
    return None


_DAY = 10  # characters of an ISO date with its day


def _more_precise(date: DateMention, known: DateMention) -> bool:
    """Whether a date is a day of the month or of the year known."""
    return not date.weak and len(date.start) > len(known.start) and date.start.startswith(known.start)


def _of_another(draft: EventDraft, sentence: Sentence, date: DateMention) -> bool:
    """Whether a date in the sentence of the title is that of another event: "la cumbre de mayo … el Foro"."""
    named = ((draft.start, draft.end), *draft.mentions[:_MENTIONS])
    here = next((span for span in named if sentence.start <= span[0] < sentence.end), None)
    if here is None:
        return False
    start, end = here[0] - sentence.start, here[1] - sentence.start
    phrases = sentence.phrases
    if date.span.start >= end:
        # "(FiCS 2023)" right behind the title is the event itself.
        behind = bisect_left(phrases, end + 3, key=attrgetter("start"))
        if behind == len(phrases):
            return False
        # "En 2011 hicimos el foro y en 2014 el encuentro": each has the date before it.
        at = bisect_left(phrases, start, key=attrgetter("start"))
        before = phrases[at - 1].end if at else 0
        own = any(before <= d.span.start and d.span.end <= start and not d.weak for d in sentence.dates)
        return own or phrases[behind].start < date.span.start
    if phrases and phrases[0].end < start:
        other = phrases[bisect_left(phrases, start, key=attrgetter("start")) - 1]
        dates = [d for d in sentence.dates if not d.weak]
        if any(d.span.end <= other.start for d in dates) and any(
            other.end <= d.span.start and d.span.end <= start for d in dates
        ):
            return date.span.start < other.end
        if phrases[0].start < date.span.start:
            return True
    return _first_event_noun(sentence.text) < date.span.start


_MENTIONS = 20  # places that name an event that are looked at


@lru_cache(maxsize=256)
def _first_event_noun(text: str) -> int:
    """Where the first noun of an event stands in a text; its length for none."""
    tokens = tokenise(text)
    nouns = (
        token.start
        for at, token in enumerate(tokens)
        if (head := head_at(tokens, at)) is not None and head[2] == "strong"
    )
    return next(nouns, len(text))


def place_of(draft: EventDraft) -> Placed | None:
    """The place of an event: of its announcement, else of the first sentence that says it was held."""
    best: tuple[float, Placed] | None = None
    head = len(draft.head_sentences)
    for number, sentence in enumerate((*draft.head_sentences, *draft.sentences)):
        if number >= head and ((best is not None and best[0] > _DOUBTFUL) or not happens(sentence)):
            continue
        folded = fold_keeping_length(sentence.text)
        verbs = [m.end() for name in ("held", "to_come") if (m := pattern(name).search(folded))]
        for place in sentence.places:
            at = sentence.start + place.span.start
            if place.country is None or place.embedded or draft.start <= at < draft.end:
                continue
            if _belongs_to_name(sentence, place, folded):
                continue
            lead = folded[max(0, place.span.start - 14) : place.span.start]
            distance = min(abs(at - draft.end), *(abs(place.span.start - verb) for verb in verbs), 300)
            score = (
                {"city": 1.0, "country": 0.3, "region": 0.2}[place.kind]
                + 0.5 * bool(pattern("before_place").search(lead))
                - distance / 300
                - 0.2 * min(number, 4)
                - 0.8 * _in_brackets(sentence.text, place.span.start)
            )
            if best is None or score > best[0] + 0.01:
                best = (score, Placed(place, sentence))
    if best is None or best[1].place.kind != "city" or (best[0] < 0.0 and not draft.announced):
        within = _place_in_title(draft) or _place_in_venue(draft)
        if within is not None and (best is None or best[1].place.country == within.place.country):
            return within
    if best is None or (best[0] < 0.0 and not draft.announced):
        return None
    return best[1]


_DOUBTFUL = 0.2  # least weight of a place beside which no sentence further on is looked at


def _in_brackets(text: str, at: int) -> bool:
    """Whether something stands inside brackets, not at their beginning: "(da Lapa, município do Rio)"."""
    opening = text.rfind("(", 0, at)
    return opening > text.rfind(")", 0, at) and at - opening > 2


def _place_in_venue(draft: EventDraft) -> Placed | None:
    """The city in the name of where the event was held: "en la Universidad de Talca", "no Campus Natal"."""
    for number, sentence in enumerate((*draft.head_sentences, *draft.sentences)):
        if number >= len(draft.head_sentences) and not happens(sentence):
            continue
        for place in sentence.places:
            before = sentence.text[max(0, place.span.start - 120) : place.span.start]
            if place.kind == "city" and _AT_NAME.search(before):
                return Placed(place, sentence)
    return None


# "en el auditorio de la Cámara de Comercio de ", "no Auditório do IFRJ – Campus "
_AT_NAME = re.compile(
    r"(?:\b(?:[Ee]n|[Ee]m|[Nn]o|[Nn]a|[Aa]t|[Ii]n)|(?:\A|\s)\W{0,4}(?:Lugar|D[oó]nde|Sede|Local|Onde|Place|Where|Venue)\W{0,4}?:\W{0,3}?)\s(?:(?:el|la|las|los|o|a|the)\s)?"
    r"(?:[a-zà-ÿ]{3,20}\s(?:[a-zà-ÿ]{3,20}\s)?(?:del?|do|da|of)\s(?:(?:la|el|the)\s)?)?"
    r"(?:[A-ZÀ-Ý][\w’'.&-]{0,30}\s(?:[/–-]\s)?|(?:de|del|da|do|dos|das|la|el|las|los|y|e|of|the|and)\s){1,12}\Z"
)


def _place_in_title(draft: EventDraft) -> Placed | None:
    """Where the title itself says the event was: "Misión a Pelotas", "III Encuentro, Comayagua"."""
    for sentence in draft.head_sentences:
        folded = fold_keeping_length(sentence.text)
        for place in sentence.places:
            at = sentence.start + place.span.start
            lead = folded[max(0, place.span.start - 14) : place.span.start]
            said = (
                _IN_TITLE.search(lead)
                or (draft.type == "misión" and (_GOES_TO.search(lead) or _OF_PLACE.search(lead)))
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
    if re.search(r"\b(?:en|em|in)\s\Z", folded[max(0, at - 4) : at]):
        return False  # "Centro Cultural de España en Managua"
    if any(m.start <= at < m.end and m.name != place.name for m in sentence.mentions):
        return True
    return place.kind == "country" and any(
        0 <= at - m.end <= 8 and _AFTER_NAME.fullmatch(folded[m.end : at]) for m in sentence.mentions
    )


def happens(sentence: Sentence) -> bool:
    """Whether a sentence says that something was or will be held, or is a fact under a label."""
    folded = fold_keeping_length(sentence.text)
    labelled = pattern("label_of_fact").match(folded.lstrip(" •*>"))
    return bool(labelled or pattern("held").search(folded) or pattern("to_come").search(folded))


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
    """The country that nearly all places and institutions of a text are of, where it names enough of them;
    else that of the file's own marks.
    """
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
    country, count = counts.most_common(1)[0] if counts else (None, 0)
    if total >= _HOME_MENTIONS and count >= _HOME_SHARE * total:
        return country
    # What the text leaves open, the address of the page may say, unless the text speaks of others alone.
    return reading.country if not counts or reading.country in counts else None
