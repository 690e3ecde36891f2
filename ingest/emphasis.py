"""Words that a text sets apart with marks: emphasis and links, of Markdown and of HTML.

What is set apart is often a name, whose end its capitals alone would not tell.
"""

import re

from graph.model import Span

_LONGEST = 200  # characters; more is a passage and no name
_MARKS = re.compile(
    rf"(?<![\w*_\\])(?P<mark>\*{{1,3}}|_{{1,3}})(?=[^\s*_])(?P<marked>[^*_\r\n]{{2,{_LONGEST}}})(?<=\S)(?P=mark)(?![\w*_])"
    rf"|(?<![!\\])\[(?P<linked>[^\[\]\r\n]{{2,{_LONGEST}}})\]\("
)
_TAGS = re.compile(
    rf"<(?P<tag>a|b|strong|em|i|cite|u)(?:\s[^<>]{{0,2000}})?>(?P<inside>[^<>]{{2,{_LONGEST}}})</(?P=tag)\s*>",
    re.IGNORECASE,
)
_EDGE = " \t*_[]"


def emphasised(text: str, *, markup: bool) -> list[Span]:
    """Spans of what stands between marks, in order, without the marks; tags count in text with `markup`."""
    found = []
    if "*" in text or "_" in text or "](" in text:
        found += [mark.span(mark.lastgroup or 0) for mark in _MARKS.finditer(text)]
    if markup:
        found += [tag.span("inside") for tag in _TAGS.finditer(text)]
    spans: set[Span] = set()
    for start, end in found:
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip(_EDGE))
        end -= len(inside) - len(inside.rstrip(_EDGE))
        if start < end:
            spans.add(Span(start, end))
    return sorted(spans)
