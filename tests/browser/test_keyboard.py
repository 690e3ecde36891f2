"""All that matters can be reached and used with the keyboard alone, and where one is can be seen."""

from typing import Any

import pytest

from browser.pages import Site
from browser.visits import DESK, PHONE, Visitor, path_of

#: What has the focus: its words or name, its tag, whether it can be seen and how it is marked.
FOCUSED = """() => {
  const element = document.activeElement;
  const editor = element.closest(".CodeMirror");
  const style = getComputedStyle(editor || element);
  const box = (editor || element).getBoundingClientRect();
  return {
    name: (element.innerText || element.getAttribute("aria-label") || element.name || "").trim().slice(0, 60),
    tag: element.tagName.toLowerCase(),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    href: element.getAttribute("href") || "",
  };
}"""
#: How many elements of a page take part in its order of focus.
FOCUSABLE = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )].filter(element => element.checkVisibility({visibilityProperty: true}) && !element.disabled
    && element.tabIndex >= 0 && !element.closest("[hidden]")).length"""


def tab(page: Any) -> dict[str, Any]:
    """Press Tab and tell what has the focus then: it must be in view, and marked."""
    page.keyboard.press("Tab")
    focused: dict[str, Any] = page.evaluate(FOCUSED)
    assert focused["tag"] == "body" or focused["inside"], (page.url, focused)
    assert focused["tag"] == "body" or focused["marked"], (page.url, focused)
    return focused


def tab_to(page: Any, name: str, *, most: int = 80) -> None:
    """Press Tab until what is called `name` has the focus."""
    for _ in range(most):
        if tab(page)["name"].casefold().startswith(name.casefold()):
            return
    raise AssertionError(f"{name!r} is not reached with {most} times Tab on {page.url}")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_is_gone_through_with_tab_and_shows_where_one_is(
    visit: Visitor, site: Site, width: int
) -> None:
    page = visit(site.address, width=width)
    for address in (
        "/",
        "/search?q=avales",
        "/actors",
        "/actors/caf",
        "/events",
        "/network",
        "/sparql",
        "/dataset",
    ):
        page.goto(address)
        first = tab(page)
        assert first["href"] == "#main", address
        for _ in range(min(page.evaluate(FOCUSABLE) - 2, 40)):
            assert tab(page)["tag"] != "body", address


def test_from_the_address_to_a_passage_without_a_mouse(visit: Visitor, sample: str) -> None:
    page = visit(sample)
    page.goto("/")
    tab_to(page, "Ir al contenido", most=1)
    page.keyboard.press("Enter")
    assert tab(page)["tag"] == "input", "the search is the first thing of the content"
    page.keyboard.type("avales para conseguir préstamos")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    page.wait_for_load_state()
    whole = page.get_by_role("status").first.inner_text()
    tab_to(page, "Prácticas", most=120)  # of the sections, then of the filters
    while not page.evaluate("document.activeElement.closest('.facets') !== null"):
        tab_to(page, "Prácticas", most=120)
    page.keyboard.press("Enter")
    page.wait_for_url("**type=practice**")
    page.wait_for_load_state()
    page.locator(".chip.hard").wait_for()
    assert page.get_by_role("status").first.inner_text() != whole
    while not page.evaluate("document.activeElement.closest('.hits') !== null"):
        tab(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices/**")


def test_the_console_is_used_and_left_with_the_keyboard(visit: Visitor, sample: str) -> None:
    page = visit(sample)
    page.goto("/sparql")
    page.wait_for_selector(".CodeMirror")
    while not page.evaluate("Boolean(document.activeElement.closest('.CodeMirror'))"):
        tab(page)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(
        "SELECT ?name (COUNT(*) AS ?n) { ?a rp:sponsors ?e ; rdfs:label ?name } GROUP BY ?name"
    )
    page.keyboard.press("Escape")
    tab_to(page, "Consultar", most=8)
    page.keyboard.press("Enter")
    page.get_by_role("tab").first.wait_for()
    while page.evaluate("document.activeElement.getAttribute('role')") != "tab":
        tab(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    chosen = page.locator("[role=tab][aria-selected=true]")
    assert chosen.inner_text() != "Tabla"
    assert page.locator("#result svg").first.is_visible()
    assert path_of(page) == "/sparql"
