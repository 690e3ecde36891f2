"""The search as a practitioner meets it: what was understood, filters, notes, links that lead where they say.

Over the sample, read by the whole pipeline (only the encoder knows no meaning).
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from network import settings

from ontology.vocabulary import themes
from search_api.app import create_app
from search_api.pages.facets import Count, facet
from search_api.pages.search import BAR_HEIGHT, year_bars
from search_api.publishing.build import ingest_paths
from search_api.resources.search import FacetCount
from search_api.search.filters import HELPED, MOST_VALUES, PARAMETERS

SAMPLE = Path(__file__).parents[1] / "sample" / "documents"
BROWSER = {"accept": "text/html"}
QUERIES = (
    "avales para conseguir préstamos",
    "desenvolvimento de fornecedores",
    "who sponsored the innovation workshop in Costa Rica",
    "lecciones aprendidas de los talleres de 2007",
    "xyzzy",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    chosen = settings(tmp_path_factory.mktemp("surface"))
    ingest_paths([SAMPLE], settings=chosen)
    with TestClient(create_app(chosen)) as client:
        yield client


def answer(client: TestClient, **parameters: object) -> dict[str, Any]:
    response = client.get("/search", params=parameters)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def plain(text: str) -> str:
    """A text without what a cleaned passage and its source may differ in: spaces, marks of lists, hyphens."""
    return re.sub(r"[\W_]+", "", text).casefold()


# Links


@pytest.mark.parametrize("query", QUERIES)
def test_the_source_of_a_hit_opens_the_document_with_its_words_marked(client: TestClient, query: str) -> None:
    hits = answer(client, q=query, k=30)["results"]
    assert hits
    for hit in hits:
        assert hit["source_url"], hit
        page = client.get(hit["source_url"].partition("#")[0], headers=BROWSER).text
        assert page.count('<mark id="span">') == 1
        marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, flags=re.DOTALL))
        assert plain(unescape(re.sub(r"<[^>]+>", "", marked))) == plain(hit["text"])


def test_every_link_of_an_answer_leads_somewhere(client: TestClient) -> None:
    found = answer(client, q=QUERIES[2], k=30, lang="en")
    links = set()
    for hit in found["results"]:
        links |= {hit["url"], hit["similar_url"], hit["source_url"], hit["document"]["url"]}
        links |= {ref["url"] for ref in (*hit["themes"], *hit["actors"])}
        links |= {ref["url"] for ref in (hit["event"], hit["event_type"], hit["practice_kind"]) if ref}
    for soft in found["interpretation"]["filters"]:
        links |= {soft["filter_url"], soft["ignore_url"]}
    assert len(links) > 30
    for link in sorted(links):
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_more_like_this_finds_others_and_not_itself(client: TestClient) -> None:
    for kind in ("passage", "practice", "event"):
        hit = answer(client, q="talleres de innovación", type=kind, k=1)["results"][0]
        alike = client.get(hit["similar_url"]).json()
        assert alike["interpretation"]["like"]["id"] == hit["id"]
        assert alike["results"]
        assert hit["id"] not in [other["id"] for other in alike["results"]]
        assert all(other["reasons"] for other in alike["results"])
        page = client.get(hit["similar_url"], headers=BROWSER).text
        assert "Parecido a «" in page
        assert answer(client, like=hit["id"].rpartition("/id/")[2])["total"] == alike["total"]


def test_like_takes_filters_and_no_question_beside_it(client: TestClient) -> None:
    event = client.get("/events").json()["results"][0]
    assert {hit["type"] for hit in answer(client, like=event["slug"], type="event")["results"]} == {"event"}
    assert client.get("/search", params={"like": event["slug"], "q": "avales"}).status_code == 422
    assert client.get("/search", params={"like": "no-such"}).status_code == 404


# What was understood


def test_what_was_understood_can_be_made_a_filter_ignored_and_restored(client: TestClient) -> None:
    query = "talleres en Costa Rica en 2007"
    found = answer(client, q=query)
    country = next(soft for soft in found["interpretation"]["filters"] if soft["kind"] == "country")
    assert (country["value"], country["words"]) == ("CR", "Costa Rica")
    assert query[slice(*country["span"])] == "Costa Rica"
    narrowed = client.get(country["filter_url"]).json()
    assert narrowed["total"] == next(c["count"] for c in found["facets"]["country"] if c["value"] == "CR")
    applied = next(soft for soft in narrowed["interpretation"]["filters"] if soft["kind"] == "country")
    assert (applied["applied"], applied["filter_url"]) == (True, None)
    without = client.get(country["ignore_url"]).json()
    assert without["interpretation"]["countries"] == []
    ignored = next(soft for soft in without["interpretation"]["filters"] if soft["kind"] == "country")
    assert (ignored["ignored"], ignored["ignore_url"]) == (True, None)
    assert "Costa Rica" in str(found["results"][0]["reasons"])
    assert not any("coincide en: Costa Rica" in str(hit["reasons"]) for hit in without["results"])
    assert client.get(ignored["restore_url"]).json() == found


def test_years_become_both_ends_of_the_filter(client: TestClient) -> None:
    found = answer(client, q="talleres desde 2006")
    years = next(soft for soft in found["interpretation"]["filters"] if soft["kind"] == "year")
    assert (years["value"], years["label"]) == ("2006-", "desde 2006")
    assert "year_from=2006" in years["filter_url"]
    assert "year_to" not in years["filter_url"]


@pytest.mark.parametrize(
    ("lang", "label", "role"), [("es", "Alemania", "patrocinador"), ("en", "Germany", "sponsor")]
)
def test_labels_come_in_the_language_asked_for(client: TestClient, lang: str, label: str, role: str) -> None:
    found = answer(client, q="who sponsored workshops with Germany", lang=lang)
    labels = {soft["kind"]: soft["label"] for soft in found["interpretation"]["filters"]}
    assert (labels["country"], labels["role"]) == (label, role)
    assert found["interpretation"]["language"] == "en"
    assert role in [count["label"] for count in found["facets"]["role"]]


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_results_may_be_in_any_language_or_in_one(client: TestClient, language: str) -> None:
    found = answer(client, q="taller de innovación", k=50)
    counts = {count["value"]: count["count"] for count in found["facets"]["language"]}
    assert set(counts) == {"es", "pt", "en"}
    only = answer(client, q="taller de innovación", language=language, k=50)
    assert only["total"] == counts[language]
    assert {hit["language"] for hit in only["results"]} == {language}


# Filters


def test_a_theme_has_what_its_narrower_themes_have(client: TestClient) -> None:
    by_notation = {theme.notation: theme.slug for theme in themes()}
    found = answer(client, q="avales y garantías", k=1)
    counts = {count["value"]: count["count"] for count in found["facets"]["theme"]}
    checked = 0
    for theme in themes():
        for broader in (by_notation[notation] for notation in theme.broader):
            if theme.slug in counts:
                checked += 1
                assert counts[broader] >= counts[theme.slug]
                wide = answer(client, q="avales y garantías", theme=broader, k=100)["results"]
                narrow = answer(client, q="avales y garantías", theme=theme.slug, k=100)["results"]
                assert {hit["id"] for hit in narrow} <= {hit["id"] for hit in wide}
    assert checked


def test_values_are_alternatives_repeated_or_with_commas(client: TestClient) -> None:
    totals = [answer(client, q="talleres", country=code)["total"] for code in ("CR", "VE")]
    both = answer(client, q="talleres", country="CR,VE")["total"]
    assert max(totals) < both <= sum(totals)
    assert client.get("/search?q=talleres&country=cr&country=ve").json()["total"] == both


@pytest.mark.parametrize(
    ("parameter", "value", "meant"),
    [
        ("country", "Venezuela", "VE (Venezuela)"),
        ("country", "Brazil", "BR (Brasil)"),
        ("country", "XX", "two letters such as VE"),
        ("role", "sponsr", "sponsor"),
        ("language", "xx", "es, pt, en"),
        ("type", "pasage", "passage"),
        ("event_type", "tallr", "taller"),
        ("practice_kind", "lesson", "lesson-learned"),
        ("ignore", "Venezuela", "kind:value"),
        ("year_to", "1900", "before year_from"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_was_meant(
    client: TestClient, parameter: str, value: str, meant: str
) -> None:
    response = client.get("/search", params={"q": "talleres", "year_from": "2000", parameter: value})
    assert response.status_code == 422
    problem = response.json()
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert meant in problem["detail"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("theme", "no-such"), ("actor", "no-such"), ("document", "no-such"), ("place", "no-such")),
        *(("country", "JP"), ("event_type", "conmemoracion")),
    ],
)
def test_a_value_that_is_not_here_finds_nothing_and_says_so(
    client: TestClient, parameter: str, value: str
) -> None:
    found = answer(client, q="talleres", **{parameter: value})
    assert (found["total"], found["results"]) == (0, [])
    assert [note["parameter"] for note in found["notes"]] == [parameter]
    page = client.get("/search", params={"q": "talleres", parameter: value}, headers=BROWSER).text
    assert unescape(found["notes"][0]["text"]) in unescape(page)


@pytest.mark.parametrize(
    ("parameter", "typed", "key"),
    [("actor", "CAF", "caf"), ("place", "Caracas", "ve-caracas"), ("theme", "th-tic", "tic")],
)
def test_names_do_where_slugs_are_wanted(client: TestClient, parameter: str, typed: str, key: str) -> None:
    by_name = answer(client, q="talleres", **{parameter: typed})
    assert by_name["notes"] == []
    assert by_name["results"] == answer(client, q="talleres", **{parameter: key})["results"] != []


def test_a_misspelt_name_is_asked_back(client: TestClient) -> None:
    (meant,) = answer(client, q="talleres", place="Caraca")["notes"][0]["suggestions"]
    assert meant["value"] == "ve-caracas"
    found = client.get(meant["url"]).json()
    assert found["notes"] == []
    assert found["results"]
    page = client.get("/search", params={"q": "talleres", "place": "Caraca"}, headers=BROWSER).text
    assert f'<a href="{escape(meant["url"])}">Caracas</a>' in page


# The page


def test_the_page_shows_what_was_understood_as_chips_with_links(client: TestClient) -> None:
    page = client.get(
        "/search", params={"q": "talleres en Costa Rica en 2007", "role": "sponsor"}, headers=BROWSER
    ).text
    chips = re.findall(r'<li class="chip[^>]*>(.*?)</li>', page, flags=re.DOTALL)
    words = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", chip)).strip() for chip in chips]
    assert words[0] == "Papel: Patrocinador ×"
    assert "país: Costa Rica ×" in words
    assert "años: 2007 ×" in words
    assert all(chip.count("<a ") in (1, 2) for chip in chips)


def test_every_facet_of_the_page_is_a_filter_of_the_interface(client: TestClient) -> None:
    page = client.get("/search", params={"q": "talleres"}, headers=BROWSER).text
    facets = page.partition('<aside class="facets"')[2].partition("</aside>")[0]
    used = {
        name for link in re.findall(r'href="([^"]+)"', facets) for name in re.findall(r"[;?](\w+)=", link)
    }
    assert used - {"q", "amp"} == {*PARAMETERS, "year_from", "year_to"}


def test_years_are_bars_as_high_as_their_counts() -> None:
    counts = [FacetCount(value=str(y), label=str(y), count=n) for y, n in ((2005, 1), (2007, 100))]
    bars = year_bars(counts, {"q": "a", "year_from": 2007, "year_to": 2007, "offset": 10})
    assert [(bar.year, bar.count, bar.chosen) for bar in bars] == [
        (2005, 1, False),
        (2006, 0, False),
        (2007, 100, True),
    ]
    assert [bar.height for bar in bars] == [2, 0, BAR_HEIGHT]
    assert (bars[0].url, bars[2].url) == ("/search?q=a&year_from=2005&year_to=2005", "/search?q=a")
    assert year_bars([], {}) == ()


def test_what_is_ignored_can_be_brought_back_however_it_was_written(client: TestClient) -> None:
    found = answer(client, q="talleres en Caracas en 2007", ignore=" year:2007 , event_type:taller")
    links = [soft["restore_url"] for soft in found["interpretation"]["filters"] if soft["ignored"]]
    assert len(links) == 2
    for link in links:
        again = client.get(link).json()["interpretation"]["filters"]
        assert sum(soft["ignored"] for soft in again) == 1


def test_many_values_of_a_filter_are_refused_and_few_of_many_unknown_ones_are_looked_up(
    client: TestClient,
) -> None:
    """Commas get past the limit of repeated parameters, and each unknown value is compared with all names."""
    many = ",".join(f"institucion-{n}" for n in range(MOST_VALUES + 1))
    for name in (*PARAMETERS, "ignore"):
        refused = client.get("/search", params={"q": "talleres", name: many})
        assert refused.status_code == 422
        assert str(MOST_VALUES) in refused.json()["detail"] or name not in ("actor", "place", "document")
    notes = answer(client, q="talleres", actor=",".join(["instituto"] * 2 * HELPED))["notes"]
    assert sum(bool(note["suggestions"]) for note in notes) == HELPED


def test_beyond_the_last_results_a_page_leads_back_to_them(client: TestClient) -> None:
    total = answer(client, q="talleres")["total"]
    page = client.get("/search", params={"q": "talleres", "offset": 9_000}, headers=BROWSER).text
    assert "No hay más en esta página" in page
    (back,) = re.findall(r'rel="prev" href="([^"]+)"', page)
    assert len(client.get(unescape(back)).json()["results"]) == (total % 10 or 10)


def test_a_chosen_value_of_a_facet_takes_back_itself_and_no_other() -> None:
    found = facet(
        name="country",
        title="País",
        counts=[Count("VE", "Venezuela", 3), Count("MX", "México", 2), Count("CL", "Chile", 1)],
        path="/search",
        parameters={"q": "avales", "country": "ve,MX", "offset": 10},
    )
    assert [(value.chosen, value.url) for value in found.values] == [
        (True, "/search?q=avales&country=MX"),
        (True, "/search?q=avales&country=ve"),
        (False, "/search?q=avales&country=CL"),
    ]
