"""SERVICE of endpoints that the operator allowed: what is asked, what comes back, and where it never goes."""

import contextlib
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from network import publish, serving
from network import settings as settings_in
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node
from w3c_results import equal, parse_result, read_result

from graph import remote
from graph.errors import ConfigurationError, QueryBusy, QueryError, QueryRemote
from graph.federation import AT_ONCE, LONGEST, Federation, as_values, blocks, prologue
from graph.query import QueryPool
from graph.settings import Settings, load_settings
from ontology.namespaces import PREFIXES

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
THERE = "https://data.example.org/sparql"
PUBLIC = "93.184.216.34"
DATA = """@prefix : <http://example.org/> .
:lima :mayor "Susana"@es ; :people 10 . :quito :mayor _:somebody . :cali :people 2.5 .
"""


def elsewhere(endpoint: str, query: str, deadline: float) -> bytes:
    """The other endpoint: a store with a little data."""
    assert endpoint == THERE
    store = Store()
    store.load(DATA, format=RdfFormat.TURTLE)
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return bytes(found.serialize(format=QueryResultsFormat.JSON) or b"")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    path = tmp_path_factory.mktemp("federation") / "graph.nq"
    path.write_text(
        "".join(
            f"<http://example.org/{city}> <http://example.org/in> <http://example.org/{land}> <urn:g> .\n"
            for city, land in (("lima", "peru"), ("quito", "ecuador"), ("bogota", "colombia"))
        )
    )
    with QueryPool([path], workers=1, federation=Federation([THERE], ask=elsewhere)) as pool:
        yield pool


def rows(pool: QueryPool, query: str) -> list[dict[str, str]]:
    answer = json.loads(pool.run(f"PREFIX : <http://example.org/> {query}").content)
    return sorted(({k: v["value"] for k, v in row.items()} for row in answer["results"]["bindings"]), key=str)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # A block joins with what stands beside it, wherever it stands.
        (
            f"SELECT ?city ?who {{ ?city :in :peru SERVICE <{THERE}> {{ ?city :mayor ?who }} }}",
            [":lima Susana"],
        ),
        (f"SELECT ?city ?n {{ SERVICE <{THERE}> {{ ?city :people ?n }} ?city :in ?land }}", [":lima 10"]),
        (
            f"SELECT ?city ?n {{ ?city :in ?l OPTIONAL {{ SERVICE <{THERE}> {{ ?city :people ?n }} }} }}",
            [":bogota", ":lima 10", ":quito"],
        ),
        (
            f"SELECT ?city {{ ?city :in ?l MINUS {{ SERVICE <{THERE}> {{ ?city :mayor ?who }} }} }}",
            [":bogota"],
        ),
        (f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", ["4"]),
        (f"SELECT ?n {{ {{ SELECT ?n {{ SERVICE <{THERE}> {{ ?s :people ?n }} }} }} }}", ["10", "2.5"]),
        # Braces, keywords and addresses in strings, comments and IRIs are none.
        (
            f"SELECT ?n {{ # SERVICE <x> {{\n SERVICE # }}\n SILENT <{THERE}> # {{\n"
            f" {{ ?s :people ?n FILTER('}}' != \"SERVICE <y> {{\" && ?s != <http://e/%7B>) }} }}",
            ["10", "2.5"],
        ),
        # The name of the endpoint may be shortened, and the block knows the prefixes of the query.
        (
            "PREFIX at: <https://data.example.org/> SELECT ?n { SERVICE at:sparql { :cali :people ?n } }",
            ["2.5"],
        ),
        (f"SELECT * {{ SERVICE <{THERE}> {{ :lima :people 10 }} ?city :in :peru }}", [":lima"]),
        (f"SELECT * {{ SERVICE <{THERE}> {{ :lima :people 11 }} ?city :in :peru }}", []),
    ],
)
def test_a_block_is_worth_what_the_endpoint_matches(pool: QueryPool, query: str, expected: list[str]) -> None:
    found = [
        " ".join(value.replace("http://example.org/", ":") for _, value in sorted(row.items()))
        for row in rows(pool, query)
    ]
    assert found == expected


