"""The page of a document: its text laid out as its author did, marked where it names and tells things."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from network import publish, settings

from graph.model import Block as StatedBlock
from graph.model import Document
from graph.model import Page as PageOfDocument
from ingest.extraction import extract
from search_api.app import create_app
from search_api.reading.layout import lay_out
from search_api.reading.marks import DocumentMarks, Mark, Stretch
from search_api.reading.parts import FULL, LINK, LONGEST, number_at, part_starts
from search_api.reading.text import Block, blocks_of, end_with_span
from search_api.resources.links import resource_iri
from search_api.wording.printable import printable

BROWSER = {"accept": "text/html"}
LARGEST = 60_000  # bytes of a page

REPORT = """MEMORIA 2019 DE LA RED DE TELARES

1. Presentación

La Red de Telares de la Sierra reunió a cuarenta talleres de los dos lados de la
cordillera, que durante tres días mostraron cómo compran juntos lo que cada uno por
su lado no podría pagar, y se llevaron pedidos para el resto del año que comen-
zaba.

Los talleres acordaron:
- una lista común de proveedores;
- un fondo para emergencias.

Red de Telares
Calle del Huso 3
Cusco

\f2. Feria del Telar

Feria del Telar. Organizada por la Cámara de Hilanderos del Norte y el Banco Imaginario
del Sur. 4 al 6 de mayo de 2019. Cusco, Perú.

Lección aprendida: conviene que la Cámara de Hilanderos del Norte compre la lana antes de la
esquila, porque después sube.

Rubro           Talleres
Lana                  12
Algodón                9
Lino                   4

