"""Passages: the unit of search and of evidence, of a length that one embedding can carry."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from graph.model import Passage, Span
from ingest.cleaning import CleanText
from ingest.language import detect
from ingest.segmentation import Segment
from ingest.sentences import sentences

LONGEST = 1600  # characters; a paragraph above this is split
FULL = 1200  # characters that merged items and pieces of a split paragraph aim at; about 300 tokens
SHORT_ITEM = 200  # characters; bulleted items up to this length are read together
TELLING_CELL = 70  # characters; a cell of a table from this length on says something by itself
BARE_CELL = 8  # characters; a cell up to this length stays with the one before it in its row
SHORT_NUMBERED = 100  # characters; the same for numbered items, which more often stand for themselves


def passages(segments: Sequence[Segment], clean: CleanText) -> tuple[Passage, ...]:
    """The passages of a document in order: paragraphs, rows of tables, and lists of short items.

    A heading is not a passage of its own but the `heading` of those under it; one with nothing under it
    becomes a passage, so that no text is lost to search. Ids name the source span.
    """
    found: list[Passage] = []
    for group in _groups(segments):
        language = detect(" ".join(member.text for member in group))
        first = group[0]
        for start, end in _pieces(clean, group, language):
            span = clean.source(start, end)
            found.append(
                Passage(
                    id=f"p-{span.start}-{span.end}",
                    text=clean.text[start:end].replace("\n\n", "\n"),
                    span=span,
                    heading=first.heading,
                    page=first.page,
                    language=language,
                )
            )
    return tuple(found)


def _groups(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments that are read together."""
    group: list[Segment] = []
    for current, following in pairwise([*segments, None]):
        if current is None:
            break
        if current.kind == "heading":
            under = following is not None and (
                following.kind != "heading" or current.text in following.heading_path
            )
            if group:
                yield group
                group = []
            if not under:
                yield [current]
            continue
        if group and not _together(group, current):
            yield group
            group = []
        group.append(current)
    if group:
        yield group


def _together(group: Sequence[Segment], current: Segment) -> bool:
    last = group[-1]
    length = current.clean.end - group[0].clean.start
    if last.kind == current.kind == "table-cell":
        telling = max(len(last.text), len(current.text)) >= TELLING_CELL
        # A number says nothing without its row.
        bare = len(current.text) <= BARE_CELL
        return last.row == current.row and length <= LONGEST and (bare or not telling)
    if length > FULL or not _short_item(current):
        return False
    if last.kind == "list-item":
        return _short_item(last)
    return last.kind == "paragraph" and last.text.endswith(":") and len(last.text) <= 2 * SHORT_ITEM


def _short_item(segment: Segment) -> bool:
    limit = SHORT_ITEM if segment.number is None else SHORT_NUMBERED
    return segment.kind == "list-item" and len(segment.text) <= limit


def _pieces(clean: CleanText, group: Sequence[Segment], language: str) -> Iterator[Span]:
    """The clean spans that a group is cut into: one, or several of like length that end with a sentence."""
    start, end = group[0].clean.start, group[-1].clean.end
    if end - start <= LONGEST:
        yield Span(start, end)
        return
    count = -(-(end - start) // FULL)
    goal = (end - start) / count
    begin = start
    last = start
    for sentence in _bounded(clean, start, end, language):
        if last > begin and sentence.end - begin > goal + (sentence.end - sentence.start) / 2:
            yield Span(begin, last)
            begin = sentence.start
        last = sentence.end
    if last > begin:
        yield Span(begin, last)


def _bounded(clean: CleanText, start: int, end: int, language: str) -> Iterator[Span]:
    """Sentences as clean spans; one longer than a passage may be is cut at a comma or a space."""
    for first, last in sentences(clean.text[start:end], language):
        begin, stop = start + first, start + last
        while stop - begin > LONGEST:
            cut = max(clean.text.rfind(mark, begin + FULL // 2, begin + FULL) for mark in ("; ", ", ")) + 1
            cut = cut or clean.text.rfind(" ", begin + FULL // 2, begin + FULL) + 1 or begin + FULL
            yield Span(begin, cut)
            begin = cut
            while begin < stop and clean.text[begin].isspace():
                begin += 1
        if stop > begin:
            yield Span(begin, stop)
