"""Where to go from a search that found nothing, or nothing that clearly answers."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from search_api.answers.search import Answered, Asked, answer
from search_api.answers.suggestions import Suggestion, suggestions
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.name_index import words_of
from search_api.search.words import is_stop_word

if TYPE_CHECKING:
    from search_api.search.engine import SearchEngine

#: Filters that are tried away one by one: each is a search.
MOST_TRIED = 4
#: Names told, and letters of a word that is worth looking names up for.
NAMES, SHORTEST = 6, 4


class Lifted(NamedTuple):
    """What a search would find without one of its filters; `name` is "year" for both years."""

    name: str
    total: int
    parameters: dict[str, object]


class WaysOut(NamedTuple):
    """`lifted` are the filters without which there is something, the most first; `names` of what has words
    of the question in its name."""

    lifted: tuple[Lifted, ...] = ()
    names: tuple[Suggestion, ...] = ()


def ways_out(asked: Asked, answered: Answered, engine: "SearchEngine", catalogue: Catalogue) -> WaysOut:
    """The ways on from an answer; none from one that has what was asked for."""
    if answered.results.total and not answered.results.nothing_relevant:
        return WaysOut()
    lifted = () if answered.results.total else _lifted(asked, engine, catalogue)
    return WaysOut(
        tuple(sorted((one for one in lifted if one.total), key=lambda one: -one.total)),
        names_like(catalogue, asked.text),
    )


def _lifted(asked: Asked, engine: "SearchEngine", catalogue: Catalogue) -> tuple[Lifted, ...]:
    filters = [name for name, values in asked.values.items() if any(values) and name != "ignore"]
    tried = [(name, replace(asked, values={**asked.values, name: ()})) for name in filters]
    if asked.year_from or asked.year_to:
        tried.append(("year", replace(asked, year_from=None, year_to=None)))
    if len(tried) < 2:  # without its only filter: that is told anyway
        return ()
    found = []
    for name, other in tried[:MOST_TRIED]:
        results, parameters = answer(replace(other, k=1, offset=0), engine, catalogue)
        kept = {key: value for key, value in parameters.items() if key != "k"}
        found.append(Lifted(name, results.total, kept))
    return tuple(found)


def names_like(catalogue: Catalogue, text: str) -> tuple[Suggestion, ...]:
    """What has all words of a text in its name, else what has one of them, the longest first."""
    words = [word for word in words_of(text) if len(word) >= SHORTEST and not is_stop_word(word)]
    for words_to_find in (text, *sorted(dict.fromkeys(words), key=len, reverse=True)):
        groups = suggestions(catalogue, words_to_find, k=NAMES // 2).groups
        if groups:
            return tuple(one for group in groups for one in group.results)[:NAMES]
    return ()
