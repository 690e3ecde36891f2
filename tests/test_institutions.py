"""Names of institutions: where they end, what they are, their country, acronym and the body they are part of.

The cases are in `data/institutions.csv`; institutions of one sentence are separated by "|".
"""

import csv
import hashlib
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from graph.model import Document
from ingest.acronym_types import type_of_acronym
from ingest.acronyms import acronym_fits, is_acronym
from ingest.extraction import extract
from ingest.gazetteer import demonym_country
from ingest.institution_mentions import InstitutionMention, Known, shifted
from ingest.institutions import InstitutionFinder
from ingest.known_names import authority_names, names_defined
from ingest.lexicon import pattern, phrases, word_types, words
from ingest.person_names import find_persons
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
    assert len(CASES) == 142
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


@pytest.mark.parametrize(
    "word", ["PYME", "MIPYMES", "DMOs", "B2B", "Made-in-Lima", "XIV", "EST", "Lima", "McDowell"]
)
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


def actors_of(text: str) -> dict[str, str | None]:
    """The actors of a document and the country of each."""
    document = Document(hashlib.sha256(text.encode()).hexdigest(), "nota.txt", "text/plain", text)
    return {actor.name: actor.country for actor in extract(document).actors}


def test_what_nothing_places_is_of_the_country_that_the_text_is_about() -> None:
    countries = actors_of(
        "Los talleres chilenos se reunieron en Valdivia, Chile. Hablaron la Cámara de Mimbreros del Llano y "
        "la Red Mundial de Oficios; escribió la Cámara de Herreros de Colombia."
    )
    assert countries == {
        "Cámara de Mimbreros del Llano": "CL",
        "Red Mundial de Oficios": None,
        "Cámara de Herreros de Colombia": "CO",
    }


def test_a_text_about_several_countries_places_nobody() -> None:
    countries = actors_of(
        "Vinieron de Chile, de Bolivia y del Perú.\n\nHabló la Cámara de Mimbreros del Llano.\n\n"
        "Siguen Ecuador y Uruguay."
    )
    assert countries == {"Cámara de Mimbreros del Llano": None}


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Asociación Rosarina de Tintoreros", "AR"),
        ("Associação Gaúcha de Cesteiros", "BR"),
        ("Gobernación de Boyacá", "CO"),
        ("Universidad del Quindío", "CO"),
        ("Instituto de Ofícios do Vale do Lima", None),
    ],
)
def test_a_region_tells_the_country(name: str, country: str | None) -> None:
    assert actors_of(f"Firmó: {name}.") == {name: country}


def test_the_short_name_of_an_event_is_no_institution() -> None:
    found = actors_of(
        "Del 20 al 23 de junio de 2018 se realizó en Bogotá la VI Feria Internacional del Mimbre – FIMI.\n\n"
        "En FIMI habrá charlas de la FIMBRE."
    )
    assert "FIMI" not in found
    assert "FIMBRE" in found


def test_an_acronym_alone_behind_an_event_is_where_it_was_held() -> None:
    assert "UMIS" in actors_of("Julio, 20-23. I Encuentro de Cesteros. UMIS. Cartagena de Indias, Colombia.")


def test_a_word_in_capitals_that_the_text_also_writes_small_is_no_acronym() -> None:
    assert not actors_of("Vea la MUESTRA, la MUESTRA de cestas. Esta muestra abre el 3 de mayo de 2019.")


def test_a_name_said_alone_elsewhere_ends_before_what_it_went_to() -> None:
    found = actors_of("La Red Vecinal en Mercado Abierto habló mucho. Contó la Red Vecinal lo que hace.")
    assert list(found) == ["Red Vecinal"]


def test_a_list_of_one_country_lends_it_to_its_members() -> None:
    countries = actors_of(
        "Socios, en Lima, Quito y Bogotá:\n\n- Asociación Chilena de Curtidores (ACHC)\n- Banco de Chile\n"
        "- Cámara de Mimbreros del Llano\n"
    )
    assert countries["Cámara de Mimbreros del Llano"] == "CL"


def test_the_short_beginning_of_a_name_is_the_same_institution() -> None:
    found = actors_of(
        "The Marrow Institute for Boat Research opened. The Marrow Institute pays. So does Marrow College."
    )
    assert list(found) == ["Marrow Institute for Boat Research", "Marrow College"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("El taller fue organizado por la UFSZ.", "university"),
        ("El taller fue organizado por Fedecurtidores.", "chamber-or-business-association"),
        ("El taller fue organizado por FUNDATELAR.", "ngo-foundation"),
        ("El taller fue organizado por la Radio Loma Alta.", "media"),
        ("El taller fue organizado por los medios Loma y Ladera.", "media"),
    ],
)
def test_the_form_of_a_short_name_or_the_noun_before_it_tells_the_type(text: str, kind: str) -> None:
    document = Document(hashlib.sha256(text.encode()).hexdigest(), "nota.txt", "text/plain", text)
    assert {actor.type for actor in extract(document).actors} == {kind}


