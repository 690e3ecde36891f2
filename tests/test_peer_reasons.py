"""Every reason that is shown is true: each is asked of the graph, for all peers of all actors of the sample
and of the report."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from competency import read_into
from peer_network import DECLARED, declared_in, small_network

from graph.store import GraphView, open_store
from ontology.namespaces import ROLE_PROPERTIES
from search_api.catalogue.triples import Triples
from search_api.peers.activity import read_activity
from search_api.peers.finding import PeerFinder
from search_api.peers.lenses import LENSES
from search_api.peers.meetings import NEAR
from search_api.peers.ranking import WEIGHTS
from search_api.peers.reasons import Deed, Reason
from search_api.peers.remits import remit_words
from search_api.peers.wording import WORDS, Namer, say
from search_api.resources.links import split_iri

ROOT = Path(__file__).parents[1]
REPORT = ROOT.parent / "shared" / "corpus" / "sela-iberpyme-2007.txt"
ACTIVE = "|".join(f"<{iri}>" for role, iri in ROLE_PROPERTIES.items() if role != "participant")
WITHOUT_DEEDS = ("same-type", "counterpart", "same-remit")
ANY = "|".join(f"<{iri}>" for iri in ROLE_PROPERTIES.values())


@pytest.fixture(scope="module", params=["small", "declared", "sample", "report"])
def view(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GraphView:
    if request.param == "small":
        return small_network()
    if request.param == "declared":
        return small_network(DECLARED)
    documents = REPORT if request.param == "report" else ROOT / "sample" / "documents"
    if not documents.exists():
        pytest.skip("the report is not part of the project and not beside it")
    return GraphView(open_store(read_into(tmp_path_factory.mktemp(request.param), documents)))


def finder_of(view: GraphView) -> PeerFinder:
    return PeerFinder(read_activity(Triples(view.store)), declared_in(view))


def cosine(finder: PeerFinder, reason: Reason) -> float:
    """How near the offer and the need of a reason are."""
    told = finder.profiles.declared
    at = {one.iri: number for number, one in enumerate(told.declared)}
    kinds = {told.declared[at[iri]].kind: at[iri] for iri in reason.declared}
    return float(told.queries[kinds["need"]] @ told.passages[kinds["offer"]])


def deeds(who: str, done: tuple[Deed, ...]) -> Iterator[str]:
    """What an institution is said to have done, as graph patterns."""
    for deed in done:
        for role in deed.roles:
            yield f"<{who}> <{ROLE_PROPERTIES[role]}> <{deed.iri}>"
        if not deed.roles:
            told = (
                f"{{ <{deed.iri}> rp:actor <{who}> }} UNION {{ <{deed.iri}> rp:event/^({ACTIVE}) <{who}> }}"
            )
            yield f"<{deed.iri}> a rp:Practice . {told}"


def works_on(who: str, theme: str, by: str = ANY) -> str:
    return f"{{ <{who}> ({by})/rp:theme <{theme}> }} UNION {{ ?p rp:actor <{who}> ; rp:theme <{theme}> }}"


def patterns(reason: Reason, us: str, them: str) -> Iterator[str]:
    """All that a reason says, as graph patterns; those that begin with "not" must not be there."""
    yield from deeds(us, reason.ours)
    yield from deeds(them, reason.theirs)
    both = [deed.iri for deed in (*reason.ours, *reason.theirs)]
    match reason.kind:
        case "shared-theme":
            for theme in reason.about:
                yield from (works_on(who, theme) for who in (us, them))
        case "shared-kind":
            yield from (f"<{iri}> rp:eventType <{reason.about[0]}>" for iri in both)
        case "shared-practice-kind":
            yield from (f"<{iri}> rp:practiceKind <{reason.about[0]}>" for iri in both)
        case "shared-role":
            assert all(deed.roles == reason.about for deed in (*reason.ours, *reason.theirs))
        case "shared-event":
            assert set(both) == set(reason.about)
        case "shared-partner":
            assert len(set(both)) == 2
            yield from (f"<{reason.about[0]}> {ANY} <{iri}>" for iri in both)
        case "teaches-attended":
            for theme in reason.about:
                yield works_on(them, theme, ACTIVE)
                yield f"<{us}> <{ROLE_PROPERTIES['participant']}>/rp:theme <{theme}>"
                yield f"not {works_on(us, theme, ACTIVE)}"
        case "strong-where-absent":
            for theme in reason.about:
                yield works_on(them, theme, ACTIVE)
                yield f"not {works_on(us, theme)}"
            if reason.near:
                yield works_on(us, reason.near)
        case "same-type" | "counterpart":
            for who, kind in zip((us, them), reason.about[:2], strict=True):
                yield f"<{who}> rp:actorType <{kind}>"
            for who, country in zip((us, them), reason.about[2:], strict=False):
                yield f"<{who}> rp:country <{country}>"
            assert len(set(reason.about[2:])) in (0, 2)
        case "same-remit":
            assert reason.about == (us, them)
        case "declared-offer" | "declared-need":
            yield from declared(reason, us, them)


def declared(reason: Reason, us: str, them: str) -> Iterator[str]:
    """What is declared, by whom, and the themes of both; or how we stand in the themes of their offer."""
    theirs, *ours = reason.declared
    offered = reason.kind == "declared-offer"
    yield f"<{them}> {'rp:offers' if offered else 'rp:seeks'} <{theirs}>"
    yield from (f"<{us}> {'rp:seeks' if offered else 'rp:offers'} <{iri}>" for iri in ours)
    yield from (f"<{iri}> rp:theme <{theme}>" for iri in reason.declared for theme in reason.about)
    assert ours or (offered and reason.about), "what nobody seeks meets the lack that the documents show"
    for theme in () if ours else reason.about:
        if reason.ours:
            yield f"<{us}> <{ROLE_PROPERTIES['participant']}>/rp:theme <{theme}>"
            yield f"not {works_on(us, theme, ACTIVE)}"
        else:
            yield f"not {works_on(us, theme)}"


def test_every_reason_is_true_in_the_graph(view: GraphView) -> None:
    finder = finder_of(view)
    ask = cache(lambda pattern: view.ask(f"ASK {{ {pattern} }}"))
    told: Counter[str] = Counter()
    for us in finder.activity.actors:
        for weights in (WEIGHTS, *({lens: 1.0} for lens in LENSES)):
            for peer in finder.find(us, weights=weights, k=10_000).peers:
                assert peer.reasons, (us, peer)
                for reason in peer.reasons:
                    told[reason.kind] += 1
                    assert reason.theirs or reason.declared or reason.kind in WITHOUT_DEEDS, reason
                    for pattern in patterns(reason, us, peer.iri):
                        expected = not pattern.startswith("not ")
                        assert ask(pattern.removeprefix("not ")) is expected, (us, peer.iri, reason, pattern)
                    if reason.declared and not reason.about:
                        assert cosine(finder, reason) >= NEAR
                    if reason.kind == "same-remit":
                        one, two = (remit_words(names(view, iri)) for iri in reason.about)
                        assert one & two
    assert sum(told.values()) > 100
    assert len(told) >= 8, told
    kinds = {"declared-offer", "declared-need"}
    assert kinds & set(told) == (kinds if finder.profiles.declared.declared else set())


@cache
def names(view: GraphView, iri: str) -> str:
    rows = view.select(f"SELECT ?name {{ <{iri}> rdfs:label|skos:altLabel ?name }}")
    return " | ".join(str(row["name"]) for row in rows)


@pytest.mark.parametrize("language", list(WORDS))
def test_every_reason_is_a_sentence_with_its_names(view: GraphView, language: str) -> None:
    finder = finder_of(view)
    namer = Namer(cache(lambda iri: view.label(iri, language=language)), lambda iri: "")
    for us in finder.activity.actors:
        for peer in finder.find(us, k=5).peers:
            for reason in peer.reasons:
                text = say(reason, namer, language=language)  # type: ignore[arg-type]
                assert text.endswith(".")
                assert text[0].isupper()
                assert "{" not in text
                assert "None" not in text
                for iri in reason.about:
                    if (split_iri(iri) or ("",))[0] in ("theme", "event-type", "practice-kind"):
                        assert namer.label(iri) in text


def test_a_reason_reads_the_same_in_three_languages() -> None:
    view = small_network()
    finder = PeerFinder(read_activity(Triples(view.store)))
    us, them = (f"https://w3id.org/redpyme/id/actor/{slug}" for slug in ("alfa", "beta"))
    found = finder.find(us, weights={"connected": 1.0}).peers
    reason = next(r for peer in found if peer.iri == them for r in peer.reasons if "chico" in r.about[0])
    told = [
        say(reason, Namer(lambda iri: view.label(iri), lambda iri: "2019"), language=language)
        for language in WORDS
    ]
    assert told == [
        "Ambas patrocinaron «Taller chico» (2019).",
        "Ambas patrocinaram «Taller chico» (2019).",
        "Both sponsored “Taller chico” (2019).",
    ]
