"""Tokens of a piece of a text are those of the text: nothing is tokenised twice, nothing differs for it."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.tokens import last_token, tokenise, tokens_from

# Letters, digits, what joins words and what does not, and both kinds of white space.
TEXTS = st.text(alphabet="aBÉ9º.-/'’·,(_ \n", max_size=40)


@given(text=TEXTS, start=st.integers(0, 40))
def test_the_tokens_behind_an_offset_are_those_of_the_rest_of_the_text(text: str, start: int) -> None:
    rest = [t._replace(start=t.start + start, end=t.end + start) for t in tokenise(text[start:])]
    assert list(tokens_from(text, start)) == rest


@given(text=TEXTS)
def test_the_last_token_is_that_of_the_whole_text(text: str) -> None:
    words = [(t.text, t.folded, t.shape) for t in tokenise(text)]
    last = last_token(text)
    expected = None if not words or words[-1][0] == "\n" else words[-1]
    assert (last and (last.text, last.folded, last.shape)) == expected


@given(text=TEXTS)
def test_a_token_is_the_text_at_its_offsets(text: str) -> None:
    assert all(text[t.start : t.end] == t.text for t in tokenise(text))
