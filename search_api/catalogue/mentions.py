"""Where a document names the resources of the graph."""

import re
from collections.abc import Iterable

from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import integer, text_of
from search_api.resources.documents import Mention
from search_api.resources.links import resource_iri, split_iri


def document_mentions(catalogue: Catalogue, slug: str, text: str) -> tuple[Mention, ...]:
    """The spans of a document's text that name an actor, a place, a methodology or a person, in text order.

    The graph says which passage names what; the words are found again by the names the graph knows.
    """
    iri = resource_iri("document", slug)
    query = """
        SELECT DISTINCT ?named ?start ?end WHERE {
          ?passage dcterms:isPartOf {this} ; rp:mentions ?named ; rp:start ?start ; rp:end ?end }"""
    found = set()
    patterns: dict[str, re.Pattern[str] | None] = {}
    for named, start, end in catalogue.triples.rows(query, this=iri):
        resource = text_of(named)
        if resource not in patterns:
            patterns[resource] = names_pattern(catalogue.spellings.get(resource, ()))
        pattern = patterns[resource]
        for match in pattern.finditer(text, integer(start) or 0, integer(end) or 0) if pattern else ():
            found.add((match.start(), match.end(), resource))
    return tuple(
        Mention(resource=catalogue.ref(resource), kind=(split_iri(resource) or ("", ""))[0], start=a, end=b)
        for a, b, resource in sorted(found)
    )


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for any of the names as whole words, with any white space between; the longest wins."""
    ordered = sorted({name for name in names if len(name) > 1}, key=lambda name: (-len(name), name))
    if not ordered:
        return None
    spaced = (r"\s+".join(re.escape(word) for word in name.split()) for name in ordered)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")
