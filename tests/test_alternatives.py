"""Lists of cues set out by their letters: the same matches as the cues one behind the other."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alternatives import by_letter, first_letters
from ingest.lexicon import rows
from ingest.pattern_scan import PatternScan

CUES = {
    name: [row["pattern"] for row in rows(f"{name}_cues.tsv")]
    for name in ("role", "practice", "transferability")
}
WORDS = sorted(
    {word for cues in CUES.values() for cue in cues for word in re.findall(r"[a-zó]{2,}", cue)}
    | {"el", "la", ",", ".", "a"}
)


@pytest.mark.parametrize(
    ("patterns", "written"),
    [
        (["ab", "ac", "b"], "(?:a(?:b|c)|b(?:))"),
        (["ab|c", "a"], "(?:a(?:b|)|c(?:))"),
        (["(?:co-?)?organ", "(?:apoy|auspici)o"], "(?:c(?:o-?organ)|o(?:rgan)|a(?:poyo|uspicio))"),
        (["an?", "x?y"], "(?:a(?:n?)|x(?:y)|y(?:))"),
        (["ab", r"\d+ a", "ac"], r"(?:a(?:b)|\d+ a|a(?:c))"),  # in their order
        (["a+b", "(?:ab)*c", "[(|]x", r"\(y"], r"(?:a+b|(?:ab)*c|[(|]x|\(y)"),
        ([], "(?:(?!))"),
    ],
)
def test_what_begins_with_the_same_letter_stands_together(patterns: list[str], written: str) -> None:
    assert by_letter(patterns) == written


@pytest.mark.parametrize("name", CUES)
@settings(deadline=None)  # the first example compiles the patterns
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_the_cues_match_where_they_did(name: str, words: list[str]) -> None:
    text = " ".join(words)
    plain = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?:{cue})' for cue in CUES[name])})")
    set_out = re.compile(rf"(?<!\w){by_letter(CUES[name])}")
    assert [m.span() for m in set_out.finditer(text)] == [m.span() for m in plain.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [("(?:co-?)?organ|x?yz", "coxy"), ("(?:apoy|auspici)o", "a"), (r"a|\d", None), ("a*b", None)],
)
def test_the_letters_that_a_pattern_begins_with(pattern: str, letters: str | None) -> None:
    assert first_letters(pattern) == (None if letters is None else frozenset(letters))


def test_a_scan_of_no_patterns_finds_nothing() -> None:
    assert not PatternScan[str]([]).is_in("un taller", 0, 9)
