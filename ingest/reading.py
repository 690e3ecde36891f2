"""A document as the rules that gather facts see it: sentences with the names, dates and places found in them.

`Unit` is a segment (paragraph, heading, list item, cell), `Sentence` a sentence of it. Offsets of what was
found in a sentence are offsets in its text; those of sentences, units and `Reading.mentions` are offsets in
the clean text; `Reading.source` gives spans in the document. `ingest.first_reading` makes a reading.
"""

from dataclasses import dataclass

from graph.model import Excerpt, Span
from ingest.cleaning import CleanText
from ingest.dates import DateMention
from ingest.event_phrases import EventPhrase
from ingest.institution_mentions import InstitutionMention
from ingest.places import PlaceMention
from ingest.segmentation import Segment


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, `start` to `end` in the clean text; what was found in it has offsets inside `text`.

    `unit` is the index of its unit, `first_mention` that of its first mention in `Reading.mentions`.
    """

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
    """Everything the rules share; `mentions` are in the order of the text, with clean offsets.

    `country` is where the document's own marks say that it comes from.
    """

    clean: CleanText
    language: str
    year: int | None
    units: tuple[Unit, ...]
    mentions: tuple[InstitutionMention, ...]
    country: str | None = None

    def source(self, start: int, end: int) -> Span:
        """Span in the document of a clean interval."""
        return self.clean.source(start, end)

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences in order."""
        return [sentence for unit in self.units for sentence in unit.sentences]

    def excerpt(self, start: int, end: int) -> Excerpt:
        """The words of a clean interval on one line, without the blanks and bullets around them, with their
        span.
        """
        text = self.clean.text[start:end]
        lead = len(text) - len(text.lstrip(" •"))
        tail = len(text.rstrip())
        start, end = start + lead, start + tail
        return Excerpt(" ".join(self.clean.text[start:end].split()), self.source(start, end))
