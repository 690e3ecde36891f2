"""Pages and labels in the language of the reader: chosen by the address, then by the browser's preference."""

import re
import runpy
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from fastapi.testclient import TestClient
from jinja2 import nodes
from network import publish, settings

from ontology.namespaces import ID
from ontology.reference import reference
from search_api.app import create_app
from search_api.pages.drawing import FOLDER, Pages
from search_api.pages.markup import refs
from search_api.resources.base import Ref
from search_api.wording.languages import (
    LANGUAGES,
    LOCALE,
    Reader,
    gettext,
    of_path,
    preferred,
    reading,
    translations,
)
from search_api.wording.localised import dates, decimal, number
from search_api.wording.quotation import quoted

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
        html = response.text.replace(f'hreflang="x-default" href="{path}"', "")  # that of all languages
        links = re.findall(r'\s(?:href|action)="(/[^"]*)"', html)
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


def test_a_file_that_a_browser_loads_is_in_its_language_and_says_what_it_depends_on(
    client: TestClient,
) -> None:
    files = {}
    for code in LANGUAGES:
        response = client.get("/themes?format=csv", headers={**BROWSER, "accept-language": code})
        assert "Accept-Language" in ", ".join(response.headers.get_list("vary"))
        files[code] = response.text
    assert len(set(files.values())) == len(LANGUAGES)


@pytest.mark.parametrize("path", ["/actors/", "/search/?q=avales"])
def test_a_slash_too_many_leads_on_in_the_language_of_the_address(client: TestClient, path: str) -> None:
    moved = client.get(f"/pt{path}", headers=BROWSER, follow_redirects=False)
    assert moved.headers["location"] == "/pt" + path.replace("/?", "?").rstrip("/")
    elsewhere = client.get(path, headers=BROWSER)
    assert elsewhere.status_code == 200


def test_terms_for_the_editor_are_in_the_language_of_the_address(client: TestClient) -> None:
    def labels(path: str) -> dict[str, str]:
        return {term["id"]: term["label"] for term in client.get(path).json()["terms"]}

    assert labels("/en/sparql/terms") == labels("/sparql/terms?lang=en") != labels("/sparql/terms")


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
        assert not message.fuzzy, "it would be left out"
        assert len(originals) == len(translations)
        for original, translation in zip(originals, translations, strict=True):
            assert frame(original) == frame(translation), original
            assert '"' not in re.sub(r"<[^>]*>", "", translation), "it may stand in an attribute"


def all_paths(client: TestClient) -> list[str]:
    """The pages above, those of errors, a query and its answer, and that of every resource."""
    found = [
        *PATHS,
        "/api",
        "/ontology",
        "/nothing",
        "/actors?k=0",
        "/search?q=avales",
        "/search?q=zzzz&country=br",
    ]
    found += [f"/{name}?q=zzzz" for name in ("actors", "events", "practices", "themes", "documents")]
    found += [
        "/network",
        "/actors/idp/path/banco-imaginario",
        "/countries",
        "/countries/uy",
        "/dataset",
        "/about",
    ]
    found += ["/timeline", "/timeline?theme=tic", "/map", "/map?by=city"]
    for name in ("actors", "events", "practices", "themes", "documents"):
        found += [item["url"] for item in client.get(f"/{name}", params={"k": 100}).json()["results"]]
    found += ["/actors/instituto-de-prueba-uy/peers", "/actors/banco-imaginario/peers?lens=counterpart"]
    found += [f"/queries/{query['name']}" for query in client.get("/queries").json()["results"]]
    found += ["/sparql?query=SELECT+*+{?s+a+rp:Event}&format=html", "/sparql?query=SELEKT&format=html"]
    found += ["/sparql?query=ASK+{}&format=html", "/id/claim/" + claim_of(client)]
    return found


def claim_of(client: TestClient) -> str:
    """The slug of a claim."""
    event = client.get(client.get("/events").json()["results"][0]["url"]).json()
    return str(event["evidence"][0]["id"]).rsplit("/", 1)[1]


