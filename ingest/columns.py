"""Columns set with spaces: where they begin and end, and what the lines have in each.

A stretch of lines is in columns where the same strips of two or more spaces run down through all of them.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.furniture import PAGE_NUMBER
from ingest.lines import Line
from ingest.tables import RULE_LINE, piece

_RUN = re.compile(r"\S+(?:\s\S+)*")  # text up to the next two spaces
_GAP = re.compile(r"\s\s")
_LEADERS = re.compile(r"\.{4,}|(?:\s\.){3,}|…{2,}")  # of a table of contents
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:def|class|return|import|from|for|if|else|while|#include|//|/\*)\b.*[:;({]"
    r"|[=!<>+]=|::|->|\w\([^)]*\)\s*[:;{]|\s=\s\S"
)
_PAGED = re.compile(r"\S.*\S\s{3,}\d{1,4}|\d{1,4}\s{3,}\S.*\S")
_NOTE = re.compile(r"(?:fuentes?|notas?|sources?|notes?|fontes?)\s*:|\*", re.IGNORECASE)
_MOST_BLANK = 2  # blank lines between two rows
_LOOK_BACK = 50  # lines that support a gutter
_CROWDED = 1.25  # runs per cell; the lines of justified text have many more gaps than a table has gutters


class GridLine(NamedTuple):
    """What line number `line` has in each column.

    `block` counts the groups between blank lines or rules; `torn` tells that a page ended before the line.
    """

    line: int
    block: int
    torn: bool
    cells: dict[int, Line]


class Grid(NamedTuple):
    """A stretch of lines in columns; `edges` are the columns' first and last positions in the line."""

    first: int
    last: int
    edges: tuple[tuple[int, int], ...]
    lines: tuple[GridLine, ...]
    furniture: tuple[int, ...]


class _Runs(NamedTuple):
    line: int
    block: int
    torn: bool
    spans: tuple[tuple[int, int], ...]


def find_grids(text: str, lines: Sequence[Line], dropped: frozenset[int]) -> list[Grid]:
    """The stretches of lines in columns, in order, in time linear in the text."""
    found: list[Grid] = []
    index = 0
    while index < len(lines):
        if index in dropped or not _opens(text, lines[index]):
            index += 1
            continue
        stretch, after, furniture = _stretch(text, lines, dropped, index)
        grid = _grid(text, lines, stretch, furniture)
        if grid is not None and found and _is_continued(lines, dropped, found[-1], grid):
            found[-1] = _joined(found[-1], grid)
        elif grid is not None:
            found.append(grid)
        index = max(index + 1, grid.last + 1 if grid is not None else after)
    return found


def _is_continued(lines: Sequence[Line], dropped: frozenset[int], before: Grid, grid: Grid) -> bool:
    """Whether nothing but the end of a page stands between two grids of as many columns."""
    between = range(before.last + 1, grid.first)
    return (
        len(before.edges) == len(grid.edges)
        and all(lines[index].blank or index in dropped for index in between)
        and (any(index in dropped for index in between) or lines[grid.first].page_top)
    )


def _joined(before: Grid, grid: Grid) -> Grid:
    """Two grids as one; the columns of the second may stand elsewhere on their page."""
    block = before.lines[-1].block + 1
    moved = [line._replace(block=line.block + block) for line in grid.lines]
    moved[0] = moved[0]._replace(torn=True)
    furniture = before.furniture + grid.furniture
    return Grid(before.first, grid.last, before.edges, (*before.lines, *moved), furniture)


def _opens(text: str, line: Line) -> bool:
    gap = _GAP.search(text, line.first, line.last)
    return gap is not None and len(_runs(text, line)) > 1


def _runs(text: str, line: Line) -> tuple[tuple[int, int], ...]:
    """Positions in the line of its pieces between two or more spaces; none for lines of another kind."""
    if (
        line.blank
        or text.find("\t", line.start, line.last) >= 0
        or RULE_LINE.fullmatch(text, line.first, line.last)
        or _LEADERS.search(text, line.first, line.last)
    ):
        return ()
    return tuple(
        (run.start() - line.start, run.end() - line.start)
        for run in _RUN.finditer(text, line.first, line.last)
    )


