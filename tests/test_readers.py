"""Readers: what each format gives, and what each unusable file is told."""

import ctypes
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import docx
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from graph.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from graph.model import Document
from ingest.cleaning import clean
from ingest.readers import (
    SUPPORTED_SUFFIXES,
    discover,
    parse_document,
    parse_with_warnings,
    read_document,
)
from ingest.readers.html import show_panels

MAX_BYTES = 10 * 2**20
TEXT = "La cámara de Ibagué reunió a 40 señores del café: «mañana será otro día».\n"


def parse(data: bytes | str, name: str, *, max_pages: int = 100) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    return parse_document(raw, name=name, max_bytes=MAX_BYTES, max_pages=max_pages)


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, document.text[b.start : b.end]) for b in document.blocks]


def pdf(*pages: Sequence[str], leading: float = 14) -> bytes:
    """A PDF with one line of text for each string; an empty string leaves a line free."""
    document = pypdfium2.PdfDocument.new()
    for lines in pages:
        page = document.new_page(595, 842)
        height = 780.0
        for line in lines:
            if line:
                text = pdfium.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", 11)
                units = (line + "\0").encode("utf-16-le")
                pdfium.FPDFText_SetText(text, (ctypes.c_ushort * (len(units) // 2)).from_buffer_copy(units))
                pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, height)
                pdfium.FPDFPage_InsertObject(page.raw, text)
            height -= leading
        pdfium.FPDFPage_GenerateContent(page.raw)
        page.close()
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def placed_pdf(
    *pages: Sequence[tuple[float, float, str]] | None, drawn: int = 0, rotate: int = 0, scans: bool = False
) -> bytes:
    """A PDF with each text at its x and y, in that order; None is a page with nothing but a picture.

    Text is drawn at `drawn` degrees, pages are shown turned by `rotate`; `scans` puts a picture behind it.
    """
    turned = {0: b"", 90: b"0 1 -1 0 842 0 cm ", 180: b"-1 0 0 -1 595 842 cm ", 270: b"0 -1 1 0 0 595 cm "}
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/Rotate %d/MediaBox[0 0 842 842]>>" % (kids, len(pages), rotate),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\nx\nendstream",
    ]
    for number, page in enumerate(pages):
        stream = b"q 500 0 0 700 40 70 cm /P Do Q"
        if page is not None:
            behind = stream if scans else b""
            stream = behind + b" " + turned[drawn] + b"BT /F 10 Tf " + b" ".join(
                b"1 0 0 1 %g %g Tm (%s) Tj" % (x, y, text.encode("cp1252")) for x, y, text in page
            ) + b" ET"  # fmt: skip
        objects.append(
            b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>/XObject<</P 4 0 R>>>>/Contents %d 0 R>>"
            % (6 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    )  # fmt: skip


LEFT = [
    "La asociación de cámaras del valle abrió sus",
    "puertas a las empresas pequeñas que venden",
    "tejidos de lana y de algodón en los mercados",
    "de la costa; en dos años pasaron de doce a",
    "cuarenta y siete, y hoy exportan a tres países",
    "con una marca que es de todas ellas.",
]
RIGHT = [
    "El fondo de avales contó lo que hace cuando",
    "una empresa no devuelve el préstamo: paga al",
    "banco en diez días y acuerda con la empresa",
    "otro plazo. La sala preguntó por el costo y",
    "por las garantías que se piden al que firma",
    "por primera vez con una entidad financiera.",
]


def encrypted_pdf() -> bytes:
    """A PDF whose trailer names a security handler for which nobody has the password."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<41><41>]>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Memoria", 0)
    document.add_heading("Talleres", 1)
    document.add_paragraph("Hubo dos talleres.")
    document.add_paragraph("en Quito", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Sedes"
    table.cell(1, 0).text = "Taller de marcas"
    table.cell(1, 1).text = "Lima"
    document.add_paragraph("Fin.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def office(body: str, **parts: str) -> bytes:
    """A Word document of WordprocessingML: what is in the body, and further parts (styles, numbering …)."""
    space = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "header": "hdr"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        overrides = "".join(
            f'<Override PartName="/word/{part}.xml" ContentType="{types}.{part}+xml"/>' for part in parts
        )
        target.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{types}.document.main+xml"/>'
            f"{overrides}</Types>",
        )
        target.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
            f'Type="{kinds}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        relations = "".join(
            f'<Relationship Id="r{part}" Type="{kinds}/{part}" Target="{part}.xml"/>' for part in parts
        )
        target.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        )
        target.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        for part, content in parts.items():
            target.writestr(f"word/{part}.xml", f"<w:{roots[part]} {space}>{content}</w:{roots[part]}>")
    return out.getvalue()


def p(text: str, properties: str = "", after: str = "") -> str:
    """A paragraph of WordprocessingML."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r>{after}</w:p>"


def numbered(list_id: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le"])
    def test_the_encoding_is_found(self, encoding: str) -> None:
        assert parse((TEXT * 5).encode(encoding), "a.txt").text == TEXT * 5

    def test_line_breaks_are_those_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes("uno\r\ndos\rtres\n\u00a0fin".encode())
        document = read_document(path, max_bytes=MAX_BYTES, max_pages=1)
        with path.open(encoding="utf-8", newline="") as file:
            assert document.text == file.read()

    def test_form_feeds_part_pages(self) -> None:
        document = parse("uno\n\fdos\n\ftres\n", "a.txt")
        assert [document.text[p.start : p.end].strip() for p in document.pages] == ["uno", "dos", "tres"]
        assert document.page_at(document.text.index("dos")) == 2

    def test_the_id_is_the_sha256_of_the_bytes(self) -> None:
        assert parse("abc", "a.txt").id == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


class TestMarkdown:
    def test_blocks_are_where_the_file_has_them(self) -> None:
        document = parse(
            "---\ntitle: 'Foro andino'\ndate: 2020-01-02\n---\n\n# Foro\n\nUn párrafo\nlargo.\n\nSub\n---\n\n"
            "- uno\n- dos\n  sigue\n  1. tres\n\n| A | B |\n|---|---|\n| x \\| y |  |\n| | z |\n",
            "a.md",
        )
        assert document.title == "Foro andino"
        assert blocks(document) == [
            ("heading", 1, "Foro andino"),
            ("heading", 1, "# Foro"),
            ("paragraph", 0, "Un párrafo\nlargo."),
            ("heading", 2, "Sub"),
            ("list-item", 0, "- uno"),
            ("list-item", 0, "- dos\n  sigue"),
            ("list-item", 1, "1. tres"),
            ("table-row", 0, "| A | B |"),
            ("table-cell", 0, "A"),
            ("table-cell", 1, "B"),
            ("table-row", 0, "| x \\| y |  |"),
            ("table-cell", 0, "x \\| y"),
            ("table-row", 0, "| | z |"),
            ("table-cell", 1, "z"),
        ]

    @pytest.mark.parametrize("newline", ["\r\n", "\r"])
    def test_spans_hold_with_other_line_breaks(self, newline: str) -> None:
        document = parse(f"---{newline}a: b{newline}---{newline}{newline}# Uno{newline}{newline}Dos.", "a.md")
        assert blocks(document) == [("heading", 1, "# Uno"), ("paragraph", 0, "Dos.")]

    def test_front_matter_alone_is_an_empty_document(self) -> None:
        with pytest.raises(EmptyDocument, match=r"a\.md: there is no text under its front matter"):
            parse("---\ntitle: x\n---\n", "a.md")


PAGE = """<!doctype html><html lang="es"><head><meta charset="{charset}"><title>Foro de café</title></head>
<body>
<nav><ul><li><a href="/">Inicio</a></li><li><a href="/c">Contacto</a></li></ul></nav>
<main><h1>Foro de café</h1>
<p>En Ibagué se reunieron más de cien empresas del café para hablar de la calidad, de los mercados y de los
créditos.</p>
<h2>Programa</h2><ul><li>Apertura del alcalde</li>
<li>Mesa de <b>avales</b></li></ul>
<table><tr><th>Taller</th><th>Sede</th></tr><tr><td>Marcas</td><td>Lima</td></tr></table>
<p>Al final se firmó un acuerdo entre la cámara y la universidad para seguir el año próximo.</p></main>
<footer>Todos los derechos reservados. Usamos cookies.</footer><script>alert("x")</script></body></html>"""


class TestHtml:
    @pytest.mark.parametrize(
        ("declared", "real"),
        [
            ("iso-8859-1", "utf-8"),
            ("utf-8", "cp1252"),
            ("iso-8859-1", "cp1252"),
            ("cp037", "utf-8"),
            ("no-such-thing", "cp1252"),
            ("utf-16", "utf-8"),
            ("utf-8", "utf-16"),
        ],
    )
    def test_what_a_page_declares_is_believed_where_it_can_be(self, declared: str, real: str) -> None:
        text = "La asociación de Ibagué pidió «garantías» – “más baratas” – para cuarenta y siete empresas."
        page = (
            f"<html><head><title>Año</title><meta charset={declared}></head><body><p>{text}</p></body></html>"
        )
        assert parse(page.encode(real), "a.html").text == text

    def test_cells_keep_their_columns_beside_those_that_are_merged(self) -> None:
        rows = [
            "<td rowspan=3>mayo</td><td colspan=2>Taller</td><td>Lima</td>",
            "<td>Avales</td><td></td><td rowspan=2>Quito</td>",
            "<td rowspan=99999999999>Marcas</td><td colspan=x>doce</td>",
            "<td>junio</td><td>Foro</td>",
        ]
        page = f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        found = [(level, text) for kind, level, text in blocks(parse(page, "a.html")) if kind == "table-cell"]
        assert found == [
            (0, "mayo"), (1, "Taller"), (3, "Lima"), (1, "Avales"), (3, "Quito"),
            (1, "Marcas"), (2, "doce"), (0, "junio"), (1, "Foro"),
        ]  # fmt: skip

    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
    def test_the_text_of_the_page_without_menus_and_banners(self, charset: str) -> None:
        document = parse(PAGE.format(charset=charset).encode(charset), "a.html")
        found = blocks(document)
        assert document.title == "Foro de café"
        assert found[0] == ("heading", 1, "Foro de café")
        assert found[1][2].startswith("En Ibagué se reunieron más de cien empresas del café")
        assert [b for b in found if b[0] in {"list-item", "table-cell", "heading"}][1:] == [
            ("heading", 2, "Programa"),
            ("list-item", 0, "Apertura del alcalde"),
            ("list-item", 0, "Mesa de avales"),
            ("table-cell", 0, "Taller"),
            ("table-cell", 1, "Sede"),
            ("table-cell", 0, "Marcas"),
            ("table-cell", 1, "Lima"),
        ]
        for noise in ("Contacto", "cookies", "alert"):
            assert noise not in document.text

    def test_a_page_too_short_for_the_extractor_is_read_whole(self) -> None:
        document = parse("<title>T</title><ul><li>uno<ul><li>dos</li></ul></li></ul><p>a<br>b</p>", "a.htm")
        assert blocks(document) == [
            ("list-item", 0, "uno"),
            ("list-item", 1, "dos"),
            ("paragraph", 0, "a\nb"),
        ]

    @pytest.mark.parametrize(
        ("head", "title"),
        [
            ("<title>Rueda de negocios | Red andina</title>", "Rueda de negocios"),
            ("<title>Rueda de negocios – Red andina</title>", "Rueda de negocios"),
            ("<title>Foro 2-3 de mayo: pyme-universidad</title>", "Foro 2-3 de mayo: pyme-universidad"),
            ("<title>x</title><meta property='og:title' content='Foro  de marcas'>", "Foro de marcas"),
            ("<title>x</title></head><body><h1>Uno <i>solo</i></h1>", "Uno solo"),
            ("<title>x</title></head><body><h1>Uno</h1><h1>Dos</h1>", "x"),
            ("", None),
        ],
    )  # fmt: skip
    def test_the_title_is_the_page_s_own_without_the_site(self, head: str, title: str | None) -> None:
        assert parse(f"<html><head>{head}<p>Hola a todos.</p></html>", "a.html").title == title

    def test_headings_of_any_rank_and_repeated_lines_stay(self) -> None:
        """The library drops small headings, titles that are links, and what a page says twice."""
        editions = "".join(
            f"<h5><a href='/{n}'>{n}.º Encuentro de la Red de Telares</a></h5>"
            f"<p>Sede de la cooperativa de tejedoras, en la ciudad de {city}, con {n}00 asistentes.</p>"
            "<p>Asistió la directora de la red</p>"
            for n, city in enumerate(("Oruro", "Sucre", "Tarija"), 1)
        )
        page = f"<body><ul><li><a href='/'>Inicio</a></li></ul><h1>Encuentros</h1>{editions}</body>"
        texts = [text for _, _, text in blocks(parse(page, "a.html"))]
        assert texts.count("Asistió la directora de la red") == 3
        assert [text for text in texts if text.endswith("Telares")] == [
            f"{n}.º Encuentro de la Red de Telares" for n in (1, 2, 3)
        ]
        assert texts[0] == "Encuentros"

    @pytest.mark.parametrize(
        ("markup", "texts"),
        [
            ("<div>3 de mayo: feria<br><br>9 de mayo: curso</div>", ["3 de mayo: feria", "9 de mayo: curso"]),
            ("<div>Feria<br>Oruro, mayo</div>", ["Feria\nOruro, mayo"]),
            ("<p>Feria del Hilo<span>Lunes, 3 de mayo</span></p>", ["Feria del Hilo", "Lunes, 3 de mayo"]),
            ("<p>Con la RETE<span>Lunes, 3 de mayo</span></p>", ["Con la RETE", "Lunes, 3 de mayo"]),
            ("<p><span>F</span>ERIA del <b>H</b>ilo</p>", ["FERIA del Hilo"]),
            ("<pre>2009\nFeria del Hilo</pre>", ["2009\nFeria del Hilo"]),
            ("<%@ Page Language='C#' %><p>Feria</p><%-- <p>nada</p> --%>", ["Feria"]),
            ("{% block texto %}<p>Feria {{ nombre }}de Oruro</p>{% endblock %}", ["Feria de Oruro"]),
            ("<form runat='server'><p>Feria de Oruro</p></form>", ["Feria de Oruro"]),
            ("<head><banda><p>Feria de Oruro</p></banda>", ["Feria de Oruro"]),
        ],
    )  # fmt: skip
    def test_lines_boxes_and_code_of_a_page(self, markup: str, texts: list[str]) -> None:
        assert [text for _, _, text in blocks(parse(markup, "a.html"))] == texts

    def test_a_table_that_lays_out_the_page_is_no_table(self) -> None:
        page = "<table><tr><td><h2>Menos papeles</h2><p>Nota.</p></td><td>Portada</td></tr></table>"
        assert blocks(parse(page, "a.html")) == [
            ("heading", 2, "Menos papeles"),
            ("paragraph", 0, "Nota."),
            ("paragraph", 0, "Portada"),
        ]

    def test_no_date_parser_is_loaded(self) -> None:
        """It takes seconds, for a date of publication that nobody asks for."""
        page = PAGE.format(charset="utf-8").replace(
            "</main>", "<div class='date'>3 de mayo de 2011</div></main>"
        )
        code = (
            "import sys; from ingest.readers import parse_document\n"
            "parse_document(sys.stdin.buffer.read(), name='a.html', max_bytes=10**6, max_pages=1)\n"
            "sys.exit('dateparser' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], input=page.encode(), check=True, timeout=60)

    def test_a_page_of_scripts_is_empty(self) -> None:
        with pytest.raises(EmptyDocument, match="no text of its own"):
            parse("<html><body><script>var a = 1</script></body></html>", "a.html")


class TestPdf:
    def test_pages_paragraphs_and_hyphens_come_out(self) -> None:
        data = pdf(
            [
                "Memoria",
                "",
                "La red es impor-",
                "tante para la RED-",
                "PYME de Ibagué.",
                "",
                "Otro tema",
                "sigue",
            ],
            ["en la segunda", "página."],
        )
        document = parse(data, "a.pdf")
        assert document.text == (
            "Memoria\n\nLa red es impor-\ntante para la RED-\nPYME de Ibagué.\n\n"
            "Otro tema\nsigue\nen la segunda\npágina."
        )
        assert [p.number for p in document.pages] == [1, 2]
        assert document.page_at(document.text.index("segunda")) == 2

    @pytest.mark.parametrize("shift", [0, 4])
    def test_columns_are_read_one_after_the_other(self, shift: int) -> None:
        """Also where the file writes them line by line across the page, at unequal heights."""
        page: list[tuple[float, float, str]] = [(230, 800, "Boletín de la red")]
        for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            page += [(50, 770 - 12 * number, left), (310, 770 - 12 * number - shift, right)]
        document = parse(placed_pdf([*page, (290, 40, "- 3 -")]), "a.pdf")
        assert [line for line in document.text.split("\n") if line] == [
            "Boletín de la red", *LEFT, *RIGHT, "- 3 -",
        ]  # fmt: skip

    def test_columns_of_short_lines_stay_in_the_order_of_the_file(self) -> None:
        page = [
            (x, 770 - 12 * row, f"{side}{row}") for row in range(8) for x, side in ((50, "a"), (310, "b"))
        ]
        assert parse(placed_pdf(page), "a.pdf").text.split() == [text for _, _, text in page]

    def test_table_rows_come_as_cells_with_tabs(self) -> None:
        table = [
            ("Taller", "Sede", "Fecha"),
            ("Marcas y diseño", "Lima", "3 de mayo"),
            ("Avales", "", "4 de junio"),
        ]
        page = [(50, 800, "Los talleres del año fueron dos, y en ellos hubo ciento doce personas:")]
        page += [
            (50 + 150 * column, 770 - 16 * row, cell)
            for row, cells in enumerate(table)
            for column, cell in enumerate(cells)
            if cell
        ]
        page.append((50, 690, "Después se hizo una encuesta entre quienes fueron."))
        assert parse(placed_pdf(page), "a.pdf").text.split("\n\n")[1] == (
            "Taller\tSede\tFecha\nMarcas y diseño\tLima\t3 de mayo\nAvales\t\t4 de junio"
        )

    def test_cells_of_several_lines_are_put_together(self) -> None:
        """The file writes cell by cell; the space between rows is wider than between the lines of a cell."""
        page = [(50, 800, "Los talleres del año fueron tres, y en ellos hubo ciento doce personas:")]
        height = 770
        for row in [
            (["Taller de", "marcas"], ["Lima"], ["3 de mayo"]),
            (["Taller de avales"], ["Quito y", "Cuenca"], ["4 de junio"]),
            (["Foro"], ["Loja"], ["5 y 6 de", "julio"]),
        ]:
            for column, cell in enumerate(row):
                page += [(50 + 150 * column, height - 12 * n, line) for n, line in enumerate(cell)]
            height -= 30
        assert parse(placed_pdf(page), "a.pdf").text.split("\n\n")[1].split("\n") == [
            "Taller de marcas\tLima\t3 de mayo",
            "Taller de avales\tQuito y Cuenca\t4 de junio",
            "Foro\tLoja\t5 y 6 de julio",
        ]

    def test_scanned_pages_among_others_are_named(self) -> None:
        text = [(50, 800, "Hola a todos")]
        data = placed_pdf(None, text, None, None, [], text)
        parsed = parse_with_warnings(data, name="a.pdf", max_bytes=MAX_BYTES, max_pages=10)
        assert len(parsed.document.pages) == 6
        assert len(parsed.warnings) == 1
        assert parsed.warnings[0].startswith(
            "a.pdf: pages 1, 3-4 of 6 without a text layer (scanned?), not read"
        )

    def test_a_scanned_page_with_a_number_over_it_is_one_all_the_same(self) -> None:
        data = placed_pdf([(290, 40, "- 4 -")], [(290, 40, "Memoria 5")], scans=True)
        parsed = parse_with_warnings(data, name="a.pdf", max_bytes=MAX_BYTES, max_pages=10)
        assert parsed.warnings[0].startswith("a.pdf: pages 1-2 of 2 without a text layer")
        with pytest.raises(EmptyDocument, match="no text layer"):
            parse(placed_pdf([(290, 40, "- 4 -")], scans=True), "a.pdf")

    @pytest.mark.parametrize("drawn", [0, 90, 180, 270])
    @pytest.mark.parametrize("rotate", [0, 90, 180, 270])
    def test_turned_pages_are_read_as_their_text_runs(self, drawn: int, rotate: int) -> None:
        prose = [(50, 770 - 12 * number, line) for number, line in enumerate(LEFT)]
        cells = [
            (50 + 150 * column, 600 - 16 * row, f"{word} {row}")
            for row in range(4)
            for column, word in enumerate(("Taller", "Lima", "Mayo"))
        ]
        straight = parse(placed_pdf(prose, cells), "a.pdf").text
        assert "Taller 3\tLima 3\tMayo 3" in straight
        assert parse(placed_pdf(prose, cells, drawn=drawn, rotate=rotate), "a.pdf").text == straight

    @pytest.mark.parametrize(("before", "after"), [(b"HTTP/1.1 200 OK\r\n\r\n", b""), (b"", b"\0" * 9000)])
    def test_what_a_download_left_around_it_does_no_harm(self, before: bytes, after: bytes) -> None:
        assert parse(before + pdf(["Hola a todos"]) + after, "a.pdf").text.strip() == "Hola a todos"

    def test_running_heads_and_page_numbers_are_taken_out_by_the_cleaning(self) -> None:
        pages = [
            [(50, 810, "Red andina - Memoria 2011"),
             *((50, 770 - 12 * n, line) for n, line in enumerate(body)),
             (290, 40, f"Página {number} de 4")]
            for number, body in enumerate((LEFT, RIGHT, LEFT, RIGHT), 1)
        ]  # fmt: skip
        cleaned = clean(parse(placed_pdf(*pages), "a.pdf"))
        assert "Memoria 2011" not in cleaned.text
        assert "Página" not in cleaned.text
        assert cleaned.text.startswith("La asociación")

    def test_the_content_decides_not_the_name(self) -> None:
        assert parse(pdf(["Hola a todos"]), "a.txt").media_type == "application/pdf"

    @pytest.mark.parametrize(
        ("data", "kind", "message"),
        [
            (pdf(["Hola a todos"])[:300], UnreadableDocument, "truncated"),
            (b"%PDF-1.7\nnothing\n%%EOF", UnreadableDocument, "damaged"),
            (encrypted_pdf(), UnreadableDocument, "encrypted and needs a password"),
            (b"not a pdf at all", UnreadableDocument, "not a PDF"),
            (pdf([], []), EmptyDocument, "2 pages but no text layer .* needs OCR"),
            (pdf(["a"], ["b"], ["c"], ["d"]), DocumentTooLarge, "4 pages, over the limit of 3"),
        ],
    )
    def test_what_cannot_be_read_says_why(self, data: bytes, kind: type[DocumentError], message: str) -> None:
        with pytest.raises(kind, match=rf"^a\.pdf: .*{message}"):
            parse(data, "a.pdf", max_pages=3)


class TestWord:
    def test_headings_paragraphs_items_and_tables_in_order(self) -> None:
        document = parse(word(), "a.docx")
        assert blocks(document) == [
            ("heading", 1, "Memoria"),
            ("heading", 2, "Talleres"),
            ("paragraph", 0, "Hubo dos talleres."),
            ("list-item", 0, "en Quito"),
            ("table-row", 0, "Sedes"),
            ("table-cell", 0, "Sedes"),
            ("table-row", 0, "Taller de marcas\n\nLima"),
            ("table-cell", 0, "Taller de marcas"),
            ("table-cell", 1, "Lima"),
            ("paragraph", 0, "Fin."),
        ]

    @pytest.mark.parametrize(
        ("data", "kind", "message"),
        [
            (word()[:-2000], UnreadableDocument, "truncated or damaged"),
            (archive(word__document_xml=b" " * 50_000_000), DocumentTooLarge, "unpacks to"),
            (
                archive(word__document_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
                UnreadableDocument,
                "declares XML entities",
            ),
            (archive(a_txt=b"x"), UnreadableDocument, "not a Word document"),
            (b"\xd0\xcf\x11\xe0" + b"x" * 100, UnreadableDocument, "password-protected or old binary"),
        ],
    )
    def test_what_cannot_be_read_says_why(self, data: bytes, kind: type[DocumentError], message: str) -> None:
        with pytest.raises(kind, match=rf"^a\.docx: .*{message}"):
            parse(data, "a.docx")

    def test_automatic_numbers_are_written_out(self) -> None:
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for level, start, kind, text in [
                (0, 3, "decimal", "%1."), (1, 1, "lowerLetter", "%1.%2)"), (2, 1, "upperRoman", "%3."),
                (3, 1, "bullet", "o"),
            ]
        )  # fmt: skip
        numbering = (
            f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
        styles = (
            '<w:style w:styleId="C"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr>'
            "</w:pPr></w:style>"
        )
        document = parse(
            office(
                p("Talleres", '<w:pStyle w:val="C"/>')
                + p("en Lima", numbered(1)) + p("de marcas", numbered(1, 1)) + p("de cuero", numbered(1, 1))
                + p("de aval", numbered(1, 2)) + p("a secas", numbered(1, 3)) + p("en Quito", numbered(1))
                + p("de café", numbered(1, 1)) + p("Foros", '<w:pStyle w:val="C"/>')
                + p("sin lista", numbered(9)),
                numbering=numbering, styles=styles,
            ),
            "a.docx",
        )  # fmt: skip
        assert blocks(document) == [
            ("heading", 1, "1. Talleres"),
            ("list-item", 0, "3. en Lima"),
            ("list-item", 1, "3.a) de marcas"),
            ("list-item", 1, "3.b) de cuero"),
            ("list-item", 2, "I. de aval"),
            ("list-item", 3, "a secas"),
            ("list-item", 0, "4. en Quito"),
            ("list-item", 1, "4.a) de café"),
            ("heading", 1, "2. Foros"),
            ("list-item", 0, "sin lista"),
        ]

    def test_notes_text_boxes_and_page_headers_are_read_once(self) -> None:
        box = (
            "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
            "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        ).format(p("En un recuadro."))
        deleted = (
            "<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:ins><w:r><w:t> y sí</w:t></w:r></w:ins>"
        )
        note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
        document = parse(
            office(
                p("Hubo una nota", "", deleted + note) + p("y una caja", "", box) + p("al final.", "", note),
                footnotes=f'<w:footnote w:id="2">{p("La nota.")}</w:footnote>',
                header=p("Red de Cámaras"),
            ),
            "a.docx",
        )
        assert [text for _, _, text in blocks(document)] == [
            "Red de Cámaras", "Hubo una nota y sí", "La nota.", "y una caja", "En un recuadro.", "al final.",
        ]  # fmt: skip

    def test_cells_keep_their_columns(self) -> None:
        def cell(text: str, properties: str = "") -> str:
            return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"

        rows = [
            cell("Taller", '<w:vMerge w:val="restart"/>') + cell("Lima") + cell("mayo"),
            cell("", "<w:vMerge/>") + cell("Quito y Cuenca", '<w:gridSpan w:val="2"/>') + cell("fin"),
            cell("ancha", '<w:gridSpan w:val="2000000000"/>'),
        ]
        table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
        found = [b for b in blocks(parse(office(table), "a.docx")) if b[0] == "table-cell"]
        assert found == [
            ("table-cell", 0, "Taller"), ("table-cell", 1, "Lima"), ("table-cell", 2, "mayo"),
            ("table-cell", 1, "Quito y Cuenca"), ("table-cell", 3, "fin"), ("table-cell", 0, "ancha"),
        ]  # fmt: skip

    def test_styles_in_a_circle_end(self) -> None:
        styles = "".join(
            f'<w:style w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
            for one, other in ("AB", "BA")
        )
        document = parse(office(p("uno", '<w:pStyle w:val="A"/>'), styles=styles), "a.docx")
        assert blocks(document) == [("paragraph", 0, "uno")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_refused_wherever_they_are_declared(self, encoding: str) -> None:
        bomb = f'<!--{" " * 5000}--><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
        with pytest.raises(UnreadableDocument, match="declares XML entities"):
            parse(archive(word__document_xml=bomb), "a.docx")

    def test_a_part_that_unpacks_out_of_proportion_is_refused(self) -> None:
        with pytest.raises(DocumentTooLarge, match="unpacks to 200 times"):
            parse(archive(word__document_xml=b" " * 30_000_000), "a.docx")

    def test_a_document_of_pictures_is_empty(self) -> None:
        out = io.BytesIO()
        docx.Document().save(out)
        with pytest.raises(EmptyDocument, match="no text in it"):
            parse(out.getvalue(), "a.docx")


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
def test_an_empty_file_is_reported_whatever_its_format(suffix: str) -> None:
    for data in (b"", b"\xef\xbb\xbf \r\n"):
        with pytest.raises(DocumentError, match=rf"^nada{suffix}: the file is empty"):
            parse(data, f"nada{suffix}")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (bytes(range(256)) * 8, "a.txt"),
        (os.urandom(64) + b"\x00\x01\x02" * 50, "a.md"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" * 20, "a.txt"),
        (word(), "a.txt"),
    ],
)
def test_binary_data_is_not_text(data: bytes, name: str) -> None:
    with pytest.raises(UnreadableDocument, match=name):
        parse(data, name)


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * 2000)
    with pytest.raises(DocumentTooLarge, match=r"big\.txt: 2,000 bytes, over the limit of 1,000"):
        read_document(path, max_bytes=1000, max_pages=1)


def test_other_formats_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedDocument, match=r"a\.odt: no reader for \.odt; supported are \.docx, "):
        parse("x", "a.odt")


def test_discover_expands_directories_and_reports_the_rest(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for name in ("in/b.txt", "in/deep/a.MD", "in/c.xyz", "in/.hidden.txt"):
        (tmp_path / name).write_text("x")
    files, problems = discover(
        [tmp_path / "in", tmp_path / "in" / "b.txt", tmp_path / "missing.pdf", tmp_path / "empty"]
    )
    assert [f.relative_to(tmp_path).as_posix() for f in files] == ["in/b.txt", "in/deep/a.MD"]
    assert [type(p) for p in problems] == [UnsupportedDocument, UnreadableDocument, UnsupportedDocument]
    assert "c.xyz" in str(problems[0])
    assert "no such file" in str(problems[1])
    assert "holds no file" in str(problems[2])


def test_discover_tells_of_links_to_folders_and_does_not_follow_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in", target_is_directory=True)
    files, (problem,) = discover([tmp_path / "in"])
    assert [f.name for f in files] == ["a.txt"]
    assert str(problem) == f"{tmp_path}/in/round: a link to a folder is not followed; name that folder too"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list any folder")
def test_discover_tells_of_folders_that_cannot_be_listed(tmp_path: Path) -> None:
    (tmp_path / "in" / "shut").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("x")
    (tmp_path / "in" / "shut").chmod(0)
    files, (problem,) = discover([tmp_path / "in"])
    (tmp_path / "in" / "shut").chmod(0o700)
    assert [f.name for f in files] == ["a.txt"]
    assert "shut: the folder cannot be listed (Permission denied)" in str(problem)


@settings(max_examples=60, deadline=None)
@given(
    suffix=st.sampled_from(sorted(SUPPORTED_SUFFIXES)),
    head=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe", b"---\n", b"<html><body><p>"]),
    body=st.binary(max_size=300),
    tail=st.sampled_from([b"", b"\n%%EOF"]),
)
def test_any_bytes_give_a_document_or_a_document_error(
    suffix: str, head: bytes, body: bytes, tail: bytes
) -> None:
    with suppress(DocumentError):
        document = parse(head + body + tail, f"a{suffix}")
        assert document.text.strip()
        assert all(0 <= block.start < block.end <= len(document.text) for block in document.blocks)


LINES = st.sampled_from(
    [
        "# a",
        "- b",
        "  c",
        "> d",
        "1. e",
        "| x | y |",
        "|---|---|",
        "",
        "---",
        "```",
        "<b>",
        "e\rf",
        "\tg",
        "====",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=20))
def test_blocks_of_any_markdown_are_in_order_and_in_bounds(lines: list[str]) -> None:
    try:
        document = parse("\n".join(lines), "a.md")
    except EmptyDocument:
        return
    starts = [block.start for block in document.blocks]
    assert starts == sorted(starts)
    assert all(0 <= b.start < b.end <= len(document.text) for b in document.blocks)


def test_what_a_heading_of_a_page_opens_is_shown() -> None:
    tree = lxml_html.document_fromstring(
        "<html><body><h2 onclick=\"abrir('fechas')\">Fechas</h2><a href='#menu'>Menú</a>"
        "<div id='fechas' style='display: none;'>17 al 21 de octubre</div>"
        "<div id='resto' style='display: none;'>Lo que nadie abre</div>"
        "<div id='menu' style='display: none;'>Inicio</div></body></html>"
    )
    show_panels(tree)
    hidden = {panel.get("id"): panel.get("style") is not None for panel in tree.iter("div")}
    assert hidden == {"fechas": False, "resto": True, "menu": True}
