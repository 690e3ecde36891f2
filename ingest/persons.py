"""Persons with their positions, and the institutions that only an affiliation names.

"Edna Jaime, directora de México Evalúa", "el CEO de T&C Group, Roberto Ibarra", "Claudia Calvin, de COMEXI (México)".
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ingest.event_phrases import head_at
from ingest.institutions import heads
from ingest.tokens import Token, tokenise

_POSITION = re.compile(
    r"(?:(?:vice|sub|ex|co)?-?(?:president[ea]|director[ae]?|ministr[oa]|secretari[oa]|gerente|coordinador[a]?|coordenador[a]?|"
    r"subsecretari[oa]|diretor[a]?|fundador[a]?|rector[a]?|reitor[a]?|president|minister|secretary|manager|chair(?:man|woman|person)?|"
    r"coordinator|founder|gobernador[a]?|alcalde(?:sa)?|prefeit[oa])|jef[ea]|asesor[a]?|investigador[a]?|pesquisador[a]?|"
    r"profesor[a]?|professor[a]?|diputad[oa]|deputad[oa]|senador[a]?|ceo|representante|representative|embajador[a]?|"
    r"embaixador[a]?|titular|rey|reina|consultor[a]?|decan[oa]|dean|tesorer[oa]|vocer[oa]|head|analista|especialista|"
    r"economista|asociad[oa]|socio|socia|partner|delegad[oa]|comisionad[oa]|commissioner|officer|advisor|editor[a]?|autor[a]?)\Z"
)
_HONORIFIC = set(
    "sr sra srta dr dra ing lic don dona mtro mtra arq prof profa mr mrs ms senor senora "
    "excelentisimo excelentisima diputado diputada ministro ministra doctor doctora presidente "
    "presidenta ingeniero licenciado economista".split()
)
_LINK = {"de", "del", "da", "do", "dos", "das", "la", "los", "e", "van", "von"}
_OF = {"de", "del", "da", "do", "dos", "das", "of"}
_ARTICLE = {"el", "la", "los", "las", "o", "a", "os", "as", "the"}
_NOT_NAMES = set(
    "lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre janeiro fevereiro maio junho julho "
    "setembro outubro dezembro january february march april may june july august september october "
    "november december en el la los las un una por para con desde durante segun como cuando donde "
    "esta este estos estas dicho dicha asimismo ademas finalmente posteriormente tambien al del su "
    "sus no na nos nas o a os as com the in on at this these during after before politica economia "
    "desarrollo america estado republica union".split()
)


_MONTHS = set(
    "lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre".split()
)
_MEMBER = {"perteneciente", "integrante", "miembro", "membro", "member", "procedente", "participante"}
_PROFESSION = re.compile(
    r"(?:advogad|abogad|agricultor|engenheir|ingenier|tecel|cineasta|escritor|artist|jornalist|periodist|zootecnist|tecnic|"
    r"arquitect|arquitet|medic|sociolog|antropolog|estudiant|empresari|emprendedor|empreendedor|facilitador|moderador|"
    r"productor|produtor|biolog|geograf|lawyer|farmer|engineer|writer|artist|journalist|entrepreneur)\w*\Z"
)


class PersonMention(NamedTuple):
    """A person in a piece of text (offsets in it); `organisation` is the span of the affiliation's name."""

    start: int
    end: int
    name: str
    position: str | None
    organisation: tuple[int, int] | None
    rule: str
    confidence: float


def find_persons(
    text: str, *, taken: Sequence[tuple[int, int]], is_place: Callable[[str], bool]
) -> list[PersonMention]:
    """Persons told with a position, an honorific or an affiliation; names inside `taken` spans are institutions."""
    tokens = tokenise(text)
    found: list[PersonMention] = []
    at = 0
    while at < len(tokens):
        if tokens[at].folded in _HONORIFIC:
            at += 1
            continue
        end = _name_end(tokens, at, taken, is_place)
        if end is None:
            at += 1
            continue
        person = _with_context(text, tokens, at, end, taken, is_place)
        if person is not None:
            found.append(person)
        at = end
    return found


