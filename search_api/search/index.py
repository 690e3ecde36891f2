"""The search index of a snapshot: a folder that holds everything a search needs, made from the graph.

    manifest.json     format, model, numbers of entries and sentences
    entries.jsonl     the entries as shown, one a line, with entries.npy for where each begins
    columns.*         what filters and facets ask (`search_api.search.columns`)
    lexical/          words and their postings (`search_api.search.lexical`)
    words.*           vectors of the words (`search_api.search.related_words`)
    vectors.faiss …   vectors of entries and sentences (`search_api.search.vectors`)
    nodes.txt         the IRIs of the entries in their order, for SPARQL (`graph.similarity`)
    themes.*          vectors of theme labels and whose they are; names.json the names of actors and cities

A thousand entries or a hundred thousand are opened alike: arrays are memory-mapped, an entry is read when a
hit shows it.
"""

import json
import mmap
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from graph.errors import IndexModelMismatch, NotFound, SnapshotError
from graph.similarity import NODE_TABLE, read_nodes, write_nodes
from graph.store import GraphView
from ontology.namespaces import ID
from search_api.embedding.encoder import EmbeddingCache, Encoder, encode_with_cache
from search_api.search.columns import Columns
from search_api.search.entries import IndexEntry
from search_api.search.graph_entries import read_entries
from search_api.search.highlighting import sentence_spans
from search_api.search.lexical import LexicalIndex
from search_api.search.query_names import Named
from search_api.search.query_understanding import ThemeLabels, theme_labels
from search_api.search.related_words import AsQueries, RelatedWords, surfaces
from search_api.search.vectors import Sentences, VectorIndex

FORMAT = 7
FOLDER = "index"
"""Name of the index folder in a snapshot."""
REBUILD = "make the index again with: redpyme ingest --rebuild"
"""What to do about an index that cannot be used."""
MOST_COPIES = 20
"""Most places told where a hit is repeated."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class IndexManifest:
    """What an index was built with and how much is in it."""

    model: str
    dimension: int
    entries: int
    sentences: int
    format: int = FORMAT


class Entries(Sequence[IndexEntry]):
    """The entries of an index folder, each read from the file when asked for.

    Raises ValueError where the file is shorter or longer than it was written; an entry that is damaged inside
    raises SnapshotError when it is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "entries.jsonl"
        self._offsets = np.load(folder / "entries.npy")
        with self._path.open("rb") as file:
            size = int(self._offsets[-1])
            if (found := os.fstat(file.fileno()).st_size) != size:
                raise ValueError(f"{self._path.name} has {found} bytes instead of {size}")
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, position: int) -> IndexEntry:  # type: ignore[override]
        first, last = int(self._offsets[position]), int(self._offsets[position + 1])
        try:
            return IndexEntry.from_dict(json.loads(self._data[first:last]))
        except (ValueError, TypeError, KeyError) as error:
            raise SnapshotError(f"{self._path}: entry {position} is damaged ({error}); {REBUILD}") from error


@dataclass(frozen=True)
class SearchIndex:
    """An open index. Immutable; threads may share it."""

    manifest: IndexManifest
    entries: Sequence[IndexEntry]
    columns: Columns
    lexical: LexicalIndex
    vectors: VectorIndex
    themes: ThemeLabels
    related: RelatedWords
    names: Sequence[tuple[str, Named]]

    folder: Path

    def __len__(self) -> int:
        return self.manifest.entries

    def position(self, iri: str) -> int:
        """The entry of that IRI. Raises NotFound where there is none."""
        try:
            return self._positions[iri]
        except KeyError:
            raise NotFound(f"nothing in the index has the IRI {iri}") from None

    def told_again(self, row: int) -> list[IndexEntry]:
        """The other passages that tell what an entry does (`search_api.search.copies`), in the order of
        documents: at most `MOST_COPIES`, whatever a search is narrowed to."""
        same = self._passages_told_again.get(int(self.columns.unit[row]))
        if same is None:
            return []
        own = self.entries[row]
        others = (self.entries[int(other)] for other in same[: MOST_COPIES + 1])
        return [other for other in others if other.iri not in (own.iri, own.passage)][:MOST_COPIES]

    def find(self, text: str) -> str:
        """The IRI of the entry meant by an IRI, its end ("event/…") or a slug alone. Raises NotFound."""
        kinds = ("practice", "event", "actor", "passage")
        tried = (text, f"{ID}{text}", *(f"{ID}{kind}/{text}" for kind in kinds))
        found = next((iri for iri in tried if iri in self._positions), None)
        if found is None:
            raise NotFound(f"no passage, event, practice or institution of the index is {text!r}")
        return found

    @cached_property
    def _passages_told_again(self) -> dict[int, NDArray[np.int64]]:
        """The passages of each unit that has several."""
        passages = np.flatnonzero(self.columns.of_kind("passage"))
        units, counts = np.unique(self.columns.unit[passages], return_counts=True)
        several = passages[np.isin(self.columns.unit[passages], units[counts > 1])]
        found: dict[int, list[int]] = {}
        for passage in several:
            found.setdefault(int(self.columns.unit[passage]), []).append(int(passage))
        return {unit: np.array(rows, np.int64) for unit, rows in found.items()}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return read_nodes(self.folder / NODE_TABLE)


def build_index(
    view: GraphView,
    encoder: Encoder,
    folder: Path,
    *,
    cache: EmbeddingCache | None = None,
    progress: Progress | None = None,
) -> IndexManifest:
    """Index the graph of a snapshot into `folder`, which is made; returns the manifest.

    Texts are embedded through `cache`, so only new ones cost time; `progress(done, total)` counts them.
    """
    return write_index(read_entries(view), encoder, folder, cache=cache, progress=progress)


