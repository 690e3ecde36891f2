"""The sample: it is marked, it tells every activity of 2007, and it borrows no sentence of the report."""

import json
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document as WordDocument
from lxml import html
from rapidfuzz import fuzz

from graph.model import Extraction
from ingest.extraction import extract
from ingest.readers import read_document

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "sample" / "documents"
FACTS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "data" / "sample_facts.json").read_text(encoding="utf-8")
)
SHARED = ROOT.parent / "shared"
REPORT = SHARED / "corpus" / "sela-iberpyme-2007.txt"
GOLD = SHARED / "gold" / "sela-iberpyme-2007.json"

FILES = (
    "activity-notes-2007.txt",
    "boletin-garantias-y-emprendimiento.html",
    "cronologia-2007.md",
    "instituciones.xlsx",
    "memoria-talleres.docx",
    "retrospectiva-2007-pt.md",
)
MARKS = {
    "es": "Documento de muestra escrito para redpyme a partir de hechos",
    "pt": "Documento de amostra escrito para o redpyme a partir de fatos",
    "en": "Sample document written for redpyme from facts",
}


def name(fact: dict[str, Any]) -> str:
    """A short name of a test case."""
    return f"{fact['start']}-{fact['country']}"


def directory() -> list[tuple[str, ...]]:
    """The rows of the spreadsheet, its header first, an empty cell as the empty string."""
    sheet = openpyxl.load_workbook(DOCUMENTS / "instituciones.xlsx").active
    return [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)]


@cache
def text_of(file: str) -> str:
    """What a person reads in a document, its runs of white space made one space."""
    path = DOCUMENTS / file
    match path.suffix:
        case ".docx":
            word = WordDocument(str(path))
            cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
            text = "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
        case ".xlsx":
            mark = openpyxl.load_workbook(path).active["A1"].comment
            assert mark is not None
            text = "\n".join([mark.text, *(cell for row in directory() for cell in row)])
        case ".html":
            text = html.document_fromstring(path.read_bytes()).find("body").text_content()
        case _:
            text = path.read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text)


def grams(text: str, length: int = 9) -> set[str]:
    """Every run of `length` words."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def names_in(node: object) -> Iterator[str]:
    """Titles of events and names of institutions in the gold: facts, which may be repeated."""
    if isinstance(node, list):
        for item in node:
            yield from names_in(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("title", "name") and isinstance(value, str):
                yield value
            elif key == "surface_variants":
                yield from value
            else:
                yield from names_in(value)


def test_the_folder_holds_these_documents_and_no_other() -> None:
    assert tuple(sorted(path.name for path in DOCUMENTS.iterdir())) == FILES


@pytest.mark.parametrize("file", FILES)
def test_a_document_says_at_its_top_that_it_is_a_sample(file: str) -> None:
    top = text_of(file)[:500]
    assert sum(mark in top for mark in MARKS.values()) == 1


@pytest.mark.skipif(not REPORT.exists(), reason="the report is not part of the project and not beside it")
@pytest.mark.parametrize(
    "file", [*(f for f in FILES if f != "instituciones.xlsx"), "../README.md", "../make_office_files.py"]
)
def test_a_document_borrows_no_nine_words_in_a_row_from_the_report(file: str) -> None:
    # The spreadsheet is left out: its rows are names, acronyms and countries, which are facts.
    report = grams(REPORT.read_text(encoding="utf-8"))
    for fact in names_in(json.loads(GOLD.read_text(encoding="utf-8"))):
        report -= grams(fact)
    assert len(report) > 2000
    assert not grams(text_of(file)) & report


def test_all_activities_of_the_report_are_there() -> None:
    whole = [fact for fact in FACTS if "part_of" not in fact]
    assert (len(whole), len(FACTS)) == (25, 27)
    assert len({(fact["start"], fact["end"], fact["city"], fact["title"]) for fact in FACTS}) == 27


@pytest.mark.parametrize("fact", FACTS, ids=name)
def test_a_document_tells_the_activity_with_its_place_and_its_institutions(fact: dict[str, Any]) -> None:
    text = text_of(fact["file"])
    for told in (fact["title"], fact["city"], *fact["actors"]):
        assert told in text


@pytest.mark.parametrize("method", ["PIPE", "PIPENET", "Aprendiendo a Exportar"])
def test_the_methods_of_the_export_agency_are_told(method: str) -> None:
    assert method in text_of("cronologia-2007.md")


@pytest.mark.skipif(not GOLD.exists(), reason="the gold is not part of the project and not beside it")
def test_the_spreadsheet_and_the_documents_name_every_institution_of_the_gold() -> None:
    everything = " ".join(text_of(file) for file in FILES)
    types_of_company = {
        "empresas-tractoras",
        "empresas-produccion-social",
    }  # kinds of firms, not institutions
    actors = [
        a for a in json.loads(GOLD.read_text(encoding="utf-8"))["actors"] if a["id"] not in types_of_company
    ]
    assert len(actors) == 59
    missing = [a["name"] for a in actors if not any(form in everything for form in a["surface_variants"])]
    assert missing == []


def test_the_spreadsheet_has_one_row_for_each_institution() -> None:
    header, *rows = directory()
    assert header == ("nombre", "tipo", "país", "sigla")
    assert len(rows) == 59
    assert len({row[0] for row in rows}) == 59
    assert all(row[0] for row in rows)


@cache
def extraction_of(file: str) -> Extraction:
    """What the project reads from a document of the sample."""
    return extract(read_document(DOCUMENTS / file, max_bytes=2**20, max_pages=10))


@pytest.mark.parametrize("fact", FACTS, ids=name)
def test_extraction_finds_the_activity_with_its_dates_and_place(fact: dict[str, Any]) -> None:
    read = [
        (event.start_date, event.end_date, event.city, event.country, event.status)
        for event in extraction_of(fact["file"]).events
        if fuzz.ratio(event.title, fact["title"]) >= 90
    ]
    told = (fact["start"], fact["end"], fact["city"], fact["country"], fact.get("status", "held"))
    assert told in read


@pytest.mark.parametrize("file", sorted({fact["file"] for fact in FACTS}))
def test_extraction_finds_the_institutions(file: str) -> None:
    actors = extraction_of(file).actors
    read = " | ".join(form for actor in actors for form in (actor.name, *actor.acronyms, *actor.variants))
    told = {actor for fact in FACTS if fact["file"] == file for actor in fact["actors"]}
    assert {actor for actor in told if actor not in read} == set()


def test_the_office_files_are_what_their_script_writes(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "sample" / "make_office_files.py"))
    assert directory()[1:] == list(script["INSTITUTIONS"])
    script["write_report"](tmp_path / "again.docx")
    again, kept = (contents(path) for path in (tmp_path / "again.docx", DOCUMENTS / "memoria-talleres.docx"))
    assert again == kept


def contents(path: Path) -> list[tuple[str, str]]:
    """Style and text of each paragraph of a word-processor file, then the cells of its tables."""
    word = WordDocument(str(path))
    cells = [("cell", cell.text) for table in word.tables for row in table.rows for cell in row.cells]
    return [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs] + cells