def test_who_holds_an_office_is_no_institution() -> None:
    found = actors_of(
        "Vieram o secretário de Estado da Economia, João Lima, e a ministra da Cultura de Portugal."
    )
    assert found == {"Secretaria de Estado da Economia": None, "Ministério da Cultura de Portugal": "PT"}


@pytest.mark.parametrize(
    "text",
    [
        "Organizadores:\n\n- Telares del Sur\n- Hilo Rojo Lima\n- Taller de Luz 19",
        "La feria fue organizada por Telares del Sur, la CEPAL, Hilo Rojo Lima y Taller de Luz 19.",
        "Con el apoyo de:\nTelares del Sur\nHilo Rojo Lima\nTaller de Luz 19\n\nMás abajo sigue la nota.",
    ],
)
def test_a_label_or_a_cue_makes_names_of_no_known_form_those_of_institutions(text: str) -> None:
    assert {"Telares del Sur", "Hilo Rojo Lima"} <= actors_of(text).keys()


@pytest.mark.parametrize(
    "text",
    [
        "Organizadores:\n\n- Ana Ruiz\n- Pedro Lima\n- Telar Abierto",
        "La feria fue organizada por Ana Ruiz y Pedro Lima.",
        "La feria fue organizada por Yuraima Quispe en la plaza.",
        "Vinieron de la provincia de San Luis. Habló Eva Paz, diputada por la provincia de San Luis.",
        "Eva Paz, directora de Sostenibilidad Ambiental, abrió la feria.",
        "Eva Paz (Moderadora) y Luis Gil (Arequipa) abrieron la feria.",
    ],
)
def test_persons_places_and_departments_are_no_institutions(text: str) -> None:
    assert not actors_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Abrieron Ana Ruiz (Telarista Sur) y Eva Paz (Cestalia) la feria.",
        "Abrió la feria Eva Paz, zootecnista y cofundadora de Cestalia.",
        "Ana Ruiz y Eva Paz del Cestalia abrieron la feria.",
    ],
)
def test_who_a_person_works_for_is_an_institution(text: str) -> None:
    assert "Cestalia" in actors_of(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Abrió la Universidad Técnica de Tejidos. El rector de la UTT habló.",
            "Universidad Técnica de Tejidos",
        ),
        ("Abrió la Iniciativa de Hilos Vivos (IHV). La Iniciativa IHV siguió.", "Iniciativa de Hilos Vivos"),
        ("Abrió el programa Hilos y Telas. El Programa Hilos y Telas siguió.", "Programa Hilos y Telas"),
        ("Falou a Escola Municipal Hilda Pires. A Escola Hilda Pires abriu.", "Escola Municipal Hilda Pires"),
        ("Abrió FLACSO Ecuador. Habló la FLACSO.", "FLACSO Ecuador"),
    ],
)
def test_short_and_long_forms_of_a_name_are_one_institution(text: str, name: str) -> None:
    assert list(actors_of(text)) == [name]


def test_universities_whose_names_differ_by_an_adjective_are_two() -> None:
    found = actors_of("Firmaron la Universidad Autónoma de Tarija y la Universidad Técnica de Tarija.")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("acronym", "kind"),
    [("UFXZ", "university"), ("MINZAR", "ministry"), ("MINSA", "ministry"), ("Hilo", None), ("QZX", None)],
)
def test_the_first_letters_of_an_acronym_tell_its_type(acronym: str, kind: str | None) -> None:
    assert type_of_acronym(acronym) == kind


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Abrió la Dirección de Museos de la Universidad de Tarija.", "Dirección de Museos", "university"),
        (
            "Abrió el Observatorio del Telar del Ministerio de Industria.",
            "Observatorio del Telar",
            "government-agency",
        ),
        (
            "Vinieron la Alcaldía de Tarija, el Ministerio de Industria, la Policía Nacional y ZURTEL.",
            "ZURTEL",
            "government-agency",
        ),
        ("El taller fue organizado por Redes de Loma Alta.", "Redes de Loma Alta", "network"),
        ("Estas son las empresas:\n\n- TELARVIVO, hilos\n- HiloNube, telas", "HiloNube", "company"),
        ("El taller fue organizado por Hilos Seguridad.", "Hilos Seguridad", "company"),
        ("El taller fue organizado por Incuba Lana.", "Incuba Lana", "programme"),
        ("Universidades participantes:\n\n- HiloNube, de Loja (HN)\n- Telas", "HiloNube", "university"),
    ],
)
def test_the_body_the_list_or_the_first_word_tells_the_type(text: str, name: str, kind: str) -> None:
    document = Document(hashlib.sha256(text.encode()).hexdigest(), "nota.txt", "text/plain", text)
    assert {actor.name: actor.type for actor in extract(document).actors}[name] == kind


