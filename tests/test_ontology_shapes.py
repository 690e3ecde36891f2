"""Each shape has an example that passes and one that fails, and two engines agree on both.

The first line of an example says which constraint components report a result ("# expects: …").
"""

import warnings
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
import shacl
from rdflib import Graph, Namespace
from rdflib.namespace import RDF, SH

from ontology.authority import authority_graph
from ontology.files import Severity, shapes
from ontology.namespaces import LANGUAGES
from ontology.vocabulary import ontology_graph

EXAMPLES = sorted((Path(__file__).parent / "data" / "shapes").glob("*/*.ttl"))
RPS = Namespace("https://w3id.org/redpyme/shapes#")
SUFFIX = "ConstraintComponent"


def severity_of(path: Path) -> Severity:
    return "required" if path.parent.name == "required" else "recommended"


def expected(path: Path) -> Counter[str]:
    line = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expects: ")
    return Counter() if line == "nothing" else Counter(line.split(", "))


def test_no_example_is_dropped() -> None:
    assert Counter(path.parent.name for path in EXAMPLES) == {"required": 26, "recommended": 16}
    for path in EXAMPLES:
        assert bool(expected(path)) == path.stem.endswith("-fail"), path


@pytest.mark.parametrize("severity", get_args(Severity))
def test_every_message_is_in_three_languages(severity: Severity) -> None:
    graph = Graph().parse(data=shapes(severity), format="turtle")
    told = set(graph.subjects(SH.message))
    assert told
    for shape in told:
        said = [message.language for message in graph.objects(shape, SH.message)]  # type: ignore[attr-defined]
        assert sorted(said) == sorted(LANGUAGES), list(graph.objects(shape, SH.message))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_fast_engine_reports_what_the_example_expects(path: Path) -> None:
    compiled = shacl.Shapes.from_turtle(shapes(severity_of(path)))
    report = compiled.validate_turtle(path.read_text(encoding="utf-8"))
    assert Counter(r.component.removesuffix(SUFFIX) for r in report.results) == expected(path)
    severity = "Violation" if severity_of(path) == "required" else "Warning"
    assert {r.severity for r in report.results} <= {severity}
    for result in report.results:
        assert len(result.messages) == 3, "a message in Spanish, one in Portuguese and one in English"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_reference_engine_agrees(path: Path) -> None:
    with warnings.catch_warnings():  # of its own imports
        warnings.simplefilter("ignore")
        import pyshacl
    data = Graph().parse(path, format="turtle")
    rules = Graph().parse(data=shapes(severity_of(path)), format="turtle")
    _, report, text = pyshacl.validate(data, shacl_graph=rules)
    assert isinstance(report, Graph), text
    components = report.objects(None, SH.sourceConstraintComponent)
    assert Counter(str(c).rsplit("#", 1)[1].removesuffix(SUFFIX) for c in components) == expected(path)


@pytest.mark.parametrize("severity", ["required", "recommended"])
def test_our_own_graphs_conform(severity: Severity) -> None:
    graph = ontology_graph() + authority_graph()
    report = shacl.Shapes.from_turtle(shapes(severity)).validate_turtle(graph.serialize(format="turtle"))
    assert [repr(result) for result in report.results] == []


def test_every_shape_of_a_class_has_a_failing_example() -> None:
    for severity in ("required", "recommended"):
        graph = Graph().parse(data=shapes(severity), format="turtle")  # type: ignore[arg-type]
        named = {str(s) for s in graph.subjects() if str(s).startswith(RPS)}
        compiled = shacl.Shapes.from_turtle(shapes(severity))  # type: ignore[arg-type]
        hit = {
            (result.root_shape or "").strip("<>")
            for path in EXAMPLES
            if path.parent.name == severity
            for result in compiled.validate_turtle(path.read_text(encoding="utf-8")).results
        }
        assert hit == named


@pytest.mark.parametrize("severity", ["required", "recommended"])
def test_every_shape_has_an_example_that_it_looks_at_and_passes(severity: Severity) -> None:
    """An example that a shape does not target passes too, but says nothing of it."""
    rules = Graph().parse(data=shapes(severity), format="turtle")
    passing = [
        Graph().parse(path, format="turtle")
        for path in EXAMPLES
        if path.parent.name == severity and not expected(path)
    ]
    for shape in {s for s in rules.subjects() if str(s).startswith(RPS)}:
        looked_at = [
            *((None, RDF.type, target) for target in rules.objects(shape, SH.targetClass)),
            *((None, target, None) for target in rules.objects(shape, SH.targetSubjectsOf)),
            *((None, target, None) for target in rules.objects(shape, SH.targetObjectsOf)),
        ]
        assert looked_at, shape
        assert any(pattern in example for example in passing for pattern in looked_at), shape
