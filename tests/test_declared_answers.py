"""What is declared, as the service tells it: to peers, on the page of an institution, to who looks for it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from network import settings

from graph.decisions import Offer
from ontology.namespaces import ID
from search_api.app import create_app
from search_api.publishing.build import ingest_paths

DIRECTORY = (
    "Nombre;Sigla;País;Ofrece;Busca\n"
    "Fondo Ficticio de Avales;FFA;Uruguay;experiencia en fondos de garantías; una incubadora\n"
    "Cámara Inventada del Valle;CIV;Perú;;experiencia en fondos de garantías\n"
    "Liga Callada;LC;Perú;;\n"
)
FUND, CHAMBER = "fondo-ficticio-de-avales-uy", "camara-inventada-del-valle-pe"
SAID = Offer(
    actor=f"{ID}actor/{FUND}",
    text="experiencia en fondos de garantías",
    by="ana",
    at="2024-05-06T07:08:09+00:00",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("declared")
    path = root / "red.csv"
    path.write_text(DIRECTORY, encoding="utf-8")
    ingest_paths([path], settings=settings(root), decide=[SAID])
    with TestClient(create_app(settings(root))) as client:
        yield client


def page(client: TestClient, path: str, language: str = "es") -> str:
    return client.get(path, headers={"accept": "text/html", "accept-language": language}).text


def test_a_peer_is_told_by_what_it_declares_with_who_said_so_and_where(client: TestClient) -> None:
    (peer,) = client.get(f"/actors/{CHAMBER}/peers").json()["results"]
    (reason,) = [r for r in peer["reasons"] if r["kind"] == "declared-offer"]
    words = "«experiencia en fondos de garantías»"
    assert reason["text"].startswith(f"Declara que ofrece {words}; ustedes declaran que buscan {words} (")
    theirs, ours = reason["declared"]
    assert (theirs["kind"], theirs["by"], theirs["at"]) == ("offer", ["ana"], "2024-05-06T07:08:09Z")
    assert theirs["decisions"] == [f"{ID}decision/1"]
    assert (ours["kind"], ours["actor"]["slug"], ours["by"]) == ("need", CHAMBER, [])
    for one in (theirs, ours):
        assert client.get(one["url"]).status_code == 200
        (source,) = one["sources"]
        assert client.get(source["url"].partition("#")[0]).status_code == 200
    assert peer["evidence"] == {"deeds": 0, "documents": 0, "declared": 2, "small": True}


def test_the_page_of_peers_says_that_it_is_declared(client: TestClient) -> None:
    shown = page(client, f"/actors/{CHAMBER}/peers")
    assert "se apoya solo en lo declarado" in shown
    assert "Lo declaró ana" in shown
    assert 'datetime="2024-05-06T07:08:09Z"' in shown
    assert "Declared by ana" in page(client, f"/actors/{CHAMBER}/peers", "en")


@pytest.mark.parametrize(
    ("slug", "offers", "seeks"), [(FUND, 1, 1), (CHAMBER, 0, 1), ("liga-callada-pe", 0, 0)]
)
def test_an_institution_tells_what_it_offers_and_seeks(
    client: TestClient, slug: str, offers: int, seeks: int
) -> None:
    told = client.get(f"/actors/{slug}").json()
    assert (len(told["offers"]), len(told["seeks"])) == (offers, seeks)
    shown = page(client, f"/actors/{slug}")
    assert ("Qué ofrece" in shown, "Qué busca" in shown) == (bool(offers), bool(seeks))
    assert all(
        one["text"] in shown and one["actor"]["slug"] == slug for one in told["offers"] + told["seeks"]
    )


def test_who_offers_what_is_sought_is_found_and_told_apart(client: TestClient) -> None:
    (found,) = [
        one
        for one in client.get("/peers", params={"q": SAID.text}).json()["results"]
        if "declared-offer" in {reason["kind"] for reason in one["reasons"]}
    ]
    assert found["slug"] == FUND
    (offer,) = found["offers"]
    assert (offer["text"], offer["by"]) == (SAID.text, ["ana"])
    told = [reason["text"] for reason in found["reasons"] if reason["kind"] == "declared-offer"]
    assert told == ["Declara que ofrece «experiencia en fondos de garantías»."]
    assert "Lo declaró ana" in page(client, f"/peers?q={SAID.text}")


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"country": "uy"}, 1),
        ({"country": "pe"}, 0),
        ({"theme": "garantias-financiamiento"}, 1),
        ({"theme": "tic"}, 0),
    ],
)
def test_filters_hold_for_what_is_declared(client: TestClient, filters: dict[str, str], number: int) -> None:
    found = client.get("/peers", params={"q": SAID.text, **filters}).json()["results"]
    assert len([one for one in found if one["offers"]]) == number


def test_what_a_directory_says_is_sought_is_no_experience(client: TestClient) -> None:
    checked = 0
    for slug in (FUND, CHAMBER):
        for need in client.get(f"/actors/{slug}").json()["seeks"]:
            if not need["sources"]:
                continue
            checked += 1
            found = client.get("/peers", params={"q": need["text"], "k": 50}).json()["results"]
            told = [s["source"]["url"] for one in found for s in one["evidence"] if s["source"]]
            assert not {source["url"] for source in need["sources"]} & set(told)
    assert checked
