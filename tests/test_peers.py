"""Who is a peer of whom: the order, the reasons, and that each reason is in the graph."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from graph.errors import NotFound
from graph.store import FILL_DEFAULT_GRAPH, GraphView
from ontology.namespaces import GRAPH_ONTOLOGY, ID, PREFIXES, ROLE_PROPERTIES
from ontology.vocabulary import FOLDER, ONTOLOGY_FILES
from search_api.actor_names import find_actor
from search_api.encoder import HashingEncoder
from search_api.index import build_index, open_index
from search_api.peers import Peer, Reason, peers, why_no_peers
from search_api.quotation import quoted

PREFIX = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())

NETWORK = """
@base <https://w3id.org/redpyme/id/> .
<actor/alfa> a rp:Actor ; rdfs:label "Agencia Alfa"@es ; rp:acronym "AAA" ; rp:country <place/uy> ;
    rp:actorType <actor-type/ministry> ; rp:sponsors <event/chico>, <event/grande> .
<actor/beta> a rp:Actor ; rdfs:label "Banco Beta"@es ; skos:altLabel "Beta Bank"@en ;
    rp:actorType <actor-type/development-bank> ; rp:sponsors <event/chico> .
<actor/gama> a rp:Actor ; rdfs:label "Ministerio Gama"@es ; rp:country <place/py> ;
    rp:actorType <actor-type/ministry> ; rp:participatesIn <event/grande> .
<actor/delta> a rp:Actor ; rdfs:label "Cámara Delta"@es ; rp:participatesIn <event/grande> .
<actor/todo> a rp:Actor ; rdfs:label "Programa Todo"@es ;
    rp:sponsors <event/chico>, <event/grande>, <event/x1>, <event/x2>, <event/x3>, <event/x4> ;
    rp:hosts <event/aparte> .
<actor/lejos> a rp:Actor ; rdfs:label "Fundación Lejos"@es ; rp:hosts <event/aparte> .
<actor/tema> a rp:Actor ; rdfs:label "Red Tema"@es ; rp:organises <event/otro> .
<actor/quieto> a rp:Actor ; rdfs:label "Instituto Quieto"@es ; rp:actorType <actor-type/ministry> .
<event/chico> a rp:Event ; rdfs:label "Taller chico"@es ; rp:theme <theme/tic> .
<event/grande> a rp:Event ; rdfs:label "Foro grande"@es .
<event/otro> a rp:Event ; rdfs:label "Curso otro"@es ; rp:theme <theme/tic> .
<event/aparte> a rp:Event ; rdfs:label "Jornada «aparte»"@es .
<event/x1> a rp:Event . <event/x2> a rp:Event . <event/x3> a rp:Event . <event/x4> a rp:Event .
<place/uy> a rp:Place ; rdfs:label "Uruguay"@es ; rp:isoCode "UY" .
<place/py> a rp:Place ; rdfs:label "Paraguay"@es ; rp:isoCode "PY" .
<document/d> a rp:Document ; dcterms:title "Memoria"@es ; rdfs:label "Memoria"@es .
<passage/p> a rp:Passage ; rp:text "Taller chico" ; rp:start 0 ; rp:end 12 ; dcterms:isPartOf <document/d> ;
    rp:event <event/chico> .
