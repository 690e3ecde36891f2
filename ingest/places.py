"""Places in prose: the longest capitalised run of words that the gazetteer knows, decided by its surroundings.

First the text is cut into words and every longest known name is marked (a *hit*). Then each hit is decided: a
country, state or code right behind it settles which city it is ("San José, Costa Rica"; "Resende, RJ"); else
countries named nearby and the size of the cities do. A name that is also a common noun or a surname, or a small
city, is a place only where something around says so. Time is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from graph.model import Span
from ingest.gazetteer import IBERO_AMERICA, CityReading, Gazetteer, load_gazetteer, prominence

PlaceKind = Literal["city", "country", "region"]

_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f]*")
_CONNECTORS = frozenset("de del da do das dos la las los el y e o of the and d l na no sur sul".split())
_OF = frozenset("de del da do das dos d of".split())
_ARTICLES = frozenset("la las los el the o a os as".split())
_AND = frozenset("y e and und".split())
_IN = frozenset("en em in no na nos nas at near hacia desde from to sede visita cerca".split())
_CITY_NOUNS = frozenset(
    "ciudad cidade city municipio municipality town villa vila localidad localidade capital distrito puerto".split()
)
# Capitalised at the start of a sentence, and so no part of a name.
_OPENERS = frozenset(
    "en em in no na el la los las o a os as the de del da do desde hacia para por from at to y e and con com with"
    " entre between como tambien also su sus este esta estos estas cuando donde si dia dias".split()
)
# First words of institutions' names in the three languages: before "de X" at the start of a sentence they make
# a name ("Gobierno de Chile"), other nouns do not ("Especialistas de España").
_INSTITUTION_NOUNS = frozenset(
    "academia agencia alcaldia asamblea asociacion autoridad ayuntamiento banco bolsa camara casa centro colegio comision"
    " comite comunidad confederacion congreso consejo consorcio corporacion departamento diputacion direccion embajada"
    " escuela estado facultad federacion fondo foro fundacion gobierno gremio grupo instituto junta ministerio municipalidad"
    " museo observatorio oficina palacio parlamento parque presidencia programa red rectoria reino republica secretaria"
    " senado servicio sistema sociedad subsecretaria superintendencia union universidad viceministerio xunta"
    " associacao autarquia camara confederacao conselho consulado corporacao direcao embaixada escola faculdade federacao"
    " fundacao fundo governo ministerio nucleo prefeitura presidencia rede secretaria senado servico sindicato sociedade"
    " superintendencia tribunal uniao universidade agency association bank board bureau center centre chamber college"
    " commission committee council department embassy federation foundation fund government institute ministry network"
    " office parliament school secretariat society university".split()
)
_CODE_LINK = re.compile(r"[^\S\n]?(?:,|/|\(|-|–|—)[^\S\n]?\n?[^\S\n]?|[^\S\n]")
_LINK = re.compile(r"[^\S\n]{0,4}(?:[,(/–—-][^\S\n]{0,4}\n?|\n)?[^\S\n]{0,4}")
_CODE = re.compile(r"([A-Z])\.?\s?([A-Z])(?![\w])\.?")
_WORD_GAP = re.compile(r"[^\S\n]{1,6}(?:\n[^\S\n]{0,6})?|\n[^\S\n]{0,6}|-|\.[^\S\n]?|['’]")

_NEARBY = 250  # code points in which a country named lends itself to a city
_BONUS_HINT, _BONUS_NEARBY, _BONUS_TEXT = 2.0, 1.2, 0.4  # against `prominence`: powers of ten of inhabitants
# Fewest inhabitants of a city named without any support, and behind "en"/"em"/"in" or "de"; set on golden cases.
_BARE_IBERO, _BARE_ELSEWHERE = 150_000, 600_000
_SUPPORTED_IBERO, _SUPPORTED_ELSEWHERE = 10_000, 60_000


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named at `span`; `name` as the text writes it, with line breaks mended.

    `country` is ISO 3166-1 alpha-2 (None for a region of the world), `geonames` the id of a city, coordinates
    in degrees (WGS 84). `embedded` is true where the name is part of a longer one ("Ministerio de Economía de
    Argentina", "Universidad de Salamanca"). `confidence` runs from 0 to 1.
    """

    span: Span
    name: str
    kind: PlaceKind
    country: str | None
    geonames: int | None
    latitude: float | None
    longitude: float | None
    confidence: float
    embedded: bool = False


