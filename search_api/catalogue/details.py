"""Everything the graph says of one resource: the read model behind a page and its JSON answer.

Each function takes the catalogue of a snapshot and a slug, and raises NotFound with the list to look in.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from pyoxigraph import Literal

from graph.errors import NotFound
from ontology.namespaces import ROLE_PROPERTIES, RP
from search_api.catalogue.actor_names import nearest_names
from search_api.catalogue.catalogue import ROLES, Catalogue, Taking
from search_api.catalogue.evidence import (
    PASSAGES,
    evidence_of,
    evidence_of_parts,
    mentions_of,
    passages_where,
)
from search_api.catalogue.triples import Term, best_text, iris, text_of, texts
from search_api.errors import MovedError
from search_api.resources.actors import ActorDetail
from search_api.resources.base import Counted, Evidence, Participation, Ref
from search_api.resources.documents import DocumentDetail
from search_api.resources.events import EventDetail, EventSummary
from search_api.resources.links import collection_path, resource_iri, resource_path, split_iri
from search_api.resources.practices import PracticeDetail
from search_api.resources.themes import Label, ThemeDetail
from search_api.search.words import fold

S = TypeVar("S")
_TOLD_OF_ACTORS = tuple("skos:altLabel rdfs:label rp:authority org:unitOf owl:sameAs rdfs:seeAlso".split())
_ROLE_OF = {prop.removeprefix(RP): role for role, prop in ROLE_PROPERTIES.items()}


class Most(NamedTuple):
    """How much of an institution a page tells at once: its latest events, its practices, and the passages
    that name it."""

    events: int
    practices: int
    passages: int


def actor_detail(catalogue: Catalogue, slug: str, *, most: Most | None = None) -> ActorDetail:
    """An institution with its names, participations, themes, practices and the passages that name it; of an
    active one up to `most` of them."""
    summary = find(catalogue, catalogue.actors, "actor", slug)
    iri = summary.id
    values = catalogue.triples.values_of(iri, _TOLD_OF_ACTORS)  # not its events, which may be thousands
    dates = {event.id: event.start_date or "" for event in catalogue.gathered.events_of.get(iri, ())}
    takings = sorted(catalogue.takings_of.get(iri, ()), key=lambda t: ROLES.index(t.role))
    takings.sort(key=lambda t: dates.get(t.event, ""), reverse=True)
    if most is not None:
        told = list(dict.fromkeys(t.event for t in takings))[: most.events]
        takings = [t for t in takings if t.event in told]
    claims = evidence_of_parts(catalogue, iri, [t.event for t in takings])
    participations = _participations(catalogue, takings, claims)
    practices = catalogue.gathered.practices_of.get(iri, ())
    total, mentions = mentions_of(catalogue, iri, limit=most.passages if most else PASSAGES)
    names = {
        *texts(values, "skos:altLabel"),
        *texts(values, "rdfs:label"),
    } - {summary.label, *summary.acronyms}
    return ActorDetail(
        **summary.__dict__,
        names=tuple(sorted(names, key=fold)),
        authority=any(text_of(term) == "true" for term in values.get("rp:authority", ())),
        part_of=catalogue.refs(iris(values, "org:unitOf")),
        units=_subjects(catalogue, "org:unitOf", iri),
        same_as=(*iris(values, "owl:sameAs"), *iris(values, "rdfs:seeAlso")),
        participations=participations,
        themes=theme_counts(catalogue, catalogue.gathered.events_of.get(iri, ())),
        practices=practices[: most.practices] if most else practices,
        methodologies=_subjects(catalogue, "rp:developedBy", iri),
        mentions_total=total,
        mentions=mentions,
    )


def event_detail(catalogue: Catalogue, slug: str) -> EventDetail:
    """An event with its participants by role, practices, passages and the claims behind each fact."""
    summary = find(catalogue, catalogue.events, "event", slug)
    iri = summary.id
    values = catalogue.triples.of_subject(iri)
    claims = evidence_of(catalogue, iri)
    participations = sorted(
        _participations(catalogue, catalogue.takings_at.get(iri, ()), claims),
        key=lambda p: (ROLES.index(p.role.slug), fold(p.actor.label)),
    )
    return EventDetail(
        **summary.__dict__,
        venue=best_text(values.get("rp:venue", ())),
        part_of=catalogue.refs(iris(values, "schema:superEvent")),
        parts=_subjects(catalogue, "schema:superEvent", iri),
        objectives=texts(values, "rp:objective"),
        outcomes=texts(values, "rp:outcome"),
        participations=tuple(participations),
        practices=catalogue.gathered.practices_at.get(iri, ()),
        methodologies=_subjects(catalogue, "rp:presentedAt", iri),
        evidence=tuple(c for c in claims if c.subject == iri and c.property not in _ROLE_OF),
        passages=passages_where(catalogue, "?passage rp:event {this}", this=iri),
    )


def practice_detail(catalogue: Catalogue, slug: str) -> PracticeDetail:
    """A practice with its context, conditions, results and pitfalls, and where it is written."""
    summary = find(catalogue, catalogue.practices, "practice", slug)
    values = catalogue.triples.of_subject(summary.id)
    return PracticeDetail(
        **summary.__dict__,
        context=texts(values, "rp:context"),
        conditions=texts(values, "rp:condition"),
        results=texts(values, "rp:result"),
        pitfalls=texts(values, "rp:pitfall"),
        evidence=tuple(c for c in evidence_of(catalogue, summary.id) if c.subject == summary.id),
        passages=passages_where(catalogue, "{this} rp:passage ?passage", this=summary.id),
    )


def theme_detail(catalogue: Catalogue, slug: str) -> ThemeDetail:
    """A theme with its labels in every language, its neighbours, its events and who works on it."""
    summary = find(catalogue, catalogue.themes, "theme", slug)
    iri = summary.id
    values = catalogue.triples.of_subject(iri)
    events = catalogue.gathered.events_on.get(iri, ())
    actors = Counter(
        actor
        for event in events
        for actor in {taken.actor for taken in catalogue.takings_at.get(event.id, ())}
    )
    narrower = [child for child, parent in catalogue.broader.items() if iri in parent]
    return ThemeDetail(
        **summary.__dict__,
        labels=(
            *_labels(values.get("skos:prefLabel", ()), preferred=True),
            *_labels(values.get("skos:altLabel", ()), preferred=False),
        ),
        definitions=_labels(values.get("skos:definition", ()), preferred=True),
        narrower=catalogue.refs(narrower),
        related=catalogue.refs(iris(values, "skos:related")),
        close_matches=(*iris(values, "skos:closeMatch"), *iris(values, "skos:exactMatch")),
        event_list=events,
        practice_list=catalogue.gathered.practices_on.get(iri, ()),
        actors=_counted(catalogue, actors),
    )


def document_detail(
    catalogue: Catalogue, slug: str, named: Callable[[str], Mapping[str, int]]
) -> DocumentDetail:
    """A document with the events, institutions and practices that were read from it.

    `named` says in how many passages of a document each resource (IRI) is named.
    """
    summary = find(catalogue, catalogue.documents, "document", slug)
    iri = summary.id
    values = catalogue.triples.of_subject(iri)
    counts = {one: n for one, n in named(slug).items() if (split_iri(one) or ("",))[0] == "actor"}
    return DocumentDetail(
        **summary.__dict__,
        sha256=next(iter(texts(values, "rp:sha256")), None),
        event_list=catalogue.gathered.events_told_in.get(iri, ()),
        actors=_counted(catalogue, counts),
        practice_list=catalogue.gathered.practices_told_in.get(iri, ()),
    )


def theme_counts(catalogue: Catalogue, events: Iterable[EventSummary]) -> tuple[Counted, ...]:
    """The themes of some events with the number of events, the most frequent first."""
    return _counted(catalogue, Counter(theme.id for event in events for theme in event.themes))


def _participations(
    catalogue: Catalogue, takings: Iterable[Taking], claims: Iterable[Evidence]
) -> tuple[Participation, ...]:
    told: dict[tuple[str, str, str | None], list[Evidence]] = defaultdict(list)
    for claim in claims:
        told[claim.subject, claim.object, _ROLE_OF.get(claim.property)].append(claim)
    return tuple(
        Participation(
            actor=catalogue.ref(actor),
            event=catalogue.ref(event),
            role=catalogue.concept("role", role),
            date=known.start_date if (known := catalogue.events_by_iri.get(event)) else None,
            evidence=tuple(told.get((actor, event, role), ())),
        )
        for actor, event, role in takings
    )


def find(catalogue: Catalogue, items: Mapping[str, S], kind: str, slug: str) -> S:
    """The summary of that slug.

    Raises MovedError where the resource is known by another slug: it was merged into another, `slug` is its
    own in other letters (CAF), or `slug` is the notation of a theme (th-tic). Raises NotFound else.
    """
    if slug in items:
        return items[slug]
    lower = slug.lower()
    for name in (slug, lower):
        if now := split_iri(catalogue.moved.get(resource_iri(kind, name), "")):
            raise MovedError(resource_path(*now))
    if lower in items:
        raise MovedError(resource_path(kind, lower))
    for theme in catalogue.themes.values() if kind == "theme" else ():
        if theme.notation and theme.notation.lower() == lower:
            raise MovedError(theme.url)
    raise NotFound(
        f"there is no {kind} {slug!r} in this snapshot; look in {collection_path(kind)}"
        + (_nearest_actors(catalogue, slug) if kind == "actor" else "")
    )


def _nearest_actors(catalogue: Catalogue, slug: str) -> str:
    names = {actor.slug: catalogue.spellings.get(actor.id, ()) for actor in catalogue.actors.values()}
    near = nearest_names(slug.replace("-", " "), names)
    listed = "; ".join(f"{catalogue.actors[key].label} ({key})" for _, key in near)
    return f". The nearest names: {listed}" if listed else ""


def _subjects(catalogue: Catalogue, prop: str, iri: str) -> tuple[Ref, ...]:
    rows = catalogue.triples.rows(f"SELECT DISTINCT ?s WHERE {{ ?s {prop} {{this}} }}", this=iri)
    return catalogue.refs(text_of(subject) for (subject,) in rows)


def _counted(catalogue: Catalogue, counts: Mapping[str, int]) -> tuple[Counted, ...]:
    ordered = sorted(counts, key=lambda iri: (-counts[iri], catalogue.folded(iri), iri))
    return tuple(Counted(resource=catalogue.ref(iri), count=counts[iri]) for iri in ordered)


def _labels(terms: Iterable[Term], *, preferred: bool) -> tuple[Label, ...]:
    found = [
        Label(text=term.value, language=term.language, preferred=preferred)
        for term in terms
        if isinstance(term, Literal)
    ]
    return tuple(sorted(found, key=lambda label: (label.language or "", fold(label.text))))
