"""The vocabulary: terms, concept schemes, lexicon and house rules."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology import namespaces, vocabulary
from ontology.files import house_rules, jsonld_context
from ontology.namespaces import LANGUAGES, RP, concept_iri, document_graph, iri, slugify, theme_iri

# Words that are alternative labels of two themes on purpose. None so far: a word of two themes tells neither.
SHARED_LABELS: dict[str, set[str]] = {}

NINE = (
    "th-asociatividad",
    "th-productividad-competitividad",
    "th-internacionalizacion",
    "th-politicas-publicas",
    "th-garantias-financiamiento",
    "th-gremios",
    "th-tic",
    "th-innovacion",
    "th-emprendedores",
)

SCHEMES = {
    "themes": (vocabulary.themes, 41),
    "event-types": (vocabulary.event_types, 28),
    "actor-types": (vocabulary.actor_types, 14),
    "roles": (vocabulary.roles, 6),
    "practice-kinds": (vocabulary.practice_kinds, 5),
    "review-status": (vocabulary.review_statuses, 4),
    "lexicon": (vocabulary.lexicon, 1),
}

# One way to break each house rule, added to the ontology.
BROKEN = {
    "broader-is-acyclic": "<id/theme/tic> skos:broader <id/theme/comercio-electronico> .",
    "concepts-in-a-scheme": '<id/theme/x> a skos:Concept ; skos:notation "xt-x" .',
    "definitions-in-three-languages": '<ns#new> a owl:Class ; skos:definition "sí"@es, "yes"@en .',
    "inverses-stated": "<id/theme/rse> skos:related <id/theme/tic> .",
    "labels-in-three-languages": '<ns#Actor> rdfs:label "otra"@es .',
    "preferred-label-is-label": '<id/role/sponsor> skos:prefLabel "auspiciador"@es .',
    "references-exist": "<id/theme/tic> skos:related <id/theme/ghost> .",
    "roles-have-properties": "<ns#watches> rdfs:subPropertyOf rp:takesPartIn .",
    "undeclared-terms": "<id/theme/tic> rp:undeclared true .",
}
HEADER = f"""@base <{namespaces.BASE}> .
@prefix owl: <{namespaces.OWL}> . @prefix rdfs: <{namespaces.RDFS}> .
@prefix rp: <{namespaces.RP}> . @prefix skos: <{namespaces.SKOS}> .
"""


def ontology_store() -> ox.Store:
    store = ox.Store()
    for name in vocabulary.ONTOLOGY_FILES:
        store.load(path=str(vocabulary.FOLDER / name), format=ox.RdfFormat.TURTLE)
    return store


def test_every_house_rule_has_a_case_that_breaks_it() -> None:
    assert {rule.name for rule in house_rules()} == set(BROKEN)


@pytest.mark.parametrize("rule", house_rules(), ids=lambda rule: rule.name)
def test_a_house_rule_returns_nothing_and_can_fail(rule) -> None:  # type: ignore[no-untyped-def]
    store = ontology_store()
    assert [str(row) for row in store.query(rule.text)] == [], rule.comment
    store.load(HEADER + BROKEN[rule.name], format=ox.RdfFormat.TURTLE)
    assert list(store.query(rule.text)) != []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_is_complete_in_three_languages(scheme: str) -> None:
    load, count = SCHEMES[scheme]
    concepts = load()
    assert len(concepts) == count
    assert len({c.notation for c in concepts}) == len({c.iri for c in concepts}) == count
    for concept in concepts:
        assert set(concept.labels) == set(concept.definition) == set(LANGUAGES), concept.notation
        assert concept.iri.endswith("/" + concept.slug)
    assert load() is concepts, "schemes are read once"


def test_the_nine_themes_come_first_and_are_accepted() -> None:
    assert tuple(theme.notation for theme in vocabulary.main_themes()) == NINE
    assert tuple(theme.notation for theme in vocabulary.themes()[:9]) == NINE
    assert {theme.status for theme in vocabulary.themes()[:9]} == {"accepted"}
    assert {theme.status for theme in vocabulary.themes()[9:]} == {"proposed"}
    assert all(theme.notation.startswith("xt-") for theme in vocabulary.themes()[9:])


def test_a_theme_knows_the_main_themes_it_falls_under() -> None:
    assert vocabulary.main_theme_ids("th-tic") == ("th-tic",)
    assert vocabulary.main_theme_ids("xt-desarrollo-proveedores") == ("th-asociatividad",)
    assert vocabulary.main_theme_ids("xt-consorcios-exportacion") == (
        "th-asociatividad",
        "th-internacionalizacion",
    )
    assert vocabulary.main_theme_ids("xt-rse") == ()
    with pytest.raises(KeyError):
        vocabulary.main_theme_ids("th-nothing")


@pytest.mark.parametrize("theme", vocabulary.themes(), ids=lambda theme: theme.notation)
def test_a_theme_has_a_rich_lexicon_in_three_languages(theme: vocabulary.Concept) -> None:
    least = 9 if theme.notation.startswith("th-") else 2
    assert theme.iri == theme_iri(theme.notation)
    for language in LANGUAGES:
        assert len(theme.alt_labels.get(language, ())) >= least, language


def test_a_word_tells_one_theme_and_no_theme_claims_the_words_of_the_whole_field() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for theme in vocabulary.themes():
        for term in theme.terms():
            owners[slugify(term)].add(theme.notation)
    assert {term: who for term, who in owners.items() if len(who) > 1} == SHARED_LABELS
    (size,) = vocabulary.lexicon()
    assert {"PYME", "MIPYME", "MPME", "SME"} <= set(size.terms())
    assert not {slugify(term) for term in size.terms()} & set(owners)


@pytest.mark.parametrize(
    ("word", "notation"),
    [
        ("garantía recíproca", "xt-sistemas-garantia"),
        ("aval", "xt-sistemas-garantia"),
        ("credit guarantee", "xt-sistemas-garantia"),
        ("microcrédito", "xt-microfinanzas"),
        ("acesso ao crédito", "th-garantias-financiamiento"),
        ("desenvolvimento de fornecedores", "xt-desarrollo-proveedores"),
        ("comercio electrónico", "xt-comercio-electronico"),
        ("entrepreneurship", "th-emprendedores"),
        ("I+D", "th-innovacion"),
    ],
)
def test_words_that_people_use_lead_to_their_theme(word: str, notation: str) -> None:
    assert [theme.notation for theme in vocabulary.themes() if word in theme.terms()] == [notation]


def test_event_nouns_are_told_apart_in_three_languages() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in vocabulary.event_types():
        assert concept.iri == concept_iri("event-type", concept.notation)
        for term in (concept.notation, *concept.terms()):
            owners[slugify(term)].add(concept.notation)
    assert {term: who for term, who in owners.items() if len(who) > 1} == {}
    nouns = {"oficina": "taller", "palestras": "conferencia", "rodada-de-negocios": "rueda de negocios"}
    nouns |= {"workshops": "taller", "trade-fair": "feria", "simposios": "seminario", "cimeira": "cumbre"}
    assert {noun: owners[noun] for noun in nouns} == {noun: {kind} for noun, kind in nouns.items()}


def test_role_properties_agree_with_the_ontology() -> None:
    query = "SELECT ?p ?r WHERE { ?p rdfs:subPropertyOf rp:takesPartIn ; rp:role ?r }"
    rows = ontology_store().query(query, prefixes={"rdfs": namespaces.RDFS, "rp": RP})
    found = {row["r"].value: row["p"].value for row in rows}  # type: ignore[union-attr]
    assert found == {iri("role", role): term for role, term in namespaces.ROLE_PROPERTIES.items()}


def test_the_version_is_in_the_header_once() -> None:
    query = "SELECT ?v WHERE { ?o a owl:Ontology ; owl:versionInfo ?v }"
    rows = list(ontology_store().query(query, prefixes={"owl": namespaces.OWL}))  # type: ignore[arg-type]
    assert len(rows) == 1


def test_ontology_graph_holds_what_the_files_hold() -> None:
    graph = vocabulary.ontology_graph()
    assert len(graph) == len(ontology_store())
    assert dict(graph.namespaces())["rp"].toPython() == RP


def test_jsonld_context_reads_and_writes_the_vocabulary() -> None:
    document = jsonld_context() | {
        "id": iri("actor", "caf"),
        "type": "Actor",
        "actorType": iri("actor-type", "development-bank"),
        "sponsors": iri("event", "e1"),
        "authority": True,
    }
    store = ox.Store()
    store.load(json.dumps(document), format=ox.RdfFormat.JSON_LD)
    caf, sponsors, event = (
        ox.NamedNode(x) for x in (iri("actor", "caf"), RP + "sponsors", iri("event", "e1"))
    )
    assert [quad.object for quad in store.quads_for_pattern(caf, sponsors, None)] == [event]
    assert len(store) == 4
    declared = {
        row["t"].value.removeprefix(RP)  # type: ignore[union-attr]
        for row in ontology_store().query(
            "SELECT ?t { VALUES ?c { owl:Class owl:ObjectProperty owl:DatatypeProperty } ?t a ?c }",
            prefixes={"owl": namespaces.OWL},
        )
    }
    assert declared <= set(jsonld_context()["@context"])


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Reunión técnica", "reunion-tecnica"),
        ("São José dos Campos", "sao-jose-dos-campos"),
        ("  PYME / MIPYME: año 2007 ", "pyme-mipyme-ano-2007"),
        ("漢字", ""),
    ],
)
def test_slugify(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_iris_are_made_of_known_kinds_and_clean_slugs() -> None:
    assert iri("place", "ve-caracas") == "https://w3id.org/redpyme/id/place/ve-caracas"
    assert theme_iri("th-tic") == "https://w3id.org/redpyme/id/theme/tic"
    assert concept_iri("event-type", "reunión") == "https://w3id.org/redpyme/id/event-type/reunion"
    assert document_graph("d-1") == "https://w3id.org/redpyme/graph/document/d-1"
    for slug in ("", "Ñandú", "a b", "a/b", "a>b", "-a"):
        with pytest.raises(ValueError, match="cannot be the slug"):
            iri("actor", slug)
    with pytest.raises(ValueError, match="no kind of resource"):
        iri("actors", "caf")  # type: ignore[arg-type]


def test_reading_the_vocabulary_imports_no_rdflib() -> None:
    code = (
        "import sys; from ontology import authority, files, namespaces, vocabulary; vocabulary.themes();"
        "authority.institutions(); files.house_rules(); sys.exit('rdflib' in sys.modules)"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
