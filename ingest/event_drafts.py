"""Events while they are read: what is known of one, and which drafts are the same event."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from graph.model import Role
from ingest.event_phrases import EventPhrase
from ingest.event_titles import editions_in, editions_told, quoted_key, title_key
from ingest.lexicon import event_heads
from ingest.reading import Sentence
from ingest.tokens import fold

PASSING = frozenset({"edition-of-series", "edition-in-place", "one-of-several", "larger-event"})
"""Rules of drafts that the text mentions beside the event it is about."""


SESSIONS = frozenset({"panel", "mesa redonda"})
"""Types of events that are sessions of another one where the text tells of one."""


@dataclass(slots=True, eq=False)
class EventDraft:
    """An event being read. Offsets are those of the clean text.

    `start` to `end` is the title where it is announced or first told, `block` the text about the event,
    `mentions` the places that name it. `head_sentences` announce it, `sentences` tell of it. A row of a table
    has cells instead: one of institutions (with the role its column states) and one of objectives. `parent`
    is the larger event it was part of, `acronym` the folded short name beside the title ("FIMA"), `also` the
    keys of other titles that the text gives it, `dated_above` the year or month that heads its part.
    """

    title: str
    type: str
    start: int
    end: int
    rule: str
    confidence: float
    block: tuple[int, int]
    head_sentences: list[Sentence] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    parent: "EventDraft | None" = None
    institutions_cell: Sentence | None = None
    institutions_role: Role = "organiser"
    objective_cell: Sentence | None = None
    scheduled_hint: bool = False
    announced: bool = True
    acronym: str | None = None
    dated_above: Sentence | None = None
    mentions: list[tuple[int, int]] = field(default_factory=list)
    also: list[frozenset[str]] = field(default_factory=list)


def is_session(draft: EventDraft) -> bool:
    """Whether an event is a session of its parent."""
    return draft.parent is not None and draft.type in SESSIONS


def draft_of(sentence: Sentence, phrase: EventPhrase, rule: str, confidence: float) -> EventDraft:
    """A draft of the event that a phrase in a sentence names."""
    start, end = sentence.start + phrase.start, sentence.start + phrase.end
    draft = EventDraft(
        phrase.title,
        phrase.type,
        start,
        end,
        rule,
        confidence,
        (sentence.start, sentence.end),
        announced=False,
    )
    draft.mentions.append((start, end))
    draft.head_sentences = [sentence]
    draft.sentences = [sentence]
    return draft


def known_draft(
    drafts: list[EventDraft], title: str, exclude: EventDraft | None = None, *, kind: str | None = None
) -> EventDraft | None:
    """The draft that a title names: all its content words, or nearly all, with no other edition or year.

    An acronym beside a draft's title names it too ("FIMA 2018"). Where `kind` is given, one whose title is
    longer or shorter must be of that type.
    """
    key, quoted = title_key(title), quoted_key(title)
    core, numbered, one_word = _core(key), editions_in(key), _one_word(title)
    best: tuple[float, EventDraft] | None = None
    for draft in drafts:
        first = title_key(draft.title)
        acronym = draft.acronym is not None and draft.acronym in key
        if draft is exclude or not (acronym or draft.also or one_word or key & first):
            continue
        if acronym and len(key - numbered) == 1 and not _other_year(first, key, draft):
            if not _other_edition(first, key):
                return draft
            continue
        if one_word and (
            one_word == _one_word(draft.title)
            or any(_core(name) == {one_word} for name in (first, *draft.also))
        ):
            return draft
        own = first if not draft.also else max((first, *draft.also), key=lambda name: _likeness(name, key))
        shared, share = len(own & key), len(own & key) / max(1, min(len(own), len(key)))
        if own != key:
            said_again = _one_word_in(core, _core(own)) or (
                bool(quoted) and quoted <= quoted_key(draft.title)
            )
            if not said_again and (shared < 2 or share < 0.8):
                continue  # so it is with nearly all: the rest is looked at only where titles are alike
            alike = kind is None or "otro" in (kind, draft.type) or kind in draft.type or draft.type in kind
            if not said_again and not alike:
                continue
            if said_again and _other_year(first, key, draft):
                continue
        if numbered and any(_other_edition(name, key) for name in (first, *draft.also)):
            continue
        score = share + shared / max(1, len(own | key))
        if best is None or score > best[0]:
            best = (score, draft)
    return best[1] if best else None


def _likeness(own: frozenset[str], key: frozenset[str]) -> tuple[bool, float, int]:
    """How like two titles are: the same, what share of the shorter one's words they share, how many."""
    shared = len(own & key)
    return own == key, shared / max(1, min(len(own), len(key))), shared


@lru_cache(maxsize=4096)
def _core(key: frozenset[str]) -> frozenset[str]:
    """A title's key without edition and year."""
    return frozenset(w for w in key - editions_in(key) if not _is_year(w))


@lru_cache(maxsize=4096)
def _one_word(title: str) -> str:
    """The name of a fair without its year, as one word: "EXPO PYME 2023" is EXPOPYME."""
    words = [word for word in re.findall(r"[a-z0-9]+", fold(title)) if not _is_year(word)]
    return "".join(words) if len(words) <= 2 and words[:1] and words[0].startswith("expo") else ""


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}


def _one_word_in(core: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one title is a single name that the other has: "EXPOPYME", "IV EXPOPYME Nicaragua"."""
    least = min(core, other, key=len)
    return len(least) == 1 and least <= core & other and not least & event_heads().keys()


def _other_edition(own: frozenset[str], key: frozenset[str]) -> bool:
    """Whether two titles name two editions: other numbers, or other years."""
    mine, theirs = editions_told(own), editions_told(key)
    return any(
        (a := {e for e in mine if _is_year(e) is years})
        and (b := {e for e in theirs if _is_year(e) is years})
        and a != b
        for years in (False, True)
    )


def _alike(own: frozenset[str], key: frozenset[str]) -> tuple[int, float, frozenset[str]]:
    """How many words two titles share, and what share that is of the shorter one."""
    shared = len(own & key)
    return shared, shared / max(1, min(len(own), len(key))), own


def _other_year(own: frozenset[str], key: frozenset[str], draft: EventDraft) -> bool:
    """Whether an acronym with a year ("FIMA 2016") names another edition than the draft."""
    years = {w for w in key if _is_year(w)}
    have = {w for w in own if _is_year(w)}
    have |= {d.start[:4] for s in draft.head_sentences for d in s.dates if not d.weak}
    return bool(years and have and not years & have)
