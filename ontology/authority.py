"""The authority file: institutions that reports on the field name, from `authority/institutions.csv`.

One row an institution. `|` parts several values in a cell. The file says only what is public and stable:
names, acronyms, country, type and the larger body of a unit; a body of several States has no country.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.namespaces import LANGUAGES, ORG, PREFIXES, RP, SKOS, concept_iri, iri

if TYPE_CHECKING:
    from rdflib import Graph

AUTHORITY_FILE = Path(__file__).parent / "authority" / "institutions.csv"


@dataclass(frozen=True, slots=True)
class Institution:
    """A known institution. `language` is the language of `name`; `names` are its names in other languages.

    `country` is ISO 3166-1 alpha-2, or "" for a body of several countries. `ambiguous_acronyms`, a part of
    `acronyms`, are those that mean other things too, so that a reader should ask for the name or the country
    beside them. `unit_of` is the slug of the larger body, or None.
    """

    slug: str
    name: str
    language: str
    type: str
    country: str
    acronyms: tuple[str, ...] = ()
    ambiguous_acronyms: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    unit_of: str | None = None

    @property
    def iri(self) -> str:
        """The IRI of the institution as an actor."""
        return iri("actor", self.slug)

    def forms(self) -> tuple[str, ...]:
        """Every written form that is a name: the name, its translations and the aliases, acronyms apart."""
        return tuple(dict.fromkeys((self.name, *self.names.values(), *self.aliases)))


@cache
def institutions() -> tuple[Institution, ...]:
    """All institutions, bodies of several countries first, then by country and slug."""
    with AUTHORITY_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_institution(row) for row in csv.DictReader(file))


def authority_graph() -> Graph:
    """What goes into the named graph of the authority, as a new rdflib graph: the institutions as actors.

    Countries are only referred to (`…/id/place/ar`); they are described where places are.
    """
    from rdflib import RDF, RDFS, Graph, Literal, URIRef

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for institution in institutions():
        actor = URIRef(institution.iri)
        name = Literal(institution.name, lang=institution.language)
        labels = {Literal(text, lang=language) for language, text in institution.names.items()}
        labels |= {Literal(alias) for alias in institution.aliases}
        graph.add((actor, RDF.type, URIRef(RP + "Actor")))
        graph.add((actor, RDF.type, URIRef(ORG + "Organization")))
        graph.add((actor, RDFS.label, name))
        graph.add((actor, URIRef(RP + "authority"), Literal(True)))
        graph.add((actor, URIRef(RP + "actorType"), URIRef(concept_iri("actor-type", institution.type))))
        for label in labels - {name}:
            graph.add((actor, URIRef(SKOS + "altLabel"), label))
        for acronym in institution.acronyms:
            graph.add((actor, URIRef(RP + "acronym"), Literal(acronym)))
        if institution.country:
            graph.add((actor, URIRef(RP + "country"), URIRef(iri("place", institution.country.lower()))))
        if institution.unit_of:
            graph.add((actor, URIRef(ORG + "unitOf"), URIRef(iri("actor", institution.unit_of))))
    return graph


def _institution(row: Mapping[str, str]) -> Institution:
    return Institution(
        slug=row["slug"],
        name=row["name"],
        language=row["language"],
        type=row["type"],
        country=row["country"],
        acronyms=_several(row["acronyms"]),
        ambiguous_acronyms=_several(row["ambiguous_acronyms"]),
        names={language: row[f"name_{language}"] for language in LANGUAGES if row[f"name_{language}"]},
        aliases=_several(row["aliases"]),
        unit_of=row["unit_of"] or None,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
