"""A curator's word on what was read: from the list of claims to the graph that follows, and back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph.decisions import AcceptClaim, CorrectClaim, Decision, DecisionLog, RejectClaim
from graph.errors import NotFound, ValidationFailed, WorkspaceLocked
from graph.review import Claim, CorrectionError, claim_named, claims, corrected
from graph.settings import Settings
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from ontology.namespaces import GRAPH_DECISIONS, ID
from search_api.publishing.build import ingest_paths
from search_api.publishing.report import IngestReport

NOTE = (
    "# Memoria de la red {year}\n\n"
    "1. Taller sobre fondos de garantía. Lima, Perú, 3 de mayo de {year}. "
    "Patrocinado por el Banco Imaginario.\n\n"
    "2. Seminario sobre comercio electrónico. Quito, Ecuador, 4 de junio de {year}.\n"
)


@pytest.fixture(scope="module")
def unreviewed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a workspace with two documents, not to be written to."""
    folder = tmp_path_factory.mktemp("review")
    chosen = Settings(workspace=folder / "workspace", cache=folder / "cache", model="hashing")
    for year in (2011, 2012):
        (folder / f"memoria-{year}.md").write_text(NOTE.format(year=year), encoding="utf-8")
    ingest_paths(sorted(folder.glob("*.md")), settings=chosen)
    return chosen


@pytest.fixture
def settings(unreviewed: Settings, tmp_path: Path) -> Settings:
    """The same with a workspace of the test's own."""
    shutil.copytree(unreviewed.workspace, tmp_path / "workspace")
    return unreviewed.model_copy(update={"workspace": tmp_path / "workspace"})


@pytest.fixture(scope="module")
def graph(unreviewed: Settings) -> GraphView:
    """The graph before any decision."""
    return view(unreviewed)


def view(settings: Settings) -> GraphView:
    snapshot = Workspace(settings.workspace).current()
    assert snapshot is not None
    return GraphView(open_store(snapshot))


def log(settings: Settings) -> DecisionLog:
    return DecisionLog(Workspace(settings.workspace).decisions_path)


def decide(settings: Settings, *decisions: Decision) -> IngestReport:
    return ingest_paths((), settings=settings, decide=decisions)


def read(graph: GraphView, property: str) -> Claim:
    """The first claim of a property in the first document."""
    return min(
        claims(graph, document="memoria-2011", predicate=property), key=lambda claim: claim.value.value
    )


def values(settings: Settings, property: str) -> set[str]:
    rows = view(settings).select(f"SELECT ?v {{ ?e a rp:Event ; {property} ?v }}")
    return {str(row["v"]) for row in rows}


def test_claims_are_listed_least_sure_first_with_their_words(graph: GraphView) -> None:
    found = claims(graph)
    assert [claim.confidence for claim in found] == sorted(claim.confidence for claim in found)
    begun = read(graph, "startDate")
    assert (begun.value.value, begun.status, begun.documents) == ("2011-05-03", "proposed", ("memoria-2011",))
    assert begun.quotes == ("3 de mayo de 2011",)
    assert {claim.property for claim in found} >= {"type", "label", "startDate", "city", "theme", "eventType"}


def test_claims_are_chosen_by_what_they_say(graph: GraphView) -> None:
    one = read(graph, "sponsors")
    assert one in claims(graph, about=one.subject)
    assert one in claims(graph, about=one.value.value)
    assert {claim.documents for claim in claims(graph, document="memoria-2012")} == {("memoria-2012",)}
    assert claims(graph, status="accepted") == []
    assert all(claim.confidence < 0.9 for claim in claims(graph, below=0.9))
    assert claim_named(graph, one.iri) == claim_named(graph, one.slug) == one
    with pytest.raises(NotFound, match="redpyme claims list"):
        claim_named(graph, "no-such-claim")


def test_a_correction_is_published_with_who_made_it_and_only_its_document_is_read_again(
    settings: Settings,
) -> None:
    begun = read(view(settings), "startDate")
    right = str(corrected(view(settings), begun, "2011-05-02"))
    report = decide(settings, CorrectClaim(claim=begun.iri, value=right, by="ana", reason="según el acta"))
    assert report.changed == ["memoria-2011.md"]
    assert values(settings, "schema:startDate") >= {"2011-05-02", "2012-05-03"}
    assert "2011-05-03" not in values(settings, "schema:startDate")
    assert view(settings).select(
        f"""SELECT ?read ?right ?who ?why {{
              <{begun.iri}> rp:reviewStatus <{ID}review-status/corrected> ; rdf:object ?read .
              ?revision prov:wasRevisionOf <{begun.iri}> ; rdf:object ?right ;
                rp:reviewStatus <{ID}review-status/accepted> .
              GRAPH <{GRAPH_DECISIONS}> {{
                ?decision rp:concerns <{begun.iri}> ; rp:decidedBy ?who ; rp:reason ?why ;
                  rdf:object ?right }} }}"""
    ) == [{"read": "2011-05-03", "right": "2011-05-02", "who": "ana", "why": "según el acta"}]


