"""The lines of a text with what their layout says: indent, width, markers, page breaks."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from graph.model import Page

# Dashes and stars are list markers only where the layout agrees; the other glyphs always are.
# The private use area holds the bullets of symbol fonts, which extractions from PDF leave behind.
_GLYPHS = "•●○◦▪▫■□◆◇‣⁃∙·➢➤►✓✔❖\ue000-\uf8ff"
BULLET = re.compile(rf"[{_GLYPHS}]\s*(?=\S)|[-–—*+]\s+(?=\S)|o[ \t]{{2,}}(?=\S)")
GLYPH_BULLET = re.compile(rf"[{_GLYPHS}]\s*(?=\S)")
ENUMERATOR = re.compile(
    r"(?P<decimal>\d{1,3}(?:\.\d{1,3})*[.)](?:-|º)?|\d{1,2}(?:\.\d{1,2})+)\s+(?=\S)"
    r"|(?P<roman>[ivxIVX]{1,6}[.)])\s+(?=\S)"
    r"|(?P<letter>[A-Za-z][.)])\s+(?=\S)"
)
HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
RULE = re.compile(r"(?:[-=_*~–—.·]\s?){3,}")  # a line drawn with characters
TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")

_WIDEST = 160  # characters; nobody wraps at more
_NARROWEST = 45  # characters; few lines that are shorter are a list or an address
_FEW = 5

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")


class Line(NamedTuple):
    """One line: `start` and `end` without the line break, `first` and `last` around its visible characters.

    A blank line has `first == last`. `page_top` marks the first line after a form feed or of a page.
    """

    start: int
    end: int
    first: int
    last: int
    page_top: bool

    @property
    def blank(self) -> bool:
        """Whether there is nothing to see on the line."""
        return self.first == self.last

    @property
    def indent(self) -> int:
        """Number of spaces before the first visible character."""
        return self.first - self.start

    @property
    def width(self) -> int:
        """Number of characters from the first to the last visible one."""
        return self.last - self.first


def split_lines(
    text: str, *, pages: Sequence[Page] = (), start: int = 0, end: int | None = None
) -> list[Line]:
    """The lines of `text[start:end]`; offsets are code points of `text`."""
    stop = len(text) if end is None else end
    tops = [page.start for page in pages]
    lines: list[Line] = []
    after_feed = False
    while start <= stop:
        found = _BREAK.search(text, start, stop)
        line_end = found.start() if found else stop
        visible = text[start:line_end]
        stripped = visible.lstrip()
        first = line_end - len(stripped)
        last = first + len(stripped.rstrip())
        new_page = bool(tops) and _holds(tops, start, line_end)
        lines.append(Line(start, line_end, first, last, after_feed or new_page))
        if found is None:
            break
        after_feed = found.group() == "\f"
        start = found.end()
    return lines


def _holds(offsets: list[int], start: int, end: int) -> bool:
    at = bisect_right(offsets, end)
    return at > 0 and offsets[at - 1] >= start


class Wrapping(NamedTuple):
    """How a text breaks its lines: at `width` characters, or (not `wrapped`) where the author ends them."""

    wrapped: bool
    width: int


def wrapping(text: str, lines: Sequence[Line]) -> Wrapping:
    """Tell hard-wrapped text from text with one line a paragraph.

    In wrapped text the first word of a line would seldom have fitted at the end of the line before.
    The width is the 90th percentile of the lines that another line follows.
    """
    followed = [
        (line.width, _first_word(text, after))
        for line, after in pairwise(lines)
        if not line.blank and not after.blank
    ]
    if not followed:
        return Wrapping(False, max((line.width for line in lines), default=0))
    widths = sorted(width for width, _ in followed)
    width = widths[min(len(widths) - 1, len(widths) * 9 // 10)]
    if width > _WIDEST or (width < _NARROWEST and len(followed) < _FEW):
        return Wrapping(False, width)
    # Narrow lines are cells and addresses, which say nothing of how the text around them is broken.
    wide = [(own, word) for own, word in followed if 2 * own >= width]
    full = sum(1 for own, word in wide if own + 1 + word > 0.85 * width)
    # A margin that many lines run over is none.
    over = sum(1 for line in lines if line.width > 1.5 * width)
    return Wrapping(2 * full >= len(wide) and 20 * over <= len(followed), width)


def _first_word(text: str, line: Line) -> int:
    space = text.find(" ", line.first, line.last)
    return (space if space >= 0 else line.last) - line.first