La Cámara de Hilanderos del Norte invita a la próxima feria, que el Banco Imaginario del Sur paga.
"""


def document(text: str = REPORT, *, media_type: str = "text/plain") -> Document:
    from ingest.readers.text import pages

    return Document("ab" * 32, "memoria.txt", media_type, text, pages=pages(text))


def laid(text: str) -> list[tuple[str, str]]:
    """Kind and words of each block of a text."""
    layout = lay_out(document(text), 0, len(text))
    return [(b.kind, b.words or layout.text[b.start : b.end]) for b in layout.blocks]


def words(block: Block) -> str:
    cells = [cell for row in block.rows for cell in row]
    return " ".join("".join(piece.text for piece in pieces) for pieces in [block.pieces, *cells]).strip()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("documents")
    publish(root, extraction=extract(document()), text=REPORT)
    long = "\n\n".join(REPORT.replace("2019", str(2000 + n)).replace("\f", "") for n in range(20))
    publish(
        root, slug="larga", extraction=extract(Document("cd" * 32, "l.txt", "text/plain", long)), text=long
    )
    names = [f"Cámara de Hilanderos {chr(65 + n // 9)}{n % 9}" for n in range(200)]
    dense = "\n\n".join(
        f"Seminario {n} de Hilado. Organizado por {', '.join(names[n : n + 9])}. "
        f"{1 + n % 28} de mayo de 2019. Cusco, Perú."
        for n in range(150)
    )
    publish(
        root, slug="densa", extraction=extract(Document("ef" * 32, "d.txt", "text/plain", dense)), text=dense
    )
    with TestClient(create_app(settings(root))) as client:
        yield client


def page(client: TestClient, address: str) -> str:
    response = client.get(address, headers=BROWSER)
    assert response.status_code == 200
    return response.text


def actor(client: TestClient, name: str) -> str:
    return str(client.get("/actors", params={"q": name}).json()["results"][0]["slug"])


def test_lines_that_the_margin_broke_are_joined_and_others_are_not() -> None:
    kinds = laid(REPORT)
    assert kinds[0] == ("heading", "MEMORIA 2019 DE LA RED DE TELARES")
    assert kinds[1] == ("heading", "1. Presentación")
    kind, paragraph = kinds[2]
    assert kind == "paragraph"
    assert "los dos lados de la cordillera, que durante" in paragraph
    assert paragraph.endswith("del año que comenzaba.")
    assert [text for kind, text in kinds if kind == "item"] == [
        "una lista común de proveedores;",
        "un fondo para emergencias.",
    ]
    assert ("paragraph", "Red de Telares\nCalle del Huso 3\nCusco") in kinds


def test_the_lines_of_a_narrow_column_are_joined() -> None:
    column = (
        "Los talleres de la sierra\ncompran juntos lo que cada\nuno por su lado no podría\n"
        "pagar y venden juntos lo\nque hilan.\n"
    )
    (block,) = laid(column)
    assert "\n" not in block[1]


def test_a_table_keeps_its_cells() -> None:
    layout = lay_out(document(), 0, len(REPORT))
    (table,) = [block for block in layout.blocks if block.kind == "table"]
    rows = [[layout.clean.text[slice(*cell)] for cell in row] for row in table.rows]
    assert rows[1:] == [["Lana", "12"], ["Algodón", "9"], ["Lino", "4"]]


def test_a_page_begins_where_it_does_also_inside_a_paragraph() -> None:
    text = "Primera mitad de una frase que\fsigue en la otra página y termina.\n"
    pages = (PageOfDocument(1, 0, 31), PageOfDocument(2, 31, len(text)))
    layout = lay_out(Document("id", "n", "text/plain", text, pages=pages), 0, len(text))
    (block,) = blocks_of(layout, [], [])
    assert [page.number for page in block.breaks] == [1]
    assert [(piece.text.strip(), [b.number for b in piece.breaks]) for piece in block.pieces] == [
        ("Primera mitad de una frase que", []),
        ("sigue en la otra página y termina.", [2]),
    ]


def test_lines_that_say_nothing_are_shown_apart() -> None:
    notice = "# https://ejemplo.org/a.md\n\nForo de Hilado\n\nEl foro reunió a los talleres de la sierra.\n"
    layout = lay_out(document(notice), 0, len(notice))
    assert [page.words for page in layout.breaks] == ["# https://ejemplo.org/a.md"]
    assert layout.blocks[0].kind == "heading"


def test_headings_are_counted_from_one_and_none_is_left_out() -> None:
    text = "Título\nUno\nDos\nTres\ntexto"
    blocks = tuple(
        StatedBlock("heading", text.index(word), text.index(word) + len(word), level)
        for word, level in (("Título", 2), ("Uno", 5), ("Dos", 3), ("Tres", 2))
    )
    end = StatedBlock("paragraph", text.index("texto"), len(text))
    made = Document("id", "n", "text/html", text, blocks=(*blocks, end))
    assert [b.level for b in lay_out(made, 0, len(text)).blocks if b.kind == "heading"] == [1, 2, 2, 1]


def test_pieces_are_the_text_whatever_overlaps() -> None:
    text = "Foro del Banco de Lima"
    event, bank, place = (resource_iri(kind, "x") for kind in ("event", "actor", "place"))
    marks = [Mark(0, 22, event), Mark(9, 22, bank), Mark(18, 22, place)]
    layout = lay_out(document(text), 0, len(text))
    (block,) = blocks_of(layout, marks[1:], marks[:1], target=(5, 14), sought=bank)
    assert words(block) == text
    assert [(p.text, p.kind, p.within) for p in block.pieces] == [
        ("Foro ", "event", ""),
        ("del ", "event", ""),
        ("Banco", "actor", "event"),
        (" de ", "actor", "event"),
        ("Lima", "place", "event"),
    ]
    assert "".join(p.text for p in block.pieces if p.target) == "del Banco"
    assert sum(p.anchor for p in block.pieces) == 1
    assert "".join(p.text for p in block.pieces if p.sought) == "Banco de Lima"
    assert block.told == (event,)


def test_a_name_inside_a_longer_one_of_its_kind_is_part_of_it() -> None:
    text = "SELA-IBERPYME y el SELA"
    short, long = resource_iri("actor", "a"), resource_iri("actor", "b")
    marks = DocumentMarks((Stretch(0, len(text), None, (short, long)),))
    spellings = {short: ("SELA",), long: ("SELA-IBERPYME",)}
    assert marks.names(text, spellings, start=0, end=9) == (Mark(0, 13, long), Mark(19, 23, short))
    assert marks.places_of(short, text, spellings) == (Mark(19, 23, short),)


def test_every_mark_shows_the_words_it_stands_over(client: TestClient) -> None:
    shown = page(client, "/documents/memoria")
    found = re.findall(r'<a class="m (\w+)[^"]*" href="([^"]*)"[^>]*>(.*?)</a>', shown)
    names = {(kind, " ".join(unescape(text).split())) for kind, _, text in found}
    assert ("actor", "Cámara de Hilanderos del Norte") in names
    assert ("actor", "Banco Imaginario del Sur") in names  # the margin broke it
    assert ("event", "Feria del Telar") in names
    assert ("place", "Cusco") in names
    assert re.search(r'<p class="margin"><a class="event"', shown)
    assert re.search(r'<p class="margin"><a class="practice"', shown)
    kinds = set(re.findall(r'<span class="(?:m )?(\w+)">', shown.partition('class="legend"')[2]))
    assert {"actor", "place", "event", "told"} <= kinds


def test_one_goes_from_mention_to_mention(client: TestClient) -> None:
    slug = actor(client, "Hilanderos")
    address = f"/documents/memoria?mention=actor/{slug}"
    seen = []
    while address:
        shown = page(client, address)
        steps = shown.partition('<nav class="steps"')[2].partition("</nav>")[0]
        marked = " ".join(
            re.sub("<[^>]*>", "", "".join(re.findall("<mark.*?</mark>", shown, re.DOTALL))).split()
        )
        seen.append((marked, re.findall(r"(\d) de (\d)", steps)[0]))
        assert f'href="/actors/{slug}"' in steps
        onward = re.search(r'rel="next" href="([^"]*)"', steps)
        address = urljoin("/documents/memoria", unescape(onward[1])) if onward else ""
    name = "Cámara de Hilanderos del Norte"
    assert seen == [(name, ("1", "3")), (name, ("2", "3")), (name, ("3", "3"))]


@pytest.mark.parametrize(
    "mention", ["actor/nobody", "actor/", "nothing", "query/x", "actor/..%2F..%2Fetc", "<b>"]
)
def test_what_the_document_does_not_name_is_passed_over(client: TestClient, mention: str) -> None:
    shown = page(client, f"/documents/memoria?mention={mention}")
    assert "<mark" not in shown
    assert 'class="steps"' not in shown


def test_a_span_that_tells_a_practice_is_one_of_those_of_the_document(client: TestClient) -> None:
    (practice,) = client.get("/practices", params={"k": 100}).json()["results"][:1]
    source = practice["source"]["url"]
    shown = page(client, source.partition("#")[0])
    assert re.search(r'<nav class="steps".*?href="/practices/', shown, re.DOTALL)


def test_the_outline_leads_to_what_is_on_the_page(client: TestClient) -> None:
    for address in ("/documents/memoria", "/documents/larga?part=2"):
        shown = page(client, address)
        outline = shown.partition('<details class="outline">')[2].partition('<div class="body">')[0]
        targets = re.findall(r'href="#([^"]*)"', outline)
        assert targets
        assert all(f'id="{target}"' in shown for target in targets)
        assert len(re.findall(r'id="([^"]*)"', shown)) == len(set(re.findall(r'id="([^"]*)"', shown)))
        for query in re.findall(r'href="(\?mention=[^"#]*)', outline):
            assert 'id="span"' in page(client, urljoin(address, unescape(query)))


def test_the_passages_of_an_institution_lead_on(client: TestClient) -> None:
    slug = actor(client, "Hilanderos")
    mentions = client.get(f"/actors/{slug}").json()["mentions"]
    assert mentions
    for passage in mentions:
        assert f"mention=actor/{slug}&" in passage["source"]["url"]
        assert 'class="steps"' in page(client, passage["source"]["url"].partition("#")[0])


@pytest.mark.parametrize("slug", ["larga", "densa"])
def test_every_part_of_a_long_document_is_a_small_page(client: TestClient, slug: str) -> None:
    first = page(client, f"/documents/{slug}")
    count = max(int(n) for n in re.findall(r"\?part=(\d+)", first))
    assert count > 1
    for number in range(1, count + 1):
        shown = page(client, f"/documents/{slug}?part={number}")
        assert len(shown.encode()) <= LARGEST
        assert bool(re.search('rel="next"', shown)) == (number < count)
        assert bool(re.search('rel="prev"', shown)) == (number > 1)


def test_a_span_opens_its_part(client: TestClient) -> None:
    opened = page(client, "/documents/larga?start=15000&end=15100")
    assert 'id="span"' in opened
    assert re.search(r'aria-current="page">2<', opened)


@pytest.mark.parametrize("length", [0, 1, LONGEST, LONGEST + 1, 3 * LONGEST + 7])
def test_parts_cover_the_text_whatever_it_is(length: int) -> None:
    for text in ("x" * length, "palabra " * (length // 8), "línea\n" * (length // 6)):
        starts = part_starts(text, [])
        ends = [*starts[1:], len(text)]
        assert starts[0] == 0
        assert all(0 < b - a <= LONGEST for a, b in zip(starts, ends, strict=True)) or len(text) == 0
        assert all(text[at - 1] in " \n" for at in starts[1:]) or "x" in text


def test_a_part_ends_with_a_passage_and_is_shorter_the_more_it_names() -> None:
    text = "x" * (4 * FULL)
    ends = range(1000, len(text) + 1, 1000)
    plain = part_starts(text, [(end, 0) for end in ends])
    naming = part_starts(text, [(end, 10) for end in ends])
    assert set(plain) <= {0, *ends} or max(b - a for a, b in pairwise(plain)) <= LONGEST
    assert len(naming) > len(plain)
    assert naming[1] == FULL // (1000 + 10 * LINK) * 1000
    assert [number_at(naming, at) for at in (0, naming[1] - 1, naming[1], len(text))] == [
        1,
        1,
        2,
        len(naming),
    ]


def test_a_span_is_shown_to_its_end_where_a_part_ends_in_it() -> None:
    text = "a" * 50 + "\n" + "b" * 50 + "\n" + "c" * 50
    assert end_with_span(text, 60, None) == 60
    assert end_with_span(text, 60, (10, 55)) == 60
    assert end_with_span(text, 60, (55, 70)) == 102
    assert end_with_span("x" * 9000, 60, (55, 8000)) == 2060


def test_what_no_browser_can_show_is_replaced_one_for_one() -> None:
    assert printable("a\x00b\ud800c\td\n") == "a�b�c\td\n"


def test_a_directory_is_shown_line_by_line() -> None:
    text = "Cámara de Hilanderos (CH) · cámara · PE\nBanco Imaginario (BI) · banco\nRed de Telares · red\n"
    made = Document("id", "d.csv", "text/csv", text)
    layout = lay_out(made, 0, len(text))
    assert [(b.kind, layout.text[b.start : b.end]) for b in layout.blocks] == [
        ("item", line) for line in text.splitlines()
    ]
