"""Runs cases of the W3C suites: queries over HTTP against our endpoint, updates against the store.

The server is the application as it is served, on a real port. Only what it serves is given here: in place of
the snapshot of a workspace, the data of a case, in the same query pool with the same processes.
"""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import uvicorn
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
    serialize,
)
from w3c_manifests import BASE, FORMATS, Case, Data, Request
from w3c_results import canonical, equal, parse_graph, parse_result, read_result

from graph.query import QueryPool
from graph.query_text import dataset_clause
from graph.settings import Settings
from search_api.app import create_app

MEDIA_TYPES = {
    "xml": "application/sparql-results+xml",
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_RESULT_OF = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}
_PROTOCOL_DATA = "http://kasei.us/2009/09/sparql/data/"


@dataclass(frozen=True)
class Outcome:
    """Whether a case passed, and what was wrong."""

    case: Case
    passed: bool
    reason: str = ""


class Endpoint:
    """Our endpoint on a port of the loopback, serving one set of data after the other."""

    def __init__(self, *, root: Path, scratch: Path, url: str, app: Any) -> None:
        self.root, self.scratch, self.app = root, scratch, app
        self.client = httpx.Client(base_url=url, timeout=30)
        self.url = url
        self._data: Data | None = None
        self._pool: QueryPool | None = None

    @contextmanager
    def lease(self) -> Iterator[SimpleNamespace]:
        """What the application asks of its service."""
        yield self.lease_at_once()

    def lease_at_once(self) -> SimpleNamespace:
        """The same, where nothing is to be waited for."""
        manifest = SimpleNamespace(created="2013-03-21T00:00:00+00:00")
        snapshot = SimpleNamespace(manifest=manifest)
        return SimpleNamespace(queries=self._pool, number=1, snapshot=snapshot, give_back=lambda: None)

    def load(self, data: Data) -> None:
        """Serve these data from now on."""
        if data == self._data:
            return
        self.close()
        file = self.scratch / "data.nq"
        file.write_bytes(serialize(quads_of(data, self.root), format=RdfFormat.N_QUADS) or b"")
        self._pool = QueryPool([file], workers=1, merged=False, timeout=20, memory_mb=512)
        self._data = data

    def close(self) -> None:
        if self._pool:
            self._pool.close()
        self._pool = self._data = None

    def ask(self, case: Case, *, accept: str) -> httpx.Response:
        """Send the query of a case, its base IRI before it, since the server never sees its file."""
        base = BASE + case.file.relative_to(self.root).as_posix() if case.file else BASE
        return self.client.post(
            "/sparql",
            content=f"BASE <{base}>\n{case.text}".encode(),
            headers={"content-type": "application/sparql-query", "accept": accept},
        )


@contextmanager
def serving(root: Path, scratch: Path) -> Iterator[Endpoint]:
    """The application on a free port of the loopback, without a workspace."""
    app = create_app(Settings(workspace=scratch / "workspace", model="hashing"))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    endpoint = Endpoint(root=root, scratch=scratch, url=f"http://127.0.0.1:{port}", app=app)
    app.state.service = endpoint
    try:
        yield endpoint
    finally:
        endpoint.client.close()
        server.should_exit = True
        thread.join()
        endpoint.close()


def run(case: Case, endpoint: Endpoint) -> Outcome:
    """Run one case as its kind asks."""
    runner = {
        "QueryEvaluationTest": query_evaluation,
        "CSVResultFormatTest": query_evaluation,
        "UpdateEvaluationTest": update_evaluation,
        "ProtocolTest": protocol,
    }.get(case.kind)
    if runner:
        return runner(case, endpoint)
    return update_syntax(case) if is_update(case) else query_syntax(case, endpoint)


def is_update(case: Case) -> bool:
    """Whether a syntax test is about an update."""
    return "Update" in case.kind or (case.file is not None and case.file.suffix == ".ru")


def query_evaluation(case: Case, endpoint: Endpoint) -> Outcome:
    """The result over HTTP, in the format of the expected one, is the expected one."""
    endpoint.load(_with_dataset_of_query(case, endpoint.root))
    assert case.result
    format = _RESULT_OF.get(case.result.suffix, "json")
    response = endpoint.ask(case, accept=f"{MEDIA_TYPES[format]}, application/n-triples")
    if response.status_code != 200:
        return Outcome(case, False, f"{response.status_code}: {response.json()['detail']}")
    media_type = response.headers["content-type"].partition(";")[0]
    expected = read_result(case.result, base=BASE + case.result.relative_to(endpoint.root).as_posix())
    found = (
        parse_graph(response.content)
        if media_type == "application/n-triples"
        else parse_result(response.content, format)
    )
    same = equal(expected, found, lax=case.lax)
    return Outcome(case, same, "" if same else f"expected {expected}, got {found}"[:1500])


