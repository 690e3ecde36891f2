"""Where a text writes a name that the gazetteer knows, and what stands around it.

A *hit* is the longest run of words that is a known name; whether it is used for a place is not decided here
(see `ingest.places`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ingest.date_patterns import MONTHS
from ingest.gazetteer import Gazetteer

_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f]*")
# fmt: off
_CONNECTORS = frozenset({
    "de", "del", "da", "do", "das", "dos", "la", "las", "los", "el", "y", "e", "o", "of", "the", "and",
    "d", "l",
    "na", "no", "sur", "sul", "au", "du", "des", "le", "les", "di", "van", "von", "der", "am", "upon", "on",
})
# fmt: on
_OF = frozenset({"de", "del", "da", "do", "das", "dos", "d", "of"})
_ARTICLES = frozenset({"la", "las", "los", "el", "the", "o", "a", "os", "as"})
_AND = frozenset({"y", "e", "and"})
_INSIDE_NAMES = _OF | _ARTICLES | _AND | {"para", "for"}
_IN = frozenset(
    {
        "en",
        "em",
        "in",
        "no",
        "na",
        "nos",
        "nas",
        "at",
        "near",
        "hacia",
        "desde",
        "from",
        "to",
        "sede",
        "visita",
        "cerca",
    }
)
_CITY_NOUNS = frozenset(
    {
        "ciudad",
        "cidade",
        "city",
        "municipio",
        "municipality",
        "town",
        "villa",
        "vila",
        "localidad",
        "localidade",
        "capital",
        "campus",
        "sede",
        "seccional",
        "distrito",
    }
)
_DAYS = frozenset(
    "lunes martes miercoles jueves viernes sabado domingo segunda terca quarta quinta sexta "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
_STATE_NOUNS = frozenset(
    {"region", "regiao", "provincia", "departamento", "estado", "state", "province", "department"}
)
# Capitalised at the start of a sentence, and so no part of a name.
_OPENERS = frozenset(
    {
        "en",
        "em",
        "in",
        "no",
        "na",
        "el",
        "la",
        "los",
        "las",
        "o",
        "a",
        "os",
        "as",
        "the",
        "de",
        "del",
        "da",
        "do",
        "desde",
        "hacia",
        "para",
        "por",
        "from",
        "at",
        "to",
        "y",
        "e",
        "and",
        "con",
        "com",
        "with",
        "entre",
        "between",
        "como",
        "tambien",
        "also",
        "su",
        "sus",
        "este",
        "esta",
        "estos",
        "estas",
        "cuando",
        "donde",
        "si",
        "dia",
        "dias",
        "siendo",
    }
)
_WORD_GAP = re.compile(r"[^\S\n]{1,6}(?:\n[^\S\n]{0,6})?|\n[^\S\n]{0,6}|-|\.[^\S\n]?|['’]")
_LINK = re.compile(
    r"[^\S\n]{0,4}(?:[,(/–—-][^\S\n]{0,4}\n?|\n)?[^\S\n]{0,4}"
    # "Santiago, provincia de Veraguas", "Pelotas, en el sur del Brasil"
    r"(?:(?:(?:en|em|no|in|na)[^\S\n](?:el|la|the)?[^\S\n]?)?(?:provincia|província|departamento|estado|regi[oó]n|región|"
    r"distrito|cant[oó]n|province|state|norte|sur|sul|este|leste|oeste|centro|north|south|east|west)[^\S\n]"
    r"(?:de la|del?|d[ao]|of)[^\S\n])?"
)
_CODE_LINK = re.compile(r"[^\S\n]?(?:,|/|\(|-|–|—)[^\S\n]?\n?[^\S\n]?|[^\S\n]")
_CODE = re.compile(r"([A-Z])\.?\s?([A-Z])(?!\w)\.?")
_LONGEST_LINK = 30  # code points between a city and the country behind it
_LONGEST_INSTITUTION = 24  # words looked back for the head of an institution's name
_LONGEST_ACRONYM = 4  # a single word in capitals up to this length is an acronym


class Word(NamedTuple):
    """A word at [start, end): `capital` begins with a capital, `upper` has more than one and nothing else."""

    start: int
    end: int
    folded: str
    capital: bool
    upper: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A known name: words `first` to `last` and code points `start` to `end` (both half-open)."""

    first: int
    last: int
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a hit."""

    country: str | None = None  # named right behind it (ISO alpha-2)
    states: frozenset[str] = frozenset()  # countries of the state, province or code right behind it
    located: bool = False  # "en X", "ciudad de X"
    of: bool = False  # "de X"
    in_name: bool = False  # the end of an institution's name
    attached: bool = False  # a capitalised word right beside makes it part of another name
    continued: bool = False  # "X de Y": the beginning of another name


def read_words(text: str) -> list[Word]:
    """Words of `text`, folded (lower case, no accents)."""
    # As plain tuples made into words, as in `ingest.tokens`.
    made = tuple.__new__
    return [made(Word, (*match.span(), *_form(match[0]))) for match in _WORD.finditer(text)]


@lru_cache(maxsize=16_384)
def _form(word: str) -> tuple[str, bool, bool]:
    """The word folded, whether it begins with a capital, and whether it has nothing but several."""
    folded = word.lower()
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return folded, word[0].isupper(), len(word) > 1 and word.isupper()


def find_hits(text: str, words: Sequence[Word], gazetteer: Gazetteer) -> list[Hit]:
    """Longest known names, left to right, without overlaps."""
    hits = []
    at, count = 0, len(words)
    longest = gazetteer.longest
    while at < count:
        word = words[at]
        limit = longest.get(word.folded, 0) if word.capital else 0
        hit = None
        if limit:
            hit = _longest_at(text, words, at, min(count, at + limit), gazetteer)
        if hit is not None and word.folded in _ARTICLES and hit.last < count and hit.last - at > 1:
            # "La Antigua Guatemala": the article belongs to the shorter of two names.
            limit = longest.get(words[at + 1].folded, 0) if words[at + 1].capital else 0
            other = _longest_at(text, words, at + 1, min(count, at + 1 + limit), gazetteer) if limit else None
            hit = other if other is not None and other.last > hit.last else hit
        if hit is None:
            at += 1
        else:
            hits.append(hit)
            at = hit.last
    return hits


def _longest_at(text: str, words: Sequence[Word], first: int, limit: int, gazetteer: Gazetteer) -> Hit | None:
    """Longest known name that begins at word `first` and ends before word `limit`."""
    for stop in range(_run_end(text, words, first, limit), first, -1):
        hit = _hit(text, words, first, stop, gazetteer)
        if hit is not None:
            return hit
    return None


def _run_end(text: str, words: Sequence[Word], first: int, limit: int) -> int:
    """End of the words from `first` that are joined as the words of one name are."""
    at = first + 1
    while at < limit:
        before, word = words[at - 1], words[at]
        gap = text[before.end : word.start]
        if gap != " " and not _WORD_GAP.fullmatch(gap):
            break
        if gap[0] == "." and before.end - before.start > 3:  # an abbreviation may go on, a sentence not
            break
        at += 1
    return at


def _hit(text: str, words: Sequence[Word], first: int, stop: int, gazetteer: Gazetteer) -> Hit | None:
    single = stop == first + 1
    key = words[first].folded if single else " ".join([word.folded for word in words[first:stop]])
    world = key in gazetteer.countries or key in gazetteer.regions
    if not world and key not in gazetteer.city_names and key not in gazetteer.subdivisions:
        return None
    # Only the world's names are written "América latina", "República bolivariana de Venezuela".
    if not world and not all(word.capital or word.folded in _CONNECTORS for word in words[first:stop]):
        return None
    acronym = words[first].upper and single and not _capitals_beside(words, first)
    if len(key) <= 3 and not (world and words[first].upper):
        return None
    if acronym and not world and (len(key) <= _LONGEST_ACRONYM or key in gazetteer.needs_support):
        return None
    end = words[stop - 1].end
    if text[end : end + 1] == "." and "." in text[words[first].start : end]:
        end += 1  # the last point of "D.F." and "EE. UU."
    return Hit(first, stop, words[first].start, end, key)


def _capitals_beside(words: Sequence[Word], at: int) -> bool:
    """Whether a neighbour is in capitals too, so that they are the style of the line."""
    return (at > 0 and words[at - 1].upper) or (at + 1 < len(words) and words[at + 1].upper)


def read_around(
    text: str,
    words: Sequence[Word],
    hit: Hit,
    *,
    before: Hit | None,
    behind: Hit | None,
    gazetteer: Gazetteer,
) -> Around:
    """What stands around `hit`, between the hits `before` and `behind` it."""
    country, states = _settled_by(text, hit, behind, gazetteer)
    located = of = in_name = False
    if hit.first and joined(text, words[hit.first - 1].end, hit.start):
        at = hit.first - 1
        while at > 0 and words[at].folded in _ARTICLES and joined(text, words[at - 1].end, words[at].start):
            at -= 1
        lead = words[at].folded
        # "en el Centro": cities that have an article have it in their name.
        first = words[hit.first].folded
        bare = at == hit.first - 1 or hit.key not in gazetteer.city_names or first in _CITY_NOUNS
        located = (lead in _IN and bare) or lead in _CITY_NOUNS
        of = lead in _STATE_NOUNS  # "en la región Pasco"
        if lead in _TO and at and words[at - 1].folded in _JOURNEYS:
            located = True  # "Misión a Pelotas"
        if lead in _OF and at > 0 and joined(text, words[at - 1].end, words[at].start):
            city_noun = words[at - 1].folded in _CITY_NOUNS
            of, located = True, located or city_noun
            in_name = not city_noun and _ends_name(text, words, at - 1, before, gazetteer)
    if _BEHIND_COMMA.search(text, max(0, hit.start - 5), hit.start) and _CLOSES.match(text, hit.end):
        located = located or hit.key not in gazetteer.needs_support  # "III Encuentro de Tutores, Comayagua."
    if _ALONE_BEFORE.search(text, max(0, hit.start - 3), hit.start) and _ALONE_BEHIND.match(text, hit.end):
        located = True  # "Salta. Lanzamiento de …": an entry's place is a sentence of its own
    if not text[: hit.start].strip(" \n*_") and not text[hit.end :].strip(" \n*_.,"):
        located = True  # a cell or a line that is a place
    return Around(
        country=country,
        states=states,
        located=located,
        of=of,
        in_name=in_name,
        attached=not states and _attached(text, words, hit, before, behind),
        continued=country is None and _continued(text, words, hit, behind),
    )


_TO = frozenset({"a", "al", "ao", "to"})
_JOURNEYS = frozenset(
    "mision missao mission comercial empresarial tecnica trade visita visit viaje viagem gira visitas tour "
    "trip "
    "traslada traslado trasladaron viaja viajan viajo viajaron viajamos viajaremos viajou llego llegaron "
    "llegamos chegou chegaram chegamos foram fueron levou llevo vuelve volta moved travelled traveled "
    "went".split()
)
_ALONE_BEFORE = re.compile(r"(?:\A|[.;:»•(|–—-]\s?|\n)\Z")
_BEHIND_COMMA = re.compile(r"[^\W\d_]{3},\s\Z")
_CLOSES = re.compile(r"\s?(?:\.(?=\s|\Z)|\Z|\n|\s\(|;)")
_ALONE_BEHIND = re.compile(r"\s?(?:\.(?=\s+[A-ZÁÉÍÓÚ\d«“\"])|,\s\d|\s[-–—]\s|\n|[|:])")


def linked(text: str, hit: Hit, behind: Hit) -> bool:
    """Whether `behind` says where `hit` is: "Quito, Ecuador", "Córdoba (Argentina)", or on the next line."""
    near = behind.start - hit.end <= _LONGEST_LINK
    return near and _LINK.fullmatch(text, hit.end, behind.start) is not None


def joined(text: str, end: int, start: int) -> bool:
    """Whether nothing but white space with one line break at most is between `end` and `start`."""
    gap = text[end:start]
    return gap == " " or (len(gap) <= _LONGEST_LINK and gap.isspace() and gap.count("\n") <= 1)


def _settled_by(
    text: str, hit: Hit, behind: Hit | None, gazetteer: Gazetteer
) -> tuple[str | None, frozenset[str]]:
    """Country named behind the hit, and countries of the state or state code there."""
    if behind is not None and linked(text, hit, behind):
        country = gazetteer.countries.get(behind.key)
        states = gazetteer.subdivisions.get(behind.key, frozenset())
        if country is not None or states:
            return country, states
    link = _CODE_LINK.match(text, hit.end)
    code = _CODE.match(text, link.end()) if link is not None else None
    if code is None:
        return None, frozenset()
    return None, gazetteer.state_codes.get((code[1] + code[2]).lower(), frozenset())


def _ends_name(text: str, words: Sequence[Word], at: int, before: Hit | None, gazetteer: Gazetteer) -> bool:
    """Whether word `at` ends an institution's name ("Ministerio de Industria, Comercio y Turismo" de …)."""
    last = at
    if not (words[last].capital or words[last].folded in _AND):
        return False
    if before is not None and before.first <= last < before.last and _is_name(before, gazetteer):
        return False
    capitals, start = 0, at
    while last - at < _LONGEST_INSTITUTION:
        word = words[at]
        if word.capital:
            if word.folded in gazetteer.head_nouns:
                return True
            capitals, start = capitals + 1, at
        elif word.folded not in _INSIDE_NAMES:
            break
        if at == 0:
            break
        gap = text[words[at - 1].end : word.start]
        if not joined(text, words[at - 1].end, word.start) and not (gap[0] == "," and gap[1:].isspace()):
            break
        at -= 1
    # One capitalised word that only begins its sentence is no name ("Especialistas de España").
    return capitals > 1 or not begins_sentence(text, words[start].start)