def embed_vocabulary(encoder: Encoder, cache: EmbeddingCache, *, progress: Progress | None = None) -> None:
    """Embed the labels of the themes into `cache`: the part of every index that depends on no document."""
    labels = theme_labels()[0]
    encode_with_cache(encoder, labels, cache, progress)
    encode_with_cache(AsQueries(encoder), labels, cache)


def write_index(
    entries: Sequence[IndexEntry],
    encoder: Encoder,
    folder: Path,
    *,
    cache: EmbeddingCache | None = None,
    progress: Progress | None = None,
) -> IndexManifest:
    """Index `entries` into `folder` (see `build_index`)."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces, spans, offsets = _sentences(entries)
    labels, owners = theme_labels()
    texts = [entry.text for entry in entries]
    lexical = LexicalIndex.build(
        texts,
        contexts=["" if entry.kind in ("event", "actor") else entry.context for entry in entries],
        languages=[entry.language for entry in entries],
    )
    counts = {word: lexical.words.count(word) for word in lexical.words}
    words = surfaces((f"{entry.text} {entry.context}" for entry in entries), counts)
    # One call, so that progress counts everything but the words, which are a small part of it.
    vectors = encode_with_cache(encoder, [*texts, *pieces, *labels], cache, progress)
    of_entries, of_pieces, of_labels = np.split(vectors, [len(texts), len(texts) + len(pieces)])
    of_words = encode_with_cache(AsQueries(encoder), [*words.values(), *labels], cache)
    typical = [n for n, entry in enumerate(entries) if entry.kind == "passage"] or list(range(len(entries)))
    VectorIndex.build(
        of_entries, Sentences(of_pieces.astype(np.float16), spans, offsets), typical=typical
    ).save(folder)
    np.save(folder / "themes.npy", of_labels)
    (folder / "themes.json").write_text(json.dumps(owners), encoding="utf-8")
    lexical.save(folder / "lexical")
    RelatedWords.build(list(words), of_words[: len(words)], common=of_words[len(words) :]).save(folder)
    Columns.build(entries).save(folder)
    _write_entries(entries, folder)
    write_nodes((entry.iri for entry in entries), folder)
    (folder / "names.json").write_text(json.dumps(_names(entries), ensure_ascii=False), encoding="utf-8")
    manifest = IndexManifest(encoder.id, encoder.dimension, len(entries), len(pieces))
    (folder / "manifest.json").write_text(json.dumps(manifest.__dict__, indent=2) + "\n", encoding="utf-8")
    return manifest


def open_index(folder: Path, encoder: Encoder) -> SearchIndex:
    """Open the index in `folder` for queries encoded with `encoder`.

    Raises IndexModelMismatch where it was built with another model, SnapshotError where it is missing or
    damaged; both say which command rebuilds it.
    """
    try:
        manifest = IndexManifest(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        if manifest.format != FORMAT:
            raise ValueError(f"it has format {manifest.format}, this program reads {FORMAT}")
        if manifest.model != encoder.id or manifest.dimension != encoder.dimension:
            raise IndexModelMismatch(
                f"the index in {folder} was built with the model {manifest.model!r}, the model in use is "
                f"{encoder.id!r}; {REBUILD}, or set REDPYME_MODEL to the one it was built with"
            )
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        return SearchIndex(
            manifest=manifest,
            entries=Entries(folder),
            columns=Columns.load(folder),
            lexical=LexicalIndex.load(folder / "lexical"),
            vectors=VectorIndex.load(folder),
            themes=ThemeLabels(
                np.load(folder / "themes.npy"),
                json.loads((folder / "themes.json").read_text(encoding="utf-8")),
            ),
            related=RelatedWords.load(folder),
            folder=folder,
            names=[(name, Named(kind, key, label)) for name, kind, key, label in names],
        )
    except (OSError, ValueError, LookupError, TypeError, RuntimeError, EOFError, BadZipFile) as error:
        raise SnapshotError(f"{folder}: the search index cannot be opened ({error}); {REBUILD}") from error


def _names(entries: Sequence[IndexEntry]) -> list[tuple[str, str, str, str]]:
    """What queries may name of the collection itself, as (name, kind, key, label)."""
    actors = [(name, "actor", e.slug, e.title) for e in entries if e.kind == "actor" for name in e.names]
    places = {place: None for e in entries for place in e.places}
    return actors + [(place.label, "place", place.slug, place.label) for place in places]


def _sentences(
    entries: Sequence[IndexEntry],
) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Sentences of the entries that have more than one, their spans, and where those of each entry begin."""
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    offsets = [0]
    for entry in entries:
        found = sentence_spans(entry.text, entry.language) if entry.kind in ("passage", "practice") else ()
        if len(found) > 1:
            pieces.extend(entry.text[span.start : span.end] for span in found)
            spans.extend(found)
        offsets.append(len(pieces))
    return pieces, np.array(spans, np.int32).reshape(-1, 2), np.array(offsets, np.int64)


def _write_entries(entries: Sequence[IndexEntry], folder: Path) -> None:
    offsets = [0]
    with (folder / "entries.jsonl").open("wb") as file:
        for entry in entries:
            line = json.dumps(entry.to_dict(), ensure_ascii=False).encode() + b"\n"
            file.write(line)
            offsets.append(offsets[-1] + len(line))
    np.save(folder / "entries.npy", np.array(offsets, np.int64))
