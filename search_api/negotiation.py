"""Content negotiation: which of the media types we offer a client likes best (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from typing import NamedTuple

HTML = "text/html"
JSON = "application/json"
PROBLEM = "application/problem+json"

#: What `/id/{kind}/{slug}` serves beside the HTML page, the default first.
RDF_TYPES = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
)
#: Results of SELECT and ASK, the default first.
RESULT_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
#: Names that are in use for the same formats.
ALIASES = {
    "application/x-turtle": "text/turtle",
    "application/turtle": "text/turtle",
    "text/plain": "application/n-triples",
    "text/tsv": "text/tab-separated-values",
    "application/xhtml+xml": HTML,
}
#: Short names for `?format=` and the command line.
SHORT_NAMES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
}


class MediaRange(NamedTuple):
    """One element of an Accept header; `quality` is between 0 and 1."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How exactly this range names `media_type`: 3 by name, 2 by type, 1 by `*/*`, 0 not at all."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if (self.type, self.subtype) == (type_, "*"):
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def parse_accept(header: str | None) -> tuple[MediaRange, ...]:
    """The media ranges of an Accept header; a missing or empty header accepts everything.

    Elements that are no media range are passed over, as RFC 9110 allows.
    """
    ranges = []
    for element in (header or "*/*").split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        type_, slash, subtype = name.lower().partition("/")
        if not (slash and type_ and subtype):
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _quality(value)
        ranges.append(MediaRange(type_, subtype, quality))
    return tuple(ranges)


def best_match(header: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type that the client prefers; None when it accepts none of them.

    Each offered type takes the quality of the most specific range that names it, or one of its aliases;
    between equals the order of `offered` decides.
    """
    ranges = parse_accept(header)
    best, best_quality = None, 0.0
    for media_type in offered:
        names = [media_type, *(alias for alias, name in ALIASES.items() if name == media_type)]
        quality = max(_quality_of(name, ranges, exact=name != media_type) for name in names)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def wants_html(header: str | None) -> bool:
    """Does the client name HTML and like it at least as much as JSON? `*/*` alone is no browser."""
    ranges = parse_accept(header)
    html = max(
        _quality_of(HTML, ranges, exact=True), _quality_of("application/xhtml+xml", ranges, exact=True)
    )
    return html > 0 and html >= _quality_of(JSON, ranges, exact=True)


def _quality_of(media_type: str, ranges: Sequence[MediaRange], *, exact: bool) -> float:
    """Quality of `media_type` by its most specific range; with `exact`, wildcards do not count."""
    matching = [(r.specificity(media_type), r.quality) for r in ranges if r.specificity(media_type)]
    if not matching:
        return 0.0
    specificity, quality = max(matching)
    return quality if specificity == 3 or not exact else 0.0


def _quality(text: str) -> float:
    """A qvalue; what is no number, or out of range, counts as 1 (the client did name the type)."""
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return value if 0 <= value <= 1 else 1.0
