"""From a graph to an answer: the entries of the index, filters, facets, ranking and reasons."""

import shutil
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fictitious import EXTRACTION, TEXT, span
from pyoxigraph import NamedNode, RdfFormat, Store

from graph.errors import IndexModelMismatch, NotFound, SnapshotError
from graph.identity import resolve
from graph.mapping import map_extraction
from graph.store import FILL_DEFAULT_GRAPH, GraphView, add_to_store
from ontology.namespaces import GRAPH_ONTOLOGY
from ontology.vocabulary import FOLDER, ONTOLOGY_FILES
from search_api.embedding.encoder import HashingEncoder
from search_api.search.columns import Filters
from search_api.search.engine import SearchEngine
from search_api.search.entries import IndexEntry
from search_api.search.graph_entries import read_entries
from search_api.search.index import SearchIndex, build_index, open_index
from search_api.search.results import Hit, SearchRequest, SearchResponse

ENCODER = HashingEncoder()


@pytest.fixture(scope="module")
def view() -> GraphView:
    actors = resolve(EXTRACTION, authority=())
    store = Store()
    store.extend(map_extraction(EXTRACTION, actors, document_slug="memoria", text=TEXT))
    for name in ONTOLOGY_FILES:
        store.load(path=FOLDER / name, format=RdfFormat.TURTLE, to_graph=NamedNode(GRAPH_ONTOLOGY))
    store.update(FILL_DEFAULT_GRAPH)
    return GraphView(store)


@pytest.fixture(scope="module")
def folder(view: GraphView, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot") / "index"
    build_index(view, ENCODER, folder)
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> SearchEngine:
    return SearchEngine(open_index(folder, ENCODER), ENCODER)


def search(engine: SearchEngine, text: str, **options: object) -> SearchResponse:
    names = set(Filters.__dataclass_fields__)
    filters = Filters(**{name: value for name, value in options.items() if name in names})  # type: ignore[arg-type]
    rest = {name: value for name, value in options.items() if name not in names}
    return engine.search(SearchRequest(text, filters=filters, **rest))  # type: ignore[arg-type]


def spans(hits: Sequence[Hit]) -> list[tuple[int, int] | None]:
    return [hit.span for hit in hits]


def named(entries: Sequence[IndexEntry], kind: str) -> list[IndexEntry]:
    return [entry for entry in entries if entry.kind == kind]


def test_a_passage_carries_what_its_event_says(view: GraphView) -> None:
    first = named(read_entries(view), "passage")[0]

    assert first.event is not None
    assert first.event.label == "Foro de Avales de Prueba"
    assert "Montevideo" in first.context
    assert first.countries == ("UY",)
    assert (first.year_from, first.year_to) == (2019, 2019)
    assert [theme.id for theme in first.themes] == ["th-garantias-financiamiento"]
    assert {(actor.name, actor.role) for actor in first.actors} >= {
        ("Instituto de Prueba", "sponsor"),
        ("Instituto de Prueba", "speaker"),
        ("Banco Imaginario", "sponsor"),
    }


def test_events_and_practices_share_the_unit_of_the_passage_that_tells_of_them(view: GraphView) -> None:
    entries = read_entries(view)
    passages = {entry.iri: entry for entry in named(entries, "passage")}
    practice = named(entries, "practice")[0]
    event = next(e for e in named(entries, "event") if e.title == "Foro de Avales de Prueba")

    assert passages[practice.unit].text.startswith("- Conviene")
    assert practice.practice_kind == "lesson-learned"
    assert passages[event.unit].text.startswith("1. Foro")


def test_entries_survive_the_file(view: GraphView, engine: SearchEngine, folder: Path) -> None:
    assert list(open_index(folder, ENCODER).entries) == read_entries(view)


def test_the_same_graph_gives_the_same_entries_whatever_the_order(view: GraphView) -> None:
    assert read_entries(view) == read_entries(view)


def test_a_hit_says_where_it_comes_from(engine: SearchEngine) -> None:
    hit = search(engine, "el aval cubre la mitad del crédito").results[0]

    assert hit.type == "practice"
    assert hit.practice_kind == "lesson-learned"
    assert hit.document is not None
    assert hit.document.slug == "memoria"
    assert hit.span is not None
    assert TEXT[slice(*hit.span)].startswith("- Conviene")
    assert hit.event is not None
    assert hit.event.label == "Foro de Avales de Prueba"


def test_highlights_are_intervals_of_the_text_shown(engine: SearchEngine) -> None:
    hit = search(engine, "CREDITO").results[0]

    assert [hit.text[start:end] for start, end in hit.highlights] == ["crédito"]


def test_no_region_is_shown_twice(engine: SearchEngine) -> None:
    found = search(engine, "avales", k=50)

    assert len(set(spans(found.results))) == len(found.results) == found.total


def test_reasons_are_sorted_and_name_the_words(engine: SearchEngine) -> None:
    reasons = search(engine, "préstamos").results[0].reasons

    assert any(reason.kind == "words" and "prestamos" in reason.text for reason in reasons)
    weights = [reason.weight for reason in reasons]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("typed", ["prestamos", "PRÉSTAMOS", "prestmaos", "préstamo", "prezstamos"])
def test_accents_case_number_and_typing_errors_do_not_matter(engine: SearchEngine, typed: str) -> None:
    assert "préstamos" in search(engine, typed).results[0].text


def test_letters_and_accents_may_come_apart(engine: SearchEngine) -> None:
    """As they do where text is copied from PDF files and names of files."""
    whole = "reunión en México con garantías"
    apart = unicodedata.normalize("NFD", whole)
    assert apart != whole
    assert search(engine, apart) == search(engine, whole)


def test_corrections_are_told(engine: SearchEngine) -> None:
    assert search(engine, "prestmaos").interpretation.corrections == {"prestmaos": "prestamos"}


def test_the_interpretation_names_places_years_and_kinds(engine: SearchEngine) -> None:
    understood = search(engine, "talleres uruguayos de 2019 sobre garantías y financiamiento").interpretation

    assert [country.key for country in understood.countries] == ["UY"]
    assert [kind.key for kind in understood.event_types] == ["taller"]
    assert understood.years == (2019,)
    assert "th-garantias-financiamiento" in [theme.id for theme in understood.themes]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 5),
        ({"types": ("practice",)}, 1),
        ({"types": ("lesson-learned",)}, 1),
        ({"types": ("event",)}, 2),
        ({"types": ("taller",)}, 1),
        ({"types": ("actor",)}, 3),
        ({"countries": ("uy",)}, 3),
        ({"countries": ("CL",)}, 0),
        ({"themes": ("th-garantias-financiamiento",)}, 3),
        ({"themes": ("garantias-financiamiento",)}, 3),
        ({"actors": ("banco-imaginario",)}, 3),
        ({"actors": ("banco-imaginario",), "roles": ("speaker",)}, 0),
        ({"actors": ("instituto-de-prueba-uy",), "roles": ("speaker",)}, 3),
        ({"roles": ("speaker",)}, 3),
        ({"documents": ("memoria",)}, 5),
        ({"documents": ("otra",)}, 0),
        ({"year_from": 2020}, 0),
        ({"year_from": 2018, "year_to": 2019}, 5),
    ],
)
def test_filters_leave_what_they_say(engine: SearchEngine, filters: dict[str, object], count: int) -> None:
    found = search(engine, "avales", k=50, **filters)

    assert found.total == len(found.results) == count


