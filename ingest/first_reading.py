"""The first reading of a document: clean text, segments, sentences, and the names, dates and places in them.

In: a document. Out: its reading and its passages. Institutions are looked for twice: names that the document
itself defines (an acronym beside a name, the organisation of a person) are known everywhere in it the second
time.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import TypeVar

from graph.model import Document, Passage, Span
from ingest.addresses import country_of_file
from ingest.chronology import count_end, counted_headings, entries, entry_dates, months_above, year_above
from ingest.cleaning import CleanText, clean
from ingest.dates import DateMention, find_dates
from ingest.document_info import year_reported
from ingest.event_phrases import EventPhrase, find_event_phrases
from ingest.gazetteer import demonym_country
from ingest.institution_mentions import InstitutionMention, Known, shifted
from ingest.institutions import InstitutionFinder
from ingest.known_names import authority_names, names_defined
from ingest.language import detect
from ingest.lexicon import pattern
from ingest.linked_names import linked_names
from ingest.listed_names import names_among_items, names_under_labels
from ingest.passages import passages
from ingest.places import PlaceMention, find_places
from ingest.reading import Reading, Sentence, Unit
from ingest.segmentation import Segment, segment
from ingest.sentences import sentences
from ingest.tokens import fold, tokenise
from ingest.verb_events import verb_phrases
from ingest.weekday_dates import weekday_dates
from ingest.well_known_places import is_place, place_country

_DATED = 400_000  # characters whose full dates settle the year reported on and the weekdays
_LANGUAGE_SAMPLE = 20_000  # characters that decide the language


def read(document: Document) -> tuple[Reading, tuple[Passage, ...]]:
    """Read a document once. Pure: the same document gives the same reading."""
    cleaned = clean(document)
    language = detect(cleaned.text[:_LANGUAGE_SAMPLE])
    dated = _full_days(cleaned.text, language)
    year = year_reported(document, cleaned, dated)
    text_passages = passages(laid_out := segment(cleaned, document), cleaned)
    segments = [part for whole in laid_out for part in entries(whole, cleaned, language)]
    found = _institutions(segments, linked_names(document.text, is_place), language)
    counted = counted_headings(segments)
    units: list[Unit] = []
    mentions: list[InstitutionMention] = []
    days = _days_told(dated)
    for index, (piece, here, year_here, month) in enumerate(
        zip(segments, found, _years(segments, year, counted), months_above(segments), strict=True)
    ):
        units.append(
            _unit(
                piece,
                index,
                len(mentions),
                here,
                language=language,
                year=year_here,
                month=month,
                days=days,
                marked=_marked(cleaned, piece),
                counted=piece.text in counted,
            )
        )
        mentions += [shifted(m, piece.clean.start, len(mentions)) for m in here]
    country = document.country or country_of_file(document.text)
    return Reading(cleaned, language, year, tuple(units), tuple(mentions), country), text_passages


def _full_days(text: str, language: str) -> list[DateMention]:
    """The dates of a text that say day, month and year."""
    found = find_dates(text[:_DATED], language=language)
    return [d for d in found if d.precision == "day" and not d.inferred_year]


_MOST_DAYS = 200  # days of a document that a weekday is looked for near to


def _days_told(dates: Sequence[DateMention]) -> tuple[date, ...]:
    """The days that dates begin with, each once, in order."""
    found = {d.start for d in dates}
    return tuple(date.fromisoformat(day) for day in sorted(found)[:_MOST_DAYS] if len(day) == 10)


def _institutions(
    segments: Sequence[Segment], linked: Sequence[tuple[str, Known]], language: str
) -> list[list[InstitutionMention]]:
    """Institutions of each segment, looked for again in those that have a name which one of them, or the
    address of a link (`linked`), defines.
    """
    texts = [segment.text for segment in segments]
    known = authority_names()
    finder = InstitutionFinder(known, country_of=place_country, demonym_of=demonym_country, language=language)
    found = [finder.find(text) for text in texts]
    whole = {fold(m.name) for mentions in found for m in mentions if m.type is not None or m.authority}
    defined = [(name, known) for name, known in linked if fold(name) not in whole]
    items = [*names_under_labels(segments, is_place), *names_among_items(segments, found, is_place)]
    defined += names_defined(texts, found, is_place, items)
    if not defined:
        return found
    names = known.extended(defined)
    finder = InstitutionFinder(names, country_of=place_country, demonym_of=demonym_country, language=language)
    return [
        finder.find(text) if names.adds_to(tokenise(text)) else before
        for text, before in zip(texts, found, strict=True)
    ]


def _marked(cleaned: CleanText, piece: Segment) -> dict[int, int]:
    """Where what marks set apart in a segment begins and ends, in offsets of its text."""
    first = bisect_left(cleaned.emphasised, (piece.clean.start, 0))
    last = bisect_left(cleaned.emphasised, (piece.clean.end, 0))
    return {
        span.start - piece.clean.start: span.end - piece.clean.start
        for span in cleaned.emphasised[first:last]
        if span.end <= piece.clean.end
    }


T = TypeVar("T")
_YEAR_ALONE = re.compile(r"\W*((?:19|20)\d\d)\W*(?:\n|\Z)")


def _years(segments: Sequence[Segment], year: int | None, counted: Container[str]) -> list[int | None]:
    """The year that dates without one are of, for each segment: that of its headings, else the report's."""
    years: list[int | None] = []
    section: int | None = None
    for piece in segments:
        alone = _YEAR_ALONE.match(piece.text)
        if alone and piece.text not in counted:
            # A line that is a year heads what follows, in whatever type it is set.
            section = int(alone.group(1))
        elif piece.kind == "heading":
            section = None
        years.append(year_above(piece, counted) or section or year)
    return years


