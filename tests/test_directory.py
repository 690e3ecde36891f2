"""Directories of institutions in spreadsheets."""

import gc
import io
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from ingest import directories
from ingest.readers.directory import Directory, DirectoryRow, country_code, read_directory
from ingest.readers.separated import rows_of

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
        "Razón social;Siglas;Categoría;País sede;Localidad;Página web",
        "1. Nombre de la institución (completo)*;SIGLA:;Tipo de entidad;PAIS ;Municipio;Web",
        "Designação;Acrónimo;Tipologia;País de origem;Localidade;Sítio web",
        "Nome da organização;Sigla / acrónimo;Natureza jurídica;País;Cidade;Página oficial",
        "Organisation name;Abbreviation;Type of organisation;Country of origin;City/Town;Web site",
        "Nombre;Sigla;Tipo;País;Ciudad;Sitio web;Nombre",
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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nombre;país\nRed de Lana, Hilo, Tintes y Paños;Perú\n", ["Red de Lana, Hilo, Tintes y Paños"]),
        ("Nombre\nRed Uno, de Lima\nRed Dos\n", ["Red Uno, de Lima", "Red Dos"]),
        ("Directorio, 2011\n\nnombre|país\nRed Uno|Perú\n", ["Red Uno"]),
        ("sep=;\nnombre;país\nRed Uno;Perú\n", ["Red Uno"]),
        ("nombre\tpaís\nRed Uno, Dos y Tres\tPerú\n", ["Red Uno, Dos y Tres"]),
        ('nombre,país\n"Red\nUno",Perú\nRed "Dos" y 3" más,Perú\n', ["Red Uno", 'Red "Dos" y 3" más']),
    ],
)
def test_cells_are_parted_by_what_parts_every_row(text: str, names: list[str], tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", text)
    assert [row.name for row in found.rows] == names
    assert found.problems == ()


def test_a_quote_that_is_not_closed_takes_in_no_other_row(tmp_path: Path) -> None:
    long = "x" * 200_000
    rows = ["nombre;país", '"Red Uno;Perú', '"Red Dos";Cuba', f'"{long}";Cuba', "Red Tres;Chile"]
    rows += ['"Red Cuatro;Perú', "Red Cinco;Perú"]
    found = read(tmp_path / "a.csv", "\n".join(rows))
    assert [(r.name, r.country, r.row) for r in found.rows] == [
        ("Red Uno", "PE", 2), ("Red Dos", "CU", 3), ("Red Tres", "CL", 5), ("Red Cuatro", "PE", 6),
        ("Red Cinco", "PE", 7),
    ]  # fmt: skip
    assert [(p.row, p.message.split(";")[0]) for p in found.problems] == [
        (2, "opens a quote that is not closed"),
        (4, "is longer than any row of a directory"),
        (6, "opens a quote that is not closed"),
    ]


@pytest.mark.parametrize("row", ["Red Uno;Perú", 'Red "Uno";"Perú'], ids=["plain", "quotes lost"])
def test_the_rows_of_a_long_table_are_parted_in_time_linear_in_them(row: str) -> None:
    def seconds(count: int) -> float:
        text = "nombre;país\n" + f"{row}\n" * count
        # The collector of cycles looks through what all tests before left, in time that is not the rows'.
        gc.disable()
        try:
            began = time.process_time()
            assert len(list(rows_of(text))) > count // 2
            return time.process_time() - began
        finally:
            gc.enable()

    short, long = seconds(10_000), seconds(80_000)
    assert long < 16 * short + 0.2


def test_a_list_of_persons_and_their_institutions_gives_the_institutions(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "Nombre;Cargo;Institución;País\nAna Ríos;Directora;Red Uno;Perú\n")
    assert [row.name for row in found.rows] == ["Red Uno"]


def test_a_file_beside_it_names_columns_that_have_other_headers(tmp_path: Path) -> None:
    (tmp_path / "a.csv.columns.toml").write_text(
        '"Contraparte" = "name"\n"Domicilio" = "city"\n"Fax" = "website"\n'
    )
    found = read(
        tmp_path / "a.csv", "Nombre,Contraparte,Domicilio,País\nAna,Cámara del Valle,Cali,Colombia\n"
    )
    assert [(r.name, r.city, r.country) for r in found.rows] == [("Cámara del Valle", "Cali", "CO")]
    assert [(p.row, p.message) for p in found.problems] == [
        (1, "has no header 'fax', which the file of columns names")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('"Denominación" = "fax"', "'Denominación' is given the field 'fax'; use one of name, acronym"),
        ("Denominación: name", "not a file of columns"),
        (b"\xff\xfe", "not a file of columns"),
        ('a = ["name"]', r"given the field \['name'\]"),
    ],
)
def test_a_file_of_columns_that_cannot_be_used_says_why(
    content: str | bytes, message: str, tmp_path: Path
) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "a.csv.columns.toml").write_bytes(raw)
    with pytest.raises(UnreadableDocument, match=rf"^a\.csv\.columns\.toml: .*{message}"):
        read(tmp_path / "a.csv", "Denominación\nCámara\n")


def test_an_institution_that_comes_twice_is_one_row(tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.csv",
        "nombre,país,sigla,temas\nCámara Norte,Perú,,tic\nCAMARA NORTE,,CN,avales\nCámara Norte,Chile,,\n"
        "Cámara  Norte,,X,\n",
    )
    assert [(r.name, r.country, r.acronym, r.themes, r.row) for r in found.rows] == [
        ("Cámara Norte", "PE", "CN", ("tic", "avales"), 2),
        ("Cámara Norte", "CL", None, (), 4),
        ("Cámara Norte", None, "X", (), 5),  # of which of the two countries, nobody knows
    ]
    assert [(p.row, p.message.split(";")[0]) for p in found.problems] == [
        (3, "names 'CAMARA NORTE' again, as row 2 does")
    ]


