"""What a query is understood to name, and filters and facets over an index of any shape."""

import csv
import random
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from graph.model import Span
from search_api.embedding.encoder import HashingEncoder
from search_api.search.columns import FACETS, Filters
from search_api.search.engine import SearchEngine
from search_api.search.entries import MENTIONED, ActorRef, IndexEntry, Ref, ThemeRef
from search_api.search.index import open_index, write_index
from search_api.search.query_names import Named, Names, common_names, label_in
from search_api.search.query_understanding import Thing, interpret
from search_api.search.results import SearchRequest, SearchResponse

ENCODER = HashingEncoder()
WORDS = (
    "aval crédito exportar feria taller red joven mujer café cuero puerto norma aula banco semilla".split()
)
THEMES = ["tic", "innovacion", "calidad"]
QUERY = "aval crédito taller"
DATA = Path(__file__).parent / "data"


def cases(name: str) -> list[dict[str, str]]:
    """The rows of a file of cases."""
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


CASES, LANGUAGES = cases("understood_queries.csv"), cases("query_languages.csv")
NAMES = Names(
    [
        *common_names(),
        ("Montevideo", Named("place", "uy-montevideo", "Montevideo")),
        ("IDP", Named("actor", "instituto-de-prueba-uy", "Instituto de Prueba")),
        ("SE", Named("actor", "secretaria", "Secretaría de Ejemplos")),
        ("Banco Imaginario", Named("actor", "banco-imaginario", "Banco Imaginario")),
        ("Asociación de Expositores", Named("actor", "asociacion", "Asociación de Expositores")),
        ("Panamá", Named("place", "pa-panama", "Panamá")),
        ("Progreso", Named("place", "uy-progreso", "Progreso")),
        ("PEN", Named("actor", "pen", "Plataforma de Ejemplos Nuevos")),
        ("Produce", Named("actor", "produce", "Produce")),
    ]
)


# What a query names


def test_no_case_is_dropped() -> None:
    assert (len(CASES), len(LANGUAGES)) == (48, 38)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"])
def test_a_query_is_understood(case: dict[str, str]) -> None:
    understood = interpret(case["query"], NAMES)
    found = {f"{soft.named.kind}:{soft.named.key}" for soft in understood.filters}
    assert found == set(case["understood"].split())
    if case["language"]:
        assert understood.language == case["language"]


@pytest.mark.parametrize("case", LANGUAGES, ids=lambda case: case["query"])
def test_the_language_of_a_question_of_few_words_is_told(case: dict[str, str]) -> None:
    assert interpret(case["query"], NAMES).language == case["language"]


def test_what_was_understood_says_from_which_words() -> None:
    query = "quién patrocinó talleres en Costa Rica desde 2006"
    said = {
        soft.named.kind: [query[start:end] for start, end in soft.spans]
        for soft in interpret(query, NAMES).filters
    }
    assert said == {
        "role": ["patrocinó"],
        "event_type": ["talleres"],
        "country": ["Costa Rica"],
        "year": ["desde 2006"],
    }


def test_what_is_ignored_is_told_and_nothing_else_of_it() -> None:
    ignored = {Thing("country", "UY"), Thing("year", "2006-"), Thing("theme", "tic")}
    understood = interpret("TIC en Uruguay y Chile desde 2006", NAMES, ignored=ignored)
    assert [country.key for country in understood.countries] == ["CL"]
    assert (understood.periods, understood.themes) == ((), ())
    assert {soft.named.key for soft in understood.filters if soft.ignored} == {"UY", "2006-", "tic"}


def test_a_city_called_as_its_country_is_the_country() -> None:
    assert [soft.named.kind for soft in interpret("ferias de Panamá", NAMES).filters] == [
        "event_type",
        "country",
    ]


def test_a_word_in_the_name_of_an_institution_asks_for_no_role() -> None:
    found = interpret("Asociación de Expositores", NAMES)
    assert [soft.named.kind for soft in found.filters] == ["actor"]
    assert found.only_actor


@pytest.mark.parametrize(
    ("named", "lang", "label"),
    [
        (Named("country", "DE", "Alemania"), "en", "Germany"),
        (Named("country", "DE", "Alemania"), "pt", "Alemanha"),
        (Named("role", "sponsor", "patrocinador"), "en", "sponsor"),
        (Named("event_type", "taller", "taller"), "pt", "oficina"),
        (Named("year", "2006-", "2006-"), "es", "desde 2006"),
        (Named("year", "-2007", "-2007"), "pt", "até 2007"),
        (Named("year", "2005-2007", ""), "en", "2005–2007"),
        (Named("actor", "caf", "CAF"), "en", "CAF"),
    ],
)
def test_a_label_is_in_the_language_asked_for(named: Named, lang: str, label: str) -> None:
    assert label_in(named, lang) == label


# Filters and facets


