"""PDF by pypdfium2: the text layer page by page in reading order, blank lines where the page leaves space."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from math import pi
from statistics import median
from typing import Any

from graph.errors import DocumentTooLarge, EmptyDocument, UnreadableDocument
from graph.model import Document, Page
from ingest.readers.pdf_layout import Piece, Row, in_columns, lines_of, with_tables
from ingest.titles import title_among

_HYPHEN = "\ufffe"  # what PDFium writes for a hyphen and the line break after it
_BREAK = re.compile(rf"\r\n|\r|\n|{_HYPHEN}")
_WORD = re.compile(r"\S+")
_GAP = 1.2  # times the height of letters: white wider than this is not between words
_PAGE = 1_000_000  # characters on a page, and
_TEXT = 10_000_000  # in a document, from which it is no report but an attack on our memory
_MOST = 20_000  # characters of a page whose layout is looked at
_FEW_LETTERS = 30  # on a page: a page number, a running head; what else is there stands in a picture
_HEAD = 1024  # bytes in which a PDF must begin
_ANGLES = 100  # characters of a page that tell which way its text is turned
_TAIL = 4096  # bytes at the end of a PDF in which its end mark must stand
_SPACE = 1.4  # times the usual distance of lines from which a gap parts paragraphs
_FEW = 5  # distances on a page below which the height of the letters tells what is usual
_SINGLE = 1.3  # times the height of the letters: a distance between single and one and a half spacing


def read(data: bytes, *, name: str, identity: str, max_pages: int) -> tuple[Document, tuple[str, ...]]:
    """Read the text layer of a PDF. Pages are joined by a line break, which belongs to the page before it.

    With the document come warnings: which pages are pictures without text. Raises UnreadableDocument
    (encrypted, truncated, damaged), EmptyDocument (no text layer: scanned) or DocumentTooLarge (over
    `max_pages`). Not thread-safe, as PDFium is not.
    """
    import pypdfium2

    # What a download left before and after it (the head of an answer, nulls) does no harm.
    data = data[max(0, data.find(b"%PDF-", 0, _HEAD)) :].rstrip(b"\x00 \r\n")
    if not data.startswith(b"%PDF-"):
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
        texts: list[str] = []
        for index in range(count):
            texts.append(_page_text(document, index))
            if len(texts[-1]) > _PAGE or (index % 50 == 0 and sum(map(len, texts)) > _TEXT):
                raise DocumentTooLarge(
                    f"{name}: more text than any report has by page {index + 1}; split it, or export its text"
                )
        pictures = [
            index + 1
            for index, text in enumerate(texts)
            if _letters(text) < _FEW_LETTERS and _is_picture(document, index, blank=not text.strip())
        ]
        title = document.get_metadata_value("Title")
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(f"{name}: a page of the PDF is damaged ({error}); save it anew") from error
    finally:
        document.close()
    if not any(map(_letters, texts)):
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
    made = Document(
        id=identity,
        name=name,
        media_type="application/pdf",
        text="\n".join(texts),
        title=title_among((title,), name=name),
        pages=tuple(pages),
    )
    if not pictures:
        return made, ()
    return made, (
        f"{name}: {_numbers(pictures)} of {count:,} without a text layer (scanned?), not read; add it with "
        "OCR, for example ocrmypdf --skip-text",
    )


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _is_picture(document: Any, index: int, *, blank: bool) -> bool:
    """Whether a page with next to no text is a picture of one, perhaps with a page number set over it.

    On a blank page any picture counts (an empty one is not worth a warning), else one of a third of the page.
    """
    import pypdfium2.raw as pdfium

    page = document[index]
    try:
        least = 0.0 if blank else page.get_width() * page.get_height() / 3
        for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
            left, bottom, right, top = picture.get_bounds()
            if (right - left) * (top - bottom) >= least:
                return True
        return False
    finally:
        page.close()


def _numbers(pages: Sequence[int]) -> str:
    """Page numbers in words: "page 3", "pages 2, 5-7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    stated = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page{'s' * (len(pages) > 1)} {stated}"


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        with closing(page.get_textpage()) as textpage:
            turn = _turn(textpage)
            if turn == page.get_rotation():
                return _laid_out(textpage, turn)
        # PDFium orders the lines of a page rightly where the page is turned as its text is.
        page.set_rotation(turn)
        with closing(page.get_textpage()) as textpage:
            return _laid_out(textpage, turn)
    finally:
        page.close()


