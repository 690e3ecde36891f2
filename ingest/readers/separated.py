"""The rows of a table of separated values: by which character they are, and what to do with a lost quote."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

_DELIMITERS = ";\t|,"
_SAMPLE = 20  # lines that tell by which character the cells are separated
_MOST_LINES = 100  # of one row


class SeparatedRow(NamedTuple):
    """The cells of a row; what is wrong with it, in words, where something is."""

    cells: list[str]
    problem: str | None = None


def rows_of(text: str) -> Iterator[SeparatedRow]:
    """The rows of a text of separated values, in time linear in it.

    A quote that is opened and not closed would take in all the rows that follow, up to the next quote; its
    line is read as it stands instead, and that is told.
    """
    lines = list(StringIO(text, newline=""))
    delimiter = delimiter_of(lines)
    at = 0
    while at < len(lines):
        following = (lines[number] for number in range(at, min(len(lines), at + _MOST_LINES + 1)))
        reader = csv.reader(following, delimiter=delimiter)
        try:
            cells = next(reader)
            taken = reader.line_num
            lost = taken > 1 and (taken > _MOST_LINES or _quotes(lines[at : at + taken]) % 2 == 1)
        except csv.Error:  # a cell over the limit of the library
            lost = True
        if lost and len(lines[at]) > csv.field_size_limit():
            yield SeparatedRow([], "is longer than any row of a directory; it is left out")
            taken = 1
        elif lost:
            cells = [cell.replace('"', "") for cell in lines[at].rstrip("\r\n").split(delimiter)]
            yield SeparatedRow(cells, "opens a quote that is not closed; it is read without quotes")
            taken = 1
        else:
            yield SeparatedRow(cells)
        at += taken


def delimiter_of(lines: list[str]) -> str:
    """The character that parts most of the first lines into as many cells, and those the most.

    A text with none of them has a column alone; commas in its names do not part it.
    """
    counts = {
        delimiter: [len(row) for row in _parted(lines[:_SAMPLE], delimiter) if row]
        for delimiter in _DELIMITERS
    }

    def agreement(delimiter: str) -> tuple[int, int]:
        found = counts[delimiter]
        head = next((n for n in found if n > 1), 1)
        return (sum(n == head for n in found) if head > 1 else 0, head)

    best = max(_DELIMITERS, key=agreement)
    # In a list of one column the lines that have a comma agree in nothing with the first, which has none.
    one_column = counts[best][:1] == [1] and agreement(best)[0] * 2 <= len(counts[best])
    return "\x1f" if one_column else best


def _parted(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    for line in lines:
        try:
            yield next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue


def _quotes(lines: list[str]) -> int:
    return sum(line.count('"') for line in lines)
