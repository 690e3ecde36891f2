"""Practices: their kind, where they stand, and what a text says of context, conditions, results, pitfalls."""

import json
from pathlib import Path

import pytest
from practice_scoring import differences

from graph.model import Document
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.methodologies import find_methodologies
from ingest.practice_cues import is_objective, objective_start, pieces, read_practice
from ingest.practice_labels import case_heading, leading_label, whole_label
from ingest.readers import read_document
from ingest.transferability import findings

GOLDEN = sorted((Path(__file__).parent / "data" / "practices").glob("*.json"))


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
        ("Aprendimos que el horno se enciende antes de amasar la harina.", "lesson-learned"),
        ("Lo que funcionó fue pesar la harina delante de todos los socios.", "lesson-learned"),
        ("A experiência mostra que o forno se acende antes de amassar.", "lesson-learned"),
        ("What worked was to weigh the flour in front of all members.", "lesson-learned"),
        ("Se recomienda pesar la harina delante de todos los socios.", "recommendation"),
        ("Conviene pesar la harina delante de todos los socios.", "recommendation"),
        ("Aconselha-se a pesar a farinha diante de todos os sócios.", "recommendation"),
        ("Every bakery should weigh the flour in front of all members.", "recommendation"),
        ("Es una historia de éxito que cuentan en todo el barrio.", "success-case"),
        ("Foi um caso de sucesso contado em todo o bairro antigo.", "success-case"),
    ],
)
def test_the_kind_of_a_practice(text: str, kind: str) -> None:
    reading = read_practice(text)
    assert reading is not None
    assert reading.kind == kind
    assert reading.rule.startswith(f"practice-{kind}-")
    assert 0.5 < reading.confidence <= 0.95


@pytest.mark.parametrize(
    "text",
    [
        "El taller se realizó en Quito el 4 de mayo de 2006.",
        "Buenas prácticas.",
        "The oven is hot.",
        "Los interesados deben enviar el formulario de inscripción a la sede.",
        "Applicants must send the form by 1 June to the office.",
        "La falta de pan se debe a la lluvia de todo el mes.",
    ],
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


@pytest.mark.parametrize(
    ("text", "field", "clause"),
    [
        ("Gracias a que todas firman, el horno no para nunca.", "condition", "Gracias a que todas firman"),
        ("El horno rinde siempre que haya leña seca.", "condition", "siempre que haya leña seca."),
        ("O forno rende, desde que haja lenha seca.", "condition", "desde que haja lenha seca."),
        ("The oven pays provided that the wood is dry.", "condition", "provided that the wood is dry."),
        ("El modelo depende de un encargado.", "condition", "El modelo depende de un encargado."),
        ("It worked because the town paid.", "condition", "It worked because the town paid."),
        ("Funcionó porque todas firmaron.", "condition", "Funcionó porque todas firmaron."),
        ("Deu certo porque todas assinaram.", "condition", "Deu certo porque todas assinaram."),
        ("Hasta entonces se amasaba a mano.", "context", "Hasta entonces se amasaba a mano."),
        ("As padarias não tinham forno.", "context", "As padarias não tinham forno."),
        ("Before the project there was no oven.", "context", "Before the project there was no oven."),
        ("El gasto bajó un 12 %.", "result", "El gasto bajó un 12 %."),
        ("Se logró reducir el gasto.", "result", "Se logró reducir el gasto."),
        ("As vendas aumentaram em todo o bairro.", "result", "As vendas aumentaram em todo o bairro."),
        ("Sales rose by a third.", "result", "Sales rose by a third."),
        ("El horno gustó, aunque faltaba leña.", "pitfall", "aunque faltaba leña."),
        ("O principal obstáculo foi a chuva.", "pitfall", "O principal obstáculo foi a chuva."),
        ("However, nobody cleaned the oven.", "pitfall", "However, nobody cleaned the oven."),
        ("No se logró reducir el gasto.", "pitfall", "No se logró reducir el gasto."),
    ],
)
def test_the_clause_that_states_a_field(text: str, field: str, clause: str) -> None:
    (found,) = findings(text)
    assert (found.field, text[found.start : found.end]) == (field, clause)
    assert found.rule.startswith(f"{field}-cue-")
    assert 0.5 < found.confidence < 1


@pytest.mark.parametrize(
    "text",
    [
        "Asistieron 48 panaderos de 12 barrios.",  # a number without an outcome
        "El aumento de las ventas fue el tema de la mesa.",  # the noun, not the verb
        "Se busca mejorar el pan de 30 barrios.",  # what is aimed at
        "El pan subió al escenario.",  # nothing that can be counted
        "Sin embargo, el pan gustó a todos.",  # a reservation with nothing bad in it
        "La inscripción requiere un formulario firmado.",
        "The first loaf was sold in May 2006.",
        "Desde que llegó la maestra se canta más.",  # Portuguese "desde que" is a condition, Spanish is not
    ],
)
def test_what_states_no_field(text: str) -> None:
    assert findings(text, language="es" if "Desde" in text else "") == []


def test_a_sentence_is_cut_where_its_clauses_tell_different_things() -> None:
    text = "La mora bajó al 2 %, gracias a las visitas, aunque resultan caras."
    assert [(f.field, text[f.start : f.end]) for f in findings(text)] == [
        ("result", "La mora bajó al 2 %"),
        ("condition", "gracias a las visitas"),
        ("pitfall", "aunque resultan caras."),
    ]


@pytest.mark.parametrize(
    ("text", "field", "kind"),
    [
        ("Contexto", "context", None),
        ("3.2 Factores de éxito", "condition", None),
        ("Resultados obtenidos:", "result", None),
        ("Dificuldades encontradas", "pitfall", None),
        ("What did not work", "pitfall", "lesson-learned"),
        ("Recomendaciones para los gobiernos locales", "", "recommendation"),
        ("Principais lições aprendidas", "", "lesson-learned"),
        ("Good practices", "", "good-practice"),
        ("Nombre de la práctica", "name", None),
    ],
)
def test_what_a_label_announces(text: str, field: str, kind: str | None) -> None:
    label = whole_label(text)
    assert label is not None
    assert (label.field, label.kind) == (field, kind)


def test_a_label_is_all_that_stands_before_its_colon() -> None:
    text = "Resultados: el gasto bajó."
    label = leading_label(text)
    assert label is not None
    assert text[label.end :] == " el gasto bajó."
    assert leading_label("El resultado del partido fue: dos a cero.") is None
    assert whole_label("Resultados que nadie en todo el barrio esperaba ver") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Caso 3: El horno compartido", "success-case"),
        ("Case study: a shared oven", "success-case"),
        ("La experiencia de las panaderas de Sotomar", "success-case"),
        ("Boa prática 2 – O forno comum", "good-practice"),
        ("Lección 4. Pesar la harina", "lesson-learned"),
    ],
)
def test_a_heading_that_names_one_practice(text: str, kind: str) -> None:
    label = case_heading(text)
    assert label is not None
    assert label.kind == kind


