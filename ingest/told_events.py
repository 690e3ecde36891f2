"""Events told in running prose, sub-events in the block of an announced one, and the larger ones they belong
to.

In: a reading and the drafts of the announced events. Out: more drafts. Prose is read sentence by sentence;
phrases with the same content words name the same event, and what their sentences say is gathered. Whether
they name an event is decided when all is gathered (`ingest.event_signs`).
"""

import re
from collections.abc import Sequence

from ingest.acronyms import acronym_fits
from ingest.event_drafts import PASSING, SESSIONS, EventDraft, draft_of, known_draft
from ingest.event_phrases import EventPhrase
from ingest.event_series import draft_by_place, draft_editions, draft_several
from ingest.event_signs import Signs, Surroundings, likelihood, signs_of, together
from ingest.event_titles import clean_title, editions_in, head_at, title_key
from ingest.lexicon import pattern, words
from ingest.reading import Reading, Sentence, Unit
from ingest.tokens import fold_keeping_length, tokenise
from ingest.told_facts import tell_facts
from ingest.verb_events import VERBS

_LEAST = 0.5
"""Least likelihood of an event told in prose (`ingest.event_signs.likelihood`)."""


_SAYS_EVENT = frozenset(
    {
        "held",
        "to-come",
        "takes-part",
        "run-by",
        "heading",
        "happens-right-before",
        "happens-right-after",
        "title-again",
        "we",
    }
)
"""Signs without which a name and a year are no event: a place and the year itself say nothing."""

_MOST_NAMES = 5  # other titles kept of one event
_LEAST_WORDS = 4  # words of a headline that tells an event
_LONGEST_TITLE = 200  # characters


def draft_told(reading: Reading, drafts: list[EventDraft], owner: dict[int, EventDraft]) -> None:
    """Events of running prose, sub-events in the block of an announced one, and the larger events they belong
    to.
    """
    told = gather_told(reading, drafts, owner)
    _join_headlines(drafts, told)
    rejected = {draft for draft, signs in told.items() if likelihood(signs) < _LEAST}
    for draft, signs in told.items():
        draft.confidence = round(min(0.9, likelihood(signs)), 3)
    drafts[:] = [draft for draft in drafts if draft not in rejected]
    for draft in drafts:
        if draft.parent in rejected:
            draft.parent = None
    for draft in drafts:
        if draft in told and draft.parent is None and draft.type in SESSIONS and not _has_date(draft):
            # "el segundo panel del día": a session of the event that the text has been telling of
            draft.parent = next(
                (d for d in drafts if d.parent is None and d.type not in SESSIONS and d.start < draft.start),
                None,
            )
    draft_by_place(reading, drafts)
    tell_facts(reading, drafts)
    _title_as_event(reading, drafts)
    _headline_events(reading, drafts)
    for unit in reading.units:
        for sentence in unit.sentences:
            draft_editions(sentence, drafts, reading.language)
            draft_several(sentence, drafts, owner.get(sentence.unit))


def _headline_events(reading: Reading, drafts: list[EventDraft]) -> None:
    """Events that a headline tells and the text under it calls only "the meeting", "el acto"."""
    opening = reading.units[0] if reading.units else None
    if opening is None or opening.segment.kind != "heading" or not opening.sentences:
        return
    title = clean_title(opening.text)
    if not len(title_key(title)) >= _LEAST_WORDS or len(title) > _LONGEST_TITLE:
        return
    told = [
        (sentence, bare)
        for unit in reading.units[1:]
        for sentence in unit.sentences
        if (bare := pattern("bare_event").search(fold_keeping_length(sentence.text)))
    ]
    if not told or any(d.rule not in PASSING and d.start < told[0][0].end for d in drafts):
        return  # the meeting is that of an event named before
    sentence, bare = told[0]
    noun = sentence.text[bare.start("noun") : bare.end("noun")]
    head = head_at(tokenise(noun), 0)
    if noun.lower() not in title.lower():
        title = f"{noun.capitalize()}: {title}"
    kind = head[1] if head else "otro"
    drafts.append(_draft_of_title(opening, title, kind, "headline", sentence.end, told[:2], told))


