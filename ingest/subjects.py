"""The subject of an event by its title: "señalización turística" of "Taller sobre señalización turística".

It is read only where the wording leaves no doubt: an event noun, what is said of its reach, and a
preposition; or, in English, the subject before the noun ("Flood Forecasting Workshop"). Slogans in quotation
marks, proper names, places and words that say nothing of a subject give none, since a wrong proposal costs a
curator more than a missing one.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from ingest.event_titles import head_at, is_ordinal
from ingest.lexicon import rows
from ingest.themes import singular
from ingest.tokens import Token, tokenise
from ontology.vocabulary import lexicon

_TAUGHT = frozenset({"taller", "taller-seminario", "seminario", "curso", "jornada", "webinar"})
"""Types of event that are "of" a subject (curso de cerámica); a reunión, feria or misión is of somebody."""

_MOST_WORDS = 5
"""Content words of a subject at most; longer ones are sentences."""

_AT = frozenset({"en", "em", "in"})

_LEAST_LETTERS, _LEAST_ALONE = 4, 8
"""Letters of a word that tells something, and of one that tells a subject by itself (apicultura)."""


class Subject(NamedTuple):
    """A subject, `start` to `end` in the title; `key` has its words in the singular, without small words."""

    label: str
    start: int
    end: int
    key: tuple[str, ...]


def subject_of(title: str) -> Subject | None:
    """The subject that a title names; None where it names none beyond doubt."""
    tokens = tokenise(title)
    start = _past_head(tokens)
    if start is None:
        return _before_head(title, tokens)
    at, taught = start
    kind = _class(tokens[at]) if at < len(tokens) else ""
    if kind == "about" or (kind == "of" and taught):
        at += 1
        if at < len(tokens) and tokens[at - 1].folded == "acerca" and _class(tokens[at]) == "of":
            at += 1
    else:
        return None
    return _phrase(title, tokens[at:])


def told_of(title: str) -> str:
    """What a title says beside the event noun, its edition, its reach and the size of firms."""
    tokens = tokenise(title)
    at = 0
    past = _past_head(tokens)
    if past is not None:
        at = past[0]
        while at < len(tokens) and _class(tokens[at]) in {"about", "of", "article"}:
            at += 1
    kept, position = [], tokens[at].start if at < len(tokens) else len(title)
    while at < len(tokens):
        length = _size_at(tokens, at)
        if length:
            kept.append(title[position : tokens[at].start])
            position = tokens[at + length - 1].end
        at += max(1, length)
    kept.append(title[position:])
    return " ".join("".join(kept).split()).strip(" .,:;«»“”\"'")


def content_words(text: str) -> list[str]:
    """Words that say something, folded and in the singular: no numbers, small, general or reach words."""
    return [
        singular(token.text)
        for token in tokenise(text)
        if token.shape not in {"punct", "number"} and not _class(token) and len(token.text) >= _LEAST_LETTERS
    ]


def _past_head(tokens: Sequence[Token]) -> tuple[int, bool] | None:
    """Where the words after the event noun and its reach begin, and whether such events are of a subject."""
    at, taught, found = 0, False, False
    while at < len(tokens):
        head = head_at(tokens, at)
        leads = not found and (
            is_ordinal(tokens, at)
            or tokens[at].shape in {"punct", "number"}
            or _class(tokens[at]) == "article"
        )
        if head is not None:
            at += head[0]
            taught, found = taught or head[1] in _TAUGHT, True
        elif leads or _class(tokens[at]) == "scope":
            at += 1
        elif found and _training_at(tokens, at):
            at += 2
        elif found and tokens[at].text in {"-", "/"}:
            at += 1
        else:
            break
    return (at, taught) if found else None


def _training_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether the title goes on "de capacitación", which says how and not what is taught."""
    return at + 1 < len(tokens) and _class(tokens[at]) == "of" and _class(tokens[at + 1]) == "about-what"


def _before_head(title: str, tokens: Sequence[Token]) -> Subject | None:
    """The subject before the event noun that ends an English title."""
    for at in range(1, len(tokens)):
        head = head_at(tokens, at)
        if head is None or at + head[0] != len(tokens) or head[1] not in _TAUGHT:
            continue
        first = next((n for n in range(at) if _class(tokens[n]) != "scope" and not is_ordinal(tokens, n)), at)
        found = _phrase(title, tokens[first:at])
        return found if found is not None and found.end == tokens[at - 1].end else None
    return None


def _phrase(title: str, tokens: Sequence[Token]) -> Subject | None:
    """The subject at the beginning of `tokens`, up to what is no part of it."""
    while tokens and _class(tokens[0]) == "article":
        tokens = tokens[1:]
    kept: list[Token] = []
    all_capital = all(
        t.shape in {"Capital", "ACRONYM"} for t in tokens if t.shape != "punct" and not _class(t)
    )
    for at, token in enumerate(tokens):
        kind = _class(token)
        if token.shape in {"punct", "number", "Mixed"} or kind in {"cut", "about"}:
            break
        if _size_at(tokens, at) or (kept and head_at(tokens, at)):
            break
        if kept and token.shape == "Capital" and (not all_capital or kept[-1].folded in _AT):
            break  # a proper name, or the place
        if token.shape == "ACRONYM" and not title.isupper():
            return None
        kept.append(token)
    after = tokens[len(kept)] if len(kept) < len(tokens) else None
    if (after is not None and after.text in "“«\"'‘") or not kept:
        return None
    while kept and _class(kept[-1]) in {"of", "article", "joint", "scope"}:
        kept.pop()
    if not kept or _class(kept[0]) == "people":
        return None
    key = tuple(singular(t.text) for t in kept if _class(t) not in {"about", "of", "cut", "article", "joint"})
    telling = [word for word in key if word not in _classes() and len(word) >= _LEAST_LETTERS]
    if not telling or len(key) > _MOST_WORDS or (len(key) == 1 and len(key[0]) < _LEAST_ALONE):
        return None
    start, end = kept[0].start, kept[-1].end
    return Subject(_label(title[start:end], kept), start, end, key)


def _label(text: str, tokens: Sequence[Token]) -> str:
    """The words as in the text, without the capitals of a heading."""
    text = " ".join(text.split())
    if all(t.shape in {"Capital", "ACRONYM"} for t in tokens if not _class(t)):
        return text.lower()
    return text[0].lower() + text[1:]


def _class(token: Token) -> str:
    return _classes().get(token.folded) or _classes().get(singular(token.text), "")


def _size_at(tokens: Sequence[Token], at: int) -> int:
    """Tokens of a term of firm size (PYME, pequeñas empresas) that begins at `at`; 0 where none does."""
    longest = _sizes().get(singular(tokens[at].text), ())
    for term in longest:
        if tuple(singular(t.text) for t in tokens[at : at + len(term)]) == term:
            return len(term)
    return 0


@cache
def _classes() -> Mapping[str, str]:
    return {row["word"]: row["class"] for row in rows("subject_words.csv")}


@cache
def _sizes() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """First word of a term of firm size → the terms that begin with it, the longest first."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for concept in lexicon():
        for term in concept.terms():
            words = tuple(singular(t.text) for t in tokenise(term))
            found.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(terms, key=len, reverse=True)) for first, terms in found.items()}
