"""Where the statements of the graph were read: claims with their places, and passages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import groupby

from pyoxigraph import NamedNode

from ontology.namespaces import RDF, RP
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import Term, integer, language_of, text_of
from search_api.resources.base import Evidence, Passage, Source
from search_api.resources.links import slug_of, span_path

#: Most passages shown with a resource; the totals are given beside them.
PASSAGES = 50
#: The words that say so, and where they stand.
Place = tuple[str, Source | None]
#: The claims that a query is given.
GIVEN = "VALUES ?claim { {claims} }"
#: The place of a claim that no document stands behind.
NOWHERE: tuple[Place, ...] = (("", None),)


def evidence_of(catalogue: Catalogue, iri: str) -> tuple[Evidence, ...]:
    """Every claim about a resource, as its subject or its object; one for each place it was read from."""
    return _claims(catalogue, "{ ?claim rdf:subject {this} } UNION { ?claim rdf:object {this} }", this=iri)


def claims_between(catalogue: Catalogue, pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The claims (IRIs) that state something of a subject with an object, by those of either.

    Looked up one by one: an institution may be the subject of thousands, and a query that names both would
    begin with all of them.
    """
    triples = catalogue.triples
    return {
        claim: (subject, target)
        for subject, target in dict.fromkeys(pairs)
        for claim in triples.subjects(RDF + "object", target)
        if triples.says(claim, RDF + "subject", subject)
    }


def evidence_of_parts(catalogue: Catalogue, subject: str, targets: Iterable[str]) -> tuple[Evidence, ...]:
    """Every claim with that subject and one of the objects, as `evidence_of`."""
    claims = claims_between(catalogue, ((subject, target) for target in targets))
    return _claims(catalogue, GIVEN, claims=claims)


def _claims(catalogue: Catalogue, about: str, **terms: str | Iterable[str]) -> tuple[Evidence, ...]:
    claims = f"""
        SELECT DISTINCT ?claim ?s ?p ?o ?confidence ?reason ?status WHERE {{
          {about}
          ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
          OPTIONAL {{ ?claim rp:confidence ?confidence }}
          OPTIONAL {{ ?claim rp:reason ?reason }}
          OPTIONAL {{ ?claim rp:reviewStatus ?status }} }}"""
    rules = defaultdict(set)
    for claim, rule in catalogue.triples.rows(
        f"SELECT DISTINCT ?claim ?rule WHERE {{ {about} ?claim rp:rule ?rule }}", **terms
    ):
        rules[text_of(claim)].add(text_of(rule))
    places = places_of_claims(catalogue, about, terms)
    seen: dict[tuple[str, str], Evidence] = {}
    for claim, s, p, o, confidence, reason, status in catalogue.triples.rows(claims, **terms):
        for quote, source in places.get(text_of(claim)) or NOWHERE:
            evidence = Evidence(
                id=text_of(claim),
                property=_local(text_of(p)),
                value=catalogue.ref(o.value).label if isinstance(o, NamedNode) else text_of(o),
                language=catalogue.label_languages.get(o.value)
                if isinstance(o, NamedNode)
                else language_of(o),
                subject=text_of(s),
                object=text_of(o),
                confidence=_number(confidence),
                rule=", ".join(sorted(rules[text_of(claim)])) or None,
                reason=text_of(reason) or None,
                review_status=slug_of(text_of(status)) or None,
                quote=" ".join(quote.split()) or None,
                source=source,
            )
            seen.setdefault((evidence.id, source.url if source else ""), evidence)
    return tuple(
        sorted(seen.values(), key=lambda e: (e.property, e.value, e.source.start if e.source else 0, e.id))
    )


