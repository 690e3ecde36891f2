"""What is searched for: a question, or what is like an entry; its vector, its words, its themes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.themes import singular
from ontology.vocabulary import themes
from search_api.embedding.encoder import Encoder
from search_api.search.index import SearchIndex
from search_api.search.lexical import QueryTerm
from search_api.search.query_names import Names, common_names
from search_api.search.query_understanding import Interpretation, LikelyTheme, Thing, interpret
from search_api.search.related_words import Thesaurus
from search_api.search.results import SearchRequest

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SHARED_THEME = 3.0
"""How far a theme of an entry stands out for what is like it: as one that a query names."""


class Asked(NamedTuple):
    """What is searched for: its vector, its words, how it was understood, how much each theme stands out for
    it, and the entries that are the question itself."""

    query: Floats
    terms: Sequence[QueryTerm]
    understood: Interpretation
    strengths: Floats
    itself: Mask | None = None


class Questions:
    """Reads questions for one open index."""

    def __init__(self, index: SearchIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._names = Names([*common_names(), *index.names])
        self._thesaurus = Thesaurus(index.related, index.lexical, encoder)

    def vector(self, text: str) -> Floats:
        """The vector of a question, of unit length."""
        vector: Floats = self._encoder.encode_queries([_as_read(text)])[0]
        return vector

    def of(self, request: SearchRequest) -> Asked:
        """What a request asks. Raises ValueError where it says nothing, NotFound where there is no entry to
        be like."""
        if request.like:
            return self._like(request.like, request.lang)
        text = _as_read(request.text)
        if not text:
            raise ValueError("the query is empty")
        terms = self._thesaurus.extend(self._index.lexical.interpret(text))
        query = self.vector(text)
        strengths = self._index.themes.strengths(query)
        understood = interpret(text, self._names, strengths=strengths, ignored=request.ignored)
        corrections = {
            term.word: term.corrected
            for term in terms
            if term.corrected and singular(term.corrected) != singular(term.word)
        }
        for position, theme in enumerate(themes()):
            if Thing("theme", theme.slug) in request.ignored:
                strengths[position] = 0
        return Asked(query, terms, replace(understood, corrections=corrections), strengths)

    def _like(self, iri: str, lang: str) -> Asked:
        """An entry as a question: its vector, the words that tell it from others, and its themes.

        It is none of the answers itself, nor is what stands in the same region of the document or belongs to
        the same event, whose page has it all: who asks for more wants what others did.
        """
        index, columns = self._index, self._index.columns
        position = index.position(iri)
        entry = index.entries[position]
        query = index.vectors.rows(np.array([position], np.int64))[0]
        own = {theme.slug for theme in entry.themes}
        strengths = np.array([SHARED_THEME if theme.slug in own else 0 for theme in themes()], np.float32)
        itself = columns.unit == columns.unit[position]
        if columns.event[position] >= 0:
            itself |= columns.event == columns.event[position]
        understood = Interpretation(
            text=entry.title,
            language=entry.language,
            themes=tuple(
                LikelyTheme(theme.notation, theme.slug, theme.label(lang), SHARED_THEME)
                for theme in themes()
                if theme.slug in own
            ),
        )
        return Asked(
            query, index.lexical.characteristic(entry.text, entry.language), understood, strengths, itself
        )


def _as_read(text: str) -> str:
    """A question on one line, its letters with their accents as one character, as the index has them."""
    return unicodedata.normalize("NFC", " ".join(text.split()))
