"""The search engine: one query in, a page of hits with their reasons, counts and what was understood out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.themes import singular
from ontology.vocabulary import themes
from search_api.embedding.encoder import Encoder
from search_api.search import ranking
from search_api.search.columns import FACETS, Filters
from search_api.search.entries import ActorRef, IndexEntry, Ref, ThemeRef
from search_api.search.highlighting import word_spans
from search_api.search.index import SearchIndex
from search_api.search.lexical import QueryTerm, analyse
from search_api.search.query_names import Names, common_names, label_in
from search_api.search.query_understanding import Interpretation, LikelyTheme, Thing, interpret
from search_api.search.query_years import years_of
from search_api.search.reason_words import ReasonKind, in_words
from search_api.search.related_words import Thesaurus
from search_api.search.relevance import is_calibrated, is_unclear
from search_api.search.vectors import SAMPLE

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

MATCH_SHARE, MATCH_COUNT = 0.02, 200
"""An entry matches by meaning when it is among the nearest 2 %, or the nearest 200 if that is more."""
MATCH_WORDS = 0.15
"""An entry matches by words when it has this share of the query's information."""
REFINED = 400
"""Candidates whose sentences are compared with the query."""
EXPANDED_THEMES, EXPANDED_LABELS = 2, 10
SHARED_THEME = 3.0
"""How far a theme of an entry stands out for what is like it: as one that a query names."""
MAX_K = 200
FACET_VALUES = 50
"""Most values told of a facet but that of years: thousands of institutions help nobody to narrow a search."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query with its filters. `lang` is the language of labels and reasons in the answer; `ignored` are
    things that the query names and that are not to push; `min_score` leaves out hits under a score (see
    `Hit.score`). With `like`, the IRI of an entry, what is like that is found, and `text` must be empty."""

    text: str
    lang: str = "es"
    filters: Filters = field(default_factory=Filters)
    ignored: frozenset[Thing] = frozenset()
    like: str | None = None
    k: int = 10
    offset: int = 0
    min_score: float | None = None


class Reason(NamedTuple):
    """Why a hit is where it is: `weight` is its part of the score, `text` says it in words."""

    kind: ReasonKind
    text: str
    weight: float


