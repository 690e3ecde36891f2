"""What may be meant by what somebody types: the index of names, and `/suggest` over HTTP."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fictitious import EXTRACTION
from hypothesis import given
from hypothesis import strategies as st
from network import publish, settings

from search_api.app import create_app
from search_api.catalogue.name_index import NameIndex
from search_api.search.words import fold

#: Names of resources of two groups, in the order to tell them.
NAMES = {
    "idp": ("Instituto de Prueba", "IDP"),
    "fia": ("Fondo Imaginario de Avales", "FIA"),
    "avales": ("Avales del Sur",),
    "red": ("Red Ibérica", "Rede Ibérica", "AVAL"),
    "foro": ("Foro de Avales y Créditos de São Pedro",),
}
INDEX = NameIndex({"actors": ("idp", "fia", "avales", "red"), "events": ("foro",)}, NAMES)


def found(query: str, k: int = 10) -> dict[str, list[str]]:
    return {
        group: [match.iri for match in of_group.first]
        for group, of_group in INDEX.find(query, among=("actors", "events"), k=k).items()
    }


@pytest.mark.parametrize(
    ("query", "actors", "events"),
    [
        ("idp", ["idp"], []),  # an acronym
        ("INSTITUTO", ["idp"], []),
        ("pru", ["idp"], []),  # any word of a name begins so
        ("prueba inst", ["idp"], []),  # in any order
        ("rueba", [], []),  # but not within a word
        ("IBERICA", ["red"], []),
        ("sao ped cred", [], ["foro"]),
        ("aval", ["red", "avales", "fia"], ["foro"]),  # called so, a name begins so, a name has it
        ("avales", ["avales", "fia"], ["foro"]),
        ("avales otra", [], []),
        ("", [], []),
        (" -!", [], []),
    ],
)
def test_names_are_found_by_how_their_words_begin(query: str, actors: list[str], events: list[str]) -> None:
    assert found(query) == {group: iris for group, iris in (("actors", actors), ("events", events)) if iris}


def test_of_many_the_first_of_each_group_are_told_and_all_are_counted() -> None:
    actors = INDEX.find("a", among=("actors", "events"), k=1)["actors"]
    assert [match.iri for match in actors.first] == ["avales"]
    assert actors.total == 3


WORDS = st.lists(
    st.sampled_from(("aval", "avales", "ávido", "foro", "Foro", "de", "S/A", "2007", "ñ")), max_size=4
)


@given(st.lists(WORDS, max_size=8), WORDS, st.integers(1, 9))
def test_the_index_finds_what_reading_every_name_would(
    named: list[list[str]], query: list[str], length: int
) -> None:
    names = {str(number): (" ".join(words), "X") for number, words in enumerate(named)}
    asked = " ".join(query)[:length]
    wanted = re.findall(r"\w+", fold(asked))
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}") for word in wanted]
    expected = {iri for iri, own in names.items() if all(p.search(fold(" | ".join(own))) for p in patterns)}
    index = NameIndex({"all": names}, names)
    assert index.having(asked) == expected
    in_group = index.find(asked, among=("all",), k=100)
    assert {match.iri for of_group in in_group.values() for match in of_group.first} == (
        expected if wanted else set()
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("suggestions")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


def groups(client: TestClient, address: str) -> dict[str, list[dict[str, Any]]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group["results"] for group in answer.json()["groups"]}


def test_an_acronym_names_its_institution_first(client: TestClient) -> None:
    (actor,) = groups(client, "/suggest?q=idp")["actors"]
    assert (actor["label"], actor["url"]) == ("Instituto de Prueba", "/actors/instituto-de-prueba-uy")
    assert actor["detail"] == "IDP · Uruguay · 1 evento"
    assert client.get(actor["url"], headers={"accept": "text/html"}).status_code == 200


def test_each_kind_is_found_by_its_names_and_leads_to_its_page(client: TestClient) -> None:
    told = {
        "actors": ("banco", "Banco Imaginario"),
        "themes": ("credito", "garantías y financiamiento"),
        "places": ("monte", "Montevideo"),
        "events": ("cierre", "Taller de Cierre"),
        "documents": ("MF-1", "Memoria ficticia 2019"),
    }
    for kind, (typed, label) in told.items():
        results = groups(client, f"/suggest?q={typed}")[kind]
        assert any(label in result["label"] for result in results), (kind, results)
        for result in results:
            assert client.get(result["url"], headers={"accept": "text/html"}).status_code == 200


def test_a_city_leads_to_the_events_there_and_a_country_to_its_page(client: TestClient) -> None:
    (city,) = groups(client, "/suggest?q=montevideo")["places"]
    assert city["url"] == "/events?city=uy-montevideo"
    assert client.get(city["url"]).json()["total"] == 1
    (country,) = groups(client, "/suggest?q=uruguay")["places"]
    assert country["url"] == "/countries/uy"


def test_institutions_that_no_document_tells_of_are_not_suggested(client: TestClient) -> None:
    known = {actor["slug"] for actor in client.get("/actors?k=100").json()["results"]}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        suggested = groups(client, f"/suggest?q={letter}&kind=actors&k=20").get("actors", [])
        assert {actor["slug"] for actor in suggested} <= known


@pytest.mark.parametrize(
    ("language", "theme", "kind"),
    [
        ("es", "sistemas de garantía", "Temas"),
        ("pt", "sistemas de garantia", "Temas"),
        ("en", "credit guarantee schemes", "Themes"),
    ],
)
def test_suggestions_speak_the_language_of_the_address(
    client: TestClient, language: str, theme: str, kind: str
) -> None:
    for address in (f"/{language}/suggest?q=garantia", f"/suggest?q=garantia&lang={language}"):
        answer = client.get(address).json()["groups"]
        group = next(group for group in answer if group["kind"] == "themes")
        assert group["label"] == kind
        assert group["results"][0]["label"] == theme


def test_a_name_in_another_language_is_told_beside_the_label(client: TestClient) -> None:
    (theme,) = groups(client, "/suggest?q=guarantees&kind=themes&k=1")["themes"]
    assert "guarantee" in theme["name"].lower()
    assert "guarantee" not in theme["label"].lower()


def test_kinds_may_be_chosen_and_unknown_ones_are_refused(client: TestClient) -> None:
    assert set(groups(client, "/suggest?q=a&kind=events&kind=places")) <= {"events", "places"}
    assert client.get("/suggest?q=a&kind=people").status_code == 422
    assert client.get("/suggest?q=a&k=0").status_code == 422
    assert client.get("/suggest").status_code == 422


def test_nothing_typed_suggests_nothing(client: TestClient) -> None:
    for typed in ("", "%20", "%21%21", "zzzz"):
        assert groups(client, f"/suggest?q={typed}") == {}


def test_a_browser_keeps_suggestions_for_a_short_time(client: TestClient) -> None:
    assert client.get("/suggest?q=a").headers["cache-control"] == "public, max-age=60"


def test_an_editor_of_sparql_completes_names_by_the_same_index(client: TestClient) -> None:
    ids = [ref["slug"] for ref in client.get("/sparql/resources?q=idp").json()]
    assert ids[0] == "instituto-de-prueba-uy"
    assert client.get("/sparql/resources?q=ana ej").json()[0]["label"] == "Ana Ejemplo"
    assert client.get("/sparql/resources?q=--").json() == []
    assert len(EXTRACTION.persons) == 1
