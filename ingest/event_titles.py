"""Titles of events: the nouns and ordinals they begin with, their content words and their editions."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from ingest.grammar import NAME_SHAPES
from ingest.lexicon import event_heads, pattern, word_types, words
from ingest.tokens import Token, fold, is_roman, tokenise


def head_at(tokens: Sequence[Token], at: int) -> tuple[int, str, str] | None:
    """The event noun that starts at a token: (number of tokens, type, strength)."""
    if at >= len(tokens):
        return None
    longest = _longest_heads().get(tokens[at].folded, 0)
    for length in range(min(longest, len(tokens) - at), 0, -1):
        entry = event_heads().get(" ".join(token.folded for token in tokens[at : at + length]))
        if entry:
            return length, *entry
    noun, hyphen, rest = tokens[at].folded.partition("-")
    if hyphen and (rest in words("event_adjectives") or rest in event_heads()) and noun in event_heads():
        return 1, *event_heads()[noun]  # "Assembleia-Geral", "Seminário-Debate"
    if tokens[at].shape in NAME_SHAPES and (kind := _told_by_form(tokens[at].text)):
        return 1, kind, "word"
    return None


@lru_cache(maxsize=65536)
def _told_by_form(word: str) -> str | None:
    """The type of an event whose name is one word made of its noun: EXPOPYME, Agroexpo, Hackatec."""
    match = pattern("event_in_a_word").fullmatch(fold(word))
    return str(match.lastgroup).replace("_", " ") if match else None


@cache
def first_words_of_heads() -> frozenset[str]:
    """The first words of event nouns."""
    return frozenset(_longest_heads())


@cache
def _longest_heads() -> Mapping[str, int]:
    """First word of an event noun → words of the longest one that begins with it."""
    longest: dict[str, int] = {}
    for noun in event_heads():
        words = noun.split()
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def is_ordinal(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token numbers an edition: VIII, 4°, Primer, 37ª."""
    token = tokens[at]
    if token.shape == "ACRONYM" or (len(token.text) == 1 and token.text in "IVX"):
        return is_roman(token.text)
    if token.folded in words("ordinals"):
        return True
    if token.shape == "number" and at + 1 < len(tokens) and tokens[at + 1].text in {"°", "º", "ª"}:
        return tokens[at + 1].start == token.end
    if token.shape == "number" and at + 2 < len(tokens) and tokens[at + 1].text == ".":
        return tokens[at + 2].text in {"º", "ª"} and tokens[at + 2].start == token.end + 1  # "4.º"
    return token.text[0].isdigit() and bool(pattern("numeric_ordinal").fullmatch(token.folded))


def clean_title(title: str) -> str:
    """A title on one line, without the marks around it; quotation marks inside are kept in pairs."""
    title = " ".join(title.split()).strip(" .,:;*-–—")
    for opening, closing in ("“”", "«»", '""'):
        inner = title[1:-1]
        if title.startswith(opening) and title.endswith(closing) and opening not in inner:
            title = inner.strip()
    return title.strip(" .,:;*")


@lru_cache(maxsize=4096)
def title_key(title: str) -> frozenset[str]:
    """Content words of a title, for comparing the names of events."""
    return frozenset(w for w in re.findall(r"[a-z0-9]+", fold(title)) if w not in words("title_stop"))


@lru_cache(maxsize=4096)
def editions_in(key: frozenset[str]) -> frozenset[str]:
    """The words of a title's key (`title_key`) that tell which edition of a series it is."""
    return frozenset(
        w for w in key if w in word_types("ordinal_numbers") or pattern("edition_word").fullmatch(w)
    )


@lru_cache(maxsize=4096)
def editions_told(key: frozenset[str]) -> frozenset[str]:
    """The editions in a title's key as numbers, however they are written: 1er, primera and I are "1"."""
    return frozenset(_number(word) for word in editions_in(key))


@lru_cache(maxsize=1024)
def _number(edition: str) -> str:
    if digits := re.match(r"\d+", edition):
        return digits.group().lstrip("0")
    values = [_ROMAN_VALUES[letter] for letter in edition if letter in _ROMAN_VALUES]
    if len(values) == len(edition):
        ahead = [*values[1:], 0]
        return str(sum(-v if v < after else v for v, after in zip(values, ahead, strict=True)))
    return word_types("ordinal_numbers").get(edition, edition)


_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


@lru_cache(maxsize=4096)
def quoted_key(title: str) -> frozenset[str]:
    """Content words of what stands in quotes in a title, where something does."""
    match = re.search(r"[“\"«‘]([^“”\"«»’]{3,})[”\"»’]", title)
    return title_key(match.group(1)) if match else frozenset()


def without_edition(title: str) -> str:
    """A title without its edition and year: what its series is called."""
    words = title.split()
    while words and (is_ordinal(tokenise(words[0]), 0) or words[0].rstrip("ªº°.").isdigit()):
        words = words[1:]
    return re.sub(r"\s+(?:19|20)\d\d\Z", "", " ".join(words)) or title
