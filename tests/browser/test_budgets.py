"""What a page may weigh: its HTML, and the scripts that it makes a browser load."""

import gzip
from typing import Any

import pytest

from browser.pages import Site
from browser.visits import Visitor

HTML = 60 * 1024
#: Compressed bytes of all scripts of a page.
SCRIPT, SCRIPT_OF_NETWORK_AND_SPARQL = 30 * 1024, 250 * 1024


@pytest.mark.parametrize("which", ["sample", "crowd"])
def test_the_html_of_every_page_is_small(request: pytest.FixtureRequest, which: str) -> None:
    site: Site = request.getfixturevalue("site" if which == "sample" else "crowd")
    addresses = {**site.pages, **site.states}
    sizes = {address: len(site.client.get(address).content) for address in addresses.values()}
    too_large = {address: size for address, size in sizes.items() if size > HTML}
    assert not too_large


def test_the_scripts_of_every_page_are_small(visit: Visitor, site: Site) -> None:
    page = visit(site.address)
    compressed: dict[str, int] = {}
    loaded: set[str] = set()

    def weigh(response: Any) -> None:
        if response.request.resource_type == "script":
            loaded.add(response.url)
            if response.url not in compressed:
                compressed[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    sizes: dict[str, int] = {}
    for address in site.pages.values():
        loaded.clear()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        sizes[address] = sum(compressed[url] for url in loaded)
    too_large = {
        address: size
        for address, size in sizes.items()
        if size > (SCRIPT_OF_NETWORK_AND_SPARQL if address in ("/network", "/sparql") else SCRIPT)
    }
    assert not too_large
    assert sizes["/sparql"] > 0, "what is measured is there"