def _phrases(
    text: str, mentions: Sequence[InstitutionMention], language: str, marked: Mapping[int, int]
) -> list[EventPhrase]:
    """Event phrases that are not the beginning of an institution's name ("Asamblea Legislativa")."""
    taken = [(m.start, m.end) for m in mentions if m.rule in {"head-noun", "known-name"}]
    return [
        p
        for p in find_event_phrases(text, is_place=is_place, language=language, marked=marked)
        if (
            p.strength == "apposed" and (p.start, p.end) in taken
        )  # "ALFA, una feria de …": the text says what it is
        or not any(start <= p.start < end and end >= p.end - 1 for start, end in taken)
    ]


def _unit(
    segment: Segment,
    index: int,
    first_mention: int,
    mentions: Sequence[InstitutionMention],
    *,
    language: str,
    year: int | None,
    month: int | None,
    days: Sequence[date],
    marked: Mapping[int, int],
    counted: bool,
) -> Unit:
    """Cut a segment into sentences and hand each the findings inside it."""
    text = segment.text
    lead = len(segment.number) if segment.number and text.startswith(segment.number) else 0
    if counted:
        lead = count_end(text)
    dates = find_dates(text, language=language, default_year=year)
    if counted:
        dates = [d for d in dates if d.span.start >= lead]
    dates = entry_dates(text, lead, dates, language=language, year=year, month=month)
    dates += weekday_dates(text, days, dates)
    dates = [_weaker(text, d) for d in sorted(dates, key=lambda d: d.span.start)]
    places = find_places(text)
    phrases = [
        p
        for p in _phrases(text, mentions, language, marked)
        if p.strength != "apposed" or not any(o.span.start < p.end and p.start < o.span.end for o in places)
    ]
    phrases = sorted((*phrases, *verb_phrases(text, mentions, phrases, language)))
    cuts = [s for s in sentences(text, language) if s.end > lead]
    spans = _keep_names_whole([(max(s.start, lead), s.end) for s in cuts], mentions)
    starts = [m.start for m in mentions]
    own_dates = _by_span(spans, dates, [d.span.start for d in dates])
    own_places = _by_span(spans, places, [p.span.start for p in places])
    own_phrases = _by_span(spans, phrases, [p.start for p in phrases])
    made = []
    for number, (start, end) in enumerate(spans):
        first = bisect_left(starts, start)
        made.append(
            Sentence(
                segment.clean.start + start,
                segment.clean.start + end,
                text[start:end],
                index,
                tuple(shifted(m, -start, -first) for m in mentions[first : bisect_left(starts, end)]),
                first_mention + first,
                tuple(
                    replace(d, span=Span(d.span.start - start, d.span.end - start)) for d in own_dates[number]
                ),
                tuple(_shift_place(p, -start) for p in own_places[number]),
                tuple(
                    p._replace(start=p.start - start, end=min(p.end, end) - start)
                    for p in own_phrases[number]
                ),
            )
        )
    return Unit(segment, tuple(made), lead)


def _by_span(spans: Sequence[tuple[int, int]], items: Sequence[T], starts: Sequence[int]) -> list[list[T]]:
    """The items that begin in each of the spans, which are in order and apart."""
    found: list[list[T]] = [[] for _ in spans]
    begins = [begin for begin, _ in spans]
    for item, start in zip(items, starts, strict=True):
        at = bisect_right(begins, start) - 1
        if at >= 0 and start < spans[at][1]:
            found[at].append(item)
    return found


_DATELINE = re.compile(r"\s?\.?\s?[-–—]{1,2}\s?\S")


def _weaker(text: str, date: DateMention) -> DateMention:
    """The date marked weak where it is when something was published or is due, or a dateline ("León, 9 de
    mayo.- …").
    """
    before = text[max(0, date.span.start - 40) : date.span.start]
    dateline = (
        date.span.start < 50 and "." not in before and _DATELINE.match(text, date.span.end) and before.strip()
    )
    if pattern("published").search(before) or (
        dateline and not re.search(r"\d", before) and date.start == date.end
    ):
        return replace(date, weak=True)
    return date


def _keep_names_whole(
    spans: list[tuple[int, int]], mentions: Sequence[InstitutionMention]
) -> list[tuple[int, int]]:
    """Join sentences that a name crosses ("Datasketch S.A. de C.V.")."""
    joined: list[tuple[int, int]] = []
    starts = [m.start for m in mentions]
    reach = list(accumulate((m.end for m in mentions), max))  # the furthest end of a mention and those before
    for start, end in spans:
        before = bisect_left(starts, joined[-1][1]) if joined else 0
        if before and reach[before - 1] > joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _shift_place(place: PlaceMention, by: int) -> PlaceMention:
    return replace(place, span=Span(place.span.start + by, place.span.end + by))
