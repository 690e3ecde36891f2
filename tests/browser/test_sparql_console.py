"""The console of SPARQL with its script: the editor, results without a reload, pictures of them."""

from typing import Any

import pytest

from browser.visits import Visitor


@pytest.fixture
def page(visit: Visitor, sample: str) -> Any:
    return visit(sample, expected=(400,))  # the status that answers a mistaken query


def _write(page: Any, query: str) -> None:
    page.click(".CodeMirror")
    page.keyboard.press("Control+A")
    page.keyboard.type(query)


def test_a_query_is_answered_without_a_reload_and_drawn_as_a_network(page: Any) -> None:
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


def test_a_graph_is_a_table_of_triples_and_is_drawn_from_subjects_to_values(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "CONSTRUCT { ?actor rp:sponsors ?event } { ?actor rp:sponsors ?event }")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Consultar").click()
    page.get_by_role("tab", name="Red").click()
    assert page.locator("#view-graph line").count() > 2
    assert page.locator("#view-graph a[href^='/events/']").count() > 0
    page.locator("summary", has_text="Turtle").click()
    assert "rp:sponsors" in page.locator("pre.graph").inner_text()


def test_numbers_are_drawn_as_bars(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT ?name (COUNT(*) AS ?n) { ?a rp:sponsors ?e ; rdfs:label ?name } GROUP BY ?name")
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Gráfico").click()
    assert page.locator("#view-chart rect").count() > 0


def test_terms_and_institutions_are_completed_by_their_names(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT * { ?a rp:spons")
    page.locator(".CodeMirror-hints li", has_text="rp:sponsors").wait_for()
    page.keyboard.press("Escape")
    name = page.request.get("/actors", headers={"accept": "application/json"}).json()["results"][0]
    _write(page, f"SELECT * {{ ?a ?b <{name['label'].split()[0]}")
    page.locator(".CodeMirror-hints li", has_text=name["slug"]).wait_for()


def test_a_mistake_is_marked_where_it_is_and_told_by_the_server(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "SELECT * { ?a rp:sponsors }")
    page.keyboard.press("Escape")
    assert page.locator(".parseErrorIcon").count() == 1
    page.get_by_role("button", name="Consultar").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text()


def test_line_ends_that_only_unicode_knows_are_line_ends_in_the_editor(page: Any) -> None:
    page.goto("/sparql?query=SELECT%20*%E2%80%A8%7B%20%3Fa%20rp:sponsors%20%3Fb%20%7D")
    page.wait_for_selector(".CodeMirror")
    page.click(".CodeMirror")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT ?a\u2028{ ?a rp:sponsors ?b }\u2029LIMIT 2")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Consultar").click()
    page.locator("#result tbody tr").nth(1).wait_for()
    assert page.locator("#query").input_value() == "SELECT ?a\n{ ?a rp:sponsors ?b }\nLIMIT 2"


def test_a_link_within_the_page_does_not_lose_what_is_written(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    _write(page, "ASK { ?written ?and ?kept }")
    page.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sparql#main")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.dataset.sameDocument") == "yes"
    assert page.locator("textarea#query").input_value() == "ASK { ?written ?and ?kept }"


def test_who_goes_back_gets_the_query_of_there_and_one_asked_twice_is_one_entry(page: Any) -> None:
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    entries = page.evaluate("history.length")
    for query in ("ASK { ?first ?p ?o }", "ASK { ?second ?p ?o }"):
        _write(page, query)
        page.keyboard.press("Escape")
        for _ in range(2):
            with page.expect_response("**/sparql?*"):
                page.get_by_role("button", name="Consultar").click()
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    page.wait_for_selector(".CodeMirror")
    assert "first" in page.locator("textarea#query").input_value()
    assert page.locator("#result .verdict").count() == 1
