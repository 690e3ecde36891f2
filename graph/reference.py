"""The graphs that no document says: the ontology with its concept schemes, and the authority file."""

from collections.abc import Iterator

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
        Quad(quad.subject, quad.predicate, quad.object, ontology)
        for name in ONTOLOGY_FILES
        for quad in parse(path=str(FOLDER / name), format=RdfFormat.TURTLE)
    ]
    return {"ontology": stated, "authority": list(_authority())}


def country_statements(code: str) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    """A country as a place, with its names in es, pt and en (its code where CLDR knows none)."""
    place = country_iri(code)
    for kind in (RP + "Place", SCHEMA + "Place"):
        yield place, RDF + "type", NamedNode(kind)
    yield place, RP + "placeKind", Literal("country")
    yield place, RP + "isoCode", Literal(code.upper())
    for language, name in country_labels(code) or ((None, code.upper()),):
        yield place, RDFS + "label", Literal(name, language=language)


def _authority() -> Iterator[Quad]:
    graph = NamedNode(GRAPH_AUTHORITY)
    triples = authority_graph().serialize(format="nt", encoding="utf-8")
    for quad in parse(triples, RdfFormat.N_TRIPLES):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
    for code in sorted({institution.country for institution in institutions()} - {""}):
        for subject, predicate, value in country_statements(code):
            yield Quad(NamedNode(subject), NamedNode(predicate), value, graph)
