"""The answer to a search as models: hits, facets, and how the query was understood."""

from pydantic import Field

from search_api.resources.base import LabelLanguage, Reason, Ref, Resource


class ActorInRole(Ref):
    """An institution of a result with its role there; "mentioned" where none is known."""

    role: str


class Place(Resource):
    """A place that tells what another does. `span` is half-open, in code points of the document's text."""

    document: Ref
    span: tuple[int, int]
    page: int | None = None
    url: str = Field(description="Path that opens the document at the span.")


class SearchHit(Resource):
    """A result of a search. Spans are half-open: `span` in the document, `highlights` in `text`."""

    id: str
    type: str = Field(description="passage, event, actor or practice.")
    title: str
    url: str
    similar_url: str = Field(description="Path of a search for what is like it.")
    text: str
    language: str | None = Field(default=None, description="Language of the text (BCP 47).")
    highlights: tuple[tuple[int, int], ...] = Field(default=(), description="Code points of `text` to mark.")
    score: float
    reasons: tuple[Reason, ...] = ()
    document: Ref | None = None
    span: tuple[int, int] | None = Field(default=None, description="Code points of the document's text.")
    page: int | None = None
    source_url: str | None = Field(default=None, description="Path that opens the document at the span.")
    event: Ref | None = None
    event_type: Ref | None = None
    practice_kind: Ref | None = None
    themes: tuple[Ref, ...] = ()
    actors: tuple[ActorInRole, ...] = ()
    also_in: tuple[Place, ...] = Field(
        default=(), description="Other places, in any document, that say the same or nearly: at most 20."
    )


class FacetCount(Resource):
    """How many results have a value of a facet."""

    value: str = Field(description="What to give to the parameter of the facet's name.")
    label: str
    label_language: LabelLanguage = None
    count: int


class Named(Resource):
    """Something that a query names, as a value of a filter."""

    value: str = Field(description="What to give to the filter.")
    label: str


class SoftFilter(Resource):
    """Something that a query names: it pushes in the ranking, and can be made a filter or be taken away.

    A link that would change nothing is null: that to filter by what is filtered by, that to ignore what is
    ignored, that to restore what is not.
    """

    kind: str = Field(
        description="The filter: country, place, actor, role, event_type, practice_kind, theme, year."
    )
    value: str = Field(description="As the filter takes it; years as 2007, 2005-2007, 2006-, -2007.")
    label: str
    words: str | None = Field(
        default=None, description="The words of the query that say it; null where it is only meant."
    )
    span: tuple[int, int] | None = Field(default=None, description="Code points of `text` of the query.")
    ignored: bool = Field(default=False, description="Was it taken away? It then pushes nothing.")
    applied: bool = Field(default=False, description="Do the filters already narrow to it?")
    filter_url: str | None = Field(default=None, description="Path of the search narrowed to it.")
    ignore_url: str | None = Field(default=None, description="Path of the search without it.")
    restore_url: str | None = Field(default=None, description="Path of the search with it again.")


class Meant(Named):
    """A value that may be meant, with the path of the search that has it."""

    url: str


class Note(Resource):
    """Why a filter leaves nothing: no result of the collection has its value."""

    parameter: str
    value: str
    text: str
    suggestions: tuple[Meant, ...] = Field(default=(), description="Values that may be meant.")


class Interpretation(Resource):
    """How the query was understood. None of it filters: it can be turned into filters."""

    text: str = Field(description="The query as it was searched, or the title of what results are like.")
    language: str | None = Field(
        default=None, description="Language of the query: es, pt or en; null where it has no words."
    )
    like: Ref | None = Field(default=None, description="What the results are like, where that was asked.")
    filters: tuple[SoftFilter, ...] = Field(default=(), description="All that it names, in its order.")
    corrections: dict[str, str] = Field(default={}, description="Words as typed, and as they were read.")
    countries: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()
    places: tuple[Named, ...] = ()
    roles: tuple[Named, ...] = ()
    event_types: tuple[Named, ...] = ()
    practice_kinds: tuple[Named, ...] = ()
    themes: tuple[Ref, ...] = Field(
        default=(), description="Themes that the query speaks of, likeliest first."
    )
    years: tuple[int, ...] = ()


class SearchResults(Resource):
    """The answer to a search."""

    total: int
    nothing_relevant: bool = Field(
        default=False,
        description="Whether no result is likely to answer the question; those given are the nearest.",
    )
    results: tuple[SearchHit, ...]
    facets: dict[str, tuple[FacetCount, ...]] = Field(
        default={},
        description="How many results each value of a filter would leave under the other filters.",
    )
    interpretation: Interpretation
    notes: tuple[Note, ...] = ()
