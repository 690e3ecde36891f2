"""The guide to the interface: all that the OpenAPI document says, in the reader's language, to try without a
script."""

import html
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from network import publish, settings

from search_api.app import create_app
from search_api.pages.api import GROUPS
from search_api.pages.markup import code_words

BROWSER = {"accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("guide")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        client.get("/search?q=avales")  # opens the snapshot, which examples are taken from
        yield client


def page(client: TestClient, tag: str, language: str = "es") -> str:
    response = client.get(f"/{language}/api/{tag}", headers=BROWSER)
    assert response.status_code == 200
    assert len(response.content) <= 60 * 1024
    return response.text


def test_every_operation_is_in_the_guide(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    contents = client.get("/api", headers=BROWSER).text
    groups = {tag: page(client, tag) for tag in GROUPS}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            (tag,) = operation["tags"]
            assert f'href="/api/{tag}' in contents
            group = groups[tag]
            assert f'id="{operation["operationId"]}"' in group
            assert f"{method.upper()} {path}" in group
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            for name in names - {"format"} if tag == "queries" else names:
                assert f"<code>{name}</code>" in group
    assert {o["tags"][0] for m in document["paths"].values() for o in m.values()} == set(GROUPS)


def test_every_link_to_a_schema_leads_to_its_fields(client: TestClient) -> None:
    for tag in GROUPS:
        text = page(client, tag)
        linked = set(re.findall(r'href="#(schema-[^"]+)"', text))
        assert linked <= set(re.findall(r'id="(schema-[^"]+)"', text))
    assert 'href="#schema-Ref"' in page(client, "actors"), "a field leads to what it is made of"


def test_every_example_answers(client: TestClient) -> None:
    found = [
        html.unescape(address)
        for tag in GROUPS
        for address in re.findall(r'<p><a href="/es(/[^"]*)">Ver el ejemplo', page(client, tag))
    ]
    assert len(found) > 25
    for address in found:
        response = client.get(address)
        assert response.status_code == 200, (address, response.text[:200])


def test_the_document_is_in_english_and_the_guide_in_the_readers_language(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/actors"]["get"]
    assert operation["summary"] == "Institutions"
    assert "<h2>Instituições</h2>" in page(client, "actors", "pt")
    spanish = page(client, "actors")
    assert '<p class="meta" lang="en">Institutions, those with most events first.</p>' in spanish
    assert '<span lang="en">How many results.</span>' in spanish
    assert 'lang="en">How many results' not in page(client, "actors", "en"), "the page is in English itself"


def test_what_stands_between_backticks_is_code(client: TestClient) -> None:
    assert all("`" not in page(client, tag) for tag in GROUPS)
    assert "with <code>actor</code>" in page(client, "search")
    assert code_words("`<b>` & one ` alone") == "<code>&lt;b&gt;</code> &amp; one ` alone"


def test_a_form_leads_to_the_address_it_fills(client: TestClient) -> None:
    text = page(client, "actors")
    assert '<form action="/es/try" method="get">' in text
    assert re.search(r'name="k" type="number" min="1" max="100" placeholder="20"', text)
    sent = {"operation": "actor_actors__slug__get", "slug": "a b/c", "format": "json", "other": "x"}
    response = client.get("/pt/try", params=sent, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/pt/actors/a%20b%2Fc?format=json")
    sent = {"operation": "actors_actors_get", "q": " banco ", "k": "", "country": ""}
    assert client.get("/try", params=sent, follow_redirects=False).headers["location"] == "/actors?q=banco"


@pytest.mark.parametrize(
    "sent", [{}, {"operation": "https://example.org"}, {"operation": "actor_actors__slug__get", "slug": " "}]
)
def test_a_form_that_names_nothing_leads_back_to_the_guide(client: TestClient, sent: dict[str, str]) -> None:
    response = client.get("/try", params=sent, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/api")


def test_a_group_that_there_is_not_says_which_there_are(client: TestClient) -> None:
    response = client.get("/api/nothing")
    assert response.status_code == 404
    assert "queries" in response.json()["detail"]
