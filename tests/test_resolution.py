"""Which names mean one institution, which reports tell one event, and what a collection makes of it."""

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from graph.blocking import actor_keys, candidate_pairs
from graph.comparison import ActorProfile, compare
from graph.decisions import Decision, DecisionLog, Distinct, Merge, Split
from graph.event_comparison import EventProfile, compare_events
from graph.identities import candidates
from graph.records import Record, from_json, to_json
from graph.resolution import Resolution, resolve_collection
from graph.rewriting import fingerprint, rewrite
from graph.settings import Settings
from graph.store import GraphView, open_store
from graph.wording import bracketed, initials, title_wording, wording
from graph.workspace import Workspace
from ontology.authority import Institution, institutions
from ontology.namespaces import ID, RDF, RDFS, RP, SCHEMA, SKOS
from search_api.embedding.encoder import load_encoder
from search_api.publishing.build import ingest_paths

DATA = Path(__file__).parent / "data"
SAMPLE = Path(__file__).parent.parent / "sample" / "documents"
ACTOR_PAIRS = list(csv.DictReader((DATA / "identity_pairs.csv").read_text(encoding="utf-8").splitlines()))
EVENT_PAIRS = list(csv.DictReader((DATA / "event_pairs.csv").read_text(encoding="utf-8").splitlines()))


def profile(row: dict[str, str], side: str) -> ActorProfile:
    return ActorProfile(
        iri=f"x:{side}",
        names=(row[f"name_{side}"],),
        acronyms=tuple(filter(None, row[f"acronyms_{side}"].split("|"))),
        type=row[f"type_{side}"] or None,
        country=row[f"country_{side}"] or None,
    )


def event_profile(row: dict[str, str], side: str) -> EventProfile:
    relation = row["relation"]
    return EventProfile(
        iri=f"x:{side}",
        titles=(row[f"title_{side}"],),
        type=row[f"type_{side}"] or None,
        start=row[f"start_{side}"] or None,
        end=row[f"end_{side}"] or None,
        city=row[f"city_{side}"] or None,
        country=row[f"country_{side}"] or None,
        part_of="x:b" if relation == "part" and side == "a" else None,
        actors=frozenset(filter(None, row[f"actors_{side}"].split("|"))),
        documents=frozenset({"d" if relation == "document" else side}),
    )


# Words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Banco Interamericano de Desarrollo", "Inter-American Development Bank"),
        ("Micro, Pequeñas y Medianas Empresas", "MIPYME"),
        ("Ministério da Ciência e Tecnologia", "Ministry of Science and Technology"),
        ("Acme, S.A. de C.V.", "ACME"),
        ("Programa Emprendetec (AR)", "Emprendetec"),
        ("Univeridad de Pruebas", "Universidad de Pruebas"),
        ("UPF – Universidad de Prueba Ficticia", "Universidad de Prueba Ficticia"),
        ("Universidad de Prueba Ficticia - UPF", "Universidad de Prueba Ficticia"),
    ],
)
def test_a_name_in_other_words_is_the_same_name(one: str, other: str) -> None:
    assert wording(one).key == wording(other).key


def test_what_stands_beside_a_dash_is_an_acronym_only_where_the_initials_fit() -> None:
    assert wording("SEPRU - Rio de Janeiro").key != wording("Rio de Janeiro").key
    assert bracketed("Universidad de Prueba Ficticia - UPF") == ("UPF",)
    assert bracketed("Universidad de Prueba - Lima") == ()


def test_countries_and_editions_are_read_out_of_names() -> None:
    assert wording("Confederação Venezuelana de Industriais").countries == {"VE"}
    assert wording("Chamber of Industries of Costa Rica").countries == {"CR"}
    numbers = {"VIII Foro": 8, "8th Forum": 8, "Octavo Foro": 8, "XIV Feria del Libro": 14, "3ª Reunión": 3}
    for title, edition in numbers.items():
        assert title_wording(f"{title} de Prueba").edition == edition, title
    assert title_wording("Foro de Prueba 2007").edition is None
    assert title_wording("Foro de Prueba 2007").years == {"2007"}
    assert {"idb", "iadb"} <= initials("Inter-American Development Bank")


