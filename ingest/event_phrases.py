"""Phrases that name an event: "VIII Foro Empresarial del Gran Caribe", 'seminário "…"', "Workshop on
Innovation".

In: one piece of cleaned text. Out: the phrases in order, with the event's type and how plainly they name one.
A phrase begins at an event noun (in English, at its modifiers) and grows over capitals, a quoted title or the
words of a topic.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from ingest.event_name_ends import (
    OPENING,
    called,
    grow_capitalised,
    grow_lower,
    is_year,
    place_at,
    quoted,
    set_apart,
)
from ingest.event_titles import clean_title, first_words_of_heads, head_at, is_ordinal
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import institution_heads, pattern, phrases, word_types, words
from ingest.tokens import Token, fold_keeping_length, is_roman, tokenise
from ingest.well_known_places import PlaceTest

# Titles are also quoted with single marks, which inside names are apostrophes.
_OF_SOMETHING = frozenset({"lanzamiento", "conmemoración", "premio"})
"""Types whose noun, written small, names an event with what it launches, commemorates or awards."""


class EventPhrase(NamedTuple):
    """`start`, `end` are offsets in the text; `strength` is that of the head noun, or "lower" (not
    capitalised), "apposed" (the noun stands behind the name), "year-name" (a name and a year).
    """

    start: int
    end: int
    title: str
    type: str
    strength: str
    quoted: bool
    ordinal: bool


def find_event_phrases(
    text: str,
    *,
    is_place: PlaceTest,
    language: str = "es",
    marked: Mapping[int, int] = MappingProxyType({}),
) -> list[EventPhrase]:
    """Event phrases in running text, in order, none inside another.

    Plurals ("talleres") name no single event and are left out. A head noun that is not capitalised counts
    only before a quoted title, or before "sobre", "de" … with a title (strength "lower"). `marked` are the
    ends, by their starts, of what bold letters or links set apart, which counts like quotes.
    """
    tokens = tokenise(text)
    found: list[EventPhrase] = []
    at = 0
    while at < len(tokens):
        if tokens[at].shape in _PLAIN and tokens[at].folded not in _openings():
            at += 1
            continue
        phrase = (
            _edition_at(text, tokens, at, is_place, marked)
            or _phrase_at(text, tokens, at, is_place, marked)
            or _name_told(text, tokens, at, is_place)
        )
        if phrase is None or tokens[at].folded in words(f"not_events_in_{language}"):
            at += 1
            continue
        every = at and phrase[0].strength == "lower" and tokens[at - 1].folded in words("every_one_of_a_kind")
        if phrase[0].strength != "plural" and not every:
            found.append(phrase[0])
        at = phrase[1]
    return found


_PLAIN = frozenset({"word", "punct"})


@cache
def _openings() -> frozenset[str]:
    """What is written small and may yet begin a phrase: event nouns, ordinals, quotation marks."""
    return first_words_of_heads() | words("ordinals") | words("any_event_nouns") | frozenset(OPENING)


_LONGEST_NAME = 6  # tokens of a name that only what stands beside it makes an event's


def _name_told(
    text: str, tokens: Sequence[Token], at: int, is_place: PlaceTest
) -> tuple[EventPhrase, int] | None:
    """A name that a noun behind it or a year makes that of an event: "Brasilpack, una feria del envase",
    "América Abierta 2024".
    """
    if tokens[at].text in OPENING:
        closing = quoted(tokens, at)
        kind = _noun_behind(tokens, closing) if closing is not None else None
        if closing is None or kind is None:
            return None
        return _make(text, tokens, at, closing, kind, "apposed", True, False), closing
    if tokens[at].shape not in NAME_SHAPES or tokens[at].folded in _no_name():
        return None
    if at and tokens[at - 1].shape in NAME_SHAPES and tokens[at - 1].folded not in _no_name():
        return None
    end = at
    while end < len(tokens) and end - at < _LONGEST_NAME and tokens[end].shape in NAME_SHAPES:
        end += 1
    if any(t.folded in words("never_an_event") for t in tokens[at:end]):
        return None
    if any(head_at(tokens, i) for i in range(at, end)):
        return None  # the noun tells
    name = text[tokens[at].start : tokens[end - 1].end]
    if is_place(name) or len(name) < 4 or tokens[at].folded in institution_heads():
        return None
    kind = _noun_behind(tokens, end)
    if kind is None and end - at > 1 and not _of_place(tokens, at):
        # "Andean Pitch Night, held in Arequipa"
        kind = "otro" if pattern("name_held").match(_behind(text, tokens, end)) else None
    if kind is not None and not (end - at == 1 and tokens[at].folded.endswith(("mente", "ly"))):
        return _make(text, tokens, at, end, kind, "apposed", False, False), end
    if (
        end < len(tokens)
        and is_year(tokens[end])
        and not (end - at > 1 and all(t.shape == "ACRONYM" for t in tokens[at:end]))
        and not (tokens[at].shape == "ACRONYM" and at and tokens[at - 1].shape == "ACRONYM")
        and (end + 1 == len(tokens) or tokens[end + 1].text not in "-–/")
    ):
        return _make(text, tokens, at, end + 1, "otro", "year-name", False, False), end + 1
    return None


def _of_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name is what something is of or in: "el foro del | Bajo Valle, realizado en …"."""
    while at and tokens[at - 1].folded in ARTICLES - {"o", "a"}:
        at -= 1
    return bool(at) and tokens[at - 1].folded in OF | {"en", "em", "no", "na", "nos", "nas", "in", "at"}


