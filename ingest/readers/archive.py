"""Checks of Office files, which are ZIP archives of XML, before anything in them is unpacked."""

import lzma
import struct
import zipfile
import zlib
from io import BytesIO

from graph.errors import DocumentTooLarge, UnreadableDocument

UNPACKED = 4
"""Times the byte limit that the parts together may unpack to."""

_DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, EOFError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip
"""What the library raises on archives that are cut or whose bytes were changed."""

_PARTS = 10_000
_RATIO = (
    200  # times its packed size that one part may unpack to, above _SMALL bytes; real ones reach about 30
)
_SMALL = 10 * 2**20
_PIECE = 2**20


def check_archive(data: bytes, *, name: str, max_bytes: int) -> None:
    """Refuse a ZIP-based document that would unpack beyond measure or declares XML entities.

    Raises DocumentTooLarge or UnreadableDocument. Declared sizes can be trusted: unpacking stops at them.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if total > UNPACKED * max_bytes or len(parts) > _PARTS:
                raise DocumentTooLarge(
                    f"{name}: unpacks to {total:,} bytes in {len(parts):,} parts, over the limit of "
                    f"{UNPACKED * max_bytes:,} bytes and {_PARTS:,} parts; take out pictures or split it"
                )
            for part in parts:
                if part.file_size > _SMALL and part.file_size > _RATIO * max(1, part.compress_size):
                    raise DocumentTooLarge(
                        f"{name}: its part {part.filename} unpacks to {_RATIO} times its size, as only "
                        "an attack does; save the document again from an office program"
                    )
                if part.flag_bits & 1:
                    raise UnreadableDocument(f"{name}: its parts are encrypted; save it without a password")
                if part.filename.endswith((".xml", ".rels")) and _declares(archive, part):
                    raise UnreadableDocument(
                        f"{name}: its part {part.filename} declares XML entities, which no office "
                        "program writes; save the document again from one"
                    )
    except _DAMAGES as error:
        raise UnreadableDocument(
            f"{name}: a truncated or damaged Office file ({error}); get it again or save it anew"
        ) from error


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type, wherever in it and in whichever Unicode encoding."""
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            seen = tail + piece.replace(b"\x00", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                return True
            tail = seen[-10:]
    return False
