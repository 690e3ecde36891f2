"""Practices that no rule reads, found by the embeddings of sentences and passages."""

import hashlib

import numpy as np
import pytest

from graph.model import Document, Extraction
from ingest.extraction import extract
from ingest.practice_likeness import KINDS, LEAST, RULE, features, likelihoods, sentences_of, weights
from search_api.embedding.embedded_model import float32_id
from search_api.embedding.encoder import HashingEncoder, load_encoder
from search_api.publishing.meaning import Meaning

# A case that uses none of the words which the rules know; then business of every day.
TEXT = """# Cuaderno de la Red de Toneleros

## Lo que hicieron en Cantabria

Cada tonelero de Liébana secaba la madera por su cuenta y perdía una duela de cada tres. La Cooperativa
Duela Larga levantó un secadero para todos y paga a un guarda que anota la humedad cada mañana. Desde
entonces se pierde una de cada veinte.

## Avisos

La oficina abre de lunes a viernes, de nueve a dos. La asamblea se reúne el 4 de mayo de 2019 en Santander.
"""


def document(text: str = TEXT) -> Document:
    return Document(hashlib.sha256(text.encode()).hexdigest(), "cuaderno.md", "text/markdown", text)


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return Meaning(lambda: load_encoder("embedded"), None)


@pytest.fixture(scope="module")
def settled(meaning: Meaning) -> Extraction:
    return meaning.settle(extract(document()), document())


@pytest.mark.model
def test_a_case_that_no_rule_reads_is_found_and_what_is_none_is_not(settled: Extraction) -> None:
    assert not extract(document()).practices
    assert settled.practices
    for practice in settled.practices:
        assert practice.evidence.rule == RULE
        assert LEAST <= practice.evidence.confidence <= 1
        assert (
            TEXT.index("Cada tonelero") <= practice.span.start < practice.span.end <= TEXT.index("## Avisos")
        )


@pytest.mark.model
def test_its_text_and_its_actors_are_those_of_its_span(settled: Extraction) -> None:
    for practice in settled.practices:
        assert practice.text == " ".join(TEXT[practice.span.start : practice.span.end].split())
        named = {actor.name for actor in settled.actors if actor.id in practice.actors}
        assert ("Cooperativa Duela Larga" in named) == ("Duela Larga" in practice.text)


@pytest.mark.model
def test_settling_again_adds_nothing(meaning: Meaning, settled: Extraction) -> None:
    assert meaning.settle(settled, document()).practices == settled.practices


@pytest.mark.model
def test_without_the_document_no_practice_is_added(meaning: Meaning) -> None:
    assert meaning.settle(extract(document())).practices == ()


def test_the_vectors_of_another_model_are_not_judged() -> None:
    told = extract(document())
    assert Meaning(HashingEncoder, None).settle(told, document()).practices == told.practices


def test_the_weights_are_of_the_embedded_model_and_give_probabilities() -> None:
    given = weights()
    assert given.model == float32_id()
    assert given.of.shape == (len(KINDS), 2 * 384)
    told = likelihoods(np.zeros((3, 2 * 384), dtype=np.float32), given)
    np.testing.assert_allclose(told.sum(axis=1), 1.0)


def test_a_sentence_stands_beside_the_mean_of_its_passage() -> None:
    vectors = np.array([[1, 0], [0, 1], [4, 4]], dtype=np.float32)
    expected = [[1, 0, 0.5, 0.5], [0, 1, 0.5, 0.5], [4, 4, 4, 4]]
    np.testing.assert_array_equal(features(vectors, [0, 0, 1]), expected)


def test_sentences_of_passages_lead_to_their_places() -> None:
    for sentence in sentences_of(document(), extract(document()).passages):
        assert " ".join(TEXT[slice(*sentence.span)].split()) == " ".join(sentence.text.split())
