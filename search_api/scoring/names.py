"""Names and titles as the scorers compare them: without case, accents, punctuation and small words.

The conventions, word lists included, are those of the scorer of the development reports: figures agree.
"""

import re
import unicodedata
from collections.abc import Iterable

_STOP = frozenset(
    "a al ante con da das de del do dos e el em en entre for in la las le lo los na nas no nos o of on os"
    " para pela pelas pelo pelos por sobre su sus the to um uma un una y and at by com".split()
)
_ORDINALS = (
    "primer primero primera primeiro primeira first",
    "segundo segunda second",
    "tercer tercero tercera terceiro terceira third",
    "cuarto cuarta quarto quarta fourth",
    "quinto quinta fifth",
    "sexto sexta sixth",
    "septimo septima setimo setima seventh",
    "octavo octava oitavo oitava eighth",
    "noveno novena nono nona ninth",
    "decimo decima tenth",
)
_ORDINAL_WORDS = {word: str(n) for n, words in enumerate(_ORDINALS, 1) for word in words.split()}
_DIGIT_ORDINAL = re.compile(r"^(\d{1,3})(a|o|er|ero|era|ra|da|do|ta|to|na|no|ma|mo|va|vo|st|nd|rd|th)$")
_ROMAN = re.compile(r"^(x{0,3})(ix|iv|v?i{0,3})$")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")


def folded(text: str | None) -> str:
    """Lower case without accents; punctuation becomes blanks."""
    decomposed = unicodedata.normalize("NFKD", text or "").casefold()
    return " ".join(re.sub(r"[^0-9a-z]+", " ", re.sub(r"[\u0300-\u036f]", "", decomposed)).split())


def words(text: str | None) -> list[str]:
    """The words that carry meaning, folded."""
    return [word for word in folded(text).split() if word not in _STOP]


def key(name: str | None) -> str:
    """What two spellings of a name share."""
    return " ".join(words(name)) or folded(name)


def keys(name: str) -> frozenset[str]:
    """The keys of a name, of what is in brackets in it, and of what is outside them."""
    inside = _BRACKETS.findall(name)
    parts = [name, *inside, _BRACKETS.sub(" ", name)] if inside else [name]
    return frozenset(filter(None, map(key, parts)))


def keys_of(names: Iterable[str | None]) -> frozenset[str]:
    """The keys of several names of one thing."""
    return frozenset().union(*(keys(name) for name in names if name))


def title_words(title: str | None) -> list[str]:
    """The words of a title; "III", "3ª" and "tercera" are all "3"."""
    return [_ordinal(word) for word in words(title)]


def contains(phrase: list[str], sequence: list[str]) -> bool:
    """Whether the words of a phrase follow each other in a sequence."""
    n = len(phrase)
    return n > 0 and any(sequence[i : i + n] == phrase for i in range(len(sequence) - n + 1))


def _ordinal(word: str) -> str:
    if digits := _DIGIT_ORDINAL.match(word):
        return digits.group(1)
    if (len(word) > 1 or word == "v") and (roman := _ROMAN.match(word)):
        return str(10 * len(roman.group(1)) + _UNITS[roman.group(2)])
    return _ORDINAL_WORDS.get(word, word)
