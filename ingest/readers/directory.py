"""Directories of institutions: spreadsheets with one institution a row, their headers in es, pt or en."""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from graph.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument, UnsupportedDocument
from ingest.readers.text import decode
from ingest.readers.workbook import COLUMNS, cells_of, workbook

DIRECTORY_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})
MAPPING_SUFFIX = ".columns.toml"

_HEADER_ROWS = 10  # rows in which the header must stand; titles and notes often come before it
_MOST_ROWS = 100_000
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


def read_directory(path: Path, *, max_bytes: int, columns: Path | None = None) -> Directory:
    """Read a .csv, .tsv or .xlsx directory of institutions (the first sheet that has a header for names).

    Headers that are not known by themselves are told by the file `columns`, or one beside it that is called
    `<file>.columns.toml`, with lines `"Denominación" = "name"`; the fields are name, acronym, type, country,
    city, website and themes. A row without a name is left out, a country that is not known is left empty, a
    row that tells of the same institution as one before it is added to that one; all are reported. Raises a
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
    mapped = read_mapping(columns or columns_file(path))
    sheets: Iterable[Iterator[list[str]]]
    sheets = workbook(data, name=name, max_bytes=max_bytes) if suffix == ".xlsx" else [_csv(data, name=name)]
    seen: list[str] = []
    for sheet in sheets:
        rows = enumerate(sheet, 1)
        for number, cells in rows:
            fields = _columns(cells, mapped)
            if "name" in fields.values():
                return _rows(rows, fields, name=name, problems=_unmet(mapped, cells, number))
            if number == 1:
                seen += [cell for cell in cells if cell][:8]
            if number == _HEADER_ROWS:
                break
    raise UnreadableDocument(
        f"{name}: no column of names; its first row reads {', '.join(seen) or 'nothing'}. Call the column "
        f'nombre, nome or name, or say which it is in {name}{MAPPING_SUFFIX}: "its header" = "name"'
    )


def columns_file(path: Path) -> Path:
    """Where the file of columns of a directory stands, if it has one."""
    return path.with_name(path.name + MAPPING_SUFFIX)


def read_mapping(path: Path) -> dict[str, str]:
    """The fields by the headers that a mapping file gives them; empty where there is no such file.

    Raises UnreadableDocument for one that is not TOML or names a field that there is not.
    """
    try:
        stated = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UnreadableDocument(
            f'{path.name}: not a file of columns ({error}); write lines such as "Denominación" = "name"'
        ) from error
    for header, field in stated.items():
        if not isinstance(field, str) or field not in _HEADERS:
            raise UnreadableDocument(
                f"{path.name}: {header!r} is given the field {field!r}; use one of {', '.join(_HEADERS)}"
            )
    return {_key(header): field for header, field in stated.items()}


def _columns(cells: Sequence[str], mapped: dict[str, str]) -> dict[int, str]:
    """The fields by column; a field that the mapping gives is not looked for under other headers."""
    given = {i: mapped[key] for i, cell in enumerate(cells) if (key := _key(cell)) in mapped}
    taken = set(given.values())
    known = {i: _COLUMNS[key] for i, cell in enumerate(cells) if (key := _key(cell)) in _COLUMNS}
    return given | {i: field for i, field in known.items() if i not in given and field not in taken}


def _unmet(mapped: dict[str, str], cells: Sequence[str], number: int) -> list[RowProblem]:
    missing = mapped.keys() - {_key(cell) for cell in cells}
    return [
        RowProblem(number, f"has no header {header!r}, which the file of columns names")
        for header in sorted(missing)
    ]


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country named in Spanish, Portuguese or English, or by its code."""
    return _countries().get(_key(name))


def _rows(
    sheet: Iterable[tuple[int, Sequence[str]]], columns: dict[int, str], *, name: str,
    problems: list[RowProblem],
) -> Directory:  # fmt: skip
    rows: list[DirectoryRow] = []
    known: dict[str, list[int]] = {}
    for number, cells in sheet:
        if number > _MOST_ROWS:
            raise DocumentTooLarge(f"{name}: over {_MOST_ROWS:,} rows; split it")
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
        row = DirectoryRow(
            name=values["name"],
            acronym=values.get("acronym"),
            type=values.get("type"),
            country=country,
            city=values.get("city"),
            website=values.get("website"),
            row=number,
            themes=tuple(t.strip() for t in re.split(r"[;,|/]", values.get("themes", "")) if t.strip()),
        )
        same = known.setdefault(_key(row.name), [])
        twins = [at for at in same if row.country is None or rows[at].country in {None, row.country}]
        # Where two institutions of other countries have that name, nobody knows which of them is meant.
        if len(twins) == 1:
            before = rows[twins[0]]
            rows[twins[0]] = _joined(before, row)
            problems.append(
                RowProblem(
                    number, f"names {row.name!r} again, as row {before.row} does; what it adds is put there"
                )
            )
            continue
        same.append(len(rows))
        rows.append(row)
    return Directory(tuple(rows), tuple(problems))


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
    )


def _csv(data: bytes, *, name: str) -> Iterator[list[str]]:
    text = decode(data, name=name)
    head = text[:5000]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            yield cells_of(row[:COLUMNS])
    except csv.Error as error:
        raise UnreadableDocument(
            f"{name}: not a table of separated values ({error}); export it again"
        ) from error


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
