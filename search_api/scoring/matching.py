"""Which events and institutions of an extraction are those of the gold: one to one, the best first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search_api.scoring import names
from search_api.scoring.gold import GoldActor, GoldEvent

Item = Mapping[str, Any]
Rank = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs (gold, found) of indices, and those found once more: they could be one that is taken."""

    pairs: dict[int, int] = field(default_factory=dict)
    duplicates: frozenset[int] = frozenset()

    @property
    def taken(self) -> frozenset[int]:
        """The found ones that stand for one of the gold."""
        return frozenset(self.pairs.values())


@dataclass(frozen=True, slots=True)
class Named:
    """The keys of an institution's main name, and of all its names."""

    main: frozenset[str]
    every: frozenset[str]


def found_names(actor: Item) -> Named:
    """The names of an institution of the contract."""
    main = names.keys(actor["name"])
    return Named(main, main | names.keys_of((*actor.get("acronyms", ()), *actor.get("variants", ()))))


def gold_names(actor: GoldActor) -> Named:
    """The names of an institution of the gold."""
    main = names.keys(actor.name)
    return Named(main, main | names.keys_of(actor.names))


def resolved(name: str, among: Iterable[Named]) -> frozenset[str]:
    """All keys of the institution with this name, by its main name first, else those of the name itself."""
    keys, among = names.keys(name), tuple(among)
    for one in among:
        if keys & one.main:
            return keys | one.every
    for one in among:
        if keys & one.every:
            return keys | one.every
    return keys


def match_actors(golds: Sequence[GoldActor], found: Sequence[Item]) -> Matches:
    """Any name in common matches; the main names weigh most."""
    theirs = [gold_names(gold) for gold in golds]
    ours = [found_names(actor) for actor in found]
    ranks = {}
    for g, gold in enumerate(theirs):
        for p, one in enumerate(ours):
            if shared := gold.every & one.every:
                near = 2 if gold.main & one.main else 1 if gold.every & one.main else 0
                ranks[g, p] = (near, not golds[g].optional, len(shared))
    return _best(ranks)


def match_events(golds: Sequence[GoldEvent], found: Sequence[Item]) -> Matches:
    """Each event of the gold with the one that is most like it (`event_rank`)."""
    titles = [names.title_words(event["title"]) for event in found]
    ranks = {}
    for g, gold in enumerate(golds):
        sought = _Sought.of(gold)
        for p, event in enumerate(found):
            if (rank := sought.rank(event, titles[p])) is not None:
                ranks[g, p] = rank
    return _best(ranks)


def event_rank(gold: GoldEvent, event: Item) -> Rank | None:
    """How like an event is to one of the gold; None where it is not.

    Half of the title's keywords match; so do, for a required event, the same date and city. Two years keep
    editions of a series apart, where the title does not match in full.
    """
    return _Sought.of(gold).rank(event, names.title_words(event["title"]))


@dataclass(frozen=True, slots=True)
class _Sought:
    """An event of the gold with its words folded once for all comparisons."""

    gold: GoldEvent
    keywords: tuple[list[str], ...]
    cities: frozenset[str]
    years: frozenset[str]

    @classmethod
    def of(cls, gold: GoldEvent) -> "_Sought":
        return cls(
            gold,
            tuple(names.title_words(keyword) for keyword in gold.keywords),
            frozenset(names.key(city) for city in gold.cities if city),
            frozenset(date[:4] for date in gold.start_dates if date),
        )

    def rank(self, event: Item, title: list[str]) -> Rank | None:
        overlap = sum(names.contains(words, title) for words in self.keywords) / len(self.keywords)
        date, city = event.get("start_date"), names.key(event.get("city"))
        dated = any(_same_date(accepted, date) for accepted in self.gold.start_dates)
        placed = bool(city) and city in self.cities
        clash = bool(self.years) and date is not None and date[:4] not in self.years
        by_title = overlap >= 0.5 and not (clash and overlap < 1)
        if not by_title and (self.gold.optional or not (dated and placed)):
            return None
        close = overlap + 0.5 * (dated and date is not None) + 0.25 * placed - 0.5 * clash
        return by_title, close, not self.gold.optional


def same_title(keywords: Sequence[str], title: str) -> bool:
    """Whether a title has half of the keywords."""
    words = names.title_words(title)
    return 2 * sum(names.contains(names.title_words(keyword), words) for keyword in keywords) >= len(keywords)


def _same_date(accepted: str | None, date: str | None) -> bool:
    if accepted is None or date is None:
        return accepted is date
    return accepted.startswith(date) or date.startswith(accepted)


def _best(ranks: Mapping[tuple[int, int], Rank]) -> Matches:
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for g, p in sorted(ranks, key=lambda pair: (tuple(-value for value in ranks[pair]), pair)):
        if g not in pairs and p not in taken:
            pairs[g] = p
            taken.add(p)
    return Matches(pairs, frozenset(p for _, p in ranks if p not in taken))
