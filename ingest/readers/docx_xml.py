"""Reading the XML of Word documents: names, values and the text of a paragraph."""

from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The older copy of a drawing, which says the same again."""

_MOST = 1_000_000
# What wraps paragraphs, rows or runs without being one: content controls, accepted insertions, custom XML.
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))


def w(name: str) -> str:
    """The name in the namespace of WordprocessingML."""
    return _W + name


def child(node: Any, *path: str) -> Any:
    """The first element under `node` by this path of names; None where there is none."""
    for name in path:
        node = node.find(_W + name) if node is not None else None
    return node


def value_of(node: Any, *path: str) -> str | None:
    """The `val` of the element under `node` by this path of names."""
    found = child(node, *path)
    return None if found is None else found.get(_W + "val")


def number_of(text: str | None) -> int:
    """A whole number from 0 to a million; 0 for what is none."""
    try:
        return min(max(int(text or 0), 0), _MOST)
    except ValueError:
        return 0


def unwrapped(node: Any) -> Iterator[Any]:
    """The children of a node, those of mere wrappers in their place."""
    stack = list(reversed(node))
    while stack:
        item = stack.pop()
        if item.tag in _WRAPPERS:
            stack.extend(reversed(item))
        elif isinstance(item.tag, str):
            yield item


def paragraph_text(paragraph: Any) -> tuple[str, list[Any], list[tuple[str, str]]]:
    """The text of a paragraph, the text boxes anchored in it, and the notes it refers to (kind and id).

    Deleted text, field codes and the older copy of a drawing are left out.
    """
    parts: list[str] = []
    boxes: list[Any] = []
    notes: list[tuple[str, str]] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == _W + "t":
            parts.append(node.text or "")
        elif tag in {_W + "tab", _W + "ptab"}:
            parts.append("\t")
        elif tag in {_W + "br", _W + "cr"}:
            parts.append("\n")
        elif tag == _W + "noBreakHyphen":
            parts.append("-")
        elif tag == _W + "txbxContent":
            boxes.append(node)
        elif tag in {_W + "footnoteReference", _W + "endnoteReference"}:
            notes.append((tag[len(_W) :].removesuffix("Reference"), node.get(_W + "id", "")))
        elif tag not in {_W + "pPr", _W + "rPr", _W + "del", _W + "moveFrom", _W + "instrText", FALLBACK}:
            stack.extend(reversed(node))
    return "".join(parts), boxes, notes