def _name_end(
    tokens: list[Token], at: int, taken: Sequence[tuple[int, int]], is_place: Callable[[str], bool]
) -> int | None:
    """End of two to five capitalised words that may be a person's name."""
    words = 0
    end = at
    while end < len(tokens) and words < 5:
        token = tokens[end]
        if token.shape == "Capital" and (len(token.text) > 1 or end + 1 < len(tokens)):
            if (
                (token.folded in _NOT_NAMES and not words)
                or token.folded in _MONTHS
                or _covered(token, taken)
            ):
                break
            if token.folded in heads() or head_at(tokens, end):
                break
            words += 1
            end += 1
            if len(token.text) == 1 and end < len(tokens) and tokens[end].text == ".":
                end += 1
            continue
        if (
            token.folded in _LINK
            and words
            and end + 1 < len(tokens)
            and (tokens[end + 1].shape == "Capital" or tokens[end + 1].folded in {"la", "los"})
            and words < 4
            and token.folded != "e"
        ):
            if tokens[end + 1].folded in _NOT_NAMES or _covered(tokens[end + 1], taken):
                break
            end += 1
            continue
        break
    while end > at and tokens[end - 1].shape != "Capital" and tokens[end - 1].text != ".":
        end -= 1
    if words < 2 or end - at < 2:
        return None
    name = " ".join(t.text for t in tokens[at:end])
    return None if is_place(name) else end


def _covered(token: Token, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in taken)


def _with_context(
    text: str,
    tokens: list[Token],
    at: int,
    end: int,
    taken: Sequence[tuple[int, int]],
    is_place: Callable[[str], bool],
) -> PersonMention | None:
    name = " ".join(text[tokens[at].start : tokens[end - 1].end].split())
    start, stop = tokens[at].start, tokens[end - 1].end
    if end + 1 < len(tokens) and tokens[end].text == ",":
        after = end + 1
        if tokens[after].folded in _ARTICLE:
            after += 1
        if after < len(tokens) and _POSITION.match(tokens[after].folded):
            phrase_end = _phrase_end(tokens, after)
            position = " ".join(text[tokens[after].start : tokens[phrase_end - 1].end].split())
            organisation = _affiliation(tokens, after + 1, phrase_end, taken, is_place)
            return PersonMention(start, stop, name, position, organisation, "person-position", 0.9)
        member = tokens[after].folded in _MEMBER and after + 1 < len(tokens)
        if tokens[after].folded in _OF or member:
            first = after + 2 if member else after + 1
            if first < len(tokens) and tokens[first].folded in _ARTICLE:
                first += 1
            organisation = _organisation(tokens, first, is_place)
            if organisation:
                return PersonMention(start, stop, name, None, organisation, "person-of", 0.8)
    before = at - 1
    if before >= 0 and tokens[before].text == "," and at - 2 >= 0:
        position_start = _position_before(tokens, before)
        if position_start is not None:
            position = " ".join(text[tokens[position_start].start : tokens[before - 1].end].split())
            organisation = _affiliation(tokens, position_start + 1, before, taken, is_place)
            return PersonMention(start, stop, name, position, organisation, "position-person", 0.9)
    while before >= 0 and tokens[before].text == ".":
        before -= 1
    if before >= 0 and tokens[before].folded in _HONORIFIC:
        return PersonMention(start, stop, name, None, None, "honorific", 0.85)
    if (
        end < len(tokens)
        and tokens[end].text == "("
        and not _covered(tokens[min(end + 1, len(tokens) - 1)], ())
    ):
        first = end + 1
        while first < len(tokens) and tokens[first].folded in _OF | _ARTICLE:
            first += 1
        closing = next((i for i in range(first, min(first + 40, len(tokens))) if tokens[i].text == ")"), None)
        if closing is None or first >= closing:
            return None
        if _POSITION.match(tokens[first].folded) or _PROFESSION.match(tokens[first].folded):
            last = next((i for i in range(first, closing) if tokens[i].text == ","), closing)
            organisation = _affiliation(tokens, first + 1, last, taken, is_place) or _after_dash(
                tokens, first, closing, is_place
            )
            position = " ".join(text[tokens[first].start : tokens[last - 1].end].split())
            return PersonMention(
                start, stop, name, position, organisation, "person-parenthesis-position", 0.75
            )
        organisation = _organisation(tokens, first, is_place)
        if organisation is None:
            return None
        last = next(i for i in range(first, closing) if tokens[i].end == organisation[1])
        lone = last == first and tokens[first].shape == "Capital"
        if lone or (tokens[last + 1].shape == "word" and tokens[last + 1].folded not in {"e", "y", "and"}):
            return None
        return PersonMention(start, stop, name, None, organisation, "person-parenthesis", 0.7)
    return None


