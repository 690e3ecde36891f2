"""The errors of an extraction, each with the rule that made it and the sentence where it stands; worst first.

What costs most is worst: a missed event also loses its dates, places, roles and themes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import Document, Evidence, Extraction, Span
from ingest.rules import FactPath, rule_facts
from search_api.scoring.gold import Gold
from search_api.scoring.judgements import FIELDS, Judgement
from search_api.scoring.matching import gold_names
from search_api.scoring.names import keys
from search_api.scoring.quotes import find_quote, sentence_at

_KINDS = {"events": "event", "actors": "institution", "practices": "practice", "themes": "theme"}


_SILENT = frozenset({"places", "persons", "methodologies", "events.year"})
"""Figures whose errors are told by others, or whose gold is not complete."""


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """One error. `problem` is "missed", "made up" or "wrong"; `cost` the facts that are lost with it.

    `what` is the figure it counts in; `found` and `expected` are the values, where there are any; `rules`
    those that read what was found; `span` and `sentence` where it stands, as far as that is known.
    """

    document: str
    problem: str
    what: str
    item: str
    found: str | None
    expected: str | None
    cost: int
    rules: tuple[str, ...]
    span: Span | None
    sentence: str | None


def extraction_errors(
    judgements: Iterable[Judgement], gold: Gold, document: Document, extraction: Extraction
) -> list[ExtractionError]:
    """The errors among the judgements of one document, in their order."""
    judgements = list(judgements)
    silent = set(_SILENT)
    if any(judged.figure == "participations" for judged in judgements):
        silent |= {"organisers", "participants"}  # the same errors, with less said of the role
    finder = _Finder(gold, document, extraction)
    told = []
    for judged in judgements:
        if not judged.is_error or judged.figure in silent:
            continue
        evidence = [e for path in judged.facts for e in finder.evidence.get(path, ())]
        span = evidence[0].span if evidence else finder.place(judged)
        language = extraction.document.language
        told.append(
            ExtractionError(
                document=document.name,
                problem=judged.verdict,
                what=judged.figure,
                item=judged.item,
                found=judged.found,
                expected=judged.expected,
                cost=judged.cost,
                rules=tuple(dict.fromkeys(e.rule for e in evidence)),
                span=span,
                sentence=None if span is None else sentence_at(span, document.text, language=language),
            )
        )
    return told


def worst(errors: Iterable[ExtractionError], count: int) -> list[ExtractionError]:
    """The errors that cost most, those of one document in the order of its text."""
    return sorted(errors, key=lambda e: (-e.cost, e.document, e.span or Span(0, 0), e.what))[:count]


def told_in_words(error: ExtractionError) -> str:
    """An error in one line: what is wrong, with both values."""
    kind = _KINDS.get(
        error.what, error.what.replace("practices.", "practice, ").replace("events.", "event, ")
    )
    kind = kind.replace("actors.", "institution, ").replace("_", " ")
    if error.what in FIELDS:
        return f"{kind}: {error.found or 'nothing'}, expected {error.expected} — {error.item}"
    value = (error.expected if error.problem == "missed" else error.found) or error.item
    about = "" if error.what in _KINDS and error.what != "themes" else f" — {error.item}"
    return f"{kind} {error.problem}: {error.item if not about else value}{about}"


class _Finder:
    """Where facts stand in one document."""

    def __init__(self, gold: Gold, document: Document, extraction: Extraction) -> None:
        self._gold = gold
        self._text = document.text
        self.evidence: dict[FactPath, list[Evidence]] = {}
        for fact in rule_facts(extraction):
            for path in fact.paths:
                self.evidence.setdefault(path, []).append(fact.evidence)
        self._events = {event.title: event for event in extraction.events}

    def place(self, judged: Judgement) -> Span | None:
        """Where something stands that was not read: what is expected there, else the item it belongs to."""
        if judged.span is not None:
            return judged.span
        if judged.figure == "events":
            return self._first(
                word
                for event in self._gold.events
                if event.title == judged.item
                for word in sorted(event.keywords, key=len, reverse=True)
            )
        if judged.figure == "actors":
            return self._actor(judged.item)
        event = self._events.get(judged.item)
        if event is not None:
            name = (judged.expected or "").partition(" as ")[0]
            told = self._actor(name, within=event.span) if name and judged.figure != "themes" else None
            return told or event.evidence[0].span
        return find_quote(judged.item, self._text)

    def _actor(self, name: str, *, within: Span | None = None) -> Span | None:
        """Where an institution of the gold is first named."""
        wanted = keys(name)
        named = next((one for one in self._gold.actors if wanted & gold_names(one).every), None)
        if named is None:
            return find_quote(name, self._text, within=within)
        if within is None and named.span is not None:
            return named.span
        return self._first((name, named.name, *named.names), within=within)

    def _first(self, quotes: Iterable[str], *, within: Span | None = None) -> Span | None:
        found = (find_quote(quote, self._text, within=within) for quote in quotes)
        return next((span for span in found if span is not None), None)