def test_other_headings_name_none() -> None:
    assert [case_heading(t) for t in ("Experiencias", "Casos de uso", "Practical matters", "Casona")] == [
        None
    ] * 4


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("La metodología AMASA sirve.", ["AMASA"]),
        ("Dos metodologías, que son AMASA y HORNEA, se mostraron.", ["AMASA", "HORNEA"]),
        ("Una metodología de costos llamada «Pan Claro».", ["Pan Claro"]),
        ("Methodologies such as AMASA were shown.", ["AMASA"]),
        ("La metodología fue sencilla, como en Chile.", []),
    ],
)
def test_the_names_of_methodologies(text: str, names: list[str]) -> None:
    assert [m.name for m in find_methodologies(text)] == names


def read(path: Path) -> Document:
    return read_document(path, max_bytes=1_000_000, max_pages=10)


def test_all_golden_cases_are_there() -> None:
    assert len(GOLDEN) == 10


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_practices_of_a_document(path: Path) -> None:
    """Each annotated practice with its kind, event, actors and fields, and no other."""
    (source,) = (p for p in path.parent.glob(f"{path.stem}.*") if p != path)
    document = read(source)
    found = to_contract(extract(document))
    assert differences(found, json.loads(path.read_text(encoding="utf-8")), document.text) == []


@pytest.mark.parametrize("before", ["", "Boletín\n\nEl barrio es antiguo.\n\n", "Buenas prácticas\n\n"])
def test_a_practice_with_a_label_of_its_own_begins_there_with_all_its_fields(before: str) -> None:
    """Whatever stands above it: nothing, the title of a note and other news, a heading of practices."""
    practice = (
        "Buena práctica: el horno común. Contexto: cada una horneaba sola. Condiciones: falta leña. "
        "Resultados: el gasto bajó un 12 %. Dificultades: llovió un mes."
    )
    text = f"{before}{practice}\n\nAsistieron doce panaderas."
    (found,) = extract(Document("0" * 64, "a.txt", "text/plain", text)).practices
    assert (found.kind, found.text) == ("good-practice", practice.removeprefix("Buena práctica: "))
    assert [[value.text for value in field] for field in
            (found.context, found.conditions, found.results, found.pitfalls)] == [
        ["cada una horneaba sola."],
        ["falta leña."],
        ["el gasto bajó un 12 %."],
        ["llovió un mes."],
    ]  # fmt: skip


def test_each_value_says_which_rule_read_it_and_how_sure_that_is() -> None:
    found = extract(read(GOLDEN[0].with_suffix(".md")))
    case = found.practices[0]
    values = (*case.context, *case.conditions, *case.results, *case.pitfalls)
    assert {value.rule.rsplit("-", 1)[0] for value in values if value.rule} == {
        f"{field}-label" for field in ("context", "condition", "result", "pitfall")
    }
    assert all(value.confidence and 0 < value.confidence <= case.evidence.confidence for value in values)
