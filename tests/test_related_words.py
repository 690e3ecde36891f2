"""Words of like meaning: what stands for a word of a query that the collection says otherwise."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph.settings import load_settings
from search_api.embedding.encoder import load_encoder
from search_api.search.engine import SearchEngine
from search_api.search.entries import IndexEntry
from search_api.search.index import open_index, write_index
from search_api.search.lexical import LexicalIndex, Related
from search_api.search.related_words import ASKED, RelatedWords, Thesaurus, surfaces
from search_api.search.results import SearchRequest

TEXTS = [
    "Las empresas aprenden a vender en otros países.",
    "Los proveedores de las empresas grandes reciben asesoría.",
    "El río creció tras la lluvia.",
    "Una garantía respalda el préstamo del banco.",
]


DIRECTIONS = {"proveedores": 0, "supplier": 0, "garantía": 1, "guarantee": 1, "río": 2}
COMMON = np.eye(4, dtype=np.float32)


class Compass:
    """An encoder that knows four words, each a direction of its own, the English ones near the Spanish."""

    id, dimension = "compass", 4

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.eye(4, dtype=np.float32)[[DIRECTIONS.get(text, 3) for text in texts]].reshape(-1, 4)


@pytest.fixture
def lexical() -> LexicalIndex:
    return LexicalIndex.build(TEXTS, languages=["es"] * len(TEXTS))


@pytest.fixture
def thesaurus(lexical: LexicalIndex) -> Thesaurus:
    written = surfaces(TEXTS, {word: lexical.words.count(word) for word in lexical.words})
    related = RelatedWords.build(
        list(written), Compass().encode_passages(list(written.values())), common=COMMON
    )
    return Thesaurus(related, lexical, Compass())


def test_words_are_written_as_the_texts_write_them_mostly() -> None:
    written = surfaces(["Garantía", "garantía", "garantia 2007", "de"], {"garantia": 3, "2007": 1, "de": 1})

    assert written == {"garantia": "garantía"}


def test_an_unknown_word_stands_for_what_the_collection_calls_it(
    lexical: LexicalIndex, thesaurus: Thesaurus
) -> None:
    alone = lexical.interpret("supplier")
    extended = thesaurus.extend(alone)

    assert lexical.scores(alone).max() == 0
    assert int(lexical.scores(extended).argmax()) == 1
    assert [(r.term, r.word) for r in extended[0].related] == [("proveedor", "proveedores")]
    assert lexical.holding(extended)(1) == ["proveedores (≈ supplier)"]


def test_the_word_itself_counts_more_than_one_like_it(lexical: LexicalIndex, thesaurus: Thesaurus) -> None:
    (term,) = thesaurus.extend(lexical.interpret("garantía"))

    assert max(weight for _, weight in term.terms) == 1
    assert max(related.weight for related in term.related) == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["2007", "el", "A4", "🙂"])
def test_numbers_and_short_words_have_no_like_words(
    lexical: LexicalIndex, thesaurus: Thesaurus, text: str
) -> None:
    assert all(not term.related for term in thesaurus.extend(lexical.interpret(text)))


def test_of_a_long_query_the_first_words_have_like_words(lexical: LexicalIndex, thesaurus: Thesaurus) -> None:
    letters = "abcdefgh"
    made_up = " ".join(f"zz{one}{two}" for one in letters for two in letters)
    assert len(made_up.split()) == ASKED

    first = thesaurus.extend(lexical.interpret(f"supplier {made_up}"))
    last = thesaurus.extend(lexical.interpret(f"{made_up} supplier"))

    assert first[0].related
    assert not last[-1].related


def test_like_words_may_be_forgotten_by_a_thread_while_another_reads_them(
    lexical: LexicalIndex, thesaurus: Thesaurus
) -> None:
    class Forgotten(dict[str, tuple[Related, ...]]):
        """What is kept, until it is asked for a word: another thread then puts an empty one in its place."""

        def __contains__(self, word: object) -> bool:
            thesaurus._kept = {}
            return super().__contains__(word)

    terms = lexical.interpret("supplier")
    extended = thesaurus.extend(terms)
    thesaurus._kept = Forgotten(thesaurus._kept)

    assert thesaurus.extend(terms) == extended


def test_words_of_no_vocabulary_are_related_to_nothing() -> None:
    related = RelatedWords.build([], np.zeros((0, 4), np.float32), common=COMMON)

    assert related.nearest(["supplier"], Compass()) == [[]]


def test_they_survive_the_file(tmp_path: Path) -> None:
    related = RelatedWords.build(
        ["rio", "proveedores"], Compass().encode_passages(["río", "proveedores"]), common=COMMON
    )
    related.save(tmp_path)

    assert RelatedWords.load(tmp_path).nearest(["supplier"], Compass()) == [
        [("proveedores", pytest.approx(1.0))]
    ]


@pytest.mark.model
@pytest.mark.parametrize(
    ("asked", "found", "reason"),
    [
        ("suppliers", "Los proveedores", "proveedores (≈ suppliers)"),
        ("guarantee", "Una garantía", "garantia (≈ guarantee)"),
        ("empréstimo", "Una garantía", "prestamo (≈ emprestimo)"),
    ],
)
def test_a_word_in_another_language_is_a_reason_that_names_both(
    tmp_path: Path, asked: str, found: str, reason: str
) -> None:
    settings = load_settings()
    encoder = load_encoder(settings.model, cache=settings.cache)
    entries = [
        IndexEntry(iri=str(n), kind="passage", slug=str(n), title="", text=text, unit=str(n))
        for n, text in enumerate(TEXTS)
    ]
    write_index(entries, encoder, tmp_path)
    best = SearchEngine(open_index(tmp_path, encoder), encoder).search(SearchRequest(asked)).results[0]

    assert best.text.startswith(found)
    assert any(reason in found.text for found in best.reasons)
