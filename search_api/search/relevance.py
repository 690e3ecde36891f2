"""Whether anything that was found is likely to answer: an honest "nothing found".

The greatest cosine and, for less, the best score are weighed; the weights are near those of a logistic
regression over 143 questions that eight reports or the sample answer and 324 that they do not (XQuAD in
Spanish and English, other subjects, and what the reports might have told and do not). At the bar 1 of the
143 is called unclear, and of the questions of XQuAD 76 % in Spanish and 61 % in English. Weights and bar of
before, fitted without 42 of the questions, called 6 of those unclear: so expect some per cent. Of questions
on a report's own subject that it does not answer one in eight is called unclear: likeness does not tell an
answer from what is said about the same thing.

So nothing is left out by it. Results under the bar are told as such, and are shown.
"""

from search_api.embedding.encoder import Encoder

CALIBRATED = "multilingual-e5-small"
"""The model whose cosines the weights were learned on; with another nothing is called unclear."""
_SCORE, _COSINE, _BAR = 0.9, 50.0, 43.9
ACROSS_LANGUAGES = 0.05
"""By how much the cosine of an English text and its answer in Spanish or Portuguese is less than that of two
texts in one language; between Spanish and Portuguese there is no such step."""


def is_calibrated(encoder: Encoder) -> bool:
    """Whether the bar stands for the vectors of an encoder."""
    return CALIBRATED in encoder.id


def is_unclear(score: float, cosine: float, *, asked: str | None, told: str) -> bool:
    """Whether what was found is so far from the query that it may well not answer it. `score` and `cosine`
    are the greatest of all results, `asked` and `told` the languages of the query and of the best result."""
    crossed = asked is not None and asked != told and "en" in (asked, told)
    return _SCORE * score + _COSINE * (cosine + ACROSS_LANGUAGES * crossed) < _BAR
