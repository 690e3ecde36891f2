"""Words, and many patterns or terms at once: what the search finds, and how little it has to try for it."""

import re
from itertools import product

import pytest

from ingest.pattern_scan import Found, PatternScan
from ingest.term_index import TermIndex, TermMatch, longest_apart
from ingest.tokens import PhraseIndex, fold, fold_keeping_length, tokenise

PATTERNS = (r"pan(?:es)?(?!\w)", r"pan de (?:\w+ )?maiz", r"(?:el |la )?masa madre", r"la la", r"\w+ dulce")
WORDS = ("la", "pan", "panes", "panal", "de", "maiz", "masa", "madre", "dulce", "-")


def test_a_scan_finds_what_each_pattern_finds_by_itself() -> None:
    scan = PatternScan((pattern, pattern) for pattern in PATTERNS)
    tried = 0
    for words in product(WORDS, repeat=4):
        text = " ".join(words)
        alone = {
            Found(*match.span(), pattern)
            for pattern in PATTERNS
            for match in re.finditer(rf"(?<!\w)(?:{pattern})", text)
        }
        assert set(scan.find(text)) == alone, text
        tried += bool(alone)
    assert tried > 1000


def test_patterns_are_tried_only_at_words_that_begin_a_match() -> None:
    scan = PatternScan((pattern, pattern) for pattern in PATTERNS)
    plain = "Una panadera compra harina en el molino de la ribera. " * 20
    assert scan.starts(plain) == []
    assert scan.starts(f"{plain}Vende panes y masa madre.") == [len(plain) + 6, len(plain) + 14]


def test_a_scan_gives_matches_in_the_order_of_the_text_then_of_the_patterns() -> None:
    scan = PatternScan([("pan de maiz", 1), ("de maiz", 2), ("pan", 3)])
    assert list(scan.find("pan de maiz")) == [Found(0, 11, 1), Found(0, 3, 3), Found(4, 11, 2)]


def test_terms_are_found_inside_each_other_and_for_each_thing_that_they_stand_for() -> None:
    terms = TermIndex([(["fondo"], "f"), (["fondo", "de", "pan"], "p"), (["pan"], "p"), (["pan"], "x")])
    words = "un fondo de pan fondo de".split()
    assert list(terms.matches(words)) == [
        TermMatch(1, 2, "f"),
        TermMatch(1, 4, "p"),
        TermMatch(3, 4, "p"),
        TermMatch(3, 4, "x"),
        TermMatch(4, 5, "f"),
    ]
    assert list(terms.matches([])) == []


@pytest.mark.parametrize(
    ("spans", "kept"),
    [
        ([(0, 1), (0, 3), (2, 4)], [(0, 3)]),
        ([(2, 4), (0, 2), (1, 3)], [(0, 2), (2, 4)]),
        ([(0, 2), (1, 3), (2, 6)], [(0, 2), (2, 6)]),
        ([], []),
    ],
    ids=["longest", "earlier-of-equals", "beside", "none"],
)
def test_of_terms_that_overlap_the_longest_stays(
    spans: list[tuple[int, int]], kept: list[tuple[int, int]]
) -> None:
    assert [match[:2] for match in longest_apart(TermMatch(*span, "x") for span in spans)] == kept


def test_an_accent_that_stands_alone_is_a_word_like_another() -> None:
    # Folded to nothing it would end a known name in the tree of names.
    phrases = PhraseIndex([("Banco Horno", 1), ("Banco Horno Alto", 2)])
    tokens = tokenise("Banco Horno \u0301 Alto")
    assert [t.folded for t in tokens] == ["banco", "horno", "\u0301", "alto"]
    assert phrases.match(tokens, 0) == (2, 1)
    assert fold("") == ""


@pytest.mark.parametrize("length", [10, 5_000, 5_001, 20_000], ids=str)
def test_tokens_and_folding_are_the_same_for_texts_that_are_kept_and_for_longer_ones(length: int) -> None:
    text = ("Ñandú, niñez y pão. " * 1_000)[:length]
    tokens = tokenise(text)
    assert tokenise(text) == tokens
    assert "".join(t.text for t in tokens) == "".join(text.split())
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert len(fold_keeping_length(text)) == length
    assert fold_keeping_length(text).startswith("nandu, nin")
