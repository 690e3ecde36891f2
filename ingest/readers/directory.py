"""Directories of institutions: spreadsheets with one institution a row, their headers in es, pt or en."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from graph.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument, UnsupportedDocument
from ingest import gazetteer
from ingest.readers.headers import MAPPING_SUFFIX, columns_file, fields_of, plain, read_mapping
from ingest.readers.separated import rows_of
from ingest.readers.text import decode
from ingest.readers.workbook import COLUMNS, Sheet, cells_of, workbook

DIRECTORY_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})

_HEADER_ROWS = 10  # rows in which the header must stand; titles and notes often come before it
_MOST_ROWS = 100_000
_PARTS = re.compile(r"[(),;/|\[\]]|\s[-–—]\s")  # between what a cell says of a country


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One institution. `country` is ISO 3166-1 alpha-2, `type` as the sheet has it; `row` counts from 1.
    `offers` and `seeks` are what it declares to its peers, one a line of the cell or between semicolons.

    `sheet` is the title of its sheet, where it is another one than the first that is read.
    """

    name: str
    acronym: str | None
    type: str | None
    country: str | None
    city: str | None
    website: str | None
    row: int
    themes: tuple[str, ...] = ()
    sheet: str | None = None
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()


class RowProblem(NamedTuple):
    """What is wrong with a row, by its number in the sheet, and what became of it."""

    row: int
    message: str


class Directory(NamedTuple):
    """The rows of a directory that can be used, and what is wrong with the others."""

    rows: tuple[DirectoryRow, ...]
    problems: tuple[RowProblem, ...]


def read_directory(path: Path, *, max_bytes: int, columns: Path | None = None) -> Directory:
    """Read a .csv, .tsv or .xlsx directory of institutions.

    Of a workbook the first sheet that has a header for names is read, and those after it with the same
    fields; others that have names are reported. Headers that are not known by themselves are told by the file
    `columns`, or one beside it that is called `<file>.columns.toml`, with lines `"Contraparte" = "name"`; the
    fields are name, acronym, type, country, city, website, themes, offers and seeks. A row without a name is
    left out, a country that is not known is left empty, a row that tells of the same institution as one
    before it is added to that one; all are reported. Raises a DocumentError for a file that cannot be used as
    a whole.
    """
    name, suffix = path.name, path.suffix.lower()
    if suffix not in DIRECTORY_SUFFIXES:
        raise UnsupportedDocument(
            f"{name}: a directory of institutions must be one of {', '.join(sorted(DIRECTORY_SUFFIXES))}"
        )
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise DocumentTooLarge(f"{name}: {size:,} bytes, over the limit of {max_bytes:,}; split it")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            f"{name}: cannot be opened ({error.strerror}); check its permissions"
        ) from error
    if not data.strip():
        raise EmptyDocument(f"{name}: the file is empty; there is nothing to read in it")
    mapped = read_mapping(columns or columns_file(path))
    made = _Rows(name)
    sheets = (
        workbook(data, name=name, max_bytes=max_bytes)
        if suffix == ".xlsx"
        else iter([Sheet("", _csv(data, name=name, problems=made.problems))])
    )
    seen: list[str] = []
    first: set[str] | None = None
    for sheet in sheets:
        rows = enumerate(sheet.rows, 1)
        for number, cells in rows:
            fields = fields_of(cells, mapped)
            held = set(fields.values())
            if "name" in held and first is not None and held != first:
                found = ", ".join(sorted(held))
                words = (
                    f"of sheet {sheet.title!r} has other headers than the first ({found}); it is not read, "
                    "save it as a file of its own if it is a directory"
                )
                made.problems.append(RowProblem(number, words))
                break
            if "name" in held:
                if first is None:
                    made.problems += _unmet(mapped, cells, number)
                made.add(rows, fields, sheet=None if first is None else sheet.title)
                first = held
                break
            if number == 1:
                seen += [cell for cell in cells if cell][:8]
            if number == _HEADER_ROWS:
                break
    if first is None:
        raise UnreadableDocument(
            f"{name}: no column of names; its first row reads {', '.join(seen) or 'nothing'}. Call the "
            f"column nombre, nome or name, or say which it is in {name}{MAPPING_SUFFIX}: "
            '"its header" = "name"'
        )
    if not made.rows:
        raise EmptyDocument(
            f"{name}: no row below its headers names an institution; there is nothing to read"
        )
    return Directory(tuple(made.rows), tuple(made.problems))


