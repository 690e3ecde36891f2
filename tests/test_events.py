"""Events: the phrases that name them (`data/event_phrases.csv`), and what small documents tell of them."""

import csv
import hashlib
from pathlib import Path

import pytest

from graph.model import Document, Event
from ingest.event_phrases import find_event_phrases
from ingest.event_titles import clean_title, editions_in, title_key, without_edition
from ingest.extraction import extract
from ingest.readers import parse_document
from ingest.well_known_places import is_place

CASES = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "event_phrases.csv").read_text(encoding="utf-8").splitlines()
    )
)


def events_of(text: str) -> dict[str, Event]:
    identity = hashlib.sha256(text.encode()).hexdigest()
    document = Document(identity, "nota.txt", "text/plain", text)
    return {event.title: event for event in extract(document).events}


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 45
    assert {case["language"] for case in CASES} == {"es", "pt", "en"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_event_phrases_of_a_sentence(case: dict[str, str]) -> None:
    found = find_event_phrases(case["text"], is_place=is_place, language=case["language"])
    assert "|".join(phrase.title for phrase in found) == case["titles"]
    assert "|".join(phrase.type for phrase in found) == case["types"]
    assert all(0 <= phrase.start < phrase.end <= len(case["text"]) for phrase in found)


def test_an_announced_event_has_the_facts_of_its_block() -> None:
    (event,) = events_of(
        "1. Taller sobre Costos para Panaderías, Quito, Ecuador, 4 y 5 de mayo de 2006. Organizado por la "
        "Cámara de Comercio de Ambato.\nEl objetivo del taller fue enseñar a calcular el precio de cada pan."
    ).values()
    assert event.title == "Taller sobre Costos para Panaderías"
    assert (event.start_date, event.end_date) == ("2006-05-04", "2006-05-05")
    assert (event.city, event.country, event.type, event.status) == ("Quito", "EC", "taller", "held")
    assert [(p.name, p.role) for p in event.participations] == [("Cámara de Comercio de Ambato", "organiser")]
    assert [o.text for o in event.objectives] == ["enseñar a calcular el precio de cada pan."]


def test_an_event_told_in_prose() -> None:
    events = events_of(
        "El II Foro de Curtidores se celebró en Lima el 12 de junio de 2008 con sesenta asistentes."
    )
    (event,) = events.values()
    assert (event.title, event.start_date, event.city) == ("II Foro de Curtidores", "2008-06-12", "Lima")
    assert event.evidence[0].rule == "told"


def test_a_date_and_a_place_merged_over_rows_hold_for_each_of_them() -> None:
    rows = [
        "<th>Fecha</th><th>Actividad</th><th>Sede</th>",
        '<td rowspan="2">3 de mayo de 2011</td><td>Feria de la Lana</td><td rowspan="3">Puno, Perú</td>',
        "<td>Jornada de Tintes</td>",
        "<td>4 de mayo de 2011</td><td>Taller de Telares</td>",
        "<td>5 de junio de 2011</td><td>Foro de Mercados</td><td>Loja, Ecuador</td>",
    ]
    page = f"<h1>Calendario</h1><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    document = parse_document(page.encode(), name="a.html", max_bytes=10**6, max_pages=1)
    assert [(e.title, e.start_date, e.city) for e in extract(document).events] == [
        ("Feria de la Lana", "2011-05-03", "Puno"),
        ("Jornada de Tintes", "2011-05-03", "Puno"),
        ("Taller de Telares", "2011-05-04", "Puno"),
        ("Foro de Mercados", "2011-06-05", "Loja"),
    ]


def test_an_event_to_come_is_scheduled() -> None:
    (event,) = events_of(
        "O III Encontro de Queijeiros da Serra será realizado em Lisboa em 9 de maio de 2031."
    ).values()
    assert (event.status, event.start_date) == ("scheduled", "2031-05-09")


def test_an_event_in_the_framework_of_a_larger_one_is_part_of_it() -> None:
    events = events_of(
        "El Seminario sobre Crédito Rural se realizó en Bogotá el 3 de abril de 2005, en el marco de la IV "
        "Feria del Campo Andino."
    )
    assert events["Seminario sobre Crédito Rural"].part_of == events["IV Feria del Campo Andino"].id


def test_nothing_happened_in_a_text_that_tells_of_no_event() -> None:
    assert events_of("La panadería abre temprano. El pan de centeno se vende por la tarde.") == {}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("El Taller sobre la Innovación", {"taller", "innovacion"}),
        ("Workshop on Export Credit", {"workshop", "export", "credit"}),
        ("III Encontro de Queijeiros", {"iii", "encontro", "queijeiros"}),
    ],
)
def test_the_content_words_of_a_title(title: str, key: set[str]) -> None:
    assert title_key(title) == key


def test_editions_of_a_series() -> None:
    assert editions_in(title_key("XIV Congreso de Pymes")) == {"xiv"}
    assert without_edition("XIV Congreso de Pymes 2009") == "Congreso de Pymes"
    assert clean_title(' "Exportar paso a paso". ') == "Exportar paso a paso"
