"""The page of a document: its text as it was read, with what it names and tells, and the ways through it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from graph.errors import NotFound, SnapshotError
from search_api.catalogue.catalogue import Catalogue
from search_api.pages.outline import Outline, outlines
from search_api.reading.marks import DocumentMarks, Mark
from search_api.reading.parts import number_at
from search_api.reading.shelf import OpenDocument, Shelf
from search_api.reading.text import Block, blocks_of, end_with_span
from search_api.resources.base import Ref
from search_api.resources.documents import DocumentDetail
from search_api.resources.links import resource_iri, split_iri, with_query
from search_api.wording.languages import gettext as _
from search_api.wording.languages import message

#: What the text may name or tell, in words, in the order of the legend.
KINDS = {
    "actor": message("institución"),
    "place": message("lugar"),
    "person": message("persona"),
    "methodology": message("metodología"),
    "event": message("evento"),
    "practice": message("práctica"),
}
#: Parts beside the one that is shown that the pager names.
NEAR = 2


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in the margin where an event or a practice is told."""

    kind: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Steps:
    """The thing that the reader came for: where in the document they are with it, and the ways on."""

    kind: str
    name: Ref
    number: int
    count: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the document: `near` are some numbers with their address, None where some are left out."""

    number: int
    count: int
    near: tuple[tuple[int, str] | None, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`named` and `notes` say of each resource in the text, by IRI, what it is called, and what its note is;
    `anchors` name the blocks, by where they begin in the document, that the outline leads to."""

    template: ClassVar[str] = "document.html"
    document: DocumentDetail
    blocks: tuple[Block, ...]
    named: Mapping[str, Ref]
    notes: Mapping[str, Note]
    anchors: Mapping[int, str]
    legend: tuple[tuple[str, str], ...]
    outlines: tuple[Outline, ...]
    steps: Steps | None
    parts: Parts
    missing: str | None


def document_page(
    catalogue: Catalogue,
    detail: DocumentDetail,
    shelf: Shelf,
    *,
    target: tuple[int, int] | None = None,
    mention: str = "",
    number: int = 1,
) -> DocumentPage:
    """The page of a document, open at the part of that number, at the span `target` or at what is named.

    `mention` is kind and slug of what the reader came for ("actor/caf"); what is not in the document is
    passed over, as a target outside it is.
    """
    try:
        opened = shelf.open(detail.slug)
    except (NotFound, SnapshotError):
        missing = _("El texto de este documento no está en la versión que se sirve.")
        return DocumentPage(
            detail, (), {}, {}, {}, (), outlines(detail, DocumentMarks(), {}, ()), None,
            Parts(1, 1, (), None, None), missing,
        )  # fmt: skip
    text, marks = opened.document.text, opened.marks
    if target and not 0 <= target[0] < target[1] <= len(text):
        target = None
    sought, places = _sought(catalogue, opened, target, mention)
    if places and not target:
        target = places[0][:2]
    number = number_at(opened.starts, target[0]) if target else min(max(number, 1), len(opened.starts))
    start, end = opened.bounds(number)
    end = end_with_span(text, end, target)
    names = marks.names(text, catalogue.spellings, start=start, end=end)
    told = [mark for mark in marks.told if mark.start < end and mark.end > start]
    layout = shelf.layout(detail.slug, start, end)
    blocks = blocks_of(layout, names, told, target=target, sought=sought)
    shown = {mark.iri: catalogue.ref(mark.iri) for mark in (*names, *told)}
    return DocumentPage(
        document=detail,
        blocks=blocks,
        named=shown,
        notes={mark.iri: note for mark in told if (note := _note(catalogue, mark.iri))},
        anchors=_anchors(blocks, [at for heading, at in marks.sections if start <= at < end]),
        legend=tuple(
            (kind, _(words)) for kind, words in KINDS.items() if kind in {_kind(iri) for iri in shown}
        ),
        outlines=outlines(detail, marks, shown, opened.starts, number=number),
        steps=_steps(catalogue, sought, places, target),
        parts=_parts(number, len(opened.starts)),
        missing=None,
    )


