"""Events while they are read: what is known of one, and which drafts are the same event."""

from dataclasses import dataclass, field

from graph.model import Role
from ingest.event_phrases import EventPhrase
from ingest.event_titles import editions_in, title_key
from ingest.reading import Sentence

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
    is the larger event it was part of, `acronym` the folded short name beside the title ("FIMA").
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
    mentions: list[tuple[int, int]] = field(default_factory=list)


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
    key = title_key(title)
    best: tuple[float, EventDraft] | None = None
    for draft in drafts:
        if draft is exclude:
            continue
        own = title_key(draft.title)
        shared = len(own & key)
        share = shared / max(1, min(len(own), len(key)))
        short = draft.acronym is not None and draft.acronym in key and len(key - editions_in(key)) == 1
        if short and not _other_year(own, key, draft):
            return draft
        if own != key and (shared < 2 or share < 0.8):
            continue  # so it is with nearly all: the rest is looked at only where titles are alike
        alike = kind is None or "otro" in (kind, draft.type) or kind in draft.type or draft.type in kind
        if own != key and not alike:
            continue
        if editions_in(own) and editions_in(key) and editions_in(own) != editions_in(key):
            continue
        score = share + shared / max(1, len(own | key))
        if best is None or score > best[0]:
            best = (score, draft)
    return best[1] if best else None


def _other_year(own: frozenset[str], key: frozenset[str], draft: EventDraft) -> bool:
    """Whether an acronym with a year ("FIMA 2016") names another edition than the draft."""
    years = {w for w in key if len(w) == 4 and w.isdigit()}
    have = {w for w in own if len(w) == 4 and w.isdigit()}
    have |= {d.start[:4] for s in draft.head_sentences for d in s.dates if not d.weak}
    return bool(years and have and not years & have)
