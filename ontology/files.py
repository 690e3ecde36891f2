"""The data files of the ontology by what they are: inference rules, house rules, shapes, JSON-LD context."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent

Severity = Literal["required", "recommended"]


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query that a file holds: `name` is the file's, `comment` says what the query is for."""

    name: str
    comment: str
    text: str


@cache
def inference_rules() -> tuple[Query, ...]:
    """CONSTRUCT queries for the graph of inferences; none needs the result of another.

    They read the union of all graphs: rules on themes need the ontology, rules on units the authority.
    """
    return _queries(FOLDER / "rules")


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
