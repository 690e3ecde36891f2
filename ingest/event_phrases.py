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

from ingest.event_titles import clean_title, first_words_of_heads, head_at, is_ordinal
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import institution_heads, pattern, phrases, words
from ingest.tokens import Token, tokenise
from ingest.well_known_places import PlaceTest

# Titles are also quoted with single marks, which inside names are apostrophes.
_OPENING, _CLOSING = '“"«‘', '”"»’'


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
        phrase = _phrase_at(text, tokens, at, is_place, marked) or _name_told(text, tokens, at, is_place)
        if phrase is None or (language == "es" and tokens[at].folded in words("not_events_in_spanish")):
            at += 1
            continue
        if phrase[0].strength != "plural":
            found.append(phrase[0])
        at = phrase[1]
    return found


_PLAIN = frozenset({"word", "punct"})


@cache
def _openings() -> frozenset[str]:
    """What is written small and may yet begin a phrase: event nouns, ordinals, quotation marks."""
    return first_words_of_heads() | words("ordinals") | frozenset(_OPENING)


_LONGEST_NAME = 6  # tokens of a name that only what stands beside it makes an event's


def _name_told(
    text: str, tokens: Sequence[Token], at: int, is_place: PlaceTest
) -> tuple[EventPhrase, int] | None:
    """A name that a noun behind it or a year makes that of an event: "Brasilpack, una feria del envase",
    "América Abierta 2024".
    """
    if tokens[at].text in _OPENING:
        closing = _quoted(tokens, at)
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
    if kind is not None and not (end - at == 1 and tokens[at].folded.endswith(("mente", "ly"))):
        return _make(text, tokens, at, end, kind, "apposed", False, False), end
    if (
        end < len(tokens)
        and _is_year(tokens[end])
        and (end + 1 == len(tokens) or tokens[end + 1].text not in "-–/")
    ):
        return _make(text, tokens, at, end + 1, "otro", "year-name", False, False), end + 1
    return None


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


def _is_year(token: Token) -> bool:
    return token.shape == "number" and len(token.text) == 4 and token.text[:2] in {"19", "20"}


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
    if tokens[at].folded in {"day", "dia"} and not _names_a_day(tokens, at):
        return None
    if any(
        " ".join(t.folded for t in tokens[at : at + n])
        in phrases("no_events_in_any_case" if capital else "no_events")
        for n in (2, 3)
    ):
        return None
    end = at + length
    if strength == "plural" and not ordinal:
        return EventPhrase(tokens[start].start, tokens[end - 1].end, "", kind, "plural", False, False), end
    while end < len(tokens) and end - at < 4 and _is_adjective(tokens, end):
        end += 1
    quoted_end = _quoted(tokens, end)
    if quoted_end is None:
        quoted_end = _set_apart(tokens, end, is_place, marked)
        if quoted_end is not None and kind == "otro" and not ordinal:
            start = end  # "el evento **América Abierta**": the noun is no part of the name
    if quoted_end is not None:
        phrase = _make(text, tokens, start, quoted_end, kind, strength if capital else "lower", True, ordinal)
        return phrase, quoted_end
    if kind == "misión" and length == 1 and not ordinal and end == at + 1:
        behind = tokens[end] if end < len(tokens) else None
        goes = behind is not None and behind.folded in {"a", "al", "ao", "to"} | words("event_adjectives")
        if not goes and not (capital and behind is not None and behind.shape in NAME_SHAPES):
            return None  # "la misión de la red", "Misión de la escuela": what it is for
    if capital:
        end = _grow_capitalised(tokens, end, is_place)
        quoted_end = _quoted(tokens, end)
        if quoted_end is not None:
            end = quoted_end
        return _make(text, tokens, start, end, kind, strength, quoted_end is not None, ordinal), end
    if end < len(tokens) and tokens[end].shape in NAME_SHAPES and strength in {"strong", "weak"}:
        # "o curso Contas da Padaria", "el taller Construyendo Turismo"
        grown = _grow_capitalised(tokens, end, is_place)
        named = " ".join(t.text for t in tokens[end:grown])
        if not is_place(named) and tokens[end].folded not in words("title_ends_before"):
            if kind == "otro" and not ordinal:
                start = end  # "el evento América Abierta": the noun is no part of the name
            return _make(text, tokens, start, grown, kind, "lower", True, ordinal), grown
    if strength == "strong":
        if (
            start
            and tokens[start - 1].folded in words("event_adjectives")
            and tokens[start - 1].shape == "word"
        ):
            start -= 1
        elif tokens[at].folded in words("english_event_nouns"):
            start = _small_modifiers_before(tokens, start)
        topic = _grow_lower(tokens, end)
        if topic is not None:
            return _make(text, tokens, start, topic, kind, "lower", False, ordinal), topic
        if end - start >= 2:  # "a regional seminar in Sucre", "la asamblea anual"
            return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    if strength == "weak" and kind in _OF_SOMETHING and end + 1 < len(tokens) and tokens[end].folded in OF:
        first = end + 1 + (tokens[end + 1].folded in ARTICLES)
        if first < len(tokens) and tokens[first].shape in NAME_SHAPES:
            # "o lançamento da Agenda Institucional do Cooperativismo 2015"
            grown = _grow_capitalised(tokens, first, is_place)
            return _make(text, tokens, start, grown, kind, "lower", False, ordinal), grown
    if strength == "weak" and tokens[at].folded in words("english_event_nouns"):
        start = _small_modifiers_before(tokens, start)
    if strength == "weak" and end - start >= 2 and kind != "otro":
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
        elif before.text in "'’" and start > 1 and tokens[start - 2].shape in NAME_SHAPES:
            start -= 1  # "the Small Roasters' | Show"
        elif before.shape not in NAME_SHAPES or before.folded in words("title_links"):
            break
        start -= 1
    while start < at and tokens[start].folded in words("english_determiners"):
        start += 1
    return start, ordinal


