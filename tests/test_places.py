"""Places read from prose: golden cases in `tests/data/places.csv`, and what must hold for any text.

In the file `\\n` stands for a line break; an expected place is `name:kind:country`, with `+embedded` where it
is part of a longer name.
"""

import csv
import gc
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.settings import load_settings
from ingest.gazetteer import (
    city_country,
    country_code,
    country_name,
    demonym_country,
    load_gazetteer,
)
from ingest.gazetteer_extract import fold
from ingest.places import PlaceMention, find_places

_FILE = Path(__file__).parent / "data" / "places.csv"
_CASES = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))


def _shown(mention: PlaceMention) -> str:
    return f"{mention.name}:{mention.kind}:{mention.country or ''}" + "+embedded" * mention.embedded


def test_no_golden_case_is_dropped() -> None:
    assert len(_CASES) == 127


@pytest.mark.parametrize("case", _CASES, ids=[case["text"] for case in _CASES])
def test_golden_place(case: dict[str, str]) -> None:
    found = find_places(case["text"].replace("\\n", "\n"), country_hint=case["country_hint"] or None)
    assert ";".join(map(_shown, found)) == case["expected"]


def test_a_city_has_its_geonames_id_and_coordinates_and_a_country_has_not() -> None:
    city, country = find_places("Montevideo, Uruguay")
    assert city.geonames == 3441575
    assert city.latitude == pytest.approx(-34.9, abs=0.1)
    assert city.longitude == pytest.approx(-56.2, abs=0.1)
    assert (country.geonames, country.latitude, country.longitude) == (None, None, None)


def test_a_country_named_nearby_decides_between_cities_of_one_name() -> None:
    text = "El encuentro reunió a empresas de {}. La clausura tuvo lugar en Guadalajara."
    assert [m.country for m in find_places(text.format("España"))] == ["ES", "ES"]
    assert [m.country for m in find_places(text.format("México"))] == ["MX", "MX"]


def test_a_word_that_the_text_also_writes_small_is_no_city() -> None:
    assert [m.name for m in find_places("Cali creció.")] == ["Cali"]
    assert find_places("Cali creció; la piedra es cali.") == []


def test_accents_may_be_missing_or_decomposed() -> None:
    for text in ("Bogota, Colombia", "Bogota\N{COMBINING ACUTE ACCENT}, Colombia", "Bogotá, Colombia"):
        assert [(m.kind, m.country) for m in find_places(text)] == [("city", "CO"), ("country", "CO")]


_PLACE = st.sampled_from([
    "Lima", "San", "José", "Santa", "Fe", "Chile", "de", "la", "del", "Ciudad", "en", "México", "D.F.",
    "RJ", ",", ", ",
    "(", ")", "\n", "\n\n", "-", "Ministerio", "Universidad", "República", "Guatemala", "Latina",
    "América", "y", "The",
    "PANAMÁ", "e\N{COMBINING ACUTE ACCENT}", "El", "Salvador", "Granada", "US$", ".",
])  # fmt: skip


@settings(deadline=None)  # time is tested below
@given(st.one_of(st.text(max_size=200), st.lists(_PLACE, max_size=40).map(" ".join)))
def test_any_text_gives_spans_in_order_that_contain_the_name(text: str) -> None:
    at = 0
    for mention in find_places(text):
        assert at <= mention.span.start < mention.span.end <= len(text)
        at = mention.span.end
        assert mention.name == " ".join(text[mention.span.start : mention.span.end].split())
        assert 0 < mention.confidence <= 1
        assert (mention.geonames is not None) == (mention.kind == "city")
        assert mention.country is not None or mention.kind == "region"


@pytest.mark.parametrize(
    "piece", ["San ", "Santa Maria de los ", "Chile ", "Lima, ", "de ", "D.F.", "A", " ", "la "]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    load_gazetteer()

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        gc.collect()  # the objects of the tests before are not what is measured
        gc.freeze()
        start = time.process_time()
        find_places(text)
        return time.process_time() - start

    # Four times the text: about four times the time; sixteen would be quadratic. 0.3 s is noise.
    assert seconds(80_000) < 9 * seconds(20_000) + 0.3


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("España", "ES"), ("Espanha", "ES"), ("Spain", "ES"), ("Brasil", "BR"), ("Brazil", "BR"),
        ("EE. UU.", "US"),
        ("EUA", "US"), ("Estados Unidos de América", "US"), ("Reino Unido", "GB"), ("Países Bajos", "NL"),
        ("Holanda", "NL"), ("the Netherlands", "NL"), ("República Bolivariana de Venezuela", "VE"),
        ("Estado Plurinacional de Bolivia", "BO"), ("República de Panamá", "PA"),
        ("REPUBLICA DOMINICANA", "DO"),
        ("El Salvador", "SV"), ("Costa do Marfim", "CI"), ("Coreia do Sul", "KR"), ("Cabo Verde", "CV"),
        ("Madrid", None), ("MERCOSUR", None), ("América Latina", None), ("", None),
    ],
)  # fmt: skip
def test_country_codes_by_name_in_three_languages(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_every_country_has_a_name_in_three_languages_that_leads_back_to_it() -> None:
    labels = load_gazetteer().country_labels
    assert set(labels) == {"es", "pt", "en"}
    assert len(labels["es"]) == len(labels["pt"]) == len(labels["en"]) == 249
    wrong = {
        (language, code, name)
        for language, names in labels.items()
        for code, name in names.items()
        if country_code(name) != code
    }
    assert wrong == set()
    assert country_name("pt", language="en") == "Portugal"
    assert country_name("ZZ") is None


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("española", "ES"), ("Venezolana", "VE"), ("costarricense", "CR"), ("brasileiras", "BR"),
        ("alemã", "DE"),
        ("Spanish", "ES"), ("Brazilian", "BR"), ("norte-americanos", "US"), ("portugueses", "PT"),
        ("gallegos", None),
        ("iberoamericano", None), ("latinoamericana", None), ("europea", None),
    ],
)  # fmt: skip
def test_demonyms_lead_to_their_country(word: str, code: str | None) -> None:
    assert demonym_country(word) == code


def test_a_hint_decides_between_cities_of_one_name_only_where_the_country_has_one() -> None:
    assert city_country("Córdoba") == "AR"
    assert city_country("Córdoba", hint="ES") == "ES"
    assert city_country("Montevideo", hint="ES") == "UY"
    assert city_country("Nowhereville") is None


def test_lexicon_names_are_folded_so_that_they_can_match() -> None:
    needing = load_gazetteer().needs_support
    assert {name for name in needing if fold(name) != name} == set()


def test_a_damaged_extract_in_the_cache_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDPYME_CACHE", str(tmp_path))
    load_settings.cache_clear()
    load_gazetteer.cache_clear()
    try:
        before = load_gazetteer()
        (extract,) = tmp_path.iterdir()
        whole = extract.read_bytes()
        extract.write_bytes(whole[: len(whole) // 2])
        load_gazetteer.cache_clear()
        assert load_gazetteer() == before
        assert extract.read_bytes() == whole
    finally:
        load_settings.cache_clear()
        load_gazetteer.cache_clear()


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REDPYME_CACHE", str(tmp_path / "file"))
    load_settings.cache_clear()
    load_gazetteer.cache_clear()
    try:
        assert load_gazetteer().countries["chile"] == "CL"
    finally:
        load_settings.cache_clear()
        load_gazetteer.cache_clear()
