"""The search engine: one query in, a page of hits with their reasons, counts and what was understood out."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search_api.embedding.encoder import Encoder
from search_api.search import ranking
from search_api.search.columns import FACETS, Filters
from search_api.search.highlighting import word_spans
from search_api.search.index import SearchIndex
from search_api.search.query_understanding import Interpretation
from search_api.search.questions import Asked, Questions
from search_api.search.reasons import reasons, theme_labels
from search_api.search.relevance import is_calibrated, is_unclear
from search_api.search.results import FacetCount, Hit, Place, SearchRequest, SearchResponse
from search_api.search.scores import MATCH_WORDS, Parts, Scores

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

MAX_K = 200
FACET_VALUES = 50
"""Most values told of a facet but that of years: thousands of institutions help nobody to narrow a search."""


class SearchEngine:
    """Answers queries on one open index. Threads may share it."""

    def __init__(self, index: SearchIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self.names = index.names
        self._questions = Questions(index, encoder)
        self._scores = Scores(index)
        columns = index.columns
        # The document of each entry, -1 for none.
        self._documents = np.full(len(index), -1, np.int32)
        self._documents[columns.labels["document"].owners] = columns.labels["document"].values
        self._is_actor = columns.of_kind("actor")

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a query.

        Raises ValueError where the text is empty or `k` or `offset` are out of range, NotFound where there is
        no entry to be like.
        """
        if not 0 < request.k <= MAX_K or request.offset < 0:
            raise ValueError(f"k must be from 1 to {MAX_K} and offset not negative")
        asked = self._questions.of(request)
        understood = asked.understood

        masks = self._index.columns.masks(request.filters)
        shown = _all(masks, len(self._index))
        if not request.filters.types:
            shown &= self._default(understood)
        # Facets ask for what each filter alone hides, so the search goes over all that any of them may show.
        wanted = self._any_but_one(masks)
        if asked.itself is not None:
            wanted &= ~asked.itself
        parts = self._scores.of(asked, wanted)
        good = np.ones(len(parts.ids), np.bool_)
        if request.min_score is not None:
            good = parts.lifted.scores >= request.min_score

        units = (
            self._index.columns.unit
            if not request.filters.single
            else np.arange(len(self._index), dtype=np.int32)
        )
        at = np.flatnonzero(good & shown[parts.ids])
        folded = ranking.fold_units(
            parts.lifted.scores[at],
            units[parts.ids[at]],
            documents=self._documents[parts.ids[at]],
            offset=request.offset,
            count=request.k,
        )
        held = self._index.lexical.holding(asked.terms)
        hits = tuple(
            self._hit([int(at[position]) for position in group], parts, asked, held, request.lang)
            for group in folded.groups
        )
        return SearchResponse(
            total=folded.total,
            results=hits,
            facets=self._facets(masks, parts.ids[good], understood, request.filters),
            interpretation=understood,
            nothing_relevant=not request.like and self._is_unclear(parts, at, understood),
        )

    def _is_unclear(self, parts: Parts, at: Ids, understood: Interpretation) -> bool:
        """Whether none of the results (positions in `parts`) is likely to answer."""
        if not len(at):
            return True
        if not is_calibrated(self._encoder):
            return False
        best = int(at[parts.lifted.scores[at].argmax()])
        return is_unclear(
            float(parts.lifted.scores[best]),
            float(parts.cosine[at].max()),
            asked=understood.language,
            told=self._index.entries[int(parts.ids[best])].language,
        )

    def find(self, text: str) -> str:
        """The IRI of the entry meant by an IRI, its end ("event/…") or a slug alone. Raises NotFound."""
        return self._index.find(text)

    def query_vector(self, text: str) -> Floats:
        """The vector of a question, of unit length."""
        return self._questions.vector(text)

    def typical_cosine(self, question: Floats) -> tuple[float, float]:
        """Mean and standard deviation of the cosine of the collection's passages to a question (a unit
        vector)."""
        background = self._index.vectors.background(question, share=1)
        return background.mean, background.deviation

    def facet_values(self, name: str) -> Mapping[str, str]:
        """The values of a facet that the index has, with their labels."""
        return self._index.columns.labels[name].label_of

    def _default(self, understood: Interpretation) -> Mask:
        """What a search without a filter of types shows: no actors, but the one the query is the name of."""
        mask = ~self._is_actor
        if understood.only_actor:
            named = self._index.columns.labels["actor"].having(actor.key for actor in understood.actors)
            mask |= self._is_actor & named
        return mask

    def _any_but_one(self, masks: Mapping[str, Mask]) -> Mask:
        """What any facet may count: that of types also actors, which are shown where they are asked for."""
        wanted = np.zeros(len(self._index), np.bool_)
        for name in {*masks, "type"}:
            wanted |= _all({other: mask for other, mask in masks.items() if other != name}, len(self._index))
        return wanted

    def _facets(
        self, masks: Mapping[str, Mask], matching: Ids, understood: Interpretation, filters: Filters
    ) -> dict[str, tuple[FacetCount, ...]]:
        """The facets of what matches, each as it is without the filter of its own name."""
        columns = self._index.columns
        every = np.arange(len(self._index), dtype=np.int32)
        at = {name: mask[matching] for name, mask in masks.items()}
        default = self._default(understood)[matching]
        found = {}
        for name in FACETS:
            # An institution and its role are chosen together: the column itself binds the one to the other.
            own = ("actor", "role") if name in ("actor", "role") else (name,)
            mask = _all({key: m for key, m in at.items() if key not in own}, len(matching))
            # As `search` would with a value of it chosen: what is folded, and whether actors are shown.
            single = filters.single or name in ("type", "practice_kind")
            if not (filters.types or name == "type"):
                mask &= default
            units = every if single else columns.unit
            counts = columns.facet(name, matching[mask], units, filters, most=FACET_VALUES)
            found[name] = tuple(FacetCount(*count) for count in counts)
        return found

    def _hit(
        self,
        group: list[int],
        parts: Parts,
        asked: Asked,
        held: Callable[[int], Sequence[str]],
        lang: str,
    ) -> Hit:
        """The hit of a region from the positions of its entries in `parts`, best first.

        It shows the words of the document: where only what an event is described with matched, the passage
        that tells of the event.
        """
        rows = [int(parts.ids[position]) for position in group]
        entries = [self._index.entries[row] for row in rows]
        best = group[0]
        order = {"practice": 0, "event": 1, "passage": 2, "actor": 3}
        specific = min(entries, key=lambda entry: order[entry.kind])
        where = next((n for n, entry in enumerate(entries) if entry.kind == "passage"), 0)
        shown, row, position = entries[where], rows[where], group[where]
        if shown.kind == "event" and shown.passage:
            row = self._index.position(shown.passage)
            shown = self._index.entries[row]
        spans: tuple[tuple[int, int], ...] = ()
        if parts.words[position] >= MATCH_WORDS:
            spans = tuple(word_spans(shown.text, asked.terms, shown.language))
        if not spans:
            sentence = self._index.vectors.best_sentence(asked.query, row)
            spans = (sentence,) if sentence else ((0, len(shown.text)),)
        labels = theme_labels(lang)
        return Hit(
            id=specific.iri,
            type=specific.kind,
            slug=specific.slug,
            title=specific.title,
            text=shown.text,
            highlights=tuple((int(start), int(end)) for start, end in spans),
            score=round(float(parts.lifted.scores[best]), 4),
            reasons=reasons(position, parts, entries[where], held(int(parts.ids[position])), asked, lang),
            document=shown.document,
            span=(shown.span.start, shown.span.end) if shown.span else None,
            page=shown.page,
            event=shown.event or specific.event,
            themes=tuple(theme._replace(label=labels.get(theme.slug, theme.label)) for theme in shown.themes),
            actors=shown.actors,
            passage=shown.iri if shown.kind == "passage" else None,
            practice_kind=specific.practice_kind,
            event_type=specific.event_type,
            language=shown.language,
            also_in=tuple(
                Place(other.document, (other.span.start, other.span.end), other.page)
                for other in self._index.told_again(row)
                if other.document and other.span
            ),
        )


def _all(masks: Mapping[str, Mask], size: int) -> Mask:
    result = np.ones(size, np.bool_)
    for mask in masks.values():
        result &= mask
    return result