def test_ask_and_construct_have_services_too(pool: QueryPool) -> None:
    there = f"{{ SERVICE <{THERE}> {{ ?s <http://example.org/people> ?n }} }}"
    assert json.loads(pool.run(f"ASK {there}").content)["boolean"] is True
    turtle = pool.run(f"CONSTRUCT {{ ?s <urn:n> ?n }} WHERE {there}", format="n-triples").content
    assert turtle.count(b"<urn:n>") == 2


def test_a_blank_node_of_elsewhere_comes_as_one_iri(pool: QueryPool) -> None:
    (row,) = rows(pool, f"SELECT ?who {{ SERVICE <{THERE}> {{ :quito :mayor ?who }} }}")
    assert row["who"].startswith("https://w3id.org/redpyme/.well-known/genid/")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { SERVICE <https://other.example.org/sparql> { ?s ?p ?o } }", f"asks <{THERE}> only"),
        (f"SELECT * {{ SERVICE SILENT <{THERE}/> {{ ?s ?p ?o }} }}", "is refused"),
        (f"SELECT * {{ BIND(<{THERE}> AS ?there) SERVICE ?there {{ ?s ?p ?o }} }}", "not a variable"),
        (
            f"SELECT * {{ SERVICE <{THERE}> {{ SERVICE <http://127.0.0.1/> {{ ?s ?p ?o }} }} }}",
            "<http://127.0.0.1/> is refused",
        ),
        ("SELECT * { SERVICE nobody:sparql { ?s ?p ?o } }", "names no endpoint"),
        (f"SELECT * {{ SERVICESILENT <{THERE}> {{ ?s ?p ?o }} }}", "refused"),
        (f"SELECT * {{ 1SERVICE<{THERE}>{{ ?s ?p ?o }} }}", "refused"),
        ("SELECT * { " + f"SERVICE <{THERE}> {{ ?s ?p ?o }}" * 9 + " }", "8 SERVICE blocks at most"),
        (f"SELECT * {{ {f'SERVICE <{THERE}> {{' * 1000}{'}' * 1000} }}", "8 SERVICE blocks at most"),
        (f"SELECT * {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }} #" + " " * LONGEST, "characters at most"),
        (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}", "refused"),
        (f"LOAD <{THERE}>", "refused"),
    ],
)
def test_what_is_not_allowed_is_refused(pool: QueryPool, query: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        pool.run(query)


@pytest.mark.parametrize(
    ("before", "form", "name"),
    [
        # An escape in an IRI, or a less-than, hid what stands behind it on the line, so that the text before
        # the second SELECT was taken for declarations, and the name of the endpoint for their end.
        ("FILTER(?s = <http://x/\\u0041#>)", "SELECT", '\'""" )} #\''),
        ("FILTER(1<2#>\n)", "SELECT", '\'""" )} #\''),
        ("", "SELECT", '\'""" )} #\''),
        ("", "#", "<http://x/>"),
    ],
)
def test_the_server_itself_asks_nobody_while_it_reads_the_name_of_an_endpoint(
    before: str, form: str, name: str
) -> None:
    """The engine that resolves prefixes here can reach the network, so it reads declarations alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        inside = f"http://127.0.0.1:{server.getsockname()[1]}/"
        query = (
            f"SELECTDISTINCT * {{ {before} SERVICESILENT<{inside}>{{ ?s ?p ?o }} "
            f'FILTER(?s = """ \n {form} SERVICE {name} {{}} }}'
        )
        with contextlib.suppress(QueryError):
            Federation([THERE]).answered(query, prefixes={}, seconds=1)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_declarations_are_known_to_the_block_and_nothing_else_is() -> None:
    declared = "# x\nBASE<http://a/>PREFIX :<http://b/> prefix x.y: # z\n"
    assert prologue(f"{declared}SELECT * {{}}") == declared.partition("prefix")[0]
    assert prologue("PREFIX a: <http://a/>\nPREFIX b: <http://b/>\nASK {}").count("PREFIX") == 2
    assert prologue("INSERT { ?s ?p ?o } WHERE { SELECT * {} }") == ""
    assert prologue("SELECT # BASE <http://a/>\n * {}") == ""


def test_where_no_endpoint_is_allowed_none_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text("<urn:s> <urn:p> <urn:o> .\n")
    with QueryPool([path], workers=1) as pool, pytest.raises(QueryError, match="SERVICE is refused"):
        pool.run(f"SELECT * {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}")


