"""The graph in memory: loading, questions with parameters, labels, rules and exports."""

import io
import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.decision_graph import redirect_quads
from graph.errors import ConfigurationError, QuerySyntaxError, SnapshotError
from graph.export import export
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name, negotiate
from graph.inference import infer
from graph.snapshots import Snapshot
from graph.store import GraphView, add_to_store, load_store, open_store, sorted_nquads
from graph.workspace import Workspace
from ontology.files import Rule

EX = "http://example.org/"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
XSD = "http://www.w3.org/2001/XMLSchema#"


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


ONE, TWO = node("graph/one"), node("graph/two")
QUADS = [
    Quad(node("foro"), LABEL, Literal("Foro de Prueba", language="es"), ONE),
    Quad(node("foro"), LABEL, Literal("Test Forum", language="en"), ONE),
    Quad(node("foro"), node("year"), Literal(2007), ONE),
    Quad(node("foro"), node("place"), node("nowhere"), TWO),
    Quad(node("foro"), node("place"), node("nowhere"), ONE),
    Quad(node("foro"), node("score"), Literal("0.5", datatype=NamedNode(XSD + "decimal")), TWO),
    Quad(node("foro"), node("open"), Literal(True), TWO),
]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    with Workspace(tmp_path / "workspace").writer() as writer:
        writer.put_graph("one", [quad for quad in QUADS if quad.graph_name == ONE])
        writer.put_graph("two", [quad for quad in QUADS if quad.graph_name == TWO])
        return writer.commit(software="0", ontology="0", model="none")


@pytest.fixture
def view(snapshot: Snapshot) -> GraphView:
    return GraphView(open_store(snapshot))


def test_rows_are_plain_values_from_the_union_of_the_graphs(view: GraphView) -> None:
    rows = view.select(
        f"""SELECT ?year ?score ?open ?none {{
            ?s <{EX}year> ?year ; <{EX}score> ?score ; <{EX}open> ?open . OPTIONAL {{ ?s <{EX}none> ?none }}
        }}"""
    )
    assert rows == [{"year": 2007, "score": 0.5, "open": True}]


def test_a_parameter_is_a_value_and_never_a_piece_of_the_query(view: GraphView) -> None:
    query = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    assert view.select(query, label=Literal("Foro de Prueba", language="es")) == [
        {"s": EX + "foro", "label": "Foro de Prueba"}
    ]
    assert len(view.select(query, s=node("foro"))) == 2
    assert view.select(query, label='x" } ; DROP ALL #') == []


def test_each_form_of_query_has_its_method(view: GraphView) -> None:
    assert view.ask("ASK { ?s ?p 2007 }", s=node("foro"))
    assert not view.ask("ASK { ?s ?p 2007 }", s=node("feria"))
    assert len(list(view.construct("CONSTRUCT WHERE { ?s ?p 2007 }"))) == 1
    with pytest.raises(QuerySyntaxError, match="not a SELECT"):
        view.select("ASK {}")
    with pytest.raises(QuerySyntaxError):
        view.ask("ASK {")


def test_description_shows_labels_in_the_language_asked_for(view: GraphView) -> None:
    statements = view.describe(EX + "foro")
    assert len(statements) == 6, "the triple that two graphs state is shown once"
    place = next(statement for statement in statements if statement.predicate == EX + "place")
    assert (place.predicate_label, place.object_label) == ("place", "nowhere")
    assert view.label(EX + "foro") == "Foro de Prueba"
    assert view.label(EX + "foro", language="en") == "Test Forum"
    assert view.label(EX + "foro", language="pt") == "Foro de Prueba"
    assert view.describe(EX + "unknown") == []


def test_the_label_of_a_name_written_in_two_ways_is_the_same_every_time() -> None:
    store = Store()
    for text in ("INSTITUTO DE PRUEBA", "Instituto de Prueba", "instituto de prueba"):
        add_to_store(store, [Quad(node("i"), LABEL, Literal(text), ONE)])
    assert GraphView(store).label(EX + "i") == "Instituto de Prueba"


def test_what_two_graphs_state_counts_once() -> None:
    store = Store()
    add_to_store(store, [Quad(node("a"), node("in"), node("b"), graph) for graph in (ONE, TWO)])
    view = GraphView(store)
    assert len(view.select(f"SELECT ?s {{ ?s <{EX}in> ?o }}")) == 1
    assert len(view.select(f"SELECT ?s {{ GRAPH ?g {{ ?s <{EX}in> ?o }} }}")) == 2


def test_a_merged_iri_names_the_one_that_replaces_it() -> None:
    store = Store()
    add_to_store(store, redirect_quads({EX + "old": EX + "new"}))
    assert GraphView(store).replaced_by(EX + "old") == EX + "new"
    assert GraphView(store).replaced_by(EX + "new") is None


