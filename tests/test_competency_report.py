"""The development questions on the 2007 report, answered by the stored queries and judged by their gold.

The report and the gold are not part of the project. A question is answered when all that is expected is among
the rows and nothing else but what is optional; what is known to be missing or too much is named below.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from competency import read_into, table
from rapidfuzz import fuzz

from graph.naming import fold
from graph.query import QueryPool
from ontology.stored_queries import stored_queries

SHARED = Path(__file__).parents[2] / "shared"
REPORT = SHARED / "corpus" / "sela-iberpyme-2007.txt"
GOLD = SHARED / "gold" / "sela-iberpyme-2007.json"
QUESTIONS = SHARED / "gold" / "competency-dev.json"

pytestmark = pytest.mark.skipif(
    not (REPORT.exists() and GOLD.exists() and QUESTIONS.exists()),
    reason="the report and its gold are not part of the project and not beside it",
)


class Asked(NamedTuple):
    """The stored query that answers a question: its values, the column of the answers, what these are."""

    query: str
    column: str
    kind: str
    values: dict[str, str] = {}  # noqa: RUF012 (never changed)


ASKED = {
    "cq-01": Asked("co-sponsors", "partner", "actor", {"actor": "caf"}),
    "cq-02": Asked(
        "who-works-on-theme-in-country",
        "actor",
        "actor",
        {"theme": "desarrollo-proveedores", "country": "ve"},
    ),
    "cq-04": Asked("developers-of-methodologies", "actor", "actor"),
    "cq-05": Asked("events-in-city", "event", "event", {"city": "ve-caracas"}),
    "cq-07": Asked("events-of-actor", "event", "event", {"actor": "icex", "role": "sponsor"}),
    "cq-08": Asked("events-on-theme", "event", "event", {"theme": "asociatividad"}),
    "cq-10": Asked("consultancies-in-training", "actor", "actor"),
    "cq-11": Asked("institutions-by-type", "actor", "actor", {"type": "chamber-or-business-association"}),
    "cq-14": Asked("events-with-good-practices", "event", "event", {"theme": "innovacion"}),
    "cq-16": Asked(
        "recommendations-naming-actor", "text", "text", {"actor": "sela-iberpyme", "agreed": "true"}
    ),
    "cq-17": Asked("ministries-as-sponsors", "actor", "actor"),
    "cq-20": Asked("named-persons", "name", "person"),
    "cq-22": Asked("events-within-events", "event", "event"),
    "cq-23": Asked("events-on-theme", "event", "event", {"theme": "tic"}),
    "cq-25": Asked("programme-themes", "theme", "theme"),
    "cq-26": Asked("sponsors-from-country", "actor", "actor", {"country": "es"}),
    "cq-28": Asked("multilaterals-as-sponsors", "actor", "actor"),
    "cq-29": Asked("talks-at-events-of-others", "event", "event", {"actor": "sela-iberpyme"}),
}
#: Asked for figures and not for resources: see the test of their values.
VALUES = {"cq-19"}
#: Nothing in the graph says of which sectors the firms at an event are.
NOT_ASKED = {"cq-13"}
#: What the reading of the report still misses, and what it says too much.
KNOWN_MISSES = {"cq-22": {"o2-viii-foro-gran-caribe"}}
KNOWN_EXTRAS = {
    "cq-29": {
        "IX Convención Iberoamericana de Calidad y Excelencia en la Gestión",
        "XVII Cumbre Iberoamericana de Jefes de Estado y de Gobierno",
    }
}


@cache
def gold() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLD.read_text(encoding="utf-8"))
    return found


@cache
def questions() -> dict[str, dict[str, Any]]:
    listed = json.loads(QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return {question["id"]: question for question in listed}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    with QueryPool(read_into(tmp_path_factory.mktemp("report"), REPORT), workers=1, timeout=30) as pool:
        yield pool


def test_every_question_is_asked_or_said_to_be_beyond_the_graph() -> None:
    assert set(questions()) == ASKED.keys() | VALUES | NOT_ASKED
    assert len(questions()) == 20


@pytest.mark.parametrize("question", sorted(ASKED))
def test_a_question_on_the_report_is_answered(pool: QueryPool, question: str) -> None:
    asked = ASKED[question]
    rows = table(pool, stored_queries()[asked.query], asked.values)
    answers = list(dict.fromkeys(row[asked.column] for row in rows if row[asked.column]))
    found = {answer: GOLD_ID[asked.kind](pool, answer) for answer in answers}
    expected = set(questions()[question]["expected_ids"])
    allowed = expected | set(questions()[question].get("optional_ids", ()))
    missed = expected - set(found.values())
    extra = {name_of(pool, answer) for answer, identifier in found.items() if identifier not in allowed}
    assert missed <= KNOWN_MISSES.get(question, set())
    assert extra <= KNOWN_EXTRAS.get(question, set())


def test_the_figures_of_the_programme_of_suppliers_are_told(pool: QueryPool) -> None:
    (question,) = VALUES
    events = table(pool, stored_queries()["events-on-theme"], {"theme": "desarrollo-proveedores"})
    told = [
        row["told"]
        for event in events
        for row in table(pool, stored_queries()["figures-told"], {"event": event["event"]})
    ]
    for value in questions()[question]["expected_values"]:
        assert any(value in text for text in told), value


# From what the graph calls a thing to what the gold calls it.


def names_of(pool: QueryPool, answer: str) -> tuple[str, ...]:
    """Every name of a resource."""
    query = f"SELECT ?name {{ <{answer}> rdfs:label|skos:altLabel|rp:acronym ?name }}"
    rows = json.loads(pool.run(query, base_iri="https://w3id.org/redpyme/id/").content)
    return tuple(row["name"]["value"] for row in rows["results"]["bindings"])


def name_of(pool: QueryPool, answer: str) -> str:
    return next(iter(names_of(pool, answer)), answer) if re.match(r"[a-z]+/", answer) else answer


def actor_id(pool: QueryPool, answer: str) -> str | None:
    ours = {fold(name) for name in names_of(pool, answer)}
    for actor in gold()["actors"]:
        if ours & {fold(name) for name in (actor["name"], *actor["surface_variants"])}:
            return str(actor["id"])
    return None


def event_id(pool: QueryPool, answer: str) -> str | None:
    (title,) = names_of(pool, answer)
    told = [event for group in ("events", "sub_events") for event in gold()[group]]
    close = [(fuzz.ratio(fold(title), fold(event["title"])), event) for event in told]
    score, best = max(close, key=lambda pair: (pair[0], answer.endswith(str(pair[1]["start_date"]))))
    return str(best["id"]) if score >= 80 else None


def person_id(pool: QueryPool, answer: str) -> str | None:
    return next((p["id"] for p in gold()["persons"] if fold(p["name"]) == fold(answer)), None)


def theme_id(pool: QueryPool, answer: str) -> str | None:
    return "th-" + answer.removeprefix("theme/")


def text_id(pool: QueryPool, answer: str) -> str | None:
    passages = [(fuzz.ratio(fold(answer), fold(p["text"])), p["id"]) for p in gold()["lessons_practices"]]
    score, identifier = max(passages)
    return str(identifier) if score >= 80 else None


GOLD_ID: dict[str, Callable[[QueryPool, str], str | None]] = {
    "actor": actor_id,
    "event": event_id,
    "person": person_id,
    "theme": theme_id,
    "text": text_id,
}