def test_a_silent_block_matches_once_where_the_endpoint_fails(tmp_path: Path) -> None:
    def fails(endpoint: str, query: str, deadline: float) -> bytes:
        raise QueryRemote("no")

    federation = Federation([THERE], ask=fails)
    prefixes: Mapping[str, str] = {}
    block = f"<{THERE}> {{ ?s ?p ?o }}"
    silent = federation.answered(f"ASK {{ SERVICE SILENT {block} }}", prefixes=prefixes, seconds=1)
    assert silent == "ASK {  VALUES () { () }  }"
    with pytest.raises(QueryRemote):
        federation.answered(f"ASK {{ SERVICE {block} }}", prefixes=prefixes, seconds=1)


def test_no_more_than_a_few_ask_at_once() -> None:
    inside = threading.Semaphore(0)
    leave = threading.Event()

    def waits(endpoint: str, query: str, deadline: float) -> bytes:
        inside.release()
        leave.wait(10)
        return b'{"head": {"vars": []}, "results": {"bindings": []}}'

    federation = Federation([THERE], ask=waits)
    query = f"ASK {{ SERVICE <{THERE}> {{ ?s ?p ?o }} }}"
    threads = [
        threading.Thread(target=federation.answered, args=[query], kwargs={"prefixes": {}, "seconds": 10})
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
        assert inside.acquire(timeout=10)
    with pytest.raises(QueryBusy):
        federation.answered(query, prefixes={}, seconds=0.1)
    leave.set()
    for thread in threads:
        thread.join(10)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"[]",
        b'{"head": {"vars": ["a) } } #"]}, "results": {"bindings": []}}',
        b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "uri", "value": "x> y"}}]}}',
        b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "triple", "value": {}}}]}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_never_becomes_part_of_the_query(answer: bytes) -> None:
    with pytest.raises(QueryRemote, match="is not SPARQL JSON"):
        as_values(answer, THERE)


def test_rows_of_nothing_are_not_written_without_end() -> None:
    """Four megabytes of empty rows and many names would have been gigabytes of UNDEF."""
    answer = {"head": {"vars": [f"v{i}" for i in range(1000)]}, "results": {"bindings": [{}] * 1000}}
    with pytest.raises(QueryRemote, match="cells"):
        as_values(json.dumps(answer).encode(), THERE)


def test_hostile_text_stays_text(pool: QueryPool) -> None:
    text = "\"\"\"} } # \\ \n\r\t\x01 \u2028 <x> '''{"
    answer = {
        "head": {"vars": ["a", "b"]},
        "results": {"bindings": [{"a": {"type": "literal", "value": text, "xml:lang": "es"}}]},
    }
    values = as_values(json.dumps(answer).encode(), THERE)
    (row,) = rows(pool, f"SELECT ?a ?b {{ {values} }}")
    assert row == {"a": text}


def test_the_outermost_blocks_are_found_where_they_stand() -> None:
    query = "SELECT * { SERVICE <a:b> { { ?s ?p '}' } } . ?x ?y ?z SERVICE SILENT ?e {} }"
    assert [(block.endpoint, block.silent, block.pattern) for block in blocks(query)] == [
        ("<a:b>", False, " { ?s ?p '}' } "),
        ("?e", True, ""),
    ]
    assert list(blocks("SELECT * { SERVICE <a:b> { ?s ?p ?o ")) == []
    assert list(blocks("SELECT * { ?SERVICE ?service 'SERVICE <a:b> {}' }")) == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((address, True) for address in (PUBLIC, "2606:2800:220:1:248:1893:25c8:1946")),
        *((address, False) for address in ("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1")),
        *((address, False) for address in ("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255")),
        *((address, False) for address in ("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1")),
        *((address, False) for address in ("::ffff:127.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1")),
        *((address, False) for address in ("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1")),
    ],
)
def test_only_the_open_internet_is_public(address: str, public: bool) -> None:
    assert remote.is_public(address) is public


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("ftp://data.example.org/", "https://"),
        ("data.example.org/sparql", "https://"),
        ("https://user:secret@data.example.org/", "neither a user"),
        ("https://data.example.org/#x", "fragment"),
        ("https://data.example.org:x/", "no address"),
        ("https://dãta.example.org/", "ASCII"),
        ("http://127.0.0.1:3030/sparql", "not public"),
        ("http://[::1]/sparql", "not public"),
    ],
)
def test_a_setting_that_is_no_endpoint_is_told(
    monkeypatch: pytest.MonkeyPatch, given: str, told: str
) -> None:
    monkeypatch.setenv("REDPYME_SERVICE_ENDPOINTS", f"{THERE} {given}")
    load_settings.cache_clear()
    with pytest.raises(ConfigurationError, match=told):
        load_settings()
    load_settings.cache_clear()


