"""Persons told with a position, an honorific or an affiliation, and the institutions that only an affiliation
names.

"Edna Jaime, directora de México Evalúa", "el CEO de T&C Group, Roberto Ibarra", "Claudia Calvin, de COMEXI
(México)". Rules: person-position and position-person 0.9, honorific 0.85, person-of 0.8,
person-parenthesis-position 0.75, person-parenthesis 0.7.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from ingest.affiliations import (
    affiliation_in,
    after_dash,
    end_of_position,
    known_behind,
    organisation_at,
    position_ahead,
    position_before,
)
from ingest.event_titles import head_at
from ingest.gazetteer import country_code, load_gazetteer
from ingest.gazetteer_extract import IBERO_AMERICA
from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import institution_heads, pattern, words
from ingest.tokens import Token, tokenise
from ingest.well_known_places import PlaceTest

_LINK = {"de", "del", "da", "do", "dos", "das", "la", "los", "e", "van", "von"}


class PersonMention(NamedTuple):
    """A person in a piece of text (offsets in it); `organisation` is the span of the affiliation's name."""

    start: int
    end: int
    name: str
    position: str | None
    organisation: tuple[int, int] | None
    rule: str
    confidence: float


def is_person(tokens: Sequence[Token]) -> bool:
    """Whether the words begin like a person's name: an honorific or a given name, and no "de" behind."""
    first = tokens[0] if tokens else None
    if first is None or first.shape != "Capital":
        return False
    if first.folded in words("honorifics"):
        return True
    goes_on = len(tokens) > 1 and tokens[1].shape != "Capital" and tokens[1].folded in OF
    return first.folded in words("given_names") and not goes_on


_COMMON = re.compile(
    r"(?:[aeid]dor[ae]?s?|[st]or[ae]?s?|ist[ae]s?|n[dt][aeo]s?|ci?ones?|dade?s?|mente|al|ic[ao]|cao)\Z"
)
"""Endings of what a bracket behind a person says but for a name: a task, a field, a manner."""


def _is_own_name(token: Token) -> bool:
    """Whether a word alone in brackets behind a person names a body: no place, demonym or common word."""
    gazetteer = load_gazetteer()
    return not (
        len(token.text) < 4
        or gazetteer.readings(token.folded)
        or token.folded in gazetteer.subdivisions
        or token.folded in gazetteer.demonyms
        or token.folded in words("given_names") | words("departments") | words("portfolio")
        or _COMMON.search(token.folded)
        or pattern("field").search(token.folded)
    )


def find_persons(text: str, *, taken: Sequence[tuple[int, int]], is_place: PlaceTest) -> list[PersonMention]:
    """Persons told with a position, an honorific or an affiliation; names inside `taken` spans are
    institutions.
    """
    tokens = tokenise(text)
    covered = _apart(taken)
    known = {start: (start, end) for start, end in reversed(taken)}
    found: list[PersonMention] = []
    at = 0
    while at < len(tokens):
        if tokens[at].shape != "Capital" or tokens[at].folded in words("honorifics"):
            at += 1
            continue
        if pattern("position").match(tokens[at].folded):
            # "el Secretario General de la OEA" names an office, "el Director Ejecutivo Juan Paz" its holder.
            at += 1
            while at < len(tokens) and tokens[at].folded in words("position_qualifiers"):
                at += 1
            continue
        end = _name_end(tokens, at, covered, is_place)
        if end is None:
            at += 1
            continue
        person = _with_context(text, tokens, at, end, known, is_place)
        if person is not None:
            found.append(person)
        at = end
    return found


def _name_end(
    tokens: Sequence[Token], at: int, taken: Sequence[tuple[int, int]], is_place: PlaceTest
) -> int | None:
    """End of two to five capitalised words that may be a person's name."""
    count = 0
    end = at
    while end < len(tokens) and count < 5:
        token = tokens[end]
        if token.shape == "Capital" and (len(token.text) > 1 or end + 1 < len(tokens)):
            if (
                (token.folded in words("never_begin_a_person") and not count)
                or token.folded in words("days_and_months")
                or _covered(token, taken)
            ):
                break
            if token.folded in institution_heads() or head_at(tokens, end):
                break
            count += 1
            end += 1
            if len(token.text) == 1 and end < len(tokens) and tokens[end].text == ".":
                end += 1
            continue
        if (
            token.folded in _LINK
            and count
            and end + 1 < len(tokens)
            and (tokens[end + 1].shape == "Capital" or tokens[end + 1].folded in {"la", "los"})
            and count < 4
            and token.folded != "e"
        ):
            if tokens[end + 1].folded in words("never_begin_a_person") or _covered(tokens[end + 1], taken):
                break
            if count > 1 and _is_body_of_country(tokens, end + 1):
                break  # "Ana Ruiz do Telar Vivo (BR)"
            if token.folded == "del" and count > 1 and tokens[end + 1].folded not in words("after_del"):
                break  # "Ana Ruiz del Barómetro Andino"
            end += 1
            continue
        break
    while end > at and tokens[end - 1].shape != "Capital" and tokens[end - 1].text != ".":
        end -= 1
    if count < 2 or end - at < 2:
        return None
    name = " ".join(t.text for t in tokens[at:end])
    return None if is_place(name) else end


