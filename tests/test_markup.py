"""Text files that are posts of static sites, raw HTML or PHP, read by their marks at the file's offsets."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import EmptyDocument
from graph.model import Document
from ingest.cleaning import clean
from ingest.extraction import extract
from ingest.front_matter import front_matter
from ingest.markup import visible
from ingest.readers import parse_document


def parse(text: str, name: str = "nota.txt") -> Document:
    return parse_document(text.encode(), name=name, max_bytes=10**7, max_pages=10)


def paragraphs(document: Document) -> list[str]:
    result = clean(document)
    for paragraph in result.paragraphs:
        span = result.source(paragraph.start, paragraph.end)
        assert 0 <= span.start < span.end <= len(document.text)
    return [result.text[p.start : p.end] for p in result.paragraphs]


POST = """# source: https://example.org/_posts/foro.md
# retrieved as: whole file

---
layout: post
title: "Tercer Foro Andino de Panaderías \\"del barrio\\"
  y sus mercados"
date: 2018-03-06T10:00:00Z
tags: [pan, "mercados"]
image: /img/foro.jpg
---

{% include cabecera.html %}
![Foto del foro](/img/foro.jpg){: .centrada }

Del 9 al 11 de abril se celebró el foro en [Loja]({{ site.baseurl }}/loja){:target="_blank"}.<br>
Asistieron cien panaderías.

<div class="nota">
  <p>Organizó la <b>Cámara de
  Comercio</b> de Loja.</p><p>Apoyó la Fundación Trigo &amp; Sal.</p>
  <script>
    contar("visitas");
  </script>
</div>

{{< figure src="/a.png" caption="no" >}}
"""


def test_a_post_in_a_text_file_is_read_without_its_head_its_tags_and_the_code_of_the_site() -> None:
    document = parse(POST)
    assert document.media_type == "text/markdown"
    assert document.title == 'Tercer Foro Andino de Panaderías "del barrio" y sus mercados'
    assert paragraphs(document) == [
        'Tercer Foro Andino de Panaderías "del barrio" y sus mercados',
        "Del 9 al 11 de abril se celebró el foro en Loja.\nAsistieron cien panaderías.",
        "Organizó la Cámara de Comercio de Loja.",
        "Apoyó la Fundación Trigo & Sal.",
    ]


def test_spans_of_a_post_are_offsets_of_the_file() -> None:
    document = parse(POST)
    result = clean(document)
    for words in ("Tercer Foro Andino", "Asistieron cien", "Fundación Trigo"):
        at = result.text.index(words)
        assert document.text[slice(*result.source(at, at + len(words)))] == words


def test_the_head_gives_the_year_of_dates_without_one_and_an_event_that_only_its_title_names() -> None:
    extraction = extract(parse(POST))
    assert extraction.document.year == 2018
    event = next(event for event in extraction.events if "Foro Andino" in event.title)
    assert (event.start_date, event.end_date) == ("2018-04-09", "2018-04-11")
    assert POST[slice(*event.evidence[0].span)].startswith("Tercer Foro")


def test_the_day_of_publication_is_no_event_s_date() -> None:
    head = "---\ntitle: Taller de Costos para Talabarteros\ndate: 2016-05-30\n---\n\n"
    text = f"{head}Los talabarteros se reunieron en Cuenca, Ecuador, con la Fundación Cuero.\n"
    dates = [event.start_date for event in extract(parse(text)).events]
    assert dates
    assert "2016-05-30" not in dates


@pytest.mark.parametrize(
    ("head", "title", "year"),
    [
        ("---\ntitle: Red de sal\ndate: 2019-01-02\n---\n", "Red de sal", 2019),
        ("---\r\ntitle: 'Red de sal'\r\ndate: \"2019\"\r\n---\r\n", "Red de sal", 2019),
        ('+++\ntitle = "Red de sal"\npublishDate = 2019-01-02\n+++\n', "Red de sal", 2019),
        (
            "---\nlayout: post\ntitle: >-\n  Red de\n  sal\nfiles:\n  - title: otro\n---\n",
            "Red de\n  sal",
            None,
        ),
        ("Title: Red de sal\nDate: 2019-01-02 10:00\nSlug: red\n\n", "Red de sal", 2019),
        ("# origen: x\n\n---\ntitle: Red de sal\n---\n", "Red de sal", None),
        ("---\ntitle: null\ndraft: true\n---\n", None, None),
        ("---\ndate: 2019-01-02\nmeta:\n  title: otro\n---\n", None, 2019),
    ],
)
def test_heads_of_posts(head: str, title: str | None, year: int | None) -> None:
    found = front_matter(f"{head}\nTexto.\n")
    assert found is not None
    assert found.year == year
    assert (head[slice(*found.title)] if found.title else None) == title
    assert head[found.end :].strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nUn texto entre rayas.\n\n---\n",
        "# Foro\n\n---\nFecha: 3 de mayo\n---\n\nTexto.",
        "Lugar: Quito\nFecha: 3 de mayo\n\nTexto.",
        "Title: solo una clave\nOtra: cosa\n\nTexto.",
    ],
)
def test_rules_and_labels_are_no_head(text: str) -> None:
    assert front_matter(text) is None


def test_the_name_of_a_post_dates_it() -> None:
    text = "---\ntitle: Feria\n---\n\nLa Feria del Telar fue del 4 al 6 de agosto en Otavalo, Ecuador.\n"
    assert extract(parse(text, "2014-08-20-feria.md")).document.year == 2014


PAGE = """<?php include 'cabeza.php'; ?>
<!doctype html>
<html><head><title>Ferias de otoño | Red Telar</title><style>p { color: red }</style></head>
<body>
<nav><ul><li><a href="/">Inicio</a></li></ul></nav>
<ul class="menu">
  <li><a href="/a">Quiénes somos</a></li><li><a href="/b">Noticias</a></li>
  <li><a href="/c">Fondo Editorial</a></li><li><a href="/d">Contacto</a></li>
