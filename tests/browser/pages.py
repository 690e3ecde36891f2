"""Every page of a site, from the routes of the application, and every state that a page may be in."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx

from graph.settings import Settings
from search_api.app import create_app

BROWSER = {"accept": "text/html"}
#: Routes with parameters that no browser gets a page from.
FILES = frozenset(
    {
        "/sitemap-{number}.xml",
        "/graph/{name:path}",
        "/ontology/shapes/{slug}.ttl",
        "/ns/{version}",
        "/queries/{name}",  # a name that is none; those that are one have a route each
    }
)
#: What stands for other parameters of routes: what is named so is in every site.
NAMED = {"slug": "Actor", "tag": "search"}
#: Pages in another state than that which the route alone gives, by name.
STATES = {
    "results": "/search?q=avales+para+conseguir+pr%C3%A9stamos",
    "results by year and country": "/search?q=talleres+de+innovaci%C3%B3n&country=ve&year_from=2007",
    "no results": "/search?q=zzzz+qwerty&country=cu",
    "results past the last": "/search?q=avales&offset=5000",
    "a filter that is none": "/search?q=avales&actor=nobody",
    "institutions for a need": "/peers?q=experiencia+en+garant%C3%ADas",
    "nobody for a need": "/peers?q=zzzz&country=br",
    "list without anything": "/actors?q=zzzz",
    "list with filters": "/events?country=ve&q=taller",
    "themes without anything": "/themes?q=zzzz",
    "mention in a document": "/documents/memoria-talleres?mention=actor/sela-iberpyme",
    "network of a theme": "/network?theme=internacionalizacion",
    "network of nobody": "/network?theme=no-such",
    "network with a mistake": "/network?year_from=soon",
    "timeline of a role": "/timeline?role=sponsor&country=ve",
    "timeline of nothing": "/timeline?theme=no-such",
    "map by city": "/map?by=city",
    "map of nothing": "/map?country=no",
    "table of SPARQL": "/sparql?query=SELECT+%3Fa+%3Fb+%7B%3Fa+rp%3Asponsors+%3Fb%7D",
    "nothing in SPARQL": "/sparql?query=SELECT+%3Fa+%7B%3Fa+rp%3Asponsors+rp%3Asponsors%7D",
    "verdict of SPARQL": "/sparql?query=ASK+%7B%3Fa+rp%3Asponsors+%3Fb%7D",
    "graph of SPARQL": "/sparql?query=CONSTRUCT+WHERE+%7B%3Fa+rp%3Asponsors+%3Fb%7D",
    "mistake in SPARQL": "/sparql?query=SELEKT&format=html",
    "question that lacks an answer": "/queries/peers-by-theme?theme=no-such-theme",
    "nothing there": "/actors/nothing-here",
    "no such page": "/no-such-page",
    "value that cannot be": "/actors?k=0",
    "request that cannot be": "/graphs",
}


def get_routes(routes: Any = None) -> Iterator[str]:
    """The paths of the application that answer GET, as they are declared."""
    for route in create_app(Settings()).routes if routes is None else routes:
        if hasattr(route, "original_router"):
            yield from get_routes(route.original_router.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


class Site:
    """What a site has, asked by its interface for programs: real ids for the parameters of routes."""

    def __init__(self, address: str) -> None:
        self.address = address
        # A connection is given up before the server does so: uvicorn keeps one for 5 seconds.
        kept = httpx.Limits(keepalive_expiry=2)
        self.client = httpx.Client(base_url=address, headers=BROWSER, timeout=30, limits=kept)

    def json(self, path: str, **parameters: str | int) -> Any:
        return self.client.get(path, params=parameters or None, headers={"accept": "application/json"}).json()

    def first(self, collection: str, number: int = 0) -> str:
        """The slug of a resource; that of the theme with most events, or of the nth in any other list."""
        found = self.json(f"/{collection}", k=100)["results"]
        if collection == "themes":
            found = sorted(found, key=lambda theme: -theme["events"])
        return str(found[number]["slug"])

    def filled(self, route: str) -> str:
        """An address of a route: its parameters with ids of this site. Raises KeyError for a route that
        nobody said how to fill."""
        collection = route.split("/")[1]
        if route == "/id/{kind}/{slug:path}":
            kind, _, slug = self.claim().partition("/")
            values = {"kind": kind, "slug:path": slug}
        elif collection in ("actors", "countries", "events", "practices", "themes", "documents"):
            values = {"slug": self.first(collection)}
            if "{other}" in route:
                values["other"] = self.first(collection, 1)
        else:
            values = NAMED
        return re.sub(r"\{([^}]+)\}", lambda found: values[found[1]], route)

    def claim(self) -> str:
        """What is below `/id/` in the name of a claim."""
        rows = self.json("/sparql", query="SELECT ?c { ?c a rp:Claim ; rdf:predicate rp:sponsors } LIMIT 1")
        return str(rows["results"]["bindings"][0]["c"]["value"]).partition("/id/")[2]

    @cached_property
    def pages(self) -> dict[str, str]:
        """The address of a page of each route that has one, by that route. Stored queries share one template:
        one of each kind of form stands for all."""
        found: dict[str, str] = {}
        forms: set[frozenset[str]] = set()
        for route in get_routes():
            if route in FILES:
                continue
            path = self.filled(route)
            answer = self.client.get(path)
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
                if route.startswith("/queries/"):
                    form = frozenset(re.findall(r"<(?:select|input|table|meter)", answer.text))
                    if form in forms:
                        continue
                    forms.add(form)
                found[route] = path
        return found

    @cached_property
    def states(self) -> dict[str, str]:
        """The address of each state of a page that is to be looked at beside those of `pages`, by name."""
        document = self.json(f"/practices/{self.first('practices')}")["source"]["url"]
        actor, event = self.first("actors"), self.first("events")
        return {
            **STATES,
            "passage in its document": document.partition("#")[0],
            "peers by a lens": f"/actors/{actor}/peers?lens=complementary",
            "path to itself": f"/actors/{actor}/path/{actor}",
            "more like it": "/search?like=" + quote(f"event/{event}"),
            "answered question": "/queries/peers-by-theme?theme=internacionalizacion",
        }
