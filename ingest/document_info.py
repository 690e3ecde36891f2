"""What a document says of itself: title, reference, language and the year it reports on."""

import re
from collections import Counter
from collections.abc import Sequence

from graph.model import Document, DocumentInfo
from ingest.characters import label
from ingest.cleaning import CleanText
from ingest.dates import DateMention
from ingest.front_matter import published_year
from ingest.lexicon import pattern, words
from ingest.reading import Reading
from ingest.tokens import fold

_REFERENCE = re.compile(r"\b[A-Z]{2,6}(?:/[\w.]+)+(?:\s+N[°º.]*\s*[\d-]+)?")


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIRST_WORDS = 200  # characters in which a lone year is the one reported on
_OPENING = 2_000  # characters in which a text says when it was published


def document_info(document: Document, reading: Reading) -> DocumentInfo:
    """The document's own description; the running header or the first heading where it states no title."""
    cleaned = reading.clean
    furniture = " ".join(e.text for e in cleaned.furniture if len(e.text) > 8)
    code = _REFERENCE.search(furniture) or _REFERENCE.search(cleaned.text[:600])
    title = document.title
    if not title:
        running = " ".join(_REFERENCE.sub(" ", e.text) for e in cleaned.furniture if len(e.text) > 20)[:300]
        headings = [
            u.text
            for u in reading.units[:6]
            if u.segment.kind == "heading"
            and fold(u.text).strip(" .:") not in words("generic_headings")
            and not u.segment.number
        ]
        first = reading.units[0].text if reading.units and len(reading.units[0].text) < 160 else ""
        title = " ".join(running.split()) or (headings[0] if headings else first) or document.name
    return DocumentInfo(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        title=label(title) or label(document.name),
        language=reading.language,
        reference=code.group().strip() if code else None,
        year=reading.year,
        characters=len(document.text),
        pages=len(document.pages),
    )


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
