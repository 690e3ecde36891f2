"""The text of a document as a page shows it: blocks of pieces, each plain or with what it names and tells.

Marks may lie inside each other or overlap. A piece leads to the shortest name over it; what lies around that
is told by `within`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from graph.model import Span
from search_api.reading.layout import Break, Kind, Laid, Layout
from search_api.reading.marks import Mark
from search_api.resources.links import split_iri
from search_api.wording.printable import printable

#: Characters up to which the end of a span is shown with its beginning, where a part ends between them.
OVERHANG = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters with the same marks. `breaks` are the pages that begin before it.

    `named` is the IRI of what it names, `within` the kind of what that name is a part of; `told` tells that a
    practice stands here, `sought` that it names what the reader came for, `target` that it is in the span
    asked for, `anchor` that it begins that.
    """

    text: str
    named: str = ""
    kind: str = ""
    within: str = ""
    told: bool = False
    sought: bool = False
    target: bool = False
    anchor: bool = False
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the text: `pieces`, or the `rows` of a table, or `words` that are no part of the text.

    `start` is where it begins in the document, `told` what is told from there on, by IRI; `breaks` are the
    pages that begin before it.
    """

    kind: Kind
    start: int
    level: int = 0
    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    words: str = ""
    told: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()


def end_with_span(text: str, end: int, target: tuple[int, int] | None) -> int:
    """Where a part that ends at `end` ends with the span that begins in it: behind the line of its end."""
    if target is None or not target[0] < end < target[1]:
        return end
    line = text.find("\n", target[1] - 1, end + OVERHANG)
    return min(line + 1 if line >= 0 else target[1], end + OVERHANG, len(text))


def blocks_of(
    layout: Layout,
    names: Iterable[Mark],
    told: Iterable[Mark],
    *,
    target: tuple[int, int] | None = None,
    sought: str = "",
) -> tuple[Block, ...]:
    """A part of a document, marked.

    `names` are what the text names, `told` where it tells events and practices; `sought` is the IRI that the
    reader came for. A target outside is none.
    """
    cutter = _Cutter(layout, [*names, *told], target, sought)
    return tuple(cutter.block(laid) for laid in layout.blocks)


class _Shown(NamedTuple):
    """A mark by its place in the clean text, with the kind of what it names or tells."""

    span: Span
    iri: str
    kind: str


class _Cutter:
    """Cuts the blocks of a layout, in their order, where a mark, a page or the target begins or ends."""

    def __init__(
        self, layout: Layout, marks: Sequence[Mark], target: tuple[int, int] | None, sought: str
    ) -> None:
        self._layout = layout
        self._text = layout.text
        shown = ((layout.shown(mark.start, mark.end), mark.iri) for mark in marks)
        self._marks = sorted(_Shown(span, iri, _kind(iri)) for span, iri in shown if span)
        self._told = [mark for mark in self._marks if mark.kind in {"event", "practice"}]
        self._at = 0
        self._open: list[_Shown] = []
        self._breaks = list(layout.breaks)
        self._target = layout.shown(*target) if target else None
        if target and self._target is None and layout.start <= target[0] < layout.end:
            at = layout.clean.clean_offset(target[0] - layout.start)
            self._target = Span(at, at + 1)
        self._anchored = False
        self._sought = sought

    def block(self, laid: Laid) -> Block:
        before = self._breaks_to(laid.start)
        if laid.words:
            return Block(laid.kind, self._source(laid.start), words=printable(laid.words), breaks=before)
        told = [mark.iri for mark in self._told if laid.start <= mark.span.start < laid.end]
        rows = tuple(tuple(self._pieces(*cell) for cell in row) for row in laid.rows)
        return Block(
            laid.kind,
            self._source(laid.start),
            laid.level,
            pieces=() if laid.rows else self._pieces(laid.start, laid.end),
            rows=rows,
            told=tuple(dict.fromkeys(told)),
            breaks=before,
        )

    def _source(self, at: int) -> int:
        return self._layout.start + self._layout.clean.source(at, at).start

    def _breaks_to(self, at: int) -> tuple[Break, ...]:
        found = []
        while self._breaks and self._breaks[0].at <= at:
            found.append(self._breaks.pop(0))
        return tuple(found)

    def _pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        while self._at < len(self._marks) and self._marks[self._at].span.start < end:
            self._open.append(self._marks[self._at])
            self._at += 1
        self._open = [mark for mark in self._open if mark.span.end > start]
        cuts = {start, end, *(page.at for page in self._breaks if start < page.at < end)}
        for span in [mark.span for mark in self._open] + ([self._target] if self._target else []):
            cuts |= {at for at in span if start < at < end}
        return tuple(self._piece(first, last) for first, last in pairwise(sorted(cuts)))

    def _piece(self, start: int, end: int) -> Piece:
        over = [mark for mark in self._open if mark.span.start <= start < mark.span.end]
        names = sorted(
            (mark for mark in over if mark.kind not in {"practice", ""}),
            key=lambda mark: mark.span[1] - mark.span[0],
        )
        named = names[0] if names else None
        within = names[-1].kind if named and names[-1].iri != named.iri else ""
        inside = self._target is not None and self._target.start <= start < self._target.end
        anchor = inside and not self._anchored
        self._anchored = self._anchored or inside
        return Piece(
            text=printable(self._text[start:end]),
            named=named.iri if named else "",
            kind=named.kind if named else "",
            within=within,
            told=any(mark.kind == "practice" for mark in over),
            sought=any(mark.iri == self._sought for mark in over),
            target=inside,
            anchor=anchor,
            breaks=self._breaks_to(start),
        )


def _kind(iri: str) -> str:
    return (split_iri(iri) or ("", ""))[0]
