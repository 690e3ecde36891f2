"""The format of the 2007 report's annotation: institutions by id, exact roles, spans (see its `_about`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.model import Span
from search_api.scoring import names
from search_api.scoring.gold import (
    ORGANISERS,
    Accepted,
    Gold,
    GoldActor,
    GoldEvent,
    GoldPractice,
    Parts,
    Quote,
)

Item = Mapping[str, Any]
_KINDS = {
    "successful-case": ("success-case",),
    "lesson-pointer": ("lesson-learned", "success-case", "good-practice"),
}
"""Kinds that the contract calls otherwise. A "lesson-pointer" says that cases and lessons were told, a
"pointer" that there is something to learn: not of which kind.
"""
_NAMED = ("methodologies", "places", "persons")


def from_report(content: Item, *, name: str) -> Gold:
    """The gold of a report. Raises KeyError and TypeError where it is none.

    Its sub- and context events are optional. So are, as institutions, its places, persons and methodologies:
    to take one for an institution is not punished. Nor is it to tell a body and its unit apart or not.
    """
    actors = {actor["id"]: actor for actor in content["actors"]}
    context = [*content.get("sub_events", ()), *content.get("context_events", ())]
    others = [item for kind in _NAMED for item in content.get(kind, ())]
    return Gold(
        document=content.get("document", {}).get("source_file", name).rpartition("/")[2],
        events=(
            *(_event(event, actors) for event in content["events"]),
            *(_context(event) for event in context if event.get("title") or event.get("name")),
        ),
        actors=(
            *(_actor(actor, actors) for actor in actors.values()),
            *(
                GoldActor(other["name"], tuple(other.get("surface_variants", ())), optional=True)
                for other in others
            ),
        ),
        practices=tuple(map(_practice, content["lessons_practices"])),
        named={
            kind: names.keys_of(n for item in content[kind] for n in _names(item))
            for kind in _NAMED
            if kind in content
        },
        twice_is_wrong=False,
    )


def _event(item: Item, actors: Mapping[str, Item]) -> GoldEvent:
    city, country = item.get("city") or {}, item.get("country") or {}
    fields = {
        "type": (item["type"], *item.get("type_acceptable", ())),
        "status": (item["status"], *item.get("status_acceptable", ())),
        "start_date": (item["start_date"],),
        "end_date": (item["end_date"],),
        "city": (city.get("name"),),
        "country": (country.get("iso"),),
    }
    themes = item.get("themes") or ()
    return GoldEvent(
        title=item["title"],
        keywords=tuple(dict.fromkeys(names.words(item["title"]))),
        start_dates=(item["start_date"],),
        cities=(city.get("name"),),
        fields={name: Accepted(values) for name, values in fields.items()},
        parts=_parts(item["actors"], actors),
        themes=Parts(
            tuple(t["theme"] for t in themes if t.get("weight") == "core"),
            tuple(t["theme"] for t in themes if t.get("weight") != "core"),
        ),
        span=_span(item.get("title_span")),
    )


def _parts(told: Iterable[Item], actors: Mapping[str, Item]) -> dict[str, Parts]:
    """Who took part, by both groupings; a part that may be merged into another need not be found."""
    required: dict[str, list[str]] = {"organisers": [], "participants": []}
    tolerated: dict[str, list[str]] = {"organisers": [], "participants": []}
    for role in ("organiser", "host", "speaker", "instructor", "participant"):
        required[f"participations/{role}"], tolerated[f"participations/{role}"] = [], []
    for part in told:
        if not part["actor"] or part["role"] == "attendee-group":
            continue
        actor = actors[part["actor"]]
        free = part.get("optional") or actor.get("merge_acceptable_with")
        for group in groups_of(part["role"]):
            (tolerated if free else required).setdefault(group, []).append(actor["name"])
    return {
        group: Parts(tuple(dict.fromkeys(required.get(group, ()))), tuple(tolerated.get(group, ())))
        for group in dict.fromkeys((*required, *tolerated))
    }


def groups_of(role: str) -> tuple[str, str]:
    """The groups that a role belongs to; a sponsor and an organiser are as good as each other."""
    return (
        "organisers" if role in ORGANISERS else "participants",
        f"participations/{'organiser' if role == 'sponsor' else role}",
    )


def _context(item: Item) -> GoldEvent:
    title = item.get("title") or item["name"]
    return GoldEvent(
        title=title,
        keywords=tuple(dict.fromkeys(names.words(title))),
        optional=True,
        start_dates=(item.get("start_date"), *item.get("start_date_acceptable", ())),
    )


def _actor(item: Item, actors: Mapping[str, Item]) -> GoldActor:
    country = item.get("country")
    return GoldActor(
        name=item["name"],
        names=tuple(_names(item)),
        optional=bool(item.get("optional")),
        fields={
            "type": Accepted((item["type"], *item.get("type_acceptable", ()))),
            "country": Accepted((country, *item.get("country_acceptable", ())), anything=country is None),
        },
        same_as=tuple(actors[other]["name"] for other in item.get("merge_acceptable_with", ())),
        span=_span(item["mentions"][0]) if item.get("mentions") else None,
    )


def _practice(item: Item) -> GoldPractice:
    return GoldPractice(
        quotes=(Quote(item["text"], Span(*item["span"])),),
        kinds=Accepted(_KINDS.get(item["kind"], (item["kind"],)), anything=item["kind"] == "pointer"),
        optional=bool(item.get("optional")),
    )


def _names(item: Item) -> list[str]:
    return [item["name"], *item.get("acronyms", ()), *item.get("surface_variants", ())]


def _span(item: Item | None) -> Span | None:
    return Span(*item["span"]) if item else None
