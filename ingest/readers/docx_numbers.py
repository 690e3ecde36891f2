"""The numbers that a word processor writes before the paragraphs of a list, worked out as it does."""

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_xml import child, number_of, value_of, w

_LEVELS = 9  # levels of a list in a Word document
_MOST = 5000  # a number over this is not written in letters or Roman numerals
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level is numbered: format ("decimal", "bullet" …), text ("%1.%2.") and first number."""

    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbers:
    """Counts the paragraphs of each list of one document; `lists` has a counter and levels by number id."""

    lists: dict[str, tuple[str, dict[int, _Level]]]
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any) -> "Numbers":
        """The lists of numbering.xml; none where the document has no such part."""
        if root is None:
            return cls({})
        abstract = {
            node.get(w("abstractNumId")): {
                number_of(level.get(w("ilvl"))): _level(level) for level in node.iterchildren(w("lvl"))
            }
            for node in root.iterchildren(w("abstractNum"))
        }
        lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        for node in root.iterchildren(w("num")):
            base = value_of(node, "abstractNumId") or ""
            levels = dict(abstract.get(base, {}))
            counter = base
            for override in node.iterchildren(w("lvlOverride")):
                index = number_of(override.get(w("ilvl")))
                if (stated := child(override, "lvl")) is not None:
                    levels[index] = _level(stated)
                if (start := value_of(override, "startOverride")) is not None and index in levels:
                    old = levels[index]
                    levels[index] = _Level(old.format, old.text, number_of(start))
                    counter = f"{base}/{node.get(w('numId'))}"
            lists[node.get(w("numId"), "")] = counter, levels
        return cls(lists)

    def next(self, number_id: str, level: int) -> str:
        """What stands before the next paragraph of a list at a level, with a space; nothing for a bullet."""
        counter, levels = self.lists.get(number_id, ("", {}))
        level = min(max(level, 0), _LEVELS - 1)
        if level not in levels:
            return ""
        counts = self._counters.setdefault(counter, {})
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in range(level + 1, _LEVELS):
            counts.pop(deeper, None)
        if levels[level].format in {"bullet", "none"}:
            return ""

        def written(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            if at not in levels:
                return ""
            return _written(counts.get(at, levels[at].start), levels[at].format)

        text = _PLACE.sub(written, levels[level].text).strip()
        return f"{text} " if text else ""


def _level(node: Any) -> _Level:
    start = value_of(node, "start")
    return _Level(
        value_of(node, "numFmt") or "decimal",
        (value_of(node, "lvlText") or "")[:60],
        number_of(start) if start is not None else 1,
    )


def _written(number: int, format_: str) -> str:
    if 0 < number <= _MOST:
        if format_ in {"lowerLetter", "upperLetter"}:
            # a … z, aa, bb: Word repeats the letter.
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter.upper() if format_ == "upperLetter" else letter
        if format_ in {"lowerRoman", "upperRoman"}:
            rest, roman = number, ""
            for value, letters in _ROMAN:
                roman += letters * (rest // value)
                rest %= value
            return roman.upper() if format_ == "upperRoman" else roman
    return f"{number:02}" if format_ == "decimalZero" else str(number)
