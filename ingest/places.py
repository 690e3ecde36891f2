"""Places in prose: known names, decided by what stands around them.

A country, state or state code right behind a name settles which city it is ("San José, Costa Rica";
"Resende, RJ"); else countries named nearby and the size of the cities do. A name that is also a common noun
or a surname, or that of a small city, is a place only where something around says so. Time is linear in the
length of the text, but for a logarithm of the number of countries it names.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.model import Span
from ingest.gazetteer import City, CityReading, Gazetteer, load_gazetteer, prominence
from ingest.gazetteer_extract import IBERO_AMERICA
from ingest.place_names import Around, Hit, find_hits, linked, read_around, read_words

PlaceKind = Literal["city", "country", "region"]

_NEARBY = 250  # code points in which a country named lends itself to a city
# Against `prominence`, so about powers of ten of inhabitants; set on the golden cases.
_BONUS_HINT, _BONUS_NEARBY, _BONUS_TEXT = 2.0, 1.2, 0.4
# Fewest inhabitants of a city named without any support, and behind "en"/"em"/"in"; set on the golden cases.
_BARE_IBERO, _BARE_ELSEWHERE, _BARE_OTHER_NAME = 150_000, 600_000, 500_000
_LOCATED_IBERO, _LOCATED_ELSEWHERE = 10_000, 60_000
_OF_IBERO = 50_000
_AMBIGUOUS_TIMES = 5  # so many times the inhabitants where the name is also a plain word
_ATTACHED = 1_000_000  # "Monterrey Digital": smaller cities beside a capitalised word are part of a name
_SAINT = 300_000
_TOWN = 20_000
_EMBEDDED_TIMES = 0.6


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


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the whole text says for each of its hits."""

    text: str
    gazetteer: Gazetteer
    plain_words: frozenset[str]  # folded words that the text also writes without a capital
    country_starts: tuple[int, ...]
    country_codes: tuple[str, ...]
    anywhere: frozenset[str]
    hint: str | None

    def near(self, hit: Hit) -> frozenset[str]:
        low = bisect_left(self.country_starts, hit.start - _NEARBY)
        return frozenset(self.country_codes[low : bisect_right(self.country_starts, hit.start + _NEARBY)])

    def ambiguous(self, hit: Hit) -> bool:
        return hit.key in self.gazetteer.needs_support or hit.key in self.plain_words


def find_places(text: str, *, country_hint: str | None = None) -> list[PlaceMention]:
    """Places in `text`, in reading order, without overlaps.

    `country_hint` (ISO 3166-1 alpha-2) is the country that decides between cities of one name where the text
    does not.
    """
    gazetteer = load_gazetteer()
    words = read_words(text)
    hits = find_hits(text, words, gazetteer)
    named = [(hit.start, gazetteer.countries[hit.key]) for hit in hits if hit.key in gazetteer.countries]
    scene = _Scene(
        text=text,
        gazetteer=gazetteer,
        plain_words=frozenset(word.folded for word in words if not word.capital),
        country_starts=tuple(start for start, _ in named),
        country_codes=tuple(code for _, code in named),
        anywhere=frozenset(code for _, code in named),
        hint=country_hint,
    )
    mentions: list[PlaceMention] = []
    for index, hit in enumerate(hits):
        before = hits[index - 1] if index else None
        behind = hits[index + 1] if index + 1 < len(hits) else None
        around = read_around(text, words, hit, before=before, behind=behind, gazetteer=gazetteer)
        previous = mentions[-1] if mentions and before and mentions[-1].span.start == before.start else None
        mention = _decide(scene, hit, around, before, previous)
        if mention is not None:
            mentions.append(mention)
    return mentions


def _decide(
    scene: _Scene, hit: Hit, around: Around, before: Hit | None, previous: PlaceMention | None
) -> PlaceMention | None:
    """What the hit is used for; None where for no place. `previous` is the mention at the hit `before`."""
    gazetteer = scene.gazetteer
    readings = gazetteer.readings(hit.key)
    embedded = around.in_name or around.attached
    if previous is not None and before is not None and before.last == hit.first:
        # "Observatorio Europa-América Latina" is one name.
        embedded = embedded or (previous.embedded and scene.text[before.end : hit.start] in (" ", "-"))
    code = gazetteer.countries.get(hit.key)
    if code is not None and _is_country(scene, hit, around, code, readings):
        return _mention(scene, hit, "country", code, 0.95, embedded)
    if hit.key in gazetteer.regions:
        return _mention(scene, hit, "region", None, 0.9, embedded)
    owners = gazetteer.subdivisions.get(hit.key, frozenset())
    if previous is not None and before is not None and previous.kind == "city" and previous.country in owners:
        behind_its_city = linked(scene.text, before, hit)
        if behind_its_city:
            return _mention(scene, hit, "region", previous.country, 0.8, embedded)
    reading, confidence = _city(scene, hit, around, readings) if readings else (None, 0.0)
    if reading is None or _rather_state(reading, owners, around):
        return _state(scene, hit, around, owners, embedded)
    return _mention(scene, hit, "city", reading.city.country, confidence, embedded, reading.city)