def _after_dash(
    tokens: list[Token], first: int, closing: int, is_place: Callable[[str], bool]
) -> tuple[int, int] | None:
    """ "(Gerente agroflorestal - Courageous Land)"."""
    dash = next((i for i in range(first, closing) if tokens[i].text in "-–—"), None)
    return _organisation(tokens[:closing], dash + 1, is_place) if dash is not None else None


def _phrase_end(tokens: list[Token], at: int) -> int:
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


def _position_before(tokens: list[Token], comma: int) -> int | None:
    """Start of "el Vicepresidente de la República" right before ", Name"."""
    for at in range(comma - 1, max(-1, comma - 20), -1):
        if tokens[at].text in ",;.:()":
            return None
        if _POSITION.match(tokens[at].folded):
            return at
    return None


def _affiliation(
    tokens: list[Token],
    start: int,
    end: int,
    taken: Sequence[tuple[int, int]],
    is_place: Callable[[str], bool],
) -> tuple[int, int] | None:
    """The institution of a position: the first one known to stand behind a connector, else what "de" names."""
    for at in range(start, end):
        if tokens[at].folded in _OF | _ARTICLE and at + 1 < end:
            known = next((span for span in taken if span[0] == tokens[at + 1].start), None)
            if known is not None:
                return known
    for at in range(start, end):
        if tokens[at].folded not in _OF and tokens[at].folded not in {"en", "em", "at", "in"}:
            continue
        first = at + 1
        if first < end and tokens[first].folded in _ARTICLE:
            first += 1
        if first < end and tokens[first].shape in {"Capital", "ACRONYM", "Mixed"}:
            organisation = _organisation(tokens[:end], first, is_place)
            if organisation:
                return organisation
    return None


def _organisation(tokens: list[Token], at: int, is_place: Callable[[str], bool]) -> tuple[int, int] | None:
    """A run of capitalised words with their connectors from `at`; None for places and states."""
    if at >= len(tokens) or tokens[at].shape not in {"Capital", "ACRONYM", "Mixed"}:
        return None
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in {"Capital", "ACRONYM", "Mixed"}:
            end += 1
            continue
        if (token.folded in _OF or token.folded in {"para", "en", "y", "e", "la", "el", "&"}) and end > at:
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].folded in _ARTICLE | _OF:
                ahead += 1
            if (
                ahead < len(tokens)
                and tokens[ahead].shape in {"Capital", "ACRONYM", "Mixed"}
                and ahead - end <= 2
            ):
                if token.folded in {"y", "e"} and tokens[at].folded not in heads():
                    break
                end = ahead
                continue
        break
    words = " ".join(t.text for t in tokens[at:end])
    if is_place(words) or tokens[at].folded in _NOT_NAMES or len(words) < 3:
        return None
    if tokens[at].folded in {"estado", "republica", "gobierno"} and end - at <= 4:
        return None
    return tokens[at].start, tokens[end - 1].end