class _Word(NamedTuple):
    start: int
    end: int
    folded: str
    capital: bool
    upper: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """A known name: words `first` to `last` (half-open)."""

    first: int
    last: int
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a hit."""

    country: str | None  # named right behind it
    states: frozenset[str]  # countries of the state or code right behind it
    located: bool  # "en X", "ciudad de X"
    of: bool  # "de X"
    in_name: bool  # part of an institution's name
    attached: bool  # a capitalised word right before or behind


def find_places(text: str, *, country_hint: str | None = None) -> list[PlaceMention]:
    """Places in `text`, in reading order, without overlaps.

    `country_hint` (ISO 3166-1 alpha-2) is the country that decides between cities of one name where the text
    does not.
    """
    gazetteer = load_gazetteer()
    words = _words(text)
    hits = _hits(text, words, gazetteer)
    countries = [(hit.start, gazetteer.countries[hit.key]) for hit in hits if hit.key in gazetteer.countries]
    mentions = []
    for index, hit in enumerate(hits):
        behind = hits[index + 1] if index + 1 < len(hits) else None
        before = hits[index - 1] if index else None
        around = _around(text, words, hit, before, behind, gazetteer)
        mention = _decide(text, words, hit, around, gazetteer, countries, country_hint)
        if mention is not None:
            mentions.append(mention)
    return mentions


def _words(text: str) -> list[_Word]:
    folded: dict[str, str] = {}
    words = []
    for match in _WORD.finditer(text):
        word = match[0]
        plain = folded.get(word)
        if plain is None:
            plain = folded[word] = _fold_word(word)
        head = word[0]
        words.append(
            _Word(match.start(), match.end(), plain, head.isupper(), len(word) > 1 and word.isupper())
        )
    return words


def _fold_word(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def _hits(text: str, words: Sequence[_Word], gazetteer: Gazetteer) -> list[_Hit]:
    """Longest known names, left to right."""
    hits = []
    at, count = 0, len(words)
    longest = gazetteer.longest
    while at < count:
        word = words[at]
        limit = longest.get(word.folded, 0) if word.capital else 0
        hit = None
        if limit:
            end = _run(text, words, at, min(count, at + limit))
            for stop in range(end, at, -1):
                hit = _hit(words, at, stop, gazetteer)
                if hit is not None:
                    break
        if hit is None:
            at += 1
        else:
            hits.append(hit)
            at = hit.last
    return hits


def _run(text: str, words: Sequence[_Word], first: int, limit: int) -> int:
    """End of the words from `first` that are joined as words of one name are."""
    at = first + 1
    while at < limit:
        before, word = words[at - 1], words[at]
        gap = text[before.end : word.start]
        if gap != " " and not _WORD_GAP.fullmatch(gap):
            break
        if gap[0] == "." and before.end - before.start > 3:
            break
        at += 1
    return at


def _hit(words: Sequence[_Word], first: int, stop: int, gazetteer: Gazetteer) -> _Hit | None:
    key = words[first].folded if stop == first + 1 else " ".join(word.folded for word in words[first:stop])
    world = key in gazetteer.countries or key in gazetteer.regions
    if not world and key not in gazetteer.city_names and key not in gazetteer.subdivisions:
        return None
    if not world and not all(word.capital or word.folded in _CONNECTORS for word in words[first:stop]):
        return None
    if (
        len(key) < 4
        and not (key in gazetteer.countries and words[first].upper)
        and key not in {"lima", "ica"}
    ):
        return None
    if stop == first + 1 and words[first].upper and not _shouting(words, first):
        # A word in capitals among others that are not is an acronym, unless it can hardly be one.
        if not world and (len(key) < 5 or key in gazetteer.needs_support):
            return None
        if len(key) < 4 and key not in gazetteer.countries:
            return None
    return _Hit(first, stop, words[first].start, words[stop - 1].end, key)


def _shouting(words: Sequence[_Word], at: int) -> bool:
    """Whether a neighbour is in capitals too, so that they are the style of the line."""
    return (at > 0 and words[at - 1].upper) or (at + 1 < len(words) and words[at + 1].upper)


def _around(
    text: str,
    words: Sequence[_Word],
    hit: _Hit,
    before: _Hit | None,
    behind: _Hit | None,
    gazetteer: Gazetteer,
) -> _Around:
    country: str | None = None
    states: frozenset[str] = frozenset()
    linked = False
    if behind is not None and behind.start - hit.end <= 12:
        linked = _LINK.fullmatch(text, hit.end, behind.start) is not None
        if linked:
            country = gazetteer.countries.get(behind.key)
            states = gazetteer.subdivisions.get(behind.key, frozenset())
    link = _CODE_LINK.match(text, hit.end)
    if link is not None and country is None:
        code = _CODE.match(text, link.end())
        if code is not None:
            states = gazetteer.state_codes.get((code[1] + code[2]).lower(), frozenset()) or states
    left = words[hit.first - 1] if hit.first else None
    in_name, located, of = False, False, False
    if left is not None and _joined(text, left.end, hit.start):
        at = hit.first - 1
        while at > 0 and words[at].folded in _ARTICLES and _joined(text, words[at - 1].end, words[at].start):
            at -= 1
        lead = words[at].folded
        located = lead in _IN or lead in _CITY_NOUNS
        if lead in _OF and at > 0 and _joined(text, words[at - 1].end, words[at].start):
            of = True
            located = located or words[at - 1].folded in _CITY_NOUNS
            in_name = words[at - 1].folded not in _CITY_NOUNS and _ends_name(text, words, at - 1, before)
    attached = _attached(text, words, hit, before, behind) and not states
    return _Around(country, states, located, of, in_name, attached)


def _joined(text: str, end: int, start: int) -> bool:
    """Whether nothing but white space of one line break at most is between two words."""
    gap = text[end:start]
    return gap == " " or (len(gap) <= 12 and gap.isspace() and gap.count("\n") <= 1)


def _ends_name(text: str, words: Sequence[_Word], at: int, before: _Hit | None) -> bool:
    """Whether the word `at` ends the name of an institution ("Ministerio de Industria, Comercio y Turismo")."""
    capitals = 0
    first = at
    while at >= 0 and first - at < 24:
        word = words[at]
        if word.capital:
            capitals += 1
            if word.folded in _INSTITUTION_NOUNS:
                return True
            start = at
        elif word.folded not in _OF | _ARTICLES | _AND | {"para", "for"}:
            break
        if at == 0:
            break
        gap = text[words[at - 1].end : word.start]
        if not _joined(text, words[at - 1].end, word.start) and not (
            gap.startswith(",") and gap[1:].isspace()
        ):
            break
        at -= 1
    if not words[first].capital or (before is not None and before.last > first >= before.first):
        return False
    # One capitalised word that only begins its sentence is no name.
    return capitals > 1 or not _begins_sentence(text, words[start].start)


def _begins_sentence(text: str, start: int) -> bool:
    lead = text[max(0, start - 6) : start].rstrip(" \t\"'“«¿¡(")
    return not lead or lead[-1] in ".:;!?\n•-–—·*"


def _attached(text: str, words: Sequence[_Word], hit: _Hit, before: _Hit | None, behind: _Hit | None) -> bool:
    """Whether a capitalised word right beside makes the hit part of another name ("Lima Barreto")."""
    if hit.first and not (before is not None and before.last == hit.first):
        left = words[hit.first - 1]
        if (
            left.capital
            and text[left.end : hit.start] in (" ", "-")
            and left.folded not in _OPENERS
            and left.folded not in _CITY_NOUNS
            and not (left.folded in _IN)
        ):
            return True
    if hit.last < len(words) and not (behind is not None and behind.first == hit.last):
        right = words[hit.last]
        if right.capital and text[hit.end : right.start] in (" ", "-") and right.folded not in _OPENERS:
            return True
    return False


def _decide(
    text: str,
    words: Sequence[_Word],
    hit: _Hit,
    around: _Around,
    gazetteer: Gazetteer,
    countries: Sequence[tuple[int, str]],
    hint: str | None,
) -> PlaceMention | None:
    key = hit.key
    readings = gazetteer.readings(key)
    embedded = around.in_name or around.attached
    code = gazetteer.countries.get(key)
    if code is not None and not _city_of_its_country(code, readings, around):
        if key in gazetteer.needs_support and not around.located:
            code = None
        elif not (
            text[hit.end : hit.end + 1] == "$" or (readings and _outweighs(readings, around, code, hint))
        ):
            return _mention(text, hit, "country", code, 0.95 * (0.6 if embedded else 1.0), embedded)
    if key in gazetteer.regions:
        return _mention(text, hit, "region", None, 0.9 * (0.6 if embedded else 1.0), embedded)
    if readings:
        city, confidence = _city(hit, readings, around, gazetteer, countries, hint)
        if city is not None:
            return _mention(
                text, hit, "city", city.city.country, confidence * (0.6 if embedded else 1.0), embedded, city
            )
    return _subdivision(text, hit, around, gazetteer, embedded)


def _city_of_its_country(code: str, readings: Sequence[CityReading], around: _Around) -> bool:
    """ "Guatemala, Guatemala" and "México, D.F.": the first name is the capital's."""
    capital = any(reading.city.capital and reading.city.country == code for reading in readings)
    return capital and (around.country == code or code in around.states)


