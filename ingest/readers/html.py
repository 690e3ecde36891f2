"""HTML: the text of the page without menus, banners and scripts, as trafilatura finds it."""

import re
from typing import Any

from graph.errors import EmptyDocument
from graph.model import Document
from ingest.readers import text as plain
from ingest.readers.blocks import BlockWriter

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # characters that XML has not
_SITE = re.compile(r"\s+(?:[|•·»«]|::)\s.*$|\s+[–—-]\s[^–—|-]{1,60}$")  # "Title | Site", "Title – Site"
_UNSEEN = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "footer",
    "form",
    "button",
    "svg",
    "head",
)


def read(data: bytes, *, name: str, identity: str) -> Document:
    """Read an HTML page: headings, paragraphs, list items and table cells in order. Raises DocumentError."""
    markup = _decode(data, name=name)
    body, title = _extract(markup)
    writer = BlockWriter()
    if body is not None:
        _walk(body, writer)
    if not writer.blocks:
        raise EmptyDocument(
            f"{name}: the page has no text of its own (only menus, scripts or frames); save the page after "
            "it has loaded, or as plain text"
        )
    first = next((block for block in writer.blocks if block.kind == "heading"), None)
    text = writer.text
    return Document(
        id=identity,
        name=name,
        media_type="text/html",
        text=text,
        title=title or (text[first.start : first.end] if first else None),
        blocks=tuple(writer.blocks),
    )


def _decode(data: bytes, *, name: str) -> str:
    declared = _CHARSET.search(data, 0, 4096)
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # pages often declare what they are not; detection decides
    return plain.decode(data, name=name)


def _extract(markup: str) -> tuple[Any, str | None]:
    """The body that trafilatura keeps, or that of the whole page for one too short for it, and the title.

    The title is read here: trafilatura looks for it together with the date of publication, which we don't use
    and which costs seconds (it loads every language of a date parser).
    """
    from lxml import etree
    from lxml import html as lxml_html
    from trafilatura import bare_extraction

    # lxml refuses a declaration of the encoding in a text that is decoded already, and what XML forbids.
    markup = _FORBIDDEN.sub(" ", re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", markup, count=1))
    try:
        tree = lxml_html.document_fromstring(markup)
    except (etree.ParserError, ValueError):
        return None, None
    title = _title(tree)
    found = bare_extraction(
        tree, include_tables=True, include_comments=False, favor_recall=True, with_metadata=False
    )
    if found is not None and found.body is not None and "".join(found.body.itertext()).strip():
        return found.body, title
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    return tree, title


def _title(tree: Any) -> str | None:
    """The title given for sharing, the only h1, or the title element without the name of the site."""
    shared = tree.xpath("string(//head/meta[@property='og:title' or @name='twitter:title'][1]/@content)")
    if shared.strip():
        return _fold(shared)
    headings = tree.findall(".//h1")
    if len(headings) == 1 and (only := _fold(_all_text(headings[0]))):
        return only
    return without_site(_fold(tree.findtext(".//head/title") or "")) or None


def without_site(title: str) -> str:
    """The title of a page without the name of the site behind it."""
    return _SITE.sub("", title) or title


_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_CONTAINERS = {
    "body",
    "html",
    "div",
    "main",
    "article",
    "section",
    "list",
    "ul",
    "ol",
    "dl",
    "quote",
    "blockquote",
}


def _walk(element: Any, writer: BlockWriter) -> None:
    """Write the blocks under an element of trafilatura's tree (head, p, list, item, table) or of HTML.

    An own stack, since pages nest deeper than Python's calls may.
    """
    stack: list[tuple[Any, bool]] = [(element, False)]
    loose: list[str] = []

    def flush() -> None:
        writer.add("paragraph", _fold(" ".join(loose)))
        loose.clear()

    while stack:
        node, done = stack.pop()
        if done:
            if node.tag in _CONTAINERS:
                flush()
            loose.append(node.tail or "")
            continue
        if not isinstance(node.tag, str):
            loose.append(node.tail or "")
            continue
        tag = node.tag
        if tag == "head" or tag in _HEADINGS:
            flush()
            level = _HEADINGS.get(node.get("rend", tag), 2)
            writer.add("heading", _all_text(node), level=level)
        elif tag == "table":
            flush()
            for row in node.iter("row", "tr"):
                writer.add_row([_all_text(cell) for cell in row.iterchildren("cell", "td", "th")])
        elif tag in {"item", "li", "dt", "dd"}:
            flush()
            children = list(node)
            inner = next((i for i, child in enumerate(children) if child.tag in _CONTAINERS), len(children))
            own = [node.text or "", *(_all_text(child) + (child.tail or "") for child in children[:inner])]
            writer.add("list-item", _fold(" ".join(own)) if inner < len(children) else _all_text(node))
            # The tail comes after what is nested in the item, which is still on its way.
            loose.append("" if inner < len(children) else node.tail or "")
            stack.extend((child, False) for child in reversed(children[inner:]))
            continue
        elif tag in {"p", "pre", "code", "caption", "figcaption"}:
            flush()
            writer.add("paragraph", _all_text(node))
        elif tag in _CONTAINERS or len(node):
            if tag in _CONTAINERS:
                flush()
            loose.append(node.text or "")
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
            continue
        else:
            loose.append(_all_text(node))
        loose.append(node.tail or "")
    flush()


def _all_text(element: Any) -> str:
    parts: list[str] = [element.text or ""]
    for node in element.iterdescendants():
        if isinstance(node.tag, str):
            parts.append("\n" if node.tag in {"lb", "br"} else "")
            if node.tag in {"p", "div", "li", "item"}:
                parts.append(" ")
            parts.append(node.text or "")
        parts.append(node.tail or "")
    return "\n".join(filter(None, (_fold(line) for line in "".join(_broken(parts)).split("\v"))))


def _broken(parts: list[str]) -> list[str]:
    """Line breaks of the page as vertical tabs, so that they outlive the folding of white space."""
    return ["\v" if part == "\n" else part.replace("\v", " ") for part in parts]


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
