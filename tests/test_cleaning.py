"""Clean text: what is joined, what is taken out, and the way back to the source."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Document
from ingest.cleaning import CleanText, clean
from ingest.readers import parse_document
from ingest.readers.text import pages


def cleaned(text: str) -> CleanText:
    return clean(document(text))


def document(text: str) -> Document:
    return Document(id="0", name="t.txt", media_type="text/plain", text=text, pages=pages(text))


def wrapped(*paragraphs: str, width: int = 60, gap: str = "\n\n") -> str:
    """Paragraphs broken at `width`, as an extraction writes them."""
    out = []
    for paragraph in paragraphs:
        lines, line = [], ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        out.append(" \n".join([*lines, line]))
    return gap.join(out)


LONG = (
    "La cooperativa del valle reunió a los productores de cacao y café con los compradores de cuatro países, "
    "y entre todos acordaron un calendario de visitas, un sello común y un fondo para gastos de transporte."
)


def test_lines_of_a_paragraph_become_one_and_paragraphs_stay_apart() -> None:
    assert cleaned(wrapped(LONG, LONG)).text == f"{LONG}\n\n{LONG}"


def test_a_line_that_its_author_ended_stays_a_line() -> None:
    text = "Programa\n\n- Apertura - 9:00\nSala Bolívar\n- Cierre - 12:00\nSala Sucre\n"
    assert "Apertura - 9:00\nSala Bolívar" in cleaned(text).text


@pytest.mark.parametrize(
    ("broken", "mended", "elsewhere"),
    [
        ("impor-\ntante", "importante", ""),
        ("sub-\nregión", "subregión", ""),
        ("Italo-\nLatinoamericano", "Italo-Latinoamericano", ""),
        ("RED-\nPYME", "RED-PYME", ""),
        ("socio-\neconómico", "socio-económico", "el plano socio-económico"),
        ("socio-\neconómico", "socioeconómico", "el plano socioeconómico"),
        ("teórico-\npráctico", "teórico-práctico", "lo teórico y lo práctico, teórico o práctico"),
        ("RED- \nPYME", "RED-PYME", ""),
        ("impor\u00ad\ntante", "importante", ""),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_decided_by_the_words(
    broken: str, mended: str, elsewhere: str
) -> None:
    body = wrapped(LONG, f"{LONG} {elsewhere}.")
    assert f"algo {mended} y" in cleaned(f"{body}\n\n{LONG[:50]} algo {broken} y {LONG[:50].lower()}").text


def test_typographic_spaces_ligatures_and_loose_accents_are_normalised() -> None:
    assert (
        cleaned("San\u00a0Jose\u0301,\u2009la  o\ufb01cina\u200b del\tbarrio").text
        == "San José, la oficina del barrio"
    )


def test_lost_and_private_bullets_are_restored_across_the_blank_lines_of_an_extraction() -> None:
    flush = wrapped(LONG, LONG)
    lost = (
        f"{flush}\n\nLos acuerdos fueron:\n\n Visitar las fincas de los socios en abril, y \n\n"
        f"repetir la visita en mayo.\n\n Crear un fondo común.\n\n{LONG}"
    )
    text = cleaned(lost).text
    assert (
        "• Visitar las fincas de los socios en abril, y repetir la visita en mayo.\n\n• Crear un fondo común."
        in text
    )
    private = cleaned(f"{flush}\n\nLos acuerdos:\n\uf0b7 Visitar las fincas.\n\uf0a7Crear un fondo.").text
    assert private.endswith("• Visitar las fincas.\n\n• Crear un fondo.")


def test_a_space_at_the_start_of_a_line_is_the_top_of_a_page() -> None:
    flush = wrapped(LONG, LONG)
    ended = cleaned(f"{flush}\n El taller siguiente fue en marzo, en la sede de la cámara de comercio.").text
    assert "\n\nEl taller siguiente" in ended
    going_on = cleaned(f"{wrapped(LONG[:-1])} \n en la sede de la cámara.\n\n{flush}").text
    assert "transporte en la sede de la cámara." in going_on


class TestFurniture:
    def test_headers_that_repeat_on_pages_go_with_their_numbers(self) -> None:
        words = LONG.split()
        bodies = [wrapped(" ".join(words[n:] + words[:n])) for n in range(6)]
        text = "\f".join(f"Memoria 2019 de la Red Andina\n\n{bodies[n]}\n\n{n}\n" for n in range(1, 6))
        result = cleaned(text)
        assert "Memoria 2019" not in result.text
        assert not re.search(r"\b[1-5]\b", result.text)
        assert [e.text for e in result.furniture][:2] == ["Memoria 2019 de la Red Andina", "1"]

    def test_one_header_in_the_middle_of_a_paragraph_goes_and_the_sentence_goes_on(self) -> None:
        lines = wrapped(LONG).splitlines()
        text = "\n".join(
            [
                wrapped(LONG),
                "",
                *lines[:2],
                "",
                "",
                "14 ",
                "Memoria de la Red AL/CT/IX.O/Di N° 3-18",
                "",
                *lines[2:],
            ]
        )
        result = cleaned(text)
        assert result.text == f"{LONG}\n\n{LONG}"
        assert "Memoria de la Red AL/CT/IX.O/Di N° 3-18" in [e.text for e in result.furniture]

    def test_a_header_that_repeats_without_page_breaks_goes(self) -> None:
        text = "\n\n".join(f"{wrapped(LONG)}\n\nRed Andina | Memoria 2019 | {n}" for n in (3, 4, 5))
        assert "Memoria" not in cleaned(text).text

    def test_a_line_that_says_it_counts_pages_goes(self) -> None:
        for line in ("Page 3 of 12", "Página 3", "Pág. 3 de 12"):
            assert cleaned(f"{wrapped(LONG)}\n\n{line}\n\n{wrapped(LONG)}").text == f"{LONG}\n\n{LONG}"

    def test_a_heading_that_repeats_stays(self) -> None:
        text = "\n\n".join(f"Objetivo\n\n{wrapped(LONG)}" for _ in range(4))
        assert cleaned(text).text.count("Objetivo") == 4

    def test_headings_that_differ_in_their_numbers_alone_stay(self) -> None:
        headings = [f"{n}. Taller de costura" for n in range(1, 121)]
        text = "\n\n".join(f"{heading}\n\n{LONG} {LONG} {LONG}" for heading in headings)
        result = cleaned(text)
        assert not result.furniture
        assert all(f"{heading}\n\n" in result.text for heading in headings)

    def test_a_header_with_its_page_that_tears_sentences_goes(self) -> None:
        words = f"{LONG} {LONG} {LONG}".split()
        pages = [wrapped(" ".join(words[n:] + words[:n])) for n in range(3, 9)]
        text = "\n\n".join(f"Red Andina de Sastres {n}\n\n{page}" for n, page in enumerate(pages, 4))
        assert "Red Andina" not in cleaned(text).text

    def test_a_number_in_a_table_stays(self) -> None:
        assert "15" in cleaned(f"{wrapped(LONG)}\n\n15\nempresas nuevas\n\n{wrapped(LONG)}").text

    def test_the_note_of_where_a_file_came_from_goes(self) -> None:
        result = cleaned(f"# https://example.org/a\n# stored in May\n\nTítulo\n\n{LONG}")
        assert result.text == f"Título\n\n{LONG}"


class TestMenus:
    @pytest.mark.parametrize(
        "menu",
        [
            "Inicio\nFundación\nFondo Editorial\nNoticias\nEdición 2012\nContacto",
            "Home\n\nEventos\n\nProjetos\n\nContactos",
            "Inicio | Quiénes somos | Encuentro anual | Noticias | Contacto",
            "facebook instagram <X/a> Youtube Flickr RSS",
        ],
    )
    def test_menus_of_a_site_go(self, menu: str) -> None:
        result = cleaned(f"Red de Sastres del Valle\n\n{menu}\n\n{LONG}\n\n{menu}\n")
        assert result.text == f"Red de Sastres del Valle\n\n{LONG}"
        assert not result.furniture

    @pytest.mark.parametrize(
        "kept",
        [
            "Cámara de Loja\nFundación Trigo\nNoticias\nRed de Molinos\nBanco del Sur",
            "Programa\n\nParticipantes\n\nEventos\n\nResultados",
            "Noticias, eventos y contactos de la red fueron los temas.",
        ],
    )
    def test_lists_and_headings_stay(self, kept: str) -> None:
        assert kept.split("\n")[0] in cleaned(f"{LONG}\n\n{kept}\n\n{LONG}").text
        assert kept.split("\n")[-1] in cleaned(f"{LONG}\n\n{kept}\n\n{LONG}").text


def test_the_map_leads_to_the_source_and_back() -> None:
    text = f"{wrapped(LONG)}\n\nEl foro  de ofi\ufb01cina fue impor-\ntante.\n"
    result = cleaned(text)
    at = result.text.index("importante")
    span = result.source(at, at + len("importante"))
    assert text[span.start : span.end] == "impor-\ntante"
    assert result.clean_offset(span.start) == at
    assert result.text[result.clean_offset(text.index("foro")) :].startswith("foro")
    with pytest.raises(ValueError, match="no clean characters"):
        result.source(0, len(result.text) + 1)


MARKDOWN = """---
title: Foro
---
# Foro *andino*

