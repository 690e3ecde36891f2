"""Scores of extractions: formats of gold, their documents, figures as of the fixed scorers, errors, rules."""

import importlib.util
import itertools
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from graph.errors import ConfigurationError
from graph.model import Document, Extraction, Span
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.readers import read_document
from search_api.commands.evaluation import evaluate
from search_api.scoring.comparison import compare, counts
from search_api.scoring.errors import extraction_errors, told_in_words, worst
from search_api.scoring.gold import Gold
from search_api.scoring.gold_files import document_of, gold_files, read_gold, to_gold
from search_api.scoring.judgements import counted, figures
from search_api.scoring.practice_comparison import share
from search_api.scoring.quotes import find_quote, sentence_at
from search_api.scoring.rule_scores import RuleScore, rule_outcomes, rule_scores

REPORTS = Path(__file__).parent / "data" / "reports"
SHARED = Path(__file__).parents[2] / "shared"
REPORT = SHARED / "gold" / "sela-iberpyme-2007.json"

TEXT = """Memoria de la red

El Taller sobre Costos se celebró en Lima, Perú, el 3 de mayo de 2011, organizado por la Fundación Norte.

La Feria del Telar tuvo lugar en Quito, Ecuador, el 7 de junio de 2011, patrocinada por el Instituto de Lana.
"""


def gold(**changes: Any) -> dict[str, Any]:
    """Gold in the short format for the text above, right in everything."""
    events = [
        {
            "title_keywords": ["Taller sobre Costos"],
            "type": "workshop",
            "start_date": "2011-05-03",
            "end_date": "2011-05-03",
            "city": "Lima",
            "country_iso2": "PE",
            "organisers": ["Fundación Norte"],
            "participants": [],
        },
        {
            "title_keywords": ["Feria del Telar"],
            "type": "fair",
            "start_date": "2011-06-07",
            "end_date": "2011-06-07",
            "city": "Quito",
            "country_iso2": "EC",
            "organisers": [],
            "sponsors": ["Instituto de Lana"],
            "participants": [],
        },
    ]
    actors = [
        {"name": "Fundación Norte", "variants": [], "type": "ngo-foundation", "country_iso2": None},
        {
            "name": "Instituto de Lana",
            "variants": [],
            "type": "government-agency",
            "type_alt": ["research-or-training-centre"],
            "country_iso2": None,
        },
    ]
    return {"doc": "memoria", "events": events, "actors": actors, **changes}


@pytest.fixture(scope="module")
def document() -> Document:
    return Document("0" * 64, "memoria.txt", "text/plain", TEXT)


@pytest.fixture(scope="module")
def extraction(document: Document) -> Extraction:
    return extract(document)


def written(folder: Path, content: dict[str, Any], *, name: str = "memoria") -> Path:
    """A gold file, with its document beside it."""
    (folder / "memoria.txt").write_text(TEXT, encoding="utf-8")
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# Gold.


def test_an_extraction_is_gold_that_it_meets_itself(extraction: Extraction) -> None:
    contract = to_contract(extraction)
    reached = figures(counts(to_gold(contract, name="memoria"), contract))
    assert reached.pop("events.duplicates") == reached.pop("actors.duplicates") == 0
    assert set(reached.values()) == {1.0}
    assert {"events.f1", "events.fields", "actors.type", "participations.f1"} <= reached.keys()


def test_other_json_of_a_folder_is_left_out_and_a_folder_without_gold_refused(tmp_path: Path) -> None:
    (tmp_path / "queries.json").write_text('{"queries": []}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no gold in this folder"):
        gold_files([tmp_path])
    path = written(tmp_path, gold())
    assert gold_files([tmp_path, path]) == [path]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"events": []}', '{"doc": "a", "events": [{"type": "fair"}], "actors": []}']
)
def test_what_is_no_gold_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"gold\.json: not gold"):
        read_gold(path)


@pytest.mark.parametrize(
    ("gold_path", "document"),
    [
        ("gold/07.json", "07-memoria.md"),  # the folder above, by its number
        ("gold/nota.json", "gold/memoria.txt"),  # beside it, by the name that it tells
        ("gold/reports/07.json", "corpus/reports/07-memoria.txt"),
        ("gold/nota.json", "corpus/memoria.html"),
    ],
)
def test_a_document_is_found_near_its_gold(tmp_path: Path, gold_path: str, document: str) -> None:
    for path in (tmp_path / gold_path, tmp_path / document):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    told = to_gold(gold(), name="x")
    assert document_of(told, tmp_path / gold_path) == tmp_path / document