# Pairs


@pytest.mark.parametrize("row", ACTOR_PAIRS, ids=lambda row: f"{row['name_a']} - {row['name_b']}")
def test_a_labelled_pair_of_institutions(row: dict[str, str]) -> None:
    a, b = profile(row, "a"), profile(row, "b")
    found = compare(a, b, unique=row["unique"] == "yes")
    back = compare(b, a, unique=row["unique"] == "yes")
    assert (found.score, found.verdict) == (back.score, back.verdict)
    assert 0 <= found.score <= 1
    assert found.explain()
    if row["verdict"] == "same":
        assert found.verdict != "different", found.explain()
    else:
        assert found.verdict != "same", found.explain()


def test_same_is_never_wrong_on_the_labelled_pairs_and_seldom_missed() -> None:
    assert len(ACTOR_PAIRS) == 233
    verdicts = [
        (row["verdict"], compare(profile(row, "a"), profile(row, "b"), unique=bool(row["unique"])).verdict)
        for row in ACTOR_PAIRS
    ]
    labelled = [found for label, found in verdicts if label == "same"]
    called = [label for label, found in verdicts if found == "same"]
    doubtful = [found for label, found in verdicts if label == "maybe"]
    assert called.count("same") / len(called) == 1.0, "precision"
    assert labelled.count("same") / len(labelled) >= 0.97, "recall"
    assert doubtful.count("maybe") / len(doubtful) >= 0.9


def test_no_two_entries_of_the_authority_file_are_taken_for_one() -> None:
    known = [
        ActorProfile(entry.iri, entry.forms(), entry.acronyms, entry.type, entry.country or None)
        for entry in institutions()
    ]
    by_iri = {actor.iri: actor for actor in known}
    taken = [
        (one, other)
        for one, other in candidate_pairs(known, actor_keys)
        if compare(by_iri[one], by_iri[other], unique=True).verdict == "same"
    ]
    assert taken == []


def test_most_translations_of_the_authority_file_are_recognised_from_their_words() -> None:
    pairs = [
        (one, other, entry)
        for entry in institutions()
        for one, other in combinations(dict.fromkeys((entry.name, *entry.names.values())), 2)
    ]
    found = sum(
        compare(
            *(ActorProfile("x:a", (name,), (), entry.type, entry.country or None) for name in names)
        ).verdict
        == "same"
        for *names, entry in pairs
    )
    assert len(pairs) > 500
    assert found / len(pairs) >= 0.75


@pytest.mark.parametrize("row", EVENT_PAIRS, ids=lambda row: f"{row['title_a']} - {row['title_b']}")
def test_a_labelled_pair_of_events(row: dict[str, str]) -> None:
    a, b = event_profile(row, "a"), event_profile(row, "b")
    found, back = compare_events(a, b), compare_events(b, a)
    assert (found.score, found.verdict) == (back.score, back.verdict)
    assert found.verdict == row["verdict"], found.explain()
    assert found.explain()


def test_no_labelled_pair_of_events_is_lost() -> None:
    assert len(EVENT_PAIRS) == 47


names = st.text(alphabet="aábcçñ BDM.()-0123IVX", max_size=30)


@given(names, names, st.sampled_from([None, "AR", "GT"]))
def test_any_two_names_compare_the_same_both_ways(one: str, other: str, country: str | None) -> None:
    a, b = ActorProfile("x:a", (one,)), ActorProfile("x:b", (other,), country=country)
    there, back = compare(a, b), compare(b, a)
    assert (there.score, there.verdict) == (back.score, back.verdict)
    titled = [EventProfile(f"x:{name}", (name,), start="2007") for name in (one, other)]
    assert compare_events(*titled).score == compare_events(*reversed(titled)).score


