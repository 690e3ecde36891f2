"""The first ten minutes of a practitioner, a member of the network and a researcher.

In each language, with and without scripts, on a phone and at a desk.
"""

import csv
import io
import re
from typing import Any

import pytest

from browser.visits import DESK, LANGUAGES, PHONE, Visitor, path_of
from browser.walks import Walk, number, numbers, visible_part

READERS = [
    pytest.param(language, scripts, width, id=f"{language}-{'scripts' if scripts else 'plain'}-{width}")
    for language in LANGUAGES
    for scripts in (True, False)
    for width in (PHONE, DESK)
]
QUESTIONS = {
    "es": "avales para conseguir préstamos",
    "pt": "avales para conseguir empréstimos",
    "en": "guarantees to get a loan",
}
NEEDS = {
    "es": "experiencia en fondos de garantías",
    "pt": "experiência em fundos de garantia",
    "en": "experience with guarantee funds",
}
assert len(READERS) == 12


def reader(function: Any) -> Any:
    return pytest.mark.parametrize(("language", "scripts", "width"), READERS)(function)


@reader
def test_a_practitioner_finds_a_passage_a_practice_and_a_theme(
    visit: Visitor, sample: str, language: str, scripts: bool, width: int
) -> None:
    page = visit(sample, language=language, scripts=scripts, width=width)
    walk = Walk(page, language)

    # The entrance speaks her language, and the search is on it.
    walk.go("/")
    page.locator("main input[type=search]").first.fill(QUESTIONS[language])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    walk.look()
    everything = walk.status()
    assert everything > 20
    assert "garantía" in page.locator("ol.hits > li").first.inner_text().casefold()
    assert page.locator("ol.hits mark").count() or language != "es", "words of the question are marked"

    # She narrows to good practices and lessons; the number beside the filter is what is left.
    choice = walk.link("prácticas", within=walk.section("clase de resultado"))
    promised = number(choice.locator("xpath=ancestor::li[1]").locator(".count").inner_text())
    walk.follow(choice)
    assert walk.status() == promised < everything
    assert page.locator("ol.hits > li").count() == min(promised, 10)
    assert page.locator(".chip.hard").count() == 1

    # The document opens at the words that the hit rests on, marked and in view.
    hit = page.locator("ol.hits > li").first
    quoted = words(hit.locator(".quote").inner_text())
    walk.follow(hit.locator("a.source").first)
    assert path_of(page).startswith("/documents/")
    assert visible_part(page, "#span") > 0.5
    marked = words(" ".join(page.locator(".text mark").all_inner_texts()))
    assert marked[:5] == quoted[:5]
    page.go_back()
    walk.look()

    # The practice has a page of its own, with its source; others are like it.
    walk.follow(page.locator("ol.hits > li h2 a").first)
    assert path_of(page).startswith("/practices/")
    assert page.locator("a.source").first.is_visible()
    walk.follow(walk.link("Más como este"))
    assert page.locator("ol.hits > li").count() > 0

    # And the theme of what she read says who works on it.
    page.go_back()
    page.go_back()
    walk.follow(page.locator("ol.hits a[href*='/themes/']").first)
    assert path_of(page).startswith("/themes/")
    assert walk.section("Quién trabaja en él").locator("a[href*='/actors/']").count() > 0


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@reader
def test_a_member_finds_her_institution_and_whom_to_learn_from(
    visit: Visitor, sample: str, language: str, scripts: bool, width: int
) -> None:
    page = visit(sample, language=language, scripts=scripts, width=width)
    walk = Walk(page, language)

    # By its acronym, from the entrance.
    walk.go("/")
    page.locator("form[action$='/actors'] input[type=search]").fill("CAF")
    walk.press("Ir")
    if not path_of(page).startswith("/actors/"):  # a script goes straight to the only one
        walk.follow(walk.link("Corporación Andina de Fomento"))
    assert page.locator("h1").inner_text() == "Corporación Andina de Fomento"

    # What it offers and seeks, what it did, and how many events that were.
    assert "fondos de garantías" in walk.section("Qué ofrece").inner_text()
    assert "comercio electrónico" in walk.section("Qué busca").inner_text()
    events = page.locator("main header a[href*='/events?']")
    promised = number(events.inner_text())
    profile = page.url
    walk.follow(events)
    assert page.locator("main .items > .item").count() == promised
    page.goto(profile)

    # Its peers through each lens, each with a reason and where that comes from.
    walk.follow(walk.section("Instituciones afines").get_by_role("link", name=re.compile(r"\d")).last)
    assert path_of(page) == "/actors/caf/peers"
    for lens in ("parecidas", "conectadas", "complementarias", "homólogas"):
        lenses = page.get_by_role("navigation", name=walk.said("Lentes"))
        walk.follow(walk.link(lens, within=lenses))
        assert page.locator(".items > .item").count() > 0 or page.locator("p.empty").is_visible(), lens
        for peer in page.locator(".items > .item").all()[:3]:
            assert peer.locator(".reasons li").first.inner_text().strip(), lens
    walk.follow(walk.link("conectadas", within=page.get_by_role("navigation", name=walk.said("Lentes"))))
    why = page.locator(".items > .item").first.locator("details.evidence").first
    why.locator("> summary").click()
    assert why.locator("a.source").first.is_visible()

    # Who has done what she looks for, in her own words.
    walk.go("/peers")
    page.locator("main input[type=search]").fill(NEEDS[language])
    page.keyboard.press("Enter")
    page.wait_for_url("**/peers?**")
    walk.look()
    found = page.locator("ol.items > li", has_text="Corporación Andina de Fomento")
    assert found.locator(".reasons li").first.inner_text().strip()

    # How two are connected, and the network around hers.
    walk.go("/network")
    path = page.locator("form[action$='/path']")
    path.get_by_label(walk.said("Una institución")).fill("CAF")
    path.get_by_label(walk.said("Otra")).fill("IBERPYME")
    page.keyboard.press("Escape")  # what a script suggests
    walk.press("Buscar el camino", within=path)
    page.locator("ol.chain > li").first.wait_for()  # on a page of its own, or beside the drawing
    assert page.locator("ol.chain a[href*='/events/']").first.is_visible()
    page.goto(profile)
    walk.follow(walk.link("Explorar su red"))
    assert walk.status() > 1
    page.locator("main :is(svg, canvas):visible").first.wait_for()