@cache
def _no_name() -> frozenset[str]:
    return words("title_links") | words("days_and_months") | ARTICLES | OF | words("english_determiners")


def _noun_behind(tokens: Sequence[Token], at: int) -> str | None:
    """Type of the event noun in ", una feria …", " – el congreso …", " es el encuentro …" behind a name."""
    if at + 2 >= len(tokens):
        return None
    if tokens[at].text not in ",–—-(" and tokens[at].folded not in words("is_a"):
        return None
    first = at + 1
    if tokens[first].folded not in words("articles_of_apposition"):
        return None
    if tokens[at].text in ",–—-" and tokens[first].folded in ARTICLES - {"o", "a"}:
        return None  # "Igualmente, la misión incluyó …": a new clause as likely as a name explained
    for noun in range(first + 1, min(first + 5, len(tokens))):
        head = head_at(tokens, noun)
        if head is not None and tokens[noun].shape == "word":
            return head[1] if head[2] in {"strong", "weak"} else None
        if tokens[noun].shape != "word":
            return None
    return None


_MOST_ORDINALS = 6  # tokens of an edition with its marks: "Décimo segundo", "37 ª"


def _phrase_at(
    text: str, tokens: Sequence[Token], at: int, is_place: PlaceTest, marked: Mapping[int, int]
) -> tuple[EventPhrase, int] | None:
    start = at
    ordinal = False
    while at < len(tokens) and at - start < _MOST_ORDINALS and is_ordinal(tokens, at):
        ordinal = True
        at += 1
        while at < len(tokens) and tokens[at].text in "°ºª." and at - start < _MOST_ORDINALS:
            at += 1
    if ordinal and at < len(tokens) and tokens[at].shape in NAME_SHAPES and not head_at(tokens, at):
        # "VIII Gran Foro": one word may stand between
        if at + 1 < len(tokens) and head_at(tokens, at + 1):
            at += 1
        elif _is_short_name(tokens[at]) and not _in_capitals(tokens, at):
            # "el tercer COINI", "the first AbreLatam"
            end = grow_capitalised(tokens, at, is_place)
            return _make(text, tokens, start, end, "otro", "nth-name", True, True), end
        elif tokens[at].shape == "Capital" and pattern("holds").search(_before(text, tokens, start)):
            # "celebraron la segunda Noche de los Telares"
            end = grow_capitalised(tokens, at, is_place)
            if end - at < 2 or tokens[at].folded in institution_heads():
                return None
            return _make(text, tokens, start, end, "otro", "nth-name", True, True), end
        else:
            return None
    if at >= len(tokens):
        return None
    head = head_at(tokens, at)
    if head is None:
        return None
    length, kind, strength = head
    if at > 1 and tokens[at - 1].folded in OF and tokens[at - 2].folded in words("places_of_something"):
        return None  # "punto de encuentro"
    if tokens[at].folded in words("english_event_nouns"):
        start, more = _modifiers_before(tokens, start)
        ordinal = ordinal or more
    capital = tokens[at].shape in {"Capital", "ACRONYM"}
    if tokens[at].folded in {"day", "dia"} and not _names_a_day(tokens, at):
        return None
    if any(
        " ".join(t.folded for t in tokens[at : at + n]) in phrases(which)
        for n in (2, 3)
        for which in ("no_events_in_any_case",) + (("no_events",) if not capital else ())
    ):
        return None
    end = at + length
    if strength == "plural" and not ordinal:
        several = _several(text, tokens, at, end, kind, is_place)
        if several is not None:
            return several
        return EventPhrase(tokens[start].start, tokens[end - 1].end, "", kind, "plural", False, False), end
    while end < len(tokens) and end - at < 4 and _is_adjective(tokens, end):
        end += 1
    quoted_end = quoted(tokens, end)
    if quoted_end is None:
        quoted_end = set_apart(tokens, end, is_place, marked)
        if quoted_end is not None and kind == "otro" and not ordinal:
            start = end  # "el evento **América Abierta**": the noun is no part of the name
    told = called(tokens, end) if quoted_end is None else None
    if told is not None:
        # "la reunión organizada por la Red denominada «…»"
        quote, stop = told
        noun = text[tokens[start].start : tokens[end - 1].end]
        title = clean_title(f"{noun} {text[tokens[quote].start : tokens[stop - 1].end]}")
        begins, ends = tokens[start].start, tokens[stop - 1].end
        return EventPhrase(begins, ends, title, kind, strength if capital else "lower", True, ordinal), stop
    if quoted_end is not None:
        phrase = _make(text, tokens, start, quoted_end, kind, strength if capital else "lower", True, ordinal)
        return phrase, quoted_end
    if kind == "misión" and length == 1 and not ordinal and end == at + 1:
        behind = tokens[end] if end < len(tokens) else None
        goes = behind is not None and behind.folded in {"a", "al", "ao", "to"} | words("event_adjectives")
        if not goes and not (capital and behind is not None and behind.shape in NAME_SHAPES):
            return None  # "la misión de la red", "Misión de la escuela": what it is for
    whole = _quoted_around(tokens, start, at) if capital else None
    if whole is not None:
        return _make(text, tokens, *whole, kind, strength, True, ordinal), whole[1]
    if capital:
        end = grow_capitalised(tokens, end, is_place)
        quoted_end = quoted(tokens, end)
        if quoted_end is not None:
            end = quoted_end
        if quoted_end is None and end > at + length and _is_body(tokens, at + length, end):
            return None  # "the Pacific Fair Trading Company"
        named = quoted_end is not None or strength == "word"
        return _make(text, tokens, start, end, kind, strength, named, ordinal), end
    if end < len(tokens) and tokens[end].shape in NAME_SHAPES and strength in {"strong", "weak"}:
        # "o curso Contas da Padaria", "el taller Construyendo Turismo"
        grown = grow_capitalised(tokens, end, is_place)
        said = " ".join(t.text for t in tokens[end:grown])
        no_name = words("title_ends_before") | words("days_and_months")
        if not is_place(said) and tokens[end].folded not in no_name:
            if kind == "otro" and not ordinal:
                start = end  # "el evento América Abierta": the noun is no part of the name
            return _make(text, tokens, start, grown, kind, "lower", True, ordinal), grown
    held = strength == "weak" and bool(pattern("holds").search(_before(text, tokens, start)))
    if strength == "strong" or held:
        adjectives = start
        while start and _is_small(tokens[start - 1], "event_adjectives"):
            start -= 1
        if start == adjectives and tokens[at].folded in words("english_event_nouns"):
            start = _small_modifiers_before(tokens, start)
        topic = grow_lower(tokens, end, taught=kind in {"curso", "taller"})
        if topic is not None:
            return _make(text, tokens, start, topic, kind, "lower", False, ordinal), topic
        if end - start >= 2 and not held:  # "a regional seminar in Sucre", "la asamblea anual"
            return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    if strength == "weak" and kind in _OF_SOMETHING and end + 1 < len(tokens) and tokens[end].folded in OF:
        first = end + 1 + (tokens[end + 1].folded in ARTICLES)
        if first < len(tokens) and tokens[first].shape in NAME_SHAPES:
            # "o lançamento da Agenda Institucional do Cooperativismo 2015"
            grown = grow_capitalised(tokens, first, is_place)
            return _make(text, tokens, start, grown, kind, "lower", False, ordinal), grown
    if strength == "weak" and tokens[at].folded in words("english_event_nouns"):
        start = _small_modifiers_before(tokens, start)
    if strength == "weak" and end - start >= 2 and kind != "otro":
        return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    return None


