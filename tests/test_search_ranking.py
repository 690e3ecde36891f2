"""The order of results: spread over documents where they match alike, and one order whatever the page."""

import numpy as np
import pytest

from search_api.search.ranking import FIRST_PAGE, SET_BACK, SPREAD, fold_units, spread


def order(scores: list[float], documents: list[int]) -> list[int]:
    return spread(np.array(scores, np.float32), np.array(documents, np.int32))


@pytest.mark.parametrize(
    ("scores", "documents", "expected"),
    [
        pytest.param(
            [5, 4.98, 4.95], [1, 1, 2], [0, 2, 1], id="within the penalty another document comes first"
        ),
        pytest.param([5, 4.98, 4.5], [1, 1, 2], [0, 1, 2], id="beyond it the better hit does"),
        pytest.param(
            [5, 4.9, 4.8, 4.75], [1, 1, 1, 2], [0, 1, 3, 2], id="each hit shown adds to the penalty"
        ),
        pytest.param([5, 4.99, 4.98], [1, 1, 1], [0, 1, 2], id="one document stays as it is"),
        pytest.param([5, 4.99, 4.98], [1, -1, 1], [0, 1, 2], id="so does one beside what has no document"),
        pytest.param([5, 5, 5], [1, 1, 2], [0, 2, 1], id="of equals the other document"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_other_documents_are_let_in(scores: list[float], documents: list[int], expected: list[int]) -> None:
    assert order(scores, documents) == expected


def test_hits_after_the_first_page_set_back_no_more() -> None:
    documents = [1] * (FIRST_PAGE + 5) + [2]
    scores = [9 - SET_BACK / 100 * n for n in range(len(documents) - 1)]

    # Just beyond the penalty of a first page that one document fills.
    assert order([*scores, 9 - SET_BACK * (FIRST_PAGE + 0.3)], documents) == list(range(len(documents)))


def test_pages_of_any_size_follow_each_other() -> None:
    chance = np.random.default_rng(0)
    scores = chance.normal(0, 0.3, 400).astype(np.float32)
    units = chance.integers(0, 150, 400).astype(np.int32)
    documents = units % 7
    whole = fold_units(scores, units, documents=documents)

    assert len(whole.groups) == whole.total > 2 * SPREAD
    assert whole.groups != fold_units(scores, units).groups
    for size in (1, 7, 10, 64):
        pages = [
            fold_units(scores, units, documents=documents, offset=offset, count=size).groups
            for offset in range(0, whole.total, size)
        ]
        assert [group for page in pages for group in page] == whole.groups
