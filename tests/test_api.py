"""The HTTP interface over a real snapshot: lists, resources, peers, search, errors."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from fictitious import TEXT
from network import publish, settings

from graph.snapshots import Snapshot
from search_api import served
from search_api.app import create_app
from search_api.embedding.encoder import Encoder
from search_api.resources.service import Health

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
#: Threads that routes run in, unless they are asynchronous (anyio's limit).
THREADS = 40
COLLECTIONS = ("actors", "events", "practices", "themes", "documents")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("api")
    publish(root)
    with TestClient(create_app(settings(root, query_timeout=1.0)), raise_server_exceptions=False) as client:
        yield client


def first(client: TestClient, collection: str) -> str:
    """The path of the first resource of a list."""
    url: str = client.get(f"/{collection}").json()["results"][0]["url"]
    return url


# Lists and resources


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_list_answers_its_total_and_a_window_of_results(client: TestClient, collection: str) -> None:
    everything = client.get(f"/{collection}", params={"k": 100}).json()
    assert everything["total"] == len(everything["results"]) > 0
    second = client.get(f"/{collection}", params={"k": 1, "offset": 1}).json()
    assert second["total"] == everything["total"]
    assert second["results"] == everything["results"][1:2]
    assert client.get(f"/{collection}", params={"offset": 10_000}).json()["results"] == []


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_resource_of_a_list_has_a_detail_and_an_iri_that_leads_to_it(
    client: TestClient, collection: str
) -> None:
    for item in client.get(f"/{collection}", params={"k": 100}).json()["results"]:
        detail = client.get(item["url"])
        assert detail.status_code == 200
        assert detail.json()["id"] == item["id"]
        path = item["id"].removeprefix("https://w3id.org/redpyme")
        seen = client.get(path, headers=BROWSER, follow_redirects=False)
        assert (seen.status_code, seen.headers["location"]) == (303, item["url"])


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/actors?q=INSTITUTO prueba", ["Instituto de Prueba"]),
        ("/actors?q=idp", ["Instituto de Prueba"]),
        ("/actors?type=development-bank", ["Banco Imaginario"]),
        ("/actors?role=speaker", ["Instituto de Prueba"]),
        ("/actors?country=UY&role=sponsor", ["Instituto de Prueba"]),
        ("/actors?theme=garantias-financiamiento&q=banco", ["Banco Imaginario"]),
        ("/actors?q=nobody", []),
        ("/events?country=uy", ["Foro de Avales de Prueba"]),
        ("/events?status=scheduled", ["Taller de Cierre"]),
        ("/events?type=taller", ["Taller de Cierre"]),
        ("/events?theme=th-garantias-financiamiento", ["Foro de Avales de Prueba"]),
        ("/events?actor=nobody", []),
        ("/events?year_from=2020", []),
        ("/events?year_from=2019&year_to=2019&q=cierre", ["Taller de Cierre"]),
        ("/documents?language=es&year_from=2019", ["Memoria ficticia 2019"]),
        ("/documents?language=pt", []),
        ("/documents?q=mf-1", ["Memoria ficticia 2019"]),
        ("/practices?kind=success-case", []),
        (
            "/themes?q=GARANTÍAS financ&status=accepted",
            ["sistemas de garantías y financiamiento de las MIPYMES"],
        ),
    ],
)
def test_filters_narrow_a_list(client: TestClient, path: str, labels: list[str]) -> None:
    assert [item["label"] for item in client.get(path).json()["results"]] == labels


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        ("/themes/th-tic", "/themes/tic"),
        ("/themes/TIC", "/themes/tic"),
        ("/themes/TH-TIC", "/themes/tic"),
        ("/actors/Banco-IMAGINARIO", "/actors/banco-imaginario"),
        ("/actors/BANCO-IMAGINARIO/peers", "/actors/banco-imaginario/peers"),
        ("/documents/MEMORIA", "/documents/memoria"),
    ],
)
def test_a_slug_in_other_letters_or_a_notation_leads_to_the_resource(
    client: TestClient, asked: str, moved: str, accept: str
) -> None:
    response = client.get(asked, headers={"accept": accept}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (301, moved)
    assert client.get(moved, headers={"accept": accept}, follow_redirects=False).status_code == 200


def test_an_actor_tells_what_it_did_in_which_role_and_on_what_evidence(client: TestClient) -> None:
    path = client.get("/actors?q=idp").json()["results"][0]["url"]
    actor = client.get(path).json()
    assert (actor["type"]["slug"], actor["country"]["slug"]) == ("government-agency", "uy")
    assert {p["role"]["slug"] for p in actor["participations"]} == {"sponsor", "speaker"}
    speaker = next(p for p in actor["participations"] if p["role"]["slug"] == "speaker")
    (claim,) = speaker["evidence"]
    assert (claim["confidence"], claim["rule"], claim["review_status"]) == (0.6, "test", "proposed")
    assert claim["quote"] == "directora del Instituto de Prueba"
    assert claim["source"]["url"].startswith("/documents/memoria?start=")
    assert [unit["label"] for unit in actor["units"]] == ["Unidad de Avales"]
    assert actor["mentions_total"] == len(actor["mentions"]) == 2


def test_an_event_tells_its_facts_participants_and_lessons(client: TestClient) -> None:
    event = client.get(client.get("/events?type=foro").json()["results"][0]["url"]).json()
    assert (event["start_date"], event["end_date"], event["venue"]) == (
        "2019-03-26",
        "2019-03-27",
        "Sala Inventada",
    )
    assert [p["role"]["slug"] for p in event["participations"]] == ["sponsor", "sponsor", "speaker"]
    assert [part["label"] for part in event["parts"]] == ["Taller de Cierre"]
    dated = next(claim for claim in event["evidence"] if claim["property"] == "startDate")
    assert (dated["rule"], dated["quote"]) == ("date-range", "26 y 27 de marzo de 2019")
    assert [practice["kind"]["slug"] for practice in event["practices"]] == ["lesson-learned"]


def test_a_practice_tells_its_conditions_and_results(client: TestClient) -> None:
    practice = client.get(first(client, "practices")).json()
    assert practice["conditions"] == ["donde se hizo"]
    assert practice["results"] == ["subieron los préstamos"]
    assert practice["source"]["document"]["slug"] == "memoria"


def test_a_theme_has_labels_in_three_languages_and_who_works_on_it(client: TestClient) -> None:
    theme = client.get("/themes/garantias-financiamiento").json()
    assert {label["language"] for label in theme["labels"] if label["preferred"]} == {"es", "pt", "en"}
    assert [a["resource"]["label"] for a in theme["actors"]] == ["Banco Imaginario", "Instituto de Prueba"]
    assert theme["events"] == len(theme["event_list"]) == 1


def test_the_profile_of_an_institution_adds_up_its_deeds(client: TestClient) -> None:
    detail = client.get(client.get("/actors?q=idp").json()["results"][0]["url"]).json()
    profile = detail["profile"]
    assert [(one["role"]["slug"], one["year"], one["events"]) for one in profile["roles"]] == [
        ("sponsor", 2019, 1),
        ("speaker", 2019, 1),
    ]
    (theme,) = profile["themes"]
    assert (theme["theme"]["slug"], theme["active"], theme["attended"]) == ("garantias-financiamiento", 1, 0)
    assert 0 < theme["strength"] < 1
    assert [(one["resource"]["label"], one["count"]) for one in profile["partners"]] == [
        ("Banco Imaginario", 1)
    ]
    assert [one["resource"]["slug"] for one in profile["countries"]] == ["uy"]
    assert [one["slug"] for one in profile["documents"]] == ["memoria"]


def peers_path(client: TestClient) -> str:
    return f"{client.get('/actors?q=idp').json()['results'][0]['url']}/peers"


def test_peers_come_with_scores_and_reasons(client: TestClient) -> None:
    answer = client.get(peers_path(client)).json()
    assert answer["total"] == 1
    (peer,) = answer["results"]
    assert peer["label"] == "Banco Imaginario"
    assert 0 < peer["score"] <= 1
    event = next(reason for reason in peer["reasons"] if reason["kind"] == "shared-event")
    assert "Foro de Avales de Prueba" in event["text"]
    assert event["links"][0]["url"].startswith("/events/")
    assert event["lens"] == "connected"
    assert {source["document"]["slug"] for source in event["sources"]} == {"memoria"}
    assert peer["evidence"] == {"deeds": 1, "documents": 1, "declared": 0, "small": True}


def test_a_source_of_a_reason_is_where_the_institution_is_named(client: TestClient) -> None:
    for reason in client.get(peers_path(client)).json()["results"][0]["reasons"]:
        for source in reason["sources"]:
            page = client.get(source["url"], headers=BROWSER).text
            words = TEXT[source["start"] : source["end"]].removeprefix("- ")  # which is shown as a bullet
            marked = re.findall(r"<mark[^>]*>(.*?)</mark>", page, flags=re.DOTALL)
            assert "".join(re.sub(r"<[^>]*>", "", piece) for piece in marked) == words
            assert any(name in words for name in ("Instituto de Prueba", "Banco Imaginario", "IDP", "aval"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Ambas patrocin"),
        ("?lang=pt", "Ambas trabalham com"),
        ("?lang=en", "Both work on"),
        ("?lens=alike", "Ambas trabajan en"),
        ("?weights=alike:2,connected:1", "Ambas trabajan en"),
    ],
)
def test_reasons_are_told_in_the_language_asked_for(client: TestClient, query: str, words: str) -> None:
    (peer,) = client.get(f"{peers_path(client)}{query}").json()["results"]
    told = " ".join(reason["text"] for reason in peer["reasons"])
    assert words in told or "Coincidieron" in told


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("?lens=counterpart", "Nadie más comparte"),
        ("?country=br", "Nadie cumple con lo que se pide"),
        ("?type=nothing&lang=en", "Nobody is what is asked for"),
    ],
)
def test_where_there_are_no_peers_it_is_said_why(client: TestClient, query: str, note: str) -> None:
    answer = client.get(f"{peers_path(client)}{query}").json()
    assert (answer["total"], answer["results"]) == (0, [])
    assert note in answer["note"]


@pytest.mark.parametrize(
    "query", ["?lens=near", "?weights=near:1", "?weights=alike:0", "?lens=alike&weights=alike"]
)
def test_lenses_and_weights_that_there_are_not_are_refused(client: TestClient, query: str) -> None:
    response = client.get(f"{peers_path(client)}{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/peers"])
def test_an_unknown_institution_is_not_found_and_the_nearest_are_named(client: TestClient, path: str) -> None:
    response = client.get(f"/actors/banco-imaginado{path}")
    assert response.status_code == 404
    assert "Banco Imaginario (banco-imaginario)" in response.json()["detail"]


def test_a_need_in_words_finds_who_did_it_with_the_passages(client: TestClient) -> None:
    answer = client.get("/peers", params={"q": "alguien que haya patrocinado un foro de avales"}).json()
    assert answer["total"] >= 2
    one = next(one for one in answer["results"] if one["label"] == "Banco Imaginario")
    assert 0 < one["score"] <= 1
    assert one["reasons"][0]["text"] == "Patrocinó «Foro de Avales de Prueba» (2019)."
    for passage in one["evidence"]:
        assert passage["role"] == "sponsor"
        assert client.get(passage["source"]["url"], headers=BROWSER).status_code == 200
    spoken = client.get("/peers", params={"q": "foro de avales", "lang": "en"}).json()["results"]
    assert any("“Foro de Avales de Prueba”" in one["reasons"][0]["text"] for one in spoken)


def test_a_need_is_narrowed_by_country_type_and_theme(client: TestClient) -> None:
    def names(**filters: str) -> set[str]:
        found = client.get("/peers", params={"q": "avales", **filters}).json()["results"]
        return {one["label"] for one in found}

    assert names() >= {"Banco Imaginario", "Instituto de Prueba"}
    assert names(country="uy") == {"Instituto de Prueba"}
    assert names(type="development-bank") == {"Banco Imaginario"}
    assert names(theme="garantias-financiamiento") >= {"Banco Imaginario"}
    assert client.get("/peers", params={"q": "avales", "country": "br"}).json()["note"]


def test_a_need_without_words_is_a_form_for_people_and_a_problem_for_programs(client: TestClient) -> None:
    assert client.get("/peers").status_code == 422
    assert client.get("/peers?q=+", headers=BROWSER).status_code == 200
    page = client.get("/peers?q=avales", headers=BROWSER).text
    assert "Banco Imaginario" in page
    assert "<mark>" in page


# Search


def test_search_answers_with_source_span_event_and_reasons(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "quién patrocinó el foro de avales"}).json()
    hit = answer["results"][0]
    assert set(answer) == {"total", "nothing_relevant", "results", "facets", "interpretation", "notes"}
    assert set(hit) >= {
        *("id", "type", "title", "text", "highlights", "score", "reasons", "document", "span", "page"),
        *("event", "themes", "actors"),
    }  # fmt: skip
    assert hit["document"]["slug"] == "memoria"
    assert hit["event"]["label"] == "Foro de Avales de Prueba"
    assert all(0 <= start < end <= len(hit["text"]) for start, end in hit["highlights"])
    assert hit["reasons"]
    assert client.get(hit["source_url"], headers=BROWSER).status_code == 200


def test_search_filters_and_pages(client: TestClient) -> None:
    found = client.get("/search", params={"q": "avales", "type": "event,practice"}).json()
    assert {hit["type"] for hit in found["results"]} == {"event", "practice"}
    assert client.get("/search", params={"q": "avales", "country": "br"}).json()["total"] == 0
    pages = [client.get("/search", params={"q": "avales", "k": 1, "offset": n}).json() for n in range(2)]
    assert pages[0]["results"] != pages[1]["results"]


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "a" * 2001, "a" * 10_000])
def test_an_empty_or_endless_query_is_a_problem_of_the_client(client: TestClient, query: str) -> None:
    response = client.get("/search", params={"q": query})
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


HARD_TEXTS = (
    *("\x00", "a\x00b", "\x1b[31m", "\ufeff", "\N{UNICORN FACE}"),
    *("\u202ertl\u202c", "'; DROP", "%", "(((", "-1", "\\", "a" * 2000),
)


@pytest.mark.parametrize("query", HARD_TEXTS)
@pytest.mark.parametrize("path", ["/search", "/sparql", *(f"/{name}" for name in COLLECTIONS)])
def test_no_text_makes_the_server_fail(client: TestClient, path: str, query: str) -> None:
    for headers in ({}, BROWSER):
        response = client.get(path, params={"q": query, "query": query}, headers=headers)
        assert response.status_code < 500, response.text


# Errors


def test_every_route_answers_errors_as_problems_and_as_pages(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    paths = [path.format(slug="no-such", other="none", kind="actor") for path in described if "{" in path]
    assert len(paths) == 10
    for path in ("/nothing/here", "/static/nothing.css", *paths):
        response = client.get(path)
        assert response.status_code == 404, path
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) == {"type", "title", "status", "detail", "instance", "errors"}
        page = client.get(path, headers=BROWSER)
        assert page.status_code == 404
        assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/search?q=a&k=0", "k"),
        ("/search?q=a&year_from=soon", "year_from"),
        ("/actors?offset=-1", "offset"),
        ("/events?status=maybe", "status"),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, path: str, parameter: str) -> None:
    problem = client.get(path).json()
    assert problem["status"] == 422
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_a_wrong_method_says_which_are_right(client: TestClient) -> None:
    response = client.delete("/search")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert response.json()["status"] == 405


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    "path", ["/", "/search?q=avales", "/actors", "/health", "/api", "/openapi.json", "/static/redpyme.css"]
)
def test_head_has_the_headers_of_get_and_no_body(client: TestClient, path: str, accept: str) -> None:
    client.get("/search", params={"q": "avales"})  # from now on health says the same
    for encoding in ("gzip", "identity"):
        headers = {"accept": accept, "accept-encoding": encoding}
        get, head = (client.request(method, path, headers=headers) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == get.headers
    assert int(head.headers["content-length"]) == len(get.content) > 0


def test_head_of_nothing_and_of_a_resource_elsewhere_tells_so(client: TestClient) -> None:
    assert client.head("/nothing").status_code == 404
    iri = client.get(first(client, "events")).json()["id"].removeprefix("https://w3id.org/redpyme")
    moved = client.head(iri, headers=BROWSER, follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (303, first(client, "events"))


def test_an_error_of_our_own_is_a_problem_without_its_details(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    broken, service.lease = service.lease, lambda: 1 / 0
    try:
        response = client.get("/actors")
    finally:
        service.lease = broken
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "division" not in response.text


def test_the_last_resort_is_in_the_readers_language_and_has_the_headers_of_all(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    broken, service.lease = service.lease, lambda: 1 / 0
    try:
        response = client.get("/pt/actors", headers=BROWSER)
    finally:
        service.lease = broken
    assert response.status_code == 500
    assert '<html lang="pt">' in response.text
    assert response.headers["content-language"] == "pt"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in response.headers["content-security-policy"]


# Headers and description


@pytest.mark.parametrize(
    "path", ["/", "/search?q=avales", "/actors", "/health", "/nothing", "/sparql", "/api"]
)
def test_every_answer_forbids_foreign_and_inline_scripts_and_varies_by_accept(
    client: TestClient, path: str
) -> None:
    for headers in ({}, BROWSER):
        response = client.get(path, headers=headers)
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "Accept" in response.headers["vary"].replace(" ", "").split(",")


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0.2, application/json;q=0.9", False),
        ("application/n-triples", False),
        ("text/html", True),
        (BROWSER["accept"], True),
        ("text/html;q=0.9, application/json;q=0.2", True),
    ],
)
def test_browsers_get_pages_and_others_json(client: TestClient, accept: str | None, html: bool) -> None:
    for path in ("/", "/actors", "/search?q=avales", first(client, "events")):
        response = client.get(path, headers={"accept": accept} if accept else {"accept": ""})
        assert response.headers["content-type"].startswith("text/html" if html else "application/json")


def test_the_description_names_every_operation_and_the_problem(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {
        *("/search", "/sparql", "/id/{kind}/{slug}", "/health", "/actors/{slug}/peers"),
        *(f"/{name}" for name in COLLECTIONS),
        *(f"/{name}/{{slug}}" for name in COLLECTIONS),
    }
    assert "Problem" in document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], path
    names = {p["name"] for p in document["paths"]["/search"]["get"]["parameters"]}
    assert names >= {
        *("q", "lang", "type", "theme", "country", "actor", "role"),
        *("year_from", "year_to", "k", "offset"),
    }


# Snapshots come and go


def test_without_a_snapshot_the_server_says_what_to_do(tmp_path: Path) -> None:
    with TestClient(create_app(settings(tmp_path))) as client:
        response = client.get("/search", params={"q": "avales"})
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert "redpyme ingest" in response.json()["detail"]
        assert "redpyme ingest" in client.get("/", headers=BROWSER).text
        health = client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "no-snapshot")
        publish(tmp_path)
        assert client.get("/actors").status_code == 200


def test_health_tells_what_is_served(client: TestClient) -> None:
    client.get("/search", params={"q": "avales"})
    health = Health(**client.get("/health").json())
    assert (health.status, health.ready, health.snapshot) == ("ok", True, 1)
    assert (health.documents, health.model) == (1, "hashing-256")


def test_health_answers_while_every_thread_is_busy(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    opened, started, free = service.lease, threading.Semaphore(0), threading.Event()

    @contextmanager
    def slow() -> Iterator[object]:
        started.release()
        free.wait(20)
        with opened() as served:
            yield served

    service.lease = slow
    try:
        with ThreadPoolExecutor(THREADS + 5) as visitors, ThreadPoolExecutor(1) as bystander:
            asked = [visitors.submit(client.get, "/actors") for _ in range(THREADS + 5)]
            for _ in range(THREADS):
                assert started.acquire(timeout=10)
            try:
                health = bystander.submit(client.get, "/health").result(timeout=5)
            finally:
                free.set()
            assert health.status_code == 200
            assert {visit.result().status_code for visit in asked} == {200}
    finally:
        service.lease = opened


def test_the_server_moves_to_a_new_snapshot_and_back_without_dropping_a_request(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(settings(tmp_path)), raise_server_exceptions=False) as client:
        client.get("/search", params={"q": "avales"})
        seen: list[tuple[int, int]] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                for path in ("/search?q=avales", "/documents", "/sparql?query=ASK{}", "/actors"):
                    seen.append((client.get(path).status_code, client.get("/health").json()["snapshot"]))

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            publish(tmp_path, slug="otra-memoria")
            assert wait_for(client, snapshot=2)
            client.app.state.service.workspace.rollback()  # type: ignore[attr-defined]
            assert wait_for(client, snapshot=1)
        finally:
            stop.set()
            thread.join()
        assert {status for status, _ in seen} == {200}
        assert {number for _, number in seen} == {1, 2}


def test_a_search_does_not_wait_for_the_index_of_the_next_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()
    opening = threading.Event()
    open_ranking = served._open_ranking

    def open_when_told(snapshot: Snapshot, encoder: Encoder) -> served.Ranking:
        if snapshot.number == 2:
            opening.set()
            opened.wait(timeout=10)
        return open_ranking(snapshot, encoder)

    monkeypatch.setattr(served, "_open_ranking", open_when_told)
    publish(tmp_path)
    with TestClient(create_app(settings(tmp_path))) as client:
        assert client.get("/search?q=avales").status_code == 200
        publish(tmp_path, slug="otra")
        assert opening.wait(timeout=10)
        with ThreadPoolExecutor(1) as pool:
            searched = pool.submit(client.get, "/search?q=avales")
            try:
                assert searched.result(timeout=5).status_code == 200
                assert client.get("/health").json()["snapshot"] == 1
            finally:
                opened.set()
        assert wait_for(client, snapshot=2)


def wait_for(client: TestClient, *, snapshot: int, seconds: float = 10.0) -> bool:
    """Does the server come to serve a snapshot?"""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if client.get("/health").json()["snapshot"] == snapshot:
            return True
        time.sleep(0.05)
    return False


def test_an_index_of_another_model_is_reported_and_the_rest_still_answers(tmp_path: Path) -> None:
    publish(tmp_path)
    other = settings(tmp_path).model_copy(update={"model": "hashing-64"})
    with TestClient(create_app(other), raise_server_exceptions=False) as client:
        response = client.get("/search", params={"q": "avales"})
        assert (response.status_code, response.json()["type"].rsplit("/", 1)[-1]) == (503, "model")
        assert client.get("/health").json()["status"] == "failed"
        assert client.get(first(client, "actors"), headers=BROWSER).status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "compressed"),
    [
        ("/about", "text/html", True),
        ("/static/redpyme.css", "*/*", True),
        ("/openapi.json", "*/*", False),
        ("/actors", "application/json", False),
    ],
)
def test_what_browsers_load_is_compressed_and_what_programs_read_is_not(
    client: TestClient, path: str, accept: str, compressed: bool
) -> None:
    response = client.get(path, headers={"accept": accept, "accept-encoding": "gzip"})
    assert (response.headers.get("content-encoding") == "gzip") is compressed
    for refused in ("identity", "gzip;q=0", "br, gzip; q=0.0, identity"):
        plain = client.get(path, headers={"accept": accept, "accept-encoding": refused})
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content
        assert plain.headers.get("vary") == response.headers.get("vary")
    little = client.get(path, headers={"accept": accept, "accept-encoding": "identity, gzip;q=0.5"})
    assert (little.headers.get("content-encoding") == "gzip") is compressed


def test_scripts_and_styles_are_those_of_the_version_of_the_page(client: TestClient) -> None:
    style = client.get("/static/redpyme.css")
    assert style.headers["cache-control"] == "no-cache"
    again = client.get("/static/redpyme.css", headers={"if-none-match": style.headers["etag"]})
    assert again.status_code == 304
