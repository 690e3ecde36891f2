"""Events named again by their bare name: sentences that say when "Tropixel" was, editions such as "III FIMA".

In: a reading and its drafts. Out: more sentences for the drafts that lack a day or a place, and drafts of the
editions. All names are looked for in one pass over the text.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.event_drafts import PASSING, EventDraft
from ingest.event_facts import date_of, happens, place_of
from ingest.event_titles import editions_told, is_ordinal, title_key, without_edition
from ingest.lexicon import pattern, words
from ingest.reading import Reading, Sentence
from ingest.tokens import fold_keeping_length, is_roman, tokenise

_MOST = 200  # events of a document whose names are looked for
_SHORTEST = 5  # characters of a name
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{2,11}\b")
_IN_BRACKETS = re.compile(r"\s?\(([A-Z][A-Z0-9]{2,11})\)")
_ORDINAL_BEFORE = re.compile(r"(?P<ordinal>[^\W_]{1,14}(?:\.?[ºª°])?)[\s*_]{1,4}\Z")
_YEAR_BEHIND = re.compile(r"[*_]{0,3}\s(?P<year>(?:19|20)\d\d)\b")


def tell_again(reading: Reading, drafts: list[EventDraft]) -> None:
    """Give events without a day or a city the sentences that name them again and say when or where."""
    wanting: dict[str, EventDraft] = {}
    shared = Counter(_bare(draft) for draft in drafts)
    for draft in drafts:
        name = _bare(draft)
        if shared[name] > 1 or len(name) < _SHORTEST or title_key(name) <= words("generic_event_words"):
            continue  # of editions, the bare name tells of none
        if len(wanting) < _MOST and draft.rule not in PASSING and not draft.announced and _wants(draft):
            wanting[name] = draft
    if not wanting:
        return
    names = re.compile(
        rf"(?<!\w)(?P<name>{'|'.join(map(re.escape, sorted(wanting, key=len, reverse=True)))})(?!\w)"
        r"(?:\s(?P<year>(?:19|20)\d\d)\b)?"
    )
    for before, sentence in _with_before(reading):
        if not sentence.dates and not sentence.places:
            continue
        folded = fold_keeping_length(sentence.text)
        if before is not None and pattern("goes_on_without_subject").match(folded):
            found = names.search(fold_keeping_length(before.text))
        else:
            found = names.search(folded)
            if found is not None and found.start() > _OPENING and not happens(sentence):
                found = None
        again = wanting[found["name"]] if found is not None else None
        if again is None or found is None or len(again.head_sentences) > _ENOUGH:
            continue
        if any(sentence is s for s in again.head_sentences):
            continue
        if found["year"] is None or found["year"] in again.title or again.title[-4:].isalpha():
            again.head_sentences.append(sentence)
            if not any(sentence is s for s in again.sentences):
                again.sentences.append(sentence)


_ENOUGH = 20  # sentences that say when and where an event was
_OPENING = 12  # characters of a sentence within which it is about what it names


def _bare(draft: EventDraft) -> str:
    """A title without edition and year, folded."""
    return fold_keeping_length(without_edition(draft.title)).strip(" .:")


def _wants(draft: EventDraft) -> bool:
    dated, placed = date_of(draft), place_of(draft)
    return dated is None or dated.date.precision != "day" or placed is None or placed.place.kind != "city"


def _with_before(reading: Reading) -> Iterator[tuple[Sentence | None, Sentence]]:
    before: Sentence | None = None
    for sentence in reading.sentences:
        yield before, sentence
        before = sentence


def draft_acronym_editions(reading: Reading, drafts: list[EventDraft]) -> None:
    """Editions of a series that the text calls by its acronym: "el tercer COINI", "el COINI 2011".

    The acronym stands in the title of an event of the text; the sentence says when or where.
    """
    series = _series(drafts)
    if not series:
        return
    told = set()
    for draft in drafts:
        acronyms = [found.group() for found in _ACRONYM.finditer(draft.title) if found.group() in series]
        told |= {(acronym, word) for acronym in acronyms for word in _editions(draft.title)}
        if draft.type == "otro" and acronyms:
            draft.type = series[acronyms[0]].type  # "COINI 2011" is what the "II Congreso del COINI" was
    spans = sorted(span for draft in drafts for span in draft.mentions)
    for sentence in reading.sentences:
        if not (any(not d.weak for d in sentence.dates) or sentence.places):
            continue
        for found in _ACRONYM.finditer(sentence.text):
            acronym = found.group()
            named = _edition(sentence.text, *found.span()) if acronym in series else None
            if named is None:
                continue
            start, end = named
            title = re.sub(r"[*_]+", "", sentence.text[start:end])
            edition = {(acronym, word) for word in _editions(title)}
            opened = 2 * sentence.text[:start].endswith(" (")  # "Cumbre del Cacao (CUCA 2016)": one name
            if edition & told or _is_within(spans, sentence.start + start - opened, sentence.start + end):
                continue
            told |= edition
            drafts.append(_edition_draft(sentence, title, series[acronym].type, start, end))


def _editions(title: str) -> frozenset[str]:
    """The words and the year that tell an edition."""
    key = title_key(title)
    return editions_told(key) | {word for word in key if word.isdigit()}


def _is_within(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether an interval touches one of the spans, which are in order."""
    at = bisect_left(spans, (end, 0))
    return at > 0 and spans[at - 1][1] > start


def _series(drafts: Sequence[EventDraft]) -> dict[str, EventDraft]:
    """Acronym in the title of an event, or beside it → the first such event of a known type."""
    series: dict[str, EventDraft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.type == "otro"):
        if draft.acronym is not None:
            series.setdefault(draft.acronym.upper(), draft)
        for sentence in draft.head_sentences[:1]:
            beside = _IN_BRACKETS.match(sentence.text, max(0, draft.end - sentence.start))
            if beside is not None and sentence.start <= draft.start < sentence.end:
                series.setdefault(beside[1], draft)
        for found in _ACRONYM.finditer(draft.title):
            if not draft.title.isupper() and not is_roman(found.group()):
                series.setdefault(found.group(), draft)
    return series


def _edition(text: str, start: int, end: int) -> tuple[int, int] | None:
    """From its ordinal, or to its year, the edition that an acronym names."""
    ordinal = _ORDINAL_BEFORE.search(text, max(0, start - 24), start)
    if ordinal is not None and is_ordinal(tokenise(ordinal["ordinal"]), 0):
        return ordinal.start("ordinal"), end
    year = _YEAR_BEHIND.match(text, end)
    return (start, year.end("year")) if year is not None else None


def _edition_draft(sentence: Sentence, title: str, kind: str, start: int, end: int) -> EventDraft:
    at = sentence.start + start
    draft = EventDraft(
        title, kind, at, sentence.start + end, "edition-of-series", 0.65, (sentence.start, sentence.end),
        announced=False,
    )  # fmt: skip
    draft.mentions.append((at, sentence.start + end))
    draft.head_sentences = [sentence]
    draft.sentences = [sentence]
    return draft
