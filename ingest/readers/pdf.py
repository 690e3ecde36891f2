"""PDF by pypdfium2: the text layer, page by page, with blank lines where the page leaves space."""

import re
from itertools import pairwise
from statistics import median
from typing import Any

from graph.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument
from graph.model import Document, Page

_HYPHEN = "\ufffe"  # what PDFium writes for a hyphen and the line break after it
_BREAK = re.compile(rf"\r\n|\r|\n|{_HYPHEN}")
_TAIL = 4096  # bytes at the end of a PDF in which its end mark must stand
_SPACE = 1.4  # times the usual distance of lines from which a gap parts paragraphs
_FEW = 5  # distances on a page below which the height of the letters tells what is usual
_SINGLE = 1.3  # times the height of the letters: a distance between single and one and a half spacing


def read(data: bytes, *, name: str, identity: str, max_pages: int) -> Document:
    """Read the text layer of a PDF. Pages are joined by a line break, which belongs to the page before it.

    Raises UnreadableDocument (encrypted, truncated, damaged), EmptyDocument (no text layer: scanned) or
    DocumentTooLarge (over `max_pages`). Not thread-safe, as PDFium is not.
    """
    import pypdfium2

    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        raise UnreadableDocument(f"{name}: this is not a PDF; give the file the suffix of its real format")
    if b"%%EOF" not in data[-_TAIL:]:
        raise UnreadableDocument(f"{name}: the PDF is truncated (its end is missing); get the file again")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(
                f"{name}: the PDF is encrypted and needs a password; save a copy without one"
            ) from error
        raise UnreadableDocument(
            f"{name}: the PDF is damaged ({error}); get it again or save it anew"
        ) from error
    try:
        count = len(document)
        if count > max_pages:
            raise DocumentTooLarge(
                f"{name}: {count:,} pages, over the limit of {max_pages:,}; split it or raise "
                "max_document_pages"
            )
        texts = [_page_text(document, index) for index in range(count)]
        title = (document.get_metadata_value("Title") or "").strip()
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(f"{name}: a page of the PDF is damaged ({error}); save it anew") from error
    finally:
        document.close()
    if not any(text.strip() for text in texts):
        raise EmptyDocument(
            f"{name}: the PDF has {count:,} page{'s' * (count != 1)} but no text layer (scanned "
            "pictures?); it needs OCR first, for example with ocrmypdf"
        )
    pages: list[Page] = []
    start = 0
    for number, text in enumerate(texts, 1):
        end = start + len(text) + (number < count)
        pages.append(Page(number, start, end))
        start = end
    return Document(
        id=identity,
        name=name,
        media_type="application/pdf",
        text="\n".join(texts),
        title=title or None,
        pages=tuple(pages),
    )


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            return _spaced(textpage)
        finally:
            textpage.close()
    finally:
        page.close()


def _spaced(textpage: Any) -> str:
    """The text of a page with a blank line wherever two lines stand further apart than usual."""
    text = str(textpage.get_text_range())
    bounds: list[tuple[int, int]] = []
    lines: list[str] = []
    at = 0
    for found in [*_BREAK.finditer(text), None]:
        end = found.start() if found else len(text)
        bounds.append((at, end))
        lines.append(text[at:end] + ("-" if found and found.group() == _HYPHEN else ""))
        at = found.end() if found else end
    # Where PDFium leaves characters out of the text, its positions no longer belong to them.
    if len(text) != textpage.count_chars():
        return "\n".join(lines)
    boxes = [_box(textpage, text, start, end) for start, end in bounds]
    drops = [
        above[0] - below[0] for above, below in pairwise(boxes) if above and below and above[0] > below[0]
    ]
    if not drops:
        return "\n".join(lines)
    usual = median(drops)
    if len(drops) < _FEW:
        usual = min(usual, _SINGLE * median(box[1] for box in boxes if box))
    spaced = lines[:1]
    for (above, below), line in zip(pairwise(boxes), lines[1:], strict=True):
        if above and below and line.strip() and not spaced[-1].endswith("-"):
            drop = above[0] - below[0]
            resized = max(above[1], below[1]) > 1.15 * min(above[1], below[1])
            if drop > _SPACE * usual or (resized and drop > 0):
                spaced.append("")
        spaced.append(line)
    return "\n".join(spaced)


def _box(textpage: Any, text: str, start: int, end: int) -> tuple[float, float] | None:
    """Bottom and height, in points, of the first visible character of a line."""
    for index in range(start, end):
        if not text[index].isspace():
            _, bottom, _, top = textpage.get_charbox(index, loose=True)
            return bottom, top - bottom
    return None
