"""Lists of institutions in a text: mentions with nothing but commas, small words or bullets between them."""

import re
from collections.abc import Iterator

from ingest.lexicon import word_types
from ingest.reading import Reading
from ingest.roles import in_one_list
from ingest.tokens import tokenise

_FARTHEST = 40  # characters between two members

_BULLETS = re.compile(
    r"(?:\s*\([^()\n]{1,20}\))?[\s,;.]*\n[\s•*·–—-]*(?:(?:the|el|la|los|las|o|a|os|as)\s)?\Z", re.I
)
"""The acronym that ends an item of a list and the bullet that begins the next."""

_DASH = re.compile(r"\s?[–—|/-]\s?")


def chains(reading: Reading) -> Iterator[list[int]]:
    """The mentions (by index) of each list, in order; one that stands alone is a list of one."""
    chain: list[int] = []
    for index, mention in enumerate(reading.mentions):
        if chain:
            last = reading.mentions[chain[-1]]
            between = reading.clean.text[last.end : mention.start]
            joined = len(between) <= _FARTHEST and mention.start >= last.end
            if not (joined and (in_one_list(between) or _BULLETS.match(between) or _DASH.fullmatch(between))):
                yield chain
                chain = []
        chain.append(index)
    if chain:
        yield chain


_LONGEST_LABEL = 120
"""Characters of a line above a list that says of what it is."""


def kinds_above(reading: Reading) -> dict[int, str]:
    """The type of each mention (by its index) that opens an item below a line that says of what the list is:
    "Here are the companies:", "Universidades participantes".
    """
    found: dict[int, str] = {}
    kind: str | None = None
    for unit in reading.units:
        opening = next((s for s in unit.sentences if s.mentions), None)
        at = opening.mentions[0].start + opening.start - unit.segment.clean.start if opening else -1
        if opening is not None and 0 <= at - unit.lead <= _BULLET and kind is not None:
            found.setdefault(opening.first_mention, kind)
        elif unit.text.rstrip(" *_").endswith(":") or unit.segment.kind == "heading":
            kind = _kind_told(unit.text) if len(unit.text) <= _LONGEST_LABEL else None
        elif kind is not None and unit.text.strip():
            kind = None
    return found


_BULLET = 3  # characters before the name that opens an item


def _kind_told(label: str) -> str | None:
    """The type of the bodies that a label names in the plural, where it names one kind."""
    kinds = {
        word_types("types_by_context")[token.folded]
        for token in tokenise(label)
        if token.folded.endswith("s") and token.folded in word_types("types_by_context")
    }
    return kinds.pop() if len(kinds) == 1 else None
