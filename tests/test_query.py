"""Queries of users: formats, limits, and what is refused, with real worker processes."""

import csv
import io
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.errors import (
    NotFound,
    QueryBusy,
    QueryError,
    QueryNotAcceptable,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    SnapshotError,
)
from graph.query import QueryAtWork, QueryPool
from graph.query_answers import QueryAnswer
from graph.query_text import dataset_clause, is_of_default_graph, keywords
from graph.snapshots import Snapshot
from graph.workspace import Workspace

NUMBER = "http://example.org/number"
# Oxigraph counts a product of this size for minutes: nothing but a kill ends it.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORMS = {
    "SELECT": "SELECT ?s { ?s ex:number 7 }",
    "ASK": "ASK { ?s ex:number 7 }",
    "DESCRIBE": "DESCRIBE <http://example.org/one/7>",
    "CONSTRUCT": "CONSTRUCT WHERE { ?s ex:number 7 }",
}
SLACK = 0.5  # seconds past the limit within which a query must be gone


def publish(root: Path, *, per_graph: int = 3000) -> Snapshot:
    workspace = Workspace(root)
    with workspace.writer() as writer:
        writer.put_graph(
            "shared",
            [
                Quad(
                    NamedNode(f"http://example.org/one/{i}"),
                    NamedNode(NUMBER),
                    Literal(i),
                    NamedNode("http://example.org/graph/shared"),
                )
                for i in range(min(10, per_graph))
            ],
        )
        for name in ("one", "two"):
            writer.put_graph(
                name,
                [
                    Quad(
                        NamedNode(f"http://example.org/{name}/{i}"),
                        NamedNode(NUMBER),
                        Literal(i),
                        NamedNode(f"http://example.org/graph/{name}"),
                    )
                    for i in range(per_graph)
                ],
            )
        return writer.commit(software="0", ontology="0", model="none")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    snapshot = publish(tmp_path_factory.mktemp("query") / "workspace")
    prefixes = {"ex": "http://example.org/"}
    with QueryPool(snapshot, workers=2, timeout=5.0, memory_mb=512, prefixes=prefixes) as pool:
        yield pool


def count(pool: QueryPool, where: str, *, prologue: str = "", **options: object) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {prologue} {{ {where} }}"
    answer = pool.run(query, format="csv", **options)  # type: ignore[arg-type]
    return int(list(csv.reader(io.StringIO(answer.content.decode())))[1][0])


@pytest.mark.parametrize(
    ("form", "accept", "kind", "media_type", "starts"),
    [
        ("SELECT", None, "select", "application/sparql-results+json", b"{"),
        ("SELECT", "application/json", "select", "application/sparql-results+json", b"{"),
        ("SELECT", "text/csv;q=0.5, text/tab-separated-values", "select", "text/tab-separated-values", b"?s"),
        ("SELECT", "application/sparql-results+xml", "select", "application/sparql-results+xml", b"<?xml"),
        ("SELECT", "text/csv", "select", "text/csv", b"s\r\n"),
        ("ASK", "*/*", "ask", "application/sparql-results+json", b"{"),
        ("DESCRIBE", None, "construct", "text/turtle", b"@prefix ex:"),
        ("CONSTRUCT", "application/ld+json", "construct", "application/ld+json", b"[{"),
        ("CONSTRUCT", "application/rdf+xml", "construct", "application/rdf+xml", b"<?xml"),
        ("CONSTRUCT", "application/n-triples", "construct", "application/n-triples", b"<http://example.org/"),
        ("CONSTRUCT", "application/trig", "construct", "application/trig", b"@prefix ex:"),
        ("CONSTRUCT", "application/n-quads", "construct", "application/n-quads", b"<http://example.org/"),
    ],
)
def test_result_comes_in_the_format_asked_for(
    pool: QueryPool, form: str, accept: str | None, kind: str, media_type: str, starts: bytes
) -> None:
    answer = pool.run(FORMS[form], accept=accept)
    assert (answer.kind, answer.media_type) == (kind, media_type)
    assert answer.content.startswith(starts)


def test_rows_are_those_of_the_graph(pool: QueryPool) -> None:
    answer = pool.run("SELECT ?s { ?s ex:number 7 } ORDER BY ?s")
    rows = json.loads(answer.content)["results"]["bindings"]
    assert [row["s"]["value"] for row in rows] == ["http://example.org/one/7", "http://example.org/two/7"]
    triples = pool.run("CONSTRUCT WHERE { ?s ex:number 7 }", format="nt")
    assert len(list(parse(triples.content, RdfFormat.N_TRIPLES))) == 2


