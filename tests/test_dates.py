"""Dates read from prose: golden cases in `tests/data/dates.csv`, and what must hold for any text.

In the file `\\n` and `\\r` stand for line breaks; an expected date is `start` or `start/end`, followed by
`inferred` (the year is not said) or `weak` (rather part of a name).
"""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Document
from ingest.dates import DateMention, find_dates
from ingest.first_reading import read

_FILE = Path(__file__).parent / "data" / "dates.csv"
_CASES = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))


def _shown(mention: DateMention) -> str:
    dates = mention.start if mention.start == mention.end else f"{mention.start}/{mention.end}"
    return dates + " inferred" * mention.inferred_year + " weak" * mention.weak


def test_no_golden_case_is_dropped() -> None:
    assert len(_CASES) == 183
    assert {case["language"] for case in _CASES} == {"es", "pt", "en"}


@pytest.mark.parametrize("case", _CASES, ids=[f"{case['language']}: {case['text']}" for case in _CASES])
def test_golden_date(case: dict[str, str]) -> None:
    text = case["text"].replace("\\r", "\r").replace("\\n", "\n")
    year = int(case["default_year"]) if case["default_year"] else None
    found = find_dates(text, language=case["language"], default_year=year)
    assert ";".join(map(_shown, found)) == case["expected"]


def test_the_span_runs_from_the_first_day_to_the_year() -> None:
    text = "Se celebró del 28 de abril al 3 de mayo de 2011, en Lima."
    (mention,) = find_dates(text)
    assert text[mention.span.start : mention.span.end] == "28 de abril al 3 de mayo de 2011"
    assert mention.precision == "day"
    assert mention.rule == "day-range"


def test_a_year_in_the_paragraph_comes_before_the_default_and_that_before_a_year_further_off() -> None:
    paragraph = "Abrió el 9 de julio de 2004. Cerró el 11 de julio."
    far = "Abrió el 9 de julio de 2004.\n\nCerró el 11 de julio."
    assert [m.start for m in find_dates(paragraph, default_year=1990)] == ["2004-07-09", "2004-07-11"]
    assert [m.start for m in find_dates(far, default_year=1990)] == ["2004-07-09", "1990-07-11"]
    assert [m.start for m in find_dates(far)] == ["2004-07-09", "2004-07-11"]


def test_letters_that_stand_for_others_in_a_month_are_read_or_passed_over() -> None:
    assert [m.start for m in find_dates("Lima, 5 de \u017feptiembre de 1901", language="es")] == [
        "1901-09-05"
    ]
    assert [m.start for m in find_dates("Porto, 5 de jun\u0131o de 2001", language="pt")] == ["2001"]


def test_only_english_reads_the_month_first_where_both_readings_are_possible() -> None:
    assert find_dates("04/05/2010", language="en")[0].start == "2010-04-05"
    assert find_dates("04/05/2010", language="pt")[0].start == "2010-05-04"
    assert find_dates("04/05/2010")[0].start == "2010-05-04"


# fmt: off
_PIECES = st.sampled_from([
    "1", "26", "31", "2007", "1999", "03", "/", "-", ".", ",", "y", "e", "al", "a", "de", "del", "of",
    "to", "–", "%",
    "marzo", "maio", "June", "may", "enero", "octubre", "1º", "primero", "entre", "los", "días", "\n",
    "\n\n", "n°",
    "Lima", "2007-2013", "presente", "año", "segundo", "semestre", "12/03/2009",
])
# fmt: on


@settings(deadline=None)  # time is tested below
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map(" ".join)))
def test_any_text_gives_spans_in_order_that_contain_what_was_read(text: str) -> None:
    at = 0
    for mention in find_dates(text, default_year=2010):
        assert at <= mention.span.start < mention.span.end <= len(text)
        at = mention.span.end
        assert mention.start <= mention.end
        assert len(mention.start) == len(mention.end) == {"day": 10, "month": 7, "year": 4}[mention.precision]
        # "marzo y abril de 2007": the year is said once, with the last of them.
        read = text[mention.span.start : mention.span.end + 40]
        years = {mention.start[:4], mention.end[:4]}
        assert mention.inferred_year or any(year in read or year[2:] in read for year in years)
        if mention.precision == "day":
            assert str(int(mention.start[8:])) in read or "prime" in read.lower()


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1, ",
        "1  y  ",
        "1/",
        "2007-",
        "2 al ",
        "1 de ",
        "1 de enero ",
        "mar ",
        "de ",
        " ",
        "\n",
        "19 ",
        "y",
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        find_dates(text)
        return time.process_time() - start

    # Four times the text: about four times the time; sixteen would be quadratic. 0.3 s is noise.
    assert seconds(80_000) < 9 * seconds(20_000) + 0.3


@pytest.mark.parametrize(("first", "years"), [(1895, []), (1998, ["1998", "1999", "2000"])])
@pytest.mark.parametrize("heading", ["{n}. Taller de costura", "{n}."])
def test_numbers_that_count_on_from_what_is_no_year_are_none(
    heading: str, first: int, years: list[str]
) -> None:
    body = "El taller reunió a cien sastres del valle en la casa de la cultura el 3 de mayo."
    text = "\n\n".join(f"{heading.format(n=n)}\n\n{body}" for n in range(first, first + 12))
    reading, _ = read(Document("0" * 64, "a.txt", "text/plain", text))
    found = [date.start for sentence in reading.sentences for date in sentence.dates]
    assert [date for date in found if len(date) == 4][:3] == years
    assert [date[:4] for date in found if len(date) == 10][:3] == years
