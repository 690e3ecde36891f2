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
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_api.vectors import mapped

K1, B = 1.2, 0.75
CONTEXT_WEIGHT = 0.5
"""Weight of a match in the context of an entry (title and place of its event) beside one in its own text."""
CHARACTERISTIC = 25
"""Words of a text that are looked for in what is like it (as many as Lucene's MoreLikeThis takes)."""

_NOT_STOP = {"estado", "estados", "sentido", "sentida", "sentidos", "sentidas", "sao"}
"""Words that the lists call empty and that carry meaning here (Estados Unidos, São Paulo)."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STEMMERS = {"es": "spanish", "pt": "portuguese", "en": "english"}
_QUESTION_WORDS = {
    *("quien", "quienes", "cual", "cuales", "que", "como", "donde", "cuando", "cuanto", "cuantos", "por"),
    *(
        "quem",
        "qual",
        "quais",
        "onde",
        "quando",
        "quanto",
        "quantos",
        "who",
        "what",
        "which",
        "where",
        "when",
    ),
    *("how", "why", "did", "does", "do"),
}


class Token(NamedTuple):
    """A word of a text with its half-open interval of code points."""

    text: str
    start: int
    end: int


class QueryTerm(NamedTuple):
    """What a word of the query stands for: terms of the index with their weights, and how that was found."""

    word: str
    terms: tuple[tuple[str, float], ...]
    origin: Literal["word", "stem", "spelling", "expansion"]
    corrected: str | None = None


def fold(text: str) -> str:
    """Lower case without accents: `Garantías` → `garantias`, `São` → `sao`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Words and numbers of `text` in order, as they are written."""
    return _WORD.findall(text)


def tokens(text: str) -> Iterator[Token]:
    """Words and numbers of `text` in order."""
    for match in _WORD.finditer(text):
        yield Token(match.group(), match.start(), match.end())


class Form(NamedTuple):
    """A word as the index has it: folded, and its folded stem. `empty` tells a stop word."""

    folded: str
    stem: str
    empty: bool


@lru_cache(maxsize=1 << 16)
def form(word: str, language: str) -> Form:
    """The form of a word. Kept, because most words of a text are among the 10^4 or so that are frequent."""
    folded = fold(word)
    return Form(folded, stem(word, language), is_stop_word(folded))


def stem(word: str, language: str) -> str:
    """Folded Snowball stem of `word`; unknown languages are stemmed as Spanish."""
    return fold(_stemmer(language).stemWord(word.casefold()))


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing in any of the three languages."""
    return word in _stop_words()


def analyse(text: str, language: str) -> list[tuple[str, str]]:
    """(folded word, stem) of each word of `text` that is not a stop word."""
    forms = (form(word, language) for word in words_of(text))
    return [(one.folded, one.stem) for one in forms if not one.empty]


def sound_key(word: str) -> str:
    """A folded word as it sounds in Spanish and Portuguese, where most confusions of spelling come from.

    One letter for b/v, for s/c/z/ç before e and i, for c/k/q, for g/j before e and i, for y/ll; no silent h;
    no double letters. `negosios` and `negocios` have one key, and `salbador` and `salvador`.
    """
    word = re.sub(r"h(?=[aeiou])", "", word.replace("ch", "x").replace("ph", "f"))
    word = word.replace("ll", "y").replace("v", "b").replace("z", "s")
    word = re.sub(r"c(?=[ei])", "s", word)
    word = re.sub(r"g(?=[ei])", "j", word)
    word = re.sub(r"qu(?=[ei])|[cq]", "k", word)
    return re.sub(r"(.)\1+", r"\1", word)


