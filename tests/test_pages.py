"""The pages: complete without scripts, each with its typed context, and deaf to markup in documents."""

import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from fictitious import TEXT
from jinja2 import meta, nodes
from network import HOSTILE, hostile, publish, settings

from ontology.reference import reference
from search_api import pages
from search_api.app import create_app
from search_api.http.problems import KINDS, of_status, problem_of
from search_api.pages.drawing import FOLDER, Pages
from search_api.pages.problems import BY_KIND, words_of
from search_api.wording.languages import of_path
from search_api.wording.localised import dates

BROWSER = {"accept": "text/html"}
MODULES = [import_module(f"{pages.__name__}.{module.name}") for module in iter_modules(pages.__path__)]
CONTEXTS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if dataclasses.is_dataclass(value) and isinstance(getattr(value, "template", None), str)
    if value.__module__ == module.__name__
]
PATHS = (
    *("/", "/search", "/search?q=avales", "/search?q=zzzz&country=br", "/sparql", "/api", "/nothing"),
    *(
        "/peers",
        "/peers?q=avales",
        "/peers?q=zzzz&country=br",
        "/actors",
        "/actors?q=zzzz",
        "/events",
        "/practices",
        "/themes",
        "/themes?q=zzzz",
        "/documents",
    ),
    *("/search?q=talleres+en+Montevideo&role=sponsor&year_from=2019", "/search?q=avales&actor=nobody"),
    "/search?q=avales+en+Uruguay&ignore=country:UY&lang=pt",
    *("/documents/memoria?start=30&end=60", "/ontology", "/countries", "/countries/uy"),
    *("/timeline", "/timeline?role=sponsor&country=uy", "/timeline?theme=tic", "/map", "/map?by=city"),
    *("/map?country=br", "/dataset", "/about"),
    *("/network", "/network?theme=no-such", "/network?actor=idp", "/actors/idp/path/banco-imaginario"),
    "/actors/idp/path/idp",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("pages")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("hostile")
    extraction, text = hostile()
    publish(root, extraction=extraction, text=text)
    with TestClient(create_app(settings(root))) as client:
        yield client


class Outline(HTMLParser):
    """Checks that elements are closed in order, and collects what tests ask about."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "circle", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.fields: list[str] = []
        self.tags: list[str] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if tag == "script" and values.get("type") != "application/ld+json":  # data, never run
            self.scripts.append(values.get("src"))
        if tag not in self.VOID:
            self.open.append(tag)
        assert not any(name.startswith("on") or name == "style" for name in values), (tag, values)
        self.links += [values[name] or "" for name in ("href", "src", "action") if name in values]
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "label":
            self.labelled.append(values.get("for") or "")
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            self.fields.append(values.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, (tag, self.open[-3:])


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    return parser


def all_paths(client: TestClient) -> list[str]:
    """The pages above and that of every resource."""
    found = list(PATHS)
    for collection in ("actors", "events", "practices", "documents"):
        items = client.get(f"/{collection}", params={"k": 100}).json()["results"]
        found += [item["url"] for item in items]
    found += ["/themes/garantias-financiamiento"]
    found += [f"{item['url']}/peers" for item in client.get("/actors").json()["results"]]
    return found


BEYOND = (
    "/actors",
    "/events",
    "/practices",
    "/documents",
    "/events?country=uy",
    "/search?q=avales",
    "/peers?q=organizar+talleres",
)


@pytest.mark.parametrize("path", BEYOND)
def test_beyond_the_end_of_a_list_a_page_says_so_and_leads_back_into_it(
    client: TestClient, path: str
) -> None:
    beyond = f"{path}{'&' if '?' in path else '?'}offset=5000"
    html = client.get(beyond, headers=BROWSER).text
    assert "No hay más en esta página." in html
    assert "Todavía no hay nada aquí" not in html
    assert "Nada coincide" not in html
    (back,) = re.findall(r'<a rel="prev" href="([^"]+)"', html)
    assert "No hay más en esta página." not in client.get(unescape(back), headers=BROWSER).text


def test_every_page_is_well_formed_with_no_script_of_its_own_and_leads_nowhere_dead(
    client: TestClient,
) -> None:
    seen: set[str] = set()
    for path in all_paths(client):
        response = client.get(path, headers=BROWSER)
        page = outline(response.text)
        assert all(source and source.startswith("/static/built/") for source in page.scripts), path
        assert page.tags.count("h1") == 1, path
        assert len(page.ids) == len(set(page.ids)), path
        assert set(page.fields) <= set(page.labelled), path
        seen |= {link.partition("#")[0] for link in page.links}
        assert "None" not in re.sub(r"<[^>]*>", " ", response.text).split(), path
    outside = {link for link in seen if link.startswith(("http:", "https:", "//"))}
    vocabularies = {urlsplit(vocabulary.iri).netloc for vocabulary in reference().reused}
    thesauri = {"dbpedia.org", "www.wikidata.org", "sws.geonames.org"}
    assert {urlsplit(link).netloc for link in outside} <= thesauri | vocabularies | {"www.apache.org"}
    in_other_languages = {link for link in seen if of_path(link)[0]}  # tests/test_languages.py
    for link in sorted(seen - outside - in_other_languages - {"", "/nothing"}):
        if not link.startswith("?"):
            assert client.get(link, headers=BROWSER).status_code == 200, link


def test_markup_in_a_document_stays_text(hostile_client: TestClient) -> None:
    shown = 0
    for path in [*all_paths(hostile_client), "/search?q=script+alert", f"/search?q={HOSTILE}"]:
        text = hostile_client.get(path, headers=BROWSER).text
        page = outline(text)
        assert all(source and source.startswith("/static/built/") for source in page.scripts), path
        assert "<img src=x" not in text, path
        assert not [link for link in page.links if link.startswith("javascript:")], path
        shown += "&lt;script&gt;" in text
    assert shown >= 8


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_a_template_uses_its_context_and_nothing_else(context: type) -> None:
    environment = Pages().environment
    source = (FOLDER / "templates" / context.template).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    tree = environment.parse(source)
    own = {node.target for node in tree.find_all(nodes.Import)} | {m.name for m in tree.find_all(nodes.Macro)}
    used = meta.find_undeclared_variables(tree) - set(environment.globals) - own
    assert used == {field.name for field in dataclasses.fields(context)}


def test_every_template_belongs_to_a_context() -> None:
    names = {path.name for path in (FOLDER / "templates").iterdir()}
    assert names - {"base.html", "macros.html", "site.html"} == {context.template for context in CONTEXTS}


@pytest.mark.parametrize(
    ("path", "status", "spanish", "technical"),
    [
        ("/actors/no-such", 404, "Aquí no hay nada", "there is no actor"),
        ("/actors?k=0", 422, "Revise el valor de «k»", "greater than or equal to 1"),
        ("/graphs", 400, "No se pudo entender la petición", "name one graph"),
        ("/sparql?query=SELEKT&format=html", 400, "La consulta no es SPARQL válido", "expected"),
    ],
)
def test_an_error_is_told_in_spanish_and_its_detail_marked_as_english(
    client: TestClient, path: str, status: int, spanish: str, technical: str
) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status
    english = re.findall(
        r'<(small|pre) lang="en"(?: tabindex="0")?>(.*?)</\1>', response.text, flags=re.DOTALL
    )
    assert technical in "".join(text for _, text in english)
    for tag, text in english:
        assert spanish not in text
        assert technical not in response.text.replace(f">{text}</{tag}>", "")
    assert spanish in response.text


def test_every_kind_of_problem_has_words_of_its_own() -> None:
    assert set(BY_KIND) == {name for _, name, _, _ in KINDS}
    told = [words_of(problem_of(kind("detail"), "/")) for kind, *_ in KINDS]
    assert told == [BY_KIND[name] for _, name, _, _ in KINDS]
    unknown = [words_of(of_status(status, "detail", "/")).heading for status in (418, 507)]
    assert unknown == ["No se pudo entender la petición", "El servicio tuvo un error"]


def test_a_deep_link_marks_its_characters_once(client: TestClient) -> None:
    start = TEXT.index("Patrocinado")
    end = TEXT.index("Montevideo")
    text = client.get(f"/documents/memoria?start={start}&end={end}", headers=BROWSER).text
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", text, flags=re.DOTALL)
    assert "".join(re.sub(r"<[^>]*>", "", piece) for piece in marked) == TEXT[start:end]
    assert text.count('id="span"') == 1
    assert re.search(r'<a class="m actor" href="/actors/[^"]*">Banco Imaginario</a>', text)


@pytest.mark.parametrize("span", ["start=5&end=5", "start=9&end=3", "start=0&end=99999999", "start=4"])
def test_a_deep_link_to_nowhere_shows_the_document(client: TestClient, span: str) -> None:
    response = client.get(f"/documents/memoria?{span}", headers=BROWSER)
    assert response.status_code == 200
    assert "<mark" not in response.text


def test_a_filter_is_kept_and_can_be_taken_back(client: TestClient) -> None:
    text = client.get("/events?country=uy&q=foro", headers=BROWSER).text
    assert '<input type="hidden" name="country" value="uy">' in text
    assert re.search(r'<a href="/events\?q=foro" class="chosen"', text)


def test_kinds_of_result_of_practice_and_of_event_are_filters_of_their_own(client: TestClient) -> None:
    text = client.get("/search?q=avales", headers=BROWSER).text
    sections = re.findall(r"<section>\s*<h2>(.*?)</h2>(.*?)</section>", text, flags=re.DOTALL)
    told = {title: set(re.findall(r"[?;](\w*(?:type|kind)=[^&\"]+)", values)) for title, values in sections}
    assert {title: types for title, types in told.items() if types} == {
        "Clase de resultado": {"type=passage", "type=event", "type=practice", "type=actor"},
        "Clase de práctica": {"practice_kind=lesson-learned"},
        "Tipo de evento": {"event_type=foro", "event_type=taller"},
    }
    chosen = client.get("/search?q=avales&event_type=foro", headers=BROWSER).text
    assert len(re.findall(r'class="chosen"', chosen)) == 1


def test_the_neighbourhood_is_drawn_as_links(client: TestClient) -> None:
    path = client.get("/actors?q=idp").json()["results"][0]["url"]
    drawing = (
        client.get(path, headers=BROWSER).text.partition('<svg class="picture"')[2].partition("</svg>")[0]
    )
    assert drawing.count("<circle") == 3
    assert 'class="self"' in drawing
    assert "Banco Imaginario" in drawing


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2007-03-26", "2007-03-27", "26 y 27 de marzo de 2007"),
        ("2007-11-08", "2007-11-10", "8 al 10 de noviembre de 2007"),
        ("2007-09-30", "2007-10-01", "30 de septiembre al 1 de octubre de 2007"),
        ("2007-12-31", "2008-01-02", "31 de diciembre de 2007 al 2 de enero de 2008"),
        ("2007-05-03", "2007-05-03", "3 de mayo de 2007"),
        ("2007-05-03", None, "3 de mayo de 2007"),
        ("2007-04", None, "abril de 2007"),
        ("2007-04", "2007-06", "abril de 2007 al junio de 2007"),
        ("2007", None, "2007"),
        (None, None, ""),
        ("soon", None, "soon"),
        ("2007-13-45", None, "2007-13-45"),
    ],
)
def test_dates_are_told_in_spanish(start: str | None, end: str | None, words: str) -> None:
    assert dates(start, end) == words


def test_the_stylesheet_asks_nothing_of_other_hosts() -> None:
    for path in (path for path in (FOLDER / "static").iterdir() if path.is_file()):
        text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in text
        assert "@import" not in text
