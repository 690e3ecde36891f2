"""Names of institutions that a wording around them tells: their form, a plain noun before them, an office.

In: the tokens of a piece of text and an index. Out: where the name ends, what type it is, by which rule and
how sure.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.acronyms import in_capitals, is_acronym
from ingest.event_titles import head_at
from ingest.grammar import AND, ARTICLES, IN, NAME_SHAPES, OF, SMALL
from ingest.lexicon import institution_heads, word_types, words
from ingest.name_growth import NameGrowth, skip_of
from ingest.tokens import Token, fold


class FormedName(NamedTuple):
    """A name from the token it was looked for at up to the token `end`."""

    end: int
    type: str | None
    rule: str
    confidence: float


def name_by_form(names: NameGrowth, tokens: Sequence[Token], at: int) -> FormedName | None:
    """Names told by their form: company endings, acronyms, CamelCase."""
    token = tokens[at]
    if token.shape not in NAME_SHAPES or token.folded in words("plain_body_nouns"):
        return None
    end = at + 1
    while (
        end < len(tokens)
        and end - at < 8
        and (
            tokens[end].shape in NAME_SHAPES
            # "Guyana Women Welders' Cooperative", "Small & Medium Growers Agency"
            or (tokens[end].text in "'’&" and end + 1 < len(tokens) and tokens[end + 1].shape in NAME_SHAPES)
        )
    ):
        if (
            tokens[end].folded in institution_heads()
            and institution_heads()[tokens[end].folded][1] == "strong"
            and (tokens[end].folded not in word_types("name_endings"))
        ):
            break
        end += 1
    for last in range(end - 1, at, -1):
        kind = word_types("name_endings").get(tokens[last].folded)
        if kind and token.folded not in ARTICLES:
            # English goes on behind the noun: "National Centre for High Technology"
            behind = last + 1 < len(tokens) and tokens[last + 1].folded in {"of", "for", "on"}
            grown = (
                names.grow(tokens, last) if behind and tokens[last].folded in institution_heads() else None
            )
            stop = max(grown or 0, last + 1)
            if not _says_more_than_kind(tokens[at:stop]):
                return None
            return FormedName(names.up_to_acronym(tokens, at, stop), kind, "company-ending", 0.8)
    if end - at == 1 and not is_acronym(token):
        return None
    if is_acronym(token):
        if token.shape == "ACRONYM" and (in_capitals(tokens, at) or _ends_a_name(names, tokens, at)):
            return None
        stop = at + 1
        # FUNDES Internacional, iNNpulsa Colombia, CxOForum
        if (
            stop < len(tokens)
            and tokens[stop].shape == "Capital"
            and (
                tokens[stop].folded in {"internacional", "international"}
                or (token.shape == "Mixed" and names.country_at(tokens, stop))
            )
        ):
            stop += 1
        if token.shape == "ACRONYM" and (len(token.text) == 2 or _is_place_in_capitals(names, tokens, at)):
            return None
        return FormedName(stop, None, "acronym" if token.shape == "ACRONYM" else "camel-case", 0.6)
    return None


def _ends_a_name(names: NameGrowth, tokens: Sequence[Token], at: int) -> bool:
    """Whether a capitalised word right before the acronym makes it part of another name ("Juan Pérez GCB")."""
    if at < 2 or tokens[at - 1].shape != "Capital" or tokens[at - 2].shape != "Capital":
        return False
    before = tokens[at - 1].folded
    return (
        tokens[at - 1].end + 1 == tokens[at].start
        and before not in institution_heads()
        and before not in word_types("nouns_of_bodies")
        and before not in words("generic_tail") | SMALL
        and head_at(tokens, at - 1) is None
        and not names.country_at(tokens, at - 1)
    )


def _says_more_than_kind(tokens: Sequence[Token]) -> bool:
    """Whether words beside the noun name something ("Coral Bay Foundation", not "Civil Society")."""
    telling = [t for t in tokens if t.folded not in words("generic_tail") and t.folded not in SMALL]
    return len(telling) > 1 or telling[0].shape != "Capital" or "." in telling[0].text


def _is_place_in_capitals(names: NameGrowth, tokens: Sequence[Token], at: int) -> bool:
    """Whether the word in capitals is a place or part of one ("CASCAIS, PORTUGAL")."""
    if len(tokens[at].text) <= 3:
        return False
    return names.country_at(tokens, at) > 0 or (
        at > 0 and tokens[at - 1].shape == "ACRONYM" and names.country_at(tokens, at - 1) > 1
    )


def body_of_office(names: NameGrowth, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """The ministry that "la ministra de Comercio Exterior y Turismo del Perú" stands for: where the words for
    it end, and its name.
    """
    body = word_types("offices").get(tokens[at].folded)
    first = skip_of(tokens, at + 1)
    if body is None or first == at + 1 or first >= len(tokens) or tokens[first].shape != "Capital":
        return None
    if names.country_at(tokens, first) or tokens[first].folded in institution_heads():
        return None
    end = names.grow(tokens, at, office=True)
    if end is None:
        return None
    if names.language == "pt":
        body = body.replace("e", "é")
    return end, f"{body} {' '.join(t.text for t in tokens[at + 1 : end])}".replace(" ,", ",")


def name_by_noun_before(names: NameGrowth, tokens: Sequence[Token], at: int) -> FormedName | None:
    """A proper name that a plain noun introduces: "la incubadora Telar Abierto", "a consultoria Conta
    Redonda".
    """
    noun = at - 1
    while (
        noun >= 0
        and at - noun <= 5
        and tokens[noun].shape == "word"
        and tokens[noun].folded not in word_types("nouns_of_bodies")
    ):
        noun -= 1
    if noun < 0 or tokens[noun].shape != "word" or tokens[noun].folded not in word_types("nouns_of_bodies"):
        return None
    if any(t.folded in ARTICLES | AND | IN | {"que", "con", "com"} for t in tokens[noun + 1 : at]):
        return None
    if at - noun > 1 and not (
        (tokens[at - 1].shape == "word" and tokens[at - 1].folded not in OF)
        or (at - noun == 2 and tokens[at - 1].folded in OF)
    ):
        return None
    if at - noun > 1 and tokens[at - 1].folded in OF:
        return None
    end = at
    while end < len(tokens) and end - at < 5:
        if tokens[end].shape in NAME_SHAPES:
            end += 1
        elif (
            end > at
            and tokens[end].folded in OF
            and end + 1 < len(tokens)
            and tokens[end + 1].shape in NAME_SHAPES
            and not names.country_at(tokens, end + 1)
        ):
            end += 2
        else:
            break
    name = " ".join(t.text for t in tokens[at:end])
    if (
        names.country_at(tokens, at) == end - at
        or names.demonym_of(tokens[at].text)
        or len(name) < 4
        or fold(name) in words("no_institution")
    ):
        return None
    return FormedName(end, word_types("nouns_of_bodies")[tokens[noun].folded], "noun-before", 0.65)
