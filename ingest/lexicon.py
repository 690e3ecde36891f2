"""The word lists and patterns of the reading rules, read from `ingest/lexicon/` when they are first used.

In: `words.toml` (lists of folded words), `patterns.toml` (regular expressions over folded text) and the head
nouns of institutions and events (`*_heads.csv`). Out: sets, mappings and compiled patterns by their name. A
curator adds words to the files; the rules that look them up stay as they are.
"""

import csv
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class HeadNoun(NamedTuple):
    """What a head noun tells: the type of what it names, and how surely a name follows.

    `strength` is "strong" (a name follows), "weak" (only with words of its own), "title" (an event only where
    it is announced), "plural" (several events, no single name) or "never" (listed so that other rules know
    the word).
    """

    type: str
    strength: str


@cache
def words(name: str) -> frozenset[str]:
    """The words (or terms) of a list in `words.toml`. Raises KeyError where there is no such list."""
    listed: str | list[str] = _toml("words.toml")[name]
    return frozenset(listed.split() if isinstance(listed, str) else listed)


@cache
def ordinary_words() -> frozenset[str]:
    """Words in small letters, with their accents, that names are written like: pen (PEN), ira (Irã)."""
    lines = (files("ingest") / "lexicon" / "ordinary_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def word_types(name: str) -> Mapping[str, str]:
    """Word → what it says (a type, a singular), from a table of `words.toml`. Raises KeyError for no such
    table.
    """
    table: Mapping[str, str] = _toml("words.toml")[name]
    return {word: kind for kind, listed in table.items() for word in listed.split()}


@cache
def phrases(name: str) -> Mapping[str, str]:
    """Phrase of several words → what it says, from a table of lists in `words.toml`. Raises KeyError for no
    such table.
    """
    table: Mapping[str, list[str]] = _toml("words.toml")[name]
    return {phrase: kind for kind, listed in table.items() for phrase in listed}


@cache
def pattern(name: str) -> "re.Pattern[str]":
    """A compiled pattern of `patterns.toml`. Raises KeyError where there is no such pattern."""
    entry = _toml("patterns.toml")[name]
    # Line breaks and indentation only lay a long pattern out.
    source = "".join(line.lstrip() for line in entry["pattern"].split("\n"))
    return re.compile(source, re.IGNORECASE if entry.get("ignore_case") else 0)


@cache
def type_forms() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """Types of institutions and the forms of short names that tell them, in order; over names without
    accents."""
    return tuple((row["type"], re.compile(row["pattern"])) for row in rows("type_forms.tsv"))


@cache
def institution_heads() -> Mapping[str, HeadNoun]:
    """Head nouns of institutions (Ministerio, Câmara, Foundation …) by their folded form."""
    return _heads("institution_heads.csv")


@cache
def event_heads() -> Mapping[str, HeadNoun]:
    """Event nouns of one to three words (taller, rueda de negocios …) by their folded form."""
    return _heads("event_heads.csv")


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a table of `ingest/lexicon/` by its file name: comma-separated, or tab-separated without
    quoting.
    """
    with files("ingest").joinpath("lexicon", name).open(encoding="utf-8") as lines:
        if name.endswith(".tsv"):
            return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        return list(csv.DictReader(lines))


def _heads(name: str) -> dict[str, HeadNoun]:
    return {row["word"]: HeadNoun(row["type"], row["strength"]) for row in rows(name)}


@cache
def _toml(name: str) -> dict[str, Any]:
    with files("ingest").joinpath("lexicon", name).open("rb") as data:
        return tomllib.load(data)


@cache
def event_weights() -> Mapping[str, float]:
    """Weight of each sign that a phrase names an event, with the "bias" of none."""
    weights: Mapping[str, float] = _toml("event_weights.toml")["weights"]
    return weights