def test_a_list_behind_a_cue_goes_on_with_names_whose_first_word_is_a_common_noun() -> None:
    found = actors_of("La feria fue organizada por Club Hilo y Polo IT Llano. Es la Desk de los Growers.")
    assert found.keys() == {"Club Hilo", "Polo IT Llano"}


@pytest.mark.parametrize(
    "text",
    [
        "Abrieron representantes de Hilo Rojo, Cestalia y el Banco Telar.",
        "La CEPAL, Cestalia y el Banco Telar convocan a los jóvenes.",
        "El Banco Telar, la CEPAL, Hilo Rojo y Cestalia convocan a los jóvenes.",
        "La feria fue organizada por Cestalia en Lima.",
    ],
)
def test_a_name_in_a_list_ends_before_a_verb_or_a_small_word(text: str) -> None:
    assert "Cestalia" in actors_of(text)


def test_a_ministry_ends_before_the_next_body_of_a_list() -> None:
    found = actors_of("The Ministry of Looms and Dyes, Textile Institute of Jamaica and Bank of Looms met.")
    assert "Ministry of Looms and Dyes" in found


def test_an_office_is_no_person_and_its_holder_is_one() -> None:
    text = (
        "El Secretario General de la SEGIB habló con el Director Ejecutivo Juan Pérez, del Banco del Valle."
    )
    assert [p.name for p in find_persons(text, taken=(), is_place=is_place)] == ["Juan Pérez"]


def test_a_body_that_the_authority_file_names_whole_is_not_told_as_a_unit_of_another() -> None:
    finder = InstitutionFinder(
        authority_names(), country_of=place_country, demonym_of=demonym_country, language="es"
    )
    [centre] = finder.find("La sede: Centro de Formación de la Cooperación Española.")
    assert centre.authority == "centro-formacion-cooperacion-espanola"


def test_other_items_of_a_list_of_institutions_are_institutions_too() -> None:
    listed = "Apoyan:\n\n- Universidad de Loja\n- Telar Vivo\n- Cámara de Hilos de Loja\n- Cinco ovejas\n"
    assert "Telar Vivo" in actors_of(listed)
    assert "Cinco ovejas" not in actors_of(listed)


def test_a_body_behind_a_person_ends_before_its_country() -> None:
    told_of = actors_of("Estiveram presentes Camilo Cantos do Telar Vivo (CO) e Laila Paz do Citihilo (ES).")
    assert told_of == {"Telar Vivo": "CO", "Citihilo": "ES"}


def test_a_country_before_a_colon_is_that_of_the_names_behind_it() -> None:
    told_of = actors_of("Vinieron:\n\n- Guatemala: Red del Hilo\n- Chile: Fundación Telar y Red Lanera\n")
    assert told_of == {"Red del Hilo": "GT", "Fundación Telar": "CL", "Red Lanera": "CL"}


def test_a_shortened_name_is_the_longer_one_that_ends_with_the_same_acronym() -> None:
    text = "Nació el Clube de Debates da LPR. El Clube da LPR organizó ligas."
    assert [name for name in actors_of(text) if "Clube" in name] == ["Clube de Debates da LPR"]


def test_societies_of_students_and_debaters_are_none_of_trade() -> None:
    document = Document("0" * 64, "nota.txt", "text/plain", "Vino la Asociación de Estudiantes de Lanería.")
    assert [actor.type for actor in extract(document).actors] == ["ngo-foundation"]


def test_an_institution_named_often_tells_the_country_of_the_text() -> None:
    often = "A Sociedade Lanar nasceu na Universidade do Porto. "
    often += (
        "A Universidade do Porto cresce. É da Universidade do Porto a sala. Viva a Universidade do Porto! "
    )
    assert (
        actors_of(often + "Foram a Viena, Pequim, Budapeste, Belgrado e Manila.")["Sociedade Lanar"] == "PT"
    )