def _title_as_event(reading: Reading, drafts: list[EventDraft]) -> None:
    """The event that only the title of the text names and the text calls "este curso", "the event"."""
    if any(d.rule not in PASSING for d in drafts) or not reading.units:
        return
    opening = reading.units[0]
    title = clean_title(opening.text)
    dated_title = next((d for s in opening.sentences[:1] for d in s.dates if d.precision == "day"), None)
    if dated_title is not None and 4 <= dated_title.span.start <= _LONGEST_TITLE:
        # "Muvuca – 6 de novembro de 2021", and then "o primeiro dia do evento …"
        title = clean_title(opening.text[: dated_title.span.start])
    least = 4 if dated_title is not None else 12
    if not opening.sentences or not least <= len(title) <= _LONGEST_TITLE:
        return
    if len(title_key(title)) < (1 if dated_title is not None else 3):
        return
    told = [
        (sentence, anaphor)
        for unit in reading.units[1:]
        for sentence in unit.sentences
        if (anaphor := pattern("event_anaphor").search(fold_keeping_length(sentence.text)))
    ]
    dated = [t for t in told if any(not d.weak for d in t[0].dates)] or told[: dated_title is not None]
    if not dated:
        return
    sentence, anaphor = dated[0]
    noun = tokenise(sentence.text[anaphor.start() : anaphor.end()])
    head = head_at(noun, len(noun) - 1)
    kind = head[1] if head else "otro"
    drafts.append(_draft_of_title(opening, title, kind, "title-and-anaphor", sentence.end, dated[:1], told))


def _draft_of_title(
    opening: Unit,
    title: str,
    kind: str,
    rule: str,
    end: int,
    heads: Sequence[tuple[Sentence, object]],
    told: Sequence[tuple[Sentence, object]],
) -> EventDraft:
    """The event that the opening of a text names: `heads` say when and where, all of `told` tell of it."""
    first = opening.sentences[0]
    draft = EventDraft(
        title, kind, first.start, opening.sentences[-1].end, rule, 0.6, (first.start, end), announced=False
    )
    draft.mentions.append((draft.start, draft.end))
    draft.head_sentences = [first, *(sentence for sentence, _ in heads)]
    draft.sentences = [sentence for sentence, _ in told]
    return draft


def _join_headlines(drafts: list[EventDraft], told: dict[EventDraft, list[Signs]]) -> None:
    """Take a headline's "curso de gestão de padarias" for the only event of its kind that the text names."""
    for draft in [d for d, signs in told.items() if {"first", "opening"} & signs[0].keys()]:
        if not _unnamed(told[draft]) or _has_date(draft):
            continue
        named = [d for d in drafts if d is not draft and d.type == draft.type and d.parent is None]
        if len(named) == 1 and (
            not _unnamed(told.get(named[0], [])) or title_key(named[0].title) & title_key(draft.title)
        ):
            named[0].mentions += draft.mentions
            told.get(named[0], []).extend(told.pop(draft))
            drafts.remove(draft)


def _unnamed(mentions: list[Signs]) -> bool:
    """Whether only small words name a told event."""
    signs = together(mentions)
    return "lower" in signs and not signs.keys() & {"named", "strong", "weak"}


def gather_told(
    reading: Reading, drafts: list[EventDraft], owner: dict[int, EventDraft]
) -> dict[EventDraft, list[Signs]]:
    """Every would-be event of the prose, appended to `drafts`, with the signs of each of its mentions."""
    told: dict[EventDraft, list[Signs]] = {}
    around = Surroundings(reading)
    for index, unit in enumerate(reading.units):
        parent = owner.get(index)
        for sentence in unit.sentences:
            if parent is not None and any(sentence is s for s in parent.head_sentences):
                _larger(sentence, drafts, parent, after=parent.end)
                for phrase in sentence.phrases:
                    if known_draft([parent], phrase.title, kind=phrase.type) is parent:
                        _call_also(parent, title_key(phrase.title))
                continue
            for phrase in sentence.phrases:
                _told_by(reading, sentence, phrase, drafts, parent, unit, told, around)
    return told


def _has_date(draft: EventDraft) -> bool:
    return any(not d.weak for s in draft.head_sentences for d in s.dates)