# Collections


def actor(name: str, country: str | None = None, *, slug: str, type: str = "", **more: object) -> Record:
    values = {}
    if country:
        values[RP + "country"] = f"<{ID}place/{country.lower()}>"
    if type:
        values[RP + "actorType"] = f"<{ID}actor-type/{type}>"
    return Record(iri=f"{ID}actor/{slug}", labels=((name, ""),), values=values, **more)  # type: ignore[arg-type]


def event(title: str, start: str, city: str, *, slug: str, language: str = "es", **more: object) -> Record:
    values = {
        SCHEMA + "startDate": f'"{start}"^^<x:date>',
        RP + "city": f"<{ID}place/{city}>",
        RP + "country": f"<{ID}place/{city[:2]}>",
        RP + "eventType": f"<{ID}event-type/foro>",
        RP + "status": '"held"',
    }
    return Record(iri=f"{ID}event/{slug}", labels=((title, language),), values=values, **more)  # type: ignore[arg-type]


def settle(
    *documents: list[Record], authority: tuple[Institution, ...] = (), decisions: tuple[Decision, ...] = ()
) -> Resolution:
    told = {f"d{number}": records for number, records in enumerate(documents)}
    return resolve_collection(told, authority=authority, decisions=decisions)


def who(resolution: Resolution) -> dict[str, str]:
    return {old.removeprefix(ID): new.removeprefix(ID) for old, new in resolution.redirects.items()}


def doubts(resolution: Resolution) -> set[tuple[str, str]]:
    return {(c.one.removeprefix(ID), c.other.removeprefix(ID)) for c in resolution.candidates}


SOL = actor("Fundación Nueva Quilmar Solar", "PE", slug="fundacion-nueva-quilmar-solar-pe")
SUN = actor("New Quilmar Solar Foundation", "PE", slug="new-quilmar-solar-foundation-pe")
SOLL = actor("Fundação Nova Quilmar Solar do Peru", "PE", slug="fundacao-nova-quilmar-solar-pe")
FAIR = event("VIII Foro de Clústeres Textiles", "2018-11-20", "br-blumenau", slug="foro")
FEIRA = event("8º Fórum de Clusters Têxteis", "2018-11", "br-blumenau", slug="forum", language="pt")


def test_one_event_told_in_two_languages_is_one_event() -> None:
    resolution = settle([FAIR], [FEIRA])
    assert who(resolution) == {"event/forum": "event/foro"}
    assert resolution.values[FAIR.iri][SCHEMA + "startDate"] == '"2018-11-20"^^<x:date>', "the more precise"
    assert resolution.labels[FAIR.iri] == {*FAIR.labels, *FEIRA.labels}, "a label in each language"
    assert resolution.merges[0].reason


def test_homonyms_of_two_countries_stay_apart_and_one_without_country_waits() -> None:
    here, there = (
        actor("Ministerio de Economía", country, slug=f"economia-{country}", type="ministry")
        for country in ("AR", "GT")
    )
    nowhere = actor("Ministerio de Economía", slug="economia", type="ministry")
    resolution = settle([here], [there], [nowhere])
    assert resolution.redirects == {}
    assert doubts(resolution) == {("actor/economia", f"actor/economia-{c}") for c in ("AR", "GT")} or doubts(
        resolution
    ) == {tuple(sorted(("actor/economia", f"actor/economia-{c}"))) for c in ("AR", "GT")}


def test_a_missing_country_matters_only_where_the_name_is_not_unique() -> None:
    told, bare = (
        actor("Fundación Quilmar", country, slug=f"quilmar{number}", type="ngo-foundation")
        for number, country in enumerate(("PE", None))
    )
    elsewhere = actor("Fundación Quilmar", "BO", slug="quilmar-bo", type="ngo-foundation")
    assert who(settle([told], [bare])) == {"actor/quilmar1": "actor/quilmar0"}
    assert settle([told], [bare], [elsewhere]).redirects == {}