def _kind(iri: str) -> str:
    return (split_iri(iri) or ("", ""))[0]


def _sought(
    catalogue: Catalogue, opened: OpenDocument, target: tuple[int, int] | None, mention: str
) -> tuple[str, tuple[Mark, ...]]:
    """The IRI of what the reader came for, and everywhere that it is: what was asked for, or is in the span.

    An event or a practice that a span tells is one among those of the document.
    """
    text, marks = opened.document.text, opened.marks
    kind, slash, slug = mention.partition("/")
    if kind in KINDS and slash and slug:
        iri = resource_iri(kind, slug)
        return iri, marks.places_of(iri, text, catalogue.spellings)
    if target is None:
        return "", ()
    told = [mark for mark in marks.told if mark.start < target[1] and mark.end > target[0]]
    told = [mark for mark in told if _same(mark, target)] or told
    kinds = {_kind(mark.iri) for mark in told}
    if len(kinds) == 1:
        return told[0].iri, tuple(mark for mark in marks.told if _kind(mark.iri) in kinds)
    names = marks.names(text, catalogue.spellings, start=target[0], end=target[1])
    name = next((mark for mark in names if mark[:2] == target), None)
    return (name.iri, marks.places_of(name.iri, text, catalogue.spellings)) if name else ("", ())


def _same(mark: Mark, target: tuple[int, int]) -> bool:
    """Whether a mark and a span have more in common than either has alone."""
    common = min(mark.end, target[1]) - max(mark.start, target[0])
    return 2 * common > max(mark.end - mark.start, target[1] - target[0])


def _steps(
    catalogue: Catalogue,
    sought: str,
    places: Sequence[Mark],
    target: tuple[int, int] | None,
) -> Steps | None:
    if not places or target is None:
        return None
    at = next((n for n, mark in enumerate(places) if mark.end > target[0] and mark.start < target[1]), None)
    if at is None:
        return None

    def url(n: int) -> str | None:
        if not 0 <= n < len(places):
            return None
        # A practice or event is told once: the next is another, found by its place.
        own = "/".join(split_iri(sought) or ()) if places[n].iri == sought else ""
        query: dict[str, object] = {"mention": own, "start": places[n].start, "end": places[n].end}
        return with_query("", query) + "#span"

    kind = _kind(sought)
    return Steps(kind, catalogue.ref(sought), at + 1, len(places), url(at - 1), url(at + 1))


def _note(catalogue: Catalogue, iri: str) -> Note | None:
    kind, slug = split_iri(iri) or ("", "")
    if kind == "practice" and (practice := catalogue.practices.get(slug)):
        return Note(kind, practice.kind.label if practice.kind else _("práctica"), practice.url)
    if kind == "event" and (event := catalogue.events.get(slug)):
        return Note(kind, event.type.label if event.type else _("evento"), event.url)
    return None


def _anchors(blocks: Sequence[Block], sections: Iterable[int]) -> dict[int, str]:
    """Where each section begins: the heading over its first passage, else the block of that."""
    found: dict[int, str] = {}
    for at in sections:
        index = max((n for n, block in enumerate(blocks) if block.start <= at), default=0)
        while index and blocks[index - 1].kind == "heading" and blocks[index - 1].start not in found:
            index -= 1
        if blocks:
            found.setdefault(blocks[index].start, f"s{at}")
    return found


def _parts(number: int, count: int) -> Parts:
    def address(n: int) -> str:
        return with_query("", {"part": n})

    near: list[tuple[int, str] | None] = []
    for n in range(1, count + 1):
        if n in {1, count} or abs(n - number) <= NEAR:
            near.append((n, address(n)))
        elif near[-1] is not None:
            near.append(None)
    return Parts(
        number,
        count,
        tuple(near),
        address(number - 1) if number > 1 else None,
        address(number + 1) if number < count else None,
    )
