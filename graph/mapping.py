"""An extraction as RDF: each statement with its evidence, in the named graph of its document.

A pure function: the same extraction, identities and decisions give the same quads. There are no blank nodes,
so that two readings compare line by line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from graph.claims import Statements, decimal, short, text_literal
from graph.decisions import Review
from graph.declarations import DECLARING, declaration_iri, declaration_statements
from graph.identity import ActorIdentity, ResourceNames, name_resources
from graph.model import (
    Actor,
    Declaration,
    DocumentInfo,
    Event,
    Evidence,
    Excerpt,
    Extraction,
    Methodology,
    Passage,
    Person,
    Place,
    Practice,
    ThemeAssignment,
)
from graph.naming import country_iri, fold, place_iri
from graph.proposed_themes import ACCEPTED, REJECTED, ProposedTheme
from graph.reference import country_statements
from ontology.namespaces import (
    DCTERMS,
    FOAF,
    GEO,
    OA,
    ORG,
    PROV,
    RDF,
    RDFS,
    ROLE_PROPERTIES,
    RP,
    SCHEMA,
    SKOS,
    XSD,
    concept_iri,
    theme_iri,
)

if TYPE_CHECKING:
    from rdflib import Graph

_TYPE, _LABEL = RDF + "type", RDFS + "label"
_SUPERCLASSES = {
    "Actor": (ORG + "Organization",),
    "Event": (SCHEMA + "Event",),
    "Practice": (SCHEMA + "CreativeWork",),
    "Methodology": (),
    "Place": (SCHEMA + "Place",),
    "Person": (FOAF + "Person",),
    "Document": (FOAF + "Document", PROV + "Entity"),
    "Passage": (OA + "SpecificResource", PROV + "Entity"),
}
_DATE_TYPES = (
    (re.compile(r"-?\d{4}-\d{2}-\d{2}"), "date"),
    (re.compile(r"-?\d{4}-\d{2}"), "gYearMonth"),
    (re.compile(r"-?\d{4}"), "gYear"),
)
# A mention proves that the actor is there; this many of them prove its type, country or parent well enough.
_MENTIONS_AS_EVIDENCE = 3


def map_extraction(
    extraction: Extraction,
    actors: Mapping[str, ActorIdentity],
    *,
    document_slug: str,
    text: str,
    reviews: Mapping[str, Review] | None = None,
    verdicts: Mapping[str, str] | None = None,
) -> list[Quad]:
    """The quads of one document's named graph, each once.

    `actors` comes from `graph.identity.resolve`, `text` is the document's (for the exact quotes), `reviews`
    what curators decided on its claims (`graph.decisions.reviewed`), `verdicts` what they decided on the
    themes that it proposes (`graph.decisions.theme_verdicts`). Raises ValueError for a value of the
    extraction that no IRI can be made of, such as a country that is no code.
    """
    names = name_resources(extraction, actors, document_slug=document_slug)
    out = Statements(
        document_slug=document_slug,
        text=text,
        language=_tag(extraction.document.language),
        passages=extraction.passages,
        passage_iris=names.passages,
        reviews=reviews or {},
    )
    return list(dict.fromkeys(_Mapper(extraction, actors, names, out, verdicts or {}).run()))


def date_literal(value: str) -> Literal:
    """An ISO 8601 date, year-month or year with the XSD type of its precision."""
    datatype = next((name for pattern, name in _DATE_TYPES if pattern.fullmatch(value)), "string")
    return Literal(value, datatype=NamedNode(XSD + datatype))


def to_rdflib(quads: Iterable[Quad]) -> "Graph":
    """The triples of the quads as an rdflib graph, for code and tests that want rdflib's API."""
    from rdflib import Graph

    graph = Graph()
    graph.parse(data=serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES), format="nt")
    return graph


def _tag(language: str) -> str:
    """A language code as the tag of a literal; empty where the language is not known."""
    return language.lower() if language and language.lower() not in ("und", "unknown", "mul") else ""


