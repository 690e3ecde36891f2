"""Practices set in tables: one a row under labelled columns, or one a table with a label before each value.

In: a reading. Out: a draft for each, and the units that they were read from. A table counts where it has at
least two of the fields of a practice, so that a programme with its results is none.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from graph.model import PracticeKind
from ingest.practice_drafts import PracticeDraft, labelled
from ingest.practice_labels import FIELDS, PracticeLabel, case_heading, whole_label
from ingest.reading import Reading, Unit

_FEWEST_FIELDS = 2
_IN_TABLE = 0.8


class _Cell(NamedTuple):
    at: int
    unit: Unit
    label: PracticeLabel | None


def practices_of_tables(reading: Reading) -> tuple[list[PracticeDraft], set[int]]:
    """A draft for each practice that a table tells, and the indices of the units of those tables."""
    drafts: list[PracticeDraft] = []
    used: set[int] = set()
    for rows in _tables(reading):
        header = next((n for n, row in enumerate(rows[:2]) if len(_fields(row)) >= _FEWEST_FIELDS), None)
        found = (
            _by_rows(rows[header], rows[header + 1 :]) if header is not None else _by_labels(reading, rows)
        )
        if found:
            drafts += found
            used |= {cell.at for row in rows for cell in row}
    return drafts, used


def kind_above(unit: Unit) -> PracticeKind | None:
    """The kind of practice that the headings above a table announce, the nearest first."""
    for heading in reversed(unit.segment.heading_path):
        label = whole_label(heading) or case_heading(heading)
        if label is not None and label.kind in {"good-practice", "success-case", "methodology"}:
            return label.kind
    return None


def kind_of_fields(names: Collection[str]) -> PracticeKind:
    """The kind of a practice that nothing names: one with results is a success."""
    return "success-case" if "result" in names else "good-practice"


def _tables(reading: Reading) -> Iterator[list[list[_Cell]]]:
    """The tables of a document, as rows of cells."""
    cells = [
        _Cell(i, u, whole_label(u.text))
        for i, u in enumerate(reading.units)
        if u.segment.kind == "table-cell"
    ]
    for _, table in groupby(enumerate(cells), key=lambda pair: pair[1].at - pair[0]):
        rows = [list(row) for _, row in groupby((c for _, c in table), key=lambda c: c.unit.segment.row)]
        yield rows


def _fields(row: Sequence[_Cell]) -> set[str]:
    return {c.label.field for c in row if c.label is not None and c.label.field in FIELDS}


def _by_rows(header: Sequence[_Cell], rows: Sequence[Sequence[_Cell]]) -> list[PracticeDraft]:
    """One practice a row; the header says what each column tells."""
    columns = {c.unit.segment.level: c.label for c in header if c.label is not None}
    named = next((label.kind for label in columns.values() if label.kind), None)
    drafts = []
    for row in rows:
        sentences = [s for cell in row for s in cell.unit.sentences]
        if not sentences:
            continue
        found = [
            labelled(s, label.field, label.rule)
            for cell in row
            if (label := columns.get(cell.unit.segment.level)) is not None and label.field in FIELDS
            for s in cell.unit.sentences
        ]
        if not found:
            continue
        kind = kind_above(row[0].unit) or named or kind_of_fields({f.field for f in found})
        drafts.append(
            PracticeDraft(
                kind,
                "practice-table-row",
                _IN_TABLE,
                sentences[0].start,
                sentences[-1].end,
                sentences=sentences,
                found=found,
            )
        )
    return drafts


def _by_labels(reading: Reading, rows: Sequence[Sequence[_Cell]]) -> list[PracticeDraft]:
    """One practice a table; the first cell of a row says what the others tell."""
    lead = [row[0].label for row in rows]
    names = {label.field for label in lead if label is not None and label.field in FIELDS}
    if len(names) < _FEWEST_FIELDS:
        return []
    sentences = [s for row in rows for cell in row for s in cell.unit.sentences]
    before = rows[0][0].at - 1
    start = sentences[0].start
    above = reading.units[before] if before >= 0 else None
    if above is not None and above.segment.kind == "heading" and whole_label(above.text) is None:
        sentences = [*above.sentences, *sentences]
        start = sentences[0].start
    found = [
        labelled(s, label.field, label.rule)
        for row, label in zip(rows, lead, strict=True)
        if label is not None and label.field in FIELDS
        for cell in row[1:]
        for s in cell.unit.sentences
    ]
    kind = kind_above(rows[0][0].unit) or kind_of_fields(names)
    return [
        PracticeDraft(
            kind,
            "practice-table",
            _IN_TABLE,
            start,
            sentences[-1].end,
            sentences=sentences,
            found=found,
        )
    ]
