"""The lists of a snapshot: its actors, events, practices, themes and documents, filtered and paged.

A catalogue reads the graph once per kind, at first use, and keeps the summaries: a snapshot never changes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from pyoxigraph import Literal

from ontology.namespaces import ID, ROLE_PROPERTIES
from search_api.catalogue.gathered import Gathered
from search_api.catalogue.name_index import NameIndex
from search_api.catalogue.triples import (
    Term,
    Triples,
    Values,
    best_literal,
    best_text,
    first_text,
    integer,
    iris,
    language_of,
    text_of,
    texts,
)
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref, Source
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.links import iri_path, resource_path, slug_of, span_path
from search_api.resources.network import NetworkCommunity
from search_api.resources.practices import PracticeSummary
from search_api.resources.themes import ThemeSummary
from search_api.search.words import fold

#: The roles in the order pages show them.
ROLES = ("organiser", "sponsor", "host", "speaker", "instructor", "participant")
S = TypeVar("S")


class Taking(NamedTuple):
    """An actor's part in an event: IRIs, and the slug of the role."""

    actor: str
    event: str
    role: str


class InAllLanguages(cached_property[S]):
    """A part of the lists that is the same in every language: read once, for all catalogues of a snapshot."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is not None and instance.first is not None:
            return getattr(instance.first, self.attrname or "")
        return super().__get__(instance, owner)


class Catalogue:
    """The summaries of one snapshot, by slug, and the links between them."""

    def __init__(self, triples: Triples, language: str = "es", first: "Catalogue | None" = None) -> None:
        """`language` is that of labels where there are several; `first` is a catalogue of the snapshot in
        another language, which has what is the same in all."""
        self.triples = triples
        self.language = language
        self.first = first
        self._refs: dict[str, Ref] = {}
        self._folded: dict[str, str] = {}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The best label of everything that has one: places, concepts, classes, themes, actors, events, …"""
        return {iri: label.value or iri for iri, label in self._best_labels.items()}

    @cached_property
    def label_languages(self) -> dict[str, str]:
        """The languages of those labels that are in another than the catalogue's, for want of one in it."""
        languages = ((iri, language_of(label)) for iri, label in self._best_labels.items())
        return {iri: language for iri, language in languages if language and language != self.language}

    @cached_property
    def _best_labels(self) -> dict[str, Literal]:
        found: dict[str, list[Term]] = defaultdict(list)
        query = """
            SELECT DISTINCT ?s ?label WHERE {
              VALUES ?class { rp:Actor rp:Event rp:Practice rp:Theme rp:Place rp:Person rp:Methodology
                              rp:Document skos:Concept owl:Class }
              ?s a ?class ; rdfs:label|skos:prefLabel|dcterms:title ?label }"""
        for subject, label in self.triples.rows(query):
            if label is not None:
                found[text_of(subject)].append(label)
        best = ((iri, best_literal(terms, self.language)) for iri, terms in found.items())
        return {iri: label for iri, label in best if label is not None}

    def ref(self, iri: str) -> Ref:
        """A link to a resource, with its slug for a label where it has none."""
        known = self._refs.get(iri)
        if known is None:
            known = self._new_ref(iri)
            if iri in self.labels:  # themes and places are linked to thousands of times
                self._refs[iri] = known
        return known

    def _new_ref(self, iri: str) -> Ref:
        slug = slug_of(iri)
        return Ref(
            id=iri,
            slug=slug,
            label=self.labels.get(iri, slug),
            label_language=self.label_languages.get(iri),
            url=iri_path(iri),
        )

    def concept(self, kind: str, slug: str) -> Ref:
        """A link to a concept of one of the small lists, such as the role `sponsor`."""
        return self.ref(f"{ID}{kind}/{slug}")

    def source(self, document: str, start: int, end: int, page: int | None = None) -> Source:
        """A span of a document as a link."""
        return Source(
            document=self.ref(document),
            start=start,
            end=end,
            page=page,
            url=span_path(slug_of(document), start, end),
        )

    @InAllLanguages
    def takings(self) -> tuple[Taking, ...]:
        """Every participation of the graph, in a stable order."""
        found = []
        for role, prop in ROLE_PROPERTIES.items():
            for actor, event in self.triples.rows("SELECT DISTINCT ?a ?e WHERE { ?a {role} ?e }", role=prop):
                found.append(Taking(text_of(actor), text_of(event), role))
        return tuple(sorted(found))

    @InAllLanguages
    def takings_of(self) -> dict[str, tuple[Taking, ...]]:
        """The participations of each actor, by its IRI."""
        return _by(self.takings, lambda taking: taking.actor)

    @InAllLanguages
    def takings_at(self) -> dict[str, tuple[Taking, ...]]:
        """The participations in each event, by its IRI."""
        return _by(self.takings, lambda taking: taking.event)

    @cached_property
    def gathered(self) -> Gathered:
        """Events and practices by what they have in common."""
        return Gathered(self)

    @cached_property
    def actors(self) -> dict[str, ActorSummary]:
        """Actors by slug, those with most events first."""
        events = {actor: len({t.event for t in parts}) for actor, parts in self.takings_of.items()}
        passages = self._counts(
            """SELECT ?a (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p rp:mentions ?a . ?a a rp:Actor } GROUP BY ?a"""
        )
        properties = ("rp:acronym", "rp:actorType", "rp:country")
        found = [
            ActorSummary(
                **self._head("actor", iri),
                acronyms=texts(values, "rp:acronym"),
                type=self._first_ref(values, "rp:actorType"),
                country=self._first_ref(values, "rp:country"),
                events=events.get(iri, 0),
                passages=passages.get(iri, 0),
            )
            for iri, values in self._of_class("rp:Actor", properties)
        ]
        return {a.slug: a for a in sorted(found, key=lambda a: (-a.events, -a.passages, fold(a.label)))}

    @cached_property
    def told_actors(self) -> tuple[ActorSummary, ...]:
        """The actors that a document tells of: the authority file may know more."""
        return tuple(actor for actor in self.actors.values() if actor.events or actor.passages)

    @cached_property
    def events(self) -> dict[str, EventSummary]:
        """Events by slug, the latest first, those without a date last."""
        properties = (
            *("rp:eventType", "rp:status", "schema:startDate", "schema:endDate"),
            *("rp:city", "rp:country", "rp:theme"),
        )
        found = [
            EventSummary(
                **self._head("event", iri),
                type=self._first_ref(values, "rp:eventType"),
                status=first_text(values, "rp:status"),
                start_date=first_text(values, "schema:startDate"),
                end_date=first_text(values, "schema:endDate"),
                city=self._first_ref(values, "rp:city"),
                country=self._first_ref(values, "rp:country"),
                themes=self.refs(iris(values, "rp:theme")),
            )
            for iri, values in self._of_class("rp:Event", properties)
        ]
        found.sort(key=lambda e: (fold(e.label), e.slug))
        return {e.slug: e for e in sorted(found, key=lambda e: e.start_date or "", reverse=True)}

    @cached_property
    def events_by_iri(self) -> dict[str, EventSummary]:
        """The events by IRI."""
        return {event.id: event for event in self.events.values()}

    @cached_property
    def event_years(self) -> tuple[int, ...]:
        """The years that events begin in, in order."""
        dates = {(event.start_date or event.end_date or "")[:4] for event in self.events.values()}
        return tuple(sorted(int(year) for year in dates if year.isdigit()))

    @cached_property
    def practices(self) -> dict[str, PracticeSummary]:
        """Practices by slug, in the order of their documents."""
        properties = ("rp:text", "rp:practiceKind", "rp:event", "rp:theme", "rp:actor")
        found = [
            PracticeSummary(
                **self._head("practice", iri),
                kind=self._first_ref(values, "rp:practiceKind"),
                text=text_of(text := best_literal(values.get("rp:text", ()), self.language)),
                language=language_of(text),
                event=self._first_ref(values, "rp:event"),
                themes=self.refs(iris(values, "rp:theme")),
                actors=self.refs(iris(values, "rp:actor")),
                source=self._practice_sources.get(iri),
            )
            for iri, values in self._of_class("rp:Practice", properties)
        ]

        def order(practice: PracticeSummary) -> tuple[str, int, str]:
            source = practice.source
            return (source.document.slug, source.start, practice.slug) if source else ("~", 0, practice.slug)

        return {p.slug: p for p in sorted(found, key=order)}

    @cached_property
    def practices_by_iri(self) -> dict[str, PracticeSummary]:
        """The practices by IRI."""
        return {practice.id: practice for practice in self.practices.values()}

    @cached_property
    def actors_by_iri(self) -> dict[str, ActorSummary]:
        """The actors by IRI."""
        return {actor.id: actor for actor in self.actors.values()}

    @cached_property
    def told_countries(self) -> dict[str, tuple[int, int, int]]:
        """The numbers of events, institutions and practices by the slug of their country; a practice counts
        where the event is that it was told at."""
        of_event = {e.id: e.country.slug for e in self.events.values() if e.country}
        events = Counter(of_event.values())
        actors = Counter(actor.country.slug for actor in self.told_actors if actor.country)
        told_at = (p.event.id for p in self.practices.values() if p.event)
        practices = Counter(of_event[event] for event in told_at if event in of_event)
        return {slug: (events[slug], actors[slug], practices[slug]) for slug in events.keys() | actors.keys()}

    @cached_property
    def _practice_sources(self) -> dict[str, Source]:
        """The first passage that each practice was read from."""
        query = """
            SELECT ?practice ?document ?start ?end ?page WHERE {
              ?practice rp:passage ?passage .
              ?passage dcterms:isPartOf ?document ; rp:start ?start ; rp:end ?end .
              OPTIONAL { ?passage rp:page ?page } }"""
        found: dict[str, tuple[str, int, int, int | None]] = {}
        for practice, document, start, end, page in self.triples.rows(query):
            place = (text_of(document), integer(start) or 0, integer(end) or 0, integer(page))
            known = found.get(text_of(practice))
            if known is None or place[:3] < known[:3]:
                found[text_of(practice)] = place
        return {iri: self.source(*place) for iri, place in found.items()}

    @cached_property
    def communities(self) -> dict[str, NetworkCommunity]:
        """The communities of collaborating institutions, by IRI."""
        properties = ("rdfs:label", "rp:communityNumber", "rp:actorCount")
        return {
            iri: NetworkCommunity(
                id=iri,
                slug=slug_of(iri),
                number=next((integer(term) or 0 for term in values.get("rp:communityNumber", ())), 0),
                label=best_text(values.get("rdfs:label", ()), self.language) or slug_of(iri),
                members=next((integer(term) or 0 for term in values.get("rp:actorCount", ())), 0),
                shown=0,
            )
            for iri, values in self._of_class("rp:Community", properties)
        }

    @InAllLanguages
    def broader(self) -> dict[str, tuple[str, ...]]:
        """The broader themes of each theme that has any, by IRI."""
        found: dict[str, set[str]] = defaultdict(set)
        for theme, up in self.triples.rows("SELECT ?s ?o WHERE { ?s skos:broader ?o . ?s a rp:Theme }"):
            found[text_of(theme)].add(text_of(up))
        return {theme: tuple(sorted(ups)) for theme, ups in found.items()}

    def theme_and_broader(self, iri: str) -> tuple[str, ...]:
        """A theme with every broader one, nearest first (a cycle ends the walk)."""
        found = {iri: None}
        queue = [iri]
        while queue:
            fresh = [up for up in self.broader.get(queue.pop(0), ()) if up not in found]
            found |= dict.fromkeys(fresh)
            queue += fresh
        return tuple(found)

    @cached_property
    def themes(self) -> dict[str, ThemeSummary]:
        """Themes by slug: the accepted ones first."""
        events = self._theme_counts(event.themes for event in self.events.values())
        practices = self._theme_counts(practice.themes for practice in self.practices.values())
        properties = ("skos:prefLabel", "skos:notation", "skos:definition", "rp:reviewStatus")
        found = [
            ThemeSummary(
                **self._head("theme", iri),
                notation=first_text(values, "skos:notation"),
                status=next((slug_of(iri) for iri in iris(values, "rp:reviewStatus")), None),
                definition=best_text(values.get("skos:definition", ()), self.language),
                broader=self.refs(self.broader.get(iri, ())),
                events=events[iri],
                practices=practices[iri],
            )
            for iri, values in self._of_class("rp:Theme", properties)
        ]
        return {
            t.slug: t
            for t in sorted(found, key=lambda t: (t.status != "accepted", bool(t.broader), fold(t.label)))
        }

    def _theme_counts(self, groups: Iterable[tuple[Ref, ...]]) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        for themes in groups:
            for iri in {up for theme in themes for up in self.theme_and_broader(theme.id)}:
                counts[iri] += 1
        return counts

    @cached_property
    def documents(self) -> dict[str, DocumentSummary]:
        """Documents by slug, the latest year first."""
        properties = (
            *("rdfs:label", "dcterms:title", "dcterms:language", "dcterms:identifier"),
            *("rp:reportYear", "rp:fileName", "dcterms:format"),
        )
        passages = self._counts(
            "SELECT ?d (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p a rp:Passage ; dcterms:isPartOf ?d } GROUP BY ?d"
        )
        found = [
            DocumentSummary(
                **self._head("document", iri),
                language=first_text(values, "dcterms:language"),
                reference=first_text(values, "dcterms:identifier"),
                year=next((integer(term) for term in values.get("rp:reportYear", ())), None),
                file_name=first_text(values, "rp:fileName"),
                format=first_text(values, "dcterms:format"),
                events=len(self.events_of_document.get(iri, ())),
                passages=passages.get(iri, 0),
            )
            for iri, values in self._of_class("rp:Document", properties)
        ]
        return {d.slug: d for d in sorted(found, key=lambda d: (-(d.year or 0), fold(d.label), d.slug))}

    @InAllLanguages
    def events_of_place(self) -> Counter[str]:
        """How many events were in each city and country, by IRI."""
        events = self.events.values()
        return Counter(ref.id for event in events for ref in (event.city, event.country) if ref)

    @InAllLanguages
    def events_of_document(self) -> dict[str, tuple[str, ...]]:
        """The IRIs of the events that each document tells of."""
        query = """
            SELECT DISTINCT ?document ?event WHERE {
              ?passage rp:event ?event ; dcterms:isPartOf ?document . ?event a rp:Event }"""
        found = defaultdict(list)
        for document, event in self.triples.rows(query):
            found[text_of(document)].append(text_of(event))
        return {document: tuple(sorted(events)) for document, events in found.items()}

    @InAllLanguages
    def practices_of_document(self) -> dict[str, tuple[str, ...]]:
        """The IRIs of the practices that were read from each document, in its order."""
        found = defaultdict(list)
        for practice in self.practices.values():
            if practice.source:
                found[practice.source.document.id].append(practice.id)
        return {document: tuple(practices) for document, practices in found.items()}

    @InAllLanguages
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Every name of each resource: labels, other names, acronyms and notations, by IRI."""
        query = "SELECT ?s ?name WHERE { ?s rdfs:label|skos:altLabel|rp:acronym|skos:notation ?name }"
        found: dict[str, set[str]] = defaultdict(set)
        passages = {text_of(s) for (s,) in self.triples.rows("SELECT ?s WHERE { ?s a rp:Passage }")}
        for subject, name in self.triples.rows(query):
            if text_of(subject) not in passages:
                found[text_of(subject)].add(text_of(name))
        return {iri: tuple(sorted(names)) for iri, names in found.items()}

    @InAllLanguages
    def name_index(self) -> NameIndex:
        """Everything that has a name, by the words of its names: what is listed and told of, those with most
        to tell first, then the others."""
        places = Counter(self.events_of_place)
        places.update({f"{ID}place/{slug}": actors for slug, (_, actors, _) in self.told_countries.items()})
        documents = self.documents.values()
        return NameIndex(
            {
                "actors": (actor.id for actor in self.told_actors),
                "themes": (t.id for t in sorted(self.themes.values(), key=lambda t: -t.events - t.practices)),
                "places": (iri for iri, _ in places.most_common()),
                "events": (event.id for event in self.events.values()),
                "documents": (document.id for document in documents),
                "others": self.spellings,
            },
            {
                **self.spellings,
                **{d.id: tuple(filter(None, (d.label, d.reference, d.file_name))) for d in documents},
            },
        )

    @cached_property
    def practice_words(self) -> dict[str, str]:
        """The name and the text of each practice, folded, by IRI."""
        return {p.id: fold(f"{p.label} {p.text}") for p in self.practices.values()}

    @InAllLanguages
    def moved(self) -> dict[str, str]:
        """The IRIs that stand for others since a merge, by the IRI they replace."""
        rows = self.triples.rows("SELECT ?old ?new WHERE { ?old dcterms:isReplacedBy ?new }")
        return {text_of(old): text_of(new) for old, new in rows}

    def folded(self, iri: str) -> str:
        """The label of a resource as lists are ordered by it."""
        known = self._folded.get(iri)
        if known is None:
            known = fold(self.ref(iri).label)
            if iri in self.labels:
                self._folded[iri] = known
        return known

    def refs(self, iris: Iterable[str]) -> tuple[Ref, ...]:
        """Links to resources, by label."""
        return tuple(sorted((self.ref(iri) for iri in iris), key=lambda ref: (fold(ref.label), ref.id)))

    def _head(self, kind: str, iri: str) -> dict[str, Any]:
        slug = slug_of(iri)
        return {
            "id": iri,
            "slug": slug,
            "url": resource_path(kind, slug),
            "label": self.labels.get(iri, slug),
            "label_language": self.label_languages.get(iri),
        }

    def _of_class(self, name: str, properties: Sequence[str]) -> Iterable[tuple[str, Values]]:
        return self.triples.of_class(name, properties).items()

    def _first_ref(self, values: Values, prop: str) -> Ref | None:
        found = iris(values, prop)
        return self.ref(found[0]) if found else None

    def _counts(self, query: str) -> dict[str, int]:
        return {text_of(iri): integer(count) or 0 for iri, count in self.triples.rows(query)}


def matcher(query: str) -> Callable[[str], bool]:
    """A test for folded texts: does every word of the query begin a word of the text?"""
    words = re.findall(r"\w+", fold(query))
    patterns = [(word, re.compile(rf"(?<!\w){re.escape(word)}")) for word in words]
    # Most texts do not have the word at all, which is seen sooner without a pattern.
    return lambda text: all(word in text and pattern.search(text) for word, pattern in patterns)


def _by(takings: Iterable[Taking], key: Callable[[Taking], str]) -> dict[str, tuple[Taking, ...]]:
    found: dict[str, list[Taking]] = defaultdict(list)
    for taking in takings:
        found[key(taking)].append(taking)
    return {iri: tuple(group) for iri, group in found.items()}


def select(items: Iterable[S], *tests: Callable[[S], bool] | None) -> tuple[S, ...]:
    """The items that pass every test that is there."""
    wanted = [test for test in tests if test is not None]
    return tuple(item for item in items if all(test(item) for test in wanted))
