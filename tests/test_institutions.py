"""Names of institutions: where they end, what they are, their country, acronym and the body they are part of.

The cases are in `data/institutions.csv`; institutions of one sentence are separated by "|".
"""

import csv
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest.acronyms import acronym_fits, is_acronym
from ingest.gazetteer import demonym_country
from ingest.institution_mentions import InstitutionMention, Known, shifted
from ingest.institutions import InstitutionFinder
from ingest.known_names import authority_names, names_defined
from ingest.lexicon import pattern, phrases, word_types, words
from ingest.tokens import fold, tokenise
from ingest.well_known_places import is_place, place_country

CASES = list(
    csv.DictReader(
        (Path(__file__).parent / "data" / "institutions.csv").read_text(encoding="utf-8").splitlines()
    )
)


def finder(language: str, *defined: tuple[str, Known]) -> InstitutionFinder:
    known = authority_names().extended(defined) if defined else authority_names()
    return InstitutionFinder(known, country_of=place_country, demonym_of=demonym_country, language=language)


def told(found: list[InstitutionMention]) -> dict[str, str]:
    """The mentions as a row of the file."""
    columns = {
        "names": [m.name for m in found],
        "types": [m.type for m in found],
        "countries": [m.country for m in found],
        "acronyms": [m.acronym for m in found],
        "unit_of": [found[m.unit_of].name if m.unit_of is not None else None for m in found],
        "rules": [m.rule for m in found],
    }
    return {name: "|".join(value or "" for value in values) for name, values in columns.items()}


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 89
    assert {case["language"] for case in CASES} == {"es", "pt", "en"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_institutions_of_a_sentence(case: dict[str, str]) -> None:
    found = finder(case["language"]).find(case["text"])
    assert told(found) == {column: case[column] for column in told([])}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_mentions_are_in_order_and_apart(case: dict[str, str]) -> None:
    found = finder(case["language"]).find(case["text"])
    assert all(0 <= m.start < m.end <= len(case["text"]) for m in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_a_name_that_the_document_defines_is_known_by_its_acronym() -> None:
    text = "La Asociación de Herreros del Llano (ASHERLLA) firmó."
    defined = names_defined([text], [finder("es").find(text)], is_place)
    (mention,) = finder("es", *defined).find("ASHERLLA pagó el viaje.")
    assert (mention.name, mention.rule) == ("ASHERLLA", "known-acronym")
    assert mention.type == "chamber-or-business-association"


@pytest.mark.parametrize(
    ("acronym", "name", "fits"),
    [
        ("ACUVAL", "Asociación de Curtidores del Valle", True),
        ("SEPYME", "Secretaría de la Pequeña y Mediana Empresa", True),
        ("CBA", "Caribbean Boatbuilders Association", True),
        ("REMEP", "Rede de Mulheres Empreendedoras do Pará", True),
        ("XYZ", "Fundación Telares Vivos", False),
        ("BID", "Universidad de Montevideo", False),
    ],
)
def test_an_acronym_fits_the_name_that_it_abbreviates(acronym: str, name: str, fits: bool) -> None:
    assert (acronym_fits(acronym, name) > 0.6) is fits


@pytest.mark.parametrize("word", ["CEPAL", "iNNpulsa", "ProChile"])
def test_what_may_be_an_acronym(word: str) -> None:
    assert is_acronym(tokenise(word)[0])


@pytest.mark.parametrize("word", ["PYME", "MIPYMES", "XIV", "EST", "Lima", "McDowell"])
def test_what_is_no_acronym(word: str) -> None:
    assert not is_acronym(tokenise(word)[0])


def test_a_moved_mention_keeps_all_but_its_place() -> None:
    text = "La Facultad de Artes de la Universidad de Montevideo (UDEM) abrió."
    unit, body = finder("es").find(text)
    assert unit.unit_of == 1
    moved = shifted(body, 10, 2)
    assert (moved.start, moved.end, moved.name) == (body.start + 10, body.end + 10, body.name)
    assert shifted(unit, 0, 2).unit_of == 3
    assert shifted(moved, -10, -2) == body


def lexicon_file(name: str) -> dict[str, Any]:
    return tomllib.loads(files("ingest").joinpath("lexicon", name).read_text(encoding="utf-8"))


def test_the_word_lists_are_folded() -> None:
    """A word with an accent or a capital in a list would never be found."""
    lists = lexicon_file("words.toml")
    assert len(lists) >= 35
    for name, listed in lists.items():
        if not isinstance(listed, dict):
            found = words(name)
        elif any(isinstance(kinds, list) for kinds in listed.values()):
            found = phrases(name)
        else:
            found = word_types(name)
        for word in found:
            assert word == fold(word), f"{word!r} in {name}"


def test_each_pattern_says_what_it_is_for_and_compiles() -> None:
    patterns = lexicon_file("patterns.toml")
    assert len(patterns) > 35
    for name, entry in patterns.items():
        assert pattern(name).pattern, name
        assert entry["why"], name


def test_a_list_or_pattern_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("no such list")
    with pytest.raises(KeyError):
        pattern("no such pattern")
