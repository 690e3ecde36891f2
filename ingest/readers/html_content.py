"""Which pieces of a web page are its text, and which are menus, banners and lists of links around it.

A library (trafilatura) says what text it would keep; it loses headings, repeated lines and titles that are
links. So the page is read whole, and what it keeps says where the text begins and ends.
"""

import re
from collections.abc import Sequence
from typing import Any

from ingest.readers.html_pieces import Piece, pieces_of

_BLANK = re.compile(r"\s+")
_WINDOW = (
    20_000  # characters of the text kept, on either side of the last find, in which a piece is looked for
)
_TELLING = 25  # characters without blanks from which a piece tells where in the text kept we are
_EDGE = 40  # characters at an end of a piece that are looked for where it is not found whole
_LINKS = 0.8  # share of a piece's characters that are links, from which it is nothing but links
_MENU = 4  # links in a row that are a menu
_TITLE_REACH = 12  # pieces before the first that is kept among which the title of the text may stand
_LONGEST_GAP = 6  # pieces in a row, headings apart, that the library may have lost between two it keeps


def content(root: Any, kept: str) -> list[Piece]:
    """The pieces of a page that are its text; `kept` is the text that a boilerplate remover left of it."""
    pieces = pieces_of(root)
    found = _found(pieces, kept)
    if not any(found):
        return _without_menus(pieces)
    first = found.index(True)
    last = len(found) - 1 - found[::-1].index(True)
    chosen = _titles(pieces[:first])
    known = {piece.text for piece, here in zip(pieces, found, strict=True) if here}
    gap: list[Piece] = []
    for piece, here in zip(pieces[first : last + 1], found[first : last + 1], strict=True):
        if not here:
            gap.append(piece)
            continue
        chosen += _lost(gap, known)
        gap = []
        chosen.append(piece)
    return chosen


def _found(pieces: Sequence[Piece], kept: str) -> list[bool]:
    """Whether each piece is in the text kept, which has them in the same order. Linear in the page."""
    text = _BLANK.sub("", kept)
    at = 0
    found = []
    for piece in pieces:
        key = _BLANK.sub("", piece.text)
        low, high = max(0, at - _WINDOW), at + _WINDOW + len(key)
        where = text.find(key, low, high)
        if where < 0 and len(key) > 2 * _EDGE:
            where = text.find(key[:_EDGE], low, high)
            if where < 0:
                where = text.find(key[-_EDGE:], low, high)
        if where >= 0 and len(key) >= _TELLING:
            at = where
        found.append(where >= 0)
    return found


def _titles(before: Sequence[Piece]) -> list[Piece]:
    """The headings right above the text: its title, for which the library looks elsewhere."""
    titles: list[Piece] = []
    links = 0
    for piece in reversed(before[-_TITLE_REACH:]):
        if piece.kind == "heading":
            titles.append(piece)
            links = 0
        elif piece.linked < _LINKS and len(piece.text) > _TELLING:
            break
        elif piece.kind == "list-item":
            links += 1
            if links >= _MENU:
                break
    return titles[::-1]


def _lost(gap: Sequence[Piece], known: set[str]) -> list[Piece]:
    """Of pieces that the library left out between two that it keeps, those that are of the text."""
    texts = [piece for piece in gap if piece.kind != "heading"]
    few = len(texts) <= _LONGEST_GAP and all(piece.linked < _LINKS for piece in texts)
    return [piece for piece in gap if piece.kind == "heading" or piece.text in known or few]


def _without_menus(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without runs of items that are links alone."""
    chosen: list[Piece] = []
    run: list[Piece] = []
    for piece in [*pieces, None]:
        if piece is not None and piece.kind == "list-item" and piece.linked >= _LINKS:
            run.append(piece)
            continue
        chosen += run if len(run) < _MENU else []
        run = []
        if piece is not None:
            chosen.append(piece)
    return chosen