def _turn(textpage: Any) -> int:
    """The degrees, in quarters, by which most text of a page must be turned to be read."""
    import pypdfium2.raw as pdfium

    count = textpage.count_chars()
    angles = (
        pdfium.FPDFText_GetCharAngle(textpage, at)
        for at in range(0, count, max(1, count // _ANGLES))
        if pdfium.FPDFText_GetUnicode(textpage, at) > ord(" ")
    )
    turns = Counter(-round(angle / (pi / 2)) * 90 % 360 for angle in angles if angle >= 0)
    return turns.most_common(1)[0][0] if turns else 0


def _upright(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """A box (left, bottom, right, top) of the page as its text is read; from another origin."""
    left, bottom, right, top = box
    match turn:
        case 90:
            return bottom, -right, top, -left
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return -top, left, -bottom, right
        case _:
            return box


def _laid_out(textpage: Any, turn: int) -> str:
    """The text of a page in reading order, table rows as cells with tabs between them.

    A blank line stands wherever two lines stand further apart than usual.
    """
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
    if len(text) != textpage.count_chars() or len(text) > _MOST:
        return "\n".join(lines)
    parted = [_pieces(textpage, text, turn, number, *span) for number, span in enumerate(bounds)]
    for own, line, (start, end) in zip(parted, lines, bounds, strict=True):
        if own and len(line) > end - start:
            own[-1] = own[-1]._replace(text=f"{own[-1].text}-")
    pieces = [piece for own in parted for piece in own]
    changed = in_columns(pieces) or with_tables(pieces)
    if changed is not None:
        return _spaced(lines_of(changed))
    return _spaced(
        [
            Row(line, own[0].bottom, own[0].height) if own else Row(line, 0, 0)
            for own, line in zip(parted, lines, strict=True)
        ]
    )


def _pieces(textpage: Any, text: str, turn: int, line: int, start: int, end: int) -> list[Piece]:
    """The pieces of a line, parted where the white between two words is wider than between words."""
    pieces: list[Piece] = []
    for word in _WORD.finditer(text, start, end):
        left, bottom, _, top = _upright(textpage.get_charbox(word.start(), loose=True), turn)
        right = _upright(textpage.get_charbox(word.end() - 1, loose=True), turn)[2]
        before = pieces[-1] if pieces else None
        if before is not None and -before.height < left - before.right < _GAP * before.height:
            pieces[-1] = before._replace(text=f"{before.text} {word.group()}", right=right)
        else:
            pieces.append(Piece(word.group(), left, right, bottom, top - bottom, line))
    return pieces


def _spaced(lines: Sequence[Row]) -> str:
    """The lines with a blank one wherever two stand further apart than usual, and around tables."""
    drops = [
        above.bottom - below.bottom
        for above, below in pairwise(lines)
        if above.height and below.height and above.bottom > below.bottom
    ]
    if not drops:
        return "\n".join(line.text for line in lines)
    usual = median(drops)
    if len(drops) < _FEW:
        usual = min(usual, _SINGLE * median(line.height for line in lines if line.height))
    spaced = [lines[0].text]
    for above, below in pairwise(lines):
        if above.cells != below.cells:
            spaced.append("")
        elif (
            above.cells == 1
            and above.height
            and below.height
            and below.text.strip()
            and spaced[-1][-1:] != "-"
        ):
            drop = above.bottom - below.bottom
            resized = max(above.height, below.height) > 1.15 * min(above.height, below.height)
            if drop > _SPACE * usual or (resized and drop > 0):
                spaced.append("")
        spaced.append(below.text)
    return "\n".join(spaced)
