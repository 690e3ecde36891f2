"""Institutions that may be one, from two documents that spell them differently to the curator's decision."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from graph.decisions import DecisionLog, Distinct, Merge, Split
from graph.identities import members
from graph.settings import Settings
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from ontology.namespaces import iri
from search_api.app import create_app
from search_api.catalogue.candidates import CandidatePair, actor_candidates
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import Triples
from search_api.publishing.build import ingest_paths

SHORT, LONG = "instituto-marrasquel-de-credito", "instituto-marrasquel-de-credito-artesanal"
ONE, OTHER = "fundacion-bermejal", "fundacion-bermejales"
NOTES = {
    "memoria-2011": (
        "# Memoria de 2011\n\n"
        "1. Taller sobre fondos de garantía. Quito, Ecuador, 3 de mayo de 2011.\n\n"
        "Organizador: Instituto Marrasquel de Crédito Artesanal.\n\n"
        "2. Seminario sobre exportación. Lima, Perú, 4 de junio de 2011.\n\n"
        "Organizador: Fundación Bermejal.\n"
    ),
    "memoria-2012": (
        "# Memoria de 2012\n\n"
        "1. Curso sobre contabilidad. Quito, Ecuador, 8 de mayo de 2012.\n\n"
        "Organizador: Instituto Marrasquel de Crédito.\n\n"
        "2. Foro sobre calidad. Lima, Perú, 4 de junio de 2012.\n\n"
        "Patrocinador: Fundación Bermejales.\n"
    ),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a workspace with two documents; two institutions of each may be one."""
    chosen = Settings(workspace=tmp_path / "workspace", cache=tmp_path / "cache", model="hashing")
    for name, text in NOTES.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    ingest_paths(sorted(tmp_path.glob("*.md")), settings=chosen)
    return chosen


def view(settings: Settings) -> GraphView:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return GraphView(open_store(snapshot))


def pairs(settings: Settings, *, least: float = 0) -> tuple[CandidatePair, ...]:
    graph = view(settings)
    return actor_candidates(graph, Catalogue(Triples(graph.store)), least=least)


def slugs(settings: Settings) -> list[tuple[str, ...]]:
    return [tuple(actor.slug for actor in pair.actors) for pair in pairs(settings)]


def documents(settings: Settings, slug: str) -> set[str]:
    """The documents that an actor is published with."""
    rows = view(settings).select(
        f"SELECT DISTINCT ?d WHERE {{ ?p rp:mentions <{iri('actor', slug)}> ; dcterms:isPartOf ?d }}"
    )
    return {str(row["d"]).rpartition("/")[2] for row in rows}


def log(settings: Settings) -> list[object]:
    return list(DecisionLog(Workspace(settings.workspace).decisions_path).read())


