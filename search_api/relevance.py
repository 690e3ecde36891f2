"""Whether anything that was found is likely to answer: an honest "nothing found".

The best score and the greatest cosine are weighed by a logistic regression over 870 questions that have an
answer in the collection they were put to (XQuAD in Spanish and in English over Spanish, SQuAD-es, graded
queries on eight reports) and 420 that have none (XQuAD over the reports, queries on the reports over XQuAD,
other subjects, nonsense). At the bar, of questions with an answer 2 % on the reports and 0.5 % on the other
sets are called unclear; of those without, 78 % of Spanish and 73 % of English ones on other subjects, 43 % of
queries on small enterprises over an encyclopedia. Of questions on a report's own subject that it does not
answer few are: likeness does not tell an answer from what is said about the same thing.

So nothing is left out by it. Results under the bar are told as such, and are shown.
"""

from search_api.encoder import Encoder

CALIBRATED = "multilingual-e5-small"
"""The model whose cosines the weights were learned on; with another nothing is called unclear."""
_SCORE, _COSINE, _BAR = 1.365, 52.1, 47.3
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