def test_dataset_is_the_union_unless_the_query_or_the_request_says_otherwise(pool: QueryPool) -> None:
    one = "http://example.org/graph/one"
    assert count(pool, "?s ?p ?o") == 6000
    assert count(pool, "?s ?p ?o", prologue=f"FROM <{one}>") == 3000
    assert count(pool, "?s ?p ?o", default_graph=[one]) == 3000
    assert count(pool, "GRAPH ?g { ?s ?p ?o }") == 6010
    assert count(pool, "GRAPH ?g { ?s ?p ?o }", named_graphs=[one]) == 3000
    assert count(pool, "GRAPH ?g { ?s ?p ?o }", default_graph=[one]) == 0, "no named graph was given"


def test_runaway_query_is_stopped_in_time_and_the_pool_still_answers(pool: QueryPool) -> None:
    for limit in (0.3, 1.0):
        started = time.monotonic()
        with pytest.raises(QueryTimeout, match="stopped after"):
            pool.run(RUNAWAY, timeout=limit)
        assert limit <= time.monotonic() - started <= limit + SLACK
        assert count(pool, "?s ?p ?o") == 6000


def test_an_answer_does_not_wait_for_the_end_of_a_killed_process(tmp_path: Path) -> None:
    """On a machine with more to do than it can, a process that went behind all others takes long to end."""
    with QueryPool(publish(tmp_path / "w"), timeout=5.0) as pool:
        nursery = pool._nursery.process.pid
        os.kill(nursery, signal.SIGSTOP)  # so nobody kills, nor collects what was killed
        try:
            started = time.monotonic()
            with pytest.raises(QueryTimeout):
                pool.run(RUNAWAY, timeout=0.5)
            assert time.monotonic() - started <= 0.5 + SLACK
            assert count(pool, "?s ?p ?o", prologue="") == 6000, "the other worker answers"
        finally:
            os.kill(nursery, signal.SIGCONT)
        assert pool._long.enter(timeout=5), "places in the lane are given back once the process is gone"
        assert pool._long.enter(timeout=5)
        for _ in range(2):
            pool._long.leave()


def test_other_threads_are_answered_while_a_runaway_query_runs(pool: QueryPool) -> None:
    stopped: list[bool] = []

    def run_away() -> None:
        with pytest.raises(QueryTimeout):
            pool.run(RUNAWAY, timeout=1.5)
        stopped.append(True)

    thread = threading.Thread(target=run_away)
    thread.start()
    time.sleep(0.1)
    started = time.monotonic()
    while time.monotonic() - started < 0.5:
        assert pool.run("ASK { ?s ex:number 7 }").seconds < 0.5
    assert thread.is_alive(), "the other query was still running all the while"
    thread.join()
    assert stopped


def test_when_all_workers_are_busy_a_long_query_is_told_so(tmp_path: Path) -> None:
    with QueryPool(publish(tmp_path / "w"), workers=1, timeout=1.0) as pool:

        def run_away() -> None:
            with pytest.raises(QueryTimeout):
                pool.run(RUNAWAY)

        thread = threading.Thread(target=run_away)
        thread.start()
        time.sleep(0.2)
        with pytest.raises(QueryBusy, match="all 1 workers were busy"):
            pool.run(RUNAWAY + " # another")
        assert pool.run("ASK {}", timeout=0.3).kind == "ask", "a short query does not wait for long ones"
        thread.join()
        assert pool.run("ASK {}", format="csv").content == b"true"


def test_result_over_the_limit_is_refused(tmp_path: Path) -> None:
    with QueryPool(publish(tmp_path / "w"), max_bytes=2**20, timeout=20) as pool:
        with pytest.raises(QueryTooLarge, match="larger than 1 MB"):
            pool.run("SELECT ?s ?t { ?s ?p ?o . ?t ?q ?r } LIMIT 100000")
        assert pool.run("ASK {}", format="csv").content == b"true"


