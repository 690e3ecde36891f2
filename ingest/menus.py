"""Menus of web pages that came along with their text: short lines of links, seldom broken by a sentence."""

import re
from collections.abc import Sequence

from ingest.lexicon import pattern
from ingest.lines import TERMINAL, Line
from ingest.tokens import fold

_SHORT, _FEW_WORDS = 40, 4  # characters and words of an entry at the most
_ENTRIES = 4  # of a menu at the least
_LONGEST = 300  # characters of a menu on one line
_PARTS = re.compile(r"\s*[|•·»›>/]\s*|\s{2,}|\t")
_FRAME = " \t•·-–»›>|*"


def find_menus(text: str, lines: Sequence[Line]) -> frozenset[int]:
    """Indexes of the lines that are menus of a site: at least four short ones together, and links that every
    site has (home, contact, networks) among them; or a line that is little else.
    """
    found: set[int] = set()
    group: list[int] = []
    loose: list[int] = []  # short lines with blank ones between them
    for index in range(len(lines) + 1):
        line = lines[index] if index < len(lines) else None
        if line is not None and not line.blank:
            group.append(index)
            continue
        if group:
            if len(group) == 1 and _is_short(text, lines[group[0]]):
                loose += group
            else:
                found |= _loose_menu(text, lines, loose) | _menu(text, lines, group)
                loose = []
        group = []
    return frozenset(found | _loose_menu(text, lines, loose))


def _menu(text: str, lines: Sequence[Line], group: Sequence[int]) -> set[int]:
    """The lines of a group that are menus: all of them, or those that are one each."""
    if len(group) >= _ENTRIES and all(_is_short(text, lines[index]) for index in group):
        links = sum(1 for index in group if _is_link(text[lines[index].first : lines[index].last]))
        if links >= 2 and 4 * links >= len(group):
            return set(group)
    return {index for index in group if _is_menu_line(text[lines[index].first : lines[index].last])}


def _loose_menu(text: str, lines: Sequence[Line], loose: Sequence[int]) -> set[int]:
    """Of lines that stand alone, those from the first to the last link, where half of them are links."""
    links = [at for at, index in enumerate(loose) if _is_link(text[lines[index].first : lines[index].last])]
    if len(links) >= _ENTRIES - 1 and 2 * len(links) >= links[-1] - links[0] + 1 >= _ENTRIES:
        return set(loose[links[0] : links[-1] + 1])
    return {index for index in loose if _is_menu_line(text[lines[index].first : lines[index].last])}


def _is_menu_line(content: str) -> bool:
    """Whether a line is links and little else: "Inicio | Noticias | Contacto", "Facebook Twitter RSS"."""
    if len(content) > _LONGEST or TERMINAL.search(content):
        return False
    entries = [part for part in _PARTS.split(content.strip(_FRAME)) if part]
    for parts, least in ((entries, _ENTRIES - 1), (content.split(), _ENTRIES)):
        links = sum(1 for part in parts if _is_link(part))
        if links >= least and 2 * links >= len(parts):
            return True
    return False


def _is_short(text: str, line: Line) -> bool:
    content = text[line.first : line.last]
    return line.width <= _SHORT and len(content.split()) <= _FEW_WORDS and TERMINAL.search(content) is None


def _is_link(content: str) -> bool:
    """Whether a short line is one of the links that every site has."""
    label = fold(content.strip(_FRAME)) if len(content) <= _SHORT else ""
    return pattern("site_link").fullmatch(label) is not None
