"""Entries read from the graph, with identity resolved.

Everything an entry shows or is filtered by comes from SPARQL over the union of the named graphs, so a merge
decided by a curator or an inferred theme reaches the search by building the index again, and in no other way.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from graph.model import Span
from graph.store import GraphView
from search_api.resources.links import slug_of
from search_api.search.copies import first_told
from search_api.search.entries import MENTIONED, ActorRef, IndexEntry, Ref
from search_api.search.graph_facts import EventFacts, GraphFacts


def read_entries(view: GraphView) -> list[IndexEntry]:
    """Every entry of a snapshot's graph, in the order of documents and spans; events and actors come last."""
    return _Reader(view).entries()


class _Reader:
    """Puts the entries together from what the graph tells."""

    def __init__(self, view: GraphView) -> None:
        self._view = view
        self._facts = GraphFacts(view)
        self._passages = self._read_passages()

    def entries(self) -> list[IndexEntry]:
        passages = list(self._passages.values())
        return _fold_copies(
            [*passages, *self._practice_entries(), *self._event_entries(), *self._actor_entries()]
        )

    def _read_passages(self) -> dict[str, IndexEntry]:
        query = """SELECT ?s ?text ?start ?end ?document ?page ?heading ?event ?language {
            ?s a rp:Passage ; rp:text ?text ; rp:start ?start ; rp:end ?end ; dcterms:isPartOf ?document
            OPTIONAL { ?s rp:page ?page } OPTIONAL { ?s rp:heading ?heading } OPTIONAL { ?s rp:event ?event }
            OPTIONAL { ?s dcterms:language ?language } }"""
        themes = self._facts.pairs("SELECT ?s ?o { ?s a rp:Passage ; rp:theme ?o }")
        mentions = self._facts.pairs("SELECT ?s ?o { ?s a rp:Passage ; rp:mentions ?o }")
        found = {}
        rows = self._facts.rows(query)
        for row in sorted(
            rows, key=lambda r: (str(r["document"]), int(r["start"]), int(r["end"]), str(r["s"]))
        ):
            iri = str(row["s"])
            document, report_year, language = self._facts.documents.get(
                str(row["document"]),
                (Ref(str(row["document"]), slug_of(str(row["document"])), ""), None, "es"),
            )
            event = self._facts.events.get(str(row.get("event")))
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
                themes=self._facts.theme_refs(themes.get(iri, ())),
                actors=tuple(self._facts.actor(o, MENTIONED) for o in named if o in self._facts.names),
                countries=tuple(
                    sorted({self._facts.countries[o][0] for o in named if o in self._facts.countries})
                ),
                places=tuple(self._facts.cities[o] for o in named if o in self._facts.cities),
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
        themes = self._facts.pairs("SELECT ?s ?o { ?s a rp:Practice ; rp:theme ?o }")
        actors = self._facts.pairs("SELECT ?s ?o { ?s a rp:Practice ; rp:actor ?o }")
        spans = self._facts.evidence("rp:Practice")
        for row in sorted(self._facts.rows(query), key=lambda r: str(r["s"])):
            iri = str(row["s"])
            passage = self._passages.get(str(row.get("passage")))
            entry = IndexEntry(
                iri=iri,
                kind="practice",
                slug=slug_of(iri),
                title=self._view.label(iri),
                text=str(row["text"]),
                themes=self._facts.theme_refs(themes.get(iri, ())),
                actors=tuple(
                    self._facts.actor(o, MENTIONED) for o in actors.get(iri, ()) if o in self._facts.names
                ),
                practice_kind=slug_of(str(row["kind"])) if "kind" in row else None,
                unit=passage.iri if passage else iri,
            )
            if passage:
                told = _told_at(entry.text, passage, spans.get(iri, ()))
                entry = replace(_placed(entry, passage), span=told)
            yield _of_event(entry, self._facts.events.get(str(row.get("event"))))

    def _event_entries(self) -> Iterable[IndexEntry]:
        spans = self._facts.evidence("rp:Event")
        read_in = self._read_in("rp:Event")
        by_event: dict[str, list[IndexEntry]] = defaultdict(list)
        for passage in self._passages.values():
            if passage.event:
                by_event[passage.event.iri].append(passage)
        for iri, event in sorted(self._facts.events.items()):
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
        other = self._facts.pairs("SELECT ?s ?o { ?s a rp:Actor ; skos:altLabel ?o }")
        acronyms = self._facts.pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:acronym ?o }")
        country = self._facts.pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:country ?o }")
        types = self._facts.pairs("SELECT ?s ?o { ?s a rp:Actor ; rp:actorType ?o }")
        parts: dict[str, list[tuple[EventFacts, str]]] = defaultdict(list)
        for event in self._facts.events.values():
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
            for row in self._facts.rows(f"SELECT DISTINCT ?s {{ {where} }}")
        }
        for iri, name in sorted(self._facts.names.items()):
            if iri not in told and iri not in parts:
                continue
            places = [self._facts.countries[o] for o in country.get(iri, ()) if o in self._facts.countries]
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

    def _read_in(self, kind: str) -> dict[str, IndexEntry]:
        """The first passage that names each resource of a class, or else that says anything of it."""
        claims = (
            f"?claim a rp:Claim ; rdf:subject ?s ; prov:wasDerivedFrom ?o . ?s a {kind} . ?o a rp:Passage"
        )
        said = self._facts.pairs(f"SELECT ?s ?o {{ {claims} }}")
        named = self._facts.pairs(f"SELECT ?s ?o {{ {claims} . ?claim rdf:predicate rdfs:label }}")
        places = {iri: place for place, iri in enumerate(self._passages)}
        return {
            subject: self._passages[min(passages, key=lambda iri: places[iri])]
            for subject, passages in {**said, **named}.items()
        }


def _of_event(entry: IndexEntry, event: EventFacts | None) -> IndexEntry:
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
