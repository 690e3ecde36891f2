"""Themes that documents propose, from the claim in a document's graph to the curator's decision and back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.decisions import AcceptTheme, Decision, DecisionLog, MapTheme, RejectTheme, theme_verdicts
from graph.proposed_themes import Proposal, folded, proposals
from graph.settings import Settings
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from ontology.namespaces import PREFIXES, iri
from search_api.publishing.build import ingest_paths
from search_api.publishing.report import IngestReport

SIGNS, SIGNS_PT, TOURISM = (
    iri("theme", "senalizacion-vial"),
    iri("theme", "sinalizacao-viaria"),
    iri("theme", "turismo"),
)
NOTE = (
    "# Memoria de la red {year}\n\n"
    "1. Taller sobre señalización vial. Lima, Perú, 3 de mayo de {year}.\n\n"
    "2. Seminario sobre fondos de garantía. Quito, Ecuador, 4 de junio de {year}.\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a workspace with two documents that propose one theme, and one that proposes none."""
    chosen = Settings(workspace=tmp_path / "workspace", cache=tmp_path / "cache", model="hashing")
    for year in (2011, 2012):
        (tmp_path / f"memoria-{year}.md").write_text(NOTE.format(year=year), encoding="utf-8")
    (tmp_path / "otra.md").write_text("# Otra nota\n\nNo cuenta ningún evento.\n", encoding="utf-8")
    ingest_paths(sorted(tmp_path.glob("*.md")), settings=chosen)
    return chosen


def view(settings: Settings) -> GraphView:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return GraphView(open_store(snapshot))


def decide(settings: Settings, *decisions: Decision) -> IngestReport:
    for decision in decisions:
        DecisionLog(Workspace(settings.workspace).decisions_path).append(decision)
    return ingest_paths((), settings=settings)


def themes(settings: Settings) -> set[str]:
    """The slugs of the themes that events have."""
    found = view(settings).select("SELECT DISTINCT ?t WHERE { ?e a rp:Event ; rp:theme ?t }")
    return {str(row["t"]).rpartition("/")[2] for row in found}


def test_a_proposal_is_a_concept_with_its_evidence_and_no_events_theme(settings: Settings) -> None:
    (proposal,) = proposals(view(settings))
    assert (proposal.slug, proposal.labels, proposal.status) == (
        "senalizacion-vial",
        {"es": "señalización vial"},
        "proposed",
    )
    assert proposal.documents == ("memoria-2011", "memoria-2012")
    assert [quote for _, quote, _, _ in proposal.quotes] == ["señalización vial"] * 2
    assert len(proposal.events) == 2
    assert "senalizacion-vial" not in themes(settings)
    assert view(settings).ask(
        "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
        + f'ASK {{ ?claim rdf:object <{SIGNS}> ; rp:reason ?why . FILTER(CONTAINS(?why, "asunto del título"))'
        f' <{SIGNS}> a skos:Concept ; skos:notation "xt-senalizacion-vial" }}'
    )


def test_an_accepted_theme_is_one_of_the_events_and_only_its_documents_are_read_again(
    settings: Settings,
) -> None:
    report = decide(settings, AcceptTheme(theme=SIGNS, by="ana"))
    assert sorted(report.changed) == ["memoria-2011.md", "memoria-2012.md"]
    assert "senalizacion-vial" in themes(settings)
    assert [p.status for p in proposals(view(settings))] == ["accepted"]


def test_a_rejected_theme_is_gone_until_it_is_accepted_after_all(settings: Settings) -> None:
    decide(settings, RejectTheme(theme=SIGNS, by="ana"))
    assert proposals(view(settings)) == []
    assert not view(settings).ask(f"ASK {{ ?claim rdf:object|rp:theme <{SIGNS}> }}")

    report = decide(settings, AcceptTheme(theme=SIGNS, by="eva"))
    assert len(report.changed) == 2
    assert "senalizacion-vial" in themes(settings)


def test_a_mapped_theme_is_the_known_one(settings: Settings) -> None:
    assert "turismo" not in themes(settings)
    decide(settings, MapTheme(theme=SIGNS, to=TOURISM, by="ana"))
    assert proposals(view(settings)) == []
    assert "turismo" in themes(settings)


