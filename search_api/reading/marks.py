"""What the graph says of the places of a document: its passages, what they name, and where things are told.

Offsets are code points of the document's text. Nothing here depends on the language of the reader.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from search_api.catalogue.mentions import names_pattern
from search_api.catalogue.triples import Triples, integer, text_of
from search_api.resources.links import resource_iri, split_iri

Spellings = Mapping[str, tuple[str, ...]]


class Mark(NamedTuple):
    """A stretch of the text that names or tells a resource, by its IRI."""

    start: int
    end: int
    iri: str


class Stretch(NamedTuple):
    """A passage, the heading over it, and the IRIs of what it names."""

    start: int
    end: int
    heading: str | None
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentMarks:
    """The passages of a document and where events and practices are told, both in the order of the text.

    `sections` are the headings, each with where the first passage under it begins; `first` says of each event
    and practice where it is told first, in that order; `counts` in how many passages each thing is named.
    """

    passages: tuple[Stretch, ...] = ()
    told: tuple[Mark, ...] = ()
    sections: tuple[tuple[str, int], ...] = field(init=False)
    first: Mapping[str, int] = field(init=False)
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        sections: list[tuple[str, int]] = []
        for passage in self.passages:
            if passage.heading and (not sections or sections[-1][0] != passage.heading):
                sections.append((passage.heading, passage.start))
        first: dict[str, int] = {}
        for mark in self.told:
            first.setdefault(mark.iri, mark.start)
        counts = Counter(iri for passage in self.passages for iri in passage.named)
        # The one way to fill the fields of a value that does not change afterwards.
        for name, value in (("sections", tuple(sections)), ("first", first), ("counts", counts)):
            object.__setattr__(self, name, value)

    def names(self, text: str, spellings: Spellings, *, start: int, end: int) -> tuple[Mark, ...]:
        """Where the passages between two offsets name what they name."""
        near = (passage for passage in self.passages if passage.start < end and passage.end > start)
        return _outermost(_names(near, text, spellings))

    def places_of(self, iri: str, text: str, spellings: Spellings) -> tuple[Mark, ...]:
        """Everywhere that a resource is told or, for want of that, named."""
        told = tuple(mark for mark in self.told if mark.iri == iri)
        near = (passage for passage in self.passages if iri in passage.named)
        return told or tuple(m for m in _outermost(_names(near, text, spellings)) if m.iri == iri)


def read_marks(triples: Triples, slug: str) -> DocumentMarks:
    """What the graph says of the places of the document of that slug."""
    this = resource_iri("document", slug)
    stated = """
        SELECT ?passage ?start ?end ?heading WHERE {
          ?passage dcterms:isPartOf {this} ; rp:start ?start ; rp:end ?end .
          OPTIONAL { ?passage rp:heading ?heading } }"""
    names = "SELECT DISTINCT ?passage ?named WHERE { ?passage dcterms:isPartOf {this} ; rp:mentions ?named }"
    # The title of an event and the kind of a practice are read where these are told.
    told = """
        SELECT DISTINCT ?subject ?selector ?start ?end WHERE {
          VALUES (?class ?property) { (rp:Event rdfs:label) (rp:Practice rp:practiceKind) }
          ?passage dcterms:isPartOf {this} . ?claim prov:wasDerivedFrom ?passage ;
            rdf:predicate ?property ; rdf:subject ?subject ; oa:hasSelector ?selector .
          ?subject a ?class . ?selector oa:start ?start ; oa:end ?end }"""
    named: dict[str, set[str]] = defaultdict(set)
    for passage, resource in triples.rows(names, this=this):
        named[text_of(passage)].add(text_of(resource))
    passages: dict[tuple[int, int], Stretch] = {}
    for passage, start, end, heading in triples.rows(stated, this=this):
        at, to = integer(start) or 0, integer(end) or 0
        more = named[text_of(passage)].union(passages[at, to].named if (at, to) in passages else ())
        passages[at, to] = Stretch(at, to, text_of(heading) or None, tuple(sorted(more)))
    marks = {
        Mark(integer(start) or 0, integer(end) or 0, text_of(subject))
        for subject, selector, start, end in triples.rows(told, this=this)
        if text_of(selector).partition("#")[0] == this
    }
    return DocumentMarks(
        passages=tuple(sorted(passages.values())), told=tuple(sorted(m for m in marks if m.start < m.end))
    )


def _outermost(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks in order, without a name that is part of a longer one of its kind: SELA in SELA-IBERPYME."""
    found: list[Mark] = []
    last: dict[str, Mark] = {}
    for mark in sorted(set(marks), key=lambda m: (m.start, -m.end, m.iri)):
        kind = (split_iri(mark.iri) or ("", ""))[0]
        around = last.get(kind)
        if around and mark.end <= around.end and mark[:2] != around[:2]:
            continue
        last[kind] = mark
        found.append(mark)
    return tuple(found)


def _names(passages: Iterable[Stretch], text: str, spellings: Spellings) -> Iterator[Mark]:
    patterns: dict[str, re.Pattern[str] | None] = {}
    for passage in passages:
        for iri in passage.named:
            if iri not in patterns:
                patterns[iri] = names_pattern(spellings.get(iri, ()))
            pattern = patterns[iri]
            for match in pattern.finditer(text, passage.start, passage.end) if pattern else ():
                yield Mark(match.start(), match.end(), iri)
