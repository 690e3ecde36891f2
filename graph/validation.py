"""The gate before a snapshot is published: SHACL shapes, required (they block) and recommended (they warn).

The engine is the package `shacl`, compiled shapes against N-Triples; the tests hold it against pySHACL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import ontology
from graph.errors import ValidationFailed
from graph.snapshots import ValidationSummary
from ontology.namespaces import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Quad
    from shacl import Result, Shapes

SHAPES = Path(ontology.__file__).parent / "shapes"
_SHOWN = 20  # violations that an error message spells out; the report holds all


@dataclass(frozen=True, slots=True)
class Finding:
    """A constraint that a node does not meet; terms in N-Triples or prefixed form, to be read by people."""

    focus: str
    path: str | None
    value: str | None
    message: str
    shape: str | None

    def __str__(self) -> str:
        where = f"{self.focus} {self.path}" if self.path else self.focus
        return f"{where}: {self.message}" + (f" (got {self.value})" if self.value else "")


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What validation found. `conforms` is about the required shapes alone: warnings do not block."""

    violations: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """True where no required constraint is violated."""
        return not self.violations

    def summary(self) -> ValidationSummary:
        """The two figures that a manifest keeps."""
        return ValidationSummary(violations=len(self.violations), warnings=len(self.warnings))

    def raise_for_violations(self) -> None:
        """Raise ValidationFailed that lists what is wrong where, if the graph does not conform."""
        if self.conforms:
            return
        lines = [f"  {finding}" for finding in self.violations[:_SHOWN]]
        if len(self.violations) > _SHOWN:
            lines.append(f"  … and {len(self.violations) - _SHOWN} more")
        raise ValidationFailed(
            f"{len(self.violations)} required constraints are not met; nothing was published:\n"
            + "\n".join(lines)
        )


def validate(quads: "Iterable[Quad]", *, shapes: Path = SHAPES) -> ValidationReport:
    """Check the union of all graphs against `required.ttl` and `recommended.ttl` in the folder `shapes`."""
    from pyoxigraph import RdfFormat, serialize

    triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    return _validate_triples(triples, shapes=shapes)


def validate_files(files: Sequence[Path], *, shapes: Path = SHAPES) -> ValidationReport:
    """Check the union of N-Quads files, as `SnapshotWriter.graph_files` lists them."""
    from pyoxigraph import RdfFormat, parse

    return validate(
        (quad for path in files for quad in parse(path=str(path), format=RdfFormat.N_QUADS, lenient=True)),
        shapes=shapes,
    )


def _validate_triples(triples: bytes, *, shapes: Path) -> ValidationReport:
    text = triples.decode("utf-8")
    required = _compiled(shapes / "required.ttl").validate_text(text, "ntriples")
    recommended = _compiled(shapes / "recommended.ttl").validate_text(text, "ntriples")
    return ValidationReport(violations=_findings(required.results), warnings=_findings(recommended.results))


@lru_cache(maxsize=8)
def _compiled(path: Path) -> "Shapes":
    import shacl

    return shacl.Shapes.from_file(str(path))


def _findings(results: "Iterable[Result]") -> tuple[Finding, ...]:
    found = {
        Finding(
            focus=compact(result.focus_node),
            path=compact(result.path) if result.path else None,
            value=compact(result.value) if result.value else None,
            message=_in_words(result),
            shape=compact(result.root_shape) if result.root_shape else None,
        )
        for result in results
    }
    return tuple(sorted(found, key=lambda f: (f.focus, f.path or "", f.value or "", f.message)))


def _in_words(result: "Result") -> str:
    """The shape's own message, or the name of the constraint: "MinCount…" → "min count is not met"."""
    if result.messages:
        return " / ".join(result.messages)
    name = result.component.removesuffix("ConstraintComponent")
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip() + " is not met"


def compact(term: str) -> str:
    """An N-Triples IRI with the prefix that the project gives its namespace; anything else unchanged."""
    if not (term.startswith("<") and term.endswith(">")):
        return term
    address = term[1:-1]
    for prefix, namespace in PREFIXES.items():
        if address.startswith(namespace) and address != namespace:
            return f"{prefix}:{address[len(namespace) :]}"
    return term
