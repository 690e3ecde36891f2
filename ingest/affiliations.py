"""Where a person works, as the words around a name tell it: a position, and the institution it is at.

In: the tokens of a text and where a phrase begins or ends. Out: spans (offsets in the text) of institutions,
indexes of tokens for positions, None where nothing is told.
"""

from collections.abc import Mapping, Sequence

from ingest.gazetteer import load_gazetteer
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import institution_heads, pattern, words
from ingest.tokens import Token, fold
from ingest.well_known_places import PlaceTest

_WORDS_BEFORE_POSITION = 5


def known_behind(
    tokens: Sequence[Token], end: int, known: Mapping[int, tuple[int, int]]
) -> tuple[int, int] | None:
    """The institution right behind a name: "Ana Ruiz, Banco del Valle", "Ana Ruiz del Banco del Valle"."""
    if end + 1 >= len(tokens) or (tokens[end].text != "," and tokens[end].folded not in OF | {"at", "from"}):
        return None
    first = end + 1
    if tokens[first].folded in ARTICLES and first + 1 < len(tokens):
        first += 1
    return known.get(tokens[first].start)


def after_dash(
    tokens: Sequence[Token], first: int, closing: int, is_place: PlaceTest
) -> tuple[int, int] | None:
    """ "(Gerente agroflorestal - Courageous Land)"."""
    dash = next((i for i in range(first, closing) if tokens[i].text in "-–—"), None)
    return organisation_at(tokens[:closing], dash + 1, is_place) if dash is not None else None


def position_ahead(tokens: Sequence[Token], at: int) -> int:
    """The position behind a profession or two ("zootecnista e cofundadora de …"); `at` itself without one."""
    for i in range(at, min(at + _WORDS_BEFORE_POSITION, len(tokens))):
        if tokens[i].shape != "word":
            break
        if pattern("position").match(tokens[i].folded):
            return i
    return at


def end_of_position(tokens: Sequence[Token], at: int) -> int:
    """End of a position: up to a comma, semicolon, bracket, full stop, or a relative pronoun."""
    end = at
    while end < len(tokens) and end - at < 24:
        token = tokens[end]
        if token.text in ",;:()" or token.folded in {"quien", "que", "quienes", "who", "quem"}:
            break
        if token.text == "." and (end + 1 >= len(tokens) or tokens[end + 1].shape == "Capital"):
            break
        if (
            token.folded in {"y", "e", "and"}
            and end + 2 < len(tokens)
            and (tokens[end + 1].shape == "Capital" and tokens[end + 2].shape == "Capital")
        ):
            break
        if (
            token.shape == "word" and token.folded.endswith(("aron", "ieron", "aram", "ó"))
        ) or token.text.endswith("ó"):
            break
        end += 1
    return end


def position_before(tokens: Sequence[Token], comma: int) -> int | None:
    """Start of "el Vicepresidente de la República" right before ", Name"."""
    for at in range(comma - 1, max(-1, comma - 20), -1):
        if tokens[at].text in ",;.:()":
            return None
        if pattern("position").match(tokens[at].folded):
            return at
    return None


def affiliation_in(
    tokens: Sequence[Token],
    start: int,
    end: int,
    known: Mapping[int, tuple[int, int]],
    is_place: PlaceTest,
) -> tuple[int, int] | None:
    """The institution of a position: the first known one behind a connector, else what "de" names.

    `known` are the spans of institutions by their start.
    """
    for at in range(start, end):
        follows = tokens[at].folded in OF | ARTICLES and at + 1 < end
        if follows and (span := known.get(tokens[at + 1].start)) is not None:
            return span
    for at in range(start, end):
        if tokens[at].folded not in OF and tokens[at].folded not in {"en", "em", "at", "in"}:
            continue
        first = at + 1
        if first < end and tokens[first].folded in ARTICLES:
            first += 1
        if first < end and tokens[first].shape in NAME_SHAPES:
            organisation = organisation_at(tokens[:end], first, is_place)
            if organisation:
                return organisation
    return None


def organisation_at(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> tuple[int, int] | None:
    """A run of capitalised words with their connectors from `at`; None for places and states."""
    if at >= len(tokens) or tokens[at].shape not in NAME_SHAPES:
        return None
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in NAME_SHAPES:
            end += 1
            continue
        if (token.folded in OF or token.folded in {"para", "en", "y", "e", "la", "el", "&"}) and end > at:
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].folded in ARTICLES | OF:
                ahead += 1
            if ahead < len(tokens) and tokens[ahead].shape in NAME_SHAPES and ahead - end <= 2:
                if token.folded in {"y", "e"} and tokens[at].folded not in institution_heads():
                    break
                end = ahead
                continue
        break
    name = " ".join(t.text for t in tokens[at:end])
    if is_place(name) or tokens[at].folded in words("never_begin_a_person") or len(name) < 3:
        return None
    if fold(name) in load_gazetteer().subdivisions or tokens[at].folded in words("kinds_of_places"):
        return None
    if tokens[at].folded in words("departments"):
        return None  # "directora de Sostenibilidad Ambiental"
    if tokens[at].folded in {"estado", "republica", "gobierno"} and end - at <= 4:
        return None
    if tokens[at].folded in words("streets") or (
        at > 1 and tokens[at - 2].folded in words("kinds_of_places")
    ):
        return None  # "diputado por la provincia de San Luis"
    return tokens[at].start, tokens[end - 1].end
