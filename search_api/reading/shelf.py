"""The documents that were read last, kept open: text, marks and layout, to turn pages quickly."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from graph.model import Document
from search_api.reading.layout import Layout, lay_out
from search_api.reading.marks import DocumentMarks
from search_api.reading.parts import part_starts

#: Characters of all the documents that are kept open.
ROOM = 8_000_000
#: Passages of all the documents whose places are kept.
PASSAGES = 50_000
#: Parts of them that are kept laid out.
LAID = 100


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document with what the graph says of its places; `starts` are where the parts of it begin."""

    document: Document
    marks: DocumentMarks
    starts: tuple[int, ...]

    def bounds(self, number: int) -> tuple[int, int]:
        """Where the part of that number (from 1) begins and ends; of one that there is not, the nearest."""
        at = min(max(number, 1), len(self.starts)) - 1
        ends = (*self.starts[1:], len(self.document.text))
        return self.starts[at], ends[at]


class Shelf:
    """Opens documents, and keeps those that were asked for last as long as there is room."""

    def __init__(
        self,
        read: Callable[[str], Document],
        marks: Callable[[str], DocumentMarks],
        *,
        room: int = ROOM,
    ) -> None:
        self._read, self._read_marks, self._room = read, marks, room
        self._open: OrderedDict[str, OpenDocument] = OrderedDict()
        self._laid: OrderedDict[tuple[str, int, int], Layout] = OrderedDict()
        self._marked: OrderedDict[str, DocumentMarks] = OrderedDict()
        self._lock = threading.Lock()

    def layout(self, slug: str, start: int, end: int) -> Layout:
        """The characters `start` to `end` of a document, laid out."""
        key = slug, start, end
        with self._lock:
            if key in self._laid:
                self._laid.move_to_end(key)
                return self._laid[key]
        layout = lay_out(self.open(slug).document, start, end)
        with self._lock:
            self._laid[key] = layout
            while len(self._laid) > LAID:
                self._laid.popitem(last=False)
        return layout

    def marks(self, slug: str) -> DocumentMarks:
        """What the graph says of the places of a document."""
        with self._lock:
            if slug in self._marked:
                self._marked.move_to_end(slug)
                return self._marked[slug]
        marks = self._read_marks(slug)
        with self._lock:
            self._marked[slug] = marks
            while len(self._marked) > 1 and sum(len(m.passages) for m in self._marked.values()) > PASSAGES:
                self._marked.popitem(last=False)
        return marks

    def open(self, slug: str) -> OpenDocument:
        """The document of that slug. Raises NotFound and SnapshotError as the snapshot does."""
        with self._lock:
            if slug in self._open:
                self._open.move_to_end(slug)
                return self._open[slug]
        document, marks = self._read(slug), self.marks(slug)
        weights = sorted((passage.end, len(passage.named)) for passage in marks.passages)
        opened = OpenDocument(document, marks, part_starts(document.text, weights))
        with self._lock:
            self._open[slug] = opened
            while len(self._open) > 1 and sum(len(o.document.text) for o in self._open.values()) > self._room:
                self._open.popitem(last=False)
        return opened
