"""Fuzz the readers and the extractor by coverage with atheris, which is not among the requirements.

    pip install atheris
    python tests/fuzz_readers.py TARGET [-max_total_time=600 and other options of libFuzzer] [CORPUS_FOLDER]

A target is the suffix of a format (txt, md, html, pdf, docx, xlsx, csv), `extract` for the rules alone, or
the part of a document where damage gets past the container: `pdf-page` (a content stream), `docx-body`,
`docx-numbering`, `xlsx-sheet` (the XML in a whole archive). Each begins with the sample's documents as seeds.
Anything raised but a DocumentError, any span outside the text, and an input that takes over 10 s ends the run
with the input that caused it.
"""

import contextlib
import io
import json
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: nothing was fuzzed")

from graph.errors import DocumentError
from graph.model import Document

# A module that was imported before, or is only when it is called, is not watched, and nothing says so.
assert not any(name.partition(".")[0] == "ingest" for name in sys.modules)
# The rules take ten times as long when they are watched, so only where they are what is fuzzed.
_RULES = ["ingest"] if sys.argv[1:2] == ["extract"] else []
with atheris.instrument_imports(include=["ingest.readers", *_RULES]):
    from test_robustness import SAMPLE, small_pdf, spans

    from ingest import directories
    from ingest.extraction import extract
    from ingest.readers import docx, html, markdown, parse_document, pdf  # noqa: F401


LIMITS = {"max_bytes": 2**20, "max_pages": 20}
RULES_EVERY = 8  # inputs of a reader of which the rules read one: they take most of the time
LONGEST = 20_000  # bytes of an input, so that a slow rule shows within the ten seconds
PHRASES = json.loads((Path(__file__).parent / "data" / "hostile_text.json").read_text("utf-8"))["phrases"]
# The member of the sample's archive that an input takes the place of.
PARTS = {
    "docx-body": (".docx", "word/document.xml"),
    "docx-numbering": (".docx", "word/numbering.xml"),
    "xlsx-sheet": (".xlsx", "xl/worksheets/sheet1.xml"),
}
MARKS = ["<table><tr><td>", "</td>", "<ul><li>", "<h2>", "<!--", "<w:p><w:r><w:t>", "<w:tbl>", "<w:numPr>"]
OPERATORS = ["BT", "ET", "Tj", "Td", "TJ", "(a) Tj", "/F 10 Tf", "1 0 0 1 0 0 Tm", "q", "Q", "Do", "BI", "EI"]


def read_document(data: bytes, *, suffix: str) -> None:
    """Read an input as a file of that suffix and hold the spans to the text."""
    with contextlib.suppress(DocumentError):
        check(parse_document(data, name=f"a{suffix}", **LIMITS), rules=zlib.crc32(data) % RULES_EVERY == 0)


def read_directory(data: bytes, *, suffix: str) -> None:
    """Read an input as a directory of institutions."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(DocumentError):
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        made = directories.read(path, data=data, name=path.name, max_bytes=LIMITS["max_bytes"])
        assert all(s.start <= s.end <= len(made.document.text) for s in spans(made.extraction))


def read_part(data: bytes, *, suffix: str, part: str, read: Callable[[bytes], None]) -> None:
    """Read the sample's archive with an input in the place of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(sample(suffix)) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, data if name == part else whole.read(name))
    read(out.getvalue())


def check(document: Document, *, rules: bool) -> None:
    """Hold a document, and what the rules read from it, to its text."""
    size = len(document.text)
    assert all(0 <= piece.start <= piece.end <= size for piece in (*document.blocks, *document.pages))
    if not rules:
        return
    assert all(0 <= span.start <= span.end <= size for span in spans(extract(document)))


def read_text(data: bytes) -> None:
    """Read an input by the rules alone, with characters that no reader lets through."""
    text = data.decode("utf-8", "surrogateescape")
    check(Document("0" * 64, "a.txt", "text/plain", text), rules=True)


