"""What institutions declare, as a model."""

from pydantic import Field

from search_api.resources.base import Ref, Resource, Source


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
