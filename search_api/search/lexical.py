"""Lexical search: BM25 over stemmed, accent-folded words, with tolerance for typing errors.

Passages may be in Spanish, Portuguese or English, and a query need not be in their language. A passage is
stemmed in its own language. A word of the query is looked up, folded, among the words that the collection
really has, so `politicas` finds what was stemmed from `políticas`; only a word the collection does not have
goes through the stemmers, and if no stem of it is known either, through the spelling index.

BM25 is bm25s (Lù 2024, arXiv:2407.03618; the Lucene variant with k1 = 1.2, b = 0.75, Robertson's usual
values), which keeps term scores in sparse columns: a query costs one addition for each posting, gives the
score of every entry at once, and so filters, facets and fusion need no second pass.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_api.search.vectors import mapped
from search_api.search.vocabulary import Vocabulary
from search_api.search.words import (
    QUESTION_WORDS,
    STEMMERS,
    analyse,
    fold,
    is_stop_word,
    stem,
    tokens,
)

K1, B = 1.2, 0.75
CONTEXT_WEIGHT = 0.5
"""Weight of a match in the context of an entry (title and place of its event) beside one in its own text."""
CHARACTERISTIC = 25
"""Words of a text that are looked for in what is like it (as many as Lucene's MoreLikeThis takes)."""


class Related(NamedTuple):
    """A term of a word of like meaning, with its weight; `word` is that word, folded."""

    term: str
    weight: float
    word: str


class QueryTerm(NamedTuple):
    """What a word of the query stands for: terms of the index with their weights, and how that was found.

    `word` is folded, `surface` as it was typed; `related` are words of like meaning.
    """

    word: str
    terms: tuple[tuple[str, float], ...]
    origin: Literal["word", "stem", "spelling"]
    corrected: str | None = None
    surface: str = ""
    related: tuple[Related, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the index has the word as it was typed, or a form of it."""
        return bool(self.terms) and self.origin != "spelling"

    @property
    def alternatives(self) -> tuple[tuple[str, float], ...]:
        """All terms that the word may be found by; the best of them counts."""
        return (*self.terms, *((related.term, related.weight) for related in self.related))


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 over two fields, text and context, with the vocabulary that queries are looked up in.

    Immutable, so threads may share it.
    """

    size: int
    languages: tuple[str, ...]
    words: Vocabulary
    _fields: tuple["_Postings", "_Postings"]

    @classmethod
    def build(
        cls, texts: Sequence[str], *, contexts: Sequence[str] | None = None, languages: Sequence[str]
    ) -> "LexicalIndex":
        """Index `texts` (one an entry) with their `contexts` and languages ("es", "pt", "en")."""
        contexts = contexts if contexts is not None else [""] * len(texts)
        words: dict[str, set[str]] = {}
        counts: dict[str, int] = {}
        fields: tuple[list[list[str]], list[list[str]]] = ([], [])
        for text, context, language in zip(texts, contexts, languages, strict=True):
            seen = set()
            for field, value in zip(fields, (text, context), strict=True):
                analysed = analyse(value, language)
                field.append([term for _, term in analysed])
                for word, term in analysed:
                    words.setdefault(word, set()).add(term)
                    seen.add(word)
            for word in seen:
                counts[word] = counts.get(word, 0) + 1
        known = tuple(sorted({language if language in STEMMERS else "es" for language in languages}))
        vocabulary = Vocabulary.build(words, counts)
        return cls(
            size=len(texts),
            languages=known or ("es",),
            words=vocabulary,
            _fields=(
                _Postings.build(fields[0], vocabulary.stems),
                _Postings.build(fields[1], vocabulary.stems),
            ),
        )

    def interpret(self, text: str) -> list[QueryTerm]:
        """What each word of a query stands for in this index, in order; stop words are left out."""
        result, seen = [], set()
        for token in tokens(text):
            word = fold(token.text)
            if word in seen or is_stop_word(word) or word in QUESTION_WORDS:
                continue
            seen.add(word)
            result.append(self._look_up(word, token.text))
        return result

    def characteristic(self, text: str, language: str, *, count: int = CHARACTERISTIC) -> list[QueryTerm]:
        """The words of a text that tell it best from the rest of the collection: by how often it has them and
        how few other entries do, the best first."""
        found: dict[str, tuple[str, int]] = {}
        for word, term in analyse(text, language):
            found[word] = (term, found.get(word, ("", 0))[1] + 1)
        weights = {
            word: often * math.log(1 + self.size / self.words.count(word, self.size))
            for word, (_, often) in found.items()
        }
        best = sorted(weights, key=lambda word: (-weights[word], word))[:count]
        return [QueryTerm(word, ((found[word][0], 1.0),), "word") for word in best]

    def _look_up(self, word: str, surface: str) -> QueryTerm:
        stems = {stem(form, language) for form in (surface, word) for language in self.languages}
        known = set(self.words.get(word, ())) | {term for term in stems if self.has(term)}
        if known:
            origin: Literal["word", "stem"] = "word" if word in self.words else "stem"
            return QueryTerm(word, tuple((term, 1.0) for term in sorted(known)), origin, surface=surface)
        nearest = self.words.spelling.nearest(word)
        if nearest is None:
            return QueryTerm(word, (), "word", surface=surface)
        corrected, similarity = nearest
        terms = tuple((term, similarity) for term in self.words[corrected])
        return QueryTerm(word, terms, "spelling", corrected=corrected, surface=surface)

    def information(self, terms: Sequence[QueryTerm]) -> float:
        """The most that an entry could score for the query: the sum of its words' inverse document
        frequencies (Lucene's, as the postings have them); a word the index does not know counts as unseen."""
        total = 0.0
        for term in terms:
            count = max(self.words.count(term.corrected or term.word, 1), 1) if term.terms else 0
            total += math.log(1 + (self.size - count + 0.5) / (count + 0.5))
        return total or 1.0

    def has(self, term: str) -> bool:
        """Whether any entry has the term."""
        return term in self.words.stems

    def holding(self, terms: Sequence[QueryTerm]) -> Callable[[int], list[str]]:
        """What tells which of the query's words an entry has, in its text or its context; where it has but a
        word of like meaning, that word with the query's."""
        looked_up = []
        for term in terms:
            word = term.corrected or term.word
            like = sorted(((r.weight, r.word, r.term) for r in term.related), reverse=True)
            words = [(word, term.terms), *((f"{other} (≈ {word})", ((own, 1.0),)) for _, other, own in like)]
            looked_up.append(
                [
                    (shown, [field.having(n) for n, _ in self._numbers(group) for field in self._fields])
                    for shown, group in words
                ]
            )

        def held(entry: int) -> list[str]:
            found = (
                next(
                    (shown for shown, lists in words if any(_among(having, entry) for having in lists)), None
                )
                for words in looked_up
            )
            return [shown for shown in found if shown is not None]

        return held

    def _numbers(self, group: Iterable[tuple[str, float]]) -> list[tuple[int, float]]:
        """The numbers of weighted terms, without those that no entry has."""
        numbered = ((self.words.stems.number(term), weight) for term, weight in group)
        return [(number, weight) for number, weight in numbered if number is not None]

    def scores(self, terms: Mapping[str, float] | Sequence[QueryTerm]) -> NDArray[np.float32]:
        """BM25 of every entry, shape (size,), for weighted terms; where a word stands for several terms of an
        entry (stems of two languages), the best of them counts."""
        total = np.zeros(self.size, dtype=np.float32)
        groups = (
            [((term, weight),) for term, weight in terms.items()]
            if isinstance(terms, Mapping)
            else [term.alternatives for term in terms]
        )
        numbered = [self._numbers(group) for group in groups]
        for field, field_weight in zip(self._fields, (1.0, CONTEXT_WEIGHT), strict=True):
            for group in numbered:
                field.add(total, group, field_weight)
        return total

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, field in zip(("text", "context"), self._fields, strict=True):
            field.save(folder, name)
        self.words.save(folder)
        data = {"size": self.size, "languages": self.languages}
        (folder / "lexical.json").write_text(json.dumps(data), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Open what `save` wrote; the postings are memory-mapped."""
        data: dict[str, Any] = json.loads((folder / "lexical.json").read_text(encoding="utf-8"))
        return cls(
            size=data["size"],
            languages=tuple(data["languages"]),
            words=Vocabulary.load(folder),
            _fields=(_Postings.load(folder, "text"), _Postings.load(folder, "context")),
        )


@dataclass(frozen=True)
class _Postings:
    """BM25 scores of a field in sparse columns: the entries and scores of term t are slice t of `offsets`, in
    the order of the entries."""

    offsets: NDArray[np.int64]
    entries: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def build(cls, documents: list[list[str]], stems: Sequence[str]) -> "_Postings":
        """From the terms of each entry; term t is `stems[t]`."""
        if not any(documents):
            return cls(np.zeros(len(stems) + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
        import bm25s

        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        model.index(documents, show_progress=False)
        columns = model.scores
        places = np.asarray(columns["indptr"], np.int64)
        taken = [
            places[at : at + 2] if (at := model.vocab_dict.get(stem)) is not None else (0, 0)
            for stem in stems
        ]
        first, last = np.array(taken, np.int64).T
        offsets = np.concatenate(([0], np.cumsum(last - first)))
        owners = np.repeat(np.arange(len(stems)), last - first)
        order = np.arange(offsets[-1]) + (first - offsets[:-1])[owners]
        entries = np.asarray(columns["indices"], np.int32)[order]
        sorted_too = np.lexsort((entries, owners))
        return cls(offsets, entries[sorted_too], np.asarray(columns["data"], np.float32)[order][sorted_too])

    def add(self, total: NDArray[np.float32], group: Sequence[tuple[int, float]], weight: float) -> None:
        """Add the scores of equivalent terms to `total`; of several in an entry the best counts."""
        slices = []
        for term, term_weight in group:
            part = slice(self.offsets[term], self.offsets[term + 1])
            slices.append((self.entries[part], self.values[part] * np.float32(weight * term_weight)))
        if len(slices) == 1:
            total[slices[0][0]] += slices[0][1]
        elif slices:
            best = np.zeros_like(total)
            for entries, values in slices:
                best[entries] = np.maximum(best[entries], values)
            total += best

    def having(self, term: int) -> NDArray[np.int32]:
        """The entries that have a term, in ascending order."""
        return self.entries[self.offsets[term] : self.offsets[term + 1]]

    def save(self, folder: Path, name: str) -> None:
        for part in ("offsets", "entries", "values"):
            np.save(folder / f"{name}.{part}.npy", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> "_Postings":
        return cls(*(mapped(folder / f"{name}.{part}.npy") for part in ("offsets", "entries", "values")))


def _among(numbers: NDArray[np.int32], wanted: int) -> bool:
    """Whether a number is among some in ascending order."""
    at = int(numbers.searchsorted(wanted))
    return at < len(numbers) and int(numbers[at]) == wanted
