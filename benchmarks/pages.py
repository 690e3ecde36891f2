"""Every page of the site over a large collection: how soon the server answers it, and how heavy it is.

    python -m benchmarks.pages [--workspace FOLDER] [--passages N] [--seconds S] [--only WORDS]

The pages are those of the routes of the application. Where a route names a resource, it is asked for one
that little is told of and for the one that most is told of; a route that this does not know how to ask for
ends the run, so that no page is left out. `redpyme serve` runs as a process of its own over the workspace,
which is that of `benchmarks.search_load` where it is made here; one client asks, over a connection that stays
open, and its share is in the times. Questions of search are each asked once.

Printed for each page: milliseconds of the first answer, median and 99th percentile of the next ones, and
processor time of the server for one, which other work on the machine does not touch (from the clock's ticks:
coarse for pages that take little); KiB of HTML, and of its scripts with all modules they import, compressed
with gzip. Behind it, which pages miss what is asked of them.
"""

import argparse
import gzip
import http.client
import itertools
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin

import numpy as np

from benchmarks.search_load import Server, publish, serving
from benchmarks.synthetic_reports import Collection
from graph.settings import load_settings
from graph.snapshots import Snapshot
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from search_api.app import create_app
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import Triples, integer, text_of
from search_api.pages.api import GROUPS

#: What a page may take: milliseconds at the median, KiB of HTML, KiB of compressed script.
TIME, HTML, SCRIPT = 50.0, 60.0, 30.0
#: Pages that may have more script.
WITH_MUCH_SCRIPT, MUCH_SCRIPT = ("/network", "/sparql"), 250.0
#: Fewest and most answers of a page that are timed.
FEWEST, MOST = 3, 100
#: Routes that programs ask and that have no page; what others begin with that have parameters in their path.
WITHOUT_PAGE = ("/suggest", "/sparql/resources", "/graphs")
OTHERS = ("ns", "graph", "ontology", "queries", "sitemap-{number}.xml")
_SCRIPT = re.compile(r'<(?:script|link)[^>]*?(?:src|href)="([^"]+\.js)"')
_IMPORT = re.compile(r'(?:\bfrom|\bimport)\s*\(?\s*["\'](\.{0,2}/[^"\']+\.js)["\']')


class Address(NamedTuple):
    """A page to ask for: what it is called, and its path, which may be another each time."""

    name: str
    path: Callable[[], str]


class Seen(NamedTuple):
    """What a client saw: seconds of the first answer and of the next ones, those of the server's processors
    for one, the longest page in bytes, and its scripts."""

    first: float
    seconds: np.ndarray
    processor: float
    size: int
    script: int


