"""The result of a query as the cells of a table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table of results; `url` where it can be followed, `language` where it has one."""

    text: str
    url: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a query: a table of which `rows` are the first of `total`, or a verdict. Where the rows
    are triples, `graph` is the same in Turtle."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    verdict: bool | None
    graph: str
    seconds: float
