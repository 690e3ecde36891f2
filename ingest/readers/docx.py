"""Word documents: headings, paragraphs, list items, tables, notes and text boxes in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from graph.errors import EmptyDocument, UnreadableDocument
from graph.model import Document
from ingest.readers.archive import check_archive
from ingest.readers.blocks import BlockWriter
from ingest.readers.docx_numbers import Numbers
from ingest.readers.docx_xml import FALLBACK, child, number_of, paragraph_text, unwrapped, value_of, w
from ingest.titles import above_chapters, title_among

_OLE = b"\xd0\xcf\x11\xe0"
_TITLE = -1
_HEADING = re.compile(r"(?:heading|t[íi]tulo|encabezado)\s*(\d)", re.IGNORECASE)
# "List Paragraph" only indents; word processors also give it to paragraphs that are no items.
_LIST_STYLE = re.compile(r"(?:list|lista) (?!paragraph)", re.IGNORECASE)
_WIDEST = 63  # columns of a Word table
_DEEPEST = 20  # styles based on styles; tables inside tables


def read(data: bytes, *, name: str, identity: str, max_bytes: int) -> Document:
    """Read a .docx file.

    The headers of its pages come once, before the body (footers, which are addresses and page numbers,
    don't); a note follows the paragraph that refers to it, a text box the one that it is anchored in;
    automatic numbers are written out. Sizes are checked before anything is unpacked and document type
    declarations are refused, so that neither an archive nor an entity can expand without bound. Raises
    DocumentError.
    """
    if data.startswith(_OLE):
        raise UnreadableDocument(
            f"{name}: a password-protected or old binary Word file; save it as .docx without a password"
        )
    check_archive(data, name=name, max_bytes=max_bytes)
    writer = BlockWriter()
    try:
        word = _open(data)
        _Walk(word, writer).write()
        stated = (word.core_properties.title or "").strip()
    except Exception as error:  # python-docx lets errors of lxml, zipfile and its own through, and KeyError
        raise UnreadableDocument(
            f"{name}: not a Word document, or a damaged one ({type(error).__name__}: {error}); open it in a "
            "word processor and save it as .docx"
        ) from error
    if not writer.blocks:
        raise EmptyDocument(
            f"{name}: there is no text in it (pictures cannot be read); add text or leave it out"
        )
    text = writer.text
    headings = (text[block.start : block.end] for block in writer.blocks if block.kind == "heading")
    return Document(
        id=identity,
        name=name,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        text=text,
        title=title_among((stated, *above_chapters(headings)), name=name),
        blocks=tuple(writer.blocks),
    )


def _open(data: bytes) -> Any:
    import docx

    return docx.Document(BytesIO(data))


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says, with what it inherits."""

    level: int = 0  # of a heading; _TITLE for the title of the document
    item: bool = False
    number_id: str | None = None
    number_level: int = 0


class _Walk:
    """One walk through a document; writes its blocks."""

    def __init__(self, document: Any, writer: BlockWriter) -> None:
        self._document = document
        self._writer = writer
        self._numbers = Numbers.of(self._part("numbering"))
        self._notes = {
            (kind, note.get(w("id"), "")): note
            for kind in ("footnote", "endnote")
            for note in self._notes_of(kind)
        }

    def write(self) -> None:
        body = self._document.element.body
        levels = [
            self._style(item).level
            for item in unwrapped(body)
            if item.tag == w("p") and "".join(item.itertext()).strip()
        ]
        # A document with a title of its own has its chapters under it.
        self._under = int(_TITLE in levels)
        self._styled = any(levels)
        for text in self._headers():
            self._writer.add("paragraph", text)
        self._content(body)

    def _content(self, parent: Any, *, depth: int = 0) -> None:
        for item in unwrapped(parent):
            if item.tag == w("p"):
                self._paragraph(item, depth=depth)
            elif item.tag == w("tbl"):
                self._table(item)

    def _paragraph(self, paragraph: Any, *, depth: int) -> None:
        text, boxes, notes = paragraph_text(paragraph)
        style = self._style(paragraph)
        stated = value_of(paragraph, "pPr", "numPr", "numId")
        number_id = stated if stated is not None else style.number_id
        if text.strip():
            level = number_of(value_of(paragraph, "pPr", "numPr", "ilvl")) or style.number_level
            item = number_id not in {None, "0"} or (style.item and stated is None)
            number = self._numbers.next(number_id, level) if number_id else ""
            whole = number + text.strip()
            if style.level == _TITLE:
                self._writer.add("heading", whole, level=1)
            elif style.level:
                self._writer.add("heading", whole, level=style.level + self._under)
            elif not self._styled and not item and _bold_throughout(paragraph, text):
                self._writer.add("heading", whole, level=2)
            elif item:
                self._writer.add("list-item", whole, level=level)
            else:
                self._writer.add("paragraph", whole)
        for key in notes:
            if (note := self._notes.pop(key, None)) is not None:
                self._writer.add("paragraph", "\n".join(_texts(note)))
        for box in boxes:
            if depth < _DEEPEST:
                self._content(box, depth=depth + 1)

    def _table(self, table: Any) -> None:
        for row in unwrapped(table):
            if row.tag != w("tr"):
                continue
            before = number_of(value_of(row, "trPr", "gridBefore"))
            cells: list[str] = [""] * min(before, _WIDEST)
            for cell in unwrapped(row):
                if cell.tag != w("tc") or len(cells) > _WIDEST:
                    continue
                merged = child(cell, "tcPr", "vMerge")
                goes_on = merged is not None and merged.get(w("val"), "continue") == "continue"
                # A cell that is merged with the one above is told there.
                cells.append("" if goes_on else "\n".join(_texts(cell)))
                cells += [""] * (min(number_of(value_of(cell, "tcPr", "gridSpan")), _WIDEST) - 1)
            self._writer.add_row(cells)

    def _headers(self) -> Iterator[str]:
        """The texts of the page headers, each once."""
        seen: set[str] = set()
        for relation in self._document.part.rels.values():
            if relation.reltype.endswith("/header") and not relation.is_external:
                text = "\n".join(_texts(_root(relation.target_part)))
                if text not in seen:
                    seen.add(text)
                    yield text

    def _notes_of(self, kind: str) -> Iterator[Any]:
        root = self._part(f"{kind}s")
        if root is not None:
            yield from root.iterchildren(w(kind))

    def _part(self, kind: str) -> Any:
        """The root of the part of the document of that kind; None where it has none."""
        for relation in self._document.part.rels.values():
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                return _root(relation.target_part)
        return None

    @cached_property
    def _styles(self) -> dict[str, _Style]:
        root = self._part("styles")
        nodes = {} if root is None else {s.get(w("styleId"), ""): s for s in root.iterchildren(w("style"))}
        return {key: _resolved(node, nodes) for key, node in nodes.items()}

    def _style(self, paragraph: Any) -> _Style:
        return self._styles.get(value_of(paragraph, "pPr", "pStyle") or "", _PLAIN)


_PLAIN = _Style()


def _resolved(node: Any, nodes: dict[str, Any]) -> _Style:
    """A style with what it inherits; a circle of styles ends after a number of steps."""
    level, item, number_id, number_level = 0, False, None, 0
    for _ in range(_DEEPEST):
        name = value_of(node, "name") or ""
        heading = _HEADING.match(name)
        if not level and (name.casefold() == "title" or heading):
            level = max(1, int(heading[1])) if heading else _TITLE
        item = item or _LIST_STYLE.match(name) is not None
        if number_id is None:
            number_id = value_of(node, "pPr", "numPr", "numId")
            number_level = number_of(value_of(node, "pPr", "numPr", "ilvl"))
        node = nodes.get(value_of(node, "basedOn") or "")
        if node is None:
            break
    return _Style(level, item, number_id, number_level)


def _root(part: Any) -> Any:
    from lxml import etree

    element = getattr(part, "element", None)
    if element is not None:
        return element
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _texts(node: Any) -> list[str]:
    """The texts of all paragraphs under a node that has several: a cell, a note, a header."""
    texts: list[str] = []
    for paragraph in node.iter(w("p")):
        text = paragraph_text(paragraph)[0].strip()
        if text and next(paragraph.iterancestors(FALLBACK), None) is None:
            texts.append(text)
    return texts


def _bold_throughout(paragraph: Any, text: str) -> bool:
    """Whether a short paragraph is set in bold throughout, in a document without heading styles."""
    text = text.strip()
    runs = [run for run in paragraph.iter(w("r")) if "".join(run.itertext(w("t"))).strip()]
    return bool(runs) and len(text) <= 120 and text[-1] not in ".;:," and all(map(_bold, runs))


def _bold(run: Any) -> bool:
    bold = child(run, "rPr", "b")
    return bold is not None and bold.get(w("val"), "1") not in {"0", "false", "off"}