def test_query_that_eats_memory_is_ended_and_the_pool_still_answers(tmp_path: Path) -> None:
    with QueryPool(publish(tmp_path / "w"), memory_mb=64, timeout=60) as pool:
        with pytest.raises(QueryTooLarge, match="64 MB"):
            pool.run("SELECT ?s ?t { ?s ?p ?o . ?t ?q ?r } ORDER BY ?s")
        with pytest.raises(QueryTooLarge, match="nests too deeply"):
            pool.run("SELECT * " + "{" * 100_000 + "}" * 100_000)
        assert pool.run("ASK {}", format="csv").content == b"true"


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("SELEC ?s { ?s ?p ?o }", QuerySyntaxError, "1:1"),
        ("SELECT ?s { ?s ?p }", QuerySyntaxError, "not valid SPARQL"),
        ("", QuerySyntaxError, "not valid SPARQL"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", QueryError, "INSERT is refused"),
        ("prefix x: <x:> delete where { ?s ?p ?o }", QueryError, "DELETE is refused"),
        ("LOAD <http://localhost/>", QueryError, "LOAD is refused"),
        ("SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }", QueryError, "SERVICE is refused"),
        ("SELECT * { service\nsilent ?g { ?s ?p ?o } }", QueryError, "SERVICE is refused"),
        ("SELECT * { FILTER(?a<?b)SERVICE<http://localhost:1/>{} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s <x:#> ?o . SERVICE<x:> {} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s ?p '\\'' . SERVICE <x:> {} # '\n }", QueryError, "SERVICE is refused"),
        ('SELECT * { ?s ?p """a"b\\\\""" . SERVICE <x:> {} # """', QueryError, "SERVICE is refused"),
        ("SELECT * { SERVICESILENT<x:>{} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s ?p 1SERVICE<x:>{} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s ?p trueSERVICE<x:>{} }", QueryError, "SERVICE is refused"),
        ("PREFIX : <x:> SELECT * { SERVICE:x#{}\n{} }", QueryError, "SERVICE is refused"),
        ("PREFIX : <x:> SELECT * { ?s ?p 1.SERVICE:x{} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s ?p ex:.SERVICE<x:>{} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ex:a\\# ?p ?o . SERVICE <x:> {} }", QueryError, "SERVICE is refused"),
        ("SELECT * { ?s ?p <x:\\u0041#> . SERVICE <x:> {} }", QueryError, "SERVICE is refused"),
        ("SELECT * { FILTER(2<1#>'''\n) SERVICE <x:> {} #'''\n }", QueryError, "SERVICE is refused"),
    ],
)
def test_what_is_no_query_of_this_graph_is_refused(
    pool: QueryPool, query: str, error: type[QueryError], message: str
) -> None:
    with pytest.raises(error, match=message):
        pool.run(query)


def test_several_default_graphs_are_merged(pool: QueryPool) -> None:
    """Oxigraph alone would give a triple of two graphs twice (SPARQL 1.1, 13.2.1 asks for the RDF merge)."""
    one, two, both = (f"http://example.org/graph/{name}" for name in ("one", "two", "shared"))
    assert count(pool, "?s ?p ?o", default_graph=[one, both]) == 3000
    assert count(pool, "?s ?p ?o", default_graph=[one, one]) == 3000
    assert count(pool, "?s ?p ?o", prologue=f"FROM <{one}> FROM <{both}> FROM <{two}>") == 6000
    assert count(pool, "GRAPH ?g { ?s ?p ?o }", default_graph=[one, both], named_graphs=[two]) == 3000
    assert count(pool, "GRAPH ?g { ?s ?p ?o }") == 6010, "the next query finds the graphs as they were"


def test_from_names_are_resolved_as_the_prologue_says(pool: QueryPool) -> None:
    query = """BASE <http://example.org/graph/> PREFIX g: <http://example.org/graph/> # FROM <x>
    SELECT (COUNT(*) AS ?n) FROM g:one # FROM NAMED
    from <shared> FROM NAMED <../graph/two> { ?s ?p ?o OPTIONAL { GRAPH ?g { ?x ex:number 7 } } }"""
    clause = dataset_clause(query)
    assert (clause.default, clause.named) == (("g:one", "<shared>"), ("<../graph/two>",))
    assert pool.run(query, format="csv").content.split() == [b"n", b"3000"]


def test_a_format_that_fits_no_result_is_refused_before_the_query_runs(pool: QueryPool) -> None:
    for query, accept in ((RUNAWAY, "text/turtle"), ("DESCRIBE ex:x", "text/csv"), ("ASK {}", "image/png")):
        started = time.monotonic()
        with pytest.raises(QueryNotAcceptable):
            pool.run(query, accept=accept)
        assert time.monotonic() - started < 1


