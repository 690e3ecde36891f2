"""The encoder at work for reading: themes and practices by meaning, and proposed themes that are one.

Reading itself knows no encoder. Here the events of an extraction, as it comes from the processes that read,
are compared with the themes; embeddings are cached by text, so that reading again costs none.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.cache import user_cache
from graph.model import Declaration, Document, Extraction
from graph.settings import Settings
from ingest.declared_themes import settle_declarations
from ingest.practice_likeness import weights, with_likely_practices
from ingest.settled_themes import settle_themes
from ingest.theme_likeness import ThemeLikeness
from search_api.embedding.encoder import (
    EmbeddingCache,
    Encoder,
    HashingEncoder,
    encode_with_cache,
    load_encoder,
)


class Meaning:
    """Themes and practices by the meaning that an encoder knows; by words alone where it knows none."""

    def __init__(self, load: Callable[[], Encoder], cache: EmbeddingCache | None) -> None:
        """`load` gives the encoder when it is first needed."""
        self._load = load
        self.cache = cache

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder. Raises ModelError where it cannot be had."""
        return self._load()

    def settle(self, extraction: Extraction, document: Document | None = None) -> Extraction:
        """The extraction with the themes of its events settled and, given its document, the practices that no
        rule read. Raises ModelError.
        """
        if document is not None and extraction.passages and self._knows_practices:
            extraction = with_likely_practices(extraction, document, self._encode)
        if not (extraction.events or extraction.declarations) or self._likeness is None:
            return extraction
        settled = settle_themes(extraction, likeness=self._likeness)
        return replace(settled, declarations=self.settle_declarations(extraction.declarations))

    def settle_declarations(self, declared: Sequence[Declaration]) -> tuple[Declaration, ...]:
        """Offers and needs with their themes settled. Raises ModelError."""
        if not declared or self._likeness is None:
            return tuple(declared)
        return settle_declarations(declared, likeness=self._likeness)

    def alike(self, subjects: Sequence[tuple[str, str]]) -> Sequence[tuple[int, int]]:
        """The pairs of subjects, (words, language), that are one in other words. Raises ModelError."""
        return [] if len(subjects) < 2 or self._likeness is None else self._likeness.alike(subjects)

    @cached_property
    def _likeness(self) -> ThemeLikeness | None:
        encoder = self.encoder
        if isinstance(encoder, HashingEncoder):
            return None
        return ThemeLikeness(self._encode)

    @cached_property
    def _knows_practices(self) -> bool:
        """Whether the weights for practices, learned in float32, fit the vectors of the encoder."""
        return self.encoder.id.partition("+")[0] == weights().model  # in 8 bits they are near enough

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return encode_with_cache(_AsQueries(self.encoder), texts, self.cache)


def settle_by_meaning(extraction: Extraction, document: Document, settings: Settings) -> Extraction:
    """One extraction settled by the encoder of the settings. Raises ModelError."""
    with EmbeddingCache(user_cache(settings.cache)) as cache:
        meaning = Meaning(lambda: load_encoder(settings.model, cache=settings.cache), cache)
        return meaning.settle(extraction, document)


class _AsQueries:
    """An encoder whose every text is a query, as E5 wants texts that are compared with their like."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.id = f"{encoder.id}#query"
        self.dimension = encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)
