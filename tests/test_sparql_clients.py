"""Clients that people have already, as they come, against a running server."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from network import publish, serving, settings
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from ontology.namespaces import PREFIXES

RP = Namespace(PREFIXES["rp"])
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("rp", "rdfs", "schema"))
EVENTS = f"{PROLOGUE} SELECT ?event ?label {{ ?event a rp:Event ; rdfs:label ?label }} ORDER BY ?label"
LABELS = ["Foro de Avales de Prueba", "Taller de Cierre"]
CONSTRUCT = f"{PROLOGUE} CONSTRUCT {{ ?e rdfs:label ?l }} WHERE {{ ?e a rp:Event ; rdfs:label ?l }}"
MEMORIA = "https://w3id.org/redpyme/graph/document/memoria"
JAVASCRIPT = Path(__file__).parent / "javascript"
#: From the query text to what came, as lists of plain values.
Ask = Callable[[str], list[object]]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("clients")
    publish(root)
    with serving(settings(root, query_timeout=3.0)) as address:
        yield address


# SPARQLWrapper


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("posting", ["postdirectly", "urlencoded"])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # it makes one of what comes as RDF/XML
def test_sparqlwrapper_gets_rows_verdicts_and_graphs(url: str, method: str, posting: str) -> None:
    endpoint = SPARQLWrapper(f"{url}/sparql")
    endpoint.setMethod(method)
    endpoint.setRequestMethod(posting)
    for format in (JSON, XML, CSV, TSV):
        endpoint.setReturnFormat(format)
        endpoint.setQuery(EVENTS)
        found = endpoint.query().convert()
        if format == JSON:
            assert [row["label"]["value"] for row in found["results"]["bindings"]] == LABELS
        else:
            text = found.toxml() if format == XML else found.decode()
            assert all(label in text for label in LABELS)
    endpoint.setReturnFormat(JSON)
    endpoint.setQuery(f"{PROLOGUE} ASK {{ ?event a rp:Event }}")
    assert endpoint.query().convert()["boolean"] is True
    for format in (TURTLE, RDFXML, N3, XML):
        endpoint.setReturnFormat(format)
        endpoint.setQuery(CONSTRUCT)
        found = endpoint.query().convert()
        graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
        assert sorted(map(str, graph.objects(None, RDFS.label))) == LABELS


def test_sparqlwrapper_chooses_the_dataset_and_is_told_of_errors(url: str) -> None:

    endpoint = SPARQLWrapper(f"{url}/sparql", returnFormat=JSON)
    endpoint.setQuery(f"{PROLOGUE} ASK {{ ?event a rp:Event }}")
    endpoint.addDefaultGraph("https://w3id.org/redpyme/graph/ontology")
    assert endpoint.queryAndConvert()["boolean"] is False
    endpoint.addDefaultGraph(MEMORIA)
    assert endpoint.queryAndConvert()["boolean"] is True
    endpoint.setQuery("SELECT ?s { ?s ?p }")
    with pytest.raises(QueryBadFormed):
        endpoint.query()
    endpoint.setMethod("POST")
    endpoint.setQuery("INSERT DATA { <a:a> <a:b> <a:c> }")
    with pytest.raises(QueryBadFormed, match="read-only"):
        endpoint.query()


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_a_graph_of_rdflib_reads_from_the_endpoint(url: str, method: str) -> None:
    # Aware of contexts, it names a default graph of its own in every query, which no endpoint has.
    graph = Graph(SPARQLStore(f"{url}/sparql", method=method, context_aware=False))
    events = sorted(graph.subjects(RDF.type, RP.Event))
    assert len(events) == 2
    assert sorted(str(graph.value(event, RDFS.label)) for event in events) == LABELS
    assert (None, RDFS.label, Literal(LABELS[0], lang="es")) in graph
    rows = list(
        graph.query("SELECT ?label { ?e a rp:Event ; rdfs:label ?label }", initNs={"rp": RP, "rdfs": RDFS})
    )
    assert sorted(str(row[0]) for row in rows) == LABELS
    assert len(graph.query(CONSTRUCT).graph or ()) == 2
    with pytest.raises(TypeError, match="read"):
        graph.add((URIRef("a:a"), RDFS.label, Literal("x")))


def test_a_named_graph_of_rdflib_is_that_graph_alone(url: str) -> None:
    store = SPARQLStore(f"{url}/sparql")
    assert len(list(Graph(store, identifier=URIRef(MEMORIA)).subjects(RDF.type, RP.Event))) == 2
    ontology = Graph(store, identifier=URIRef("https://w3id.org/redpyme/graph/ontology"))
    assert list(ontology.subjects(RDF.type, RP.Event)) == []


# curl


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize(
    ("options", "starts"),
    [
        (["--get", "--data-urlencode", f"query={EVENTS}", "-H", "Accept: text/csv"], "event,label"),
        (
            ["--data-urlencode", f"query={EVENTS}", "-H", "Accept: text/tab-separated-values"],
            "?event\t?label",
        ),
        (["--data-binary", EVENTS, "-H", "Content-Type: application/sparql-query"], '{"head"'),
        (["--data-urlencode", f"query={CONSTRUCT}", "-H", "Accept: application/n-triples"], "<https://w3id"),
        (["-H", "Accept: text/turtle"], "@prefix"),
        (["--head", "--get", "--data-urlencode", f"query={EVENTS}"], "HTTP/1.1 200 OK"),
        (["--compressed", "--get", "--data-urlencode", "query=ASK {}"], '{"head"'),
    ],
    ids=["get", "form", "direct", "graph", "description", "head", "compressed"],
)
def test_curl_asks_in_every_way_of_the_protocol(url: str, options: list[str], starts: str) -> None:
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", *options, f"{url}/sparql"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.startswith(starts)


# Comunica


@pytest.fixture(scope="module")
def comunica(url: str) -> Ask:
    """Installed from the npm registry at first need, beside the script that uses it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("node and npm are not installed")
    if not (JAVASCRIPT / "node_modules" / "@comunica" / "query-sparql").is_dir():
        options = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent")
        done = subprocess.run([npm, "install", *options], cwd=JAVASCRIPT, timeout=600, check=False)
        if done.returncode:
            pytest.skip("Comunica cannot be installed from the npm registry")

    def ask(query: str) -> list[object]:
        done = subprocess.run(
            [node, "ask.mjs", f"{url}/sparql", query],
            cwd=JAVASCRIPT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: list[object] = json.loads(done.stdout)
        return found

    return ask


def test_comunica_gets_rows_verdicts_and_graphs(comunica: Ask) -> None:
    assert [row["label"] for row in comunica(EVENTS)] == LABELS  # type: ignore[index]
    assert comunica(f"{PROLOGUE} ASK {{ ?event a rp:Event }}") == [True]
    assert sorted(triple[2] for triple in comunica(CONSTRUCT)) == LABELS  # type: ignore[index]


def test_comunica_joins_and_counts(comunica: Ask) -> None:
    query = f"""{PROLOGUE} SELECT ?label (COUNT(DISTINCT ?actor) AS ?actors) {{
      VALUES ?role {{ rp:sponsors rp:organises rp:hosts rp:speaksAt rp:instructsAt rp:participatesIn }}
      ?actor ?role ?event . ?event rdfs:label ?label OPTIONAL {{ ?event schema:startDate ?start }}
    }} GROUP BY ?label ORDER BY ?label"""
    rows = comunica(query)
    assert rows
    assert all(int(row["actors"]) >= 1 for row in rows)  # type: ignore[index]
