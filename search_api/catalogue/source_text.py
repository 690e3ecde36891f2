"""The text of a document cut into segments to show: plain, a named resource, or the span asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.model import Document
from search_api.resources.documents import Mention

#: Characters of a document on one page of ours; a browser lays them out without delay.
PART = 40_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `page` is set where a page begins, `anchor` on the first piece of the target."""

    text: str
    mention: Mention | None = None
    target: bool = False
    anchor: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a document, `number` of `count`, both from 1; `start` and `end` are code points."""

    number: int
    count: int
    start: int
    end: int
    segments: tuple[Segment, ...]


def part_of(
    document: Document,
    mentions: Iterable[Mention],
    *,
    target: tuple[int, int] | None = None,
    number: int = 1,
) -> Part:
    """The part of that number or, with a target span, the part that the target begins in, up to its end (or
    another part's length: nobody points at more).

    A target outside the text is none; a part outside is the nearest there is.
    """
    length = len(document.text)
    count = max(1, -(-length // PART))
    if target and not 0 <= target[0] < target[1] <= length:
        target = None
    number = target[0] // PART + 1 if target else min(max(number, 1), count)
    start, end = (number - 1) * PART, min(number * PART, length)
    if target:
        end = max(end, min(target[1], end + PART))
    named = [m for m in mentions if m.start < end and m.end > start and m.start < m.end]
    pages = {page.start: page.number for page in document.pages}
    cuts = {start, end}
    for first, last in [*((m.start, m.end) for m in named), *([target] if target else [])]:
        cuts |= {min(max(first, start), end), min(max(last, start), end)}
    cuts |= {at for at in pages if start <= at < end}
    return Part(
        number=number,
        count=count,
        start=start,
        end=end,
        segments=tuple(_segments(document.text, sorted(cuts), named, target, pages)),
    )


def _segments(
    text: str,
    cuts: Sequence[int],
    named: Sequence[Mention],
    target: tuple[int, int] | None,
    pages: dict[int, int],
) -> Iterable[Segment]:
    anchored = False
    waiting = sorted(named, key=lambda m: m.start)
    active: list[Mention] = []
    at = 0
    for first, last in pairwise(cuts):
        while at < len(waiting) and waiting[at].start <= first:
            active.append(waiting[at])
            at += 1
        active = [m for m in active if m.end > first]
        inner = min(active, key=lambda m: (m.end - m.start, m.resource.id), default=None)
        inside = target is not None and target[0] <= first < target[1]
        yield Segment(
            text=printable(text[first:last]),
            mention=inner,
            target=inside,
            anchor=inside and not anchored,
            page=pages.get(first),
        )
        anchored = anchored or inside


def printable(text: str) -> str:
    """Text that every client can show: lone surrogates and control characters become U+FFFD, one for one."""
    return "".join(
        char
        if char in "\n\t\r" or (char >= " " and not "\ud800" <= char <= "\udfff" and char != "\x7f")
        else "�"
        for char in text
    )
