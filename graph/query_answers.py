"""What is asked of a query pool and what comes back: the formats chosen, the answer, or the error."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from graph.errors import (
    NotFound,
    QueryError,
    QueryNotAcceptable,
    QuerySyntaxError,
    QueryTooLarge,
    RedpymeError,
)
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, by_name, negotiate
from graph.query_text import Kind
from graph.similarity import SIMILARITY
from graph.terms import Term, as_json

#: What makes two requests the same query, whatever the format.
_IDENTITY = ("query", "bindings", "default_graph", "named_graphs", "graph")


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """A serialised result; `kind` is "construct" for DESCRIBE too, `seconds` the time from call to answer.

    Of these the engine spent `planned` to parse and plan the query and `evaluated` to evaluate it and write
    its result, when it did: `kept` says that the answer is one that was given before. `tag` names what was
    asked and the graph that it was asked of, so two answers of one tag say the same; None where the answer
    depends on the moment.
    """

    content: bytes
    media_type: str
    kind: Kind
    seconds: float
    planned: float = 0.0
    evaluated: float = 0.0
    kept: bool = False
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a worker, and the formats that were chosen for it; None where there is no such."""

    request: dict[str, Any]
    accept: str | None
    result_format: Format | None
    graph_format: Format | None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two requests have the same answer."""
        return tuple(map(str, self.request.values()))

    @property
    def size(self) -> int:
        """About the bytes that the key takes."""
        return sum(map(sys.getsizeof, self.key))

    @property
    def identity(self) -> int:
        """What makes two requests the same query."""
        return hash(tuple(str(self.request.get(name)) for name in _IDENTITY))

    def tag(self, state: str) -> str:
        """The name of the answer where the graph is in a `state`."""
        return blake2s("\0".join((state, *self.key)).encode("utf-8", "surrogatepass")).hexdigest()

    def answer(
        self, header: Mapping[str, Any], content: bytes, *, seconds: float, kept: bool = False
    ) -> QueryAnswer:
        """The answer that a worker gave, not an error."""
        chosen = self.graph_format if header["kind"] == "construct" else self.result_format
        assert chosen is not None, "a worker refuses what cannot be written"
        return QueryAnswer(
            content,
            chosen.media_type,
            header["kind"],
            seconds,
            planned=header.get("planned", 0.0),
            evaluated=header.get("evaluated", 0.0),
            kept=kept,
            tag=header.get("tag"),
        )

    def error(self, header: Mapping[str, Any], *, memory_mb: int, max_bytes: int) -> RedpymeError | None:
        """The error that a worker told; None where its answer is none."""
        match header.get("error"):
            case None:
                return None
            case "syntax":
                return QuerySyntaxError(f"the query is not valid SPARQL: {header['message']}")
            case "refused":
                return QueryError(header["message"])
            case "not-acceptable":
                offered = GRAPH_FORMATS if header["kind"] == "construct" else RESULT_FORMATS
                return QueryNotAcceptable(_not_acceptable(self.accept, offered))
            case "no-graph":
                return NotFound(f"there is no graph {self.request['graph']}")
            case "too-large":
                return QueryTooLarge(
                    f"the result is larger than {max_bytes // 2**20} MB; ask for less or add a LIMIT"
                )
            case "memory":
                return QueryTooLarge(f"the query needs more than {memory_mb} MB of memory")
            case _ if f"<{SIMILARITY}>" in header["message"]:
                return QueryError(
                    "rp:similarity is not answered: the snapshot has no table of the nodes that can be "
                    "compared; make it again with: redpyme ingest --rebuild"
                )
            case _:
                return QueryError(f"the query failed: {header['message']}")


def asked_query(
    query: str,
    *,
    accept: str | None,
    format: str | None,
    bindings: Mapping[str, Term] | None,
    default_graph: Sequence[str],
    named_graphs: Sequence[str],
    base_iri: str | None,
) -> Asked:
    """A query as a request to a worker; see `QueryPool.run`."""
    result_format = _chosen(format, accept, RESULT_FORMATS)
    graph_format = _chosen(format, accept, GRAPH_FORMATS)
    request = {
        "query": query,
        "result_format": result_format and result_format.name,
        "graph_format": graph_format and graph_format.name,
        "bindings": {name: as_json(term) for name, term in sorted((bindings or {}).items())},
        "default_graph": list(default_graph),
        "named_graphs": list(named_graphs),
        "base_iri": base_iri,
    }
    return Asked(request, accept, result_format, graph_format)


def asked_graph(iri: str | None, *, accept: str | None, format: str | None) -> Asked:
    """A graph in full as a request to a worker. Raises QueryNotAcceptable."""
    graph_format = _chosen(format, accept, GRAPH_FORMATS)
    if graph_format is None:
        raise QueryNotAcceptable(_not_acceptable(accept, GRAPH_FORMATS))
    return Asked({"graph": iri, "graph_format": graph_format.name}, accept, None, graph_format)


def _chosen(name: str | None, accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    return (by_name(name, offered) if name else None) or negotiate(accept, offered)


def _not_acceptable(accept: str | None, offered: Sequence[Format]) -> str:
    types = ", ".join(offer.media_type for offer in offered)
    return f"none of {accept!r} can be had for this query; there are {types}"
