"""What templates call to make markup: links to resources, highlights, the attribute `lang`, scripts."""

import re
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup, escape

from ontology.namespaces import ID
from search_api.resources.base import Counted, Ref
from search_api.resources.peers import SoughtPassage
from search_api.resources.search import SearchHit
from search_api.resources.themes import ThemeSummary
from search_api.wording.languages import NAMES, gettext, reader
from search_api.wording.localised import language_name, number

#: Scripts made from `search_api/web` where Node was there to do it.
BUILT = Path(__file__).parents[1] / "static" / "built"
_BACKTICKS = re.compile(r"`([^`]+)`")


def language_links() -> tuple[tuple[str, str, str], ...]:
    """This page in each language: code, name and address."""
    here = any_language_link()
    return tuple((code, name, f"/{code}{here}") for code, name in NAMES.items())


def any_language_link() -> str:
    """This page in whichever language the browser prefers."""
    here = reader()
    kept = "&".join(part for part in here.query.split("&") if part and not part.startswith("lang="))
    return f"{here.path}?{kept}" if kept else here.path


def script(name: str) -> Markup:
    """The elements that load a style and a script by name; nothing where `make web` did not build them."""
    elements = {
        ".css": '<link rel="stylesheet" href="/static/built/{}.css">',
        ".js": '<script type="module" src="/static/built/{}.js"></script>',
    }
    built = (
        Markup(element).format(name) for end, element in elements.items() if (BUILT / (name + end)).exists()
    )
    return Markup("").join(built)


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def code_words(text: str) -> Markup:
    """A text with what stands between backticks as code; a backtick without another stays."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if n % 2 else part
        for n, part in enumerate(_BACKTICKS.split(text))
    )


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of a text, cut at a word."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def refs(links: Sequence[Ref | Counted]) -> Markup:
    """Links to resources, one after the other, with their counts where they have one."""
    parts = []
    for link in links:
        ref, count = (link.resource, link.count) if isinstance(link, Counted) else (link, None)
        tail = (
            Markup(' <span class="count">{}</span>').format(number(count))
            if count is not None
            else Markup("")
        )
        link_itself = Markup('<a href="{}"{}>{}</a>').format(ref.url, lang(ref.label_language), ref.label)
        parts.append(link_itself + fallback(ref) + tail)
    return Markup(", ").join(parts) if parts else escape("")


def lang(code: str | None) -> Markup:
    """The attribute `lang` of a text that is in another language than the page: screen readers need it."""
    return Markup(' lang="{}"').format(code) if code and code != reader().language else Markup("")


def fallback(of: Ref | ThemeSummary) -> Markup:
    """A small mark beside the label of a concept that has none in the language of the reader. Names of
    institutions and titles have one language, and need no mark."""
    if not of.label_language or not of.id.startswith(f"{ID}theme/"):
        return Markup("")
    said = gettext("solo en %(language)s") % {"language": language_name(of.label_language)}
    return Markup(' <abbr class="fallback" title="{}">{}</abbr>').format(said, of.label_language)


def marked(hit: SearchHit | SoughtPassage) -> Markup:
    """The text of a hit with its highlights marked."""
    parts, at = [], 0
    for start, end in sorted(hit.highlights):
        if at <= start < end <= len(hit.text):
            parts += [escape(hit.text[at:start]), Markup("<mark>{}</mark>").format(hit.text[start:end])]
            at = end
    return Markup("").join([*parts, escape(hit.text[at:])])
