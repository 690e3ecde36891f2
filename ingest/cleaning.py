"""From the text as received to text as written: lines joined, page furniture out, every character traceable.

Paragraphs of the clean text are separated by a blank line. A single line break inside a paragraph stands only
where the source breaks the line on purpose (text that is not hard-wrapped).
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from graph.model import Block, Document, Excerpt, Span
from ingest.characters import pieces
from ingest.emphasis import emphasised
from ingest.furniture import find_furniture
from ingest.joints import Context, Hyphens, Joint, Marker, choose_joint, find_marker, inside_joint
from ingest.lines import RULE, Line, Wrapping, split_lines, wrapping
from ingest.markup import notice, visible
from ingest.menus import find_menus
from ingest.rows import find_tables
from ingest.tables import Table

BULLET_TEXT = "• "
_WITH_MARKUP = frozenset({"text/markdown", "text/plain"})
_QUOTE_MARK = re.compile(r"(?:>[ \t]?)+")


class TableCell(NamedTuple):
    """The place of a cell: `row` counts the rows of all tables of the text from 1, `column` from 0."""

    row: int
    column: int


class Paragraph(NamedTuple):
    """A paragraph of the clean text (`start`, `end`) with the layout it had in the source.

    `lines` is the number of source lines, `width` that of the widest; `marker` tells what starts it;
    `block` is the block of the document that it is, where the format states blocks; `cell` the cell that it
    is of a table set in columns, with bars or with tabs.
    """

    start: int
    end: int
    lines: int
    width: int
    marker: Marker = ""
    block: Block | None = None
    cell: TableCell | None = None


class Fold(NamedTuple):
    """Runs `first` to `last` (exclusive), which are not in the order of the source: cells beside each other.

    `by_source` are those of them that have a source, in its order; `start` and `end` what all of them cover.
    """

    first: int
    last: int
    start: int
    end: int
    by_source: "array[int]"


@dataclass(frozen=True, slots=True)
class CleanText:
    """Clean text and the way back.

    The map is a list of runs in compact arrays: run `i` covers the clean characters `_clean[i]` to
    `_clean[i + 1]` and the source characters `_start[i]` to `_end[i]`. A run of equal lengths is a copy; any
    other is a replacement, of which only the whole has a source. The runs are in the order of the source but
    inside `_folds`: the lines of a cell stand in the source beside those of other cells. `furniture` is what
    was taken out, in order; `emphasised` are clean intervals that marks or links set apart, in order.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    furniture: tuple[Excerpt, ...]
    wrapping: Wrapping
    _clean: "array[int]"
    _start: "array[int]"
    _end: "array[int]"
    _folds: tuple[Fold, ...] = ()
    emphasised: tuple[Span, ...] = ()

    def source(self, start: int, end: int) -> Span:
        """The span of the source that clean characters `start` to `end` (exclusive) were made of.

        An empty interval gives an empty span. What was made of several pieces, as a cell of a table set in
        columns is, gives the span from the first to the last of them, with what stands between (lines of the
        cells beside). Raises ValueError for an interval outside the clean text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"no clean characters {start} to {end} in a text of {len(self.text)}")
        if not self._start:
            return Span(0, 0)
        if start == end:
            at = self._at(start) if start < len(self.text) else self._last()
            return Span(at, at)
        first, last = self._at(start), self._after(end - 1)
        if self._folds:
            begin, stop = self._run(start), self._run(end - 1)
            fold = self._fold(begin)
            if fold is not None:
                first = min(first, min(self._start[begin + 1 : min(stop + 1, fold.last)], default=first))
            fold = self._fold(stop)
            if fold is not None:
                last = max(last, max(self._end[max(begin, fold.first) : stop], default=last))
        return Span(first, last)

    def clean_offset(self, source_offset: int) -> int:
        """The clean offset of a source character; of the next one kept, where it was taken out."""
        at = bisect_right(self._folds, source_offset, key=lambda fold: fold.start) - 1
        if at >= 0 and source_offset < self._folds[at].end:
            return self._folded_offset(self._folds[at], source_offset)
        run = bisect_right(self._start, source_offset) - 1
        if run < 0:
            return 0
        clean = self._clean[run]
        length = self._clean[run + 1] - clean
        if source_offset >= self._end[run]:
            return clean + length
        if length == self._end[run] - self._start[run]:
            return clean + source_offset - self._start[run]
        return clean

    def _folded_offset(self, fold: Fold, source_offset: int) -> int:
        before = bisect_right(fold.by_source, source_offset, key=self._start.__getitem__)
        run = fold.by_source[before - 1]
        clean = self._clean[run]
        if source_offset < self._end[run]:
            copied = self._clean[run + 1] - clean == self._end[run] - self._start[run]
            return clean + source_offset - self._start[run] if copied else clean
        return self._clean[fold.by_source[before]]

    def _fold(self, run: int) -> Fold | None:
        at = bisect_right(self._folds, run, key=lambda fold: fold.first) - 1
        return self._folds[at] if at >= 0 and run < self._folds[at].last else None

    def _run(self, clean: int) -> int:
        return bisect_right(self._clean, clean) - 1

    def _at(self, clean: int) -> int:
        run = bisect_right(self._clean, clean) - 1
        if self._clean[run + 1] - self._clean[run] == self._end[run] - self._start[run]:
            return self._start[run] + clean - self._clean[run]
        return self._start[run]

    def _after(self, clean: int) -> int:
        run = bisect_right(self._clean, clean) - 1
        if self._clean[run + 1] - self._clean[run] == self._end[run] - self._start[run]:
            return self._start[run] + clean - self._clean[run] + 1
        return self._end[run]

    def _last(self) -> int:
        return self._end[-1]


def clean(document: Document) -> CleanText:
    """Clean the text of a document, in time linear in its length; the document's blocks are kept apart."""
    # A text file with blocks is one whose blocks its marks state: tags and code of a site are still in it.
    markup = bool(document.blocks) and document.media_type in _WITH_MARKUP
    text = visible(document.text) if markup else document.text
    lines = split_lines(text, pages=document.pages)
    dropped = frozenset[int]() if document.blocks else find_furniture(text, lines)
    menus = frozenset[int]() if document.blocks else find_menus(text, lines)
    tables = [] if document.blocks else find_tables(text, lines, dropped | menus)
    dropped = dropped.union(*(table.furniture for table in tables))
    kept_out = dropped  # menus go too, but say nothing of the document
    dropped |= menus
    inside = dropped.union(*(range(table.first, table.last + 1) for table in tables))
    layout = wrapping(text, [line for index, line in enumerate(lines) if index not in inside])
    furniture = tuple(
        Excerpt(" ".join(text[line.first : line.last].split()), Span(line.first, line.last))
        for line in (lines[index] for index in sorted(kept_out - menus))
    )
    if markup:
        told = split_lines(document.text, end=notice(document.text))
        furniture = tuple(
            Excerpt(document.text[line.first : line.last], Span(line.first, line.last))
            for line in told
            if not line.blank
        )
    hyphens = Hyphens(text)
    writer = _Writer(text, markup=markup)
    if document.blocks:
        if document.media_type == "text/plain":
            layout = layout._replace(wrapped=True)  # in HTML the end of a line is a blank
        elif document.media_type == "text/html":
            layout = layout._replace(wrapped=False)  # the reader keeps only the breaks that the page shows
        for block in document.blocks:
            if block.kind == "table-row":
                continue
            _write_block(writer, block, layout, hyphens)
    else:
        _write_text(writer, lines, dropped, tables, layout, hyphens)
    result = writer.finish(furniture, layout)
    return replace(result, emphasised=_emphasised(result, document.text, markup=markup))


