"""Where quoted words stand in a document, and the sentence around a place in it."""

import re

from graph.model import Span
from ingest.sentences import sentences

_WINDOW = 600
"""Characters on either side of a place in which its sentence is looked for."""


def find_quote(quote: str, text: str, *, within: Span | None = None) -> Span | None:
    """Where the words of a quote stand, first of all in `within`, whatever the white space between them."""
    parts = quote.split()
    if not parts:
        return None
    written = re.compile(r"\s+".join(re.escape(part) for part in parts), re.IGNORECASE)
    found = written.search(text, *within) if within is not None else None
    found = found or written.search(text)
    return Span(found.start(), found.end()) if found else None


def sentence_at(span: Span, text: str, *, language: str) -> str:
    """The sentence in which a span begins, on one line."""
    left, right = max(0, span.start - _WINDOW), min(len(text), span.start + _WINDOW)
    left = max(left, text.rfind("\n\n", left, span.start) + 1)
    blank = text.find("\n\n", span.start, right)
    window = text[left : blank if blank >= 0 else right].replace("\n", " ")
    at = span.start - left
    around = [s for s in sentences(window, language) if s.start <= at < s.end] or [Span(0, len(window))]
    return " ".join(window[around[0].start : around[0].end].split())