def _quoted_around(tokens: Sequence[Token], start: int, at: int) -> tuple[int, int] | None:
    """A name in quotes in which the event noun is not the first word: "“Juventudes Foro Andino”"."""
    opening = start
    while opening and at - opening < _LONGEST_NAME and tokens[opening - 1].shape in NAME_SHAPES:
        opening -= 1
    if opening == at or not opening or tokens[opening - 1].text not in OPENING:
        return None
    end = quoted(tokens, opening - 1)
    if end is None or end - opening > 2 * _LONGEST_NAME:
        return None
    named = all(t.shape in NAME_SHAPES or t.folded in words("title_links") for t in tokens[opening : end - 1])
    return (opening, end - 1) if named else None


def _before(text: str, tokens: Sequence[Token], at: int) -> str:
    """The words right before a token, folded."""
    return fold_keeping_length(text[max(0, tokens[at].start - 40) : tokens[at].start])


def _behind(text: str, tokens: Sequence[Token], at: int) -> str:
    """The words right behind a token, folded."""
    end = tokens[at - 1].end
    return fold_keeping_length(text[end : end + 60])


def _several(
    text: str, tokens: Sequence[Token], at: int, end: int, kind: str, is_place: PlaceTest
) -> tuple[EventPhrase, int] | None:
    """Counted events of one subject: "5 webinars sobre hidroponía", "uma série de lives musicais sobre …"."""
    start = at
    while start > 0 and at - start < 2 and tokens[start - 1].folded in words("series_of") | OF:
        start -= 1
    counted = start < at or (at > 0 and tokens[at - 1].folded in words("small_numbers"))
    if at > 0 and tokens[at - 1].shape == "number" and not is_year(tokens[at - 1]):
        start, counted = at - 1, True
    if not counted:
        return None
    while end < len(tokens) and end - at < 4 and tokens[end].folded not in words("on_a_subject"):
        if tokens[end].shape != "word" or tokens[end].folded in words("title_links"):
            return None
        end += 1
    if end + 1 >= len(tokens):
        return None
    stop = grow_capitalised(tokens, end, is_place)
    if stop <= end + 1:
        stop = grow_lower(tokens, end) or end
    return (_make(text, tokens, start, stop, kind, "several", False, False), stop) if stop > end + 1 else None


