"""Hostile and damaged input: no crash but a DocumentError, no hang, no span outside the text."""

import functools
import gc
import io
import json
import signal
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.errors import DocumentError, DocumentTooLarge, UnreadableDocument
from graph.model import Document, Span
from ingest import directories
from ingest.extraction import extract
from ingest.readers import SUPPORTED_SUFFIXES, parse_document, read_document

SAMPLE = Path(__file__).parents[1] / "sample" / "documents"
MAX_BYTES = 10 * 2**20
MAX_PAGES = 50


def read(data: bytes, suffix: str) -> Document | None:
    """The document that the bytes make, or None where a DocumentError says why not."""
    with suppress(DocumentError):
        return parse_document(data, name=f"a{suffix}", max_bytes=MAX_BYTES, max_pages=MAX_PAGES)
    return None


def spans(value: Any) -> Iterator[Span]:
    """All spans in a value of the domain model, however deep."""
    if isinstance(value, Span):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from spans(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from spans(tuple(value.values()))
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from spans(item)


def check(document: Document) -> None:
    """Hold a document, and what is read from it, to its text."""
    size = len(document.text)
    for piece in (*document.blocks, *document.pages):
        assert 0 <= piece.start <= piece.end <= size
    for span in spans(extract(document)):
        assert 0 <= span.start <= span.end <= size


@functools.cache
def samples() -> list[tuple[str, bytes]]:
    """Whole documents to damage: the sample's, and a small PDF."""
    found = [(path.suffix, path.read_bytes()) for path in sorted(SAMPLE.iterdir())]
    return [*found, (".pdf", small_pdf(b"BT /F 10 Tf 50 700 Td (Taller en Lima, 3 de mayo de 2011) Tj ET"))]


def small_pdf(stream: bytes, *, pages: int = 1, compressed: bool = False) -> bytes:
    """A PDF of pages that all show one content stream."""
    content = zlib.compress(stream, 9) if compressed else stream
    filtered = b"/Filter/FlateDecode" if compressed else b""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]>>" % (kids, pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filtered, content),
        *(b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>" for _ in range(pages)),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def damaged(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The data with pieces replaced: at a part of its length, so many bytes, by other bytes."""
    result = bytearray(data)
    for part, length, new in edits:
        at = int(part * len(result))
        result[at : at + length] = new
    return bytes(result)


EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b"<", b">", b"<table>", b"<div>" * 50, b"|", b"\n\n", b"\x00", b"(", b"\xff\xfe", b"- "]
            ),
        ),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(which=st.integers(0, 6), edits=EDITS)
