"""What a document says of itself: title, reference, language and the year it reports on."""

import re
from collections import Counter
from collections.abc import Sequence

from graph.model import Document, DocumentInfo
from ingest.cleaning import CleanText
from ingest.dates import DateMention
from ingest.front_matter import published_year
from ingest.lexicon import pattern
from ingest.reading import Reading
from ingest.segmentation import Segment
from ingest.titles import above_chapters, running_title, title_among, title_of_file, top_title

_REFERENCE = re.compile(r"\b[A-Z]{2,6}(?:/[\w.]+)+(?:\s+N[°º.]*\s*[\d-]+)?")


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIRST_WORDS = 200  # characters in which a lone year is the one reported on
_OPENING_UNITS = 6  # headings and paragraphs among which a title stands
_SHORT_PARAGRAPH = 160  # characters of a first line that may be a title
_OPENING = 2_000  # characters in which a text says when it was published


def document_info(document: Document, reading: Reading) -> DocumentInfo:
    """The document's own description. Where it states no title, that is the heading it begins with, or what
    its pages are headed with, or else the first words that could be one."""
    cleaned = reading.clean
    furniture = " ".join(e.text for e in cleaned.furniture if len(e.text) > 8)
    code = _REFERENCE.search(furniture) or _REFERENCE.search(cleaned.text[:600])
    opening = [unit.segment for unit in reading.units[:_OPENING_UNITS]]
    headings = above_chapters(s.text for s in opening if s.kind == "heading" and not s.number)
    title = title_among(
        (
            document.title,
            top_title([s.text for s in opening if not s.number]) if _begins_with_title(opening) else None,
            running_title(_REFERENCE.sub(" ", e.text) for e in cleaned.furniture),
            *headings,
            opening[0].text if opening and len(opening[0].text) < _SHORT_PARAGRAPH else None,
        ),
        name=document.name,
    )
    return DocumentInfo(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        title=title or title_of_file(document.name),
        language=reading.language,
        reference=code.group().strip() if code else None,
        year=reading.year,
        characters=len(document.text),
        pages=len(document.pages),
    )


def _begins_with_title(opening: Sequence[Segment]) -> bool:
    """Whether a text begins with a heading, or with lines that break on purpose."""
    first = opening[0] if opening else None
    return first is not None and not first.number and (first.kind == "heading" or "\n" in first.text)


def year_reported(document: Document, cleaned: CleanText, days: Sequence[DateMention]) -> int | None:
    """The year reported on: in the title, else that of publication, else the one most dates have.

    `days` are those that the clean text dates in full.
    """
    posted = published_year(document)
    for text in (document.title or "", *(e.text for e in cleaned.furniture)):
        years = set(_YEAR.findall(text))
        if len(years) == 1 and int(year := years.pop()) <= (posted or 9999) + 1:
            return int(year)
    if posted:
        return posted
    opening = cleaned.text[:_OPENING]
    years = set(_YEAR.findall(opening[:_FIRST_WORDS]))
    if len(years) == 1:
        return int(years.pop())
    published = [
        d
        for d in days
        if d.span.end <= _OPENING
        and pattern("published").search(opening[max(0, d.span.start - 40) : d.span.start])
    ]
    if published:
        return int(published[0].start[:4])
    counts = Counter(d.start[:4] for d in days)
    if counts:
        year, count = counts.most_common(1)[0]
        if count >= 0.5 * sum(counts.values()):
            return int(year)
    return None
