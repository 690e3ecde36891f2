"""Phrases that name an event: "VIII Foro Empresarial del Gran Caribe", 'seminário "…"', "Workshop on Innovation"."""

import csv
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ingest.tokens import Token, fold, is_roman, tokenise

_OF = {"de", "del", "da", "do", "das", "dos", "of"}
_LINKS = _OF | set(
    "sobre para por en em e y and on for in about la las el los o a os as the entre con com al ao at to with".split()
)
_STOP_BEFORE = set(
    "que se fue foi was is were sera seran donde onde where quien who cuyo cuya organizado "
    "organizada patrocinado patrocinada realizado realizada celebrado celebrada convocado "
    "auspiciado dictado".split()
)
_ADJECTIVES = set(
    "internacional internacionales nacional nacionales regional iberoamericano iberoamericana "
    "latinoamericano latinoamericana ibero-americano latino-americano empresarial virtual tecnico "
    "tecnica anual mundial global presencial especial subregional binacional tripartita ministerial "
    "academico academica tecnologico international national annual regional virtual business "
    "technical practico practica pratico pratica introductorio avanzado".split()
)
_ORDINALS = set(
    "primer primera primero segundo segunda tercer tercera tercero cuarto cuarta quinto quinta "
    "sexto sexta septimo septima octavo octava noveno novena decimo decima undecimo undecima "
    "duodecimo duodecima primeiro primeira terceiro terceira quarto quarta setimo setima oitavo "
    "oitava nono nona first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
    "twelfth proximo".split()
)
_NOT_IN_SPANISH = {"oficina", "oficinas"}  # an office there, a workshop in Portuguese
_ENGLISH = set(
    "workshop seminar course training forum congress conference symposium meeting summit fair exhibition expo mission convention "
    "award awards ceremony panel roundtable webinar launch festival dialogue assembly week hackathon".split()
)
_DETERMINERS = set("the this that each every our their a an in on at during after before".split())
_OPENING, _CLOSING = '“"«‘', '”"»’'
_TITLED = set(
    "titulado titulada denominado denominada llamado llamada intitulado intitulada chamado chamada "
    "titled called named entitled virtual".split()
)


class EventPhrase(NamedTuple):
    """`start`, `end` are offsets in the text; `strength` is that of the head noun, or "lower" (not capitalised)."""

    start: int
    end: int
    title: str
    type: str
    strength: str
    quoted: bool
    ordinal: bool


@cache
def _heads() -> dict[str, tuple[str, str]]:
    with files("ingest").joinpath("lexicon/event_heads.csv").open(encoding="utf-8") as lines:
        return {row["word"]: (row["type"], row["strength"]) for row in csv.DictReader(lines)}


def head_at(tokens: list[Token], at: int) -> tuple[int, str, str] | None:
    """The event noun that starts at a token: (number of tokens, type, strength)."""
    for length in (3, 2, 1):
        words = tokens[at : at + length]
        if len(words) == length:
            entry = _heads().get(" ".join(w.folded for w in words))
            if entry:
                return length, *entry
    return None


def is_ordinal(tokens: list[Token], at: int) -> bool:
    """Whether the token numbers an edition: VIII, 4°, Primer, 37ª."""
    token = tokens[at]
    if token.shape == "ACRONYM" or (len(token.text) == 1 and token.text in "IVX"):
        return is_roman(token.text)
    if token.folded in _ORDINALS:
        return True
    return bool(
        re.fullmatch(
            r"\d{1,3}(?:st|nd|rd|th|[aªoº°]|er|era|ro|ra|da|do|ta|to|ma|mo|va|vo|na|no)", token.folded
        )
    )


def find_event_phrases(
    text: str, *, is_place: Callable[[str], bool], language: str = "es"
) -> list[EventPhrase]:
    """Event phrases in running text, in order, none inside another.

    Plurals ("talleres") name no single event and are left out. A head noun that is not capitalised counts only
    before a quoted title, or before "sobre", "de" … with a title (strength "lower").
    """
    tokens = tokenise(text)
    found: list[EventPhrase] = []
    at = 0
    while at < len(tokens):
        phrase = _phrase_at(text, tokens, at, is_place)
        if phrase is None or (language == "es" and tokens[at].folded in _NOT_IN_SPANISH):
            at += 1
            continue
        if phrase[0].strength != "plural":
            found.append(phrase[0])
        at = phrase[1]
    return found


