"""Reading documents of our own: sixteen, annotated before any code read them.

The floors are a little under what is reached; a document that falls below prints what was missed and made up.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graph.model import Extraction
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.readers import read_document
from search_api.scoring.comparison import compare, counts
from search_api.scoring.gold_files import to_gold
from search_api.scoring.judgements import figures

REPORTS = Path(__file__).parent / "data" / "reports"
DOCUMENTS = sorted(REPORTS.glob("[0-9][0-9]-*"))
GOLD = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((REPORTS / "gold").glob("*.json"))
}

# Document: the least F1 of events and of actors.
FLOORS = {
    "51": (0.77, 0.93),
    "52": (0.97, 0.97),
    "53": (0.97, 0.92),
    "54": (0.97, 0.97),
    "55": (0.82, 0.97),
    "56": (0.97, 0.97),
    "57": (0.97, 0.97),
    "58": (0.82, 0.82),
    "59": (0.85, 0.94),
    "60": (0.72, 0.76),
    "61": (0.83, 0.97),
    "62": (0.82, 0.94),
    "63": (0.83, 0.97),
    "64": (0.72, 0.85),
    "65": (0.97, 0.97),
    "66": (0.80, 0.68),
}
OVERALL = {
    "events.f1": 0.90,
    "events.year": 0.88,
    "events.start_date": 0.86,
    "events.end_date": 0.92,
    "events.city": 0.82,
    "events.country": 0.85,
    "events.type": 0.96,
    "actors.f1": 0.94,
    "actors.type": 0.92,
    "actors.country": 0.85,
    "organisers.f1": 0.84,
    "participants.f1": 0.80,
    "practices.f1": 0.70,
    "practices.kind": 0.88,
    "practices.conditions.f1": 0.78,
}


def score(gold: dict[str, Any], contract: dict[str, Any], *, text: str = "") -> Counter[str]:
    """The counts of one document; with those of its practices where the text to find them in is given."""
    told = to_gold(gold, name=gold["doc"])
    return counts(told.placed(text) if text else told, contract)


def errors(gold: dict[str, Any], contract: dict[str, Any]) -> list[str]:
    """The events and institutions that were missed or made up, a line each."""
    judged = compare(to_gold(gold, name=gold["doc"]), contract)
    return [
        f"{j.figure} {j.verdict}: {j.item}" for j in judged if j.is_error and j.figure in ("events", "actors")
    ]


def _number(path: Path) -> str:
    return path.name[:2]


@pytest.fixture(scope="module")
def extractions() -> dict[str, Extraction]:
    return {_number(p): extract(read_document(p, max_bytes=1_000_000, max_pages=10)) for p in DOCUMENTS}


@pytest.fixture(scope="module")
def contracts(extractions: dict[str, Extraction]) -> dict[str, dict[str, Any]]:
    return {number: to_contract(extraction) for number, extraction in extractions.items()}


def test_no_document_is_dropped() -> None:
    numbers = [_number(path) for path in DOCUMENTS]
    assert numbers == sorted(GOLD) == sorted(FLOORS)
    assert [path.stem for path in DOCUMENTS] == [GOLD[number]["doc"] for number in numbers]
    assert sum(not e.get("optional") for gold in GOLD.values() for e in gold["events"]) == 106
    assert sum(not a.get("optional") for gold in GOLD.values() for a in gold["actors"]) == 235


@pytest.mark.parametrize("number", sorted(FLOORS))
def test_events_and_actors_of_a_document(contracts: dict[str, dict[str, Any]], number: str) -> None:
    reached = figures(score(GOLD[number], contracts[number]))
    events, actors = FLOORS[number]
    detail = "\n".join(errors(GOLD[number], contracts[number]))
    assert reached["events.f1"] >= events, detail
    assert reached["actors.f1"] >= actors, detail


def test_the_figures_over_all(contracts: dict[str, dict[str, Any]]) -> None:
    texts = {_number(p): read_document(p, max_bytes=1_000_000, max_pages=10).text for p in DOCUMENTS}
    reached = figures(sum((score(GOLD[n], contracts[n], text=texts[n]) for n in GOLD), Counter()))
    assert {what: reached[what] for what, floor in OVERALL.items() if reached[what] < floor} == {}


def test_what_a_script_or_a_menu_says_is_nobodys_event(contracts: dict[str, dict[str, Any]]) -> None:
    """The web page's menu has other years' fairs, its script a date, its footer the maker of the site."""
    fair = contracts["55"]
    assert not [e for e in fair["events"] if (e["start_date"] or "").startswith(("2015", "2018"))]
    assert not [a for a in fair["actors"] if "Tres Clavos" in a["name"] or "Facebook" in a["name"]]


def test_each_mention_of_an_actor_is_where_one_of_its_names_is(extractions: dict[str, Extraction]) -> None:
    """Also where a line break cuts the name, and where two share a word ("los ministerios de … y de …")."""
    for path in DOCUMENTS:
        text = read_document(path, max_bytes=1_000_000, max_pages=10).text
        for actor in extractions[_number(path)].actors:
            names = " ".join((actor.name, *actor.acronyms, *actor.variants)).casefold().split()
            assert actor.mentions, actor.name
            for mention in actor.mentions:
                said = re.sub(r"-\n\s*", "", text[mention.span.start : mention.span.end]).casefold().split()
                assert set(said) & set(names), f"{path.name}: {actor.name} is not {said}"


# The scorer itself.


_CONTRACT_TYPES = {
    "fair": "feria",
    "workshop": "taller",
    "conference": "congreso",
    "meeting": "encuentro",
    "course": "curso",
    "forum": "foro",
    "dialogue": "diálogo",
    "mission": "misión",
    "award": "premio",
    "seminar": "seminario",
    "business-round": "rueda de negocios",
    "event-series": "ciclo",
}


def _perfect(gold: dict[str, Any]) -> dict[str, Any]:
    """What a reader would print who found the required items and nothing else."""
    events = [
        {
            "title": " ".join(event["title_keywords"]),
            "type": _CONTRACT_TYPES.get(event["type"], event["type"]),
            "start_date": event["start_date"],
            "end_date": event["end_date"],
            "city": event["city"],
            "country": event["country_iso2"],
            "actors": [{"name": name, "role": "host"} for name in event["organisers"]]
            + [{"name": name, "role": "speaker"} for name in event["participants"]],
        }
        for event in gold["events"]
        if not event.get("optional")
    ]
    actors = [
        {"name": a["name"], "variants": a["variants"], "type": a["type"], "country": a["country_iso2"]}
        for a in gold["actors"]
        if not a.get("optional")
    ]
    return {"events": events, "actors": actors}


def test_a_perfect_answer_scores_one_and_an_empty_one_nothing() -> None:
    golds = [gold for gold in GOLD.values() if "practices" not in gold]
    perfect = figures(sum((score(gold, _perfect(gold)) for gold in golds), Counter()))
    duplicates = {what: perfect.pop(f"{what}.duplicates") for what in ("events", "actors")}
    assert duplicates == {"events": 0, "actors": 0}
    assert set(perfect.values()) == {1.0}
    assert len(perfect) == 21
    for gold in golds:
        assert errors(gold, _perfect(gold)) == []
        empty = figures(score(gold, {"events": [], "actors": []}))
        assert (empty["events.f1"], empty["actors.f1"]) == (0.0, 0.0)


def test_noise_costs_precision_and_a_wrong_field_only_that_field() -> None:
    gold = GOLD["51"]
    noisy, wrong = _perfect(gold), _perfect(gold)
    noisy["actors"].append({"name": "Nadie Sabe", "type": "company", "country": None})
    noisy["actors"].append(noisy["actors"][0])
    for event in wrong["events"]:
        event.update(city="Lugo", country="PT")
    reached = figures(score(gold, noisy))
    assert (reached["actors.recall"], reached["actors.precision"]) == (1.0, 13 / 15)
    assert errors(gold, noisy) == [
        "actors made up: Nadie Sabe",
        f"actors made up: {gold['actors'][0]['name']} (found twice)",
    ]
    reached = figures(score(gold, wrong))
    assert (reached["events.f1"], reached["events.start_date"], reached["events.city"]) == (1.0, 1.0, 0.0)


def test_an_optional_item_is_neither_rewarded_nor_punished() -> None:
    gold, answer = GOLD["51"], _perfect(GOLD["51"])
    before = score(gold, answer)
    answer["actors"].append({"name": "Auditorio de las Hilanderas", "type": "unknown", "country": None})
    assert score(gold, answer) == before


def test_editions_of_a_series_are_kept_apart_by_their_year() -> None:
    gold = {**GOLD["52"], "events": [e for e in GOLD["52"]["events"] if e["title_keywords"][0] == "II"]}
    answer = _perfect(gold)
    answer["events"][0].update(
        title="III Encuentro de Tutores de Oficio", start_date="2017-09-06", city="Comayagua"
    )
    assert figures(score(gold, answer))["events.f1"] == 0.0
