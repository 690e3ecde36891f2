"""What every model of the interface is made of: links, places in documents, claims, passages, reasons.

Every `id` is the IRI of the resource in the graph, every `url` the path of its page on this server; spans
are half-open intervals of code points of the document's text.
"""

from typing import Annotated

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


class Participation(Resource):
    """An actor in a role at an event, with the claims that say so."""

    actor: Ref
    event: Ref
    role: Ref
    date: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Reason(Resource):
    """Why a result is where it is, in words, with what it rests on."""

    kind: str = Field(description="What it is about: event, theme, practice, profile, words, meaning, …")
    text: str
    links: tuple[Ref, ...] = ()
