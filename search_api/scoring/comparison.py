"""An extraction compared with the gold of its document: a judgement of every fact that either of them has.

The extraction is what `redpyme extract --json` prints (`ingest.contract`). Facts of an event are compared
where the event was found; what a missed or made-up event would have had counts with the event alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from search_api.scoring import names
from search_api.scoring.gold import Accepted, Gold, GoldEvent, Parts
from search_api.scoring.gold_report import groups_of
from search_api.scoring.judgements import Judgement, Verdict, counted
from search_api.scoring.matching import (
    Matches,
    Named,
    found_names,
    gold_names,
    match_actors,
    match_events,
    resolved,
)
from search_api.scoring.practice_comparison import practice_judgements

Item = Mapping[str, Any]
_TWICE = " (found twice)"


def compare(gold: Gold, contract: Item) -> tuple[Judgement, ...]:
    """A judgement of each fact. Quotes of the gold's practices must have been looked up (`Gold.placed`)."""
    events, actors = list(contract["events"]), list(contract["actors"])
    found = [found_names(actor) for actor in actors]
    theirs = [gold_names(actor) for actor in gold.actors]
    judged = [
        *_actors(gold, actors, contract),
        *_events(gold.events, events, found, theirs),
        *_named(gold, contract),
    ]
    if gold.practices is not None:
        judged += practice_judgements(gold.practices, contract, found=found, theirs=theirs)
    return tuple(judged)


def counts(gold: Gold, contract: Item) -> Counter[str]:
    """The counts of one document (`judgements.figures` makes figures of them)."""
    return counts_of(compare(gold, contract), gold, contract)


def counts_of(judgements: Iterable[Judgement], gold: Gold, contract: Item) -> Counter[str]:
    """The counts of judgements that were made, and how many events and institutions were found twice."""
    told = counted(judgements)
    for what, matches in (
        ("actors", match_actors(gold.actors, contract["actors"])),
        ("events", match_events(gold.events, contract["events"])),
    ):
        told[f"{what}.duplicates"] = len(matches.duplicates)
    return told


def _actors(gold: Gold, actors: Sequence[Item], contract: Item) -> Iterator[Judgement]:
    matches = match_actors(gold.actors, actors)
    hit = {gold.actors[g].name for g in matches.pairs}
    parts = [part for event in gold.events for part in _required(event)]
    for g, one in enumerate(gold.actors):
        p = matches.pairs.get(g)
        if p is None and not one.optional:
            merged = any(other in hit for other in one.same_as)
            cost = 1 + len(one.fields) + sum(name in (one.name, *one.names) for name in parts)
            yield Judgement(
                "actors",
                "right" if merged else "missed",
                one.name,
                expected=one.name,
                cost=cost,
                span=one.span,
            )
        if p is not None:
            verdict: Verdict = "tolerated" if one.optional else "right"
            actor = actors[p]
            yield Judgement("actors", verdict, one.name, (("actors", p),), found=actor["name"])
            for field, accepted in one.fields.items():
                yield _field("actors", p, field, one.name, accepted, actor.get(field))
    roles = Counter(part["name"] for event in contract["events"] for part in event.get("actors", ()))
    for p, actor in enumerate(actors):
        if p not in matches.taken:
            cost = 1 + sum(roles[name] for name in {actor["name"], *actor.get("variants", ())})
            again = p in matches.duplicates
            verdict = "tolerated" if again and not gold.twice_is_wrong else "made up"
            item = actor["name"] + _TWICE * again
            yield Judgement("actors", verdict, item, (("actors", p),), actor["name"], cost=cost)


def _events(
    golds: Sequence[GoldEvent], events: Sequence[Item], found: Sequence[Named], theirs: Sequence[Named]
) -> Iterator[Judgement]:
    matches = match_events(golds, events)
    for g, gold in enumerate(golds):
        p = matches.pairs.get(g)
        if p is None:
            if not gold.optional:
                lost = len(gold.fields) + len(list(_required(gold)))
                yield Judgement(
                    "events", "missed", gold.title, expected=gold.title, cost=1 + lost, span=gold.span
                )
            continue
        event = events[p]
        verdict: Verdict = "tolerated" if gold.optional else "right"
        yield Judgement("events", verdict, gold.title, (("events", p),), found=event["title"])
        if gold.optional:
            continue
        for field, accepted in gold.fields.items():
            value = event.get(field)
            if field == "year":
                value = (event.get("start_date") or "")[:4] or None
            yield _field("events", p, field, event["title"], accepted, value)
        yield from _event_parts(gold, event, p, found, theirs)
        if gold.themes is not None:
            yield from _themes(gold.themes, event, p)
    yield from _made_up_events(matches, events)


