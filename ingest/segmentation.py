"""From clean text to segments: headings, paragraphs, list items and table cells, each under its headings."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.model import Document, Span
from ingest.cleaning import BULLET_TEXT, CleanText, Paragraph
from ingest.lines import ENUMERATOR, HASHES, TERMINAL
from ingest.sentences import sentences

__all__ = ["Segment", "segment", "sentences"]

SegmentKind = Literal["heading", "paragraph", "list-item", "table-cell"]

_TITLE_LENGTH = 120
_WEAK_LENGTH = 90
_WEAK_WORDS = 14
_ENDS_OPEN = re.compile(r"[.;:,…][\"'”’»)\]]*$")
_ROW_NUMBER = re.compile(r"(?:N[.º°o]*\s*)?\d{1,3}[.)º°]{0,2}", re.IGNORECASE)
_DATELINE = re.compile(r",\s.*\b\d{4}$")
_LETTERS = re.compile(r"[^\W\d_]")
_PART = re.compile(
    r"(?:cap[íi]tulo|chapter|secci[óo]n|se[çc][ãa]o|section|parte|part|anexo|annex|ap[ée]ndice|ap[êe]ndice|appendix|"
    r"m[óo]dulo|module|tema|eje|eixo|axis|unidad|unidade|unit|sesi[óo]n|sess[ãa]o|session|panel|painel|d[íi]a|day)"
    r"\s+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b",
    re.IGNORECASE,
)

# Ranks of headings by their style, the highest first; a heading is under the last one of a smaller rank.
_RANK_TITLE, _RANK_CAPITALS, _RANK_PART, _RANK_PLAIN = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text as its author laid it out.

    `text` is the clean text from `clean.start` to `clean.end`, without list bullet or heading marks but
    with its number, which `number` repeats ("16.", "a)"). `level` is the rank of a heading (1 the highest)
    or the column of a table cell (0 the first); cells of one row share `row`, and the number that their row
    starts with. `span` is in the source.
    """

    kind: SegmentKind
    text: str
    span: Span
    clean: Span
    number: str | None = None
    level: int = 0
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    row: int | None = None

    @property
    def heading(self) -> str | None:
        """The nearest heading."""
        return self.heading_path[-1] if self.heading_path else None


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    column: int
    number: str | None


def segment(clean: CleanText, document: Document) -> tuple[Segment, ...]:
    """Cut a clean text into segments, in the order of the text.

    Where the document states its blocks they are followed; otherwise headings, lists and tables whose cells
    came out one below the other are told by their layout. Tables set in columns come as cells already.
    """
    paragraphs = clean.paragraphs
    cells = (
        _stated_cells(paragraphs, document) if document.blocks else _laid_cells(clean) | _stacked_cells(clean)
    )
    headed = any(p.block is not None and p.block.kind == "heading" for p in paragraphs)
    page_starts = [page.start for page in document.pages]
    path: list[tuple[int, str]] = []
    segments: list[Segment] = []
    for index, paragraph in enumerate(paragraphs):
        start = _content_start(clean, paragraph)
        text = clean.text[start : paragraph.end]
        span = clean.source(start, paragraph.end)
        page = None
        if page_starts:
            page = document.pages[max(0, bisect_right(page_starts, span.start) - 1)].number
        number = _number(text)
        cell = cells.get(index)
        if cell is not None:
            kind: SegmentKind = "table-cell"
            level, row, number = cell.column, cell.row, cell.number
        else:
            row = None
            level = _heading_rank(clean, index, cells, headed=headed)
            if level:
                kind = "heading"
                while path and path[-1][0] >= level:
                    path.pop()
            elif paragraph.marker in {"bullet", "number"} or (
                paragraph.block is not None and (paragraph.block.kind == "list-item" or number is not None)
            ):
                kind = "list-item"
            else:
                kind = "paragraph"
        segments.append(
            Segment(
                kind=kind,
                text=text,
                span=span,
                clean=Span(start, paragraph.end),
                number=number,
                level=level,
                heading_path=tuple(title for _, title in path),
                page=page,
                row=row,
            )
        )
        if kind == "heading":
            path.append((level, text))
    return tuple(segments)


