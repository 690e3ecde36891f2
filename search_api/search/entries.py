"""What can be found: passages, events, practices and actors, read from the graph with identity resolved.

Everything an entry shows or is filtered by comes from SPARQL over the union of the named graphs, so a merge
decided by a curator or an inferred theme reaches the search by building the index again, and in no other way.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from graph.model import Span
from graph.store import GraphView
from ontology.namespaces import PREFIXES, ROLE_PROPERTIES
from search_api.resources.links import slug_of
from search_api.search.copies import first_told

Kind = Literal["passage", "event", "actor", "practice"]
_ROLES = {iri: role for role, iri in ROLE_PROPERTIES.items()}
MENTIONED = "mentioned"
"""The role of an actor that a passage names and whose part in the event, if there is one, is not known."""

_PREFIXES = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())
_CHARS = re.compile(r"#char=(\d+),(\d+)$")


class Ref(NamedTuple):
    """A resource that an entry points to: IRI, slug and the label shown."""

    iri: str
    slug: str
    label: str


class ActorRef(NamedTuple):
    """An actor of an entry with its role there (a slug of the role list, or "mentioned")."""

    iri: str
    slug: str
    name: str
    role: str


class ThemeRef(NamedTuple):
    """A theme of an entry; `id` is its notation (`th-…`), `slug` the end of its IRI."""

    id: str
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One thing that search can find, with all that a hit shows and filters ask.

    `text` is what is shown and embedded; `context` (title, place, year, institutions and themes of the event,
    heading) is searched with less weight. `span` counts code points of the document. `countries` are ISO
    3166-1 alpha-2, `places` cities. `unit` is the IRI of the entry that stands for this region of the
    document: practices and events share it with the passage that tells of them, whose own IRI is `passage`.
    """

    iri: str
    kind: Kind
    slug: str
    title: str
    text: str
    context: str = ""
    document: Ref | None = None
    span: Span | None = None
    page: int | None = None
    event: Ref | None = None
    themes: tuple[ThemeRef, ...] = ()
    actors: tuple[ActorRef, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[Ref, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    language: str = "es"
    practice_kind: str | None = None
    event_type: str | None = None
    unit: str = ""
    passage: str | None = None
    names: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """As JSON writes it; empty fields are left out."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "IndexEntry":
        """Read `to_dict` back from JSON."""
        values = dict(data)
        for name, kind in (("document", Ref), ("event", Ref), ("span", Span)):
            if values.get(name) is not None:
                values[name] = kind(*values[name])
        values["themes"] = tuple(ThemeRef(*theme) for theme in values.get("themes", ()))
        values["actors"] = tuple(ActorRef(*actor) for actor in values.get("actors", ()))
        values["places"] = tuple(Ref(*place) for place in values.get("places", ()))
        for name in ("countries", "names"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)


def read_entries(view: GraphView) -> list[IndexEntry]:
    """Every entry of a snapshot's graph, in the order of documents and spans; events and actors come last."""
    return _Reader(view).entries()


@dataclass(frozen=True, slots=True)
class _Event:
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


class _Reader:
    """Reads the parts once and puts the entries together from them."""

    def __init__(self, view: GraphView) -> None:
        self._view = view
        self._names = self._labels("rp:Actor")
        self._themes = self._read_themes()
        self._countries = {
            str(row["place"]): (str(row["code"]), view.label(str(row["place"])))
            for row in self._rows("SELECT ?place ?code { ?place rp:isoCode ?code }")
        }
        self._cities = {
            iri: Ref(iri, slug_of(iri), view.label(iri))
            for iri in self._pairs('SELECT ?s ?o { ?s rp:placeKind ?o FILTER (?o = "city") }')
        }
        self._documents = self._read_documents()
        self._events = self._read_events()
        self._passages = self._read_passages()

    def entries(self) -> list[IndexEntry]:
        passages = list(self._passages.values())
        return _fold_copies(
            [*passages, *self._practice_entries(), *self._event_entries(), *self._actor_entries()]
        )

    def _rows(self, query: str) -> list[dict[str, Any]]:
        return self._view.select(_PREFIXES + query)

    def _pairs(self, query: str) -> dict[str, list[str]]:
        """Rows of ?s ?o as subject → objects, sorted and distinct."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._rows(query):
            found[str(row["s"])].add(str(row["o"]))
        return {subject: sorted(objects) for subject, objects in found.items()}

    def _labels(self, kind: str) -> dict[str, str]:
        rows = self._rows(f"SELECT DISTINCT ?s {{ ?s a {kind} }}")
        return {str(row["s"]): self._view.label(str(row["s"])) for row in rows}

    def _read_themes(self) -> dict[str, ThemeRef]:
        notations = self._pairs("SELECT ?s ?o { ?s a rp:Theme ; skos:notation ?o }")
        return {
            iri: ThemeRef(notations.get(iri, [slug_of(iri)])[0], slug_of(iri), label)
            for iri, label in self._labels("rp:Theme").items()
        }

    def _read_documents(self) -> dict[str, tuple[Ref, int | None, str]]:
        query = """SELECT ?s (SAMPLE(?t) AS ?title) (SAMPLE(?y) AS ?year) (SAMPLE(?l) AS ?language) {
            ?s a rp:Document OPTIONAL { ?s dcterms:title ?t } OPTIONAL { ?s rp:reportYear ?y }
            OPTIONAL { ?s dcterms:language ?l } } GROUP BY ?s"""
        found = {}
        for row in self._rows(query):
            iri = str(row["s"])
            title = str(row.get("title") or self._view.label(iri))
            found[iri] = (
                Ref(iri, slug_of(iri), title),
                _year(row.get("year")),
                str(row.get("language", "es")),
            )
        return found

    def _read_events(self) -> dict[str, _Event]:
        query = """SELECT ?s (SAMPLE(?t) AS ?type) (SAMPLE(?c) AS ?city) (SAMPLE(?k) AS ?country)
            (MIN(STR(?b)) AS ?start) (MAX(STR(?e)) AS ?end) {
            ?s a rp:Event OPTIONAL { ?s rp:eventType ?t } OPTIONAL { ?s rp:city ?c }
            OPTIONAL { ?s rp:country ?k } OPTIONAL { ?s schema:startDate ?b }
            OPTIONAL { ?s schema:endDate ?e }
            } GROUP BY ?s"""
        themes = self._pairs("SELECT ?s ?o { ?s a rp:Event ; rp:theme ?o }")
        roles = " ".join(f"<{iri}>" for iri in _ROLES)
        actors: dict[str, set[ActorRef]] = defaultdict(set)
        for row in self._rows(
            f"SELECT ?actor ?role ?event {{ VALUES ?role {{ {roles} }} ?actor ?role ?event }}"
        ):
            role = _ROLES[str(row["role"])]
            actors[str(row["event"])].add(self._actor(str(row["actor"]), role))
        found = {}
        for row in self._rows(query):
            iri = str(row["s"])
            found[iri] = _Event(
                ref=Ref(iri, slug_of(iri), self._view.label(iri)),
                type=slug_of(str(row["type"])) if "type" in row else None,
                city=self._city(str(row["city"])) if "city" in row else None,
                country=self._countries.get(str(row.get("country"))),
                start=str(row.get("start", "")),
                end=str(row.get("end", "")),
                themes=self._theme_refs(themes.get(iri, ())),
                actors=tuple(sorted(actors[iri])),
            )
        return found

    def _read_passages(self) -> dict[str, IndexEntry]:
        query = """SELECT ?s ?text ?start ?end ?document ?page ?heading ?event ?language {
            ?s a rp:Passage ; rp:text ?text ; rp:start ?start ; rp:end ?end ; dcterms:isPartOf ?document
            OPTIONAL { ?s rp:page ?page } OPTIONAL { ?s rp:heading ?heading } OPTIONAL { ?s rp:event ?event }
            OPTIONAL { ?s dcterms:language ?language } }"""
        themes = self._pairs("SELECT ?s ?o { ?s a rp:Passage ; rp:theme ?o }")
        mentions = self._pairs("SELECT ?s ?o { ?s a rp:Passage ; rp:mentions ?o }")
        found = {}
        rows = self._rows(query)
        for row in sorted(
            rows, key=lambda r: (str(r["document"]), int(r["start"]), int(r["end"]), str(r["s"]))
        ):
            iri = str(row["s"])
            document, report_year, language = self._documents.get(
                str(row["document"]),
                (Ref(str(row["document"]), slug_of(str(row["document"])), ""), None, "es"),
            )
            event = self._events.get(str(row.get("event")))
            heading = str(row.get("heading", ""))
            named = mentions.get(iri, [])
            entry = IndexEntry(
                iri=iri,
                kind="passage",
                slug=slug_of(iri),
                title=event.ref.label if event else heading or document.label,
                text=str(row["text"]),
                context=heading,
                document=document,
                span=Span(int(row["start"]), int(row["end"])),
                page=int(row["page"]) if "page" in row else None,
                themes=self._theme_refs(themes.get(iri, ())),
                actors=tuple(self._actor(o, MENTIONED) for o in named if o in self._names),
                countries=tuple(sorted({self._countries[o][0] for o in named if o in self._countries})),
                places=tuple(self._cities[o] for o in named if o in self._cities),
                year_from=report_year,
                year_to=report_year,
                language=str(row.get("language", language)),
                unit=iri,
            )
            found[iri] = _of_event(entry, event)
        return found

    def _practice_entries(self) -> Iterable[IndexEntry]:
        query = """SELECT ?s (SAMPLE(?t) AS ?text) (SAMPLE(?k) AS ?kind) (SAMPLE(?p) AS ?passage)
            (SAMPLE(?e) AS ?event) { ?s a rp:Practice ; rp:text ?t OPTIONAL { ?s rp:practiceKind ?k }
            OPTIONAL { ?s rp:passage ?p } OPTIONAL { ?s rp:event ?e } } GROUP BY ?s"""
        themes = self._pairs("SELECT ?s ?o { ?s a rp:Practice ; rp:theme ?o }")
        actors = self._pairs("SELECT ?s ?o { ?s a rp:Practice ; rp:actor ?o }")
        spans = self._evidence("rp:Practice")
        for row in sorted(self._rows(query), key=lambda r: str(r["s"])):
            iri = str(row["s"])
            passage = self._passages.get(str(row.get("passage")))
            entry = IndexEntry(
                iri=iri,
                kind="practice",
                slug=slug_of(iri),
                title=self._view.label(iri),
                text=str(row["text"]),
                themes=self._theme_refs(themes.get(iri, ())),
                actors=tuple(self._actor(o, MENTIONED) for o in actors.get(iri, ()) if o in self._names),
                practice_kind=slug_of(str(row["kind"])) if "kind" in row else None,
                unit=passage.iri if passage else iri,
            )
            if passage:
                told = _told_at(entry.text, passage, spans.get(iri, ()))
                entry = replace(_placed(entry, passage), span=told)
            yield _of_event(entry, self._events.get(str(row.get("event"))))

    def _event_entries(self) -> Iterable[IndexEntry]:
        spans = self._evidence("rp:Event")
        read_in = self._read_in("rp:Event")
        by_event: dict[str, list[IndexEntry]] = defaultdict(list)
        for passage in self._passages.values():
            if passage.event:
                by_event[passage.event.iri].append(passage)
        for iri, event in sorted(self._events.items()):
            entry = IndexEntry(
                iri=iri,
                kind="event",
                slug=event.ref.slug,
                title=event.ref.label,
                text=event.context,
                event_type=event.type,
                unit=iri,
            )
            own = by_event.get(iri, [])
            announced = min(spans.get(iri, ()), default=None)
            told = next(
                (p for p in own if announced and _overlap(announced, p.span)), own[0] if own else None
            )
            # A passage is of one event; of the others that it tells, it is where they were read.
            told = told or read_in.get(iri)
            if told:
                entry = replace(_placed(entry, told), unit=told.iri)
            yield _of_event(entry, event)

    def _actor_entries(self) -> Iterable[IndexEntry]:
        other = self._pairs("SELECT ?s ?o { ?s a rp:Actor ; skos:altLabel ?o }")
        acronyms = self._pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:acronym ?o }")
        country = self._pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:country ?o }")
        types = self._pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:actorType ?o }")
        parts: dict[str, list[tuple[_Event, str]]] = defaultdict(list)
        for event in self._events.values():
            for actor in event.actors:
                parts[actor.iri].append((event, actor.role))
        # The authority file knows many that no document names; a search finds what was told. Three questions:
        # one that joins them asks for every actor and every claim, a minute for 5,000 passages.
        told = {
            str(row["s"])
            for where in (
                "[] rp:mentions ?s",
                "[] a rp:Claim ; rdf:subject ?s",
                "[] a rp:Claim ; rdf:object ?s",
            )
            for row in self._rows(f"SELECT DISTINCT ?s {{ {where} }}")
        }
        for iri, name in sorted(self._names.items()):
            if iri not in told and iri not in parts:
                continue
            places = [self._countries[o] for o in country.get(iri, ()) if o in self._countries]
            events = sorted(parts.get(iri, ()), key=lambda part: (part[0].start, part[0].ref.slug))
            themes = {theme for event, _ in events for theme in event.themes}
            kinds = [self._view.label(o) for o in types.get(iri, ())]
            years = [year for event, _ in events for year in event.years if year]
            described = (
                ", ".join([*acronyms.get(iri, ()), *kinds, *(label for _, label in places)]),
                "; ".join(event.ref.label for event, _ in events),
                "; ".join(sorted(theme.label for theme in themes)),
            )
            yield IndexEntry(
                iri=iri,
                kind="actor",
                slug=slug_of(iri),
                title=name,
                text=" ".join(f"{part.rstrip('.')}." for part in (name, *described) if part),
                themes=tuple(sorted(themes)),
                actors=tuple(sorted({ActorRef(iri, slug_of(iri), name, role) for _, role in events}))
                or (ActorRef(iri, slug_of(iri), name, MENTIONED),),
                countries=tuple(sorted({code for code, _ in places})),
                year_from=min(years, default=None),
                year_to=max(years, default=None),
                unit=iri,
                names=tuple(dict.fromkeys([name, *acronyms.get(iri, ()), *other.get(iri, ())])),
            )

    def _evidence(self, kind: str) -> dict[str, list[Span]]:
        """Spans of the claims about each resource of a class."""
        query = f"""SELECT DISTINCT ?s ?selector {{
            ?claim a rp:Claim ; rdf:subject ?s ; oa:hasSelector ?selector . ?s a {kind} }}"""
        found: dict[str, list[Span]] = defaultdict(list)
        for row in self._rows(query):
            if chars := _CHARS.search(str(row["selector"])):
                found[str(row["s"])].append(Span(int(chars[1]), int(chars[2])))
        return found

    def _read_in(self, kind: str) -> dict[str, IndexEntry]:
        """The first passage that names each resource of a class, or else that says anything of it."""
        claims = (
            f"?claim a rp:Claim ; rdf:subject ?s ; prov:wasDerivedFrom ?o . ?s a {kind} . ?o a rp:Passage"
        )
        said = self._pairs(f"SELECT ?s ?o {{ {claims} }}")
        named = self._pairs(f"SELECT ?s ?o {{ {claims} . ?claim rdf:predicate rdfs:label }}")
        places = {iri: place for place, iri in enumerate(self._passages)}
        return {
            subject: self._passages[min(passages, key=lambda iri: places[iri])]
            for subject, passages in {**said, **named}.items()
        }

    def _city(self, iri: str) -> Ref:
        return self._cities.get(iri) or Ref(iri, slug_of(iri), self._view.label(iri))

    def _actor(self, iri: str, role: str) -> ActorRef:
        return ActorRef(iri, slug_of(iri), self._names.get(iri) or self._view.label(iri), role)

    def _theme_refs(self, iris: Iterable[str]) -> tuple[ThemeRef, ...]:
        return tuple(self._themes[iri] for iri in iris if iri in self._themes)


def _of_event(entry: IndexEntry, event: _Event | None) -> IndexEntry:
    """The entry with what it takes from its event: context, themes, actors and roles, country, years."""
    if event is None:
        return entry
    years = event.years
    involved = {actor.iri for actor in event.actors}
    return replace(
        entry,
        event=event.ref,
        context=" ".join(part for part in (event.context, entry.context) if part),
        themes=tuple(dict.fromkeys((*entry.themes, *event.themes))),
        actors=(*event.actors, *(actor for actor in entry.actors if actor.iri not in involved)),
        countries=tuple(dict.fromkeys((*((event.country[0],) if event.country else ()), *entry.countries))),
        places=tuple(dict.fromkeys((*((event.city,) if event.city else ()), *entry.places))),
        year_from=years[0] or entry.year_from,
        year_to=years[1] or entry.year_to,
        event_type=event.type,
    )


def _placed(entry: IndexEntry, passage: IndexEntry) -> IndexEntry:
    """The entry with the document, place and language of the passage that it was read from."""
    return replace(
        entry,
        document=passage.document,
        passage=passage.iri,
        span=passage.span,
        page=passage.page,
        language=passage.language,
        countries=passage.countries,
        places=passage.places,
        year_from=passage.year_from,
        year_to=passage.year_to,
    )


def _fold_copies(entries: list[IndexEntry]) -> list[IndexEntry]:
    """Give a passage that repeats another, or nearly does, the unit of its first occurrence: what two
    documents share, or a heading that a table repeats."""
    passages = [entry for entry in entries if entry.kind == "passage"]
    originals = first_told([entry.text for entry in passages])
    moved = {e.unit: passages[n].unit for e, n in zip(passages, originals, strict=True)}
    return [replace(e, unit=moved.get(e.unit, e.unit)) for e in entries]


def _overlap(a: Span, b: Span | None) -> bool:
    return b is not None and min(a.end, b.end) > max(a.start, b.start)


def _told_at(text: str, passage: IndexEntry, evidence: Iterable[Span]) -> Span | None:
    """Where a passage tells a practice: exactly where its text is the source's own, else from the first to
    the last evidence in it, else all of it."""
    if passage.span is None:
        return None
    at = passage.text.find(text)
    if at >= 0 and len(passage.text) == passage.span.end - passage.span.start:
        return Span(passage.span.start + at, passage.span.start + at + len(text))
    inside = [span for span in evidence if _overlap(span, passage.span)]
    if not inside:
        return passage.span
    return Span(min(span.start for span in inside), max(span.end for span in inside))


def _year(value: object) -> int | None:
    digits = str(value or "")[:4]
    return int(digits) if digits.isdigit() and len(digits) == 4 else None
