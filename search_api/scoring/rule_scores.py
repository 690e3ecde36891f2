"""How often each rule of the extraction fired, and how often it was right, by the judgements of its facts.

A fact is right when the item that it belongs to is in the gold and its value agrees; wrong when the value
does not agree or the item is made up; undecidable when the gold leaves it open: optional items, and what the
gold does not tell. Evidence that several fields share is one fact, wrong where one of them is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Literal

from graph.model import Extraction
from ingest.rules import FactPath, family, rule_facts
from search_api.scoring.judgements import Judgement

Outcome = Literal["right", "wrong", "undecidable"]

_OUTCOMES: Mapping[str, Outcome] = {
    "right": "right",
    "apt": "undecidable",  # the stretch of text is right; the judgement of its kind says more
    "made up": "wrong",
    "wrong": "wrong",
    "tolerated": "undecidable",
    "noted": "right",
}
_READS = {"start_date": "date", "end_date": "date", "city": "place", "country": "place"}
_ITEMS = {
    "events": "event",
    "actors": "mention",
    "practices": "practice",
    "places": "place name",
    "persons": "person",
    "methodologies": "methodology",
}


@dataclass(frozen=True, slots=True)
class RuleScore:
    """What became of the facts of one rule; `reads` is the kind of fact."""

    rule: str
    reads: str
    fired: int
    right: int
    wrong: int

    @property
    def undecidable(self) -> int:
        """Facts that the gold leaves open."""
        return self.fired - self.right - self.wrong

    @property
    def precision(self) -> float | None:
        """The share of right ones among those decided; None where none is."""
        decided = self.right + self.wrong
        return self.right / decided if decided else None


def rule_outcomes(
    judgements: Iterable[Judgement], extraction: Extraction
) -> Counter[tuple[str, str, Outcome]]:
    """How many facts of one document had which outcome, by (rule, kind of fact). Counters add up."""
    verdicts = _verdicts(judgements)
    asked = {path[2] for path in verdicts if len(path) > 2}
    outcomes: Counter[tuple[str, str, Outcome]] = Counter()
    for fact in rule_facts(extraction):
        told = {_outcome(path, verdicts, asked) for path in fact.paths}
        outcome: Outcome = "wrong" if "wrong" in told else "right" if "right" in told else "undecidable"
        outcomes[fact.evidence.rule, _kind(fact.paths), outcome] += 1
    return outcomes


def rule_scores(outcomes: Mapping[tuple[str, str, Outcome], int], *, by_id: bool = False) -> list[RuleScore]:
    """A score for each family of rules (or each rule), those with most errors first."""
    fired: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str, Outcome]] = Counter()
    for (rule, reads, outcome), count in outcomes.items():
        name = rule if by_id else family(rule)
        fired[name, reads] += count
        counts[name, reads, outcome] += count
    scores = [
        RuleScore(rule, reads, total, counts[rule, reads, "right"], counts[rule, reads, "wrong"])
        for (rule, reads), total in fired.items()
    ]
    return sorted(scores, key=lambda score: (-score.wrong, -score.fired, score.rule, score.reads))


def _verdicts(judgements: Iterable[Judgement]) -> dict[FactPath, Outcome]:
    """The outcome of each fact that was judged. Exact roles and kinds say more than groups and stretches."""
    found: dict[FactPath, Outcome] = {}
    ranked = sorted(judgements, key=lambda j: j.figure in {"participations", "practices.kind"})
    for judged in ranked:
        outcome = _OUTCOMES.get(judged.verdict)
        if judged.verdict == "apt" and judged.figure != "practices":
            outcome = "right"
        if outcome is not None and judged.figure != "events.year":
            found |= dict.fromkeys(judged.facts, outcome)
    return found


def _outcome(path: FactPath, verdicts: Mapping[FactPath, Outcome], asked: Set[str | int]) -> Outcome:
    """Of a fact not judged: wrong where its event is made up and the gold tells such facts, else open."""
    if path in verdicts:
        return verdicts[path]
    made_up = path[0] == "events" and verdicts.get(path[:2]) == "wrong"
    return "wrong" if made_up and len(path) > 2 and path[2] in asked else "undecidable"


def _kind(paths: tuple[FactPath, ...]) -> str:
    """What a rule reads when it gives these facts."""
    names = [str(path[2]) for path in paths if len(path) > 2 and path[2] != "title"]
    first = paths[0]
    if not names or any(len(path) == 2 for path in paths):
        return _ITEMS[str(first[0])]
    if names[0] == "actors":
        return "role"
    if names[0] == "themes":
        return "theme"
    return _READS.get(names[0], f"{_ITEMS[str(first[0])]} {names[0]}")
