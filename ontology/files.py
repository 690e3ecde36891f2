"""The data files of the ontology by what they are: inference rules, house rules, shapes, JSON-LD context."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ontology.namespaces import RDFS, SH

FOLDER = Path(__file__).parent

Severity = Literal["required", "recommended"]


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query that a file holds: `name` is the file's, `comment` says what the query is for."""

    name: str
    comment: str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of inference: its name, what it says (language to words) and its CONSTRUCT query."""

    name: str
    said: Mapping[str, str] = field(hash=False)
    text: str


@cache
def inference_rules() -> tuple[Rule, ...]:
    """The rules for the graph of inferences in their order.

    They read the union of all graphs: rules on themes need the ontology, rules on units the authority.
    """
    import pyoxigraph as ox

    found: dict[str, dict[str, list[ox.Literal]]] = {}
    for quad in ox.parse(rules_file(), format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
            values = found.setdefault(quad.subject.value, {})
            values.setdefault(quad.predicate.value, []).append(quad.object)
    rules = [
        (
            int(values[SH + "order"][0].value),
            Rule(
                name=iri.rpartition("/")[2],
                said={text.language or "": text.value for text in values[RDFS + "comment"]},
                text=values[SH + "construct"][0].value.strip() + "\n",
            ),
        )
        for iri, values in found.items()
    ]
    return tuple(rule for _, rule in sorted(rules, key=lambda item: item[0]))


@cache
def rules_file() -> str:
    """The rules of inference as Turtle."""
    return (FOLDER / "rules.ttl").read_text(encoding="utf-8")


@cache
def house_rules() -> tuple[Query, ...]:
    """SELECT queries over the ontology that must return no row."""
    return _queries(FOLDER / "queries" / "house-rules")


@cache
def shapes(severity: Severity) -> str:
    """The SHACL shapes as Turtle: "required" ones block publication, "recommended" ones warn."""
    return (FOLDER / "shapes" / f"{severity}.ttl").read_text(encoding="utf-8")


def jsonld_context() -> dict[str, Any]:
    """The JSON-LD context of the vocabulary, as `{"@context": …}`."""
    context: dict[str, Any] = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))
    return context


def _queries(folder: Path) -> tuple[Query, ...]:
    found = []
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        comment = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
        found.append(Query(name=path.stem, comment=" ".join(comment), text=text))
    return tuple(found)
