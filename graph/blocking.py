"""Which pairs are worth comparing: those that share something rare, found by an index instead of all pairs.

A block is all that have one key. A block that is too large says nothing of who is who and is passed over; a
pair that only such blocks hold is not found, which costs a candidate and never makes a false merge.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import TypeVar

from graph.comparison import ActorProfile
from graph.event_comparison import EventProfile

_MOST_IN_BLOCK = 60
_AFFIX = 4  # letters of a name's begin and end that a typing error elsewhere leaves alone

Profile = TypeVar("Profile", ActorProfile, EventProfile)


def candidate_pairs(
    profiles: Iterable[Profile], keys: Callable[[Profile], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """IRIs of each two profiles that share a key, in order, each pair once."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for profile in profiles:
        for key in set(keys(profile)):
            blocks[key].append(profile.iri)
    found: set[tuple[str, str]] = set()
    for members in blocks.values():
        if 1 < len(members) <= _MOST_IN_BLOCK:
            found.update(combinations(sorted(members), 2))
    yield from sorted(found)


def actor_keys(actor: ActorProfile) -> Iterator[str]:
    """The whole name, its rare words (whole, by their begin and by their end), else two general words in a
    country, and acronyms, stated or formed by initials."""
    countries = sorted(actor.countries) or [""]
    for wording in actor.wordings:
        own = [word for word in wording.words if word.kind not in ("country", "optional")]
        core = " ".join(wording.key)
        for country in countries:
            yield f"= {core} {country}"
        yield f"= {core}"
        for word in own:
            if word.kind == "name" and len(word.form) >= _AFFIX:
                yield f"^ {word.form[:_AFFIX]}"
                yield f"$ {word.form[-_AFFIX:]}"
                for country in countries:
                    yield f"^ {word.form[:_AFFIX]} {country}"
                    yield f"$ {word.form[-_AFFIX:]} {country}"
        # A name of its own finds its twin by itself; two general words are for names that have nothing else.
        general = set() if wording.distinctive else {word.key for word in own}
        for one, other in combinations(sorted(general), 2):
            for country in countries:
                yield f"+ {one} {other} {country}"
    for acronym in actor.all_acronyms:
        yield f"a {acronym}"
    for acronym in actor.initials:
        if len(acronym) <= 6:
            yield f"a {acronym}"


def event_keys(event: EventProfile) -> Iterator[str]:
    """The day with the place; a word of the title with the day, the month or the year; the edition with a
    word."""
    since, place = event.since or "", event.city or event.country or ""
    if len(since) == 10:
        yield f"d {since}"
        yield f"d {since} {place}"
    for wording in event.wordings:
        words = {word.key for word in wording.words if word.kind != "event"}
        for word in words:
            yield f"m {since[:7]} {word}"
            yield f"m {since[:4]} {word} {event.country or ''}"
            if event.edition:
                yield f"e {event.edition} {word}"
        yield f"= {' '.join(wording.key)} {since[:4]}"
        yield f"= {' '.join(wording.key)} {since[:7]} {place}"