def _phrase_at(
    text: str, tokens: list[Token], at: int, is_place: Callable[[str], bool]
) -> tuple[EventPhrase, int] | None:
    start = at
    ordinal = False
    while at < len(tokens) and is_ordinal(tokens, at):
        ordinal = True
        at += 1
        if at < len(tokens) and tokens[at].text in "°ºª.":
            at += 1
    if (
        ordinal
        and at < len(tokens)
        and tokens[at].shape in {"ACRONYM", "Capital"}
        and not head_at(tokens, at)
    ):
        # "VIII Gran Foro": one word may stand between
        if at + 1 < len(tokens) and head_at(tokens, at + 1):
            at += 1
        else:
            return None
    if at >= len(tokens):
        return None
    head = head_at(tokens, at)
    if head is None:
        return None
    length, kind, strength = head
    if tokens[at].folded in _ENGLISH:
        start, more = _modifiers_before(tokens, start)
        ordinal = ordinal or more
    capital = tokens[at].shape in {"Capital", "ACRONYM"}
    end = at + length
    if strength == "plural" and not ordinal:
        return EventPhrase(tokens[start].start, tokens[end - 1].end, "", kind, "plural", False, False), end
    while end < len(tokens) and tokens[end].shape == "word" and tokens[end].folded in _ADJECTIVES:
        end += 1
    quoted_end = _quoted(tokens, end)
    if quoted_end is not None:
        phrase = _make(text, tokens, start, quoted_end, kind, strength if capital else "lower", True, ordinal)
        return phrase, quoted_end
    if capital:
        end = _grow_capitalised(tokens, end, is_place)
        quoted_end = _quoted(tokens, end)
        if quoted_end is not None:
            end = quoted_end
        return _make(text, tokens, start, end, kind, strength, quoted_end is not None, ordinal), end
    if end < len(tokens) and tokens[end].shape in {"Capital", "Mixed"} and strength in {"strong", "weak"}:
        # "o curso Contas da Padaria", "el taller Construyendo Turismo"
        grown = _grow_capitalised(tokens, end, is_place)
        if not _place_at(tokens, end, is_place) and tokens[end].folded not in _STOP_BEFORE:
            return _make(text, tokens, start, grown, kind, "lower", True, ordinal), grown
    if strength == "strong":
        if tokens[start - 1].folded in _ADJECTIVES and tokens[start - 1].shape == "word" and start:
            start -= 1
        grown = _grow_lower(tokens, end, is_place)
        if grown is not None:
            return _make(text, tokens, start, grown, kind, "lower", False, ordinal), grown
        if end - start >= 2:  # "a regional seminar in Sucre", "la asamblea anual"
            return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    if strength == "weak" and end - at >= 2:
        return _make(text, tokens, start, end, kind, "lower", False, ordinal), end
    return None


def _modifiers_before(tokens: list[Token], at: int) -> tuple[int, bool]:
    """Start of "3rd Latin American SME | Forum", and whether an edition is among the words: English puts them first."""
    start, ordinal = at, False
    while start > 0 and at - start < 8:
        before = tokens[start - 1]
        if is_ordinal(tokens, start - 1):
            ordinal = True
        elif before.shape not in {"Capital", "ACRONYM", "Mixed"} or before.folded in _LINKS:
            break
        start -= 1
    while start < at and tokens[start].folded in _DETERMINERS:
        start += 1
    return start, ordinal


def _make(
    text: str,
    tokens: list[Token],
    start: int,
    end: int,
    kind: str,
    strength: str,
    quoted: bool,
    ordinal: bool,
) -> EventPhrase:
    while end > start + 1 and (tokens[end - 1].folded in _LINKS or tokens[end - 1].text in ",:;-–—("):
        end -= 1
    first, last = tokens[start].start, tokens[end - 1].end
    return EventPhrase(first, last, clean_title(text[first:last]), kind, strength, quoted, ordinal)


def _quoted(tokens: list[Token], at: int) -> int | None:
    """End of a quoted title that starts at (or one or two words after) a token; None if there is none."""
    skipped = 0
    if (
        at + 2 < len(tokens)
        and tokens[at].folded in {"de", "del", "sobre"}
        and tokens[at + 1].shape == "word"
    ):
        at += 2  # "Curso de especialización «…»"
    while at < len(tokens) and skipped < 2 and (tokens[at].text in ",:*" or tokens[at].folded in _TITLED):
        at += 1
        skipped += 1
    if at >= len(tokens) or tokens[at].text not in _OPENING:
        return None
    for i in range(at + 1, min(at + 60, len(tokens))):
        if tokens[i].text in _CLOSING:
            return i + 1
    return None


