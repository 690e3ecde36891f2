"""Titles of documents: what a reader would call them, whatever stands above the text or in the properties."""

import csv
from pathlib import Path

import pytest

from ingest.extraction import extract
from ingest.readers import parse_document
from ingest.titles import title_among, top_title

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DOCUMENTS, STATED = rows("titles.csv"), rows("stated_titles.csv")


def test_all_cases_are_here() -> None:
    assert (len(DOCUMENTS), len(STATED)) == (15, 32)


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: case["title"][:40])
def test_a_document_is_called_what_a_reader_would_call_it(case: dict[str, str]) -> None:
    text = case["text"].replace("\\n", "\n").encode()
    document = parse_document(text, name=case["file"], max_bytes=10_000, max_pages=10)
    extraction = extract(document)
    assert extraction.document.title == case["title"]
    assert not any("://" in passage.text for passage in extraction.passages)


@pytest.mark.parametrize("case", STATED, ids=lambda case: case["stated"])
def test_what_a_program_writes_is_no_title(case: dict[str, str]) -> None:
    assert (title_among([case["stated"]], name="informe.pdf") or "") == case["title"]


def test_a_line_of_marks_alone_stops_nobody() -> None:
    """Accents without a letter, as broken encodings leave them."""
    assert title_among([top_title(["\u0301 \u0301"])], name="informe.pdf") is None
