"""Dense search: vectors of entries and of their sentences.

Entries are searched by inner product of unit vectors with FAISS: exactly where there are few, from codes of
8 bits a dimension where there are many. Those are read four times as fast as floats and held in a quarter of
the memory; what is then at the top is compared again with the vectors themselves, which stay on disk (as half
floats, by which a cosine moves some 0.00001). Filters go into the search as a selector of allowed entries, so
a narrow filter finds as much as a wide one. The figures that chose the limits are those of
`benchmarks/vectors.py`.

The sentences of long entries are kept beside (as half floats, or as codes too) and refine the order of what
was found: half the score of an entry is its best sentence, which raised nDCG@10 of dense search from 0.958 to
0.973 on XQuAD es and from 0.943 to 0.963 from English to Spanish.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

EXACT_LIMIT = 20_000
"""Entries up to which the vectors themselves are searched (some 2 ms), above it their codes (3 ms at 10^5, 30
at 10^6). Indexes that pass over most entries (IVF, HNSW) are quicker still but lose some of the nearest, more
of the nearest 2 % that count as found, and most of them under a narrow filter."""
FEW = 1000
"""Entries whose vectors are read at once, rather than going through all codes for theirs."""
SAMPLE = 1024
"""What a query is compared with to tell how high a cosine is for it, of passages and of events."""
_STEP = 1 << 16


class Background(NamedTuple):
    """How similar a query is to the collection at large: mean and deviation of the cosine to entries and to
    best sentences, and the cosine that a given share of the entries reaches."""

    mean: float
    deviation: float
    sentence_mean: float
    sentence_deviation: float
    floor: float


@dataclass(frozen=True)
class Sentences:
    """Vectors of sentences: those of entry i are rows `offsets[i]` to `offsets[i + 1]` times `scale`, `spans`
    their intervals in the entry's text. An entry of one sentence has no row of its own."""

    vectors: NDArray[np.float16] | NDArray[np.int8]
    spans: NDArray[np.int32]
    offsets: Ids
    scale: float = 1.0

    def in_codes(self) -> "Sentences":
        """The same in 8 bits a dimension, with one scale for all."""
        scale = float(max(self.vectors.max(initial=0), -self.vectors.min(initial=0))) / 127 or 1.0
        codes = np.empty(self.vectors.shape, np.int8)
        for start in range(0, len(codes), _STEP):  # as floats they would be four times as large
            part = self.vectors[start : start + _STEP].astype(np.float32)
            codes[start : start + _STEP] = np.rint(part / scale)
        return Sentences(codes, self.spans, self.offsets, scale)


