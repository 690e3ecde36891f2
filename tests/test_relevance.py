"""The bar under which results are told as unclear: by score, cosine and languages."""

import pytest

from search_api.embedding.encoder import HashingEncoder
from search_api.search.relevance import is_calibrated, is_unclear


@pytest.mark.parametrize(
    ("score", "cosine", "asked", "told", "unclear"),
    [
        (9.0, 0.88, "es", "es", False),
        (3.0, 0.85, "es", "es", False),
        (3.0, 0.80, "es", "es", True),
        (5.5, 0.80, "es", "es", False),
        (3.0, 0.80, "en", "en", True),
        (3.0, 0.80, "en", "es", False),
        (3.0, 0.80, "pt", "es", True),
        (3.0, 0.80, None, "es", True),
        (2.0, 0.78, "en", "es", True),
    ],
)
def test_the_bar(score: float, cosine: float, asked: str | None, told: str, unclear: bool) -> None:
    assert is_unclear(score, cosine, asked=asked, told=told) is unclear


def test_it_stands_for_the_model_it_was_learned_on() -> None:
    assert not is_calibrated(HashingEncoder())
