"""The command line as users meet it: real processes, exit codes, what goes to which stream."""

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from network import publish
from pyoxigraph import RdfFormat, parse

from search_api.cli import redpyme
from search_api.commands.shared import progress_lines
from search_api.search.filters import PARAMETERS

ENGINE = [sys.executable, "-m", "search_api.cli"]
COMMANDS = (
    *(["ingest"], ["extract"], ["search"], ["peers"], ["sparql"], ["validate"], ["export"], ["serve"]),
    *(["snapshots", "list"], ["snapshots", "rollback"], ["snapshots", "prune"]),
    *(["themes", "list"], ["themes", "accept"], ["themes", "reject"], ["themes", "map"]),
    *(["actors", "candidates"], ["actors", "merge"], ["actors", "distinct"], ["actors", "split"]),
    *(["eval", "search"], ["eval", "extraction"], ["model", "prepare"]),
)
HEAVY = ("torch", "spacy", "faiss", "rdflib", "sentence_transformers", "fastapi", "pydantic", "numpy")
START_UP = 0.3  # seconds for --help, the best of a few runs: a busy machine is not what is measured


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with two snapshots of a fictitious document."""
    root = tmp_path_factory.mktemp("cli")
    publish(root)
    publish(root, slug="otra-memoria")
    return root


def run(
    root: Path, *arguments: str, stdin: str | None = None, env: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "REDPYME_WORKSPACE": str(root / "workspace"),
        "REDPYME_CACHE": str(root / "cache"),
        "REDPYME_MODEL": "hashing",
        **env,
    }
    return subprocess.run(
        [*ENGINE, *arguments], input=stdin, capture_output=True, text=True, env=environment, timeout=120
    )


def test_help_is_there_at_once() -> None:
    def seconds() -> float:
        # processor time, which a busy machine does not stretch
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*ENGINE, "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) <= START_UP


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['redpyme', '--help']\n"
        "from search_api.cli import main\n"
        "try: main()\n"
        f"except SystemExit: print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_takes_the_common_options(root: Path, command: list[str]) -> None:
    done = run(root, *command, "--help")
    assert done.returncode == 0
    for option in ("--workspace", "--json", "--help"):
        assert option in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ingest"],
        ["search"],
        ["search", "  "],
        ["search", "a", "-k", "0"],
        ["sparql", "--format", "pdf"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_explained_on_standard_error(root: Path, arguments: list[str]) -> None:
    done = run(root, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "avales"],
        ["peers", "CAF"],
        ["sparql", "ASK {}"],
        ["validate"],
        ["export"],
        ["snapshots", "rollback"],
    ],
    ids=" ".join,
)
def test_a_workspace_without_snapshots_is_1_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"redpyme: [^\n]+\n", done.stderr)
    assert not (tmp_path / "workspace" / "snapshots").exists() or not list(
        (tmp_path / "workspace" / "snapshots").iterdir()
    )


def test_a_bad_setting_is_named_with_its_value(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDPYME_PORT", "lots")
    done = run(root, "validate")
    assert done.returncode == 2
    assert "port" in done.stderr
    assert "lots" in done.stderr


def test_search_prints_document_span_event_and_reasons(root: Path) -> None:
    done = run(root, "search", "quién patrocinó el foro de avales", "-k", "2")
    assert done.returncode == 0
    assert re.search(r"document: Memoria ficticia 2019(, page \d+)?, characters \d+-\d+", done.stdout)
    assert "event:    Foro de Avales de Prueba" in done.stdout
    assert "why:" in done.stdout


def test_search_as_json_is_the_answer_of_the_interface(root: Path) -> None:
    found = json.loads(run(root, "search", "avales", "--json", "--type", "practice").stdout)
    assert set(found) == {"total", "results", "facets", "interpretation", "notes", "nothing_relevant"}
    assert {hit["type"] for hit in found["results"]} == {"practice"}


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        (["--practice-kind", "lesson-learned"], 2),
        (["--event-type", "taller"], 1),
        (["--place", "Montevideo"], 3),
        (["--actor", "IDP", "--role", "speaker"], 3),
        (["--language", "es", "--document", "memoria"], 5),
        (["--language", "pt"], 0),
        (["--year-from", "2020"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_search_has_the_filters_of_the_interface(root: Path, arguments: list[str], total: int) -> None:
    assert json.loads(run(root, "search", "avales", "--json", *arguments).stdout)["total"] == total


def test_every_filter_of_the_interface_is_an_option_of_the_command() -> None:
    parameters = {parameter.name for parameter in redpyme.commands["search"].params}
    assert parameters >= {*PARAMETERS, "ignore", "like", "lang", "year_from", "year_to", "k", "offset"}


def test_search_for_what_is_like_something_that_was_found(root: Path) -> None:
    told = run(root, "search", "foro de avales", "-k", "1").stdout
    like = re.search(r"more: +--like (\S+)", told)
    assert like
    found = json.loads(run(root, "search", "--like", like[1], "--json").stdout)
    assert found["interpretation"]["like"]["label"] == "Foro de Avales de Prueba"
    assert like[1] not in [hit["id"] for hit in found["results"]]


@pytest.mark.parametrize(
    "arguments",
    [[], ["avales", "--like", "x"], ["avales", "--country", "Venezuela"], ["avales", "--ignore", "x"]],
    ids=" ".join,
)
def test_search_for_nothing_or_with_a_filter_that_cannot_be_is_wrong_usage(
    root: Path, arguments: list[str]
) -> None:
    assert run(root, "search", *arguments).returncode == 2


def test_search_says_what_it_understood_and_ignores_what_it_is_told_to(root: Path) -> None:
    assert "place:uy-montevideo (Montevideo)" in run(root, "search", "avales en Montevideo").stdout
    told = run(root, "search", "avales en Montevideo", "--ignore", "place:uy-montevideo").stdout
    assert "place:uy-montevideo (Montevideo) ignored" in told


@pytest.mark.parametrize("name", ["IDP", "instituto de prueba", "Instituto de Preuba"])
def test_peers_are_found_by_name_acronym_or_misspelling(root: Path, name: str) -> None:
    done = run(root, "peers", name)
    assert done.returncode == 0
    assert "Peers of Instituto de Prueba" in done.stdout
    assert "Banco Imaginario" in done.stdout
    assert "Foro de Avales de Prueba" in done.stdout


def test_peers_of_nobody_names_the_nearest(root: Path) -> None:
    done = run(root, "peers", "Instituto Que No Existe")
    assert done.returncode == 1
    assert done.stderr.startswith("redpyme: no actor is called")


def test_sparql_takes_a_text_a_file_or_standard_input(root: Path, tmp_path: Path) -> None:
    query = "SELECT DISTINCT ?label { ?e a rp:Event ; rdfs:label ?label } ORDER BY ?label"
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")
    answers = [
        run(root, "sparql", query, "--format", "csv"),
        run(root, "sparql", str(tmp_path / "query.rq"), "--format", "csv"),
        run(root, "sparql", "-", "--format", "csv", stdin=query),
    ]
    for done in answers:
        assert done.stdout.splitlines() == ["label", "Foro de Avales de Prueba", "Taller de Cierre"]
    assert run(root, "sparql", query).stdout.splitlines()[2] == "Foro de Avales de Prueba"
    assert json.loads(run(root, "sparql", "ASK {}", "--json").stdout)["boolean"] is True
    assert run(root, "sparql", "ASK {}").stdout == "true\n"


def test_sparql_answers_a_stored_query_by_name_or_from_a_file(root: Path, tmp_path: Path) -> None:
    by_name = run(root, "sparql", "events-of-actor", "--param", f"actor={actor(root)}", "--format", "csv")
    assert by_name.returncode == 0, by_name.stderr
    assert by_name.stdout.splitlines()[0] == "actor,role,event,title,start"
    assert "Foro de Avales de Prueba" in by_name.stdout
    own = (
        "@base <https://w3id.org/redpyme/query/> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        '<mine> rdfs:comment "¿?"@es, "?"@pt, "?"@en ; dcterms:audience "researcher" ;\n'
        '  sh:parameter [ sh:path <../parameter/event> ; sh:description "x"@es, "x"@pt, "x"@en ] ;\n'
        '  sh:ask "ASK { ?event a rp:Event }" .\n'
    )
    (tmp_path / "mine.ttl").write_text(own, encoding="utf-8")
    asked = run(root, "sparql", str(tmp_path / "mine.ttl"), "--param", f"event=actor/{actor(root)}")
    assert (asked.stdout, asked.stderr) == ("false\n", "")


def actor(root: Path) -> str:
    """The slug of an institution that takes part in an event."""
    query = (
        "SELECT ?a { ?a rp:sponsors|rp:organises ?e . ?e rdfs:label 'Foro de Avales de Prueba'@es } LIMIT 1"
    )
    return run(root, "sparql", query, "--format", "csv").stdout.splitlines()[1].rpartition("/")[2]


def test_sparql_lists_the_stored_queries(root: Path) -> None:
    listed = run(root, "sparql", "--list").stdout
    assert "peers-by-theme\n   ¿Qué instituciones trabajan en este tema" in listed
    assert "--param theme=…  the slug of a theme or its IRI, such as garantias-financiamiento\n" in listed
    queries = json.loads(run(root, "sparql", "--list", "--json").stdout)
    assert queries["total"] == len(queries["results"]) > 30


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["peers-by-them"], "did you mean peers-by-theme"),
        (["peers-by-theme"], "parameter 'theme': give one; it takes the slug of a theme"),
        (["peers-by-theme", "--param", "theme=no-such"], "the graph has no theme 'no-such'"),
        (["peers-by-theme", "--param", "topic=tic"], "no such parameter; there are theme"),
        (["peers-by-theme", "--param", "theme"], "write it as NAME=VALUE"),
        (["peers-by-theme", "--param", "theme=a", "--param", "theme=b"], "given twice"),
        (["ASK {}", "--param", "theme=a"], "--param goes with a stored query"),
        ([], "--list lists them"),
    ],
)
def test_a_stored_query_asked_wrongly_is_2_with_what_to_do(
    root: Path, arguments: list[str], told: str
) -> None:
    done = run(root, "sparql", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.parametrize("format", ["table", "json", "csv", "tsv", "xml"])
def test_explain_tells_rows_and_time_and_leaves_the_result_alone(root: Path, format: str) -> None:
    query = 'SELECT ("a\\nb" AS ?x) (?n AS ?y) { VALUES ?n { 1 2 3 } }'
    plain = run(root, "sparql", query, "--format", format)
    explained = run(root, "sparql", query, "--format", format, "--explain")
    assert plain.stdout == explained.stdout
    assert re.match(
        r"select: 3 rows, \d+ bytes of \S+; [\d.]+ ms in all: [\d.]+ ms to read", explained.stderr
    )
    graph = run(root, "sparql", "CONSTRUCT { ?s a rp:Event } { ?s a rp:Event }", "--explain")
    assert graph.stderr.startswith("construct: 2 triples, ")
    assert run(root, "sparql", "ASK {}", "--explain").stderr.startswith("ask: 1 row, ")


@pytest.mark.parametrize("query", ["SELEKT", "CLEAR ALL", "ASK { SERVICE <http://example.org/> {} }"])
def test_a_query_that_cannot_be_answered_is_1_in_one_line(root: Path, query: str) -> None:
    done = run(root, "sparql", query)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("redpyme: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "parsed_as"),
    [
        ("trig", RdfFormat.TRIG),
        ("nquads", RdfFormat.N_QUADS),
        ("turtle", RdfFormat.TURTLE),
        ("jsonld", RdfFormat.JSON_LD),
    ],
)
def test_export_writes_the_whole_graph(root: Path, tmp_path: Path, name: str, parsed_as: RdfFormat) -> None:
    target = tmp_path / "graph"
    assert run(root, "export", "--format", name, "-o", str(target)).returncode == 0
    triples = {str(quad.triple) for quad in parse(path=str(target), format=parsed_as)}
    quads = run(root, "export", "--format", "nquads").stdout
    assert triples == {str(quad.triple) for quad in parse(quads, format=RdfFormat.N_QUADS)}
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


def test_export_to_a_place_that_is_not_there_is_1(root: Path, tmp_path: Path) -> None:
    done = run(root, "export", "-o", str(tmp_path / "no" / "graph.trig"))
    assert done.returncode == 1
    assert re.fullmatch(r"redpyme: [^\n]*graph\.trig[^\n]*\n", done.stderr)


def test_a_reader_that_has_enough_ends_the_output_quietly(root: Path) -> None:
    command = f"{' '.join(ENGINE)} export --workspace {root / 'workspace'} | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_snapshots_are_listed_rolled_back_and_pruned(tmp_path: Path) -> None:
    for slug in ("una", "dos", "tres"):
        publish(tmp_path, slug=slug)
    listed = json.loads(run(tmp_path, "snapshots", "list", "--json").stdout)
    assert [(entry["number"], entry["current"], entry["documents"]) for entry in listed] == [
        (1, False, 1),
        (2, False, 2),
        (3, True, 3),
    ]
    assert "now serving snapshot 2" in run(tmp_path, "snapshots", "rollback").stdout
    assert run(tmp_path, "snapshots", "rollback", "9").returncode == 1
    removed = json.loads(run(tmp_path, "snapshots", "prune", "--keep", "1", "--json").stdout)
    assert removed == {"removed": [1]}
    assert "*  2" in run(tmp_path, "snapshots", "list").stdout


DOCUMENT = (
    "Informe de prueba\n\n"
    "1. Taller sobre Garantías de Prueba. Patrocinado por el Instituto Ficticio de Avales (IFA). "
    "3 y 4 de mayo de 2011. Lima, Perú.\n\n"
    "El taller mostró cómo se avala un crédito pequeño.\n"
)


def test_extract_prints_the_contract_without_a_workspace(tmp_path: Path) -> None:
    path = tmp_path / "informe.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    contract = json.loads(run(tmp_path, "extract", str(path), "--json").stdout)
    assert set(contract) >= {"document", "events", "actors", "practices", "places", "persons"}
    (event,) = contract["events"]
    assert (event["start_date"], event["country"]) == ("2011-05-03", "PE")
    assert "Lima" in run(tmp_path, "extract", str(path)).stdout
    assert not (tmp_path / "workspace").exists()


@pytest.mark.parametrize("name", ["missing.txt", "empty.txt", "folder"])
def test_extract_names_what_it_cannot_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    done = run(tmp_path, "extract", str(tmp_path / name), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"redpyme: [^\n]*{name}[^\n]*\n", done.stderr)


def test_extract_holds_the_limits_of_ingest(tmp_path: Path) -> None:
    path = tmp_path / "largo.txt"
    path.write_text(DOCUMENT * 9_000, encoding="utf-8")
    done = run(tmp_path, "extract", str(path), env={"REDPYME_MAX_DOCUMENT_MB": "1"})
    assert (done.returncode, done.stdout) == (1, "")
    assert "over the limit of 1 MiB; split it, or raise REDPYME_MAX_DOCUMENT_MB" in done.stderr
    done = run(tmp_path, "extract", str(path), env={"REDPYME_READING_SECONDS": "0.01"})
    assert done.returncode == 1
    assert "the limit for its size" in done.stderr


def test_progress_in_a_log_is_a_line_now_and_then() -> None:
    lines: list[str] = []
    times = iter([0.0, 1.0, 9.9, 10.0, 12.0, 25.0])
    advance = progress_lines(lines.append, every=10, clock=lambda: next(times))
    for done in range(5):
        advance("read", done, 1200)
    assert lines == ["read: 2 of 1,200", "read: 4 of 1,200"]


def test_an_extraction_scores_1_against_itself_and_less_against_another(tmp_path: Path) -> None:
    path = tmp_path / "informe.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    gold = json.loads(run(tmp_path, "extract", str(path), "--json").stdout)
    (tmp_path / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    told = json.loads(run(tmp_path, "eval", "extraction", str(tmp_path / "gold.json"), "--json").stdout)
    assert {value for name, value in told["micro"].items() if not name.endswith(".duplicates")} == {1.0}
    gold["events"][0]["country"] = "BO"
    gold["events"].append({**gold["events"][0], "title": "Feria de otra cosa", "start_date": "2012"})
    (tmp_path / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    done = run(tmp_path, "eval", "extraction", str(tmp_path / "gold.json"))
    assert re.search(r"^events +1\.000 +0\.500 +0\.667", done.stdout, re.MULTILINE)
    assert "expected BO" in done.stdout
    assert run(tmp_path, "eval", "extraction", str(tmp_path / "no.json")).returncode == 2


def test_search_is_scored_on_graded_queries(root: Path, tmp_path: Path) -> None:
    hit = json.loads(run(root, "search", "patrocinado por el instituto de prueba", "--json").stdout)[
        "results"
    ][0]
    queries = {
        "queries": [
            {
                "id": "q1",
                "query": "patrocinado por el instituto de prueba",
                "lang": "es",
                "style": "direct",
                "relevant": [{"passage": "p1", "span": hit["span"], "grade": 2}],
            }
        ]
    }
    (tmp_path / "queries.json").write_text(json.dumps(queries), encoding="utf-8")
    queries["queries"].append(
        {"id": "q2", "query": "xyzzy", "lang": "es", "style": "noanswer", "relevant": []}
    )
    (tmp_path / "more.json").write_text(json.dumps(queries), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("queries.json", "more.json")]
    done = json.loads(run(root, "eval", "search", *files, "--json").stdout)
    assert done["means"]["all"] == {"queries": 2, "ndcg": 1.0, "recall": 1.0, "reciprocal_rank": 1.0}
    assert done["nothing_relevant"]["unanswered"] == 1
    assert "of 1 queries without an answer" in run(root, "eval", "search", *files).stdout
    (tmp_path / "other.json").write_text(json.dumps({**queries, "document": "nowhere"}), encoding="utf-8")
    assert "no document 'nowhere'" in run(root, "eval", "search", str(tmp_path / "other.json")).stderr
    assert run(root, "eval", "search", str(tmp_path / "no.json")).returncode == 2
