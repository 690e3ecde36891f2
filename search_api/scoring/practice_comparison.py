"""Practices compared with gold, by the stretches of text that they are.

A practice of the gold is found where half of its words are in some practice of the extraction; one of the
extraction is apt where half of it is in some practice of the gold or in what the gold says of its context,
conditions, results and pitfalls. What a practice is and says is compared in pairs, one to one; its fields
again by stretches of text.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.model import Span
from ingest.rules import FactPath
from search_api.scoring.gold import PRACTICE_FIELDS, GoldPractice, Parts, Quote
from search_api.scoring.judgements import Judgement, Verdict
from search_api.scoring.matching import Named, resolved, same_title

Item = Mapping[str, Any]
_HALF = 0.5


def practice_judgements(
    golds: Sequence[GoldPractice], contract: Item, *, found: Sequence[Named], theirs: Sequence[Named]
) -> Iterator[Judgement]:
    """Judgements of the practices of an extraction; `found` and `theirs` are the names of its institutions
    and of those of the gold.
    """
    practices = list(contract.get("practices", ()))
    spans = [Span(*practice["span"]) for practice in practices]
    for gold in golds:
        if not gold.optional:
            right = any(share(span, spans) >= _HALF for span in _spans(gold.quotes))
            where = next(iter(_spans(gold.quotes)), None)
            yield Judgement(
                "practices",
                "covered" if right else "missed",
                gold.quotes[0].text,
                expected=f"{gold.kinds}",
                cost=1 + sum(bool(gold.fields.get(field)) for field in PRACTICE_FIELDS),
                span=where,
            )
    extents = [span for gold in golds for span in _extent(gold)]
    for number, (practice, span) in enumerate(zip(practices, spans, strict=True)):
        verdict: Verdict = "apt" if share(span, extents) >= _HALF else "made up"
        cost = 1 + sum(bool(practice.get(field)) for field in PRACTICE_FIELDS)
        yield Judgement(
            "practices", verdict, practice["text"], (("practices", number),), practice["kind"], cost=cost
        )
    titles = {event["id"]: event["title"] for event in contract["events"] if "id" in event}
    called = {actor["id"]: actor["name"] for actor in contract["actors"] if "id" in actor}
    for g, p in _pairs(golds, spans):
        if not golds[g].optional:
            yield from _content(golds[g], practices[p], p, titles, called, found, theirs)


def share(span: Span, others: Sequence[Span]) -> float:
    """The share of a stretch of text that others cover together."""
    covered, reached = 0, span.start
    for start, end in sorted(others):
        start, end = max(start, reached), min(end, span.end)
        if end > start:
            covered += end - start
            reached = end
    return covered / (span.end - span.start) if span.end > span.start else 0.0


def _pairs(golds: Sequence[GoldPractice], spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs (gold, found), the most alike first: by the words of the gold, then by what else is its own."""
    ranked = []
    for g, gold in enumerate(golds):
        for p, span in enumerate(spans):
            quoted = max((share(quote, [span]) for quote in _spans(gold.quotes)), default=0.0)
            if quoted >= _HALF:
                ranked.append((quoted + share(span, _extent(gold)), -g, -p))
    pairs: dict[int, int] = {}
    for _, g, p in sorted(ranked, reverse=True):
        if -g not in pairs and -p not in pairs.values():
            pairs[-g] = -p
    return sorted(pairs.items())


def _content(
    gold: GoldPractice,
    practice: Item,
    p: int,
    titles: Mapping[str, str],
    called: Mapping[str, str],
    found: Sequence[Named],
    theirs: Sequence[Named],
) -> Iterator[Judgement]:
    """What a practice that was found is, where it was told, of whom, and what it says."""
    item, path = gold.quotes[0].text, ("practices", p)
    right = gold.kinds.takes(practice["kind"])
    facts: tuple[FactPath, ...] = () if gold.kinds.anything else (path,)
    yield Judgement(
        "practices.kind", "right" if right else "wrong", item, facts, practice["kind"], str(gold.kinds)
    )
    if gold.events:
        title = titles.get(practice.get("event") or "")
        agrees = any(
            title is None if event is None else title is not None and same_title(event, title)
            for event in gold.events
        )
        expected = " or ".join(" / ".join(event) if event else "no event" for event in gold.events)
        verdict: Verdict = "right" if agrees else "wrong"
        yield Judgement("practices.event", verdict, item, ((*path, "event"),), title or "no event", expected)
    if gold.actors is not None:
        names = [called.get(actor, actor) for actor in practice.get("actors", ())]
        yield from _actors(gold.actors, names, item, p, found, theirs)
    if gold.themes:
        told = frozenset(theme for theme in practice.get("themes", ()) if theme.startswith("th-"))
        best = min(gold.themes, key=lambda themes: len(themes ^ told))
        for theme in sorted(told | best):
            verdict = "missed" if theme not in told else "right" if theme in best else "made up"
            facts = ((*path, "themes", theme),) if theme in told else ()
            yield Judgement(
                "practices.themes",
                verdict,
                item,
                facts,
                theme if theme in told else None,
                theme if theme in best else None,
            )
    for field, quotes in gold.fields.items():
        yield from _field(field, quotes, practice.get(field, ()), item, p)


def _actors(
    gold: Parts, names: Sequence[str], item: str, p: int, found: Sequence[Named], theirs: Sequence[Named]
) -> Iterator[Judgement]:
    wanted = {name: resolved(name, theirs) for name in gold.required}
    tolerated = [resolved(name, theirs) for name in gold.tolerated]
    for number, name in enumerate(names):
        keys = resolved(name, found)
        hit = next((one for one, theirs_ in wanted.items() if theirs_ & keys), None)
        if hit is not None:
            del wanted[hit]
        free = any(one & keys for one in tolerated)
        verdict: Verdict = "right" if hit is not None else "tolerated" if free else "made up"
        yield Judgement("practices.actors", verdict, item, (("practices", p, "actors", number),), name)
    for name in wanted:
        yield Judgement("practices.actors", "missed", item, expected=name)


def _field(
    field: str, quotes: Sequence[Quote], values: Sequence[Item], item: str, p: int
) -> Iterator[Judgement]:
    """One of context, conditions, results and pitfalls, by stretches of text."""
    figure = f"practices.{field}"
    theirs, ours = _spans(quotes), [Span(*value["span"]) for value in values]
    for quote in quotes:
        right = quote.span is not None and share(quote.span, ours) >= _HALF
        verdict: Verdict = "covered" if right else "missed"
        yield Judgement(figure, verdict, item, expected=quote.text, span=quote.span)
    for number, value in enumerate(values):
        verdict = "apt" if share(ours[number], theirs) >= _HALF else "made up"
        yield Judgement(figure, verdict, item, (("practices", p, field, number),), value["text"])


def _spans(quotes: Sequence[Quote]) -> list[Span]:
    return [quote.span for quote in quotes if quote.span is not None]


def _extent(gold: GoldPractice) -> list[Span]:
    """All stretches of text that belong to a practice."""
    return [*_spans(gold.quotes), *(span for quotes in gold.fields.values() for span in _spans(quotes))]
