"""Passages that tell the same twice: word for word, or nearly so.

Two texts are nearly the same when their shingles (runs of five words) have a Jaccard index of 0.8 or more:
the resemblance of A. Broder, "On the resemblance and containment of documents" (1997), with the run and the
bar of K. Lee et al., "Deduplicating training data makes language models better" (ACL 2022). In a text of
fewer than 36 words nothing may then differ. What tells one row of a table from the next must not differ at
any length: the numbers, names, months and negations of both are the same, in the same order.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.date_patterns import MONTHS
from search_api.search.words import fold, is_stop_word

Hashes = NDArray[np.uint64]

SHINGLE, RESEMBLANCE = 5, 0.8
SHORTEST = 40
"""Code points of a text that may be a copy: "Conclusiones" opens a section in every report."""
CANDIDATES = 16
"""Texts that one is compared with at most, those that share its rarest shingles. It keeps the time linear
where thousands are made from one template; a copy that has so many rivals may stay a result of its own."""
_WORD = re.compile(r"\w+")
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
"""The odd number next to 2^64 divided by the golden ratio (Knuth's multiplicative hashing), and a shift."""
_TELLING = frozenset(
    "no ni nunca jamas tampoco sin nao nem sem jamais not nor never neither without "
    "dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta cincuenta "
    "sesenta setenta ochenta noventa cien ciento mil millon millones mitad tercio doble "
    "dois duas quatro sete oito nove dez onze doze quinze vinte trinta quarenta cinquenta sessenta oitenta "
    "cem cento milhao milhoes bilhao bilhoes metade terco dobro "
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred thousand million billion half third double twice "
    "primer primero primera segundo segunda tercer tercero tercera cuarto cuarta quinto quinta "
    "primeiro primeira terceiro terceira quarto quarta first second fourth fifth".split()
) | frozenset(MONTHS)
"""Words without a capital that turn what a text says: negations, numbers and months."""


def first_told(texts: Sequence[str]) -> list[int]:
    """For each text the position of the first that it repeats, its own where it repeats none.

    The first of those alike stands for them all, so that no chain of small changes joins what differs much.
    Linear in the words of all texts, and the same on every machine.
    """
    result = list(range(len(texts)))
    first: dict[tuple[int, ...], int] = {}
    alike: dict[tuple[str, ...], list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    forms: dict[str, tuple[int, str]] = {}
    numbers: dict[str, int] = {}
    for position, text in enumerate(texts):
        if len(text) < SHORTEST:
            continue
        read = []
        for word in _WORD.findall(text):
            if (form := forms.get(word)) is None:
                folded = fold(word)
                number = numbers.setdefault(folded, len(numbers) + 1)
                form = forms[word] = (number, folded if _tells(word, folded) else "")
            read.append(form)
        words = tuple(number for number, _ in read)
        result[position] = first.setdefault(words, position)
        if result[position] == position:
            alike[tuple(telling for _, telling in read if telling)].append((position, words))
    groups = [group for group in alike.values() if len(group) > 1]
    for position, original in _nearly_told(groups):
        result[position] = original
    # A text that repeats word for word one that nearly repeats a third.
    return [result[original] for original in result]


def _tells(word: str, folded: str) -> bool:
    """Whether a word may tell one text from another that has the same words otherwise: a number, a name (it
    has a capital, and is more than the article that begins a sentence), a month, a negation."""
    if folded in _TELLING or any(char.isdigit() for char in word):
        return True
    if word == word.lower():
        return False
    return not is_stop_word(folded) or (len(word) > 1 and word.isupper())


def _nearly_told(groups: Sequence[Sequence[tuple[int, Sequence[int]]]]) -> Iterator[tuple[int, int]]:
    """(position of a text, position of the first that it nearly repeats), of (position, words as numbers).

    Texts of different groups are not compared. Those that resemble each other share one of the rarest of
    their shingles, of which 1 - RESEMBLANCE are looked up (prefix filtering: R. Bayardo et al., "Scaling up
    all pairs similarity search", 2007).
    """
    positions = [position for group in groups for position, _ in group]
    shingles = [_shingles(words, number) for number, group in enumerate(groups) for _, words in group]
    if not shingles:
        return
    _, inverse, counts = np.unique(np.concatenate(shingles), return_inverse=True, return_counts=True)
    ends = np.cumsum([len(own) for own in shingles])
    originals: dict[int, list[int]] = defaultdict(list)
    members: dict[int, frozenset[int]] = {}
    for text in np.argsort(positions).tolist():
        own = inverse[ends[text] - len(shingles[text]) : ends[text]]
        rarest = own[np.lexsort((own, counts[own]))][: int(len(own) * (1 - RESEMBLANCE) + 1e-9) + 1]
        rare: list[int] = rarest[counts[rarest] > 1].tolist()
        if not rare:
            continue
        mine = frozenset(own.tolist())
        shared = Counter(other for shingle in rare for other in originals[shingle])
        for other, _ in shared.most_common(CANDIDATES):
            both = len(mine & members[other])
            if both >= RESEMBLANCE * (len(mine) + len(members[other]) - both):
                yield positions[text], positions[other]
                break
        else:
            members[text] = mine
            for shingle in rare:
                if len(originals[shingle]) < CANDIDATES:
                    originals[shingle].append(text)


def _shingles(words: Sequence[int], group: int) -> Hashes:
    """The distinct shingles of a text, hashed with its group. Its edges are filled up, so that the first word
    is in as many as any other."""
    edge = [0] * (SHINGLE - 1)
    padded = np.array([*edge, *words, *edge], np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, SHINGLE)
    hashes = np.full(len(windows), group + 1, np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ windows[:, place]) * _MIX
        hashes ^= hashes >> _SHIFT
    return np.unique(hashes)
