"""Words of a text with their offsets, folded form and capitals: what every reading rule looks at."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

# A word may carry inner hyphens, slashes and ampersands (SELA-IBERPYME, SELA/IBERPYME, T&C); all else is one
# character of punctuation, a line break included: in cleaned text it is where a line ends on purpose.
_TOKEN = re.compile(r"[^\W_]+(?:[-/&’'·.](?=[^\W_])[^\W_]+)*|[^\w\s]|_|\n")
_ROMAN = re.compile(r"(?=[MDCLXVI])M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\Z")


LONGEST_KEPT = 5_000
"""Characters of the longest text whose tokens, folded form and dates are kept.

Rule after rule asks for those of the same paragraph or sentence, so the last 2,048 texts keep theirs; this
bound keeps them to a few megabytes, whatever comes.
"""


class Token(NamedTuple):
    """`text` = source[start:end]; `folded` is lower case without accents."""

    text: str
    start: int
    end: int
    folded: str
    shape: str  # "word", "Capital", "ACRONYM", "Mixed" (iNNpulsa, ProColombia), "number", "punct"


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents; the length may change, so never use it to compute offsets.

    An accent that stands alone stays: what is not empty is not folded to nothing.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold() or text


def unaccented(text: str) -> str:
    """The text without accents, capitals as they are; the length may change."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def fold_keeping_length(text: str) -> str:
    """Lower case without accents, one character for each of `text`, so that offsets hold."""
    if text.isascii():
        return text.lower()
    return _kept_fold(text) if len(text) <= LONGEST_KEPT else text.translate(_folding())


@lru_cache(maxsize=2048)
def _kept_fold(text: str) -> str:
    return text.translate(_folding())


class _Folding(dict[int, str]):
    """Code point → its folded character, found out when a text first has it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold(character)
        self[code] = folded if len(folded) == 1 else character
        return self[code]


@cache
def _folding() -> _Folding:
    return _Folding()


def is_roman(text: str) -> bool:
    """Whether `text` is a Roman numeral in capitals (IV, XII)."""
    return bool(_ROMAN.match(text))


def shape_of(text: str) -> str:
    """Class of a token by its characters."""
    first = text[0]
    if not first.isalnum():
        return "punct"
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return "number"
    capitals = sum(c.isupper() for c in letters)
    if capitals == 0:
        return "word" if not first.isdigit() else "number"
    if len(letters) >= 2 and capitals == len(letters):
        return "ACRONYM"
    parts = re.split(r"[-/&’'·.]", text)
    if all((p[:1].isupper() and p[1:].islower()) or p.isdigit() or (len(p) == 1) for p in parts if p):
        return "Capital"
    if first.isupper() and capitals == 1:
        return "Capital"
    # MIPYMEs, PYMEs, ONGs: a plural of an acronym
    if letters[-1] == "s" and capitals == len(letters) - 1:
        return "ACRONYM"
    return "Mixed"


def tokenise(text: str) -> tuple[Token, ...]:
    """Tokens of `text` in order; offsets are code points of it."""
    return _kept_tokens(text) if len(text) <= LONGEST_KEPT else _tokens(text)


@lru_cache(maxsize=2048)
def _kept_tokens(text: str) -> tuple[Token, ...]:
    return _tokens(text)


def _tokens(text: str) -> tuple[Token, ...]:
    # As plain tuples made into tokens, which takes half of the time that their own constructor does.
    made, find = tuple.__new__, text.find
    tokens = []
    end = 0
    for word in _TOKEN.findall(text):
        start = find(word, end)
        end = start + len(word)
        tokens.append(made(Token, (word, start, end, *_folded_and_shape(word))))
    return tuple(tokens)


def tokens_from(text: str, start: int) -> Sequence[Token]:
    """The tokens of what follows an offset of `text`; their offsets are those of `text`."""
    tokens = tokenise(text)
    at = bisect_left(tokens, start, key=attrgetter("start"))
    if not at or tokens[at - 1].end <= start:
        return tokens[at:]
    cut = tokenise(text[start : tokens[at - 1].end])
    return (*(t._replace(start=start + t.start, end=start + t.end) for t in cut), *tokens[at:])


def last_token(text: str) -> Token | None:
    """The last token of `text`, at its offsets in the last run of characters without white space."""
    line = text.rpartition("\n")[2] if "\n" in text else text
    runs = line.rsplit(maxsplit=1)
    return tokenise(runs[-1])[-1] if runs else None


@lru_cache(maxsize=65536)
def _folded_and_shape(word: str) -> tuple[str, str]:
    return fold(word), shape_of(word)


def unpossessed(word: str) -> str:
    """An English word without the "'s" of the possessive."""
    return word[:-2] if word.endswith(("'s", "’s")) else word


V = TypeVar("V")

# Not "a", which is a preposition as well.
_ARTICLES = frozenset("el la los las o os as the".split())


class PhraseIndex(Generic[V]):
    """Longest match of known phrases, compared by their folded words.

    An article inside a phrase is passed over ("Oficina de (las) Naciones Unidas"), one that begins it is not.
    """

    def __init__(self, entries: Iterable[tuple[str, V]] = ()) -> None:
        self._root: dict[str, Any] = {}
        for phrase, value in entries:
            self.add(phrase, value)

    def add(self, phrase: str, value: V) -> None:
        """Register `phrase`; the first value given for a phrase stays."""
        node = self._root
        for position, token in enumerate(tokenise(phrase)):
            if not position or token.folded not in _ARTICLES:
                node = node.setdefault(token.folded, {})
        node.setdefault("", value)

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, V] | None:
        """Longest phrase that starts at token `at`: (number of tokens, value)."""
        node = self._root
        if unpossessed(tokens[at].folded) not in node and tokens[at].folded not in node:
            return None
        best: tuple[int, V] | None = None
        for length, position in enumerate(range(at, len(tokens)), 1):
            following = node.get(tokens[position].folded)
            if following is None and tokens[position].folded.endswith(("'s", "’s")):
                ended = node.get(unpossessed(tokens[position].folded), {})
                if "" in ended:  # "the Open Looms Partnership's account"
                    best = (length, ended[""])
                break
            if following is None:
                if length > 1 and tokens[position].folded in _ARTICLES:
                    continue
                break
            node = following
            if "" in node:
                best = (length, node[""])
        return best
