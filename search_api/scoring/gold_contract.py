"""The extraction contract as gold: what `redpyme extract --json` prints, put right by a person."""

from collections.abc import Mapping
from typing import Any

from graph.model import Span
from search_api.scoring import names
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
from search_api.scoring.gold_report import groups_of

Item = Mapping[str, Any]
EVENT_FIELDS = ("type", "status", "start_date", "end_date", "city", "country")


def from_contract(content: Item, *, name: str) -> Gold:
    """The gold of a corrected extraction, all of it required. Raises KeyError where it is none."""
    titles = {event.get("id"): event["title"] for event in content["events"]}
    called = {actor.get("id"): actor["name"] for actor in content["actors"]}
    practices = content.get("practices")
    return Gold(
        document=(content.get("document") or {}).get("name") or name,
        events=tuple(map(_event, content["events"])),
        actors=tuple(map(_actor, content["actors"])),
        practices=None if practices is None else tuple(_practice(p, titles, called) for p in practices),
        named={
            kind: names.keys_of(item["name"] for item in content[kind])
            for kind in ("methodologies", "places", "persons")
            if kind in content
        },
    )


def _event(item: Item) -> GoldEvent:
    groups: dict[str, list[str]] = {}
    for part in item.get("actors", ()):
        for group in groups_of(part["role"]):
            groups.setdefault(group, []).append(part["name"])
    every = [f"participations/{r}" for r in ("organiser", "host", "speaker", "instructor", "participant")]
    return GoldEvent(
        title=item["title"],
        keywords=tuple(dict.fromkeys(names.words(item["title"]))) or (item["title"],),
        start_dates=(item.get("start_date"),),
        cities=(item.get("city"),),
        fields={field: Accepted((item.get(field),)) for field in EVENT_FIELDS},
        parts={
            group: Parts(tuple(dict.fromkeys(groups.get(group, ()))))
            for group in ("organisers", "participants", *every)
        },
        themes=Parts(tuple(theme for theme in item.get("themes", ()) if theme.startswith("th-"))),
        span=_first_span(item.get("evidence")),
    )


def _actor(item: Item) -> GoldActor:
    return GoldActor(
        name=item["name"],
        names=(*item.get("acronyms", ()), *item.get("variants", ())),
        fields={field: Accepted((item.get(field),)) for field in ("type", "country")},
        span=_first_span(item.get("mentions")),
    )


def _practice(item: Item, titles: Mapping[Any, str], called: Mapping[Any, str]) -> GoldPractice:
    title = titles.get(item.get("event"))
    return GoldPractice(
        quotes=(Quote(item.get("text", ""), Span(*item["span"])),),
        kinds=Accepted((item["kind"],)),
        events=(None if title is None else tuple(names.words(title)),),
        actors=Parts(tuple(called.get(actor, actor) for actor in item.get("actors", ()))),
        themes=(frozenset(theme for theme in item.get("themes", ()) if theme.startswith("th-")),),
        fields={
            field: tuple(Quote(value["text"], Span(*value["span"])) for value in item[field])
            for field in PRACTICE_FIELDS
            if field in item
        },
    )


def _first_span(spans: Any) -> Span | None:
    return Span(*spans[0]) if spans else None
