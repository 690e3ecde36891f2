"""Every page stays light and asks the graph for little, however much there is to tell.

Over an invented network with one institution at every event, told by one document: the pages that would grow.
Work is counted, not timed, so that a busy machine changes nothing; `benchmarks/pages.py` has the times.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from network import settings
from pyoxigraph import RdfFormat, parse

from benchmarks.pages import addresses, extremes, page_routes
from graph.network_snapshot import publish_network
from graph.reference import reference_graphs
from graph.store import GraphView, load_store
from graph.workspace import Workspace
from ontology.namespaces import PREFIXES
from search_api.app import create_app
from search_api.catalogue.triples import Triples
from search_api.embedding.encoder import HashingEncoder
from search_api.search.index import build_index

BROWSER = {"accept": "text/html"}
FEW, MANY = 60, 480
THEMES = ("tic", "asociatividad", "calidad", "internacionalizacion", "capital-humano")
ROLES = ("sponsors", "organises", "hosts", "participatesIn", "instructsAt", "speaksAt")


def made_up(events: int) -> str:
    """TriG of a network: `hub` takes part in all the events, with three of thirty others at each."""
    told = [
        "@base <https://w3id.org/redpyme/id/> .",
        *(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()),
        '<../graph/document/d> { <document/d> a rp:Document ; dcterms:title "Memoria inventada"@es ;',
        'dcterms:language "es" ; rp:reportYear "2010"^^xsd:gYear .',
        '<place/mx> a rp:Place ; rdfs:label "México"@es ; rp:isoCode "MX" .',
        '<actor/hub> a rp:Actor ; rdfs:label "Instituto Central de Prueba"@es ; rp:country <place/mx> .',
    ]
    for n in range(30):
        told.append(
            f'<actor/o{n}> a rp:Actor ; rdfs:label "Cámara de Ensayo {n}"@es ; rp:country <place/mx> .'
        )
    for n in range(events):
        date = f"{1990 + n % 30}-{1 + n % 12:02}-01"
        words = f"Encuentro de ensayo {n} sobre cadenas de proveedores y avales"
        told += [
            f'<event/e{n}> a rp:Event ; rdfs:label "{words}"@es ; rp:country <place/mx> ;',
            f'rp:theme <theme/{THEMES[n % 5]}> ; schema:startDate "{date}"^^xsd:date .',
            f'<passage/d-{n}> a rp:Passage ; rp:text "{words}, con palabras que nadie escribió."@es ;',
            f"rp:start {n * 100} ; rp:end {n * 100 + 90} ; dcterms:isPartOf <document/d> ;",
            f"rp:event <event/e{n}> ; rp:mentions <actor/hub> .",
            f'<practice/p{n}> a rp:Practice ; rp:text "Práctica {n}: {words}."@es ; rp:event <event/e{n}> ;',
            f"rp:passage <passage/d-{n}> ; rp:actor <actor/hub> ; rp:theme <theme/{THEMES[n % 5]}> ;",
            "rp:practiceKind <practice-kind/lesson-learned> .",
        ]
        for place, actor in enumerate(["hub", *(f"o{(n * 7 + m * 11) % 30}" for m in range(3))]):
            role = ROLES[(n + place) % 6]
            told += [
                f"<actor/{actor}> rp:{role} <event/e{n}> .",
                f"<claim/c{n}-{place}> a rp:Claim ; rdf:subject <actor/{actor}> ; rdf:predicate rp:{role} ;",
                f"rdf:object <event/e{n}> ; rp:confidence 0.9 ; prov:wasDerivedFrom <passage/d-{n}> ;",
                f"oa:hasSelector <document/d#char={n * 100},{n * 100 + 40}> .",
            ]
        told.append(
            f"<document/d#char={n * 100},{n * 100 + 40}> oa:start {n * 100} ; oa:end {n * 100 + 40} ; "
            f'oa:exact "{words[:40]}" .'
        )
    return "\n".join([*told, "}"])


def served(root: Path, events: int) -> TestClient:
    with Workspace(root / "workspace").writer() as writer:
        for name, quads in reference_graphs().items():
            writer.put_graph(name, quads)
        writer.put_graph("made-up", parse(made_up(events), format=RdfFormat.TRIG))
        store = load_store(writer.graph_files())
        publish_network(writer, store)
        encoder = HashingEncoder()
        build_index(GraphView(store), encoder, writer.index_path)
        writer.commit(software="test", ontology="test", model=encoder.id)
    return TestClient(create_app(settings(root)))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("small"), FEW) as client:
        yield client


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("large"), MANY) as client:
        yield client


def test_every_page_has_60_kib_of_html_at_most(large: TestClient) -> None:
    snapshot = large.app.state.service.workspace.current()  # type: ignore[attr-defined]
    sizes: dict[str, int] = {}
    for address in addresses(page_routes(), extremes(snapshot), lambda: "avales"):
        response = large.get(address.path(), headers=BROWSER)
        assert response.status_code == 200, (address.name, response.text[-300:])
        if response.headers["content-type"].startswith("text/html"):
            sizes[address.name] = len(response.content)
    assert len(sizes) > 100
    assert {name: size for name, size in sizes.items() if size > 60 * 1024} == {}


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/actors/hub", "/actors/hub/peers", "/events/e7", "/practices/p7", "/themes/tic"),
        *("/countries/mx", "/events", "/events?theme=tic", "/practices?actor=hub", "/timeline", "/map"),
        *("/actors?theme=tic&role=sponsor", "/actors/hub/path/o3", "/network?actor=hub"),
    ],
)
def test_a_page_asks_the_graph_for_as_much_whether_there_is_much_or_little(
    small: TestClient, large: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight times the events: the same queries, and hardly more rows."""
    work = [_work(client, path, monkeypatch) for client in (small, large)]
    (few_queries, few_rows), (many_queries, many_rows) = work
    assert many_queries <= few_queries + 8
    assert many_rows <= 1.5 * few_rows + 40


def _work(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """The queries of a page that was asked for before, and the rows they gave: the least of three times, for
    what is read once a snapshot may still be on its way."""
    assert client.get(path, headers=BROWSER).status_code == 200
    return min(_work_once(client, path, monkeypatch) for _ in range(3))


def _work_once(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    queries, rows = 0, 0
    asked = Triples.rows

    def counted(self: Triples, query: str, **terms: Any) -> Iterator[Any]:
        nonlocal queries, rows
        if threading.current_thread().name.startswith("warm-"):  # reads ahead for others
            yield from asked(self, query, **terms)
            return
        queries += 1
        for row in asked(self, query, **terms):
            rows += 1
            yield row

    with monkeypatch.context() as patched:
        patched.setattr(Triples, "rows", counted)
        client.get(path, headers=BROWSER)
    return queries, rows