def _is_country(scene: _Scene, hit: Hit, around: Around, code: str, readings: Sequence[CityReading]) -> bool:
    if scene.text[hit.end : hit.end + 1] == "$":
        return False
    if hit.key in scene.gazetteer.head_nouns:
        return False
    if hit.key in scene.gazetteer.needs_support and not around.located:
        return False
    if hit.key == "salvador" and around.country != code:
        return False  # without its article it is the city of Bahia, or somebody's name
    capital = any(reading.city.capital and reading.city.country == code for reading in readings)
    if capital and (around.country == code or code in around.states):
        return False  # "Guatemala, Guatemala", "México, D.F.": the first is the city
    wanted = around.country or scene.hint
    if wanted is not None and wanted != code:
        return not any(reading.city.country == wanted for reading in readings)
    # A city better known than the country of its name: Granada in Spain against Grenada.
    return code in IBERO_AMERICA or not any(
        reading.primary and reading.city.population >= _BARE_IBERO and reading.city.country in IBERO_AMERICA
        for reading in readings
    )


def _city(
    scene: _Scene, hit: Hit, around: Around, readings: Sequence[CityReading]
) -> tuple[CityReading | None, float]:
    """The city meant and how sure that is; None where the name is not used for a city here."""
    for settled in (frozenset({around.country}), around.states):
        inside = [reading for reading in readings if reading.city.country in settled]
        if inside:
            return max(inside, key=prominence), 0.97
    if hit.key in scene.gazetteer.head_nouns or around.country in IBERO_AMERICA:
        return None, 0.0  # the country said behind it has no such city
    near = scene.near(hit)

    def weight(reading: CityReading) -> float:
        country = reading.city.country
        named = _BONUS_NEARBY if country in near else _BONUS_TEXT if country in scene.anywhere else 0.0
        return prominence(reading) + named + (_BONUS_HINT if country == scene.hint else 0.0)

    if scene.ambiguous(hit):
        # "em Salvador": where the name is a word as well, the city that bears it before those called so too
        readings = [reading for reading in readings if reading.primary] or readings
    best = max(readings, key=weight)
    city = best.city
    home = city.country in IBERO_AMERICA
    expected = home or city.country == scene.hint or city.country in near
    saint = hit.key.startswith(("san ", "santa ", "santo ", "sao ", "saint ", "st "))
    if (around.attached or around.continued) and not (city.capital or city.population >= _ATTACHED):
        return None, 0.0
    if scene.ambiguous(hit) and not best.primary:
        return None, 0.0
    if around.located and not around.attached:
        fewest = _LOCATED_IBERO if expected else _LOCATED_ELSEWHERE
        fewest *= _AMBIGUOUS_TIMES if saint or scene.ambiguous(hit) else 1
        return (best, 0.85) if city.capital or city.population >= fewest else (None, 0.0)
    # People, streets and schools share their names with cities: only what is big enough counts.
    if scene.ambiguous(hit) or (saint and not city.capital and city.population < _SAINT):
        return None, 0.0
    if around.of and expected and best.primary and city.population >= _OF_IBERO:
        return best, 0.7
    return (best, 0.75) if city.capital or _well_known(best) else (None, 0.0)


def _well_known(reading: CityReading) -> bool:
    city = reading.city
    fewest = _BARE_IBERO if city.country in IBERO_AMERICA else _BARE_ELSEWHERE
    return city.population >= (fewest if reading.primary else max(fewest, _BARE_OTHER_NAME))


def _rather_state(reading: CityReading, owners: frozenset[str], around: Around) -> bool:
    """A state better known than a city of its name ("Nuevo León"), unless the text settles on the city."""
    if around.country is not None or around.states or len(owners) != 1:
        return False
    city = reading.city
    if city.country in owners:  # a province and its main town: "Salamanca"
        return city.population < _TOWN
    return not (city.capital or _well_known(reading))


def _state(
    scene: _Scene, hit: Hit, around: Around, owners: frozenset[str], embedded: bool
) -> PlaceMention | None:
    """A state or province: only where its country is beyond doubt and the name is used for a place."""
    if around.country is not None:
        owners &= {around.country}
    if len(owners) != 1 or (scene.ambiguous(hit) and around.country is None):
        return None
    if not (around.located or around.of or around.country or " " in hit.key):
        return None
    return _mention(scene, hit, "region", next(iter(owners)), 0.65, embedded)


def _mention(
    scene: _Scene,
    hit: Hit,
    kind: PlaceKind,
    country: str | None,
    confidence: float,
    embedded: bool,
    city: City | None = None,
) -> PlaceMention:
    return PlaceMention(
        span=Span(hit.start, hit.end),
        name=" ".join(scene.text[hit.start : hit.end].split()),
        kind=kind,
        country=country,
        geonames=city.geonames if city is not None else None,
        latitude=city.latitude if city is not None else None,
        longitude=city.longitude if city is not None else None,
        confidence=round(confidence * (_EMBEDDED_TIMES if embedded else 1.0), 3),
        embedded=embedded,
    )
