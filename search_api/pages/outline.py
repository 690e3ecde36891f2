"""The outline of a document: sections, events, practices and institutions, each with where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from search_api.reading.marks import DocumentMarks
from search_api.reading.parts import number_at
from search_api.resources.base import Ref
from search_api.resources.documents import DocumentDetail
from search_api.resources.events import EventSummary
from search_api.resources.links import split_iri, with_query
from search_api.resources.practices import PracticeSummary
from search_api.wording.localised import dates, number

#: Entries of a list; a document with more shows those of the part.
LISTED = 25
Told = TypeVar("Told", EventSummary, PracticeSummary)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline, and where it leads: an address on this page, or that of a page of its own."""

    label: str
    url: str
    language: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """One list of the outline: `total` of its kind in the document, of which `entries` are shown."""

    kind: str
    total: int
    entries: tuple[Entry, ...]


def outlines(
    detail: DocumentDetail,
    marks: DocumentMarks,
    shown: Mapping[str, Ref],
    starts: Sequence[int],
    *,
    number: int = 1,
) -> tuple[Outline, ...]:
    """What there is in the document, with where it is; of long lists only what the part has.

    `shown` is what the part of that number names and tells, by IRI; `starts` are where the parts begin, none
    where the text is missing: then entries lead to pages of their own.
    """
    lists = (
        Outline("sections", len(marks.sections), _sections(marks, starts, number)),
        Outline(
            "events",
            len(detail.event_list),
            tuple(
                Entry(e.label, _jump(e, starts, marks), e.label_language, dates(e.start_date, e.end_date))
                for e in _told(detail.event_list, marks, shown)
            ),
        ),
        Outline(
            "practices",
            len(detail.practice_list),
            tuple(
                Entry(p.label, _jump(p, starts, marks), p.label_language, p.kind.label if p.kind else "")
                for p in _told(detail.practice_list, marks, shown)
            ),
        ),
        Outline("actors", len(detail.actors), _actors(detail, shown, starts)),
    )
    return tuple(one for one in lists if one.entries)


def _told(items: Sequence[Told], marks: DocumentMarks, shown: Mapping[str, Ref]) -> list[Told]:
    chosen = items if len(items) <= LISTED else [item for item in items if item.id in shown]
    return sorted(chosen, key=lambda item: marks.first.get(item.id, inf))[:LISTED]


def _jump(item: EventSummary | PracticeSummary, starts: Sequence[int], marks: DocumentMarks) -> str:
    return _to(item.id) if starts and item.id in marks.first else item.url


def _to(iri: str) -> str:
    return with_query("", {"mention": "/".join(split_iri(iri) or ())}) + "#span"


def _actors(detail: DocumentDetail, shown: Mapping[str, Ref], starts: Sequence[int]) -> tuple[Entry, ...]:
    few = len(detail.actors) <= LISTED
    chosen = [one for one in detail.actors if few or one.resource.id in shown][:LISTED]
    return tuple(
        Entry(
            one.resource.label,
            _to(one.resource.id) if starts else one.resource.url,
            one.resource.label_language,
            number(one.count) if one.count > 1 else "",
        )
        for one in chosen
    )


def _sections(marks: DocumentMarks, starts: Sequence[int], part: int) -> tuple[Entry, ...]:
    if len(marks.sections) < 2 or not starts:
        return ()
    few = len(marks.sections) <= LISTED
    chosen = [s for s in marks.sections if few or number_at(starts, s[1]) == part][:LISTED]
    entries = []
    for heading, at in chosen:
        own = number_at(starts, at)
        entries.append(Entry(heading, f"{'' if own == part else with_query('', {'part': own})}#s{at}"))
    return tuple(entries)
