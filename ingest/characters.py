"""What becomes of single characters: white space, ligatures, accents, controls and the marks of Markdown."""

import html
import re
import unicodedata
from collections.abc import Iterator

# Controls, soft hyphens, marks of direction and of no width, surrogates: nothing that a reader sees.
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    r"\ud800-\udfff"
)
_UNSEEN_IN_LABEL = re.compile(rf"(?:(?!\s)[{_UNSEEN}])+")
# What is not copied as it is. Order matters: the first alternative that matches wins.
_SPECIAL = re.compile(
    r"(?P<space>[^\S ]+[^\S]*| [^\S]+)"  # any white space that is not one plain space
    rf"|(?P<drop>[{_UNSEEN}]+)"
    r"|(?P<ligature>[\ufb00-\ufb06])"
    r"|(?P<compose>[^\W\d_][\u0300-\u036f]+)"
    r"|(?P<emphasis>(?<![\w*_])(?:\*{1,3}|_{1,3})(?=[^\s*_])|(?<=[^\s*_])(?:\*{1,3}|_{1,3})(?![\w*_]))"
)
# What Markdown adds: HTML tags, character references, escapes, code marks.
_MARKUP = re.compile(
    r"(?P<tag></?[a-zA-Z][a-zA-Z0-9]{0,10}(?:\s[^<>\n]{0,300})?/?>)"
    r"|(?P<reference>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,24});)"
    r"|(?P<escape>\\(?=[!-/:-@\[-`{-~]))"
    r"|(?P<code>`+)"
)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]\n]{0,300})\]\((?P<target>(?:[^()\s]|\([^()\s]{0,100}\)){0,600})(?:\s+\"[^\"\n]{0,200}\")?\)"
)


def label(text: str) -> str:
    """A name or title from outside a text (a cell, the properties of a file) on one line, as it is seen."""
    return " ".join(_UNSEEN_IN_LABEL.sub("", text).split())


def pieces(text: str, start: int, end: int, *, markup: bool) -> Iterator[tuple[str, int, int]]:
    """The clean pieces of one line, each with the source characters it stands for."""
    if not markup:
        yield from _linked_pieces(text, start, end)
        return
    at = start
    for mark in _MARKUP.finditer(text, start, end):
        yield from _linked_pieces(text, at, mark.start())
        kind, at = mark.lastgroup, mark.end()
        if kind == "reference":
            yield html.unescape(mark.group()), *mark.span()
        elif kind == "tag" and mark.group()[1:3].lower() == "br":
            yield "\n", *mark.span()
        elif kind == "escape":
            # The next character is literal, whatever it would mean otherwise.
            yield text[at : at + 1], mark.start(), at + 1
            at += 1
    yield from _linked_pieces(text, at, end)


def _linked_pieces(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    at = start
    while at < end:
        link = _LINK.search(text, at, end)
        yield from _plain_pieces(text, at, link.start() if link else end)
        if link is None:
            return
        if text[link.start()] != "!":  # what an image is called is often the name of its file
            yield from _plain_pieces(text, *link.span("text"))
        at = link.end()


def _plain_pieces(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    at = start
    for special in _SPECIAL.finditer(text, start, end):
        if special.start() > at:
            yield text[at : special.start()], at, special.start()
        kind = special.lastgroup
        if kind == "space":
            yield " ", *special.span()
        elif kind == "ligature":
            yield unicodedata.normalize("NFKC", special.group()), *special.span()
        elif kind == "compose":
            yield unicodedata.normalize("NFC", special.group()), *special.span()
        at = special.end()
    if at < end:
        yield text[at:end], at, end
