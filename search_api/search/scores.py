"""The scores of the entries that match a question, in their parts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ontology.vocabulary import themes
from search_api.search import ranking
from search_api.search.index import SearchIndex
from search_api.search.query_understanding import Interpretation
from search_api.search.questions import Asked
from search_api.search.vectors import even_sample
from search_api.search.words import analyse

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

MATCH_SHARE, MATCH_COUNT = 0.02, 200
"""An entry matches by meaning when it is among the nearest 2 %, or the nearest 200 if that is more."""
MATCH_WORDS = 0.15
"""An entry matches by words when it has this share of the query's information."""
REFINED = 400
"""Candidates whose sentences are compared with the query."""
EXPANDED_THEMES, EXPANDED_LABELS = 2, 10


class Parts(NamedTuple):
    """The parts of the scores of the matching entries, one value an entry of `ids`."""

    ids: Ids
    cosine: Floats
    dense: Floats
    words: Floats
    expansion: Floats
    votes: Floats
    named: Floats
    lifted: ranking.Lift


class Scores:
    """Scores questions on one open index. Threads may share it."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._expansions = _theme_words(index.lexical.languages)
        columns = index.columns
        events = np.flatnonzero(columns.of_kind("event"))
        self._profiles = index.vectors.rows(events)
        self._sample_profiles = even_sample(self._profiles)
        self._profile_of = np.full(int(columns.event.max(initial=-1)) + 1, -1, np.int64)
        self._profile_of[columns.event[events]] = np.arange(len(events))
        self._lending = columns.of_kind("passage", "practice")
        # For those that many queries are about; an array of all entries each.
        self._theme_scores = lru_cache(maxsize=16)(self._score_theme)
        slugs = {theme.slug: position for position, theme in enumerate(themes())}
        keys = columns.labels["theme"].keys
        self._theme_positions = np.array([slugs.get(key, len(slugs)) for key in keys], np.int64)

    def of(self, asked: Asked, wanted: Mask) -> Parts:
        """Find what matches among `wanted` and score it."""
        query, terms, understood = asked.query, asked.terms, asked.understood
        index, columns = self._index, self._index.columns
        share = max(MATCH_SHARE, MATCH_COUNT / max(len(index), 1))
        background = index.vectors.background(query, share=share)
        words = index.lexical.scores(terms) / index.lexical.information(terms)
        near, near_cosine = index.vectors.above(
            query, background.floor, likely=int(share * len(index)), allowed=wanted
        )
        cosines = np.full(len(index), np.nan, np.float32)
        cosines[near] = near_cosine
        by_words = np.flatnonzero(wanted & (words >= MATCH_WORDS))
        by_words = by_words[np.isnan(cosines[by_words])]
        cosines[by_words] = index.vectors.estimates(query, by_words)
        ids = np.flatnonzero(~np.isnan(cosines))
        cosine = cosines[ids]
        dense = ranking.standardise(cosine, background.mean, background.deviation)
        expansion = self._expansion(understood)[ids]
        base = ranking.LEXICAL_WEIGHT * words[ids] + ranking.EXPANSION_WEIGHT * expansion
        refined = np.argsort(-(dense + base), kind="stable")[:REFINED]
        cosine[refined] = index.vectors.similarities(query, ids[refined])
        sentences = index.vectors.best_sentences(query, ids[refined], cosine[refined])
        dense[refined] = ranking.dense_scores(
            ranking.standardise(cosine[refined], background.mean, background.deviation),
            ranking.standardise(sentences, background.sentence_mean, background.sentence_deviation),
        )
        votes = self._votes(asked.strengths, ids)
        named = ranking.NAMED_WEIGHT * self._named(understood)[ids]
        profiles = self._profile_scores(query, columns.event[ids])
        lifted = ranking.lift_by_event(
            dense + base + votes + named, columns.event[ids], profiles, self._lending[ids]
        )
        return Parts(
            ids=ids,
            cosine=cosine,
            dense=dense,
            words=words[ids],
            expansion=expansion,
            votes=votes,
            named=named,
            lifted=lifted,
        )

    def _expansion(self, understood: Interpretation) -> Floats:
        """How well each entry has the words of the query's themes, the best entry 1; a word of two themes
        counts once, with the greater weight."""
        scores = np.zeros(len(self._index), np.float32)
        weights: dict[str, float] = {}
        for theme in understood.themes[:EXPANDED_THEMES]:
            weight = min(1.0, theme.strength - 2.0)
            words = self._expansions.get(theme.slug, ())
            scores += np.float32(weight) * self._theme_scores(theme.slug)
            twice = {word: -min(weight, weights[word]) for word in words if word in weights}
            if twice:
                scores += self._index.lexical.scores(twice)
            weights |= {word: max(weight, weights.get(word, 0.0)) for word in words}
        return scores / (scores.max(initial=0.0) or 1.0)

    def _score_theme(self, slug: str) -> Floats:
        """BM25 of every entry for the words of a theme."""
        return self._index.lexical.scores(dict.fromkeys(self._expansions.get(slug, ()), 1.0))

    def _votes(self, strengths: Floats, ids: Ids) -> Floats:
        """What the themes of some entries add for a query that they stand out for."""
        column = self._index.columns.labels["theme"]
        over = np.append(np.maximum(strengths - 1, 0), 0.0)
        places, owners = column.places_in(ids)
        gains = over[self._theme_positions[column.values[places]]]
        total = np.bincount(owners, weights=gains, minlength=len(ids))
        return (ranking.THEME_WEIGHT * np.minimum(total, ranking.THEME_CAP)).astype(np.float32)

    def _named(self, understood: Interpretation) -> Floats:
        """The things that the query names and each entry has, each by how few have it."""
        columns = self._index.columns
        masks = []
        for facet, named in (
            ("country", understood.countries),
            ("place", understood.places),
            ("actor", understood.actors),
            ("type", (*understood.event_types, *understood.practice_kinds)),
        ):
            if named:
                masks.append(columns.labels[facet].having(name.key for name in named))
        roles = [role.key for role in understood.roles]
        if roles and understood.actors:
            masks.append(columns.in_role((actor.key for actor in understood.actors), roles))
        elif roles:
            masks.append(columns.labels["role"].having(roles))
        in_periods = np.zeros(len(self._index), np.bool_)
        for first, last in understood.periods:
            in_periods |= columns.in_years(first, last)
        return ranking.named_information([*masks, in_periods], len(self._index))

    def _profile_scores(self, query: Floats, events: NDArray[np.int32]) -> Floats:
        """z-score of the profile of each event number, NaN where there is none."""
        result = np.full(len(events), np.nan, np.float32)
        if len(self._profiles):
            sample = self._sample_profiles @ query
            rows = np.where(events >= 0, self._profile_of[events], -1)
            having = rows >= 0
            wanted, places = np.unique(rows[having], return_inverse=True)
            scores = ranking.standardise(
                self._profiles[wanted] @ query, float(sample.mean()), float(sample.std()) or 1.0
            )
            result[having] = scores[places]
        return result


def _theme_words(languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Stems of the first labels of each theme in the languages of the index, by slug."""
    return {
        theme.slug: tuple(
            dict.fromkeys(
                stem
                for language in languages
                for label in theme.terms(language)[:EXPANDED_LABELS]
                for _, stem in analyse(label, language)
            )
        )
        for theme in themes()
    }
