"""Lists and searches tell which filters are at work, and where to go on from where nothing is."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient
from network import publish, settings

from search_api.app import create_app

BROWSER = {"accept": "text/html"}
IDP = "instituto-de-prueba-uy"
_TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("ways")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


def page(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def chips(html: str) -> dict[str, str]:
    """The filters that a page tells of, each with the address without it."""
    found = re.findall(r'<li class="chip hard">(.*?)<a class="away" href="([^"]*)"', html, re.DOTALL)
    return {_TAGS.sub("", words).strip(): unescape(address) for words, address in found}


def links(html: str, within: str) -> dict[str, str]:
    """The links within the first element of a class, by their words."""
    part = html.partition(f'class="{within}"')[2].partition("</div>")[0]
    return {
        _TAGS.sub("", words): unescape(address)
        for address, words in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', part)
    }


FILTERS = [
    (f"/events?actor={IDP}&role=sponsor", {"Institución: Instituto de Prueba", "Papel: Patrocinador"}),
    ("/events?city=uy-montevideo&status=held", {"Ciudad: Montevideo", "Estado: Realizado"}),
    ("/events?year_from=2019&year_to=2019&month=3", {"Años: 2019", "Mes: Marzo"}),
    ("/events?type=foro&month=0", {"Tipo de evento: Foro", "Mes: Sin mes"}),
    ("/actors?country=UY&role=sponsor", {"País: Uruguay", "Papel: Patrocinador"}),
    ("/actors?type=government-agency", {"Tipo de institución: Organismo público"}),
    ("/practices?kind=lesson-learned&theme=tic", {"Clase de práctica: Lección aprendida"}),
    ("/practices?event=taller-de-cierre-2019-04", {"Evento: Taller de Cierre"}),
    ("/documents?language=es&year_to=2020", {"Idioma: Español", "Años: –2020"}),
    ("/search?q=avales&country=UY&type=event", {"País: Uruguay", "Clase de resultado: Eventos"}),
    ("/actors?q=prueba&k=5", set()),
]


@pytest.mark.parametrize(("path", "told"), FILTERS)
def test_every_filter_at_work_is_told_in_words(client: TestClient, path: str, told: set[str]) -> None:
    shown = chips(page(client, path)).keys()
    assert told <= shown
    assert bool(told) == bool(shown)


def test_a_filter_that_is_taken_back_leaves_the_others(client: TestClient) -> None:
    told = chips(page(client, f"/events?q=foro&actor={IDP}&role=sponsor&year_from=2019"))
    assert told["Institución: Instituto de Prueba"] == "/events?q=foro&role=sponsor&year_from=2019"
    assert told["Años: 2019–"] == f"/events?q=foro&actor={IDP}&role=sponsor"


def test_a_list_without_the_words_leads_to_all_documents_and_to_the_list(client: TestClient) -> None:
    for path in ("/actors", "/events", "/practices", "/themes", "/documents"):
        ways = links(page(client, f"{path}?q=zzzz"), "empty")
        assert list(ways.values()) == ["/search?q=zzzz", path]
    ways = links(page(client, "/actors?q=prueba&country=br"), "empty")
    assert list(ways.values()) == ["/actors?q=prueba", "/search?q=prueba", "/actors"]
    assert client.get("/actors?q=prueba").json()["total"]


def test_a_search_without_results_tells_which_filter_leaves_none(client: TestClient) -> None:
    ways = links(page(client, "/search?q=avales&country=UY&year_from=2024"), "empty")
    without_years = next(address for words, address in ways.items() if words == "Sin el filtro de años")
    assert without_years == "/search?q=avales&country=UY"
    assert client.get(without_years).json()["total"]
    assert "Sin el filtro de país" not in ways, "without it there is nothing either"


def test_a_search_without_results_names_what_is_called_so(client: TestClient) -> None:
    html = page(client, "/search?q=quiero+hablar+con+el+banco+imaginario&country=br")
    ways = links(html, "empty")
    assert ways["Banco Imaginario"].startswith("/actors/")
    assert ways["Buscar qué institución lo ha hecho"].startswith("/peers?q=quiero")


def test_who_has_not_asked_yet_is_shown_where_to_begin(client: TestClient) -> None:
    for language, words in (("es", "O empiece por un tema"), ("pt", "comece"), ("en", "start from a theme")):
        html = page(client, f"/{language}/search")
        assert words in html
        assert re.search(rf'<a href="/{language}/themes/[^"]+"', html.partition('id="results"')[2])
