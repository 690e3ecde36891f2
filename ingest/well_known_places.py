"""Places that a name tells by itself, without its context: for names of institutions, titles and persons.

In: a run of words as written. Out: the ISO 3166-1 alpha-2 code of its country, or whether it is a place at
all. `ingest.places` decides places in their context; these tests only keep rules from taking a place for
something else.
"""

from collections.abc import Callable
from functools import lru_cache

from ingest.gazetteer import city_country, country_code, demonym_country, fold, load_gazetteer, prominence

CountryOf = Callable[[str], str | None]
"""Gives the ISO 3166-1 alpha-2 code for a name, None where the name says none."""

PlaceTest = Callable[[str], bool]
"""Whether a run of words is a place on its own."""


_KNOWN_CITY = 5.8
"""Least prominence (power of ten of inhabitants, raised for Ibero-America) of a city that its name alone
tells.
"""


def country_of(name: str) -> str | None:
    """ISO code of a country, a demonym or a well-known city; None for other words."""
    return country_code(name) or (demonym_country(name) if " " not in name.strip() else None) or _city(name)


def place_country(name: str) -> str | None:
    """ISO code of a country or a well-known city; None for other words."""
    return country_code(name) or _city(name)


def is_place(name: str) -> bool:
    """Whether a run of words is a place on its own: a country, a well-known city or a region of the world."""
    return country_code(name) is not None or _city(name) is not None or fold(name) in load_gazetteer().regions


def may_be_place(name: str) -> bool:
    """Whether a run of words is also the name of a part of a country or, of several words, of any town."""
    folded = fold(name)
    gazetteer = load_gazetteer()
    return (
        is_place(name)
        or folded in gazetteer.subdivisions
        or (" " in name and bool(gazetteer.readings(folded)))
    )


@lru_cache(maxsize=65536)
def _city(name: str) -> str | None:
    """Country of a city whose name means nothing else."""
    if not name[:1].isupper() or len(name) <= 3:
        return None
    gazetteer = load_gazetteer()
    folded = fold(name)
    if folded in gazetteer.needs_support:
        return None
    if not any(prominence(reading) >= _KNOWN_CITY for reading in gazetteer.readings(folded)):
        return None
    return city_country(name)
