"""What a search is asked and what it answers, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from search_api.search.columns import Filters
from search_api.search.entries import ActorRef, Ref, ThemeRef
from search_api.search.query_understanding import Interpretation, Thing
from search_api.search.reason_words import ReasonKind


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
