"""The vocabulary as it is published: its page, its RDF, its addresses, its context."""

import html
import json
import re
from collections.abc import Iterator

import httpx
import pytest
from network import publish, serving, settings
from pyoxigraph import RdfFormat, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from ontology import namespaces
from ontology.files import inference_rules, rules_file, shapes
from ontology.namespaces import LANGUAGES, ONTOLOGY, PREFIXES, RP
from ontology.reference import NamedGraph, Term, ontology_triples, reference
from ontology.vocabulary import FOLDER, ontology_graph

TERMS = {term.name: term for term in reference().terms}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("ontology")
    publish(root)
    with serving(settings(root)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


# What the vocabulary says of itself


@pytest.mark.parametrize("term", reference().terms, ids=lambda term: term.name)
def test_a_term_has_a_name_and_a_definition_in_three_languages(term: Term) -> None:
    assert list(term.labels) == list(term.definitions) == list(LANGUAGES)
    for definition in term.definitions.values():
        assert len(definition.split()) >= 2, definition
        assert definition.endswith("."), definition


def test_no_term_is_left_out() -> None:
    said = (FOLDER / "redpyme.ttl").read_text(encoding="utf-8")
    assert set(TERMS) == set(re.findall(r"^rp:(\w+) a ", said, flags=re.MULTILINE))


def test_the_header_has_version_licence_and_authors() -> None:
    about = reference()
    assert about.version_iri == f"{ONTOLOGY}/{about.version}"
    assert about.license.startswith("https://www.apache.org/")
    assert set(about.titles) == set(about.definitions) == set(about.descriptions) == set(LANGUAGES)
    said = {t.predicate.value for t in ontology_triples() if getattr(t.subject, "value", "") == ONTOLOGY}
    for name in ("creator", "publisher", "license", "rights", "title", "description", "language"):
        assert namespaces.DCTERMS + name in said, name


def test_what_is_reused_is_said_with_its_purpose() -> None:
    """Every public vocabulary that a term builds on or that the graph uses, and no other."""
    reused = {vocabulary.iri for vocabulary in reference().reused}
    meta = {PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd", "rp")}
    assert reused == set(PREFIXES.values()) - meta
    above = {iri for term in TERMS.values() for iri in term.under if not iri.startswith(RP)}
    for iri in above - {namespaces.RDF + "Statement"}:
        assert any(iri.startswith(base) for base in reused), iri
    for vocabulary in reference().reused:
        assert vocabulary.prefix
        assert vocabulary.title
        assert set(vocabulary.purpose) == set(LANGUAGES)


def test_terms_know_each_other() -> None:
    assert TERMS["sponsors"].under == (RP + "takesPartIn",)
    assert RP + "sponsors" in TERMS["takesPartIn"].over
    assert TERMS["mentions"].inverse == (RP + "mentionedIn",)
    assert RP + "eventType" in TERMS["Event"].used_by
    asked = {(c.path.removeprefix(RP), c.severity, c.least, c.most) for c in TERMS["Event"].constraints}
    assert ("eventType", "required", 1, 1) in asked
    assert any(severity == "recommended" for _, severity, _, _ in asked)


def test_every_named_graph_that_is_published_is_described(client: httpx.Client) -> None:
    """Those of a snapshot, and those that the program may write: all constants are in use somewhere."""
    described = {graph.iri for graph in reference().graphs if not graph.collection}
    constants = {v for n, v in vars(namespaces).items() if n.startswith("GRAPH_") and isinstance(v, str)}
    assert described == constants | {namespaces.GRAPH + "proposed-themes"}
    (collection,) = [graph for graph in reference().graphs if graph.collection]
    rows = client.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g {} }"}).json()
    for row in rows["results"]["bindings"]:
        iri = row["g"]["value"]
        assert iri in described or iri.startswith(collection.iri + "/"), iri


@pytest.mark.parametrize("graph", reference().graphs, ids=lambda graph: graph.iri.rpartition("/")[2])
def test_a_graph_is_described_in_three_languages(graph: NamedGraph) -> None:
    assert set(graph.labels) == set(graph.definitions) == set(LANGUAGES)


# Addresses


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml;q=0.3, text/turtle;q=0.2", "application/rdf+xml"),
    ],
)
def test_the_vocabulary_comes_in_the_format_asked_for(
    client: httpx.Client, accept: str, media_type: str
) -> None:
    response = client.get("/ontology", headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert "Accept" in response.headers["vary"]
    if serialiser := RdfFormat.from_media_type(media_type):
        assert {str(q.triple) for q in parse(response.content, serialiser)} == {
            str(triple) for triple in ontology_triples()
        }
    head = client.head("/ontology", headers={"accept": accept})
    assert (head.status_code, head.headers["content-type"]) == (200, response.headers["content-type"])


def test_what_cannot_be_had_is_refused(client: httpx.Client) -> None:
    assert client.get("/ontology", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/ontology?format=pdf").status_code == 400
    assert client.get("/ontology?format=n-triples").text.count("\n") == len(set(ontology_triples()))


def test_the_served_turtle_is_the_ontology(client: httpx.Client) -> None:
    served = Graph().parse(data=client.get("/ontology").content, format="turtle")
    assert isomorphic(served, ontology_graph())


def test_the_iri_of_a_term_leads_to_its_place_on_the_page(client: httpx.Client) -> None:
    page = client.get("/ontology", headers={"accept": "text/html"}).text
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(TERMS) <= set(ids)
    for path in ("/ns", f"/ns/{reference().version}"):
        response = client.get(path)
        assert (response.status_code, response.headers["location"]) == (303, "/ontology")
    assert client.get("/ns/9.9.9").status_code == 404


def _text(client: httpx.Client, path: str) -> str:
    """What a page says, its white space closed up."""
    response = client.get(path, headers={"accept": "text/html"})
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.text)))


