"""Fuzz the readers and the extractor by coverage with atheris, which is not among the requirements.

    pip install atheris
    python tests/fuzz_readers.py [-max_total_time=600 and other options of libFuzzer] [CORPUS_FOLDER]

The first byte of an input chooses the format. Anything raised but a DocumentError, and any span outside the
text, ends the run with the input that caused it.
"""

import contextlib
import sys

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: nothing was fuzzed")

with atheris.instrument_imports(include=["ingest", "ingest.readers"]):
    from ingest.extraction import extract
    from ingest.readers import SUPPORTED_SUFFIXES, parse_document

from graph.errors import DocumentError

SUFFIXES = sorted(SUPPORTED_SUFFIXES)


def read(data: bytes) -> None:
    """Read one input and hold its spans to its text."""
    if not data:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    with contextlib.suppress(DocumentError):
        document = parse_document(data[1:], name=f"a{suffix}", max_bytes=2**20, max_pages=20)
        found = extract(document)
        for span in (*(p.span for p in found.passages), *(e.span for e in found.events)):
            assert 0 <= span.start <= span.end <= len(document.text), span


def main() -> None:
    """Fuzz until a failure, or as long as the options say."""
    options = (
        sys.argv if any(arg.startswith("-") for arg in sys.argv[1:]) else [*sys.argv, "-max_total_time=60"]
    )
    atheris.Setup(options, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
