"""The rows of an .xlsx workbook, as they are asked for and within bounds."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

from graph.errors import UnreadableDocument
from ingest.characters import label
from ingest.readers.archive import UNPACKED, check_archive

COLUMNS = 200
"""Columns of a sheet that are read; those to the right are not."""

_ROWS = 150_000  # those below are not read; more than any reader of rows accepts
_CELL = 500  # characters of a cell that are read
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})
_MERGED = re.compile(rb'mergeCell\s[^>]{0,50}?ref\s*=\s*["\']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["\']')
_MOST_MERGED = 20_000
_PIECE = 2**20


class Sheet(NamedTuple):
    """A sheet of a workbook: its title, and its rows as cell texts."""

    title: str
    rows: Iterator[list[str]]


def workbook(data: bytes, *, name: str, max_bytes: int) -> Iterator[Sheet]:
    """The sheets of a workbook. Raises UnreadableDocument and DocumentTooLarge.

    A sheet may say that it has rows and columns by the million with a few bytes; rows are made as they are
    asked for, and not beyond 150,000 by 200. All parts together must unpack to no more than `max_bytes`.
    """
    from openpyxl import load_workbook

    check_archive(data, name=name, max_bytes=max_bytes // UNPACKED)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                yield Sheet(label(sheet.title), _rows(sheet, name=name))
        finally:
            book.close()
    except UnreadableDocument:
        raise
    except Exception as error:  # openpyxl lets errors of zipfile, of XML and its own through
        raise _damaged(name, error) from error


def cells_of(row: Iterable[object]) -> list[str]:
    """The texts of a row as they are seen, on one line; a formula that failed is an empty cell."""
    texts = ("" if cell is None else label(str(cell)[:_CELL]) for cell in row)
    return ["" if text in _ERRORS else text for text in texts]


def _rows(sheet: Any, *, name: str) -> Iterator[list[str]]:
    try:
        merged = _merged_down(sheet)
        held: dict[int, tuple[int, str]] = {}  # by column: the last row that a cell holds for, its text
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS, max_row=_ROWS), 1):
            # Rows that the file leaves out come as cells of None; most sheets have hundreds at most.
            if row.count(None) == len(row):
                yield []
                continue
            cells = cells_of(row)
            for column, (last, text) in [*held.items()]:
                if number > last:
                    del held[column]
                elif column < len(cells) and not cells[column]:
                    cells[column] = text
            for column, last in merged.get(number, ()):
                if column < len(cells):
                    held[column] = last, cells[column]
            yield cells
    except Exception as error:  # a damaged sheet shows when its rows are read
        raise _damaged(name, error) from error


def _merged_down(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """The cells that are merged with those below them: by first row, their columns and last rows.

    openpyxl has them only where it loads the whole sheet, as it may not here.
    """
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    count = 0
    tail = b""
    with sheet.parent._archive.open(sheet._worksheet_path) as stream:
        while count < _MOST_MERGED and (piece := stream.read(_PIECE)):
            seen = tail + piece
            end = 0
            for match in _MERGED.finditer(seen):
                count += 1
                end = match.end()
                column = 0
                for letter in match[1]:
                    column = 26 * column + letter - ord("A") + 1
                first, last = int(match[2]), int(match[3])
                if first < last and column <= COLUMNS:
                    found[first].append((column - 1, last))
            tail = seen[max(end, len(seen) - 200) :]
    return found


def _damaged(name: str, error: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: not a workbook, or a damaged one ({type(error).__name__}: {error}); save it anew"
    )
