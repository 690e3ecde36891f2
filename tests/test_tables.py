"""Tables of plain text: set in columns with spaces, with bars or with tabs, and what only looks like one."""

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Document
from ingest.cleaning import clean
from ingest.passages import passages
from ingest.readers.text import pages
from ingest.segmentation import Segment, segment

SHARED = Path(__file__).parents[2] / "shared"
REPORTS = Path(__file__).parent / "data" / "reports"


def document(text: str) -> Document:
    return Document(id="0", name="t.txt", media_type="text/plain", text=text, pages=pages(text))


def cut(text: str) -> tuple[Segment, ...]:
    source = document(text)
    return segment(clean(source), source)


def rows(text: str) -> list[list[str]]:
    """The cells of each row; a cell that is missing is an empty string."""
    found: dict[int, dict[int, str]] = {}
    for part in cut(text):
        if part.kind == "table-cell" and part.row is not None:
            found.setdefault(part.row, {})[part.level] = part.text
    width = max((column for row in found.values() for column in row), default=-1) + 1
    return [[row.get(column, "") for column in range(width)] for row in found.values()]


TABLES = {
    "es: rows of several lines with blank lines between": (
        """\
2. Encuentros

N°  Encuentro              Sede                 Organización
                                                y apoyo

1   Taller sobre nor-      Sucre, Bolivia,      Cámara Chuquisa-
    mas de tejido          3 y 4 de mayo        queña del Hilo

2   Feria del telar        Oruro, 9 de          CACHI; Red de
                           junio                Telares (RETE)

Ambos fueron gratuitos para los socios de la red.
""",
        [
            ["N°", "Encuentro", "Sede", "Organización y apoyo"],
            ["1", "Taller sobre normas de tejido", "Sucre, Bolivia, 3 y 4 de mayo",
             "Cámara Chuquisaqueña del Hilo"],
            ["2", "Feria del telar", "Oruro, 9 de junio", "CACHI; Red de Telares (RETE)"],
        ],
    ),
    "pt: rows of several lines, nothing between them, a source below": (
        """\
Atividade               Local e data           Organização
Oficina sobre nor-      Olinda, Brasil,        Associação das
mas de panificação      3 de maio              Padarias (APAO)
Seminário de            Igarassu,              Câmara do Mangue
avais                   10 de junho
Feira de sabores        Paulista, 2 de julho   APAO
Fonte: Secretaria.

As três foram gratuitas.
""",
        [
            ["Atividade", "Local e data", "Organização"],
            ["Oficina sobre normas de panificação", "Olinda, Brasil, 3 de maio",
             "Associação das Padarias (APAO)"],
            ["Seminário de avais", "Igarassu, 10 de junho", "Câmara do Mangue"],
            ["Feira de sabores", "Paulista, 2 de julho", "APAO"],
        ],
    ),
    "en: one line a row, under a sentence with a double space": (
        """\
The table shows what the Network did in the  spring and summer
of the year, and who came.
Event                        Place        Date          People
Workshop on export basics    Leeds        3 May 2019        40
Seminar on guarantees        York         7 June 2019      125
Trade mission                Lima         1 July 2019       12
All of them were free of charge for members of the Network.
""",
        [
            ["Event", "Place", "Date", "People"],
            ["Workshop on export basics", "Leeds", "3 May 2019", "40"],
            ["Seminar on guarantees", "York", "7 June 2019", "125"],
            ["Trade mission", "Lima", "1 July 2019", "12"],
        ],
    ),
    "a first column that several rows share": (
        "País       Taller     Gente\nBolivia    Marcas        12\n"
        "           Avales        13\nPerú       Ferias        20\n",
        [["País", "Taller", "Gente"], ["Bolivia", "Marcas", "12"],
         ["", "Avales", "13"], ["Perú", "Ferias", "20"]],
    ),
    "a row cut by the end of a page, with the columns elsewhere on the next": (
        """\
N°  Taller                 Sede        Gente

1   Marcas del             Lima        12
    valle y sus her-

Página 1 de 2
\f
      manas                  (Perú)

  2   Ferias                 La Paz    31

  3   Avales                 Quito     30
""",
        [["N°", "Taller", "Sede", "Gente"], ["1", "Marcas del valle y sus hermanas", "Lima (Perú)", "12"],
         ["2", "Ferias", "La Paz", "31"], ["3", "Avales", "Quito", "30"]],
    ),
    "bars with a rule": (
        "| N° | Taller | Sede |\n|----|:------:|-----:|\n| 1 | Marcas | Lima |\n| 2 | | Quito |\n",
        [["N°", "Taller", "Sede"], ["1", "Marcas", "Lima"], ["2", "", "Quito"]],
    ),
    "bars without a rule or a frame": (
        "Nome | País | Ano\nCâmara | Peru | 2009\nRede | Chile | 2010\n",
        [["Nome", "País", "Ano"], ["Câmara", "Peru", "2009"], ["Rede", "Chile", "2010"]],
    ),
    "a grid, whose rows have several lines": (
        "+---+-----------+\n| N | Name      |\n+===+===========+\n| 1 | Workshop  |\n|   | on brands |\n"
        "+---+-----------+\n| 2 | Forum     |\n+---+-----------+\n",
        [["N", "Name"], ["1", "Workshop on brands"], ["2", "Forum"]],
    ),
    "tabs, one cell empty": (
        "Taller\tSede\tFecha\nMarcas\tLima\t3 de mayo\nAvales\t\t4 de mayo\n",
        [["Taller", "Sede", "Fecha"], ["Marcas", "Lima", "3 de mayo"], ["Avales", "", "4 de mayo"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_the_cells_of_a_table_are_read_row_by_row(name: str) -> None:
    text, expected = TABLES[name]
    assert rows(text) == expected
    assert rows(text.replace("\n", "\r\n")) == expected


TEXTS = {
    "justified": """\
La  cooperativa   del  valle  reunió   a  los  productores  de
cacao  y  café  con  los compradores  de  cuatro  países,  y
entre   todos  acordaron   un   calendario   de  visitas,  un
sello  común  y  un   fondo   para  gastos  de   transporte.
Además,  la   red  aprobó  un  plan  de  trabajo   para  2009.
""",
    "two spaces after a full stop": """\
The network met in Leeds.  It agreed a plan.  Members paid.
A second round was held in York.  It was short.  Few came.
The third one took place in Bath.  Members liked it.  Fine.
""",
    "contents with leaders": "Presentación ........  3\nActividades ........  12\nAnexos ............  40\n",
    "contents without leaders": "Presentación        3\nActividades        12\nAnexos             40\n",
    "numbers and their items": """\
1.   Reunir a los productores del valle con los compradores de
     cuatro países.
2.   Crear un fondo.
3.   Visitar fincas.
""",
    "items after a tab": "1.\tVisitar fincas.\n2.\tCrear un fondo.\n3.\tReunir a los socios.\n",
    "address": "Señora\nAna Sol\n    Directora de la Cámara\n    Calle 5\n    Quito\n\nEstimada señora:\n",
    "code": "x = 1        # one\ntotal = 2    # two\nname = f(3)  # three\n",
    "a menu": "Inicio | Contacto\nRed Andina | Memoria\n",
    "stray double spaces": """\
Después de tres años, el programa  Telares, que lleva la cámara, ha
hecho una gran cantidad  de talleres en toda la región, con  apoyo de
la red y de sus  socios.
""",
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_only_looks_like_a_table_stays_text(name: str) -> None:
    text = TEXTS[name]
    assert rows(text) == []
    assert clean(document(text)).text.split() == text.split()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Fecha:       12 de mayo de 2019\nSede:        Quito\n"
            "Organiza:    Cámara del Valle, con apoyo de\n"
            "             la Red de Mar-\n             cas\n",
            ["Fecha: 12 de mayo de 2019", "Sede: Quito",
             "Organiza: Cámara del Valle, con apoyo de la Red de Marcas"],
        ),
        ("Data        3 de maio\nLocal       Olinda\nApoio       Câmara do Mangue\n",
         ["Data: 3 de maio", "Local: Olinda", "Apoio: Câmara do Mangue"]),
        ("Date:\t3 May\nVenue:\tTown hall, Leeds\n", ["Date: 3 May", "Venue: Town hall, Leeds"]),
        (
            "29 de noviembre   Taller previo, a cargo de\n                  la red\n"
            "30 de noviembre   Plenaria\n1 de diciembre    Visita\n",
            ["29 de noviembre: Taller previo, a cargo de la red", "30 de noviembre: Plenaria",
             "1 de diciembre: Visita"],
        ),
    ],
)  # fmt: skip
def test_labels_and_dates_with_what_they_are_about_become_lines(text: str, lines: list[str]) -> None:
    found = cut(
        f"Encuentro de marcas\n\n{text}\nEl encuentro fue útil para los socios de la red del valle.\n"
    )
    assert [part.text for part in found if part.kind == "heading"] == ["Encuentro de marcas"]
    assert [part.text for part in found if part.kind == "paragraph"][:-1] == lines


def test_text_in_two_columns_is_read_one_after_the_other() -> None:
    left = """\
La cooperativa del valle reunió
a los productores de cacao y
café con los compradores de
cuatro países, y todos juntos
acordaron un calendario de vi-
sitas, un sello común para los
productos de los socios, un
reglamento de uso y"""
    right = """\
un fondo para los gastos de
transporte que cada socio paga
en proporción a lo que vende,
el año siguiente
y después otra vez, con más so-
cios y con compradores de
otros países, en la sede que
la cámara les preste."""
    pairs = zip(left.splitlines(), right.splitlines(), strict=True)
    text = clean(document("\n".join(f"{a:<36}{b}" for a, b in pairs))).text
    assert text.startswith("La cooperativa del valle reunió a los productores de cacao y café con")
    assert "un calendario de visitas, un sello común para los productos de los socios" in text
    assert text.endswith(
        "con más socios y con compradores de otros países, en la sede que la cámara les preste."
    )


def test_the_span_of_a_cell_goes_from_its_first_line_to_its_last() -> None:
    text = next(iter(TABLES.values()))[0]
    source = document(text)
    cleaned = clean(source)
    title = next(part for part in cut(text) if part.text == "Taller sobre normas de tejido")
    assert text[title.span.start :].startswith("Taller sobre nor-")
    assert text[: title.span.end].endswith("mas de tejido")
    at = cleaned.text.index("Sucre")
    assert text[slice(*cleaned.source(at, at + len("Sucre, Bolivia,")))] == "Sucre, Bolivia,"
    for word in ("Taller", "tejido", "Cámara", "RETE", "Ambos"):
        offset = text.index(word)
        assert cleaned.text.startswith(word, cleaned.clean_offset(offset))
    gutter = text.index("      Sucre")
    assert cleaned.text.startswith("Sucre", cleaned.clean_offset(gutter))


def test_rows_are_numbered_by_their_first_column_and_read_as_one_passage() -> None:
    text = next(iter(TABLES.values()))[0]
    found = [part for part in cut(text) if part.row == 3]
    assert {part.number for part in found} == {"2"}
    assert {part.heading for part in found} == {"2. Encuentros"}
    source = document(text)
    cleaned = clean(source)
    assert "2\nFeria del telar\nOruro, 9 de junio\nCACHI; Red de Telares (RETE)" in [
        p.text for p in passages(segment(cleaned, source), cleaned)
    ]


def test_a_day_that_begins_like_the_row_is_not_its_number() -> None:
    found = cut("N°  Día            Sede\n\n1   15 de mayo     Lima\n\n2   3 de junio     Quito\n")
    assert [(part.text, part.number) for part in found if part.row == 2] == [
        ("1", "1"), ("15 de mayo", None), ("Lima", "1"),
    ]  # fmt: skip


def test_a_page_header_between_two_rows_goes_even_if_it_comes_once() -> None:
    text = (
        "N°  Taller           Sede        Gente\n\n1   Marcas del       Lima        12\n    valle\n\n"
        "Memoria de la Red Andina de Marcas                17\n\n2   Avales           Quito       30\n"
    )
    assert rows(text)[1:] == [["1", "Marcas del valle", "Lima", "12"], ["2", "Avales", "Quito", "30"]]
    assert [e.text for e in clean(document(text)).furniture] == ["Memoria de la Red Andina de Marcas 17"]


def test_a_report_with_a_table_is_read_whole() -> None:
    text = (REPORTS / "56-memoria-cuero-calzado.txt").read_text(encoding="utf-8")
    found = rows(text)
    assert [len(row) for row in found] == [5] * 7
    assert [row[0] for row in found] == ["N°", "1", "2", "3", "4", "5", "6"]
    assert found[3][3].endswith("Universidad Politécnica de Zamora Huayco")
    assert found[4][3] == "ANDT; Associação Gaúcha de Micro e Pequenas Calçadistas (AGMPC)"
    assert "no pudieron despachar a tiempo" in clean(document(text)).text


def test_the_2007_report_has_no_table_in_columns() -> None:
    path = SHARED / "corpus" / "sela-iberpyme-2007.txt"
    if not path.exists():
        pytest.skip("the report is not beside the project (../shared/corpus)")
    cleaned = clean(document(path.read_bytes().decode()))
    assert [p for p in cleaned.paragraphs if p.cell is not None or p.marker == "entry"] == []


WORDS = st.sampled_from(
    [
        "",
        "",
        "1",
        "2",
        "N°",
        "Taller",
        "nor-",
        "mas",
        "de",
        "Lima,",
        "3 de mayo",
        "Fecha:",
        "|",
        "a  b",
        "…",
        "•",
    ]
)
LINES = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: "".join(f"{w:<9}" for w in words).rstrip())
GRIDS = st.lists(
    st.one_of(
        LINES, LINES, LINES,
        st.sampled_from(["", "\f", "Red – Memoria    7", "a\tb", "| a | b |", "+---+---+"]),
    ),
    max_size=30,
).map("\n".join)  # fmt: skip


def letters(text: str) -> list[str]:
    return sorted(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@settings(max_examples=200, deadline=None)
@given(GRIDS)
def test_any_columns_keep_their_letters_and_lead_back_to_them(text: str) -> None:
    source = document(text)
    cleaned = clean(source)
    kept = list(text)
    for excerpt in cleaned.furniture:
        kept[slice(*excerpt.span)] = " " * (excerpt.span.end - excerpt.span.start)
    assert letters(cleaned.text) == letters("".join(kept))
    for at, character in enumerate(cleaned.text):
        span = cleaned.source(at, at + 1)
        assert 0 <= span.start <= span.end <= len(text)
        if character.isalnum():
            assert text[slice(*span)] == character
            assert cleaned.clean_offset(span.start) == at
        whole = cleaned.source(0, at + 1)
        assert whole.start <= span.start <= span.end <= whole.end
    for offset in range(len(text) + 1):
        assert 0 <= cleaned.clean_offset(offset) <= len(cleaned.text)
    found = segment(cleaned, source)
    for part in found:
        assert 0 <= part.span.start < part.span.end <= len(text)
        assert not letters(part.text) or set(letters(part.text)) <= set(letters(text[slice(*part.span)]))
    starts = [passage.id for passage in passages(found, cleaned)]
    assert len(starts) == len(set(starts))


@pytest.mark.parametrize(
    "unit",
    ["a  b\n", "a  b\n\n", "a   b   c\nlong line of text\n", "a\tb\n", "|a|b|\n", "a      b\n   c\n\n",
     "1  Uno dos   34\n   y tres\n\nRed – Memoria        3\n\n", "Fecha:   hoy\n", "a  b" * 5 + "\n", "  a"],
)  # fmt: skip
def test_time_grows_with_length_and_no_faster(unit: str) -> None:
    def seconds(count: int) -> float:
        source = document(unit * count)
        started = time.process_time()
        segment(clean(source), source)
        return time.process_time() - started

    seconds(500)
    assert seconds(10_000) < 40 * seconds(500) + 1.0
