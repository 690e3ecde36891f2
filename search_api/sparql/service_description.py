"""The service and its data as RDF: SPARQL 1.1 Service Description, VoID and DCAT.

The terms are those of <https://www.w3.org/TR/sparql11-service-description/>, <https://www.w3.org/TR/void/>
and <https://www.w3.org/TR/vocab-dcat-3/>.
"""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.similarity import SIMILARITY
from graph.statistics import Statistics
from ontology.namespaces import DCAT, DCTERMS, FOAF, ID, PREFIXES, RDF, VOID, XSD
from ontology.stored_queries import stored_queries
from search_api.http.site import Site
from search_api.served import Served
from search_api.sparql.query_descriptions import offer

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "JSON-LD", "N-Triples", "RDF_XML", "TriG", "N-Quads"),
)
_TYPE = NamedNode(RDF + "type")
Node = NamedNode | BlankNode


def service_description(served: Served, site: Site) -> Iterator[Triple]:
    """The endpoint: its language, formats and dataset, each graph with its number of statements."""
    figures = served.queries.statistics
    service, default = site.endpoint, BlankNode()
    yield _is(service, SD + "Service")
    yield Triple(service, NamedNode(SD + "endpoint"), site.endpoint)
    yield Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query"))
    yield Triple(service, NamedNode(SD + "feature"), NamedNode(SD + "UnionDefaultGraph"))
    if served.queries.federation:
        yield Triple(service, NamedNode(SD + "feature"), NamedNode(SD + "BasicFederatedQuery"))
    for name in _RESULT_FORMATS:
        yield Triple(service, NamedNode(SD + "resultFormat"), NamedNode(_FORMATS + name))
    function = NamedNode(SIMILARITY)  # its label and definition are in the ontology
    yield Triple(service, NamedNode(SD + "extensionFunction"), function)
    yield _is(function, SD + "Function")
    for query in stored_queries().values():
        yield from offer(query, site)
    yield Triple(service, NamedNode(SD + "defaultDataset"), site.dataset)
    yield _is(site.dataset, SD + "Dataset")
    yield _is(site.dataset, VOID + "Dataset")
    yield Triple(site.dataset, NamedNode(SD + "defaultGraph"), default)
    yield _is(default, SD + "Graph")
    yield _count(default, "triples", figures.triples)
    for iri, triples in figures.graphs.items():
        named, graph = BlankNode(), BlankNode()
        yield Triple(site.dataset, NamedNode(SD + "namedGraph"), named)
        yield _is(named, SD + "NamedGraph")
        yield Triple(named, NamedNode(SD + "name"), NamedNode(iri))
        yield Triple(named, NamedNode(SD + "graph"), graph)
        yield _is(graph, SD + "Graph")
        yield _count(graph, "triples", triples)


def dataset_description(served: Served, site: Site) -> Iterator[Triple]:
    """The data: its figures by class, property and graph, its date, and the ways to get it."""
    figures, dataset = served.queries.statistics, site.dataset
    manifest = served.snapshot.manifest
    yield _is(NamedNode(site.root + ".well-known/void"), VOID + "DatasetDescription")
    yield Triple(NamedNode(site.root + ".well-known/void"), NamedNode(FOAF + "primaryTopic"), dataset)
    yield _is(dataset, VOID + "Dataset")
    yield _is(dataset, DCAT + "Dataset")
    yield Triple(dataset, NamedNode(DCTERMS + "title"), Literal("redpyme"))
    yield Triple(
        dataset,
        NamedNode(DCTERMS + "modified"),
        Literal(manifest.created, datatype=NamedNode(XSD + "dateTime")),
    )
    yield Triple(dataset, NamedNode(DCAT + "version"), Literal(str(served.number)))
    if site.licence:
        yield Triple(dataset, NamedNode(DCTERMS + "license"), NamedNode(site.licence))
    yield Triple(dataset, NamedNode(FOAF + "homepage"), NamedNode(site.root))
    yield Triple(dataset, NamedNode(DCAT + "landingPage"), NamedNode(site.root + "dataset"))
    yield Triple(dataset, NamedNode(VOID + "sparqlEndpoint"), site.endpoint)
    yield Triple(dataset, NamedNode(VOID + "uriSpace"), Literal(ID))
    yield from _distributions(site)
    yield from _figures(figures, dataset)
    for iri, triples in figures.graphs.items():
        subset = NamedNode(iri)
        yield Triple(dataset, NamedNode(VOID + "subset"), subset)
        yield _is(subset, VOID + "Dataset")
        yield _count(subset, "triples", triples)
        yield Triple(subset, NamedNode(VOID + "dataDump"), site.graph(iri))


def _distributions(site: Site) -> Iterator[Triple]:
    dump, access = site.graph(None), BlankNode()
    yield Triple(site.dataset, NamedNode(VOID + "dataDump"), dump)
    for distribution, address in ((BlankNode(), dump), (access, site.endpoint)):
        yield Triple(site.dataset, NamedNode(DCAT + "distribution"), distribution)
        yield _is(distribution, DCAT + "Distribution")
        yield Triple(distribution, NamedNode(DCAT + "accessURL"), address)
    yield Triple(access, NamedNode(DCAT + "accessService"), site.endpoint)
    yield _is(site.endpoint, DCAT + "DataService")
    yield Triple(site.endpoint, NamedNode(DCAT + "endpointURL"), site.endpoint)
    yield Triple(site.endpoint, NamedNode(DCAT + "servesDataset"), site.dataset)
    yield Triple(
        site.endpoint,
        NamedNode(DCTERMS + "conformsTo"),
        NamedNode("https://www.w3.org/TR/sparql11-protocol/"),
    )


def _figures(figures: Statistics, dataset: NamedNode) -> Iterator[Triple]:
    yield _count(dataset, "triples", figures.triples)
    yield _count(dataset, "entities", figures.entities)
    yield _count(dataset, "distinctSubjects", figures.subjects)
    yield _count(dataset, "distinctObjects", figures.objects)
    yield _count(dataset, "properties", len(figures.properties))
    yield _count(dataset, "classes", len(figures.classes))
    terms = (*figures.properties, *figures.classes)
    for namespace in PREFIXES.values():
        if any(term.startswith(namespace) for term in terms):
            yield Triple(dataset, NamedNode(VOID + "vocabulary"), NamedNode(namespace))
    for iri, count in figures.properties.items():
        part = BlankNode()
        yield Triple(dataset, NamedNode(VOID + "propertyPartition"), part)
        yield Triple(part, NamedNode(VOID + "property"), NamedNode(iri))
        yield _count(part, "triples", count.triples)
        yield _count(part, "distinctSubjects", count.subjects)
        yield _count(part, "distinctObjects", count.objects)
    for iri, entities in figures.classes.items():
        part = BlankNode()
        yield Triple(dataset, NamedNode(VOID + "classPartition"), part)
        yield Triple(part, NamedNode(VOID + "class"), NamedNode(iri))
        yield _count(part, "entities", entities)


def _is(node: Node, kind: str) -> Triple:
    return Triple(node, _TYPE, NamedNode(kind))


def _count(node: Node, name: str, count: int) -> Triple:
    return Triple(node, NamedNode(VOID + name), Literal(count))
