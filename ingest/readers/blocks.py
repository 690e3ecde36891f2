"""Writes the text of a document block by block, for formats whose text is not the file itself."""

from graph.model import Block, BlockKind

_SEPARATOR = "\n\n"


class BlockWriter:
    """Collects blocks; `text` and `blocks` fit each other at any time."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    @property
    def text(self) -> str:
        """The text so far; blocks are separated by a blank line."""
        return "".join(self._parts)

    def add(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        """Add a block; one without visible text is left out."""
        text = text.strip()
        if not text:
            return
        start = self._begin()
        self._parts.append(text)
        self._length += len(text)
        self.blocks.append(Block(kind, start, self._length, level))

    def add_row(self, cells: list[str]) -> None:
        """Add a table row with its cells; an empty cell keeps its column number but has no block."""
        if not any(cell.strip() for cell in cells):
            return
        at = len(self.blocks)
        for column, cell in enumerate(cells):
            self.add("table-cell", cell, level=column)
        self.blocks.insert(at, Block("table-row", self.blocks[at].start, self._length))

    def _begin(self) -> int:
        if self._parts:
            self._parts.append(_SEPARATOR)
            self._length += len(_SEPARATOR)
        return self._length