"""


def actor(slug: str) -> str:
    return f"{ID}actor/{slug}"


@pytest.fixture(scope="module")
def view() -> GraphView:
    store = Store()
    declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
    store.load(input=declared + NETWORK, format=RdfFormat.TURTLE)
    for name in ONTOLOGY_FILES:
        store.load(path=FOLDER / name, format=RdfFormat.TURTLE, to_graph=NamedNode(GRAPH_ONTOLOGY))
    store.update(FILL_DEFAULT_GRAPH)
    return GraphView(store)


def by_slug(found: list[Peer]) -> dict[str, Peer]:
    return {peer.slug: peer for peer in found}


def kinds(peer: Peer) -> set[str]:
    return {reason.kind for reason in peer.reasons}


def test_who_shared_a_small_event_comes_before_who_shared_a_large_one(view: GraphView) -> None:
    order = [peer.slug for peer in peers(view, actor("alfa"))]

    assert order[0] == "beta"
    assert order.index("beta") < order.index("delta")


def test_who_takes_part_in_everything_is_not_the_first_peer(view: GraphView) -> None:
    """It shared both events of Alfa, Beta only one, and yet Beta is nearer."""
    found = by_slug(peers(view, actor("alfa")))

    assert found["beta"].score > found["todo"].score


def test_a_shared_theme_alone_makes_a_peer(view: GraphView) -> None:
    found = by_slug(peers(view, actor("alfa")))

    assert kinds(found["tema"]) == {"shared-theme"}
    assert "lejos" not in found
    assert "quieto" not in found


def test_a_counterpart_is_of_the_same_type_in_another_country(view: GraphView) -> None:
    found = by_slug(peers(view, actor("alfa")))

    assert "counterpart" in kinds(found["gama"])
    assert all("counterpart" not in kinds(peer) for slug, peer in found.items() if slug != "gama")
    assert found["gama"].score > found["delta"].score
    assert (found["gama"].country, found["gama"].type) == ("PY", "ministry")


def test_a_reason_names_the_event_its_role_and_its_document(view: GraphView) -> None:
    reason = next(r for r in by_slug(peers(view, actor("alfa")))["beta"].reasons if r.kind == "shared-event")

    assert reason.text_es == "Ambas figuran como patrocinador en «Taller chico»."
    assert [(link.rel, link.slug) for link in reason.links] == [("event", "chico"), ("document", "d")]


def test_quotation_marks_in_the_name_of_an_event_are_nested(view: GraphView) -> None:
    (reason,) = by_slug(peers(view, actor("lejos")))["todo"].reasons
    assert reason.text_es == "Ambas figuran como anfitrión en «Jornada “aparte”»."
    assert quoted("Foro «La “otra” orilla»") == "«Foro “La ‘otra’ orilla”»"


def test_scores_are_the_sum_of_their_reasons(view: GraphView) -> None:
    for peer in peers(view, actor("alfa")):
        assert peer.score == pytest.approx(sum(reason.weight for reason in peer.reasons), abs=1e-4)
        assert 0 < peer.score <= 1


def test_every_reason_is_true_in_the_graph(view: GraphView) -> None:
    roles = " ".join(f"<{iri}>" for iri in ROLE_PROPERTIES.values())
    checked = 0
    for slug in ("alfa", "beta", "gama", "delta", "todo", "lejos", "tema"):
        for peer in peers(view, actor(slug)):
            for reason in peer.reasons:
                for pattern in patterns(reason, actor(slug), peer.iri):
                    assert view.ask(
                        f"{PREFIX} ASK {{ VALUES ?r {{ {roles} }} VALUES ?q {{ {roles} }} {pattern} }}"
                    )
                    checked += 1
    assert checked > 20


def patterns(reason: Reason, one: str, other: str) -> list[str]:
    """What a reason says of two actors, as graph patterns."""
    if reason.kind == "counterpart":
        types = f"<{one}> rp:actorType ?t ; rp:country ?a . <{other}> rp:actorType ?t ; rp:country ?b ."
        return [f"{types} FILTER(?a != ?b)"]
    found = []
    for link in reason.links:
        if link.rel == "event":
            found.append(f"<{one}> ?r <{link.iri}> . <{other}> ?q <{link.iri}>")
        if link.rel == "theme":
            found.append(f"<{one}> ?r ?e . ?e rp:theme <{link.iri}>")
            found.append(f"<{other}> ?q ?e . ?e rp:theme <{link.iri}>")
        if link.rel == "document":
            found.append(f"?p dcterms:isPartOf <{link.iri}> ; rp:event ?e . <{one}> ?r ?e . <{other}> ?q ?e")
    return found


def test_profiles_count_where_there_is_an_index(view: GraphView, tmp_path: Path) -> None:
    encoder = HashingEncoder()
    build_index(view, encoder, tmp_path)
    index = open_index(tmp_path, encoder)

    assert any("similar-profile" in kinds(peer) for peer in peers(view, actor("alfa"), index=index))
    assert not any("similar-profile" in kinds(peer) for peer in peers(view, actor("alfa")))


def test_weights_choose_the_evidence(view: GraphView) -> None:
    found = peers(view, actor("alfa"), weights={"shared-theme": 1.0})

    assert {peer.slug for peer in found} == {"beta", "tema", "todo"}
    assert all(kinds(peer) == {"shared-theme"} for peer in found)


def test_as_many_as_asked_for(view: GraphView) -> None:
    assert peers(view, actor("alfa"), k=2) == peers(view, actor("alfa"))[:2]


def test_without_evidence_there_is_nobody_and_the_reason_why(view: GraphView) -> None:
    assert peers(view, actor("quieto")) == []
    assert "Instituto Quieto" in why_no_peers(view, actor("quieto"))


def test_an_unknown_actor_is_not_found(view: GraphView) -> None:
    with pytest.raises(NotFound):
        peers(view, actor("nadie"))


@pytest.mark.parametrize(
    "text",
    ["alfa", actor("alfa"), "Agencia Alfa", "agencia alfa", "AAA", "aaa", " Agencia  Alfa ", "Agensia Alfa"],
)
def test_an_actor_is_found_by_slug_address_name_acronym_and_misspelt(view: GraphView, text: str) -> None:
    assert find_actor(view, text) == actor("alfa")


def test_an_actor_that_is_to_be_named_exactly_is_not_guessed(view: GraphView) -> None:
    assert find_actor(view, "agencia alfa", exactly=True) == actor("alfa")
    with pytest.raises(NotFound, match=r"Agencia Alfa \(alfa\)"):
        find_actor(view, "Agensia Alfa", exactly=True)


def test_a_name_in_another_language_is_a_name(view: GraphView) -> None:
    assert find_actor(view, "beta bank") == actor("beta")


def test_what_is_like_no_name_is_not_found_and_the_nearest_are_told(view: GraphView) -> None:
    with pytest.raises(NotFound, match=r"Agencia Alfa \(alfa\)"):
        find_actor(view, "agencia de nada")
