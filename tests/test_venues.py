"""Venues of events: what the text calls the place inside the city."""

import csv
from pathlib import Path

import pytest

from graph.model import Document
from ingest.extraction import extract

_FILE = Path(__file__).parent / "data" / "venues.csv"
CASES = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 5


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:40] for case in CASES])
def test_venue_of_an_event(case: dict[str, str]) -> None:
    document = Document(id="0" * 64, name="nota.txt", media_type="text/plain", text=case["text"])
    (event,) = extract(document).events
    assert (event.venue or "") == case["venue"]
    if event.venue:
        span = event.fields["venue"].span
        assert case["text"][span.start : span.end] == event.venue
