"""Resources by the beginnings of the words in their names, fast enough to be asked at every key.

The words of all names stand in one sorted list, each with the resources whose names have it, so that those
with a word that begins as typed are one slice. A resource's number is its place in the order in which
resources are to be told: the best of many thousands are the first numbers, and nothing is sorted.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_api.search.words import fold

#: What comes after every word that begins alike.
_LAST = "\U0010ffff"


#: What there is to find, by the names of the lists; the others have none.
GROUPS = ("actors", "themes", "places", "events", "documents", "others")


class Match(NamedTuple):
    """A resource, and how its names match: 0 it is called just so, 1 a name begins so, 2 its names have the
    words."""

    iri: str
    distance: int


class Found(NamedTuple):
    """The first matches of a group, and how many there are."""

    first: tuple[Match, ...]
    total: int


class NameIndex:
    """The resources of a snapshot by name. Immutable, so threads may share it."""

    def __init__(self, groups: Mapping[str, Iterable[str]], names: Mapping[str, Sequence[str]]) -> None:
        """`groups` are IRIs in the order to tell them, `names` all names of an IRI. An IRI belongs to the
        first group that has it."""
        self._iris: list[str] = []
        self._groups: dict[str, tuple[int, int]] = {}
        numbers: dict[str, int] = {}
        for group, iris in groups.items():
            start = len(self._iris)
            for iri in iris:
                if numbers.setdefault(iri, len(self._iris)) == len(self._iris):
                    self._iris.append(iri)
            self._groups[group] = (start, len(self._iris))
        having: dict[str, set[int]] = defaultdict(set)
        called: set[tuple[str, int]] = set()
        for number, iri in enumerate(self._iris):
            for name in names.get(iri, ()):
                words = words_of(name)
                called.add((" ".join(words), number))
                for word in words:
                    having[word].add(number)
        self._words = sorted(having)
        self._ends = np.cumsum([0, *(len(having[word]) for word in self._words)])
        owners = chain.from_iterable(sorted(having[word]) for word in self._words)
        self._owners = np.fromiter(owners, np.int32, int(self._ends[-1]))
        in_order = sorted(called)
        self._called = [name for name, _ in in_order]
        self._called_owners = np.fromiter((number for _, number in in_order), np.int32, len(in_order))

    def find(self, query: str, *, among: Iterable[str], k: int) -> dict[str, Found]:
        """The first `k` of each group of `among` with a name that has words beginning as those of the query:
        those called just so, those with a name that begins so, the others, each in the order of the group.

        Groups without any are left out; a query without a word finds nothing.
        """
        words = words_of(query)
        if not words:
            return {}
        matching = self._matching(words)
        text = " ".join(words)
        exact = self._called_as(text, text + "\0")
        begins = self._called_as(text, text + _LAST)
        found = {}
        for group in among:
            start, end = self._groups.get(group, (0, 0))
            total = int(matching[start:end].sum())
            if total:
                tiers = [exact, begins & ~exact, matching & ~begins]
                matches = (
                    Match(self._iris[start + number], distance)
                    for distance, tier in enumerate(tiers)
                    for number in np.flatnonzero(tier[start:end])[:k].tolist()
                )
                found[group] = Found(tuple(islice(matches, k)), total)
        return found

    def having(self, query: str) -> frozenset[str]:
        """All resources with names that have words beginning as those of the query; a query without a word
        keeps nobody out."""
        numbers = np.flatnonzero(self._matching(words_of(query)))
        return frozenset(self._iris[n] for n in numbers.tolist())

    def _matching(self, words: Sequence[str]) -> NDArray[np.bool_]:
        matching = np.ones(len(self._iris), np.bool_)
        for word in words:
            first, last = bisect_left(self._words, word), bisect_left(self._words, word + _LAST)
            matching &= self._marked(self._owners[self._ends[first] : self._ends[last]])
        return matching

    def _called_as(self, first: str, last: str) -> NDArray[np.bool_]:
        """Whose names are from `first` on and before `last`."""
        place = slice(bisect_left(self._called, first), bisect_left(self._called, last))
        return self._marked(self._called_owners[place])

    def _marked(self, numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
        marked = np.zeros(len(self._iris), np.bool_)
        marked[numbers] = True
        return marked


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents, numbers among them."""
    return re.findall(r"\w+", fold(text))


def has_words(name: str, words: Iterable[str]) -> bool:
    """Does for each of the words one of the name begin so?"""
    own = words_of(name)
    return all(any(one.startswith(word) for one in own) for word in words)


def nearest_name(names: Iterable[str], words: Sequence[str]) -> str | None:
    """The name that has the words and least beside them; None where each name has but some of them."""
    having = [name for name in names if has_words(name, words)]
    return min(having, key=lambda name: (len(name), name), default=None)
