"""Reading documents: nothing breaks it, spans hold, rules are documented, figures stay above their floors."""

import hashlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Document, Evidence, Extraction, Span
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.readers import read_document
from ingest.rules import documented_rules, family, rule_counts

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "tests" / "data" / "reports"
SHARED = ROOT.parent / "shared"

NOTE = (
    "1. Taller sobre Costos para Panaderías, Quito, Ecuador, 4 y 5 de mayo de 2006. Organizado por la Cámara "
    "de Comercio de Ambato y patrocinado por la Fundación Telares Vivos.\n"
    "Una de las lecciones aprendidas es que el horno se comparte mejor. Abrió el acto "
    "la señora Rosa Pérez, directora de la Fundación Telares Vivos. Se usó la metodología HORNEA.\n"
)


def document(text: str) -> Document:
    return Document(hashlib.sha256(text.encode()).hexdigest(), "nota.txt", "text/plain", text)


def evidence(extraction: Extraction) -> Iterator[Evidence]:
    for event in extraction.events:
        yield from (*event.evidence, *event.fields.values())
        for told in (*event.participations, *event.themes):
            yield from told.evidence
    for named in (*extraction.actors, *extraction.places, *extraction.persons, *extraction.methodologies):
        yield from named.mentions
    for practice in extraction.practices:
        yield practice.evidence


def spans(extraction: Extraction) -> Iterator[Span]:
    yield from (passage.span for passage in extraction.passages)
    yield from (e.span for e in evidence(extraction))
    for event in extraction.events:
        yield event.span
        yield from (excerpt.span for excerpt in (*event.objectives, *event.outcomes))
    for practice in extraction.practices:
        yield practice.span
        for stated in (practice.context, practice.conditions, practice.results, practice.pitfalls):
            yield from (excerpt.span for excerpt in stated)


# Pieces that rules look for, to be put together in any order.
PIECES = [
    *NOTE.split(" "),
    *"VIII Foro “ ” « ( ) , ; : . - – \n \n\n • 2007 12 de mayo del 4º BID CEPAL (SELA) iNNpulsa".split(" "),
    "alcaldías de A y B", "la segunda edición se celebró en Lima en 2005", "Ministerio de", "Facultad de la",
    "en el marco del", "organizado por",
    "Recomendaciones:", "\n\nCaso 3: ", "Contexto:", "Resultados", "gracias a",
    "sin embargo, no", "redujo 30 %",
    "seminário", "Workshop on", "| a | b |", "a) ", "ii) ", "IV.", "talleres con",
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=60))
def test_no_text_breaks_the_reading_and_no_span_leaves_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for span in spans(extract(document(text))):
        assert 0 <= span.start <= span.end <= len(text)


def test_the_same_document_gives_the_same_extraction() -> None:
    assert extract(document(NOTE)) == extract(document(NOTE))


def test_what_each_step_adds_to_the_extraction() -> None:
    found = to_contract(extract(document(NOTE)))
    (event,) = found["events"]
    assert {(a["name"], a["role"]) for a in event["actors"]} == {
        ("Cámara de Comercio de Ambato", "organiser"),
        ("Fundación Telares Vivos", "sponsor"),
    }
    assert {a["name"] for a in found["actors"]} == {a["name"] for a in event["actors"]}
    assert [p["kind"] for p in found["practices"]] == ["lesson-learned"]
    assert [p["name"] for p in found["persons"]] == ["Rosa Pérez"]
    assert [m["name"] for m in found["methodologies"]] == ["HORNEA"]
    assert {"Quito", "Ecuador"} <= {p["name"] for p in found["places"]}


# Rules.


def test_how_often_each_rule_gave_a_fact() -> None:
    counts = rule_counts(extract(document(NOTE)))
    assert counts["announced-list-item"] == 1
    assert counts["methodology"] == 1
    assert counts["person-position"] == 1
    assert counts["place"] == 1  # city and country come from the same words
    assert {family(rule) for rule in counts} >= {
        "organiser-after",
        "sponsor-after",
        "practice-lesson-learned",
    }


def test_the_family_of_a_rule_is_it_without_the_row_of_its_cue() -> None:
    assert family("sponsor-after-12+unit") == "sponsor-after"
    assert family("practice-good-practice-2") == "practice-good-practice"
    assert family("person-of") == "person-of"


@pytest.mark.parametrize("path", sorted(REPORTS.glob("[0-9][0-9]-*")), ids=lambda path: path.stem)
def test_every_rule_is_documented(path: Path) -> None:
    counts = rule_counts(extract(read_document(path, max_bytes=1_000_000, max_pages=10)))
    assert counts
    assert {family(rule) for rule in counts} - documented_rules().keys() == set()


def test_reading_is_imported_without_spacy() -> None:
    code = "import sys, ingest.extraction; sys.exit('spacy' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# Floors.


def scorer(path: Path) -> ModuleType:
    if not path.exists():
        pytest.skip(f"the development gold is not beside the project ({path.name})")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contract(path: Path) -> dict[str, Any]:
    return to_contract(extract(read_document(path, max_bytes=10_000_000, max_pages=1000)))


def test_figures_on_the_report_of_2007() -> None:
    module = scorer(SHARED / "gold" / "score_extraction.py")
    gold = json.loads((SHARED / "gold" / "sela-iberpyme-2007.json").read_text(encoding="utf-8"))
    reached = module.score(gold, contract(SHARED / "corpus" / "sela-iberpyme-2007.txt"), [])
    fields = reached["event_fields"].values()
    floors = {"events": 0.98, "actors": 0.97, "participations": 0.95, "themes": 0.93, "practices": 0.92}
    assert {what: reached[what]["f1"] for what, floor in floors.items() if reached[what]["f1"] < floor} == {}
    assert sum(fields) / len(fields) >= 0.98


def test_figures_on_the_development_reports() -> None:
    module = scorer(SHARED / "gold" / "reports" / "score.py")
    documents = sorted((SHARED / "corpus" / "reports").glob("[0-9][0-9]-*.txt"))
    predictions = {path.name[:2]: module.from_contract(contract(path)) for path in documents}
    overall = module.evaluate(module.load_gold(SHARED / "gold" / "reports"), predictions)["overall"]
    assert overall["events"]["f1"] >= 0.85
    assert overall["actors"]["f1"] >= 0.92
