"""What a person does in a real browser: scripts at work, no complaint, no request to another host."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from network import publish, serving, settings

from search_api.pages import BUILT

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium (Debian: apt install chromium)"),
    pytest.mark.skipif(not (BUILT / "sparql.js").exists(), reason="the scripts are not built: make web"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root: Path = tmp_path_factory.mktemp("browser")
    publish(root)
    with serving(settings(root)) as address:
        yield address


@pytest.fixture
def page(address: str) -> Iterator["playwright.Page"]:
    """A page of Debian's Chromium; what it complains of or fetches elsewhere fails the test."""
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=address, locale="es")
        # The browser itself reports the 400 that answers a mistaken query.
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "status of 400" not in said.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(address) else complaints.append(r.url))
        yield page
        browser.close()
    assert not complaints


def _write(page: "playwright.Page", query: str) -> None:
    page.click(".CodeMirror")
    page.keyboard.press("Control+A")
    page.keyboard.type(query)


def test_a_query_is_answered_without_a_reload_and_drawn_as_a_network(page: "playwright.Page") -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT ?actor ?event { ?actor rp:sponsors ?event }")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Consultar").click()
    page.get_by_role("tab", name="Red").click()
    drawn = page.locator("#view-graph svg")
    assert drawn.locator("circle").count() > 2
    assert drawn.locator("a").first.get_attribute("href").startswith("/")
    assert "query=SELECT" in page.url, "the address of the page is the link to share"
    page.get_by_role("tab", name="Tabla").click()
    assert page.get_by_role("table").is_visible()


def test_numbers_are_drawn_as_bars(page: "playwright.Page") -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT ?name (COUNT(*) AS ?n) { ?a rp:sponsors ?e ; rdfs:label ?name } GROUP BY ?name")
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Gráfico").click()
    assert page.locator("#view-chart rect").count() > 0


def test_terms_and_institutions_are_completed_by_their_names(page: "playwright.Page") -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT * { ?a rp:spons")
    page.locator(".CodeMirror-hints li", has_text="rp:sponsors").wait_for()
    page.keyboard.press("Escape")
    name = page.request.get("/actors", headers={"accept": "application/json"}).json()["results"][0]
    _write(page, f"SELECT * {{ ?a ?b <{name['label'].split()[0]}")
    page.locator(".CodeMirror-hints li", has_text=name["slug"]).wait_for()


def test_a_mistake_is_marked_where_it_is_and_told_by_the_server(page: "playwright.Page") -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT * { ?a rp:sponsors }")
    page.keyboard.press("Escape")
    assert page.locator(".parseErrorIcon").count() == 1
    page.get_by_role("button", name="Consultar").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text()
