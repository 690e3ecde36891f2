"""What the finder of institutions takes and gives: names known before reading, and mentions."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Known:
    """A name that is known before reading: from the authority file or defined in the document.

    `name` is the canonical one, `authority` the slug of the authority entry; `acronym` says that the form is
    one word, which counts only where it is written with capitals.
    """

    name: str
    type: str | None
    country: str | None
    authority: str | None
    acronym: bool = False


@dataclass(frozen=True, slots=True)
class InstitutionMention:
    """One occurrence of an institution's name, `start` to `end` in the text it was found in.

    `acronym` and `acronym_span` tell an acronym given beside the name; `unit_of` is the index, in the same
    list, of the larger body that the name says it belongs to.
    """

    start: int
    end: int
    name: str
    type: str | None
    country: str | None
    rule: str
    confidence: float
    acronym: str | None = None
    acronym_span: tuple[int, int] | None = None
    unit_of: int | None = None
    authority: str | None = None


def shifted(mention: InstitutionMention, by: int, index_by: int = 0) -> InstitutionMention:
    """The mention moved by `by` characters, its `unit_of` by `index_by`."""
    span = mention.acronym_span
    return replace(
        mention,
        start=mention.start + by,
        end=mention.end + by,
        acronym_span=(span[0] + by, span[1] + by) if span else None,
        unit_of=mention.unit_of + index_by if mention.unit_of is not None else None,
    )


def behind(mention: InstitutionMention) -> int:
    """Where the text goes on behind a mention and the acronym beside it."""
    if mention.acronym_span and mention.acronym_span[0] >= mention.end:
        return mention.acronym_span[1] + 1
    return mention.end
