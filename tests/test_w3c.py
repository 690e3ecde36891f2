"""The W3C's SPARQL suites: how many tests pass, and each that does not, by name and with its reason.

Nothing is left out in silence: the number of tests of every part is asserted, a test that fails and is not
named here fails, and so does one that is named and passes.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from w3c_manifests import Case, read_cases
from w3c_runs import Endpoint, run, serving

SUITES = Path(__file__).parents[2] / "shared" / "w3c-sparql"
pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason="the W3C suites are not beside the project")

VALUES = "Oxigraph keeps numbers and times by value: 01 and 1, 1.0E6 and 1000000, +00:00 and Z are one term"
GRAPH_NAME = "Oxigraph binds the variable of GRAPH while it evaluates the group, the test only after it"
TAGGED = "Oxigraph keeps the language of texts that share it in GROUP_CONCAT; the test wants none"
ABSENT_NODE = "Oxigraph matches a path of length zero only to nodes of the graph, where an end is a constant"
CASE = "Oxigraph reads true and false in small letters only"
TIME_ZONE = "Oxigraph compares dates with and without a time zone, which SPARQL 1.0 did not"
READ_ONLY = "the endpoint is read-only: it refuses updates"

QUERY_1_1 = (
    *("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping"),
    *("negation", "project-expression", "property-path", "subquery"),
)
#: Part: number of tests, and those that fail with the reason.
PARTS: dict[str, tuple[int, dict[str, str]]] = {
    "1.1 query evaluation": (
        225,
        {
            "sparql11/aggregates/agg-groupconcat-04": TAGGED,
            "sparql11/aggregates/agg-groupconcat-06": TAGGED,
            "sparql11/aggregates/agg-empty-group-count-graph": GRAPH_NAME,
            "sparql11/bindings/graph": GRAPH_NAME,
            "sparql11/negation/graph-minus": GRAPH_NAME,
            "sparql11/functions/bnode01": "Oxigraph's BNODE(text) gives the same node in every row",
            "sparql11/property-path/zero_or_more_set_start": ABSENT_NODE,
            "sparql11/property-path/zero_or_more_set_end": ABSENT_NODE,
            "sparql11/property-path/zero_or_one_set_start": ABSENT_NODE,
            "sparql11/property-path/zero_or_one_set_end": ABSENT_NODE,
        },
    ),
    "1.1 result formats": (
        10,
        {"sparql11/csv-tsv-res/csv03": VALUES, "sparql11/csv-tsv-res/tsv03": VALUES},
    ),
    "1.1 syntax": (169, {}),
    "1.1 update evaluation": (94, {}),
    "1.1 protocol": (
        34,
        {
            f"sparql11/protocol/{name}": READ_ONLY
            for name in (
                *("update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_full"),
                *("update_dataset_named_graphs", "update_post_form", "update_post_direct", "update_base_uri"),
            )
        },
    ),
    "1.0 query evaluation": (
        283,
        {
            "sparql10/distinct/distinct-1": VALUES,
            "sparql10/distinct/distinct-9": VALUES,
            "sparql10/expr-builtin/dawg-str-1": VALUES,
            "sparql10/expr-builtin/dawg-str-2": VALUES,
            "sparql10/expr-builtin/sameTerm-simple": VALUES,
            "sparql10/expr-builtin/sameTerm-eq": VALUES,
            "sparql10/expr-builtin/sameTerm-not-eq": VALUES,
            "sparql10/expr-builtin/case-insensitive-booleans": CASE,
            "sparql10/expr-equals/eq-graph-1": VALUES,
            "sparql10/expr-equals/eq-graph-2": VALUES,
            "sparql10/graph/graph-variable-scope": GRAPH_NAME,
            "sparql10/graph/graph-optional": GRAPH_NAME,
            "sparql10/open-world/open-eq-01": VALUES,
            "sparql10/open-world/date-2": TIME_ZONE,
            "sparql10/open-world/date-3": VALUES,
        },
    ),
    "1.0 syntax": (
        199,
        {"sparql10/syntax-sparql3/syn-bad-26": "Oxigraph does not take the longest token in `?x<?a&&?b>?y`"},
    ),
}
#: Parts of the suites that are about something else, with the number of their tests.
ELSEWHERE = {
    "sparql11/entailment": (70, "entailment regimes: our inferences are rules with a graph of their own"),
    "sparql11/service": (7, "federation: tests/test_federation.py runs them"),
    "sparql11/service-description": (3, "they have no steps; tests/test_sparql_protocol.py has them"),
    "sparql11/http-rdf-update": (
        18,
        "the Graph Store Protocol by writing; reading is in test_sparql_protocol.py",
    ),
}


def part_of(case: Case) -> str:
    """The part that a test belongs to."""
    suite, _, folder = case.group.partition("/")
    version = "1.1" if suite == "sparql11" else "1.0"
    if case.kind in ("UpdateEvaluationTest", "ProtocolTest"):
        return f"{version} {'update evaluation' if case.kind[0] == 'U' else 'protocol'}"
    if "Syntax" in case.kind:
        return f"{version} syntax"
    return f"{version} query evaluation" if version == "1.0" or folder in QUERY_1_1 else "1.1 result formats"


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in read_cases(SUITES, "sparql1?/*"):
        found.setdefault(case.group if case.group in ELSEWHERE else part_of(case), []).append(case)
    return found


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(SUITES, tmp_path_factory.mktemp("w3c")) as endpoint:
        yield endpoint


def test_every_test_of_the_suites_is_accounted_for(cases: dict[str, list[Case]]) -> None:
    expected = {part: count for part, (count, _) in (*PARTS.items(), *ELSEWHERE.items())}
    assert {part: len(found) for part, found in cases.items()} == expected


@pytest.mark.parametrize("part", PARTS)
def test_what_does_not_pass_is_named(part: str, cases: dict[str, list[Case]], endpoint: Endpoint) -> None:
    outcomes = [run(case, endpoint) for case in cases[part]]
    failed = {outcome.case.id: outcome.reason for outcome in outcomes if not outcome.passed}
    known = PARTS[part][1]
    assert {id: reason for id, reason in failed.items() if id not in known} == {}, "these should pass"
    assert known.keys() - failed.keys() == set(), "these pass now: take them from the list"
    for id in (id for id, reason in known.items() if reason is READ_ONLY):
        assert re.match(r"request 1: 4(00|15) .*read-only|request 1: 415 ", failed[id]), failed[id]
