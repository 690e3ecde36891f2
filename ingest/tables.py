"""Tables in text without markup: set in columns with spaces, ruled with bars, or separated by tabs."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from ingest.lines import ENUMERATOR, GLYPH_BULLET, Line

Form = Literal["cells", "entries", "columns"]

# A rule drawn between rows: "-----  -----", "|---|---|", "+----+----+", or with box characters.
RULE_LINE = re.compile(r"(?=.{3})[-=_+|:\s\u2010-\u2015\u2500-\u257f]+")
_GRID_RULE = re.compile(r"[+\u250c\u251c\u2514\u255e\u2560][-=+:\u2010-\u2015\u2500-\u257f]+")
_BAR = re.compile(r"(?<!\\)[|\u2502\u2503\u2551]")
_TAB = re.compile(r"\s*\t\s*")


class Cell(NamedTuple):
    """A cell of a row: its lines, each a piece of a line of the text; `column` is 0 for the first."""

    column: int
    lines: tuple[Line, ...]


Row = tuple[Cell, ...]


class Table(NamedTuple):
    """A table of a text, from line `first` to line `last` (both included).

    `form` tells how to read it: "cells" is a table proper, whose first row may be its heads; "entries" has a
    label or a date in the first column and what it is about in the second; "columns" is running text set in
    columns, each of which is a row here. `furniture` are the lines of the page among the rows.
    """

    first: int
    last: int
    form: Form
    rows: tuple[Row, ...]
    furniture: tuple[int, ...] = ()


def find_ruled(text: str, lines: Sequence[Line], dropped: frozenset[int]) -> list[Table]:
    """Tables whose cells are parted by bars or by tabs, in order; in time linear in the text."""
    found: list[Table] = []
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and _is_barred(text, lines[end]) and end not in dropped:
            end += 1
        table = _barred(text, lines, index, end) if end > index + 1 else None
        if table is None and end == index:
            while end < len(lines) and _is_tabbed(text, lines[end]) and end not in dropped:
                end += 1
            table = _tabbed(text, lines, index, end) if end > index + 1 else None
        if table is not None:
            found.append(table)
        index = max(end, index + 1)
    return found


def piece(line: Line, first: int, last: int) -> Line:
    """The part of a line from offset `first` to `last` as a line."""
    return Line(first, last, first, last, line.page_top)


def visible(text: str, line: Line, first: int, last: int) -> Line:
    """The part of a line without the white space around it; blank where there is nothing else."""
    inside = text[first:last]
    begin = first + len(inside) - len(inside.lstrip())
    return piece(line, begin, max(begin, first + len(inside.rstrip())))


def _is_barred(text: str, line: Line) -> bool:
    return not line.blank and (
        _BAR.search(text, line.first, line.last) is not None
        or _GRID_RULE.fullmatch(text, line.first, line.last) is not None
    )


def _barred(text: str, lines: Sequence[Line], first: int, end: int) -> Table | None:
    """A table with bars; with rules between its rows, a row may have several lines."""
    blocks: list[list[list[Line]]] = [[]]
    rules = framed = 0
    counts: set[int] = set()
    for line in lines[first:end]:
        if RULE_LINE.fullmatch(text, line.first, line.last) and not text[line.first : line.last].isspace():
            rules += 1
            blocks.append([])
            continue
        cells, closed = _between_bars(text, line)
        counts.add(len(cells))
        framed += closed
        blocks[-1].append(cells)
    blocks = [block for block in blocks if block]
    records = [record for block in blocks for record in block]
    columns = max(counts, default=0)
    # Lines of a menu or an address have bars too; a table has a frame, a rule, or the same bars in each line.
    alike = len(counts) == 1 and framed in {0, len(records)}
    sure = rules > 0 or framed == len(records) or len(records) >= 3 or columns >= 3
    if columns < 2 or len(records) < 2 or not sure or not (alike or (rules and min(counts) >= columns - 1)):
        return None
    ruled = rules > 3 and len(blocks) > 2 and any(len(block) > 1 for block in blocks)
    groups = blocks if ruled else [[record] for record in records]
    return Table(first, end - 1, "cells", tuple(filter(None, (_stacked(group) for group in groups))))


def _between_bars(text: str, line: Line) -> tuple[list[Line], bool]:
    """The cells of a line, empty ones too, and whether bars open and close the line."""
    bars = [bar.start() for bar in _BAR.finditer(text, line.first, line.last)]
    opened = bool(bars) and bars[0] == line.first
    closed = len(bars) > 1 and bars[-1] == line.last - 1
    edges = [*([] if opened else [line.first - 1]), *bars, *([] if closed else [line.last])]
    cells = [visible(text, line, a + 1, b) for a, b in pairwise(edges)]
    return cells, opened and closed


def _stacked(records: Sequence[Sequence[Line]]) -> Row:
    """One row of the lines of its cells."""
    columns = max((len(record) for record in records), default=0)
    cells = (
        Cell(column, tuple(r[column] for r in records if column < len(r) and not r[column].blank))
        for column in range(columns)
    )
    return tuple(cell for cell in cells if cell.lines)


def _is_tabbed(text: str, line: Line) -> bool:
    return not line.blank and text.find("\t", line.first, line.last) >= 0


def _tabbed(text: str, lines: Sequence[Line], first: int, end: int) -> Table | None:
    """A table with tabs, or a list of labels and values; a list with a tab after its marks is neither."""
    records = [list(_between_tabs(text, line)) for line in lines[first:end]]
    columns = max(len(record) for record in records)
    same = sum(1 for record in records if len(record) == columns)
    if columns < 2 or 2 * same < len(records) or min(len(record) for record in records) < 2:
        return None
    rows = tuple(row for row in (_stacked([record]) for record in records) if row)
    if columns == 2 and sum(is_mark(text, row[0].lines[0]) for row in rows) * 2 >= len(rows):
        return None
    return Table(first, end - 1, "cells", rows)


def _between_tabs(text: str, line: Line) -> Iterator[Line]:
    at = line.start if text.find("\t", line.start, line.first) >= 0 else line.first
    while at <= line.last:
        tab = text.find("\t", at, line.last)
        stop = tab if tab >= 0 else line.last
        yield visible(text, line, at, stop)
        at = stop + 1


def is_mark(text: str, line: Line) -> bool:
    """Whether a cell is nothing but the bullet or the number of a list item."""
    content = text[line.first : line.last] + " x"
    found = ENUMERATOR.match(content) or GLYPH_BULLET.match(content)
    return (found is not None and found.end() == len(content) - 1) or content[:-2] in {
        "-",
        "–",
        "—",
        "*",
        "o",
    }
