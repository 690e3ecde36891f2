"""Word documents: headings, paragraphs, list items and tables in the order of the document."""

import re
from io import BytesIO
from typing import Any

from graph.errors import EmptyDocument, UnreadableDocument
from graph.model import Document
from ingest.readers.archive import check_archive
from ingest.readers.blocks import BlockWriter

_OLE = b"\xd0\xcf\x11\xe0"
_TITLE = -1
_HEADING = re.compile(r"(?:heading|t[íi]tulo|encabezado)\s*(\d)", re.IGNORECASE)


def read(data: bytes, *, name: str, identity: str, max_bytes: int) -> Document:
    """Read a .docx file.

    Sizes are checked before anything is unpacked and document type declarations are refused, so that
    neither an archive nor an entity can expand without bound. Raises DocumentError.
    """
    if data.startswith(_OLE):
        raise UnreadableDocument(
            f"{name}: a password-protected or old binary Word file; save it as .docx without a password"
        )
    check_archive(data, name=name, max_bytes=max_bytes)
    document = _open(data, name=name)
    writer = BlockWriter()
    _write(document, writer)
    if not writer.blocks:
        raise EmptyDocument(
            f"{name}: there is no text in it (pictures cannot be read); add text or leave it out"
        )
    text = writer.text
    first = next((block for block in writer.blocks if block.kind == "heading"), None)
    stated = (document.core_properties.title or "").strip()
    return Document(
        id=identity,
        name=name,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        text=text,
        title=stated or (text[first.start : first.end] if first else None),
        blocks=tuple(writer.blocks),
    )


def _open(data: bytes, *, name: str) -> Any:
    import docx

    try:
        return docx.Document(BytesIO(data))
    except Exception as error:  # python-docx lets errors of lxml, zipfile and its own through, and KeyError
        raise UnreadableDocument(
            f"{name}: not a Word document, or a damaged one ({type(error).__name__}: {error}); open it in a "
            "word processor and save it as .docx"
        ) from error


def _write(document: Any, writer: BlockWriter) -> None:
    from docx.table import Table

    content = list(document.iter_inner_content())
    levels = [0 if isinstance(item, Table) else _level(item) for item in content]
    styled = any(levels)
    # A document with a title of its own has its chapters under it.
    under = int(_TITLE in levels)
    for item, level in zip(content, levels, strict=True):
        if isinstance(item, Table):
            _write_table(item, writer)
            continue
        text = item.text
        if level == _TITLE:
            writer.add("heading", text, level=1)
        elif level:
            writer.add("heading", text, level=level + under)
        elif not styled and _looks_like_heading(item):
            writer.add("heading", text, level=2)
        elif _is_item(item):
            writer.add("list-item", text, level=_item_level(item))
        else:
            writer.add("paragraph", text)


def _write_table(table: Any, writer: BlockWriter) -> None:
    for row in table.rows:
        cells: list[str] = []
        seen: set[Any] = set()
        for cell in row.cells:
            # A merged cell comes once for each column that it covers.
            cells.append("" if cell._tc in seen else _cell_text(cell))
            seen.add(cell._tc)
        writer.add_row(cells)


def _cell_text(cell: Any) -> str:
    from docx.table import Table

    parts: list[str] = []
    for item in cell.iter_inner_content():
        if isinstance(item, Table):
            parts.extend(" ".join(inner.text for inner in row.cells) for row in item.rows)
        else:
            parts.append(item.text)
    return "\n".join(part.strip() for part in parts if part.strip())


def _level(paragraph: Any) -> int:
    """Level of a heading by its style, _TITLE for the title of the document; 0 for other paragraphs."""
    style = paragraph.style
    while style is not None:
        if style.name == "Title":
            return _TITLE
        found = _HEADING.match(style.name or "")
        if found:
            return max(1, int(found[1]))
        style = style.base_style
    return 0


def _looks_like_heading(paragraph: Any) -> bool:
    """Whether a short paragraph is set in bold throughout, in a document without heading styles."""
    text = paragraph.text.strip()
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and len(text) <= 120 and text[-1] not in ".;:," and all(run.bold for run in runs)


def _is_item(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    if properties is not None and properties.numPr is not None:
        return True
    style = paragraph.style
    # "List Paragraph" only indents; word processors also give it to paragraphs that are no items.
    return style is not None and re.match(r"list (?!paragraph)", style.name or "", re.IGNORECASE) is not None


def _item_level(paragraph: Any) -> int:
    properties = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    return int(numbering.ilvl.val) if numbering is not None and numbering.ilvl is not None else 0
