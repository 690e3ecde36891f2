"""A query never leads the server anywhere: SERVICE, LOAD and graphs by address reach nothing at all.

A real listener on the loopback counts who comes. A redirect, a name in the DNS or an unusual way to write an
address need a first connection or a look-up; since there is not even that, they have nothing to begin with.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from network import publish, serving, settings

from graph.query import QueryPool

ROOT = Path(__file__).parents[1]
#: Ways to write where a server could be led: itself, its neighbours, the services of a cloud, a name.
HOSTS = (
    *(
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.1",
        "2130706433",
        "0x7f000001",
    ),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "[fd00::1]"),
    *("localhost.localdomain", "redirects.example.org", "user:secret@127.0.0.1"),
)
OURS = frozenset(HOSTS[:8])


class Listener:
    """Counts the connections to a port of the loopback; answers each with a redirect to itself."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.came = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.came += 1
            with connection:
                again = f"Location: http://127.0.0.1:{self.port}/x"
                connection.sendall(f"HTTP/1.1 302 Found\r\n{again}\r\nContent-Length: 0\r\n\r\n".encode())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("out")
    publish(root)
    with serving(settings(root)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("host", HOSTS)
def test_no_query_reaches_an_address(client: httpx.Client, listener: Listener, host: str) -> None:
    address = f"http://{host}:{listener.port}/"
    for query in (
        f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(IRI('{address}') AS ?there) SERVICE ?there {{ ?s ?p ?o }} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{address}> {{}} }} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }} }}",
        f"LOAD <{address}>",
        f"LOAD SILENT <{address}> INTO GRAPH <http://example.org/g>",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
    ):
        response = client.post("/sparql", content=query, headers={"content-type": "application/sparql-query"})
        assert response.status_code == 400, query
        assert "refused" in response.json()["detail"], query
        assert client.post("/sparql", data={"update": query}).status_code == 400
    for query in (
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s <{address}> ?o }}",
    ):
        rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        assert rows == [], "a graph is named by its IRI, which is not followed"
    everything = {"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": address, "named-graph-uri": address}
    if "@" not in host:
        assert client.get("/sparql", params=everything).json()["results"]["bindings"] == []
        assert client.get("/graphs", params={"graph": address}).status_code == 404
    assert listener.came == 0


def ask_outright(listener: Listener, *, host: str, confined: bool) -> str:
    """What the engine itself does with SERVICE, in a process of its own with nothing that refuses it."""
    program = (
        "import sys\n"
        "from pyoxigraph import Store\n"
        "from graph.query_worker import confine, leave_network\n"
        "if sys.argv[2] == 'confined':\n"
        "    leave_network()\n"
        "    confine(memory=2**30)\n"
        "list(Store().query('SELECT * { SERVICE <' + sys.argv[1] + '> { ?s ?p ?o } }'))\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", program, f"http://{host}:{listener.port}/"),
            "confined" if confined else "free",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def test_the_listener_would_hear_of_it(listener: Listener) -> None:
    """Without what holds a worker back, the engine goes out, and follows redirects."""
    ask_outright(listener, host="127.0.0.1", confined=False)
    deadline = time.monotonic() + 2
    while listener.came == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert listener.came >= 1


@pytest.mark.parametrize("host", sorted({*OURS, "169.254.169.254", "redirects.example.org"}))
def test_a_worker_reaches_nothing_even_where_nothing_refuses(listener: Listener, host: str) -> None:
    error = ask_outright(listener, host=host, confined=True)
    assert "error" in error.lower()
    assert listener.came == 0


def test_long_queries_use_both_processors(tmp_path: Path) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with QueryPool(publish(tmp_path), workers=2, timeout=3.0) as pool:
        children = Path(f"/proc/{pool._nursery.process.pid}/task/{pool._nursery.process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not list the children of a process")

        def run_away(number: int) -> None:
            with pytest.raises(Exception, match="stopped after"):
                pool.run(f"{runaway} # {number}")

        threads = [threading.Thread(target=run_away, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        most: dict[str, int] = {}
        while any(thread.is_alive() for thread in threads):
            for pid in children.read_text().split():
                most[pid] = max(most.get(pid, 0), ticks(pid))
            time.sleep(0.05)
    busy = [pid for pid, spent in most.items() if spent >= 10]
    assert len(busy) >= 2, most


def ticks(pid: str) -> int:
    """The time that a process has had of a processor, in hundredths of a second; 0 once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