def _emphasised(cleaned: CleanText, text: str, *, markup: bool) -> tuple[Span, ...]:
    """What marks set apart in the source, where it is in the clean text; not what was taken out."""
    found: list[Span] = []
    for span in emphasised(text, markup=markup):
        own = Span(cleaned.clean_offset(span.start), cleaned.clean_offset(span.end - 1) + 1)
        if own.start < own.end <= len(cleaned.text) and cleaned.source(*own) == span:
            found.append(own)
    return tuple(found)


def _write_block(writer: "_Writer", block: Block, layout: Wrapping, hyphens: "Hyphens") -> None:
    text = writer.source
    seen = [line for line in split_lines(text, start=block.start, end=block.end) if not line.blank]
    if writer.markup:
        seen = [line for line in (_unquoted(text, line) for line in seen) if not line.blank]
    if not seen:
        return
    marker, content = find_marker(text, seen[0])
    if marker == "bullet" and block.kind == "list-item":
        seen[0] = seen[0]._replace(first=content)
        marker = "bullet"
    elif marker in {"hash", "bullet"} and block.kind == "heading":
        seen[0] = seen[0]._replace(first=content)
    if block.kind == "heading":
        last = seen[-1]
        hashes = re.search(r"\s+#+$", text[last.first : last.last])
        if hashes:
            seen[-1] = last._replace(last=last.first + hashes.start())
    writer.paragraph(marker if block.kind == "list-item" else "", block)
    if block.kind == "heading":
        layout = layout._replace(wrapped=True)
    for before, line in zip([None, *seen[:-1]], seen, strict=True):
        joint = inside_joint(text, before, line, layout, hyphens) if before else "paragraph"
        writer.line(line, joint)


