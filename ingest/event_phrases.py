"""Phrases that name an event: "VIII Foro Empresarial del Gran Caribe", 'seminário "…"', "Workshop on
Innovation".

In: one piece of cleaned text. Out: the phrases in order, with the event's type and how plainly they name one.
A phrase begins at an event noun (in English, at its modifiers) and grows over capitals, a quoted title or the
words of a topic.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.event_titles import clean_title, head_at, is_ordinal
from ingest.grammar import NAME_SHAPES
from ingest.lexicon import words
from ingest.tokens import Token, tokenise
from ingest.well_known_places import PlaceTest

# Titles are also quoted with single marks, which inside names are apostrophes.
_OPENING, _CLOSING = '“"«‘', '”"»’'


class EventPhrase(NamedTuple):
    """`start`, `end` are offsets in the text; `strength` is that of the head noun, or "lower" (not
    capitalised).
    """

    start: int
    end: int
    title: str
    type: str
    strength: str
    quoted: bool
    ordinal: bool


def find_event_phrases(text: str, *, is_place: PlaceTest, language: str = "es") -> list[EventPhrase]:
    """Event phrases in running text, in order, none inside another.

    Plurals ("talleres") name no single event and are left out. A head noun that is not capitalised counts
    only before a quoted title, or before "sobre", "de" … with a title (strength "lower").
    """
    tokens = tokenise(text)
    found: list[EventPhrase] = []
    at = 0
    while at < len(tokens):
        phrase = _phrase_at(text, tokens, at, is_place)
        if phrase is None or (language == "es" and tokens[at].folded in words("not_events_in_spanish")):
            at += 1
            continue
        if phrase[0].strength != "plural":
            found.append(phrase[0])
        at = phrase[1]
    return found


_MOST_ORDINALS = 6  # tokens of an edition with its marks: "Décimo segundo", "37 ª"


def _phrase_at(
    text: str, tokens: Sequence[Token], at: int, is_place: PlaceTest
) -> tuple[EventPhrase, int] | None:
    start = at
    ordinal = False
    while at < len(tokens) and at - start < _MOST_ORDINALS and is_ordinal(tokens, at):
        ordinal = True
        at += 1
        if at < len(tokens) and tokens[at].text in "°ºª.":
            at += 1
    if (
        ordinal
        and at < len(tokens)
        and tokens[at].shape in {"ACRONYM", "Capital"}
        and not head_at(tokens, at)
    ):
        # "VIII Gran Foro": one word may stand between
        if at + 1 < len(tokens) and head_at(tokens, at + 1):
            at += 1
        else:
            return None
    if at >= len(tokens):
        return None
    head = head_at(tokens, at)
    if head is None:
        return None
    length, kind, strength = head
    if tokens[at].folded in words("english_event_nouns"):
        start, more = _modifiers_before(tokens, start)
        ordinal = ordinal or more
    capital = tokens[at].shape in {"Capital", "ACRONYM"}
    end = at + length
    if strength == "plural" and not ordinal:
        return EventPhrase(tokens[start].start, tokens[end - 1].end, "", kind, "plural", False, False), end
    while (
        end < len(tokens) and tokens[end].shape == "word" and tokens[end].folded in words("event_adjectives")
    ):
        end += 1
    quoted_end = _quoted(tokens, end)
    if quoted_end is not None:
        phrase = _make(text, tokens, start, quoted_end, kind, strength if capital else "lower", True, ordinal)
        return phrase, quoted_end
    if capital:
        end = _grow_capitalised(tokens, end, is_place)
        quoted_end = _quoted(tokens, end)
        if quoted_end is not None:
            end = quoted_end
        return _make(text, tokens, start, end, kind, strength, quoted_end is not None, ordinal), end
    if end < len(tokens) and tokens[end].shape in {"Capital", "Mixed"} and strength in {"strong", "weak"}:
        # "o curso Contas da Padaria", "el taller Construyendo Turismo"
        grown = _grow_capitalised(tokens, end, is_place)
        if not _place_at(tokens, end, is_place) and tokens[end].folded not in words("title_ends_before"):
            return _make(text, tokens, start, grown, kind, "lower", True, ordinal), grown
    if strength == "strong":
        if (
            tokens[start - 1].folded in words("event_adjectives")
            and tokens[start - 1].shape == "word"
            and start
        ):
            start -= 1
        topic = _grow_lower(tokens, end)
        if topic is not None:
            return _make(text, tokens, start, topic, kind, "lower", False, ordinal), topic
        if end - start >= 2:  # "a regional seminar in Sucre", "la asamblea anual"
            return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    if strength == "weak" and end - at >= 2:
        return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    return None


def _modifiers_before(tokens: Sequence[Token], at: int) -> tuple[int, bool]:
    """Start of "3rd Latin American SME | Forum", and whether an edition is among the words: English puts them
    first.
    """
    start, ordinal = at, False
    while start > 0 and at - start < 8:
        before = tokens[start - 1]
        if is_ordinal(tokens, start - 1):
            ordinal = True
        elif before.shape not in NAME_SHAPES or before.folded in words("title_links"):
            break
        start -= 1
    while start < at and tokens[start].folded in words("english_determiners"):
        start += 1
    return start, ordinal


def _make(
    text: str,
    tokens: Sequence[Token],
    start: int,
    end: int,
    kind: str,
    strength: str,
    quoted: bool,
    ordinal: bool,
) -> EventPhrase:
    while end > start + 1 and (
        tokens[end - 1].folded in words("title_links") or tokens[end - 1].text in ",:;-–—("
    ):
        end -= 1
    first, last = tokens[start].start, tokens[end - 1].end
    return EventPhrase(first, last, clean_title(text[first:last]), kind, strength, quoted, ordinal)


def _quoted(tokens: Sequence[Token], at: int) -> int | None:
    """End of a quoted title that starts at (or one or two words after) a token; None if there is none."""
    skipped = 0
    if (
        at + 2 < len(tokens)
        and tokens[at].folded in {"de", "del", "sobre"}
        and tokens[at + 1].shape == "word"
    ):
        at += 2  # "Curso de especialización «…»"
    while (
        at < len(tokens)
        and skipped < 2
        and (tokens[at].text in ",:*" or tokens[at].folded in words("titled"))
    ):
        at += 1
        skipped += 1
    if at >= len(tokens) or tokens[at].text not in _OPENING:
        return None
    for i in range(at + 1, min(at + 60, len(tokens))):
        if tokens[i].text in _CLOSING:
            return i + 1
    return None


def _grow_capitalised(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> int:
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in NAME_SHAPES:
            end += 1
            continue
        if token.shape == "number" and (len(token.text) == 4 and token.text[:2] in {"19", "20"}):
            end += 1
            continue
        if token.text == ":" and end + 1 < len(tokens) and tokens[end + 1].shape in NAME_SHAPES:
            end += 1
            continue
        if token.text == "," and _list_goes_on(tokens, end):
            end += 1
            continue
        if token.folded in words("title_links") or token.folded in {"dedicado", "dirigido"}:
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].folded in words("title_links") and ahead - end < 3:
                ahead += 1
            if ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
                break
            if token.folded in {"en", "em", "in", "at"} and _place_at(tokens, ahead, is_place):
                break
            if token.folded in {"con", "com", "with", "to"} and end > at:
                break
            if token.folded in {"y", "e", "and"} and tokens[end + 1].folded in {
                "el",
                "la",
                "o",
                "a",
                "the",
                "los",
                "las",
            }:
                break
            into = token.text in {"à", "às", "ao", "aos", "al"} or (
                token.text == "a" and tokens[end + 1].folded in {"la", "las", "los"}
            )
            if (
                token.folded in {"la", "el", "los", "las", "o", "a", "os", "as", "the"}
                and end > at
                and not into
            ):
                break
            end = ahead
            continue
        break
    return end


def _grow_lower(tokens: Sequence[Token], at: int) -> int | None:
    """ "taller sobre innovación para mipymes": up to a verb, a place, a date or punctuation."""
    if at >= len(tokens) or tokens[at].folded not in {
        "sobre",
        "de",
        "del",
        "da",
        "do",
        "on",
        "about",
        "para",
        "for",
    }:
        return None
    end = at
    while end < len(tokens) and end - at < 14:
        token = tokens[end]
        if token.shape == "punct" or token.shape == "number" or token.folded in words("title_ends_before"):
            break
        if (
            token.folded
            in {"en", "em", "in", "at", "con", "com", "with", "el", "los", "nos", "del", "al", "by", "held"}
            and end > at
            and (
                token.folded in {"con", "com", "with", "by", "held"}
                or end + 1 >= len(tokens)
                or tokens[end + 1].shape != "word"
                or tokens[end + 1].folded in {"dia", "dias", "el", "la", "los"}
            )
        ):
            break
        end += 1
    return end if end - at >= 2 else None


def _list_goes_on(tokens: Sequence[Token], comma: int) -> bool:
    """Whether ", TIC e Innovación" goes on with capitals up to an "and"."""
    for i in range(comma + 1, min(comma + 7, len(tokens) - 1)):
        if tokens[i].folded in {"y", "e", "and"}:
            return tokens[i + 1].shape in NAME_SHAPES and i > comma + 1
        if tokens[i].text != "," and tokens[i].shape not in NAME_SHAPES:
            return False
    return False


def _place_at(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> bool:
    return any(
        is_place(" ".join(t.text for t in tokens[at : at + n])) for n in (4, 3, 2, 1) if at + n <= len(tokens)
    )
