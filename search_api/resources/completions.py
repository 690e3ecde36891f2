"""What an editor of queries is told, as models."""

from typing import Literal

from pydantic import Field

from search_api.resources.base import Resource


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