def test_a_chain_never_joins_two_countries() -> None:
    """Each link is sure by itself, both together would make one body of two States."""
    links = [
        actor("Agencia Quilmar", "PE", slug="a-pe", type="government-agency", acronyms=("AGQUIL",)),
        actor("AGQUIL", "PE", slug="b", acronyms=("AGQUIL",), aliases=("Agencia Ronvel",)),
        actor("Agencia Ronvel", "BO", slug="c-bo", type="government-agency"),
    ]
    redirects = settle(*([link] for link in links)).redirects
    ends = {redirects.get(links[at].iri, links[at].iri) for at in (0, 2)}
    assert len(ends) == 2


def collection() -> dict[str, list[Record]]:
    return {
        "uno": [SOL, FAIR, actor("Cámara de Prueba de Quilmar", "CO", slug="camara-co")],
        "dos": [SUN, actor("Camara de Prueba de Quilmar", "CO", slug="camara-de-co")],
        "tres": [SOLL, FEIRA],
        "cuatro": [actor("Chamber of Prueba of Quilmarr", "CO", slug="chamber-co"), SOL],
    }


def test_the_order_of_reading_does_not_matter() -> None:
    first = resolve_collection(collection(), authority=(), decisions=())
    assert len(first.redirects) >= 4
    for seed in range(5):
        told = list(collection().items())
        random.Random(seed).shuffle(told)
        again = resolve_collection(dict(told), authority=(), decisions=())
        assert again == first


def test_reading_one_document_again_moves_nobody_else() -> None:
    before = resolve_collection(collection(), authority=(), decisions=()).redirects
    changed = collection() | {"dos": [actor("Universidad de Ronvel", "BR", slug="universidad-br")]}
    after = resolve_collection(changed, authority=(), decisions=()).redirects
    gone = {record.iri for record in collection()["dos"]}
    assert gone & before.keys()
    assert {old: new for old, new in before.items() if old not in gone} == dict(after)


def test_an_entry_of_the_authority_file_stands_for_its_cluster_and_never_for_another_entry() -> None:
    authority = tuple(
        Institution(slug, name, "es", "ngo-foundation", "PE")
        for slug, name in (("sol", "Fundación Nueva Quilmar Solar"), ("sol-2", "Nueva Quilmar Solar"))
    )
    resolution = settle([SUN], [SOLL], authority=authority)
    assert who(resolution) == {
        SUN.iri.removeprefix(ID): "actor/sol",
        SOLL.iri.removeprefix(ID): "actor/sol",
    }
    assert resolution.values[ID + "actor/sol"][RP + "country"] is None, "the authority file says it"


def test_a_curator_merges_splits_and_keeps_apart() -> None:
    stranger = actor("Consultora Ronvel", "AR", slug="ronvel-ar")
    merge = Merge(old=stranger.iri, new=SOL.iri, by="ana")
    merged = settle([SOL], [SUN], [stranger], decisions=(merge,))
    assert merged.redirects == {stranger.iri: SOL.iri, SUN.iri: SOL.iri}
    undone = settle([SOL], [SUN], [stranger], decisions=(merge, Split(old=stranger.iri, by="ana")))
    assert undone.redirects == settle([SOL], [SUN], [stranger]).redirects == {SUN.iri: SOL.iri}
    gone = Merge(old=SOL.iri, new=ID + "actor/of-a-document-taken-away", by="ana")
    assert settle([SOL], [SUN], decisions=(gone,)).redirects == {SOL.iri: gone.new, SUN.iri: gone.new}
    assert settle([SOL], [SUN], decisions=(Split(old=SUN.iri, by="ana"),)).redirects == {}
    distinct = Distinct(one=SUN.iri, other=SOL.iri, by="ana")
    assert settle([SOL], [SUN], decisions=(distinct,)) == Resolution()
    # The third name is both others': a curator's word parts the cluster, not only the pair.
    parted = settle([SOL], [SUN], [SOLL], decisions=(distinct,))
    assert len(parted.redirects) == 1
    assert parted.redirects.get(SOL.iri, SOL.iri) != parted.redirects.get(SUN.iri, SUN.iri)


