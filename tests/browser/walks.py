"""A walk through the site as somebody takes it: at each step, what must be seen wherever it leads."""

import re
from typing import Any

from browser.visits import path_of
from search_api.wording.languages import translations


class Walk:
    """Who walks reads `language`, on a page that `visit` opened. Words are given in Spanish, as the code and
    the templates have them, and are looked for in the language of the walk."""

    def __init__(self, page: Any, language: str) -> None:
        self.page = page
        self.language = language

    def said(self, words: str) -> str:
        """Words of the site in the language of the walk."""
        return translations(self.language).gettext(words)  # type: ignore[arg-type]

    def go(self, address: str) -> None:
        """Type an address."""
        self.page.goto(address)
        self.look()

    def look(self) -> None:
        """What every page must show: its language, one heading, and no more width than the screen has."""
        page = self.page
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.lang") == self.language, page.url
        assert page.locator("h1").count() == 1, page.url
        assert page.locator("h1").inner_text().strip(), page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"

    def link(self, name: str, *, within: Any = None, nth: int = 0) -> Any:
        """A link of `within`, or of the page, by its words, that can be seen."""
        wanted = re.compile(rf"^\s*{re.escape(self.said(name))}", flags=re.IGNORECASE)
        found = (within or self.page).get_by_role("link", name=wanted, include_hidden=True).nth(nth)
        self.reveal(found)
        return found

    def reveal(self, element: Any) -> None:
        """Open what an element is folded away in, as a reader would."""
        folded = element.locator("xpath=ancestor::details[not(@open)]")
        while not element.is_visible() and folded.count():
            folded.first.locator("> summary").click()
        element.scroll_into_view_if_needed()
        assert element.is_visible()

    def follow(self, element: Any) -> str:
        """Press a link that leads to another page, and look there: its path, without the language."""
        self.reveal(element)
        before = self.page.url
        element.click()
        self.page.wait_for_url(lambda address: address != before)
        self.look()
        return path_of(self.page)

    def press(self, name: str, *, within: Any = None) -> None:
        """Press a button that leads to another page, and look there."""
        (within or self.page).get_by_role("button", name=self.said(name), exact=True).click()
        self.look()

    def section(self, heading: str) -> Any:
        """The innermost part of the page under a heading of the site."""
        title = self.page.get_by_role("heading", name=self.said(heading), include_hidden=True)
        return self.page.locator("section", has=title).last

    def status(self) -> int:
        """The number that the page says of what it found."""
        return number(self.found())

    def found(self) -> str:
        """What the page says of what it found; a list without a reload tells it once more, unseen."""
        told: str = self.page.locator("main [data-told], main [role=status]").first.inner_text()
        return told


def numbers(text: str) -> list[int]:
    """The whole numbers in words of the site: 1.234, 1 234 and 1,234 are the same."""
    return [int(re.sub(r"\D", "", found)) for found in re.findall(r"\d+(?:[.,\u00a0\u202f]\d{3})*", text)]


def number(text: str) -> int:
    """The first of them."""
    return numbers(text)[0]


def visible_part(page: Any, selector: str) -> float:
    """How much of an element the screen shows, from 0 to 1."""
    return float(
        page.evaluate(
            """selector => {
              const box = document.querySelector(selector).getBoundingClientRect();
              const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
              return Math.max(0, seen) / Math.min(box.height, innerHeight);
            }""",
            selector,
        )
    )
