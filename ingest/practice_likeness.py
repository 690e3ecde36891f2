"""Practices that no rule reads, by the embeddings of their sentences and of the passages around them.

A logistic regression over two vectors, that of a sentence and the mean of those of its passage, says whether
it tells a practice, and of which kind. Its weights (`ingest/lexicon/practice_weights.npz`) were learned from
documents of our own by `benchmarks/train_practice_kind.py`, which also says what they are worth; they fit the
vectors of one model only. What the rules read stays as it is: only sentences beside it are added, as
`practice-likeness`, with the probability as their confidence.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from graph.model import Document, Evidence, Excerpt, Extraction, Passage, Practice, PracticeKind, Span
from ingest.cleaning import clean
from ingest.practice_labels import PracticeField
from ingest.sentences import sentences
from ingest.themes import assign_themes, of_event
from ingest.transferability import findings

RULE = "practice-likeness"
WEIGHTS = "practice_weights.npz"
LEAST = 0.9
"""Least probability of a practice that no rule reads. Of 0.7, 0.8 and 0.9 the one that cost no precision on
documents of another writer than those it was learned from (see `benchmarks/train_practice_kind.py`)."""

FEWEST = 2
"""Sentences of a passage below which it is too short to tell a practice by likeness alone."""

NONE = "none"
KINDS = (NONE, "good-practice", "success-case", "lesson-learned", "recommendation", "methodology")

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (n, d), with "query: " before each for an E5 model."""


class PassageSentence(NamedTuple):
    """A sentence of a passage (by its position), with its span in the document.

    `words` is the text of the sentence in the clean text from `start`; `sources` maps an interval of it.
    """

    passage: int
    text: str
    span: Span
    source: Callable[[int, int], Span]


class Weights(NamedTuple):
    """`of` has shape (kinds, 2d), `bias` (kinds,); `model` is the id of the encoder they fit."""

    of: NDArray[np.float32]
    bias: NDArray[np.float32]
    model: str


@cache
def weights() -> Weights:
    """The weights that come with redpyme."""
    with as_file(files("ingest") / "lexicon" / WEIGHTS) as path, np.load(path) as held:
        return Weights(held["of"], held["bias"], str(held["model"]))


def sentences_of(document: Document, passages: Sequence[Passage]) -> list[PassageSentence]:
    """The sentences of the passages, in order."""
    cleaned = clean(document)
    found = []
    for number, passage in enumerate(passages):
        first = cleaned.clean_offset(passage.span.start)
        last = cleaned.clean_offset(passage.span.end - 1) + 1
        text = cleaned.text[first:last]
        for start, end in sentences(text, passage.language or ""):

            def source(a: int, b: int, at: int = first + start) -> Span:
                return cleaned.source(at + a, at + b)

            found.append(PassageSentence(number, text[start:end], source(0, end - start), source))
    return found


def features(vectors: NDArray[np.float32], passages: Sequence[int]) -> NDArray[np.float32]:
    """Each sentence's vector and beside it the mean of those of its passage, shape (n, 2d)."""
    of = np.asarray(passages)
    around = np.empty_like(vectors)
    for passage in np.unique(of):
        around[of == passage] = vectors[of == passage].mean(axis=0)
    return np.hstack([vectors, around])


def likelihoods(rows: NDArray[np.float32], given: Weights) -> NDArray[np.float64]:
    """The probability of each of KINDS, shape (n, 6)."""
    logits = rows.astype(np.float64) @ given.of.T.astype(np.float64) + given.bias
    told = np.exp(logits - logits.max(axis=1, keepdims=True))
    probable: NDArray[np.float64] = told / told.sum(axis=1, keepdims=True)
    return probable


def with_likely_practices(extraction: Extraction, document: Document, encode: Encode) -> Extraction:
    """The extraction with the practices that only their likeness tells, in the order of the text.

    Two neighbouring sentences of one passage and kind are one practice. Settled again, nothing is added
    twice: a passage with a practice is left out.
    """
    taken = [practice.span for practice in extraction.practices]
    every = sentences_of(document, extraction.passages)
    told = [every[n] for n in unread([s.span for s in every], [s.passage for s in every], taken)]
    if not told:
        return extraction
    vectors = encode([sentence.text for sentence in told])
    likely = likelihoods(features(vectors, [sentence.passage for sentence in told]), weights())
    groups: list[list[int]] = []
    for n, sentence in enumerate(told):
        if 1 - likely[n, 0] < LEAST:
            continue
        last = groups[-1][-1] if groups else -2
        joined = last == n - 1 and told[last].passage == sentence.passage
        if joined and _kind(likely[last]) == _kind(likely[n]):
            groups[-1].append(n)
        else:
            groups.append([n])
    added = [_practice(extraction, [told[n] for n in group], likely[group]) for group in groups]
    practices = sorted((*extraction.practices, *added), key=lambda practice: practice.span)
    return replace(extraction, practices=tuple({p.id: p for p in practices}.values()))


def unread(spans: Sequence[Span], passages: Sequence[int], taken: Sequence[Span]) -> list[int]:
    """The sentences (positions) worth an embedding: of passages of two at least, without a practice so far.

    On the 2007 report these are a third of the text; with all of it encoding takes twice its time, and finds
    one practice in forty more.
    """
    length = Counter(passages)
    read = {
        passage
        for span, passage in zip(spans, passages, strict=True)
        if any(span.start < other.end and other.start < span.end for other in taken)
    }
    return [n for n, passage in enumerate(passages) if length[passage] >= FEWEST and passage not in read]


def _kind(row: NDArray[np.float64]) -> PracticeKind:
    return cast("PracticeKind", KINDS[1 + int(row[1:].argmax())])


def _practice(
    extraction: Extraction, told: Sequence[PassageSentence], likely: NDArray[np.float64]
) -> Practice:
    span = Span(told[0].span.start, told[-1].span.end)
    text = " ".join(word for sentence in told for word in sentence.text.split())
    passage = extraction.passages[told[0].passage]
    event = next((event for event in extraction.events if event.id == passage.event), None)
    themes = assign_themes([(text, 2.0, span)], rule="theme-terms-practice")
    stated = list(_stated(told, passage.language or ""))
    return Practice(
        id=f"practice-{span.start}-{span.end}",
        kind=_kind(likely[0]),
        text=text,
        span=span,
        evidence=Evidence(span, RULE, round(float(1 - likely[:, 0].max()), 3)),
        event=event.id if event else None,
        themes=themes or (of_event(event.themes) if event else ()),
        actors=tuple(
            actor.id
            for actor in extraction.actors
            if any(span.start <= m.span.start and m.span.end <= span.end for m in actor.mentions)
        ),
        context=tuple(excerpt for name, excerpt in stated if name == "context"),
        conditions=tuple(excerpt for name, excerpt in stated if name == "condition"),
        results=tuple(excerpt for name, excerpt in stated if name == "result"),
        pitfalls=tuple(excerpt for name, excerpt in stated if name == "pitfall"),
    )


def _stated(told: Sequence[PassageSentence], language: str) -> Iterator[tuple[PracticeField, Excerpt]]:
    """The fields that the sentences of a practice state."""
    for sentence in told:
        for found in findings(sentence.text, language=language):
            words = " ".join(sentence.text[found.start : found.end].split())
            where = sentence.source(found.start, found.end)
            yield found.field, Excerpt(words, where, found.rule, found.confidence)
