"""The language of the reader: chosen by the address, else by what the browser prefers, else Spanish.

The language of a request is held in a context variable, so that whatever puts words on a page translates with
`gettext` and asks `language()`. Messages are written in Spanish in code and templates; `locale/` has a
catalogue of each other language, read as it is, so that nothing has to be compiled.
"""

import gettext as standard
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["es", "pt", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
NAMES: Final[dict[Language, str]] = {"es": "Español", "pt": "Português", "en": "English"}
LOCALE: Final = Path(__file__).parents[1] / "locale"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, the `prefix` of addresses that chose it ("" where the browser did), and the
    address without it; `root` is where the public reaches the site, without a slash at its end ("" where that
    is not known)."""

    language: Language = "es"
    prefix: str = ""
    path: str = "/"
    query: str = ""
    root: str = ""


_NOBODY: Final = Reader()
_reader: ContextVar[Reader] = ContextVar("reader", default=_NOBODY)


def reader() -> Reader:
    """The reader of the request at work."""
    return _reader.get()


def language() -> Language:
    """The language of the request at work; Spanish outside of one."""
    return _reader.get().language


@contextmanager
def reading(as_reader: Reader) -> Iterator[None]:
    """Work for a reader."""
    token = _reader.set(as_reader)
    try:
        yield
    finally:
        _reader.reset(token)


def message(text: str) -> str:
    """The text as it is, marked for the catalogues: tables are made at import, and translated when they are
    read."""
    return text


def gettext(message: str) -> str:
    """The message in the language of the reader; as it is where the catalogue lacks it."""
    return translations(language()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of the message for `count` in the language of the reader."""
    return translations(language()).ngettext(singular, plural, count)


@cache
def translations(into: Language) -> standard.NullTranslations:
    """The catalogue of a language. Spanish has none: messages are written in it."""
    if into == "es":
        return standard.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (LOCALE / f"{into}.po").open("rb") as file:
        catalogue = read_po(file, locale=into)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


def of_path(path: str) -> tuple[Language | None, str]:
    """The language that an address begins with, and the address without it: `/pt/actors` → pt, `/actors`."""
    first, _, rest = path.removeprefix("/").partition("/")
    for known in LANGUAGES:
        if first == known:
            return known, f"/{rest}"
    return None, path


def preferred(accept_language: str) -> Language:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) likes best of ours; else Spanish."""
    wishes: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, parameters = part.partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters.strip() else "1"
        for known in LANGUAGES:
            if tag.strip().casefold().partition("-")[0] == known:
                try:
                    wishes.append((-float(quality), place, known))
                except ValueError:
                    continue
    best = min(wishes, default=None)
    return best[2] if best and best[0] < 0 else "es"
