"""Competency questions: each file is asked of the sample's graph and must return the rows that it says.

After an intended change run once with REGENERATE_GOLDEN=1 and read the difference in review.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from competency import asked_of, chosen, examples, read_into, table, written

from graph.query import QueryPool
from ontology.namespaces import LANGUAGES
from ontology.stored_queries import (
    AUDIENCES,
    FOLDER,
    StoredQuery,
    StoredQueryError,
    read_query,
    stored_queries,
)

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample" / "documents"
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = tuple(stored_queries().values())
#: The sample tells of no event within a larger one that a reader could be sure of, and nobody reviewed it or
#: declared anything.
NOTHING_ON_THE_SAMPLE = {"events-within-events", "decisions-made", "offers-for-needs"}
_RESULT = re.compile(r'(?<=mf:result """\n).*?(?=""")', re.DOTALL)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    with asked_of(read_into(tmp_path_factory.mktemp("sample"), SAMPLE), workers=1, timeout=30) as pool:
        yield pool


def name(query: StoredQuery) -> str:
    return query.name


def test_there_are_questions_for_everybody() -> None:
    assert len(QUERIES) == len(list(FOLDER.iterdir())) == 59
    by_audience = {who: sum(query.audience == who for query in QUERIES) for who in AUDIENCES}
    assert by_audience == {"researcher": 27, "practitioner": 13, "network-member": 19}
    assert len({query.question[language] for query in QUERIES for language in LANGUAGES}) == 3 * 59


@pytest.mark.parametrize("query", QUERIES, ids=name)
def test_a_question_has_its_answer_on_the_sample(pool: QueryPool, query: StoredQuery) -> None:
    columns, *rows = query.expected
    found = chosen(table(pool, query, examples(query)), columns)
    if os.environ.get("REGENERATE_GOLDEN"):
        path = FOLDER / f"{query.name}.ttl"
        text = written(columns, found).replace("\\", r"\\").replace('""', r"\"\"")
        path.write_text(_RESULT.sub(lambda _: text, path.read_text(encoding="utf-8")), encoding="utf-8")
        rows = list(read_query(path).expected[1:])
    assert found == rows
    assert bool(rows) == (query.name not in NOTHING_ON_THE_SAMPLE)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.parameters and q.form == "select"], ids=name)
def test_a_value_keeps_those_rows_that_have_it(pool: QueryPool, query: StoredQuery) -> None:
    """A query without values ranges over all of them, so a value that is given does no more than choose."""
    resources = {p.name for p in query.parameters if p.datatype is None and p.example is not None}
    if "LIMIT" in query.text or not resources:
        pytest.skip("the rows without a value are cut, or are none")
    free = replace(query, parameters=())
    asked = table(pool, query, examples(query))
    bound = {p.name: p.example.value for p in query.parameters if p.example is not None}
    assert set(bound) == resources
    kept = [
        row
        for row in table(pool, free, {})
        if all(bound[p].endswith(row[p].rpartition(":")[2] or "-") for p in resources)
    ]
    assert sorted(map(str, asked)) == sorted(map(str, kept))


def test_evidence_is_three_lines_of_sparql(pool: QueryPool) -> None:
    """Who says so, where, how sure: as the README shows it, and as the stored query asks it."""
    for text in (stored_queries()["evidence"].text, README.split("<<'RQ'\n")[2].split("\nRQ\n")[0]):
        where = re.search(r"WHERE \{\n(.*?)\n\}", text, re.DOTALL)
        assert where is not None
        assert len(where[1].splitlines()) == 3
        answer = pool.run(text, format="json")
        (first, *_) = json.loads(answer.content)["results"]["bindings"]
        assert first.keys() >= {"who", "where", "says", "sure"}
        assert 0 < float(first["sure"]["value"]) <= 1


@pytest.mark.parametrize("query", QUERIES, ids=name)
def test_a_file_declares_what_its_query_takes(query: StoredQuery) -> None:
    for parameter in query.parameters:
        assert re.search(rf"\?{parameter.name}\b", query.text)
        assert parameter.name not in ("format", "query")
        assert parameter.example is not None or not parameter.required
        assert (parameter.datatype is None) or (parameter.kind is None)
    assert "SERVICE" not in query.text
    assert query.keywords


GOOD = """@base <https://w3id.org/redpyme/query/> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<mine> rdfs:comment "¿?"@es, "?"@pt, "?"@en ; dcterms:audience "researcher" ; sh:ask "ASK { ?x a ?y }" ;
  sh:parameter [ sh:path <../parameter/x> ; sh:description "x"@es, "x"@pt, "x"@en ; sh:optional true ] .
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ASK {", "ASK {", None),
        ('"?"@pt', '"?"@fr', "comment is missing in pt"),
        ("researcher", "astronaut", "dcterms:audience must be one of researcher"),
        ("sh:ask ", "sh:update ", "must have one of sh:select"),
        ("../parameter/x", "../other/x", "sh:path of a parameter"),
        ("sh:optional true", "sh:datatype sh:Shape", "no value can be made of datatype"),
        ("sh:optional true", 'sh:pattern "("', "no regular expression"),
        ("<mine>", "<mine", "not valid Turtle"),
        ("<mine>", "<yours>", "must have one of sh:select"),
    ],
)
def test_a_file_that_holds_no_query_is_told_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, told: str | None
) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    if told is None:
        assert read_query(path).parameters[0].name == "x"
        return
    with pytest.raises(StoredQueryError, match=rf"mine\.ttl: .*{told}"):
        read_query(path)


def test_a_resource_is_found_under_the_name_it_had_before_a_merge(pool: QueryPool) -> None:
    before = "SELECT ?old ?new { ?old dcterms:isReplacedBy ?new . ?passage rp:mentions ?new }"
    (first, *_) = json.loads(pool.run(before).content)["results"]["bindings"]
    query = stored_queries()["passages-naming-actor"]
    old, new = (table(pool, query, {"actor": first[name]["value"]}) for name in ("old", "new"))
    assert old == new
    assert old != []
