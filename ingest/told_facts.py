"""When and where an event of running prose was, told in sentences that do not name it.

In: the drafts of a text. Out: the same, with more sentences to read their facts from. "Dicha capacitación se
llevó a cabo los días 24 y 25" tells of the event named last before it; labels, and lines that are a date and
nothing else, tell of the one that the text is about.
"""

from bisect import bisect_left

from ingest.event_drafts import PASSING, EventDraft
from ingest.event_facts import happens
from ingest.event_titles import head_at
from ingest.lexicon import pattern, words
from ingest.reading import Reading, Sentence
from ingest.tokens import fold_keeping_length, tokenise

_REACH = 2500
"""Characters behind the last mention of an event within which "the event" may be it."""


def tell_facts(reading: Reading, drafts: list[EventDraft]) -> None:
    """Give the events of a text the sentences that say when and where, though they do not name them."""
    mains = [d for d in drafts if d.parent is None and d.rule not in PASSING]
    if not mains:
        return
    sentences = [s for unit in reading.units for s in unit.sentences]
    _facts_below_headings(reading, drafts)
    _facts_of_the_last_named(sentences, drafts)
    if not mains[0].announced:
        _facts_of_what_the_text_is_about(mains[0], drafts, sentences, alone=len(mains) == 1)
        if len(mains) == 1 and not _has_day(mains[0]):
            mains[0].head_sentences += _date_alone(reading)


def _facts_of_what_the_text_is_about(
    draft: EventDraft, drafts: list[EventDraft], sentences: list[Sentence], *, alone: bool
) -> None:
    others = {s.start for d in drafts if d is not draft for s in (*d.head_sentences, *d.sentences)}
    labelled = [s for s in sentences if _is_labelled(s) or _names_its_holding(s, draft)]
    if not alone:
        if not _has_date(draft) and not any(s.start in others for s in labelled):
            draft.head_sentences += [s for s in labelled if s.dates or s.places]
        return
    telling = [
        s
        for s in sentences
        if s.start not in others
        and not pattern("past_edition").search(fold_keeping_length(s.text))
        and (_refers(s) or _names_its_holding(s, draft) or (_was(s) and not _holds_another_thing(s, draft)))
    ]
    if not _has_day(draft):
        dated = next((s for s in telling if any(d.precision == "day" and not d.weak for d in s.dates)), None)
        if dated is None and not _has_date(draft):
            dated = next((s for s in telling if any(d.precision == "month" for d in s.dates)), None)
        if dated is not None:
            draft.head_sentences.append(dated)
    if not _has_city(draft):
        placed = next((s for s in telling if _names_city(s)), None)
        if placed is not None:
            draft.head_sentences.append(placed)


def _facts_below_headings(reading: Reading, drafts: list[EventDraft]) -> None:
    """The line below a heading that opens with the date: "### Data Rescue Day", "June 1, 2017 — San Juan"."""
    headed = {d.start: d for d in drafts if not d.announced and not _has_date(d)}
    for unit, below in zip(reading.units, reading.units[1:], strict=False):
        if unit.segment.kind != "heading" or not unit.sentences or not below.sentences:
            continue
        first = unit.sentences[0].start
        draft = next((headed[at] for at in range(first, first + _OPENING) if at in headed), None)
        dated = below.sentences[0]
        opens = bool(dated.dates) and not any(
            sign.isalnum() for sign in dated.text[: dated.dates[0].span.start]
        )
        if draft is not None and opens and dated.dates[0].precision != "year":
            draft.head_sentences.append(dated)


_OPENING = 4  # characters before a name that opens its heading