def _told_by(
    reading: Reading,
    sentence: Sentence,
    phrase: EventPhrase,
    drafts: list[EventDraft],
    parent: EventDraft | None,
    unit: Unit,
    told: dict[EventDraft, list[Signs]],
    around: Surroundings,
) -> None:
    """Draft the event that a phrase names, or add the sentence to the draft that already has the name."""
    key = title_key(phrase.title)
    # Nouns such as "agenda" name an event in an announcement only.
    if phrase.strength == "title" or not key:
        return
    if not _specific(phrase) or _is_venue(sentence.text, phrase) or _is_maker(sentence.text, phrase):
        return
    explained = _explained_by(sentence, phrase, drafts)
    if explained is not None:
        explained.sentences.append(sentence)
        return
    dated = any(not d.weak for d in sentence.dates)
    following = None if dated else _told_next(reading, sentence, phrase)
    signs = signs_of(sentence, phrase, following, unit=unit, inside=parent is not None, around_it=around)
    bare = (
        phrase.strength == "lower"
        and not phrase.quoted
        and len(key - editions_in(key) - words("ordinals")) <= 1
    )
    if phrase.strength == "lower" and not phrase.quoted and not dated and _is_part(key):
        return  # "la jornada inaugural", "a sessão de encerramento": of an event named elsewhere
    if bare and not signs.keys() & {"dated", "placed"}:
        return  # "the second meeting": of what, nothing says
    if phrase.strength in {"year-name", "nth-name"} and not signs.keys() & _SAYS_EVENT:
        return  # "un Toyota Corolla 2015 en Lima"
    known = (
        known_draft(drafts, phrase.title, kind=phrase.type)
        or _of_that_place(sentence, phrase, drafts)
        or _of_that_acronym(sentence, phrase, drafts)
        or _of_that_verb(phrase, told)
    )
    if known is not None and phrase.strength == "strong" and _named_beside(known, sentence, key):
        known = None
    if (
        parent is not None
        and known is not None
        and known is not parent
        and title_key(known.title) != key
        and _refers_to(parent, phrase)
    ):
        return  # "el Foro Empresarial" in the block of one forum is not another one
    if known is not None:
        known.mentions.append((sentence.start + phrase.start, sentence.start + phrase.end))
        known.sentences.append(sentence)
        known.acronym = known.acronym or _acronym_behind(sentence, phrase)
        _call_also(known, key)
        if known in told and _named_better(told[known], phrase):
            _call_also(known, title_key(known.title))
            known.title, known.type = phrase.title, phrase.type
        if known in told:
            told[known].append(signs)
            if dated and not _has_date(known):
                # A title above and the sentence that dates it below tell of one event.
                known.head_sentences.append(sentence)
            elif following is not None and not _has_date(known):
                known.head_sentences.append(following)
        _larger(sentence, drafts, known, after=sentence.start + phrase.end)
        return
    told_apart = not _small(phrase) or dated or ("placed" in signs and "definite" not in signs)
    if parent is not None and (_refers_to(parent, phrase) or not told_apart):
        return
    if phrase.strength == "lower" and not phrase.quoted and len(key) <= 2 and len(sentence.phrases) > 1:
        return  # the date and place may be those of the event that the sentence names in full
    if (
        parent is not None
        and parent.rule == "chronology-entry"
        and not dated
        and _names_entry(parent, phrase)
    ):
        # "06/07 – useR!": what the entry's text calls it says what it is
        parent.mentions.append((sentence.start + phrase.start, sentence.start + phrase.end))
        parent.sentences.append(sentence)
        parent.type = phrase.type
        return
    draft = draft_of(sentence, phrase, "told", 0.5)
    draft.acronym = _acronym_behind(sentence, phrase)
    told[draft] = [signs]
    if following is not None:
        draft.head_sentences.append(following)
        draft.sentences.append(following)
    if parent is not None:
        draft.parent = parent
    drafts.append(draft)
    _larger(sentence, drafts, draft, after=sentence.start + phrase.end)


def _named_better(mentions: list[Signs], phrase: EventPhrase) -> bool:
    """Whether a phrase gives the name of an event that only small words told before, as a headline does."""
    return phrase.strength in {"strong", "weak"} and phrase.ordinal and _unnamed(mentions)