def test_two_clusters_that_a_curator_told_apart_wait_no_more_whichever_members_are_alike() -> None:
    """The pair that is offered is of those that stand for their clusters, the doubt may be of others."""
    lean = actor("Fundación Quilmar Solar", "PE", slug="a-quilmar-solar", type="ngo-foundation")
    documents = [SOL], [SUN], [lean]
    assert doubts(settle(*documents)) == {("actor/a-quilmar-solar", SOL.iri.removeprefix(ID))}
    assert settle(*documents).redirects == {SUN.iri: SOL.iri}
    for one in (SOL.iri, SUN.iri):
        assert settle(*documents, decisions=[Distinct(one=one, other=lean.iri, by="ana")]).candidates == ()


def test_a_unit_and_its_body_stay_two() -> None:
    whole = actor("Universidad de Ronvel", "BR", slug="ronvel-br")
    unit = actor("Universidade de Ronvel", "BR", slug="ronvel-unit-br", whole=whole.iri)
    assert settle([whole], [unit]) == Resolution()
    assert settle([whole], [replace(unit, whole=None)]).redirects


def test_records_survive_json() -> None:
    told = [SOL, FAIR, replace(FEIRA, actors=(SOL.iri,), whole=FAIR.iri, aliases=("ñ",))]
    assert from_json(to_json(told)) == told


# Rewriting


