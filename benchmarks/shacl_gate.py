"""The SHACL gate on 10^5 statements: the whole graph, and again after one document of it changed.

    python benchmarks/shacl_gate.py [--statements N]

The graph is that of the sample with its documents repeated under other IRIs until there are as many
statements. A change is a file that is written anew; the gate reads all again, since what one document says
may contradict another. Beside it the time of pySHACL on the sample; the tests compare what both find.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from graph.settings import Settings
from graph.snapshots import Snapshot
from graph.validation import SHAPES, validate_files
from graph.workspace import Workspace
from search_api.embedding.encoder import HashingEncoder
from search_api.publishing.build import ingest_paths

SAMPLE = Path(__file__).parents[1] / "sample" / "documents"
_OWN = re.compile(rb"(/id/(?:claim|document|event|passage|practice|person)/|/graph/document/)")


def copies(snapshot: Snapshot, folder: Path, *, statements: int) -> Iterator[Path]:
    """The graphs of a snapshot, and copies of its documents until there are so many statements."""
    count = 0
    for path in snapshot.graph_files():
        count += path.read_bytes().count(b"\n")
        yield path
    number = 0
    while count < statements:
        number += 1
        for slug in snapshot.manifest.documents:
            data = snapshot.document_graph_file(slug).read_bytes()
            copy = folder / f"{slug}-{number}.nq"
            copy.write_bytes(_OWN.sub(rb"\g<1>copy%d-" % number, data))
            count += data.count(b"\n")
            yield copy


def seconds(files: list[Path]) -> tuple[float, int, int]:
    """The best of three, in seconds, with the numbers of violations and warnings."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        report = validate_files(files)
        times.append(time.perf_counter() - began)
    return min(times), len(report.violations), len(report.warnings)


def pyshacl_seconds(files: list[Path]) -> float:
    """pySHACL on the union of files, read before the clock starts."""
    import pyshacl
    import rdflib

    graph, shapes = rdflib.Graph(), rdflib.Graph()
    for path in files:
        triples = b"".join(line.rsplit(b" ", 2)[0] + b" .\n" for line in path.read_bytes().splitlines())
        graph.parse(data=triples, format="nt")
    for path in SHAPES.glob("*.ttl"):
        shapes.parse(str(path))
    began = time.perf_counter()
    pyshacl.validate(graph, shacl_graph=shapes)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--statements", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        settings = Settings(workspace=root / "workspace", cache=root / "cache", model="hashing")
        ingest_paths([SAMPLE], settings=settings, encoder=HashingEncoder())
        snapshot = Workspace(settings.workspace).current()
        assert snapshot is not None
        files = list(copies(snapshot, root, statements=options.statements))
        count = sum(path.read_bytes().count(b"\n") for path in files)
        first, violations, warnings = seconds(files)
        print(f"{count:,} statements of {len(files)} graphs: {violations} violations, {warnings} warnings")
        print(f"{'the gate':40} {first:6.2f} s")
        files[-1].write_bytes(files[-1].read_bytes().replace(b"0.9", b"0.8"))
        print(f"{'again, one document changed':40} {seconds(files)[0]:6.2f} s")
        sample = list(snapshot.graph_files())
        count = sum(path.read_bytes().count(b"\n") for path in sample)
        ours, theirs = seconds(sample)[0], pyshacl_seconds(sample)
        print(f"{f'the sample, {count:,} statements':40} {ours:6.2f} s   pySHACL {theirs:6.2f} s")


if __name__ == "__main__":
    main()
