"""A document whose text and names carry HTML, scripts, templates and addresses that run is shown as text."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import network
import pytest
from fictitious import EXTRACTION, TEXT

from browser.pages import Site
from browser.visits import Visitor
from graph.model import Extraction

#: What would run, load or be worked out if it were taken for more than text; each is asked for as well.
ATTACKS = (
    "<script>alert('script')</script>",
    "<img src=x onerror=alert('image')>",
    "<svg onload=alert('svg')></svg>",
    "</title><script>alert('title')</script>",
    "</script><script>alert('data')</script>",
    "\"><iframe src='javascript:alert(1)'></iframe>",
    "' onfocus='alert(1)' autofocus='",
    "<a href=\"javascript:alert('address')\">javascript:alert(1)</a>",
    "{{7*7}} {{ config }} {% raw %} {# nothing #} ${7*7} #{7*7} <%= 7*7 %>",
    "<style>body{display:none}</style><base href='https://example.org/'>",
    "<template><plaintext><!-- ",
    "]]><![CDATA[ &lt;b&gt; &amp;amp; \u202egnp.exe\u2028\u0000",
)
ALL = " ".join(ATTACKS)


def hostile() -> tuple[Extraction, str]:
    """The fictitious document with the attacks wherever a document says something."""
    text = TEXT + "\n\n" + "\n\n".join(ATTACKS)
    first, *others = EXTRACTION.events
    event = replace(first, title=ALL, venue=ALL)
    actors = tuple(
        replace(a, name=f"{ALL} {a.id}", variants=(ALL,), acronyms=(ATTACKS[0],)) for a in EXTRACTION.actors
    )
    return (
        replace(
            EXTRACTION,
            document=replace(
                EXTRACTION.document, id="cd" * 32, title=ALL, name=ALL, reference=ALL, characters=len(text)
            ),
            events=(event, *others),
            actors=actors,
            passages=tuple(replace(p, text=f"{p.text} {ALL}", heading=ALL) for p in EXTRACTION.passages),
            practices=tuple(replace(p, text=f"{p.text} {ALL}") for p in EXTRACTION.practices),
            persons=tuple(replace(p, name=ALL, position=ALL) for p in EXTRACTION.persons),
            methodologies=tuple(replace(m, name=ALL) for m in EXTRACTION.methodologies),
        ),
        text,
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root: Path = tmp_path_factory.mktemp("attacked")
    extraction, text = hostile()
    network.publish(root, extraction=extraction, text=text)
    with network.serving(network.settings(root)) as address:
        site = Site(address)
        yield site
        site.client.close()


#: What no page may have got: elements that its templates never make, scripts but the built ones, attributes
#: that run, and addresses that do.
FOREIGN = """() => [...document.querySelectorAll([
    "iframe", "base", "object", "embed", "style", "plaintext", "template:not(#words)", "[autofocus]",
    "main script", "script:not([src]):not([type='application/ld+json'])",
    "script[src]:not([src^='/static/built/'])", "img:not([src^='/static/'])", "[onload]", "[onerror]",
    "[onfocus]", "form:not([action^='/'])", "a[href^='javascript' i]", "a[href^='data' i]",
  ].join())].map(element => element.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_markup_is_text_on_every_page(visit: Visitor, attacked: Site, scripts: bool) -> None:
    page = visit(attacked.address, scripts=scripts, expected=(400, 404, 422))
    shown = 0
    for address in {**attacked.pages, **attacked.states}.values():
        page.goto(address)
        assert page.evaluate(FOREIGN) == [], address
        assert page.locator("body").is_visible(), address
        words = page.locator("main").inner_text()
        assert "49" not in words.replace("7*7", "").split(), address
        shown += "<script>alert('script')</script>" in words
    assert shown >= 8, "the attacks are on the pages"


def test_what_is_asked_is_text_too(visit: Visitor, attacked: Site) -> None:
    page = visit(attacked.address, expected=(400, 404, 422))
    for attack in ATTACKS:
        for path in (
            "/search?q=",
            "/actors?q=",
            "/peers?q=",
            "/network?actor=",
            "/sparql?format=html&query=",
        ):
            page.goto(path + quote(attack))
            assert page.evaluate(FOREIGN) == [], (path, attack)


def test_names_are_text_where_scripts_draw_them(visit: Visitor, attacked: Site) -> None:
    page = visit(attacked.address)
    page.goto(
        "/sparql?query=SELECT+%3Fname+%3Fevent+%7B%3Fa+rp%3Asponsors+%3Fevent+%3B+rdfs%3Alabel+%3Fname%7D"
    )
    page.locator("#result table").wait_for()
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate(FOREIGN) == []
    page.goto("/network")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(FOREIGN) == []
    page.goto("/")
    page.locator("main input[type=search]").first.press_sequentially("script", delay=20)
    page.wait_for_timeout(300)  # what is suggested while somebody types
    assert page.evaluate(FOREIGN) == []