def _edition_at(
    text: str, tokens: Sequence[Token], at: int, is_place: PlaceTest, marked: Mapping[int, int]
) -> tuple[EventPhrase, int] | None:
    """What has editions: "la IV edición de EXPOPYME", "a 3ª edição do prêmio Mãos da Terra"."""
    if tokens[at].folded not in words("any_event_nouns"):
        return None
    start = at
    while start > 0 and at - start < _MOST_ORDINALS and tokens[start - 1].text in "°ºª.":
        start -= 1
    while start > 0 and at - start < _MOST_ORDINALS and is_ordinal(tokens, start - 1):
        start -= 1
    ordinal = start < at
    name = at + 1 + (at + 1 < len(tokens) and is_year(tokens[at + 1]))
    if name + 1 >= len(tokens) or tokens[name].folded not in OF:
        return None
    name += 1 + (tokens[name + 1].folded in ARTICLES)
    if name >= len(tokens):
        return None
    head = head_at(tokens, name)
    first = name + head[0] if head else name
    title = quoted(tokens, first) or set_apart(tokens, first, is_place, marked)
    if title is not None:
        end = title
    elif first < len(tokens) and tokens[first].shape in NAME_SHAPES:
        end = grow_capitalised(tokens, first, is_place)
    elif head and tokens[name].shape in NAME_SHAPES:
        end = grow_capitalised(tokens, name, is_place)
    else:
        return None
    said = {t.folded for t in tokens[name:end]}
    if place_at(tokens, name, is_place) or said <= _no_name() | {
        head_word.folded for head_word in tokens[name:first]
    }:
        return None
    if tokens[name].folded in words("never_an_event") and not head:
        return None
    inside = next((h for i in range(end - 1, name - 1, -1) if (h := head_at(tokens, i))), None)
    kind, strength = head[1:] if head else (inside[1] if inside else "otro", "edition-of")
    if strength in {"plural", "title"}:
        strength = "weak"
    if not ordinal:
        start = name
    return _make(text, tokens, start, end, kind, strength, strength != "weak", ordinal), end


