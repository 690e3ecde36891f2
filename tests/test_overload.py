"""What is too much for the endpoint gets its error status, whole; a simple query beside it is answered.

How fast is measured by benchmarks/overload.py, on a machine that has nothing else to do; here the limits are
those of a machine that has.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from network import publish, serving, settings

LIMIT = 2.0
#: Of a query and its stop, where other processes hold the processors.
PATIENCE = 10.0
SIMPLE = "SELECT ?label { <https://w3id.org/redpyme/ns#Actor> rdfs:label ?label }"
#: A query that is too much, by what it is; each with the statuses that tell so.
TOO_MUCH = {
    "a product of the graph with itself": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        {504},
    ),
    "rows without end": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {413, 504}),
    "a sort of them": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", {413, 504}),
    "a deep path": ("SELECT (COUNT(*) AS ?n) { ?s (!rp:no)* ?o . ?o (!rp:no)* ?x . ?x (!rp:no)* ?y . "
                    "?y (!rp:no)* ?z }", {504, 413}),
    "brackets without end": ("SELECT * { " + "{" * 100_000 + "}" * 100_000 + " }", {400, 413, 504}),
    "more than a megabyte": ("SELECT * { ?s ?p ?o } #" + "x" * 1_048_576, {413}),
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("overload")
    publish(root)
    # Connections that are kept may be closed by the server just when they are used again.
    limits = httpx.Limits(max_connections=300, max_keepalive_connections=0)
    with (
        serving(settings(root, query_timeout=LIMIT, query_memory_mb=512)) as url,
        httpx.Client(base_url=url, timeout=60, limits=limits) as client,
    ):
        yield client


def ask(client: httpx.Client, query: str) -> httpx.Response:
    return client.post("/sparql", content=query, headers={"content-type": "application/sparql-query"})


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_what_is_too_much_is_told_so_and_the_server_stays(client: httpx.Client, kind: str) -> None:
    query, statuses = TOO_MUCH[kind]
    began = time.monotonic()
    response = ask(client, query)
    assert time.monotonic() - began < LIMIT + PATIENCE
    assert response.status_code in statuses, response.text[:300]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    assert ask(client, SIMPLE).json()["results"]["bindings"]


def test_a_regular_expression_does_not_blow_up(client: httpx.Client) -> None:
    """The engine's take time in proportion to the text, whatever the pattern; what is too much is stopped."""
    bomb = "(a*)*" * 200 + "x" * 50
    response = ask(client, f'SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), "{bomb}")) }}')
    assert (response.status_code, response.json()["results"]["bindings"]) == (200, [])
    product = f'SELECT * {{ ?s ?p ?o . ?a ?b ?c FILTER(REGEX(CONCAT(STR(?o), STR(?c)), "{bomb}")) }}'
    assert ask(client, product).status_code == 504
    large = ask(client, f'SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), "{"(a{1000}){1000}" * 10}")) }}')
    assert large.status_code in (200, 400, 504)


def test_a_query_of_a_megabyte_that_can_be_answered_is(client: httpx.Client) -> None:
    values = "<http://example.org/aaaaaaaaaaaaa> " * 28_000
    response = ask(client, f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {values} }} }}")
    assert response.status_code in (200, 504)
    if response.status_code == 200:
        assert response.json()["results"]["bindings"][0]["n"]["value"] == "28000"


def test_a_simple_query_is_answered_while_runaways_run(client: httpx.Client) -> None:
    product = TOO_MUCH["a product of the graph with itself"][0]
    statuses: Counter[int] = Counter()

    def run_away(number: int) -> None:
        statuses[ask(client, f"{product} # {number}").status_code] += 1

    threads = [threading.Thread(target=run_away, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    simple: Counter[int] = Counter()
    while any(thread.is_alive() for thread in threads):
        response = ask(client, f"{SIMPLE} # {sum(simple.values())}")
        simple[response.status_code] += 1
        assert response.status_code != 200 or len(response.json()["results"]["bindings"]) == 3
    # Where other processes hold the processors a simple query may be taken for a long one, and told to wait.
    assert simple.keys() <= {200, 503}
    assert simple[200] >= 3, "not one after the other: beside them"
    assert statuses.keys() <= {503, 504}
    assert statuses[504] >= 1


def test_200_clients_are_answered_or_told_when_to_come_again(client: httpx.Client) -> None:
    def one(number: int) -> httpx.Response:
        query = "SELECT ?type (COUNT(*) AS ?n) { ?e a rp:Event ; rp:eventType ?type } GROUP BY ?type"
        return ask(client, f"{query} # {number}")

    with ThreadPoolExecutor(200) as threads:
        responses = list(threads.map(one, range(400)))
    by_status = Counter(response.status_code for response in responses)
    assert by_status.keys() <= {200, 503}
    assert by_status[200] >= 200
    assert len({response.content for response in responses if response.status_code == 200}) == 1
    for response in responses:
        if response.status_code == 503:
            assert int(response.headers["retry-after"]) >= 1


def test_memory_comes_back(client: httpx.Client) -> None:
    """A worker that a query made large is not kept: no process of the pool holds more than it began with."""

    if not Path("/proc/self/task").exists():
        pytest.skip("this system does not tell the memory of a process")

    def largest() -> int:
        """The most resident memory of a grandchild of this process, the workers, in KiB."""
        found = [0]
        for children in Path("/proc/self/task").glob("*/children"):
            for nursery in children.read_text().split():
                for workers in Path(f"/proc/{nursery}/task").glob("*/children"):
                    found += [resident(pid) for pid in workers.read_text().split()]
        return max(found)

    ask(client, SIMPLE)
    before = largest()
    ask(client, TOO_MUCH["a sort of them"][0] + " # again")
    deadline = time.monotonic() + PATIENCE
    while largest() > before + 100_000 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert largest() <= before + 100_000


def resident(pid: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
