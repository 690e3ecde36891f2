"""What can be found, as values: passages, events, practices and actors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from graph.model import Span

Kind = Literal["passage", "event", "actor", "practice"]
MENTIONED = "mentioned"
"""The role of an actor that a passage names and whose part in the event, if there is one, is not known."""


class Ref(NamedTuple):
    """A resource that an entry points to: IRI, slug and the label shown."""

    iri: str
    slug: str
    label: str


class ActorRef(NamedTuple):
    """An actor of an entry with its role there (a slug of the role list, or "mentioned")."""

    iri: str
    slug: str
    name: str
    role: str


class ThemeRef(NamedTuple):
    """A theme of an entry; `id` is its notation (`th-…`), `slug` the end of its IRI."""

    id: str
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One thing that search can find, with all that a hit shows and filters ask.

    `text` is what is shown and embedded; `context` (title, place, year, institutions and themes of the event,
    heading) is searched with less weight. `span` counts code points of the document. `countries` are ISO
    3166-1 alpha-2, `places` cities. `unit` is the IRI of the entry that stands for this region of the
    document: practices and events share it with the passage that tells of them, whose own IRI is `passage`.
    """

    iri: str
    kind: Kind
    slug: str
    title: str
    text: str
    context: str = ""
    document: Ref | None = None
    span: Span | None = None
    page: int | None = None
    event: Ref | None = None
    themes: tuple[ThemeRef, ...] = ()
    actors: tuple[ActorRef, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[Ref, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    language: str = "es"
    practice_kind: str | None = None
    event_type: str | None = None
    unit: str = ""
    passage: str | None = None
    names: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """As JSON writes it; empty fields are left out."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "IndexEntry":
        """Read `to_dict` back from JSON."""
        values = dict(data)
        for name, kind in (("document", Ref), ("event", Ref), ("span", Span)):
            if values.get(name) is not None:
                values[name] = kind(*values[name])
        values["themes"] = tuple(ThemeRef(*theme) for theme in values.get("themes", ()))
        values["actors"] = tuple(ActorRef(*actor) for actor in values.get("actors", ()))
        values["places"] = tuple(Ref(*place) for place in values.get("places", ()))
        for name in ("countries", "names"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)
