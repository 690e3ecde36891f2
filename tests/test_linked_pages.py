"""Linked data under each page: representations, schema.org, head, map of the site, feed, citations."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest
from fastapi.testclient import TestClient
from network import HOSTILE, hostile, publish, settings
from pyoxigraph import RdfFormat, parse

from graph.workspace import Workspace
from search_api.app import create_app
from search_api.publishing.build import ingest_paths
from search_api.representations.citations import Version, Work, cited
from search_api.representations.feed import ATOM, ENTRIES, News, atom
from search_api.representations.site_map import PAGES, files, site_map, site_map_index
from search_api.resources.events import EventSummary
from search_api.wording.languages import LANGUAGES, Reader, reading

BROWSER = {"accept": "text/html"}
SITE = "https://red.example.org"
LD_JSON = re.compile(r'<script type="application/ld\+json">(.*?)</script>', flags=re.DOTALL)
ALTERNATE = re.compile(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">')
RDF_NAMES = ("turtle", "json-ld", "n-triples", "rdf-xml")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("linked")
    publish(root)
    with TestClient(create_app(settings(root, site=SITE))) as client:
        yield client


def urls(client: TestClient) -> list[str]:
    """The page of every event, practice, institution, document, and of a theme and a country."""
    found = [
        item["url"]
        for collection in ("events", "practices", "actors", "documents")
        for item in client.get(f"/{collection}").json()["results"]
    ]
    return [*found, "/themes/garantias-financiamiento", "/countries/uy"]


def test_every_resource_page_names_its_representations_and_each_is_there(client: TestClient) -> None:
    for url in urls(client):
        offered = dict(ALTERNATE.findall(client.get(url, headers=BROWSER).text))
        assert {"text/turtle", "application/n-triples", "application/rdf+xml"} < offered.keys()
        for media_type, address in offered.items():
            response = client.get(address)
            assert response.status_code == 200, address
            assert response.headers["content-type"].startswith(media_type), address


def test_the_page_of_a_resource_without_one_of_its_own_names_them_too(client: TestClient) -> None:
    event = client.get("/events?q=foro").json()["results"][0]["url"]
    path = urlsplit(client.get(event).json()["evidence"][0]["id"]).path.removeprefix("/redpyme")
    offered = ALTERNATE.findall(client.get(path, headers=BROWSER).text)
    assert [address for _, address in offered] == [
        "/es/feed.atom",
        *(f"?format={name}" for name in RDF_NAMES),
    ]
    for media_type, address in offered[1:]:
        assert client.get(path + address).headers["content-type"].startswith(media_type)


@pytest.mark.parametrize(
    "site", ["ftp://red.example.org/", "red.example.org", "https://", "javascript:alert(1)"]
)
def test_an_address_of_the_site_is_one_of_the_web(tmp_path: Path, site: str) -> None:
    with pytest.raises(ValueError, match="no address that begins with https://"):
        settings(tmp_path, site=site)
    assert settings(tmp_path, site="https://red.example.org/pyme").site == "https://red.example.org/pyme/"


def test_the_page_carries_the_resource_in_schema_org_as_the_resource_has_it_by_name(
    client: TestClient,
) -> None:
    kinds = set()
    for url in urls(client):
        embedded = json.loads(LD_JSON.findall(client.get(f"/es{url}", headers=BROWSER).text)[0])
        resource = client.get(f"/es{url}?format=schema-org")
        assert resource.headers["content-type"] == "application/ld+json"
        told = resource.json()
        assert told["url"] == f"{SITE}/es{url}"
        assert {**embedded, "url": ""}.keys() == told.keys()
        assert (embedded["@id"], embedded["name"]) == (told["@id"], told["name"])
        kinds.add(told["@type"])
    assert kinds == {
        "Country",
        "Event",
        "CreativeWork",
        "GovernmentOrganization",
        "Organization",
        "Report",
        "DefinedTerm",
    }


def test_an_event_in_schema_org_says_what_the_graph_says(client: TestClient) -> None:
    slug = client.get("/events?q=foro").json()["results"][0]["slug"]
    told = client.get(f"/events/{slug}?format=schema-org").json()
    assert (told["startDate"], told["endDate"]) == ("2019-03-26", "2019-03-27")
    assert told["location"] == {
        "@type": "Place",
        "name": "Sala Inventada",
        "address": {"@type": "PostalAddress", "addressLocality": "Montevideo", "addressCountry": "UY"},
    }
    assert [actor["name"] for actor in told["sponsor"]] == ["Banco Imaginario", "Instituto de Prueba"]
    assert [actor["name"] for actor in told["performer"]] == ["Instituto de Prueba"]
    assert told["subjectOf"][0]["name"] == "Memoria ficticia 2019"
    # The same as RDF, with the context of schema.org in a line of ours: tests fetch nothing.
    local = {**told, "@context": {"@vocab": "https://schema.org/", "url": {"@type": "@id"}}}
    triples = list(parse(json.dumps(local), format=RdfFormat.JSON_LD))
    sponsors = {t.object.value for t in triples if t.predicate.value == "https://schema.org/sponsor"}
    assert sponsors == {actor["@id"] for actor in told["sponsor"]}


def test_markup_in_names_cannot_end_the_data_of_a_page(tmp_path: Path) -> None:
    extraction, text = hostile()
    publish(tmp_path, extraction=extraction, text=text)
    with TestClient(create_app(settings(tmp_path))) as client:
        for url in urls(client):
            html = client.get(url, headers=BROWSER).text
            (block,) = LD_JSON.findall(html)
            assert "<" not in block
            assert json.loads(block)["url"] == url, "without an address of the site: its path"
            if "event" in url:
                assert json.loads(block)["name"] in (HOSTILE, "Taller de Cierre")


@pytest.mark.parametrize("path", ["/", "/actors?q=idp", "/events"])
def test_the_head_says_what_the_page_is_where_and_in_which_languages(client: TestClient, path: str) -> None:
    head = client.get(f"/pt{path}", headers=BROWSER).text.partition("</head>")[0]
    assert f'<link rel="canonical" href="{SITE}/pt{path}">' in head
    for code in LANGUAGES:
        assert f'<link rel="alternate" hreflang="{code}" href="{SITE}/{code}{path}">' in head
    assert f'<link rel="alternate" hreflang="x-default" href="{SITE}{path}">' in head
    assert f'<meta property="og:url" content="{SITE}/pt{path}">' in head
    (description,) = re.findall(r'<meta name="description" content="([^"]+)">', head)
    assert "Rede" in description
    assert 'href="/pt/feed.atom"' in head


def test_the_address_for_all_languages_has_none_also_where_the_site_has_no_name(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(settings(tmp_path))) as client:
        head = client.get("/pt/events?q=foro", headers=BROWSER).text.partition("</head>")[0]
    assert '<link rel="alternate" hreflang="x-default" href="/events?q=foro">' in head
    assert '<link rel="canonical" href="/pt/events?q=foro">' in head


def test_a_resource_is_described_in_words_of_the_reader(client: TestClient) -> None:
    slug = client.get("/events?q=foro").json()["results"][0]["slug"]
    for code, words in {
        "es": "26 y 27 de marzo de 2019",
        "pt": "26 e 27 de março de 2019",
        "en": "26 and 27 March 2019",
    }.items():
        html = client.get(f"/{code}/events/{slug}", headers=BROWSER).text
        assert re.search(
            rf'<meta name="description" content="Foro de Avales de Prueba · .* · {words} · ', html
        )
        assert '<meta property="og:title" content="Foro de Avales de Prueba">' in html


# The map of the site


def test_the_map_of_the_site_has_every_page_in_every_language_and_each_is_there(client: TestClient) -> None:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"] == "application/xml"
    tree = Xml.fromstring(response.content)
    found = [node.text or "" for node in tree.iter(f"{MAP}loc")]
    assert len(found) == len(set(found))
    assert {f"{SITE}/{code}{url}" for code in LANGUAGES for url in urls(client)} < set(found)
    for address in found:
        page = client.get(address.removeprefix(SITE), headers=BROWSER)
        assert page.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in page.text
    first = next(tree.iter(f"{MAP}url"))
    versions = [link.get("hreflang") for link in first.iter(f"{XHTML}link")]
    assert versions == ["es", "pt", "en", "x-default"]


def test_a_map_of_more_than_fifty_thousand_addresses_is_in_files() -> None:
    pages = [f"/events/{n}" for n in range(PAGES + 1)]
    assert files(pages) == 2
    tree = Xml.fromstring("".join(site_map(pages[:PAGES], root=f"{SITE}/")))
    assert len(list(tree)) <= 50_000
    index = Xml.fromstring(site_map_index(files(pages), root=f"{SITE}/"))
    assert [node.text for node in index.iter(f"{MAP}loc")] == [
        f"{SITE}/sitemap-1.xml",
        f"{SITE}/sitemap-2.xml",
    ]


def test_each_file_of_the_map_has_an_address(client: TestClient) -> None:
    assert client.get("/sitemap-1.xml").content == client.get("/sitemap.xml").content
    assert client.get("/sitemap-2.xml").status_code == 404


def test_robots_are_shown_the_map_and_kept_from_queries(client: TestClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert {"Disallow: /sparql?", "Disallow: /pt/search?"} <= set(lines)


# The feed


def test_the_feed_has_practices_and_events_by_the_day_their_document_came(client: TestClient) -> None:
    for code in LANGUAGES:
        response = client.get(f"/{code}/feed.atom")
        assert response.headers["content-type"] == "application/atom+xml"
        feed = Xml.fromstring(response.content)
        found = feed.findall(f"{{{ATOM}}}entry")
        ids = {entry.findtext(f"{{{ATOM}}}id") for entry in found}
        lists = [client.get(f"/{name}").json()["results"] for name in ("practices", "events")]
        assert ids == {item["id"] for items in lists for item in items}
        for entry in found:
            link = entry.find(f"{{{ATOM}}}link")
            assert link is not None
            assert client.get((link.get("href") or "").removeprefix(SITE), headers=BROWSER).status_code == 200
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", entry.findtext(f"{{{ATOM}}}updated") or ""
            )


def test_a_reader_that_has_the_feed_is_told_so(client: TestClient) -> None:
    tags = {code: client.get(f"/{code}/feed.atom").headers["etag"] for code in LANGUAGES}
    assert len(set(tags.values())) == len(LANGUAGES)
    for code, tag in tags.items():
        again = client.get(f"/{code}/feed.atom", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(f"/{code}/feed.atom?offset=1", headers={"if-none-match": tag}).status_code == 200


def test_a_long_feed_comes_in_pages() -> None:
    made = [
        News(EventSummary(id=f"i{n}", slug=f"s{n}", url=f"/events/s{n}", label="t\x00"), ("2026",))
        for n in range(ENTRIES + 5)
    ]
    first = Xml.fromstring(atom(made, root=SITE, offset=0, updated="2026"))
    links = {link.get("rel"): link.get("href") for link in first.findall(f"{{{ATOM}}}link")}
    assert links["next"] == f"{SITE}/feed.atom?offset={ENTRIES}"
    last = Xml.fromstring(atom(made, root=SITE, offset=ENTRIES, updated="2026"))
    assert len(last.findall(f"{{{ATOM}}}entry")) == 5
    assert "next" not in {link.get("rel") for link in last.findall(f"{{{ATOM}}}link")}


def test_a_document_keeps_the_day_it_came_when_it_is_read_again_by_other_rules(tmp_path: Path) -> None:
    (tmp_path / "nota.txt").write_text("Taller de Prueba. Lima, 3 de mayo de 2019.\n", encoding="utf-8")
    made = settings(tmp_path)
    ingest_paths([tmp_path / "nota.txt"], settings=made)
    first = Workspace(made.workspace).current()
    assert first is not None
    day = first.manifest.documents["nota"].received
    assert day >= first.manifest.created[:4]
    ingest_paths([], settings=made, rebuild=True)
    second = Workspace(made.workspace).current()
    assert second is not None
    assert second.number == first.number + 1
    assert second.manifest.documents["nota"].received == day


# Citations


def test_a_practice_is_cited_with_its_document_in_words_bibtex_and_ris(client: TestClient) -> None:
    practice = client.get("/practices").json()["results"][0]
    html = client.get(practice["url"], headers=BROWSER).text
    (words,) = re.findall(r'<p class="citation">(.*?)</p>', html)
    assert words.startswith("Conviene que el aval cubra la mitad del crédito")
    assert "En: Memoria ficticia 2019" in words
    assert words.endswith(f"{SITE}{practice['url']}")
    bibtex = client.get(f"{practice['url']}?format=bibtex")
    assert bibtex.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert bibtex.text.startswith("@misc{")
    assert "howpublished = {En: Memoria ficticia 2019}," in bibtex.text
    ris = client.get(f"{practice['url']}?format=ris").text
    assert "T2  - Memoria ficticia 2019" in ris
    assert client.get(practice["url"], headers={"accept": "application/x-bibtex"}).text == bibtex.text


def test_a_document_and_an_event_are_cited_too_and_an_institution_is_not(client: TestClient) -> None:
    assert "number = {MF-1}," in client.get("/documents/memoria?format=bibtex").text
    slug = client.get("/events?q=foro").json()["results"][0]["slug"]
    assert "CY  - Montevideo, Uruguay" in client.get(f"/events/{slug}?format=ris").text
    actor = client.get("/actors").json()["results"][0]["url"]
    assert client.get(f"{actor}?format=bibtex").status_code == 400
    assert client.get(f"{actor}?format=docx").status_code == 400
    assert 'class="cite"' not in client.get(actor, headers=BROWSER).text


def test_a_citation_escapes_what_its_form_gives_a_meaning() -> None:
    work = Work(
        key="a b", kind="K", title="100 % {más}\n& _", url="https://x/", date="2007-05", within="D", page=3
    )
    with reading(Reader("en")):
        made = cited(work, Version(4, "2026-11-29"))
    assert (
        made.text
        == "100 % {más}\n& _ [K]. May 2007. In: D, p. 3. redpyme, version 4 (29 November 2026). https://x/"
    )
    assert made.bibtex.splitlines()[:4] == [
        "@misc{a-b,",
        r"  title = {{100 \% \{más\} \& \_}},",
        "  year = {2007},",
        "  date = {2007-05},",
    ]
    assert made.ris.split("\r\n") == [
        *("TY  - GEN", "ID  - a b", "TI  - 100 % {más} & _", "T2  - D", "PY  - 2007", "DA  - 2007/05//"),
        *(
            "SP  - 3",
            "M3  - K",
            "N1  - redpyme, version 4 (29 November 2026)",
            "UR  - https://x/",
            "ER  - ",
            "",
        ),
    ]