class SpellingIndex:
    """Finds the words of a collection that an unknown word may be meant as.

    `vocabulary` maps each folded word to the number of entries it is in. Candidates share the length (± 2)
    and the first sound, so a look-up touches a few hundred of 10^5 words.
    """

    def __init__(self, vocabulary: Mapping[str, int], *, keys: Mapping[str, str] | None = None) -> None:
        """`keys` are the sound keys of the words where they are known already (see `keys`)."""
        self.keys = keys if keys is not None else {w: sound_key(w) for w in vocabulary if _is_spelt(w)}
        self._counts = vocabulary
        self._sounds: dict[str, list[str]] = {}
        self._buckets: dict[tuple[str, int], list[str]] = {}
        for word, key in self.keys.items():
            self._sounds.setdefault(key, []).append(word)
            self._buckets.setdefault((key[:1], len(word)), []).append(word)

    def nearest(self, word: str) -> tuple[str, float] | None:
        """The likeliest word for the folded `word` with its similarity (0 to 1), or None.

        One edit (optimal string alignment, so swapped letters are one) is allowed from four letters on, two
        from ten: with two edits in eight letters `ecologia` became `economia`. Words that sound the same
        count as half an edit. Ties go to the more frequent word.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if not _is_spelt(word):
            return None
        limit = 2 if len(word) >= 10 else 1
        key = sound_key(word)
        found = [(0.5, -self._counts[candidate], candidate) for candidate in self._sounds.get(key, ())]
        if not found:
            for length in range(len(word) - limit, len(word) + limit + 1):
                bucket = self._buckets.get((key[:1], length), [])
                near = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=limit, limit=None)
                found += [(edits, -self._counts[candidate], candidate) for candidate, edits, _ in near]
        if not found:
            return None
        edits, _, best = min(found)
        return best, 1 - edits / len(word)


def _is_spelt(word: str) -> bool:
    return len(word) >= 4 and not any(char.isdigit() for char in word)


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 over two fields, text and context, with the vocabulary that queries are looked up in.

    `words` maps a folded word to its terms (stems; more than one where languages differ), `counts` to the
    number of entries that have it. Immutable, so threads may share it.
    """

    size: int
    languages: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, int]
    spelling: SpellingIndex
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
        known = tuple(sorted({language if language in _STEMMERS else "es" for language in languages}))
        return cls(
            size=len(texts),
            languages=known or ("es",),
            words={word: tuple(sorted(terms)) for word, terms in words.items()},
            counts=counts,
            spelling=SpellingIndex(counts),
            _fields=(_Postings.build(fields[0]), _Postings.build(fields[1])),
        )

    def interpret(self, text: str) -> list[QueryTerm]:
        """What each word of a query stands for in this index, in order; stop words are left out."""
        result, seen = [], set()
        for token in tokens(text):
            word = fold(token.text)
            if word in seen or is_stop_word(word) or word in _QUESTION_WORDS:
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
            word: often * math.log(1 + self.size / self.counts.get(word, self.size))
            for word, (_, often) in found.items()
        }
        best = sorted(weights, key=lambda word: (-weights[word], word))[:count]
        return [QueryTerm(word, ((found[word][0], 1.0),), "word") for word in best]

    def _look_up(self, word: str, surface: str) -> QueryTerm:
        stems = {stem(form, language) for form in (surface, word) for language in self.languages}
        known = set(self.words.get(word, ())) | {term for term in stems if self.has(term)}
        if known:
            origin: Literal["word", "stem"] = "word" if word in self.words else "stem"
            return QueryTerm(word, tuple((term, 1.0) for term in sorted(known)), origin)
        nearest = self.spelling.nearest(word)
        if nearest is None:
            return QueryTerm(word, (), "word")
        corrected, similarity = nearest
        return QueryTerm(
            word, tuple((term, similarity) for term in self.words[corrected]), "spelling", corrected=corrected
        )

    def information(self, terms: Sequence[QueryTerm]) -> float:
        """The most that an entry could score for the query: the sum of its words' inverse document
        frequencies (Lucene's, as the postings have them); a word the index does not know counts as unseen."""
        total = 0.0
        for term in terms:
            count = max(self.counts.get(term.corrected or term.word, 1), 1) if term.terms else 0
            total += math.log(1 + (self.size - count + 0.5) / (count + 0.5))
        return total or 1.0

    def has(self, term: str) -> bool:
        """Whether any entry has the term."""
        return any(term in field.vocabulary for field in self._fields)

    def holds(self, entry: int, terms: Sequence[QueryTerm]) -> list[QueryTerm]:
        """Those of the terms that an entry has, in its text or its context."""
        return [
            term
            for term in terms
            if any(field.holds(entry, stem) for stem, _ in term.terms for field in self._fields)
        ]

    def scores(self, terms: Mapping[str, float] | Sequence[QueryTerm]) -> NDArray[np.float32]:
        """BM25 of every entry, shape (size,), for weighted terms; where a word stands for several terms of an
        entry (stems of two languages), the best of them counts."""
        total = np.zeros(self.size, dtype=np.float32)
        groups = (
            [((term, weight),) for term, weight in terms.items()]
            if isinstance(terms, Mapping)
            else [term.terms for term in terms]
        )
        for field, field_weight in zip(self._fields, (1.0, CONTEXT_WEIGHT), strict=True):
            for group in groups:
                field.add(total, group, field_weight)
        return total

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, field in zip(("text", "context"), self._fields, strict=True):
            field.save(folder, name)
        data = {"size": self.size, "languages": self.languages, "words": self.words, "counts": self.counts}
        data["sounds"] = self.spelling.keys
        (folder / "vocabulary.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Open what `save` wrote; the postings are memory-mapped."""
        data: dict[str, Any] = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls(
            size=data["size"],
            languages=tuple(data["languages"]),
            words={word: tuple(terms) for word, terms in data["words"].items()},
            counts=data["counts"],
            spelling=SpellingIndex(data["counts"], keys=data["sounds"]),
            _fields=(_Postings.load(folder, "text"), _Postings.load(folder, "context")),
        )


@dataclass(frozen=True)
class _Postings:
    """BM25 scores of a field in sparse columns: the entries and scores of term t are slice t of `offsets`, in
    the order of the entries."""

    vocabulary: Mapping[str, int]
    offsets: NDArray[np.int64]
    entries: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def build(cls, documents: list[list[str]]) -> "_Postings":
        if not any(documents):
            empty = np.zeros(0)
            return cls({}, np.zeros(1, np.int64), empty.astype(np.int32), empty.astype(np.float32))
        import bm25s

        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        model.index(documents, show_progress=False)
        columns = model.scores
        return cls(
            {term: number for term, number in model.vocab_dict.items() if term},
            np.asarray(columns["indptr"], np.int64),
            np.asarray(columns["indices"], np.int32),
            np.asarray(columns["data"], np.float32),
        )

    def add(self, total: NDArray[np.float32], group: Sequence[tuple[str, float]], weight: float) -> None:
        """Add the scores of equivalent terms to `total`; of several in an entry the best counts."""
        slices = []
        for term, term_weight in group:
            number = self.vocabulary.get(term)
            if number is not None:
                part = slice(self.offsets[number], self.offsets[number + 1])
                slices.append((self.entries[part], self.values[part] * np.float32(weight * term_weight)))
        if len(slices) == 1:
            total[slices[0][0]] += slices[0][1]
        elif slices:
            best = np.zeros_like(total)
            for entries, values in slices:
                best[entries] = np.maximum(best[entries], values)
            total += best

    def holds(self, entry: int, term: str) -> bool:
        """Whether an entry has a term."""
        number = self.vocabulary.get(term)
        if number is None:
            return False
        having = self.entries[self.offsets[number] : self.offsets[number + 1]]
        at = int(having.searchsorted(entry))
        return at < len(having) and int(having[at]) == entry

    def save(self, folder: Path, name: str) -> None:
        for part in ("offsets", "entries", "values"):
            np.save(folder / f"{name}.{part}.npy", getattr(self, part))
        terms = json.dumps(self.vocabulary, ensure_ascii=False)
        (folder / f"{name}.terms.json").write_text(terms, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> "_Postings":
        offsets, entries, values = (
            mapped(folder / f"{name}.{part}.npy") for part in ("offsets", "entries", "values")
        )
        vocabulary = json.loads((folder / f"{name}.terms.json").read_text(encoding="utf-8"))
        return cls(vocabulary, offsets, entries, values)


def _stemmer(language: str) -> Any:
    # PyStemmer asks for a stemmer of its own in each thread.
    return _stemmer_of_thread(language, threading.get_ident())


@lru_cache(maxsize=256)
def _stemmer_of_thread(language: str, thread: int) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS.get(language, "spanish"))


@cache
def _stop_words() -> frozenset[str]:
    from bm25s import stopwords

    lists = (stopwords.STOPWORDS_SPANISH, stopwords.STOPWORDS_PORTUGUESE, stopwords.STOPWORDS_EN_PLUS)
    return frozenset(fold(word) for words in lists for word in words) - _NOT_STOP