def test_what_a_document_said_is_published_under_the_iri_that_stands_for_it() -> None:
    def quad(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
        return Quad(NamedNode(subject), NamedNode(predicate), value, NamedNode("x:graph"))

    resolution = settle([FAIR], [FEIRA])
    claim, old, new = ID + "claim/d1-1", FEIRA.iri, NamedNode(FAIR.iri)
    month = Literal("2018-11", datatype=NamedNode("x:date"))
    said = [
        quad(old, RDFS + "label", Literal("8º Fórum de Clusters Têxteis", language="pt")),
        quad(old, RDFS + "label", Literal("Fórum Têxtil", language="pt")),
        quad(old, SCHEMA + "startDate", month),
        quad(claim, RDF + "subject", NamedNode(old)),
        quad(claim, RDF + "object", month),
        quad(ID + "actor/x", RP + "organises", NamedNode(old)),
    ]
    assert list(rewrite(said, resolution)) == [
        quad(new.value, RDFS + "label", Literal("8º Fórum de Clusters Têxteis", language="pt")),
        quad(new.value, SKOS + "altLabel", Literal("Fórum Têxtil", language="pt")),
        quad(claim, RDF + "subject", new),
        quad(claim, RDF + "object", month),
        quad(ID + "actor/x", RP + "organises", new),
    ]
    assert list(rewrite(said, Resolution())) == said
    assert fingerprint([SOL], resolution) == ""
    assert fingerprint([FEIRA], resolution) == fingerprint([FEIRA], settle([FAIR], [FEIRA], [SOL])) != ""


# The whole way: sample documents in, SPARQL out


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = Settings(workspace=tmp_path_factory.mktemp("ws"), model="hashing")
    ingest_paths([SAMPLE], settings=chosen, encoder=load_encoder("hashing"))
    return chosen


def view(settings: Settings) -> GraphView:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return GraphView(open_store(snapshot))


def bearers(graph: GraphView, *names: str) -> Iterator[str]:
    """IRIs of the actors that the documents speak of under a name."""
    for name in names:
        rows = graph.select(
            """SELECT DISTINCT ?actor ?wanted WHERE {
                 ?actor a rp:Actor ; rdfs:label|skos:altLabel|rp:acronym ?name . ?p rp:mentions ?actor
                 FILTER(LCASE(STR(?name)) = LCASE(STR(?wanted))) }""",
            wanted=name,
        )
        assert rows, name
        yield from (str(row["actor"]) for row in rows)


@pytest.mark.parametrize(
    "spellings",
    [
        ("CAF", "Corporación Andina de Fomento", "Corporação Andina de Fomento"),
        ("CONINDUSTRIA", "Confederación Venezolana de Industriales"),
        ("BID", "Banco Interamericano de Desarrollo", "Inter-American Development Bank"),
        ("Chamber of Industries of Costa Rica", "Cámara de Industrias de Costa Rica"),
        ("Ministry of Science and Technology of Costa Rica", "MICITT"),
    ],
)
def test_an_institution_of_the_sample_is_one_actor_in_three_languages(
    settings: Settings, spellings: tuple[str, ...]
) -> None:
    assert len(set(bearers(view(settings), *spellings))) == 1


def test_homonyms_of_the_sample_stay_apart(settings: Settings) -> None:
    rows = view(settings).select(
        """SELECT DISTINCT ?actor ?country WHERE {
             ?actor rdfs:label|skos:altLabel ?name ; rp:country ?country . ?passage rp:mentions ?actor
             FILTER(STRSTARTS(?name, "Ministerio de Economía de ")) }"""
    )
    assert len({row["actor"] for row in rows}) == len({row["country"] for row in rows}) == len(rows) >= 2


def test_nothing_points_to_an_iri_that_was_replaced(settings: Settings) -> None:
    graph = view(settings)
    assert graph.ask("ASK { ?old dcterms:isReplacedBy ?new }")
    left = graph.select(
        """SELECT ?old ?p WHERE { ?old dcterms:isReplacedBy ?new
             { ?old ?p ?o } UNION { ?s ?p ?old } FILTER(?p != dcterms:isReplacedBy) }"""
    )
    assert left == []


def test_claims_of_a_merged_actor_are_found_by_its_triples(settings: Settings) -> None:
    """Each claim points to the IRI that its plain triple is published under."""
    assert not view(settings).ask(
        """ASK { ?actor rp:organises ?event . ?event a rp:Event
             FILTER NOT EXISTS { ?c rdf:subject ?actor ; rdf:predicate rp:organises ; rdf:object ?event } }"""
    )


def test_doubtful_pairs_of_the_sample_wait_with_their_reason_and_obey_a_curator(settings: Settings) -> None:
    waiting = candidates(view(settings))
    assert waiting
    first = waiting[0]
    assert 0.7 < first.score < 1
    assert first.reason
    log = DecisionLog(Workspace(settings.workspace).decisions_path)
    files = {path.name: path.read_bytes() for path in said_files(settings)}

    log.append(Merge(old=first.other, new=first.one, by="ana"))
    report = ingest_paths([], settings=settings, encoder=load_encoder("hashing"))
    assert report.published
    assert report.changed == [], "a merge reads no document again"
    assert view(settings).replaced_by(first.other) == first.one
    assert first not in candidates(view(settings))

    log.append(Split(old=first.other, by="ana"))
    ingest_paths([], settings=settings, encoder=load_encoder("hashing"))
    assert view(settings).replaced_by(first.other) is None
    assert {path.name: path.read_bytes() for path in said_files(settings)} == files


def said_files(settings: Settings) -> list[Path]:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return sorted((snapshot.path / "said").glob("*.nq"))


def test_a_second_run_gives_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"workspace": tmp_path})
    for path in sorted(SAMPLE.iterdir(), reverse=True):
        ingest_paths([path], settings=other, encoder=load_encoder("hashing"))
    graphs = []
    for snapshot in (Workspace(settings.workspace).current(), Workspace(tmp_path).current()):
        assert snapshot is not None
        # One of the two has the decisions of the test before, which undo each other.
        graphs.append(
            {
                path.name: [line for line in path.read_bytes().splitlines() if b"/id/decision/" not in line]
                for path in snapshot.graph_files()
                if path.name != "candidates.nq"
            }
        )
    assert graphs[0] == graphs[1]
