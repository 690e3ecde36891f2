"""Pages and labels in the language of the reader: chosen by the address, then by the browser's preference."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from fastapi.testclient import TestClient
from network import publish, settings

from search_api.app import create_app
from search_api.languages import LANGUAGES, LOCALE, Reader, gettext, of_path, preferred, reading, translations
from search_api.localised import dates, decimal, number

BROWSER = {"accept": "text/html"}
MESSAGES = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "messages.py"))
PATHS = ("/", "/search", "/actors", "/events", "/practices", "/themes", "/documents", "/sparql", "/queries")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("languages")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/pt/actors/caf", "pt", "/actors/caf"),
        ("/en", "en", "/"),
        ("/es/", "es", "/"),
        ("/events", None, "/events"),
        ("/enlaces", None, "/enlaces"),
    ],
)
def test_an_address_may_begin_with_a_language(path: str, language: str | None, rest: str) -> None:
    assert of_path(path) == (language, rest)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("fr, en;q=0.3, es;q=0.7", "es"),
        ("en;q=0, fr", "es"),
        ("de", "es"),
        ("", "es"),
        ("en;q=much, pt;q=0.1", "pt"),
    ],
)
def test_a_browser_gets_the_language_it_prefers_of_ours(header: str, language: str) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_a_language_leads_to_pages_in_that_language(client: TestClient, language: str) -> None:
    for path in PATHS:
        response = client.get(f"/{language}{path}", headers=BROWSER)
        assert response.headers["content-language"] == language
        assert f'<html lang="{language}">' in response.text
        links = re.findall(r'\s(?:href|action)="(/[^"]*)"', response.text)
        inside = [link for link in links if not link.startswith("/static/")]
        assert {of_path(link)[0] for link in inside} == set(LANGUAGES), (
            "only the language links lead elsewhere"
        )
        for code in LANGUAGES:
            assert f'href="/{code}{path}"' in response.text


def test_the_preference_of_the_browser_counts_where_the_address_says_nothing(client: TestClient) -> None:
    response = client.get("/actors", headers={**BROWSER, "accept-language": "pt-BR"})
    assert response.headers["content-language"] == "pt"
    assert "Accept-Language" in ", ".join(response.headers.get_list("vary"))
    assert 'href="/events"' in response.text, "links go on leaving the choice to the browser"
    chosen = client.get("/es/actors", headers={**BROWSER, "accept-language": "pt-BR"})
    assert chosen.headers["content-language"] == "es"


def test_labels_of_the_graph_are_in_the_language_of_the_reader(client: TestClient) -> None:
    labels = {
        code: {theme["label"] for theme in client.get(f"/{code}/themes", params={"k": 100}).json()["results"]}
        for code in LANGUAGES
    }
    assert "innovación" in labels["es"]
    assert "inovação" in labels["pt"]
    assert "innovation" in labels["en"]
    assert (
        client.get("/themes", params={"k": 100}).json() == client.get("/es/themes", params={"k": 100}).json()
    )


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (
            "es",
            ["26 y 27 de marzo de 2007", "26 al 29 de marzo de 2007", "28 de marzo al 2 de abril de 2007"],
        ),
        ("pt", ["26 e 27 de março de 2007", "26 a 29 de março de 2007", "28 de março a 2 de abril de 2007"]),
        ("en", ["26 and 27 March 2007", "26 to 29 March 2007", "28 March to 2 April 2007"]),
    ],
)
def test_dates_are_written_as_the_reader_writes_them(language: str, written: list[str]) -> None:
    spans = [("2007-03-26", "2007-03-27"), ("2007-03-26", "2007-03-29"), ("2007-03-28", "2007-04-02")]
    with reading(Reader(language)):  # type: ignore[arg-type]
        assert [dates(*span) for span in spans] == written
        assert dates("2007") == "2007"


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    found = {}
    for language in LANGUAGES:
        with reading(Reader(language)):
            found[language] = (number(1234), number(12345), decimal(0.5))
    assert found["es"] == ("1234", "12\u202f345", "0,50")
    assert found["pt"] == ("1.234", "12.345", "0,50")
    assert found["en"] == ("1,234", "12,345", "0.50")


def forms(said: Any) -> list[str]:
    """A message, or its singular and plural."""
    return list(said) if isinstance(said, tuple | list) else [said]


def frame(text: str) -> list[str]:
    """What a translation has to have as well: placeholders and tags."""
    return sorted(re.findall(r"%\(\w+\)[sd]|</?\w[^>]*>", text))


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"es"}))
def test_every_message_is_translated_with_its_placeholders_and_tags(language: str) -> None:
    assert (LOCALE / f"{language}.po").read_text(encoding="utf-8") == MESSAGES["updated"](language), (
        "run make messages"
    )
    messages: list[Message] = [message for message in MESSAGES["read"](language) if message.id]
    assert len(messages) > 200
    for message in messages:
        originals, translations = forms(message.id), forms(message.string)
        assert all(translations), message.id
        assert len(originals) == len(translations)
        for original, translation in zip(originals, translations, strict=True):
            assert frame(original) == frame(translation), original
            assert '"' not in re.sub(r"<[^>]*>", "", translation), "it may stand in an attribute"


def test_a_message_without_a_translation_stays_in_spanish() -> None:
    with reading(Reader("en")):
        assert gettext("una frase que nadie tradujo") == "una frase que nadie tradujo"
    assert {path.stem for path in LOCALE.glob("*.po")} == set(LANGUAGES) - {"es"}
    assert translations("es").gettext("Idioma") == "Idioma"