def test_an_answer_is_kept_unless_it_depends_on_the_moment(pool: QueryPool) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ex:number ?x . ?b ex:number ?y FILTER(?x < 100) }"
    first, again = pool.run(slow), pool.run(slow)
    assert first.content == again.content
    assert again.seconds < first.seconds / 10
    assert pool.run(slow, format="csv").content != first.content
    for moment in ("RAND()", "STRUUID()", "rand()", "IF(2<RAND()&&3>2, 0, RAND())"):
        query = f"SELECT ({moment} AS ?m) {{}}"
        assert pool.run(query).content != pool.run(query).content


def test_a_long_query_counts_among_what_is_kept(pool: QueryPool) -> None:
    """Answers of a few bytes to queries of a megabyte would have filled the memory of the server."""
    long = f"ASK {{}} # {'x' * 1_000_000}"
    assert not pool.run(long).kept
    assert pool.run(long).kept
    for number in range(35):
        pool.run(f"{long}{number}")
    assert not pool.run(long).kept


@pytest.mark.parametrize("query", ['VERSION "1.2" ASK {}', "SELECTDISTINCT * {}"])
def test_a_form_that_is_written_unusually_is_not_taken_for_a_fault(pool: QueryPool, query: str) -> None:
    """The worker died of it, and the client was told that the query needs too much memory."""
    with pytest.raises(QueryNotAcceptable):
        pool.run(query, accept="image/png")
    assert pool.run(query).content


def ready(work: QueryAtWork, *, seconds: float = 5.0) -> bool:
    return bool(select.select([work], [], [], seconds)[0])


def test_a_query_begins_without_waiting_and_is_answered_as_any_other(pool: QueryPool) -> None:
    query = "SELECT ?s { ?s ex:number 11 } ORDER BY ?s"
    work = pool.begin(query, accept="text/csv")
    assert isinstance(work, QueryAtWork)
    assert ready(work)
    answer = work.answer()
    assert answer is not None
    assert answer.content.split() == [b"s", b"http://example.org/one/11", b"http://example.org/two/11"]
    kept = pool.begin(query, accept="text/csv")
    assert isinstance(kept, QueryAnswer)
    assert (kept.content, kept.tag, kept.kept) == (answer.content, answer.tag, True)
    assert pool.run(query, accept="text/csv").kept


def test_a_query_at_work_that_is_long_or_has_a_long_answer_is_waited_for(pool: QueryPool) -> None:
    work = pool.begin("SELECT ?s ?n { ?s ex:number ?n }")
    assert isinstance(work, QueryAtWork)
    assert ready(work)
    assert work.answer() is None, "to read it would take time"
    assert len(json.loads(work.wait().content)["results"]["bindings"]) == 6000
    endless = pool.begin(RUNAWAY + " # begun")
    assert isinstance(endless, QueryAtWork)
    assert not ready(endless, seconds=0.1)
    assert endless.answer() is None
    with pytest.raises(QueryTimeout):
        endless.wait()
    assert pool.begin(RUNAWAY + " # begun") is None, "it is known to be long"


@pytest.fixture
def fresh_pool(tmp_path: Path) -> Iterator[QueryPool]:
    with QueryPool(publish(tmp_path / "w"), prefixes={"ex": "http://example.org/"}) as pool:
        yield pool


def test_a_query_begins_only_where_a_worker_is_free(fresh_pool: QueryPool) -> None:
    pool = fresh_pool
    works = [pool.begin(f"ASK {{ ?s ex:number {i} }}") for i in range(3)]
    assert [type(work) for work in works] == [QueryAtWork, QueryAtWork, type(None)]
    for work in works[:2]:
        assert isinstance(work, QueryAtWork)
        assert work.wait().kind == "ask"
    assert pool.begin("ASK { ?s ex:similarity ?o }") is None, "a model may have to be loaded"
    assert pool.begin("ASK {}" + 70_000 * " ") is None, "it does not fit into a buffer"


