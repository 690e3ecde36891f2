"""What the graph of a snapshot tells that entries are made of: names, places, documents, events, evidence."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graph.model import Span
from graph.store import GraphView
from ontology.namespaces import PREFIXES, ROLE_PROPERTIES
from search_api.resources.links import slug_of
from search_api.search.entries import ActorRef, Ref, ThemeRef

_ROLES = {iri: role for role, iri in ROLE_PROPERTIES.items()}
_PREFIXES = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())
_CHARS = re.compile(r"#char=(\d+),(\d+)$")


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event with what its entries take from it. Dates are ISO 8601, "" where none is told."""

    ref: Ref
    type: str | None
    city: Ref | None
    country: tuple[str, str] | None  # ISO code, label
    start: str
    end: str
    themes: tuple[ThemeRef, ...]
    actors: tuple[ActorRef, ...]

    @property
    def years(self) -> tuple[int | None, int | None]:
        first = _year(self.start)
        return first, _year(self.end) or first

    @property
    def context(self) -> str:
        """Title, place and year; who organised or sponsored it; its themes."""
        city, country = self.city.label if self.city else "", self.country[1] if self.country else ""
        place = ", ".join(part for part in (city, country, self.start[:4]) if part)
        hosts = ", ".join(a.name for a in self.actors if a.role in ("sponsor", "organiser", "host"))
        themes = "; ".join(theme.label for theme in self.themes)
        return " ".join(f"{part}." for part in (self.ref.label.rstrip("."), place, hosts, themes) if part)


class GraphFacts:
    """Reads what the entries have in common, once."""

    def __init__(self, view: GraphView) -> None:
        self._view = view
        self.names = self.labels("rp:Actor")
        self.themes = self._read_themes()
        self.countries = {
            str(row["place"]): (str(row["code"]), view.label(str(row["place"])))
            for row in self.rows("SELECT ?place ?code { ?place rp:isoCode ?code }")
        }
        self.cities = {
            iri: Ref(iri, slug_of(iri), view.label(iri))
            for iri in self.pairs('SELECT ?s ?o { ?s rp:placeKind ?o FILTER (?o = "city") }')
        }
        self.documents = self._read_documents()
        self.events = self._read_events()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a SELECT with our prefixes."""
        return self._view.select(_PREFIXES + query)

    def pairs(self, query: str) -> dict[str, list[str]]:
        """Rows of ?s ?o as subject → objects, sorted and distinct."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows(query):
            found[str(row["s"])].add(str(row["o"]))
        return {subject: sorted(objects) for subject, objects in found.items()}

    def labels(self, kind: str) -> dict[str, str]:
        """The label of each resource of a class, by its IRI."""
        rows = self.rows(f"SELECT DISTINCT ?s {{ ?s a {kind} }}")
        return {str(row["s"]): self._view.label(str(row["s"])) for row in rows}

    def _read_themes(self) -> dict[str, ThemeRef]:
        notations = self.pairs("SELECT ?s ?o { ?s a rp:Theme ; skos:notation ?o }")
        return {
            iri: ThemeRef(notations.get(iri, [slug_of(iri)])[0], slug_of(iri), label)
            for iri, label in self.labels("rp:Theme").items()
        }

    def _read_documents(self) -> dict[str, tuple[Ref, int | None, str]]:
        query = """SELECT ?s (SAMPLE(?t) AS ?title) (SAMPLE(?y) AS ?year) (SAMPLE(?l) AS ?language) {
            ?s a rp:Document OPTIONAL { ?s dcterms:title ?t } OPTIONAL { ?s rp:reportYear ?y }
            OPTIONAL { ?s dcterms:language ?l } } GROUP BY ?s"""
        found = {}
        for row in self.rows(query):
            iri = str(row["s"])
            title = str(row.get("title") or self._view.label(iri))
            found[iri] = (
                Ref(iri, slug_of(iri), title),
                _year(row.get("year")),
                str(row.get("language", "es")),
            )
        return found

    def _read_events(self) -> dict[str, EventFacts]:
        query = """SELECT ?s (SAMPLE(?t) AS ?type) (SAMPLE(?c) AS ?city) (SAMPLE(?k) AS ?country)
            (MIN(STR(?b)) AS ?start) (MAX(STR(?e)) AS ?end) {
            ?s a rp:Event OPTIONAL { ?s rp:eventType ?t } OPTIONAL { ?s rp:city ?c }
            OPTIONAL { ?s rp:country ?k } OPTIONAL { ?s schema:startDate ?b }
            OPTIONAL { ?s schema:endDate ?e }
            } GROUP BY ?s"""
        themes = self.pairs("SELECT ?s ?o { ?s a rp:Event ; rp:theme ?o }")
        roles = " ".join(f"<{iri}>" for iri in _ROLES)
        actors: dict[str, set[ActorRef]] = defaultdict(set)
        for row in self.rows(
            f"SELECT ?actor ?role ?event {{ VALUES ?role {{ {roles} }} ?actor ?role ?event }}"
        ):
            role = _ROLES[str(row["role"])]
            actors[str(row["event"])].add(self.actor(str(row["actor"]), role))
        found = {}
        for row in self.rows(query):
            iri = str(row["s"])
            found[iri] = EventFacts(
                ref=Ref(iri, slug_of(iri), self._view.label(iri)),
                type=slug_of(str(row["type"])) if "type" in row else None,
                city=self.city(str(row["city"])) if "city" in row else None,
                country=self.countries.get(str(row.get("country"))),
                start=str(row.get("start", "")),
                end=str(row.get("end", "")),
                themes=self.theme_refs(themes.get(iri, ())),
                actors=tuple(sorted(actors[iri])),
            )
        return found

    def evidence(self, kind: str) -> dict[str, list[Span]]:
        """Spans of the claims about each resource of a class."""
        query = f"""SELECT DISTINCT ?s ?selector {{
            ?claim a rp:Claim ; rdf:subject ?s ; oa:hasSelector ?selector . ?s a {kind} }}"""
        found: dict[str, list[Span]] = defaultdict(list)
        for row in self.rows(query):
            if chars := _CHARS.search(str(row["selector"])):
                found[str(row["s"])].append(Span(int(chars[1]), int(chars[2])))
        return found

    def city(self, iri: str) -> Ref:
        """The city, or whatever else stands for it, as a link."""
        return self.cities.get(iri) or Ref(iri, slug_of(iri), self._view.label(iri))

    def actor(self, iri: str, role: str) -> ActorRef:
        """An institution in a role, by the name it has."""
        return ActorRef(iri, slug_of(iri), self.names.get(iri) or self._view.label(iri), role)

    def theme_refs(self, iris: Iterable[str]) -> tuple[ThemeRef, ...]:
        """Those that are themes, as links."""
        return tuple(self.themes[iri] for iri in iris if iri in self.themes)


def _year(value: object) -> int | None:
    digits = str(value or "")[:4]
    return int(digits) if digits.isdigit() and len(digits) == 4 else None
