"""Institutions as models: in lists, with all that is known, and what their deeds add up to."""

from pydantic import Field

from search_api.resources.base import Counted, LabelLanguage, Participation, Passage, Ref, Resource
from search_api.resources.declarations import Declaration
from search_api.resources.practices import PracticeSummary


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
    offers: tuple[Declaration, ...] = Field(default=(), description="What it declares that it offers.")
    seeks: tuple[Declaration, ...] = Field(default=(), description="What it declares that it seeks.")


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


class ActorList(Resource):
    total: int
    results: tuple[ActorSummary, ...]