def test_a_missing_document_and_one_of_several_are_told_with_what_was_looked_for(tmp_path: Path) -> None:
    told, path = to_gold(gold(), name="07"), tmp_path / "gold" / "07.json"
    path.parent.mkdir()
    with pytest.raises(ConfigurationError, match=r"looked for memoria or 07 or 07-… .*--documents"):
        document_of(told, path)
    for name in ("07-a.txt", "07-b.md"):
        (tmp_path / name).touch()
    with pytest.raises(ConfigurationError, match=r"several documents .*07-a\.txt, 07-b\.md"):
        document_of(told, path)
    (tmp_path / "other").mkdir()
    with pytest.raises(ConfigurationError, match="looked for memoria"):
        document_of(told, path, documents=tmp_path / "other")


# Figures.


def test_what_was_read_right_has_no_errors(document: Document, extraction: Extraction) -> None:
    told = to_gold(gold(), name="memoria")
    judged = compare(told, to_contract(extraction))
    assert extraction_errors(judged, told, document, extraction) == []
    assert {figure: value for figure, value in figures(counted(judged)).items() if value != 1.0} == {
        "events.duplicates": 0,
        "actors.duplicates": 0,
    }


def test_errors_say_both_values_the_rule_and_the_sentence_the_dearest_first(
    document: Document, extraction: Extraction
) -> None:
    content = gold()
    content["events"][0] |= {"start_date": "2011-05-04"}
    content["events"][1] |= {"title_keywords": ["Congreso de la Alpaca"], "city": "Cusco"}
    told = to_gold(content, name="memoria")
    found = worst(extraction_errors(compare(told, to_contract(extraction)), told, document, extraction), 10)
    assert [(e.problem, e.what) for e in found[:2]] == [("missed", "events"), ("made up", "events")]
    assert all(a.cost >= b.cost for a, b in itertools.pairwise(found))
    date = next(e for e in found if e.what == "events.start_date")
    assert (date.found, date.expected, date.rules) == ("2011-05-03", "2011-05-04", ("day-month",))
    assert date.sentence is not None
    assert date.sentence.startswith("El Taller sobre Costos")
    assert told_in_words(date).startswith("event, start date: 2011-05-03, expected 2011-05-04")
    assert TEXT[slice(*date.span or (0, 0))] == "3 de mayo de 2011"


PRACTICES = """\
Antes nadie llevaba cuentas. La cooperativa abrió un libro común. El gasto bajó de 9 a 4 pesos. Llueve mucho.
"""


def _practice(start: str, end: str, **fields: list[str]) -> dict[str, Any]:
    first, last = PRACTICES.index(start), PRACTICES.index(end) + len(end)
    values = {
        name: [{"text": q, "span": [PRACTICES.index(q), PRACTICES.index(q) + len(q)]} for q in quotes]
        for name, quotes in fields.items()
    }
    text = PRACTICES[first:last]
    return {"kind": "good-practice", "text": text, "span": [first, last], "themes": ["th-tic"]} | values


def _practices_of(*practices: dict[str, Any]) -> dict[str, float]:
    told = {
        "kind": "success-case",
        "kind_alt": ["good-practice"],
        "text": "La cooperativa abrió un libro común.",
        "themes": ["th-asociatividad"],
        "themes_alt": [["th-tic"]],
        "context": ["Antes nadie llevaba\ncuentas."],
        "results": ["El gasto bajó de 9 a 4 pesos."],
        "pitfalls": [],
    }
    gold_ = to_gold({"doc": "a", "events": [], "actors": [], "practices": [told]}, name="a").placed(PRACTICES)
    contract = {"events": [], "actors": [], "practices": list(practices)}
    return figures(counts(gold_, contract))


def test_a_practice_is_found_by_half_of_its_words_and_apt_with_all_that_belongs_to_it() -> None:
    whole = _practice(
        "Antes", "4 pesos.", context=["Antes nadie llevaba cuentas."], pitfalls=["Llueve mucho."]
    )
    reached = _practices_of(whole)
    assert (reached["practices.f1"], reached["practices.kind"], reached["practices.themes.f1"]) == (1, 1, 1)
    assert (reached["practices.context.f1"], reached["practices.results.recall"]) == (1.0, 0.0)
    assert reached["practices.pitfalls.precision"] == 0.0
    elsewhere = _practices_of(_practice("Llueve", "mucho."))
    assert (elsewhere["practices.precision"], elsewhere["practices.recall"]) == (0.0, 0.0)
    assert "practices.kind" not in elsewhere
    assert _practices_of()["practices.recall"] == 0.0


