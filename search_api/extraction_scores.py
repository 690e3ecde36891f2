"""Scores of an extraction against one that a person put right, both as the extraction contract tells them.

Events stand for each other when their titles are near and their dates do not disagree; institutions when they
share a name or an acronym, without regard to case and accents. Each stands for one other at most, the nearest
first. Participations and themes are compared within events that stand for each other.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from graph.errors import ConfigurationError
from search_api.lexical import fold

#: rapidfuzz token-set ratio from which two titles are near.
NEAR_TITLES = 80.0
#: Share of the shorter text that two practices have in common to be the same.
SAME_PASSAGE = 0.5
FIELDS = ("type", "status", "start_date", "end_date", "city", "country")
Item = Mapping[str, Any]


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, from 0 to 1; 1 where there is nothing to find nor found."""

    precision: float
    recall: float
    f1: float


def read_gold(path: Path) -> dict[str, Any]:
    """An extraction in a file. Raises ConfigurationError where it is none."""
    try:
        gold = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(gold[name], list) for name in ("events", "actors", "practices")):
            raise TypeError("events, actors and practices must be lists")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path}: not an extraction as `redpyme extract --json` prints it ({error})"
        ) from error
    return dict(gold)


def scores(found: Item, gold: Item) -> dict[str, Score]:
    """Scores for events, their fields, institutions, their types, participations, themes and practices."""
    events = pair(found["events"], gold["events"], event_likeness)
    actors = pair(found["actors"], gold["actors"], actor_likeness)
    names = {fold(name): number for number, (mine, _) in enumerate(actors) for name in _names(mine)}
    names |= {fold(name): number for number, (_, theirs) in enumerate(actors) for name in _names(theirs)}

    def parts(event: Item, number: int) -> set[tuple[object, ...]]:
        who = ((names.get(fold(part["name"]), fold(part["name"])), part["role"]) for part in event["actors"])
        return {(number, *part) for part in who}

    numbers = {id(event): number for number, pair_ in enumerate(events) for event in pair_}
    return {
        "events": ratio(len(events), len(found["events"]), len(gold["events"])),
        "event fields": _agreement(
            [(mine.get(name), theirs.get(name)) for mine, theirs in events for name in FIELDS]
        ),
        "actors": ratio(len(actors), len(found["actors"]), len(gold["actors"])),
        "actor types": _agreement([(mine.get("type"), theirs.get("type")) for mine, theirs in actors]),
        "participations": _overlap(found["events"], gold["events"], numbers, parts),
        "themes": _overlap(
            found["events"],
            gold["events"],
            numbers,
            lambda event, number: {(number, theme) for theme in event.get("themes", ())},
        ),
        "practices": ratio(
            len(pair(found["practices"], gold["practices"], practice_likeness)),
            len(found["practices"]),
            len(gold["practices"]),
        ),
    }


def pair(
    found: Sequence[Item], gold: Sequence[Item], likeness: Callable[[Item, Item], float]
) -> list[tuple[Item, Item]]:
    """Pairs that stand for each other, the most alike first; a likeness of 0 is none."""
    ranked = sorted(
        ((likeness(mine, theirs), i, j) for i, mine in enumerate(found) for j, theirs in enumerate(gold)),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    used_found: set[int] = set()
    used_gold: set[int] = set()
    pairs = []
    for value, i, j in ranked:
        if value > 0 and i not in used_found and j not in used_gold:
            used_found.add(i)
            used_gold.add(j)
            pairs.append((found[i], gold[j]))
    return pairs


def event_likeness(mine: Item, theirs: Item) -> float:
    """How near two titles are, 0 where they are not or where the dates disagree."""
    from rapidfuzz import fuzz

    a, b = mine.get("start_date"), theirs.get("start_date")
    if a and b and not (a.startswith(b) or b.startswith(a)):
        return 0.0
    value = fuzz.token_set_ratio(fold(mine["title"]), fold(theirs["title"]))
    return value + (1 if a == b else 0) if value >= NEAR_TITLES else 0.0


def actor_likeness(mine: Item, theirs: Item) -> float:
    """How many names two institutions share; the same main name counts double."""
    shared = {fold(n) for n in _names(mine)} & {fold(n) for n in _names(theirs)}
    return len(shared) + (1.0 if fold(mine["name"]) == fold(theirs["name"]) else 0.0)


def practice_likeness(mine: Item, theirs: Item) -> float:
    """The share of the shorter span that two practices have in common, from one half on."""
    (a, b), (c, d) = mine["span"], theirs["span"]
    shorter = min(b - a, d - c)
    share = max(0, min(b, d) - max(a, c)) / shorter if shorter > 0 else 0.0
    return share if share >= SAME_PASSAGE else 0.0


def ratio(right: int, found: int, gold: int) -> Score:
    """Precision, recall and F1 of `right` among `found` and `gold`."""
    precision = right / found if found else float(not gold)
    recall = right / gold if gold else float(not found)
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def _agreement(pairs: Sequence[tuple[object, object]]) -> Score:
    return ratio(
        sum(a == b for a, b in pairs if a is not None and b is not None),
        sum(a is not None for a, _ in pairs),
        sum(b is not None for _, b in pairs),
    )


def _overlap(
    found: Iterable[Item],
    gold: Iterable[Item],
    numbers: Mapping[int, int],
    values: Callable[[Item, int], set[tuple[object, ...]]],
) -> Score:
    """Compare sets of values over events; an event without a counterpart has a number of its own."""
    mine = set().union(*(values(event, numbers.get(id(event), -1 - i)) for i, event in enumerate(found)))
    theirs = set().union(
        *(values(event, numbers.get(id(event), -100_000 - i)) for i, event in enumerate(gold))
    )
    return ratio(len(mine & theirs), len(mine), len(theirs))


def _names(actor: Item) -> tuple[str, ...]:
    return (actor["name"], *actor.get("acronyms", ()), *actor.get("variants", ()))
