"""Acronyms: which words may be one, how well one abbreviates a name, and the one that stands beside a name.

Everything works on the tokens of one piece of cleaned text; positions are token indices, spans are character
offsets.
"""

import re
from collections.abc import Sequence
from functools import cache

from ingest.gazetteer import load_gazetteer
from ingest.gazetteer_extract import IBERO_AMERICA
from ingest.grammar import AND, ARTICLES, FOR, NAME_SHAPES, OF, SMALL
from ingest.lexicon import institution_heads, pattern, words
from ingest.tokens import Token, fold, is_roman, tokenise, unaccented
from ingest.well_known_places import CountryOf

# "B2B", "DMOs", "2017-08-29T18", "Made-in-Africa": capitals for other reasons.
_NO_ACRONYM = re.compile(r"[A-Z]2[A-Z]\Z|[A-Z]+\d+\Z|[A-Z]{2,}s\Z|\d|[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+\Z")
_LEAST_FIT = 0.35  # of an acronym and the name behind a dash, of which there may be more than one line
_RUN = 3  # words in capitals next to each other that are no acronyms
_SHORTEST_NAME = 5  # letters of a word in brackets that is no acronym
_SURNAME = re.compile(r"(?:Mc|Mac|O['’]|D['’]|De|Di|La|Le|Van|Fitz)[A-Z][a-z]+\Z")


def is_acronym(token: Token) -> bool:
    """Whether the token may be an institution's acronym by its form."""
    return (
        token.shape in {"ACRONYM", "Mixed"}
        and token.folded not in words("time_zones") | words("days_and_months")
        and _is_latin(token)
        and not _SURNAME.match(token.text)
        and 2 <= len(token.text) <= 15
        and token.folded not in words("no_institution")
        and not is_roman(token.text)
        and token.folded.rstrip("s") not in words("no_institution")
        and not _NO_ACRONYM.match(token.text)
    )


def _is_latin(token: Token) -> bool:
    """Whether a word has Latin letters, with accents only in CamelCase ("AudEducação")."""
    accented = token.shape == "Mixed" and token.text.isalpha() and unaccented(token.text).isascii()
    return token.text.isascii() or accented


def acronym_fits(acronym: str, name: str) -> float:
    """How well `acronym` abbreviates `name` (0 to 1).

    The letters must come in order from the words of the name, each at the start of a word or running on from
    the letter before (Schwartz and Hearst, 2003, loosened to prefixes, so that CONINDUSTRIA and SEPYME fit);
    the score is the share of its letters that start a word or run on, times the share of content words used.
    """
    letters = re.sub(r"[^a-z0-9]", "", fold(acronym))
    parts = [t.folded for t in tokenise(name) if t.shape != "punct"]
    content = [w for w in parts if w not in SMALL]
    if len(letters) < 2 or not content:
        return 0.0

    @cache
    def cover(letter: int, word: int) -> tuple[int, int]:
        """(letters matched, content words used) from `letter` on with parts from `word` on."""
        if letter == len(letters) or word == len(parts):
            return 0, 0
        best = cover(letter, word + 1)
        prefix = 0
        while (
            letter + prefix < len(letters)
            and prefix < len(parts[word])
            and letters[letter + prefix] == parts[word][prefix]
        ):
            prefix += 1
            matched, used = cover(letter + prefix, word + 1)
            candidate = matched + prefix, used + (parts[word] not in SMALL)
            best = max(best, candidate)
        return best

    matched, used = cover(0, 0)
    if letters[0] != parts[0][0] and letters[0] != content[0][0]:
        return 0.5 * matched / len(letters)
    return matched / len(letters) * (0.5 + 0.5 * min(1.0, used / min(len(content), len(letters))))


def acronym_beside(
    tokens: Sequence[Token], end: int, name: str, *, country_of: CountryOf
) -> tuple[str | None, tuple[int, int] | None, int]:
    """The acronym in "Name (ACR)", "Name, A.C. (ACR)", "Name - ACR", "Name -ACR-", and the token to go on
    from.
    """
    end = _past_legal_form(tokens, end)
    if end + 1 < len(tokens) and tokens[end].text == "(":
        inside = tokens[end + 1]
        closed = end + 2 < len(tokens) and tokens[end + 2].text in {")", ",", "/", "-", "–"}
        if (
            closed
            and (
                is_acronym(inside) or acronym_fits(inside.text, name) > 0.7 or _is_short_name(tokens, end + 1)
            )
            and inside.shape in NAME_SHAPES
            and (
                (country_of(inside.text) is None and inside.text not in IBERO_AMERICA)
                or acronym_fits(inside.text, name) > 0.7
            )
        ):
            closing = next(
                (i for i in range(end + 2, min(end + 8, len(tokens))) if tokens[i].text == ")"), end + 2
            )
            return inside.text, (inside.start, inside.end), closing + 1
    if end + 2 < len(tokens) and tokens[end].text == "," and tokens[end + 2].text in {")", ",", ";", "."}:
        inside = tokens[end + 1]
        if is_acronym(inside) and inside.shape == "ACRONYM" and acronym_fits(inside.text, name) > 0.75:
            return inside.text, (inside.start, inside.end), end + 2
    if end + 1 < len(tokens) and tokens[end].text in "-–—":
        inside = tokens[end + 1]
        if is_acronym(inside) and acronym_fits(inside.text, name) > 0.6:
            after = end + 2
            if after < len(tokens) and tokens[after].text in "-–—":
                after += 1
            return inside.text, (inside.start, inside.end), after
    return None, None, end


