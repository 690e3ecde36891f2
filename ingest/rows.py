"""From lines in columns to the rows of a table: which lines go on with a row and which begin the next."""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from ingest.columns import Grid, GridLine, find_grids
from ingest.lines import Line
from ingest.tables import Cell, Form, Row, Table, find_ruled, is_mark

_NUMBER = re.compile(r"(?:n[.º°o]*\s*)?\d{1,4}(?:[.,]\d{1,3})*\s?[.)º°%]?", re.IGNORECASE)
_CUT = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
_MONTH = (
    r"(?:ene|feb|mar|abr|may|jun|jul|ago|se[pt]|oct|nov|dic"  # es
    r"|jan|fev|mai|out|dez|apr|aug|dec)[^\W\d_]*"  # pt, en
)
_WHEN = re.compile(
    rf"(?:[^\W\d_]{{3,13}},?\s+)?(?:\d{{1,2}}(?:\s?(?:y|e|and|al?|to|[-–—])\s?\d{{1,2}})?(?:st|nd|rd|th|º)?\s(?:de\s|of\s)?{_MONTH}"
    rf"|{_MONTH}\s\d{{1,2}}|\d{{1,2}}[:.h]\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}\s?[ap]\.?m\b)",
    re.IGNORECASE,
)
_LABEL_WORD = re.compile(
    r"(?:fechas?|lugar|sede|ciudad|pa[íi]s|organizan?|organizador(?:es|as?)?|convocan?"
    r"|patrocina(?:n|dor(?:es|as?)?)?"
    r"|auspician?|colaboran?|apoyan?|participantes?|asistentes?|objetivos?|resultados?|duraci[óo]n"
    r"|horario|modalidad"
    r"|contacto|tel[ée]fono|direcci[óo]n|correo|inscripci[óo]n(?:es)?|cupos?|idiomas?|ponentes?"
    r"|facilitador(?:es|as?)?|beneficiarios?|tema|t[íi]tulo"
    r"|datas?|local|cidade|organiza[çc][ãa]o|realiza[çc][ãa]o|apoio|patroc[íi]nio|dura[çc][ãa]o"
    r"|hor[áa]rio|contato|telefone|endere[çc]o|inscri[çc](?:[ãa]o|[õo]es)|vagas|palestrantes?|objectivos?|p[úu]blico"
    r"|dates?|venue|place|city|country|organi[sz]ers?|organi[sz]ed by|hosts?|sponsors?|partners?"
    r"|participants?|objectives?|aims?|results?|outcomes?|duration|time|format|contact|phone|address|e-?mail|language"
    r"|speakers?|audience|subject|title)",
    re.IGNORECASE,
)
_LONGEST_LABEL = 40  # characters
_FLOW_LINES = 8  # lines from which text set in columns is told from a table
_FLOW_WIDTH = 22  # characters of a column of running text


def find_tables(text: str, lines: Sequence[Line], dropped: frozenset[int]) -> list[Table]:
    """The tables of a text without markup, in order, in time linear in the text.

    The lines `dropped` belong to the page.
    """
    ruled = find_ruled(text, lines, dropped)
    taken = dropped.union(*(range(table.first, table.last + 1) for table in ruled))
    tables = ruled if len(taken) == len(lines) else ruled + _spaced(text, lines, taken, ruled)
    return sorted((_as_entries(text, table) for table in tables), key=lambda table: table.first)


def _spaced(text: str, lines: Sequence[Line], taken: frozenset[int], ruled: Sequence[Table]) -> list[Table]:
    found = []
    between = [-1, *(table.first for table in ruled)]
    for grid in find_grids(text, lines, taken):
        # A table does not go on behind another one.
        if any(grid.first < first < grid.last for first in between):
            continue
        table = _flowing(text, grid) or _table(text, grid)
        if table is not None:
            found.append(table)
    return found


def _table(text: str, grid: Grid) -> Table | None:
    rows = _rows(text, grid)
    if len(rows) < 2:
        return None
    if len(grid.edges) == 2:
        marks = sum(1 for row in rows if row[0].column == 0 and is_mark(text, row[0].lines[0]))
        if 2 * marks >= len(rows) or _is_contents(text, rows):
            return None
    return Table(grid.first, grid.last, "cells", tuple(rows), grid.furniture)


def _rows(text: str, grid: Grid) -> list[Row]:
    blocks = [list(block) for _, block in groupby(grid.lines, key=lambda line: line.block)]
    followers = [(above, line) for block in blocks for above, line in pairwise(block)]
    columns = len(grid.edges)
    letters_tell = _letters_tell(text, [line for _, line in followers], columns)
    new = [_looks_new(text, above, line, columns, letters_tell) for above, line in followers]
    wrapped = any(
        _is_cut(text, above.cells, line, letters_tell) or 0 not in line.cells for above, line in followers
    )
    # Blank lines stand between the rows where what follows inside the blocks goes on with its row.
    spaced = len(blocks) > 1 and 3 * sum(new) <= len(followers)
    rows: list[dict[int, list[Line]]] = []
    for block in blocks:
        for number, line in enumerate(block):
            row = rows[-1] if rows else None
            if row is None:
                begins = True
            elif number == 0:
                # Only the end of a page comes between the lines of a row.
                begins = not _is_cut(text, _ends(row), line, line.torn and letters_tell)
            elif spaced:
                begins = False
            else:
                begins = not wrapped or _begins(text, row, line, columns, letters_tell)
            if begins or row is None:
                row = {}
                rows.append(row)
            for column, cell in line.cells.items():
                row.setdefault(column, []).append(cell)
    return [tuple(Cell(column, tuple(row[column])) for column in sorted(row)) for row in rows]


