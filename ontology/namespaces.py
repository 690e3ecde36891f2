"""The names of things: namespaces, named graphs and how an IRI is made.

Plain strings, so that importing this module costs nothing.
"""

import re
import unicodedata
from typing import Final, Literal, get_args

BASE: Final = "https://w3id.org/redpyme/"
RP: Final = BASE + "ns#"
ID: Final = BASE + "id/"
ONTOLOGY: Final = BASE + "ns"

GRAPH: Final = BASE + "graph/"
GRAPH_ONTOLOGY: Final = GRAPH + "ontology"
GRAPH_AUTHORITY: Final = GRAPH + "authority"
GRAPH_INFERRED: Final = GRAPH + "inferred"
GRAPH_DECISIONS: Final = GRAPH + "decisions"
GRAPH_CANDIDATES: Final = GRAPH + "candidates"
GRAPH_DECLARATIONS: Final = GRAPH + "declarations"
GRAPH_NETWORK: Final = GRAPH + "network"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
OA: Final = "http://www.w3.org/ns/oa#"
ORG: Final = "http://www.w3.org/ns/org#"
PROV: Final = "http://www.w3.org/ns/prov#"
SCHEMA: Final = "https://schema.org/"
SH: Final = "http://www.w3.org/ns/shacl#"
VOID: Final = "http://rdfs.org/ns/void#"

# The prefixes that queries may use without declaring them and that serialisations carry.
PREFIXES: Final[dict[str, str]] = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "geo": GEO,
    "oa": OA,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "rp": RP,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}

Kind = Literal[
    "actor",
    "event",
    "practice",
    "theme",
    "place",
    "person",
    "methodology",
    "document",
    "passage",
    "claim",
    "decision",
    "collaboration",
    "community",
    "offer",
    "need",
    "event-type",
    "actor-type",
    "role",
    "practice-kind",
    "review-status",
    "scheme",
    "lexicon",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)

LANGUAGES: Final = ("es", "pt", "en")

# Role of a participation → the property from the actor to the event.
ROLE_PROPERTIES: Final[dict[str, str]] = {
    "sponsor": RP + "sponsors",
    "organiser": RP + "organises",
    "host": RP + "hosts",
    "speaker": RP + "speaksAt",
    "instructor": RP + "instructsAt",
    "participant": RP + "participatesIn",
}

_SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")


def slugify(text: str) -> str:
    """`text` folded to ASCII lower case with one hyphen between words: "Reunión técnica" → "reunion-tecnica".

    Empty where `text` has no letter or digit that ASCII can hold.
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")


def iri(kind: Kind, slug: str) -> str:
    """The IRI of a resource, such as `iri("actor", "caf")`.

    Raises ValueError where `kind` is not one of `KINDS` or `slug` is not what `slugify` makes
    (dots are allowed between letters or digits, for numbered parts of a document).
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of resource is called {kind!r}; the kinds are {', '.join(KINDS)}")
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot be the slug of a {kind}: use letters a to z, digits and hyphens")
    return f"{ID}{kind}/{slug}"


def theme_iri(theme: str) -> str:
    """The IRI of a theme from its id in an extraction: "th-tic" → `…/id/theme/tic`, "xt-rse" → `…/rse`."""
    return iri("theme", theme.removeprefix("th-").removeprefix("xt-"))


def concept_iri(kind: Kind, notation: str) -> str:
    """The IRI of a listed concept from its value in an extraction, such as ("event-type", "reunión")."""
    return iri(kind, slugify(notation))


def document_graph(slug: str) -> str:
    """The named graph of a document, from the slug of the document's IRI."""
    return f"{GRAPH}document/{iri('document', slug).rsplit('/', 1)[1]}"
