"""What a document says of its actors and events, as small records: all that telling identities apart needs.

They are read from the document's own graph, so that whatever made the graph, a record says no more than it
does.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ontology.namespaces import ID, ORG, RDF, RDFS, ROLE_PROPERTIES, RP, SCHEMA, SKOS

# What a resource has one of; two documents may differ, and `graph.resolution` then settles which value
# stands.
SINGLE = (
    RP + "actorType",
    RP + "eventType",
    RP + "status",
    SCHEMA + "startDate",
    SCHEMA + "endDate",
    RP + "city",
    RP + "country",
)
_SUBJECTS = (f"<{ID}actor/".encode(), f"<{ID}event/".encode())
_ROLES = frozenset(ROLE_PROPERTIES.values())


@dataclass(frozen=True, slots=True)
class Record:
    """An actor or event as one document tells it.

    `labels` are (text, language); `values` predicate IRI → object in N-Triples, for the predicates of
    `SINGLE`; `whole` is the body of a unit or the event of a part; `actors` those who took part in an event.
    """

    iri: str
    labels: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    whole: str | None = None
    actors: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """ "actor" or "event"."""
        return self.iri.removeprefix(ID).partition("/")[0]

    def value(self, predicate: str) -> str | None:
        """A value of `values` as plain text: the last part of an IRI, or the text of a literal."""
        term = self.values.get(predicate)
        if term is None:
            return None
        return term[1:-1].rpartition("/")[2] if term.startswith("<") else term[1:].partition('"')[0]


def records(quads: Iterable[Quad]) -> list[Record]:
    """The actors and events that a document's graph states, by IRI."""
    kinds: set[str] = set()
    labels: dict[str, list[tuple[str, str]]] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    values: dict[str, dict[str, str]] = {}
    wholes: dict[str, list[str]] = {}
    actors: dict[str, set[str]] = {}
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode):
            continue
        iri = subject.value
        if predicate == RDF + "type":
            if isinstance(value, NamedNode) and value.value in (RP + "Actor", RP + "Event"):
                kinds.add(iri)
        elif isinstance(value, Literal) and predicate == RDFS + "label":
            labels.setdefault(iri, []).append((value.value, value.language or ""))
        elif isinstance(value, Literal) and predicate in (SKOS + "altLabel", RP + "acronym"):
            texts.setdefault((iri, predicate), []).append(value.value)
        elif predicate in SINGLE:
            held = values.setdefault(iri, {})
            held[predicate] = min(held.get(predicate, str(value)), str(value))
        elif isinstance(value, NamedNode):
            if predicate in (ORG + "unitOf", SCHEMA + "superEvent"):
                wholes.setdefault(iri, []).append(value.value)
            elif predicate in _ROLES:
                actors.setdefault(value.value, set()).add(iri)
    return [
        Record(
            iri=iri,
            labels=tuple(sorted(labels.get(iri, ()))),
            aliases=tuple(sorted(texts.get((iri, SKOS + "altLabel"), ()))),
            acronyms=tuple(sorted(texts.get((iri, RP + "acronym"), ()))),
            values=values.get(iri, {}),
            whole=min(wholes.get(iri, ()), default=None),
            actors=tuple(sorted(actors.get(iri, ()))),
        )
        for iri in sorted(kinds)
    ]


def read_records(path: Path) -> list[Record]:
    """The records of an N-Quads file with one statement a line; only lines about actors and events are
    parsed."""
    with path.open("rb") as file:
        lines = b"".join(line for line in file if line.startswith(_SUBJECTS))
    return records(parse(lines, format=RdfFormat.N_QUADS, lenient=True))


def to_json(found: Iterable[Record]) -> str:
    """Records as JSON, to be read by `from_json`."""
    return json.dumps([asdict(record) for record in found], ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> list[Record]:
    """Read `to_json` back."""
    return [
        Record(
            iri=entry["iri"],
            labels=tuple((text, language) for text, language in entry["labels"]),
            aliases=tuple(entry["aliases"]),
            acronyms=tuple(entry["acronyms"]),
            values=entry["values"],
            whole=entry["whole"],
            actors=tuple(entry["actors"]),
        )
        for entry in json.loads(text)
    ]