def test_pages_follow_each_other(engine: SearchEngine) -> None:
    whole = search(engine, "foro de avales", k=50).results
    pages = [search(engine, "foro de avales", k=1, offset=n).results for n in range(len(whole))]

    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]
    assert search(engine, "foro de avales", offset=100).results == ()


def test_an_actor_is_a_result_when_the_query_is_its_name(engine: SearchEngine) -> None:
    assert "actor" in [hit.type for hit in search(engine, "IDP").results]
    assert "actor" not in [hit.type for hit in search(engine, "qué hizo el IDP en Uruguay").results]


def test_a_search_for_what_is_like_something_leaves_that_out(engine: SearchEngine) -> None:
    everything = search(engine, "avales", k=50).results
    for hit in everything:
        found = engine.search(SearchRequest("", like=hit.id, k=50))
        assert hit.id not in [other.id for other in found.results]
        assert hit.span not in spans(found.results)
        assert found.interpretation.text
    with pytest.raises(NotFound, match="no-such"):
        engine.search(SearchRequest("", like="https://w3id.org/redpyme/id/event/no-such"))


@pytest.mark.parametrize("kind", ["event", "practice", "passage"])
def test_what_is_like_something_is_of_another_event(engine: SearchEngine, kind: str) -> None:
    hit = next(h for h in search(engine, "foro de avales", types=(kind,)).results if h.event)
    found = engine.search(SearchRequest("", like=hit.id, k=50)).results
    assert found
    assert hit.event is not None
    assert hit.event.iri not in [other.event.iri for other in found if other.event]


def test_cities_are_named_and_filter(engine: SearchEngine) -> None:
    found = search(engine, "actividades en montevideo")
    assert [place.key for place in found.interpretation.places] == ["uy-montevideo"]
    assert search(engine, "avales", k=50, places=("uy-montevideo",)).total == 3


def test_reasons_are_told_in_the_language_asked_for(engine: SearchEngine) -> None:
    told = {
        lang: " | ".join(
            reason.text
            for hit in search(engine, "foro de avales en Uruguay", lang=lang).results
            for reason in hit.reasons
        )
        for lang in ("es", "pt", "en")
    }
    assert "contiene: foro" in told["es"]
    assert "contém: foro" in told["pt"]
    assert "contains: foro" in told["en"]
    assert "matches: forum, Uruguay" in told["en"]
    assert "coincide em: fórum, Uruguai" in told["pt"]


