"""Reading: pages a second through all cores, where the time goes, and whether memory stays flat.

    python -m benchmarks.ingest_speed [--documents 1000] [--pages 2] [--profile]

Writes synthetic reports (invented institutions; es, pt and en; txt, md, html, docx and pdf in turn), dense
with events, reads them through a pool of processes as `redpyme ingest` does, without embedding, and prints
the figures below. A page is 500 words of the text that was read, whatever the format: about an A4 page of
prose, and more than the pages that the PDFs themselves have, which are told beside it.

- milliseconds of processor time a page by step: read (the format), clean, segment, rules (what is left);
- pages a second, the start of the processes included, and by processor time of all processes, this one too,
  which holds on a busy machine;
- resident memory of the processes ten times on the way (Linux). The first reading process is the one that
  the others are forked from, with whom it shares what it has loaded.

--profile also prints the ten functions that take most time of their own, and thirty with what they call.
"""

import argparse
import cProfile
import hashlib
import io
import json
import os
import pstats
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from benchmarks.processes import descendants, usage
from graph.model import Document, Extraction
from ingest.cleaning import clean
from ingest.extraction import extract
from ingest.readers import parse_document
from ingest.reading_pool import ReadingPool
from ingest.reading_worker import ReadingLimits, Source, fingerprint
from ingest.segmentation import segment

T = TypeVar("T")
Kind = Literal["title", "text", "item", "row"]
WORDS = 500  # a page
SAMPLES = 10  # of memory
FORMATS = (".txt", ".md", ".html", ".docx", ".pdf")
LIMITS = {"max_bytes": 2**26, "max_pages": 3000}


# By language: lists of names, places, topics and sentences; braces in a sentence name what fills them.
MANNERS = json.loads(Path(__file__).with_name("ingest_templates.json").read_text("utf-8"))
PEOPLE = ("Ana Belmonte", "Luis Carranza", "Teresa Vidal", "João Sarmento", "Mary Holt", "Elena Pardo Ruiz")
NUMBERS = ("I", "II", "III", "IV", "V", "VII", "3.º", "12.º")


class Line(NamedTuple):
    """A piece of a document: a heading, a paragraph, an item or a table row (tabs between cells)."""

    kind: Kind
    text: str


def compose(seed: int, *, pages: int) -> list[Line]:
    """The lines of one document of about `pages` times 500 words; the same seed gives the same document."""
    chance = random.Random(seed)
    language = ("es", "es", "pt", "en")[seed % 4]
    manner = MANNERS[language]

    def fill(pattern: str) -> str:
        city, country = chance.choice(manner["places"])
        day = chance.randint(1, 20)
        return pattern.format(
            event=chance.choice(manner["events"]),
            topic=chance.choice(manner["topics"]), city=city, country=country,
            day=day,
            later=day + chance.randint(1, 4), month=chance.choice(manner["months"]), year=1995 + seed % 30,
            actor=actor(), other=actor(), person=chance.choice(PEOPLE), number=chance.choice(NUMBERS),
            days=chance.randint(2, 90),
        )  # fmt: skip

    def actor() -> str:
        name = f"{chance.choice(manner['heads'])} {chance.choice(manner['fields'])}"
        if chance.random() < 0.3:
            name += (
                f" ({''.join(word[0] for word in name.split() if word[0].isupper())}{chance.choice('AEIO')})"
            )
        return name

    lines = [Line("title", f"{fill('{event} {year}')}: {fill('{topic}')}")]
    words = 0
    while words < pages * WORDS:
        manner_of_part = chance.choice(("prose", "prose", "list", "table", "numbered"))
        if manner_of_part == "table":
            part = [Line("row", fill("{event} de {topic}\t{day}/{later} {month} {year}\t{city}, {country}"))
                    for _ in range(chance.randint(2, 5))]  # fmt: skip
        elif manner_of_part == "list":
            part = [
                Line("item", fill(chance.choice(manner["announcements"])))
                for _ in range(chance.randint(2, 4))
            ]
        else:
            head = fill("{event}: {topic}")
            part = [Line("title", f"{len(lines)}. {head}" if manner_of_part == "numbered" else head)]
            for _ in range(chance.randint(1, 3)):
                sentences = [
                    chance.choice(manner["announcements"]),
                    *chance.choices(manner["fillers"], k=chance.randint(2, 5)),
                ]
                part.append(Line("text", " ".join(fill(sentence) for sentence in sentences)))
        lines += part
        words += sum(len(line.text.split()) for line in part)
    return lines


