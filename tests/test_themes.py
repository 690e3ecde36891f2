"""Themes: the terms of the concept scheme in a text, and the themes that they add up to."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from graph.model import DocumentInfo, Event, Evidence, Excerpt, Extraction, Practice, Span, ThemeAssignment
from graph.proposed_themes import ProposedTheme
from ingest.contract import to_contract
from ingest.settled_themes import SURE, settle_themes
from ingest.subjects import content_words, subject_of, told_of
from ingest.themes import BODY, OBJECTIVE, TITLE, assign_themes, find_theme_terms, singular
from search_api.embedding.encoder import HashingEncoder, load_encoder
from search_api.publishing.meaning import Meaning

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("exportaciones", "exportacion"),
        ("associações", "associacao"),
        ("Garantías", "garantia"),
        ("redes", "red"),
        ("companies", "company"),
        ("industriais", "industrial"),
        ("pymes", "pyme"),
        ("mes", "mes"),
    ],
)
def test_the_singular_of_a_noun(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Fondos de garantías para talleres", "th-garantias-financiamiento"),
        ("Comercio exterior para artesanos", "th-internacionalizacion"),
        ("Redes empresariales de panaderos", "th-asociatividad"),
        ("Cultura emprendedora en la escuela", "th-emprendedores"),
        ("Export promotion for boatbuilders", "th-internacionalizacion"),
    ],
)
def test_a_term_in_a_title_tells_its_theme(text: str, theme: str) -> None:
    span = Span(0, len(text))
    assert theme in {t.theme for t in assign_themes([(text, TITLE, span)])}


def test_terms_are_where_they_are_said_to_be() -> None:
    text = "La feria trató de fondos de garantías y comercio exterior."
    terms = find_theme_terms(text)
    assert terms
    assert all(text[t.start : t.end] == t.term for t in terms)


def test_one_term_in_passing_tells_no_theme_and_a_text_without_terms_neither() -> None:
    assert assign_themes([("Se habló de internet.", 0.3 * BODY, Span(0, 21))]) == ()
    assert assign_themes([("El pan de centeno se vende.", TITLE, Span(0, 27))]) == ()


def test_an_assignment_gives_its_terms_as_reason_and_its_parts_as_evidence() -> None:
    span = Span(5, 40)
    (assigned, *_) = assign_themes([("Fondos de garantías para talleres", TITLE, span)], rule="theme-terms")
    assert assigned.reason == "palabras: «Fondos de garantías»"
    assert [(e.span, e.rule) for e in assigned.evidence] == [(span, "theme-terms")]
    assert 0 < assigned.confidence <= 1


# Subjects of titles


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Taller sobre señalización turística", "señalización turística"),
        (
            "II Seminario Iberoamericano sobre la restauración de retablos en Cuenca",
            "restauración de retablos",
        ),
        ("Taller de Capacitación en Secado Solar de Madera", "secado solar de madera"),
        ("Oficina sobre sinalização turística", "sinalização turística"),
        ("TALLER SOBRE SEÑALIZACIÓN TURÍSTICA", "señalización turística"),
        ("Regional Flood Forecasting Workshop", "flood forecasting"),
        ("Curso de apicultura para principiantes", "apicultura"),
        ("Taller con la Alcaldía de Villa Inventada", None),
        ("Reunión de directores de talleres", None),
        ("Foro «Aprender haciendo»", None),
        ("Taller sobre PYMES", None),
        ("Curso de tutores de oficio", None),
        ("Seminario sobre buenas prácticas", None),
        ("Feria de la Madera y el Mueble", None),
        ("Visita técnica", None),
        ("", None),
    ],
)
def test_a_title_names_its_subject_or_none(title: str, subject: str | None) -> None:
    found = subject_of(title)
    assert (found.label if found else None) == subject
    if found:
        assert title[found.start : found.end].lower() == found.label.lower()


def test_what_a_title_tells_leaves_out_the_kind_of_event_and_the_size_of_firms() -> None:
    assert told_of("II Foro Iberoamericano sobre energía solar en las PYMES") == "energía solar en las"
    assert content_words(told_of("Visita técnica")) == []
    assert content_words(told_of("Asamblea General")) == []


# Words, then meaning, then a proposal


def extraction(title: str, *, objective: str = "", themes: tuple[ThemeAssignment, ...] = ()) -> Extraction:
    """One event, its title at the start of the document and its objective behind."""
    span = Span(0, len(title))
    after = Span(len(title) + 1, len(title) + 1 + len(objective))
    event = Event(
        id="e",
        title=title,
        type="taller",
        status="held",
        span=Span(0, after.end),
        evidence=(Evidence(span, "announced-heading"),),
        themes=themes,
        objectives=(Excerpt(objective, after),) if objective else (),
    )
    info = DocumentInfo("0" * 64, "d.txt", "text/plain", "Documento", "es")
    return Extraction(document=info, events=(event,))


def read(row: Mapping[str, str], *, with_objective: bool) -> Extraction:
    """A row of themes.csv with the themes that its words tell."""
    title, objective = row["title"], row["objective"] if with_objective else ""
    parts = [(title, TITLE, Span(0, len(title)))]
    parts += [(objective, OBJECTIVE, Span(len(title) + 1, len(title) + 1 + len(objective)))] * bool(objective)
    return extraction(title, objective=objective, themes=assign_themes(parts))


def rows() -> list[dict[str, str]]:
    with (DATA / "themes.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_the_annotated_events_are_all_there() -> None:
    found = Counter((row["split"], row["group"]) for row in rows())
    assert found == {
        ("dev", "words"): 16, ("test", "words"): 16,
        ("dev", "paraphrase"): 14, ("test", "paraphrase"): 14,
        ("dev", "outside"): 12, ("test", "outside"): 12,
    }  # fmt: skip


def test_without_an_encoder_words_alone_are_compared_and_the_reason_says_so() -> None:
    (event,) = settle_themes(extraction("Taller sobre señalización vial")).events
    (proposed,) = event.themes
    assert isinstance(proposed, ProposedTheme)
    assert (proposed.theme, proposed.label, proposed.language) == (
        "xt-senalizacion-vial",
        "señalización vial",
        "es",
    )
    assert "sin comparar por significado" in proposed.reason
    assert [(e.span, e.rule) for e in proposed.evidence] == [(Span(13, 30), "theme-subject")]


def test_a_subject_that_the_vocabulary_has_is_not_proposed() -> None:
    for title in ("Taller sobre turismo rural", "Taller sobre fondos de garantía"):
        words = assign_themes([(title, TITLE, Span(0, len(title)))])
        (event,) = settle_themes(extraction(title, themes=words)).events
        assert event.themes == words


def test_settling_again_changes_nothing() -> None:
    once = settle_themes(extraction("Taller sobre señalización vial"))
    assert settle_themes(once) == once


def test_a_practice_without_words_of_a_theme_has_those_of_its_event() -> None:
    read_ = extraction("Taller sobre señalización vial")
    span = Span(0, 5)
    practice = Practice("p", "lesson-learned", "Pintar", span, Evidence(span, "practice"), event="e")
    (settled,) = settle_themes(replace(read_, practices=(practice,))).practices
    assert [theme.theme for theme in settled.themes] == ["xt-senalizacion-vial"]
    assert settled.themes[0].reason.endswith("(del evento)")


def test_the_contract_tells_proposed_themes_apart() -> None:
    (event,) = to_contract(settle_themes(extraction("Taller sobre señalización vial")))["events"]
    assert event["themes"] == []
    assert [proposed["label"] for proposed in event["proposed_themes"]] == ["señalización vial"]


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return Meaning(lambda: load_encoder("embedded"), None)


def scored(meaning: Meaning | None, *, with_objective: bool) -> tuple[float, float, int]:
    """Precision and recall of themes on the test half, and the false themes of what is outside the nine."""
    right = wrong = missed = outside = 0
    for row in rows():
        if row["split"] != "test":
            continue
        told = read(row, with_objective=with_objective)
        (event,) = (meaning.settle(told) if meaning else told).events
        found = {theme.theme for theme in event.themes if theme.theme.startswith("th-")}
        expected = set(row["themes"].split())
        right += len(found & expected)
        wrong += len(found - expected - set(row["also"].split()))
        missed += len(expected - found)
        outside += len(found) if row["group"] == "outside" else 0
    return right / (right + wrong), right / (right + missed), outside


def test_words_alone_are_precise_and_miss_what_is_said_otherwise() -> None:
    precision, recall, outside = scored(None, with_objective=True)
    assert (precision, outside) == (1.0, 0)
    assert recall == pytest.approx(0.47, abs=0.03)


@pytest.mark.model
@pytest.mark.parametrize(("with_objective", "least_recall"), [(True, 0.9), (False, 0.83)])
def test_meaning_tells_most_themes_that_words_miss_and_forces_none(
    meaning: Meaning, with_objective: bool, least_recall: float
) -> None:
    precision, recall, outside = scored(meaning, with_objective=with_objective)
    assert precision >= 0.95
    assert recall >= least_recall
    assert outside == 0


@pytest.mark.model
def test_a_theme_by_meaning_says_which_and_how_like(meaning: Meaning) -> None:
    told = extraction("Prestar a quien no tiene historial bancario", objective="Valorar a un deudor pequeño.")
    (event,) = meaning.settle(told).events
    (theme,) = event.themes
    assert theme.theme == "th-garantias-financiamiento"
    assert re.fullmatch(r"parecido a «.+» \(0\.\d\d\)", theme.reason)
    assert {e.rule for e in theme.evidence} == {"theme-likeness"}
    assert SURE <= theme.confidence < 1


@pytest.mark.model
def test_what_no_theme_covers_is_proposed_and_nothing_else(meaning: Meaning) -> None:
    proposed = {}
    for row in rows():
        (event,) = meaning.settle(read(row, with_objective=True)).events
        labels = [theme.label for theme in event.themes if isinstance(theme, ProposedTheme)]
        if labels:
            proposed[row["id"]] = labels[0]
    expected = {row["id"]: row["subject"] for row in rows() if row["subject"]}
    assert proposed.items() <= expected.items()
    assert len(proposed) >= len(expected) - 1


@pytest.mark.model
def test_subjects_in_other_words_are_one(meaning: Meaning) -> None:
    """Every pair of the test half is compared, so those not listed are two as well."""
    with (DATA / "subject_pairs.csv").open(encoding="utf-8") as lines:
        listed = [row for row in csv.DictReader(lines) if row["split"] == "test"]
    assert len(listed) == 24
    one = {frozenset((row["one"], row["other"])) for row in listed if row["same"] == "yes"}
    subjects = sorted({(row[end], row[f"{end}_language"]) for row in listed for end in ("one", "other")})
    found = {frozenset((subjects[a][0], subjects[b][0])) for a, b in meaning.alike(subjects)}
    assert len(found & one) >= 11
    assert len(found - one) <= 3


def test_an_encoder_that_knows_no_meaning_leaves_words_alone() -> None:
    told = settle_themes(extraction("Prestar a quien no tiene historial bancario"))
    hashing = Meaning(HashingEncoder, None)
    assert hashing.settle(told) is told
    assert hashing.alike([("agua potable", "es"), ("água potável", "pt")]) == []
