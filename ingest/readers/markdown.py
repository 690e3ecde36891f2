"""Text with markup: Markdown, posts of static sites, raw HTML. The text is the file itself, the blocks are
where CommonMark (with tables) and the tags see them.
"""

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from graph.errors import EmptyDocument
from graph.model import Block, BlockKind, Document
from ingest.front_matter import FrontMatter, front_matter
from ingest.markup import BLOCK_TAGS, HIDDEN, TAG, without_code, without_tags
from ingest.readers import text as plain
from ingest.readers.html_blocks import Markup, html_blocks
from ingest.titles import above_chapters, title_among

_NEWLINE = re.compile(r"\r\n?|\n")
_COVERED = re.compile(r"[^\r\n]")
_PAGE = re.compile(r"\s*(?:<!doctype\b|<html\b|<\?php\b|<\?xml\b)", re.IGNORECASE)
_LIQUID_LINE = re.compile(r"^[ \t]*(?:\{%.{1,300}%\}|\{\{[<%].{1,300}[>%]\}\})", re.MULTILINE)
# What only Markdown has: headings, emphasis, links, items with a mark.
_MARKDOWN = re.compile(r"^ {0,3}#{1,6} \S|\*\*\w|\]\(\S|^ {0,3}(?:[-*+]|\d{1,3}[.)]) +\S", re.MULTILINE)
_HTML_TITLE = re.compile(r"<title\b[^<>]{0,300}>(?P<title>[^<]{1,400})</title", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SNIFFED = 200_000  # characters that tell what a text is
_FEW_TAGS = 3  # block-level tags of a text that is no HTML but speaks of it


def has_markup(text: str) -> bool:
    """Whether a text file is a post of a static site, HTML or PHP: read by its marks, not by its lines."""
    if front_matter(text) is not None:
        return True
    sample = text[:_SNIFFED]
    if _PAGE.match(_body(sample)) or _LIQUID_LINE.search(sample):
        return True
    tags = sum(1 for tag in TAG.finditer(sample) if tag["name"].lower() in BLOCK_TAGS | {"br"})
    return tags >= _FEW_TAGS


def read(data: bytes, *, name: str, identity: str) -> Document:
    """Read a Markdown file; the title in its front matter is its first heading. Raises DocumentError."""
    return read_text(plain.decode(data, name=name), name=name, identity=identity)


def read_text(text: str, *, name: str, identity: str) -> Document:
    """Read a text with markup, decoded. Raises EmptyDocument where it says nothing."""
    head = front_matter(text)
    start = head.end if head else 0
    code = without_code(_COVERED.sub(" ", text[:start]) + text[start:] if start else text)
    markup = Markup(code.replace("\ufeff", HIDDEN))
    page = _is_html(markup)
    blocks = html_blocks(markup, start, len(text)) if page else _blocks(markup)
    if not blocks:
        raise EmptyDocument(
            f"{name}: there is no text under its front matter or between its tags; add some or leave it out"
        )
    title = title_among(_titles(text, head, blocks, page=page), name=name)
    if head and head.title and not _told(text, head, blocks):
        blocks.insert(0, Block("heading", *head.title, 1))
    return Document(
        id=identity,
        name=name,
        media_type="text/plain"
        if page and not name.lower().endswith((".md", ".markdown"))
        else "text/markdown",
        text=text,
        title=title,
        blocks=tuple(blocks),
    )


def _body(text: str) -> str:
    """The text below comment lines."""
    return re.sub(r"\A\ufeff?(?:\s*#[^\r\n]*[\r\n]){0,12}", "", text)


def _told(text: str, head: FrontMatter, blocks: list[Block]) -> bool:
    """Whether the first heading of the text repeats the title of its head."""
    first = next((block for block in blocks if block.kind == "heading"), None)
    if first is None or head.title is None:
        return False
    return _shown(text[first.start : first.end]) == _shown(text[slice(*head.title)])


def _shown(text: str) -> str:
    return " ".join(without_tags(text, breaks=True).replace(HIDDEN, "").strip("#*_ \t").casefold().split())


def _is_html(markup: Markup) -> bool:
    """Whether nearly all of a text stands inside block-level tags, and no mark of Markdown does."""
    inside = depth = at = 0
    for tag in TAG.finditer(markup.code):
        if tag["name"].lower() not in BLOCK_TAGS:
            continue
        if depth > 0:
            inside += _letters(markup.seen[at : tag.start()])
        at = tag.end()
        depth = max(0, depth - 1) if tag["close"] else depth + 1
    whole = _letters(markup.seen)
    return whole > 0 and inside >= 0.8 * whole and not _MARKDOWN.search(markup.seen)


def _letters(text: str) -> int:
    return sum(len(word) for word in text.replace(HIDDEN, " ").split())


def _titles(text: str, head: FrontMatter | None, blocks: list[Block], *, page: bool) -> Iterator[str]:
    """What may be the title, the likeliest first: that of the head, headings, the title element of a page."""
    if head and head.title:
        yield _unescaped(text[slice(*head.title)], quoted=text[head.title.start - 1] == '"')
    headings = [block for block in blocks if block.kind == "heading" and block.level == 1]
    if not page or len(headings) == 1:
        shown = (without_tags(text[h.start : h.end]).replace(HIDDEN, "") for h in headings)
        yield from above_chapters(heading.strip("# \t") for heading in shown)
    if page and (stated := _HTML_TITLE.search(text)):
        from ingest.readers.html import without_site

        yield without_site(_unescaped(stated["title"]))


def _unescaped(text: str, *, quoted: bool = False) -> str:
    """A title on one line; `quoted` tells that it stood between double quotes, where YAML and TOML escape."""
    if quoted:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace('\\"', '"')
    return " ".join(html.unescape(text).replace("''", "'").split())


def _blocks(markup: Markup) -> list[Block]:
    from markdown_it import MarkdownIt

    text = markup.code
    starts = [0, *(found.end() for found in _NEWLINE.finditer(text)), len(text) + 1]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks: list[Block] = []
    depth = 0
    fresh_item = False
    for token, following in pairwise([*tokens, tokens[-1]] if tokens else []):
        if token.type == "list_item_open":
            depth += 1
            fresh_item = True
        elif token.type == "list_item_close":
            depth -= 1
            fresh_item = False
        if token.map is None or token.type not in {
            "heading_open", "paragraph_open", "fence", "code_block", "html_block", "tr_open",
        }:  # fmt: skip
            continue
        first, last = token.map
        if token.type == "tr_open":
            blocks.extend(_row(markup, starts[first], starts[last] - 1))
            continue
        kind: BlockKind = "paragraph"
        level = 0
        if token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
            last -= token.markup in {"=", "-"}
        elif token.type == "fence":
            first, last = first + 1, max(first + 1, last - 1)
        elif fresh_item:
            kind, level = "list-item", depth - 1
        fresh_item = False
        start, end = starts[first], min(starts[last] - 1, len(text))
        if following.type != "inline" or following.content.strip():
            blocks.extend(html_blocks(markup, start, end, kind=kind, level=level))
    return blocks


def _row(markup: Markup, start: int, end: int) -> list[Block]:
    """A table row and its cells, which are parted by bars that no backslash escapes."""
    text = markup.code
    start, end = _trim(text, start, end)
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", text[start:end])]
    edges = [start - 1, *(start + bar for bar in bars), end]
    if bars and bars[0] == 0:
        edges.pop(0)
    if bars and start + bars[-1] == end - 1:
        edges.pop()
    cells: list[Block] = []
    for column, (left, right) in enumerate(pairwise(edges)):
        span = markup.visible(left + 1, right)
        if span is not None:
            cells.append(Block("table-cell", *span, column))
    return [Block("table-row", start, end), *cells] if cells else []


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    end = min(end, len(text))
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