def test_a_later_decision_undoes_an_earlier_one(settings: Settings) -> None:
    begun = read(view(settings), "startDate")
    decide(
        settings,
        CorrectClaim(claim=begun.iri, value='"2011"^^<http://www.w3.org/2001/XMLSchema#gYear>', by="a"),
    )
    assert "2011" in values(settings, "schema:startDate")
    decide(settings, AcceptClaim(claim=begun.iri, by="b"))
    assert "2011-05-03" in values(settings, "schema:startDate")
    assert read(view(settings), "startDate").status == "accepted"
    assert [decision.kind for decision in log(settings).read()] == ["correct-claim", "accept-claim"]


def test_what_is_rejected_to_be_an_event_is_none(settings: Settings) -> None:
    (event, *_) = [c for c in claims(view(settings), predicate="type") if c.value.value.endswith("#Event")]
    assert values(settings, "rdfs:label")
    decide(settings, RejectClaim(claim=event.iri, by="ana"))
    left = view(settings).select(f"SELECT ?s {{ ?s ?p <{event.subject}> }}")
    assert left == [{"s": event.iri}]
    assert view(settings).triples(event.subject) == []


def test_a_decision_that_the_gate_does_not_let_pass_is_not_made(settings: Settings) -> None:
    kind = read(view(settings), "eventType")
    before = Workspace(settings.workspace).current_number()
    with pytest.raises(ValidationFailed, match="needs one type"):
        decide(settings, RejectClaim(claim=kind.iri, by="ana"))
    assert log(settings).read() == []
    assert Workspace(settings.workspace).current_number() == before
    decide(settings, AcceptClaim(claim=kind.iri, by="ana"))


def test_two_decisions_at_once_do_not_pass_each_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a decision was checked with is what the log holds, or it is not made."""
    kind = read(view(settings), "eventType")
    other = AcceptClaim(claim=read(view(settings), "startDate").iri, by="eva")

    def meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "check" and done:
            log(settings).append(other)

    with pytest.raises(WorkspaceLocked, match="meanwhile"):
        ingest_paths(
            (), settings=settings, decide=[AcceptClaim(claim=kind.iri, by="ana")], progress=meanwhile
        )
    (kept,) = log(settings).read()
    assert kept.by == "eva"


@pytest.mark.parametrize(
    ("property", "typed", "becomes"),
    [
        ("startDate", "2011-05", '"2011-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("eventType", "seminario", f"<{ID}event-type/seminario>"),
        ("eventType", "event-type/seminario", f"<{ID}event-type/seminario>"),
        ("eventType", f"<{ID}event-type/seminario>", f"<{ID}event-type/seminario>"),
        ("label", "Taller de garantías", '"Taller de garantías"@es'),
        ("status", "scheduled", '"scheduled"'),
    ],
)
def test_a_correction_is_of_the_kind_of_what_it_corrects(
    graph: GraphView, property: str, typed: str, becomes: str
) -> None:
    claim = next(
        c
        for c in claims(graph, document="memoria-2011", predicate=property)
        if "fondos" in c.subject_label and "/event/" in c.subject
    )
    assert str(corrected(graph, claim, typed)) == becomes


@pytest.mark.parametrize(
    ("property", "typed", "error"),
    [
        ("startDate", "ayer", "is no date"),
        ("startDate", "2011-02-30", "is no date"),
        ("startDate", "2011-13", "is no date"),
        ("startDate", "0000", "is no date"),
        ("startDate", "2011-05-03", "already"),
        ("label", "  ", "give the text"),
        ("eventType", "no-such-type", "knows no"),
        ("eventType", "actor/caf", "of the kind event-type"),
        ("eventType", "a b", "knows no"),
        ("type", "actor", "cannot be corrected"),
    ],
)
def test_a_wrong_correction_is_refused_in_words(
    graph: GraphView, property: str, typed: str, error: str
) -> None:
    with pytest.raises((CorrectionError, NotFound), match=error):
        corrected(graph, read(graph, property), typed)


def test_the_commands_list_and_decide(settings: Settings) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "REDPYME_WORKSPACE": str(settings.workspace),
            "REDPYME_CACHE": str(settings.cache),
            "REDPYME_MODEL": "hashing",
        }
        command = [sys.executable, "-m", "search_api.cli", "claims", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)

    listed = json.loads(run("list", "--property", "startDate", "--document", "memoria-2011", "--json").stdout)
    assert listed["total"] == 2
    slug = listed["results"][0]["slug"]
    shown = run("list", "--property", "startDate", "-k", "1").stdout
    assert "1 of 4 claims" in shown
    assert "“" in shown

    wrong = run("correct", slug, "ayer")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "is no date" in wrong.stderr
    done = run("correct", slug, "2011-01-02", "--by", "ana", "--reason", "según el acta")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "1 documents read again" in done.stdout
    assert json.loads(run("list", "--status", "corrected", "--json").stdout)["results"][0]["slug"] == slug

    both = [c["slug"] for c in json.loads(run("list", "--property", "city", "--json").stdout)["results"][:2]]
    assert run("accept", *both).returncode == 0
    assert json.loads(run("reject", both[0], "--json").stdout)["decisions"][0]["decision"] == "reject-claim"
    assert [d.kind for d in log(settings).read()] == [
        "correct-claim", "accept-claim", "accept-claim", "reject-claim",
    ]  # fmt: skip
