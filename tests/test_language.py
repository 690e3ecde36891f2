"""Which language a text is in, measured on queries of a few words and on whole questions."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.language import Language, detect

RETRIEVAL = Path(__file__).parents[2] / "shared" / "retrieval"

# Written for this test, as people type them: few words, often without accents.
QUERIES: dict[Language, str] = {
    "es": """
        avales para conseguir préstamos | internacionalización de la pyme
        cómo asociarse para exportar | que gremios apoyan a los artesanos
        capacitacion de consultores | buenas prácticas en innovación
        encadenamientos productivos | mujeres emprendedoras rurales
        quién organizó el foro de Quito | ruedas de negocios con España
        tecnologías de la información en microempresas | financiación de startups
        experiencias de clústeres | normas de calidad para pequeños talleres
        Ministerio de Economía | proveedores locales y grandes compradores
        fondos de garantía | lecciones aprendidas del turismo
        responsabilidad social empresarial | asociatividad
        ¿Hay cursos?
        """,
    "pt": """
        desenvolvimento de fornecedores na Venezuela | garantias para pequenas empresas
        inovação | como exportar para a Espanha
        formacao de consultores | boas práticas de associativismo
        quem organizou o fórum de Quito | mulheres empreendedoras no campo
        rodadas de negócios | tecnologias da informação em microempresas
        financiamento de startups | cadeias produtivas
        experiências de arranjos produtivos locais | normas de qualidade para oficinas
        Ministério da Economia | grandes compradores e fornecedores
        fundos de aval | lições do turismo comunitário
        responsabilidade social das empresas | cooperativas de crédito
        Há cursos?
        """,
    "en": """
        who sponsored the innovation workshop in Costa Rica | credit guarantees for small firms
        export promotion | how do firms cooperate
        training of consultants | best practices in innovation
        women entrepreneurs | supplier development in Venezuela
        business matchmaking with Spain | start-up finance
        productive chains | which chambers support craftsmen
        information technology in microenterprises | guarantee funds
        lessons learned from tourism | corporate social responsibility
        cluster experiences | quality standards for workshops
        Ministry of Economy | associations of producers
        courses
        """,
}


def cases() -> list[tuple[Language, str]]:
    parts = [(language, part) for language, block in QUERIES.items() for part in re.split(r"[|\n]", block)]
    return [(language, part.strip()) for language, part in parts if part.strip()]


def test_queries_of_a_few_words_are_told_apart(record_property: Callable[[str, object], None]) -> None:
    assert len(cases()) == 63
    wrong = [(language, text, detect(text)) for language, text in cases() if detect(text) != language]
    accuracy = 1 - len(wrong) / len(cases())
    record_property("accuracy on short queries", accuracy)
    assert accuracy >= 0.95, wrong


@pytest.mark.parametrize("language", ["es", "en"])
def test_whole_questions_are_told_apart(
    language: Language, record_property: Callable[[str, object], None]
) -> None:
    path = RETRIEVAL / f"xquad.{language}.json"
    if not path.exists():
        pytest.skip("the XQuAD questions are not beside the project (../shared/retrieval)")
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    questions = [qa["question"] for article in data for part in article["paragraphs"] for qa in part["qas"]]
    accuracy = sum(detect(question) == language for question in questions) / len(questions)
    record_property(f"accuracy on XQuAD {language}", accuracy)
    assert accuracy >= 0.995


@pytest.mark.parametrize("text", ["", "2007", "…", "\n\n", "\ud800"])
def test_a_text_without_letters_is_taken_as_spanish(text: str) -> None:
    assert detect(text) == "es"
