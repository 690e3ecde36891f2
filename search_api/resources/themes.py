"""Themes as models."""

from pydantic import Field

from search_api.resources.base import Counted, LabelLanguage, Ref, Resource
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary


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


class ThemeList(Resource):
    total: int
    results: tuple[ThemeSummary, ...]
