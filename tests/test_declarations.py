"""Offers and needs: declared by members and by directories, in the graph, in the index, and taken back."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from network import settings
from pyoxigraph import NamedNode, RdfFormat, serialize

from graph.decisions import Decision, DecisionLog, Need, Offer, Withdraw
from graph.declarations import declaration_iri, declaration_quads, declarations, standing
from graph.settings import load_settings
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from ingest import directories
from ingest.contract import to_contract
from ingest.readers.directory import read_directory
from ontology.namespaces import GRAPH_DECLARATIONS, ID, RP, theme_iri
from search_api.cli import redpyme
from search_api.embedding.encoder import HashingEncoder
from search_api.peers.declared import open_declared
from search_api.publishing.build import ingest_paths
from search_api.publishing.report import IngestReport

A, B = f"{ID}actor/a", f"{ID}actor/b"
DIRECTORY = (
    "Nombre;Sigla;País;Ofrece;Busca\n"
    "Fondo Ficticio de Avales;FFA;Uruguay;experiencia en fondos de garantías; una incubadora\n"
    "Cámara Inventada del Valle;CIV;Perú;;experiencia en fondos de garantías\n"
)


# What is declared


def test_what_was_withdrawn_does_not_stand_until_it_is_declared_again() -> None:
    avales = Offer(actor=A, text="avales", by="ana")
    node = declaration_iri("offer", A, "avales")
    log: list[Decision] = [
        avales,
        Need(actor=A, text="avales", by="ana"),
        Offer(actor=B, text="avales", by="luz"),
    ]
    assert list(standing(log)) == [1, 2, 3]
    log.append(Withdraw(declaration=node, by="ana"))
    assert list(standing(log)) == [2, 3]
    log.append(avales)
    assert list(standing(log)) == [2, 3, 5]


def test_the_same_words_of_one_institution_are_one_offer() -> None:
    assert declaration_iri("offer", A, "avales  y\ncréditos") == declaration_iri(
        "offer", A, "avales y créditos"
    )
    others = {
        declaration_iri("offer", A, "x"),
        declaration_iri("need", A, "x"),
        declaration_iri("offer", B, "x"),
    }
    assert len(others) == 3


def test_the_log_keeps_offers_with_their_themes(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path)
    made = [
        Offer(
            actor=A, text="avales", by="ana", themes=(theme_iri("th-tic"),), at="2024-01-02T03:04:05+00:00"
        ),
        Withdraw(declaration=declaration_iri("offer", A, "avales"), by="ana", at="2024-01-03T03:04:05+00:00"),
    ]
    for decision in made:
        log.append(decision)
    assert log.read() == made


def test_an_offer_of_a_merged_institution_is_that_of_the_one_that_stands_for_it() -> None:
    declared = standing(
        [Offer(actor=A, text="avales", by="ana", themes=(theme_iri("th-tic"),), at="no date")]
    )
    quads = list(
        declaration_quads(
            declared, themes={"avales": [theme_iri("th-tic"), theme_iri("th-gremios")]}, redirects={A: B}
        )
    )
    told = (serialize([quad.triple for quad in quads], format=RdfFormat.N_TRIPLES) or b"").decode()
    assert f"<{B}> <{RP}offers>" in told
    assert f"<{A}>" not in told
    assert told.count(f"<{RP}theme>") == 2
    assert "generatedAtTime" not in told
    assert {quad.graph_name.value for quad in quads} == {GRAPH_DECLARATIONS}  # type: ignore[union-attr]


# By a directory


@pytest.mark.parametrize(
    "header",
    [
        "Nombre;Ofrece;Busca",
        "Nome;Oferece;Procura",
        "Name;Offers;Seeks",
        "Institución;Qué ofrece a la red;Necesidades",
        "Organisation;Offer;Looking for",
        "Entidade;Ofertas;Necessidades",
    ],
)
def test_columns_of_offers_and_needs_are_known_in_three_languages(header: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\nUna;avales; ferias \nUna;créditos; avales;\n", encoding="utf-8")
    (row,) = read_directory(path, max_bytes=10**6).rows
    assert (row.offers, row.seeks) == (("avales", "créditos"), ("ferias", "avales"))


def test_a_cell_may_name_several(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('nombre,ofrece\nUna,"avales; créditos ;avales;"\n', encoding="utf-8")
    (row,) = read_directory(path, max_bytes=10**6).rows
    assert row.offers == ("avales", "créditos")


def test_what_a_row_declares_stands_at_its_place_in_the_line_with_its_themes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(DIRECTORY, encoding="utf-8")
    found = directories.read(path, data=path.read_bytes(), name=path.name, max_bytes=10**6)
    told = {
        (one.kind, one.actor, found.document.text[slice(*one.evidence.span)]): [t.theme for t in one.themes]
        for one in found.extraction.declarations
    }
    fund, chamber = "fondo-ficticio-de-avales", "camara-inventada-del-valle"
    assert list(told) == [
        ("offer", fund, "experiencia en fondos de garantías"),
        ("need", fund, "una incubadora"),
        ("need", chamber, "experiencia en fondos de garantías"),
    ]
    assert all(told.values())
    assert "th-garantias-financiamiento" in told["offer", fund, "experiencia en fondos de garantías"]
    contract = to_contract(found.extraction)["declarations"]
    assert [(one["kind"], one["text"]) for one in contract] == [(kind, text) for kind, _, text in told]


# Published


def published(root: Path, *decide: Decision) -> tuple[GraphView, IngestReport]:
    """What is served of the directory above once the decisions are made."""
    path = root / "red.csv"
    path.write_text(DIRECTORY, encoding="utf-8")
    report = ingest_paths([path], settings=settings(root), decide=decide)
    snapshot = Workspace(root / "workspace").current()
    assert snapshot is not None
    return GraphView(open_store(snapshot)), report


FUND = f"{ID}actor/fondo-ficticio-de-avales-uy"


def test_what_members_and_directories_declare_is_in_the_graph_with_its_source(tmp_path: Path) -> None:
    said = Offer(
        actor=FUND, text="experiencia en fondos de garantías", by="ana", at="2024-05-06T07:08:09+00:00"
    )
    view, _ = published(tmp_path, said, Need(actor=FUND, text="socios para una feria", by="luz"))
    own = [one for one in declarations(view) if one.actor == FUND]
    both, feria, incubator = sorted(own, key=lambda one: one.text)
    assert (both.kind, both.by, both.at) == ("offer", ("ana",), "2024-05-06T07:08:09Z")
    assert both.decisions == (f"{ID}decision/1",)
    (passage,) = both.passages
    (row,) = view.select("SELECT ?passage ?text { ?passage rp:text ?text }", passage=NamedNode(passage))
    assert str(row["text"]).startswith("Fondo Ficticio de Avales (FFA)")
    assert theme_iri("th-garantias-financiamiento") in both.themes
    assert (feria.kind, feria.by, feria.passages) == ("need", ("luz",), ())
    assert (incubator.kind, incubator.by, incubator.passages) == ("need", (), (passage,))
    claims = view.select(
        "SELECT ?says { ?claim rdf:predicate rp:seeks ; oa:hasSelector/oa:exact ?says } ORDER BY ?says"
    )
    assert [row["says"] for row in claims] == ["experiencia en fondos de garantías", "una incubadora"]


def test_an_offer_that_meets_a_need_is_found_by_its_theme(tmp_path: Path) -> None:
    view, _ = published(tmp_path)
    rows = view.select(
        "SELECT ?seeker ?giver { ?seeker rp:seeks/rp:theme ?theme . ?giver rp:offers/rp:theme ?theme }"
    )
    assert {(row["seeker"], row["giver"]) for row in rows} == {
        (f"{ID}actor/camara-inventada-del-valle-pe", FUND)
    }


def test_what_is_declared_has_its_vectors_in_the_index(tmp_path: Path) -> None:
    published(tmp_path)
    snapshot = Workspace(tmp_path / "workspace").current()
    assert snapshot is not None
    found = open_declared(snapshot.index_path)
    encoder = HashingEncoder()
    texts = [one.text for one in found.declared]
    assert texts == [one.text for one in declarations(GraphView(open_store(snapshot)))]
    assert np.allclose(found.passages, encoder.encode_passages(texts))
    assert np.allclose(found.queries, encoder.encode_queries(texts))
    (snapshot.index_path / "declared.json").unlink()
    assert open_declared(snapshot.index_path).declared == ()


# From the command line


def run(root: Path, *arguments: str, code: int = 0) -> str:
    environment = {
        "REDPYME_MODEL": "hashing",
        "REDPYME_CACHE": str(root / "cache"),
        "REDPYME_WORKSPACE": str(root / "workspace"),
    }
    load_settings.cache_clear()  # which are read once a process
    result = CliRunner().invoke(redpyme, arguments, env=environment, standalone_mode=False)
    load_settings.cache_clear()
    if code == 0:
        assert result.exception is None, result.exception
    else:
        assert result.exception is not None
    return result.output if code == 0 else str(result.exception)


def test_a_member_declares_lists_and_takes_back(tmp_path: Path) -> None:
    published(tmp_path)
    added = run(tmp_path, "offers", "add", "FFA", "cursos para garantes", "--theme", "th-tic", "--by", "ana")
    assert "Fondo Ficticio de Avales declares offer" in added
    name = added.split()[-1]
    listed = run(tmp_path, "offers", "list", "--actor", "FFA", "--theme", "tic")
    assert "cursos para garantes" in listed
    assert "experiencia" not in listed
    assert "ana" in listed
    assert "red" in run(tmp_path, "offers", "list")
    taken = run(tmp_path, "offers", "withdraw", name, "--by", "ana", "--reason", "ya no")
    assert f"takes back offer {name}" in taken
    assert "cursos" not in run(tmp_path, "offers", "list")
    assert "experiencia en fondos" in run(tmp_path, "needs", "list", "--json")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("offers", "add", "Fondo Ficticio de Avalos", "x"), "the nearest: Fondo Ficticio de Avales"),
        (("needs", "add", "FFA", "  "), "the text is empty"),
        (("needs", "add", "FFA", "x", "--theme", "nada"), "there is no theme 'nada'"),
        (("offers", "withdraw", "nada"), "there is no offer 'nada'"),
    ],
)
def test_what_cannot_be_declared_is_told(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    published(tmp_path)
    assert told in run(tmp_path, *arguments, code=1)


def test_what_a_directory_declares_is_taken_back_in_the_directory(tmp_path: Path) -> None:
    view, _ = published(tmp_path)
    name = next(one.iri for one in declarations(view) if one.kind == "offer").rpartition("/")[2]
    assert "is told by red, not by a member" in run(tmp_path, "offers", "withdraw", name, code=1)