def _facts_of_the_last_named(sentences: list[Sentence], drafts: list[EventDraft]) -> None:
    """ "Dicha capacitación se llevó a cabo …", "El encuentro se desarrollará …": the event named before."""
    told = {s.start for d in drafts for s in (*d.head_sentences, *d.sentences)}
    named = sorted(((end, d) for d in drafts for _, end in d.mentions), key=lambda pair: pair[0])
    ends = [end for end, _ in named]
    for sentence in sentences:
        if sentence.start in told or sentence.phrases or not (sentence.dates or sentence.places):
            continue
        folded = fold_keeping_length(sentence.text)
        referring = pattern("event_anaphor").match(folded.lstrip(" •*>"))
        if referring is None or not happens(sentence):
            continue
        first = bisect_left(ends, sentence.start - _REACH)
        before = [d for _, d in named[first : bisect_left(ends, sentence.start)]]
        draft = _meant(referring.group().split()[-1], before)
        if draft is None or draft.announced:
            continue
        dated = not _has_date(draft) and any(d.precision != "year" and not d.weak for d in sentence.dates)
        if dated or (not _has_city(draft) and _names_city(sentence)):
            draft.head_sentences.append(sentence)


def _meant(noun: str, before: list[EventDraft]) -> EventDraft | None:
    """The event that a noun with "this" or "the" means: the last of that kind, else the last."""
    if noun in words("any_event"):
        mains = [d for d in before if d.parent is None and d.rule not in PASSING]
        return mains[-1] if mains else None
    head = head_at(tokenise(noun), 0)
    kind = head[1] if head else None
    alike = [d for d in before if d.type == kind or noun in fold_keeping_length(d.title).split()]
    return alike[-1] if alike else (before[-1] if before else None)


def _date_alone(reading: Reading) -> list[Sentence]:
    """The first line that is a range of days and nothing else: no text is published for several days."""
    for unit in reading.units:
        for sentence in unit.sentences:
            for date in sentence.dates:
                rest = sentence.text[: date.span.start] + sentence.text[date.span.end :]
                bare = not set(fold_keeping_length(rest).split()) - words("before_a_date_alone")
                if date.precision == "day" and date.start != date.end and bare:
                    return [sentence]
    return []


def _has_date(draft: EventDraft) -> bool:
    return any(not d.weak for s in draft.head_sentences for d in s.dates)


def _has_day(draft: EventDraft) -> bool:
    return any(d.precision == "day" and not d.weak for s in draft.head_sentences for d in s.dates)


def _names_city(sentence: Sentence) -> bool:
    return any(p.kind == "city" and not p.embedded for p in sentence.places)


def _has_city(draft: EventDraft) -> bool:
    return any(_names_city(s) for s in draft.head_sentences)


def _is_labelled(sentence: Sentence) -> bool:
    return bool(pattern("label_of_fact").match(fold_keeping_length(sentence.text).lstrip(" •*>")))


def _refers(sentence: Sentence) -> bool:
    """Whether a sentence is a labelled fact or speaks of "the event"."""
    folded = fold_keeping_length(sentence.text)
    return bool(
        _is_labelled(sentence) or pattern("event_anaphor").search(folded) or pattern("invites").search(folded)
    )


def _was(sentence: Sentence) -> bool:
    """Whether a sentence says that something was held: "Encontros como este, ocorrido em novembro …"."""
    return happens(sentence) or bool(pattern("was_held").search(fold_keeping_length(sentence.text)))


def _names_its_holding(sentence: Sentence, draft: EventDraft) -> bool:
    """ "17 a 21 de outubro – Realização da Semana"."""
    held = pattern("holding_of").search(fold_keeping_length(sentence.text))
    return held is not None and _names(held["noun"], draft)


def _holds_another_thing(sentence: Sentence, draft: EventDraft) -> bool:
    """ "Se realizó un censo": what was held is no event."""
    held = pattern("held_thing").search(fold_keeping_length(sentence.text))
    return held is not None and not _names(held["noun"], draft) and head_at(tokenise(held["noun"]), 0) is None


def _names(noun: str, draft: EventDraft) -> bool:
    return noun in words("any_event") or noun in fold_keeping_length(draft.title).split()
