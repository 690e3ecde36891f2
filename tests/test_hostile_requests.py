"""No request gives an error of the server, and every answer is what the OpenAPI document says.

Queries that people and scanners send are listed; schemathesis makes up the rest from the document.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from network import publish
from network import settings as settings_of
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search_api.app import create_app
from search_api.routers.dependencies import LONGEST_QUERY
from search_api.search.filters import PARAMETERS

BROWSER = {"accept": "text/html"}
QUERIES: dict[str, str] = json.loads(
    (Path(__file__).parent / "data" / "hostile_queries.json").read_text(encoding="utf-8")
)
#: What a query string may have that no text has: lone surrogates, broken and overlong UTF-8, no escapes.
BYTES = ("%ED%A0%80", "%ff%fe", "%c0%80", "%f4%90%80%80", "%", "%zz", "%u0041", "avales%00", "a;b", "a+%2B")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
QUIETLY = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("hostile")
    publish(root)
    app = create_app(settings_of(root))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        client.get("/search", params={"q": "avales"})
        yield client


# Queries that somebody sends


def test_no_query_is_dropped() -> None:
    assert len(QUERIES) == 27


@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["json", "page"])
@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_is_answered_or_refused(
    client: TestClient, name: str, headers: dict[str, str]
) -> None:
    query = QUERIES[name]
    for parameters in ({"q": query}, {"q": query, "lang": "en", "k": 100}, {"like": query}):
        response = client.get("/search", params=parameters, headers=headers)
        expected = {200, 422} if "q" in parameters else {200, 404, 422}
        assert response.status_code in expected, response.text
        if headers == BROWSER:
            assert "<script>alert" not in response.text


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("parameter", [*PARAMETERS, "ignore", "lang", "year_from", "k", "offset"])
def test_a_hostile_filter_finds_nothing_or_is_refused(client: TestClient, parameter: str, name: str) -> None:
    response = client.get("/search", params={"q": "avales", parameter: QUERIES[name]})
    assert response.status_code in (200, 422)
    if response.status_code == 200 and response.json()["total"]:
        assert not re.sub(r"[\s,]", "", QUERIES[name]) or QUERIES[name] == "7"


def test_every_filter_hostile_at_once_is_refused_by_name(client: TestClient) -> None:
    parameters = {name: list(QUERIES.values()) for name in (*PARAMETERS, "ignore")}
    response = client.get("/search", params={"q": QUERIES["Lucene"], **parameters})
    assert response.status_code == 422
    assert response.json()["errors"]


@pytest.mark.parametrize("raw", BYTES)
@pytest.mark.parametrize("parameter", ["q", "like", "country", "actor", "ignore"])
def test_bytes_that_are_no_text_are_answered_or_refused(client: TestClient, parameter: str, raw: str) -> None:
    question = "" if parameter in ("q", "like") else "q=avales&"
    for headers in ({}, BROWSER):
        response = client.get(f"/search?{question}{parameter}={raw}", headers=headers)
        assert response.status_code < 500
        response.content.decode("utf-8")


@pytest.mark.parametrize("words", [1_000, 5_000, 10_000])
def test_a_query_too_long_is_refused_with_the_limit(client: TestClient, words: int) -> None:
    response = client.get("/search", params={"q": "pyme " * words})
    assert response.status_code == 422
    assert str(LONGEST_QUERY) in response.json()["detail"]
    assert client.get("/search", params={"q": "pyme " * (LONGEST_QUERY // 5)}).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"k": 101}, 422),
        ({"k": 0}, 422),
        ({"k": "9" * 400}, 422),
        ({"offset": -1}, 422),
        ({"offset": 10_000_000}, 200),
        ({"offset": 10**30}, 422),
        ({"year_from": 0}, 422),
        ({"year_from": 9999}, 200),
        ({"year_to": "MMVII"}, 422),
    ],
    ids=str,
)
def test_numbers_have_limits(client: TestClient, parameters: dict[str, object], status: int) -> None:
    response = client.get("/search", params={"q": "avales", **parameters})
    assert response.status_code == status
    if status == 200:
        assert response.json()["results"] == []


def test_texts_of_any_characters_are_answered(client: TestClient) -> None:
    chance = random.Random(5)
    for _ in range(60):
        text = "".join(
            chr(chance.choice([chance.randrange(0xD800), chance.randrange(128)])) for _ in range(50)
        )
        assert client.get(f"/search?q={quote(text)}").status_code in (200, 422)


# What the OpenAPI document allows, and what it does not


def operations(client: TestClient) -> dict[str, schemathesis.APIOperation]:
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    found = (result.ok() for result in schema.get_all_operations())
    return {operation.path: operation for operation in found if operation.method.upper() == "GET"}


def check(client: TestClient, case: Case) -> None:
    """Send a case and hold the answer against the document."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    if len(str(sent.get("params"))) > 20_000:  # longer than a client sends
        return
    response = client.request("GET", sent["url"], params=sent.get("params"), headers=sent.get("headers"))
    case.validate_response(response, checks=CHECKS)


def test_every_get_operation_answers_as_described(client: TestClient) -> None:
    found = operations(client)
    assert len(found) > 50
    for operation in found.values():
        parameters = [*operation.query, *operation.path_parameters]
        for mode in GenerationMode if parameters else [GenerationMode.POSITIVE]:

            @QUIETLY
            @given(case=operation.as_strategy(generation_mode=mode))
            def answers(case: Case) -> None:
                check(client, case)

            answers()


#: Values that filters have, so that more than refusals is met.
FILTER_VALUES = {
    "type": ["passage", "event", "practice", "actor", "foro", "lesson-learned"],
    "event_type": ["foro", "taller", "rueda de negocios"],
    "practice_kind": ["lesson-learned", "good-practice"],
    "theme": ["th-garantias-financiamiento", "tic", "no-such"],
    "country": ["uy", "CL"],
    "place": ["uy-montevideo", "Montevideo"],
    "actor": ["IDP", "banco-imaginario", "no-such"],
    "role": ["sponsor", "speaker", "mentioned"],
    "document": ["memoria", "no-such"],
    "language": ["es", "pt"],
    "ignore": ["country:UY", "year:2019", "theme:tic", "actor:x"],
}
WORDS = st.lists(
    st.sampled_from(
        "avales foro taller Uruguay Montevideo 2019 entre 2005 y IDP quién patrocinó lecciones pt ñ".split()
    )
    | st.text(max_size=12),
    min_size=1,
    max_size=8,
).map(" ".join)
SEARCHES = st.fixed_dictionaries(
    {"q": WORDS},
    optional={
        **{
            name: st.lists(st.sampled_from(values), min_size=1, max_size=2)
            for name, values in FILTER_VALUES.items()
        },
        "lang": st.sampled_from(["es", "pt", "en"]),
        "year_from": st.integers(1990, 2020),
        "year_to": st.integers(2019, 2030),
        "k": st.integers(1, 100),
        "offset": st.integers(0, 20),
    },
)


def test_searches_answer_as_described(client: TestClient) -> None:
    assert set(FILTER_VALUES) == {*PARAMETERS, "ignore"}
    operation = operations(client)["/search"]

    @settings(QUIETLY, max_examples=150)
    @given(parameters=SEARCHES)
    def answers(parameters: dict[str, object]) -> None:
        check(client, operation.Case(query=parameters))

    answers()
