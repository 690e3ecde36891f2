"""Why a hit is where it is: the parts of its score in words."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ontology.vocabulary import themes
from search_api.search import ranking
from search_api.search.entries import IndexEntry
from search_api.search.query_names import label_in
from search_api.search.query_understanding import Interpretation
from search_api.search.query_years import years_of
from search_api.search.questions import Asked
from search_api.search.reason_words import ReasonKind, in_words
from search_api.search.results import Reason
from search_api.search.scores import Parts


def reasons(
    position: int,
    parts: Parts,
    entry: IndexEntry,
    held: Sequence[str],
    asked: Asked,
    lang: str,
) -> tuple[Reason, ...]:
    """The parts of a score in words, the heaviest first; parts that add nothing are left out. `held` are the
    words of the query that the entry has."""
    found: list[Reason] = []

    def add(kind: ReasonKind, weight: float, items: Sequence[str] = (), **more: Any) -> None:
        if weight > 0.005:
            found.append(Reason(kind, in_words(kind, lang, items=items, **more), round(weight, 3)))

    add("words", ranking.LEXICAL_WEIGHT * float(parts.words[position]), held)
    add("meaning", float(parts.dense[position]), cosine=float(parts.cosine[position]))
    if entry.event:
        add("event", float(parts.lifted.gain[position]), event=entry.event.label)
    # The themes that the query is about, and those that vote without being told as understood.
    about = [theme.slug for theme in asked.understood.themes]
    about += [theme.slug for n, theme in enumerate(themes()) if asked.strengths[n] > 1]
    own_themes = {theme.slug for theme in entry.themes}
    labels = theme_labels(lang)
    shared = [labels[slug] for slug in dict.fromkeys(about) if slug in own_themes]
    add("theme", float(parts.votes[position] + ranking.EXPANSION_WEIGHT * parts.expansion[position]), shared)
    add("named", float(parts.named[position]), _shared(entry, asked.understood, lang))
    return tuple(sorted(found, key=lambda reason: -reason.weight))


def _shared(entry: IndexEntry, understood: Interpretation, lang: str) -> list[str]:
    """The named things of the query that an entry has, in words."""
    actors = {named.key for named in understood.actors}
    roles = {actor.role for actor in entry.actors if not actors or actor.slug in actors}
    own = {
        *(("country", code) for code in entry.countries),
        *(("place", place.slug) for place in entry.places),
        *(("actor", actor.slug) for actor in entry.actors),
        *(("role", role) for role in roles),
        *(("event_type", entry.event_type), ("practice_kind", entry.practice_kind)),
    }
    first, last = entry.year_from, entry.year_to or entry.year_from
    shared = []
    for soft in understood.filters:
        named = soft.named
        if named.kind == "year" and first is not None and last is not None:
            since, until = years_of(named.key)
            fits = (since is None or last >= since) and (until is None or first <= until)
        else:
            fits = (named.kind, named.key) in own
        if fits and not soft.ignored:
            shared.append(label_in(named, lang))
    return shared


@cache
def theme_labels(lang: str) -> Mapping[str, str]:
    """The label of each theme of the vocabulary, by slug."""
    return {theme.slug: theme.label(lang) for theme in themes()}