_LONGEST_BODY = 6  # words of a name between a person and a country in brackets


def _is_body_of_country(tokens: Sequence[Token], at: int) -> bool:
    """Whether the name at `at` ends before a country in brackets, as that of a body does."""
    end = at
    while (
        end < len(tokens)
        and end - at < _LONGEST_BODY
        and (tokens[end].shape in NAME_SHAPES or tokens[end].folded in OF)
    ):
        end += 1
    if end == at or end + 2 >= len(tokens) or tokens[end].text != "(" or tokens[end + 2].text != ")":
        return False
    country = tokens[end + 1]
    return country_code(country.text) is not None or (
        len(country.text) == 2 and country.text.isupper() and country.text in IBERO_AMERICA
    )


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same characters as spans in order, none touching another."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _covered(token: Token, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a token is inside one of the spans, which are in order and apart."""
    before = bisect_right(taken, token.start, key=itemgetter(0)) - 1
    return before >= 0 and token.start < taken[before][1]


def _with_context(
    text: str,
    tokens: Sequence[Token],
    at: int,
    end: int,
    known: Mapping[int, tuple[int, int]],
    is_place: PlaceTest,
) -> PersonMention | None:
    name = " ".join(text[tokens[at].start : tokens[end - 1].end].split())
    start, stop = tokens[at].start, tokens[end - 1].end
    if end + 1 < len(tokens) and tokens[end].text == ",":
        after = end + 1
        if tokens[after].folded in ARTICLES:
            after += 1
        after = position_ahead(tokens, after)
        if after < len(tokens) and pattern("position").match(tokens[after].folded):
            phrase_end = end_of_position(tokens, after)
            position = " ".join(text[tokens[after].start : tokens[phrase_end - 1].end].split())
            organisation = affiliation_in(tokens, after + 1, phrase_end, known, is_place)
            return PersonMention(start, stop, name, position, organisation, "person-position", 0.9)
        member = tokens[after].folded in words("member_words") and after + 1 < len(tokens)
        if tokens[after].folded in OF or member:
            first = after + 2 if member else after + 1
            if first < len(tokens) and tokens[first].folded in ARTICLES:
                first += 1
            organisation = organisation_at(tokens, first, is_place)
            if organisation:
                return PersonMention(start, stop, name, None, organisation, "person-of", 0.8)
    if end < len(tokens) and tokens[end].folded in OF and _is_body_of_country(tokens, end + 1):
        organisation = organisation_at(tokens, end + 1, is_place)
        if organisation:
            return PersonMention(start, stop, name, None, organisation, "person-of", 0.8)
    held = known_behind(tokens, end, known)
    if held is not None:
        return PersonMention(start, stop, name, None, held, "person-of", 0.75)
    before = at - 1
    if before >= 0 and tokens[before].text == "," and at - 2 >= 0:
        position_start = position_before(tokens, before)
        if position_start is not None:
            position = " ".join(text[tokens[position_start].start : tokens[before - 1].end].split())
            organisation = affiliation_in(tokens, position_start + 1, before, known, is_place)
            return PersonMention(start, stop, name, position, organisation, "position-person", 0.9)
    while before >= 0 and tokens[before].text == ".":
        before -= 1
    if before >= 0 and tokens[before].folded in words("honorifics"):
        return PersonMention(start, stop, name, None, None, "honorific", 0.85)
    if end + 1 < len(tokens) and tokens[end].folded in {"del", "of", "from"} and is_person(tokens[at:end]):
        organisation = organisation_at(tokens, end + 1, is_place)
        if organisation:
            return PersonMention(start, stop, name, None, organisation, "person-of", 0.8)
    if end < len(tokens) and tokens[end].text == "(":
        first = end + 1
        while first < len(tokens) and tokens[first].folded in OF | ARTICLES:
            first += 1
        closing = next((i for i in range(first, min(first + 40, len(tokens))) if tokens[i].text == ")"), None)
        if closing is None or first >= closing:
            return None
        if pattern("position").match(tokens[first].folded) or pattern("profession").match(
            tokens[first].folded
        ):
            last = next((i for i in range(first, closing) if tokens[i].text == ","), closing)
            organisation = affiliation_in(tokens, first + 1, last, known, is_place) or after_dash(
                tokens, first, closing, is_place
            )
            position = " ".join(text[tokens[first].start : tokens[last - 1].end].split())
            return PersonMention(
                start, stop, name, position, organisation, "person-parenthesis-position", 0.75
            )
        organisation = organisation_at(tokens, first, is_place)
        if organisation is None:
            return None
        last = next(i for i in range(first, closing) if tokens[i].end == organisation[1])
        lone = (
            last == first
            and tokens[first].shape == "Capital"
            and not (is_person(tokens[at:end]) and _is_own_name(tokens[first]))
        )
        if lone or (tokens[last + 1].shape == "word" and tokens[last + 1].folded not in {"e", "y", "and"}):
            return None
        return PersonMention(start, stop, name, None, organisation, "person-parenthesis", 0.7)
    return None
