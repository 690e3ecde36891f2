"""The SPARQL 1.1 Protocol and the dereferencing of IRIs, as tables of requests."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from network import publish, settings
from pyoxigraph import RdfFormat, parse

from search_api.app import create_app
from search_api.errors import RequestError
from search_api.pages.sparql import examples
from search_api.sparql.requests import decode

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SELECT = "SELECT ?label WHERE { ?event a rp:Event ; rdfs:label ?label } ORDER BY ?label"
CONSTRUCT = "CONSTRUCT { ?s a rp:Event } WHERE { ?s a rp:Event }"
FORM = "application/x-www-form-urlencoded"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOCUMENT_GRAPH = "https://w3id.org/redpyme/graph/document/memoria"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("sparql")
    publish(root)
    with TestClient(create_app(settings(root, query_timeout=1.0)), raise_server_exceptions=False) as client:
        yield client


def test_the_three_ways_to_send_a_query_give_the_same_answer(client: TestClient) -> None:
    ways = [
        client.get("/sparql", params={"query": SELECT}),
        client.post("/sparql", content=urlencode({"query": SELECT}), headers={"content-type": FORM}),
        client.post("/sparql", content=SELECT, headers={"content-type": "application/sparql-query"}),
        client.post(
            "/sparql", content=SELECT, headers={"content-type": "application/sparql-query; charset=utf-8"}
        ),
    ]
    for response in ways:
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/sparql-results+json"
        labels = [row["label"]["value"] for row in response.json()["results"]["bindings"]]
        assert labels == ["Foro de Avales de Prueba", "Taller de Cierre"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.9, application/sparql-results+json;q=0.1", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_result_comes_in_the_format_asked_for(
    client: TestClient, query: str, accept: str, media_type: str
) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (SELECT, "*/*"),
        (SELECT, "text/csv"),
        (SELECT, "text/turtle"),
        (SELECT, BROWSER["accept"]),
        (CONSTRUCT, "text/turtle"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1000", "application/json"),
        ("SELECT * {", "*/*"),
        ("SELECT * {", BROWSER["accept"]),
        ("LOAD <http://example.org/>", "*/*"),
        (ENDLESS, "*/*"),
        ("", "*/*"),
    ],
)
def test_the_short_way_answers_as_the_long_one(client: TestClient, query: str, accept: str) -> None:
    """A request from another site takes the long way, past the routes; ours are answered before."""
    asked = {"url": "/sparql", "params": {"query": query}}
    short = client.get(**asked, headers={"accept": accept})
    long = client.get(**asked, headers={"accept": accept, "origin": "http://example.org"})
    assert (short.status_code, short.content) == (long.status_code, long.content)

    def told(response: httpx.Response) -> list[tuple[str, str]]:
        return sorted(header for header in response.headers.multi_items() if header[0][:7] != "access-")

    assert told(short) == told(long)


@pytest.mark.parametrize("headers", [{}, {"origin": "http://example.org"}], ids=["short way", "long way"])
def test_who_has_the_answer_is_told_so(client: TestClient, headers: dict[str, str]) -> None:
    asked = {"query": SELECT}
    first = client.get("/sparql", params=asked, headers=headers)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = client.get("/sparql", params=asked, headers={**headers, "if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for other in ({"query": SELECT + " DESC(?event)"}, {"query": SELECT, "format": "csv"}):
        response = client.get("/sparql", params=other, headers={**headers, "if-none-match": tag})
        assert (response.status_code, response.headers["etag"] == tag) == (200, False)
    assert client.get("/sparql", params=asked, headers={**headers, "if-none-match": "*"}).status_code == 304
    longer = {**headers, "if-none-match": f'{tag[:-1]}0"'}
    assert client.get("/sparql", params=asked, headers=longer).status_code == 200
    moment = client.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}"}, headers=headers)
    assert "etag" not in moment.headers


@pytest.mark.parametrize("headers", [[], [(b"origin", b"http://a.example.org")]], ids=["quick", "routed"])
def test_a_query_string_whose_utf_8_is_not_escaped_is_read_all_the_same(
    client: TestClient, headers: list[tuple[bytes, bytes]]
) -> None:
    """Some clients send it so; both ways to the answer read it as UTF-8, and refuse what is none."""
    status, content = ask_as_it_is(client, 'query=SELECT("é"AS?x){}&format=csv'.encode(), headers)
    assert (status, content.split()) == (200, [b"x", "é".encode()])
    assert ask_as_it_is(client, b'query=SELECT("\xff"AS?x){}', headers)[0] == 400


def ask_as_it_is(
    client: TestClient, query_string: bytes, headers: list[tuple[bytes, bytes]]
) -> tuple[int, bytes]:
    """The answer to `GET /sparql` with these very bytes, which a client library would escape."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "root_path": "",
        "scheme": "http",
        "server": ("localhost", 80),
        "query_string": query_string,
        "headers": [(b"host", b"localhost"), *headers],
    }
    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (("GET", "/sparql?default-graph-uri=http%3A%2F%2Fexample.org%2F", None, None), 400),
        (("GET", "/sparql?query=", None, None), 400),
        (("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None), 400),
        (("GET", "/sparql?query=SELEKT", None, None), 400),
        (("GET", "/sparql?query=%FF%FE", None, None), 400),
        (("GET", "/sparql?update=CLEAR%20ALL", None, None), 400),
        (("GET", "/sparql?query=ASK%7B%7D&format=pdf", None, None), 400),
        (("POST", "/sparql", b"query=" + b"%FF", FORM), 400),
        (("POST", "/sparql", b"\xff\xfe", "application/sparql-query"), 400),
        (("POST", "/sparql", b"update=CLEAR+ALL", FORM), 400),
        (("POST", "/sparql?query=ASK%7B%7D", b"ASK {}", "application/sparql-query"), 400),
        (("POST", "/sparql", b"CLEAR ALL", "application/sparql-query"), 400),
        (("POST", "/sparql", b"ASK { SERVICE <http://example.org/> {} }", "application/sparql-query"), 400),
        (("POST", "/sparql", b"ASK {}", "text/plain"), 415),
        (("POST", "/sparql", b"CLEAR ALL", "application/sparql-update"), 415),
        (("POST", "/sparql", b"ASK {} #" + b"x" * 1_000_001, "application/sparql-query"), 413),
        (("PUT", "/sparql", b"ASK {}", "application/sparql-query"), 405),
    ],
)
def test_what_is_no_query_operation_is_a_problem(
    client: TestClient, request_: tuple[str, str, bytes | None, str | None], status: int
) -> None:
    method, path, body, content_type = request_
    headers = {"content-type": content_type} if content_type else {}
    response = client.request(method, path, content=body, headers=headers)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv")]
)
def test_a_format_that_cannot_be_had_is_not_acceptable(client: TestClient, query: str, accept: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"accept": accept})
    assert response.status_code == 406


