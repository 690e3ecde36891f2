"""Who says "we" in a text, and what it says that we did at an event: "Desde la Red Norte creemos …", "In May
we hosted …".

Rules: we-organised, we-took-part and calls-above.
"""

import re
from collections import Counter

from graph.model import Role
from ingest.institution_mentions import behind
from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence
from ingest.roles import in_one_list
from ingest.tokens import fold, fold_keeping_length

_NEAR = 80  # characters behind a name within which a verb says that it is the one who speaks
_ABOVE = re.compile(r"[^.;:]{0,20}:\s*")  # what ends a line above a list of what we did
_LEAD = 40  # characters before a name that are looked at

_DID: tuple[tuple[str, Role, float, str], ...] = (
    ("we_organised", "organiser", 0.7, "we-organised"),
    ("we_took_part", "participant", 0.65, "we-took-part"),
)


def voice_of(reading: Reading) -> tuple[int, ...]:
    """The institutions (indices of their mentions) in whose name a text says "we": mostly one, or a list."""
    votes: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], tuple[int, ...]] = {}
    for sentence in reading.sentences:
        if listed := _speaking(sentence):
            names = tuple(fold(sentence.mentions[i].name) for i in listed)
            votes[names] += 1
            first.setdefault(names, tuple(sentence.first_mention + i for i in listed))
    return first[votes.most_common(1)[0][0]] if votes else _most_named(reading)


_LEAST_NAMED, _TIMES_NAMED = 3, 2
"""How often a text that says "we" must name the institution that it is of: so many times, and so many times
as often as any other (ours)."""


def _most_named(reading: Reading) -> tuple[int, ...]:
    """The institution that a text names far more often than any other."""
    long = {fold(m.acronym): fold(m.name) for m in reading.mentions if m.acronym}
    named = [long.get(fold(m.name), fold(m.name)) for m in reading.mentions]
    counts = Counter(named).most_common(2)
    if not counts or counts[0][1] < _LEAST_NAMED:
        return ()
    if len(counts) > 1 and counts[0][1] < _TIMES_NAMED * counts[1][1]:
        return ()
    return (named.index(counts[0][0]),)


def _speaking(sentence: Sentence) -> list[int]:
    """The mentions in whose name a sentence says "we"; none in most."""
    folded = fold_keeping_length(sentence.text)
    mentions = sentence.mentions
    for index, mention in enumerate(mentions):
        lead = folded[max(0, mention.start - _LEAD) : mention.start]
        together = pattern("speaks_for_several").search(folded, 0, mention.start)
        if not (together or pattern("speaks_from").search(lead) or pattern("speaks_as").search(lead)):
            continue
        listed = [index]
        while listed[-1] + 1 < len(mentions) and in_one_list(
            sentence.text[behind(mentions[listed[-1]]) : mentions[listed[-1] + 1].start]
        ):
            listed.append(listed[-1] + 1)
        rest = folded[behind(mentions[listed[-1]]) :][:_NEAR]
        if pattern("speaks_as").search(lead) or pattern("we_verb").search(rest) or _ABOVE.fullmatch(rest):
            return listed
    return []


def we_did(sentence: Sentence) -> list[tuple[Role, float, str]]:
    """What a sentence says that "we" did: a role, its confidence and the rule; nothing of quoted words."""
    folded = re.sub(
        r"[“«\"][^”»\"]*[”»\"]", lambda m: " " * len(m.group()), fold_keeping_length(sentence.text)
    )
    return [(role, weight, rule) for name, role, weight, rule in _DID if pattern(name).search(folded)]


def callers(reading: Reading) -> list[int]:
    """The institutions (indices of their mentions) above a line of a poster that is nothing but their verb:
    "CONVOCAN", "invitan al".
    """
    found: list[int] = []
    above: list[int] = []
    for unit in reading.units:
        if pattern("calls_alone").fullmatch(fold(unit.text).strip(" *_:.…")):
            found += above
        listed = [s.first_mention + i for s in unit.sentences for i in range(len(s.mentions))]
        above = listed if listed and unit.sentences[0].mentions[:1] else []
    return found
