"""The head of a post of a static site: keys and values above the text, of which two say something of it.

Three forms: YAML between lines `---`, TOML between lines `+++`, and bare lines `Title: …` up to a blank line.
Comment lines (`# …`) may stand above it.
"""

import re
from typing import NamedTuple

from graph.model import Document, Span

_LEAD = re.compile(r"\ufeff?(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)){0,12}")
_FENCE = re.compile(r"(?P<mark>---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_BARE = re.compile(
    r"(?:(?:[A-Za-z][\w -]{0,30}:[^\r\n]*|[ \t]+\S[^\r\n]*)(?:\r\n?|\n)){2,60}(?=\s*[\r\n]|\Z)"
)
# Keys that site generators give every post; one of them tells a head from lines that happen to have colons.
_KNOWN = re.compile(
    r"^(?:title|date|layout|author|authors|tags?|categor(?:y|ies)|slug|status|draft|published)[ \t]*[:=]",
    re.IGNORECASE | re.MULTILINE,
)
_KEY = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]*(?:[\w\"'][\w \"'.-]{0,60}[:=]|\[)")
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(
    r"^(?:date|pubdate|publish_?date|published(?:_?(?:date|at|on))?|fecha|data|created(?:_?at)?)[ \t]*[:=]"
    r"[^\r\n]{0,60}?(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"\"(?P<double>(?:[^\"\\]|\\.){1,600})\"|'(?P<single>(?:[^']|''){1,600})'")
_FOLDED = re.compile(r"[>|][+-]?[ \t]*(?:\r\n?|\n)(?=[ \t])[ \t]*")
_PLAIN = re.compile(r"\S[^\r\n]*(?:(?:\r\n?|\n)[ \t]+(?!- )\S[^\r\n]*)*")
# Posts are files named by their day: 2018-06-13-feria.md
_DATED_NAME = re.compile(r"(?P<year>(?:19|20)\d\d)-[01]\d-[0-3]\d-")
_LONGEST = 20_000  # characters of a head


class FrontMatter(NamedTuple):
    """`end` is where the text begins, `title` where the title stands, `year` that of publication."""

    end: int
    title: Span | None
    year: int | None


def front_matter(text: str) -> FrontMatter | None:
    """The head of a text; None for one that has none."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    commented = "#" in text[:start]
    opening = _FENCE.match(text, start)
    if opening is None:
        bare = _BARE.match(text, start, start + _LONGEST)
        if bare is None or len(_KNOWN.findall(bare.group())) < 2 or not _TITLE.search(bare.group()):
            return None
        return FrontMatter(bare.end(), *_values(bare.group(), bare.start()))
    closing = re.compile(rf"^{re.escape(opening['mark'])}[ \t]*$", re.MULTILINE).search(
        text.replace("\r", "\n") if "\r" in text else text, opening.end()
    )
    if closing is None:
        return None
    inside = text[opening.end() : closing.start()]
    if commented and not _KNOWN.search(inside.replace("\r", "\n")):
        return None  # a heading and rules under it
    if inside.strip() and not _KEY.match(inside):
        return None  # a rule above the text, and one below
    return FrontMatter(closing.end(), *_values(inside, opening.end()))


def published_year(document: Document) -> int | None:
    """The year in which the head of a post says that it was published, or else the name of its file."""
    if document.media_type not in {"text/markdown", "text/plain"} or not document.blocks:
        return None
    head = front_matter(document.text)
    if head is None:
        return None
    named = _DATED_NAME.match(document.name)
    return head.year or (int(named["year"]) if named else None)


def _values(head: str, offset: int) -> tuple[Span | None, int | None]:
    """Title and year of publication of a head that stands at `offset` in the text."""
    lines = head.replace("\r", "\n")
    date = _DATE.search(lines)
    year = int(date["year"]) if date else None
    key = _TITLE.search(lines)
    if key is None:
        return None, year
    at = key.end()
    quoted = _QUOTED.match(lines, at)
    if quoted:
        start, end = quoted.span("double" if quoted["double"] is not None else "single")
    else:
        folded = _FOLDED.match(lines, at)
        value = _PLAIN.match(lines, folded.end() if folded else at)
        if value is None or lines[at : at + 1] in {"", "\n"}:
            return None, year
        start, end = value.span()
    found = head[start:end]
    if not found.strip() or found.strip().casefold() in {"null", "~", "none", "nil", "{}", "[]"}:
        return None, year
    lead = len(found) - len(found.lstrip())
    return Span(offset + start + lead, offset + start + len(found.rstrip())), year