def test_shares_and_quotes_of_a_text() -> None:
    assert share(Span(0, 10), [Span(0, 4), Span(2, 6), Span(20, 30)]) == 0.6
    assert share(Span(3, 3), [Span(0, 9)]) == 0.0
    assert find_quote("bajó de\n 9", PRACTICES) == Span(75, 84)
    assert find_quote("subió", PRACTICES) is None
    assert sentence_at(Span(75, 84), PRACTICES, language="es") == "El gasto bajó de 9 a 4 pesos."


# Rules.


def _scores(content: dict[str, Any], extraction: Extraction) -> dict[tuple[str, str], RuleScore]:
    judged = compare(to_gold(content, name="memoria"), to_contract(extraction))
    return {(s.rule, s.reads): s for s in rule_scores(rule_outcomes(judged, extraction))}


def test_a_rule_is_right_where_its_value_agrees_and_undecidable_where_the_gold_is_open(
    extraction: Extraction,
) -> None:
    scores = _scores(gold(), extraction)
    assert scores["told", "event"].right == scores["day-month", "date"].right == 2
    assert (scores["organiser-after", "role"].right, scores["sponsor-after", "role"].right) == (1, 1)
    assert not any(score.wrong for score in scores.values())
    content = gold()
    content["events"][1] = {**content["events"][1], "optional": True}
    scores = _scores(content, extraction)
    assert (scores["told", "event"].right, scores["told", "event"].undecidable) == (1, 1)
    assert scores["sponsor-after", "role"].precision is None


def test_a_rule_is_wrong_where_its_value_differs_or_its_event_is_made_up(extraction: Extraction) -> None:
    content = gold()
    content["events"][0] |= {"start_date": "2011-05-04"}
    del content["events"][1]
    scores = _scores(content, extraction)
    assert (scores["day-month", "date"].wrong, scores["day-month", "date"].precision) == (2, 0.0)
    assert (scores["told", "event"].right, scores["told", "event"].wrong) == (1, 1)
    assert scores["sponsor-after", "role"].wrong == 1
    assert scores["place", "place"].right == 1


def test_rules_by_family_add_up_the_rules_by_id(extraction: Extraction) -> None:
    judged = compare(to_gold(gold(), name="memoria"), to_contract(extraction))
    outcomes = rule_outcomes(judged, extraction)
    families, rules = rule_scores(outcomes), rule_scores(outcomes, by_id=True)
    assert sum(s.fired for s in families) == sum(s.fired for s in rules) == outcomes.total()
    assert {s.rule for s in rules if s.rule.startswith("organiser-after-")}
    assert not {s.rule for s in families if s.rule.startswith("organiser-after-")}


# The command.


def test_the_command_prints_figures_errors_and_rules(tmp_path: Path) -> None:
    content = gold()
    content["events"][0] |= {"city": "Cusco"}
    path = written(tmp_path, content)
    done = CliRunner().invoke(evaluate, ["extraction", str(path), "--rules", "--worst", "1"])
    assert done.exit_code == 0, done.output
    assert "The worst 1 of" in done.output or "All 1 errors" in done.output
    for told in ("memoria.txt", "events.city", "expected Cusco", "«El Taller sobre Costos", "day-month"):
        assert told in done.output
    assert "day-month" not in CliRunner().invoke(evaluate, ["extraction", str(path), "--worst", "0"]).output


