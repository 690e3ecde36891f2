"""Stored queries over HTTP: answered like any query, described for people, programs and editors of SPARQL."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from network import publish, settings
from pyoxigraph import NamedNode, RdfFormat, Store

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS
from ontology.namespaces import PREFIXES, RDFS, SCHEMA, SH
from ontology.stored_queries import stored_queries
from search_api.app import create_app

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
THEME = "theme=garantias-financiamiento"
QUERIES = tuple(stored_queries().values())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("stored")
    publish(root)
    with TestClient(create_app(settings(root, query_timeout=5.0)), raise_server_exceptions=False) as client:
        yield client


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    response = client.get(path, headers={"accept": "text/csv"})
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


# Answers


def test_a_question_is_answered_at_its_address(client: TestClient) -> None:
    found = rows(client, f"/queries/events-on-theme?{THEME}")
    assert [row["title"] for row in found] == ["Foro de Avales de Prueba"]
    said = client.get("/sparql", params={"query": "SELECT ?e { ?e a rp:Event ; rp:theme ?t }"}).json()
    assert found[0]["event"] in {row["e"]["value"] for row in said["results"]["bindings"]}


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        *((f"/queries/peers-by-theme?{THEME}", offer.media_type) for offer in RESULT_FORMATS),
        *((f"/queries/network-of-actors?{THEME}", offer.media_type) for offer in GRAPH_FORMATS),
        (f"/queries/peers-by-theme?{THEME}", "text/html"),
    ],
)
def test_an_answer_comes_in_the_format_asked_for(client: TestClient, path: str, media_type: str) -> None:
    response = client.get(path, headers={"accept": media_type})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    offers = (*RESULT_FORMATS, *GRAPH_FORMATS)
    name = next((offer.name for offer in offers if offer.media_type == media_type), "html")
    assert client.get(f"{path}&format={name}").headers["content-type"] == response.headers["content-type"]
    head = client.head(path, headers={"accept": media_type})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "status", "parameter", "told"),
    [
        ("/queries/peers-by-theme", 422, "theme", "give one; it takes the slug of a theme"),
        ("/queries/peers-by-theme?theme=", 422, "theme", "give one"),
        ("/queries/peers-by-theme?theme=no-such", 422, "theme", "the graph has no theme 'no-such'"),
        ("/queries/peers-by-theme?theme=actor/caf", 422, "theme", "cannot be used"),
        (f"/queries/peers-by-theme?{THEME}&theme=tic", 422, "theme", "give it once"),
        (f"/queries/peers-by-theme?{THEME}&k=3", 422, "k", "no such parameter; there are theme"),
        ("/queries/events-ahead?since=tomorrow", 422, "since", "a date such as 2007-04-10"),
        ("/queries/uncertain-claims?below=2", 422, "below", "a number from 0 to 1"),
        ("/queries/programme-themes?theme=tic", 422, "theme", "this query takes none"),
        ("/queries/programme-themes?format=pdf", 400, None, "there is no format 'pdf'"),
        ("/queries/no-such", 404, None, "there is no stored query 'no-such'; there are best-connected"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    client: TestClient, path: str, status: int, parameter: str | None, told: str
) -> None:
    response = client.get(path)
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert told in problem["detail"]
    assert [error["parameter"] for error in problem["errors"]] == ([parameter] if parameter else [])


def test_a_format_that_does_not_fit_is_not_acceptable(client: TestClient) -> None:
    for path in (f"/queries/peers-by-theme?{THEME}", "/queries"):
        assert client.get(path, headers={"accept": "image/png"}).status_code == 406
    turtle = client.get(f"/queries/peers-by-theme?{THEME}", headers={"accept": "text/turtle"})
    assert turtle.status_code == 406


@pytest.mark.parametrize(
    "value",
    [
        "tic> } UNION { ?s ?p ?o } #",
        "https://w3id.org/redpyme/id/theme/tic> ?p ?o . <x:y",
        'theme/tic"',
        "%3E%20%7D",
        "$theme",
        "?theme",
    ],
)
def test_a_value_never_becomes_part_of_the_query(client: TestClient, value: str) -> None:
    response = client.get("/queries/peers-by-theme", params={"theme": value})
    assert response.status_code == 422
    anything = client.get("/queries/evidence", params={"subject": f"urn:x:{value.replace(' ', '')}"})
    assert anything.status_code == 422 or anything.json()["results"]["bindings"] == []


# Pages


def test_a_question_has_a_form_and_keeps_what_was_asked(client: TestClient) -> None:
    empty = client.get("/queries/peers-by-theme", headers=BROWSER)
    assert empty.status_code == 200
    assert 'name="theme" value=""' in empty.text
    assert "Probar con un ejemplo" in empty.text
    assert "<table>" not in empty.text
    asked = client.get(f"/queries/peers-by-theme?{THEME}", headers=BROWSER)
    assert 'value="garantias-financiamiento"' in asked.text
    assert "Nada en el grafo cumple esta consulta" in asked.text
    assert "<table>" in client.get(f"/queries/events-on-theme?{THEME}", headers=BROWSER).text
    wrong = client.get('/queries/peers-by-theme?theme="><script>', headers=BROWSER)
    assert wrong.status_code == 422
    assert "Revise el valor de «theme»" in wrong.text
    assert "<script>" not in wrong.text
    assert "<table>" in client.get("/queries/programme-themes", headers=BROWSER).text, "it takes nothing"


def test_the_page_of_questions_leads_to_each(client: TestClient) -> None:
    page = client.get("/queries", headers=BROWSER).text
    for query in QUERIES:
        assert f'href="/queries/{query.name}"' in page


# Descriptions


def test_the_list_says_what_each_query_takes(client: TestClient) -> None:
    listed = client.get("/queries").json()
    assert listed["total"] == len(QUERIES)
    by_name: dict[str, Any] = {query["name"]: query for query in listed["results"]}
    peers = by_name["peers-by-theme"]
    assert peers["url"] == "/queries/peers-by-theme"
    assert set(peers["question"]) == {"es", "pt", "en"}
    (theme,) = peers["parameters"]
    assert (theme["name"], theme["required"], theme["kind"]) == ("theme", True, "theme")
    for query in by_name.values():
        tried = {p["name"]: p["example"] for p in query["parameters"] if p["example"]}
        response = client.get(query["url"], params=tried)
        assert response.status_code == 200 or "the graph has no" in response.json()["detail"], query["name"]


@pytest.mark.parametrize("offer", GRAPH_FORMATS, ids=lambda offer: offer.name)
def test_the_list_is_rdf_as_editors_of_sparql_read_it(client: TestClient, offer: Any) -> None:
    response = client.get("/queries", headers={"accept": offer.media_type})
    store = Store()
    store.load(response.content, format=RdfFormat.from_media_type(offer.media_type))
    # The query by which https://github.com/sib-swiss/sparql-editor finds the examples of an endpoint.
    examples = store.query(
        """SELECT DISTINCT ?sq ?comment ?query WHERE {
             ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query .
             FILTER (LANG(?comment) = "en") }""",
        prefixes={"sh": SH, "rdfs": RDFS},
    )
    found = {row["sq"].value: row["query"].value for row in examples}  # type: ignore[union-attr]
    assert found == {query.iri: query.text for query in QUERIES}
    declared = store.query(
        "SELECT ?p ?n { ?list sh:declare [ sh:prefix ?p ; sh:namespace ?n ] }", prefixes={"sh": SH}
    )
    assert {row["p"].value: row["n"].value for row in declared} == PREFIXES  # type: ignore[union-attr]
    parameters = list(store.quads_for_pattern(None, NamedNode(SH + "path"), None))
    assert len(parameters) == sum(len(query.parameters) for query in QUERIES)


def test_the_service_description_offers_them(client: TestClient) -> None:
    store = Store()
    store.load(client.get("/sparql", headers={"accept": "text/turtle"}).content, format=RdfFormat.TURTLE)
    offered = store.quads_for_pattern(None, NamedNode(SCHEMA + "url"), None)
    addresses = {quad.object.value for quad in offered}
    assert addresses == {f"http://testserver/queries/{query.name}" for query in QUERIES}


def test_openapi_describes_each_with_its_parameters(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for query in QUERIES:
        operation = paths[f"/queries/{query.name}"]["get"]
        described = {p["name"]: p for p in operation["parameters"]}
        assert set(described) == {"format", *(p.name for p in query.parameters)}
        for parameter in query.parameters:
            assert described[parameter.name]["required"] is parameter.required
        assert operation["summary"] == query.question["en"]
    month = paths["/queries/events-per-month"]["get"]["parameters"][0]
    assert month["schema"] == {"type": "integer", "minimum": 1, "maximum": 9999}
    assert len({op["operationId"] for path in paths.values() for op in path.values()}) == len(paths) + 1