class _Mapper:
    """Maps one extraction. Each method states one kind of resource."""

    def __init__(
        self,
        extraction: Extraction,
        actors: Mapping[str, ActorIdentity],
        names: ResourceNames,
        out: Statements,
        verdicts: Mapping[str, str],
    ) -> None:
        self.extraction = extraction
        self.verdicts = verdicts
        self.actors = actors
        self.names = names
        self.out = out
        self.language = _tag(extraction.document.language)
        self.places: dict[str, None] = {}
        # IRIs of what a curator said is none: no event, no institution … Nothing else is said of them.
        self.none: set[str] = set()

    def run(self) -> Iterator[Quad]:
        x, names = self.extraction, self.names
        self.document(x.document)
        for event in x.events:
            self.exists(names.events[event.id], "Event", self.told(event))
        for practice in x.practices:
            self.exists(names.practices[practice.id], "Practice", (practice.evidence,))
        for methodology in x.methodologies:
            self.exists(names.methodologies[methodology.id], "Methodology", self.shown(methodology.mentions))
        for person in x.persons:
            self.exists(names.persons[person.id], "Person", self.shown(person.mentions))
        for actor in x.actors:
            self.exists(self.actors[actor.id].iri, "Actor", self.shown(actor.mentions))
        for passage in x.passages:
            self.passage(passage)
        for place in x.places:
            self.place(place)
        for actor in x.actors:
            if self.stands(self.actors[actor.id].iri):
                self.actor(actor)
        for event in x.events:
            if self.stands(names.events[event.id]):
                self.event(event)
        for practice in x.practices:
            if self.stands(names.practices[practice.id]):
                self.practice(practice)
        for methodology in x.methodologies:
            if self.stands(names.methodologies[methodology.id]):
                self.methodology(methodology)
        for declaration in x.declarations:
            self.declaration(declaration)
        for person in x.persons:
            if self.stands(names.persons[person.id]):
                self.person(person)
        return iter(self.out)

    def shown(self, mentions: Sequence[Evidence]) -> Sequence[Evidence]:
        """As many mentions as a claim needs for its evidence, those in passages if there are any."""
        return self.out.within_passages(mentions)[:_MENTIONS_AS_EVIDENCE]

    def exists(self, resource: str, kind: str, evidence: Sequence[Evidence]) -> bool:
        """State that there is such a thing, and remember it where a curator said that there is none."""
        if self.out.claim(resource, _TYPE, NamedNode(RP + kind), evidence) is None:
            self.none.add(resource)
            return False
        self.typed(resource, kind)
        return True

    def stands(self, resource: str | None) -> TypeGuard[str]:
        """Whether there is such a resource, and no curator has said that it is none."""
        return resource is not None and resource not in self.none

    def text(self, value: str) -> Literal:
        """A text of the document, in the document's language."""
        return text_literal(value, self.language)

    def typed(self, resource: str, kind: str) -> None:
        self.out.link(resource, _TYPE, RP + kind)
        for superclass in _SUPERCLASSES[kind]:
            self.out.link(resource, _TYPE, superclass)

    def mentioned(self, resource: str, mentions: Sequence[Evidence]) -> None:
        for mention in mentions:
            for passage in self.out.passages_of(mention.span):
                self.out.link(passage, RP + "mentions", resource)

    def document(self, info: DocumentInfo) -> None:
        iri, out = self.out.document, self.out
        self.typed(iri, "Document")
        out.add(iri, _LABEL, self.text(info.title))
        out.add(iri, DCTERMS + "title", self.text(info.title))
        if self.language:
            out.add(iri, DCTERMS + "language", Literal(self.language))
        if info.reference:
            out.add(iri, DCTERMS + "identifier", text_literal(info.reference))
        if info.year:
            out.add(iri, RP + "reportYear", date_literal(f"{info.year:04}"))
        out.add(iri, RP + "sha256", Literal(info.id))
        out.add(iri, RP + "fileName", text_literal(info.name))
        out.add(iri, DCTERMS + "format", Literal(info.media_type))

    def passage(self, passage: Passage) -> None:
        iri, out = self.names.passages[passage.id], self.out
        language = _tag(passage.language or "") or self.language
        self.typed(iri, "Passage")
        out.add(iri, _LABEL, text_literal(short(passage.text), language))
        out.add(iri, RP + "text", text_literal(passage.text, language))
        out.place_passage(iri, passage.span)
        if language:
            out.add(iri, DCTERMS + "language", Literal(language))
        if passage.page is not None:
            out.add(iri, RP + "page", Literal(passage.page))
        if passage.heading:
            out.add(iri, RP + "heading", text_literal(passage.heading, language))
        if self.stands(event := self.names.events.get(passage.event or "")):
            out.link(iri, RP + "event", event)

    def country(self, code: str) -> str:
        """The place of a country, stated at its first use."""
        iri = country_iri(code)
        if iri not in self.places:
            self.places[iri] = None
            for statement in country_statements(code):
                self.out.add(*statement)
        return iri

    def locality(self, name: str, country: str | None, *, kind: str = "city") -> str:
        """The place of a city or region, stated at its first use."""
        iri = place_iri(name, country, kind=kind)
        if iri not in self.places:
            self.places[iri] = None
            self.typed(iri, "Place")
            self.out.add(iri, _LABEL, text_literal(name))
            self.out.add(iri, RP + "placeKind", Literal(kind))
            if country:
                self.out.link(iri, RP + "country", self.country(country))
        return iri

    def place(self, place: Place) -> None:
        out = self.out
        if place.kind == "country" and place.country:
            iri = self.country(place.country)
        else:
            iri = self.locality(place.name, place.country, kind=place.kind)
        if place.mentions and not self.exists(iri, "Place", self.shown(place.mentions)):
            return
        if place.latitude is not None and place.longitude is not None:
            out.add(iri, GEO + "lat", decimal(place.latitude))
            out.add(iri, GEO + "long", decimal(place.longitude))
        if place.geonames is not None:
            out.add(iri, RP + "geonames", Literal(place.geonames))
        self.mentioned(iri, place.mentions)

    def actor(self, actor: Actor) -> None:
        identity, out = self.actors[actor.id], self.out
        iri, known = identity.iri, {fold(name) for name in identity.known_names}

        def named(predicate: str, form: str) -> None:
            out.claim(iri, predicate, text_literal(form), self.worded(form, actor.mentions))

        # What the authority file says of an institution is in its own graph.
        if not identity.institution:
            named(_LABEL, actor.name)
            known.add(fold(actor.name))
        for acronym in actor.acronyms:
            if not identity.institution:
                named(RP + "acronym", acronym)
            known.add(fold(acronym))
        for form in dict.fromkeys((actor.name, *actor.variants)):
            if fold(form) not in known:
                named(SKOS + "altLabel", form)
        self.mentioned(iri, actor.mentions)
        evidence = self.shown(actor.mentions)
        if not identity.institution:
            if actor.type:
                out.claim(iri, RP + "actorType", NamedNode(concept_iri("actor-type", actor.type)), evidence)
            if actor.country:
                out.claim(iri, RP + "country", NamedNode(self.country(actor.country)), evidence)
        parent = self.actors.get(actor.part_of or "")
        if parent and parent.iri != iri and self.stands(parent.iri):
            out.claim(iri, ORG + "unitOf", NamedNode(parent.iri), evidence)

    def worded(self, form: str, mentions: Sequence[Evidence]) -> Sequence[Evidence]:
        """The mentions that say a name in this form, the first of all where none says just that."""
        wanted = fold(form)
        return self.shown([m for m in mentions if fold(self.out.quote(m.span)) == wanted] or mentions)

    def event(self, event: Event) -> None:
        out, iri = self.out, self.names.events[event.id]

        def state(field: str, predicate: str, value: NamedNode | Literal) -> None:
            evidence = (event.fields[field],) if field in event.fields else self.told(event)
            out.claim(iri, predicate, value, evidence)

        state("title", _LABEL, self.text(event.title))
        state("type", RP + "eventType", NamedNode(concept_iri("event-type", event.type)))
        state("status", RP + "status", Literal(event.status))
        if event.start_date:
            state("start_date", SCHEMA + "startDate", date_literal(event.start_date))
        if event.end_date:
            state("end_date", SCHEMA + "endDate", date_literal(event.end_date))
        if event.country:
            state("country", RP + "country", NamedNode(self.country(event.country)))
        if event.city:
            state("city", RP + "city", NamedNode(self.locality(event.city, event.country)))
        if event.venue:
            state("venue", RP + "venue", self.text(event.venue))
        parent = self.names.events.get(event.part_of or "")
        if parent != iri and self.stands(parent):
            state("part_of", SCHEMA + "superEvent", NamedNode(parent))
        for participation in event.participations:
            actor = self.actors[participation.actor].iri
            evidence = participation.evidence or self.told(event)
            if self.stands(actor):
                out.claim(actor, ROLE_PROPERTIES[participation.role], NamedNode(iri), evidence)
        self.themes(iri, event.themes, self.told(event))
        self.excerpts(iri, "objective", event.objectives, self.told(event))
        self.excerpts(iri, "outcome", event.outcomes, self.told(event))

    def told(self, event: Event) -> tuple[Evidence, ...]:
        """Where an event is told: its announcement, or all of its part of the document."""
        return event.evidence or (Evidence(event.span, "event-span"),)

    def practice(self, practice: Practice) -> None:
        out, iri, evidence = self.out, self.names.practices[practice.id], (practice.evidence,)
        out.add(iri, _LABEL, self.text(short(practice.text)))
        out.add(iri, RP + "text", self.text(practice.text))
        kind = NamedNode(concept_iri("practice-kind", practice.kind))
        out.claim(iri, RP + "practiceKind", kind, evidence)
        out.link(iri, RP + "passage", out.passage_of(practice.span))
        if self.stands(event := self.names.events.get(practice.event or "")):
            out.claim(iri, RP + "event", NamedNode(event), evidence)
        for actor in practice.actors:
            if self.stands(who := self.actors[actor].iri):
                out.claim(iri, RP + "actor", NamedNode(who), evidence)
        self.themes(iri, practice.themes, evidence)
        self.excerpts(iri, "context", practice.context, evidence)
        self.excerpts(iri, "condition", practice.conditions, evidence)
        self.excerpts(iri, "result", practice.results, evidence)
        self.excerpts(iri, "pitfall", practice.pitfalls, evidence)

    def themes(self, subject: str, themes: Sequence[ThemeAssignment], default: Sequence[Evidence]) -> None:
        for assigned in themes:
            theme = NamedNode(theme_iri(assigned.theme))
            evidence = [
                replace(item, confidence=assigned.confidence) for item in assigned.evidence or default
            ]
            waiting = False
            if isinstance(assigned, ProposedTheme):
                # Stated whatever was decided, so that another decision finds the documents to read again.
                self.out.add(theme.value, _LABEL, text_literal(assigned.label, _tag(assigned.language)))
                verdict = self.verdicts.get(theme.value)
                if verdict == REJECTED:
                    continue
                waiting = verdict is None
                if verdict not in (None, ACCEPTED):
                    theme = NamedNode(verdict)
                    if self.verdicts.get(verdict) == ACCEPTED:  # a theme of documents, which labels it too
                        label = text_literal(assigned.label, _tag(assigned.language))
                        self.out.add(verdict, _LABEL, label)
            stands = self.out.claim(
                subject, RP + "theme", theme, evidence, reason=assigned.reason, accepted_only=waiting
            )
            if waiting or stands is None:
                continue
            for item in assigned.evidence:
                self.out.add(self.out.passage_of(item.span), RP + "theme", stands)

    def excerpts(
        self, subject: str, name: str, excerpts: Sequence[Excerpt], default: Sequence[Evidence]
    ) -> None:
        told = max(item.confidence for item in default)
        for excerpt in excerpts:
            confidence = told if excerpt.confidence is None else excerpt.confidence
            evidence = (Evidence(excerpt.span, excerpt.rule or name, confidence),)
            self.out.claim(subject, RP + name, self.text(excerpt.text), evidence)

    def methodology(self, methodology: Methodology) -> None:
        out, iri = self.out, self.names.methodologies[methodology.id]
        evidence = self.shown(methodology.mentions)
        out.claim(
            iri, _LABEL, text_literal(methodology.name), self.worded(methodology.name, methodology.mentions)
        )
        self.mentioned(iri, methodology.mentions)
        for developer in methodology.developers:
            if self.stands(who := self.actors[developer].iri):
                out.claim(iri, RP + "developedBy", NamedNode(who), evidence)
        for event in methodology.events:
            if self.stands(where := self.names.events[event]):
                out.claim(iri, RP + "presentedAt", NamedNode(where), evidence)

    def declaration(self, declaration: Declaration) -> None:
        actor, out = self.actors[declaration.actor].iri, self.out
        iri = declaration_iri(declaration.kind, actor, declaration.text)
        evidence = (declaration.evidence,)
        if not self.stands(actor) or not out.claim(
            actor, DECLARING[declaration.kind], NamedNode(iri), evidence
        ):
            return
        for statement in declaration_statements(iri, declaration.kind, declaration.text):
            out.add(*statement)
        out.link(iri, PROV + "wasDerivedFrom", out.passage_of(declaration.evidence.span))
        self.themes(iri, declaration.themes, evidence)

    def person(self, person: Person) -> None:
        out, iri = self.out, self.names.persons[person.id]
        evidence = self.shown(person.mentions)
        out.claim(iri, _LABEL, text_literal(person.name), self.worded(person.name, person.mentions))
        if person.position:
            out.claim(iri, RP + "position", self.text(person.position), evidence)
        if self.stands(affiliation := self.names.affiliation(person)):
            out.claim(iri, RP + "affiliation", NamedNode(affiliation), evidence)
        self.mentioned(iri, person.mentions)
        for mention in person.mentions:
            out.link(iri, RP + "mentionedIn", out.passage_of(mention.span))