class Words(HTMLParser):
    """The words of a page in its own language: texts, and the attributes that are read out."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "circle", "path"})
    READ_OUT = ("title", "aria-label", "alt", "placeholder")
    CODES = ("data-suggest",)  # of scripts, not for readers

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.foreign: list[bool] = [False]
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        foreign = values["lang"] != self.language if values.get("lang") else self.foreign[-1]
        if tag not in self.VOID:
            self.foreign.append(foreign or tag in ("pre", "code", "textarea"))
        if not foreign:
            self.said += [
                value
                for name, value in attrs
                if value and (name in self.READ_OUT or (name.startswith("data-") and name not in self.CODES))
            ]
            if tag == "meta" and values.get("name") == "description":
                self.said.append(values.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self.foreign[-1]:
            self.said.append(data)


def words_of_page(html: str, language: str) -> str:
    """What is read on a page as its own language, with single spaces."""
    parser = Words(language)
    parser.feed(html)
    return " ".join("\n".join(parser.said).split())


#: What is called the same in every language.
NAMES_OF_THINGS = {
    *("redpyme", "SPARQL", "OpenAPI", "CONSTRUCT", "IRI", "PREFIX", "rp", "CITE", "BibTeX", "RIS"),
    *("CSV", "TSV", "JSON", "LD", "XML", "RDF", "Turtle", "Triples", "VoID", "DCAT", "Atom", "schema", "org"),
}
#: Where translation is at work.
NOT_YET = {"macros.html"}
TEMPLATES = sorted(p for p in (FOLDER / "templates").glob("**/*.html") if p.name not in NOT_YET)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_a_message(path: Path) -> None:
    tree = Pages().environment.parse(path.read_text(encoding="utf-8"))
    parser = Words("")
    parser.feed("".join(data.data for data in tree.find_all(nodes.TemplateData)))
    words = set(re.findall(r"[^\W\d_]{2,}", "\n".join(parser.said)))
    assert words <= NAMES_OF_THINGS, 'write {{ _("…") }} or {% trans %}'


def pieces(text: str) -> set[str]:
    """The words of a message between its placeholders and tags, where there are several."""
    between = (" ".join(piece.split()) for piece in re.split(r"%\(\w+\)[sd]|<[^>]*>", text))
    return {piece for piece in between if len(piece.split()) > 1}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"es"}))
def test_no_spanish_is_left_on_a_page_in_another_language(client: TestClient, language: str) -> None:
    messages = [message for message in MESSAGES["read"](language) if message.id]
    translated = "\n".join(form for message in messages for form in forms(message.string))
    spanish = {
        piece
        for message in messages
        for original in forms(message.id)
        for piece in pieces(original)
        if piece not in translated
    }
    assert len(spanish) > 100
    for path in all_paths(client):
        html = client.get(f"/{language}{path}", headers=BROWSER).text
        words = words_of_page(html, language)
        assert not [piece for piece in spanish if re.search(rf"\b{re.escape(piece)}\b", words)], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_the_vocabulary_are_named_in_the_language_of_the_reader(
    client: TestClient, language: str
) -> None:
    lists = {listed.name: listed.concepts for listed in reference().lists}
    labels = {
        concept.notation: concept.labels[language]
        for name in ("event-types", "roles", "practice-kinds")
        for concept in lists[name]
    }
    event = client.get("/events?q=foro").json()["results"][0]["url"]
    words = words_of_page(client.get(f"/{language}{event}", headers=BROWSER).text, language).casefold()
    for notation in ("foro", "sponsor", "speaker", "lesson-learned"):
        assert labels[notation].casefold() in words
    claims = client.get(f"/{language}{event}").json()["evidence"]
    classes = {term.name: term.labels[language] for term in reference().terms}
    assert classes["Event"] in {claim["value"] for claim in claims if claim["property"] == "type"}
    vocabulary = words_of_page(client.get(f"/{language}/ontology", headers=BROWSER).text, language)
    for term in reference().terms:
        assert term.labels[language] in vocabulary
        assert " ".join(term.definitions[language].split()) in vocabulary
        page = client.get(f"/{language}/ontology/terms/{term.name}", headers=BROWSER).text
        told = words_of_page(page, language)
        assert all(" ".join(constraint.message[language].split()) in told for constraint in term.constraints)


def test_texts_and_titles_of_documents_carry_their_language(client: TestClient) -> None:
    event = client.get("/events?q=foro").json()["results"][0]
    assert "label_language" not in event, "the label is in the language asked for"
    assert client.get("/en/events?q=foro").json()["results"][0]["label_language"] == "es"
    for path, texts in {
        event["url"]: ("Foro de Avales de Prueba", "Sala Inventada", "cubra la mitad", "directora del"),
        client.get("/practices").json()["results"][0]["url"]: ("Conviene que", "subieron los"),
        "/documents/memoria": ("Memoria ficticia", "Taller de Cierre", "presentó el método"),
        "/actors/idp/path/banco-imaginario": ("Foro de Avales de Prueba",),
    }.items():
        html = client.get(f"/en{path}", headers=BROWSER).text
        body = words_of_page(main_of(html), "en")
        for text in texts:
            assert text in html
            assert text not in body, path
        spanish = main_of(client.get(f"/es{path}", headers=BROWSER).text)
        assert 'lang="es"' not in spanish.replace('class="text" lang="es"', "")


def test_a_country_that_no_document_names_has_its_name_in_the_language_of_the_reader(
    client: TestClient,
) -> None:
    told = {
        language: client.get(f"/{language}/search?q=avales&country=br").json()["notes"][0]["text"]
        for language in LANGUAGES
    }
    assert "«Brasil»" in told["es"]
    assert "«Brasil»" in told["pt"]
    assert "“Brazil”" in told["en"]


def test_values_of_facets_carry_their_language(client: TestClient) -> None:
    facet = re.compile(
        r'<a href="/\w+/search[^"]*document=memoria[^"]*"( lang="es")?>Memoria ficticia 2019</a>'
    )
    found = {
        language: facet.search(client.get(f"/{language}/search?q=avales", headers=BROWSER).text)
        for language in LANGUAGES
    }
    assert {language: match[1] for language, match in found.items() if match} == {
        "es": None,
        "pt": ' lang="es"',
        "en": ' lang="es"',
    }


def test_a_value_of_a_query_carries_its_language(client: TestClient) -> None:
    query = {"query": "SELECT ?label { ?event a rp:Event ; rdfs:label ?label }", "format": "html"}
    assert '<td lang="es">Taller de Cierre</td>' in client.get("/pt/sparql", params=query).text
    assert "<td>Taller de Cierre</td>" in client.get("/es/sparql", params=query).text


def main_of(html: str) -> str:
    """The main part of a page, without the citation, which is of two languages."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r'<p class="citation">.*?</p>', "", main, flags=re.DOTALL)