def as_text(lines: Sequence[Line], *, marks: tuple[str, str] = ("", "- ")) -> str:
    """Plain text, or Markdown with the marks for titles and items."""
    pieces = [
        {"title": marks[0], "item": marks[1]}.get(line.kind, "") + line.text.replace("\t", " | ")
        for line in lines
    ]
    return "\n\n".join(pieces)


def as_html(lines: Sequence[Line]) -> str:
    """A page with a menu."""
    tags = {"title": "h2", "text": "p", "item": "li"}
    body = "".join(
        "<table><tr>" + "".join(f"<td>{cell}</td>" for cell in line.text.split("\t")) + "</tr></table>"
        if line.kind == "row"
        else f"<{tags[line.kind]}>{line.text}</{tags[line.kind]}>"
        for line in lines
    )
    menu = "<nav><ul><li><a href='/'>Inicio</a><li><a href='/c'>Contacto</a></ul></nav>"
    head = f"<meta charset=utf-8><title>{lines[0].text}</title>"
    return f"<html><head>{head}</head><body>{menu}<main>{body}</main></body></html>"


def as_docx(lines: Sequence[Line]) -> bytes:
    """A Word document with styles."""
    import docx

    document = docx.Document()
    for line in lines:
        if line.kind == "row":
            cells = line.text.split("\t")
            table = document.add_table(1, len(cells))
            for cell, text in zip(table.rows[0].cells, cells, strict=True):
                cell.text = text
        elif line.kind == "title":
            document.add_heading(line.text, 1)
        else:
            document.add_paragraph(line.text, style="List Bullet" if line.kind == "item" else None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_pdf(lines: Sequence[Line]) -> bytes:
    """A PDF of A4 pages, lines wrapped at 90 characters, 52 to a page."""
    import textwrap

    wrapped = [part for line in lines for part in [*textwrap.wrap(line.text.replace("\t", "   "), 90), ""]]
    sheets = [wrapped[at : at + 52] for at in range(0, len(wrapped), 52)]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(sheets)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]>>" % (kids, len(sheets)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, sheet in enumerate(sheets):
        rows = b" ".join(
            b"(%s) Tj T*" % re.sub(rb"([\\()])", rb"\\\1", row.encode("cp1252", "replace")) for row in sheet
        )
        stream = b"BT /F1 10 Tf 14 TL 50 790 Td " + rows + b" ET"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )


def write_documents(folder: Path, *, count: int, pages: int) -> list[Path]:
    """Write `count` documents, of 1 to 2 × `pages` - 1 pages, in the formats in turn."""
    paths = []
    for seed in range(count):
        suffix = FORMATS[seed % len(FORMATS)]
        lines = compose(seed, pages=1 + seed % (2 * pages - 1))
        data: bytes
        match suffix:
            case ".docx":
                data = as_docx(lines)
            case ".pdf":
                data = as_pdf(lines)
            case ".html":
                data = as_html(lines).encode()
            case ".md":
                data = as_text(lines, marks=("## ", "- ")).encode()
            case _:
                data = as_text(lines).encode()
        paths.append(folder / f"informe-{seed:05}{suffix}")
        paths[-1].write_bytes(data)
    return paths


def read_one(path: Path) -> tuple[Document, Extraction]:
    """Read a document in this process."""
    document = parse_document(path.read_bytes(), name=path.name, **LIMITS)
    return document, extract(document)


class Sample(NamedTuple):
    """After so many pages: seconds, MiB of this process, of each reading process, and of all together.

    Pages that processes share count once in `together`, and in each of the others.
    """

    pages: float
    seconds: float
    parent: float
    readers: tuple[float, ...]
    together: float


