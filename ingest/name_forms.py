"""Names of institutions that a wording around them tells: their form, a plain noun before them, an office.

In: the tokens of a piece of text and an index. Out: where the name ends, what type it is, by which rule and
how sure.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.acronyms import in_capitals, is_acronym
from ingest.event_titles import head_at
from ingest.grammar import (
    AND,
    ARTICLES,
    CLOSING_QUOTES,
    FOR,
    IN,
    NAME_SHAPES,
    OF,
    OPENING_QUOTES,
    SMALL,
)
from ingest.lexicon import institution_heads, pattern, word_types, words
from ingest.name_growth import NameGrowth, skip_of
from ingest.person_names import is_person
from ingest.tokens import Token, fold, unpossessed

_IN_PORTUGUESE = {"Ministerio": "Ministério", "Secretaría": "Secretaria"}


_COMPOUND = re.compile(r"-(?:led|based|funded|backed|owned|run|born|related)\Z")
"""English adjectives made of a name ("UNDP-led")."""


class FormedName(NamedTuple):
    """A name from the token it was looked for at up to the token `end`."""

    end: int
    type: str | None
    rule: str
    confidence: float


def name_by_form(names: NameGrowth, tokens: Sequence[Token], at: int) -> FormedName | None:
    """Names told by their form: company endings, acronyms, CamelCase."""
    token = tokens[at]
    if (
        token.shape not in NAME_SHAPES
        or token.folded in words("plain_body_nouns")
        or _COMPOUND.search(token.text)
    ):
        return None
    # "Trinidad and Tobago Chamber of Industry", "Belize Trade and Investment Service"
    place = names.country_at(tokens, at)
    end = at + max(1, place)
    while (
        end < len(tokens)
        and end - at < 8
        and (
            tokens[end].shape in NAME_SHAPES
            or (place and tokens[end].folded == "and" and end > at + place and _is_name(tokens, end + 1))
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
        kind = word_types("name_endings").get(unpossessed(tokens[last].folded))
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
        if "/" in token.text and names.country_of(token.text.partition("/")[0]):
            return None  # "Ubatuba/SP"
        if token.shape == "ACRONYM" and (in_capitals(tokens, at) or _ends_a_name(names, tokens, at)):
            return None
        stop = at + 1
        # FUNDES Internacional, iNNpulsa Colombia, CxOForum
        if (chapter := chapter_end(names, tokens, stop)) > stop:
            stop = chapter
        elif token.shape == "Mixed":
            stop = _behind_camel_case(tokens, stop)
        if token.shape == "ACRONYM" and (len(token.text) == 2 or _is_place_in_capitals(names, tokens, at)):
            return None
        return FormedName(stop, None, "acronym" if token.shape == "ACRONYM" else "camel-case", 0.6)
    return None


def chapter_end(names: NameGrowth, tokens: Sequence[Token], at: int) -> int:
    """Behind the place or the word that makes of a short name right before it that of a chapter or a wing
    ("FLACSO Ecuador", "CAME Joven"); `at` itself where there is none.
    """
    if at >= len(tokens) or tokens[at].start != tokens[at - 1].end + 1:
        return at
    if tokens[at].shape != "Capital":
        faculty = (
            tokens[at].shape == "ACRONYM" and len(tokens[at].text) <= _FACULTY and is_acronym(tokens[at])
        )
        alone = faculty and not (in_capitals(tokens, at) or names.known_at(tokens, at))
        return at + 1 if alone and tokens[at - 1].shape == "ACRONYM" else at
    return at + 1 if tokens[at].folded in words("wings") else at + names.country_at(tokens, at)


def _behind_camel_case(tokens: Sequence[Token], at: int) -> int:
    """Behind the words that go on a name in CamelCase ("InES Ciencia Abierta"), two at most."""
    end = at
    while (
        end < len(tokens)
        and tokens[end].shape == "Capital"
        and tokens[end].start == tokens[end - 1].end + 1
        and tokens[end].folded not in institution_heads()
        and tokens[end].folded not in words("never_begin_a_person")
        and head_at(tokens, end) is None
    ):
        end += 1
    return end if end - at <= 2 else at


def _ends_a_name(names: NameGrowth, tokens: Sequence[Token], at: int) -> bool:
    """Whether the acronym ends the name that stands right before it ("Juan Pérez GCB")."""
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


_FACULTY = 4  # letters of the acronym of a faculty or a site behind that of its university ("UTN FRA")
_LONGEST_APPOSED = 6  # tokens


def name_by_apposition(names: NameGrowth, tokens: Sequence[Token], at: int) -> FormedName | None:
    """A name that the words behind it explain: "Espuma y Sol, una empresa familiar", "Libera, organización
    italiana".
    """
    if (at and tokens[at - 1].shape in NAME_SHAPES and not _is_verb(tokens[at - 1])) or _is_verb(tokens[at]):
        return None
    end = at + 1
    while end < len(tokens) and end - at < _LONGEST_APPOSED:
        if tokens[end].shape in NAME_SHAPES:
            end += 1
        elif tokens[end].folded in OF | AND and _is_name(tokens, end + 1):
            end += 2
        else:
            break
    if end >= len(tokens) or tokens[end].text not in {",", "("}:
        return None
    noun = end + 1
    while noun < len(tokens) and noun - end <= 3 and tokens[noun].folded not in word_types("apposed_nouns"):
        if tokens[noun].shape != "word":
            return None
        noun += 1
    if noun >= len(tokens) or noun - end > 3 or _is_name(tokens, noun + 1) or tokens[noun].shape != "word":
        return None
    if noun > end + 1 and tokens[end + 1].folded not in words("articles_of_apposition"):
        return None
    if names.country_at(tokens, at) == end - at or _is_common(tokens[at]) or head_at(tokens, at):
        return None
    return FormedName(end, word_types("apposed_nouns")[tokens[noun].folded], "apposition", 0.65)


def _is_verb(token: Token) -> bool:
    """Whether a word ends like a verb of the past, which may open a sentence ("Ganó Espuma y Sol, …")."""
    return token.shape == "Capital" and token.text.endswith(("ó", "aron", "ieron", "ou", "aram", "eram"))


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].shape in NAME_SHAPES


def _is_common(token: Token, *, endings: str = "abstract_noun") -> bool:
    """Whether a word with a capital is a common one, as at the beginning of a sentence or of a title;
    `endings` is the pattern of those of common words.
    """
    folded = token.folded
    return (
        folded in SMALL | words("never_begin_a_person") | words("departments") | words("portfolio")
        or folded in words("no_institution") | words("generic_tail")
        or bool(pattern(endings).search(folded))
    )


def _is_place_in_capitals(names: NameGrowth, tokens: Sequence[Token], at: int) -> bool:
    """Whether the word in capitals is a place or part of one ("CASCAIS, PORTUGAL")."""
    if len(tokens[at].text) <= 3:
        return False
    return names.country_at(tokens, at) > 0 or (
        at > 0 and tokens[at - 1].shape == "ACRONYM" and names.country_at(tokens, at - 1) > 1
    )


class Office(NamedTuple):
    """The body `name` that the words from the token they were looked for at up to `end` stand for."""

    end: int
    name: str
    type: str


def body_of_office(names: NameGrowth, tokens: Sequence[Token], at: int) -> Office | None:
    """The ministry that "la ministra de Comercio Exterior y Turismo del Perú" stands for, or the secretariat
    of "el secretario de Estado de Turismo".
    """
    body = word_types("offices").get(tokens[at].folded)
    if body is None:
        return None
    first = skip_of(tokens, at + 1)
    kind = "ministry"
    if body.startswith("Secretar"):
        if first + 1 >= len(tokens) or tokens[first].folded != "estado":
            return None
        kind = "government-agency"
        first = skip_of(tokens, portfolio := first + 1)
        if first == portfolio:
            return None
    if first == at + 1 or first >= len(tokens) or tokens[first].shape != "Capital":
        return None
    if names.country_at(tokens, first) or tokens[first].folded in institution_heads():
        return None
    end = names.grow(tokens, at, office=True)
    if end is None:
        return None
    if names.language == "pt":
        body = _IN_PORTUGUESE.get(body, body)
    between = [" " if before.end < behind.start else "" for before, behind in pairwise(tokens[at:end])]
    words_behind = "".join(gap + t.text for gap, t in zip(between, tokens[at + 1 : end], strict=True))
    return Office(end, body + words_behind, kind)


_LONGEST_QUOTED = 8  # tokens
_QUOTES = OPENING_QUOTES + "'‘"
_QUOTES_END = CLOSING_QUOTES + "'’"
_OF_A_PLACE = frozenset({"ngo-foundation", "network", "chamber-or-business-association"})
"""Types of bodies whose name mostly says of which place they are ("el movimiento Madres de Soacha")."""


def name_by_noun_before(names: NameGrowth, tokens: Sequence[Token], at: int) -> FormedName | None:
    """A proper name that a plain noun introduces: "la incubadora Telar Abierto", "a consultoria Conta
    Redonda", "el programa «Manos Nuevas»".
    """
    quoted = at > 1 and tokens[at - 1].text in _QUOTES
    behind = at - quoted
    noun = behind - 1
    nouns = word_types("nouns_of_bodies")
    while (
        noun >= 0 and behind - noun <= 5 and tokens[noun].shape == "word" and tokens[noun].folded not in nouns
    ):
        noun -= 1
    if noun < 0 or tokens[noun].shape != "word" or tokens[noun].folded not in nouns:
        return None
    kind = nouns[tokens[noun].folded]
    if any(t.folded in ARTICLES | AND | IN | {"que", "con", "com"} for t in tokens[noun + 1 : behind]):
        return None
    if behind - noun > 1 and (tokens[behind - 1].shape != "word" or tokens[behind - 1].folded in OF):
        return None
    if quoted:
        closing = range(at + 1, min(at + _LONGEST_QUOTED, len(tokens)))
        end = next((i for i in closing if tokens[i].text in _QUOTES_END), at)
    else:
        end = _end_behind_noun(names, tokens, at, kind)
    name = " ".join(t.text for t in tokens[at:end])
    if (
        names.country_at(tokens, at) == end - at
        or names.demonym_of(tokens[at].text)
        or len(name) < 4
        or fold(name) in words("no_institution")
        or (end - at == 1 and (_is_common(tokens[at], endings="field")))
    ):
        return None
    return FormedName(end, kind, "noun-before", 0.65)


def _end_behind_noun(names: NameGrowth, tokens: Sequence[Token], at: int, kind: str) -> int:
    """Where a name ends whose noun is told before it: before "de" and a place, but for bodies of a place, and
    before "y", but for programmes ("Hilos y Telas").
    """
    end = at
    while end < len(tokens) and end - at < 5:
        if tokens[end].shape in NAME_SHAPES:
            if end > at and is_person(tokens[end : end + 2]) and _is_name(tokens, end + 1):
                break  # "del colectivo Hilo Rojo Ana Ruiz"
            end += 1
        elif end > at and tokens[end].folded in OF | IN | FOR and _is_name(tokens, end + 1):
            place = names.country_at(tokens, end + 1)
            if place and not (kind in _OF_A_PLACE and tokens[end].folded in OF):
                break
            end += 1 + max(1, place)
        elif (
            kind == "programme"
            and end > at
            and tokens[end].folded in AND
            and _is_name(tokens, end + 1)
            and tokens[end + 1].folded not in institution_heads()
            and names.known_at(tokens, end + 1) is None
        ):
            end += 2
        else:
            break
    return end