def query_syntax(case: Case, endpoint: Endpoint) -> Outcome:
    """The endpoint calls it a syntax error exactly when it is one.

    SERVICE is refused before it is read: there the engine alone has to accept the query.
    """
    endpoint.load(Data())
    response = endpoint.ask(case, accept="application/sparql-results+json, application/n-triples")
    problem = {} if response.status_code == 200 else response.json()
    if "SERVICE is refused" in problem.get("detail", ""):
        wrong = bool(_syntax_error(case, update=False))
    elif problem:
        wrong = problem["type"].endswith("/query-syntax")
    else:
        wrong = False
    passed = wrong == case.kind.startswith("Negative") and response.status_code in (200, 400)
    return Outcome(case, passed, "" if passed else f"{response.status_code} {response.text[:300]}")


def update_syntax(case: Case) -> Outcome:
    """The store accepts the update exactly when its syntax is right."""
    error = _syntax_error(case, update=True)
    passed = bool(error) == case.kind.startswith("Negative")
    return Outcome(case, passed, error if not passed else "")


def update_evaluation(case: Case, endpoint: Endpoint) -> Outcome:
    """The store holds what is expected after the update."""
    store = Store()
    store.extend(quads_of(case.data, endpoint.root))
    try:
        store.update(case.text, base_iri=BASE)
    except (SyntaxError, OSError, RuntimeError) as error:
        return Outcome(case, False, str(error))
    same = canonical(list(store)) == canonical(list(quads_of(case.result_data, endpoint.root)))
    return Outcome(case, same, "" if same else f"the store holds {[str(quad) for quad in store]}")


def protocol(case: Case, endpoint: Endpoint) -> Outcome:
    """Each request is answered with the status and result it expects."""
    folder = endpoint.root / "sparql11" / "protocol"
    names = ("data1", "data2", "data3")
    endpoint.load(Data(named=tuple((f"{_PROTOCOL_DATA}{n}.rdf", folder / f"{n}.nt") for n in names)))
    for number, request in enumerate(case.requests, start=1):
        response = endpoint.client.request(
            request.method,
            re.sub("^/sparql/", "/sparql", request.path),
            content=request.body,
            headers=request.headers,
        )
        if wrong := _difference(request, response):
            return Outcome(case, False, f"request {number}: {wrong}")
    return Outcome(case, True)


def _difference(request: Request, response: httpx.Response) -> str:
    if f"{response.status_code // 100}xx" not in request.statuses:
        return f"{response.status_code} {response.text[:200]}"
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if request.format in ("boolean", "tabular") and media_type != MEDIA_TYPES["json"]:
        return f"a {request.format} result came as {media_type}"
    if request.format == "RDF" and media_type != "text/turtle":
        return f"a graph came as {media_type}"
    if request.boolean is not None and response.json()["boolean"] != request.boolean:
        return f"it said {response.json()['boolean']}"
    return ""


def quads_of(data: Data, root: Path) -> Iterator[Quad]:
    """The data of a case, default graph and named graphs; blank nodes of different files are different."""
    graphs: Iterable[tuple[NamedNode | DefaultGraph, Path]] = (
        *((DefaultGraph(), file) for file in data.default),
        *((NamedNode(iri), file) for iri, file in data.named),
    )
    for graph, file in graphs:
        base = BASE + file.relative_to(root).as_posix()
        read = parse(path=str(file), format=FORMATS[file.suffix], base_iri=base, rename_blank_nodes=True)
        for quad in read:
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _with_dataset_of_query(case: Case, root: Path) -> Data:
    """The data of a case; where a query names files by FROM, each is a named graph of the service."""
    assert case.file
    clause = dataset_clause(case.text)
    files = {name[1:-1] for name in (*clause.default, *clause.named)}
    named = {
        (BASE + (case.file.parent / f).relative_to(root).as_posix(), case.file.parent / f) for f in files
    }
    return Data(case.data.default, tuple(sorted({*case.data.named, *named})))


def _syntax_error(case: Case, *, update: bool) -> str:
    store = Store()
    try:
        if update:
            store.update(case.text, base_iri=BASE)
        else:
            store.query(case.text, base_iri=BASE)
    except SyntaxError as error:
        return str(error)
    except (OSError, RuntimeError):
        return ""  # it was read, and then LOAD or SERVICE found nobody
    return ""