def test_a_concept_without_a_label_in_the_language_of_the_reader_is_marked() -> None:
    theme = Ref(
        id=f"{ID}theme/luta", slug="luta", label="luta livre", label_language="pt", url="/themes/luta"
    )
    title = theme.model_copy(update={"id": f"{ID}event/luta"})
    with reading(Reader("en")):
        assert '<a href="/themes/luta" lang="pt">luta livre</a>' in refs([theme])
        assert '<abbr class="fallback" title="only in Portuguese">pt</abbr>' in refs([theme])
        assert "<abbr" not in refs([title]), "a title has the language that it has"
    assert theme.model_dump()["label_language"] == "pt"
    assert "label_language" not in theme.model_copy(update={"label_language": None}).model_dump()


def test_quotation_marks_nest_as_the_language_has_them() -> None:
    assert quoted("Reunión «Redes “A”»") == "«Reunión “Redes ‘A’”»"
    assert quoted("Reunión «Redes»", "pt") == "«Reunión “Redes”»"
    assert quoted("Reunión «Redes»", "en") == "“Reunión ‘Redes’”"


def test_a_message_without_a_translation_stays_in_spanish() -> None:
    with reading(Reader("en")):
        assert gettext("una frase que nadie tradujo") == "una frase que nadie tradujo"
    assert {path.stem for path in LOCALE.glob("*.po")} == set(LANGUAGES) - {"es"}
    assert translations("es").gettext("Idioma") == "Idioma"
