"""Institutions that share one plural head noun: "las alcaldías de Bucaramanga y Yumbo", "las universidades de
la Frontera y Central de Chile", "as cooperativas de Leite (Cooleite), de Ubá; e de Mel (Coomel)".

In: the tokens of a piece of text and the index of the noun. Out: one mention for each name, and the token to
go on from.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.acronyms import is_acronym
from ingest.gazetteer import country_code, load_gazetteer
from ingest.grammar import AND, ARTICLES, NAME_SHAPES, OF, SMALL
from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import institution_heads, pattern, word_types, words
from ingest.name_growth import NameGrowth
from ingest.tokens import Token, fold

_OF_PORTFOLIOS = frozenset({"ministry", "government-agency", "university"})
"""Types of bodies that a field may tell apart ("los ministerios de Industria y Trabajo")."""


class _Member(NamedTuple):
    """The words of one member, tokens `start` to `end`, and the token of its acronym."""

    start: int
    end: int
    acronym: int | None


def names_of_plural_head(
    growth: NameGrowth, text: str, tokens: Sequence[Token], at: int
) -> tuple[list[InstitutionMention], int] | None:
    """One institution for each name behind a plural head noun, and the token to go on from; None where no
    names follow it.
    """
    word = tokens[at].folded
    heads = word_types("plural_heads")
    singular = heads.get(f"{word}-{growth.language}") or heads.get(word)
    if singular is None or at + 2 >= len(tokens) or tokens[at + 1].folded not in OF:
        return None
    if text[tokens[at].end : tokens[at + 1].start] != " ":
        return None
    kind = institution_heads()[fold(singular)].type
    members, after = _members(tokens, at + 1, kind)
    if len(members) < 2:
        return None
    members, country = _without_shared_country(tokens, members)
    if not country and kind != "government-agency" and any(_is_area(tokens, m) for m in members):
        return None  # "las universidades de México y Chile" are nobody's names
    if kind not in _OF_PORTFOLIOS and any(_is_field(tokens, m) for m in members):
        return None  # nor are "las cámaras de comercio e industria", with capitals or without
    found = []
    for member in members:
        first = member.start + (tokens[member.start].folded in OF)
        name = f"{singular} {text[tokens[member.start].start : tokens[member.end - 1].end]}"
        if member.start == first and tokens[at + 1].folded in OF and not _leads_with_of(tokens, members[1:]):
            name = (
                f"{singular} {tokens[at + 1].text} {text[tokens[first].start : tokens[member.end - 1].end]}"
            )
        acronym = tokens[member.acronym] if member.acronym is not None else None
        found.append(
            InstitutionMention(
                tokens[first].start,
                tokens[member.end - 1].end,
                " ".join(name.split()),
                kind,
                country or growth.country_in(tokens[max(first - 1, 0) : member.end]),
                "plural-head",
                0.75,
                acronym.text if acronym else None,
                (acronym.start, acronym.end) if acronym else None,
            )
        )
    return found, after


def _members(tokens: Sequence[Token], at: int, kind: str) -> tuple[list[_Member], int]:
    """The members of the list that begins at `at`, and the token behind the last."""
    members: list[_Member] = []
    after = at
    while at < len(tokens):
        member = _member(tokens, at, kind)
        if member is None:
            break
        members.append(member)
        after = member.end if member.acronym is None else member.acronym + 2
        at = _past_seat(tokens, after) if member.acronym is not None else after
        joint = at
        while at < len(tokens) and (tokens[at].text in {",", ";"} or tokens[at].folded in AND):
            at += 1
        if at == joint:
            break
    return members, after


def _member(tokens: Sequence[Token], at: int, kind: str) -> _Member | None:
    """ "de la Frontera", "Central de Chile", "dos Trabalhadores Assentados (Cootap)"."""
    first = at
    while first < len(tokens) and tokens[first].folded in OF | ARTICLES and first - at < 2:
        first += 1
    end = first
    while end < len(tokens):
        if tokens[end].shape in {"Capital", "ACRONYM"} or (end > first and _goes_on(tokens, end, kind)):
            end += 1
        else:
            break
    while end > first and tokens[end - 1].shape not in NAME_SHAPES:
        end -= 1
    head = institution_heads().get(tokens[first].folded)
    if end == first or (head is not None and head.strength not in {"qualified", "proper"}):
        return None
    acronym = None
    if end + 2 < len(tokens) and tokens[end].text == "(" and tokens[end + 2].text == ")":
        inside = tokens[end + 1]
        if inside.shape in NAME_SHAPES and (is_acronym(inside) or len(inside.text) >= 4):
            acronym = end + 1
    return _Member(at, end, acronym)


def _goes_on(tokens: Sequence[Token], at: int, kind: str) -> bool:
    """Whether the name goes on behind a connector; "e" joins words of one name only up to its acronym."""
    behind = at + 1
    while behind < len(tokens) and tokens[behind].folded in ARTICLES:
        behind += 1
    if behind >= len(tokens) or tokens[behind].shape not in NAME_SHAPES:
        return False
    if tokens[at].folded in OF | ARTICLES:
        head = institution_heads().get(tokens[behind].folded)
        return head is None or head.strength != "strong"
    if tokens[at].folded not in AND or kind == "government-agency":
        return False
    ahead = behind
    while ahead < len(tokens) and (tokens[ahead].shape == "Capital" or tokens[ahead].folded in OF):
        ahead += 1
    return ahead + 2 < len(tokens) and tokens[ahead].text == "(" and tokens[ahead + 2].text == ")"


def _past_seat(tokens: Sequence[Token], at: int) -> int:
    """Behind ", de Nova Santa Rita" in a list whose members semicolons part."""
    if at + 2 >= len(tokens) or tokens[at].text != "," or tokens[at + 1].folded not in OF | {"con", "com"}:
        return at
    end = at + 2
    while end < len(tokens) and (tokens[end].shape == "Capital" or tokens[end].folded in OF | ARTICLES):
        end += 1
    return end if end >= len(tokens) or tokens[end].text in {";", "."} else at


def _without_shared_country(
    tokens: Sequence[Token], members: list[_Member]
) -> tuple[list[_Member], str | None]:
    """The members without the country behind the last one that is that of all: "de Industria y Trabajo de
    Chile".
    """
    last = members[-1]
    for of in range(last.end - 2, last.start, -1):
        if tokens[of].folded in OF:
            country = country_code(" ".join(t.text for t in tokens[of + 1 : last.end]))
            if country and not any(
                tokens[i].folded in OF
                for m in members
                for i in range(m.start + 1, of)
                if m != last and i < m.end
            ):
                return [*members[:-1], last._replace(end=of)], country
    return members, None


def _is_area(tokens: Sequence[Token], member: _Member) -> bool:
    """Whether the words are a country or a region of the world."""
    name = " ".join(t.text for t in tokens[member.start : member.end] if t.folded not in OF | ARTICLES)
    return country_code(name) is not None or fold(name) in load_gazetteer().regions


def _is_field(tokens: Sequence[Token], member: _Member) -> bool:
    """Whether the words say no more than what the body is for ("de Comercio")."""
    content = [t.folded for t in tokens[member.start : member.end] if t.folded not in SMALL]
    return member.acronym is None and all(
        word in words("portfolio") or pattern("abstract_noun").search(word) for word in content
    )


def _leads_with_of(tokens: Sequence[Token], members: Sequence[_Member]) -> bool:
    """Whether members have connectors of their own ("de A, Central de B"), so that one without has none."""
    return any(tokens[m.start].folded in OF for m in members)