def _unmet(mapped: dict[str, str], cells: Sequence[str], number: int) -> list[RowProblem]:
    missing = mapped.keys() - {plain(cell) for cell in cells}
    return [
        RowProblem(number, f"has no header {header!r}, which the file of columns names")
        for header in sorted(missing)
    ]


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 code of the country that a cell names in es, pt or en, or by its code.

    A cell may say more ("Lima (Perú)", "Brasil - BR"); None where it names no country, or several.
    """
    whole = _codes().get(plain(name)) or gazetteer.country_code(name)
    if whole is not None:
        return whole
    parts = {_codes().get(plain(part)) or gazetteer.country_code(part) for part in _PARTS.split(name)}
    parts.discard(None)
    return parts.pop() if len(parts) == 1 else None


class _Rows:
    """Gathers the institutions of the sheets of a directory, each once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[str, list[int]] = {}
        self.rows: list[DirectoryRow] = []
        self.problems: list[RowProblem] = []

    def add(
        self, numbered: Iterable[tuple[int, Sequence[str]]], columns: dict[int, str], *, sheet: str | None
    ) -> None:
        """Add the rows below the header of a sheet; `columns` are its fields."""
        for number, cells in numbered:
            if number > _MOST_ROWS or len(self.rows) > _MOST_ROWS:
                raise DocumentTooLarge(f"{self._name}: over {_MOST_ROWS:,} rows; split it")
            if any(cells):
                self._add(number, {f: cells[i] for i, f in columns.items() if i < len(cells)}, sheet)

    def _add(self, number: int, values: dict[str, str], sheet: str | None) -> None:
        if not values.get("name"):
            self._report(number, sheet, "has no name; the row is left out")
            return
        stated = values.get("country")
        country = country_code(stated) if stated else None
        if stated and country is None:
            self._report(number, sheet, f"{stated!r} is no country that is known; it is left empty")
        row = DirectoryRow(
            name=values["name"],
            acronym=values.get("acronym") or None,
            type=values.get("type") or None,
            country=country,
            city=values.get("city") or None,
            website=values.get("website") or None,
            row=number,
            themes=tuple(t.strip() for t in re.split(r"[;,|/]", values.get("themes", "")) if t.strip()),
            sheet=sheet,
            offers=_items(values.get("offers", "")),
            seeks=_items(values.get("seeks", "")),
        )
        same = self._known.setdefault(plain(row.name), [])
        twins = [at for at in same if row.country is None or self.rows[at].country in {None, row.country}]
        # Where two institutions of other countries have that name, nobody knows which of them is meant.
        if len(twins) == 1:
            before = self.rows[twins[0]]
            self.rows[twins[0]] = _joined(before, row)
            there = f"row {before.row}" + (f" of sheet {before.sheet!r}" if before.sheet else "")
            self._report(
                number, sheet, f"names {row.name!r} again, as {there} does; what it adds is put there"
            )
            return
        same.append(len(self.rows))
        self.rows.append(row)

    def _report(self, number: int, sheet: str | None, message: str) -> None:
        self.problems.append(RowProblem(number, f"of sheet {sheet!r}: {message}" if sheet else message))


def _joined(first: DirectoryRow, second: DirectoryRow) -> DirectoryRow:
    """The first row with what only the second one says."""
    return replace(
        first,
        acronym=first.acronym or second.acronym,
        type=first.type or second.type,
        country=first.country or second.country,
        city=first.city or second.city,
        website=first.website or second.website,
        themes=tuple(dict.fromkeys((*first.themes, *second.themes))),
        offers=tuple(dict.fromkeys((*first.offers, *second.offers))),
        seeks=tuple(dict.fromkeys((*first.seeks, *second.seeks))),
    )


def _items(cell: str) -> tuple[str, ...]:
    """The things that a cell names, each once."""
    parts = (" ".join(part.split()).strip(" •·-–") for part in re.split(r"[;\n]", cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def _csv(data: bytes, *, name: str, problems: list[RowProblem]) -> Iterator[list[str]]:
    for number, row in enumerate(rows_of(decode(data, name=name)), 1):
        if row.problem is not None:
            problems.append(RowProblem(number, row.problem))
        yield cells_of(row.cells[:COLUMNS])


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Countries by their codes, and by their names in ISO 3166-1."""
    import pycountry

    known: dict[str, str] = {}
    for country in pycountry.countries:
        known[plain(country.alpha_2)] = known[plain(country.alpha_3)] = country.alpha_2
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                known.setdefault(plain(getattr(country, field)), country.alpha_2)
    return known
