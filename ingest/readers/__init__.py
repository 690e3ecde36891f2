"""Readers of documents: one module a format, chosen by content and suffix."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from graph.errors import (
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from graph.model import Document

# White space, nulls and byte order marks in any encoding.
_BLANK = b"\x00 \t\r\n\v\f\xef\xbb\xbf\xfe\xff"
_TEXT = frozenset({".txt", ".text"})
_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
SUPPORTED_SUFFIXES = frozenset({*_TEXT, *_MARKDOWN, *_HTML, ".pdf", ".docx"})


def read_document(path: Path, *, max_bytes: int, max_pages: int) -> Document:
    """Read one file by the reader of its format.

    The content decides: a PDF is read as a PDF whatever its name. Raises a DocumentError that names the file,
    what is wrong with it and what to do.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise DocumentTooLarge(
                f"{name}: {size:,} bytes, over the limit of {max_bytes:,}; split it or raise max_document_mb"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            f"{name}: cannot be opened ({error.strerror}); check its permissions"
        ) from error
    return parse_document(data, name=name, max_pages=max_pages, max_bytes=max_bytes)


def parse_document(data: bytes, *, name: str, max_bytes: int, max_pages: int) -> Document:
    """Make a Document of the bytes of a file; `name` gives the suffix. Raises DocumentError."""
    return parse_with_warnings(data, name=name, max_bytes=max_bytes, max_pages=max_pages).document


class ParsedDocument(NamedTuple):
    """A document, and in words what of it could not be read."""

    document: Document
    warnings: tuple[str, ...] = ()


def parse_with_warnings(data: bytes, *, name: str, max_bytes: int, max_pages: int) -> ParsedDocument:
    """Like parse_document, with warnings for what was left out: pages of a PDF that need OCR."""
    if _is_pdf(data, name):
        from ingest.readers import pdf

        identity = hashlib.sha256(data).hexdigest()
        return ParsedDocument(*pdf.read(data, name=name, identity=identity, max_pages=max_pages))
    return ParsedDocument(_parse(data, name=name, max_bytes=max_bytes))


def _is_pdf(data: bytes, name: str) -> bool:
    """Whether the PDF reader is the one to read a file, or to say what is wrong with it."""
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return True
    named = Path(name).suffix.lower() == ".pdf"
    return named and not data.startswith(b"PK\x03\x04") and bool(data.strip(_BLANK))


def _parse(data: bytes, *, name: str, max_bytes: int) -> Document:
    """The document of a file that is no PDF."""
    suffix = Path(name).suffix.lower()
    identity = hashlib.sha256(data).hexdigest()
    if not data.strip(_BLANK):
        raise EmptyDocument(f"{name}: the file is empty; there is nothing to read in it")
    if data.startswith(b"PK\x03\x04"):
        if suffix != ".docx":
            raise UnreadableDocument(
                f"{name}: this is a ZIP archive or an Office file, not what its suffix {suffix or '(none)'} "
                "says; rename it (.docx) or unpack it"
            )
        from ingest.readers import docx

        return docx.read(data, name=name, identity=identity, max_bytes=max_bytes)
    if suffix in _TEXT:
        from ingest.readers import markdown, text

        decoded = text.decode(data, name=name)
        if markdown.has_markup(decoded):
            return markdown.read_text(decoded, name=name, identity=identity)
        return Document(
            id=identity, name=name, media_type="text/plain", text=decoded, pages=text.pages(decoded)
        )
    if suffix in _MARKDOWN:
        from ingest.readers import markdown

        return markdown.read(data, name=name, identity=identity)
    if suffix in _HTML:
        from ingest.readers import html

        return html.read(data, name=name, identity=identity)
    if suffix == ".docx":
        from ingest.readers import docx

        return docx.read(data, name=name, identity=identity, max_bytes=max_bytes)
    raise UnsupportedDocument(
        f"{name}: no reader for {suffix or 'a file without suffix'}; supported are "
        f"{', '.join(sorted(SUPPORTED_SUFFIXES))}"
    )


def discover(
    paths: Iterable[Path], *, suffixes: frozenset[str] = SUPPORTED_SUFFIXES
) -> tuple[list[Path], list[DocumentError]]:
    """The supported files among `paths`, and what is wrong with the others, without raising.

    Directories are searched recursively, sorted, hidden entries left out; a file named twice counts once.
    Inside a directory a file of another format is reported too, and so is a folder that cannot be listed or
    is a link, so that nothing is skipped in silence.
    """
    files: dict[Path, None] = {}
    problems: list[DocumentError] = []
    for path in paths:
        if path.is_dir():
            inside, passed_over = _inside(path)
            problems += passed_over
            if not inside and not passed_over:
                problems.append(
                    UnsupportedDocument(f"{path}: the directory holds no file; name one that does")
                )
        elif path.exists():
            inside = [path]
        else:
            problems.append(UnreadableDocument(f"{path}: there is no such file or directory; check the path"))
            continue
        for found in inside:
            if found.name.endswith(".columns.toml"):
                continue  # it belongs to the directory of institutions beside it
            if found.suffix.lower() in suffixes and not found.exists():
                problems.append(UnreadableDocument(f"{found}: a link to nowhere; mend or remove it"))
            elif found.suffix.lower() in suffixes:
                files[found] = None
            else:
                problems.append(
                    UnsupportedDocument(
                        f"{found}: no reader for {found.suffix or 'a file without suffix'}; supported are "
                        f"{', '.join(sorted(suffixes))}"
                    )
                )
    return list(files), problems


def _inside(root: Path) -> tuple[list[Path], list[DocumentError]]:
    """The files under a folder, and links that lead nowhere, in order; the folders that are passed over.

    Links to folders are not followed: they may lead round in a circle, or to the same documents again.
    """
    files: list[Path] = []
    problems: list[DocumentError] = []

    def unlisted(error: OSError) -> None:
        problems.append(
            UnreadableDocument(
                f"{error.filename}: the folder cannot be listed ({error.strerror}); check its permissions"
            )
        )

    for folder, folders, names in os.walk(root, onerror=unlisted):
        here = Path(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        problems += [
            UnreadableDocument(f"{here / name}: a link to a folder is not followed; name that folder too")
            for name in sorted(folders)
            if (here / name).is_symlink()
        ]
        entries = [here / name for name in names if not name.startswith(".")]
        files += [entry for entry in entries if entry.is_file() or entry.is_symlink()]
    return sorted(files), problems