def generated(count: int = 160) -> Iterator[IndexEntry]:
    """Entries of all kinds that share documents, events, places, institutions, years and units at random."""
    chance = random.Random(7)
    actors = [f"actor-{n}" for n in range(6)]
    roles = ["sponsor", "organiser", "speaker", MENTIONED]
    previous = ""
    for number in range(count):
        kind = chance.choices(["passage", "practice", "event", "actor"], [6, 2, 2, 1])[0]
        iri = f"https://w3id.org/redpyme/id/{kind}/{number}"
        first = chance.choice([None, 1999, 2005, 2006, 2007])
        event = chance.choice([None, "e1", "e2", "e3"])
        document = chance.choice(["d1", "d2"])
        yield IndexEntry(
            iri=iri,
            kind=kind,  # type: ignore[arg-type]
            slug=str(number),
            title=f"Título {number}",
            text=" ".join(chance.choices(WORDS, k=12)),
            document=Ref(document, document, document) if kind != "actor" else None,
            span=Span(number * 100, number * 100 + 90),
            event=Ref(event, event, event) if event else None,
            themes=tuple(
                ThemeRef(f"th-{t}", t, t) for t in chance.sample(["tic", "innovacion", "calidad"], 2)
            ),
            actors=tuple(
                ActorRef(actor, actor, actor, chance.choice(roles))
                for actor in chance.choices(actors, k=chance.randrange(4))
            ),
            countries=tuple(chance.sample(["UY", "CL", "BR"], chance.randrange(3))),
            places=tuple(Ref(p, p, p) for p in chance.sample(["uy-salto", "cl-lota"], chance.randrange(2))),
            year_from=first,
            year_to=chance.choice([None, first, first + 2]) if first else None,
            language=chance.choice(["es", "pt", "en"]),
            practice_kind=chance.choice(["lesson-learned", "good-practice"]) if kind == "practice" else None,
            event_type=chance.choice(["taller", "foro"]) if event or kind == "event" else None,
            unit=previous if previous and kind in ("practice", "event") and chance.random() < 0.6 else iri,
        )
        previous = iri if kind == "passage" else previous


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    folder = tmp_path_factory.mktemp("generated") / "index"
    write_index(list(generated()), ENCODER, folder)
    return SearchEngine(open_index(folder, ENCODER), ENCODER)


def search(engine: SearchEngine, filters: Filters, *, k: int = 1) -> SearchResponse:
    return engine.search(SearchRequest(QUERY, filters=filters, k=k))


def test_a_theme_that_pushes_is_named_though_it_is_not_told_as_understood(engine: SearchEngine) -> None:
    response = engine.search(SearchRequest("creatividad", k=200))
    label = label_in(Named("theme", "tic", "tic"), "es")
    assert "tic" not in {theme.slug for theme in response.interpretation.themes}
    having = [hit for hit in response.results if "tic" in {theme.slug for theme in hit.themes}]
    assert having
    for hit in having:
        assert [label in reason.text for reason in hit.reasons if reason.kind == "theme"] == [True]


#: The field of `Filters` that chooses a value of each facet ("year" has two).
FIELDS = {
    **{
        name: f"{name}s"
        for name in ("type", "event_type", "practice_kind", "theme", "place", "actor", "role")
    },
    **{"country": "countries", "document": "documents", "language": "languages"},
}
VALUES = {
    "types": ["passage", "practice", "event", "actor", "taller", "lesson-learned"],
    "event_types": ["taller", "foro"],
    "practice_kinds": ["lesson-learned", "good-practice"],
    "themes": ["tic", "innovacion", "th-calidad", "none"],
    "countries": ["UY", "CL"],
    "places": ["uy-salto", "cl-lota"],
    "actors": ["actor-0", "actor-1", "actor-2"],
    "roles": ["sponsor", "speaker", MENTIONED],
    "documents": ["d1", "d2"],
    "languages": ["es", "pt"],
}
YEARS = st.sampled_from([None, None, 1999, 2005, 2006, 2008])
FILTERS = st.builds(
    Filters,
    year_from=YEARS,
    year_to=YEARS,
    **{name: st.lists(st.sampled_from(values), max_size=2).map(tuple) for name, values in VALUES.items()},
)


def chosen(filters: Filters, name: str, value: str) -> Filters:
    """The filters with the value of a facet instead of what they chose of it."""
    if name == "year":
        return replace(filters, year_from=int(value), year_to=int(value))
    return replace(filters, **{FIELDS[name]: (value,)})


def test_every_facet_and_every_filter_is_in_the_test() -> None:
    assert {*FIELDS, "year"} == set(FACETS)
    assert {field.name for field in fields(Filters)} == {*VALUES, "year_from", "year_to"}
    assert set(VALUES) == set(FIELDS.values())


@seed(20071)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS)
@example(filters=Filters())
@example(filters=Filters(actors=("actor-0",), roles=("sponsor",)))
def test_a_count_is_what_its_value_leaves_under_the_other_filters(
    engine: SearchEngine, filters: Filters
) -> None:
    for name, counts in search(engine, filters).facets.items():
        for value in counts:
            assert search(engine, chosen(filters, name, value.key)).total == value.count, (name, value)


NARROW = [
    Filters(),
    Filters(countries=("UY",), actors=("actor-1",)),
    Filters(actors=("actor-0",), roles=("sponsor",)),
]


@pytest.mark.parametrize("narrow", NARROW, ids=["no filter", "two filters", "an institution in a role"])
@pytest.mark.parametrize("name", FACETS)
def test_what_a_facet_does_not_list_would_leave_nothing(
    engine: SearchEngine, name: str, narrow: Filters
) -> None:
    every = engine.facet_values(name)
    listed = {value.key for value in search(engine, narrow).facets[name]}
    for value in set(every) - listed:
        assert search(engine, chosen(narrow, name, value)).total == 0


@seed(20072)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS)
def test_every_result_passes_every_filter(engine: SearchEngine, filters: Filters) -> None:
    for hit in search(engine, filters, k=200).results:
        if filters.practice_kinds:
            assert hit.practice_kind in filters.practice_kinds
        if filters.event_types:
            assert hit.event_type in filters.event_types
        if filters.languages:
            assert hit.language in filters.languages
        if filters.documents:
            assert hit.document is not None
            assert hit.document.slug in filters.documents
        if filters.actors or filters.roles:
            assert any(
                (not filters.actors or actor.slug in filters.actors)
                and (not filters.roles or actor.role in filters.roles)
                for actor in hit.actors
            )