class VectorIndex:
    """Unit vectors of n entries in d dimensions. Searching is safe from several threads at once."""

    def __init__(
        self, index: Any, vectors: NDArray[np.floating], sentences: Sentences, typical: Sequence[int] | Ids
    ) -> None:
        """`index` is what is searched, `vectors` what is exact, shape (n, d)."""
        self._index = index
        self._vectors = vectors
        self.sentences = sentences
        self.typical = np.asarray(typical, np.int64)
        self._sample = self.rows(self.typical)
        self._sample_sentences = self._gather(self.typical)

    @classmethod
    def build(cls, vectors: Floats, sentences: Sentences, *, typical: Sequence[int]) -> "VectorIndex":
        """Index `vectors`, shape (n, d). `typical` are the entries (passages) that queries are compared with
        to tell how high a cosine is for the query; an even sample of them is kept."""
        faiss = _faiss()
        vectors = np.ascontiguousarray(vectors, np.float32)
        count, dimension = vectors.shape
        if count <= EXACT_LIMIT:
            index = faiss.IndexFlatIP(dimension)
        else:
            sentences = sentences.in_codes()
            index = faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
            )
        index.train(vectors)
        index.add(vectors)
        return cls(index, vectors, sentences, even_sample(np.asarray(typical, np.int64)))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self, ids: Ids) -> Floats:
        """The vectors of some entries, shape (len(ids), d)."""
        return np.asarray(self._vectors[ids], np.float32)

    def background(self, query: Floats, *, share: float) -> Background:
        """Compare the query, shape (d,), with the sample; `floor` is what `share` of the entries reach."""
        if not len(self.typical):
            return Background(0.0, 1.0, 0.0, 1.0, -1.0)
        cosines = self._sample @ query
        best = self._best(self._sample_sentences, query, cosines)
        floor = -1.0 if share >= 1 else float(np.quantile(cosines, 1 - share))
        return Background(
            float(cosines.mean()),
            float(cosines.std()) or 1.0,
            float(best.mean()),
            float(best.std()) or 1.0,
            floor,
        )

    def above(
        self, query: Floats, floor: float, *, likely: int, allowed: Mask | None = None
    ) -> tuple[Ids, Floats]:
        """All allowed entries whose cosine to the query is over `floor`, with their estimates, the nearest
        first. `likely` is about how many there are."""
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        most = min(count, likely + likely // 2)
        while True:
            ids, cosines = self.nearest(query, most, allowed=allowed)
            reached = int(np.searchsorted(-cosines, -floor))
            if reached < most or most == count:
                return ids[:reached], cosines[:reached]
            most = min(count, 4 * most)

    def estimates(self, query: Floats, ids: Ids) -> Floats:
        """Cosines of the query to some entries, in ascending order of these, to within some thousandths."""
        if len(self) <= EXACT_LIMIT or len(ids) <= FEW:
            return self.similarities(query, ids)
        allowed = np.zeros(len(self), np.bool_)
        allowed[ids] = True
        found, cosines = self.nearest(query, len(ids), allowed=allowed)
        result = np.empty(len(ids), np.float32)
        result[np.searchsorted(ids, found)] = cosines
        return result

    def nearest(self, query: Floats, most: int, *, allowed: Mask | None = None) -> tuple[Ids, Floats]:
        """The `most` allowed entries nearest to the query with their estimates, the nearest first."""
        if most == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        faiss = _faiss()
        options: dict[str, Any] = {}
        if allowed is not None:
            options["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        parameters = faiss.SearchParameters(**options)
        with _one_thread():
            scores, ids = self._index.search(query[None, :], most, params=parameters)
        found = ids[0] >= 0
        return ids[0][found].astype(np.int64), scores[0][found].astype(np.float32)

    def similarities(self, query: Floats, ids: Ids) -> Floats:
        """Cosines of the query to some entries."""
        return np.asarray(self.rows(ids) @ query, np.float32)

    def best_sentences(self, query: Floats, ids: Ids, cosines: Floats) -> Floats:
        """For each of some entries the cosine of its best sentence, or its own where it has but one."""
        return self._best(self._gather(ids), query, cosines)

    def best_sentence(self, query: Floats, entry: int) -> tuple[int, int] | None:
        """Span in the entry's text of the sentence nearest to the query; None where the entry has but one."""
        first, last = self.sentences.offsets[entry], self.sentences.offsets[entry + 1]
        if first == last:
            return None
        best = first + int((self.sentences.vectors[first:last].astype(np.float32) @ query).argmax())
        start, end = self.sentences.spans[best]
        return int(start), int(end)

    def _gather(self, ids: Ids) -> tuple[Floats, Ids, Ids]:
        """Sentence vectors of some entries, and which of `ids` have any, and where theirs begin."""
        first, last = self.sentences.offsets[ids], self.sentences.offsets[ids + 1]
        counts = last - first
        having = np.flatnonzero(counts)
        counts = counts[having]
        starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(having) else np.zeros(0, np.int64)
        rows = np.repeat(first[having] - starts, counts) + np.arange(counts.sum())
        vectors = self.sentences.vectors[rows].astype(np.float32)
        vectors *= np.float32(self.sentences.scale)
        return vectors, having, starts.astype(np.int64)

    @staticmethod
    def _best(gathered: tuple[Floats, Ids, Ids], query: Floats, cosines: Floats) -> Floats:
        vectors, having, starts = gathered
        best = cosines.copy()
        if len(having):
            best[having] = np.maximum.reduceat(vectors @ query, starts)
        return best

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        faiss = _faiss()
        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._index, str(folder / "vectors.faiss"))
        if len(self) > EXACT_LIMIT:
            np.save(folder / "vectors.npy", self._vectors.astype(np.float16))
        np.save(folder / "sentences.npy", self.sentences.vectors)
        np.save(folder / "sentence-scale.npy", self.sentences.scale)
        np.save(folder / "sentence-spans.npy", self.sentences.spans)
        np.save(folder / "sentence-offsets.npy", self.sentences.offsets)
        (folder / "sample.json").write_text(json.dumps(self.typical.tolist()), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """Open what `save` wrote; vectors are memory-mapped."""
        faiss = _faiss()
        index = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
        if index.ntotal > EXACT_LIMIT:
            vectors = mapped(folder / "vectors.npy")
        else:
            vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(-1, index.d)
        sentences = Sentences(
            mapped(folder / "sentences.npy"),
            np.load(folder / "sentence-spans.npy"),
            np.load(folder / "sentence-offsets.npy"),
            float(np.load(folder / "sentence-scale.npy")),
        )
        return cls(
            index, vectors, sentences, json.loads((folder / "sample.json").read_text(encoding="utf-8"))
        )


class Codes:
    """Vectors in 8 bits a dimension, to find the nearest of many by; those are then compared exactly."""

    def __init__(self, vectors: Floats) -> None:
        faiss = _faiss()
        self._index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
        )
        if len(vectors):
            plain = np.ascontiguousarray(vectors, np.float32)
            self._index.train(plain)
            self._index.add(plain)

    def nearest(self, queries: Floats, most: int) -> list[Ids]:
        """For each query, shape (n, d), up to `most` of those nearest by inner product, the nearest first."""
        if not len(queries) or not self._index.ntotal:
            return [np.zeros(0, np.int64) for _ in queries]
        with _one_thread():
            _, ids = self._index.search(np.ascontiguousarray(queries, np.float32), most)
        return [row[row >= 0] for row in ids]


def even_sample(items: NDArray[T], size: int = SAMPLE) -> NDArray[T]:
    """Up to `size` of the items (rows), spread evenly over all of them: `items[n * len(items) // size]`."""
    size = min(size, len(items))
    return items[np.arange(size) * len(items) // max(size, 1)]


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS in this thread alone: one query is the work of one, others would spin for twice its time."""
    faiss = _faiss()
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def mapped(path: Path) -> Any:
    """An array of a file, read as it is used. As a plain array, whose parts are taken ten times as fast as
    those of numpy's own class for it."""
    return np.asarray(np.load(path, mmap_mode="r"))


def _faiss() -> Any:
    """The module, without the types it ships, which do not know of the keyword arguments it takes."""
    import faiss

    return faiss
