"""Practices: what kind of practice a sentence tells of, items of an enumeration, objectives, numbers."""

import pytest

from ingest.practice_cues import is_objective, numbered_results, objective_start, pieces, read_practice


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Una de las lecciones aprendidas es que el horno se comparte mejor.", "lesson-learned"),
        ("Uma das lições aprendidas foi comprar a farinha em conjunto.", "lesson-learned"),
        ("One lesson learned was to buy the flour together every month.", "lesson-learned"),
        ("Entre las buenas prácticas está llevar un cuaderno de ventas diarias.", "good-practice"),
        ("Boas práticas de cozinha foram mostradas a todas as padarias locais.", "good-practice"),
        ("The best practices of three bakeries were shown to the others.", "good-practice"),
        ("Como resultado, doce panaderías venden hoy en el mercado central.", "success-case"),
        ("As a result twelve bakeries now sell at the central market.", "success-case"),
        ("Se recomendó que cada taller lleve sus cuentas por separado.", "recommendation"),
        ("Recomenda-se que cada oficina guarde as notas de todas as compras.", "recommendation"),
        ("It was recommended that every workshop keep its own accounts.", "recommendation"),
        ("La metodología consta de tres visitas y un informe al final.", "methodology"),
    ],
)
def test_the_kind_of_a_practice(text: str, kind: str) -> None:
    reading = read_practice(text)
    assert reading is not None
    assert reading.kind == kind
    assert reading.rule.startswith(f"practice-{kind}-")
    assert 0.5 < reading.confidence <= 0.95


@pytest.mark.parametrize(
    "text", ["El taller se realizó en Quito el 4 de mayo de 2006.", "Buenas prácticas.", "The oven is hot."]
)
def test_announcements_and_fragments_are_none(text: str) -> None:
    assert read_practice(text) is None


def test_the_items_of_an_enumeration() -> None:
    text = "Se acordó: i) comprar harina; ii) compartir el horno; y iii) vender juntos."
    assert [text[p.start : p.end] for p in pieces(text)] == [
        "comprar harina",
        "compartir el horno",
        "vender juntos.",
    ]
    assert pieces("Una sola frase.") == [(0, 15)]


def test_where_an_objective_starts() -> None:
    text = "El objetivo del curso fue enseñar a hornear."
    start = objective_start(text)
    assert start is not None
    assert text[start:] == "enseñar a hornear."
    assert is_objective(text)
    assert objective_start("El curso fue largo.") is None


def test_results_with_their_number() -> None:
    text = "Vinieron más de 50 participantes del barrio, y 12 empresas abrieron."
    assert [text[p.start : p.end] for p in numbered_results(text)] == [
        "más de 50 participantes del barrio",
        "12 empresas abrieron",
    ]
