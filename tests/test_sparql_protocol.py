"""The SPARQL endpoint as clients meet it on a real port: formats, datasets, graphs, overload."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from network import publish, serving, settings
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS
from graph.workspace import Workspace

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
GRAPH = "https://w3id.org/redpyme/graph/"
MEMORIA = GRAPH + "document/memoria"
TWICE = GRAPH + "document/twice"
LIMIT = 2.0
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
SIMPLE = 'SELECT ?s { ?s rdfs:label "Taller de Cierre"@es }'
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("protocol")
    publish(root)
    with Workspace(root / "workspace").writer() as writer:
        # A second graph that says again what the first one says, as a second document would.
        store = Store()
        for path in writer.graph_files():
            store.bulk_load(path=path, format=RdfFormat.N_QUADS)
        said = store.quads_for_pattern(None, None, None, NamedNode(MEMORIA))
        writer.put_graph("twice", [Quad(*quad.triple, NamedNode(TWICE)) for quad in said])
        writer.commit(software="test", ontology="test", model="hashing")
    with serving(settings(root, query_timeout=LIMIT, query_workers=2)) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


def ask(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    return client.post(
        "/sparql", content=query, headers={"content-type": "application/sparql-query", **headers}
    )


def number(response: httpx.Response) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


# Formats


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        *(("SELECT * { ?s a rp:Event }", offer.media_type) for offer in RESULT_FORMATS),
        *(("ASK { ?s a rp:Event }", offer.media_type) for offer in RESULT_FORMATS),
        *(("CONSTRUCT WHERE { ?s a rp:Event }", offer.media_type) for offer in GRAPH_FORMATS),
        *(("DESCRIBE ?s { ?s a rp:Event }", offer.media_type) for offer in GRAPH_FORMATS),
    ],
)
def test_every_form_comes_in_every_format_of_its_kind(
    client: httpx.Client, form: str, media_type: str
) -> None:
    response = ask(client, form, accept=media_type)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert "Accept" in response.headers["vary"]
    if serialiser := RdfFormat.from_media_type(media_type):
        assert len(list(parse(response.content, serialiser))) >= 2


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/turtle;q=0.2, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0.1", "application/ld+json"),
        ("application/*;q=0.5, text/turtle;q=0.4", "application/ld+json"),
        ("application/trig", "application/trig"),
        ("text/csv, text/turtle;q=0.1", "text/turtle"),
        ("nonsense, text/turtle", "text/turtle"),
        ("text/turtle;q=0", None),
        ("text/csv", None),
        ("image/png, text/html;q=0", None),
    ],
)
def test_the_format_is_negotiated_by_weight(client: httpx.Client, accept: str, given: str | None) -> None:
    response = ask(client, "CONSTRUCT WHERE { ?s a rp:Event }", accept=accept)
    if given is None:
        assert (response.status_code, response.json()["type"].rsplit("/", 1)[1]) == (406, "not-acceptable")
    else:
        assert response.headers["content-type"].partition(";")[0] == given


def test_head_is_get_without_its_body(client: httpx.Client) -> None:
    for path, parameters in (
        ("/sparql", {"query": SIMPLE}),
        ("/sparql", {}),
        ("/graphs", {"graph": MEMORIA}),
        ("/.well-known/void", {}),
    ):
        head, get = client.head(path, params=parameters), client.get(path, params=parameters)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == get.headers["content-type"]
        assert int(head.headers["content-length"]) > 0
    assert client.head("/sparql", params={"query": "SELEKT"}).status_code == 400


@pytest.mark.parametrize(("method", "path"), [("PUT", "/sparql"), ("DELETE", "/sparql"), ("PATCH", "/sparql"),
    ("PUT", "/graphs?default"), ("POST", "/graphs?default"), ("DELETE", "/graph/ontology")])  # fmt: skip
def test_other_methods_are_told_which_there_are(client: httpx.Client, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    allowed = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path == "/sparql" else set())
    assert set(response.headers["allow"].split(", ")) == allowed
    assert set(client.options(path).headers["allow"].split(", ")) == allowed


def test_pages_of_other_sites_may_ask(client: httpx.Client) -> None:
    answered = client.get("/sparql", params={"query": "ASK {}"}, headers={"origin": "https://example.org"})
    assert answered.headers["access-control-allow-origin"] == "*"
    preflight = client.options(
        "/sparql",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/sparql-query", 200),
        ("Application/SPARQL-Query; charset=UTF-8", 200),
        ("application/sparql-query; charset=UTF-16", 415),
        ("application/json", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
def test_a_body_says_what_it_is(client: httpx.Client, content_type: str, status: int) -> None:
    response = client.post("/sparql", content="ASK {}", headers={"content-type": content_type})
    assert response.status_code == status


# Datasets


def test_default_graphs_are_merged_and_not_added_up(client: httpx.Client) -> None:
    def count(**dataset: list[str]) -> int:
        pairs = [("query", COUNT), *((f"{k}-graph-uri", iri) for k, iris in dataset.items() for iri in iris)]
        by_get = client.get("/sparql", params=pairs)
        by_form = client.post(
            "/sparql", data=dict(query=COUNT, **{f"{k}-graph-uri": v for k, v in dataset.items()})
        )
        direct = client.post(
            "/sparql", params=pairs[1:], content=COUNT, headers={"content-type": "application/sparql-query"}
        )
        assert number(by_get) == number(by_form) == number(direct)
        return number(by_get)

    alone = count(default=[MEMORIA])
    ontology = count(default=[GRAPH + "ontology"])
    assert count(default=[MEMORIA, TWICE]) == alone > 100
    assert alone < count(default=[MEMORIA, TWICE, GRAPH + "ontology"]) <= alone + ontology
    assert count(named=[MEMORIA]) == 0, "named graphs alone leave the default graph empty"
    assert count(default=["http://example.org/none"]) == 0


def test_the_request_is_over_the_query(client: httpx.Client) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}ontology> {{ ?s a rp:Event }}"
    assert number(client.get("/sparql", params={"query": query})) == 0
    assert number(client.get("/sparql", params={"query": query, "default-graph-uri": MEMORIA})) > 0


@pytest.mark.parametrize("iri", ["relative", "http://example.org/a b", "http://example.org/<x>", ""])
def test_a_graph_that_is_no_iri_is_a_problem(client: httpx.Client, iri: str) -> None:
    assert client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": iri}).status_code == 400
    assert client.get("/graphs", params={"graph": iri}).status_code == 400


# Descriptions


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/ld+json", "application/rdf+xml"])
def test_the_bare_address_describes_the_service(client: httpx.Client, url: str, accept: str) -> None:
    response = client.get("/sparql", headers={"accept": accept})
    media_type = response.headers["content-type"].partition(";")[0]
    store = Store()
    store.load(response.content, format=RdfFormat.from_media_type(media_type))
    endpoint = NamedNode(f"{url}/sparql")
    (service,) = [q.subject for q in store.quads_for_pattern(None, NamedNode(SD + "endpoint"), endpoint)]
    said = {quad.object for quad in store.quads_for_pattern(service, None, None)}
    assert {NamedNode(SD + "SPARQL11Query"), NamedNode(SD + "UnionDefaultGraph")} <= said
    assert NamedNode("http://www.w3.org/ns/formats/SPARQL_Results_JSON") in said
    names = store.quads_for_pattern(None, NamedNode(SD + "name"), None)
    assert {quad.object.value for quad in names} == {MEMORIA, TWICE, GRAPH + "ontology", GRAPH + "network"}


def test_a_browser_gets_a_form_and_a_client_of_results_is_told_to_ask(client: httpx.Client) -> None:
    assert "<form" in client.get("/sparql", headers={"accept": "text/html"}).text
    forgot = client.get("/sparql", headers={"accept": "application/sparql-results+json"})
    assert (forgot.status_code, "query" in forgot.json()["detail"]) == (400, True)


def test_void_counts_what_is_there(client: httpx.Client, url: str) -> None:
    store = Store()
    store.load(client.get("/.well-known/void").content, format=RdfFormat.TURTLE)
    dataset = NamedNode(f"{url}/.well-known/void#dataset")

    def figure(node: NamedNode | BlankNode, name: str) -> int:
        (quad,) = store.quads_for_pattern(node, NamedNode(VOID + name), None)
        assert isinstance(quad.object, Literal)
        return int(quad.object.value)

    def count(query: str) -> int:
        return number(client.get("/sparql", params={"query": query}))

    assert figure(dataset, "triples") == count(COUNT)
    assert figure(dataset, "distinctSubjects") == count("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert figure(dataset, "properties") == count("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    assert figure(NamedNode(MEMORIA), "triples") == figure(NamedNode(TWICE), "triples") > 100
    event = NamedNode("https://w3id.org/redpyme/ns#Event")
    (part,) = [quad.subject for quad in store.quads_for_pattern(None, NamedNode(VOID + "class"), event)]
    assert figure(part, "entities") == count("SELECT (COUNT(*) AS ?n) { ?s a rp:Event }") == 2
    dumps = list(store.quads_for_pattern(NamedNode(MEMORIA), NamedNode(VOID + "dataDump"), None))
    assert client.get(dumps[0].object.value).status_code == 200
    assert client.get("/.well-known/void", headers={"accept": "image/png"}).status_code == 406


# Graphs


def test_a_graph_can_be_had_by_name_and_by_its_address(client: httpx.Client) -> None:
    ntriples = {"accept": "application/n-triples"}
    named = client.get("/graphs", params={"graph": MEMORIA}, headers=ntriples)
    direct = client.get("/graph/document/memoria", headers=ntriples)
    assert sorted(named.text.splitlines()) == sorted(direct.text.splitlines())
    whole = client.get("/graphs?default", headers=ntriples)
    assert len(whole.text.splitlines()) == number(client.get("/sparql", params={"query": COUNT}))
    assert client.get("/graphs", params={"graph": MEMORIA}).headers["content-type"].startswith("text/turtle")
    assert client.get("/graphs", params={"graph": "http://example.org/none"}).status_code == 404
    assert client.get("/graph/document/none").status_code == 404
    assert client.get("/graphs").status_code == 400
    assert client.get(f"/graphs?default&graph={MEMORIA}").status_code == 400
    assert client.get("/graphs?default", headers={"accept": "text/csv"}).status_code == 406


# Overload


TOO_MUCH = {413, 504}


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        (PRODUCT, {504}),
        (LARGE, TOO_MUCH),
        (LARGE + " ORDER BY ?a ?b ?c ?d", TOO_MUCH),
        (f'SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), "{"(a*)*" * 200}{"x" * 50}")) }}', {200, 504}),
        ('SELECT * { ?s ?p ?o FILTER(REGEX("a", "(((a{1,100}){1,100}){1,100}){1,100}")) }', {200, 504}),
        (f"SELECT * {{ ?s {'(' * 5000}rdfs:label{')*' * 5000} ?o }}", TOO_MUCH),
        ("SELECT * { ?s (!rp:no)* ?o . ?o (!rp:no)* ?x . ?x (!rp:no)* ?y }", TOO_MUCH),
        ("SELECT * { " + "{" * 200_000 + "}" * 200_000 + " }", TOO_MUCH),
        ("SELECT * { VALUES ?x { " + "<http://example.org/aaaaaaaaaaaaa> " * 28_000 + "} }", {200}),
        ("ASK {} #" + "x" * 1_100_000, {413}),
    ],
    ids=["product", "rows", "sort", "regex", "regex size", "path", "closure", "nesting", "values", "body"],
)
def test_a_query_that_is_too_much_gets_its_status_in_time(
    client: httpx.Client, query: str, statuses: set[int]
) -> None:
    started = time.monotonic()
    response = ask(client, query)
    seconds = time.monotonic() - started
    assert response.status_code in statuses, response.text[:300]
    assert seconds < LIMIT + 1, "limit and a second, since the tests share their processors"
    if response.status_code == 200:
        assert "bindings" in response.json()["results"], "an answer is whole or none"
    else:
        assert response.headers["content-type"] == "application/problem+json"
    assert ask(client, "ASK {}").json()["boolean"] is True


def test_runaways_do_not_hold_up_a_simple_query(client: httpx.Client, url: str) -> None:
    """Eight clients send queries that never end, a ninth asks for a label: it does not feel them."""
    over = threading.Event()

    def run_away(number: int) -> set[int]:
        statuses = set()
        with httpx.Client(base_url=url, timeout=30) as runaway:
            while not over.is_set():
                response = ask(runaway, f"{PRODUCT} # {number}")
                statuses.add(response.status_code)
                if response.status_code == 503:
                    assert int(response.headers["retry-after"]) > 0
                    time.sleep(0.2)
        return statuses

    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(run_away, i) for i in range(8)]
        time.sleep(0.5)
        times = []
        while len(times) < 60:
            started = time.monotonic()
            assert ask(client, SIMPLE).status_code == 200
            times.append(time.monotonic() - started)
            time.sleep(0.02)
        over.set()
        statuses = set().union(*(future.result() for future in running))
    assert statuses <= {503, 504}
    assert 504 in statuses
    assert sorted(times)[-2] < 0.5, times


def test_a_stored_query_has_the_limits_and_the_lanes_of_all_queries(client: httpx.Client, url: str) -> None:
    def run_away() -> int:
        with httpx.Client(base_url=url, timeout=30) as runaway:
            return ask(runaway, PRODUCT + " # beside a stored query").status_code

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run_away)
        time.sleep(0.3)
        answer = client.get("/queries/events-on-theme", params={"theme": "garantias-financiamiento"})
        assert not running.done()
        assert len(answer.json()["results"]["bindings"]) == 1
        assert running.result() == 504


def test_two_hundred_clients_at_once_are_answered_or_told_to_come_back(url: str) -> None:
    with (
        httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_connections=200)) as client,
        ThreadPoolExecutor(200) as threads,
    ):
        responses = list(threads.map(lambda _: ask(client, SIMPLE), range(200)))
        assert {response.status_code for response in responses} <= {200, 503}
        assert sum(response.status_code == 200 for response in responses) >= 100
        for response in responses:
            assert response.status_code == 200 or int(response.headers["retry-after"]) > 0
        assert ask(client, SIMPLE).status_code == 200
