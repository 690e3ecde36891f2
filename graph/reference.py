"""The graphs that no document says: the ontology with its concept schemes, and the authority file."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.naming import country_iri, country_labels
from ontology.authority import authority_graph, institutions
from ontology.namespaces import GRAPH_AUTHORITY, GRAPH_ONTOLOGY, RDF, RDFS, RP, SCHEMA
from ontology.vocabulary import FOLDER, ONTOLOGY_FILES


def reference_graphs() -> dict[str, list[Quad]]:
    """File name in a snapshot → quads: "ontology" and "authority", each in its named graph.

    The authority file only refers to countries; they are described beside it, so that each has its label
    whether or not a document speaks of it.
    """
    ontology = NamedNode(GRAPH_ONTOLOGY)
    stated = [
        Quad(*quad.triple, ontology)
        for name in ONTOLOGY_FILES
        for quad in parse(path=str(Path(FOLDER) / name), format=RdfFormat.TURTLE)
    ]
    return {"ontology": stated, "authority": list(_authority())}


def country_quads(code: str, graph: NamedNode) -> Iterator[Quad]:
    """A country as a place, with its names in es, pt and en."""
    place = NamedNode(country_iri(code))
    for kind in (RP + "Place", SCHEMA + "Place"):
        yield Quad(place, NamedNode(RDF + "type"), NamedNode(kind), graph)
    yield Quad(place, NamedNode(RP + "placeKind"), Literal("country"), graph)
    yield Quad(place, NamedNode(RP + "isoCode"), Literal(code.upper()), graph)
    for language, name in country_labels(code):
        yield Quad(place, NamedNode(RDFS + "label"), Literal(name, language=language), graph)


def _authority() -> Iterator[Quad]:
    graph = NamedNode(GRAPH_AUTHORITY)
    triples = authority_graph().serialize(format="nt", encoding="utf-8")
    for quad in parse(triples, RdfFormat.N_TRIPLES):
        yield Quad(*quad.triple, graph)
    for code in sorted({institution.country for institution in institutions()} - {""}):
        yield from country_quads(code, graph)
