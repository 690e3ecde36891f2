"""Who is who in one document: actors against the authority file, everything else by its own name.

What a name means in one document is settled here; which names of several documents are one, and what curators
merged, in `graph.resolution`. Scores run from 0 to 1 and travel with their reason in words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.model import Actor, Event, Extraction, Person
from graph.naming import actor_slug, digest, event_slug, fold, slug
from ontology.authority import Institution
from ontology.namespaces import iri

# Words that say nothing of which institution it is, in es, pt and en, folded.
_EMPTY_WORDS = frozenset(
    {"a", "al", "and", "da", "das", "de", "del", "do", "dos", "e", "el", "en", "for", "la", "las", "los"}
    | {"no", "o", "of", "on", "para", "por", "the", "y"}
)
_PARENTHESES = re.compile(r"\s*\([^)]*\)")
_SAME_NAME, _ACRONYM_AND_COUNTRY, _ACRONYM_AND_NAME, _ACRONYM_ALONE = 1.0, 0.9, 0.9, 0.8
# Share of the shorter name's words that both must hold for a name to support an acronym: more than half, so
# that "Instituto" alone does not.
_NAME_SUPPORT = 0.6


@dataclass(frozen=True, slots=True)
class ActorIdentity:
    """The resource that an actor of an extraction is.

    `institution` is its entry in the authority file, `known_names` the names that the entry states already.
    """

    iri: str
    slug: str
    institution: Institution | None
    score: float
    reason: str
    known_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """IRIs of everything in an extraction but actors and places, by the ids of the extraction."""

    events: Mapping[str, str]
    practices: Mapping[str, str]
    passages: Mapping[str, str]
    persons: Mapping[str, str]
    methodologies: Mapping[str, str]
    affiliations: Mapping[str, str]

    def affiliation(self, person: Person) -> str | None:
        """IRI of the actor that a person speaks for, where the text names one of its actors."""
        return self.affiliations.get(person.id)


def resolve(extraction: Extraction, *, authority: Sequence[Institution]) -> dict[str, ActorIdentity]:
    """The identity of each actor of an extraction, by its id.

    An institution is recognised by a name (folded, in any language) or an acronym, and never against its
    country. An acronym alone counts where only one institution bears it and the authority file does not call
    it ambiguous; beside a full name that no entry has, it needs the support of the country or of words that
    both names share. All others are minted from name and country.
    """
    matcher = _matcher(tuple(authority))
    return {actor.id: matcher.identify(actor) for actor in extraction.actors}


def name_resources(
    extraction: Extraction, actors: Mapping[str, ActorIdentity], *, document_slug: str
) -> ResourceNames:
    """Mint the IRIs of all other resources of an extraction.

    An event is its title with its day, or its place and coarse date; a practice or passage is its words in
    its document, so that a change elsewhere in the document leaves its IRI; a person is a name with the actor
    they speak for, or with the document.
    """
    affiliations = _affiliations(extraction, actors)
    return ResourceNames(
        events=_event_iris(extraction.events, document_slug=document_slug),
        practices=_text_iris(
            [(practice.id, f"{practice.kind} {practice.text}") for practice in extraction.practices],
            lambda key: iri("practice", f"{document_slug}-{key}"),
        ),
        passages=_text_iris(
            [(passage.id, passage.text) for passage in extraction.passages],
            lambda key: iri("passage", f"{document_slug}-{key}"),
        ),
        persons={
            person.id: iri(
                "person",
                f"{slug(person.name, max_length=60)}-"
                + (
                    affiliations[person.id].rpartition("/")[2] if person.id in affiliations else document_slug
                ),
            )
            for person in extraction.persons
        },
        methodologies={m.id: iri("methodology", slug(m.name)) for m in extraction.methodologies},
        affiliations=affiliations,
    )


class _Matcher:
    """The authority file, indexed by folded name and acronym."""

    def __init__(self, authority: Iterable[Institution]) -> None:
        self._ambiguous: set[str] = set()
        self._by_slug: dict[str, Institution] = {}
        self._by_name: dict[str, list[Institution]] = defaultdict(list)
        self._by_acronym: dict[str, list[Institution]] = defaultdict(list)
        for institution in authority:
            self._by_slug[institution.slug] = institution
            for name in {fold(name) for name in institution.forms()}:
                self._by_name[name].append(institution)
            for acronym in {fold(acronym) for acronym in institution.acronyms}:
                self._by_acronym[acronym].append(institution)
            self._ambiguous |= {fold(acronym) for acronym in institution.ambiguous_acronyms}

    def identify(self, actor: Actor) -> ActorIdentity:
        """The institution that an actor is, or an identity of its own."""
        if actor.authority in self._by_slug:
            return _known(
                self._by_slug[actor.authority], 1.0, "the reader found its entry in the authority file"
            )
        return self._by_any_name(actor) or self._by_any_acronym(actor) or _minted(actor)

    def _by_any_name(self, actor: Actor) -> ActorIdentity | None:
        for name in (actor.name, *actor.variants):
            for form in dict.fromkeys((fold(name), fold(_PARENTHESES.sub("", name)))):
                found = [i for i in self._by_name.get(form, ()) if _compatible(actor, i)]
                chosen = _only(found, actor)
                if chosen:
                    return _known(chosen, _SAME_NAME, f"the name {name!r} is in the authority file")
        return None

    def _by_any_acronym(self, actor: Actor) -> ActorIdentity | None:
        own = fold(actor.name)
        for acronym in (actor.name, *actor.acronyms):
            bearers = self._by_acronym.get(fold(acronym), [])
            found = [i for i in bearers if _compatible(actor, i)]
            chosen = _only(found, actor)
            if not chosen:
                continue
            if actor.country and actor.country == chosen.country:
                return _known(
                    chosen, _ACRONYM_AND_COUNTRY, f"the acronym {acronym} and the country {actor.country} fit"
                )
            if fold(acronym) == own:
                if own not in self._ambiguous:
                    return _known(chosen, _ACRONYM_ALONE, f"no other institution has the acronym {acronym}")
            elif any(_shares_words(actor.name, name) for name in chosen.forms()):
                return _known(
                    chosen, _ACRONYM_AND_NAME, f"the acronym {acronym} fits, and so do words of the name"
                )
        return None


@lru_cache(maxsize=2)
def _matcher(authority: tuple[Institution, ...]) -> _Matcher:
    """Kept, since it takes longer to index the file than to identify the actors of a document."""
    return _Matcher(authority)


def _compatible(actor: Actor, institution: Institution) -> bool:
    return not actor.country or not institution.country or actor.country == institution.country


def _only(found: Sequence[Institution], actor: Actor) -> Institution | None:
    """The one institution that fits, or the one in the actor's country when several do."""
    if len(found) > 1:
        found = [i for i in found if actor.country and i.country == actor.country]
    return found[0] if len(found) == 1 else None