class Place(NamedTuple):
    """Where something is told: a half-open interval of code points of a document, and its page."""

    document: Ref
    span: tuple[int, int]
    page: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A result. `id` and `type` are those of the most specific thing told in this region of the document
    (practice before event before passage); `text` and `span` are the passage's. `highlights` are half-open
    intervals of `text`: the query's words or, where those did not find it, the sentence that is nearest in
    meaning. `also_in` are other places that say the same, or nearly."""

    id: str
    type: str
    slug: str
    title: str
    text: str
    highlights: tuple[tuple[int, int], ...]
    score: float
    reasons: tuple[Reason, ...]
    document: Ref | None
    span: tuple[int, int] | None
    page: int | None
    event: Ref | None
    themes: tuple[ThemeRef, ...]
    actors: tuple[ActorRef, ...]
    passage: str | None = None
    practice_kind: str | None = None
    event_type: str | None = None
    language: str = "es"
    also_in: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet with the number of results it would leave under the other filters."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """A page of results; `total` counts all of them. `nothing_relevant` is true where none is likely to
    answer (`search_api.search.relevance`): they are what is nearest."""

    total: int
    results: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    interpretation: Interpretation
    nothing_relevant: bool = False


class _Asked(NamedTuple):
    """What is searched for: its vector, its words, how it was understood, how much each theme stands out for
    it, and the entries that are the question itself."""

    query: Floats
    terms: Sequence[QueryTerm]
    understood: Interpretation
    strengths: Floats
    itself: Mask | None = None


class _Parts(NamedTuple):
    """The parts of the scores of the matching entries, one value an entry of `ids`."""

    ids: Ids
    cosine: Floats
    dense: Floats
    words: Floats
    expansion: Floats
    votes: Floats
    named: Floats
    lifted: ranking.Lift


class SearchEngine:
    """Answers queries on one open index. Threads may share it."""

    def __init__(self, index: SearchIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self.names = index.names
        self._names = Names([*common_names(), *index.names])
        self._thesaurus = Thesaurus(index.related, index.lexical, encoder)
        self._expansions = _theme_words(index.lexical.languages)
        columns = index.columns
        events = np.flatnonzero(columns.of_kind("event"))
        self._profiles = index.vectors.rows(events)
        # Even, and all of them where there are few: what tells how high a cosine is for the query.
        self._sample_profiles = self._profiles[:: max(1, -(-len(events) // SAMPLE))]
        self._profile_of = np.full(int(columns.event.max(initial=-1)) + 1, -1, np.int64)
        self._profile_of[columns.event[events]] = np.arange(len(events))
        # The document of each entry, -1 for none.
        self._documents = np.full(len(index), -1, np.int32)
        self._documents[columns.labels["document"].owners] = columns.labels["document"].values
        self._lending = columns.of_kind("passage", "practice")
        self._is_actor = columns.of_kind("actor")
        # For those that many queries are about; an array of all entries each.
        self._theme_scores = lru_cache(maxsize=16)(self._score_theme)
        slugs = {theme.slug: position for position, theme in enumerate(themes())}
        keys = columns.labels["theme"].keys
        self._theme_positions = np.array([slugs.get(key, len(slugs)) for key in keys], np.int64)

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a query.

        Raises ValueError where the text is empty or `k` or `offset` are out of range, NotFound where there is
        no entry to be like.
        """
        if not 0 < request.k <= MAX_K or request.offset < 0:
            raise ValueError(f"k must be from 1 to {MAX_K} and offset not negative")
        asked = self._like(request.like, request.lang) if request.like else self._asked(request)
        query, terms, understood, strengths, itself = asked

        masks = self._index.columns.masks(request.filters)
        shown = _all(masks, len(self._index))
        if not request.filters.types:
            shown &= self._default(understood)
        if itself is not None:
            shown &= ~itself
        # Facets ask for what each filter alone hides, so the search goes over all that any of them may show.
        wanted = self._any_but_one(masks)
        if itself is not None:
            wanted &= ~itself
        parts = self._score(query, terms, understood, strengths, wanted)
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
        held = self._index.lexical.holding(terms)
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

    def _is_unclear(self, parts: _Parts, at: Ids, understood: Interpretation) -> bool:
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
        vector: Floats = self._encoder.encode_queries([" ".join(text.split())])[0]
        return vector

    def facet_values(self, name: str) -> Mapping[str, str]:
        """The values of a facet that the index has, with their labels."""
        return self._index.columns.labels[name].label_of

    def _asked(self, request: SearchRequest) -> _Asked:
        text = " ".join(request.text.split())
        if not text:
            raise ValueError("the query is empty")
        terms = self._thesaurus.extend(self._index.lexical.interpret(text))
        query = self._encoder.encode_queries([text])[0]
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
        return _Asked(query, terms, replace(understood, corrections=corrections), strengths)

    def _like(self, iri: str, lang: str) -> _Asked:
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
        return _Asked(
            query, index.lexical.characteristic(entry.text, entry.language), understood, strengths, itself
        )

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

    def _score(
        self,
        query: Floats,
        terms: Sequence[QueryTerm],
        understood: Interpretation,
        strengths: Floats,
        wanted: Mask,
    ) -> _Parts:
        """Find what matches among `wanted` and score it."""
        index, columns = self._index, self._index.columns
        share = max(MATCH_SHARE, MATCH_COUNT / max(len(index), 1))
        background = index.vectors.background(query, share=share)
        words = index.lexical.scores(terms) / index.lexical.information(terms)
        near, near_cosine = index.vectors.above(
            query, background.floor, likely=int(share * len(index)), allowed=wanted
        )
        cosines = np.full(len(index), np.nan, np.float32)
        cosines[near] = near_cosine
        by_words = np.flatnonzero(wanted & (words >= MATCH_WORDS))
        by_words = by_words[np.isnan(cosines[by_words])]
        cosines[by_words] = index.vectors.estimates(query, by_words)
        ids = np.flatnonzero(~np.isnan(cosines))
        cosine = cosines[ids]
        dense = ranking.standardise(cosine, background.mean, background.deviation)
        expansion = self._expansion(understood)[ids]
        base = ranking.LEXICAL_WEIGHT * words[ids] + ranking.EXPANSION_WEIGHT * expansion
        refined = np.argsort(-(dense + base), kind="stable")[:REFINED]
        cosine[refined] = index.vectors.similarities(query, ids[refined])
        sentences = index.vectors.best_sentences(query, ids[refined], cosine[refined])
        dense[refined] = ranking.dense_scores(
            ranking.standardise(cosine[refined], background.mean, background.deviation),
            ranking.standardise(sentences, background.sentence_mean, background.sentence_deviation),
        )
        votes = self._votes(strengths, ids)
        named = ranking.NAMED_WEIGHT * self._named(understood)[ids]
        profiles = self._profile_scores(query, columns.event[ids])
        lifted = ranking.lift_by_event(
            dense + base + votes + named, columns.event[ids], profiles, self._lending[ids]
        )
        return _Parts(
            ids=ids,
            cosine=cosine,
            dense=dense,
            words=words[ids],
            expansion=expansion,
            votes=votes,
            named=named,
            lifted=lifted,
        )

    def _expansion(self, understood: Interpretation) -> Floats:
        """How well each entry has the words of the query's themes, the best entry 1; a word of two themes
        counts once, with the greater weight."""
        scores = np.zeros(len(self._index), np.float32)
        weights: dict[str, float] = {}
        for theme in understood.themes[:EXPANDED_THEMES]:
            weight = min(1.0, theme.strength - 2.0)
            words = self._expansions.get(theme.slug, ())
            scores += np.float32(weight) * self._theme_scores(theme.slug)
            twice = {word: -min(weight, weights[word]) for word in words if word in weights}
            if twice:
                scores += self._index.lexical.scores(twice)
            weights |= {word: max(weight, weights.get(word, 0.0)) for word in words}
        return scores / (scores.max(initial=0.0) or 1.0)

    def _score_theme(self, slug: str) -> Floats:
        """BM25 of every entry for the words of a theme."""
        return self._index.lexical.scores(dict.fromkeys(self._expansions.get(slug, ()), 1.0))

    def _votes(self, strengths: Floats, ids: Ids) -> Floats:
        """What the themes of some entries add for a query that they stand out for."""
        column = self._index.columns.labels["theme"]
        over = np.append(np.maximum(strengths - 1, 0), 0.0)
        places, owners = column.places_in(ids)
        gains = over[self._theme_positions[column.values[places]]]
        total = np.bincount(owners, weights=gains, minlength=len(ids))
        return (ranking.THEME_WEIGHT * np.minimum(total, ranking.THEME_CAP)).astype(np.float32)

    def _named(self, understood: Interpretation) -> Floats:
        """The things that the query names and each entry has, each by how few have it."""
        columns = self._index.columns
        masks = []
        for facet, named in (
            ("country", understood.countries),
            ("place", understood.places),
            ("actor", understood.actors),
            ("type", (*understood.event_types, *understood.practice_kinds)),
        ):
            if named:
                masks.append(columns.labels[facet].having(name.key for name in named))
        roles = [role.key for role in understood.roles]
        if roles and understood.actors:
            masks.append(columns.in_role((actor.key for actor in understood.actors), roles))
        elif roles:
            masks.append(columns.labels["role"].having(roles))
        in_periods = np.zeros(len(self._index), np.bool_)
        for first, last in understood.periods:
            in_periods |= columns.in_years(first, last)
        return ranking.named_information([*masks, in_periods], len(self._index))

    def _profile_scores(self, query: Floats, events: NDArray[np.int32]) -> Floats:
        """z-score of the profile of each event number, NaN where there is none."""
        result = np.full(len(events), np.nan, np.float32)
        if len(self._profiles):
            sample = self._sample_profiles @ query
            rows = np.where(events >= 0, self._profile_of[events], -1)
            having = rows >= 0
            wanted, places = np.unique(rows[having], return_inverse=True)
            scores = ranking.standardise(
                self._profiles[wanted] @ query, float(sample.mean()), float(sample.std()) or 1.0
            )
            result[having] = scores[places]
        return result

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
        parts: _Parts,
        asked: _Asked,
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
        labels = _theme_labels(lang)
        return Hit(
            id=specific.iri,
            type=specific.kind,
            slug=specific.slug,
            title=specific.title,
            text=shown.text,
            highlights=tuple((int(start), int(end)) for start, end in spans),
            score=round(float(parts.lifted.scores[best]), 4),
            reasons=_reasons(position, parts, entries[where], held(int(parts.ids[position])), asked, lang),
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


@cache
def _theme_labels(lang: str) -> Mapping[str, str]:
    """The label of each theme of the vocabulary, by slug."""
    return {theme.slug: theme.label(lang) for theme in themes()}


def _theme_words(languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Stems of the first labels of each theme in the languages of the index, by slug."""
    return {
        theme.slug: tuple(
            dict.fromkeys(
                stem
                for language in languages
                for label in theme.terms(language)[:EXPANDED_LABELS]
                for _, stem in analyse(label, language)
            )
        )
        for theme in themes()
    }


def _reasons(
    position: int,
    parts: _Parts,
    entry: IndexEntry,
    held: Sequence[str],
    asked: _Asked,
    lang: str,
) -> tuple[Reason, ...]:
    """The parts of a score in words, the heaviest first; parts that add nothing are left out. `held` are the
    words of the query that the entry has."""
    found: list[Reason] = []

    def add(kind: ReasonKind, weight: float, items: Sequence[str] = (), **more: Any) -> None:
        if weight > 0.005:
            found.append(Reason(kind, in_words(kind, lang, items=items, **more), round(weight, 3)))

    add("words", ranking.LEXICAL_WEIGHT * float(parts.words[position]), held)
    add("meaning", float(parts.dense[position]), cosine=float(parts.cosine[position]))
    if entry.event:
        add("event", float(parts.lifted.gain[position]), event=entry.event.label)
    # The themes that the query is about, and those that vote without being told as understood.
    about = [theme.slug for theme in asked.understood.themes]
    about += [theme.slug for n, theme in enumerate(themes()) if asked.strengths[n] > 1]
    own_themes = {theme.slug for theme in entry.themes}
    labels = _theme_labels(lang)
    shared = [labels[slug] for slug in dict.fromkeys(about) if slug in own_themes]
    add("theme", float(parts.votes[position] + ranking.EXPANSION_WEIGHT * parts.expansion[position]), shared)
    add("named", float(parts.named[position]), _shared(entry, asked.understood, lang))
    return tuple(sorted(found, key=lambda reason: -reason.weight))


def _shared(entry: IndexEntry, understood: Interpretation, lang: str) -> list[str]:
    """The named things of the query that an entry has, in words."""
    actors = {named.key for named in understood.actors}
    roles = {actor.role for actor in entry.actors if not actors or actor.slug in actors}
    own = {
        *(("country", code) for code in entry.countries),
        *(("place", place.slug) for place in entry.places),
        *(("actor", actor.slug) for actor in entry.actors),
        *(("role", role) for role in roles),
        *(("event_type", entry.event_type), ("practice_kind", entry.practice_kind)),
    }
    first, last = entry.year_from, entry.year_to or entry.year_from
    shared = []
    for soft in understood.filters:
        named = soft.named
        if named.kind == "year" and first is not None and last is not None:
            since, until = years_of(named.key)
            fits = (since is None or last >= since) and (until is None or first <= until)
        else:
            fits = (named.kind, named.key) in own
        if fits and not soft.ignored:
            shared.append(label_in(named, lang))
    return shared