def test_a_query_that_does_not_end_is_stopped_and_others_go_on(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": ENDLESS})
    assert (response.status_code, response.json()["type"].rsplit("/", 1)[-1]) == (504, "query-timeout")
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    page = client.get("/sparql", params={"query": ENDLESS}, headers=BROWSER)
    assert (page.status_code, "COUNT(*)" in page.text) == (504, True)


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({}, True),
        ({"default-graph-uri": DOCUMENT_GRAPH}, True),
        ({"default-graph-uri": "https://w3id.org/redpyme/graph/ontology"}, False),
        ({"named-graph-uri": DOCUMENT_GRAPH}, False),
    ],
)
def test_the_request_chooses_the_dataset(client: TestClient, dataset: dict[str, str], expected: bool) -> None:
    response = client.get("/sparql", params={"query": "ASK { ?s a rp:Event }", **dataset})
    assert response.json()["boolean"] is expected
    body = urlencode({"query": "ASK { ?s a rp:Event }", **dataset})
    assert client.post("/sparql", content=body, headers={"content-type": FORM}).json()["boolean"] is expected


def test_a_value_is_decoded_once(client: TestClient) -> None:
    query = 'SELECT ("1+1 %2B" AS ?v) {}'
    for response in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", content=urlencode({"query": query}), headers={"content-type": FORM}),
    ):
        assert response.json()["results"]["bindings"][0]["v"]["value"] == "1+1 %2B"


@pytest.mark.parametrize(("title", "query"), examples(), ids=[title for title, _ in examples()])
def test_each_example_of_the_page_runs(client: TestClient, title: str, query: str) -> None:
    """What they find is tested on the sample, with the other competency questions."""
    page = client.get("/sparql", params={"query": query}, headers=BROWSER)
    assert page.status_code == 200
    assert 'role="status"' in page.text


def test_the_page_shows_rows_verdicts_and_graphs(client: TestClient) -> None:
    rows = client.get("/sparql", params={"query": SELECT, "format": "html"})
    assert "<td>Taller de Cierre</td>" in rows.text
    assert "Sí (true)" in client.get("/sparql", params={"query": "ASK {}"}, headers=BROWSER).text
    assert "a rp:Event" in client.get("/sparql", params={"query": CONSTRUCT}, headers=BROWSER).text
    download = client.get("/sparql", params={"query": SELECT, "format": "csv"}, headers=BROWSER)
    assert download.text.splitlines()[0] == "label"


# Dereferencing


@pytest.mark.parametrize(
    ("accept", "parsed_as"),
    [
        ("*/*", RdfFormat.TURTLE),
        ("text/turtle", RdfFormat.TURTLE),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.4", RdfFormat.RDF_XML),
    ],
)
def test_an_iri_answers_in_the_format_asked_for(
    client: TestClient, accept: str, parsed_as: RdfFormat
) -> None:
    response = client.get("/id/theme/tic", headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == parsed_as.media_type
    triples = {str(quad.triple) for quad in parse(response.content, format=parsed_as)}
    turtle = client.get("/id/theme/tic?format=turtle").content
    assert triples == {str(quad.triple) for quad in parse(turtle, format=RdfFormat.TURTLE)}
    assert len(triples) > 10


def test_an_iri_in_no_format_on_offer_is_not_acceptable(client: TestClient) -> None:
    assert client.get("/id/theme/tic", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/id/theme/tic?format=pdf").status_code == 400


def test_kinds_without_a_page_show_their_statements(client: TestClient) -> None:
    query = "SELECT ?c { ?c a rp:Claim } LIMIT 1"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    path = rows[0]["c"]["value"].removeprefix("https://w3id.org/redpyme")
    assert "Recurso del grafo" in client.get(path, headers=BROWSER).text


def test_a_passage_leads_to_its_place_in_the_document(client: TestClient) -> None:
    query = "SELECT ?p { ?p a rp:Passage } LIMIT 1"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    path = rows[0]["p"]["value"].removeprefix("https://w3id.org/redpyme")
    response = client.get(path, headers=BROWSER, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/documents/memoria?start=")


@given(st.text(st.sampled_from("%25%2B+&=a0F2é☃\n ")))
def test_parameters_are_decoded_as_the_standard_library_does(text: str) -> None:
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(RequestError):
            decode(text, "the query string")
    else:
        assert decode(text, "the query string") == expected
        assert decode(urlencode(expected), "the query string") == expected