def _grow_capitalised(tokens: list[Token], at: int, is_place: Callable[[str], bool]) -> int:
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in {"Capital", "ACRONYM", "Mixed"}:
            end += 1
            continue
        if token.shape == "number" and (len(token.text) == 4 and token.text[:2] in {"19", "20"}):
            end += 1
            continue
        if (
            token.text == ":"
            and end + 1 < len(tokens)
            and tokens[end + 1].shape in {"Capital", "ACRONYM", "Mixed"}
        ):
            end += 1
            continue
        if token.text == "," and _list_goes_on(tokens, end):
            end += 1
            continue
        if token.folded in _LINKS or token.folded in {"dedicado", "dirigido"}:
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].folded in _LINKS and ahead - end < 3:
                ahead += 1
            if ahead >= len(tokens) or tokens[ahead].shape not in {"Capital", "ACRONYM", "Mixed"}:
                break
            if token.folded in {"en", "em", "in", "at"} and _place_at(tokens, ahead, is_place):
                break
            if token.folded in {"con", "com", "with", "to"} and end > at:
                break
            if token.folded in {"y", "e", "and"} and tokens[end + 1].folded in {
                "el",
                "la",
                "o",
                "a",
                "the",
                "los",
                "las",
            }:
                break
            into = token.text in {"à", "às", "ao", "aos", "al"} or (
                token.text == "a" and tokens[end + 1].folded in {"la", "las", "los"}
            )
            if (
                token.folded in {"la", "el", "los", "las", "o", "a", "os", "as", "the"}
                and end > at
                and not into
            ):
                break
            end = ahead
            continue
        break
    return end


def _grow_lower(tokens: list[Token], at: int, is_place: Callable[[str], bool]) -> int | None:
    """ "taller sobre innovación para mipymes": up to a verb, a place, a date or punctuation."""
    if at >= len(tokens) or tokens[at].folded not in {
        "sobre",
        "de",
        "del",
        "da",
        "do",
        "on",
        "about",
        "para",
        "for",
    }:
        return None
    end = at
    while end < len(tokens) and end - at < 14:
        token = tokens[end]
        if token.shape == "punct" or token.shape == "number" or token.folded in _STOP_BEFORE:
            break
        if (
            token.folded
            in {"en", "em", "in", "at", "con", "com", "with", "el", "los", "nos", "del", "al", "by", "held"}
            and end > at
            and (
                token.folded in {"con", "com", "with", "by", "held"}
                or end + 1 >= len(tokens)
                or tokens[end + 1].shape != "word"
                or tokens[end + 1].folded in {"dia", "dias", "el", "la", "los"}
            )
        ):
            break
        end += 1
    return end if end - at >= 2 else None


def _list_goes_on(tokens: list[Token], comma: int) -> bool:
    """Whether ", TIC e Innovación" goes on with capitals up to an "and"."""
    for i in range(comma + 1, min(comma + 7, len(tokens) - 1)):
        if tokens[i].folded in {"y", "e", "and"}:
            return tokens[i + 1].shape in {"Capital", "ACRONYM", "Mixed"} and i > comma + 1
        if tokens[i].text != "," and tokens[i].shape not in {"Capital", "ACRONYM", "Mixed"}:
            return False
    return False


def _place_at(tokens: list[Token], at: int, is_place: Callable[[str], bool]) -> bool:
    return any(
        is_place(" ".join(t.text for t in tokens[at : at + n])) for n in (4, 3, 2, 1) if at + n <= len(tokens)
    )


def clean_title(title: str) -> str:
    """A title on one line, without the marks around it; quotation marks inside are kept in pairs."""
    title = " ".join(title.split()).strip(" .,:;*-–—")
    for opening, closing in ("“”", "«»", '""'):
        inner = title[1:-1]
        if title.startswith(opening) and title.endswith(closing) and opening not in inner:
            title = inner.strip()
    return title.strip(" .,:;*")


_STOP = set(
    "de del la las los el y e en a al sobre para por con su sus un una unos unas o da do das dos no "
    "na nos nas em os as ao um uma the of and on for in to at by with que se lo".split()
)


def title_key(title: str) -> frozenset[str]:
    """Content words of a title, for comparing the names of events."""
    return frozenset(w for w in re.findall(r"[a-z0-9]+", fold(title)) if w not in _STOP)
