"""The type that an acronym tells by its first letters, learned from those of the authority file.

In Spanish and Portuguese the first letter or two of an acronym stand for the head noun: UF… for a federal
university, MI… for a ministry, IN… for a national institute.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from ingest.tokens import unaccented

_LEAST, _SHARE = 6, 0.75
"""Acronyms of the authority file that begin with the same letters, and the share of them that must be of one
type to tell it (ours)."""

_LONGEST = 3  # letters of a beginning
_ACRONYM = re.compile(r"[A-Z]{3,12}")


def type_of_acronym(acronym: str) -> str | None:
    """The type of whatever bears the acronym in the authority file, where all are of one; else that of most
    acronyms with the same first letters (three, two, one). None for what is no acronym.
    """
    word = unaccented(acronym)
    if not _ACRONYM.fullmatch(word):
        return None
    whole, beginnings = _types()
    if word in whole:
        return whole[word]
    return next(
        (beginnings[word[:count]] for count in range(_LONGEST, 0, -1) if word[:count] in beginnings), None
    )


@cache
def _types() -> tuple[Mapping[str, str | None], Mapping[str, str]]:
    """Type of each acronym of the authority file (None where two types share it) and of each beginning."""
    from ontology.authority import institutions

    found: dict[str, set[str]] = defaultdict(set)
    for institution in institutions():
        for acronym in institution.acronyms:
            if _ACRONYM.fullmatch(word := unaccented(acronym)):
                found[word].add(institution.type)
    whole = {word: next(iter(kinds)) if len(kinds) == 1 else None for word, kinds in found.items()}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word, kind in whole.items():
        for count in range(1, _LONGEST + 1):
            if kind is not None and len(word) > count:
                counts[word[:count]][kind] += 1
    beginnings = {}
    for letters, kinds in counts.items():
        kind, most = kinds.most_common(1)[0]
        if kinds.total() >= _LEAST and most >= _SHARE * kinds.total():
            beginnings[letters] = kind
    return whole, beginnings
