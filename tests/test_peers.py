"""Who is a peer of whom: the lenses, their order, and what is said where nothing is known."""

import numpy as np
import pytest
from peer_network import DECLARED, actor, declared_in, small_network

from graph.errors import NotFound
from search_api.catalogue.triples import Triples
from search_api.peers.activity import read_activity
from search_api.peers.finding import Peer, PeerFinder
from search_api.peers.lenses import LENSES, Lens
from search_api.peers.ranking import WEIGHTS, parse_weights
from search_api.resources.links import slug_of


@pytest.fixture(scope="module")
def finder() -> PeerFinder:
    return PeerFinder(read_activity(Triples(small_network().store)))


def through(finder: PeerFinder, slug: str, lens: Lens) -> list[str]:
    """Slugs of the peers seen through one lens, the nearest first."""
    return [slug_of(peer.iri) for peer in finder.find(actor(slug), weights={lens: 1.0}, k=100).peers]


def by_slug(finder: PeerFinder, slug: str) -> dict[str, Peer]:
    return {slug_of(peer.iri): peer for peer in finder.find(actor(slug), k=100).peers}


def kinds(peer: Peer) -> set[str]:
    return {reason.kind for reason in peer.reasons}


# Connected


def test_who_shared_a_small_event_comes_before_who_shared_a_large_one(finder: PeerFinder) -> None:
    order = through(finder, "alfa", "connected")

    assert order[0] == "beta"
    assert order.index("beta") < order.index("delta")


def test_who_takes_part_in_everything_is_not_the_first_peer(finder: PeerFinder) -> None:
    assert through(finder, "alfa", "connected")[0] != "todo"
    assert through(finder, "alfa", "alike")[0] != "todo"
    assert by_slug(finder, "alfa")["beta"].score > by_slug(finder, "alfa")["todo"].score


def test_a_partner_in_common_connects_who_never_met(finder: PeerFinder) -> None:
    found = by_slug(finder, "tema")
    assert "shared-event" not in kinds(found["alfa"])
    of_lejos = finder.find(actor("lejos"), weights={"connected": 1.0}, k=100).peers
    beta = next(peer for peer in of_lejos if peer.iri == actor("beta"))
    (reason,) = beta.reasons
    assert reason.kind == "shared-partner"
    assert reason.about == (actor("todo"),)
    assert reason.ours[0].iri != reason.theirs[0].iri


# Alike


def test_a_shared_theme_alone_makes_a_peer(finder: PeerFinder) -> None:
    assert "shared-theme" in kinds(by_slug(finder, "alfa")["tema"])
    assert "tema" not in through(finder, "alfa", "connected")
    assert "quieto" not in by_slug(finder, "alfa")


# Complementary


def test_who_teaches_what_we_only_attended_complements_us(finder: PeerFinder) -> None:
    found = finder.find(actor("alfa"), weights={"complementary": 1.0}, k=100).peers

    assert {slug_of(peer.iri) for peer in found} >= {"aula", "beta"}
    aula = next(peer for peer in found if peer.iri == actor("aula"))
    (reason,) = [reason for reason in aula.reasons if reason.kind == "teaches-attended"]
    assert [deed.roles for deed in reason.ours] == [("participant",)]
    assert [deed.roles for deed in reason.theirs] == [("instructor",)]


def test_who_teaches_a_theme_does_not_lack_it(finder: PeerFinder) -> None:
    about = {reason.about for peer in by_slug(finder, "aula").values() for reason in peer.reasons
             if reason.kind in ("teaches-attended", "strong-where-absent")}  # fmt: skip
    assert about
    assert not any("garantias-financiamiento" in iri for themes in about for iri in themes)


# Declared


@pytest.fixture(scope="module")
def told() -> PeerFinder:
    view = small_network(DECLARED)
    return PeerFinder(read_activity(Triples(view.store)), declared_in(view))


def declared(finder: PeerFinder, us: str, them: str, kind: str) -> list[tuple[str, ...]]:
    """Slugs of the declarations, theirs and then ours, of each reason of a kind."""
    reasons = by_slug(finder, us)[them].reasons
    return [tuple(map(slug_of, reason.declared)) for reason in reasons if reason.kind == kind]


def test_an_offer_meets_a_need_by_a_theme_and_both_see_it(told: PeerFinder) -> None:
    assert declared(told, "quieto", "lejos", "declared-offer") == [("avales", "avales")]
    assert declared(told, "lejos", "quieto", "declared-need") == [("avales", "avales")]


def test_an_offer_meets_a_need_by_its_words_alone(told: PeerFinder) -> None:
    assert declared(told, "gama", "tema", "declared-offer") == [("ferias", "ferias")]
    assert declared(told, "tema", "gama", "declared-need") == [("ferias", "ferias")]