def _names_a_day(tokens: Sequence[Token], at: int) -> bool:
    """Whether "Dia" begins or "Day" ends the name of one: "Dia da Comunidade", "Open Data Day"."""
    if tokens[at].shape != "Capital":
        return False
    if tokens[at].folded == "day":
        return at > 0 and tokens[at - 1].shape in NAME_SHAPES
    ahead = tokens[at + 1 : at + 4]
    following = next((t for t in ahead if t.folded not in OF | ARTICLES), None)
    return following is not None and following.shape in NAME_SHAPES


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
    return token.folded in words("event_adjectives") or (
        at + 1 < len(tokens)
        and (tokens[at + 1].folded in words("topic_openings") or tokens[at + 1].text in _OPENING)
        and bool(pattern("adjective").search(token.folded))
        and token.folded not in words("title_ends_before")
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


_LONGEST_MARKED = 20  # tokens of a title in bold letters or in a link


def _set_apart(
    tokens: Sequence[Token], at: int, is_place: PlaceTest, marked: Mapping[int, int]
) -> int | None:
    """End of a title that emphasis or a link sets apart, as quotes do: "el curso **Cómo enseñar**"."""
    while at < len(tokens) and (tokens[at].text == ":" or tokens[at].folded in words("titled")):
        at += 1
    if at >= len(tokens) or tokens[at].shape not in NAME_SHAPES or tokens[at].folded in institution_heads():
        return None
    stop = marked.get(tokens[at].start)
    if stop is None:
        return None
    end = at
    while end < len(tokens) and end - at < _LONGEST_MARKED and tokens[end].end <= stop:
        end += 1
    whole = end > at and (end == len(tokens) or tokens[end].start >= stop)
    return end if whole and not is_place(" ".join(t.text for t in tokens[at:end])) else None


def _grow_capitalised(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> int:
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in NAME_SHAPES:
            end += 1
            continue
        if _is_year(token):
            end += 1
            continue
        if token.text == ":" and end + 2 < len(tokens) and tokens[end + 1].shape in NAME_SHAPES:
            after = tokens[end + 2]
            if after.shape in NAME_SHAPES or after.folded in words("title_links"):
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
                goes_on = token.folded in {"con", "com"} and tokens[ahead].shape == "Capital"
                if not goes_on or tokens[ahead].folded in institution_heads():
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
    if at + 1 >= len(tokens):
        return None
    if tokens[at].folded in words("joined_by") and tokens[at].folded not in words("topic_openings"):
        # "reunión con la Comisión Delegada de …", "misión comercial a México"
        first = at + 1
        while first < len(tokens) and tokens[first].folded in ARTICLES:
            first += 1
        if first >= len(tokens) or tokens[first].shape not in NAME_SHAPES:
            return None
        end = first
        while end < len(tokens) and end - first < 10:
            if tokens[end].shape in NAME_SHAPES:
                end += 1
            elif tokens[end].folded in OF and end + 1 < len(tokens):
                ahead = end + 1 + (tokens[end + 1].folded in ARTICLES)
                if ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
                    break
                end = ahead
            else:
                break
        return end
    if tokens[at].folded not in words("topic_openings"):
        return None
    end = at
    while end < len(tokens) and end - at < 14:
        token = tokens[end]
        if token.shape == "punct" or token.shape == "number" or token.folded in words("title_ends_before"):
            break
        if end > at + 1 and token.shape == "word" and pattern("past_tense").search(token.text):
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
        if tokens[i].folded in institution_heads() and institution_heads()[tokens[i].folded][1] == "strong":
            return False  # "el Congreso Interactivo, Fundación X y Wingu": a list of bodies
    return False


def _place_at(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> bool:
    return any(
        is_place(" ".join(t.text for t in tokens[at : at + n])) for n in (4, 3, 2, 1) if at + n <= len(tokens)
    )
