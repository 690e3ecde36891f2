"""The gate before a snapshot is published: SHACL shapes, required (they block) and recommended (they warn).

The engine is the package `shacl`, compiled shapes against N-Triples; the tests hold it against pySHACL.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse
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
_MAX_COUNT = "MaxCountConstraintComponent"
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
    """Check the union of all graphs against the shapes in `required.ttl` and `recommended.ttl`.

    One graph must not contradict itself. Two documents may contradict each other (each gives an event another
    end, say): no gate can tell which is right, so that is a warning, for a curator to settle.
    """
    from graph.store import sorted_nquads

    return _validate(sorted_nquads(quads).splitlines(), shapes=shapes)


def validate_files(files: Sequence[Path], *, shapes: Path = SHAPES) -> ValidationReport:
    """`validate` on files of canonical N-Quads, as `SnapshotWriter.graph_files` lists them."""
    return _validate([line for path in files for line in path.read_bytes().splitlines()], shapes=shapes)


def _validate(lines: Sequence[bytes], *, shapes: Path) -> ValidationReport:
    # Canonical N-Quads end in " <graph> .": cutting the text spares a Python object for each term.
    triples = {line.rsplit(b" ", 2)[0] + b" .\n" for line in lines}
    results = _compiled(shapes).validate_text(b"".join(triples).decode("utf-8"), "ntriples").results
    found = [result for result in results if result.severity == "Violation"]
    one_too_many = {(r.focus_node, r.path) for r in found if r.component == _MAX_COUNT}
    blocking = _within_one_graph(lines, one_too_many) if one_too_many else set()

    def blocks(result: "Result") -> bool:
        return result.component != _MAX_COUNT or (result.focus_node, result.path) in blocking

    return ValidationReport(
        violations=_findings(filter(blocks, found)),
        warnings=(
            *_findings(result for result in results if result.severity != "Violation"),
            *_findings(filterfalse(blocks, found), prefix="documents contradict each other: "),
        ),
    )


def _within_one_graph(
    lines: Sequence[bytes], pairs: Set[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """Those (node, property) of `pairs`, in N-Triples, that have more than one value in a single graph."""
    wanted = {f"{node} {path}".encode() for node, path in pairs}
    values: dict[tuple[bytes, bytes], set[bytes]] = defaultdict(set)
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if (key := subject + b" " + predicate) in wanted:
            value, graph, _ = rest.rsplit(b" ", 2)
            values[key, graph].add(value)
    too_many = {key for (key, _), objects in values.items() if len(objects) > 1}
    return {(node, path) for node, path in pairs if f"{node} {path}".encode() in too_many}


@lru_cache(maxsize=8)
def _compiled(folder: Path) -> "Shapes":
    """Both files as one, since a run costs the same for both; they are told apart by severity."""
    import shacl

    files = (folder / name for name in ("required.ttl", "recommended.ttl"))
    return shacl.Shapes.from_turtle("\n".join(file.read_text(encoding="utf-8") for file in files))


def _findings(results: "Iterable[Result]", *, prefix: str = "") -> tuple[Finding, ...]:
    found = {
        Finding(
            focus=compact(result.focus_node),
            path=compact(result.path) if result.path else None,
            value=compact(result.value) if result.value else None,
            message=prefix + _in_words(result),
            shape=compact(result.root_shape) if result.root_shape else None,
        )
        for result in results
    }
    return tuple(sorted(found, key=lambda f: (f.focus, f.path or "", f.value or "", f.message)))


def _in_words(result: "Result") -> str:
    """The shape's own message, or the name of the constraint: "MinCount…" → "min count is not met"."""
    if result.messages:
        return " / ".join(sorted(result.messages))
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