def _is_name(hit: Hit, gazetteer: Gazetteer) -> bool:
    """Whether the hit is a place's name rather than a word that some town is called too ("Universidad")."""
    return hit.key not in gazetteer.head_nouns and hit.key not in gazetteer.needs_support


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word at `start` has its capital from the sentence or the line it begins."""
    lead = text[max(0, start - 6) : start].rstrip(" \t\"'“«¿¡(")
    return not lead or lead[-1] in ".:;!?\n•-–—·*"


def _attached(text: str, words: Sequence[Word], hit: Hit, before: Hit | None, behind: Hit | None) -> bool:
    """Whether a capitalised word right beside makes the hit part of another name ("Lima Barreto")."""
    if hit.first and not (before is not None and before.last == hit.first):
        left = words[hit.first - 1]
        plain = left.folded in _OPENERS or left.folded in _CITY_NOUNS or left.folded in _IN
        if left.capital and not plain and text[left.end : hit.start] in (" ", "-"):
            return True
    if hit.last < len(words) and not (behind is not None and behind.first == hit.last):
        right = words[hit.last]
        named = right.folded not in _OPENERS | _DAYS and right.folded not in MONTHS
        return right.capital and named and text[hit.end : right.start] in (" ", "-")
    return False


def _continued(text: str, words: Sequence[Word], hit: Hit, behind: Hit | None) -> bool:
    """Whether "de Y" behind goes on with the name ("Serra da Canastra", "Centro de Formación")."""
    at = hit.last
    if at + 1 >= len(words) or words[at].folded not in _OF or not joined(text, hit.end, words[at].start):
        return False
    at += 1
    if words[at].folded in _ARTICLES and at + 1 < len(words):
        at += 1
    known = behind is not None and behind.first == at
    return words[at].capital and not known and joined(text, words[at - 1].end, words[at].start)
