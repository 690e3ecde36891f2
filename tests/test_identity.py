"""Who is who: homonyms stay apart, known institutions are recognised, merges can be undone."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph.decision_graph import decision_quads, redirect_quads
from graph.decisions import (
    AcceptClaim,
    Apart,
    CorrectClaim,
    DecisionLog,
    Distinct,
    Merge,
    Offer,
    RejectClaim,
    Review,
    Split,
    apart,
    merged,
    reviewed,
)
from graph.errors import WorkspaceError
from graph.identity import ActorIdentity, name_resources, resolve
from graph.mapping import to_rdflib
from graph.model import Actor, DocumentInfo, Event, Evidence, Extraction, Passage, Person, Practice, Span
from graph.naming import actor_slug, document_slug, event_slug, fold, place_iri, slug
from ontology.authority import Institution, institutions

ID = "https://w3id.org/redpyme/id/"
HERE = (Evidence(Span(0, 1), "test"),)


def extraction(
    *, actors: tuple[Actor, ...] = (), events: tuple[Event, ...] = (), **parts: object
) -> Extraction:
    info = DocumentInfo(
        id="0", name="d.txt", media_type="text/plain", title="Memoria de Prueba", language="es"
    )
    return Extraction(document=info, actors=actors, events=events, **parts)  # type: ignore[arg-type]


def actor(name: str, country: str | None = None, *, id: str = "a", **more: object) -> Actor:
    return Actor(id=id, name=name, type=None, country=country, mentions=HERE, **more)  # type: ignore[arg-type]


def identify(one: Actor, authority: tuple[Institution, ...] = ()) -> ActorIdentity:
    return resolve(extraction(actors=(one,)), authority=authority)[one.id]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Ministério da  Economia ", "ministerio da economia"),
        ("MIPYME—Año (2007)", "mipyme ano 2007"),
        ("Cámara_de «Ñandú»", "camara de nandu"),
        ("Straße Øresund Łódź", "strasse oresund lodz"),
        ("…", ""),
        ("Мир", "мир"),
    ],
)
def test_folding_keeps_letters_and_digits_only(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_slugs_are_short_and_stay_apart() -> None:
    assert slug("Fundación de Prueba, S.A.") == "fundacion-de-prueba-s-a"
    long, longer = "Taller " * 30, "Taller " * 30 + "final"
    assert len(slug(long)) <= 80
    assert slug(long) != slug(longer)
    assert slug(long.strip()) == slug(long)
    assert len(slug("x" * 500, max_length=16)) <= 16
    assert slug("Мир") != slug("Труд"), "text that ASCII cannot hold is named by its digest"
    with pytest.raises(ValueError, match="16"):
        slug("x", max_length=3)


def test_documents_of_one_name_get_numbers() -> None:
    assert document_slug("Informe Final.2007.PDF") == "informe-final-2007"
    assert document_slug("informe.pdf", taken={"informe", "informe-2"}) == "informe-3"


def test_homonyms_in_two_countries_stay_apart() -> None:
    here, there = (identify(actor("Ministerio de Prueba", country)) for country in ("AR", "CL"))
    assert here.iri == ID + "actor/ministerio-de-prueba-ar"
    assert there.iri == ID + "actor/ministerio-de-prueba-cl"
    assert here.reason.endswith("its name and its country AR")
    assert identify(actor("MINISTERIO  DE PRUEBA", "AR")).iri == here.iri
    assert actor_slug("Ministerio de Prueba", None) == "ministerio-de-prueba"


def institution(slug: str, name: str, *, country: str = "", **more: object) -> Institution:
    return Institution(slug, name, "es", "programme", country, **more)  # type: ignore[arg-type]


AUTHORITY = (
    institution("ip", "Instituto de Prueba", names={"en": "Test Institute"}, acronyms=("IP",), country="AR"),
    institution("banco", "Banco Ficticio de Fomento", acronyms=("BFF",)),
    institution("otro-banco", "Bolsa de Fondos Ficticios", acronyms=("BFF", "BOFF"), country="MX"),
    institution("sol", "Fundación del Sol Inventado", acronyms=("SOL",), ambiguous_acronyms=("SOL",)),
)


@pytest.mark.parametrize(
    ("who", "expected", "score"),
    [
        (actor("Instituto de Prueba"), "ip", 1.0),
        (actor("INSTITUTO DE PRUEBA (IP)", "AR"), "ip", 1.0),
        (actor("test institute", "AR"), "ip", 1.0),
        (actor("Nombre nuevo", variants=("Test Institute",)), "ip", 1.0),
        (actor("Instituto de Prueba", "CL"), None, 1.0),
        (actor("IP"), "ip", 0.8),
        (actor("IP", "CL"), None, 1.0),
        (actor("IP", "AR"), "ip", 0.9),
        (actor("Instituto Nacional de Prueba", acronyms=("IP",)), "ip", 0.9),
        (actor("Industrias Plásticas", acronyms=("IP",)), None, 1.0),
        (actor("BFF"), None, 1.0),
        (actor("BFF", "MX"), "otro-banco", 0.9),
        (actor("BOFF"), "otro-banco", 0.8),
        (actor("SOL"), None, 1.0),
        (actor("Instituto Peruano", acronyms=("IP",)), None, 1.0),
        (actor("Fundación Sol Inventado", acronyms=("SOL",)), "sol", 0.9),
        (actor("Banco Ficticio de Fomento", "BR"), "banco", 1.0),
        (actor("cualquiera", authority="banco"), "banco", 1.0),
    ],
)
def test_known_institutions_are_recognised_and_never_against_their_country(
    who: Actor, expected: str | None, score: float
) -> None:
    identity = identify(who, AUTHORITY)
    assert (identity.institution.slug if identity.institution else None) == expected
    assert identity.score == score
    assert identity.reason


def test_every_entry_of_the_authority_file_is_recognised_by_its_own_name() -> None:
    known = institutions()
    assert known
    named = tuple(actor(entry.name, entry.country or None, id=entry.slug) for entry in known)
    identities = resolve(extraction(actors=named), authority=known)
    for entry in known:
        assert identities[entry.slug].institution == entry
        assert identities[entry.slug].iri == entry.iri


def test_merges_chain_and_never_close_a_ring() -> None:
    def merge(old: str, new: str) -> Merge:
        return Merge(old=f"x:{old}", new=f"x:{new}", by="c")

    assert merged([merge("a", "b"), merge("b", "c")]) == {"x:a": "x:c", "x:b": "x:c"}
    ring = [merge("a", "b"), merge("b", "c"), merge("c", "a"), merge("a", "a"), merge("a", "c")]
    assert merged(ring) == {"x:a": "x:c", "x:b": "x:c"}
    quads = list(redirect_quads(merged(ring)))
    assert [(quad.subject, quad.object) for quad in quads] == [
        (NamedNode("x:a"), NamedNode("x:c")),
        (NamedNode("x:b"), NamedNode("x:c")),
    ]
    assert {quad.predicate.value for quad in quads} == {"http://purl.org/dc/terms/isReplacedBy"}


def test_who_is_told_apart_stays_so_until_a_later_merge() -> None:
    merge, split = Merge(old="x:a", new="x:b", by="c"), Split(old="x:a", by="c")
    distinct = Distinct(one="x:a", other="x:d", by="c")
    assert apart([merge, split, distinct]).pairs == {frozenset({"x:a", "x:b"}), frozenset({"x:a", "x:d"})}
    assert apart([split]).alone == {"x:a"}, "it leaves what the comparer joined"
    assert apart([split, merge]) == Apart()
    assert apart([merge, split, merge]) == Apart()


def event(title: str, start: str | None, city: str | None = None, *, id: str = "e") -> Event:
    return Event(id, title, "foro", "held", Span(0, 1), HERE, start_date=start, city=city, country="AR")


def test_one_event_told_by_two_documents_has_one_iri() -> None:
    def names(one: Event, document: str) -> str:
        return name_resources(extraction(events=(one,)), {}, document_slug=document).events["e"]

    told = names(event("Foro de Prueba", "2007-03-26", "Buenos Aires"), "uno")
    assert told == ID + "event/foro-de-prueba-2007-03-26"
    assert names(event("FORO DE PRUEBA", "2007-03-26"), "dos") == told
    assert names(event("Foro de Prueba", "2008-03-26"), "dos") != told
    assert names(event("Foro de Prueba", "2007-03", "Rosario"), "dos") != names(
        event("Foro de Prueba", "2007-03", "Córdoba"), "dos"
    )
    assert names(event("Reunión", None), "uno") != names(event("Reunión", None), "dos")


def test_two_events_of_one_day_are_told_apart_by_their_place() -> None:
    both = (event("Foro", "2007-03-26", "Rosario", id="1"), event("Foro", "2007-03-26", "Córdoba", id="2"))
    named = name_resources(extraction(events=both), {}, document_slug="uno").events
    assert named["1"].endswith("2007-03-26-rosario")
    assert named["2"].endswith("2007-03-26-cordoba")
    assert event_slug("Foro", start_date="2007", city=None, country="AR", fallback="d") == "foro-2007-ar"


def test_practices_and_passages_keep_their_iri_when_the_document_changes_elsewhere() -> None:
    def practice(id: str, text: str, start: int) -> Practice:
        return Practice(id, "lesson-learned", text, Span(start, start + 9), HERE[0])

    def names(*texts: str) -> dict[str, str]:
        practices = tuple(practice(text + str(i), text, i * 10) for i, text in enumerate(texts))
        return dict(name_resources(extraction(practices=practices), {}, document_slug="d").practices)

    assert names("uno", "dos")["dos1"] == names("cero", "otro", "dos")["dos2"]
    assert len(set(names("igual", "igual").values())) == 2
    passages = (Passage("p", "…", Span(0, 1)), Passage("q", "†", Span(1, 2)))
    assert (
        len(set(name_resources(extraction(passages=passages), {}, document_slug="d").passages.values())) == 2
    )


def test_a_person_is_a_name_with_an_institution() -> None:
    who = actor("Instituto de Prueba", "AR", acronyms=("IDP",))
    persons = (
        Person("1", "Ana Ejemplo", None, "a", HERE),
        Person("2", "Ana Ejemplo", None, "IDP", HERE),
        Person("3", "Ana Ejemplo", None, None, HERE),
        Person("4", "Ana Ejemplo", None, "nadie", HERE),
    )
    told = extraction(actors=(who,), persons=persons)
    named = name_resources(told, resolve(told, authority=()), document_slug="memoria")
    assert named.persons["1"] == named.persons["2"] == ID + "person/ana-ejemplo-instituto-de-prueba-ar"
    assert named.persons["3"] == named.persons["4"] == ID + "person/ana-ejemplo-memoria"


def test_places_carry_their_country() -> None:
    assert place_iri("San José", "CR") == ID + "place/cr-san-jose"
    assert place_iri("San José", "UY") == ID + "place/uy-san-jose"
    assert place_iri("San José", "UY", kind="region") == ID + "place/uy-san-jose-region"


def test_the_log_keeps_every_decision_in_order(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "decisions")
    assert log.read() == []
    made = [
        Merge(old="x:a", new="x:b", by="ana", reason="la misma", at="2007-03-26T00:00:00+00:00"),
        RejectClaim(claim="x:c", by="ana", at="2007-03-27T00:00:00+00:00"),
        AcceptClaim(claim="x:c", by="luz", at="2007-03-28T00:00:00+00:00"),
        Offer(actor="x:a", text="avales", by="luz", themes=("x:t",), at="2007-03-29T00:00:00+00:00"),
        Distinct(one="x:a", other="x:d", by="ana", at="2007-03-30T00:00:00+00:00"),
    ]
    for decision in made:
        log.append(decision)
    assert log.read() == made
    assert reviewed(log.read()) == {"x:c": Review("accepted")}
    log.append(Split(old="x:a", by="ana"))
    assert log.read()[-1].at, "the time is filled in"


def test_a_line_that_a_dying_writer_left_is_passed_over_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path)
    first = RejectClaim(claim="x:c", by="ana", at="2007-03-27T00:00:00+00:00")
    log.append(first)
    with open(log.path, "ab") as file:
        file.write(b'{"kind": "merge", "ol')
    assert log.read() == [first]
    log.append(first)
    assert log.read() == [first, first]
    with open(log.path, "ab") as file:
        file.write(b'{"kind": "erase-everything"}\n')
    with pytest.raises(WorkspaceError, match="line 4: this is not a decision"):
        log.read()


def test_the_graph_of_decisions_tells_who_decided_what_and_when() -> None:
    right = '"2007-03-26"^^<http://www.w3.org/2001/XMLSchema#date>'
    made = [
        RejectClaim(claim="x:c", by="ana", reason="no es eso", at="2007-03-27T00:00:00+00:00"),
        CorrectClaim(claim="x:c", value=right, by="luz", at="2007-03-28T00:00:00+00:00"),
        Merge(old="x:a", new="x:b", by="ana", at="ayer"),
    ]
    found = to_rdflib(decision_quads(made))
    rows = found.query(
        """PREFIX rp: <https://w3id.org/redpyme/ns#> PREFIX prov: <http://www.w3.org/ns/prov#>
           PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
           SELECT ?kind ?who ?about ?why ?value (STR(?at) AS ?when) {
             ?decision a rp:Decision ; rp:decisionKind ?kind ; rp:decidedBy ?who ; rp:concerns ?about
             OPTIONAL { ?decision rp:reason ?why } OPTIONAL { ?decision rdf:object ?value }
             OPTIONAL { ?decision prov:endedAtTime ?at } } ORDER BY ?decision ?about"""
    )
    assert [tuple(None if value is None else str(value) for value in row) for row in rows] == [  # type: ignore[union-attr]
        ("reject-claim", "ana", "x:c", "no es eso", None, "2007-03-27T00:00:00+00:00"),
        ("correct-claim", "luz", "x:c", None, "2007-03-26", "2007-03-28T00:00:00+00:00"),
        ("merge", "ana", "x:a", None, None, None),
        ("merge", "ana", "x:b", None, None, None),
    ]
    assert {quad.graph_name.value for quad in decision_quads(made)} == {
        ID.replace("/id/", "/graph/decisions")
    }


def test_the_last_word_on_a_claim_is_its_review() -> None:
    right = CorrectClaim(claim="x:c", value="<x:d>", by="ana")
    assert reviewed([RejectClaim(claim="x:c", by="ana"), right]) == {"x:c": Review("corrected", "<x:d>")}
    assert reviewed([right, AcceptClaim(claim="x:c", by="ana")]) == {"x:c": Review("accepted")}
