"""What people read in a document, as one kind of value whatever the format of their file.

Required items must be found; optional ones are neither rewarded nor punished. A field has the answers that
are accepted, the one stated first; a field that the gold does not tell is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graph.model import Span
from search_api.scoring.quotes import find_quote

ORGANISERS = frozenset({"sponsor", "organiser", "host"})
"""Roles of the contract that a gold with only two groups calls organisers; all others are participants."""
PRACTICE_FIELDS = ("context", "conditions", "results", "pitfalls")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answers that a field may have, the one stated first; `anything` where any answer is as good."""

    values: tuple[str | None, ...] = ()
    anything: bool = False

    def takes(self, value: str | None) -> bool:
        """Whether this answer is right."""
        return self.anything or value in self.values

    def __str__(self) -> str:
        return " or ".join(value or "nothing" for value in dict.fromkeys(self.values)) or "anything"


@dataclass(frozen=True, slots=True)
class Parts:
    """Institutions in one role, or themes: those that must be found, and those that may be.

    `sponsors` are tolerated among the organisers, and known to be right as sponsors.
    """

    required: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """An event. `keywords` are phrases of its title; half of them identify it.

    `parts`: "organisers", "participants", and "participations/ROLE" where the gold tells exact roles.
    """

    title: str
    keywords: tuple[str, ...]
    optional: bool = False
    start_dates: tuple[str | None, ...] = ()
    cities: tuple[str | None, ...] = ()
    fields: Mapping[str, Accepted] = field(default_factory=dict)
    parts: Mapping[str, Parts] = field(default_factory=dict)
    themes: Parts | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class GoldActor:
    """An institution. `same_as` are names of others that it may be told as one with."""

    name: str
    names: tuple[str, ...] = ()
    optional: bool = False
    fields: Mapping[str, Accepted] = field(default_factory=dict)
    same_as: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the document, and where they stand once they were looked up in it."""

    text: str
    span: Span | None = None

    def placed(self, text: str) -> "Quote":
        """The quote with its place in the text, where it is there."""
        return self if self.span is not None else replace(self, span=find_quote(self.text, text))


@dataclass(frozen=True, slots=True)
class GoldPractice:
    """A practice: `quotes` are as right as each other, the first as told.

    `events` are the title phrases of the events it may come from, None for no event.
    """

    quotes: tuple[Quote, ...]
    kinds: Accepted
    optional: bool = False
    events: tuple[tuple[str, ...] | None, ...] = ()
    actors: Parts | None = None
    themes: tuple[frozenset[str], ...] = ()
    fields: Mapping[str, tuple[Quote, ...]] = field(default_factory=dict)

    def placed(self, text: str) -> "GoldPractice":
        """The practice with its quotes looked up in the text."""
        return replace(
            self,
            quotes=tuple(quote.placed(text) for quote in self.quotes),
            fields={name: tuple(q.placed(text) for q in quotes) for name, quotes in self.fields.items()},
        )


@dataclass(frozen=True, slots=True)
class Gold:
    """All that was annotated of one document.

    `document` names it: a file name, with or without its suffix. `practices` is None where none were
    annotated; `named` has the names of places, persons and methodologies where those were. Where
    `twice_is_wrong` is not set, an institution told as two is not punished, only counted.
    """

    document: str
    events: tuple[GoldEvent, ...]
    actors: tuple[GoldActor, ...]
    practices: tuple[GoldPractice, ...] | None = None
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    twice_is_wrong: bool = True

    def placed(self, text: str) -> "Gold":
        """The gold with the quotes of its practices looked up in the text of the document."""
        if self.practices is None:
            return self
        return replace(self, practices=tuple(practice.placed(text) for practice in self.practices))
