"""HTML: the text of the page without menus, banners and scripts."""

import re
from copy import deepcopy
from typing import Any

from graph.errors import EmptyDocument
from graph.model import Document
from ingest.addresses import country_of_file
from ingest.readers import text as plain
from ingest.readers.blocks import BlockWriter
from ingest.readers.html_content import content
from ingest.readers.html_pieces import Piece, pieces_of
from ingest.titles import above_chapters, title_among

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_LATIN_1 = re.compile(r"iso[-_]?8859[-_]1|latin[-_]?1|us-ascii|ascii", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # characters that XML has not
_SITE = re.compile(r"\s+(?:[|•·»«]|::)\s.*$|\s+[–—-]\s[^–—|-]{1,60}$")  # "Title | Site", "Title – Site"
# Code of server pages (ASP, JSP) and of templates, which a browser never gets. It does not nest, so that what
# is opened ever again and never closed is looked through once.
_SERVER_CODE = re.compile(
    r"<%(?:(?!<%).){0,5000}?%>|\{%(?:(?!\{%).){0,1000}?%\}|\{\{(?:(?!\{\{).){0,1000}?\}\}", re.DOTALL
)
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
    "title",  # not the whole head: where one is not closed, the parser puts the page into it
)


def read(data: bytes, *, name: str, identity: str) -> Document:
    """Read an HTML page: headings, paragraphs, list items and table cells in order. Raises DocumentError."""
    markup = _decode(data, name=name)
    pieces, titles = _extract(markup)
    writer = BlockWriter()
    for piece in pieces:
        if piece.cells:
            writer.add_row(list(piece.cells))
        else:
            writer.add(piece.kind, piece.text, level=piece.level)
    if not writer.blocks:
        raise EmptyDocument(
            f"{name}: the page has no text of its own (only menus, scripts or frames); save the page after "
            "it has loaded, or as plain text"
        )
    text = writer.text
    headings = (text[block.start : block.end] for block in writer.blocks if block.kind == "heading")
    return Document(
        id=identity,
        name=name,
        media_type="text/html",
        text=text,
        title=title_among((*titles, *above_chapters(headings)), name=name),
        blocks=tuple(writer.blocks),
        country=country_of_file(markup),
    )


def _decode(data: bytes, *, name: str) -> str:
    """The markup: UTF-8 where it is valid, whatever it declares; then what it declares, as browsers do."""
    declared = _CHARSET.search(data, 0, 4096)
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        label = declared[1].decode("ascii")
        # Browsers read Latin-1 as the Windows code page, which has quotes and dashes where that has none.
        for encoding in ("utf-8", *(("cp1252",) if _LATIN_1.fullmatch(label) else ()), label):
            try:
                markup = data.decode(encoding)
            except (LookupError, UnicodeDecodeError):
                continue  # pages often declare what they are not; detection decides
            if declared[1].decode(encoding, "replace") == label:
                return markup
    return plain.decode(data, name=name)


def _extract(markup: str) -> tuple[list[Piece], tuple[str, ...]]:
    """The pieces of a page that are its text, and what may be its title, the likeliest first.

    Titles are read here: trafilatura looks for it together with the date of publication, which we don't use
    and which costs seconds (it loads every language of a date parser).
    """
    from lxml import etree
    from lxml import html as lxml_html
    from trafilatura import bare_extraction

    # lxml refuses a declaration of the encoding in a text that is decoded already, and what XML forbids.
    markup = _FORBIDDEN.sub(" ", re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", markup, count=1))
    try:
        tree = lxml_html.document_fromstring(_SERVER_CODE.sub(" ", markup))
    except (etree.ParserError, ValueError):
        return [], ()
    titles = _titles(tree)
    for form in tree.iter("form"):
        if _is_page(form):
            form.tag = "div"  # a page of ASP.NET is one form
    show_panels(tree)
    whole = deepcopy(tree)
    # The library pads rows with empty cells, 1,000 for one that says so; which text it keeps is the same.
    etree.strip_attributes(tree, "colspan", "rowspan")
    found = bare_extraction(
        tree, include_tables=True, include_comments=False, favor_recall=True, with_metadata=False
    )
    kept = "".join(found.body.itertext()) if found is not None and found.body is not None else ""
    etree.strip_elements(whole, *_UNSEEN, with_tail=False)
    return content(whole, kept), titles


def show_panels(tree: Any) -> None:
    """Show what a heading or a button of the page opens: a browser hides it only at first."""
    opened: set[str] = set()
    for name in _OPENS:
        for value in tree.xpath(f"//@{name}"):
            opened |= set(_TARGET.findall(value[:_LONGEST_VALUE]))
    for panel in tree.xpath("//*[@id and (@style or @hidden or @aria-hidden)]") if opened else ():
        named = f"{panel.get('id')} {panel.get('class', '')}"
        if panel.get("id") in opened and not _NO_PANEL.search(named):
            for attribute in ("style", "hidden", "aria-hidden"):
                panel.attrib.pop(attribute, None)


_OPENS = ("onclick", "href", "data-target", "data-bs-target", "aria-controls")
_LONGEST_VALUE = 500  # characters of an attribute that are looked at
_TARGET = re.compile(r"(?:\A|[#'\"])([A-Za-z][\w-]{0,60})(?=['\"]|\Z)")
_NO_PANEL = re.compile(
    r"menu|nav|modal|cookie|popup|lightbox|login|search|busca|share|sidebar", re.IGNORECASE
)


def _is_page(form: Any) -> bool:
    """Whether a form is the page rather than a form on it."""
    return form.find(".//h1") is not None or form.find(".//p") is not None


def _titles(tree: Any) -> tuple[str, ...]:
    """The title given for sharing, the only h1, the title element with and without the site."""
    shared = tree.xpath("string(//head/meta[@property='og:title' or @name='twitter:title'][1]/@content)")
    headings = tree.findall(".//h1")
    only = " ".join(piece.text for piece in pieces_of(headings[0])) if len(headings) == 1 else ""
    stated = _fold(tree.findtext(".//head/title") or "")
    return _fold(shared), _fold(only), without_site(stated), stated


def without_site(title: str) -> str:
    """The title of a page without the name of the site behind it."""
    return _SITE.sub("", title) or title


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