def _modifiers_before(tokens: Sequence[Token], at: int) -> tuple[int, bool]:
    """Start of "3rd Latin American SME | Forum", and whether an edition is among the words: English puts them
    first.
    """
    start, ordinal = at, False
    while start > 0 and at - start < 8:
        before = tokens[start - 1]
        if is_ordinal(tokens, start - 1):
            ordinal = True
        elif before.text in "'’" and start > 1 and tokens[start - 2].shape in NAME_SHAPES:
            start -= 1  # "the Small Roasters' | Show"
        elif before.shape not in NAME_SHAPES or before.folded in words("title_links"):
            break
        start -= 1
    while start < at and tokens[start].folded in words("english_determiners"):
        start += 1
    return start, ordinal


def _is_body(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether the words behind an event noun make the name an institution's, whose noun comes last."""
    last = tokens[end - 1].folded
    return (last in word_types("name_endings") or last in words("plain_body_nouns")) and all(
        t.shape in NAME_SHAPES for t in tokens[at:end]
    )


def _in_capitals(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words beside a word in capitals are in capitals too, so that they say nothing of it."""
    beside = [tokens[i] for i in (at - 1, at + 1) if 0 <= i < len(tokens)]
    return any(t.shape == "ACRONYM" and not is_roman(t.text) for t in beside)


def _is_short_name(token: Token) -> bool:
    """Whether a word is the short name of something: COINI, AbreLatam."""
    if len(token.text) < 4 or token.folded in institution_heads() or is_roman(token.text):
        return False
    return token.shape == "Mixed" or (
        token.shape == "ACRONYM" and token.folded not in words("no_institution")
    )


def _names_a_day(tokens: Sequence[Token], at: int) -> bool:
    """Whether "Dia" begins or "Day" ends the name of one: "Dia da Comunidade", "Open Data Day"."""
    if tokens[at].shape != "Capital":
        return False
    if tokens[at].folded == "day":
        return at > 0 and tokens[at - 1].shape in NAME_SHAPES
    ahead = tokens[at + 1 : at + 4]
    following = next((t for t in ahead if t.folded not in OF | ARTICLES), None)
    return following is not None and following.shape in NAME_SHAPES


def _is_small(token: Token, which: str) -> bool:
    """Whether a token is one of some words, written small."""
    return token.shape == "word" and token.folded in words(which)


def _small_modifiers_before(tokens: Sequence[Token], at: int) -> int:
    """Start of "a hurricane-preparedness | workshop": up to three words behind a determiner."""
    for start in range(at - 1, max(-1, at - 4), -1):
        if tokens[start].shape != "word" or tokens[start].folded in words("title_links"):
            return at
        if start and tokens[start - 1].folded in words("english_determiners"):
            return start
    return at


def _is_adjective(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word behind an event noun goes with it ("curso gratuito de …")."""
    token = tokens[at]
    if token.shape != "word":
        return False
    if token.folded in words("event_adjectives"):
        return True
    if at + 1 >= len(tokens) or token.folded in words("title_ends_before"):
        return False
    if tokens[at + 1].folded in words("topic_openings") or tokens[at + 1].text in OPENING:
        return bool(pattern("adjective").search(token.folded))
    return tokens[at + 1].folded in words("joined_by") and bool(
        pattern("plain_adjective").search(token.folded)
    )


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
