"""Reading order of a page from where its pieces of text stand: columns of prose, and tables.

Coordinates are those of PDF: points, the origin at the lower left. Both readings are careful: where the
layout is not plain, they say so with None, and the order of the file stands.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import mean, median
from typing import NamedTuple

_MOST = 2000  # pieces on a page; a page of more is no text
_COLUMNS = 3  # of prose, at most; more is a table
_LINES = 5  # in a column, at least
_FILL = 0.6  # part of its column that the middle line of prose fills
_LETTERS = 18  # in a line of prose on average: cells of tables are shorter
_GUTTER = 0.7  # least white between columns of prose, times the height of letters
_ALIGNED = 4.0  # points that the left edges of the cells of a column may differ
_ROWS = 3  # of a table, at least
_MORE = 1.2  # times the distance of lines from which a gap parts rows


class Piece(NamedTuple):
    """Text without a wide gap: line of the file it is in, bottom and height of its first letter."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    line: int

    @property
    def top(self) -> float:
        """Upper edge of its first letter."""
        return self.bottom + self.height


class Row(NamedTuple):
    """A line to be written: pieces that belong together, or the cells of a table row."""

    text: str
    bottom: float
    height: float
    cells: int = 1


def in_columns(pieces: Sequence[Piece]) -> list[Piece] | None:
    """The pieces of a page of two or three columns of prose, by column; None where that changes nothing.

    What crosses the white between columns (a title, a page number) parts the page into bands.
    """
    if not 2 * _LINES <= len(pieces) <= _MOST:
        return None
    sides = _beside(pieces)
    bounds = _bounds([p for p, beside in zip(pieces, sides, strict=True) if beside])
    if not 2 <= len(bounds) <= _COLUMNS:
        return None
    column_of: dict[Piece, int | None] = {}
    for piece in pieces:
        column_of[piece] = next(
            (
                i
                for i, (left, right) in enumerate(bounds)
                if left - 2 <= piece.left and piece.right <= right + 2
            ),
            None,
        )
    for index, (left, right) in enumerate(bounds):
        own = [p for p in pieces if column_of[p] == index]
        if (
            len(own) < _LINES
            or median(p.right - p.left for p in own) < _FILL * (right - left)
            or mean(len(p.text) for p in own) < _LETTERS
        ):
            return None
    across = sorted({p.bottom for p in pieces if column_of[p] is None}, reverse=True)

    def place(piece: Piece) -> tuple[int, int, float, float]:
        above = sum(1 for bottom in across if bottom > piece.bottom)
        column = column_of[piece]
        band = 2 * above if column is not None else 2 * above + 1
        return band, column or 0, -piece.bottom, piece.left

    ordered = sorted(pieces, key=place)
    return None if ordered == list(pieces) else ordered


def with_tables(pieces: Sequence[Piece]) -> list[Row | Piece] | None:
    """The pieces with the rows of tables in the place of their cells; None for a page without a table.

    A table is lines one under the other whose pieces begin at the same places, three rows or more.
    """
    if not 2 * _ROWS - 1 <= len(pieces) <= _MOST:
        return None
    lines = _visual_lines(pieces)
    written: dict[Piece, list[Row]] = {}
    taken: set[Piece] = set()
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        rows = _rows(lines[at:end]) if end > at else []
        if len(rows) < _ROWS:
            at += 1
            continue
        cells = [piece for line in lines[at:end] for piece in line]
        written[min(cells, key=pieces.index)] = rows
        taken.update(cells)
        at = end
    if not written:
        return None
    result: list[Row | Piece] = []
    for piece in pieces:
        if piece in written:
            result.extend(written[piece])
        elif piece not in taken:
            result.append(piece)
    return result


