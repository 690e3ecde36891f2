"""The pages of the site for crawlers: <https://www.sitemaps.org/protocol.html>, each page in every language.

Each version of a page is an address of its own and names all of them, as search engines ask it:
<https://developers.google.com/search/docs/specialty/international/localized-versions>.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.countries import countries
from search_api.wording.languages import LANGUAGES

#: Most addresses in one file, by the protocol.
MOST = 50_000
#: Pages that are in one file.
PAGES = MOST // len(LANGUAGES)
#: Pages written at once.
BATCH = 500
SECTIONS = (
    *("/", "/search", "/actors", "/events", "/practices", "/themes", "/documents"),
    *("/countries", "/network", "/map", "/timeline", "/dataset", "/about"),
    *("/sparql", "/queries", "/ontology", "/api"),
)
#: The versions of each page and how their addresses begin; the last leaves the language to the browser.
_VERSIONS: dict[str, str] = {code: f"/{code}" for code in LANGUAGES} | {"x-default": ""}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def paths(catalogue: Catalogue) -> tuple[str, ...]:
    """The page of every section and of every resource that a document tells of."""
    lists = (
        catalogue.events.values(),
        catalogue.practices.values(),
        catalogue.told_actors,
        catalogue.themes.values(),
        catalogue.documents.values(),
    )
    places = (country.url for country in countries(catalogue))
    return (*SECTIONS, *places, *(item.url for items in lists for item in items))


def files(pages: Sequence[str]) -> int:
    """How many files the map takes."""
    return max(1, -(-len(pages) // PAGES))


def site_map(pages: Sequence[str], *, root: str) -> Iterator[str]:
    """One file of the map, in pieces: `PAGES` pages at most, each in every language; `root` ends in "/"."""
    yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    base = root.rstrip("/")
    for start in range(0, len(pages), BATCH):
        yield "".join(_page(path, base) for path in pages[start : start + BATCH])
    yield "</urlset>\n"


def _page(path: str, base: str) -> str:
    """A page in each language, with its versions."""
    named = [(code, escape(f"{base}{prefix}{path}", {'"': "&quot;"})) for code, prefix in _VERSIONS.items()]
    versions = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>' for code, address in named
    )
    return "".join(f"<url><loc>{address}</loc>{versions}</url>\n" for _, address in named[:-1])


def site_map_index(count: int, *, root: str) -> str:
    """The list of `count` files of the map."""
    names = (f"{escape(root)}sitemap-{number}.xml" for number in range(1, count + 1))
    files = "".join(f"<sitemap><loc>{name}</loc></sitemap>\n" for name in names)
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{files}</sitemapindex>\n'


def robots(*, root: str) -> str:
    """What crawlers may do: read every page, but neither search nor query, which cost without end."""
    closed = ("/search?", "/sparql?", "/graphs", "/queries/", "/peers?")
    rules = [f"Disallow: {prefix}{path}" for path in closed for prefix in ("", *(f"/{c}" for c in LANGUAGES))]
    return "\n".join(["User-agent: *", *rules, "", f"Sitemap: {root}sitemap.xml", ""])