def test_a_new_document_says_no_other_theme_than_was_decided(settings: Settings, tmp_path: Path) -> None:
    decide(settings, AcceptTheme(theme=SIGNS, by="ana"))
    (tmp_path / "memoria-2013.md").write_text(NOTE.format(year=2013), encoding="utf-8")
    ingest_paths([tmp_path / "memoria-2013.md"], settings=settings)
    (proposal,) = proposals(view(settings))
    assert (proposal.status, len(proposal.documents)) == ("accepted", 3)


@pytest.mark.parametrize(
    ("decisions", "verdict"),
    [
        ([AcceptTheme(theme=SIGNS, by="a")], {SIGNS: "accepted"}),
        ([AcceptTheme(theme=SIGNS, by="a"), RejectTheme(theme=SIGNS, by="b")], {SIGNS: "rejected"}),
        ([MapTheme(theme=SIGNS, to=TOURISM, by="a")], {SIGNS: TOURISM}),
        (
            [MapTheme(theme=SIGNS_PT, to=SIGNS, by="a"), AcceptTheme(theme=SIGNS, by="a")],
            {SIGNS_PT: SIGNS, SIGNS: "accepted"},
        ),
        (
            [MapTheme(theme=SIGNS_PT, to=SIGNS, by="a"), MapTheme(theme=SIGNS, to=TOURISM, by="a")],
            {SIGNS_PT: TOURISM, SIGNS: TOURISM},
        ),
        (
            [MapTheme(theme=SIGNS_PT, to=SIGNS, by="a"), RejectTheme(theme=SIGNS, by="a")],
            {SIGNS_PT: "rejected", SIGNS: "rejected"},
        ),
        (
            [MapTheme(theme=SIGNS_PT, to=SIGNS, by="a"), MapTheme(theme=SIGNS, to=SIGNS_PT, by="a")],
            {SIGNS_PT: SIGNS},
        ),
        ([MapTheme(theme=SIGNS, to=SIGNS, by="a")], {}),
    ],
)
def test_the_last_decision_holds_and_mappings_are_followed(
    decisions: list[Decision], verdict: dict[str, str]
) -> None:
    assert theme_verdicts(decisions) == verdict


def test_proposals_that_are_alike_fold_into_the_one_of_most_documents() -> None:
    def proposal(slug: str, language: str, *documents: str, alike: tuple[str, ...] = ()) -> Proposal:
        return Proposal(slug, {language: slug}, "proposed", documents, 0.5, (), (), alike)

    first, second = folded(
        [
            proposal("agua", "es", "d1"),
            proposal("sinal", "pt", "d2", alike=("senal",)),
            proposal("senal", "es", "d1", "d3", alike=("sinal", "sign")),
            proposal("sign", "en", "d3", alike=("senal",)),
        ]
    )
    assert (first.slug, first.documents, first.alike) == ("senal", ("d1", "d2", "d3"), ("sign", "sinal"))
    assert first.labels == {"en": "sign", "es": "senal", "pt": "sinal"}
    assert (second.slug, second.alike) == ("agua", ())


def test_the_commands_list_and_decide(settings: Settings) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "REDPYME_WORKSPACE": str(settings.workspace),
            "REDPYME_CACHE": str(settings.cache),
            "REDPYME_MODEL": "hashing",
        }
        command = [sys.executable, "-m", "search_api.cli", "themes", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)

    (listed,) = json.loads(run("list", "--proposed", "--json").stdout)
    assert (listed["slug"], listed["documents"]) == ("senalizacion-vial", 2)
    assert listed["evidence"][0]["quote"] == "señalización vial"
    assert "señalización vial" in run("list").stdout

    wrong = run("accept", "no-such-theme")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "redpyme themes list" in wrong.stderr

    done = run("map", "xt-senalizacion-vial", "turismo", "--by", "ana", "--reason", "es lo mismo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 documents read again" in done.stdout
    assert "turismo" in themes(settings)
    (decision,) = DecisionLog(Workspace(settings.workspace).decisions_path).read()
    assert isinstance(decision, MapTheme)
    assert (decision.by, decision.reason) == ("ana", "es lo mismo")
