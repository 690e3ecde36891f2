"""What the text of a SPARQL query says before an engine reads it: its form, its dataset, what is refused.

Pure functions on text, standard library only: the processes that answer queries import this and start fast.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["select", "ask", "construct"]

_KINDS: dict[str, Kind] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "construct",
}
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_UNSTABLE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
# `?a<1#>` is either an IRI or a less-than and a comment. In an expression no two slashes follow each other.
_MAY_BE_LESS_THAN = re.compile(r"<(?:(?!//)[^#])*+\#")
_SERVICE = re.compile("SERVICE", re.IGNORECASE)
_CALLS_UNSTABLE = re.compile(rf"(?:{'|'.join(sorted(_UNSTABLE))})\(", re.IGNORECASE)
# What can hide a keyword or look like one: comments, IRIs, strings, variables, language tags, names, escapes.
# An IRI may hold neither a space nor any of <>"{}|^` (SPARQL 1.1, IRIREF), so no keyword with its operand
# fits between a less-than and a greater-than. Oxigraph asks for no blank around a keyword ("1SERVICE<x>{}",
# "SERVICESILENT", "SERVICE:x{}" all parse), so a run of letters is searched, not compared, and the local
# part of a name ends at a dot. Quantifiers are possessive: the time is linear in the length of the query.
TOKEN = re.compile(
    r"""
    \#[^\r\n]*+
  | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
  | "(?:[^"\\\r\n]|\\.)*+" | '(?:[^'\\\r\n]|\\.)*+'
  | [?$@]\w++
  | \\.
  | (?P<run>[\w.\-]*+) (?P<name>:(?:[\w\-:%]|\\.)*+)
  | (?P<word>[\w.\-]++)
    """,
    re.VERBOSE | re.DOTALL,
)
# Declarations that are written plainly. What is written otherwise (comments, escapes) is read token by token.
_PLAIN_PROLOGUE = re.compile(
    r"""(?: \s*+ (?: PREFIX \s++ [\w.\-]*+ : \s*+ | BASE \s*+ ) <[^<>"{}|^`\\\x00-\x20]*+> )*+""",
    re.VERBOSE | re.IGNORECASE,
)
_DOT_OR_DASH = re.compile(r"[.\-]")
# An escape may hide any letter, also where the grammar has none for it.
_DECLARATIONS = ("PREFIX", "BASE", "VERSION")
_MAY_NAME_GRAPHS = re.compile(r"GRAPH|FROM|\\u", re.IGNORECASE)
_OPENS_GROUP = re.compile(r"(?:\s++|#[^\r\n]*+)*+\{")


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """FROM and FROM NAMED of a query as they are written: IRIs in brackets or prefixed names.

    `prologue` is the text before the form, whose PREFIX and BASE say what the names stand for.
    """

    prologue: str
    default: tuple[str, ...]
    named: tuple[str, ...]


def keywords(query: str) -> list[str]:
    """The bare words of a query in upper case, without comments, IRIs, strings, variables and names.

    "SERVICE" is among them wherever Oxigraph could read it, also glued to what stands before or after it, and
    where what looks like an IRI may be a less-than with a comment, so that all behind it is in doubt. The
    declarations at the beginning are passed over where they are plain.
    """
    plain = _PLAIN_PROLOGUE.match(query)
    start = plain.end() if plain else 0
    words, in_doubt = list[str](), False
    for token in TOKEN.finditer(query, start):
        words += _words(query, token)
        in_doubt = in_doubt or bool(token["iri"] and _MAY_BE_LESS_THAN.match(token["iri"]))
    if in_doubt and "SERVICE" not in words and _SERVICE.search(query, start):
        words.append("SERVICE")
    return words


def kind_of(words: Sequence[str]) -> Kind | None:
    """The form of the query with these keywords; "construct" for DESCRIBE too, None where it has none."""
    return _KINDS.get(_operation(words))


def refusal(words: Sequence[str]) -> str | None:
    """Why what has these keywords is no query of this graph alone; None where it may be one."""
    if "SERVICE" in words:
        return "SERVICE is refused: queries are answered from this graph alone"
    operation = _operation(words)
    if operation in _UPDATES:
        return f"{operation} is refused: the graph is read-only, its snapshots never change"
    return None


def is_stable(query: str, words: Sequence[str]) -> bool:
    """Whether a query with these keywords has the same answer whenever it is asked of the same graph.

    What stands between a less-than and a greater-than may look like an IRI: `?a<NOW()&&?b>?c`.
    """
    if not _UNSTABLE.isdisjoint(words):
        return False
    if not _CALLS_UNSTABLE.search(query):
        return True
    iris = (token["iri"] for token in TOKEN.finditer(query))
    return not any(iri and "(" in iri and _CALLS_UNSTABLE.search(iri) for iri in iris)


def is_of_default_graph(query: str) -> bool:
    """Whether a query surely asks nothing but the default graph: nothing in it looks like GRAPH or FROM."""
    return not _MAY_NAME_GRAPHS.search(query)


def dataset_clause(query: str) -> DatasetClause:
    """The graphs that FROM and FROM NAMED name, in their order, and the prologue they are read with."""
    default: list[str] = []
    named: list[str] = []
    prologue: int | None = None
    tokens = TOKEN.finditer(query)
    for token in tokens:
        words = _words(query, token)
        if words and prologue is None and words[0] not in _DECLARATIONS:
            prologue = token.start()
        if words != ["FROM"]:
            continue
        graphs, following = default, _next_operand(tokens)
        if following and (following["word"] or "").upper() == "NAMED":
            graphs, following = named, _next_operand(tokens)
        if following and (following["iri"] or following["name"]):
            graphs.append(following[0])
    return DatasetClause(query[:prologue], tuple(default), tuple(named))


def _next_operand(tokens: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next((token for token in tokens if not token[0].startswith("#")), None)


def _operation(words: Sequence[str]) -> str:
    return next((word for word in words if word not in _DECLARATIONS), "")


def _words(query: str, token: re.Match[str]) -> list[str]:
    if token["word"]:
        found = token["word"].upper()
        if "SERVICE" in found:
            return ["SERVICE"]
        return [found] if found.isalpha() else [word for word in _DOT_OR_DASH.split(found) if word]
    if token["name"] and "SERVICE" in token["run"].upper() and _OPENS_GROUP.match(query, token.end()):
        return ["SERVICE"]  # `SERVICE:x {…}`: the keyword and a name with the empty prefix
    return []
