"""Persons of a document: one for each name, with the first position and organisation that the text states."""

from collections import defaultdict

from graph.model import Evidence, Person
from ingest.actors import ActorIndex
from ingest.person_names import PersonMention, find_persons
from ingest.reading import Reading, Sentence
from ingest.well_known_places import is_place
from ontology.namespaces import slugify

PersonsOf = dict[int, list[PersonMention]]
"""The persons told in the sentence that starts at an offset of the clean text."""


def persons_of_sentences(reading: Reading) -> PersonsOf:
    """The persons of each sentence; names of institutions and events are none."""
    found = {}
    for sentence in reading.sentences:
        taken = [(m.start, m.end) for m in sentence.mentions]
        taken += [(p.start, p.end) for p in sentence.phrases]
        found[sentence.start] = find_persons(sentence.text, taken=taken, is_place=is_place)
    return found


def affiliation(person: PersonMention, sentence: Sentence) -> int | None:
    """The institution of a person (an index in the sentence's mentions), if the text names it."""
    if person.organisation is None:
        return None
    start, end = person.organisation
    return next((i for i, m in enumerate(sentence.mentions) if m.start < end and start < m.end), None)


def person_values(reading: Reading, persons: PersonsOf, actors: ActorIndex) -> tuple[Person, ...]:
    """The persons of a document, each with every place that names it."""
    grouped: dict[str, list[tuple[Sentence, PersonMention]]] = defaultdict(list)
    for sentence in reading.sentences:
        for person in persons.get(sentence.start, ()):
            grouped[slugify(person.name)].append((sentence, person))
    values = []
    for slug, found in grouped.items():
        if not slug:
            continue
        position = next((p.position for _, p in found if p.position), None)
        organisation = None
        for sentence, person in found:
            at = affiliation(person, sentence)
            if at is not None:
                organisation = organisation or actors.of_mention[sentence.first_mention + at]
        values.append(
            Person(
                slug,
                found[0][1].name,
                position,
                organisation,
                tuple(
                    Evidence(reading.source(s.start + p.start, s.start + p.end), p.rule, p.confidence)
                    for s, p in found
                ),
            )
        )
    return tuple(values)
