"""Words across three languages, accents and typing errors; BM25; highlights; sentences."""

from pathlib import Path

import numpy as np
import pytest

from search_api.search.highlighting import sentence_spans, word_spans
from search_api.search.lexical import LexicalIndex
from search_api.search.vocabulary import Spelling, Vocabulary, sound_key
from search_api.search.words import analyse, fold

TEXTS = [
    "Sistemas de garantías para pequeñas empresas",
    "Los negocios por internet de las empresas",
    "Articulación productiva y redes de proveedores",
    "Inovação e tecnologia nas empresas do Brasil",
    "Training workshops for suppliers of large companies",
]
LANGUAGES = ["es", "es", "es", "pt", "en"]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS, languages=LANGUAGES)


def best(index: LexicalIndex, query: str) -> int:
    return int(index.scores(index.interpret(query)).argmax())


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("garantía", 0),
        ("garantias", 0),
        ("GARANTÍAS", 0),
        ("negosios", 1),
        ("articulacion", 2),
        ("articulasion", 2),
        ("proveedor", 2),
        ("provedores", 2),
        ("inovação", 3),
        ("inovacao", 3),
        ("tecnologias", 3),
        ("workshop", 4),
        ("supplier", 4),
        ("quién da garantías", 0),
    ],
)
def test_a_word_finds_its_text_however_it_is_written(index: LexicalIndex, query: str, position: int) -> None:
    assert best(index, query) == position


@pytest.mark.parametrize("query", ["de las", "xilófono", "", "¿?", "quién"])
def test_what_the_index_does_not_have_scores_nothing(index: LexicalIndex, query: str) -> None:
    assert not index.scores(index.interpret(query)).any()


def test_a_rare_word_counts_more_than_a_common_one(index: LexicalIndex) -> None:
    rare, common = (index.scores(index.interpret(word)).max() for word in ("garantías", "empresas"))

    assert rare > common > 0


def test_no_entry_scores_more_than_the_information_of_the_query(index: LexicalIndex) -> None:
    for query in (*TEXTS, "garantías xilófono", "empresas"):
        terms = index.interpret(query)
        assert index.scores(terms).max() <= index.information(terms) + 1e-4


def test_unknown_words_lower_the_share_that_is_matched(index: LexicalIndex) -> None:
    def share(query: str) -> float:
        terms = index.interpret(query)
        return float(index.scores(terms).max()) / index.information(terms)

    assert share("garantías") > share("garantías xilófono marimba")


def test_context_counts_less_than_text() -> None:
    index = LexicalIndex.build(
        ["taller de turismo", "los objetivos fueron"],
        contexts=["", "taller de turismo"],
        languages=["es", "es"],
    )
    text, context = index.scores(index.interpret("turismo"))

    assert text > context > 0


def test_an_index_survives_the_file(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    opened = LexicalIndex.load(tmp_path)

    for query in ("garantias", "negosios", "inovação empresas"):
        assert opened.interpret(query) == index.interpret(query)
        assert np.array_equal(opened.scores(opened.interpret(query)), index.scores(index.interpret(query)))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("negosios", "negocios"),
        ("salbador", "salvador"),
        ("prestmao", "prestamo"),
        ("ecologia", None),
        ("caf", None),
        ("2007", None),
        ("internacionalisazion", "internacionalizacion"),
    ],
)
def test_spelling_corrects_slips_and_leaves_other_words_alone(word: str, meant: str | None) -> None:
    words = ["negocios", "salvador", "prestamo", "economia", "cafe", "2008", "internacionalizacion"]
    found = Spelling(words, [1] * len(words)).nearest(word)

    assert (found and found[0]) == meant


def test_of_two_equally_near_words_the_frequent_one_is_meant() -> None:
    found = Spelling(["casas", "cases"], [1, 9]).nearest("casos")

    assert found is not None
    assert found[0] == "cases"


@pytest.mark.parametrize(
    ("one", "other"), [("valla", "baya"), ("hacer", "aser"), ("quiza", "kisa"), ("gente", "jente")]
)
def test_words_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


def test_folding_and_stemming_keep_words_and_stems_together() -> None:
    assert fold("São José") == "sao jose"
    assert analyse("Las políticas públicas", "es") == [("politicas", "polit"), ("publicas", "public")]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("garantias", ["garantías"]),
        ("sistema garantia", ["Sistemas", "garantías"]),
        ("pequeña empresa", ["pequeñas empresas"]),
        ("gatantías", ["garantías"]),
        ("de para", []),
    ],
)
def test_highlights_mark_words_as_they_are_written(
    index: LexicalIndex, query: str, marked: list[str]
) -> None:
    spans = word_spans(TEXTS[0], index.interpret(query), "es")

    assert [TEXTS[0][start:end] for start, end in spans] == marked


def test_long_sentences_are_cut_at_their_enumeration() -> None:
    text = (
        "Los objetivos fueron: i) dar a conocer los avales que usan los bancos de la región con sus "
        "clientes; ii) comparar los costos de cada sistema; y iii) proponer un registro común. Asistió "
        "gente de diez países."
    )
    pieces = [text[start:end] for start, end in sentence_spans(text, "es")]

    assert pieces[-1] == "Asistió gente de diez países."
    assert "ii) comparar los costos de cada sistema;" in pieces
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"aval": ["aval"]},
        {
            "redes": ["red"],
            "empresas": ["empres", "empresas"],
            "año": ["añ"],
            "zona": ["zon"],
            "1998": ["1998"],
        },
    ],
    ids=["no word", "one word", "words of several terms"],
)
def test_a_vocabulary_is_the_dictionary_it_was_built_from(
    terms: dict[str, list[str]], tmp_path: Path
) -> None:
    counts = {word: number for number, word in enumerate(terms, 1)}
    Vocabulary.build(terms, counts).save(tmp_path)
    opened = Vocabulary.load(tmp_path)

    assert {word: list(opened[word]) for word in opened} == terms
    assert {word: opened.count(word) for word in opened} == counts
    assert opened.get("xilófono", ()) == ()
    assert opened.count("xilófono", 7) == 7
    assert "xilófono" not in opened
    for word in terms:
        slip = opened.spelling.nearest(word)
        assert (slip is None) == (len(word) < 4 or word.isdigit())