def _explained_by(sentence: Sentence, phrase: EventPhrase, drafts: list[EventDraft]) -> EventDraft | None:
    """The event that small words behind its name explain: "el Congreso Alfa, el encuentro bienal de …"."""
    if phrase.strength != "lower" or phrase.quoted or phrase.ordinal:
        return None
    at = sentence.phrases.index(phrase)
    name = sentence.phrases[at - 1] if at else None
    if name is None or name.strength == "lower" or name.end > phrase.start:
        return None
    if not _EXPLAINS.fullmatch(fold_keeping_length(sentence.text[name.end : phrase.start])):
        return None
    if phrase.type != name.type and not words("any_event") & set(
        fold_keeping_length(phrase.title).split()[:1]
    ):
        return None
    after = sentence.phrases[at + 1] if at + 1 < len(sentence.phrases) else None
    if after is not None and _AND.fullmatch(fold_keeping_length(sentence.text[phrase.end : after.start])):
        return None  # a list
    return known_draft(drafts, name.title, kind=name.type)


_EXPLAINS = re.compile(
    r"\W{0,3}(?:\([^()]{1,30}\))?\s?[,–—-]\s?"
    r"(?:el|la|o|a|the|un|una|um|uma|an)\s(?:\w+\s){0,2}"
)
_AND = re.compile(r"\W{0,3}(?:y|e|and|,)\s(?:(?:el|la|o|a|the|un|una|um|uma|an)\s)?")


def _call_also(draft: EventDraft, key: frozenset[str]) -> None:
    """Keep another title that the text gives an event."""
    if key != title_key(draft.title) and key not in draft.also and len(draft.also) < _MOST_NAMES:
        draft.also.append(key)


def _named_beside(draft: EventDraft, sentence: Sentence, key: frozenset[str]) -> bool:
    """Whether a sentence that names an event names another one beside it, with a longer title."""
    own = title_key(draft.title)
    if draft.acronym in key:
        return False
    return len(key - own) >= 2 and any(sentence.start <= start < sentence.end for start, _ in draft.mentions)


def _told_next(reading: Reading, sentence: Sentence, phrase: EventPhrase) -> Sentence | None:
    """The sentence among the next two that says when "the course" just named takes place."""
    listed = reading.units[sentence.unit].sentences
    at = next((i for i, s in enumerate(listed) if s is sentence), len(listed))
    coming = [*listed[at + 1 : at + 3]]
    if len(coming) < 2 and sentence.unit + 1 < len(reading.units):
        coming += reading.units[sentence.unit + 1].sentences[: 2 - len(coming)]
    head = fold_keeping_length(phrase.title).split()[0] if phrase.title else ""
    for other in coming:
        folded = fold_keeping_length(other.text)
        match = pattern("takes_place_again").match(folded)
        if (
            match
            and any(not d.weak for d in other.dates)
            and (head in folded[:60].split() or folded.startswith(("se ", "it ")))
        ):
            return other
    return None


def _larger(sentence: Sentence, drafts: list[EventDraft], child: EventDraft, *, after: int) -> None:
    """The event in whose framework `child` was held, named in the same sentence."""
    folded = fold_keeping_length(sentence.text)
    for match in pattern("within").finditer(folded):
        phrase = next((p for p in sentence.phrases if 0 <= p.start - match.end() <= 3), None)
        if phrase is None or (
            sentence.start + phrase.start < after - 2 and sentence.start + phrase.start > child.start - 1
        ):
            continue
        larger = known_draft(drafts, phrase.title, exclude=child)
        if larger is None:
            larger = draft_of(sentence, phrase, "larger-event", 0.7)
            drafts.append(larger)
        if child.parent is None and larger is not child:
            child.parent = larger


def _specific(phrase: EventPhrase) -> bool:
    """Whether the phrase says more than its kind: a quoted title, an edition, or two words of its own."""
    if not (phrase.quoted or phrase.ordinal) and title_key(phrase.title) <= words("generic_event_words"):
        return False  # "la Asamblea Nacional", "el Congreso General"
    return (
        phrase.quoted
        or phrase.strength in {"apposed", "year-name", "word", "edition-of", "nth-name", *VERBS}
        or phrase.ordinal
        or len(title_key(phrase.title)) >= 2
    )


def _is_part(key: frozenset[str]) -> bool:
    """Whether an event noun and words such as "inaugural" are all of a title."""
    return len(key) <= 3 and bool(key & words("part_of_event")) and len(key - words("part_of_event")) <= 1


