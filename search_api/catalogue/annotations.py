"""What the graph of a snapshot says of the words of its documents: passages with their annotations.

In: the catalogue of a snapshot and its documents. Out: each passage as clean text, cut into sentences, with
the stretches that name an institution, an event, a place, a person or a date, and those that tell a practice.
Offsets are code points of the passage's text; `AnnotatedPassage.source` gives those of the document.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from graph.model import Document, Span
from ingest.cleaning import CleanText, clean
from ingest.dates import find_dates
from ingest.sentences import sentences
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.mentions import names_pattern
from search_api.catalogue.triples import integer, text_of
from search_api.resources.links import resource_iri, slug_of, split_iri
from search_api.wording.printable import printable

LABELS = {"actor": "ORG", "event": "EVENT", "place": "LOC", "person": "PER"}
"""Kind of resource → the label that spaCy's pipelines for news know it by."""

DATE = "DATE"

_ANY_YEAR = 2000
"""Where a date stands does not depend on its year, but one that is never told would leave it out."""


class Annotation(NamedTuple):
    """A stretch of a passage, what it is, and the IRI of the resource; a date has none."""

    start: int
    end: int
    label: str
    iri: str = ""


class AnnotatedPassage(NamedTuple):
    """A passage with all that is annotated in it. Entities may overlap ("Feria de Lima": event and place)."""

    iri: str
    document: str
    title: str
    language: str
    heading: str | None
    page: int | None
    event: str | None
    text: str
    sentences: tuple[Span, ...]
    entities: tuple[Annotation, ...]
    practices: tuple[Annotation, ...]
    clean: CleanText
    start: int

    def source(self, start: int, end: int) -> Span:
        """Where a stretch of the passage stands in the text of the document."""
        return self.clean.source(self.start + start, self.start + end)


class _Passage(NamedTuple):
    """A passage as the graph has it; `span` in the document."""

    iri: str
    span: Span
    language: str
    heading: str | None
    page: int | None
    event: str | None


def annotated_passages(
    catalogue: Catalogue, documents: Iterable[str], read: Callable[[str], Document]
) -> Iterator[AnnotatedPassage]:
    """The passages of the documents (slugs) in their order; `read` gives the document of a slug.

    Names are those that the graph knows of a resource, looked for in the passages that it says name it; dates
    are all that the rules read, those of no event too. A stretch of text is in one passage only: words that
    the graph quotes as a passage of their own, inside another, are left out.
    """
    for slug in documents:
        document = read(slug)
        cleaned = clean(document)
        named, practices = _named(catalogue, slug), _practices(catalogue, slug)
        reached = 0
        for passage in _passages(catalogue, slug):
            start = cleaned.clean_offset(passage.span.start)
            end = cleaned.clean_offset(passage.span.end - 1) + 1
            if end <= reached or not cleaned.text[start:end].strip():
                continue
            start, reached = max(start, reached), end
            text = printable(cleaned.text[start:end])
            found = {
                Annotation(match.start(), match.end(), LABELS[kind], iri)
                for kind, iri in named[passage.iri]
                if (pattern := names_pattern(catalogue.spellings.get(iri, ()))) is not None
                for match in pattern.finditer(text)
            }
            dates = find_dates(text, language=passage.language, default_year=_ANY_YEAR)
            found |= {Annotation(*mention.span, DATE) for mention in dates if not mention.weak}
            yield AnnotatedPassage(
                iri=passage.iri,
                document=slug,
                title=document.title or document.name,
                language=passage.language,
                heading=passage.heading,
                page=passage.page,
                event=passage.event,
                text=text,
                sentences=sentences(text, passage.language),
                entities=tuple(sorted(found)),
                practices=tuple(_inside(practices, cleaned, start, end)),
                clean=cleaned,
                start=start,
            )


def _passages(catalogue: Catalogue, slug: str) -> list[_Passage]:
    """The passages of a document, in the order of the text, the longer of two that begin together first."""
    query = """
        SELECT ?passage ?start ?end ?language ?heading ?page ?event WHERE {
          ?passage dcterms:isPartOf {this} ; rp:start ?start ; rp:end ?end .
          OPTIONAL { ?passage dcterms:language ?language }
          OPTIONAL { ?passage rp:heading ?heading }
          OPTIONAL { ?passage rp:page ?page }
          OPTIONAL { ?passage rp:event ?event } }"""
    found: dict[str, _Passage] = {}
    rows = catalogue.triples.rows(query, this=resource_iri("document", slug))
    for iri, start, end, language, heading, page, event in sorted(rows, key=str):
        at, to = integer(start) or 0, integer(end) or 0
        if at < to:
            told = (text_of(heading) or None, integer(page), text_of(event) or None)
            found.setdefault(text_of(iri), _Passage(text_of(iri), Span(at, to), text_of(language), *told))
    return sorted(found.values(), key=lambda p: (p.span.start, -p.span.end, p.iri))


def _named(catalogue: Catalogue, slug: str) -> dict[str, set[tuple[str, str]]]:
    """The resources that each passage (IRI) names: kind and IRI. An event is named where it is told."""
    query = """
        SELECT DISTINCT ?passage ?named WHERE {
          ?passage dcterms:isPartOf {this} .
          { ?passage rp:mentions ?named } UNION { ?passage rp:event ?named }
          UNION { ?claim prov:wasDerivedFrom ?passage ; rdf:subject ?named . ?named a rp:Event } }"""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for passage, resource in catalogue.triples.rows(query, this=resource_iri("document", slug)):
        iri = text_of(resource)
        kind = (split_iri(iri) or ("", ""))[0]
        if kind in LABELS:
            found[text_of(passage)].add((kind, iri))
    return found


def _practices(catalogue: Catalogue, slug: str) -> list[Annotation]:
    """The practices of a document, by their offsets in it; the label is the kind."""
    query = """
        SELECT DISTINCT ?practice ?kind ?selector ?start ?end WHERE {
          ?passage dcterms:isPartOf {this} . ?practice rp:passage ?passage ; rp:practiceKind ?kind .
          ?claim rdf:subject ?practice ; rdf:predicate rp:practiceKind ; rdf:object ?kind ;
                 oa:hasSelector ?selector .
          ?selector oa:start ?start ; oa:end ?end }"""
    document = resource_iri("document", slug)
    found = {
        Annotation(integer(start) or 0, integer(end) or 0, slug_of(text_of(kind)), text_of(practice))
        for practice, kind, selector, start, end in catalogue.triples.rows(query, this=document)
        if text_of(selector).partition("#")[0] == document
    }
    return sorted(found)


def _inside(
    practices: Iterable[Annotation], cleaned: CleanText, start: int, end: int
) -> Iterator[Annotation]:
    """The part of each practice that lies in the clean characters `start` to `end`, by offsets there."""
    for practice in practices:
        first = max(start, cleaned.clean_offset(practice.start))
        last = min(end, cleaned.clean_offset(practice.end - 1) + 1)
        if first < last:
            yield Annotation(first - start, last - start, practice.label, practice.iri)
