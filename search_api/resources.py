"""What the interface says about each resource: the models of the JSON answers and of the pages.

Every `id` is the IRI of the resource in the graph, every `url` the path of its page on this server; spans
are half-open intervals of code points of the document's text.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LabelLanguage = Annotated[
    str | None,
    Field(
        description="Language of the label, where the graph has it in another than that asked for.",
        exclude_if=lambda language: language is None,
    ),
]


class Resource(BaseModel):
    """Base of all models here: values that do not change."""

    model_config = ConfigDict(frozen=True)


class Ref(Resource):
    """A link to another resource."""

    id: str = Field(description="IRI of the resource.")
    slug: str
    label: str
    label_language: LabelLanguage = None
    url: str = Field(description="Path of its page on this server.")


class CompletionTerm(Resource):
    """A class, property or function that a query may use, with how often the data has it."""

    id: str = Field(description="IRI of the term.")
    kind: Literal["class", "property", "function"]
    label: str = Field(default="", description="Its name, where the vocabulary is ours.")
    count: int = 0


class CompletionTerms(Resource):
    """What an editor of queries completes without asking again."""

    prefixes: dict[str, str]
    terms: tuple[CompletionTerm, ...]


class Source(Resource):
    """Where something is written: a span of a document, on a page where the document has pages."""

    document: Ref
    start: int
    end: int
    page: int | None = None
    url: str = Field(description="Path that opens the document at this span.")


class Evidence(Resource):
    """A claim: what was read, where, by which rule and how surely."""

    id: str = Field(description="IRI of the claim.")
    property: str = Field(description="Local name of the property that is claimed.")
    value: str = Field(description="The object of the claim: a label or a literal.")
    language: str | None = Field(default=None, description="Language of the value, where it has one.")
    subject: str = Field(description="IRI of the subject of the claim.")
    object: str = Field(description="IRI of the object, or the literal itself.")
    confidence: float | None = None
    rule: str | None = None
    reason: str | None = None
    review_status: str | None = None
    quote: str | None = Field(default=None, description="The words of the document that say so.")
    source: Source | None = None


class Passage(Resource):
    """A passage of a document."""

    id: str
    text: str
    language: str | None = None
    heading: str | None = None
    source: Source


class Counted(Resource):
    """A resource with how often it occurs."""

    resource: Ref
    count: int


class ActorSummary(Resource):
    """An institution in a list."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    acronyms: tuple[str, ...] = ()
    type: Ref | None = None
    country: Ref | None = None
    events: int = Field(default=0, description="Number of events it takes part in.")
    passages: int = Field(default=0, description="Number of passages that name it.")


class EventSummary(Resource):
    """An event in a list. Dates are ISO 8601, as precise as the source."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    type: Ref | None = None
    status: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    city: Ref | None = None
    country: Ref | None = None
    themes: tuple[Ref, ...] = ()


class PracticeSummary(Resource):
    """A good practice, success case, lesson learned, recommendation or methodology in a list."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    kind: Ref | None = None
    text: str = ""
    language: str | None = Field(default=None, description="Language of the text.")
    event: Ref | None = None
    themes: tuple[Ref, ...] = ()
    actors: tuple[Ref, ...] = ()
    source: Source | None = None


