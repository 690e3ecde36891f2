"""The one place that builds addresses: resource IRIs, the paths of pages and deep links into documents."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from ontology.namespaces import ID, ONTOLOGY, RP

#: A span of a document (RFC 5147), as selectors name it.
_CHARS = re.compile(r"(.+)#char=(\d+),(\d+)")
_COUNTRY = re.compile("[a-z]{2}")
#: Kinds of resource that have a page of their own, and the collection it lives in.
COLLECTIONS = {
    "actor": "actors",
    "event": "events",
    "practice": "practices",
    "theme": "themes",
    "document": "documents",
}


def resource_iri(kind: str, slug: str) -> str:
    """IRI of a resource; kind and slug are percent-encoded where an IRI needs it."""
    return f"{ID}{quote(kind)}/{quote(slug, safe='/:.~-_')}"


def split_iri(iri: str) -> tuple[str, str] | None:
    """Kind and slug of one of our resource IRIs; None for any other IRI."""
    kind, slash, slug = iri.removeprefix(ID).partition("/")
    return (kind, slug) if iri.startswith(ID) and slash and slug else None


def slug_of(iri: str) -> str:
    """The last part of an IRI, by which a resource is known within its kind."""
    parts = split_iri(iri)
    return parts[1] if parts else iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def collection_path(kind: str) -> str:
    """Path of the list of all resources of a kind that has pages."""
    return f"/{COLLECTIONS[kind]}"


def resource_path(kind: str, slug: str) -> str:
    """Path of the page of a resource, a country among them; kinds without one answer under `/id/`."""
    if kind == "place" and is_country(slug):
        return country_path(slug)
    safe = quote(slug, safe="/:.~-_%")
    return f"/{COLLECTIONS[kind]}/{safe}" if kind in COLLECTIONS else f"/id/{kind}/{safe}"


def is_country(slug: str) -> bool:
    """Is the place of that slug a country? Countries go by their code (ISO 3166-1 alpha-2)."""
    return bool(_COUNTRY.fullmatch(slug))


def country_path(slug: str) -> str:
    """Path of the page of a country."""
    return f"/countries/{slug}"


def iri_path(iri: str) -> str:
    """Where to read about an IRI: a path of ours, or the IRI itself when it is http(s), else nothing."""
    if iri.startswith(RP) or iri == ONTOLOGY:
        return term_path(iri)
    parts = split_iri(iri)
    if parts and (chars := _CHARS.fullmatch(parts[1])):
        return span_path(chars[1], int(chars[2]), int(chars[3]))
    if parts:
        return resource_path(*parts)
    return iri if iri.startswith(("http://", "https://")) else ""


def term_path(iri: str) -> str:
    """Where the reference of the vocabulary tells of one of its terms, or of the whole."""
    name = iri.removeprefix(ONTOLOGY).removeprefix("#")
    return f"/ontology/terms/{name}" if name else "/ontology"


def span_path(document: str, start: int, end: int, *, mention: str = "") -> str:
    """Path of the document page that shows and marks the characters `start` to `end`.

    With the IRI of what is sought there (`mention`), the page leads on to where that is named next.
    """
    sought = f"mention={'/'.join(split_iri(mention) or ())}&" if mention else ""
    return f"{resource_path('document', document)}?{sought}start={start}&end={end}#span"


def with_query(path: str, parameters: Mapping[str, object]) -> str:
    """`path` with those parameters that have a value; one for each value of a list."""
    told = ((key, value if isinstance(value, list) else [value]) for key, value in parameters.items())
    pairs = [(key, str(value)) for key, values in told for value in values if value not in (None, "")]
    return f"{path}?{urlencode(pairs)}" if pairs else path