Con **apoyo** de la [cámara](https://example.org/a_(b)) &amp; otros,
en `Quito` \\* hoy<br>mismo.

> Una cita
> larga.
"""


def test_markup_of_markdown_goes_and_its_spans_hold_in_the_file() -> None:
    source = parse_document(MARKDOWN.encode(), name="foro.md", max_bytes=10**6, max_pages=10)
    result = clean(source)
    assert result.text.startswith("Foro\n\nForo andino\n\nCon apoyo de la cámara & otros,")
    assert "Quito * hoy\nmismo." in result.text
    assert "Una cita" in result.text
    assert ">" not in result.text
    at = result.text.index("apoyo")
    assert source.text[slice(*result.source(at, at + 5))] == "apoyo"


WORDS = st.sampled_from(
    [
        "la",
        "red",
        "SELA-",
        "impor-",
        "tante",
        "1.",
        "2.",
        "a)",
        "iv)",
        "•",
        "-",
        "–",
        "#",
        "##",
        "11",
        "2007",
        "Taller",
        "FORO",
        "ofiﬁna",
        "é",
        "fin.",
        "así:",
        "Quito,",
        "*",
        "_",
        "*a*",
        "\xa0",
        "\uf0b7",
        "\u200b",
        "SP/CL/1.A",
        "(",
        ")",
        "“",
        "¿",
        "😀",
    ]
)
GAPS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n ", "\n\n", "\r\n", "\f", "\t", " \n \n"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=80).map(lambda pairs: "".join(w + g for w, g in pairs))


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=200)))
def test_any_text_is_cleaned_to_its_own_letters(text: str) -> None:
    result = cleaned(text)
    previous = 0
    for paragraph in result.paragraphs:
        assert previous <= paragraph.start < paragraph.end <= len(result.text)
        previous = paragraph.end
    for at in range(len(result.text)):
        span = result.source(at, at + 1)
        assert 0 <= span.start <= span.end <= len(text)
        whole = result.source(0, at + 1)
        assert whole.start <= span.start <= span.end <= whole.end
    for offset in range(len(text) + 1):
        assert 0 <= result.clean_offset(offset) <= len(result.text)
    if "](" in text:
        return  # the target of a link is taken out
    kept = list(text)
    for excerpt in result.furniture:
        kept[slice(*excerpt.span)] = " " * (excerpt.span.end - excerpt.span.start)
    assert letters(result.text) == letters("".join(kept))


@pytest.mark.parametrize(
    "unit",
    [
        "- ",
        "(",
        "[",
        "a-\n",
        "*",
        "\n \n11\n\n",
        "1.1.",
        "[a](",
        "\f1\n",
        "é\u0301",
        "&a",
        "_a_ ",
        "# a\n",
        "A/",
    ],
)
def test_time_grows_with_length_and_no_faster(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        started = time.perf_counter()
        cleaned(text)
        return time.perf_counter() - started

    seconds(1_000)
    assert seconds(20_000) < 40 * seconds(1_000) + 1.0