def test_an_offer_meets_what_one_only_attended(told: PeerFinder) -> None:
    (reason,) = [r for r in by_slug(told, "alfa")["lejos"].reasons if r.kind == "declared-offer"]
    assert len(reason.declared) == 1
    assert [slug_of(deed.iri) for deed in reason.ours] == ["avales"]


def test_who_declares_comes_after_who_did_it(told: PeerFinder) -> None:
    order = through(told, "alfa", "complementary")
    assert order.index("aula") < order.index("lejos")


def test_to_declare_much_counts_no_more_than_to_declare_it(told: PeerFinder) -> None:
    found = by_slug(told, "alfa")
    weight = {
        slug: sum(r.weight for r in found[slug].reasons if r.kind == "declared-offer")
        for slug in ("gama", "lejos")
    }
    assert len(declared(told, "alfa", "gama", "declared-offer")) == 2
    assert weight["gama"] <= weight["lejos"] * 1.001


def test_what_is_only_declared_is_small_evidence(told: PeerFinder) -> None:
    evidence = by_slug(told, "quieto")["lejos"].evidence
    assert (evidence.deeds, evidence.declared, evidence.small) == (0, 2, True)


# Counterpart


def test_a_counterpart_is_of_the_same_type_in_another_country(finder: PeerFinder) -> None:
    assert through(finder, "alfa", "counterpart") == ["gama"]


def test_an_unknown_country_has_no_counterpart_and_that_is_said(finder: PeerFinder) -> None:
    found = finder.find(actor("beta"), weights={"counterpart": 1.0})

    assert (found.total, found.why_none) == (0, "no-country")
    assert "quieto" not in through(finder, "alfa", "counterpart"), "nothing is known of what it did"


# All together


def test_a_unit_is_no_peer_of_its_own_body(finder: PeerFinder) -> None:
    assert "unidad" not in by_slug(finder, "alfa")
    assert "alfa" not in by_slug(finder, "unidad")


@pytest.mark.parametrize("lens", [*LENSES, None])
def test_values_are_from_0_to_1_and_reasons_do_not_exceed_them(finder: PeerFinder, lens: Lens | None) -> None:
    for iri in finder.activity.actors:
        for peer in finder.find(iri, weights={lens: 1.0} if lens else WEIGHTS, k=100).peers:
            assert 0 < peer.score <= 1
            assert all(0 <= value <= 1 for value in peer.lenses.values())
            assert sum(reason.weight for reason in peer.reasons) <= peer.score + 1e-3
            assert peer.iri != iri


def test_weights_choose_and_order(finder: PeerFinder) -> None:
    only = finder.find(actor("alfa"), weights={"connected": 2.0, "alike": 0.0}, k=100)

    assert dict(only.weights) == {"connected": 1.0}
    assert only == finder.find(actor("alfa"), weights={"connected": 1.0}, k=100)


def test_a_window_is_a_part_of_the_whole(finder: PeerFinder) -> None:
    whole = finder.find(actor("alfa"), k=100)
    window = finder.find(actor("alfa"), k=2, offset=1)
    assert window.total == whole.total == len(whole.peers)
    assert window.peers == whole.peers[1:3]


def test_only_those_among_whom_we_look_are_found(finder: PeerFinder) -> None:
    among = np.array([iri.endswith("beta") for iri in finder.activity.actors])
    assert [peer.iri for peer in finder.find(actor("alfa"), among=among).peers] == [actor("beta")]


def test_one_event_or_one_document_is_small_evidence(finder: PeerFinder) -> None:
    found = by_slug(finder, "delta")
    assert found["gama"].evidence.deeds == 1
    assert found["gama"].evidence.small


def test_without_evidence_there_is_nobody_and_the_reason_why(finder: PeerFinder) -> None:
    found = finder.find(actor("quieto"))
    assert (found.total, found.peers, found.why_none) == (0, (), "no-deeds")


def test_an_unknown_actor_is_not_found(finder: PeerFinder) -> None:
    with pytest.raises(NotFound):
        finder.find(actor("nadie"))


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("alike:2,connected:1", {"alike": 2.0, "connected": 1.0}),
        (" alike : 2 , connected", {"alike": 2.0, "connected": 1.0}),
        ("counterpart:0.5", {"counterpart": 0.5}),
    ],
)
def test_weights_are_read_from_text(text: str, weights: dict[str, float]) -> None:
    assert parse_weights(text) == weights


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("near:1", "no lens 'near'; there are alike"),
        ("alike:much", "the weight of alike is a number from 0 to 100, not 'much'"),
        ("alike:-1", "a number from 0"),
        ("alike:nan", "a number from 0"),
        ("alike:1e9", "a number from 0"),
        ("alike:0", "at least one lens"),
        ("", "at least one lens"),
    ],
)
def test_weights_that_cannot_be_used_are_refused_in_words(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_weights(text)