def sheet(rows: str, *, dimension: str = "A1:B9", strings: str = "") -> bytes:
    """A workbook of one sheet of SpreadsheetML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    out, copy = io.BytesIO(), io.BytesIO()
    Workbook().save(out)
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        parts = {name: source.read(name).decode() for name in source.namelist()}
        parts["xl/worksheets/sheet1.xml"] = (
            f'<worksheet {main}><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
        )
        parts["xl/sharedStrings.xml"] = f"<sst {main}>{strings}</sst>"
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        )
        for name, content in parts.items():
            target.writestr(name, content)
    return copy.getvalue()


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>nombre</t></is></c></row>'


def test_a_sheet_that_claims_millions_of_cells_is_read_for_what_it_holds(tmp_path: Path) -> None:
    cells = '<c r="A99999" t="inlineStr"><is><t>Cámara</t></is></c><c r="XFD99999"><v>1</v></c>'
    row = f'<row r="99999">{cells}</row>'
    found = read(tmp_path / "a.xlsx", sheet(HEAD + row, dimension="A1:XFD1048576"))
    assert [(r.name, r.row) for r in found.rows] == [("Cámara", 99_999)]


def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    with pytest.raises(DocumentTooLarge, match="over 100,000 rows; split it"):
        read(tmp_path / "a.xlsx", sheet(HEAD + row))


def test_a_long_text_that_every_row_refers_to_is_cut(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 3000))
    text = "<si><t>" + "cámara " * 100_000 + "</t></si>"
    found = read(tmp_path / "a.xlsx", sheet(HEAD + rows, strings=text))
    assert [len(row.name) for row in found.rows] == [500]


def test_a_workbook_that_unpacks_beyond_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge, match="unpacks to"):
        read(tmp_path / "a.xlsx", sheet(HEAD + "<row/>" * 2_000_000))


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


def test_every_sheet_with_the_headers_of_the_first_is_read_and_others_are_told_of(tmp_path: Path) -> None:
    book = Workbook()
    for title in ("Perú", "Peru", "Chile"):
        sheet = book.create_sheet(title)
        sheet.append(["Institución", "País"])
        sheet.append([f"Cámara {title} {len(title)}", title])
        sheet.append([None, title])
    book.create_sheet("Contactos").append(["Nombre", "Correo"])
    book.save(tmp_path / "a.xlsx")
    found = read_directory(tmp_path / "a.xlsx", max_bytes=MAX_BYTES)
    assert [(r.name, r.country, r.row, r.sheet) for r in found.rows] == [
        ("Cámara Perú 4", "PE", 2, None), ("Cámara Chile 5", "CL", 2, "Chile"),
    ]  # fmt: skip
    assert [(p.row, p.message.split(";")[0]) for p in found.problems] == [
        (3, "has no name"),
        (2, "of sheet 'Peru': names 'Cámara Peru 4' again, as row 2 does"),
        (3, "of sheet 'Peru': has no name"),
        (3, "of sheet 'Chile': has no name"),
        (1, "of sheet 'Contactos' has other headers than the first (name)"),
    ]
    passages = directories.read(
        tmp_path / "a.xlsx", data=(tmp_path / "a.xlsx").read_bytes(), name="a.xlsx", max_bytes=MAX_BYTES
    ).extraction.passages
    assert [passage.id for passage in passages] == ["row-2", "line-2"]


def test_a_cell_that_is_merged_over_rows_holds_for_each_of_them(tmp_path: Path) -> None:
    book = Workbook()
    for row in [
        ("País", "Nombre", "Tipo"), ("Perú", "Red Uno", "red"), (None, "Red Dos", None),
        (None, "Red Tres", None), (None, None, None), (None, "Red Cuatro", "red"),
    ]:  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("A2:A5")
    book.active.merge_cells("C2:C3")
    book.save(tmp_path / "a.xlsx")
    found = read_directory(tmp_path / "a.xlsx", max_bytes=MAX_BYTES)
    assert [(r.name, r.country, r.type) for r in found.rows] == [
        ("Red Uno", "PE", "red"), ("Red Dos", "PE", "red"), ("Red Tres", "PE", None),
        ("Red Cuatro", None, "red"),
    ]  # fmt: skip
    assert found.problems == ()


def test_other_encodings_are_found(tmp_path: Path) -> None:
    text = "Nombre;País\nAsociación de Señaléticas;España\nFundación Ñandú;Perú\n"
    assert [r.country for r in read(tmp_path / "a.csv", text.encode("latin-1")).rows] == ["ES", "PE"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("México", "MX"), ("mexico", "MX"), ("Brazil", "BR"), ("Estados Unidos", "US"), ("Chipre", "CY"),
     ("Espanha", "ES"), ("PAN", "PA"), ("uy", "UY"), ("Nowhere", None), ("Rep. Dominicana", "DO"),
     ("EE.UU.", "US"), ("Perú (Lima)", "PE"), ("México, D.F.", "MX"), ("Brasil - BR", "BR"),
     ("Perú / Chile", None)],
)  # fmt: skip
def test_countries_are_known_by_name_and_code(name: str, code: str | None) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize(
    ("file", "content", "kind", "message"),
    [
        ("a.csv", b"", EmptyDocument, "empty"),
        ("a.csv", b"nombre;tipo\n;red\n", EmptyDocument, "no row below its headers names an institution"),
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