def through_pool(paths: Sequence[Path]) -> None:
    """Print pages a second and memory over all documents, read as `redpyme ingest` reads them."""
    workers = os.cpu_count() or 1
    sources = [
        Source(path, path.name, fingerprint(hashlib.sha256(path.read_bytes()).hexdigest())) for path in paths
    ]
    processor: dict[int, float] = {}
    samples: list[Sample] = []
    words = events = 0
    sheets: list[tuple[int, int]] = []  # of each PDF its pages and words
    every = max(1, len(paths) // SAMPLES)
    began, own_before = time.perf_counter(), time.process_time()
    with ReadingPool(ReadingLimits(**LIMITS), workers=workers) as pool:
        for number, read in enumerate(pool.read(sources), 1):
            if isinstance(read, str):
                raise SystemExit(f"a document of this benchmark was not read: {read}")
            words += (here := len(read.document.text.split()))
            if read.document.pages:
                sheets.append((len(read.document.pages), here))
            events += len(read.extraction.events)
            if number % every == 0 or number == len(paths):
                used = {pid: use for pid in descendants(os.getpid()) if (use := usage(pid)) is not None}
                processor |= {pid: use.processor for pid, use in used.items()}
                own = usage(os.getpid())
                assert own is not None
                samples.append(
                    Sample(
                        words / WORDS,
                        time.perf_counter() - began,
                        own.resident,
                        tuple(use.resident for use in used.values()),
                        own.share + sum(use.share for use in used.values()),
                    )
                )
    seconds, pages = samples[-1].seconds, words / WORDS
    busy = sum(processor.values()) + time.process_time() - own_before
    print(
        f"{len(paths):,} documents, {pages:,.0f} pages of {WORDS} words, {events:,} events: {seconds:.1f} s "
        f"on {workers} cores, {pages / seconds:.1f} pages/s; {pages * workers / busy:.1f} "
        f"pages/s on {workers} cores by processor time"
    )
    print(
        f"PDF: {sum(count for count, _ in sheets):,} pages of their own, "
        f"{sum(count for _, count in sheets) / WORDS:,.0f} of {WORDS} words"
    )
    print(f"{'pages':>8} {'seconds':>8}  memory in MiB: parent, all together, each reading process")
    for sample in samples:
        each = " ".join(f"{resident:.0f}" for resident in sample.readers)
        memory = f"{sample.parent:6.0f} {sample.together:13.0f}  {each}"
        print(f"{sample.pages:8,.0f} {sample.seconds:8.1f}  {memory}")


def by_step(paths: Sequence[Path]) -> None:
    """Print milliseconds a page by step, in one process that is warm."""
    read_one(paths[0])
    spent = dict.fromkeys(("read", "clean", "segment", "rules"), 0.0)
    words = 0

    def timed(step: str, action: Callable[[], T]) -> T:
        began = time.process_time()
        value = action()
        spent[step] += time.process_time() - began
        return value

    for path in paths:
        data = path.read_bytes()
        document = timed("read", lambda: parse_document(data, name=path.name, **LIMITS))  # noqa: B023
        cleaned = timed("clean", lambda: clean(document))  # noqa: B023
        timed("segment", lambda: segment(cleaned, document))  # noqa: B023
        timed("rules", lambda: extract(document))  # noqa: B023
        words += len(document.text.split())
    spent["rules"] -= spent["clean"] + spent["segment"]
    pages, total = words / WORDS, sum(spent.values())
    for step, seconds in spent.items():
        print(f"{step:8} {1000 * seconds / pages:7.1f} ms a page  {100 * seconds / total:4.0f} %")
    print(f"one warm process: {pages / total:.1f} pages/s")


def hottest(paths: Sequence[Path], *, functions: int = 10) -> None:
    """Print the functions that take most time of their own, and those that take most with what they call."""
    read_one(paths[0])
    profile = cProfile.Profile()
    profile.enable()
    for path in paths:
        read_one(path)
    profile.disable()
    for order in ("tottime", "cumulative"):
        out = io.StringIO()
        pstats.Stats(profile, stream=out).strip_dirs().sort_stats(order).print_stats(
            functions if order == "tottime" else 3 * functions
        )
        print("\n".join(line for line in out.getvalue().splitlines() if line.strip()))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=2, help="of a document, on average")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = write_documents(Path(folder), count=options.documents, pages=options.pages)
        by_step(paths[:60])
        if options.profile:
            hottest(paths[:30])
        through_pool(paths)


if __name__ == "__main__":
    main()
