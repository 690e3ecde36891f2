"""The corpus for spaCy: what a DocBin holds of a snapshot, read back by spaCy itself."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from fictitious import EXTRACTION, TEXT, evidence
from network import publish, settings
from spacy.tokens import Doc, DocBin

from graph.errors import ConfigurationError
from graph.model import Practice
from graph.snapshots import Snapshot
from graph.workspace import Workspace
from search_api.embedding.encoder import HashingEncoder
from search_api.publishing.build import ingest_paths
from search_api.representations.spacy_corpus import MENTIONS, PRACTICES, write_corpus

# A table in columns, a word divided at the end of a line, a practice of two sentences.
REPORT = """Memoria de la Red de Telares

1. Feria de Telares de Cuenca. 3 y 4 de mayo de 2015. Cuenca, Ecuador.

Organizada por la Fundación Hilo Firme (FHF) con el apoyo de la Cámara de Arte-
sanos de Azuay. La feria reunió a noventa talleres y a compradores de seis comarcas, que \
pagaron el pasaje.

Caso de éxito: El telar compartido

Antes, cada taller pagaba su propio local. Gracias a que los siete talleres alquilaron uno, el gasto
bajó un 40 %.
"""


def corpus(snapshot: Snapshot) -> list[Doc]:
    """The corpus of a snapshot, written and read back."""
    output = io.BytesIO()
    write_corpus(snapshot, output)
    return list(DocBin().from_bytes(output.getvalue()).get_docs(spacy.blank("xx").vocab))


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> list[Doc]:
    """The corpus of the fictitious document."""
    return corpus(publish(tmp_path_factory.mktemp("spacy")))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Doc]:
    """The corpus of REPORT as the rules read it."""
    root = tmp_path_factory.mktemp("read")
    (root / "memoria.txt").write_text(REPORT, encoding="utf-8")
    ingest_paths([root / "memoria.txt"], settings=settings(root), encoder=HashingEncoder())
    snapshot = Workspace(root / "workspace").current()
    assert snapshot is not None
    return corpus(snapshot)


def entities(docs: list[Doc]) -> set[tuple[str, str, str]]:
    """(label, words, kind and slug of the resource) of every entity."""
    return {(e.label_, e.text, e.kb_id_.rpartition("/id/")[2]) for doc in docs for e in doc.ents}


def test_a_passage_is_a_doc_with_its_sentences(docs: list[Doc]) -> None:
    texts = [doc.text.replace("• ", "- ") for doc in docs[:4]]  # bullets are all alike
    assert texts == [passage.text for passage in EXTRACTION.passages]
    assert [sentence.text for sentence in docs[0].sents][1].startswith("Patrocinado por")
    assert {doc.user_data["document"] for doc in docs} == {"memoria"}
    assert [doc.user_data["heading"] for doc in docs[:4]] == [None, "Foro de Avales", None, None]


def test_words_that_are_quoted_outside_every_passage_are_docs_of_their_own(docs: list[Doc]) -> None:
    assert [doc.text for doc in docs[4:]] == ["Unidad de Avales"]


def test_entities_have_a_label_and_the_iri_of_their_resource(docs: list[Doc]) -> None:
    assert entities(docs) >= {
        ("ORG", "Instituto de Prueba", "actor/instituto-de-prueba-uy"),
        ("ORG", "IDP", "actor/instituto-de-prueba-uy"),
        ("EVENT", "Foro de Avales de Prueba", "event/foro-de-avales-de-prueba-2019-03-26"),
        ("LOC", "Montevideo", "place/uy-montevideo"),
        ("DATE", "26 y 27 de marzo de 2019", ""),
        ("PER", "Ana Ejemplo", "person/ana-ejemplo-instituto-de-prueba-uy"),
    }


def test_every_token_stands_where_it_says_in_the_document(docs: list[Doc]) -> None:
    for doc in docs:
        for token, (start, end) in zip(doc, doc.user_data["tokens"], strict=True):
            assert token.is_space or TEXT[start:end] == token.text.replace("•", "-")


def test_a_word_mended_in_the_passage_is_found_and_leads_to_its_two_halves(read: list[Doc]) -> None:
    chamber = next(e for doc in read for e in doc.ents if e.text.startswith("Cámara"))
    assert (chamber.label_, chamber.text) == ("ORG", "Cámara de Artesanos de Azuay")
    tokens = chamber.doc.user_data["tokens"]
    assert REPORT[tokens[chamber.start][0] : tokens[chamber.end - 1][1]] == "Cámara de Arte-\nsanos de Azuay"


def test_what_overlaps_is_kept_beside_the_entities(read: list[Doc]) -> None:
    fair = next(doc for doc in read for e in doc.ents if e.label_ == "EVENT")
    assert "Feria de Telares de Cuenca" in {e.text for e in fair.ents}
    assert {("LOC", "Cuenca")} <= {(s.label_, s.text) for s in fair.spans[MENTIONS]}
    assert sum(s.text == "Cuenca" for s in fair.spans[MENTIONS]) == 2
    assert sum(e.text == "Cuenca" for e in fair.ents) == 1


def test_a_practice_is_a_span_of_its_kind(read: list[Doc]) -> None:
    told = [span for doc in read for span in doc.spans[PRACTICES]]
    assert [span.label_ for span in told] == ["success-case"]
    assert "los siete talleres" in told[0].text
    assert "/id/practice/" in told[0].kb_id_


def test_a_practice_over_two_passages_is_in_both(tmp_path: Path) -> None:
    both = evidence(TEXT[TEXT.index("Ana") : TEXT.index("2. Taller")].strip())
    practice = Practice("l1", "recommendation", "x", both.span, both)
    told = [
        doc.user_data["passage"].rpartition("/")[2]
        for doc in corpus(publish(tmp_path, extraction=replace(EXTRACTION, practices=(practice,))))
        if doc.spans[PRACTICES]
    ]
    assert len(told) == 2


def test_the_command_writes_the_corpus(tmp_path: Path) -> None:
    publish(tmp_path)
    target = tmp_path / "corpus.spacy"
    environment = {**os.environ, "REDPYME_WORKSPACE": str(tmp_path / "workspace")}
    command = [sys.executable, "-m", "search_api.cli", "export", "--format", "spacy", "-o", str(target)]
    subprocess.run(command, env=environment, check=True)
    assert len(DocBin().from_disk(target)) == 5
    assert [path.name for path in tmp_path.glob("*.spacy*")] == ["corpus.spacy"]


def test_without_spacy_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = publish(tmp_path)
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ConfigurationError, match="pip install spacy"):
        write_corpus(snapshot, io.BytesIO())
