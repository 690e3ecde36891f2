"""Themes: the terms of the concept scheme in a text, and the themes that they add up to."""

import pytest

from graph.model import Span
from ingest.themes import BODY, TITLE, assign_themes, find_theme_terms, singular


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("exportaciones", "exportacion"),
        ("associações", "associacao"),
        ("Garantías", "garantia"),
        ("redes", "red"),
        ("companies", "company"),
        ("industriais", "industrial"),
        ("pymes", "pyme"),
        ("mes", "mes"),
    ],
)
def test_the_singular_of_a_noun(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Fondos de garantías para talleres", "th-garantias-financiamiento"),
        ("Comercio exterior para artesanos", "th-internacionalizacion"),
        ("Redes empresariales de panaderos", "th-asociatividad"),
        ("Cultura emprendedora en la escuela", "th-emprendedores"),
        ("Export promotion for boatbuilders", "th-internacionalizacion"),
    ],
)
def test_a_term_in_a_title_tells_its_theme(text: str, theme: str) -> None:
    span = Span(0, len(text))
    assert theme in {t.theme for t in assign_themes([(text, TITLE, span)])}


def test_terms_are_where_they_are_said_to_be() -> None:
    text = "La feria trató de fondos de garantías y comercio exterior."
    terms = find_theme_terms(text)
    assert terms
    assert all(text[t.start : t.end] == t.term for t in terms)


def test_one_term_in_passing_tells_no_theme_and_a_text_without_terms_neither() -> None:
    assert assign_themes([("Se habló de internet.", 0.3 * BODY, Span(0, 21))]) == ()
    assert assign_themes([("El pan de centeno se vende.", TITLE, Span(0, 27))]) == ()


def test_an_assignment_gives_its_terms_as_reason_and_its_parts_as_evidence() -> None:
    span = Span(5, 40)
    (assigned, *_) = assign_themes([("Fondos de garantías para talleres", TITLE, span)], rule="theme-terms")
    assert assigned.reason == "palabras: «Fondos de garantías»"
    assert [(e.span, e.rule) for e in assigned.evidence] == [(span, "theme-terms")]
    assert 0 < assigned.confidence <= 1
