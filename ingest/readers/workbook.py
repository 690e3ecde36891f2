"""The rows of an .xlsx workbook, as they are asked for and within bounds."""

from collections.abc import Iterable, Iterator
from io import BytesIO

from graph.errors import UnreadableDocument
from ingest.characters import label
from ingest.readers.archive import UNPACKED, check_archive

COLUMNS = 200
"""Columns of a sheet that are read; those to the right are not."""

_ROWS = 150_000  # those below are not read; more than any reader of rows accepts
_CELL = 500  # characters of a cell that are read
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})


def workbook(data: bytes, *, name: str, max_bytes: int) -> Iterator[Iterator[list[str]]]:
    """The sheets of a workbook as rows of cell texts. Raises UnreadableDocument and DocumentTooLarge.

    A sheet may say that it has rows and columns by the million with a few bytes; rows are made as they are
    asked for, and not beyond 150,000 by 200. All parts together must unpack to no more than `max_bytes`.
    """
    from openpyxl import load_workbook

    check_archive(data, name=name, max_bytes=max_bytes // UNPACKED)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                yield _rows(sheet, name=name)
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


def _rows(sheet: object, *, name: str) -> Iterator[list[str]]:
    try:
        for row in sheet.iter_rows(values_only=True, max_col=COLUMNS, max_row=_ROWS):  # type: ignore[attr-defined]
            # Rows that the file leaves out come as cells of None; most sheets have hundreds at most.
            yield [] if row.count(None) == len(row) else cells_of(row)
    except Exception as error:  # a damaged sheet shows when its rows are read
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: not a workbook, or a damaged one ({type(error).__name__}: {error}); save it anew"
    )
