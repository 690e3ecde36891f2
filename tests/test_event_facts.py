"""When and where events were, in small texts of our own: `data/event_facts.csv`; `\\n` is a line break."""

import csv
import hashlib
from pathlib import Path

import pytest

from graph.model import Document
from ingest.addresses import country_of_file
from ingest.extraction import extract

_FILE = Path(__file__).parent / "data" / "event_facts.csv"
CASES = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 44


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["title"]))
def test_the_facts_of_an_event(case: dict[str, str]) -> None:
    text = case["text"].replace("\\n", "\n")
    document = Document(hashlib.sha256(text.encode()).hexdigest(), "nota.txt", "text/plain", text)
    events = {event.title: event for event in extract(document).events}
    assert case["title"] in events
    event = events[case["title"]]
    found = (event.start_date, event.end_date, event.city, event.country)
    assert found == tuple(case[name] or None for name in ("start", "end", "city", "country"))


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ('<html dir="ltr" lang="es-AR"><p>Feria</p>', "AR"),
        ('<html lang="es-ES"><a href="https://www.feria.gob.ni/x">Feria</a>', "NI"),
        ('<meta property="og:locale" content="pt_BR">', "BR"),
        ("Escríbanos a info@feria.org.gt o a feria@gmail.com", "GT"),
        ("www.feria.com.uy, www.feria.com.py", None),
        ("https://feria.co/pyme y https://t.me/feria", None),
        ("https://feria.io/lista.do?es=1 y el archivo feria.do", None),
        ("El 3.ar no es nada", None),
    ],
)
def test_the_country_that_a_file_comes_from(text: str, country: str | None) -> None:
    assert country_of_file(text) == country
