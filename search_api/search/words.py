"""The words of a text as search compares them: without accents, stemmed in their language."""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

_NOT_STOP = {"estado", "estados", "sentido", "sentida", "sentidos", "sentidas", "sao"}
"""Words that the lists call empty and that carry meaning here (Estados Unidos, São Paulo)."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
#: The languages of the collection, and what their stemmers are called.
STEMMERS = {"es": "spanish", "pt": "portuguese", "en": "english"}
#: Words that ask, and are not looked for.
QUESTION_WORDS = {
    *("quien", "quienes", "cual", "cuales", "que", "como", "donde", "cuando", "cuanto", "cuantos", "por"),
    *(
        "quem",
        "qual",
        "quais",
        "onde",
        "quando",
        "quanto",
        "quantos",
        "who",
        "what",
        "which",
        "where",
        "when",
    ),
    *("how", "why", "did", "does", "do"),
}


#: The combining marks of the Latin alphabets, and where those of others are: a regular expression is several
#: times as quick as to ask for each character, and whole passages are folded.
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_OTHER_MARKS = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")


class Token(NamedTuple):
    """A word of a text with its half-open interval of code points."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents: `Garantías` → `garantias`, `São` → `sao`."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    if not _OTHER_MARKS.search(plain):
        return plain
    return "".join(char for char in plain if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Words and numbers of `text` in order, as they are written."""
    return _WORD.findall(text)


def tokens(text: str, among: Collection[str] | None = None) -> Iterator[Token]:
    """Words and numbers of `text` in order; of `among` only, where that is given."""
    for match in _WORD.finditer(text):
        word = match.group()
        if among is None or word in among:
            yield Token(word, match.start(), match.end())


class Form(NamedTuple):
    """A word as the index has it: folded, and its folded stem. `empty` tells a stop word."""

    folded: str
    stem: str
    empty: bool


@lru_cache(maxsize=1 << 16)
def form(word: str, language: str) -> Form:
    """The form of a word. Kept, because most words of a text are among the 10^4 or so that are frequent."""
    folded = fold(word)
    return Form(folded, stem(word, language), is_stop_word(folded))


def stem(word: str, language: str) -> str:
    """Folded Snowball stem of `word`; unknown languages are stemmed as Spanish."""
    return fold(_stemmer(language).stemWord(word.casefold()))


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing in any of the three languages."""
    return word in _stop_words()


def analyse(text: str, language: str) -> list[tuple[str, str]]:
    """(folded word, stem) of each word of `text` that is not a stop word."""
    forms = (form(word, language) for word in words_of(text))
    return [(one.folded, one.stem) for one in forms if not one.empty]


def _stemmer(language: str) -> Any:
    # PyStemmer asks for a stemmer of its own in each thread.
    return _stemmer_of_thread(language, threading.get_ident())


@lru_cache(maxsize=256)
def _stemmer_of_thread(language: str, thread: int) -> Any:
    import Stemmer

    return Stemmer.Stemmer(STEMMERS.get(language, "spanish"))


@cache
def _stop_words() -> frozenset[str]:
    from bm25s import stopwords

    lists = (stopwords.STOPWORDS_SPANISH, stopwords.STOPWORDS_PORTUGUESE, stopwords.STOPWORDS_EN_PLUS)
    return frozenset(fold(word) for words in lists for word in words) - _NOT_STOP
