"""Events: the phrases that name them (`data/event_phrases.csv`), and what small documents tell of them."""

import csv
import hashlib
from pathlib import Path

import pytest

from graph.model import Document, Event
from ingest.event_phrases import find_event_phrases
from ingest.event_titles import clean_title, editions_in, title_key, without_edition
from ingest.extraction import extract
from ingest.first_reading import read
from ingest.readers import parse_document
from ingest.verb_events import VERBS as VERB_TYPES
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
    assert len(CASES) == 84
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


VERBS = [
    ("es", "La ministra se reunió ayer con la Cámara de Comercio de Ambato para hablar del pan.",
     "Reunión con la Cámara de Comercio de Ambato", "reunión"),
    ("es", "La Fundación Cuero se reunió en Loja con la Universidad de Cuenca.",
     "Reunión de Fundación Cuero con la Universidad de Cuenca", "reunión"),
    ("es", "Nos reunimos con alcaldes de la sierra para escucharlos.",
     "Reunión con alcaldes de la sierra", "reunión"),
    ("pt", "A diretora reuniu-se com a Câmara de Comércio de Braga.",
     "Reunião com a Câmara de Comércio de Braga", "reunión"),
    ("en", "On Monday the minister met with the Chamber of Commerce of Accra.",
     "Meeting with the Chamber of Commerce of Accra", "reunión"),
    ("es", "Ayer firmaron un convenio de cooperación técnica, sin discursos.",
     "Firma de convenio de cooperación técnica", "otro"),
    ("pt", "Foi na segunda-feira a assinatura do acordo de cooperação.",
     "Assinatura de acordo de cooperação", "otro"),
    ("en", "They signed a partnership agreement in silence.",
     "Signing of partnership agreement", "otro"),
    ("pt", "O Sebrae lançou nesta terça-feira o programa Cidade do Barro.",
     "Lançamento de programa Cidade do Barro", "lanzamiento"),
    ("es", "El alcalde visitó ayer la sede del Instituto de Fomento de Murcia.",
     "Visita al Instituto de Fomento de Murcia", "misión"),
    ("pt", "Os alunos visitaram a Cooperativa do Barro.",
     "Visita à Cooperativa do Barro", "misión"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "title", "kind"), VERBS)
def test_events_that_a_verb_tells(language: str, text: str, title: str, kind: str) -> None:
    reading, _ = read(Document("0" * 64, "nota.txt", "text/plain", text))
    assert reading.language == language
    assert [(p.title, p.type) for s in reading.sentences for p in s.phrases] == [(title, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Los firmantes del convenio anterior ya no viven.",
        "The new page was launched on Friday.",
        "The goals were met with great care.",
        "En el III Foro de Lana la ministra se reunió con la Cámara de Comercio de Ambato.",
    ],
)
def test_verbs_that_tell_no_event(text: str) -> None:
    reading, _ = read(Document("0" * 64, "nota.txt", "text/plain", text))
    assert [p.title for s in reading.sentences for p in s.phrases if p.strength in VERB_TYPES] == []


def test_editions_that_one_text_tells_of_are_events_of_their_own() -> None:
    events = events_of(
        "# Del SALMIN\n\nEl I Encuentro de Salineros se celebró en Uyuni en mayo de 2011. El segundo "
        "Encuentro de Salineros se celebró en Potosí en mayo de 2013. El tercer Encuentro de Salineros fue "
        "en Oruro en 2015."
    )
    told = [(e.city, e.start_date) for e in events.values()]
    assert told == [("Uyuni", "2011-05"), ("Potosí", "2013-05"), ("Oruro", "2015")]


def test_one_event_by_all_its_names() -> None:
    events = events_of(
        "# EXPO LANA 2019\n\nLa EXPOLANA 2019 se celebró en Oruro el 4 de mayo de 2019. Esta II edición de "
        "EXPOLANA Oruro reunió a cien tejedores. La jornada ‘Hilo y precio’ fue en la tarde; el taller “Hilo "
        "y precio: cómo cobrar” siguió el domingo."
    )
    assert [e.title for e in events.values() if "LANA" in e.title] == ["EXPO LANA 2019"]


HEADLINES = [
    ("# Tejedoras de Azuay presentan sus cuentas ante el consejo\n\nLas socias hablaron una hora. En el "
     "encuentro participaron cuarenta tejedoras.",
     "Encuentro: Tejedoras de Azuay presentan sus cuentas ante el consejo"),
    ("# Artesãs do Minho mostram a nova coleção de linho\n\nForam dois dias de chuva. Na cerimônia estiveram "
     "presentes as mestras mais velhas.",
     "Cerimônia: Artesãs do Minho mostram a nova coleção de linho"),
    ("# Weavers of Lagos open their books to the neighbours\n\nIt rained. At the event, forty weavers "
     "participated and said what they earn.",
     "Event: Weavers of Lagos open their books to the neighbours"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title"), HEADLINES)
def test_an_event_that_a_headline_tells(text: str, title: str) -> None:
    (event,) = events_of(text).values()
    assert event.title == title
    assert event.evidence[0].rule == "headline"
