"""SERVICE (SPARQL 1.1 Federated Query) of endpoints that the operator allowed.

The processes that answer queries reach no network, and stay so: this server asks the endpoint for what a
SERVICE block matches and puts the rows in its place, as VALUES, which is what the recommendation says a block
is worth. Like the engine's own, it asks for the block alone, so a block should say by itself what it wants:

    SELECT ?name ?founded {
      ?actor owl:sameAs ?item ; rdfs:label ?name
      SERVICE <https://query.wikidata.org/sparql> { VALUES ?item { wd:Q12345 } ?item wdt:P571 ?founded } }

A blank node of the endpoint comes as an IRI (RDF 1.1, 3.5), since VALUES holds none.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from graph import remote
from graph.errors import QueryBusy, QueryError, QueryRemote
from graph.naming import digest
from graph.query_text import TOKEN, keywords
from ontology.namespaces import BASE

#: Longest query in characters that is looked through for SERVICE in the server itself.
LONGEST = 65_536
#: Bytes of one answer, blocks of one query, and requests to other endpoints at once.
MAX_BYTES, MAX_BLOCKS, AT_ONCE = 4 * 2**20, 8, 8
#: Cells of one answer: variables times rows. Also empty ones are written, so few bytes could make many.
MAX_CELLS = 2**19
#: The share of a query's time that other endpoints may take; the rest is for the query itself.
SHARE = 0.75
_VARIABLE = re.compile(r"\w+")
#: What may stand before the form of a query that has SERVICE. It is put before queries of our own, one of
#: which is read in this very process, so nothing may stand there that could be more than declarations.
_PROLOGUE = re.compile(
    r"""(?: \s++ | \#[^\r\n]*+(?=[\r\n])
      | PREFIX (?:\s|\#[^\r\n]*+[\r\n])*+ [\w.\-]*+ : \s*+ <[^<>"{}|^`\\\x00-\x20]*+>
      | BASE \s*+ <[^<>"{}|^`\\\x00-\x20]*+> )*+""",
    re.VERBOSE | re.IGNORECASE,
)
_BLANK = re.compile(r"(?:\s|#[^\r\n]*+)*+")
Ask = Callable[[str, str, float], bytes]
"""Endpoint, query and deadline (`time.monotonic`) to the answer in SPARQL JSON. Raises QueryRemote."""


@dataclass(frozen=True, slots=True)
class Block:
    """A SERVICE block as it is written: where it stands, whom it asks (a term or a variable) and for what."""

    start: int
    end: int
    endpoint: str
    silent: bool
    pattern: str


def ask_remote(endpoint: str, query: str, deadline: float) -> bytes:
    """Ask over HTTP, as `graph.remote` does."""
    return remote.ask(endpoint, query, deadline=deadline, max_bytes=MAX_BYTES)


class Federation:
    """Answers the SERVICE blocks of queries, from the endpoints with these addresses alone."""

    def __init__(self, endpoints: Sequence[str], *, ask: Ask = ask_remote) -> None:
        self._endpoints = frozenset(endpoints)
        self._ask = ask
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def answered(self, query: str, *, prefixes: Mapping[str, str], seconds: float) -> str:
        """The query with the rows of its SERVICE blocks in their place; `seconds` is the time it has in all.

        Raises QueryError for an endpoint that is not allowed, QueryBusy, and QueryRemote where one does not
        answer (a SILENT block then matches once, with nothing bound). What cannot be read as SPARQL stays.
        """
        if "service" not in query.lower():
            return query
        if len(query) > LONGEST:
            raise QueryError(f"a query with SERVICE may have {LONGEST} characters at most")
        deadline = time.monotonic() + seconds * SHARE
        if keywords(query).count("SERVICE") > MAX_BLOCKS:  # this also bounds how deep they nest
            raise QueryError(f"a query may have {MAX_BLOCKS} SERVICE blocks at most")
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items()) + prologue(query)
        for block in _all_blocks(query):  # before any of them is asked
            self._allowed(block, head)
        return self._filled(query, head, deadline)

    def _filled(self, text: str, head: str, deadline: float) -> str:
        """A text with rows in the place of its blocks; one within another is asked by us, too."""
        for block in reversed(list(blocks(text))):
            rows = self._rows(block, self._allowed(block, head), head, deadline)
            text = f"{text[: block.start]} {rows} {text[block.end :]}"
        return text

    def _allowed(self, block: Block, head: str) -> str:
        """The address that a block asks. Raises QueryError."""
        if block.endpoint[:1] in "?$":
            raise QueryError("SERVICE is refused: it must name its endpoint, not a variable")
        endpoint = _resolved(block.endpoint, head)
        if endpoint not in self._endpoints:
            allowed = ", ".join(f"<{address}>" for address in sorted(self._endpoints))
            raise QueryError(f"SERVICE <{endpoint}> is refused: this service asks {allowed or 'none'} only")
        return endpoint

    def _rows(self, block: Block, endpoint: str, head: str, deadline: float) -> str:
        pattern = self._filled(block.pattern, head, deadline)
        if not self._slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise QueryBusy("too many queries ask other endpoints; try again in a moment")
        try:
            answer = self._ask(endpoint, f"{head}\nSELECT * WHERE {{{pattern}\n}}", deadline)
            return as_values(answer, endpoint)
        except QueryRemote:
            if block.silent:
                return "VALUES () { () }"
            raise
        finally:
            self._slots.release()


def blocks(query: str) -> Iterator[Block]:
    """The outermost SERVICE blocks of a query in their order."""
    tokens = list(TOKEN.finditer(query))
    skip_to = 0
    for number, token in enumerate(tokens):
        if token.start() < skip_to or (token["word"] or "").upper() != "SERVICE":
            continue
        operands = (other for other in tokens[number + 1 :] if not other[0].startswith("#"))
        endpoint = next(operands, None)
        silent = endpoint is not None and (endpoint["word"] or "").upper() == "SILENT"
        if silent:
            endpoint = next(operands, None)
        if endpoint is None:
            return
        opened = _BLANK.match(query, endpoint.end())
        assert opened is not None
        if query[opened.end() : opened.end() + 1] != "{":
            continue  # no SPARQL, or some we do not read: the engine will say which
        closed = _closing(query, opened.end(), tokens)
        if closed is None:
            return
        yield Block(token.start(), closed + 1, endpoint[0], silent, query[opened.end() + 1 : closed])
        skip_to = closed + 1


def _all_blocks(text: str) -> Iterator[Block]:
    for block in blocks(text):
        yield block
        yield from _all_blocks(block.pattern)


def prologue(query: str) -> str:
    """The text before the form of a query: its PREFIX and BASE."""
    found = _PROLOGUE.match(query)
    return found[0] if found else ""


def as_values(answer: bytes, endpoint: str) -> str:
    """An answer in SPARQL JSON as a VALUES block. Raises QueryRemote where it is none."""
    try:
        result = json.loads(answer)
        names = [str(name) for name in result["head"].get("vars", [])]
        if not all(map(_VARIABLE.fullmatch, names)):
            raise ValueError(f"{names} are no variables")
        bindings = result["results"]["bindings"]
        if len(names) * len(bindings) > MAX_CELLS:
            raise QueryRemote(f"SERVICE <{endpoint}>: its answer has over {MAX_CELLS} cells; ask it for less")
        rows = [
            "(" + " ".join(_term(row[name], endpoint) if name in row else "UNDEF" for name in names) + ")"
            for row in bindings
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QueryRemote(f"SERVICE <{endpoint}>: its answer is not SPARQL JSON ({error})") from error
    return f"VALUES ({' '.join('?' + name for name in names)}) {{ {' '.join(rows)} }}"


def _term(term: Mapping[str, Any], endpoint: str) -> str:
    match term["type"]:
        case "uri":
            return str(NamedNode(term["value"]))
        case "literal" | "typed-literal":
            language, datatype = term.get("xml:lang"), term.get("datatype")
            if language:
                return str(Literal(term["value"], language=language))
            return str(Literal(term["value"], datatype=NamedNode(datatype) if datatype else None))
        case "bnode":
            return f"<{BASE}.well-known/genid/{digest(endpoint, term['value'], length=32)}>"
    raise ValueError(f"{term['type']!r} is no type of term")


def _resolved(term: str, head: str) -> str:
    """The IRI that a term of a query stands for: an IRI or a name, nothing that could go on as a query.

    Raises QueryError.
    """
    token = TOKEN.fullmatch(term)
    if token is None or not (token["iri"] or token["name"]):
        raise QueryError(f"SERVICE {term} names no endpoint")
    try:
        solutions = Store().query(f"{head}\nSELECT ({term} AS ?endpoint) {{}}", base_iri=BASE)
        assert isinstance(solutions, QuerySolutions)
        found = next(iter(solutions))["endpoint"]
    except SyntaxError as error:
        raise QueryError(f"SERVICE {term} names no endpoint: {error}") from error
    if not isinstance(found, NamedNode):
        raise QueryError(f"SERVICE {term} names no endpoint")
    return found.value


def _closing(query: str, opening: int, tokens: Sequence[re.Match[str]]) -> int | None:
    """Where the brace closes that opens at `opening`; braces within tokens (strings, IRIs) are none."""
    depth, position = 0, opening
    for token in (*(token for token in tokens if token.start() >= opening), None):
        gap_end = token.start() if token else len(query)
        for at in range(position, gap_end):
            if query[at] == "{":
                depth += 1
            elif query[at] == "}":
                depth -= 1
                if not depth:
                    return at
        position = token.end() if token else len(query)
    return None
