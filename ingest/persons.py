"""Persons of a document: one for each name, with the first position and organisation that the text states."""

from collections import defaultdict

from graph.model import Evidence, Person
from ingest.actors import ActorIndex
from ingest.person_names import PersonMention, find_persons
from ingest.reading import Reading, Sentence
from ingest.well_known_places import is_place
from ontology.namespaces import slugify


def person_values(reading: Reading, actors: ActorIndex) -> tuple[Person, ...]:
    """The persons of a document; names of institutions and events are none."""
    grouped: dict[str, list[tuple[Sentence, PersonMention]]] = defaultdict(list)
    for sentence, person in _persons(reading):
        grouped[slugify(person.name)].append((sentence, person))
    values = []
    for slug, found in grouped.items():
        if not slug:
            continue
        position = next((p.position for _, p in found if p.position), None)
        organisation = None
        for sentence, person in found:
            if person.organisation is None:
                continue
            for i, m in enumerate(sentence.mentions):
                if m.start < person.organisation[1] and person.organisation[0] < m.end:
                    organisation = organisation or actors.of_mention[sentence.first_mention + i]
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


def _persons(reading: Reading) -> list[tuple[Sentence, PersonMention]]:
    found = []
    for sentence in reading.sentences:
        taken = [(m.start, m.end) for m in sentence.mentions]
        taken += [(p.start, p.end) for p in sentence.phrases]
        found += [(sentence, p) for p in find_persons(sentence.text, taken=taken, is_place=is_place)]
    return found
