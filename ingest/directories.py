"""A directory of institutions (a spreadsheet) as a document: one line a row, one actor a line."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graph.model import (
    Actor,
    Declaration,
    DeclarationKind,
    Document,
    DocumentInfo,
    Evidence,
    Extraction,
    Passage,
    Span,
)
from ingest.declared_themes import themes_by_words
from ingest.language import detect
from ingest.readers.directory import DIRECTORY_SUFFIXES, DirectoryRow, RowProblem, read_directory
from ingest.tokens import fold
from ontology.namespaces import slugify

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RULE, _CONFIDENCE = "directory-row", 0.98


__all__ = ["DIRECTORY_SUFFIXES", "DirectoryReading", "read"]


class DirectoryReading(NamedTuple):
    """A directory read: the document that its rows make, what it says, and the rows of no use."""

    document: Document
    extraction: Extraction
    problems: tuple[RowProblem, ...]


def read(
    path: Path, *, data: bytes, name: str, max_bytes: int, columns: Path | None = None
) -> DirectoryReading:
    """Read a csv or xlsx directory; `columns` says what its headers mean, where not the file beside it.

    Raises DocumentError where no column holds names.
    """
    directory = read_directory(path, max_bytes=max_bytes, columns=columns)
    lines: list[str] = []
    actors: list[Actor] = []
    passages: list[Passage] = []
    declared: list[Declaration] = []
    used: dict[str, int] = {}
    offset = 0
    for row in directory.rows:
        line, told = _line(row)
        span = Span(offset, offset + len(line))
        base = slugify(row.name) or f"row-{row.row}"
        used[base] = used.get(base, 0) + 1
        actors.append(
            Actor(
                id=base if used[base] == 1 else f"{base}-{used[base]}",
                name=row.name,
                type=_actor_type(row.type),
                country=row.country,
                mentions=(Evidence(Span(offset, offset + len(row.name)), _RULE, _CONFIDENCE),),
                acronyms=(row.acronym,) if row.acronym else (),
            )
        )
        declared += [
            _declaration(n, kind, actor=actors[-1].id, text=line[at.start : at.end], at=at, offset=offset)
            for n, (kind, at) in enumerate(told, 1)
        ]
        where = f"row-{row.row}" if row.sheet is None else f"line-{len(lines) + 1}"
        passages.append(Passage(id=where, text=line, span=span))
        lines.append(line)
        offset += len(line) + 1
    text = "\n".join(lines)
    identity = hashlib.sha256(data).hexdigest()
    media_type = _MEDIA_TYPES[Path(name).suffix.lower()]
    title = Path(name).stem.replace("_", " ").replace("-", " ").capitalize()
    language = detect(text[:5000])
    document = Document(identity, name, media_type, text, title)
    info = DocumentInfo(identity, name, media_type, title, language, characters=len(text))
    return DirectoryReading(
        document,
        Extraction(info, passages=tuple(passages), actors=tuple(actors), declarations=tuple(declared)),
        directory.problems,
    )


@cache
def _types() -> dict[str, str]:
    from ontology.vocabulary import actor_types

    return {fold(term): kind.notation for kind in actor_types() for term in (kind.notation, *kind.terms())}


def _actor_type(text: str | None) -> str | None:
    """The actor type that a cell names by its label in any language; None where it is none of ours."""
    return _types().get(fold(text.strip())) if text else None


def _line(row: DirectoryRow) -> tuple[str, list[tuple[DeclarationKind, Span]]]:
    """The row as a line that starts with the name, and where in it stands what the row declares."""
    name = f"{row.name} ({row.acronym})" if row.acronym else row.name
    line = " · ".join(part for part in (name, row.type, row.city, row.country, row.website) if part)
    declared: list[tuple[DeclarationKind, Span]] = []
    told: tuple[tuple[DeclarationKind, str, tuple[str, ...]], ...] = (
        ("offer", "ofrece", row.offers),
        ("need", "busca", row.seeks),
    )
    for kind, label, texts in told:
        for number, text in enumerate(texts):
            line += "; " if number else f" · {label}: "
            declared.append((kind, Span(len(line), len(line) + len(text))))
            line += text
    return line, declared


def _declaration(
    number: int, kind: DeclarationKind, *, actor: str, text: str, at: Span, offset: int
) -> Declaration:
    """What a row declares; `at` is its place in the line of the row, which begins at `offset`."""
    span = Span(offset + at.start, offset + at.end)
    return Declaration(
        id=f"{actor}-{kind}-{number}",
        kind=kind,
        actor=actor,
        text=text,
        evidence=Evidence(span, _RULE, _CONFIDENCE),
        themes=themes_by_words(text, span),
    )
