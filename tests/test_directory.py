"""Directories of institutions in spreadsheets."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import DocumentError, EmptyDocument, UnreadableDocument, UnsupportedDocument
from ingest.readers.directory import Directory, DirectoryRow, country_code, read_directory

MAX_BYTES = 10**7


def read(path: Path, content: bytes | str) -> Directory:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_directory(path, max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    "header",
    [
        "Nombre;Sigla;Tipo;País;Ciudad;Sitio web",
        "Nome;Sigla;Tipo;País;Cidade;Site",
        "Name;Acronym;Type;Country;City;URL",
    ],
)
def test_columns_are_known_by_their_headers_in_three_languages(header: str, tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.csv", f"{header}\nCámara del Valle;CAVA;cámara;Perú;Lima;https://example.org\n"
    )
    assert found.rows == (
        DirectoryRow("Cámara del Valle", "CAVA", "cámara", "PE", "Lima", "https://example.org", 2),
    )
    assert found.problems == ()


def test_bad_rows_are_reported_by_number_and_the_rest_goes_in(tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.csv", "nombre,país,temas\nUno,Brasil,tic; gremios\n,Chile,\n\nTres,Atlántida,\n"
    )
    assert [(r.name, r.country, r.row, r.themes) for r in found.rows] == [
        ("Uno", "BR", 2, ("tic", "gremios")),
        ("Tres", None, 5, ()),
    ]
    assert [(p.row, p.message.split(";")[0]) for p in found.problems] == [
        (3, "has no name"),
        (5, "'Atlántida' is no country that is known"),
    ]


def test_workbooks_are_read_from_the_sheet_that_has_names(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Notas"])
    sheet = book.create_sheet("Instituciones")
    sheet.append(["Directorio de la red"])
    sheet.append(["Institución", "País"])
    sheet.append(["Cámara del Valle", "Costa Rica"])
    book.save(tmp_path / "a.xlsx")
    found = read_directory(tmp_path / "a.xlsx", max_bytes=MAX_BYTES)
    assert [(r.name, r.country, r.row) for r in found.rows] == [("Cámara del Valle", "CR", 3)]


def test_other_encodings_are_found(tmp_path: Path) -> None:
    text = "Nombre;País\nAsociación de Señaléticas;España\nFundación Ñandú;Perú\n"
    assert [r.country for r in read(tmp_path / "a.csv", text.encode("latin-1")).rows] == ["ES", "PE"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("México", "MX"), ("mexico", "MX"), ("Brazil", "BR"), ("Estados Unidos", "US"), ("Chipre", "CY"),
     ("Espanha", "ES"), ("PAN", "PA"), ("uy", "UY"), ("Nowhere", None)],
)  # fmt: skip
def test_countries_are_known_by_name_and_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize(
    ("file", "content", "kind", "message"),
    [
        ("a.csv", b"", EmptyDocument, "empty"),
        (
            "a.csv",
            b"color,peso\nrojo,3\n",
            UnreadableDocument,
            "no column of names; its first row reads color, peso",
        ),
        ("a.csv", bytes(range(256)) * 4, UnreadableDocument, "binary"),
        ("a.xlsx", b"PK\x03\x04 broken", UnreadableDocument, "truncated or damaged"),
        ("a.ods", b"x", UnsupportedDocument, r"must be one of \.csv"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    file: str, content: bytes, kind: type[DocumentError], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=rf"^{file}: .*{message}"):
        read(tmp_path / file, content)