def _content_start(clean: CleanText, paragraph: Paragraph) -> int:
    """Where the text of a paragraph begins, after its bullet or heading marks."""
    if paragraph.marker == "bullet" and clean.text.startswith(BULLET_TEXT, paragraph.start):
        return paragraph.start + len(BULLET_TEXT)
    if paragraph.marker == "hash":
        found = HASHES.match(clean.text, paragraph.start, paragraph.end)
        if found:
            return found.end()
    return paragraph.start


def _number(text: str) -> str | None:
    found = ENUMERATOR.match(text)
    return found.group().strip() if found else None


def _heading_rank(clean: CleanText, index: int, cells: dict[int, _Cell], *, headed: bool) -> int:
    """Rank of the heading that a paragraph is; 0 for one that is none."""
    paragraph = clean.paragraphs[index]
    block = paragraph.block
    if block is not None and block.kind == "heading":
        return max(1, block.level)
    text = clean.text[paragraph.start : paragraph.end]
    if paragraph.marker == "hash" and paragraph.lines == 1:
        return text.index(" ") if len(text) <= 2 * _TITLE_LENGTH else 0
    if (
        paragraph.marker in {"bullet", "entry"}
        or (block is not None and block.kind != "paragraph")
        or len(text) > _TITLE_LENGTH
        or paragraph.lines > 2
        or _ENDS_OPEN.search(text[-4:])
        or "\n" in text
    ):
        return 0
    following = clean.paragraphs[index + 1] if index + 1 < len(clean.paragraphs) else None
    if following is None:
        return 0
    enumerator = ENUMERATOR.match(text)
    title = text[enumerator.end() :] if enumerator else text
    if not _starts_title(title):
        return 0
    if enumerator and enumerator.lastgroup == "decimal":
        # A short numbered line is a heading where text comes under it, an item where its neighbours are
        # items.
        dots = _dots(enumerator.group())
        before, after = _decimal(clean, index - 1) if index else None, _decimal(clean, index + 1)
        items = (
            before is not None
            or (after is not None and _dots(after) <= dots)
            or following.marker == "bullet"
            or (index + 1 in cells and following.cell is None)
        )
        if paragraph.lines > 1 or (items and dots == 0 and not _capitals(title)):
            return 0
        return _RANK_PART + dots
    if _capitals(title):
        return _RANK_CAPITALS
    if _PART.match(title) and paragraph.lines == 1:
        return _RANK_PART
    if enumerator:
        if paragraph.lines > 1 or enumerator.group()[0].islower():
            return 0
        return _RANK_PART if enumerator.lastgroup == "letter" else _RANK_CAPITALS
    if headed:
        return 0
    return _plain_rank(clean, index, text, following)


def _plain_rank(clean: CleanText, index: int, text: str, following: Paragraph) -> int:
    """Rank of a short line in ordinary letters: a title by its place and by the text that comes under it."""
    paragraph = clean.paragraphs[index]
    if index == 0 and (
        following.end - following.start > len(text) // 2
        or _heading_rank(clean, 1, {}, headed=False) > _RANK_TITLE
    ):
        return _RANK_TITLE
    narrow = not clean.wrapping.wrapped or paragraph.width < 0.8 * clean.wrapping.width
    if (
        paragraph.lines > 1
        or not narrow
        or len(text) > _WEAK_LENGTH
        or len(text.split()) > _WEAK_WORDS
        or _DATELINE.search(text)
        or (text[-1] in "?!" and text[0] not in "¿¡")
    ):
        return 0
    under = clean.text[following.start : following.end]
    reads_on = (
        following.marker in {"number", "bullet", "entry"}
        or following.cell is not None
        or TERMINAL.search(under[-4:]) is not None
    )
    return _RANK_PLAIN if reads_on or len(under) > 1.5 * len(text) else 0