class ThemeSummary(Resource):
    """A theme in a list; its counts include those of narrower themes."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    notation: str | None = None
    status: str | None = None
    definition: str | None = None
    broader: tuple[Ref, ...] = ()
    events: int = 0
    practices: int = 0


class DocumentSummary(Resource):
    """A document in a list. `year` is the year it reports on."""

    id: str
    slug: str
    url: str
    label: str
    label_language: LabelLanguage = None
    language: str | None = None
    reference: str | None = None
    year: int | None = None
    file_name: str | None = None
    format: str | None = None
    events: int = 0
    passages: int = 0


class Participation(Resource):
    """An actor in a role at an event, with the claims that say so."""

    actor: Ref
    event: Ref
    role: Ref
    date: str | None = None
    evidence: tuple[Evidence, ...] = ()


class ActorDetail(ActorSummary):
    """Everything the graph says of an institution."""

    names: tuple[str, ...] = Field(default=(), description="Other names and translations.")
    authority: bool = Field(default=False, description="Is it an entry of the authority file?")
    part_of: tuple[Ref, ...] = ()
    units: tuple[Ref, ...] = ()
    same_as: tuple[str, ...] = ()
    participations: tuple[Participation, ...] = ()
    themes: tuple[Counted, ...] = ()
    practices: tuple[PracticeSummary, ...] = ()
    methodologies: tuple[Ref, ...] = ()
    mentions_total: int = 0
    mentions: tuple[Passage, ...] = Field(default=(), description="The first passages that name it.")
    profile: "ActorProfile | None" = None
    offers: "tuple[Declaration, ...]" = Field(default=(), description="What it declares that it offers.")
    seeks: "tuple[Declaration, ...]" = Field(default=(), description="What it declares that it seeks.")


class RoleYear(Resource):
    """In how many events of a year an institution had a role."""

    role: Ref
    year: int
    events: int


class ThemeStrength(Resource):
    """What an institution did in a theme: events in which it was active, events that it only attended, and
    practices that name it. `strength` is from 0 to 1, by how much it did there and by its share."""

    theme: Ref
    active: int
    attended: int
    practices: int
    strength: float


class ActorProfile(Resource):
    """What the deeds of an institution add up to."""

    roles: tuple[RoleYear, ...] = Field(
        default=(), description="Roles over the years, of events with a date."
    )
    themes: tuple[ThemeStrength, ...] = Field(default=(), description="Its themes, the strongest first.")
    partners: tuple[Counted, ...] = Field(
        default=(), description="With whom it was in most events; small events count more."
    )
    countries: tuple[Counted, ...] = Field(default=(), description="Where its events were.")
    documents: tuple[Ref, ...] = Field(default=(), description="The documents that tell of its deeds.")


class EventDetail(EventSummary):
    """Everything the graph says of an event."""

    venue: str | None = None
    part_of: tuple[Ref, ...] = ()
    parts: tuple[Ref, ...] = ()
    objectives: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    participations: tuple[Participation, ...] = ()
    practices: tuple[PracticeSummary, ...] = ()
    methodologies: tuple[Ref, ...] = ()
    evidence: tuple[Evidence, ...] = Field(
        (), description="The claims about its title, dates, place, themes."
    )
    passages: tuple[Passage, ...] = ()


class PracticeDetail(PracticeSummary):
    """Everything the graph says of a practice."""

    context: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    passages: tuple[Passage, ...] = ()


class Label(Resource):
    """A name in a language (BCP 47; None where the graph does not say)."""

    text: str
    language: str | None = None
    preferred: bool = False


class ThemeDetail(ThemeSummary):
    """Everything the graph says of a theme."""

    labels: tuple[Label, ...] = ()
    definitions: tuple[Label, ...] = ()
    narrower: tuple[Ref, ...] = ()
    related: tuple[Ref, ...] = ()
    close_matches: tuple[str, ...] = ()
    event_list: tuple[EventSummary, ...] = ()
    practice_list: tuple[PracticeSummary, ...] = ()
    actors: tuple[Counted, ...] = Field(
        (), description="Who takes part in its events, the most active first."
    )


class DocumentDetail(DocumentSummary):
    """A document with what was read from it, without its text."""

    sha256: str | None = None
    event_list: tuple[EventSummary, ...] = ()
    actors: tuple[Counted, ...] = Field(
        (), description="Institutions with the number of passages naming them."
    )
    practice_list: tuple[PracticeSummary, ...] = ()


class Mention(Resource):
    """A resource named at a span of a document."""

    resource: Ref
    kind: str
    start: int
    end: int


class ActorList(Resource):
    total: int
    results: tuple[ActorSummary, ...]


class EventList(Resource):
    total: int
    results: tuple[EventSummary, ...]


class PracticeList(Resource):
    total: int
    results: tuple[PracticeSummary, ...]


class ThemeList(Resource):
    total: int
    results: tuple[ThemeSummary, ...]


class DocumentList(Resource):
    total: int
    results: tuple[DocumentSummary, ...]


class Health(Resource):
    """What the server serves. `ready` says whether it can search; lists and SPARQL answer before that."""

    status: str = Field(description="ok, loading, failed or no-snapshot.")
    ready: bool
    snapshot: int | None = None
    created: str | None = Field(default=None, description="When the snapshot was published (ISO 8601, UTC).")
    documents: int = 0
    model: str | None = Field(default=None, description="Embedding model of the index.")
    software: str | None = None
    problem: str | None = Field(default=None, description="Why it is not ready, where that is known.")


class Reason(Resource):
    """Why a result is where it is, in words, with what it rests on."""

    kind: str = Field(description="What it is about: event, theme, practice, profile, words, meaning, …")
    text: str
    links: tuple[Ref, ...] = ()


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


class Suggestion(Named):
    """A value that may be meant, with the path of the search that has it."""

    url: str


class Note(Resource):
    """Why a filter leaves nothing: no result of the collection has its value."""

    parameter: str
    value: str
    text: str
    suggestions: tuple[Suggestion, ...] = Field(default=(), description="Values that may be meant.")


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


class Declaration(Resource):
    """What an institution declares that it offers to its peers, or seeks among them, with who said it."""

    id: str = Field(description="IRI of the declaration.")
    kind: str = Field(description="offer or need.")
    text: str
    themes: tuple[Ref, ...] = ()
    actor: Ref
    by: tuple[str, ...] = Field(default=(), description="Members who declared it.")
    at: str | None = Field(default=None, description="When a member last declared it, ISO 8601.")
    decisions: tuple[str, ...] = Field(default=(), description="IRIs of their decisions in the log.")
    sources: tuple[Source, ...] = Field(default=(), description="Directories that tell it.")
    url: str


class PeerReason(Reason):
    """Why an institution is a peer; `weight` is its part of the score, `sources` is where that is written.

    `declared` is what was declared and not done: theirs, then ours.
    """

    lens: str = Field(description="alike, connected, complementary or counterpart.")
    weight: float
    sources: tuple[Source, ...] = ()
    declared: tuple[Declaration, ...] = ()


class PeerEvidence(Resource):
    """What the reasons of a peer rest on."""

    deeds: int = Field(description="Events that the reasons tell of, and practices of none of them.")
    documents: int = Field(description="Documents that tell of them.")
    declared: int = Field(default=0, description="Offers and needs that are declared, beside them.")
    small: bool = Field(description="One event, or one document, says it all.")


class Peer(ActorSummary):
    """An institution worth a call, with its score (0 to 1) and why."""

    score: float
    lenses: dict[str, float] = Field(description="Value of each lens from 0 to 1, before its weight.")
    reasons: tuple[PeerReason, ...]
    evidence: PeerEvidence


class PeerList(Resource):
    """The peers of an institution, the nearest first."""

    total: int
    results: tuple[Peer, ...]
    weights: dict[str, float] = Field(description="Weight of each lens; together 1.")
    note: str | None = Field(default=None, description="Why there are no peers, where there are none.")


class SoughtPassage(Resource):
    """A passage that speaks for an institution, and the role in which it does: "mentioned" where none is
    known."""

    text: str
    language: str | None = Field(default=None, description="Language of the text (BCP 47).")
    highlights: tuple[tuple[int, int], ...] = Field(default=(), description="Code points of `text` to mark.")
    role: str
    named: bool = Field(description="Does the passage itself name the institution?")
    event: Ref | None = None
    themes: tuple[Ref, ...] = ()
    source: Source | None = None


class Sought(ActorSummary):
    """An institution that may have what is sought, with its score (0 to 1), why, and where it is written."""

    score: float
    reasons: tuple[Reason, ...]
    evidence: tuple[SoughtPassage, ...]
    offers: tuple[Declaration, ...] = Field(
        default=(), description="What it declares that it offers, near to what is sought: said, not shown."
    )


class SoughtList(Resource):
    """Institutions that may have what is sought, the likeliest first."""

    total: int
    results: tuple[Sought, ...]
    note: str | None = Field(
        default=None, description="Why there are none, or that the passages found do not clearly answer."
    )


class Entrance(Resource):
    """What this server has, and where."""

    snapshot: int
    counts: dict[str, int]
    links: dict[str, str]
