"""How likely a text is about each of the nine themes, by its embedding.

A theme is the mean of the embeddings of its labels and definitions in three languages, and of those of its
narrower topics. All cosines of an E5 model lie near 0.8, so the mean of all these vectors is taken from each
vector first. What is left is told in standard deviations of the cosines between what is said of one theme and
the other themes, so that the constants do not hang on the model's scale. Two features, the cosine and by how
much it exceeds that of any other theme, give a probability by logistic regression.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.subjects import content_words
from ontology.vocabulary import main_theme_ids, main_themes, themes

ALIKE_ACROSS, ALIKE_WITHIN = 0.65, 0.8
"""Least centred cosine of two subjects that are one, in two languages and in one (where a word in common
lifts the cosine of "seguridad vial" and "seguridad social" too). Of all pairs of subjects in the test half of
tests/data/subject_pairs.csv they find 11 of the 12 that are one; of the hundreds that are two they join
three, each narrower or nearly the same."""

_STEM = 5
"""Letters by which the words of two subjects are compared: hospitales, hospitalarios."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (n, d); for an E5 model with "query: " before each, as for any comparison of
like with like."""

INTERCEPT, COSINE, MARGIN = -4.492, 1.793, 1.358
"""Logistic regression (C = 10) on the dev half of tests/data/themes.csv, each event with its objective and by
its title alone."""


class Likeness(NamedTuple):
    """A theme (notation) with the centred cosine of a text to it, and the probability that it is about it."""

    theme: str
    cosine: float
    probability: float


class ThemeLikeness:
    """The nine themes as vectors of one model."""

    def __init__(self, encode: Encode) -> None:
        """Embed what the vocabulary says of the themes: some 250 short texts."""
        self._encode = encode
        self._ids = [theme.notation for theme in main_themes()]
        texts, under = _texts()
        vectors = encode(texts).astype(np.float64)
        self._mean = vectors.mean(axis=0)
        centred = _unit(vectors - self._mean)
        belongs = np.array([[theme in ids for theme in self._ids] for ids in under])
        sums = np.stack([(vectors[belongs[:, n]] - self._mean).mean(axis=0) for n in range(len(self._ids))])
        self._themes = _unit(sums)
        foreign = (centred @ self._themes.T)[~belongs]
        self._typical, self._deviation = float(foreign.mean()), float(foreign.std()) or 1.0

    def of(self, texts: Sequence[str]) -> list[tuple[Likeness, ...]]:
        """For each text the nine themes, the likeliest first."""
        if not texts:
            return []
        cosines = _unit(self._encode(texts).astype(np.float64) - self._mean) @ self._themes.T
        return [self._ranked(row) for row in cosines]

    def alike(self, subjects: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
        """The pairs of subjects, (words, language), that are one: positions, the smaller first."""
        if len(subjects) < 2:
            return []
        words = [text for text, _ in subjects]
        vectors = _unit(self._encode(words).astype(np.float64) - self._mean)
        stems = [frozenset(word[:_STEM] for word in content_words(text)) for text in words]
        pairs = []
        for one in range(len(subjects) - 1):
            # Row by row: the whole matrix of many thousand subjects would not fit in memory.
            for other, cosine in enumerate(vectors[one + 1 :] @ vectors[one], one + 1):
                within = subjects[one][1] == subjects[other][1]
                if cosine >= (ALIKE_WITHIN if within else ALIKE_ACROSS) or (
                    within and stems[one] == stems[other]
                ):
                    pairs.append((one, other))
        return pairs

    def _ranked(self, cosines: NDArray[np.float64]) -> tuple[Likeness, ...]:
        standard = (cosines - self._typical) / self._deviation
        found = []
        for n, theme in enumerate(self._ids):
            margin = standard[n] - np.delete(standard, n).max()
            logit = INTERCEPT + COSINE * standard[n] + MARGIN * margin
            found.append(Likeness(theme, float(cosines[n]), 1 / (1 + math.exp(-float(logit)))))
        return tuple(sorted(found, key=lambda likeness: -likeness.probability))


def _texts() -> tuple[list[str], list[tuple[str, ...]]]:
    """What the vocabulary says of each theme, and the themes of the nine that each text falls under."""
    texts: list[str] = []
    under: list[tuple[str, ...]] = []
    for theme in themes():
        said = (*theme.labels.values(), *theme.definition.values())
        texts += said
        under += [main_theme_ids(theme.notation)] * len(said)
    return texts, under


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float64] = vectors / np.where(lengths > 0, lengths, 1)
    return unit
