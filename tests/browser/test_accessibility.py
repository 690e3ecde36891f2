"""axe-core finds nothing on any page, in any state, in any language, on light or dark ground."""

import json
from typing import Any

import pytest

from browser.pages import Site
from browser.visits import LANGUAGES, PHONE, ROOT, Visitor

AXE = ROOT / "search_api" / "web" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: make web")
#: WCAG 2.2 to level AA, and what else its authors recommend.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
#: What may differ on a dark ground, and on a narrow one.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
SIZES = {"runOnly": ["target-size", "scrollable-region-focusable"], "resultTypes": ["violations"]}


def violations(page: Any, options: dict[str, Any]) -> list[str]:
    """What axe finds on a page: the rule, the element and what is wrong, a line each."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {json.dumps(options)}).then(found => found.violations)")
    return [
        f"{rule['id']}: {node['target'][-1]} {' '.join(node['failureSummary'].split())[:300]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def check(page: Any, addresses: dict[str, str], *, prefix: str) -> None:
    found: list[str] = []
    for name, address in addresses.items():
        page.emulate_media(color_scheme="light")
        page.goto(f"{prefix}{address}")
        found += [f"{name} ({address}): {text}" for text in violations(page, EVERYTHING)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name} ({address}), dark: {text}" for text in violations(page, COLOURS)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible(visit: Visitor, site: Site, language: str) -> None:
    check(visit(site.address, language=language), site.pages, prefix=f"/{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_page_is_accessible(visit: Visitor, site: Site, language: str) -> None:
    page = visit(site.address, language=language, expected=(400, 404, 422))
    check(page, site.states, prefix=f"/{language}")


def test_a_site_that_has_read_nothing_says_so_accessibly(visit: Visitor, empty: str) -> None:
    check(visit(empty, expected=(503,)), {"nothing read yet": "/"}, prefix="/es")


def test_what_is_pressed_is_as_large_as_a_finger_needs_on_a_phone(visit: Visitor, site: Site) -> None:
    page = visit(site.address, width=PHONE, expected=(400, 404, 422))
    found: list[str] = []
    for name, address in {**site.pages, **site.states}.items():
        page.goto(f"/es{address}")
        found += [f"{name} ({address}): {text}" for text in violations(page, SIZES)]
    assert not found, "\n" + "\n".join(found)


def test_the_section_that_a_page_is_in_is_underlined_also_in_colours_of_the_readers_own(
    visit: Visitor, site: Site
) -> None:
    page = visit(site.address, forced_colors="active")
    page.goto("/es/actors")
    lines = page.locator("nav.sections a").evaluate_all(
        "links => Object.fromEntries(links.map(a => [a.textContent, getComputedStyle(a).borderBottomWidth]))"
    )
    assert [name for name, line in lines.items() if line != "0px"] == ["Instituciones"]
