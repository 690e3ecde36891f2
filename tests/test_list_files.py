"""Lists to take along: CSV, JSON and Turtle of all that a list has, whatever its page shows."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from network import publish, settings
from pyoxigraph import RdfFormat, parse

from search_api.answers import search as search_answers
from search_api.app import create_app
from search_api.catalogue.countries import CountrySummary
from search_api.representations.list_rows import columns_of, csv_rows
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary
from search_api.resources.themes import ThemeSummary

LISTS = {
    "actors": ActorSummary,
    "events": EventSummary,
    "practices": PracticeSummary,
    "themes": ThemeSummary,
    "documents": DocumentSummary,
    "countries": CountrySummary,
}
#: What scripts hold on to: a column may be added, none may go or change its name.
COLUMNS = {
    "actors": "id slug label acronyms type type_label country country_label events passages",
    "events": "id slug label type type_label status start_date end_date city city_label country "
    "country_label themes theme_labels",
    "practices": "id slug label kind kind_label text event event_label themes theme_labels actors "
    "actor_labels document start end page",
    "themes": "id slug label notation status definition broader broader_labels events practices",
    "countries": "id slug label events actors practices",
    "documents": "id slug label language reference year file_name format events passages",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("lists")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_csv_from_a_link_says_that_it_is_utf_8_and_one_for_programs_is_bare(client: TestClient) -> None:
    """Spreadsheets take a file without the mark for one in the code page of the machine: "pequeÃ±a"."""
    assert client.get("/events?format=csv").content.startswith(b"\xef\xbb\xbfid,")
    assert client.get("/events", headers={"accept": "text/csv"}).content.startswith(b"id,")


@pytest.mark.parametrize("address", ["peers", "/peers?q=avales"])
def test_peers_are_had_as_files_too(client: TestClient, address: str) -> None:
    if address == "peers":
        actors = (actor["url"] for actor in client.get("/actors").json()["results"])
        address = next(url for actor in actors if client.get(url := f"{actor}/peers").json()["total"])
    with_format = f"{address}{'&' if '?' in address else '?'}format="
    told = client.get(address).json()
    assert told["total"], "there is somebody to tell of"
    table = rows(client.get(with_format + "csv").text)
    assert [row["slug"] for row in table][:10] == [one["slug"] for one in told["results"]]
    assert all(row["score"] and row["reasons"] for row in table)
    file = client.get(with_format + "json")
    assert file.json()["total"] == len(file.json()["results"]) == told["total"]
    assert "attachment" in file.headers["content-disposition"]
    assert b"rp:Actor" in client.get(with_format + "turtle").content
    assert len(rows(client.get(with_format + "csv&k=1").text)) == 1
    html = client.get(address, headers={"accept": "text/html"}).text
    assert "format=turtle" in html
    assert client.get(with_format + "xlsx").status_code == 400


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_had_in_full_in_each_format(client: TestClient, name: str) -> None:
    whole = client.get(f"/{name}", params={"k": 100}).json()
    response = client.get(f"/{name}?format=csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    table = rows(response.text)
    assert [row["id"] for row in table] == [item["id"] for item in whole["results"]]
    assert " ".join(table[0]) == COLUMNS[name]
    assert client.get(f"/{name}?format=json").json() == whole
    turtle = client.get(f"/{name}?format=turtle")
    assert turtle.headers["content-type"].startswith("text/turtle")
    assert turtle.text.count("@prefix rp:") == 1
    subjects = {triple.subject.value for triple in parse(turtle.content, format=RdfFormat.TURTLE)}
    assert {item["id"] for item in whole["results"]} == subjects


@pytest.mark.parametrize("name", [name for name in LISTS if name != "countries"])
def test_the_page_of_a_list_links_its_files_with_its_filters(client: TestClient, name: str) -> None:
    word = client.get(f"/{name}").json()["results"][0]["label"].split()[0]
    html = client.get(f"/{name}", params={"q": word, "k": 1}, headers={"accept": "text/html"}).text
    links = re.findall(r'<a href="([^"]+)" download>', html)
    asked = [parse_qs(urlsplit(unescape(link)).query) for link in links]
    assert asked == [{"q": [word], "format": [format]} for format in ("csv", "json", "turtle")]


def test_the_accept_header_chooses_too_and_a_window_is_kept(client: TestClient) -> None:
    assert len(rows(client.get("/themes", headers={"accept": "text/csv"}).text)) > 9
    assert len(rows(client.get("/themes?format=csv&k=2&offset=1").text)) == 2
    assert len(client.get("/themes?format=json&k=2").json()["results"]) == 2
    assert client.get("/themes?format=xlsx").status_code == 400


def test_filters_count_in_files(client: TestClient) -> None:
    (row,) = rows(client.get("/events?q=foro&format=csv").text)
    assert (row["start_date"], row["city"], row["country_label"]) == (
        "2019-03-26",
        "uy-montevideo",
        "Uruguay",
    )
    assert rows(client.get("/events?q=nothing+at+all&format=csv").text) == []
    assert client.get("/events?q=nothing+at+all&format=json").json() == {"total": 0, "results": []}
    assert client.get("/events?q=nothing+at+all&format=turtle").status_code == 200


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("\0=1", "'=1"),
        ('comillas "y", comas\ny líneas', 'comillas "y", comas\ny líneas'),
        ("A = B", "A = B"),
    ],
)
def test_no_cell_is_a_formula(label: str, cell: str) -> None:
    actor = ActorSummary(
        id="i", slug="s", url="/u", label=label, type=Ref(id="t", slug="t", label=label, url="/")
    )
    (row,) = rows("".join(csv_rows(ActorSummary, [actor])))
    assert (row["label"], row["type_label"], row["events"]) == (cell, cell, "0")


def test_a_long_list_comes_in_pieces() -> None:
    many = [ThemeSummary(id=f"i{n}", slug=f"s{n}", url="/u", label=f"l{n}") for n in range(450)]
    pieces = list(csv_rows(ThemeSummary, many, batch=200))
    assert len(pieces) == 3
    assert [row["slug"] for row in rows("".join(pieces))] == [f"s{n}" for n in range(450)]


def test_every_list_has_its_columns() -> None:
    for name, kind in LISTS.items():
        assert " ".join(column for column, _ in columns_of(kind)) == COLUMNS[name]


def test_the_results_of_a_search_are_had_in_full(client: TestClient) -> None:
    found = client.get("/search", params={"q": "avales", "k": 100}).json()
    assert found["total"] == len(found["results"]) > 2
    table = rows(client.get("/search?q=avales&format=csv").text)
    assert [(row["id"], row["type"]) for row in table] == [(h["id"], h["type"]) for h in found["results"]]
    assert " ".join(table[0]) == (
        "id type title text score document document_label start end page event event_label themes "
        "theme_labels actors actor_labels"
    )
    assert client.get("/search?q=avales&format=json").json()["results"] == found["results"]
    turtle = client.get("/search?q=avales", headers={"accept": "text/turtle"})
    subjects = {triple.subject.value for triple in parse(turtle.content, format=RdfFormat.TURTLE)}
    assert subjects == {hit["id"] for hit in found["results"]}
    assert len(rows(client.get("/search?q=avales&format=csv&k=1&offset=1").text)) == 1
    html = client.get("/search?q=avales", headers={"accept": "text/html"}).text
    assert '<a href="/search?q=avales&amp;format=csv" download>CSV</a>' in html


def test_a_file_of_results_has_the_best_of_them(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    every = rows(client.get("/search?q=avales&format=csv").text)
    monkeypatch.setattr(search_answers, "AT_ONCE", 2)
    assert rows(client.get("/search?q=avales&format=csv").text) == every, "page by page"
    monkeypatch.setattr(search_answers, "MOST_HITS", 2)
    assert rows(client.get("/search?q=avales&format=csv").text) == every[:2]