def _dots(number: str) -> int:
    """Depth of a decimal number: 0 for "3.", 1 for "3.1"."""
    return number.strip().rstrip(".)-º").count(".")


def _starts_title(text: str) -> bool:
    first = text.lstrip("¿¡\"'“‘«(*")[:1]
    return first.isupper() or first.isdigit()


def _capitals(text: str) -> bool:
    """Whether a line is set in capitals; an acronym alone is not a heading."""
    letters = _LETTERS.findall(text)
    upper = sum(1 for letter in letters if letter.isupper())
    longest = max((len(word) for word in re.findall(r"[^\W\d_]+", text)), default=0)
    return len(letters) >= 5 and longest >= 5 and upper >= 0.8 * len(letters)


def _stated_cells(paragraphs: Sequence[Paragraph], document: Document) -> dict[int, _Cell]:
    """Cells of the tables that the document states."""
    rows = sorted(block.start for block in document.blocks if block.kind == "table-row")
    cells: dict[int, _Cell] = {}
    for index, paragraph in enumerate(paragraphs):
        block = paragraph.block
        if block is not None and block.kind == "table-cell":
            cells[index] = _Cell(bisect_right(rows, block.start), block.level, None)
    return cells


def _laid_cells(clean: CleanText) -> dict[int, _Cell]:
    """Cells of tables set in columns, with bars or with tabs; the first column may number the rows."""
    cells: dict[int, _Cell] = {}
    row, number = 0, None
    for index, paragraph in enumerate(clean.paragraphs):
        if paragraph.cell is None:
            continue
        text = clean.text[paragraph.start : paragraph.end]
        if paragraph.cell.row != row:
            row = paragraph.cell.row
            own = paragraph.cell.column == 0 and _ROW_NUMBER.fullmatch(text)
            number = text if own else None
        # A cell "15 de mayo" in row 1 does not begin with the number of its row.
        alien = number is not None and paragraph.cell.column > 0 and text.startswith(number)
        cells[index] = _Cell(row, paragraph.cell.column, None if alien else number)
    return cells


def _stacked_cells(clean: CleanText) -> dict[int, _Cell]:
    """Cells of tables that an extraction wrote one below the other, in narrow lines.

    They show as paragraphs less than half as wide as the text; a number begins each row. A line wider than
    all columns belongs to the text again.
    """
    cells: dict[int, _Cell] = {}
    if not clean.wrapping.wrapped:
        return cells
    row = max((p.cell.row for p in clean.paragraphs if p.cell is not None), default=0)
    for begin, end in _narrow_runs(clean):
        columns = [p.width for p in clean.paragraphs[begin:end] if p.lines > 1]
        starts = [i for i in range(begin, end) if _decimal(clean, i) and clean.paragraphs[i].lines > 1]
        if len(columns) < 3 or not starts:
            continue
        widest = max(columns)
        number: str | None = None
        column = most = 0
        for index in range(starts[0], end):
            paragraph = clean.paragraphs[index]
            if paragraph.width > widest or (paragraph.marker == "number" and not _decimal(clean, index)):
                break
            found = _decimal(clean, index)
            if found:
                row, column, number, most = row + 1, 0, found, max(most, column)
            # The last row has no next row to end it, but no more columns than the rows before it either.
            elif most and column >= most and paragraph.lines == 1 and index > starts[-1]:
                break
            cells[index] = _Cell(row, column, number)
            column += 1
    return cells


def _narrow_runs(clean: CleanText) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    begin: int | None = None
    for index, paragraph in enumerate(clean.paragraphs):
        if 2 * paragraph.width < clean.wrapping.width and paragraph.cell is None:
            begin = index if begin is None else begin
        elif begin is not None:
            runs.append((begin, index))
            begin = None
    if begin is not None:
        runs.append((begin, len(clean.paragraphs)))
    return runs


def _decimal(clean: CleanText, index: int) -> str | None:
    paragraph = clean.paragraphs[index]
    found = ENUMERATOR.match(clean.text, paragraph.start, paragraph.end)
    return found["decimal"] if found and found["decimal"] else None
