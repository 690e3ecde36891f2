"""Names of the resources of the graph, as they are found in a text."""

import re
from collections.abc import Iterable
from functools import lru_cache


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for any of the names as whole words, with any white space between them and after hyphens; the
    longest wins."""
    ordered = sorted({name for name in names if len(name) > 1}, key=lambda name: (-len(name), name))
    return _pattern(tuple(ordered)) if ordered else None


@lru_cache(maxsize=4096)
def _pattern(ordered: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (
        r"\s+".join(re.escape(word).replace(r"\-", r"\-\s*") for word in name.split()) for name in ordered
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")