def _ends(row: dict[int, list[Line]]) -> dict[int, Line]:
    return {column: cells[-1] for column, cells in row.items()}


def _letters_tell(text: str, followers: Sequence[GridLine], columns: int) -> bool:
    """Whether a small letter means that a cell goes on; not in a table that has no capitals anyway."""
    small = sum(1 for line in followers if text[line.cells[min(line.cells)].first].islower())
    full = sum(1 for line in followers if len(line.cells) == columns)
    return 2 * small <= len(followers) or 2 * full <= len(followers)


def _looks_new(text: str, above: GridLine, line: GridLine, columns: int, letters_tell: bool) -> bool:
    return (
        0 in line.cells
        and not _is_cut(text, above.cells, line, letters_tell)
        and (len(line.cells) == columns or _is_number(text, line.cells[0]))
    )


def _begins(text: str, row: dict[int, list[Line]], line: GridLine, columns: int, letters_tell: bool) -> bool:
    """Whether a line under a row begins the next one."""
    if _is_cut(text, _ends(row), line, letters_tell):
        return False
    # No cell holds two numbers.
    if any(
        _is_number(text, cell) and column in row and _is_number(text, row[column][0])
        for column, cell in line.cells.items()
    ):
        return True
    if 0 not in line.cells:
        return False
    first = line.cells[0]
    return (
        len(line.cells) == columns
        or bool(_WHEN.match(text, first.first, first.last))
        or (columns == 2 and text[first.last - 1] == ":")
    )


def _is_cut(text: str, above: dict[int, Line], line: GridLine, letters_tell: bool) -> bool:
    """Whether a cell goes on from the line above: in mid-word, or with a small letter."""
    for column, cell in line.cells.items():
        before = above.get(column)
        if before is not None and text[cell.first].islower() and _CUT.search(text, before.first, before.last):
            return True
    first = min(line.cells)
    return letters_tell and first in above and text[line.cells[first].first].islower()


def _is_number(text: str, line: Line) -> bool:
    return line.width < 12 and _NUMBER.fullmatch(text, line.first, line.last) is not None


def _is_contents(text: str, rows: Sequence[Row]) -> bool:
    """Whether the second column counts the pages of a table of contents."""
    last = [row[-1].lines[-1] for row in rows if len(row) == 2]
    if len(last) < 3 or not all(text[line.first : line.last].isdecimal() and line.width < 5 for line in last):
        return False
    numbers = [int(text[line.first : line.last]) for line in last]
    return all(a <= b for a, b in pairwise(numbers))


def _flowing(text: str, grid: Grid) -> Table | None:
    """Running text in two or three columns, to be read one column after the other."""
    if len(grid.edges) > 3 or any(end - begin < _FLOW_WIDTH for begin, end in grid.edges):
        return None
    rows: list[Row] = []
    for column in range(len(grid.edges)):
        lines = [line.cells[column] for line in grid.lines if column in line.cells]
        small = sum(1 for line in lines if text[line.first].islower())
        if len(lines) < _FLOW_LINES or 2 * small < len(lines):
            return None
        rows.append((Cell(column, tuple(lines)),))
    blocks = [len(list(block)) for _, block in groupby(grid.lines, key=lambda line: line.block)]
    if max(blocks) < _FLOW_LINES:
        return None
    return Table(grid.first, grid.last, "columns", tuple(rows), grid.furniture)


def _as_entries(text: str, table: Table) -> Table:
    """The table as a list, if it has two columns and the first one has labels or dates."""
    if table.form != "cells" or max(row[-1].column for row in table.rows) != 1:
        return table
    heads = [row[0].lines for row in table.rows if row[0].column == 0]
    labels = sum(1 for lines in heads if _is_label(text, lines))
    colons = sum(1 for lines in heads if text[lines[-1].last - 1] == ":")
    dates = sum(1 for lines in heads if _WHEN.match(text, lines[0].first, lines[0].last))
    form: Form = "cells"
    count = len(table.rows)
    if (
        2 * colons >= count
        or (labels >= 2 and 2 * labels > count)
        or (2 * dates > count and len(heads) == dates)
    ):
        form = "entries"
    return table._replace(form=form)


def _is_label(text: str, lines: Sequence[Line]) -> bool:
    head = text[lines[0].first : lines[-1].last]
    return len(head) <= _LONGEST_LABEL and _LABEL_WORD.match(head) is not None
