"""Lists of institutions in a text: mentions with nothing but commas, small words or bullets between them."""

import re
from collections.abc import Iterator

from ingest.reading import Reading
from ingest.roles import in_one_list

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