def _beside(pieces: Sequence[Piece]) -> list[bool]:
    """For each piece whether another stands beside it, by a good part of their heights."""
    order = sorted(range(len(pieces)), key=lambda i: -pieces[i].bottom)
    found = [False] * len(pieces)
    for upper, lower in pairwise(order):
        a, b = pieces[upper], pieces[lower]
        apart = a.right < b.left or b.right < a.left
        if apart and min(a.top, b.top) - max(a.bottom, b.bottom) > 0.3 * min(a.height, b.height):
            found[upper] = found[lower] = True
    return found


def _bounds(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """The columns that the pieces stand in: what white from top to bottom leaves between."""
    if not pieces:
        return []
    gutter = _GUTTER * median(p.height for p in pieces)
    bounds: list[tuple[float, float]] = []
    for piece in sorted(pieces, key=lambda p: p.left):
        if bounds and piece.left - bounds[-1][1] < gutter:
            bounds[-1] = bounds[-1][0], max(bounds[-1][1], piece.right)
        else:
            bounds.append((piece.left, piece.right))
    return bounds


def _visual_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces by lines from top to bottom, each from left to right."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: -p.bottom):
        if lines and abs(lines[-1][0].bottom - piece.bottom) < 0.35 * min(lines[-1][0].height, piece.height):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda p: p.left) for line in lines]


def _table_end(lines: Sequence[Sequence[Piece]], begin: int) -> int:
    """Where the table ends that begins with line `begin`; `begin` itself where none does."""
    starts = [piece.left for piece in lines[begin]]
    if len(starts) < 2:
        return begin
    end = begin + 1
    while end < len(lines):
        line, above = lines[end], lines[end - 1]
        distance = above[0].bottom - line[0].bottom
        columns = [_column(starts, piece) for piece in line]
        if distance > 4 * line[0].height or None in columns or len(set(columns)) < len(columns):
            break
        # A lone piece goes on with a cell above it, unless it runs into the next column.
        if len(line) == 1:
            column = columns[0] or 0
            runs_on = column + 1 < len(starts) and line[0].right >= starts[column + 1]
            if runs_on or distance > 1.6 * line[0].height:
                break
        end += 1
    return end


def _column(starts: Sequence[float], piece: Piece) -> int | None:
    return next((i for i, start in enumerate(starts) if abs(start - piece.left) <= _ALIGNED), None)


def _rows(lines: Sequence[Sequence[Piece]]) -> list[Row]:
    """The rows of a table; a cell of several lines becomes one."""
    starts = [piece.left for piece in lines[0]]
    gaps = [above[0].bottom - below[0].bottom for above, below in pairwise(lines)]
    if not gaps:
        return []
    partial = any(len(line) < len(starts) for line in lines)
    usual = min(gaps)
    spaced = partial and max(gaps) > _MORE * usual
    groups: list[list[Sequence[Piece]]] = [[lines[0]]]
    for line, gap in zip(lines[1:], gaps, strict=True):
        # Where rows stand apart, the gap tells them; otherwise a line with a first and another cell does.
        begins = gap > _MORE * usual if spaced else (len(line) > 1 and _column(starts, line[0]) == 0)
        if begins:
            groups.append([line])
        else:
            groups[-1].append(line)
    rows: list[Row] = []
    for group in groups:
        cells: list[list[str]] = [[] for _ in starts]
        for piece in (piece for line in group for piece in line):
            cells[_column(starts, piece) or 0].append(piece.text)
        text = "\t".join(" ".join(cell) for cell in cells)
        rows.append(Row(text, group[-1][0].bottom, group[0][0].height, len(starts)))
    return rows


def lines_of(pieces: Sequence[Row | Piece]) -> list[Row]:
    """The lines to be written: neighbours of one line of the file together, table rows as they are."""
    lines: list[Row] = []
    for _, group in groupby(
        enumerate(pieces), key=lambda item: item[1].line if isinstance(item[1], Piece) else -1 - item[0]
    ):
        items = [item for _, item in group]
        first = items[0]
        if isinstance(first, Row):
            lines.append(first)
        else:
            lines.append(Row(" ".join(item.text for item in items), first.bottom, first.height))
    return lines