def run(settings: Settings, *arguments: str, group: str = "actors") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "REDPYME_WORKSPACE": str(settings.workspace),
        "REDPYME_CACHE": str(settings.cache),
        "REDPYME_MODEL": "hashing",
    }
    command = [sys.executable, "-m", "search_api.cli", group, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def done(settings: Settings, *arguments: str, group: str = "actors") -> str:
    """What a command printed that did what it was to do."""
    ran = run(settings, *arguments, group=group)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_candidates_come_with_score_reason_and_documents_the_likeliest_first(settings: Settings) -> None:
    assert slugs(settings) == [(ONE, OTHER), (SHORT, LONG)]
    first, second = pairs(settings)
    assert 1 > first.score > second.score > 0.5
    assert "bermejal/bermejales" in first.reason
    assert "“artesanal”" in second.reason
    assert [[ref.slug for ref in actor.documents] for actor in second.actors] == [
        ["memoria-2012"],
        ["memoria-2011"],
    ]
    assert pairs(settings, least=first.score) == (first,)


def test_the_list_is_the_same_on_the_command_line_and_over_http(settings: Settings) -> None:
    told = json.loads(done(settings, "candidates", "--json"))
    assert (told["total"], len(told["results"])) == (2, 2)
    with TestClient(create_app(settings)) as client:
        assert client.get("/candidates").json() == told
        assert (
            client.get("/candidates", params={"k": 1, "offset": 1}).json()["results"] == told["results"][1:]
        )
        assert client.get("/candidates", params={"least": 1}).json() == {"total": 0, "results": []}
        assert client.get("/candidates", params={"least": 2}).status_code == 422
    text = done(settings, "candidates")
    assert "Fundación Bermejal  (fundacion-bermejal)" in text
    assert told["results"][0]["reason"] in text
    assert done(settings, "candidates", "--least", "1") == "No pair of institutions waits for a decision.\n"


def test_a_merge_makes_one_actor_of_two_sources_and_a_split_undoes_it(settings: Settings) -> None:
    assert documents(settings, SHORT) == {"memoria-2012"}
    arguments = ("Instituto Marrasquel de Crédito Artesanal", SHORT, "--by", "ana", "--reason", "un solo")
    assert f"({LONG}) is " in done(settings, "merge", *arguments)
    (decision,) = log(settings)
    assert isinstance(decision, Merge)
    assert (decision.by, decision.reason) == ("ana", "un solo")
    assert documents(settings, SHORT) == {"memoria-2011", "memoria-2012"}
    assert slugs(settings) == [(ONE, OTHER)]
    with TestClient(create_app(settings)) as client:
        moved = client.get(f"/actors/{LONG}", follow_redirects=False)
        assert (moved.status_code // 100, moved.headers["location"]) == (3, f"/actors/{SHORT}")
        names = client.get(f"/actors/{LONG}").json()
    assert "Instituto Marrasquel de Crédito Artesanal" in json.dumps(names, ensure_ascii=False)

    again = run(settings, "merge", LONG, SHORT)  # the slug that was merged is still understood
    assert again.returncode == 2
    assert f"redpyme actors split {SHORT}" in again.stderr

    done(settings, "split", SHORT, "instituto marrasquel de credito artesanal")
    assert isinstance(log(settings)[-1], Split)
    assert documents(settings, SHORT) == {"memoria-2012"}
    assert documents(settings, LONG) == {"memoria-2011"}
    assert slugs(settings) == [(ONE, OTHER)], "who was split is known to be two"

    done(settings, "merge", SHORT, LONG)
    assert documents(settings, LONG) == {"memoria-2011", "memoria-2012"}


def test_two_that_are_distinct_stay_so_when_their_documents_are_read_again(
    settings: Settings, tmp_path: Path
) -> None:
    told = json.loads(done(settings, "distinct", "Fundación Bermejales", ONE, "--by", "eva", "--json"))
    assert (told["snapshot"], told["decision"], told["by"]) == (2, "distinct", "eva")
    assert [type(decision) for decision in log(settings)] == [Distinct]
    assert slugs(settings) == [(SHORT, LONG)]

    (tmp_path / "memoria-2012.md").write_text(NOTES["memoria-2012"] + "\nFin.\n", encoding="utf-8")
    ingest_paths([tmp_path / "memoria-2012.md"], settings=settings)
    ingest_paths((), settings=settings, rebuild=True)
    assert slugs(settings) == [(SHORT, LONG)]
    assert documents(settings, OTHER) == {"memoria-2012"}

    done(settings, "merge", OTHER, ONE)
    assert documents(settings, ONE) == {"memoria-2011", "memoria-2012"}


def test_a_rollback_serves_the_actors_as_they_were(settings: Settings) -> None:
    before = pairs(settings)
    done(settings, "merge", OTHER, ONE)
    assert len(pairs(settings)) == 1
    done(settings, "rollback", group="snapshots")
    assert pairs(settings) == before
    assert documents(settings, OTHER) == {"memoria-2012"}


def test_who_is_not_meant_clearly_is_not_decided_on(settings: Settings) -> None:
    for arguments, told in (
        (("merge", "Fundación Bermejall", ONE), f"({ONE})"),  # misspelt: told, not taken
        (("distinct", ONE, "nadie de aquí"), "the nearest: "),
        (("split", ONE, "Bermejales"), "no 'Bermejales' was merged into Fundación Bermejal"),
    ):
        wrong = run(settings, *arguments)
        assert (wrong.returncode, wrong.stdout) == (1, "")
        assert told in wrong.stderr
    assert log(settings) == []


def test_a_split_says_which_institutions_were_merged(settings: Settings) -> None:
    done(settings, "merge", OTHER, ONE)
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    assert members(snapshot, view(settings), iri("actor", ONE)) == {
        iri("actor", OTHER): ("Fundación Bermejales",)
    }
    wrong = run(settings, "split", ONE, "Marrasquel")
    assert wrong.returncode == 1
    assert f"Fundación Bermejales ({OTHER})" in wrong.stderr


def test_an_entry_of_the_authority_file_keeps_its_address(settings: Settings) -> None:
    done(settings, "merge", "caf", ONE)
    assert view(settings).replaced_by(iri("actor", ONE)) == iri("actor", "caf")
    assert documents(settings, "caf") == {"memoria-2011"}

    two = run(settings, "merge", "caf", "cepal")
    assert two.returncode == 2
    assert "authority file" in two.stderr