def _write_text(
    writer: "_Writer",
    lines: Sequence[Line],
    dropped: frozenset[int],
    tables: Sequence[Table],
    layout: Wrapping,
    hyphens: "Hyphens",
) -> None:
    at = rows = 0
    flush = _is_flush(lines, tables)
    for table in tables:
        _write_lines(writer, lines, range(at, table.first), dropped, layout, hyphens, flush=flush)
        at = table.last + 1
        writer.fold()
        if table.form == "columns":
            for (column,) in table.rows:
                width = max(line.width for line in column.lines)
                own = range(len(column.lines))
                _write_lines(
                    writer, column.lines, own, frozenset(), Wrapping(True, width), hyphens, flush=False
                )
        elif table.form == "entries":
            _write_entries(writer, table, layout, hyphens)
        else:
            rows = _write_cells(writer, table, rows, layout, hyphens)
        writer.unfold()
    _write_lines(writer, lines, range(at, len(lines)), dropped, layout, hyphens, flush=flush)


def _write_cells(writer: "_Writer", table: Table, rows: int, layout: Wrapping, hyphens: "Hyphens") -> int:
    """Write each cell as a paragraph; gives the number of the last row."""
    for row in table.rows:
        rows += 1
        for cell in row:
            writer.paragraph("", None, TableCell(rows, cell.column))
            _write_joined(writer, cell.lines, layout, hyphens)
    return rows


def _write_entries(writer: "_Writer", table: Table, layout: Wrapping, hyphens: "Hyphens") -> None:
    """Write each row as a paragraph, the first column with a colon before the second."""
    text = writer.source
    for row in table.rows:
        writer.paragraph("entry", None)
        head, *values = row
        _write_joined(writer, head.lines, layout, hyphens)
        for value in values:
            colon = "" if text[head.lines[-1].last - 1] in ":.;,!?–—-" else ":"
            writer.gap(f"{colon} ", value.lines[0].first)
            _write_joined(writer, value.lines, layout, hyphens, first="nothing")


def _write_joined(
    writer: "_Writer",
    lines: Sequence[Line],
    layout: Wrapping,
    hyphens: "Hyphens",
    *,
    first: Joint = "paragraph",
) -> None:
    narrow = layout._replace(wrapped=True)
    for before, line in zip([None, *lines[:-1]], lines, strict=True):
        writer.line(line, inside_joint(writer.source, before, line, narrow, hyphens) if before else first)


def _is_flush(lines: Sequence[Line], tables: Sequence[Table]) -> bool:
    """Whether nearly all lines of the running text begin at the margin."""
    inside = frozenset[int]().union(*(range(table.first, table.last + 1) for table in tables))
    seen = [line for index, line in enumerate(lines) if not line.blank and index not in inside]
    return sum(1 for line in seen if line.indent) * 5 < len(seen)


def _write_lines(
    writer: "_Writer",
    lines: Sequence[Line],
    part: range,
    dropped: frozenset[int],
    layout: Wrapping,
    hyphens: "Hyphens",
    *,
    flush: bool,
) -> None:
    """Write the lines of `part`; `flush` tells that the text begins at the margin."""
    text = writer.source
    group_width = _group_widths(lines, part, dropped)
    before: Line | None = None
    before_marker: Marker = ""
    paragraph_lost_bullet = False
    gap = torn = False
    for index in part:
        line = lines[index]
        torn = torn or line.page_top
        if line.blank or index in dropped or RULE.fullmatch(text, line.first, line.last):
            gap = True
            torn = torn or index in dropped
            continue
        marker, content = find_marker(text, line)
        context = Context(
            gap=gap,
            torn=torn,
            narrow=2 * group_width[index - part.start] < layout.width,
            page_start=flush and line.indent == 1,
            after_item=before_marker != "",
        )
        joint: Joint = "paragraph"
        if before is not None:
            joint = choose_joint(text, before, line, marker, context, layout, hyphens)
        if joint == "paragraph":
            lost = (
                marker == ""
                and context.page_start
                and gap
                and not torn
                and before is not None
                and text[line.first].isalpha()
                and (paragraph_lost_bullet or text[before.last - 1] == ":")
            )
            paragraph_lost_bullet = lost
            before_marker = "bullet" if lost else marker
            writer.paragraph(before_marker, None)
            if lost or marker == "bullet":
                writer.bullet(line.first - 1 if lost else line.first, line.first if lost else content)
                line = line._replace(first=content)
        writer.line(line, joint)
        before = line
        gap = torn = False


def _unquoted(text: str, line: Line) -> Line:
    """The line without the marks of a Markdown quotation."""
    mark = _QUOTE_MARK.match(text, line.first, line.last)
    return line._replace(first=mark.end()) if mark else line


