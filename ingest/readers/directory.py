"""Directories of institutions: spreadsheets with one institution a row, their headers in es, pt or en."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

from graph.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument, UnsupportedDocument
from ingest.readers.archive import check_archive
from ingest.readers.text import decode

DIRECTORY_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})

_HEADER_ROWS = 10  # rows in which the header must stand; titles and notes often come before it
_DELIMITERS = ",;\t|"

# Headers by the field they fill, without accents and in small letters; the whole header must match.
_HEADERS = {
    "name": "nombre|institucion|organizacion|entidad|organismo|razon social|nome|instituicao|"
    "organizacao|entidade|name|institution|organization|organisation|"
    "nombre de la institucion|nome da instituicao|institution name",
    "acronym": "sigla|siglas|acronimo|abreviatura|acronym|abbreviation|initials|sigla/acronimo",
    "type": "tipo|tipo de institucion|tipo de actor|tipo de instituicao|tipo de entidad|categoria|"
    "naturaleza|natureza|type|kind|category|institution type",
    "country": "pais|pais sede|pais de origen|pais de origem|country|nation",
    "city": "ciudad|localidad|sede|municipio|cidade|city|town|location",
    "website": "web|sitio web|pagina web|sitio|site|website|url|enlace|link|homepage|pagina",
    "themes": "temas|tema|areas|areas tematicas|tematicas|themes|theme|topics|topic",
}
_COLUMNS = {header: field for field, headers in _HEADERS.items() for header in headers.split("|")}


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One institution. `country` is ISO 3166-1 alpha-2, `type` as the sheet has it; `row` counts from 1."""

    name: str
    acronym: str | None
    type: str | None
    country: str | None
    city: str | None
    website: str | None
    row: int
    themes: tuple[str, ...] = ()


class RowProblem(NamedTuple):
    """What is wrong with a row, by its number in the sheet, and what became of it."""

    row: int
    message: str


class Directory(NamedTuple):
    """The rows of a directory that can be used, and what is wrong with the others."""

    rows: tuple[DirectoryRow, ...]
    problems: tuple[RowProblem, ...]


def read_directory(path: Path, *, max_bytes: int) -> Directory:
    """Read a .csv, .tsv or .xlsx directory of institutions (the first sheet that has a header for names).

    A row without a name is left out, a country that is not known is left empty; both are reported. Raises a
    DocumentError for a file that cannot be used as a whole.
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
    sheets = _workbook(data, name=name, max_bytes=max_bytes) if suffix == ".xlsx" else [_csv(data, name=name)]
    seen: list[str] = []
    for sheet in sheets:
        for number, cells in enumerate(sheet[:_HEADER_ROWS]):
            columns = {i: _COLUMNS[key] for i, cell in enumerate(cells) if (key := _key(cell)) in _COLUMNS}
            if "name" in columns.values():
                return _rows(sheet[number + 1 :], columns, first=number + 2)
        seen += [cell for cells in sheet[:1] for cell in cells if cell][:8]
    raise UnreadableDocument(
        f"{name}: no column of names; its first row reads {', '.join(seen) or 'nothing'}. Call the column "
        "nombre, nome or name"
    )


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country named in Spanish, Portuguese or English, or by its code."""
    return _countries().get(_key(name))


def _rows(sheet: Sequence[Sequence[str]], columns: dict[int, str], *, first: int) -> Directory:
    rows: list[DirectoryRow] = []
    problems: list[RowProblem] = []
    for number, cells in enumerate(sheet, first):
        if not any(cells):
            continue
        values: dict[str, str] = {}
        for index, field in columns.items():
            if index < len(cells) and cells[index]:
                values.setdefault(field, cells[index])
        if not values.get("name"):
            problems.append(RowProblem(number, "has no name; the row is left out"))
            continue
        stated = values.get("country")
        country = country_code(stated) if stated else None
        if stated and country is None:
            problems.append(RowProblem(number, f"{stated!r} is no country that is known; it is left empty"))
        rows.append(
            DirectoryRow(
                name=values["name"],
                acronym=values.get("acronym"),
                type=values.get("type"),
                country=country,
                city=values.get("city"),
                website=values.get("website"),
                row=number,
                themes=tuple(t.strip() for t in re.split(r"[;,|/]", values.get("themes", "")) if t.strip()),
            )
        )
    return Directory(tuple(rows), tuple(problems))


def _csv(data: bytes, *, name: str) -> list[list[str]]:
    text = decode(data, name=name)
    head = text[:5000]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        return [_cells(row) for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise UnreadableDocument(
            f"{name}: not a table of separated values ({error}); export it again"
        ) from error


def _workbook(data: bytes, *, name: str, max_bytes: int) -> list[list[list[str]]]:
    from openpyxl import load_workbook

    check_archive(data, name=name, max_bytes=max_bytes)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            return [[_cells(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
        finally:
            book.close()
    except Exception as error:  # openpyxl lets errors of zipfile, of XML and its own through
        raise UnreadableDocument(
            f"{name}: not a workbook, or a damaged one ({type(error).__name__}: {error}); save it anew"
        ) from error


def _cells(row: Iterable[object]) -> list[str]:
    return ["" if cell is None else " ".join(str(cell).split()) for cell in row]


def _key(text: str) -> str:
    """A name without accents, case, punctuation and article, to compare by."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w/ ]+", " ", plain).split())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    import pycountry
    from babel import Locale

    known: dict[str, str] = {}
    for country in pycountry.countries:
        known[_key(country.alpha_2)] = known[_key(country.alpha_3)] = country.alpha_2
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                known.setdefault(_key(getattr(country, field)), country.alpha_2)
    codes = {country.alpha_2 for country in pycountry.countries}
    for language in ("es", "pt", "en"):
        for code, name in Locale(language).territories.items():
            if code in codes:
                known.setdefault(_key(name), code)
    return known
