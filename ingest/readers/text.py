"""Plain text: the encoding is found out, the text is left alone."""

import codecs
import re

from graph.errors import EmptyDocument, UnreadableDocument
from graph.model import Page

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text has; form feed, tab and escape are left out.
_BINARY = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_CANDIDATES = ["cp1252", "latin_1", "iso8859_15", "mac_roman", "cp850", "utf_16_le", "utf_16_be"]
_SAMPLE = 200_000  # bytes that the detection looks at


def decode(data: bytes, *, name: str) -> str:
    """The text of a file: byte order mark, then UTF-8, then detection among the Western encodings and UTF-16.

    No newline translation. Raises EmptyDocument for white space alone, UnreadableDocument for binary data.
    """
    text = _decode(data, name=name)
    controls = len(_BINARY.findall(text, 0, _SAMPLE))
    if controls > 0.002 * min(len(text), _SAMPLE):
        raise UnreadableDocument(
            f"{name}: this is binary data, not text; give the file the suffix of its real format, or export "
            "it as text"
        )
    if not text.strip():
        raise EmptyDocument(f"{name}: the file is empty but for white space; there is nothing to read in it")
    return text


def pages(text: str) -> tuple[Page, ...]:
    """Pages of a text with form feeds, as extractions from PDF write them; none without."""
    if "\f" not in text.rstrip("\f \r\n"):
        return ()
    found: list[Page] = []
    start = 0
    for number, part in enumerate(text.split("\f"), 1):
        end = min(len(text), start + len(part) + 1)
        if end > start:
            found.append(Page(number, start, end))
        start = end
    return tuple(found)


def _decode(data: bytes, *, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableDocument(
                    f"{name}: starts with the mark of {encoding} but is not valid {encoding} ({error.reason} "
                    f"at byte {error.start}); save it again as UTF-8"
                ) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect(data, name=name)


def _detect(data: bytes, *, name: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=_CANDIDATES).best()
    if best is None:
        raise UnreadableDocument(
            f"{name}: no known text encoding fits; it is damaged or binary. Save it again as UTF-8 text"
        )
    # Every byte is a character of Latin-1, so it stands in for what lies past the sample.
    for encoding in (best.encoding, "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