def _stretch(
    text: str, lines: Sequence[Line], dropped: frozenset[int], start: int
) -> tuple[list[_Runs], int, list[int]]:
    """The lines from `start` on that leave the same gutters free, and the line that does not."""
    stretch: list[_Runs] = []
    furniture: list[int] = []
    ink: list[tuple[int, int]] = []
    blank = block = 0
    torn = False
    index = start
    while index < len(lines):
        line = lines[index]
        torn = torn or line.page_top or index in dropped
        if index in dropped:
            index += 1
            block += 1
            continue
        if line.blank or RULE_LINE.fullmatch(text, line.first, line.last):
            blank += line.blank
            block += 1
            if blank > _MOST_BLANK:
                break
            index += 1
            continue
        runs = _runs(text, line)
        merged = _merge([*ink, *runs])
        fits = bool(runs) and (
            not stretch
            or (
                len(merged) > 1
                and not any(_supported(stretch, a, b) for a, b in _bridged(ink, runs))
                and not (
                    _inside_one(merged, runs) and not any(_supported(stretch, *g) for g in _gutters(ink))
                )
            )
        )
        if not fits and not (stretch and _is_page_line(text, lines, index, ink)):
            break
        if not fits:
            furniture.append(index)
            torn = True
        else:
            ink = merged
            stretch.append(_Runs(index, block, torn and bool(stretch), runs))
            torn = False
        blank = 0
        index += 1
    if len(stretch) == 1:
        index = max(start + 1, min(index, stretch[0].line + 1))
    return stretch, index, furniture


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of spans; those less than two positions apart become one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _gutters(ink: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(left[1], right[0]) for left, right in pairwise(ink)]


def _inside_one(ink: Sequence[tuple[int, int]], runs: Sequence[tuple[int, int]]) -> bool:
    """Whether several runs are in one column, which then is a line of text before the first of a table."""
    return len(runs) > 1 and any(begin <= runs[0][0] and runs[-1][1] <= end for begin, end in ink)


