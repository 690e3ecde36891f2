"""Raw HTML in a text file: where its paragraphs, headings, items and cells stand in the file itself."""

import html
import re
from dataclasses import dataclass, field

from graph.model import Block, BlockKind, Span
from ingest.markup import BLOCK_TAGS, HIDDEN, TAG, without_tags

_LINK = re.compile(r"<a\b[^<>]{0,3000}>.{0,600}?</a\s*>", re.IGNORECASE | re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_MENU_ITEMS, _MENU_WORDS = 4, 3  # links of so few words, so many of them in a row, are a menu


class Markup:
    """A text whose code is overwritten (`ingest.markup.without_code`), with and without its tags."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.seen = without_tags(code, breaks=True)

    def visible(self, start: int, end: int) -> Span | None:
        """The part of an interval from its first to its last visible character; None where there is none."""
        piece = self.seen[start:end]
        blank = f" \t\r\n\f\v\xa0{HIDDEN}"
        begin = start + len(piece) - len(piece.lstrip(blank))
        stop = start + len(piece.rstrip(blank))
        if begin >= stop or not html.unescape(self.seen[begin:stop]).strip():
            return None
        return Span(begin, stop)

    def is_link(self, start: int, end: int) -> bool:
        """Whether an interval holds nothing but links, of few words each."""
        code = self.code[start:end]
        rest, links = _LINK.subn(" ", code)
        if not links or _LETTER.search(without_tags(rest, breaks=True)):
            return False
        return len(self.seen[start:end].replace(HIDDEN, "").split()) <= _MENU_WORDS * links


def html_blocks(
    markup: Markup, start: int, end: int, *, kind: BlockKind = "paragraph", level: int = 0
) -> list[Block]:
    """The blocks of an interval, parted at block-level tags and at empty lines made of two `<br>`.

    What stands before the first of these tags is a block of `kind` and `level`. Linear in the length.
    """
    walk = _Walk(markup, kind, level)
    at = start
    broken: int | None = None  # where the last <br> ended
    for tag in TAG.finditer(markup.code, start, end):
        name = tag["name"].lower()
        if name == "br":
            if broken is not None and markup.visible(broken, tag.start()) is None:
                walk.add(at, broken)
                at = tag.end()
            broken = tag.end()
            continue
        if name not in BLOCK_TAGS:
            continue
        walk.add(at, tag.start())
        at, broken = tag.end(), None
        walk.step(name, closes=bool(tag["close"]), at=tag.start())
    walk.add(at, end)
    walk.end_row()
    return _without_menus(markup, walk.blocks, walk.linked)


@dataclass(slots=True)
class _Walk:
    """Where a walk through the tags is: what the text that comes next would be."""

    markup: Markup
    kind: BlockKind
    level: int
    blocks: list[Block] = field(default_factory=list)
    linked: set[int] = field(default_factory=set)  # starts of the items that are links alone
    depth: int = 0
    column: int = -1
    row: list[Block] = field(default_factory=list)
    in_row: bool = False

    def add(self, start: int, end: int) -> None:
        """Add what is visible of an interval."""
        span = self.markup.visible(start, end)
        if span is None:
            return
        kind: BlockKind = "table-cell" if self.in_row and self.kind == "paragraph" else self.kind
        block = Block(kind, *span, max(0, self.column) if kind == "table-cell" else self.level)
        if self.in_row:
            self.row.append(block)
        else:
            self.blocks.append(block)
        if kind == "list-item":
            if self.markup.is_link(start, end):
                self.linked.add(span.start)
            self.kind, self.level = "paragraph", 0  # a second paragraph of the item is one of its own

    def step(self, name: str, *, closes: bool, at: int) -> None:
        """Go past a block-level tag."""
        if name in {"ul", "ol", "dl"}:
            self.depth = max(0, self.depth - 1) if closes else self.depth + 1
            self.kind, self.level = "paragraph", 0
        elif name in {"li", "dt", "dd"}:
            self.kind, self.level = ("paragraph", 0) if closes else ("list-item", max(0, self.depth - 1))
        elif len(name) == 2 and name[0] == "h" and name[1].isdigit():
            self.kind, self.level = ("paragraph", 0) if closes else ("heading", int(name[1]))
        elif name == "tr":
            self.end_row()
            self.in_row = not closes
        elif name in {"td", "th"}:
            self.kind, self.level = "paragraph", 0
            self.column += not closes
        elif name in {"table", "tbody", "thead", "tfoot"}:
            self.end_row()
        elif closes and self.kind == "heading":
            pass  # <h2><div>…</div></h2>
        elif closes and self.kind == "paragraph":
            self.level = 0

    def end_row(self) -> None:
        """Close a table row: cells of one paragraph each, or blocks where a page is laid out as a table."""
        row, self.row = self.row, []
        self.in_row, self.column = False, -1
        cells = [block for block in row if block.kind == "table-cell"]
        if len(row) > 1 and len({cell.level for cell in cells}) == len(row):
            self.blocks.append(Block("table-row", row[0].start, row[-1].end))
            self.blocks += row
            return
        self.blocks += [b._replace(kind="paragraph", level=0) if b.kind == "table-cell" else b for b in row]


def _without_menus(markup: Markup, blocks: list[Block], linked: set[int]) -> list[Block]:
    """The blocks without runs of items that are links of a few words: the menus of a site."""
    kept: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.kind == "list-item" and block.start in linked:
            run.append(block)
            continue
        if len(run) < _MENU_ITEMS:
            kept += run
        run = []
        if block is not None:
            kept.append(block)
    return kept
