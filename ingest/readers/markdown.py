"""Markdown: the text is the file itself, the blocks are where CommonMark (with tables) sees them."""

import re
from itertools import pairwise

from graph.errors import EmptyDocument
from graph.model import Block, BlockKind, Document
from ingest.readers import text as plain

_NEWLINE = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(?:\r\n?|\n)")
_TITLE = re.compile(
    r"(?<=[\r\n])title[ \t]*[:=][ \t]*(?P<quote>[\"']?)(?P<title>[^\r\n]+?)(?P=quote)[ \t]*(?=[\r\n])",
    re.IGNORECASE,
)
_UNWRITTEN = re.compile(r"\s*<(?:!--|script\b|style\b)", re.IGNORECASE)


def read(data: bytes, *, name: str, identity: str) -> Document:
    """Read a Markdown file; front matter gives the title and no block. Raises DocumentError."""
    text = plain.decode(data, name=name)
    head = _front_matter(text)
    blocks = _blocks(text, head)
    if not blocks:
        raise EmptyDocument(
            f"{name}: there is no text under its front matter; add some or leave the file out"
        )
    return Document(
        id=identity,
        name=name,
        media_type="text/markdown",
        text=text,
        title=_title(text, head, blocks),
        blocks=tuple(blocks),
    )


def _front_matter(text: str) -> int:
    """Where the front matter ends; 0 where there is none."""
    opening = _FRONT_MATTER.match(text)
    if opening is None:
        return 0
    closing = re.compile(rf"(?<=[\r\n]){re.escape(opening[1])}[ \t]*(?=[\r\n]|\Z)").search(
        text, opening.end()
    )
    return closing.end() if closing else 0


def _title(text: str, head: int, blocks: list[Block]) -> str | None:
    stated = _TITLE.search(text, 0, head) if head else None
    if stated:
        return stated["title"].strip()
    first = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    return text[first.start : first.end].strip("# \t") if first else None


def _blocks(text: str, head: int) -> list[Block]:
    from markdown_it import MarkdownIt

    starts = [0, *(found.end() for found in _NEWLINE.finditer(text)), len(text) + 1]
    # The front matter becomes blank lines, so that line numbers stay those of the file.
    body = (
        "\n" * len(_NEWLINE.findall(text, 0, head)) + text[head:] if head else text.replace("\ufeff", " ", 1)
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
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
            blocks.extend(_row(text, starts[first], starts[last] - 1))
            continue
        kind: BlockKind = "paragraph"
        level = 0
        if token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
            last -= token.markup in {"=", "-"}
        elif token.type == "fence":
            first, last = first + 1, max(first + 1, last - 1)
        elif token.type == "html_block" and _UNWRITTEN.match(token.content):
            continue
        elif fresh_item:
            kind, level = "list-item", depth - 1
        fresh_item = False
        start, end = _trim(text, starts[first], starts[last] - 1)
        if end > start and (following.type != "inline" or following.content.strip()):
            blocks.append(Block(kind, start, end, level))
    return blocks


def _row(text: str, start: int, end: int) -> list[Block]:
    """A table row and its cells, which are parted by bars that no backslash escapes."""
    start, end = _trim(text, start, end)
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", text[start:end])]
    edges = [start - 1, *(start + bar for bar in bars), end]
    if bars and bars[0] == 0:
        edges.pop(0)
    if bars and start + bars[-1] == end - 1:
        edges.pop()
    cells: list[Block] = []
    for column, (left, right) in enumerate(pairwise(edges)):
        first, last = _trim(text, left + 1, right)
        if last > first:
            cells.append(Block("table-cell", first, last, column))
    return [Block("table-row", start, end), *cells] if cells else []


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    end = min(end, len(text))
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