def test_a_hit_that_meaning_found_has_its_sentence_marked(folder: Path) -> None:
    """Also where one word of a long question happens to stand in it."""
    index = open_index(folder, ENCODER)
    query = " ".join(["marzo", *(f"palabra{n}x" for n in range(12))])
    hits = search(SearchEngine(index, ENCODER), query, k=50).results
    hit = next(hit for hit in hits if hit.text.startswith("1. Foro"))
    position = next(n for n, entry in enumerate(index.entries) if entry.iri == hit.passage)
    assert hit.highlights == (index.vectors.best_sentence(ENCODER.encode_queries([query])[0], position),)


def test_a_minimum_score_may_leave_nothing(engine: SearchEngine) -> None:
    assert search(engine, "avales", min_score=1000.0).total == 0


@pytest.mark.parametrize("text", ["", "  \n ", " "])
def test_an_empty_query_is_refused(engine: SearchEngine, text: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        search(engine, text)


@pytest.mark.parametrize("text", ["¿¡!?", "de la", "🙂", "xyzzy", "a" * 3000, "el " * 900])
def test_odd_queries_are_answered(engine: SearchEngine, text: str) -> None:
    assert search(engine, text).total >= 0


def test_an_index_of_another_model_is_refused_with_the_way_out(folder: Path) -> None:
    with pytest.raises(IndexModelMismatch, match="redpyme ingest --rebuild"):
        open_index(folder, HashingEncoder(dimension=128))


def test_a_missing_index_is_told_by_its_folder(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="none"):
        open_index(tmp_path / "none", ENCODER)


@pytest.mark.parametrize(
    "name", ["entries.jsonl", "entries.npy", "columns.npz", "names.json", "manifest.json"]
)
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_file_of_an_index_that_was_cut_short_is_told_with_the_way_out(
    folder: Path, tmp_path: Path, name: str, kept: float
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "index"))
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(SnapshotError, match="redpyme ingest --rebuild"):
        open_index(copy, ENCODER)


@pytest.mark.parametrize("damage", [b"{", b'{"iri": 1}', b"\xff\xfe"])
def test_an_entry_that_is_damaged_inside_is_told_with_the_way_out(
    folder: Path, tmp_path: Path, damage: bytes
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "index"))
    first, newline, rest = (copy / "entries.jsonl").read_bytes().partition(b"\n")
    (copy / "entries.jsonl").write_bytes(damage.ljust(len(first)) + newline + rest)
    damaged = open_index(copy, ENCODER).entries
    with pytest.raises(SnapshotError, match=r"entry 0 .* redpyme ingest --rebuild"):
        damaged[0]
    assert damaged[1] == open_index(folder, ENCODER).entries[1]


def test_an_empty_graph_has_an_index_without_results(tmp_path: Path) -> None:
    build_index(GraphView(Store()), ENCODER, tmp_path / "index")
    empty = SearchEngine(open_index(tmp_path / "index", ENCODER), ENCODER)

    assert search(empty, "avales").total == 0


def test_a_passage_that_another_document_repeats_is_one_result(tmp_path: Path) -> None:
    store = Store()
    for slug in ("memoria", "copia"):
        actors = resolve(EXTRACTION, authority=())
        add_to_store(store, map_extraction(EXTRACTION, actors, document_slug=slug, text=TEXT))
    entries = read_entries(GraphView(store))
    repeated = [e for e in entries if e.kind == "passage" and e.text.startswith("1. Foro")]

    assert len(repeated) == 2
    assert len({entry.unit for entry in repeated}) == 1


def test_sentences_are_compared_where_an_entry_has_several(folder: Path) -> None:
    index: SearchIndex = open_index(folder, ENCODER)
    position = next(n for n, entry in enumerate(index.entries) if entry.text.startswith("1. Foro"))
    query = ENCODER.encode_queries(["26 y 27 de marzo de 2019"])[0]
    found = index.vectors.best_sentence(query, position)

    assert found is not None
    assert "marzo" in index.entries[position].text[slice(*found)]


def test_search_before_the_filter_finds_as_much_as_after(folder: Path) -> None:
    """The selector goes into FAISS: what it returns is the brute-force answer over the allowed entries."""
    index = open_index(folder, ENCODER)
    query = ENCODER.encode_queries(["avales"])[0]
    allowed = np.arange(len(index)) % 2 == 0
    everything = np.arange(len(index))
    cosines = index.vectors.similarities(query, everything)
    floor = float(np.median(cosines))
    ids, scores = index.vectors.above(query, floor, likely=10, allowed=allowed)

    assert sorted(ids) == [n for n in everything if allowed[n] and cosines[n] > floor]
    assert np.allclose(scores, cosines[ids])


def test_threads_may_share_an_engine(engine: SearchEngine) -> None:
    queries = ["avales", "prestmaos", "foro uruguayo", "Instituto de Prueba", "crédito"] * 8
    alone = [search(engine, query) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: search(engine, query), queries))

    assert together == alone


def test_text_shown_is_the_document_s_own(view: GraphView) -> None:
    practice = named(read_entries(view), "practice")[0]

    assert practice.span == span(practice.text)
    assert replace(practice, slug="x") != practice