def test_equal_graphs_are_equal_bytes() -> None:
    assert sorted_nquads(QUADS) == sorted_nquads([*reversed(QUADS), QUADS[0]])
    tricky = Quad(node("a"), node("b"), Literal("line\nline\u2028line\r"), ONE)
    assert sorted_nquads([tricky]).count(b"\n") == 1
    assert list(parse(sorted_nquads([tricky]), RdfFormat.N_QUADS)) == [tricky]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.nq"
    path.write_text("<a:a> nonsense")
    with pytest.raises(SnapshotError, match=r"broken\.nq"):
        load_store([path])
    with pytest.raises(SnapshotError, match=r"missing\.nq"):
        load_store([tmp_path / "missing.nq"])


@pytest.mark.parametrize("format", ["trig", "n-quads", "json-ld", ".nq", "application/trig"])
def test_exports_with_named_graphs_lose_nothing(snapshot: Snapshot, format: str) -> None:
    output = io.BytesIO()
    export(snapshot, output, format=format)
    chosen = by_name(format, GRAPH_FORMATS)
    assert chosen
    parsed = RdfFormat.from_media_type(chosen.media_type)
    assert parsed
    assert set(parse(output.getvalue(), parsed)) == set(QUADS)


@pytest.mark.parametrize("format", ["turtle", "n-triples", "rdf-xml"])
def test_exports_without_named_graphs_are_the_union(snapshot: Snapshot, format: str) -> None:
    output = io.BytesIO()
    export(snapshot, output, format=format)
    chosen = by_name(format, GRAPH_FORMATS)
    assert chosen
    parsed = RdfFormat.from_media_type(chosen.media_type)
    assert parsed
    triples = [quad.triple for quad in parse(output.getvalue(), parsed)]
    assert len(triples) == len(set(triples))
    assert set(triples) == {quad.triple for quad in QUADS}


def test_an_unknown_export_format_is_refused_with_the_known_ones(snapshot: Snapshot) -> None:
    with pytest.raises(ConfigurationError, match="'docx'; the formats are turtle, json-ld"):
        export(snapshot, io.BytesIO(), format="docx")


def test_json_ld_is_json(snapshot: Snapshot) -> None:
    output = io.BytesIO()
    export(snapshot, output, format="json-ld")
    json.loads(output.getvalue())


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV ; Q=1", "csv"),
        ("text/*;q=0.3, application/sparql-results+xml;q=0.2", "csv"),
        ("text/html, application/xhtml+xml, */*;q=0.1", "json"),
        ("text/csv;q=0, */*", "json"),
        ("application/json;q=0, application/sparql-results+json;q=0, */*;q=0.1", "xml"),
        ("image/png", None),
        ("text/csv;q=nonsense", None),
        (",,;", None),
    ],
)
def test_negotiation_follows_the_header(accept: str | None, expected: str | None) -> None:
    chosen = negotiate(accept, RESULT_FORMATS)
    assert (chosen.name if chosen else None) == expected


def rule(text: str) -> list[Rule]:
    return [Rule("one", {}, text)]


def test_rules_feed_each_other_and_state_only_what_is_new() -> None:
    store = Store()
    for start, end in (("a", "b"), ("b", "c"), ("c", "d")):
        store.add(Quad(node(start), node("in"), node(end), ONE))
    rules = rule(f"CONSTRUCT {{ ?a <{EX}in> ?c }} WHERE {{ ?a <{EX}in> ?b . ?b <{EX}in> ?c }}")
    derived = infer(store, rules=rules)
    pairs = {(quad.subject.value[-1], quad.object.value[-1]) for quad in derived}
    assert pairs == {("a", "c"), ("b", "d"), ("a", "d")}
    assert {quad.graph_name.value for quad in derived} == {"https://w3id.org/redpyme/graph/inferred"}
    assert len(store) == 3, "the store is left as it was"
    assert derived == infer(store, rules=rules)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CONSTRUCT {", "rule one: this is not valid SPARQL"),
        ("SELECT * {}", "rule one: a rule must be a CONSTRUCT"),
        (
            f"CONSTRUCT {{ ?o <{EX}in> ?x }} {{ ?s <{EX}in> ?o BIND(IRI(CONCAT(STR(?o), 'x')) AS ?x) }}",
            "still derive",
        ),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(text: str, message: str) -> None:
    store = Store()
    store.add(Quad(node("a"), node("in"), node("b"), ONE))
    with pytest.raises(ConfigurationError, match=message):
        infer(store, rules=rule(text))
    assert len(store) == 1