def test_the_page_tells_every_term_list_graph_and_rule(client: httpx.Client) -> None:
    text = _text(client, "/ontology")
    for term in TERMS.values():
        assert term.definitions["es"] in text, term.name
    for graph in reference().graphs:
        assert graph.iri in text
    for rule in inference_rules():
        assert rule.said["es"] in text
    lists = _text(client, "/ontology/lists")
    for concept_list in reference().lists:
        assert all(concept.labels["pt"] in lists for concept in concept_list.concepts), concept_list.name


@pytest.mark.parametrize("term", TERMS.values(), ids=list(TERMS))
def test_a_term_has_a_page_that_tells_all_of_it(client: httpx.Client, term: Term) -> None:
    text = _text(client, f"/ontology/terms/{term.name}")
    for definition in term.definitions.values():
        assert definition in text
    assert all(constraint.message["es"] in text for constraint in term.constraints)


def test_a_term_that_is_not_there_is_said_so(client: httpx.Client) -> None:
    assert client.get("/ontology/terms/Nothing").status_code == 404


def test_shapes_are_served_as_they_are(client: httpx.Client) -> None:
    for severity in ("required", "recommended"):
        response = client.get(f"/ontology/shapes/{severity}.ttl")
        assert response.headers["content-type"].startswith("text/turtle")
        assert response.text == shapes(severity)  # type: ignore[arg-type]
    assert client.get("/ontology/shapes/optional.ttl").status_code == 404


def test_rules_are_served_as_they_are(client: httpx.Client) -> None:
    response = client.get("/ontology/rules.ttl")
    assert response.headers["content-type"].startswith("text/turtle")
    assert response.text == rules_file()


# JSON-LD


def test_the_context_is_served_for_pages_of_other_sites_too(client: httpx.Client) -> None:
    response = client.get("/ontology/context.jsonld", headers={"origin": "https://example.org"})
    assert response.headers["content-type"] == "application/ld+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert "max-age" in response.headers["cache-control"]
    assert response.json() == json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "kind", ["Actor", "Event", "Practice", "Document", "Passage", "Claim", "Theme", "Place"]
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own parser uses it
def test_a_processor_expands_our_json_to_the_same_triples(client: httpx.Client, kind: str) -> None:
    """rdflib fetches the context from the running server, as any client would."""
    query = f"SELECT ?s {{ ?s a rp:{kind} }} ORDER BY ?s LIMIT 3"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert rows
    for row in rows:
        path = row["s"]["value"].removeprefix("https://w3id.org/redpyme")
        response = client.get(path, headers={"accept": "application/json"})
        assert response.headers["content-type"] == "application/ld+json"
        plain = response.json()
        assert plain["id"] == row["s"]["value"]
        assert kind in (plain["type"] if isinstance(plain["type"], list) else [plain["type"]])
        expanded = Graph().parse(data=response.content, format="json-ld")
        turtle = Graph().parse(data=client.get(path + "?format=turtle").content, format="turtle")
        assert isomorphic(expanded, turtle), path
        assert client.get(path + "?format=json").json() == plain


def test_its_json_reads_like_any_json(client: httpx.Client) -> None:
    query = "SELECT ?s { ?s a rp:Passage } ORDER BY ?s LIMIT 1"
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    path = row["s"]["value"].removeprefix("https://w3id.org/redpyme")
    about = client.get(path, params={"format": "json"}).json()
    assert about["@context"] == f"{client.base_url}/ontology/context.jsonld".replace(
        "//ontology", "/ontology"
    )
    assert isinstance(about["start"], int)
    assert about["isPartOf"] == "https://w3id.org/redpyme/id/document/memoria"
    assert not [name for name in about if name.startswith("http")], "every property has a name or a prefix"
