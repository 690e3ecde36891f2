"""Where in a city an event was held: "en el Centro de Convenciones La Loma", "Lugar: Auditorio Central".

In: the draft of an event. Out: the venue's name and its span in the clean text, from the first sentence about
the event that names a place of a known kind behind a preposition or a label.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.event_drafts import EventDraft
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import pattern, words
from ingest.reading import Sentence
from ingest.tokens import Token, fold_keeping_length, tokenise

_LONGEST = 12  # tokens of a venue's name
_OPENS = frozenset({"en", "em", "no", "na", "at", "in", "del", "sede", "lugar", "local", "venue"})


class Venue(NamedTuple):
    """A venue and where it stands in the clean text."""

    name: str
    start: int
    end: int


def venue_of(draft: EventDraft) -> Venue | None:
    """The venue of an event, from its announcement or the first sentence that says it is held there."""
    head = len(draft.head_sentences)
    for number, sentence in enumerate((*draft.head_sentences, *draft.sentences)):
        folded = fold_keeping_length(sentence.text)
        if number >= head and not (pattern("held").search(folded) or pattern("to_come").search(folded)):
            continue
        found = _venue_in(sentence)
        if found is not None and not (draft.start <= found.start < draft.end):
            return found
    return None


def _venue_in(sentence: Sentence) -> Venue | None:
    tokens = tokenise(sentence.text)
    for at, token in enumerate(tokens):
        named = token.shape in NAME_SHAPES or token.folded in words("venue_nouns_written_small")
        if not named or token.folded not in words("venue_nouns") or not _introduced(tokens, at):
            continue
        end = _end(tokens, at)
        if end > at + 1 and any(t.shape in NAME_SHAPES for t in tokens[at + 1 : end]):
            start, stop = token.start, tokens[end - 1].end
            name = " ".join(sentence.text[start:stop].split())
            return Venue(name, sentence.start + start, sentence.start + stop)
    return None


def _introduced(tokens: Sequence[Token], at: int) -> bool:
    """Whether "en el", "no", "Lugar:" stands right before the token."""
    before = at - 1
    while before >= 0 and (tokens[before].folded in ARTICLES or tokens[before].text in ":*_"):
        if tokens[before].folded in _OPENS:
            return True
        before -= 1
    return before >= 0 and tokens[before].folded in _OPENS


def _end(tokens: Sequence[Token], at: int) -> int:
    """End of the name: capitals, and the connectors between them."""
    end = at + 1
    while end < len(tokens) and end - at < _LONGEST:
        if tokens[end].shape in NAME_SHAPES:
            end += 1
            continue
        ahead = end
        while ahead < len(tokens) and tokens[ahead].folded in OF | ARTICLES and ahead - end < 3:
            ahead += 1
        if ahead == end or ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
            break
        end = ahead
    return end
