"""Reading a document in a real browser, without scripts: its outline, its mentions, and it on paper."""

from typing import Any

import pytest

from browser.visits import DESK, PHONE, Visitor

MENTION = "/documents/memoria-talleres?mention=actor/sela-iberpyme#span"
#: How far the top of an element is from that of the window, and the foot of what covers the top there.
PLACE = "e => e.getBoundingClientRect().top"
COVERED = "() => document.querySelector('.steps').getBoundingClientRect().bottom"


def clear_of_steps(page: Any) -> bool:
    """Whether the span is on the screen, below the line that leads on."""
    top: float = page.locator("#span").evaluate(PLACE)
    covered: float = page.evaluate(COVERED)
    return covered <= top <= page.viewport_size["height"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_one_reads_on_from_mention_to_mention(visit: Visitor, sample: str, width: int) -> None:
    page = visit(sample, width=width, scripts=False)
    page.goto(MENTION)
    assert clear_of_steps(page)
    first = page.locator(".steps span").inner_text()
    page.get_by_role("link", name="siguiente").click()
    assert page.locator(".steps span").inner_text() != first
    assert clear_of_steps(page)
    page.get_by_role("link", name="anterior").click()
    assert page.locator(".steps span").inner_text() == first


def test_the_outline_stands_beside_the_text_and_is_folded_above_it_on_a_phone(
    visit: Visitor, sample: str
) -> None:
    for width, beside in ((DESK, True), (PHONE, False)):
        page = visit(sample, width=width, scripts=False)
        page.goto("/documents/memoria-talleres")
        link = page.locator(".outline a").first
        assert link.is_visible() == beside
        if not beside:
            page.get_by_text("En este documento").click()
            assert link.is_visible()


def test_the_outline_leads_into_the_text(visit: Visitor, sample: str) -> None:
    page = visit(sample, width=DESK, scripts=False)
    page.goto("/documents/memoria-talleres")
    page.locator(".outline a[href^='#s']").nth(1).click()
    target = page.evaluate("location.hash")
    assert 0 <= page.locator(target).evaluate(PLACE) < page.viewport_size["height"]


def test_on_paper_there_are_sources_and_no_ways_around(visit: Visitor, sample: str) -> None:
    page = visit(sample, width=DESK, scripts=False)
    page.goto("/events")
    page.goto(page.locator("main .item h3 a").first.get_attribute("href"))
    assert not page.locator("details.evidence li").first.is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("details.evidence li").first.is_visible()
    assert not page.locator("header.site nav").first.is_visible()
    address = page.locator("a.source").first.evaluate("e => getComputedStyle(e, '::after').content")
    assert "/documents/" in address
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    paper = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    assert ink == "rgb(27, 36, 39)"
    assert paper == "rgb(255, 255, 255)"
