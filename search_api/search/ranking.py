"""From similarities to one order: how the parts of a score are weighed against each other.

Weights were chosen on XQuAD (es→es and en→es) and checked on the queries about the 2007 report; the figures
are those of `benchmarks/search_report.py` and `benchmarks/retrieval_sets.py`. These are functions of arrays.
"""

import math
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

LEXICAL_WEIGHT = 8.0
"""Of the share of the query's information that an entry matches, beside the z-score of its cosine. On XQuAD
anything from 6 to 12 is within 0.002 nDCG@10. The share, unlike a z-score of BM25, stays small where few of
the query's words are known, so a query in another language is not led by the one word it shares: en→es 0.957,
and 0.946 with the best weight of a z-score."""
SENTENCE_SHARE = 0.5
"""Of the best sentence in the dense score."""
EVENT_SHARE, PROFILE_SHARE = 0.4, 0.1
"""Of the best passage of the same event, and of the event's own profile, in the score of a passage. Passages
of a report lean on their heading: what answers a query is often said once for several of them."""
EXPANSION_WEIGHT = 1.5
"""Of the words of the themes that the query is about, scaled so that the best entry has 1."""
THEME_WEIGHT, THEME_CAP = 0.5, 2.0
"""For each standard deviation over 1 by which an entry's theme stands out for the query."""
NAMED_WEIGHT, NAMED_CAP = 0.5, 3.0
"""For each named thing (country, city, institution, year, kind of event) that the entry shares with the
query, by its information: in a report on 2007 the year says nothing. The cap is of what one entry in twenty
has; with more, a name drowned what was asked about it."""

SET_BACK, FIRST_PAGE, SPREAD = 0.1, 10, 50
"""By how much each hit of a document on the first page sets back its next, and how many hits are spread.
On the sample and eight reports together, 0.1 shows 4.1 documents on a first page where 3.5 were. nDCG@10 goes
from 0.570 to 0.572 on 21 queries about the 2007 report, stays at 0.830 on 31 about the sample, and goes from
0.594 to 0.590 on 91 others, each with its answer in one report alone; with 0.2 it is 0.561, 0.829, 0.583."""


class Lift(NamedTuple):
    """Scores after the event of each entry was let in, and how much of them that made."""

    scores: Floats
    gain: Floats


def standardise(values: Floats, mean: float, deviation: float) -> Floats:
    """z-scores of `values` against a background."""
    return ((values - mean) / deviation).astype(np.float32)


def dense_scores(entry: Floats, sentence: Floats) -> Floats:
    """The dense score from z-scores of the entry and of its best sentence."""
    return ((1 - SENTENCE_SHARE) * entry + SENTENCE_SHARE * sentence).astype(np.float32)


def lift_by_event(scores: Floats, events: Ints, profiles: Floats, passages: NDArray[np.bool_]) -> Lift:
    """Let the passages of an event share what the event is found by.

    `scores`, `events` (-1: none) and `passages` (whether an entry is a passage or practice, and may lend its
    score) have one value an entry; `profiles` has the z-score of each entry's event profile, NaN for none.
    """
    lifted = scores.copy()
    belonging = np.flatnonzero(events >= 0)
    if len(belonging):
        groups = events[belonging]
        lending = np.where(passages[belonging], scores[belonging], -np.inf)
        best = np.full(int(groups.max()) + 1, -np.inf, np.float32)
        np.maximum.at(best, groups, lending)
        best = np.where(np.isfinite(best[groups]), best[groups], scores[belonging])
        profile = np.where(np.isnan(profiles[belonging]), best, profiles[belonging])
        own = 1 - EVENT_SHARE - PROFILE_SHARE
        lifted[belonging] = own * scores[belonging] + EVENT_SHARE * best + PROFILE_SHARE * profile
    return Lift(lifted, lifted - scores)


def named_information(masks: Iterable[NDArray[np.bool_]], size: int) -> Floats:
    """The sum of the information of the things each entry has, shape (size,): of a thing that n entries of
    `size` have (its mask), the logarithm of size / n, at most `NAMED_CAP`."""
    total = np.zeros(size, np.float32)
    for mask in masks:
        if count := int(np.count_nonzero(mask)):
            total[mask] += min(math.log(size / count), NAMED_CAP)
    return total


class Folded(NamedTuple):
    """Groups of positions: how many there are, and some of them."""

    total: int
    groups: list[list[int]]


def fold_units(
    scores: Floats,
    units: Ints,
    *,
    documents: Ints | None = None,
    offset: int = 0,
    count: int | None = None,
) -> Folded:
    """Positions by unit, each group best first, groups in the order of their best; ties by position. With
    `documents` (see `spread`) the groups are spread over them. Of the groups only `count` from `offset` on
    are put together."""
    order = np.argsort(-scores, kind="stable")
    ranked = units[order]
    _, first = np.unique(ranked, return_index=True)
    best = np.sort(first)
    if documents is not None:
        heads = order[best[:SPREAD]]
        best[:SPREAD] = best[spread(scores[heads], documents[heads])]
    page = ranked[best[offset:][:count]]
    groups: dict[int, list[int]] = {int(unit): [] for unit in page}
    for position in order[np.isin(ranked, page)]:
        groups[int(units[position])].append(int(position))
    return Folded(len(first), list(groups.values()))


def spread(scores: Floats, documents: Ints) -> list[int]:
    """An order of hits, given best first, that lets other documents in: the next hit is always the one with
    the best score, less `SET_BACK` for each hit of its document among the `FIRST_PAGE` before it.

    The idea is that of maximal marginal relevance (J. Carbonell & J. Goldstein 1998), with the document for
    likeness. A hit gives way only to one that is within the penalty, and those of one document keep their
    order. `documents` are numbers, -1 for none, which is never set back; where all are of one document, as
    in a search within it, nothing moves.
    """
    if len({document for document in documents.tolist() if document >= 0}) < 2:
        return list(range(len(documents)))
    waiting: dict[int, deque[int]] = {}
    for hit, document in enumerate(documents.tolist()):
        waiting.setdefault(document, deque()).append(hit)
    shown = dict.fromkeys(waiting, 0)
    order: list[int] = []
    values = scores.tolist()
    while waiting:
        document = max(waiting, key=lambda d: (values[waiting[d][0]] - SET_BACK * shown[d], -waiting[d][0]))
        order.append(waiting[document].popleft())
        if document >= 0 and len(order) <= FIRST_PAGE:
            shown[document] += 1
        if not waiting[document]:
            del waiting[document]
    return order
