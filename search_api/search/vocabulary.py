"""The words of a collection, as arrays: opened at once, and small where a dictionary of 10^5 words is not.

A quarter of a million words as dictionaries of words, counts, terms, sounds and lengths took a second to read
and 200 MB; sorted, they are found by bisection in a microsecond.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_api.search.vectors import mapped

Numbers = NDArray[np.int32]
Ids = NDArray[np.int64]


class WordList(Sequence[str]):
    """Different words in the order of their code points; `number` is the place of one, `plain` the sequence
    itself."""

    def __init__(self, words: Sequence[str]) -> None:
        self.plain = words

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, number: int) -> str:  # type: ignore[override]
        return self.plain[number]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.number(word) is not None

    def number(self, word: str) -> int | None:
        """The place of a word; None where it is not in the list."""
        at = bisect_left(self.plain, word)
        return at if at < len(self.plain) and self.plain[at] == word else None

    def save(self, path: Path) -> None:
        """Write one word a line."""
        path.write_text("\n".join(self.plain), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: Path) -> "WordList":
        """Read what `save` wrote."""
        text = path.read_text(encoding="utf-8")
        return cls(text.split("\n") if text else [])


class Vocabulary(Mapping[str, tuple[str, ...]]):
    """From each folded word of a collection to its terms (stems; more than one where languages differ).

    `counts` has for each word the number of entries that have it.
    """

    def __init__(self, words: WordList, stems: WordList, counts: Numbers, terms: Numbers, ends: Ids) -> None:
        """The terms of word n are `terms[ends[n]:ends[n + 1]]`, as numbers of `stems`."""
        self.words, self.stems, self.counts = words, stems, counts
        self._terms, self._ends = terms, ends
        self.spelling = Spelling(words.plain, counts)

    @classmethod
    def build(cls, terms: Mapping[str, Iterable[str]], counts: Mapping[str, int]) -> "Vocabulary":
        """From the terms of each word and the number of entries that have it."""
        words = sorted(terms)
        stems = WordList(sorted({term for own in terms.values() for term in own}))
        numbers = {stem: number for number, stem in enumerate(stems)}
        found = [sorted(numbers[term] for term in terms[word]) for word in words]
        return cls(
            WordList(words),
            stems,
            np.array([counts[word] for word in words], np.int32),
            np.array([number for own in found for number in own], np.int32),
            np.cumsum([0, *(len(own) for own in found)]).astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __getitem__(self, word: str) -> tuple[str, ...]:
        number = self.words.number(word)
        if number is None:
            raise KeyError(word)
        return tuple(self.stems[n] for n in self._terms[self._ends[number] : self._ends[number + 1]])

    def count(self, word: str, default: int = 0) -> int:
        """How many entries have a word; `default` where it is not known."""
        number = self.words.number(word)
        return default if number is None else int(self.counts[number])

    def save(self, folder: Path) -> None:
        """Write it into a folder that is there."""
        self.words.save(folder / "words.txt")
        self.stems.save(folder / "stems.txt")
        for name, array in (("counts", self.counts), ("terms", self._terms), ("ends", self._ends)):
            np.save(folder / f"words.{name}.npy", array)
        self.spelling.save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Open what `save` wrote."""
        words = WordList.load(folder / "words.txt")
        counts, terms, ends = (mapped(folder / f"words.{name}.npy") for name in ("counts", "terms", "ends"))
        if not len(words) == len(counts) == len(ends) - 1:
            raise ValueError("words.txt and its counts are not of one length")
        vocabulary = cls(words, WordList.load(folder / "stems.txt"), counts, terms, ends)
        vocabulary.spelling = Spelling.load(folder, words.plain, counts)
        return vocabulary


class Spelling:
    """Finds the words of a collection that an unknown word may be meant as.

    Candidates share the length (± 2) and the first sound, so a look-up touches a few hundred of 10^5 words.
    """

    def __init__(self, words: Sequence[str], counts: Sequence[int] | Numbers) -> None:
        """`counts` are the numbers of entries that have each of the words."""
        self._words, self._counts = words, counts

    @cached_property
    def _sounds(self) -> tuple[Ids, Numbers]:
        """Digests of the sound keys in ascending order, and whose word each is."""
        numbers = [n for n, word in enumerate(self._words) if is_spelt(word)]
        digests = np.array([_digest(sound_key(self._words[n])) for n in numbers], np.int64)
        order = np.argsort(digests, kind="stable")
        return digests[order], np.array(numbers, np.int32)[order]

    @cached_property
    def _lengths(self) -> tuple[Numbers, Numbers]:
        """First sound and length of the words in ascending order, as one number, and whose word each is."""
        numbers = [n for n, word in enumerate(self._words) if is_spelt(word)]
        marks = np.array([_mark(sound_key(self._words[n]), len(self._words[n])) for n in numbers], np.int32)
        order = np.argsort(marks, kind="stable")
        return marks[order], np.array(numbers, np.int32)[order]

    def nearest(self, word: str) -> tuple[str, float] | None:
        """The likeliest word for the folded `word` with its similarity (0 to 1), or None.

        One edit (optimal string alignment, so swapped letters are one) is allowed from four letters on, two
        from ten: with two edits in eight letters `ecologia` became `economia`. Words that sound the same
        count as half an edit. Ties go to the more frequent word.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if not is_spelt(word):
            return None
        limit = 2 if len(word) >= 10 else 1
        key = sound_key(word)
        same = _having(self._sounds, _digest(key))
        found = [(0.5, -int(self._counts[n]), self._words[n]) for n in same]
        if not found:
            for length in range(len(word) - limit, len(word) + limit + 1):
                numbers = _having(self._lengths, _mark(key, length))
                bucket = [self._words[n] for n in numbers.tolist()]
                near = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=limit, limit=None)
                found += [(edits, -int(self._counts[numbers[at]]), w) for w, edits, at in near]
        if not found:
            return None
        edits, _, best = min(found)
        return best, 1 - edits / len(word)

    def save(self, folder: Path) -> None:
        """Write it into a folder that is there."""
        for name, (keys, numbers) in (("sounds", self._sounds), ("lengths", self._lengths)):
            np.save(folder / f"{name}.keys.npy", keys)
            np.save(folder / f"{name}.words.npy", numbers)

    @classmethod
    def load(cls, folder: Path, words: Sequence[str], counts: Numbers) -> "Spelling":
        """Open what `save` wrote for the same words."""
        spelling = cls(words, counts)
        for name in ("sounds", "lengths"):
            spelling.__dict__[f"_{name}"] = tuple(
                mapped(folder / f"{name}.{part}.npy") for part in ("keys", "words")
            )
        return spelling


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


def is_spelt(word: str) -> bool:
    """Whether a folded word may be a slip of another: it is long enough, and no number."""
    return len(word) >= 4 and not any(char.isdigit() for char in word)


def _digest(key: str) -> int:
    """64 bits of a sound key: of 10^6 keys two have the same once in 10^7 collections."""
    return int.from_bytes(
        blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True
    )


def _mark(key: str, length: int) -> int:
    """The first sound and the length of a word in one number."""
    return ord(key[:1] or "\0") << 8 | max(0, min(length, 255))


def _having(table: tuple[NDArray[np.integer], Numbers], key: int) -> Numbers:
    keys, numbers = table
    return numbers[keys.searchsorted(key) : keys.searchsorted(key, side="right")]