def sample(suffix: str) -> Path:
    """The first document of that suffix in the sample."""
    return next(path for path in sorted(SAMPLE.iterdir()) if path.suffix == suffix)


def target_named(name: str) -> Callable[[bytes], None]:
    """What reads an input of a target. Raises KeyError for one that there is not."""
    targets: dict[str, Callable[[bytes], None]] = {
        kind: partial(read_document, suffix=f".{kind}") for kind in ("txt", "md", "html", "pdf", "docx")
    }
    targets |= {kind: partial(read_directory, suffix=f".{kind}") for kind in ("csv", "xlsx")}
    targets["extract"] = read_text
    targets["pdf-page"] = lambda data: targets["pdf"](small_pdf(data))
    for kind, (suffix, part) in PARTS.items():
        targets[kind] = partial(read_part, suffix=suffix, part=part, read=targets[suffix.lstrip(".")])
    return targets[name]


def seeds(name: str) -> list[bytes]:
    """Whole inputs to begin with, made of the sample's documents."""
    if name in PARTS:
        suffix, part = PARTS[name]
        with zipfile.ZipFile(sample(suffix)) as archive:
            return [archive.read(part)]
    if name.startswith("pdf"):
        pages = [
            b"BT /F 10 Tf 50 700 Td (Taller en Lima, 3 de mayo de 2011) Tj 0 -14 Td (Organiza: Red) Tj ET",
            b"".join(
                b"BT /F 10 Tf 1 0 0 1 %d %d Tm (celda) Tj ET\n" % (50 + 150 * (n % 3), 700 - 20 * (n // 3))
                for n in range(12)
            ),
        ]
        return pages if name == "pdf-page" else [small_pdf(page, pages=2) for page in pages]
    if name == "csv":
        return ['nombre;país;tipo\nInstituto de Prueba;Perú;red\n"Red; Sur";;ONG\n'.encode()]
    if name in {"extract", "txt", "md"}:
        files = [path for path in sorted(SAMPLE.iterdir()) if path.suffix in {".txt", ".md"}]
        return [part.encode() for path in files for part in _parts(path.read_text("utf-8"))]
    return [path.read_bytes() for path in sorted(SAMPLE.iterdir()) if path.suffix == f".{name}"]


def _parts(text: str) -> list[str]:
    """A text in parts of some paragraphs: short inputs are tried more often."""
    parts = [""]
    for paragraph in text.split("\n\n"):
        if len(parts[-1]) > 400:
            parts.append("")
        parts[-1] += paragraph + "\n\n"
    return parts


def dictionary() -> str:
    """The words that rules and readers look for, as libFuzzer takes them."""

    def escaped(word: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))

    return "".join(f'"{escaped(word)}"\n' for word in (*PHRASES, *MARKS, *OPERATORS))


def main() -> None:
    """Fuzz until a failure, or as long as the options say."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    try:
        target = target_named(sys.argv[1])
    except KeyError:
        sys.exit(f"{sys.argv[1]}: no such target; see the top of this file")
    with tempfile.TemporaryDirectory() as folder:
        words, begin = Path(folder) / "words", Path(folder) / "seeds"
        words.write_text(dictionary(), encoding="ascii")
        begin.mkdir()
        for number, seed in enumerate(seeds(sys.argv[1])):
            (begin / str(number)).write_bytes(seed)
        folders = [arg for arg in sys.argv[2:] if not arg.startswith("-")]
        options = [f"-dict={words}", "-timeout=10", f"-max_len={LONGEST}", "-max_total_time=600"]
        given = [arg for arg in sys.argv[2:] if arg.startswith("-")]
        read_text("Taller en Lima, Perú, el 3 de mayo de 2011.".encode())  # loads what the rules know
        # What is found new goes into the first folder.
        atheris.Setup([sys.argv[0], *options, *given, *folders, str(begin)], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