def _past_legal_form(tokens: Sequence[Token], at: int) -> int:
    """Behind the legal form that ends a name ("…, A.C.", ", A. C."); `at` itself where there is none."""
    end = at + (at < len(tokens) and tokens[at].text == ",")
    letters = ""
    while end < len(tokens) and (tokens[end].text == "." or len(tokens[end].text.replace(".", "")) <= 2):
        if tokens[end].text != "." and not (tokens[end].text.isupper()):
            break
        letters += tokens[end].text.replace(".", "")
        end += 1
    return end if letters.lower() in words("legal_forms") else at


def _is_short_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word in brackets behind a name is the short name of the same ("… (Proindustria)")."""
    word = tokens[at]
    gazetteer = load_gazetteer()
    return (
        word.shape == "Capital"
        and len(word.text) >= _SHORTEST_NAME
        and tokens[at + 1].text == ")"
        and word.folded not in institution_heads()
        and word.folded not in words("generic_tail") | words("departments") | words("portfolio")
        and not pattern("position").match(word.folded)
        and not (gazetteer.readings(word.folded) or word.folded in gazetteer.subdivisions)
        and word.folded not in gazetteer.demonyms
    )


def short_name_before(
    tokens: Sequence[Token], at: int, *, country_of: CountryOf
) -> tuple[str | None, tuple[int, int] | None]:
    """The short name in "Comobi - Cooperativa de …", "ENAP, Escola …" is left: a comma may end something
    else.
    """
    if at >= 2 and tokens[at - 1].text in "-–—" and tokens[at - 2].shape in NAME_SHAPES:
        first = at - 3
        if first < 0 or tokens[first].text in ",;:(•\n" or tokens[first].folded in ARTICLES | OF | AND:
            short = tokens[at - 2]
            name = " ".join(t.text for t in tokens[at : at + 12])
            if short.shape == "ACRONYM" and acronym_fits(short.text, name) < _LEAST_FIT:
                return None, None  # "INTUR - Ministerio de …": two of a list
            if country_of(short.text) is None and short.folded not in institution_heads():
                return short.text, (short.start, short.end)
    return None, None


def acronym_ahead(tokens: Sequence[Token], at: int, head: int, *, sure: bool) -> bool:
    """Whether "(ACR)" comes within twelve tokens with nothing but a name between; `sure` wants it to fit the
    name from `head` on."""
    for i in range(at, min(at + 12, len(tokens) - 2)):
        if tokens[i].text == "(":
            fits = acronym_fits(tokens[i + 1].text, " ".join(t.text for t in tokens[head:i])) > 0.6
            return (fits and tokens[i + 1].shape in NAME_SHAPES) or (not sure and is_acronym(tokens[i + 1]))
        past = _past_legal_form(tokens, i)
        if past > i and past + 1 < len(tokens) and tokens[past].text == "(":
            return acronym_fits(tokens[past + 1].text, " ".join(t.text for t in tokens[head:i])) > 0.6
        if tokens[i].shape == "punct" or (tokens[i].shape == "word" and tokens[i].folded not in SMALL):
            return False
    return False


def is_abbreviated(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether the acronym in brackets behind the words `at` to `end` abbreviates them."""
    if end + 1 >= len(tokens) or tokens[end].text != "(" or tokens[end + 1].shape not in NAME_SHAPES:
        return False
    return acronym_fits(tokens[end + 1].text, " ".join(t.text for t in tokens[at:end])) > 0.7


def abbreviates_unit(acronym: str, unit: str, body: str) -> bool:
    """Whether the acronym after "unit del body (ACR)" belongs to the unit: it carries a word of the unit
    alone (SEPYME), or its letters fit the unit better.
    """
    letters = fold(acronym)
    own = {t.folded for t in tokenise(unit)} - {t.folded for t in tokenise(body)}
    if any(len(word) >= 4 and word in letters for word in own):
        return True
    return acronym_fits(acronym, unit) > max(acronym_fits(acronym, body), 0.6)


def is_shouting(tokens: Sequence[Token]) -> bool:
    """Whether most of the text is set in capitals, so that they tell nothing ("ANEXO: LISTA DE
    PARTICIPANTES").
    """
    words = [t for t in tokens if t.shape not in {"punct", "number"}]
    if len(words) < 5 or sum(t.shape == "ACRONYM" for t in words) <= 0.6 * len(words):
        return False
    return any(all(t.shape == "ACRONYM" for t in tokens[i : i + 3]) for i in range(len(tokens) - 2))


def in_capitals(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word is part of a passage in capitals ("FORMULÁRIO DE INSCRIÇÃO"), so no acronym."""
    for first in range(max(0, at - _RUN + 1), at + 1):
        run = tokens[first : first + _RUN]
        if len(run) == _RUN and all(t.shape == "ACRONYM" for t in run):
            return True
    for step in (-1, 1):
        beside = at + step
        if (
            0 <= beside < len(tokens)
            and tokens[beside].shape == "ACRONYM"
            and (
                len(tokens[beside].text) > 5
                or len(tokens[at].text) > 5
                or tokens[beside].folded in OF | AND | FOR
            )
        ):
            return True
        if (
            0 <= beside < len(tokens)
            and len(tokens[beside].text) == 1
            and tokens[beside].text in "EYOA"
            and (0 <= beside + step < len(tokens) and tokens[beside + step].shape == "ACRONYM")
        ):
            return True
    return False
