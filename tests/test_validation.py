"""The gate: what it lets through, what it stops and in which words, and whether two engines agree."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fictitious import EXTRACTION, TEXT
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from graph.errors import ValidationFailed
from graph.identity import resolve
from graph.inference import infer
from graph.mapping import map_extraction
from graph.model import DocumentInfo, Extraction
from graph.reference import reference_graphs
from graph.snapshots import DocumentEntry
from graph.store import GraphView, load_store, open_store
from graph.validation import SHAPES, Finding, ValidationReport, validate, validate_files
from graph.workspace import Workspace
from ontology.authority import institutions
from ontology.namespaces import GRAPH_INFERRED, PREFIXES, RP

EX = "http://example.org/"
GRAPH = NamedNode(EX + "graph")


@pytest.fixture(scope="module")
def reference() -> list[Quad]:
    return [quad for quads in reference_graphs().values() for quad in quads]


def mapped(extraction: Extraction = EXTRACTION) -> list[Quad]:
    actors = resolve(extraction, authority=institutions())
    return map_extraction(extraction, actors, document_slug="memoria", text=TEXT)


def without(quads: list[Quad], predicate: str, *, of: str) -> list[Quad]:
    return [q for q in quads if not (q.predicate.value == predicate and f"/id/{of}/" in q.subject.value)]


def test_reference_and_document_pass_the_gate(reference: list[Quad]) -> None:
    report = validate([*reference, *mapped()])
    assert report.conforms, "\n".join(map(str, report.violations))
    report.raise_for_violations()
    assert report.summary().violations == 0


@pytest.mark.parametrize(
    ("predicate", "kind"),
    [
        (PREFIXES["rdfs"] + "label", "event"),
        (PREFIXES["rdfs"] + "label", "actor"),
        (PREFIXES["prov"] + "wasDerivedFrom", "claim"),
        (PREFIXES["rdf"] + "subject", "claim"),
        (RP + "text", "passage"),
    ],
)
def test_what_is_required_blocks_and_is_named(reference: list[Quad], predicate: str, kind: str) -> None:
    whole = mapped()
    broken = without(whole, predicate, of=kind)
    assert len(broken) < len(whole)
    report = validate([*reference, *broken])
    assert not report.conforms
    with pytest.raises(ValidationFailed) as failure:
        report.raise_for_violations()
    assert f"/id/{kind}/" in str(failure.value)
    assert "nothing was published" in str(failure.value)
    assert {finding.path for finding in report.violations if finding.path} >= {
        next(f"{p}:{predicate[len(ns) :]}" for p, ns in PREFIXES.items() if predicate.startswith(ns))
    }


def test_one_document_must_not_contradict_itself_but_two_may(reference: list[Quad]) -> None:
    end = PREFIXES["schema"] + "endDate"
    whole = mapped()
    stated = next(quad for quad in whole if quad.predicate.value == end)
    other = Literal("2019-03-30", datatype=NamedNode(PREFIXES["xsd"] + "date"))
    within = Quad(stated.subject, stated.predicate, other, stated.graph_name)
    assert [f.path for f in validate([*reference, *whole, within]).violations] == ["schema:endDate"]
    between = Quad(stated.subject, stated.predicate, other, GRAPH)
    report = validate([*reference, *whole, between])
    assert report.conforms
    (warning,) = [finding for finding in report.warnings if "contradict each other" in finding.message]
    assert (warning.focus, warning.path) == (f"<{stated.subject.value}>", "schema:endDate")


def test_what_is_recommended_warns_and_lets_pass(reference: list[Quad]) -> None:
    event = replace(EXTRACTION.events[0], themes=(), city=None, start_date=None, end_date=None, country=None)
    bare = replace(EXTRACTION, events=(event, EXTRACTION.events[1]))
    report = validate([*reference, *mapped(bare)])
    assert report.conforms, "\n".join(map(str, report.violations))
    assert any("/id/event/" in finding.focus for finding in report.warnings)


def test_a_long_list_of_violations_is_cut_in_the_message_and_whole_in_the_report() -> None:
    findings = tuple(Finding(f"ex:{i}", "rp:text", None, "text is missing", None) for i in range(50))
    with pytest.raises(ValidationFailed, match=r"50 required .*\n(.*\n)+  … and 30 more"):
        ValidationReport(violations=findings).raise_for_violations()


@pytest.mark.parametrize("shapes", ["required", "recommended"])
@pytest.mark.parametrize("broken", [False, True])
def test_pyshacl_finds_the_same(reference: list[Quad], shapes: str, broken: bool) -> None:
    """The fast engine is young: the reference implementation must agree on every finding."""
    from pyshacl import validate as reference_validate
    from rdflib import SH, Graph

    quads = [*reference, *mapped()]
    if broken:
        for predicate, kind in ((PREFIXES["rdfs"] + "label", "event"), (RP + "text", "passage")):
            quads = without(quads, predicate, of=kind)
        quads.append(
            Quad(NamedNode(f"{EX}e"), NamedNode(PREFIXES["rdf"] + "type"), NamedNode(RP + "Event"), GRAPH)
        )
        quads.append(Quad(NamedNode(f"{EX}e"), NamedNode(RP + "status"), Literal("unheard of"), GRAPH))
    data = Graph().parse(data=serialize({q.triple for q in quads}, format=RdfFormat.N_TRIPLES), format="nt")
    _, results, _ = reference_validate(data, shacl_graph=Graph().parse(SHAPES / f"{shapes}.ttl"))
    theirs = {
        str(results.value(result, SH.focusNode)) for result in results.subjects(SH.sourceConstraintComponent)
    }
    report = validate(quads)
    findings = report.violations if shapes == "required" else report.warnings
    ours = {finding.focus.strip("<>") for finding in findings}
    assert ours == theirs
    if shapes == "required":
        assert bool(ours) == broken


def test_from_extraction_to_answer(tmp_path: Path) -> None:
    """The way of the data with real parts: map, write, validate, infer, publish, ask."""
    workspace = Workspace(tmp_path / "workspace")
    with workspace.writer() as writer:
        source = writer.add_source(TEXT.encode(), suffix=".txt")
        info: DocumentInfo = EXTRACTION.document
        from graph.model import Document

        document = Document(Path(source).stem, info.name, info.media_type, TEXT)
        entry = DocumentEntry(
            slug="memoria", sha256=document.id, name=info.name, source=source, characters=len(TEXT),
            language="es", title=info.title, media_type=info.media_type, extraction="1",
        )  # fmt: skip
        writer.put_document(entry, document, mapped())
        for name, quads in reference_graphs().items():
            writer.put_graph(name, quads)
        report = validate_files(writer.graph_files())
        report.raise_for_violations()
        writer.put_graph("inferred", infer(load_store(writer.graph_files())))
        snapshot = writer.commit(software="0", ontology="0", model="none", validation=report.summary())
    graph = GraphView(open_store(snapshot))
    rows = graph.select(
        f"""SELECT DISTINCT ?label {{ GRAPH <{GRAPH_INFERRED}> {{ ?actor <{RP}takesPartIn> ?event }}
        ?actor <{PREFIXES["rdfs"]}label> ?label }} ORDER BY ?label"""
    )
    assert [row["label"] for row in rows] == ["Banco Imaginario", "Instituto de Prueba"]


def _many(quads: list[Quad], copies: int) -> Iterator[Quad]:
    """The same document under other names."""
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    for number in range(copies):
        yield from parse(lines.replace("memoria", f"memoria-{number}"), RdfFormat.N_QUADS)


def test_validation_is_fast_enough_for_every_publication(reference: list[Quad]) -> None:
    quads = [*reference, *_many(mapped(), 100)]
    assert len(quads) > 40_000
    started = time.monotonic()
    assert validate(quads).conforms
    assert time.monotonic() - started < 5
