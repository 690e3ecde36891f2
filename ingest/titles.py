"""What a reader would call a document, among the lines and properties that say so.

In: candidates, the most trusted first. Out: the first that is a title, as it is seen. Addresses, paths, names
of files, what programs write where nobody gave a title ("untitled", "Layout 1"), links that skip the menu,
keys of a head, dates and headings that any document may have are none.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import PurePath

from ingest.characters import label, pieces
from ingest.lexicon import institution_heads, words
from ingest.tokens import fold

_LONGEST_LINE = 140  # characters of a line that is a title
_LONGEST = 300  # characters; the start of a text is no title of it
_PROGRAM = re.compile(r"^Microsoft (?:Office )?(?:Word|Excel|PowerPoint|Publisher) - ")
# Comments that say where a file came from, and keys that generators give every post.
_KEY = re.compile(r"^(?:post_)?(?:t[ií]tulo|title|asunto|assunto|subject)\s*[:=]\s+", re.IGNORECASE)
_OTHER_KEY = re.compile(
    r"^(?:layout|date|fecha|author|autor|tags?|categor\w*|slug|status|draft|permalink|source|fuente|fonte|url|id)"
    r"\s*[:=]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S*(?:://|@|\bwww\.)\S+|\S*/\S+/\S*|\S*\\\S+\\\S*")
_SUFFIX = (
    r"\.(?:docx?|dotx?|odt|rtf|pdf|txt|te?x|md|html?|php|aspx?"
    r"|pptx?|ppsx?|xlsx?|csv|indd|qxd|pub|pmd|ai|cdr|tmp)"
)
_FILE = re.compile(rf"\S.*{_SUFFIX}", re.IGNORECASE)
_DATED = re.compile(r"^\d{4}-\d\d-\d\d[-_ ](?=\S)")
_NUMBERS = re.compile(r"[\W\d_]+")
_QUOTES = {"“": "”", "‘": "’", "«": "»", '"': '"', "'": "'"}
_PAGE_NUMBER = re.compile(r"^\d{1,4}\s+(?:\|\s*)?(?=\D)|(?<=[^\W\d_])\s+(?:\|\s*)?\d{1,3}$|\s+\|\s*\d{1,4}$")


def title_among(candidates: Iterable[str | None], *, name: str) -> str | None:
    """The first of the candidates that is a title of the document in the file `name`; None for none."""
    for candidate in candidates:
        if candidate and (title := _as_seen(candidate)) and _is_title(title, name):
            return title
    return None


def above_chapters(headings: Iterable[str]) -> Iterator[str]:
    """The headings down to the first that any document may have: a title does not stand below that."""
    return takewhile(lambda heading: _words(_as_seen(heading)) not in words("generic_headings"), headings)


def top_title(opening: Sequence[str]) -> str | None:
    """The title that a text begins with: its first line, with the second where the first says who writes."""
    lines = [line.strip() for text in opening[:2] for line in text.split("\n") if line.strip()]
    if not lines or not _is_line(lines[0]):
        return None
    first, second = lines[0], next(iter(lines[1:]), "")
    told = next(iter(fold(first).split()), "")
    if told in institution_heads() and not any(c.isdigit() for c in first) and _is_line(second):
        return f"{first} – {second}" if _is_title(second, "") else first
    return first


def _is_line(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_LINE and not text.endswith((".", ";", ","))


def title_of_file(name: str) -> str:
    """Words in the place of a title, from the name of a file: without suffix, day and underscores."""
    stem = re.sub(rf"{_SUFFIX}$", "", label(name), flags=re.IGNORECASE)
    stem = _DATED.sub("", stem)
    if " " not in stem:
        stem = re.sub(r"[-_]+", " ", stem).strip()
    return stem[:1].upper() + stem[1:] or label(name)


def running_title(lines: Iterable[str]) -> str | None:
    """What the running headers of the pages say oftenest, without the number of the page."""
    shorn = [_PAGE_NUMBER.sub("", " ".join(line.split())) for line in lines]
    counts = Counter(line for line in shorn if _is_title(line, "") and len(line) > _SHORT_HEADER)
    return counts.most_common(1)[0][0] if counts else None


_SHORT_HEADER = 16  # characters; shorter headers name a chapter or who publishes


def _as_seen(text: str) -> str:
    """The title on one line, without marks of Markdown, quotes around it, a key before it or a program."""
    text = label(html.unescape(text))
    text = "".join(piece for piece, _, _ in pieces(text, 0, len(text), markup=False)).strip("# ")
    text = _KEY.sub("", _PROGRAM.sub("", text))
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and text[-1] not in text[1:-1]:
        text = text[1:-1]
    return text.strip()


def _words(text: str) -> str:
    return " ".join(_NUMBERS.sub(" ", fold(text)).split())


def _is_title(text: str, name: str) -> bool:
    if len(text) > _LONGEST or _OTHER_KEY.match(text) or _FILE.fullmatch(text):
        return False
    if sum(len(found) for found in _ADDRESS.findall(text)) * 3 > len(text):
        return False
    if text == name or text == PurePath(name).stem:
        return False
    bare = _words(text)
    if not bare or bare in words("no_titles") or bare in words("generic_headings"):
        return False
    dated = words("days_and_months") | {"de", "del", "do", "of", "a", "al", "e", "y", "and", "to"}
    return not set(bare.split()) <= dated
