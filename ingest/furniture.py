"""Page furniture: running headers, footers and page numbers that an extraction leaves in the text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.lines import TERMINAL, Line

PAGE_NUMBER = re.compile(
    r"(?:p[áa]g(?:ina|\.)?|page|p\.)?\s*[-–—|]?\s*(\d{1,4})\s*[-–—|]?(?:\s*(?:de|of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
# Document codes of international bodies and registries: SP/CL/XXXIII.O/Di, LC/G.2398, OEA/Ser.D.
REFERENCE_CODE = re.compile(r"\b[A-Z]{1,8}(?:/[A-Za-z0-9.\-]{1,20}){1,6}")
_PAGE_WORD = re.compile(r"p[áa]gina|p[áa]g\b|page", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?;:,]$")
_PAGED_TITLE = re.compile(r"[^\W\d_].*#\W*$|^\W*#.*[^\W\d_]")
_BARRED = re.compile(r"\|\s*#\W*$|^\W*#\s*\|")
_SET_APART = re.compile(r"(?P<title>\S.*?\S)\s{3,}(?P<number>\d{1,4})|(?P<first>\d{1,4})\s{3,}\S.*")
_EDGE = 3  # lines at the top and at the foot of a page that can be furniture
_PAGE = 500  # characters of a page that has little on it
_TORN = 0.25  # share of the pages that end in the middle of a sentence, at the least
_LONGEST = 160  # characters of a running title


def find_furniture(text: str, lines: Sequence[Line]) -> frozenset[int]:
    """Indexes of the lines that belong to the page and not to the text."""
    found = _source_notice(text, lines)
    found |= _at_page_edges(text, lines)
    found |= _between_blank_lines(text, lines)
    return frozenset(found)


def _at_page_edges(text: str, lines: Sequence[Line]) -> set[int]:
    """Lines at the edges of pages that repeat with nothing but numbers changing, and lone page numbers."""
    tops = [index for index, line in enumerate(lines) if line.page_top]
    if not tops:
        return set()
    bounds = [0, *(top for top in tops if top), len(lines)]
    edges: list[list[int]] = []  # each from the edge of a page inwards
    for begin, end in pairwise(bounds):
        seen = [index for index in range(begin, end) if not lines[index].blank]
        # On a page of few lines the foot must not reach the head.
        edges += [seen[:_EDGE], seen[max(_EDGE, len(seen) - _EDGE) :][::-1]]
    signatures = Counter(
        signature for edge in edges for signature in {_signature(text, lines[index]) for index in edge}
    )
    needed = max(3, len(bounds) // 4)
    found: set[int] = set()
    for edge in edges:
        for index in edge:
            line = lines[index]
            times = signatures[_signature(text, line)]
            # Facing pages carry different headers, so a lone number needs less company.
            number = PAGE_NUMBER.fullmatch(text, line.first, line.last) is not None and times >= 2
            if not number and (times < needed or line.width > _LONGEST):
                break
            found.add(index)
    return found


def _between_blank_lines(text: str, lines: Sequence[Line]) -> set[int]:
    """Small groups of lines with a page number and a running title, for texts that lost their page breaks."""
    groups = [group for group in _groups(lines) if len(group) <= _EDGE]
    signatures = Counter(_signature(text, lines[index]) for group in groups for index in group)
    numbers = [group[0] for group in groups if len(group) == 1 and _number(text, lines[group[0]]) is not None]
    found = _ascending(text, lines, numbers) | _counting(text, lines, groups)
    found |= _set_apart(text, lines, groups)
    for group in groups:
        count = sum(1 for index in group if _number(text, lines[index]) is not None)
        titles = [index for index in group if _number(text, lines[index]) is None]
        if len(group) == 1 and _PAGE_WORD.match(text, lines[group[0]].first) and count:
            found.update(group)
        if count != 1:
            continue
        if titles and any(_PAGE_WORD.match(text, lines[index].first) for index in group):
            furniture = all(_is_short_title(text, lines[index]) for index in titles)
        elif titles:
            furniture = all(_running_title(text, lines[index], signatures) for index in titles)
        else:
            furniture = _cuts_sentence(text, lines, group[0])
        if furniture:
            found.update(group)
    return found


def _running_title(text: str, line: Line, signatures: Counter[str]) -> bool:
    content = text[line.first : line.last]
    if len(content) > _LONGEST or _SENTENCE_END.search(content) or len(content.split()) < 2:
        return False
    repeats = signatures[_signature(text, line)] >= 2
    return repeats or (bool(_DIGITS.search(content)) and bool(REFERENCE_CODE.search(content)))


def _is_short_title(text: str, line: Line) -> bool:
    return line.width <= 80 and not _SENTENCE_END.search(text, line.last - 1, line.last)


def _set_apart(text: str, lines: Sequence[Line], groups: Sequence[list[int]]) -> set[int]:
    """Lone lines with a title and, across a wide gap, a number that grows by a page or two each time."""
    found: set[int] = set()
    last: dict[str, tuple[int, int]] = {}
    for group in groups:
        line = lines[group[0]]
        if len(group) != 1 or line.width > _LONGEST:
            continue
        parts = _SET_APART.fullmatch(text, line.first, line.last)
        if parts is None:
            continue
        number = parts["number"] or parts["first"]
        title = text[line.first : line.last].replace(number, " ", 1) if parts["first"] else parts["title"]
        key = " ".join(title.casefold().split())
        if len(key.split()) < 2 or not any(c.isalpha() for c in key) or _YEAR.fullmatch(number):
            continue
        before = last.get(key)
        last[key] = (group[0], int(number))
        if before is None:
            continue
        # A page has more lines than a table has from one such row to the next.
        between = group[0] - before[0]
        if between >= 8 and 0 < int(number) - before[1] <= max(1, between // 10):
            found.update((before[0], group[0]))
    return found


def _counting(text: str, lines: Sequence[Line], groups: Sequence[list[int]]) -> set[int]:
    """Lone lines that come back at least three times, a page apart, with a number growing at an end of them.

    Numbered headings do so too ("Taller 12"), but stand between sentences: a page ends in the middle of one.
    A bar before the number ("Memoria | 3") says enough.
    """
    same: dict[str, list[int]] = {}
    for group in groups:
        if len(group) == 1:
            same.setdefault(_signature(text, lines[group[0]]), []).append(group[0])
    found: set[int] = set()
    for signature, indexes in same.items():
        if len(indexes) < 3 or len(signature) > _LONGEST or not _PAGED_TITLE.search(signature):
            continue
        numbers = [[int(n[-6:]) for n in _DIGITS.findall(text, *lines[i][2:4])] for i in indexes]
        columns = zip(*numbers, strict=True)
        if not any(all(a < b for a, b in pairwise(column)) for column in columns):
            continue
        apart = sorted(lines[b].start - lines[a].end for a, b in pairwise(indexes))
        torn = sum(1 for index in indexes if _tears_sentence(text, lines, index))
        paged = apart[len(apart) // 2] >= _PAGE and torn >= _TORN * len(indexes)
        if paged or _BARRED.search(signature):
            found.update(indexes)
    return found


def _tears_sentence(text: str, lines: Sequence[Line], index: int) -> bool:
    """Whether the text before stops in mid-sentence, or the text after goes on with a small letter."""
    before = next((line for line in reversed(lines[max(0, index - 6) : index]) if not line.blank), None)
    after = next((line for line in lines[index + 1 : index + 7] if not line.blank), None)
    if after is not None and text[after.first].islower():
        return True
    return (
        before is not None and before.width > 40 and TERMINAL.search(text, before.first, before.last) is None
    )


def _ascending(text: str, lines: Sequence[Line], numbers: Sequence[int]) -> set[int]:
    """Lone numbers, when at least three follow each other by one or two pages."""
    found: set[int] = set()
    run: list[int] = []
    for index in [*numbers, -1]:
        value = _number(text, lines[index]) if index >= 0 else None
        before = _number(text, lines[run[-1]]) if run else None
        if (
            value is not None
            and (before is None or 0 < value - before <= 2)
            and not (run and index - run[-1] < 8)
        ):
            run.append(index)
            continue
        if len(run) >= 3:
            found.update(run)
        run = [index] if value is not None else []
    return found


def _cuts_sentence(text: str, lines: Sequence[Line], index: int) -> bool:
    """Whether the text before stops in mid-sentence and the text after goes on with a small letter."""
    before = next((line for line in reversed(lines[max(0, index - 6) : index]) if not line.blank), None)
    after = next((line for line in lines[index + 1 : index + 7] if not line.blank), None)
    if before is None or after is None or lines[index - 1].blank is False:
        return False
    return before.width > 40 and text[before.last - 1] not in ".!?:;" and text[after.first].islower()


def _source_notice(text: str, lines: Sequence[Line]) -> set[int]:
    """Comment lines at the very top that say where a file came from (`# https://…`)."""
    found: set[int] = set()
    for index, line in enumerate(lines):
        if line.blank:
            if found:
                break
            continue
        if not text.startswith("# ", line.first):
            break
        found.add(index)
    if any("://" in text[lines[index].first : lines[index].last] for index in found):
        return found
    return set()


def _groups(lines: Sequence[Line]) -> list[list[int]]:
    groups: list[list[int]] = []
    current: list[int] = []
    for index, line in enumerate(lines):
        if line.blank or line.page_top:
            if current:
                groups.append(current)
            current = []
        if not line.blank:
            current.append(index)
    if current:
        groups.append(current)
    return groups


def _signature(text: str, line: Line) -> str:
    return " ".join(_DIGITS.sub("#", text[line.first : line.last][: _LONGEST + 1]).casefold().split())


def _number(text: str, line: Line) -> int | None:
    if line.width > 24:
        return None
    match = PAGE_NUMBER.fullmatch(text, line.first, line.last)
    if match is None or _YEAR.fullmatch(match.group(1)):
        return None
    return int(match.group(1))