@example(which=4, edits=[(0.84375, 1, b"\x00")])  # a compressed part with a byte changed
def test_damaged_documents_are_read_or_refused(which: int, edits: list[tuple[float, int, bytes]]) -> None:
    suffix, data = samples()[which]
    if suffix in SUPPORTED_SUFFIXES and (document := read(damaged(data, edits), suffix)) is not None:
        check(document)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_damaged_parts_of_office_files_are_read_or_refused(
    edits: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The archive is whole, the XML in it is not."""
    for suffix, part in (
        (".docx", "document.xml"),
        (".docx", "numbering.xml"),
        (".xlsx", "sheet1.xml"),
    ):
        data = next(data for own, data in samples() if own == suffix)
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                target.writestr(name, damaged(content, edits) if name.endswith(part) else content)
        if suffix == ".docx":
            if (document := read(out.getvalue(), suffix)) is not None:
                check(document)
            continue
        path = tmp_path_factory.mktemp("sheets") / "a.xlsx"
        path.write_bytes(out.getvalue())
        with suppress(DocumentError):
            made = directories.read(path, data=out.getvalue(), name=path.name, max_bytes=MAX_BYTES)
            assert all(s.end <= len(made.document.text) for s in spans(made.extraction))


HOSTILE = json.loads((Path(__file__).parent / "data" / "hostile_text.json").read_text("utf-8"))
# Pieces of what the rules look for, so that generated texts get past their first conditions.
PHRASES = st.sampled_from(HOSTILE["phrases"])
TEXTS = st.lists(st.one_of(PHRASES, PHRASES, st.text(max_size=6)), max_size=80).map(
    lambda parts: " ".join(parts)
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, suffix=st.sampled_from([".txt", ".md", ".html"]))
@example("Taller en Lima 12 de mayo: ", ".txt")
def test_any_text_gives_spans_inside_it(text: str, suffix: str) -> None:
    if (document := read(text.encode("utf-8", "surrogatepass"), suffix)) is not None:
        check(document)


@pytest.mark.parametrize("text", HOSTILE["found"])
def test_what_fuzzing_found_is_read(text: str) -> None:
    """An accent that stands alone folds to nothing, and nothing is no token."""
    check(Document("0" * 64, "a.txt", "text/plain", text))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, cuts=st.lists(st.floats(0, 1), max_size=4))
def test_any_pages_give_spans_inside_the_text(text: str, cuts: list[float]) -> None:
    """Straight into the rules, with characters that no reader lets through."""
    from graph.model import Page

    edges = [0, *sorted(int(cut * len(text)) for cut in cuts), len(text)]
    pages = tuple(Page(n, a, b) for n, (a, b) in enumerate(pairwise(edges), 1) if a < b)
    check(Document("0" * 64, "a.pdf", "application/pdf", text, pages=pages))


MARKUP = st.recursive(
    st.one_of(TEXTS, st.sampled_from(["<br>", "<!--", "<p", "&nbsp;", "&#0;", "<script>", "<td>"])),
    lambda inner: st.builds(
        lambda tag, body: f"<{tag}>{''.join(body)}</{tag}>",
        st.sampled_from(
            [
                "div",
                "p",
                "ul",
                "li",
                "table",
                "tr",
                "td",
                "h1",
                "h2",
                "b",
                "blockquote",
                "nav",
                "main",
                "dl",
                "dd",
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(MARKUP)
def test_any_markup_gives_spans_inside_the_text(markup: str) -> None:
    if (document := read(markup.encode("utf-8", "surrogatepass"), ".html")) is not None:
        check(document)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 5_000 + "<p>Hola a todos los de la red.</p>",
        "<ul><li>" * 3_000 + "Hola a todos",
        "<table><tr><td>" * 3_000 + "Hola a todos",
        "<b>" * 20_000 + "Hola a todos",
        "<p>Hola a todos</p>" + "<blockquote>" * 3_000 + "x" + "</blockquote>" * 3_000,
    ],
    ids=["div", "list", "table", "inline", "after"],
)
def test_markup_nested_by_the_thousand_is_read_or_refused(page: str) -> None:
    document = read(page.encode(), ".html")
    if document is not None:
        check(document)


@pytest.mark.parametrize(
    "text", ["> " * 5_000 + "a", "- " * 5_000 + "a", "[" * 20_000, "*a " * 20_000, "|" * 50_000 + "\n|-|\n"]
)
def test_markdown_nested_by_the_thousand_is_read_or_refused(text: str) -> None:
    began = time.process_time()
    read(text.encode(), ".md")
    assert time.process_time() - began < 5


class TestLimits:
    def test_a_pdf_of_ten_thousand_pages_is_refused_before_it_is_read(self) -> None:
        data = small_pdf(b"BT /F 10 Tf 50 700 Td (Hola) Tj ET", pages=10_000)
        began = time.process_time()
        with pytest.raises(DocumentTooLarge, match="10,000 pages, over the limit of 3,000"):
            parse_document(data, name="a.pdf", max_bytes=MAX_BYTES, max_pages=3000)
        assert time.process_time() - began < 2

    def test_a_small_pdf_that_unpacks_to_text_without_end_is_refused(self) -> None:
        shown = b"(" + b"Hola a todos. " * 50 + b") Tj "
        data = small_pdf(b"BT /F 1 Tf 50 700 Td " + shown * 1600 + b"ET", compressed=True)
        assert len(data) < 20_000
        with pytest.raises(DocumentTooLarge, match="more text than any report has by page 1"):
            parse_document(data, name="a.pdf", max_bytes=MAX_BYTES, max_pages=3000)

    def test_a_file_of_200_megabytes_is_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        with path.open("wb") as file:
            file.truncate(200 * 2**20)
        began = time.process_time()
        with pytest.raises(DocumentTooLarge, match="209,715,200 bytes, over the limit"):
            read_document(path, max_bytes=64 * 2**20, max_pages=1)
        assert time.process_time() - began < 0.5

    @pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
    def test_archives_that_unpack_beyond_measure_are_refused(self, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / f"a{suffix}"
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/a.xml", "w") as part,
        ):
            for _ in range(100):
                part.write(bytes(2**20))
        with pytest.raises(DocumentTooLarge, match="unpacks to"):
            read_any(path)

    @pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
    def test_entities_are_refused_not_expanded(self, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / f"a{suffix}"
        laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.xml", f'<!DOCTYPE x [<!ENTITY a "ja">{laughs}]><x>&i;</x>')
        with pytest.raises(UnreadableDocument, match="declares XML entities"):
            read_any(path)

    def test_entities_of_a_page_are_not_expanded(self) -> None:
        page = '<!DOCTYPE html [<!ENTITY a "ja ja ja"><!ENTITY b "&a;&a;&a;">]><p>Hola a todos &b;</p>'
        document = read(page.encode(), ".html")
        assert document is not None
        assert "ja ja" not in document.text.split("Hola")[1]


def read_any(path: Path) -> object:
    """A directory of institutions or a document, by its suffix."""
    if path.suffix == ".xlsx":
        return directories.read(path, data=path.read_bytes(), name=path.name, max_bytes=MAX_BYTES)
    return read_document(path, max_bytes=MAX_BYTES, max_pages=MAX_PAGES)


# In such runs a rule with nested repetition takes a time that grows with a power of their length.
@pytest.mark.parametrize(
    "unit",
    HOSTILE["runs"],
)
def test_time_is_in_proportion_to_the_length(unit: str) -> None:
    """Four times the text may take eight times as long, and half a second more."""

    def seconds(size: int) -> float:
        text = "Taller en Lima " + unit * (size // len(unit))
        gc.collect()  # the objects of the tests before are not what is measured
        gc.freeze()
        began = time.process_time()
        with time_limit(20):
            extract(Document("0" * 64, "a.txt", "text/plain", text))
        return time.process_time() - began

    seconds(100)
    short, long = seconds(4_000), seconds(16_000)
    assert long < 8 * short + 0.5


# A page says with few bytes that a table is wide, opens code that it never closes, or repeats a title. Where
# each of them cost what it stood for, these took many times as long.
@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td rowspan=999 colspan=999>Feria</td><td>x</td></tr>" * 250 + "</table>",
        "<p>Hola a todos</p>" + "<% " * 200_000,
        "<h2>Taller Uno</h2>" * 10_000,
        "<p>Hola a todos</p>" + "<p>" + "www." * 25_000 + "</p>",
    ],
    ids=["cells", "code", "titles", "addresses"],
)
def test_a_page_that_repeats_itself_is_read_in_seconds(page: str) -> None:
    gc.collect()
    gc.freeze()
    began = time.process_time()
    with time_limit(60):
        document = read(f"<html><body>{page}".encode(), ".html")
        if document is not None:
            extract(document)
    assert time.process_time() - began < 8


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Stop what takes longer with TimeoutError; a search by regular expression is stopped too."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"took over {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_word_longer_than_a_sentence_may_be_is_read() -> None:
    """An address or an image in base64 of thousands of characters in the middle of a sentence."""
    text = (
        "El III Foro del Telar se celebró en Ibarra el 4 de mayo de 2019. Véase " + "a" * 5000 + " hoy mismo."
    )
    (event,) = extract(Document("0" * 64, "nota.txt", "text/plain", text)).events
    assert event.start_date == "2019-05-04"
