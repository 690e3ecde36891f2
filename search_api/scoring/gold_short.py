"""The short format of gold: `title_keywords`, `*_alt`, `*_optional`; see `tests/data/reports/README.md`."""

from collections.abc import Mapping
from typing import Any

from search_api.scoring.gold import (
    PRACTICE_FIELDS,
    Accepted,
    Gold,
    GoldActor,
    GoldEvent,
    GoldPractice,
    Parts,
    Quote,
)

Item = Mapping[str, Any]

_TYPES = {
    "award": ("premio",),
    "business-round": ("rueda de negocios",),
    "conference": ("congreso", "conferencia", "jornada"),
    "course": ("curso",),
    "dialogue": ("diálogo",),
    "event-series": ("ciclo",),
    "fair": ("feria",),
    "forum": ("foro",),
    "launch": ("lanzamiento",),
    "meeting": ("encuentro", "reunión", "asamblea"),
    "mission": ("misión",),
    "observance": ("conmemoración",),
    "other": ("otro",),
    "panel": ("panel", "mesa redonda"),
    "seminar": ("seminario",),
    "summit": ("cumbre",),
    "workshop": ("taller", "taller-seminario"),
}
"""What the format calls a type of event, and the types of the contract that are it."""


def from_short(content: Item, *, name: str) -> Gold:
    """The gold of one document in the short format. Raises KeyError and TypeError where it is not."""
    practices = content.get("practices")
    return Gold(
        document=str(content.get("doc", name)),
        events=tuple(map(_event, content["events"])),
        actors=tuple(map(_actor, content["actors"])),
        practices=None if practices is None else tuple(map(_practice, practices)),
    )


def _event(item: Item) -> GoldEvent:
    optional = bool(item.get("optional"))
    starts = _values(item, "start_date")
    parts = {
        group: Parts(
            required=tuple(item.get(group, ())),
            tolerated=tuple(item.get(f"{group}_optional", ())),
            sponsors=tuple(item.get("sponsors", ())) if group == "organisers" else (),
        )
        for group in ("organisers", "participants")
    }
    themes = item.get("themes")
    return GoldEvent(
        title=" / ".join(item["title_keywords"]),
        keywords=tuple(item["title_keywords"]),
        optional=optional,
        start_dates=starts,
        cities=_values(item, "city"),
        fields={} if optional else _event_fields(item, starts),
        parts={} if optional else parts,
        themes=None
        if optional or themes is None
        else Parts(tuple(themes), tuple(item.get("themes_optional", ()))),
    )


def _event_fields(item: Item, starts: tuple[str | None, ...]) -> dict[str, Accepted]:
    """What is asked: fields that the gold has a value for. A one-day event needs no end."""
    ends = _values(item, "end_date")
    types = tuple(kind for name in _values(item, "type") if name for kind in _TYPES.get(name, (name,)))
    accepted = {
        "type": types,
        "start_date": starts,
        "year": tuple(start and start[:4] for start in starts),
        "end_date": (*ends, None) if ends[0] == starts[0] else ends,
        "city": _values(item, "city"),
        "country": _countries(item),
    }
    return {name: Accepted(values) for name, values in accepted.items() if values and values[0] is not None}


def _actor(item: Item) -> GoldActor:
    accepted = {"type": _values(item, "type"), "country": _countries(item)}
    return GoldActor(
        name=item["name"],
        names=(
            *item.get("variants", ()),
            *item.get("aliases", ()),
            *([item["acronym"]] if item.get("acronym") else []),
        ),
        optional=bool(item.get("optional")),
        fields={}
        if item.get("optional")
        else {name: Accepted(values) for name, values in accepted.items() if values[0] is not None},
    )


def _practice(item: Item) -> GoldPractice:
    events = [item.get("event"), *item.get("event_alt", ())]
    return GoldPractice(
        quotes=tuple(Quote(text) for text in (item["text"], *item.get("text_alt", ()))),
        kinds=Accepted((item["kind"], *item.get("kind_alt", ()))),
        optional=bool(item.get("optional")),
        events=tuple(None if event is None else tuple(event) for event in events),
        actors=Parts(tuple(item.get("actors", ())), tuple(item.get("actors_optional", ()))),
        themes=tuple(frozenset(themes) for themes in (item.get("themes", ()), *item.get("themes_alt", ()))),
        fields={name: tuple(Quote(text) for text in item[name]) for name in PRACTICE_FIELDS if name in item},
    )


def _values(item: Item, field: str) -> tuple[str | None, ...]:
    return (item.get(field), *item.get(f"{field}_alt", ()))


def _countries(item: Item) -> tuple[str | None, ...]:
    return (item["country_iso2"], *item.get("country_alt", ()))
