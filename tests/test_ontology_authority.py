"""The authority file of institutions is consistent and free of near-duplicates."""

import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pycountry
import pytest
from rapidfuzz import fuzz

from ontology import vocabulary
from ontology.authority import Institution, authority_graph, institutions
from ontology.namespaces import slugify

GOLD = Path(__file__).parent.parent.parent / "shared" / "gold" / "sela-iberpyme-2007.json"

# One name is the other and a word or two more, and they are different institutions.
ALIKE = {
    frozenset(pair.split())
    for pair in (
        "agencia-internacional-energia oiea",
        "mincyt-ar ministerio-educacion-argentina",
        "ministerio-educacion-cuba ministerio-educacion-superior-cuba",
        "ministerio-cultura-espana ministerio-educacion-formacion-profesional-deportes-espana",
        "biess iess",
        "petroecuador pro-ecuador",
        "unlp unmdp",
        "furg ufrgs",
        "furg ufrn",
        "uerj unirio",
        "ufba ufsb",
        "ufms ufmt",
        "ufpe ufrpe",
        "ufrj ufrrj",
        "ufrj unirio",
        "una-cr utn-cr",
        "universidade-lisboa unl-pt",
    )
}
SMALL_WORDS = frozenset("a al and d da das de del do dos e el en for la las los o of the y".split())


def by_slug() -> dict[str, Institution]:
    return {institution.slug: institution for institution in institutions()}


def test_every_institution_is_well_formed() -> None:
    known = by_slug()
    types = {concept.notation for concept in vocabulary.actor_types()}
    assert len(known) == len(institutions()) == 2_802
    for it in institutions():
        assert it.slug == slugify(it.slug), it
        assert it.type in types, it
        assert it.country == "" or pycountry.countries.get(alpha_2=it.country), it
        assert it.unit_of is None or it.unit_of in known, it
        assert set(it.ambiguous_acronyms) <= set(it.acronyms), it
        assert it.language not in it.names, it
        assert all(text == " ".join(text.split()) for text in (*it.forms(), *it.acronyms)), it
        assert len(it.aliases) == len(set(it.aliases)), it


def test_a_body_of_several_states_has_no_country() -> None:
    assert {it.country for it in institutions() if it.type == "multilateral"} == {""}


def test_units_form_no_circle() -> None:
    known = by_slug()
    for it in institutions():
        seen = {it.slug}
        while it.unit_of is not None:
            assert it.unit_of not in seen, it
            seen.add(it.unit_of)
            it = known[it.unit_of]


def test_a_written_name_belongs_to_one_institution() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for it in institutions():
        for form in it.forms():
            owners[slugify(form)].add(it.slug)
    assert {form: who for form, who in owners.items() if len(who) > 1} == {}


def test_an_acronym_of_two_institutions_is_flagged_ambiguous_in_both() -> None:
    owners: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for it in institutions():
        for acronym in {a.upper() for a in it.acronyms}:
            flagged = acronym in {a.upper() for a in it.ambiguous_acronyms}
            owners[acronym].append((it.slug, flagged))
    assert [a for a, who in owners.items() if len(who) > 1 and not all(flag for _, flag in who)] == []
    assert {"AEC", "CPC", "CNI"} <= {a for it in institutions() for a in it.ambiguous_acronyms}


def nearly_the_same(one: str, other: str) -> bool:
    """Whether two slugs of names differ by spelling alone, or by words that only one of them has."""
    if fuzz.token_sort_ratio(one, other, score_cutoff=88) < 88:
        return False
    words, others = (set(name.split("-")) - SMALL_WORDS for name in (one, other))
    left, right = words - others, others - words
    # "do Ceará", "do Paraná": each has a word that is no spelling of a word of the other.
    return not left or not right or all(any(fuzz.ratio(a, b) >= 85 for b in right) for a in left)


def test_no_near_duplicates_in_one_country() -> None:
    groups: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for it in institutions():
        groups[it.country].append((it.slug, [slugify(form) for form in it.forms()]))
    found = {
        frozenset({one, other})
        for group in groups.values()
        for (one, forms), (other, others) in combinations(group, 2)
        if any(nearly_the_same(a, b) for a in forms for b in others)
    }
    assert found == ALIKE


@pytest.mark.parametrize(
    ("acronym", "slug", "kind", "country"),
    [
        ("CAF", "caf", "development-bank", ""),
        ("ECLAC", "cepal", "multilateral", ""),
        ("IDB", "bid", "development-bank", ""),
        ("SEBRAE", "sebrae", "government-agency", "BR"),
        ("CONINDUSTRIA", "conindustria", "chamber-or-business-association", "VE"),
        ("UNAM", "unam", "university", "MX"),
    ],
)
def test_well_known_institutions(acronym: str, slug: str, kind: str, country: str) -> None:
    (found,) = [it for it in institutions() if acronym in it.acronyms]
    assert (found.slug, found.type, found.country) == (slug, kind, country)


def test_the_graph_describes_each_institution_as_an_actor() -> None:
    from rdflib import RDF, Literal, URIRef

    from ontology.namespaces import ORG, RP, SKOS, iri

    graph = authority_graph()
    assert len(set(graph.subjects(RDF.type, URIRef(RP + "Actor")))) == len(institutions())
    sepyme = URIRef(iri("actor", "sepyme-ar"))
    assert graph.value(sepyme, URIRef(RP + "country")) == URIRef(iri("place", "ar"))
    assert graph.value(sepyme, URIRef(ORG + "unitOf")) == URIRef(iri("actor", "ministerio-economia-ar"))
    cepal = URIRef(iri("actor", "cepal"))
    assert {str(x) for x in graph.objects(cepal, URIRef(RP + "acronym"))} == {"CEPAL", "ECLAC"}
    english = Literal("Economic Commission for Latin America and the Caribbean", lang="en")
    assert (cepal, URIRef(SKOS + "altLabel"), english) in graph


@pytest.mark.skipif(not GOLD.exists(), reason="the gold of the 2007 report is not beside the project")
def test_the_institutions_of_the_2007_report_are_known_with_their_type_and_country() -> None:
    forms = {slugify(form): it for it in institutions() for form in (*it.forms(), *it.acronyms)}
    actors = [a for a in json.loads(GOLD.read_text(encoding="utf-8"))["actors"] if not a.get("is_class")]
    assert len(actors) == 59
    known = by_slug()
    for actor in actors:
        names = (actor["name"], *actor["acronyms"], *actor["surface_variants"])
        found = known.get(actor["id"]) or next(
            (forms[slugify(n)] for n in names if slugify(n) in forms), None
        )
        assert found is not None, actor["id"]
        if actor["type"] != "unknown":
            assert found.type in {actor["type"], *actor.get("type_acceptable", ())}, actor["id"]
        assert found.country == (actor["country"] or actor.get("country_inferred") or ""), actor["id"]
