"""Visits to a site with Debian's Chromium: who looks, on what, and all that the browser complains of."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from search_api.pages.markup import BUILT

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: What a browser says that it prefers, by the language of the pages that it then gets.
LOCALES = {"es": "es-ES", "pt": "pt-BR", "en": "en-GB"}
LANGUAGES = tuple(LOCALES)
#: A phone and a desk, in CSS pixels.
PHONE, DESK = 360, 1280
HEIGHTS = {PHONE: 780, DESK: 900}
#: Nothing here takes longer, in ms, but on a machine that does much else.
PATIENCE = 15_000


@dataclass
class Complaints:
    """What a browser found wrong on the pages of `site`; answers of a status in `expected` are none."""

    site: str
    expected: frozenset[int] = frozenset()
    found: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"error in a script: {error}"))
        page.on("dialog", self._asked)
        page.on("request", self._asks)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        # What the server answered is judged by `_answered`, where the status is known.
        if message.type in ("error", "warning") and "the server responded with" not in message.text:
            self.found.append(f"console: {message.text}")

    def _asked(self, dialog: Any) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asks(self, request: Any) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
            self.found.append(f"request to another host: {request.url}")

    def _failed(self, request: Any) -> None:
        # A script that has a newer question takes the older back, and a download ends its navigation.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.found.append(f"status {response.status}: {response.url}")


class Visitor:
    """Opens pages of a site in one browser; whoever it came as, no complaint may be left at the end."""

    def __init__(self, browser: Any, stack: ExitStack) -> None:
        self.browser = browser
        self.stack = stack
        self.complaints: list[Complaints] = []

    def __call__(
        self,
        site: str,
        *,
        language: str = "es",
        width: int = DESK,
        scripts: bool = True,
        dark: bool = False,
        expected: tuple[int, ...] = (),
        **more: Any,
    ) -> Any:
        """A page of a new context, on no address yet: the browser prefers `language`, is `width` CSS pixels
        wide, runs scripts or not, and is light or dark. `expected` are the statuses of answers that are no
        complaint, `more` goes to Playwright's `new_context`. Skips the test where scripts are to run and
        were not built."""
        if scripts and not (BUILT / ".built").exists():
            pytest.skip("the scripts are not built: make web")
        context = self.browser.new_context(
            base_url=site,
            locale=LOCALES[language],
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            **more,
        )
        self.stack.callback(context.close)
        context.set_default_timeout(PATIENCE)
        complaints = Complaints(site, frozenset(expected))
        context.on("page", complaints.watch)
        self.complaints.append(complaints)
        return context.new_page()

    def check(self) -> None:
        """Raise AssertionError with all complaints, and forget them."""
        found = [text for complaints in self.complaints for text in complaints.found]
        for complaints in self.complaints:
            complaints.found.clear()
        assert not found, "the browser complains:\n" + "\n".join(found)


@contextmanager
def chromium_running() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skips the tests where either is missing."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium (Debian: apt install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def path_of(page: Any) -> str:
    """The path of the address that a page is on, without a language that it begins with."""
    path = urlsplit(page.url).path
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if first in LANGUAGES else path


def keep_screenshot(page: Any, name: str) -> None:
    """Keep what is seen of a page as `build/screenshots/NAME.png`."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


Visit = Callable[..., Any]
