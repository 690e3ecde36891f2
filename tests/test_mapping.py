"""An extraction as RDF: every resource, and a claim with its evidence for every statement."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fictitious import EXTRACTION, TEXT, span
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib import Graph
from rdflib.compare import isomorphic

from graph.claims import PassageFinder
from graph.decisions import Review
from graph.identity import resolve
from graph.mapping import date_literal, map_extraction, to_rdflib
from graph.model import Evidence, Extraction, Passage, Span
from graph.store import GraphView, add_to_store, sorted_nquads
from ontology.namespaces import PREFIXES

GOLDEN = Path(__file__).parent / "golden" / "memoria-ficticia.ttl"
SLUG = "memoria"
ID = PREFIXES["rp"].removesuffix("ns#") + "id/"
FORO = ID + "event/foro-de-avales-de-prueba-2019-03-26"
INSTITUTO = ID + "actor/instituto-de-prueba-uy"
BANCO = ID + "actor/banco-imaginario"


def mapped(extraction: Extraction = EXTRACTION, **options: object) -> list[Quad]:
    actors = resolve(extraction, authority=())
    return map_extraction(extraction, actors, document_slug=SLUG, text=TEXT, **options)  # type: ignore[arg-type]


def view(quads: Sequence[Quad]) -> GraphView:
    store = Store()
    add_to_store(store, quads)
    return GraphView(store)


def prefixed(query: str) -> str:
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items()) + query


@pytest.fixture(scope="module")
def graph() -> GraphView:
    return view(mapped())


def ask(graph: GraphView, pattern: str) -> bool:
    return graph.ask(prefixed(f"BASE <{ID}> ASK {{ {pattern} }}"))


def test_the_graph_is_the_golden_one() -> None:
    """After an intended change run it once with REGENERATE_GOLDEN=1 and read the difference in review."""
    mine = to_rdflib(mapped())
    for prefix, namespace in PREFIXES.items():
        mine.bind(prefix, namespace)
    if os.environ.get("REGENERATE_GOLDEN"):
        mine.serialize(GOLDEN, format="turtle", encoding="utf-8")
    golden = Graph().parse(GOLDEN, format="turtle")
    missing, extra = set(golden) - set(mine), set(mine) - set(golden)
    assert isomorphic(golden, mine), f"{missing=}\n{extra=}"


def test_the_same_extraction_gives_the_same_quads() -> None:
    first, second = mapped(), mapped()
    assert sorted_nquads(first) == sorted_nquads(second)
    assert len(first) == len(set(first)), "each quad once"
    assert {quad.graph_name.value for quad in first} == {ID.replace("/id/", "/graph/document/") + SLUG}


@pytest.mark.parametrize(
    "pattern",
    [
        "<document/memoria> a rp:Document ; dcterms:title 'Memoria ficticia 2019'@es ;"
        " rp:fileName 'memoria.txt' ; dcterms:identifier 'MF-1' ; rp:reportYear '2019'^^xsd:gYear ;"
        " dcterms:language 'es'",
        f"<{FORO}> a rp:Event, schema:Event ; rdfs:label 'Foro de Avales de Prueba'@es ; rp:status 'held' ;"
        " rp:eventType <event-type/foro> ; schema:startDate '2019-03-26'^^xsd:date ;"
        " rp:city <place/uy-montevideo> ; rp:country <place/uy> ; rp:venue ?venue ;"
        " rp:theme <theme/garantias-financiamiento> ; rp:objective ?objective",
        f"<event/taller-de-cierre-2019-04> schema:superEvent <{FORO}> ;"
        " schema:startDate '2019-04'^^xsd:gYearMonth",
        f"<{INSTITUTO}> rp:sponsors <{FORO}> ; rp:speaksAt <{FORO}> ; rp:acronym 'IDP' ;"
        " rp:country <place/uy> ; rp:actorType <actor-type/government-agency> ;"
        " skos:altLabel 'Inst. de Prueba'",
        f"<actor/unidad-de-avales-uy> org:unitOf <{INSTITUTO}>",
        f"?practice a rp:Practice ; rp:practiceKind <practice-kind/lesson-learned> ; rp:event <{FORO}> ;"
        f" rp:actor <{BANCO}> ; rp:condition 'donde se hizo'@es ; rp:result 'subieron los préstamos'@es ;"
        " rp:theme <theme/garantias-financiamiento> ; rp:passage ?passage . ?passage a rp:Passage",
        f"<methodology/faro> rp:developedBy <{INSTITUTO}> ; rp:presentedAt <{FORO}>",
        f"<person/ana-ejemplo-instituto-de-prueba-uy> rp:affiliation <{INSTITUTO}> ;"
        " rp:position 'directora'@es ; rp:mentionedIn ?passage",
        "<place/uy> rdfs:label 'Uruguay'@es, 'Uruguai'@pt, 'Uruguay'@en ; rp:isoCode 'UY'",
        "<place/uy-montevideo> rp:country <place/uy> ; geo:lat ?lat ; geo:long ?long ; rp:placeKind 'city'",
        f"?passage dcterms:isPartOf <document/memoria> ; rp:event <{FORO}> ;"
        f" rp:mentions <{INSTITUTO}>, <{BANCO}>, <place/uy>, <place/uy-montevideo> ; rp:page 1",
        "?passage rp:heading 'Foro de Avales'@es ; rp:mentions <methodology/faro>",
    ],
)
def test_every_kind_of_resource_is_stated(graph: GraphView, pattern: str) -> None:
    assert ask(graph, pattern)


# What is stated without a claim, by kind of subject, since nothing was read or the subject says where.
UNCLAIMED = {
    # The file itself, as received, and the head of the document.
    "document": "dcterms:title dcterms:identifier dcterms:language dcterms:format rdfs:label rp:reportYear "
    "rp:sha256 rp:fileName oa:start oa:end oa:exact",
    # A passage is the evidence of what is said of it.
    "passage": "rdfs:label rp:text rp:heading rp:page rp:start rp:end rp:event rp:mentions rp:theme "
    "dcterms:language dcterms:isPartOf oa:hasSource",
    # GeoNames and Unicode CLDR say it, not the document.
    "place": "rdfs:label rp:isoCode rp:placeKind rp:country rp:geonames geo:lat geo:long",
    # Words of the document as they stand, and where.
    "practice": "rdfs:label rp:text rp:passage",
    "person": "rp:mentionedIn",
}
# Classes of other vocabularies come along with ours.
OURS = "FILTER(?p != rdf:type || STRSTARTS(STR(?o), STR(rp:)))"


def test_every_extracted_statement_has_a_claim(graph: GraphView) -> None:
    """All but those that are listed above, each for its reason; none is listed that is not there."""
    rows = graph.select(
        prefixed(
            f"""SELECT DISTINCT ?kind ?p ?o {{
                  ?s ?p ?o {OURS} BIND(REPLACE(STR(?s), "^{ID}([a-z-]+)/.*", "$1") AS ?kind)
                  FILTER(?kind != "claim")
                  FILTER NOT EXISTS {{ ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }} }}"""
        )
    )
    unclaimed = {(row["kind"], row["p"]) for row in rows if row["p"] != PREFIXES["rdf"] + "type"}
    expected = {
        (kind, PREFIXES[prefix] + local)
        for kind, terms in UNCLAIMED.items()
        for prefix, _, local in (term.partition(":") for term in terms.split())
    }
    assert unclaimed == expected
    # A passage and a document are what is read; a place may be known from another (the country of a city).
    types = {row["o"].removeprefix(PREFIXES["rp"]) for row in rows if row["p"] == PREFIXES["rdf"] + "type"}
    assert types == {"Document", "Passage"}


def test_a_claim_is_made_of_all_that_there_is_to_claim(graph: GraphView) -> None:
    rows = graph.select(prefixed("SELECT DISTINCT ?p { ?c a rp:Claim ; rdf:predicate ?p }"))
    claimed = {
        *("rdf:type", "rdfs:label", "skos:altLabel", "rp:acronym", "rp:eventType", "rp:status"),
        *("schema:startDate", "schema:endDate", "rp:city", "rp:country", "rp:venue", "schema:superEvent"),
        *("rp:theme", "rp:objective", "rp:sponsors", "rp:speaksAt", "rp:practiceKind", "rp:event"),
        *("rp:actor", "rp:condition", "rp:result", "rp:actorType", "org:unitOf", "rp:developedBy"),
        *("rp:presentedAt", "rp:position", "rp:affiliation"),
    }
    prefixes = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    assert {
        f"{prefixes[row['p'][: -len(local)]]}:{local}"
        for row in rows
        for local in [row["p"].replace("#", "/").rsplit("/", 1)[1]]
    } == claimed


def test_every_claim_has_its_evidence_and_only_stated_triples(graph: GraphView) -> None:
    whole = """?claim rp:confidence ?confidence ; prov:wasDerivedFrom ?passage ;
        oa:hasSelector ?selector ; rp:rule ?rule ; rp:reviewStatus <review-status/proposed> .
        ?passage a rp:Passage . ?selector oa:exact ?quote .
        FILTER(?confidence > 0 && ?confidence <= 1)"""
    assert not ask(graph, f"?claim a rp:Claim FILTER NOT EXISTS {{ {whole} }}")
    triple = "?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o FILTER NOT EXISTS { ?s ?p ?o }"
    assert not ask(graph, triple)


def test_every_selector_quotes_the_document_exactly(graph: GraphView) -> None:
    rows = graph.select(
        prefixed("SELECT ?s ?from ?to ?quote { ?s oa:start ?from ; oa:end ?to ; oa:exact ?quote }")
    )
    assert len(rows) > 10
    for row in rows:
        start, end = int(row["from"]), int(row["to"])
        assert row["quote"] == TEXT[start:end]
        assert row["s"] == f"{ID}document/{SLUG}#char={start},{end}"


def test_a_claim_says_which_rule_read_it_where_and_how_sure(graph: GraphView) -> None:
    (row,) = graph.select(
        prefixed(
            f"""SELECT ?confidence ?rule ?quote ?passage {{ ?c rdf:subject <{FORO}> ;
            rdf:predicate schema:startDate ; rp:confidence ?confidence ; rp:rule ?rule ;
            oa:hasSelector [ oa:exact ?quote ] ; prov:wasDerivedFrom [ rp:text ?passage ] }}"""
        )
    )
    assert (row["confidence"], row["rule"]) == (1.0, "date-range")
    assert row["quote"] == "26 y 27 de marzo de 2019"
    assert str(row["passage"]).startswith("1. Foro de Avales")


def test_a_value_of_a_practice_carries_the_rule_that_read_it() -> None:
    practice = EXTRACTION.practices[0]
    told = tuple(replace(e, rule="condition-cue-1", confidence=0.6) for e in practice.conditions)
    graph = view(mapped(extraction=replace(EXTRACTION, practices=(replace(practice, conditions=told),))))
    claim = "?c rdf:subject ?s ; rdf:predicate"
    assert ask(graph, f"{claim} rp:condition ; rp:rule 'condition-cue-1' ; rp:confidence 0.6")
    # What says nothing of its own is as sure as the practice.
    assert ask(graph, f"{claim} rp:result ; rp:rule 'result' ; rp:confidence {practice.evidence.confidence}")


def test_a_theme_carries_its_reason(graph: GraphView) -> None:
    assert ask(graph, f"?c rdf:subject <{FORO}> ; rdf:predicate rp:theme ; rp:reason ?r ; rp:confidence 0.8")


def test_evidence_outside_every_passage_becomes_one(graph: GraphView) -> None:
    """The annex of the text is in no passage; a claim read from it must still have one."""
    words = span("Unidad de Avales")
    assert ask(
        graph,
        "?c rdf:subject <actor/unidad-de-avales-uy> ; prov:wasDerivedFrom ?p . ?p a rp:Passage ;"
        f" rp:text 'Unidad de Avales'@es ; rp:start {words.start} ; rp:end {words.end}",
    )


def claim_of(pattern: str) -> str:
    """The claim that meets a pattern in the graph that nobody has reviewed."""
    (row,) = view(mapped()).select(prefixed(f"BASE <{ID}> SELECT DISTINCT ?c {{ ?c {pattern} }}"))
    return row["c"]


def reviewed(reviews: dict[str, Review]) -> GraphView:
    return view(mapped(reviews=reviews))


SPONSORED = f"rdf:subject <{BANCO}> ; rdf:predicate rp:sponsors"
BEGUN = f"rdf:subject <{FORO}> ; rdf:predicate schema:startDate"


def test_a_rejected_claim_stays_and_its_triple_goes() -> None:
    claim = claim_of(SPONSORED)
    graph = reviewed({claim: Review("rejected")})
    assert not ask(graph, f"<{BANCO}> rp:sponsors <{FORO}>")
    assert ask(graph, f"<{claim}> rp:reviewStatus <review-status/rejected> ; rdf:subject <{BANCO}>")
    assert ask(graph, f"<{INSTITUTO}> rp:sponsors <{FORO}>")


def test_an_accepted_claim_says_so() -> None:
    claim = claim_of(SPONSORED)
    graph = reviewed({claim: Review("accepted")})
    assert ask(graph, f"<{claim}> rp:reviewStatus <review-status/accepted> . <{BANCO}> rp:sponsors <{FORO}>")


def test_a_corrected_claim_tells_what_was_read_and_what_is_right() -> None:
    claim = claim_of(BEGUN)
    right = "'2019-03-25'^^xsd:date"
    graph = reviewed({claim: Review("corrected", str(date_literal("2019-03-25")))})
    assert [row["o"] for row in graph.select(prefixed(f"SELECT ?o {{ <{FORO}> schema:startDate ?o }}"))] == [
        "2019-03-25"
    ]
    assert ask(
        graph,
        f"<{claim}> rdf:object '2019-03-26'^^xsd:date ; rp:reviewStatus <review-status/corrected> ;"
        " prov:wasDerivedFrom ?passage ."
        f" ?right prov:wasRevisionOf <{claim}> ; {BEGUN} ; rdf:object {right} ; rp:rule 'curator' ;"
        " rp:confidence 1.0 ; rp:reviewStatus <review-status/accepted> ; prov:wasDerivedFrom ?passage",
    )


def test_a_correction_can_be_corrected_and_taken_back() -> None:
    claim, first, second = claim_of(BEGUN), str(date_literal("2019-03-25")), str(date_literal("2019-03-24"))
    graph = reviewed({claim: Review("corrected", first)})
    (row,) = graph.select(prefixed(f"SELECT ?c {{ ?c prov:wasRevisionOf <{claim}> }}"))
    for value, stands in ((second, "2019-03-24"), (str(date_literal("2019-03-26")), "2019-03-26")):
        graph = reviewed({claim: Review("corrected", first), row["c"]: Review("corrected", value)})
        begun = graph.select(prefixed(f"SELECT ?o {{ <{FORO}> schema:startDate ?o }}"))
        assert [r["o"] for r in begun] == [stands]
    graph = reviewed({claim: Review("corrected", first), row["c"]: Review("rejected")})
    assert not ask(graph, f"<{FORO}> schema:startDate ?any")


@pytest.mark.parametrize("chosen", ["2019-03-27", "2019-03-28"])
def test_of_two_values_where_one_can_be_a_curators_stands(chosen: str) -> None:
    event = EXTRACTION.events[0]
    told = tuple(replace(event, end_date=day) for day in ("2019-03-27", "2019-03-28"))
    twice = replace(EXTRACTION, events=(*told, *EXTRACTION.events[1:]))
    ends = prefixed(
        "SELECT ?c ?o { ?c rdf:predicate schema:endDate ; rdf:subject/rp:venue ?v ; rdf:object ?o }"
    )
    claims = {row["o"]: row["c"] for row in view(mapped(twice)).select(ends)}
    assert set(claims) == {"2019-03-27", "2019-03-28"}
    graph = view(mapped(twice, reviews={claims[chosen]: Review("accepted")}))
    rows = graph.select(prefixed("SELECT ?end { ?event rp:venue ?v ; schema:endDate ?end }"))
    assert [row["end"] for row in rows] == [chosen]


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (FORO, "Event"),
        (BANCO, "Actor"),
        (INSTITUTO, "Actor"),
        (f"{ID}methodology/faro", "Methodology"),
        (f"{ID}person/ana-ejemplo-instituto-de-prueba-uy", "Person"),
    ],
)
def test_nothing_is_said_of_what_a_curator_says_is_none(resource: str, kind: str) -> None:
    claim = claim_of(f"rdf:subject <{resource}> ; rdf:predicate rdf:type ; rdf:object rp:{kind}")
    assert ask(view(mapped()), f"{{ ?s ?p <{resource}> }} UNION {{ <{resource}> a rp:{kind} }}")
    graph = reviewed({claim: Review("rejected")})
    assert ask(graph, f"<{claim}> rp:reviewStatus <review-status/rejected> ; prov:wasDerivedFrom ?passage")
    assert not ask(graph, f"<{resource}> ?p ?o")
    assert not ask(graph, f"?s ?p <{resource}> FILTER(?s != <{claim}>)")


def test_one_statement_read_twice_is_one_claim_with_both_places() -> None:
    event = EXTRACTION.events[0]
    sponsor = event.participations[0]
    again = replace(sponsor, evidence=(Evidence(span("Instituto de Prueba", nth=1), "other", 0.4),))
    twice = replace(EXTRACTION, events=(replace(event, participations=(sponsor, again)),))
    rows = view(mapped(twice)).select(
        prefixed(
            f"""SELECT ?c ?confidence (COUNT(DISTINCT ?p) AS ?passages) (COUNT(DISTINCT ?rule) AS ?rules) {{
            ?c rdf:subject <{INSTITUTO}> ; rdf:predicate rp:sponsors ; prov:wasDerivedFrom ?p ;
            rp:rule ?rule ; rp:confidence ?confidence }} GROUP BY ?c ?confidence"""
        )
    )
    assert [(row["passages"], row["rules"], row["confidence"]) for row in rows] == [(2, 2, 0.9)]


def test_a_document_that_contradicts_itself_is_believed_the_first_time() -> None:
    first = EXTRACTION.events[0]
    second = replace(first, id="e3", end_date="2019-03-30", status="scheduled", participations=())
    graph = view(mapped(replace(EXTRACTION, events=(first, second))))
    rows = graph.select(prefixed("SELECT ?end ?status { ?e schema:endDate ?end ; rp:status ?status }"))
    assert rows == [{"end": "2019-03-27", "status": "held"}]
    assert ask(graph, "?c a rp:Claim ; rdf:predicate schema:endDate ; rdf:object '2019-03-30'^^xsd:date")


def test_the_iri_of_a_claim_depends_on_what_it_says_not_on_where() -> None:
    def claims(extraction: Extraction) -> set[str]:
        rows = view(mapped(extraction)).select(prefixed("SELECT ?c { ?c a rp:Claim }"))
        return {str(row["c"]) for row in rows}

    event = EXTRACTION.events[0]
    moved = replace(event, fields={"start_date": Evidence(span("marzo de 2019"), "better-rule", 1.0)})
    assert claims(replace(EXTRACTION, events=(moved, EXTRACTION.events[1]))) == claims(EXTRACTION)


@pytest.mark.parametrize(
    ("value", "datatype"), [("2019-03-26", "date"), ("2019-03", "gYearMonth"), ("2019", "gYear")]
)
def test_dates_have_the_type_of_their_precision(value: str, datatype: str) -> None:
    assert date_literal(value) == Literal(value, datatype=NamedNode(PREFIXES["xsd"] + datatype))


def test_what_xml_cannot_hold_does_not_enter_the_graph() -> None:
    broken = replace(EXTRACTION.events[1], title="Taller\x00 \ud83d")
    rows = view(mapped(replace(EXTRACTION, events=(EXTRACTION.events[0], broken)))).select(
        prefixed("SELECT ?label { ?e a rp:Event ; rp:status 'scheduled' ; rdfs:label ?label }")
    )
    assert rows == [{"label": "Taller\ufffd \ufffd"}]


def test_the_passage_of_a_span_is_the_one_that_holds_most_of_it() -> None:
    spans = {"next": Span(100, 120), "part": Span(10, 30), "whole": Span(0, 100)}
    finder = PassageFinder([Passage(id, "", span) for id, span in spans.items()])

    def best(start: int, end: int) -> str | None:
        passage = finder.best(Span(start, end))
        return passage.id if passage else None

    assert best(12, 20) == "part", "the shortest that holds all of it"
    assert best(25, 60) == "whole"
    assert best(98, 119) == "next"
    assert best(120, 130) is None
    assert best(100, 101) == "next"
    assert [p.id for p in finder.overlapping(Span(20, 101))] == ["whole", "part", "next"]
