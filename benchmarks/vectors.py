"""Vector indexes beside one another: which find what exact search finds, in what time and memory.

    python -m benchmarks.vectors [--entries N …] [--queries Q] [--graph] [--lists]

Vectors are those of `benchmarks.synthetic_reports`, queries of the same kind. For each number of entries
(10^5 unless told): exact search over floats, all codes of 8 bits, with --lists lists of codes (IVF, an eighth
of them probed, or as many as leave an eighth of the entries under a filter), with --graph a graph of codes
(HNSW), which takes minutes to build at 10^5. What an index of codes finds first is compared again with the
vectors themselves, as the product does. Filters of 100, 10 and 1 % of the entries go into the search.

Printed: seconds to build and MiB of the index; for each filter the median of milliseconds in one thread to
the 100 nearest and to as many as the product asks for (2 % of the entries, times 1.5), the share of the ten
truly nearest that are found, and the share of the truly nearest 2 %. The line `product` is `VectorIndex`.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np

from benchmarks.synthetic_reports import Mixtures
from graph.cache import user_cache
from graph.settings import load_settings
from search_api.embedding.encoder import EmbeddingCache, load_encoder
from search_api.search.vectors import Sentences, VectorIndex

FILTERS = {"all": 1.0, "10 %": 0.1, "1 %": 0.01}
SHARE, AGAIN = 0.02, 100
CODES, METRIC = faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
Search = Callable[[np.ndarray, int, np.ndarray | None], np.ndarray]
"""From a query, how many, and the entries that are allowed (None: all) to the ids found."""


class Truth(NamedTuple):
    """What exact search finds under a filter: for each query the ids of the nearest 2 %."""

    allowed: np.ndarray | None
    nearest: list[np.ndarray]


def draw(count: int, mixtures: Mixtures, *, start: int = 0) -> np.ndarray:
    """Vectors of texts about topics by chance; other numbers give other texts."""
    rows = np.empty((count, mixtures.dimension), np.float32)
    for first in range(0, count, 10_000):
        texts = [f"texto {start + n}" for n in range(first, min(count, first + 10_000))]
        rows[first : first + len(texts)] = mixtures.encode_passages(texts)
    return rows


def searching(index: Any, parameters: Callable[..., Any] = faiss.SearchParameters, **options: Any) -> Search:
    """A search in an index of FAISS."""

    def search(query: np.ndarray, most: int, allowed: np.ndarray | None) -> np.ndarray:
        more = dict(options)
        if allowed is not None:
            more["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            if "nprobe" in more:
                more["nprobe"] = min(index.nlist, int(more["nprobe"] / allowed.mean()))
        faiss.omp_set_num_threads(1)
        ids = index.search(query[None, :], most, params=parameters(**more))[1][0]
        return ids[ids >= 0]

    return search


def show(name: str, search: Search, rows: np.ndarray, queries: np.ndarray, truths: dict[str, Truth]) -> None:
    """Print a line a filter."""
    for filtered, truth in truths.items():
        most = min(len(truth.nearest[0]) * 3 // 2, len(rows))
        few, many, ten, part = [], [], 0.0, 0.0
        for query, nearest in zip(queries, truth.nearest, strict=True):
            began = time.perf_counter()
            ids = search(query, AGAIN, truth.allowed)
            few.append(time.perf_counter() - began)
            ids = ids[np.argsort(-(rows[ids] @ query), kind="stable")]
            ten += len(set(ids[:10]) & set(nearest[:10])) / 10
            began = time.perf_counter()
            ids = search(query, most, truth.allowed)
            many.append(time.perf_counter() - began)
            part += np.isin(nearest, ids).mean()
        print(
            f"  {name:26}{filtered:>6}{1000 * np.median(few):10.2f}{1000 * np.median(many):10.2f}"
            f"{ten / len(queries):9.3f}{part / len(queries):9.3f}",
            flush=True,
        )


def truths_of(rows: np.ndarray, queries: np.ndarray) -> dict[str, Truth]:
    """The nearest by brute force."""
    chance = np.random.default_rng(1)
    cosines = queries @ rows.T
    found = {}
    for name, share in FILTERS.items():
        allowed = None if share == 1 else chance.random(len(rows)) < share
        count = max(10, int(SHARE * len(rows) * share))
        masked = cosines if allowed is None else np.where(allowed, cosines, -2)
        nearest = [np.argpartition(-row, count)[:count] for row in masked]
        nearest = [ids[np.argsort(-row[ids])] for ids, row in zip(nearest, masked, strict=True)]
        found[name] = Truth(allowed, nearest)
    return found


def measure(count: int, mixtures: Mixtures, *, asked: int, graph: bool, lists: bool) -> None:
    """Print the table of one size."""
    rows, queries = draw(count, mixtures), draw(asked, mixtures, start=10**9)
    truths = truths_of(rows, queries)
    print(f"{count:,} entries of {mixtures.dimension} dimensions, {asked} queries")
    print(f"  {'':26}{'filter':>6}{'100, ms':>10}{'2 %, ms':>10}{'of 10':>9}{'of 2 %':>9}")
    exact = faiss.IndexFlatIP(mixtures.dimension)
    kinds: dict[str, tuple[Any, Callable[..., Any], dict[str, Any]]] = {
        "floats": (exact, faiss.SearchParameters, {}),
        "codes": (
            faiss.IndexScalarQuantizer(mixtures.dimension, CODES, METRIC),
            faiss.SearchParameters,
            {},
        ),
    }
    if lists:
        number = int(4 * count**0.5)
        coarse = faiss.IndexFlatIP(mixtures.dimension)
        ivf = faiss.IndexIVFScalarQuantizer(coarse, mixtures.dimension, number, CODES, METRIC, False)
        ivf.cp.niter, ivf.cp.max_points_per_centroid = 10, 64
        kinds["lists of codes"] = (ivf, faiss.SearchParametersIVF, {"nprobe": number // 8})
    if graph:
        hnsw = faiss.IndexHNSWSQ(mixtures.dimension, CODES, 16, METRIC)
        kinds["graph of codes"] = (hnsw, faiss.SearchParametersHNSW, {"efSearch": 400})
    for name, (index, parameters, options) in kinds.items():
        began, spent = time.perf_counter(), time.process_time()
        faiss.omp_set_num_threads(os.cpu_count())
        index.train(rows)
        index.add(rows)
        took, spent = time.perf_counter() - began, time.process_time() - spent
        with tempfile.TemporaryDirectory() as folder:
            faiss.write_index(index, f"{folder}/index")
            size = Path(folder, "index").stat().st_size / 2**20
        print(f"  {name:26} built in {took:.1f} s ({spent:.0f} s of processors), {size:.0f} MiB", flush=True)
        show("", searching(index, parameters, **options), rows, queries, truths)
        index.reset()
    none = Sentences(
        np.zeros((0, mixtures.dimension), np.float16),
        np.zeros((0, 2), np.int32),
        np.zeros(count + 1, np.int64),
    )
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        VectorIndex.build(rows, none, typical=range(count)).save(Path(folder))
        took = time.perf_counter() - began
        product = VectorIndex.load(Path(folder))
        print(f"  {'product':26} built and written in {took:.1f} s", flush=True)

        def search(query: np.ndarray, most: int, allowed: np.ndarray | None) -> np.ndarray:
            return product.nearest(query, most, allowed=allowed)[0]

        show("", search, rows, queries, truths)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[100_000])
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--graph", action="store_true", help="a graph of codes too (slow to build)")
    parser.add_argument("--lists", action="store_true", help="lists of codes too (slow to build)")
    options = parser.parse_args()
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    with EmbeddingCache(user_cache(settings.cache)) as cache:
        mixtures = Mixtures(encoder, {}, cache)
    for count in options.entries:
        measure(count, mixtures, asked=options.queries, graph=options.graph, lists=options.lists)


if __name__ == "__main__":
    main()