def test_the_command_reads_several_documents_and_says_everything_as_json() -> None:
    done = CliRunner().invoke(evaluate, ["extraction", str(REPORTS / "gold"), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [d["document"] for d in told["documents"]] == sorted(p.name for p in REPORTS.glob("[56]?-*"))
    golden = Counter[str]()
    for path in gold_files([REPORTS / "gold"]):
        read = read_document(document_of(read_gold(path), path), max_bytes=10**6, max_pages=10)
        golden += counts(read_gold(path).placed(read.text), to_contract(extract(read)))
    assert told["micro"] == pytest.approx(figures(golden))
    assert told["macro"]["events.f1"] == pytest.approx(
        sum(d["figures"]["events.f1"] for d in told["documents"]) / 16
    )
    costs = [error["cost"] for error in told["errors"]]
    assert costs == sorted(costs, reverse=True)
    assert all(e["sentence"] for e in told["errors"] if e["what"] == "events")
    assert all(r["fired"] == r["right"] + r["wrong"] + r["undecidable"] for r in told["rules_by_id"])
    told_rules = {r["rule"]: r for r in told["rules"] if r["reads"] == "event"}
    assert told_rules["table-row"]["precision"] == 1.0


def test_a_document_that_cannot_be_read_is_skipped_and_the_others_are_scored(tmp_path: Path) -> None:
    path = written(tmp_path, gold())
    (tmp_path / "vacia.txt").touch()
    (tmp_path / "vacia.json").write_text(json.dumps(gold(doc="vacia")), encoding="utf-8")
    done = CliRunner().invoke(
        evaluate, ["extraction", str(path), str(tmp_path / "vacia.json")], standalone_mode=False
    )
    assert done.return_value == 3
    assert "skipped" in done.stderr
    assert "memoria.txt" in done.stdout


# The fixed scorers.


def _scorer(path: Path) -> ModuleType:
    if not path.exists():
        pytest.skip(f"the scorer is not beside the project (../shared/gold: {path.name})")
    spec = importlib.util.spec_from_file_location(f"fixed_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(path: Path) -> tuple[Gold, dict[str, Any]]:
    """The gold in a file, and what is read from its document."""
    told = read_gold(path)
    read = read_document(document_of(told, path), max_bytes=10**7, max_pages=100)
    return told.placed(read.text), to_contract(extract(read))


def test_figures_of_the_report_are_those_of_its_scorer() -> None:
    scorer = _scorer(SHARED / "gold" / "score_extraction.py")
    told, contract = _read(REPORT)
    theirs = scorer.score(json.loads(REPORT.read_text(encoding="utf-8")), contract, [])
    ours = figures(counts(told, contract))
    expected = {
        f"{what}.{measure}": theirs[what][measure]
        for what in ("events", "actors", "participations", "themes", "practices")
        for measure in ("precision", "recall", "f1")
    }
    expected |= {f"events.{f}": value for f, value in theirs["event_fields"].items() if f != "mean"}
    expected |= {
        "events.fields": theirs["event_fields"]["mean"],
        "actors.type": theirs["actor_type"],
        "actors.country": theirs["actor_country"],
    }
    assert {what: ours[what] for what in expected} == pytest.approx(expected, abs=0.0005)
    assert len(expected) == 24


@pytest.mark.parametrize("folder", [SHARED / "gold" / "reports", REPORTS / "gold"], ids=["others", "our own"])
def test_figures_of_other_reports_are_those_of_their_scorer(folder: Path) -> None:
    scorer = _scorer(SHARED / "gold" / "reports" / "score.py")
    # 59 to 66 have a type of actor (research-or-training-centre) that their scorer does not know.
    paths = [path for path in gold_files([folder]) if path.stem < "59"]
    read = {path.stem: _read(path) for path in paths}
    report = scorer.evaluate(
        {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths},
        {number: scorer.from_contract(contract) for number, (_, contract) in read.items()},
    )
    reached = {number: counts(*one) for number, one in read.items()}
    ours = {number: figures(one) for number, one in reached.items()}
    ours["overall"] = figures(sum(reached.values(), Counter()))
    for number, theirs in {**report["docs"], "overall": report["overall"]}.items():
        expected = {
            f"{what}.{measure}": theirs[what][measure]
            for what in ("events", "actors")
            for measure in ("precision", "recall", "f1")
        }
        for role in ("organisers", "participants"):
            if (figure := theirs["events"].get(role)) and figure["tp"] + figure["fp"] + figure["fn"]:
                expected |= {
                    f"{role}.{measure}": figure[measure] for measure in ("precision", "recall", "f1")
                }
        fields = {
            f"events.{f}": theirs["events"][f] for f in ("start_date", "end_date", "year", "city", "country")
        }
        fields["events.type"] = theirs["events"]["type_lenient"]
        fields |= {
            f"actors.{f}": theirs["actors"][g] for f, g in (("type", "type_lenient"), ("country", "country"))
        }
        expected |= {what: tally["accuracy"] for what, tally in fields.items() if tally["scored"]}
        expected["actors.duplicates"] = theirs["actors"]["duplicates"]
        assert {what: ours[number][what] for what in expected} == pytest.approx(expected, abs=0.0005), number