def test_the_setting_is_a_list_with_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().service_endpoints == ()
    monkeypatch.setenv("REDPYME_SERVICE_ENDPOINTS", f" {THERE}  https://b.example.org/sparql ")
    assert Settings().service_endpoints == (THERE, "https://b.example.org/sparql")


SUITE = Path(__file__).parents[2] / "shared" / "w3c-sparql" / "sparql11" / "service"
VARIABLE = "an endpoint that a variable names is refused: it has to be one that the operator allowed"


@pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suites are not beside the project")
def test_the_federation_tests_of_the_w3c(tmp_path: Path) -> None:
    """Six of seven; the endpoints are stores with the data that the tests give them."""
    tests = Graph().parse(SUITE / "manifest.ttl", publicID=SUITE.as_uri() + "/")
    failed: dict[str, str] = {}
    count = 0
    for test in tests.subjects(RDF.type, MF.QueryEvaluationTest):
        count += 1
        action = tests.value(test, MF.action)
        endpoints = {
            str(tests.value(service, QT.endpoint)): path_of(tests.value(service, QT.data))
            for service in tests.objects(action, QT.serviceData)
        }

        def ask(endpoint: str, query: str, deadline: float, data: dict[str, Path] = endpoints) -> bytes:
            if endpoint not in data:
                raise QueryRemote("there is no such endpoint")
            store = Store()
            store.load(path=str(data[endpoint]), format=RdfFormat.TURTLE)
            found = store.query(query)
            assert isinstance(found, QuerySolutions)
            return bytes(found.serialize(format=QueryResultsFormat.JSON) or b"")

        local = tmp_path / f"{count}.nq"
        store = Store()
        if (data := tests.value(action, QT.data)) is not None:
            store.load(path=str(path_of(data)), format=RdfFormat.TURTLE)
        store.dump(local, format=RdfFormat.N_QUADS)
        allowed = [*endpoints, "http://invalid.endpoint.org/sparql"]
        query = path_of(tests.value(action, QT.query)).read_text(encoding="utf-8")
        expected = read_result(path_of(tests.value(test, MF.result)), base="")
        with QueryPool([local], workers=1, merged=False, federation=Federation(allowed, ask=ask)) as pool:
            try:
                found = parse_result(pool.run(query, format="xml").content, "xml")
                if not equal(expected, found):
                    failed[str(test).rpartition("#")[2]] = "another result"
            except QueryError as error:
                failed[str(test).rpartition("#")[2]] = str(error)
    assert count == 7
    assert list(failed) == ["service5"], failed
    assert "not a variable" in failed["service5"], VARIABLE


def path_of(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


# --- The exchange over HTTP, with a server of our own in the place of the public address.

GOOD = b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}'
Reply = Callable[[http.server.BaseHTTPRequestHandler], None]


def reply(
    body: bytes,
    *,
    status: int = 200,
    type: str = remote.RESULTS,
    length: int | None = None,
    location: str = "",
) -> Reply:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", type)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            handler.send_header("Location", location)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def drip(handler: http.server.BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", remote.RESULTS)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


class Server:
    """Answers each request in one way, and keeps what was asked."""

    def __init__(self, answer: Reply) -> None:
        asked = self.asked = list[tuple[str, str, str, str]]()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked.append((self.path, self.headers["Host"], self.headers["Accept"], body))
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.port = self._server.server_port

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        assert (address, port) == (PUBLIC, 80), "the address that was looked at"
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def exchange(
    server: Server, *, seconds: float = 5, max_bytes: int = 1000, addresses: Sequence[str] = (PUBLIC,)
) -> bytes:
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return addresses

    try:
        return remote.ask(
            "http://data.example.org/sparql?x=1", "SELECT * { ?s ?p 'á+&' }",
            deadline=time.monotonic() + seconds, max_bytes=max_bytes, resolve=resolve, connect=server.connect,
        )  # fmt: skip
    finally:
        assert looked_up == ["data.example.org"], "once: there is no second answer of the DNS to be led by"


