"""The pieces of a web page in order: headings, paragraphs, list items, rows, and how much of each is links.

In: the tree of a page as lxml has it. Out: `Piece`s, nothing of which has been judged yet.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.model import BlockKind

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset(
    {
        *("html body div main article section header footer aside nav form fieldset hgroup center".split()),
        *("p pre blockquote address figure figcaption caption details summary dialog hr".split()),
        *("ul ol dl li dt dd table thead tbody tfoot tr td th".split()),
        *HEADINGS,
    }
)
_ITEMS = frozenset({"li", "dt", "dd"})
_LISTS = frozenset({"ul", "ol", "dl"})
# A page shows these on a line or in a box of their own, though nothing in the markup parts them.
_SET_APART = frozenset({"span", "time", "small", "label"})
_SPACE = re.compile(r"\s+")
_NO_CELL = "descendant::*[self::h1 or self::h2 or self::h3 or self::h4]"
_WIDEST = 63  # columns or rows that one cell may take
_LONGEST_CELL = 1_500  # characters; a longer one is a column of a page laid out as a table


class Piece(NamedTuple):
    """A block of a page: its text (lines of the page kept), or the cells of a table row.

    `linked` is the share of its characters that are links.
    """

    kind: BlockKind
    text: str
    level: int = 0
    linked: float = 0.0
    cells: tuple[str, ...] = ()


def pieces_of(root: Any) -> list[Piece]:
    """The pieces under an element. Linear, with an own stack, since pages nest deeper than Python's calls
    may.
    """
    walk = _Walk()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if done:
            walk.leave(tag)
            walk.write(node.tail if node is not root else None)
        elif not tag:
            walk.write(node.tail)
        elif tag == "br":
            walk.line_break()
            walk.write(node.tail)
        elif tag == "table" and (rows := _rows(node)) is not None:
            walk.flush()
            walk.pieces += rows
            walk.write(node.tail)
        else:
            walk.enter(tag)
            walk.write(node.text)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
    walk.flush()
    return walk.pieces


@dataclass(slots=True)
class _Walk:
    """Where a walk through a page is: the text gathered since the last block began, and what it is."""

    pieces: list[Piece] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0  # characters of the parts that are links
    _links: int = 0  # links that the walk is in
    _lists: int = 0  # lists that the walk is in
    _set: int = 0  # elements set as they are that the walk is in
    _breaks: int = 0  # line breaks since the last text
    _kind: BlockKind = "paragraph"
    _level: int = 0

    def enter(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        elif tag in _SET_APART:
            self._part()
        self._links += tag == "a"
        self._set += tag == "pre"
        self._lists += tag in _LISTS
        if tag in HEADINGS:
            self._kind, self._level = "heading", HEADINGS[tag]
        elif tag in _ITEMS:
            self._kind, self._level = "list-item", max(0, self._lists - 1)

    def leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
        elif tag in _SET_APART:
            self._part()
        self._links -= tag == "a"
        self._set -= tag == "pre"
        self._lists -= tag in _LISTS
        if tag in HEADINGS or tag in _ITEMS or tag in _LISTS:
            self._kind, self._level = "paragraph", 0

    def line_break(self) -> None:
        self._breaks += 1
        if self._breaks > 1 and self._kind != "heading":
            breaks = self._breaks
            self.flush()
            self._breaks = breaks

    def write(self, text: str | None) -> None:
        """Add text to the block; line breaks of the source are blanks but where it is set as it is."""
        if text and self._set and "\n" in text:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.line_break()
                self.write(line)
            return
        if not text or not (folded := _SPACE.sub(" ", text)).strip():
            if text and self._parts:
                self._parts.append(" ")
            return
        if self._parts and self._breaks:
            self._parts.append("\n")
        self._breaks = 0
        if self._parts and self._parts[-1] == "" and _run_together(self._parts, folded):
            kind, level = self._kind, self._level
            self.flush()
            self._kind, self._level = kind, level
        self._parts.append(folded)
        if self._links:
            self._linked += len(folded)

    def flush(self) -> None:
        """End the block."""
        lines = "".join(self._parts).split("\n")
        text = "\n".join(filter(None, (_SPACE.sub(" ", line).strip() for line in lines)))
        if text:
            share = min(1.0, self._linked / len(text))
            self.pieces.append(Piece(self._kind, text, self._level, share))
            if self._kind == "list-item":
                self._kind, self._level = "paragraph", 0  # a second paragraph of the item is one of its own
        self._parts.clear()
        self._linked = self._breaks = 0

    def _part(self) -> None:
        """Note where a box of its own begins or ends."""
        if self._parts:
            self._parts.append("")


def _run_together(parts: list[str], text: str) -> bool:
    """Whether a box runs together with what is before it: "Feria del LibroMiércoles", "la OEILunes"."""
    before = "".join(parts[-3:])[-2:]
    if not text[0].isupper() or len(before) < 2:
        return False
    return before[-1].islower() or before[-1] in ".”)»" or (before.isupper() and text[1:2].islower())


def _rows(table: Any) -> list[Piece] | None:
    """The rows of a table; None for one that lays out a page."""
    if table.find(".//table") is not None:
        return None
    rows: list[Piece] = []
    reserved: dict[int, int] = {}  # rows below that a cell still reaches down to, by column
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if any(cell.xpath(_NO_CELL) for cell in cells):
            return None
        texts = tuple(" ".join(_SPACE.sub(" ", text).strip() for text in _lines(cell)) for cell in cells)
        if any(len(text) > _LONGEST_CELL for text in texts):
            return None
        linked = sum(len(text) for cell in cells for text in cell.xpath("descendant::a//text()"))
        length = sum(map(len, texts))
        placed = _placed(cells, texts, reserved)
        if length:
            rows.append(Piece("table-row", " ".join(texts), 0, min(1.0, linked / length), placed))
    if not any(sum(map(bool, row.cells)) > 1 for row in rows):
        return None
    return rows


def _placed(cells: Sequence[Any], texts: Sequence[str], reserved: dict[int, int]) -> tuple[str, ...]:
    """The texts of a row in their columns: empty where a cell of a row above reaches down or one is wide."""
    begun: dict[int, int] = {}
    placed: list[str] = []
    for cell, text in zip(cells, texts, strict=True):
        while reserved.get(len(placed)):
            placed.append("")
        wide = _times(cell, "colspan") if len(placed) < _WIDEST else 1
        for column in range(len(placed), len(placed) + wide):
            begun[column] = _times(cell, "rowspan") - 1
        placed += [text, *[""] * (wide - 1)]
    for column in [*reserved]:
        reserved[column] -= 1
        if reserved[column] <= 0:
            del reserved[column]
    reserved |= {column: rows for column, rows in begun.items() if rows}
    return tuple(placed)


def _times(cell: Any, name: str) -> int:
    """How many columns or rows a cell takes; 1 for what is no such number."""
    stated = cell.get(name, "").strip()
    return min(max(int(stated), 1), _WIDEST) if stated.isdecimal() and len(stated) < 6 else 1


def _lines(element: Any) -> Iterator[str]:
    """The text of a cell, parted at its blocks and line breaks."""
    parts: list[str] = [element.text or ""]
    for node in element.iterdescendants():
        if not isinstance(node.tag, str):
            parts.append(node.tail or "")
            continue
        if node.tag in _BLOCKS or node.tag == "br":
            yield "".join(parts)
            parts = []
        parts += [node.text or "", node.tail or ""]
    yield "".join(parts)
