"""A document as the reading rules see it: sentences with the names, dates and places found in them."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.model import Span
from ingest.cleaning import CleanText
from ingest.dates import DateMention, find_dates
from ingest.event_phrases import EventPhrase
from ingest.institutions import InstitutionFinder, InstitutionMention
from ingest.places import PlaceMention
from ingest.segmentation import Segment
from ingest.sentences import sentences


ENTRY_MONTH = re.compile(
    r"(enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|janeiro|fevereiro|"
    r"março|maio|junho|julho|setembro|outubro|novembro|dezembro|january|february|march|april|may|june|july|august|september|"
    r"october|november|december)(?:\s?\([^()]{0,60}\))?\s?[:.–—-]\s",
    re.IGNORECASE,
)
"""A month that opens an entry of a chronology: "Noviembre: …"."""


_ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
_ENTRY_ROMAN = re.compile(r"\s*(\d{1,2})[-/. ](I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII)(?=[\s.:,])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, `start` to `end` in the clean text; what was found in it has offsets inside `text`."""

    start: int
    end: int
    text: str
    unit: int
    mentions: tuple[InstitutionMention, ...]
    first_mention: int
    dates: tuple[DateMention, ...]
    places: tuple[PlaceMention, ...]
    phrases: tuple[EventPhrase, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A segment with its sentences; `lead` is the length of its number ("16. ")."""

    segment: Segment
    sentences: tuple[Sentence, ...]
    lead: int

    @property
    def text(self) -> str:
        """Text of the unit, with its number."""
        return self.segment.text


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the rules share. `mentions` are in clean offsets, in order; spans of the source by `source`."""

    clean: CleanText
    language: str
    year: int | None
    units: tuple[Unit, ...]
    mentions: tuple[InstitutionMention, ...]

    def source(self, start: int, end: int) -> Span:
        """Span in the document of a clean interval."""
        return self.clean.source(start, end)

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences in order."""
        return [sentence for unit in self.units for sentence in unit.sentences]


def make_unit(
    segment: Segment, index: int, first_mention: int, mentions: Sequence[InstitutionMention],
    places: Sequence[PlaceMention], phrases: Sequence[EventPhrase], *, language: str, year: int | None,
) -> Unit:  # fmt: skip
    """Cut a segment into sentences and hand each the findings inside it (given with offsets in the segment)."""
    text = segment.text
    lead = len(segment.number) if segment.number and text.startswith(segment.number) else 0
    dates = find_dates(text, language=language, default_year=year)
    if (month := ENTRY_MONTH.match(text, lead)) and not (dates and dates[0].span.start < month.end()):
        read = find_dates(f"en {month.group(1)}", language=language, default_year=year)
        dates = [replace(d, span=Span(month.start(1), month.end(1))) for d in read[:1]] + dates
    if (roman := _ENTRY_ROMAN.match(text, lead)) and year is not None:
        day, month_number = int(roman.group(1)), _ROMAN_MONTHS.index(roman.group(2)) + 1
        if 1 <= day <= 31:
            iso = f"{year}-{month_number:02}-{day:02}"
            dates = [DateMention(Span(*roman.span(0)), iso, iso, "day", True, "roman-month"), *dates]
    dates = [_weaker(text, d) for d in dates]
    cuts = [s for s in sentences(text, language) if s.end > lead]
    spans = _keep_names_whole([(max(s.start, lead), s.end) for s in cuts], mentions)
    starts = [m.start for m in mentions]
    made = []
    for start, end in spans:
        first = bisect_left(starts, start)
        made.append(
            Sentence(
                segment.clean.start + start,
                segment.clean.start + end,
                text[start:end],
                index,
                tuple(shifted(m, -start, -first) for m in mentions[first:] if m.start < end),
                first_mention + first,
                tuple(
                    DateMention(
                        Span(d.span.start - start, d.span.end - start),
                        d.start,
                        d.end,
                        d.precision,
                        d.inferred_year,
                        d.rule,
                        d.weak,
                    )
                    for d in dates
                    if start <= d.span.start < end
                ),  # fmt: skip
                tuple(_shift_place(p, -start) for p in places if start <= p.span.start < end),
                tuple(
                    p._replace(start=p.start - start, end=min(p.end, end) - start)
                    for p in phrases
                    if start <= p.start < end
                ),  # fmt: skip
            )
        )
    return Unit(segment, tuple(made), lead)


_PUBLISHED = re.compile(
    r"(?:publicad[oa]s?|publicaci[oó]n|publicação|published|posted|actualizad[oa]|atualizado|updated|inscribirse hasta|hasta el|"
    r"before|antes del?|deadline|plazo)\W{0,3}(?:(?:el|em|on|a|the)\W{1,2})?\Z",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"\s?\.?\s?[-–—]{1,2}\s?\S")


def _weaker(text: str, date: DateMention) -> DateMention:
    """The date marked weak where it is when something was published or is due, or a dateline ("León, 9 de mayo.- …")."""
    before = text[max(0, date.span.start - 40) : date.span.start]
    dateline = (
        date.span.start < 50 and "." not in before and _DATELINE.match(text, date.span.end) and before.strip()
    )
    if _PUBLISHED.search(before) or dateline and not re.search(r"\d", before) and date.start == date.end:
        return replace(date, weak=True)
    return date


def _keep_names_whole(
    spans: list[tuple[int, int]], mentions: Sequence[InstitutionMention]
) -> list[tuple[int, int]]:
    """Join sentences that a name crosses ("Datasketch S.A. de C.V.")."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and any(m.start < joined[-1][1] < m.end for m in mentions):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def shifted(mention: InstitutionMention, by: int, index_by: int = 0) -> InstitutionMention:
    """The mention moved by `by` characters, its `unit_of` by `index_by`."""
    span = mention.acronym_span
    return InstitutionMention(
        mention.start + by, mention.end + by, mention.name, mention.type, mention.country, mention.rule,
        mention.confidence, mention.acronym, (span[0] + by, span[1] + by) if span else None,
        mention.unit_of + index_by if mention.unit_of is not None else None, mention.authority,
    )  # fmt: skip


def _shift_place(place: PlaceMention, by: int) -> PlaceMention:
    return replace(place, span=Span(place.span.start + by, place.span.end + by))


__all__ = ["InstitutionFinder", "Reading", "Sentence", "Unit", "make_unit", "shifted"]
