"""How far the practices read from a document agree with its annotation (`tests/data/practices/*.json`).

An annotated practice begins and ends with the words given, and quotes the text for each field; actors and
methodologies are given by name. Nothing that is not annotated may be found.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Span = tuple[int, int]
FIELDS = ("context", "conditions", "results", "pitfalls")


def differences(found: Mapping[str, Any], gold: Mapping[str, Any], text: str) -> list[str]:
    """What differs, in words; empty where everything annotated was found and nothing else.

    `found` is an extraction by the contract. Two spans are the same where they share half of the longer one.
    """
    names = {actor["id"]: actor["name"] for actor in found["actors"]}
    events = {event["id"]: event["title"] for event in found["events"]}
    wanted = [(item, span_of(item, text)) for item in gold["practices"]]
    pairs, missed, extra = paired(
        [span for _, span in wanted], [tuple(p["span"]) for p in found["practices"]]
    )
    told = [f"missed: {wanted[i][0]['starts']}" for i in missed]
    told += [f"not a practice: {found['practices'][i]['text'][:70]}" for i in extra]
    for i, j in pairs:
        item, practice = wanted[i][0], found["practices"][j]
        begins = item["starts"]
        if practice["kind"] != item["kind"]:
            told.append(f"{begins}: {practice['kind']}, expected {item['kind']}")
        event = events.get(practice["event"] or "", "")
        if item.get("event") and item["event"] not in event:
            told.append(f"{begins}: event {event!r}, expected {item['event']}")
        actors = {names[a] for a in practice["actors"]}
        told += [f"{begins}: actor {a} missed" for a in item.get("actors", []) if a not in actors]
        for field in FIELDS:
            quotes = [quote_span(q, text) for q in item.get(field, [])]
            values = [tuple(v["span"]) for v in practice[field]]
            _, gone, more = paired(quotes, values)
            told += [f"{begins}: {field} missed: {item[field][k]}" for k in gone]
            told += [f"{begins}: {field} wrong: {practice[field][k]['text']}" for k in more]
    developers = {m["name"]: [names[d] for d in m["developers"]] for m in found["methodologies"]}
    if developers != gold.get("methodologies", {}):
        told.append(f"methodologies {developers}, expected {gold.get('methodologies', {})}")
    return told


def span_of(item: Mapping[str, Any], text: str) -> Span:
    """Where an annotated practice stands."""
    start = text.index(item["starts"])
    return start, text.index(item["ends"], start) + len(item["ends"])


def quote_span(quote: str, text: str) -> Span:
    """Where a quote stands."""
    start = text.index(quote)
    return start, start + len(quote)


def paired(
    wanted: Sequence[Span], found: Iterable[Span]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs of spans that are the same, and the indices of those left over on either side."""
    left = dict(enumerate(found))
    pairs, missed = [], []
    for i, span in enumerate(wanted):
        best = max(left, key=lambda j: _shared(span, left[j]), default=None)
        if best is None or _shared(span, left[best]) < 0.5:
            missed.append(i)
        else:
            pairs.append((i, best))
            del left[best]
    return pairs, missed, sorted(left)


def _shared(a: Span, b: Span) -> float:
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / max(1, a[1] - a[0], b[1] - b[0])
