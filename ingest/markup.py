"""Markup in a text file: what of raw HTML and of the code of site generators a reader does not see.

Everything here keeps the length and the line breaks of a text, so that offsets stay those of the file: what
is not seen is overwritten with a character of no width, a line of nothing else with blanks.
"""

import re

HIDDEN = "\u2060"
"""Stands for a character of the source that nobody sees: the word joiner, which cleaning drops."""

BLOCK_TAGS = frozenset(
    {
        *("address article blockquote body caption center dd details div dl dt fieldset figcaption".split()),
        *("figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary".split()),
        *("table tbody td tfoot th thead tr ul".split()),
    }
)
_INLINE_TAGS = frozenset(
    {
        *("a abbr acronym b base big button cite code col colgroup del dfn em embed font i iframe".split()),
        *("img input ins kbd label legend link mark meta object option param picture q s samp".split()),
        *("select small source span strike strong sub sup time title tt u var video audio wbr".split()),
    }
)
# Elements of a page with nothing in them that its author wrote for this page.
_UNSEEN = "script|style|noscript|template|svg|head|nav|aside|footer|button|select|textarea|iframe|object"
_CODE = re.compile(
    r"(?P<comment><!--)|(?P<php><\?(?:php\b|=|xml\b))|(?P<liquid>\{%)|(?P<output>\{\{)"
    rf"|<(?P<element>{_UNSEEN})(?:\s[^<>]{{0,2000}})?(?<!/)>"
    # kramdown and pandoc: {: .button } {:target="_blank"} {.alignnone width="20"}
    r"|(?P<attributes>\{(?::|[.#][A-Za-z])[^{}\r\n]{0,300}\})"
    r"|(?P<image>!\[[^\[\]\r\n]{0,300}\](?:\((?:[^()\s]|\([^()\s]{0,100}\)){0,600}(?:\s+(?:\"[^\"\r\n]{0,200}\"|'[^'\r\n]{0,200}'))?\)"
    r"|\[[^\[\]\r\n]{0,80}\]))"
    r"|(?P<short>\\?\[/?(?:gallery|caption|audio|video|embed|playlist|vc_\w{1,30}|et_pb_\w{1,30})\b"
    r"[^\[\]\r\n]{0,600}\])"
    r"|(?P<doctype><!doctype\b[^<>]{0,300}>)",
    re.IGNORECASE,
)
_ENDS = {"comment": "-->", "php": "?>", "liquid": "%}", "output": "}}"}
_LONGEST_OUTPUT = 2_000  # characters between braces; more is text that has braces
_LIQUID_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}", re.IGNORECASE)
_LIQUID_COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}", re.IGNORECASE)
TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<rest>(?:\s[^<>]{0,3000})?)/?>")
_NOTHING = re.compile(rf"^[ \t{HIDDEN}]+(?=\r?$)|^[ \t{HIDDEN}]+(?=\r)", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]+")
_EDGE = f" \t{HIDDEN}"
_COVERED = re.compile(r"[^\r\n]")
_NOTICE = re.compile(r"\ufeff?\s*(?:# [^\r\n]*(?:\r\n?|\n|\Z)){1,8}")


def without_code(text: str) -> str:
    """The text with comments, scripts, page furniture, images and the code of site generators overwritten.

    Linear in the length of the text: what opens and never ends is looked for once.
    """
    parts: list[str] = []
    at = notice(text)
    parts.append(_COVERED.sub(HIDDEN, text[:at]))
    endless: set[str] = set()
    while (found := _CODE.search(text, at)) is not None:
        end = _end_of(text, found, endless)
        if end is None:
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        parts += [text[at : found.start()], _COVERED.sub(HIDDEN, text[found.start() : end])]
        at = end
    parts.append(text[at:])
    return _NOTHING.sub(_blanks, "".join(parts))


def without_tags(text: str, *, breaks: bool = False) -> str:
    """The text with HTML tags overwritten, `<br>` only on demand; words in angles that are no tags stay."""
    if "<" not in text:
        return text

    def covered(tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if name not in BLOCK_TAGS and name not in _INLINE_TAGS and not (breaks and name == "br"):
            return tag.group()
        return _COVERED.sub(HIDDEN, tag.group())

    return _LINE.sub(_trimmed, TAG.sub(covered, text))


def visible(text: str) -> str:
    """The text of a file with markup as its reader sees it, at the offsets of the file."""
    return _LINE.sub(_trimmed, without_tags(without_code(text)))


def notice(text: str) -> int:
    """Where comment lines at the very top end that say where a file came from (`# https://…`); 0 for none."""
    found = _NOTICE.match(text)
    return found.end() if found and "://" in found.group() else 0


def _end_of(text: str, found: re.Match[str], endless: set[str]) -> int | None:
    """Where the code ends that begins with a match; None for what is none after all."""
    kind = found.lastgroup or ""
    if kind in {"attributes", "image", "short", "doctype"}:
        return found.end()
    if kind == "element":
        name = found["element"].lower()
        if name in endless:
            return None
        closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, found.end())
        if closing is None:
            endless.add(name)
        return closing.end() if closing else None
    if kind == "liquid" and _LIQUID_COMMENT.match(text, found.start()) and "comment" not in endless:
        closing = _LIQUID_COMMENT_END.search(text, found.end())
        if closing:
            return closing.end()
        endless.add("comment")
    if kind in endless:
        return None
    stop = text.find(_ENDS[kind], found.end())
    if stop < 0:
        endless.add(kind)
        return len(text) if kind == "php" else None
    if kind in {"output", "liquid"} and stop - found.end() > _LONGEST_OUTPUT:
        return None
    return stop + len(_ENDS[kind])


def _trimmed(line: re.Match[str]) -> str:
    """A line with blanks for what nobody sees at its ends, where it would count as its width."""
    text = line.group()
    begun = text.lstrip(_EDGE)
    return " " * (len(text) - len(begun)) + begun.rstrip(_EDGE).ljust(len(begun))


def _blanks(found: re.Match[str]) -> str:
    return " " * len(found.group())