def extremes(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Of each kind the slug of a resource that little is told of, and of that which most is told of."""
    triples = Triples(GraphView(open_store(snapshot)).store)
    lists = Catalogue(triples)
    parts = Counter(taking.event for taking in lists.takings)
    query = "SELECT ?e (COUNT(?p) AS ?n) WHERE { ?p rp:event ?e } GROUP BY ?e"
    told = {text_of(event): integer(count) or 0 for event, count in triples.rows(query)}
    sizes: dict[str, dict[str, int]] = {
        "actors": {a.slug: a.events + a.passages for a in lists.told_actors},
        "events": {e.slug: parts[e.id] + told.get(e.id, 0) for e in lists.events.values()},
        "practices": {p.slug: len(p.text) for p in lists.practices.values()},
        "themes": {t.slug: t.events + t.practices for t in lists.themes.values()},
        "documents": {d.slug: d.events + d.passages for d in lists.documents.values()},
        "countries": {slug: sum(counts) for slug, counts in lists.told_countries.items()},
    }
    return {
        kind: (min(found, key=lambda s: (found[s], s)), max(found, key=lambda s: (found[s], s)))
        for kind, found in sizes.items()
        if found
    }


def addresses(
    paths: Iterable[str], known: Mapping[str, tuple[str, str]], ask: Callable[[], str]
) -> Iterator[Address]:
    """The pages of some routes. Raises SystemExit for a route that it does not know how to ask for."""
    few, most = known["actors"]
    theme, country = known["themes"][1], known["countries"][1]
    more: dict[str, list[Mapping[str, object]]] = {
        "/actors": [{"q": "instituto"}, {"theme": theme, "role": "sponsor"}, {"offset": 1000}],
        "/events": [{"theme": theme}, {"actor": most}, {"q": "taller", "year_from": 2005}],
        "/practices": [{"country": country}, {"theme": theme}, {"actor": most}, {"q": "empresa"}],
        "/themes": [{"q": "empresa"}],
        "/documents": [{"q": "informe"}],
        "/network": [{"theme": theme}, {"actor": most}, {"country": country, "year_from": 2005}],
        "/timeline": [{"theme": theme, "country": country}],
        "/map": [{"by": "city"}, {"theme": theme}],
        "/search": [{"like": known["events"][1]}],
        "/sparql": [{"query": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000"}],
    }
    for path in dict.fromkeys(paths):
        for filled in _filled(path, known):
            yield Address(filled, lambda filled=filled: filled)
        for given in more.get(path, []):
            asked = f"{path}?{urlencode(given)}"
            yield Address(asked, lambda asked=asked: asked)
        if path in ("/search", "/peers"):
            yield Address(f"{path}?q=…", lambda path=path: f"{path}?{urlencode({'q': ask()})}")
    yield Address("/path", lambda: f"/actors/{most}/path/{few}")


def _filled(path: str, known: Mapping[str, tuple[str, str]]) -> list[str]:
    """A path with its parameters: for a resource that little is told of, and for that most is told of."""
    section = path.split("/")[1]
    if "{" not in path:
        return [] if path in WITHOUT_PAGE else [path]
    if path == "/id/{kind}/{slug:path}":
        return ["/id/role/sponsor"]
    if path == "/ontology/terms/{slug}":
        return ["/ontology/terms/Actor"]
    if path == "/api/{tag}":
        return [f"/api/{tag}" for tag in GROUPS]
    if section in known:
        few, most = known[section]
        return [
            path.replace("{slug}", quote(slug)).replace("{other}", quote(few if slug == most else most))
            for slug in dict.fromkeys((few, most))
        ]
    if section in OTHERS:
        return []
    raise SystemExit(f"no values are known for {path}")


def page_routes() -> list[str]:
    """The paths of the routes that answer GET, in their order."""
    found = []

    def walk(routes: Iterable[Any]) -> None:
        for route in routes:
            if hasattr(route, "original_router"):
                walk(route.original_router.routes)
            elif "GET" in (getattr(route, "methods", None) or ()):
                found.append(route.path)

    walk(create_app(load_settings()).routes)
    return found


class Client:
    """A browser that keeps its connection open and wants pages."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self._scripts: dict[str, int] = {}

    def get(self, path: str) -> tuple[float, bytes, str]:
        """Seconds of an answer, its content, and its media type. Raises SystemExit for an error."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"accept": "text/html", "accept-language": "es"})
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        if response.status == HTTPStatus.GATEWAY_TIMEOUT:  # a stored query that took longer than queries may
            print(f"stopped: {path}", flush=True)
        elif response.status >= 400:
            raise SystemExit(f"{path}: {response.status} {content[-300:]!r}")
        return seconds, content, response.headers.get_content_type() if response.status == 200 else ""

    def see(self, address: Address, *, seconds: float) -> Seen | None:
        """Ask for a page over and over for so long; None where it has no page."""
        first, content, media_type = self.get(address.path())
        if media_type != "text/html":
            return None
        found, size = [], len(content)
        spent = self._server.processor()
        over = time.perf_counter() + seconds
        while len(found) < FEWEST or (time.perf_counter() < over and len(found) < MOST):
            took, content, _ = self.get(address.path())
            found.append(took)
            size = max(size, len(content))
        spent = (self._server.processor() - spent) / len(found)
        sources = _SCRIPT.findall(content.decode())
        modules = self._modules(sources)
        return Seen(first, np.array(found), spent, size, sum(self._scripts[module] for module in modules))

    def _modules(self, sources: Iterable[str]) -> set[str]:
        """Scripts, and all that they import."""
        found: set[str] = set()
        waiting = list(sources)
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            _, content, _ = self.get(path)
            self._scripts[path] = len(gzip.compress(content, 6))
            waiting += [urljoin(path, name) for name in _IMPORT.findall(content.decode())]
        return found


def measure(
    snapshot: Snapshot, workspace: Path, questions: Iterator[str], *, seconds: float, only: str
) -> None:
    """Print the figures."""
    missed: dict[str, list[str]] = {"time": [], "HTML": [], "script": []}
    with serving(workspace, "/search?q=empresa") as server:
        server.settle()
        client = Client(server)
        print(
            f"{'first ms':>9}{'p50 ms':>8}{'p99 ms':>8}{'processor':>11}{'KiB':>7}{'script':>8}  page",
            flush=True,
        )
        for address in addresses(page_routes(), extremes(snapshot), lambda: next(questions)):
            if only not in address.name:
                continue
            seen = client.see(address, seconds=seconds)
            if seen is None:
                continue
            p50, p99 = 1000 * np.quantile(seen.seconds, (0.5, 0.99))
            html, script = seen.size / 1024, seen.script / 1024
            print(
                f"{1000 * seen.first:9.1f}{p50:8.1f}{p99:8.1f}{1000 * seen.processor:11.1f}{html:7.1f}"
                f"{script:8.1f}  {address.name}",
                flush=True,
            )
            most = MUCH_SCRIPT if address.name.startswith(WITH_MUCH_SCRIPT) else SCRIPT
            for what, value, limit in (("time", p50, TIME), ("HTML", html, HTML), ("script", script, most)):
                if value > limit:
                    missed[what].append(address.name)
    for what, names in missed.items():
        print(f"too much {what}: {', '.join(names) or 'no page'}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, help="where the collection is made, or was")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each page")
    parser.add_argument("--only", default="", help="only pages with these letters in their address")
    options = parser.parse_args()
    collection = Collection(options.passages)
    with tempfile.TemporaryDirectory() as scratch:
        workspace = options.workspace or Path(scratch)
        if Workspace(workspace).current() is None:
            publish(workspace, collection)
        snapshot = Workspace(workspace).current()
        assert snapshot is not None
        questions = (collection.query(number) for number in itertools.count())
        measure(snapshot, workspace, questions, seconds=options.seconds, only=options.only)


if __name__ == "__main__":
    main()
