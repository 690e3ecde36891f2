"""The W3C SPARQL test suites as cases: what to load, what to ask, what to expect.

The suites are folders `sparql10` and `sparql11` of the public repository w3c/rdf-tests. IRIs in them are
relative to where that repository is published.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Data:
    """Files of the default graph, and (graph IRI, file) of named graphs."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Request:
    """A request of a protocol test, with the classes of status ("2xx") and the boolean it expects."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str | None


@dataclass(frozen=True)
class Case:
    """One test: `kind` is the local name of its class, `file` its query or update.

    `lax` allows fewer repetitions of a row than expected (REDUCED).
    """

    id: str
    group: str
    kind: str
    file: Path | None = None
    data: Data = Data()
    result: Path | None = None
    result_data: Data = Data()
    lax: bool = False
    requests: tuple[Request, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        """The query or update as it is in its file."""
        assert self.file
        return self.file.read_bytes().decode("utf-8")


class Manifest:
    """One manifest file; `root` is the folder that holds the suites."""

    def __init__(self, path: Path, *, root: Path) -> None:
        self.path, self.root = path, root
        self.store = Store()
        self.store.load(path=str(path), format=RdfFormat.TURTLE, base_iri=self.iri(path))

    def iri(self, path: Path) -> str:
        return BASE + path.relative_to(self.root).as_posix()

    def file(self, node: Term) -> Path:
        assert isinstance(node, NamedNode)
        return self.root / node.value.removeprefix(BASE)

    def objects(self, subject: Term | None, name: str) -> list[Term]:
        if not isinstance(subject, NamedNode | BlankNode):
            return []
        return [quad.object for quad in self.store.quads_for_pattern(subject, NamedNode(name), None)]

    def object(self, subject: Term | None, name: str) -> Term | None:
        return next(iter(self.objects(subject, name)), None)

    def text(self, subject: Term | None, name: str) -> str | None:
        found = self.object(subject, name)
        return None if found is None or isinstance(found, Triple) else found.value

    def list(self, node: Term | None) -> Iterator[Term]:
        while node is not None and node != NamedNode(RDF + "nil"):
            first = self.object(node, RDF + "first")
            assert first is not None
            yield first
            node = self.object(node, RDF + "rest")

    def cases(self) -> Iterator[Case]:
        entries = [
            quad.object for quad in self.store.quads_for_pattern(None, NamedNode(MF + "entries"), None)
        ]
        for entry in (item for head in entries for item in self.list(head)):
            assert isinstance(entry, NamedNode)
            kinds = [kind.value.removeprefix(MF) for kind in self.objects(entry, RDF + "type")]  # type: ignore[union-attr]
            action, result = self.object(entry, MF + "action"), self.object(entry, MF + "result")
            asked = action if isinstance(action, NamedNode) else self.object(action, QT + "query")
            asked = asked or self.object(action, UT + "request")
            group = self.path.parent.relative_to(self.root).as_posix()
            yield Case(
                id=f"{group}/{entry.value.partition('#')[2]}",
                group=group,
                kind=next(kind for kind in kinds if kind.endswith(("Test", "Test11"))),
                file=self.file(asked) if asked else None,
                data=self.data(action, QT) if self.object(action, QT + "query") else self.data(action, UT),
                result=self.file(result) if isinstance(result, NamedNode) else None,
                result_data=self.data(result, UT),
                lax=self.object(entry, MF + "resultCardinality") is not None,
                requests=tuple(self.requests(entry)),
            )

    def data(self, node: Term | None, vocabulary: str) -> Data:
        named = []
        for graph in self.objects(node, vocabulary + "graphData"):
            file = self.object(graph, UT + "graph") or graph
            label = self.text(graph, RDFS + "label")
            named.append((label or self.iri(self.file(file)), self.file(file)))
        default = tuple(self.file(file) for file in self.objects(node, vocabulary + "data"))
        return Data(default, tuple(sorted(named)))

    def requests(self, entry: Term) -> Iterator[Request]:
        action = self.object(entry, MF + "action")
        for request in self.list(self.object(action, HT + "requests")):
            body, response = self.object(request, HT + "body"), self.object(request, HT + "resp")
            encoding = self.text(body, CNT + "characterEncoding") or "UTF-8"
            chars = self.text(body, CNT + "chars")
            boolean = self.text(response, MF + "expectedBoolean")
            yield Request(
                method=self.text(request, HT + "methodName") or "",
                path=self.text(request, HT + "absolutePath") or "",
                headers={
                    self.text(header, HT + "fieldName") or "": self.text(header, HT + "fieldValue") or ""
                    for header in self.list(self.object(request, HT + "headers"))
                },
                body=None if chars is None else chars.encode(encoding),
                statuses=tuple(
                    status.value[-3:]  # type: ignore[union-attr]
                    for status in self.objects(response, MF + "expectedStatus")
                ),
                boolean=None if boolean is None else boolean == "true",
                format=self.text(response, MF + "expectedFormat"),
            )


def read_cases(root: Path, pattern: str) -> list[Case]:
    """All cases of the manifests that fit a pattern such as "sparql11/*", in a fixed order."""
    paths = sorted(path for path in root.glob(f"{pattern}/manifest.ttl"))
    return [case for path in paths for case in Manifest(path, root=root).cases()]
