"""The net that all other tests of this folder hang over: a complaint of the browser fails whoever visits."""

import re

import pytest

from browser.visits import Visitor

#: What a page does, and what the browser is heard to say.
COMPLAINTS = {
    "inline script": ("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))",
                      "Content.Security.Policy"),
    "other host": ("new Image().src = 'https://example.org/x.png'", "example.org"),
    "error": ("setTimeout(() => { throw new Error('broken') })", "error in a script: broken"),
    "message": ("console.error('said so')", "console: said so"),
    "dialog": ("setTimeout(() => alert(1))", "dialog: 1"),
    "missing": ("fetch('/no-such')", "status 404"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLAINTS)
def test_what_the_browser_complains_of_fails_the_visit(visit: Visitor, empty: str, name: str) -> None:
    script, heard = COMPLAINTS[name]
    page = visit(empty)
    page.goto("/about")
    visit.check()
    page.evaluate(f"void ({script})")
    page.wait_for_timeout(100)
    with pytest.raises(AssertionError, match=f"the browser complains:(.|\n)*{heard}"):
        visit.check()


def test_a_status_that_is_expected_is_no_complaint(visit: Visitor, empty: str) -> None:
    visit(empty, expected=(404,)).goto("/no-such")
    visit.check()


@pytest.mark.parametrize(("language", "shown"), [("es", "Acerca"), ("pt", "Sobre"), ("en", "About")])
def test_a_visitor_is_read_to_in_their_language(
    visit: Visitor, empty: str, language: str, shown: str
) -> None:
    page = visit(empty, language=language, scripts=False)
    page.goto("/about")
    assert re.search(shown, page.title())
    assert page.evaluate("document.documentElement.lang") == language