def _group_widths(lines: Sequence[Line], part: range, dropped: frozenset[int]) -> list[int]:
    """For each line of a part, the width of the widest line of its group (up to blank lines or page tops)."""
    widths = [0] * len(part)
    group: list[int] = []
    for index in range(part.start, part.stop + 1):
        line = lines[index] if index < part.stop else None
        ends = line is None or line.blank or index in dropped or (line.indent == 1 and bool(group))
        if ends and group:
            widest = max(lines[i].width for i in group)
            for i in group:
                widths[i - part.start] = widest
            group = []
        if line is not None and not line.blank and index not in dropped:
            group.append(index)
    return widths


class _Writer:
    """Writes clean text and its map, run by run."""

    def __init__(self, source: str, *, markup: bool) -> None:
        self.source = source
        self.markup = markup
        self._parts: list[str] = []
        self._length = 0
        self._clean = array("q")
        self._start = array("q")
        self._end = array("q")
        self._paragraphs: list[Paragraph] = []
        self._open: Paragraph | None = None
        self._folds: list[Fold] = []
        self._folded: int | None = None  # the run that the fold being written began with
        self._reached = 0  # the end of what was written, in the source

    def paragraph(self, marker: Marker, block: Block | None, cell: TableCell | None = None) -> None:
        """Begin a paragraph."""
        self._close()
        self._open = Paragraph(self._length, self._length, 0, 0, marker, block, cell)

    def fold(self) -> None:
        """Begin a part that is not written in the order of the source."""
        self._close()
        self._folded = len(self._clean)

    def unfold(self) -> None:
        """Go on in the order of the source."""
        self._close()
        first, last = self._folded or 0, len(self._clean)
        self._folded = None
        own = [run for run in range(first, last) if self._end[run] > self._start[run]]
        if own:
            own.sort(key=self._start.__getitem__)
            end = max(self._end[run] for run in own)
            self._folds.append(Fold(first, last, self._start[own[0]], end, array("q", own)))

    def gap(self, piece: str, before: int) -> None:
        """Write what separates two pieces of a paragraph, the second at `before` in the source."""
        self._put(piece, before if self._folded is not None else min(self._reached, before), before)

    def bullet(self, start: int, end: int) -> None:
        """Write a list marker for the source characters `start` to `end`."""
        self._begin(start)
        self._put(BULLET_TEXT, start, end)

    def line(self, line: Line, joint: Joint) -> None:
        """Write the visible part of a line."""
        if joint == "hyphen":
            self._unput_hyphen()
        elif joint in {"space", "break"} and not (self.markup and self._broken()):
            self.gap(" " if joint == "space" else "\n", line.first)
        elif joint not in {"space", "break"}:
            self._begin(line.first)
        for piece, start, end in pieces(self.source, line.first, line.last, markup=self.markup):
            if self.markup and piece[:1] in " \n" and self._broken():
                lead = len(piece) - len(piece.lstrip(" \n"))
                # Of a blank made of several characters there is no half.
                copied = lead if len(piece) == end - start else end - start
                piece, start = piece[lead:], start + copied
            self._put(piece, start, end)
        if self._open is not None:
            self._open = self._open._replace(
                lines=self._open.lines + 1, width=max(self._open.width, line.width)
            )

    def finish(self, furniture: tuple[Excerpt, ...], layout: Wrapping) -> CleanText:
        """The text written so far."""
        self._close()
        self._clean.append(self._length)
        return CleanText(
            "".join(self._parts),
            tuple(self._paragraphs),
            furniture,
            layout,
            self._clean,
            self._start,
            self._end,
            tuple(self._folds),
        )

    def _broken(self) -> bool:
        """Whether what was written last is the line break of a tag, behind which no blank is seen."""
        return bool(self._parts) and self._parts[-1] == "\n"

    def _begin(self, start: int) -> None:
        """Separate a new paragraph from the one before."""
        if self._open is not None and self._open.start == self._length and self._paragraphs:
            self.gap("\n\n", start)
            self._open = self._open._replace(start=self._length, end=self._length)

    def _close(self) -> None:
        if self._open is not None and self._length > self._open.start:
            self._paragraphs.append(self._open._replace(end=self._length))
        self._open = None

    def _put(self, piece: str, start: int, end: int) -> None:
        if not piece:
            return
        self._parts.append(piece)
        self._clean.append(self._length)
        self._start.append(start)
        self._end.append(end)
        self._length += len(piece)
        self._reached = max(self._reached, end)

    def _unput_hyphen(self) -> None:
        """Take back the hyphen at the end of the line before, if it was written (a soft one was not)."""
        if self._parts and self._parts[-1][-1] in "-\u2010":
            self._length -= 1
            if len(self._parts[-1]) > 1:
                self._parts[-1] = self._parts[-1][:-1]
                self._end[-1] -= 1
            else:
                self._parts.pop()
                self._clean.pop()
                self._start.pop()
                self._end.pop()