def _outweighs(readings: Sequence[CityReading], around: _Around, code: str, hint: str | None) -> bool:
    """A city better known than the country of its name: Granada in Spain against Grenada."""
    wanted = around.country or hint
    if wanted is not None and wanted != code:
        return any(reading.city.country == wanted for reading in readings)
    return code not in IBERO_AMERICA and any(
        reading.primary and reading.city.population >= _BARE_IBERO and reading.city.country in IBERO_AMERICA
        for reading in readings
    )


def _city(
    hit: _Hit,
    readings: Sequence[CityReading],
    around: _Around,
    gazetteer: Gazetteer,
    countries: Sequence[tuple[int, str]],
    hint: str | None,
) -> tuple[CityReading | None, float]:
    """The city meant and how sure that is; None where the name is not used for a city here."""
    settled = around.states if around.states else frozenset({around.country} if around.country else ())
    inside = [reading for reading in readings if reading.city.country in settled]
    if inside:
        return max(inside, key=prominence), 0.97
    near, anywhere = _countries_near(hit, countries)

    def weight(reading: CityReading) -> float:
        country = reading.city.country
        bonus = _BONUS_HINT if country == hint else 0.0
        return (
            prominence(reading)
            + bonus
            + (_BONUS_NEARBY if country in near else _BONUS_TEXT if country in anywhere else 0.0)
        )

    best = max(readings, key=weight)
    ambiguous = hit.key in gazetteer.needs_support or _saintly(hit.key)
    city = best.city
    home = city.country in IBERO_AMERICA
    expected = city.country == hint or city.country in near
    if around.attached and not (city.capital or city.population >= 1_000_000):
        return None, 0.0
    if around.located and not around.attached:
        fewest = _SUPPORTED_IBERO if home or expected else _SUPPORTED_ELSEWHERE
        if ambiguous:
            fewest *= 5
        return (best, 0.85) if city.population >= fewest or city.capital else (None, 0.0)
    if ambiguous and not (_saintly(hit.key) and (city.capital or city.population >= 300_000)):
        return None, 0.0
    if around.of and (home or expected) and best.primary and city.population >= 5 * _SUPPORTED_IBERO:
        return best, 0.7
    fewest = _BARE_IBERO if home else _BARE_ELSEWHERE
    known = city.capital or (city.population >= fewest and (best.primary or city.population >= 500_000))
    return (best, 0.75) if known else (None, 0.0)


