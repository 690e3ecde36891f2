"""A small network of invented institutions, for tests of peers."""

from pyoxigraph import NamedNode, RdfFormat, Store

from graph.declarations import declarations
from graph.store import FILL_DEFAULT_GRAPH, GraphView
from ontology.namespaces import GRAPH_ONTOLOGY, ID, PREFIXES
from ontology.vocabulary import FOLDER, ONTOLOGY_FILES
from search_api.embedding.encoder import HashingEncoder
from search_api.peers.declared import DeclaredVectors

NETWORK = """
@base <https://w3id.org/redpyme/id/> .
<actor/alfa> a rp:Actor ; rdfs:label "Agencia Alfa"@es ; rp:acronym "AAA" ; rp:country <place/uy> ;
    rp:actorType <actor-type/ministry> ; rp:sponsors <event/chico>, <event/grande> ;
    rp:participatesIn <event/avales> .
<actor/beta> a rp:Actor ; rdfs:label "Banco Beta"@es ; skos:altLabel "Beta Bank"@en ;
    rp:actorType <actor-type/development-bank> ; rp:sponsors <event/chico> ; rp:hosts <event/avales> .
<actor/gama> a rp:Actor ; rdfs:label "Ministerio Gama"@es ; rp:country <place/py> ;
    rp:actorType <actor-type/ministry> ; rp:participatesIn <event/grande> .
<actor/delta> a rp:Actor ; rdfs:label "Cámara Delta"@es ; rp:participatesIn <event/grande> .
<actor/todo> a rp:Actor ; rdfs:label "Programa Todo"@es ;
    rp:sponsors <event/chico>, <event/grande>, <event/x1>, <event/x2>, <event/x3>, <event/x4>, <event/aula> ;
    rp:hosts <event/aparte> .
<actor/lejos> a rp:Actor ; rdfs:label "Fundación Lejos"@es ; rp:hosts <event/aparte> .
<actor/tema> a rp:Actor ; rdfs:label "Red Tema"@es ; rp:organises <event/otro> .
<actor/aula> a rp:Actor ; rdfs:label "Consultora Aula"@es ; rp:instructsAt <event/aula> .
<actor/quieto> a rp:Actor ; rdfs:label "Instituto Quieto"@es ; rp:actorType <actor-type/ministry> .
<actor/unidad> a rp:Actor ; rdfs:label "Unidad de Alfa"@es ; org:unitOf <actor/alfa> ;
    rp:sponsors <event/grande> .
<event/chico> a rp:Event ; rdfs:label "Taller chico"@es ; rp:theme <theme/tic> ;
    rp:eventType <event-type/taller> .
<event/grande> a rp:Event ; rdfs:label "Foro grande"@es .
<event/otro> a rp:Event ; rdfs:label "Curso otro"@es ; rp:theme <theme/tic> .
<event/avales> a rp:Event ; rdfs:label "Jornada de avales"@es ; rp:theme <theme/garantias-financiamiento> .
<event/aula> a rp:Event ; rdfs:label "Aula de avales"@es ; rp:theme <theme/garantias-financiamiento> .
<event/aparte> a rp:Event ; rdfs:label "Jornada «aparte»"@es .
<event/x1> a rp:Event . <event/x2> a rp:Event . <event/x3> a rp:Event . <event/x4> a rp:Event .
<practice/pago> a rp:Practice ; rdfs:label "Pagar al proveedor"@es ; rp:text "Pagar al proveedor a tiempo." ;
    rp:practiceKind <practice-kind/lesson-learned> ; rp:theme <theme/tic> ; rp:event <event/chico> ;
    rp:actor <actor/beta>, <actor/tema> .
<place/uy> a rp:Place ; rdfs:label "Uruguay"@es ; rp:isoCode "UY" .
<place/py> a rp:Place ; rdfs:label "Paraguay"@es ; rp:isoCode "PY" .
<document/d> a rp:Document ; dcterms:title "Memoria"@es ; rdfs:label "Memoria"@es .
<passage/p> a rp:Passage ; rp:text "Taller chico" ; rp:start 0 ; rp:end 12 ; dcterms:isPartOf <document/d> ;
    rp:event <event/chico> .
"""


DECLARED = """
@base <https://w3id.org/redpyme/id/> .
<actor/lejos> rp:offers <offer/avales> .
<actor/tema> rp:offers <offer/ferias> .
<actor/quieto> rp:seeks <need/avales> .
<actor/gama> rp:seeks <need/ferias> ; rp:offers <offer/poco>, <offer/mucho> .
<offer/avales> a rp:Declaration, rp:Offer ; rdfs:label "cursos de avales" ; rp:text "cursos de avales" ;
    rp:theme <theme/garantias-financiamiento> ; rp:declaredBy "ana" .
<need/avales> a rp:Declaration, rp:Need ; rdfs:label "quien avale créditos" ; rp:text "quien avale créditos" ;
    rp:theme <theme/garantias-financiamiento> ; rp:declaredBy "luz" .
<offer/ferias> a rp:Declaration, rp:Offer ; rdfs:label "socios para una feria" ;
    rp:text "socios para una feria" ; rp:declaredBy "eva" .
<need/ferias> a rp:Declaration, rp:Need ; rdfs:label "socios para una feria" ;
    rp:text "socios para una feria" ; rp:declaredBy "leo" .
<offer/poco> a rp:Declaration, rp:Offer ; rdfs:label "avales" ; rp:text "avales" ;
    rp:theme <theme/garantias-financiamiento> ; rp:declaredBy "leo" .
<offer/mucho> a rp:Declaration, rp:Offer ; rdfs:label "más avales" ; rp:text "más avales" ;
    rp:theme <theme/garantias-financiamiento> ; rp:declaredBy "leo" .
"""
"""What some of them declare: by a theme, and by words alone."""


def declared_in(view: GraphView) -> DeclaredVectors:
    """What is declared in a graph, with vectors that liken words alone."""
    found, encoder = tuple(declarations(view)), HashingEncoder()
    texts = [one.text for one in found]
    return DeclaredVectors(found, encoder.encode_passages(texts), encoder.encode_queries(texts))


def actor(slug: str) -> str:
    return f"{ID}actor/{slug}"


def small_network(more: str = "") -> GraphView:
    """The network with the ontology, as one graph; `more` is added to it."""
    store = Store()
    declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
    store.load(input=declared + NETWORK, format=RdfFormat.TURTLE)
    if more:
        store.load(input=declared + more, format=RdfFormat.TURTLE)
    for name in ONTOLOGY_FILES:
        store.load(path=FOLDER / name, format=RdfFormat.TURTLE, to_graph=NamedNode(GRAPH_ONTOLOGY))
    store.update(FILL_DEFAULT_GRAPH)
    return GraphView(store)
