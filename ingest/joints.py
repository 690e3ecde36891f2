"""How a line goes on from the one before it: a new paragraph, the same one, or a word cut by the margin."""

import re
from collections import Counter
from typing import Literal, NamedTuple

from ingest.date_patterns import DATE_ALONE
from ingest.lines import BULLET, ENUMERATOR, GLYPH_BULLET, HASHES, TERMINAL, Line, Wrapping
from ingest.tokens import fold

Marker = Literal["", "bullet", "number", "hash", "entry"]
Joint = Literal["paragraph", "space", "break", "hyphen", "nothing"]

_HYPHEN_END = re.compile(r"[^\W\d_][-\u2010\u00ad\ufffe\x02]$")
_LONGEST_DATE = 40  # characters
_OVER = 1.4  # times the width of the text
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


class Context(NamedTuple):
    """What stands around a line."""

    gap: bool  # blank lines or furniture before the line
    torn: bool  # a page ended before the line
    narrow: bool  # the group of lines is less than half as wide as the text: a table cell, an address
    page_start: bool  # the single space with which extractions mark the top of a page
    after_item: bool  # the paragraph so far is a list item


def choose_joint(
    text: str,
    before: Line,
    line: Line,
    marker: Marker,
    context: Context,
    layout: Wrapping,
    hyphens: "Hyphens",
) -> Joint:
    """How a line goes on from the one before it."""
    previous = text[before.first : before.last]
    ended = TERMINAL.search(previous[-8:]) is not None
    starts_small = text[line.first].islower()
    short = before.width < 0.66 * layout.width
    if marker == "hash" or HASHES.match(text, before.first):
        return "paragraph"
    if marker == "bullet" and (
        context.gap or ended or short or context.after_item or GLYPH_BULLET.match(text, line.first)
    ):
        return "paragraph"
    if marker == "number":
        decimal = text[line.first].isdigit()
        if context.gap or (decimal and (ended or short)) or (previous[-1] in ":;." and short):
            return "paragraph"
    if context.gap or context.torn:
        if not ended and starts_small:
            return inside_joint(text, before, line, layout._replace(wrapped=True), hyphens)
        if context.torn and not ended and not short and layout.wrapped and marker == "":
            return inside_joint(text, before, line, layout, hyphens)
        return "paragraph"
    if (
        context.page_start
        and not starts_small
        and (text[line.first].isalnum() or marker)
        and (ended or short)
    ):
        return "paragraph"
    if ended and line.width < _LONGEST_DATE and DATE_ALONE.fullmatch(fold(text[line.first : line.last])):
        return "paragraph"
    if layout.wrapped:
        if before.width > _OVER * layout.width and not starts_small:
            return "break"  # the margin did not end a line that runs over it
        if short and not context.narrow and not starts_small and text[line.first].isalnum():
            return "paragraph"
        return inside_joint(text, before, line, layout, hyphens)
    if starts_small and not ended and not context.after_item:
        return inside_joint(text, before, line, layout, hyphens)
    return "break" if context.after_item or not ended or before.width < 80 else "paragraph"


def inside_joint(text: str, before: Line, line: Line, layout: Wrapping, hyphens: "Hyphens") -> Joint:
    """How two lines of one paragraph are joined."""
    if (
        _HYPHEN_END.search(text, max(before.first, before.last - 2), before.last)
        and text[line.first].isalpha()
    ):
        return hyphens.joint(before, line)
    return "space" if layout.wrapped or text[line.first].islower() else "break"


class Hyphens:
    """Decides on hyphens at line ends from the words of the document itself, counted at first need."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: Counter[str] | None = None

    def joint(self, before: Line, line: Line) -> Joint:
        """ "nothing" keeps the hyphen and closes up; "hyphen" takes it out."""
        text = self._text
        if text[before.last - 1] not in "-\u2010":
            return "hyphen"  # a soft hyphen is never meant to be seen
        left = text[max(before.first, before.last - 60) : before.last - 1].split()
        right = _WORD.match(text, line.first, min(line.last, line.first + 60))
        head = re.split(r"[^\w\-]", left[-1])[-1] if left else ""
        if right is None or not head or text[line.first].isupper():
            return "nothing"
        if self._words is None:
            self._words = Counter(word.casefold().replace("\u2010", "-") for word in _WORD.findall(text))
        tail = right.group().casefold()
        head = head.casefold()
        joined, hyphenated = self._words[head + tail], self._words[f"{head}-{tail}"]
        if joined != hyphenated:
            return "hyphen" if joined > hyphenated else "nothing"
        # Both halves are words of the document: a compound. A first half that is no word was cut by the line.
        # (The cut itself adds the halves to the count once, hence "more than once".)
        whole = len(head) > 3 and self._words[head] > 1 and self._words[tail] > 1
        return "nothing" if whole else "hyphen"


def find_marker(text: str, line: Line) -> tuple[Marker, int]:
    """What starts the line, and where the text after it begins."""
    found = HASHES.match(text, line.first, line.last)
    if found:
        return "hash", found.end()
    found = BULLET.match(text, line.first, line.last)
    if found:
        return "bullet", found.end()
    found = ENUMERATOR.match(text, line.first, line.last)
    if found:
        return "number", line.first
    return "", line.first