def _saintly(key: str) -> bool:
    """Names that people, streets and schools share with cities."""
    return key.startswith(("san ", "santa ", "santo ", "sao ", "saint ", "st "))


def _countries_near(hit: _Hit, countries: Sequence[tuple[int, str]]) -> tuple[frozenset[str], frozenset[str]]:
    near = frozenset(code for start, code in countries if abs(start - hit.start) <= _NEARBY)
    return near, frozenset(code for _, code in countries)


def _subdivision(
    text: str, hit: _Hit, around: _Around, gazetteer: Gazetteer, embedded: bool
) -> PlaceMention | None:
    """A state or province: only where its country is beyond doubt, and the name is used for a place."""
    owners = gazetteer.subdivisions.get(hit.key, frozenset())
    if around.country is not None:
        owners &= {around.country}
    if len(owners) != 1 or (hit.key in gazetteer.needs_support and around.country is None):
        return None
    if not (around.located or around.of or around.country or " " in hit.key):
        return None
    return _mention(text, hit, "region", next(iter(owners)), 0.4 if embedded else 0.65, embedded)


def _mention(
    text: str,
    hit: _Hit,
    kind: PlaceKind,
    country: str | None,
    confidence: float,
    embedded: bool,
    reading: CityReading | None = None,
) -> PlaceMention:
    city = reading.city if reading is not None else None
    return PlaceMention(
        span=Span(hit.start, hit.end),
        name=" ".join(text[hit.start : hit.end].split()),
        kind=kind,
        country=country,
        geonames=city.geonames if city is not None else None,
        latitude=city.latitude if city is not None else None,
        longitude=city.longitude if city is not None else None,
        confidence=round(confidence, 3),
        embedded=embedded,
    )
