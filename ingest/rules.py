"""Which rules the facts of an extraction come from, and what each rule reads.

Every `Evidence` names its rule. Ids are stable: `ingest/lexicon/rules.csv` lists them with the module and
what they read; those of cues end in the row of the cue in its file ("sponsor-after-1",
"practice-methodology-7"), and "+unit" marks a role that passed from a unit to its body.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from graph.model import Actor, Event, Evidence, Extraction, Methodology, Person, Place
from ingest.lexicon import rows

_CUE = re.compile(r"(?:-\d+)?(?:\+unit)?\Z")


def rule_counts(extraction: Extraction) -> Counter[str]:
    """How many facts each rule gave; evidence that two fields of an event share counts once."""
    return Counter(evidence.rule for evidence in _evidence(extraction))


def family(rule: str) -> str:
    """The rule without the row of its cue: "sponsor-after" for "sponsor-after-1+unit"."""
    return _CUE.sub("", rule)


@cache
def documented_rules() -> Mapping[str, str]:
    """Family of rules → what it reads, from `ingest/lexicon/rules.csv`."""
    return {row["rule"]: row["reads"] for row in rows("rules.csv")}


def _evidence(extraction: Extraction) -> Iterator[Evidence]:
    for event in extraction.events:
        yield from _evidence_of_event(event)
    for practice in extraction.practices:
        yield practice.evidence
        for value in (*practice.context, *practice.conditions, *practice.results, *practice.pitfalls):
            if value.rule is not None:
                yield Evidence(value.span, value.rule, value.confidence or 0.0)
    named: list[Actor | Place | Person | Methodology] = [
        *extraction.actors,
        *extraction.places,
        *extraction.persons,
        *extraction.methodologies,
    ]
    for resource in named:
        yield from resource.mentions


def _evidence_of_event(event: Event) -> Iterator[Evidence]:
    yield from dict.fromkeys((*event.evidence, *event.fields.values()))
    for participation in event.participations:
        yield from participation.evidence
    for theme in event.themes:
        yield from theme.evidence
