"""Passages that tell the same twice are one result, which says where else it is told."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from network import settings

from search_api.app import create_app
from search_api.publishing.build import ingest_paths
from search_api.search.copies import CANDIDATES, first_told

with (Path(__file__).parent / "data" / "near_copies.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))

TOLD = (
    "La cooperativa aprendió que conviene visitar a los artesanos en su propio taller y no llamarlos a "
    "la oficina: allí se ve qué herramientas faltan, cuánto tiempo se pierde al preparar cada pieza y qué "
    "cuentas no se llevan; de cada visita {verb} una lista corta de tareas con el nombre de quien las hace.\n"
)


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 23


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_nearly_the_same_is_folded_and_what_differs_in_a_fact_is_not(case: dict[str, str]) -> None:
    assert (first_told([case["one"], case["other"]]) == [0, 0]) is (case["folded"] == "yes")


def test_the_first_stands_for_all_that_are_like_it() -> None:
    words = [f"palabra{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100)]
    one, two, three = (" ".join(words[n : n + 90]) for n in (0, 2, 4))

    # Each is like the one before, the third no longer like the first.
    assert first_told([one, two]) == first_told([two, three]) == [0, 0]
    assert first_told([one, two, three]) == [0, 0, 2]
    assert first_told([two, one, three, two.upper()]) == [0, 0, 0, 0]


def test_copies_are_found_among_many_texts_of_one_template() -> None:
    draw = random.Random(0)
    words = [a + b + c for a in "bcdfg" for b in "aeiou" for c in ("ma", "ne", "ri", "so", "tu")]
    template = [draw.choice(words) for _ in range(60)]
    texts = [" ".join([*template, *(draw.choice(words) for _ in range(30))]) for _ in range(10 * CANDIDATES)]
    copies = [text.replace(text.split()[45], "otro", 1) for text in texts]

    assert first_told([*texts, *copies]) == [*range(len(texts)), *range(len(texts))]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("copies")
    for name, verb in (("memoria-2019", "queda"), ("memoria-2020", "resulta")):
        own = f"# Memoria {name[-4:]} de la Cooperativa de Prueba\n\n{TOLD.format(verb=verb)}"
        (folder / f"{name}.md").write_text(own, encoding="utf-8")
    chosen = settings(folder / "workspace")
    ingest_paths(sorted(folder.glob("*.md")), settings=chosen)
    with TestClient(create_app(chosen)) as client:
        yield client


def found(client: TestClient, **parameters: object) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = client.get(
        "/search", params={"q": "visitar a los artesanos en su taller", **parameters}
    ).json()["results"]
    return [hit for hit in results if "conviene visitar" in hit["text"]]


def test_a_hit_says_where_else_it_is_told(client: TestClient) -> None:
    (hit,) = found(client)
    (other,) = hit["also_in"]

    assert {hit["document"]["slug"], other["document"]["slug"]} == {"memoria-2019", "memoria-2020"}
    page = client.get(other["url"].partition("#")[0], headers={"accept": "text/html"}).text
    assert "conviene visitar a los artesanos" in page.partition("<mark")[2]


@pytest.mark.parametrize("slug", ["memoria-2019", "memoria-2020"])
def test_a_copy_is_found_in_its_own_document_and_tells_the_other(client: TestClient, slug: str) -> None:
    (hit,) = found(client, document=slug)
    (other,) = hit["also_in"]

    assert hit["document"]["slug"] == slug
    assert other["document"]["slug"] != slug


@pytest.mark.parametrize(("lang", "words"), [("es", "También en:"), ("pt", "Também em:"), ("en", "Also in:")])
def test_the_page_links_the_other_places(client: TestClient, lang: str, words: str) -> None:
    page = client.get(
        f"/{lang}/search",
        params={"q": "visitar a los artesanos en su taller"},
        headers={"accept": "text/html"},
    ).text

    assert words in page