</ul>
<h2>Feria del
    Telar</h2>
<p>La feria reunió a
   tejedoras de <a href="/x"
   title="x">Otavalo</a>.<br /><br>
   Hubo dos talleres.</p>
<ol><li><p>Tintes</p></li><li>Costos</li></ol>
<table><tr><th>Taller</th><th>Sede</th></tr><tr><td>Tintes</td><td>Loja</td></tr>
<tr><td><p>Al final hubo música.</p><p>Y baile.</p></td></tr></table>
<?php if ($x > 1) { echo "<p>no</p>"; }
"""


def test_a_page_in_a_text_file_is_read_by_its_tags() -> None:
    document = parse(PAGE)
    assert document.media_type == "text/plain"
    assert document.title == "Ferias de otoño"
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("list-item", 0),
        ("list-item", 0),
        ("table-row", 0),
        ("table-cell", 0),
        ("table-cell", 1),
        ("table-row", 0),
        ("table-cell", 0),
        ("table-cell", 1),
        ("paragraph", 0),
        ("paragraph", 0),
    ]
    assert paragraphs(document) == [
        "Feria del Telar",
        "La feria reunió a tejedoras de Otavalo.",
        "Hubo dos talleres.",
        "Tintes",
        "Costos",
        "Taller",
        "Sede",
        "Tintes",
        "Loja",
        "Al final hubo música.",
        "Y baile.",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("En junio ofrecimos el curso [**Cómo hilar en casa**](/hilar) en Otavalo.", "Cómo hilar en casa"),
        ("Em junho demos a oficina _Tecer a muitas mãos_ em Évora.", "Tecer a muitas mãos"),
        (
            "<p>En junio fue el taller <a href='/t'>Hilar sin prisa</a> en Otavalo.</p><p></p>",
            "Hilar sin prisa",
        ),
    ],
)
def test_what_emphasis_or_a_link_sets_apart_behind_an_event_noun_is_its_name(text: str, title: str) -> None:
    (event,) = extract(parse(f"---\ntitle: Boletín\ndate: 2019-07-01\n---\n\n{text}\n")).events
    assert event.title.endswith(f" {title}")


def test_what_marks_set_apart_is_known_in_the_clean_text() -> None:
    result = clean(parse("---\ntitle: A\n---\n\nEl **curso** de [la _red_](/x) &amp; <b>más</b>, 2 * 3 * 4."))
    assert [result.text[slice(*span)] for span in result.emphasised] == ["curso", "la red", "más"]


def test_a_text_that_speaks_of_tags_is_none() -> None:
    text = "El editor escribe <p> al comienzo y </p> al final; 3 < 4 y <nombre> no son etiquetas.\n"
    assert parse(text).blocks == ()


def test_a_page_of_code_alone_is_empty() -> None:
    with pytest.raises(EmptyDocument, match="between its tags"):
        parse("<?php include 'a.php'; ?>\n<div id='x'></div>\n")


MARKS = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<br>",
            "<div class='x'>",
            "<li>",
            "<td>",
            "<tr>",
            "</tr>",
            "<nav>",
            "<!--",
            "-->",
            "<?php ",
            "?>",
            "{% x %}",
            "{{",
            "}}",
            "{: .b }",
            "![a](b)",
            "[c](d)",
            "**",
            "&amp;",
            "&nbsp;",
            "---",
            "title: x",
            "\n",
            "\r\n",
            "\n\n",
            "palabra ",
            "# ",
            "- ",
            "    ",
            "| a | b |\n|---|---|\n",
            "<script>",
            "</script>",
            "\ufeff",
            "\u2060",
        ]
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(MARKS)
def test_any_marks_keep_offsets(marks: list[str]) -> None:
    text = "<p>x<br></p>" + "".join(marks)
    shown = visible(text)
    assert len(shown) == len(text)
    assert [c for c in shown if c in "\r\n"] == [c for c in text if c in "\r\n"]
    try:
        document = parse(text)
    except EmptyDocument:
        return
    ends = 0
    for block in document.blocks:
        if block.kind != "table-row":
            assert ends <= block.start < block.end <= len(text)
            ends = block.end
    paragraphs(document)


@pytest.mark.parametrize("mark", ["<!--", "{{", "<script>", "<p ", "![", "{%", "<nav>", "<a href=x>"])
def test_marks_that_never_end_take_linear_time(mark: str) -> None:
    text = "<p>a</p><p>b</p>" + mark * 40_000
    began = time.process_time()
    visible(text)
    parse(text)
    assert time.process_time() - began < 10