@reader
def test_a_researcher_asks_in_sparql_takes_the_rows_along_and_cites_them(
    visit: Visitor, sample: str, language: str, scripts: bool, width: int
) -> None:
    page = visit(sample, language=language, scripts=scripts, width=width)
    walk = Walk(page, language)

    # An example is run as it is.
    walk.go("/sparql")
    page.locator("a.run").first.click()
    table = page.locator("#result table")
    table.wait_for()
    walk.look()
    assert table.locator("tbody tr").count() > 1

    # Then changed: how many events does each sponsor?
    ask = "SELECT ?name (COUNT(*) AS ?events) { ?a rp:sponsors ?e ; rdfs:label ?name } GROUP BY ?name"
    if scripts:
        page.click(".CodeMirror")
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(ask)
        page.keyboard.press("Escape")
    else:
        page.locator("#query").fill(ask)
    page.get_by_role("button", name=walk.said("Consultar"), exact=True).click()
    page.locator("#result th", has_text="events").wait_for()
    walk.look()
    rows = table.locator("tbody tr").count()
    assert rows > 3

    # As CSV, and with an address that a colleague can open.
    assert len(list(csv.reader(io.StringIO(taken(page, "CSV", "text/csv"))))) == rows + 1
    walk.follow(page.locator("#result").get_by_role("link", name=walk.said("Enlace a esta consulta")))
    assert page.locator("#result table tbody tr").count() == rows

    # A question that has its answer made, which asks for a value.
    walk.go("/queries")
    walk.follow(page.locator("main a[href$='/queries/peers-by-theme']"))
    walk.follow(walk.link("Probar con un ejemplo"))
    assert page.get_by_role("table").locator("tbody tr").count() > 0

    # The dataset: its statistics lead to what they count, and it says how to cite it.
    walk.go("/dataset")
    assert page.locator(".citation").inner_text().strip()
    assert taken(page, "BibTeX", "application/x-bibtex").startswith("@")
    count = page.locator("table.counts td a").first
    promised = number(count.inner_text())
    walk.follow(count)
    assert promised in numbers(walk.found())

    # A document is cited too.
    walk.go("/documents")
    walk.follow(page.locator("main .items a").first)
    assert page.locator(".citation").inner_text().strip()


def taken(page: Any, name: str, media_type: str) -> str:
    """What a link by that name leads to, which must be of a media type."""
    address = page.locator("main").get_by_role("link", name=name, exact=True).first.evaluate("a => a.href")
    answer = page.request.get(address)
    assert answer.headers["content-type"].startswith(media_type)
    return str(answer.text())
