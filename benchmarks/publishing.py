"""From a file to a served snapshot: the first time, again unchanged, and after a change.

    python benchmarks/publishing.py [FILE]

The model is loaded before the clock starts, and the themes' labels are embedded, as `redpyme model prepare`
does; nothing of the document is cached at first.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from graph.settings import Settings
from search_api.embedding.encoder import EmbeddingCache, Encoder, load_encoder
from search_api.publishing.build import ingest_paths
from search_api.publishing.report import IngestReport
from search_api.search.index import embed_vocabulary

REPORT = Path(__file__).parents[2] / "shared" / "corpus" / "sela-iberpyme-2007.txt"


def timed(what: str, file: Path, settings: Settings, encoder: Encoder) -> IngestReport:
    began = time.perf_counter()
    report = ingest_paths([file], settings=settings, encoder=encoder)
    state = f"snapshot {report.snapshot}" + ("" if report.published else ", nothing published")
    print(f"{what:32} {time.perf_counter() - began:6.2f} s   {state}")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=REPORT)
    given = parser.parse_args().file
    encoder = load_encoder("embedded")
    encoder.encode_passages(["calentar"])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = root / given.name
        shutil.copy(given, file)
        settings = Settings(workspace=root / "workspace", cache=root / "cache")
        settings.cache.mkdir()  # type: ignore[union-attr]
        with EmbeddingCache(root / "cache") as cache:
            embed_vocabulary(encoder, cache)
        timed("first time, nothing cached", file, settings, encoder)
        timed("again, unchanged", file, settings, encoder)
        with file.open("a", encoding="utf-8") as more:
            more.write("\n\nUna línea más.\n")
        timed("one line added", file, settings, encoder)


if __name__ == "__main__":
    main()
