"""The main pages as they look, kept in `build/screenshots/`: at a desk, light and dark, and on a phone."""

import pytest

from browser.pages import Site
from browser.visits import DESK, PHONE, SCREENSHOTS, Visitor, keep_screenshot

#: The pages of the list of every page that are kept, by the name of their file.
MAIN = {
    "home": "/",
    "actors": "/actors",
    "actor": "/actors/{slug}",
    "peers": "/actors/{slug}/peers",
    "path": "/actors/{slug}/path/{other}",
    "events": "/events",
    "event": "/events/{slug}",
    "practices": "/practices",
    "practice": "/practices/{slug}",
    "themes": "/themes",
    "theme": "/themes/{slug}",
    "countries": "/countries",
    "country": "/countries/{slug}",
    "documents": "/documents",
    "network": "/network",
    "timeline": "/timeline",
    "map": "/map",
    "dataset": "/dataset",
    "queries": "/queries",
    "api": "/api",
    "ontology": "/ontology",
    "about": "/about",
    "search": "results",
    "nothing": "no results",
    "document": "passage in its document",
    "need": "institutions for a need",
    "sparql": "table of SPARQL",
    "mistake": "mistake in SPARQL",
    "error": "nothing there",
}


@pytest.mark.parametrize(("width", "dark"), [(DESK, False), (DESK, True), (PHONE, False)])
def test_the_main_pages_are_kept_as_they_look(visit: Visitor, site: Site, width: int, dark: bool) -> None:
    page = visit(site.address, width=width, dark=dark, expected=(400, 404), reduced_motion="reduce")
    addresses = {**site.pages, **site.states}
    for name, key in MAIN.items():
        page.goto(f"/es{addresses[key]}")
        page.wait_for_load_state("networkidle")
        keep_screenshot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
    assert len(list(SCREENSHOTS.glob(f"*-{width}-{'dark' if dark else 'light'}.png"))) >= len(MAIN) == 29
