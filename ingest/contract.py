"""The extraction contract: what `redpyme extract --json` prints, and other people's scripts read."""

from typing import Any

from graph.model import Evidence, Excerpt, Extraction, Span
from graph.proposed_themes import ProposedTheme


def to_contract(extraction: Extraction) -> dict[str, Any]:
    """The extraction as plain JSON values; spans are [start, end) in code points of the decoded text."""
    info = extraction.document
    return {
        "document": {
            "title": info.title,
            "language": info.language,
            "reference": info.reference,
            "year": info.year,
            "name": info.name,
            "sha256": info.id,
        },
        "events": [
            {
                "id": event.id,
                "title": event.title,
                "type": event.type,
                "status": event.status,
                "start_date": event.start_date,
                "end_date": event.end_date,
                "city": event.city,
                "country": event.country,
                "venue": event.venue,
                "part_of": event.part_of,
                "actors": [
                    {
                        "name": p.name,
                        "role": p.role,
                        "actor": p.actor,
                        "evidence": _spans(p.evidence),
                        "confidence": max(e.confidence for e in p.evidence),
                        "rule": p.evidence[0].rule,
                    }
                    for p in event.participations
                ],
                "themes": [t.theme for t in event.themes if not isinstance(t, ProposedTheme)],
                "theme_reasons": {
                    t.theme: {"confidence": t.confidence, "reason": t.reason} for t in event.themes
                },
                "proposed_themes": [
                    {
                        "theme": t.theme,
                        "label": t.label,
                        "language": t.language,
                        "evidence": _spans(t.evidence),
                    }
                    for t in event.themes
                    if isinstance(t, ProposedTheme)
                ],
                "objectives": [_excerpt(e) for e in event.objectives],
                "outcomes": [_excerpt(e) for e in event.outcomes],
                "evidence": _spans(event.evidence),
                "span": list(event.span),
            }
            for event in extraction.events
        ],
        "actors": [
            {
                "id": actor.id,
                "name": actor.name,
                "acronyms": list(actor.acronyms),
                "variants": list(actor.variants),
                "type": actor.type or "unknown",
                "country": actor.country,
                "part_of": actor.part_of,
                "authority": actor.authority,
                "mentions": _spans(actor.mentions),
            }
            for actor in extraction.actors
        ],
        "practices": [
            {
                "id": practice.id,
                "kind": practice.kind,
                "text": practice.text,
                "span": list(practice.span),
                "event": practice.event,
                "themes": [t.theme for t in practice.themes if not isinstance(t, ProposedTheme)],
                "actors": list(practice.actors),
                "context": [_stated(e) for e in practice.context],
                "conditions": [_stated(e) for e in practice.conditions],
                "results": [_stated(e) for e in practice.results],
                "pitfalls": [_stated(e) for e in practice.pitfalls],
                "confidence": practice.evidence.confidence,
                "rule": practice.evidence.rule,
            }
            for practice in extraction.practices
        ],
        "places": [
            {
                "id": place.id,
                "name": place.name,
                "kind": place.kind,
                "country": place.country,
                "geonames": place.geonames,
                "mentions": _spans(place.mentions),
            }
            for place in extraction.places
        ],
        "persons": [
            {
                "id": person.id,
                "name": person.name,
                "position": person.position,
                "organisation": person.organisation,
                "mentions": _spans(person.mentions),
            }
            for person in extraction.persons
        ],
        "methodologies": [
            {
                "id": methodology.id,
                "name": methodology.name,
                "developers": list(methodology.developers),
                "events": list(methodology.events),
                "mentions": _spans(methodology.mentions),
            }
            for methodology in extraction.methodologies
        ],
        "declarations": [
            {
                "id": declaration.id,
                "kind": declaration.kind,
                "actor": declaration.actor,
                "text": declaration.text,
                "span": list(declaration.evidence.span),
                "themes": [t.theme for t in declaration.themes],
            }
            for declaration in extraction.declarations
        ],
    }


def _spans(evidence: tuple[Evidence, ...]) -> list[list[int]]:
    return [list(e.span) for e in evidence]


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {"text": excerpt.text, "span": list(Span(*excerpt.span))}


def _stated(excerpt: Excerpt) -> dict[str, Any]:
    """A value with the rule that read it and how sure that is."""
    return _excerpt(excerpt) | {"rule": excerpt.rule, "confidence": excerpt.confidence}