def _shares_words(one: str, other: str) -> bool:
    words, others = (set(fold(name).split()) - _EMPTY_WORDS for name in (one, other))
    return bool(words and others) and len(words & others) / min(len(words), len(others)) >= _NAME_SUPPORT


def _known(institution: Institution, score: float, reason: str) -> ActorIdentity:
    return ActorIdentity(
        iri=institution.iri,
        slug=institution.slug,
        institution=institution,
        score=score,
        reason=reason,
        known_names=_stated_names(institution),
    )


def _stated_names(institution: Institution) -> tuple[str, ...]:
    return (*institution.forms(), *institution.acronyms)


def _minted(actor: Actor) -> ActorIdentity:
    own = actor_slug(actor.name, actor.country)
    reason = "no entry of the authority file fits; named by its name" + (
        f" and its country {actor.country}" if actor.country else ""
    )
    return ActorIdentity(iri=iri("actor", own), slug=own, institution=None, score=1.0, reason=reason)


def _affiliations(extraction: Extraction, actors: Mapping[str, ActorIdentity]) -> dict[str, str]:
    """Person id → IRI of their actor; `Person.organisation` is an actor's id or one of its names."""
    by_name = {
        fold(name): actors[actor.id].iri
        for actor in extraction.actors
        for name in (*actor.acronyms, *actor.variants, actor.name)
    }
    found = {
        person.id: actors[person.organisation].iri
        if person.organisation in actors
        else by_name.get(fold(person.organisation))
        for person in extraction.persons
        if person.organisation
    }
    return {person: organisation for person, organisation in found.items() if organisation}


def _event_iris(events: Sequence[Event], *, document_slug: str) -> dict[str, str]:
    """Title and day; where two events of one document share both, their places tell them apart."""

    def name(event: Event, *, with_place: bool) -> str:
        return event_slug(
            event.title,
            start_date=event.start_date,
            city=event.city,
            country=event.country,
            fallback=document_slug,
            with_place=with_place,
        )

    plain = {event.id: name(event, with_place=False) for event in events}
    shared = Counter(plain.values())
    return {
        event.id: iri(
            "event", plain[event.id] if shared[plain[event.id]] == 1 else name(event, with_place=True)
        )
        for event in events
    }


def _text_iris(texts: Sequence[tuple[str, str]], mint: Callable[[str], str]) -> dict[str, str]:
    """An IRI for each (id, text) from the folded text; the second of the same text gets a number."""
    seen: Counter[str] = Counter()
    named: dict[str, str] = {}
    for key, text in texts:
        own = digest(fold(text) or text)
        seen[own] += 1
        named[key] = mint(own if seen[own] == 1 else f"{own}-{seen[own]}")
    return named