def test_an_endpoint_is_asked_as_the_protocol_says() -> None:
    server = Server(reply(GOOD))
    assert exchange(server) == GOOD
    assert server.asked == [
        (
            "/sparql?x=1",
            "data.example.org",
            remote.RESULTS,
            "query=SELECT+%2A+%7B+%3Fs+%3Fp+%27%C3%A1%2B%26%27+%7D",
        )
    ]
    server.close()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply(b"", status=302, location="http://127.0.0.1/"), "a redirect .302., which is not followed"),
        (reply(b"", status=307, location="http://169.254.169.254/"), "a redirect"),
        (reply(b"no", status=500), "the error 500"),
        (reply(b"<html>", type="text/html"), "with text/html"),
        (reply(GOOD + b" " * 1000), "larger than"),
        (reply(GOOD, length=900), "cut short|cannot be asked"),
        (lambda handler: handler.wfile.close(), "cannot be asked"),
    ],
)
def test_what_is_no_answer_is_told(answer: Reply, told: str) -> None:
    server = Server(answer)
    with pytest.raises(QueryRemote, match=told):
        exchange(server)
    assert len(server.asked) == 1
    server.close()


def test_an_endpoint_that_sends_drop_by_drop_is_left_in_time() -> None:
    server = Server(drip)
    began = time.monotonic()
    with pytest.raises(QueryRemote, match="in time"):
        exchange(server, seconds=0.5, max_bytes=10**6)
    assert time.monotonic() - began < 1.5
    server.close()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"], []])
def test_a_name_that_leads_inside_is_not_even_connected_to(addresses: list[str]) -> None:
    server = Server(reply(GOOD))
    with pytest.raises(QueryRemote, match="not public"):
        exchange(server, addresses=addresses)
    assert server.asked == []
    server.close()


def test_a_look_up_that_hangs_is_left_in_time() -> None:
    hangs = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        hangs.wait(5)
        return [PUBLIC]

    began = time.monotonic()
    with pytest.raises(QueryRemote, match="in time"):
        remote.ask(THERE, "ASK {}", deadline=began + 0.3, max_bytes=10, resolve=resolve)
    assert time.monotonic() - began < 1.5
    hangs.set()


def test_a_running_server_asks_nobody_inside_even_where_it_is_allowed(
    tmp_path: Path,
) -> None:
    server = Server(reply(GOOD))
    inside = f"http://127.0.0.1:{server.port}/sparql"
    by_name = f"http://localhost:{server.port}/sparql"
    publish(tmp_path)
    chosen = settings_in(tmp_path).model_copy(update={"service_endpoints": (inside, by_name)})
    with serving(chosen) as url, httpx.Client(base_url=url, timeout=30) as client:
        for endpoint, status in ((inside, 502), (by_name, 502), (THERE, 400)):
            query = f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
            response = client.get("/sparql", params={"query": query})
            assert (response.status_code, response.headers["content-type"]) == (
                status,
                "application/problem+json",
            )
        silent = f"SELECT * {{ SERVICE SILENT <{inside}> {{ ?s ?p ?o }} }}"
        assert client.get("/sparql", params={"query": silent}).json()["results"]["bindings"] == [{}]
        described = client.get("/sparql", headers={"accept": "text/turtle"}).text
        assert "BasicFederatedQuery" in described
    assert server.asked == []
    server.close()


def test_prefixes_of_the_service_need_no_declaration_in_a_block() -> None:
    asked: list[str] = []

    def keeps(endpoint: str, query: str, deadline: float) -> bytes:
        asked.append(query)
        return GOOD

    federation = Federation([THERE], ask=keeps)
    query = f"SELECT * {{ SERVICE <{THERE}> {{ ?n a rp:Actor }} }}"
    answered = federation.answered(query, prefixes=PREFIXES, seconds=5)
    assert answered == "SELECT * {  VALUES (?n) {  }  }"
    assert "PREFIX rp: <https://w3id.org/redpyme/ns#>" in asked[0]
