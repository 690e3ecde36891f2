"""Who did what, from the wording of a sentence.

The cases are in `data/roles.csv`: "name: role", separated by "|". `data/participations.csv` has whole texts
(paragraphs set apart by "¶") and who had which role at the event whose title begins with `event`.
"""

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.extraction import extract
from ingest.gazetteer import demonym_country
from ingest.institutions import InstitutionFinder
from ingest.known_names import authority_names
from ingest.readers import parse_document
from ingest.roles import find_cues, in_one_list, read_roles
from ingest.well_known_places import place_country


def _rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader((Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines())
    )


CASES, TEXTS = _rows("roles.csv"), _rows("participations.csv")
ROLES = {"sponsor", "organiser", "host", "speaker", "instructor", "participant"}


def test_no_case_is_dropped() -> None:
    assert len(CASES) == 87
    assert {role.split(": ")[1] for case in CASES for role in case["roles"].split("|") if role} == ROLES


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"]))
def test_roles_of_a_sentence(case: dict[str, str]) -> None:
    finder = InstitutionFinder(
        authority_names(), country_of=place_country, demonym_of=demonym_country, language=case["language"]
    )
    mentions = finder.find(case["text"])
    assert mentions, "every case names an institution"
    readings = read_roles(case["text"], mentions)
    told = dict.fromkeys(f"{mentions[r.mention].name}: {r.role}" for r in readings)
    assert sorted(told) == sorted(filter(None, case["roles"].split("|")))
    assert all(0 < r.confidence <= 1 for r in readings)


def test_of_two_cues_that_overlap_the_longer_one_stays() -> None:
    cues = find_cues("El curso fue organizado conjuntamente por la red.")
    assert [(cue.role, cue.side) for cue in cues] == [("organiser", "after")]
    assert all(one.end <= two.start for one, two in pairwise(cues))


def test_no_text_is_dropped() -> None:
    assert len(TEXTS) == 22


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: str(case["text"][:60]))
def test_roles_at_an_event(case: dict[str, str]) -> None:
    text = case["text"].replace(" ¶ ", "\n\n")
    document = parse_document(text.encode(), name="text.md", max_bytes=10_000, max_pages=1)
    event = next(e for e in extract(document).events if e.title.startswith(case["event"]))
    assert sorted(f"{p.name}: {p.role}" for p in event.participations) == sorted(case["roles"].split("|"))


@pytest.mark.parametrize(
    ("gap", "one_list"),
    [(", ", True), (" y la ", True), (" e o ", True), (" que ", False), (" de ", False), (". La ", False)],
)
def test_what_joins_two_names_in_one_list(gap: str, one_list: bool) -> None:
    assert in_one_list(gap) is one_list
