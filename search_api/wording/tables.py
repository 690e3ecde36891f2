"""Rows under their columns, as text for the console."""

from collections.abc import Iterable, Sequence

WIDTH = 100


#: Widest column of a table of query results; wider values are cut.
CELL = 60


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under their columns, with values that are too wide cut."""
    cells = [[_cut(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[n]) for row in cells)]) for n, name in enumerate(columns)]
    lines = [columns, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL else line[: CELL - 1] + "…"
