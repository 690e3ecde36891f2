"""Countries, timeline, map and dataset: counts lead to what they count, drawings have words."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from network import publish, serving, settings
from pyoxigraph import RdfFormat, parse

from search_api.app import create_app
from search_api.pages.drawing import Pages
from search_api.pages.event_map import country_shapes
from search_api.pages.overviews import TimelinePage
from search_api.pages.projection import HEIGHT, WIDTH, panel_of
from search_api.pages.timeline import MARKS, SPAN, timeline
from search_api.resources.events import EventSummary
from search_api.wording.languages import LANGUAGES, Reader, reading

BROWSER = {"accept": "text/html"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DRAWN = re.compile(r'<a href="([^"]+)" aria-label="([^"]+)"><title>')


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("overviews")
    publish(root)
    publish(root)
    with TestClient(create_app(settings(root, data_licence=LICENCE))) as client:
        yield client


def total(client: TestClient, url: str) -> int:
    found: int = client.get(unescape(url)).json()["total"]
    return found


# Countries


def test_a_country_tells_what_was_held_there_and_who_is_from_there(client: TestClient) -> None:
    (row,) = client.get("/countries").json()["results"]
    assert (row["slug"], row["label"], row["url"]) == ("uy", "Uruguay", "/countries/uy")
    assert (row["events"], row["actors"], row["practices"]) == (1, 1, 1)
    told = client.get("/countries/uy").json()
    assert [event["label"] for event in told["event_list"]] == ["Foro de Avales de Prueba"]
    assert [item["resource"]["label"] for item in told["cities"]] == ["Montevideo"]
    assert [item["resource"]["slug"] for item in told["themes"]] == ["garantias-financiamiento"]
    for name in ("events", "actors", "practices"):
        assert total(client, f"/{name}?country=uy") == row[name], "the page links each number to its list"
    assert total(client, "/events?city=uy-montevideo") == 1


def test_a_country_goes_by_its_code_in_lower_case(client: TestClient) -> None:
    moved = client.get("/countries/UY", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (301, "/countries/uy")
    assert client.get("/countries/xx").status_code == 404
    assert client.get("/countries/uy-montevideo").status_code == 404
    page = client.get("/id/place/uy", headers=BROWSER, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/countries/uy")


# Timeline


def test_each_event_is_a_mark_and_a_line_of_the_list(client: TestClient) -> None:
    html = client.get("/timeline", headers=BROWSER).text
    events = client.get("/events").json()["results"]
    assert {url for url, _ in DRAWN.findall(html)} == {event["url"] for event in events}
    as_list = html.partition("<h2>Como lista</h2>")[2]
    for event in events:
        assert f'<a href="{event["url"]}">' in as_list


@pytest.mark.parametrize(
    ("filters", "marks"),
    [("role=sponsor", 1), ("country=uy", 1), ("theme=tic", 0), ("year_from=2020", 0), ("year_to=2019", 2)],
)
def test_filters_of_the_timeline_and_the_map(client: TestClient, filters: str, marks: int) -> None:
    html = client.get(f"/timeline?{filters}", headers=BROWSER).text
    assert len(DRAWN.findall(html)) == marks
    name, _, value = filters.partition("=")
    if name != "theme" and not (name.startswith("year") and value == "2020"):
        assert f'<option value="{value}" selected>' in html
    discs = DRAWN.findall(client.get(f"/map?{filters}", headers=BROWSER).text)
    placed = sum(int(label.rsplit(": ")[1]) for _, label in discs)
    assert placed == min(marks, 1), "one of the two events tells its place"


def event(number: int, date: str | None) -> EventSummary:
    slug = f"e{number}"
    return EventSummary(id=f"i{slug}", slug=slug, url=f"/events/{slug}", label=slug, start_date=date)


def test_many_events_are_a_disc_a_month_that_grows_with_their_number() -> None:
    events = [event(n, f"20{n % 3:02}-{1 + n % 2:02}-05") for n in range(MARKS * 4)] + [event(999, None)]
    drawn = timeline(events, filters={"theme": "tic"})
    assert not drawn.one_by_one
    assert drawn.undated == 1
    assert sum(int(mark.label) for mark in drawn.marks) == MARKS * 4
    assert drawn.marks[0].url == "/events?theme=tic&year_from=2002&year_to=2002&month=1"
    assert sum(month.count for _, months in drawn.years for month in months) == MARKS * 4
    assert max(mark.r for mark in drawn.marks) < min(row.height for row in drawn.rows)


def test_pages_of_many_events_stay_light(client: TestClient) -> None:
    title = "Taller regional sobre instrumentos de financiamiento para las micro y pequeñas empresas"
    events = [event(n, f"{1990 + n % 20}-0{1 + n % 9}-05") for n in range(MARKS)]
    named = [one.model_copy(update={"label": title}) for one in events]
    page = TimelinePage(
        total=MARKS,
        filters=(),
        filtered=False,
        drawing=timeline(named, filters={}),
        list_url="/events",
        map_url="/map",
    )
    assert len(Pages().draw(page).body) < 60_000


def test_marks_stay_in_their_month_and_their_year() -> None:
    with reading(Reader("en")):
        drawn = timeline([event(n, "2007-03-01") for n in range(7)] + [event(8, "2007")], filters={})
    (row,) = drawn.rows
    assert [name for _, name in drawn.columns][:3] == ["Jan", "Feb", "Mar"]
    assert [month.name for _, months in drawn.years for month in months] == ["March 2007", "2007, no month"]
    march, april = drawn.columns[2][0], drawn.columns[3][0]
    for mark in drawn.marks[1:]:
        assert march - 37 < mark.x < (march + april) / 2
    assert drawn.marks[0].x > drawn.columns[11][0], "what has only a year stands behind December"
    assert all(row.y < mark.y < row.y + row.height for mark in drawn.marks)


def test_a_gap_of_some_years_is_seen_and_one_of_many_is_left_out() -> None:
    near = timeline([event(1, "2001"), event(2, "2007")], filters={})
    assert [row.year for row in near.rows] == list(range(2007, 2000, -1))
    far = timeline([event(1, str(2007 - SPAN)), event(2, "2007")], filters={})
    assert [row.year for row in far.rows] == [2007, 2007 - SPAN]


# Map


@pytest.mark.parametrize("by", ["country", "city"])
def test_a_disc_leads_to_as_many_events_as_it_says(client: TestClient, by: str) -> None:
    html = client.get(f"/map?by={by}", headers=BROWSER).text
    (disc,) = DRAWN.findall(html)
    assert disc[1] == {"country": "Uruguay: 1", "city": "Montevideo: 1"}[by]
    assert total(client, disc[0]) == 1
    assert re.search(r'<table class="counts">.*' + disc[1].split(":")[0], html, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("country", "city", "longitude", "latitude"),
    [
        ("UY", "Montevideo", -56.19, -34.90),
        ("MX", "Tijuana", -117.02, 32.53),
        ("BR", "João Pessoa", -34.86, -7.12),
        ("CL", "Punta Arenas", -70.91, -53.15),
        ("ES", "Barcelona", 2.16, 41.39),
        ("PT", "Lisboa", -9.14, 38.72),
    ],
)
def test_a_city_stands_in_its_country(country: str, city: str, longitude: float, latitude: float) -> None:
    x, y = panel_of(country).project(longitude, latitude)
    assert 0 < x < WIDTH
    assert 0 < y < HEIGHT
    points = outline(country_shapes()[country]["path"])
    (left, top), (right, bottom) = map(min, zip(*points, strict=True)), map(max, zip(*points, strict=True))
    near = 16  # units: the coast is drawn to a few kilometres
    assert left - near < x < right + near
    assert top - near < y < bottom + near


def outline(path: str) -> list[tuple[int, int]]:
    """The corners of a shape."""
    points = []
    for ring in path.split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        x, y = numbers[:2]
        points.append((x, y))
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
    return points


def test_every_country_of_the_network_is_on_the_map_which_stays_small() -> None:
    ibero_america = "AR BO BR CL CO CR CU DO EC SV ES GT HN MX NI PA PY PE PT PR UY VE AD".split()
    assert set(ibero_america) <= country_shapes().keys()
    drawn = Path(__file__).parents[1] / "search_api" / "pages" / "country_shapes.json"
    assert len(drawn.read_bytes()) < 40_000
    for shape in country_shapes().values():
        assert all(-2 <= x <= WIDTH and -2 <= y <= HEIGHT for x, y in outline(shape["path"]))


def test_the_list_of_events_leads_to_both_with_the_filters_that_they_know(client: TestClient) -> None:
    html = client.get("/events?country=uy&year_from=2019", headers=BROWSER).text
    assert '<a href="/timeline?country=uy&amp;year_from=2019">' in html
    assert '<a href="/map?country=uy&amp;year_from=2019">' in html
    assert 'href="/timeline?' not in client.get("/events?type=foro", headers=BROWSER).text


# The data, and what this is


def test_the_dataset_says_its_version_its_licence_and_what_is_in_it(client: TestClient) -> None:
    told = client.get("/dataset").json()
    assert (told["version"], told["licence"], told["documents"]) == (2, LICENCE, 1)
    assert [version["number"] for version in told["versions"]] == [2, 1]
    assert [version["current"] for version in told["versions"]] == [True, False]
    html = client.get("/dataset", headers=BROWSER).text
    assert f'<a rel="license external noopener" href="{LICENCE}">' in html
    for counted in told["classes"]:
        answer = client.get(counted["url"], headers={"accept": "application/sparql-results+json"}).json()
        assert len(answer["results"]["bindings"]) == counted["count"], counted["label"]
    for file in told["downloads"]:
        assert client.get(file["url"]).headers["content-type"].startswith(file["media_type"])
    assert client.get("/dataset?format=bibtex").text.startswith("@misc{redpyme-2,")
    schema = client.get("/dataset?format=schema-org").json()
    assert (schema["@type"], schema["license"], schema["version"]) == ("Dataset", LICENCE, "2")


def test_its_description_for_programs_names_licence_and_page(client: TestClient) -> None:
    turtle = client.get("/.well-known/void?format=turtle", headers=BROWSER)
    told = parse(turtle.content, format=RdfFormat.TURTLE)
    triples = {(triple.predicate.value.rsplit("/")[-1], str(triple.object)) for triple in told}
    assert ("license", f"<{LICENCE}>") in triples
    sent = client.get("/.well-known/void", headers=BROWSER, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/dataset")
    assert client.get("/.well-known/void?format=docx").status_code == 406


def test_where_no_licence_is_declared_none_is_claimed(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(settings(tmp_path))) as client:
        assert client.get("/dataset").json()["licence"] is None
        assert "no ha declarado ninguna" in client.get("/dataset", headers=BROWSER).text
        assert "dcterms:license <" not in client.get("/.well-known/void?format=turtle").text


# In a browser

PAGES = (
    *("/countries", "/countries/uy", "/timeline", "/map", "/map?by=city", "/dataset", "/about"),
    *("/documents/memoria", "/events", "/practices"),
)


def test_no_page_overflows_a_phone_or_makes_a_browser_complain(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium (Debian: apt install chromium)")
    publish(tmp_path)
    complaints: list[str] = []
    with serving(settings(tmp_path)) as address, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=address, viewport={"width": 360, "height": 800})
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(address) else complaints.append(r.url))
        for path in PAGES:
            for language in LANGUAGES:
                page.goto(f"/{language}{path}")
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 360, (path, language)
        browser.close()
    assert complaints == []
