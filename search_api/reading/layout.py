"""A part of a document as its author laid it out: headings, paragraphs, items, tables, page breaks.

The reading rules tell the layout (`ingest.cleaning`, `ingest.segmentation`), so that a page shows what they
saw: items and cells, and lines that a margin broke joined. They join the lines of an address, too, to find
names that go over two; here those keep their breaks, as all lines do that were ended short of the margin.
Offsets are those of the clean text of the part, to which `Layout.shown` leads from those of the document.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from graph.model import Block, Document, Page, Span
from ingest.cleaning import CleanText, clean
from ingest.lines import Line, Wrapping, split_lines
from ingest.segmentation import Segment, segment

Kind = Literal["heading", "paragraph", "item", "table", "aside"]
# Directories of institutions, which are read as a line for each.
_DIRECTORIES = frozenset({"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
_FITS = 0.75  # share of the margin within which a line and the next word could have stood
_COLUMN = 24  # characters of the narrowest column of text
_FEW = 3  # letters and digits that are not worth a line of their own: bullets, what is left of a mark


class Laid(NamedTuple):
    """A block of the text, `start` to `end`; `level` is the depth of a heading, from 1.

    `rows` are the cells of a table. An aside is a line that is no part of the text, such as a menu; its
    `words` are not in the clean text.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    rows: tuple[tuple[Span, ...], ...] = ()
    words: str = ""


class Break(NamedTuple):
    """Where a page begins, or its running header stood; `number` where the document counts its pages."""

    at: int
    number: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The characters `start` to `end` of a document, laid out; `text` is the clean one, with breaks."""

    start: int
    end: int
    clean: CleanText
    text: str
    blocks: tuple[Laid, ...]
    breaks: tuple[Break, ...]

    def shown(self, start: int, end: int) -> Span | None:
        """Where characters of the document stand in the clean text; None where nothing of them is shown."""
        start, end = max(start, self.start), min(end, self.end)
        if start >= end:
            return None
        first = self.clean.clean_offset(start - self.start)
        after = self.clean.clean_offset(end - 1 - self.start) + 1
        return Span(first, min(after, len(self.clean.text))) if first < after else None


def lay_out(document: Document, start: int, end: int) -> Layout:
    """The characters `start` to `end` of a document, laid out."""
    part = _part(document, start, end)
    cleaned = clean(part)
    segments = segment(cleaned, part)
    blocks = [block for is_cell, run in groupby(segments, _is_cell) for block in _blocks(list(run), is_cell)]
    if not part.blocks:
        blocks += _left_out(part.text, segments, cleaned)
        blocks.sort(key=lambda block: (block.start, block.end))
    text = cleaned.text if part.blocks else _with_breaks(part.text, segments, cleaned)
    return Layout(start, end, cleaned, text, tuple(_nested(blocks)), tuple(_breaks(part, cleaned)))


def _part(document: Document, start: int, end: int) -> Document:
    def inside(first: int, last: int) -> tuple[int, int]:
        return max(first, start) - start, min(last, end) - start

    pages = [
        Page(p.number, *inside(p.start, p.end)) for p in document.pages if p.start < end and p.end > start
    ]
    blocks = [
        Block(b.kind, *inside(b.start, b.end), b.level)
        for b in document.blocks
        if b.start < end and b.end > start
    ]
    text = document.text[start:end]
    if document.media_type in _DIRECTORIES:
        blocks = [Block("list-item", line.first, line.last) for line in split_lines(text) if not line.blank]
    return replace(document, text=text, pages=tuple(pages), blocks=tuple(blocks))


def _is_cell(piece: Segment) -> bool:
    return piece.kind == "table-cell"


def _blocks(run: Sequence[Segment], is_cell: bool) -> list[Laid]:
    if is_cell:
        rows = [tuple(cell.clean for cell in cells) for _, cells in groupby(run, lambda cell: cell.row)]
        return [Laid("table", run[0].clean.start, run[-1].clean.end, rows=tuple(rows))]
    return [_block(piece) for piece in run]


def _block(piece: Segment) -> Laid:
    if piece.kind == "heading":
        return Laid("heading", *piece.clean, piece.level)
    # An item with a number tells it in its text.
    bullet = piece.kind == "list-item" and piece.number is None
    return Laid("item" if bullet else "paragraph", *piece.clean)


def _with_breaks(source: str, segments: Sequence[Segment], cleaned: CleanText) -> str:
    """The clean text with the breaks of lines that their author ended: the next word would have fitted."""
    text = list(cleaned.text)
    for piece in segments:
        if piece.kind == "table-cell":
            continue
        lines = [
            line for line in split_lines(source, start=piece.span.start, end=piece.span.end) if not line.blank
        ]
        margin = _margin(lines, cleaned.wrapping)
        for before, line in pairwise(lines):
            word = len(source[line.first : line.last].split(maxsplit=1)[0])
            at = cleaned.clean_offset(line.first) - 1
            if before.width + 1 + word <= _FITS * margin and piece.clean.start < at and text[at] == " ":
                text[at] = "\n"
    return "".join(text)


def _margin(lines: Sequence[Line], layout: Wrapping) -> int:
    """The width that the lines of a paragraph were broken at: their own, where they fill a column."""
    widest = max((line.width for line in lines), default=0)
    full = sum(line.width > _FITS * widest for line in lines[:-1])
    column = len(lines) > _FEW and widest >= _COLUMN and 4 * full >= 3 * (len(lines) - 1)
    return widest if column else layout.width


def _nested(blocks: Sequence[Laid]) -> Iterator[Laid]:
    """The blocks with the levels of headings counted from 1, none left out between one and the next."""
    above: list[int] = []
    for block in blocks:
        if block.kind == "heading":
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            block = block._replace(level=len(above))
        yield block


def _left_out(text: str, segments: Sequence[Segment], cleaned: CleanText) -> list[Laid]:
    """Lines that cleaning took for a menu: a reader of the source sees them, but they say nothing."""
    spans = sorted([*(s.span for s in segments), *(e.span for e in cleaned.furniture)])
    found, reached = [], 0
    for start, end in [*spans, Span(len(text), len(text))]:
        words = text[reached:start].strip() if start > reached else ""
        if sum(map(str.isalnum, words)) > _FEW:
            at = cleaned.clean_offset(reached)
            found.append(Laid("aside", at, at, words=words))
        reached = max(reached, end)
    return found


def _breaks(part: Document, cleaned: CleanText) -> list[Break]:
    tops: list[tuple[int, int | None, str]] = [(page.start, page.number, "") for page in part.pages]
    tops += [(e.span.start, None, e.text) for e in cleaned.furniture]
    found: list[Break] = []
    for start, number, words in sorted(tops, key=lambda top: top[0]):
        at = cleaned.clean_offset(start)
        if found and found[-1].at == at:
            before = found.pop()
            both = " · ".join(filter(None, (before.words, words)))
            found.append(Break(at, number or before.number, both))
        else:
            found.append(Break(at, number, words))
    return found
