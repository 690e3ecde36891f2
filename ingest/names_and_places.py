"""What is known where a name is read: other names, and places that tell a country."""

from collections.abc import Sequence

from ingest.gazetteer import country_code
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.institution_mentions import Known
from ingest.lexicon import words
from ingest.tokens import PhraseIndex, Token
from ingest.well_known_places import CountryOf


class NamesAndPlaces:
    """Known names and the ways to tell a country, by a place and by a demonym, at a token of a text."""

    def __init__(self, known: PhraseIndex[Known], *, country_of: CountryOf, demonym_of: CountryOf) -> None:
        self._known = known
        self.country_of = country_of
        self.demonym_of = demonym_of

    def known_at(self, tokens: Sequence[Token], at: int) -> tuple[int, Known] | None:
        """A known name that starts here; one-word names must be written with a capital."""
        if tokens[at].shape == "word":
            return None
        matched = self._known.match(tokens, at)
        if matched is None:
            return None
        length, known = matched
        if (
            known.acronym
            and tokens[at].shape not in {"ACRONYM", "Mixed"}
            and not (tokens[at].shape == "Capital" and len(tokens[at].text) >= 4)
        ):
            return None
        if not any(t.shape in NAME_SHAPES for t in tokens[at : at + length]):
            return None
        return matched

    def country_at(self, tokens: Sequence[Token], at: int) -> int:
        """Number of tokens of a country or city name that starts here, 0 if none (up to four words)."""
        for length in (4, 3, 2, 1):
            words = tokens[at : at + length]
            if len(words) < length or words[-1].shape not in NAME_SHAPES or words[0].shape not in NAME_SHAPES:
                continue
            if self.country_of(" ".join(t.text for t in words)):
                return length
        return 0

    def country_in(self, tokens: Sequence[Token]) -> str | None:
        """Country told by the name itself: a place at its end ("… of Belize") or beginning ("Belize Guild of
        …"), else a demonym."""
        for at in range(len(tokens) - 1, -1, -1):
            length = self.country_at(tokens, at)
            if length and not in_landscape(tokens, at) and not is_namesake(tokens, at + length):
                place = " ".join(t.text for t in tokens[at : at + length])
                # the first word may be a city's namesake: a family's name
                return self.country_of(place) if at else country_code(place)
        return next(
            (
                code
                for t in tokens
                if (t.shape == "Capital" or t is tokens[-1])
                and (code := self.demonym_of(t.text.partition("-")[0]))
            ),
            None,
        )

    def is_known(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a known name starts here."""
        return self.known_at(tokens, at) is not None

    def is_adjective(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the word is a demonym that stands right behind another word of the name."""
        return tokens[at - 1].shape in NAME_SHAPES and self.demonym_of(tokens[at].text) is not None


def is_namesake(tokens: Sequence[Token], end: int) -> bool:
    """Whether "de (los)" at `end` goes on with the name of a town ("San Martín de los Andes")."""
    return (
        2 <= end < len(tokens) - 1
        and tokens[end].folded in OF
        and tokens[end].folded != "of"
        and tokens[end - 2].folded in words("first_words_of_towns")
        and tokens[end - 1].start == tokens[end - 2].end + 1
    )


def in_landscape(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name like a city's is part of that of a valley, a river or a coast ("Vale do Lima")."""
    before = at - 1
    while before > 0 and tokens[before].folded in OF | ARTICLES:
        before -= 1
    return 0 <= before < at - 1 and tokens[before].folded in words("landscape")