def _of_that_place(sentence: Sentence, phrase: EventPhrase, drafts: list[EventDraft]) -> EventDraft | None:
    """The event that "el taller de Cochabamba" refers to: the only one of its kind told with that name."""
    if not _small(phrase):
        return None
    names = [word for word in phrase.title.split() if word[:1].isupper()]
    if not names or len(title_key(phrase.title)) > 2 + len(names):
        return None
    kind = phrase.type.split("-")[0]
    told = [
        d
        for d in drafts
        if (kind in d.type or d.type in phrase.type)
        and all(any(name in s.text for s in (*d.head_sentences, *d.sentences)) for name in names)
    ]
    return told[0] if len(told) == 1 else None


def _of_that_acronym(sentence: Sentence, phrase: EventPhrase, drafts: list[EventDraft]) -> EventDraft | None:
    """The event told before by the short name that stands behind its full one: "Festival WOW"."""
    match = _ACRONYM_BEHIND.match(sentence.text, phrase.end)
    if match is None or phrase.strength == "lower":
        return None
    short = fold_keeping_length(match["short"])
    return next((d for d in drafts if d.type == phrase.type and short in title_key(d.title)), None)


def _of_that_verb(phrase: EventPhrase, told: dict[EventDraft, list[Signs]]) -> EventDraft | None:
    """What was signed, told again in other words: "la firma del convenio marco" is that of the headline."""
    if phrase.strength != "signed":
        return None
    words_of = title_key(phrase.title)
    return next(
        (d for d, s in told.items() if "signed" in s[0] and len(title_key(d.title) & words_of) >= 2), None
    )


_ACRONYM_BEHIND = re.compile(
    r"\s*(?:\(|[–—-]\s?)(?P<short>[A-Z][\w&.-]{1,14})\b(?P<year> (?:19|20)\d\d\))?\)?"
)


def _acronym_behind(sentence: Sentence, phrase: EventPhrase) -> str | None:
    """The short name right behind an event's: "VI Feria Internacional del Medio Ambiente – FIMA"."""
    match = _ACRONYM_BEHIND.match(sentence.text, phrase.end)
    if match is None:
        return None
    fits = match["year"] or acronym_fits(match["short"], phrase.title) > 0.6
    body = any(m.start <= match.start("short") < m.end for m in sentence.mentions)
    closed = match.group().endswith(")") or sentence.text[match.end() : match.end() + 1] in ",.;"
    if not fits and (body or not closed or not match["short"].isupper()):
        return None
    return fold_keeping_length(match["short"])


def _names_entry(parent: EventDraft, phrase: EventPhrase) -> bool:
    """Whether a phrase in an entry of a chronology tells what kind of event the entry names."""
    return parent.type == "otro" and (phrase.strength == "strong" or phrase.quoted) and phrase.type != "panel"


def _small(phrase: EventPhrase) -> bool:
    """Whether nothing but small words or a verb names the event."""
    return phrase.strength in {"lower", *VERBS} and not (phrase.quoted or phrase.ordinal)


def _is_venue(text: str, phrase: EventPhrase) -> bool:
    """ "Expo Santa Fe será la sede": halls are named like fairs."""
    after = fold_keeping_length(text[phrase.end : phrase.end + 60])
    before = fold_keeping_length(text[max(0, phrase.start - 8) : phrase.start])
    return phrase.type == "feria" and bool(
        pattern("venue_after").match(after)
        or (re.search(r"\b(?:en|em|at|in) \Z", before) and not re.search(r"\d{4}", phrase.title))
    )


def _is_maker(text: str, phrase: EventPhrase) -> bool:
    """ "apresentada pela Oficina Sola Firme": a workshop that does something is a craftsman's."""
    before = fold_keeping_length(text[max(0, phrase.start - 10) : phrase.start])
    plain = phrase.type == "taller" and not (phrase.quoted or phrase.ordinal)
    return plain and bool(re.search(r"\b(?:por|pel[oa]s?|by)(?: (?:el|la|the))? \Z", before))


def _refers_to(parent: EventDraft, phrase: EventPhrase) -> bool:
    """Whether a phrase in the block of an event is that event again ("el Foro Empresarial")."""
    if phrase.ordinal or phrase.quoted:
        return False
    own, key = title_key(parent.title), title_key(phrase.title)
    return (
        key <= own or len(key & own) >= max(2, len(key) - 1) or (len(key) <= 2 and phrase.type == parent.type)
    )
