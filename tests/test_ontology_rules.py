"""What each inference rule adds to a small graph, and nothing else."""

import pyoxigraph as ox
import pytest

from ontology.files import Rule, inference_rules
from ontology.namespaces import ID, LANGUAGES, ORG, RP, SKOS

HEADER = f"@base <{ID}> . @prefix rp: <{RP}> . @prefix org: <{ORG}> . @prefix skos: <{SKOS}> .\n"

CASES = {
    "takes-part-in": (
        "<actor/a> rp:sponsors <event/e> . <actor/b> rp:speaksAt <event/f> . <actor/c> rp:event <event/e> .",
        {("actor/a", "takesPartIn", "event/e"), ("actor/b", "takesPartIn", "event/f")},
    ),
    "broader-theme": (
        "<theme/c> skos:broader <theme/b> . <theme/b> skos:broader <theme/a> ."
        "<event/e> rp:theme <theme/c> . <practice/p> rp:theme <theme/b>, <theme/a> .",
        {("event/e", "theme", "theme/b"), ("event/e", "theme", "theme/a")},
    ),
    "broader-transitive": (
        "<theme/c> skos:broader <theme/b> . <theme/b> skos:broader <theme/a> .",
        {
            ("theme/c", "broaderTransitive", "theme/b"),
            ("theme/c", "broaderTransitive", "theme/a"),
            ("theme/b", "broaderTransitive", "theme/a"),
        },
    ),
    "unit-body": (
        "<actor/u> org:unitOf <actor/b> . <actor/b> org:unitOf <actor/c> . <actor/u> rp:hosts <event/e> ."
        "<actor/c> rp:sponsors <event/f> .",
        {("actor/b", "takesPartIn", "event/e"), ("actor/c", "takesPartIn", "event/e")},
    ),
    "country-of-city": (
        "<event/e> rp:city <place/cl-x> . <event/f> rp:city <place/cl-x> ; rp:country <place/ar> ."
        "<place/cl-x> rp:country <place/cl> .",
        {("event/e", "country", "place/cl")},
    ),
    "shares-event-with": (
        "<actor/a> rp:sponsors <event/e> ; rp:organises <event/e> . <actor/b> rp:speaksAt <event/e> ."
        "<actor/u> org:unitOf <actor/a> ; rp:hosts <event/e> . <actor/z> rp:sponsors <event/f> .",
        {
            ("actor/a", "sharesEventWith", "actor/b"),
            ("actor/b", "sharesEventWith", "actor/a"),
            ("actor/u", "sharesEventWith", "actor/b"),
            ("actor/b", "sharesEventWith", "actor/u"),
        },
    ),
}


def test_of_a_large_event_only_those_who_convene_it_share_it_and_with_all() -> None:
    attending = " ".join(f"<actor/p{n}> rp:participatesIn <event/e> ." for n in range(60))
    store = ox.Store()
    rule = next(rule for rule in inference_rules() if rule.name == "shares-event-with")
    store.load(HEADER + attending, format=ox.RdfFormat.TURTLE)
    assert len(set(store.query(rule.text))) == 60 * 59  # type: ignore[arg-type]
    store.load(HEADER + "<actor/h> rp:hosts <event/e> .", format=ox.RdfFormat.TURTLE)
    assert len(set(store.query(rule.text))) == 2 * 60  # type: ignore[arg-type]


def test_every_rule_has_a_case() -> None:
    assert [rule.name for rule in inference_rules()] == list(CASES)
    for rule in inference_rules():
        assert set(rule.said) == set(LANGUAGES)


@pytest.mark.parametrize("rule", inference_rules(), ids=lambda rule: rule.name)
def test_a_rule_infers_what_it_says(rule: Rule) -> None:
    data, inferred = CASES[rule.name]
    store = ox.Store()
    store.load(HEADER + data, format=ox.RdfFormat.TURTLE)
    found = {
        (
            t.subject.value.removeprefix(ID),
            t.predicate.value.removeprefix(RP).removeprefix(SKOS),
            t.object.value.removeprefix(ID),
        )
        for t in store.query(rule.text)  # type: ignore[union-attr]
    }
    assert found == inferred, rule.said["en"]
