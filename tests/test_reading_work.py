"""The work of reading a page, counted in function calls: the same on every machine and every day."""

import hashlib
import subprocess
import sys
from pathlib import Path
from types import FrameType

from graph.model import Document
from ingest.extraction import extract

ROOT = Path(__file__).parents[1]
PAGE = 3_000  # characters
MOST_CALLS = 150_000
"""Calls that a page may take, Python's own functions included: half as many again as when this was set."""

TRADES = ("Panadería", "Herrería", "Sastrería", "Alfarería", "Cestería", "Imprenta", "Tornería")
CITIES = ("Quito, Ecuador", "Lima, Perú", "Cali, Colombia", "Cuenca, Ecuador", "Rosario, Argentina")
MONTHS = ("marzo", "abril", "mayo", "junio", "agosto")
SYLLABLES = ("ba", "ce", "do", "fi", "gu", "la", "me", "no", "pi", "ru")


def name(number: int) -> str:
    """A name for each number, without a digit."""
    return "Tel" + "".join(SYLLABLES[int(digit)] for digit in str(number))


def memoir(sections: int) -> Document:
    """A report of so many sections, each with a workshop and institutions of its own."""
    text = "\n\n".join(
        f"{n}. Taller {name(n)} sobre Costos de {TRADES[n % 7]}, {CITIES[n % 5]}, {n % 27 + 1} de "
        f"{MONTHS[n % 5]} de {2001 + n % 9}.\n\n"
        f"Organizado por la Cámara de {TRADES[(n + 3) % 7]} de {name(n)} y patrocinado por la Fundación "
        f"{name(n)} ({name(n).upper()}). Participaron {n + 20} artesanas de {n % 6 + 2} comarcas. Una de las "
        f"lecciones aprendidas es que el taller {name(n)} reparte mejor su tiempo cuando lo comparte. "
        f"Abrió el acto la señora Rosa Pérez, directora de la Fundación {name(n)}."
        for n in range(1, sections + 1)
    )
    return Document(hashlib.sha256(text.encode()).hexdigest(), "memoria.txt", "text/plain", text)


def calls_of_reading(document: Document) -> int:
    """Function calls, of Python and of C, that reading the document takes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        extract(document)
    finally:
        sys.setprofile(before)
    return calls


def test_a_page_takes_a_bounded_number_of_calls_and_ten_times_the_pages_ten_times_as_many() -> None:
    extract(memoir(3))  # loads the lexicon and the gazetteer
    short, long = memoir(12), memoir(120)
    few, many = calls_of_reading(short), calls_of_reading(long)
    assert few * PAGE / len(short.text) < MOST_CALLS
    assert many / len(long.text) < 1.2 * few / len(short.text)


def test_reading_takes_neither_torch_nor_spacy() -> None:
    # They take three seconds and 230 MB in each process that reads.
    code = (
        "import sys\nfrom tests.test_reading_work import memoir\nfrom ingest.extraction import extract\n"
        "assert extract(memoir(2)).events[0].themes is not None\n"
        "sys.exit('torch' in sys.modules or 'spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