def places_of_claims(
    catalogue: Catalogue, about: str, terms: Mapping[str, str | Iterable[str]]
) -> dict[str, list[Place]]:
    """The quote and the place of every selector of the claims, by claim."""
    selectors = f"""
        SELECT DISTINCT ?claim ?selector ?start ?end ?quote WHERE {{
          {about}
          ?claim oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end .
          OPTIONAL {{ ?selector oa:exact ?quote }} }}"""
    pages = f"""
        SELECT DISTINCT ?claim ?document ?start ?end ?page WHERE {{
          {about}
          ?claim prov:wasDerivedFrom ?passage .
          ?passage dcterms:isPartOf ?document ; rp:start ?start ; rp:end ?end ; rp:page ?page }}"""
    paged: dict[str, list[tuple[str, int, int, int | None]]] = defaultdict(list)
    for claim, document, start, end, page in catalogue.triples.rows(pages, **terms):
        paged[text_of(claim)].append(
            (text_of(document), integer(start) or 0, integer(end) or 0, integer(page))
        )
    found: dict[str, list[Place]] = defaultdict(list)
    for claim, selector, start, end, quote in catalogue.triples.rows(selectors, **terms):
        read_in = text_of(selector).partition("#")[0]
        at, to = integer(start) or 0, integer(end) or 0
        around = [
            number
            for source_iri, first, last, number in paged[text_of(claim)]
            if number and source_iri == read_in and first < to and last > at
        ]
        source = catalogue.source(read_in, at, to, min(around, default=None))
        found[text_of(claim)].append((text_of(quote), source))
    return found


def mentions_of(catalogue: Catalogue, iri: str, *, limit: int = PASSAGES) -> tuple[int, tuple[Passage, ...]]:
    """How many passages name a resource, and the first of them.

    Where thousands do, only those of the first documents are put in order: the IRI of a passage begins with
    the slug of its document.
    """
    naming = sorted(dict.fromkeys(catalogue.triples.subjects(RP + "mentions", iri)))
    by_document = {slug: tuple(of) for slug, of in groupby(naming, key=lambda p: p.rpartition("-")[0])}
    first: list[str] = []
    for slug in sorted(by_document):
        if len(first) >= limit:
            break
        first += by_document[slug]
    found = passages_where(catalogue, "VALUES ?passage { {these} }", limit=limit, these=first)
    return len(naming), tuple(p.model_copy(update={"source": _sought(p.source, iri)}) for p in found)


def _sought(source: Source, iri: str) -> Source:
    """The source, with an address that leads on to where else in the document the resource is named."""
    url = span_path(source.document.slug, source.start, source.end, mention=iri)
    return source.model_copy(update={"url": url})


def passages_where(
    catalogue: Catalogue, pattern: str, *, limit: int = PASSAGES, **terms: str | Iterable[str]
) -> tuple[Passage, ...]:
    """The first passages that meet a graph pattern with these `terms`, in the order of their documents."""
    query = f"""
        SELECT DISTINCT ?passage ?text ?heading ?document ?start ?end ?page WHERE {{
          {{ SELECT DISTINCT ?passage ?document ?start WHERE {{
               {pattern} . ?passage dcterms:isPartOf ?document ; rp:start ?start
             }} ORDER BY ?document ?start LIMIT {limit} }}
          ?passage rp:text ?text ; rp:end ?end .
          OPTIONAL {{ ?passage rp:heading ?heading }}
          OPTIONAL {{ ?passage rp:page ?page }}
        }} ORDER BY ?document ?start"""
    found: dict[str, Passage] = {}
    for passage, text, heading, document, start, end, page in catalogue.triples.rows(query, **terms):
        source = catalogue.source(text_of(document), integer(start) or 0, integer(end) or 0, integer(page))
        found.setdefault(
            text_of(passage),
            Passage(
                id=text_of(passage),
                text=text_of(text),
                language=language_of(text),
                heading=text_of(heading) or None,
                source=source,
            ),
        )
    return tuple(found.values())


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _number(term: Term | None) -> float | None:
    try:
        return float(Decimal(text_of(term))) if term is not None else None
    except InvalidOperation:
        return None
