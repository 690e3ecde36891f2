"""`rp:similarity` in SPARQL: what its values are, how queries use it, and that others do not pay for it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from network import publish, serving, settings
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from graph.errors import QueryError, QueryTimeout, QueryTooLarge
from graph.query import QueryPool
from graph.similarity import LONGEST_TEXT, MOST_TEXTS, NODE_TABLE, SIMILARITY
from graph.snapshots import Snapshot
from search_api.embedding.encoder import HashingEncoder
from search_api.errors import NotReadyError
from search_api.publishing.build import ingest_paths
from search_api.search.index import open_index
from search_api.search.similarity import calibrated, open_comparison, similarities

TEXT = "avales para el crédito"
OF_ALL = f'SELECT ?node ?s {{ ?node a ?kind BIND(rp:similarity(?node, "{TEXT}") AS ?s) FILTER(BOUND(?s)) }}'
RUNAWAY = f'SELECT (MAX(rp:similarity(?a, "{TEXT}")) AS ?s) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }}'
HEAVY = (
    f'SELECT ?a ?d {{ ?p a rp:Passage FILTER(rp:similarity(?p, "{TEXT}") >= 0) '
    "?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"
)


class Compared:
    """What a pool asks for similarities, noting each text; `wait` is called before the answer."""

    def __init__(self, snapshot: Snapshot, root: Path) -> None:
        self.texts: list[str] = []
        self.wait: Callable[[], None] = lambda: None
        self._compare = open_comparison(snapshot, settings(root))

    def __call__(self) -> Callable[[str], bytes]:
        return self._answer

    def _answer(self, text: str) -> bytes:
        self.texts.append(text)
        self.wait()
        return self._compare(text)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("similarity")
    publish(root)
    return root


@pytest.fixture(scope="module")
def snapshot(root: Path) -> Snapshot:
    return publish(root)


@pytest.fixture
def compared(snapshot: Snapshot, root: Path) -> Compared:
    return Compared(snapshot, root)


@pytest.fixture
def pool(snapshot: Snapshot, compared: Compared) -> Iterator[QueryPool]:
    with QueryPool(snapshot, workers=1, timeout=5.0, memory_mb=256, similarity=compared) as pool:
        yield pool


def rows(pool: QueryPool, query: str, **options: Any) -> list[dict[str, str]]:
    found = json.loads(pool.run(query, **options).content)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def expected(snapshot: Snapshot, text: str = TEXT) -> dict[str, float]:
    """Cosines to node and best sentence as z-scores against all passages, in equal parts, by plain numpy."""
    encoder = HashingEncoder()
    index = open_index(snapshot.index_path, encoder)
    query = encoder.encode_queries([text])[0].astype(np.float64)
    every = np.arange(len(index))
    cosines = index.vectors.rows(every) @ query
    stored = index.vectors.sentences
    sentences = stored.vectors.astype(np.float64) @ query
    best = np.array(
        [
            max(sentences[first:last], default=cosines[n])
            for n, (first, last) in enumerate(zip(stored.offsets[:-1], stored.offsets[1:], strict=True))
        ]
    )
    passages = [n for n in every if index.entries[n].kind == "passage"]
    z = [(x - x[passages].mean()) / x[passages].std() for x in (cosines, best)]
    values = 1 / (1 + np.exp(2 - (z[0] + z[1]) / 2))
    return {index.entries[n].iri: float(values[n]) for n in every}


# Values


def test_the_value_is_the_dense_part_of_a_search_from_0_to_1(pool: QueryPool, snapshot: Snapshot) -> None:
    found = {row["node"]: float(row["s"]) for row in rows(pool, OF_ALL)}
    assert found == pytest.approx(expected(snapshot), abs=1e-3)
    assert {node.split("/")[-2] for node in found} == {"passage", "practice", "event", "actor"}
    assert max(found.values()) > 2 * min(found.values())


def test_it_is_a_double_and_no_value_where_nothing_is_embedded(pool: QueryPool) -> None:
    query = f'SELECT ?node (rp:similarity(?node, "{TEXT}") AS ?s) {{ ?node a ?kind }} ORDER BY DESC(?s)'
    found = json.loads(pool.run(query).content)["results"]["bindings"]
    having = [row for row in found if "s" in row]
    assert {row["s"]["datatype"] for row in having} == {"http://www.w3.org/2001/XMLSchema#double"}
    without = {row["node"]["value"] for row in found[len(having) :]}
    assert any("/claim/" in node for node in without), "those without a value come last"
    assert not any("/passage/" in node for node in without)


def test_half_is_two_deviations_above_the_average() -> None:
    values = calibrated(np.array([0, 2, 4, -30, 30], np.float32))
    assert values == pytest.approx([0.119, 0.5, 0.881, 0, 1], abs=1e-3)


def test_large_indexes_are_compared_in_steps(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = HashingEncoder()
    index = open_index(snapshot.index_path, encoder)
    query = encoder.encode_queries([TEXT])[0]
    at_once = similarities(index.vectors, query)
    monkeypatch.setattr("search_api.search.similarity._STEP", 3)
    assert similarities(index.vectors, query) == pytest.approx(at_once)


# In queries


@pytest.mark.parametrize(
    ("prologue", "name"),
    [
        ("", "rp:similarity"),
        ("PREFIX x: <https://w3id.org/redpyme/ns#> ", "x:similarity"),
        ("BASE <https://w3id.org/redpyme/> ", "<ns#similarity>"),
        ("", f"<{SIMILARITY}>"),
        ("", f"<{SIMILARITY.replace('sim', chr(92) + 'u0073im')}>"),
    ],
)
def test_filter_order_and_join_combine_with_it(
    pool: QueryPool, snapshot: Snapshot, prologue: str, name: str
) -> None:
    nearest = sorted((-s, node) for node, s in expected(snapshot).items() if "/passage/" in node)
    query = (
        f"{prologue}SELECT ?p ?title {{ ?p a rp:Passage ; dcterms:isPartOf/dcterms:title ?title "
        f'FILTER({name}(?p, "{TEXT}") > {-nearest[2][0] - 0.001}) }} ORDER BY DESC({name}(?p, "{TEXT}"))'
    )
    assert [row["p"] for row in rows(pool, query)] == [node for _, node in nearest[:3]]


def test_the_text_may_come_from_anywhere_and_is_told_apart(pool: QueryPool, compared: Compared) -> None:
    ways = (
        f'BIND("{TEXT}" AS ?t)',
        f'VALUES ?t {{ "{TEXT}" }}',
        f'VALUES ?t {{ "{TEXT}"@es }}',
        'BIND(CONCAT("avales para ", "el crédito") AS ?t)',
    )
    for way in ways:
        query = f"SELECT ?p ?s {{ {way} ?p a rp:Passage BIND(rp:similarity(?p, ?t) AS ?s) }} ORDER BY ?p"
        assert rows(pool, query) == rows(pool, query.replace(way, "").replace("?t)", f'"{TEXT}")'))
    bound = "SELECT ?t ?p ?s { ?p a rp:Passage BIND(rp:similarity(?p, ?t) AS ?s) } ORDER BY ?p"
    by_parameter = rows(pool, bound, bindings={"t": Literal(TEXT)})
    assert [row["s"] for row in by_parameter] == [row["s"] for row in rows(pool, query)]
    assert compared.texts == [TEXT], "of each text the similarities are made once"
    two = rows(
        pool,
        'SELECT ?t ?s { VALUES ?t { "uno" "avales" } ?p a rp:Passage BIND(rp:similarity(?p, ?t) AS ?s) }',
    )
    by_text = {text: [row["s"] for row in two if row["t"] == text] for text in ("uno", "avales")}
    assert by_text["uno"] != by_text["avales"]
    assert sorted(compared.texts) == ["avales", TEXT, "uno"]


def test_every_form_of_query_has_it(pool: QueryPool) -> None:
    ask = f'ASK {{ ?p a rp:Passage FILTER(rp:similarity(?p, "{TEXT}") > %s) }}'
    assert pool.run(ask % 0, format="csv").content == b"true"
    assert pool.run(ask % 1, format="csv").content == b"false"
    where = f'{{ ?p a rp:Passage BIND(rp:similarity(?p, "{TEXT}") AS ?s) }}'
    triples = pool.run(f"CONSTRUCT {{ ?p rp:near ?s }} WHERE {where}", format="nt").content
    assert triples.count(b"<http://www.w3.org/2001/XMLSchema#double>") == len(
        rows(pool, "SELECT ?p { ?p a rp:Passage }")
    )
    most = rows(pool, f"SELECT (MAX(?s) AS ?most) {where}")[0]["most"]
    assert float(most) == max(float(row["s"]) for row in rows(pool, f"SELECT ?s {where}"))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('rp:similarity("texto", ?p)', "takes a text as its second value, not <https://w3id.org/redpyme/id"),
        ("rp:similarity(?p, 7)", 'takes a text as its second value, not "7"'),
        ("rp:similarity(?p)", "takes a node and a text, not 1 values"),
        ('rp:similarity(?p, "a", "b")', "takes a node and a text, not 3 values"),
        ('rp:similarity(?p, "  ")', "an empty text"),
        (f'rp:similarity(?p, "{"a" * (LONGEST_TEXT + 1)}")', f"{LONGEST_TEXT} characters at most"),
        ("rp:similarity(?p, CONCAT(STR(?x), STR(RAND())))", f"{MOST_TEXTS} different texts"),
    ],
)
def test_what_no_data_can_make_right_ends_the_query_with_its_reason(
    pool: QueryPool, call: str, told: str
) -> None:
    query = f"SELECT ?p {{ ?p a rp:Passage . ?x a ?y FILTER({call} > 2) }}"
    with pytest.raises(QueryError, match=told):
        pool.run(query)
    assert rows(pool, OF_ALL), "the pool goes on"


# Cost and limits


def test_limits_hold_in_a_query_that_has_it(pool: QueryPool, snapshot: Snapshot, compared: Compared) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout):
        pool.run(RUNAWAY, timeout=1.0)
    assert time.monotonic() - began < 1.5
    assert rows(pool, OF_ALL)
    with (
        QueryPool(snapshot, workers=1, timeout=60, memory_mb=64, similarity=compared) as small,
        pytest.raises(QueryTooLarge, match="64 MB of memory"),
    ):
        small.run(HEAVY)


def test_other_queries_do_not_wait_while_similarities_are_made(pool: QueryPool, compared: Compared) -> None:
    asked, go = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        assert go.wait(10)

    compared.wait = wait
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.extend(rows(pool, OF_ALL)))
    thread.start()
    assert asked.wait(5)
    began = time.monotonic()
    for number in range(20):
        rows(pool, f"SELECT ?s {{ ?s a rp:Event }} # {number}")
    assert time.monotonic() - began < 1.0
    assert not found
    go.set()
    thread.join()
    assert found


def test_the_time_that_similarities_take_counts(pool: QueryPool, compared: Compared) -> None:
    compared.wait = lambda: time.sleep(0.6)
    with pytest.raises(QueryTimeout):
        pool.run(OF_ALL, timeout=0.5)
    assert rows(pool, OF_ALL), "they are kept, so the next one has them"


def test_a_model_that_is_not_there_is_told_and_only_to_those_who_need_it(snapshot: Snapshot) -> None:
    def missing() -> Callable[[str], bytes]:
        raise NotReadyError("the embedding model is still being loaded")

    escaped = OF_ALL.replace("rp:similarity", f"<{SIMILARITY[:-4]}\\u0072ity>")
    with QueryPool(snapshot, workers=1, similarity=missing) as pool:
        for query in (OF_ALL, escaped):
            with pytest.raises(NotReadyError, match="still being loaded"):
                pool.run(query)
        assert rows(pool, "SELECT ?s { ?s a rp:Event }")


def test_a_snapshot_without_a_node_table_says_how_to_get_one(tmp_path: Path) -> None:
    snapshot = publish(tmp_path)
    (snapshot.index_path / NODE_TABLE).unlink()
    with (
        QueryPool(snapshot, workers=1, similarity=lambda: lambda text: b"") as pool,
        pytest.raises(QueryError, match="redpyme ingest --rebuild"),
    ):
        pool.run(OF_ALL)


def test_a_table_that_does_not_fit_the_index_is_found_out(snapshot: Snapshot) -> None:
    with (
        QueryPool(snapshot, workers=1, similarity=lambda: lambda text: bytes(8)) as pool,
        pytest.raises(QueryError, match="damaged"),
    ):
        pool.run(OF_ALL)


def test_the_processes_that_answer_load_neither_model_nor_arrays() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import graph.query_worker, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"numpy", "torch", "faiss", "search_api"} & set(loaded)
    assert "graph.similarity" in loaded


# On a server


@pytest.fixture(scope="module")
def client(root: Path, snapshot: Snapshot) -> Iterator[httpx.Client]:
    with serving(settings(root)) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_get_post_and_stored_queries_answer_with_it(client: httpx.Client, snapshot: Snapshot) -> None:
    header = {"content-type": "application/sparql-query"}
    by_get = client.get("/sparql", params={"query": OF_ALL})
    by_form = client.post("/sparql", data={"query": OF_ALL})
    directly = client.post("/sparql", content=OF_ALL, headers=header)
    assert by_get.json() == by_form.json() == directly.json()
    bindings = by_get.json()["results"]["bindings"]
    found = {row["node"]["value"]: float(row["s"]["value"]) for row in bindings}
    assert found == pytest.approx(expected(snapshot), abs=1e-3)
    stored = client.get("/queries/lessons-near", params={"need": TEXT, "country": "uy"}).json()
    (row,) = stored["results"]["bindings"]
    assert float(row["similarity"]["value"]) == pytest.approx(found[row["practice"]["value"]])
    assert row["quote"]["value"] in row["text"]["value"]


def test_a_wrong_call_is_a_problem_of_the_client(client: httpx.Client) -> None:
    wrong = client.get("/sparql", params={"query": "ASK { ?p a rp:Passage FILTER(rp:similarity(?p)) }"})
    assert wrong.status_code == 400
    assert "write it as rp:similarity(?node" in wrong.json()["detail"]
    page = client.get(
        "/sparql",
        params={"query": "ASK { ?p a rp:Passage FILTER(rp:similarity(?p)) }"},
        headers={"accept": "text/html"},
    )
    assert page.status_code == 400
    assert "rp:similarity takes a node and a text" in page.text


def test_the_service_offers_the_function_and_the_ontology_says_what_it_is(client: httpx.Client) -> None:
    described = client.get("/sparql", headers={"accept": "application/n-triples"})
    store = Store()
    store.bulk_load(described.content, RdfFormat.N_TRIPLES)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    offered = [q.object for q in store.quads_for_pattern(None, NamedNode(sd + "extensionFunction"), None)]
    assert offered == [NamedNode(SIMILARITY)]
    said = client.get(
        "/sparql",
        params={
            "query": "SELECT (LANG(?d) AS ?l) { rp:similarity a ?f ; rdfs:label ?n ; skos:definition ?d "
            "FILTER(LANG(?n) = LANG(?d)) } ORDER BY ?l"
        },
        headers={"accept": "text/csv"},
    )
    assert said.text.split() == ["l", "en", "es", "pt"]


def test_the_command_line_answers_with_it(root: Path, snapshot: Snapshot) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "search_api.cli", "sparql", OF_ALL + " ORDER BY DESC(?s) LIMIT 1", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={
            "REDPYME_WORKSPACE": str(root / "workspace"),
            "REDPYME_MODEL": "hashing",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
        },
    )
    (row,) = json.loads(done.stdout)["results"]["bindings"]
    best = expected(snapshot)
    assert row["node"]["value"] == max(best, key=lambda node: best[node])


@pytest.mark.model
def test_meaning_crosses_languages_on_the_sample(tmp_path: Path) -> None:
    chosen = settings(tmp_path).model_copy(update={"model": "embedded"})
    sample = Path(__file__).parents[1] / "sample" / "documents" / "retrospectiva-2007-pt.md"
    ingest_paths([sample], settings=chosen)
    snapshot = Snapshot.open(chosen.workspace / "snapshots" / "1")
    compare = open_comparison(snapshot, chosen)
    query = (
        "SELECT ?text (rp:similarity(?p, ?need) AS ?s) ?need { ?p a rp:Practice ; rp:text ?text "
        "FILTER(LANG(?text) = 'pt') } ORDER BY DESC(?s) LIMIT 1"
    )
    with QueryPool(snapshot, workers=1, similarity=lambda: compare) as pool:
        need = Literal("primero capacitar a los consultores del lugar, luego a las empresas grandes")
        (nearest,) = rows(pool, query, bindings={"need": need})
    assert "consultores locais" in nearest["text"]
    assert float(nearest["s"]) > 0.5
