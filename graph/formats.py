"""The formats that RDF and query results are written in, and the choice between them by an Accept header."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, eq=False)  # each is one of its kind, found fast in a cache
class Format:
    """`name` is what a command line or a `format` parameter says; `keeps_graphs` whether quads survive.

    `aliases` are other media types, and other names that clients give in a `format` parameter.
    """

    name: str
    media_type: str
    suffix: str
    keeps_graphs: bool = False
    aliases: tuple[str, ...] = ()


RESULT_FORMATS = (
    Format("json", "application/sparql-results+json", ".srj", aliases=("application/json",)),
    Format("xml", "application/sparql-results+xml", ".srx", aliases=("application/xml", "text/xml")),
    Format("csv", "text/csv", ".csv"),
    Format("tsv", "text/tab-separated-values", ".tsv"),
)
GRAPH_FORMATS = (
    Format("turtle", "text/turtle", ".ttl", aliases=("application/x-turtle", "n3")),
    Format("json-ld", "application/ld+json", ".jsonld", keeps_graphs=True, aliases=("application/json",)),
    Format("n-triples", "application/n-triples", ".nt", aliases=("text/plain",)),
    Format("rdf-xml", "application/rdf+xml", ".rdf", aliases=("application/xml", "text/xml", "rdf+xml")),
    Format("trig", "application/trig", ".trig", keeps_graphs=True),
    Format("n-quads", "application/n-quads", ".nq", keeps_graphs=True),
)


def by_name(name: str, offered: Sequence[Format]) -> Format | None:
    """The format with this name, file suffix (dot optional) or media type; None where there is none."""
    wanted = name.strip().lower()
    return next(
        (
            offer
            for offer in offered
            if wanted in (offer.name, offer.suffix, offer.suffix[1:], offer.media_type, *offer.aliases)
        ),
        None,
    )


@lru_cache(maxsize=256)  # most requests have one of a few headers
def negotiate(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """The offered format that an Accept header likes best (RFC 9110, 12.5.1); None where it likes none.

    Between equal weights the earlier offer wins; an alias counts only where it is named. No header, or an
    empty one, accepts the first. A range that does not parse is passed over.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [parsed for part in accept.split(",") if (parsed := _range(part))]
    best: Format | None = None
    best_weight = 0.0
    for offer in offered:
        by_alias = [weight for media_range, weight in ranges if media_range in offer.aliases]
        weight = max(_weight(offer.media_type, ranges), *by_alias, 0.0)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def _range(part: str) -> tuple[str, float] | None:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    if "/" not in media_range:
        return None
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = min(1.0, max(0.0, float(value)))
            except ValueError:
                return None
    return media_range, weight


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that fits: type/subtype over type/* over */*."""
    for pattern in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == pattern]
        if weights:
            return max(weights)
    return 0.0