def test_an_error_of_a_query_at_work_is_raised(fresh_pool: QueryPool) -> None:
    pool = fresh_pool
    for query, error in (("SELECT * {", QuerySyntaxError), ("CLEAR ALL", QueryError)):
        work = pool.begin(query)
        assert isinstance(work, QueryAtWork)
        assert ready(work)
        with pytest.raises(error):
            work.answer()
    assert count(pool, "?s ex:number 7") == 2, "their workers go on"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { {} graph<http://example.org/g> { ?s ?p ?o } }",
        "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
        "PREFIX : <x:> SELECT * from:g { ?s ?p ?o }",
        "SELECT * { \\u0047RAPH ?g { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { 1GRAPH ?g { ?s ?p ?o } } }",
    ],
)
def test_what_may_name_a_graph_is_asked_of_all_graphs(query: str) -> None:
    assert not is_of_default_graph(query)
    assert is_of_default_graph("SELECT * { ?s ?p ?o }")


def test_a_graph_is_given_as_it_is(pool: QueryPool) -> None:
    answer = pool.graph("http://example.org/graph/two", accept="application/n-triples")
    assert len(list(parse(answer.content, RdfFormat.N_TRIPLES))) == 3000
    assert len(list(parse(pool.graph(None, format="nt").content, RdfFormat.N_TRIPLES))) == 6000
    with pytest.raises(NotFound):
        pool.graph("http://example.org/graph/three")


def test_words_in_comments_strings_and_names_are_no_keywords(pool: QueryPool) -> None:
    query = """
    PREFIX service: <http://example.org/service#>  # SERVICE and FROM in a comment
    SELECT ?service ?from { ?service ex:number ?from . FILTER(?from IN (7, "SERVICE", 'from'))
      MINUS { ?service service:service <http://example.org/SERVICE> . ?x service:from '''LOAD' it''' } }
    """
    assert not {"SERVICE", "FROM", "LOAD"} & set(keywords(query))
    assert "SERVICE" not in keywords("SELECT * { ?s ?p <http://x/#a> . ?service ?q <urn:a> }")
    assert len(json.loads(pool.run(query).content)["results"]["bindings"]) == 2


@pytest.mark.parametrize("piece", ["<", "a.", "a:", '"', "''' ", "service: ", "\\", "{", "1e", "#"])
def test_a_long_query_is_checked_in_linear_time(piece: str) -> None:
    started = time.monotonic()
    keywords(piece * (1_000_000 // len(piece)))
    assert time.monotonic() - started < 3


def test_a_worker_cannot_open_a_socket() -> None:
    """The second wall: even a SERVICE that slipped through finds no network."""
    program = (
        "from pyoxigraph import Store\n"
        "from graph.query_worker import confine\n"
        "confine(memory=2**30)\n"
        "print(list(Store().query('SELECT * { SERVICE <http://127.0.0.1:8089/> { ?s ?p ?o } }')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Too many open files" in done.stderr


def test_damaged_graph_is_named(tmp_path: Path) -> None:
    snapshot = publish(tmp_path / "w", per_graph=1)
    snapshot.graph_files()[0].write_text("<a:a> <a:b>")
    with pytest.raises(SnapshotError, match=r"one\.nq"):
        QueryPool(snapshot)


def test_nothing_survives_the_pool(tmp_path: Path) -> None:
    pool = QueryPool(publish(tmp_path / "w", per_graph=1))
    nursery = pool._nursery.process.pid
    pool.close()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(nursery, 0)
    with pytest.raises(QueryError, match="another snapshot"):
        pool.run("ASK {}")


def test_workers_die_with_a_killed_server(tmp_path: Path) -> None:
    """A runaway query must not outlive the server that asked it, however the server ends."""
    publish(tmp_path / "w")
    program = (
        "import sys, threading\n"
        "from graph.query import QueryPool\n"
        "from graph.workspace import Workspace\n"
        "pool = QueryPool(Workspace(sys.argv[1]).current(), timeout=60)\n"
        f"threading.Thread(target=pool.run, args=[{RUNAWAY!r}]).start()\n"
        "print(pool._nursery.process.pid, flush=True)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "w")], stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout
        nursery = int(server.stdout.readline())
        time.sleep(0.2)
        children = Path(f"/proc/{nursery}/task/{nursery}/children")
        if not children.exists():
            pytest.skip("this system does not list the children of a process")
        processes = [nursery, *map(int, children.read_text().split())]
        assert len(processes) == 3
        server.kill()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and any(_running(pid) for pid in processes):
        time.sleep(0.02)
    assert not [pid for pid in processes if _running(pid)]


def _running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # an orphan that its adoptive parent has not collected yet runs nothing