def _made_up_events(matches: Matches, events: Sequence[Item]) -> Iterator[Judgement]:
    for p, event in enumerate(events):
        if p not in matches.taken:
            cost = 1 + len(event.get("actors", ())) + len(event.get("themes", ()))
            cost += sum(event.get(field) is not None for field in ("start_date", "city", "country"))
            item = event["title"] + _TWICE * (p in matches.duplicates)
            yield Judgement("events", "made up", item, (("events", p),), event["title"], cost=cost)


def _field(what: str, p: int, field: str, item: str, accepted: Accepted, value: str | None) -> Judgement:
    """A field of an item that was found."""
    if accepted.anything:
        right = True
    elif field == "city":
        right = names.key(value) in {names.key(city) for city in accepted.values}
    elif field in ("type", "status"):
        right = names.folded(value) in {names.folded(one) for one in accepted.values}
    else:
        right = accepted.takes(value)
    path = (what, p, "start_date" if field == "year" else field)
    verdict: Verdict = "right" if right else "wrong"
    return Judgement(
        f"{what}.{field}", verdict, item, () if accepted.anything else (path,), value, str(accepted)
    )


def _event_parts(
    gold: GoldEvent, event: Item, p: int, found: Sequence[Named], theirs: Sequence[Named]
) -> Iterator[Judgement]:
    """Who took part in which role: the institutions of each group once each."""
    for group, parts in gold.parts.items():
        given: dict[str, tuple[str, list[int], set[str]]] = {}
        for number, part in enumerate(event.get("actors", ())):
            if group in groups_of(part["role"]):
                same = given.setdefault(names.key(part["name"]), (part["name"], [], set()))
                same[1].append(number)
                same[2].add(part["role"])
        wanted = {number: resolved(name, theirs) for number, name in enumerate(parts.required)}
        sponsors, tolerated = (
            frozenset(chain.from_iterable(resolved(name, theirs) for name in some))
            for some in (parts.sponsors, parts.tolerated)
        )
        figure = group.partition("/")[0]
        role = group.rpartition("/")[2].removesuffix("s")
        for name, numbers, roles in given.values():
            keys = resolved(name, found)
            hit = next((number for number, one in wanted.items() if one & keys), None)
            verdict: Verdict = "made up"
            if hit is not None:
                del wanted[hit]
                verdict = "right"
            elif keys & sponsors:
                verdict = "noted" if roles == {"sponsor"} else "tolerated"
            elif keys & tolerated:
                verdict = "tolerated"
            facts = tuple(("events", p, "actors", number) for number in numbers)
            yield Judgement(figure, verdict, event["title"], facts, f"{name} as {role}")
        for number in wanted:
            told = f"{parts.required[number]} as {role}"
            yield Judgement(figure, "missed", event["title"], expected=told)


def _themes(gold: Parts, event: Item, p: int) -> Iterator[Judgement]:
    """The nine themes; a proposed one (`xt-…`) is for a curator to judge."""
    told = [theme for theme in event.get("themes", ()) if theme.startswith("th-")]
    for theme in told:
        verdict: Verdict = (
            "right" if theme in gold.required else "tolerated" if theme in gold.tolerated else "made up"
        )
        yield Judgement("themes", verdict, event["title"], (("events", p, "themes", theme),), theme)
    for theme in gold.required:
        if theme not in told:
            yield Judgement("themes", "missed", event["title"], expected=theme)


def _named(gold: Gold, contract: Item) -> Iterator[Judgement]:
    """Places, persons and methodologies, where the gold names all of them: for the rules, not a figure."""
    for kind, known in gold.named.items():
        for number, item in enumerate(contract.get(kind, ())):
            verdict: Verdict = "right" if names.keys(item["name"]) & known else "made up"
            yield Judgement(kind, verdict, item["name"], ((kind, number),), item["name"])


def _required(event: GoldEvent) -> Iterator[str]:
    """Each part that an event requires, and each theme."""
    for group in ("organisers", "participants"):
        yield from event.parts.get(group, Parts()).required
    yield from (event.themes or Parts()).required
