"""Practices as models: good practices, success cases, lessons, recommendations, methodologies."""

from pydantic import Field

from search_api.resources.base import Evidence, LabelLanguage, Passage, Ref, Resource, Source


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


class PracticeDetail(PracticeSummary):
    """Everything the graph says of a practice."""

    context: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    passages: tuple[Passage, ...] = ()


class PracticeList(Resource):
    total: int
    results: tuple[PracticeSummary, ...]
