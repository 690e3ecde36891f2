"""The domain model: what a reader makes of a document, as plain values.

`ingest` fills these types, `graph` maps them to RDF; neither needs the other. Every span is a half-open
interval of code points of `Document.text`.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Role = Literal["sponsor", "organiser", "host", "speaker", "instructor", "participant"]
Status = Literal["held", "scheduled"]
BlockKind = Literal["heading", "paragraph", "list-item", "table-row", "table-cell"]
DeclarationKind = Literal["offer", "need"]
PracticeKind = Literal["good-practice", "success-case", "lesson-learned", "recommendation", "methodology"]


class Span(NamedTuple):
    """Half-open interval of code points in the text of a document."""

    start: int
    end: int


class Page(NamedTuple):
    """One page of a paginated document; `number` is 1 for the first."""

    number: int
    start: int
    end: int


class Block(NamedTuple):
    """A piece of layout that the format states (a heading of an HTML page, a cell of a DOCX table).

    `level` is the depth of a heading (1 the highest) or the column of a table cell (0 the first), else 0.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document as received, decoded to text.

    `id` is the SHA-256 of the bytes in hexadecimal. `blocks` is empty where the format states no layout
    (plain text); segmentation then works from the text alone. For Markdown and plain text, `text` is the
    decoded file itself, with no newline translation, so that spans hold in the file the reader sees.
    `country` is the one (ISO 3166-1 alpha-2) that the locale of a page or the addresses in it say.
    """

    id: str
    name: str
    media_type: str
    text: str
    title: str | None = None
    pages: tuple[Page, ...] = ()
    blocks: tuple[Block, ...] = ()
    country: str | None = None

    def page_at(self, offset: int) -> int | None:
        """Number of the page that holds `offset`; None where there are no pages."""
        return next((page.number for page in self.pages if page.start <= offset < page.end), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement was read, by which rule, and how sure that rule is (0 to 1)."""

    span: Span
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the document quoted as the value of a statement; `text` has its line breaks mended.

    `rule` and `confidence` say what read it and how sure that is, where it is not what read the whole.
    """

    text: str
    span: Span
    rule: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """An actor (by its id in the extraction, and the name used there) in a role."""

    actor: str
    name: str
    role: Role
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ThemeAssignment:
    """A theme (`th-…`, or `xt-…` for a proposed one) with the reason for it in words."""

    theme: str
    confidence: float
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Dates are ISO 8601, or a year or year-month where the text says no more; country is ISO 3166-1 alpha-2.

    `evidence` holds the span of the announcement (title, place, date); `span` the whole part of the document
    that is about the event; `fields` the spans that single values were read from ("start_date", "city", …).
    """

    id: str
    title: str
    type: str
    status: Status
    span: Span
    evidence: tuple[Evidence, ...]
    start_date: str | None = None
    end_date: str | None = None
    city: str | None = None
    country: str | None = None
    venue: str | None = None
    part_of: str | None = None
    participations: tuple[Participation, ...] = ()
    themes: tuple[ThemeAssignment, ...] = ()
    objectives: tuple[Excerpt, ...] = ()
    outcomes: tuple[Excerpt, ...] = ()
    fields: dict[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    """An institution. `id` is unique in the extraction; `authority` names its entry in the authority file.

    `part_of` is the id of the larger body that a unit belongs to, where the text says so.
    """

    id: str
    name: str
    type: str | None
    country: str | None
    mentions: tuple[Evidence, ...]
    acronyms: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    authority: str | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A good practice, success case, lesson learned, recommendation or methodology, as told in a passage."""

    id: str
    kind: PracticeKind
    text: str
    span: Span
    evidence: Evidence
    event: str | None = None
    themes: tuple[ThemeAssignment, ...] = ()
    actors: tuple[str, ...] = ()
    context: tuple[Excerpt, ...] = ()
    conditions: tuple[Excerpt, ...] = ()
    results: tuple[Excerpt, ...] = ()
    pitfalls: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is "country", "city" or "region"; `geonames` the GeoNames id of a city."""

    id: str
    name: str
    kind: str
    country: str | None
    mentions: tuple[Evidence, ...]
    geonames: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in the text, with the position the text gives and the actor they speak for."""

    id: str
    name: str
    position: str | None
    organisation: str | None
    mentions: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Methodology:
    """A named methodology or programme that is taught, shown or applied; `developers` are actor ids."""

    id: str
    name: str
    mentions: tuple[Evidence, ...]
    developers: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an institution (`actor` is its id) says that it offers to its peers, or needs of them."""

    id: str
    kind: DeclarationKind
    actor: str
    text: str
    evidence: Evidence
    themes: tuple[ThemeAssignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search and of evidence: a paragraph or a list item with its heading.

    `text` is cleaned (joined lines, no page furniture); `span` covers it in the source.
    """

    id: str
    text: str
    span: Span
    heading: str | None = None
    event: str | None = None
    page: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What a document says of itself. `year` is the year reported on."""

    id: str
    name: str
    media_type: str
    title: str
    language: str
    reference: str | None = None
    year: int | None = None
    characters: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that was read from one document."""

    document: DocumentInfo
    passages: tuple[Passage, ...] = ()
    events: tuple[Event, ...] = ()
    actors: tuple[Actor, ...] = ()
    practices: tuple[Practice, ...] = ()
    places: tuple[Place, ...] = ()
    persons: tuple[Person, ...] = ()
    methodologies: tuple[Methodology, ...] = ()
    declarations: tuple[Declaration, ...] = ()
