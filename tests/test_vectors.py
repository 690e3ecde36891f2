"""Search by vectors: the same is found by the vectors themselves and by their codes."""

from pathlib import Path

import numpy as np
import pytest

from search_api.search import vectors
from search_api.search.vectors import SAMPLE, Sentences, VectorIndex, even_sample

ENTRIES, DIMENSION, TOPICS, QUERIES = 6000, 64, 60, 20
#: Name → entries up to which an index is exact.
KINDS = {"exact": ENTRIES, "codes": 0}
SHARES = {"one in a hundred": 0.01, "one in ten": 0.1, "all": 1.0}


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Vectors and queries about topics, all with much in common, as embeddings of texts have."""
    chance = np.random.default_rng(0)
    topics = 2 * np.ones(DIMENSION) / DIMENSION**0.5 + 0.12 * chance.standard_normal((TOPICS, DIMENSION))
    about = topics[chance.integers(TOPICS, size=ENTRIES + QUERIES)]
    rows = unit(about + 0.06 * chance.standard_normal(about.shape))
    return rows[:ENTRIES], rows[ENTRIES:]


@pytest.fixture(params=KINDS)
def index(
    request: pytest.FixtureRequest,
    drawn: tuple[np.ndarray, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> VectorIndex:
    monkeypatch.setattr(vectors, "EXACT_LIMIT", KINDS[request.param])
    # Entries of two sentences each: themselves, and the entry after them.
    pairs = np.stack([drawn[0], np.roll(drawn[0], -1, axis=0)], axis=1).reshape(-1, DIMENSION)
    spans = np.tile(np.array([[0, 5], [6, 10]], np.int32), (ENTRIES, 1))
    sentences = Sentences(pairs.astype(np.float16), spans, 2 * np.arange(ENTRIES + 1, dtype=np.int64))
    VectorIndex.build(drawn[0], sentences, typical=range(ENTRIES)).save(tmp_path)
    return VectorIndex.load(tmp_path)


def allowed(share: float) -> np.ndarray:
    return np.random.default_rng(1).random(ENTRIES) < share


@pytest.mark.parametrize("share", SHARES.values(), ids=SHARES)
def test_the_ten_nearest_are_found_under_every_filter(
    index: VectorIndex, drawn: tuple[np.ndarray, np.ndarray], share: float
) -> None:
    mask = allowed(share)
    found = 0
    for query in drawn[1]:
        ids, _ = index.above(query, -1.0, likely=100, allowed=None if share == 1 else mask)
        assert mask[ids].all()
        best = ids[np.argsort(-index.similarities(query, ids), kind="stable")[:10]]
        cosines = np.where(mask, drawn[0] @ query, -2)
        found += len(set(best) & set(np.argsort(-cosines, kind="stable")[:10]))
    assert found / (10 * QUERIES) >= 0.97


@pytest.mark.parametrize("likely", [1, 30, ENTRIES])
def test_whatever_reaches_the_floor_is_found_however_many_were_expected(
    index: VectorIndex, drawn: tuple[np.ndarray, np.ndarray], likely: int
) -> None:
    query = drawn[1][0]
    cosines = drawn[0] @ query
    floor = float(np.sort(cosines)[-300])
    ids, estimated = index.above(query, floor, likely=likely)
    assert (np.diff(estimated) <= 0).all()
    assert (estimated > floor).all()
    assert np.abs(estimated - cosines[ids]).max() < 0.005
    clearly = np.flatnonzero(cosines >= floor + 0.005)  # at the floor itself an estimate may fall short
    assert len(clearly) > 100
    assert set(clearly) <= set(ids)


def test_estimates_are_near_and_similarities_nearer(
    index: VectorIndex, drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    query, ids = drawn[1][1], np.flatnonzero(allowed(0.5))
    cosines = (drawn[0] @ query)[ids]
    assert len(ids) > vectors.FEW
    assert np.abs(index.estimates(query, ids) - cosines).max() < 0.005
    np.testing.assert_allclose(index.similarities(query, ids), cosines, atol=3e-4)
    np.testing.assert_allclose(index.rows(ids), drawn[0][ids], atol=3e-4)


def test_a_filter_that_allows_nothing_finds_nothing(
    index: VectorIndex, drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    ids, cosines = index.above(drawn[1][0], -1.0, likely=10, allowed=np.zeros(ENTRIES, np.bool_))
    assert len(ids) == len(cosines) == 0


def test_the_best_sentence_of_an_entry_is_told_with_its_cosine(
    index: VectorIndex, drawn: tuple[np.ndarray, np.ndarray]
) -> None:
    query, ids = drawn[1][2], np.arange(0, ENTRIES, 7)
    cosines = drawn[0] @ query
    own, other = cosines[ids], np.roll(cosines, -1)[ids]
    found = index.best_sentences(query, ids, np.full(len(ids), -1, np.float32))

    np.testing.assert_allclose(found, np.maximum(own, other), atol=0.005)
    for entry in ids[np.abs(own - other) > 0.01]:
        first = cosines[entry] > np.roll(cosines, -1)[entry]
        assert index.best_sentence(query, int(entry)) == ((0, 5) if first else (6, 10))


@pytest.mark.parametrize(
    "count", [0, 1, SAMPLE, SAMPLE + 1, 3 * SAMPLE // 2, 2 * SAMPLE - 1, 10 * SAMPLE + 7]
)
def test_a_sample_is_spread_evenly_over_all_there_is(count: int) -> None:
    sample = even_sample(np.arange(count))
    assert len(sample) == min(count, SAMPLE)
    gaps = np.diff(np.append(sample, count))
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1
