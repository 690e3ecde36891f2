"""Which rules the facts of an extraction come from, and what each rule reads.

Every `Evidence` names its rule. Ids are stable: `ingest/lexicon/rules.csv` lists them with the module and
what they read; those of cues end in the row of the cue in its file ("sponsor-after-1",
"practice-methodology-7"), and "+unit" marks a role that passed from a unit to its body.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from graph.model import Actor, Event, Evidence, Extraction, Methodology, Person, Place, Practice
from ingest.lexicon import rows

FactPath = tuple[str | int, ...]
"""Where the contract has a fact: ("events", 2, "start_date"), ("events", 2, "actors", 0), ("actors", 5);
themes by their id: ("events", 2, "themes", "th-tic").
"""

_CUE = re.compile(r"(?:-\d+)?(?:\+unit)?\Z")


@dataclass(frozen=True, slots=True)
class RuleFact:
    """One piece of evidence, and the values read from it: one, or fields of an event that share it."""

    evidence: Evidence
    paths: tuple[FactPath, ...]


def rule_counts(extraction: Extraction) -> Counter[str]:
    """How many facts each rule gave; evidence that two fields of an event share counts once."""
    return Counter(fact.evidence.rule for fact in rule_facts(extraction))


def family(rule: str) -> str:
    """The rule without the row of its cue: "sponsor-after" for "sponsor-after-1+unit"."""
    return _CUE.sub("", rule)


@cache
def documented_rules() -> Mapping[str, str]:
    """Family of rules → what it reads, from `ingest/lexicon/rules.csv`."""
    return {row["rule"]: row["reads"] for row in rows("rules.csv")}


def rule_facts(extraction: Extraction) -> Iterator[RuleFact]:
    """Every fact of an extraction that a rule gave, with its evidence."""
    for number, event in enumerate(extraction.events):
        yield from _facts_of_event(event, ("events", number))
    for number, practice in enumerate(extraction.practices):
        yield from _facts_of_practice(practice, ("practices", number))
    named: dict[str, Sequence[Actor | Place | Person | Methodology]] = {
        "actors": extraction.actors,
        "places": extraction.places,
        "persons": extraction.persons,
        "methodologies": extraction.methodologies,
    }
    for kind, resources in named.items():
        for number, resource in enumerate(resources):
            for evidence in resource.mentions:
                yield RuleFact(evidence, ((kind, number),))


def _facts_of_event(event: Event, path: FactPath) -> Iterator[RuleFact]:
    shared: dict[Evidence, list[FactPath]] = {evidence: [path] for evidence in event.evidence}
    for name, evidence in event.fields.items():
        shared.setdefault(evidence, []).append((*path, name))
    for evidence, paths in shared.items():
        yield RuleFact(evidence, tuple(paths))
    for number, participation in enumerate(event.participations):
        for evidence in participation.evidence:
            yield RuleFact(evidence, ((*path, "actors", number),))
    for theme in event.themes:
        for evidence in theme.evidence:
            yield RuleFact(evidence, ((*path, "themes", theme.theme),))


def _facts_of_practice(practice: Practice, path: FactPath) -> Iterator[RuleFact]:
    yield RuleFact(practice.evidence, (path,))
    for theme in practice.themes:
        for evidence in theme.evidence:
            yield RuleFact(evidence, ((*path, "themes", theme.theme),))
    for name in ("context", "conditions", "results", "pitfalls"):
        for number, value in enumerate(getattr(practice, name)):
            if value.rule is not None:
                evidence = Evidence(value.span, value.rule, value.confidence or 0.0)
                yield RuleFact(evidence, ((*path, name, number),))