def _bridged(ink: Sequence[tuple[int, int]], runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The gutters that a line with these runs would close."""
    return [
        (left[1], right[0])
        for left, right in pairwise(ink)
        if len(_merge([left, right, *(r for r in runs if r[0] < right[1] and r[1] > left[0])])) == 1
    ]


def _supported(stretch: Sequence[_Runs], left: int, right: int) -> bool:
    """Whether two lines at least have text on both sides of a gutter."""
    both = 0
    for runs in stretch[-_LOOK_BACK:]:
        both += any(e <= left for _, e in runs.spans) and any(b >= right for b, _ in runs.spans)
        if both > 1:
            return True
    return False


def _is_page_line(text: str, lines: Sequence[Line], index: int, ink: Sequence[tuple[int, int]]) -> bool:
    """Whether a line that does not fit stands alone, ends or begins with a number, and the columns go on."""
    line = lines[index]
    alone = (index == 0 or lines[index - 1].blank) and (index + 1 == len(lines) or lines[index + 1].blank)
    if not alone or not (
        _PAGED.fullmatch(text, line.first, line.last) or PAGE_NUMBER.fullmatch(text, line.first, line.last)
    ):
        return False
    after = next((n for n in range(index + 1, min(len(lines), index + 5)) if not lines[n].blank), None)
    if after is None:
        return False
    runs = _runs(text, lines[after])
    return len(runs) > 1 and len(_merge([*ink, *runs])) == len(ink)


def _grid(text: str, lines: Sequence[Line], stretch: list[_Runs], furniture: Sequence[int]) -> Grid | None:
    """The stretch as a grid, without what follows its last row; None if it is no table."""
    edges = _edges(stretch)
    if len(edges) < 2:
        return None
    starts = [begin for begin, _ in edges]
    rows = [(runs, {bisect_right(starts, b) - 1 for b, _ in runs.spans}) for runs in stretch]
    full = [runs.line for runs, columns in rows if len(columns) > 1]
    if len(full) < 2:
        return None
    # What follows the last line with two cells belongs to its row, up to a blank line or a note.
    last_block = next(runs.block for runs, _ in rows if runs.line == full[-1])
    kept = []
    for runs, columns in rows:
        if runs.line < full[0] or (runs.line > full[-1] and runs.block != last_block):
            continue
        line = lines[runs.line]
        if runs.line > full[-1] and columns == {0} and _NOTE.match(text, line.first):
            break
        kept.append((runs, columns))
    if not _tabular(text, lines, kept, edges):
        return None
    grid_lines = []
    for runs, _ in kept:
        line = lines[runs.line]
        cells: dict[int, Line] = {}
        for begin, end in runs.spans:
            column = bisect_right(starts, begin) - 1
            first = cells[column].first if column in cells else line.start + begin
            cells[column] = piece(line, first, line.start + end)
        grid_lines.append(GridLine(runs.line, runs.block, runs.torn, cells))
    first, last = grid_lines[0].line, grid_lines[-1].line
    inside = tuple(index for index in furniture if first < index < last)
    return Grid(first, last, tuple(edges), tuple(grid_lines), inside)


def _edges(stretch: Sequence[_Runs]) -> list[tuple[int, int]]:
    """Where the columns begin and end: gutters that fewer than two lines have text beside are none."""
    ink = _merge([span for runs in stretch for span in runs.spans])
    if len(ink) < 2:
        return ink
    starts = [begin for begin, _ in ink]
    beside = [0] * len(ink)  # lines with text in this column and in one to its left
    for runs in stretch:
        columns = sorted({bisect_right(starts, begin) - 1 for begin, _ in runs.spans})
        for column in columns[1:]:
            beside[column] += 1
    edges = [ink[0]]
    for count, span in zip(beside[1:], ink[1:], strict=True):
        if count >= 2:
            edges.append(span)
        else:
            edges[-1] = (edges[-1][0], span[1])
    return edges


def _tabular(
    text: str,
    lines: Sequence[Line],
    rows: Sequence[tuple[_Runs, set[int]]],
    edges: Sequence[tuple[int, int]],
) -> bool:
    """Whether lines that share gutters are a table, and not text whose spaces happen to meet, or code."""
    full = [(runs, columns) for runs, columns in rows if len(columns) > 1]
    cells = sum(len(columns) for _, columns in rows)
    if sum(len(runs.spans) for runs, _ in rows) > _CROWDED * cells:
        return False
    blocks = {runs.block for runs, _ in rows}
    if 4 * len(full) < len(rows) and 2 * len({runs.block for runs, _ in full}) < len(blocks) + 1:
        return False
    if sum(1 for runs, _ in rows if _CODE.search(text, *_bounds(lines[runs.line]))) * 3 > len(rows):
        return False
    gutters = [right[0] - left[1] for left, right in pairwise(edges)]
    if len(edges) > 2 and (len(full) > 2 or min(gutters) > 2):
        return True
    if max(gutters) >= 3:
        return len(full) > 2 or max(gutters) >= 4 or _stands_apart(lines, rows)
    # Two spaces stand after a full stop too, or where a justified line needed one more.
    begins = [
        (text[lines[runs.line].start + begin], lines[runs.line].start + end)
        for runs, _ in full
        for (_, end), (begin, _) in pairwise(runs.spans)
    ]
    large = sum(1 for first, _ in begins if not first.islower())
    after_stop = sum(1 for _, end in begins if text[end - 1] in ".!?…")
    return len(full) > 2 and 2 * large > len(begins) > 3 * after_stop and _stands_apart(lines, rows)


def _bounds(line: Line) -> tuple[int, int]:
    return line.first, line.last


def _stands_apart(lines: Sequence[Line], rows: Sequence[tuple[_Runs, set[int]]]) -> bool:
    """Whether there is a blank line, or the end of the text, before and after."""
    first, last = rows[0][0].line, rows[-1][0].line
    return (first == 0 or lines[first - 1].blank) and (last + 1 == len(lines) or lines[last + 1].blank)
