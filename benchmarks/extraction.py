"""Extraction against hand-made gold: the report, the other real documents, and our own unseen ones.

    python benchmarks/extraction.py [--shared FOLDER]

Runs the scorers of ../shared on what `redpyme extract --json` prints, and prints their figures with the
seconds it took (reading and rules, without start-up).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graph.errors import ConfigurationError
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.readers import read_document

ROOT = Path(__file__).parents[1]
LIMITS = {"max_bytes": 64 * 2**20, "max_pages": 3000}


def extract_all(files: list[Path], folder: Path) -> float:
    """Write the contract of each file into `folder` as STEM.json; seconds for all but loading."""
    read_and_extract(files[0])  # what is loaded once (gazetteer, authority, terms) is not the documents' time
    began = time.perf_counter()
    for file in files:
        contract = read_and_extract(file)
        (folder / f"{file.stem}.json").write_text(json.dumps(contract, ensure_ascii=False), encoding="utf-8")
    return time.perf_counter() - began


def read_and_extract(file: Path) -> dict[str, object]:
    return to_contract(extract(read_document(file, **LIMITS)))


def scored(*command: str | Path) -> str:
    """What a scorer prints."""
    return subprocess.run(
        [sys.executable, *map(str, command)], check=True, capture_output=True, text=True
    ).stdout.rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    shared = parser.parse_args().shared
    if not (shared / "gold").is_dir():
        raise ConfigurationError(f"{shared}: no gold here; name the folder with --shared")
    for title, files, gold in (
        ("the report", [shared / "corpus" / "sela-iberpyme-2007.txt"], None),
        ("other reports", sorted((shared / "corpus" / "reports").glob("*.txt")), shared / "gold" / "reports"),
        (
            "our own documents",
            documents(ROOT / "tests" / "data" / "reports"),
            ROOT / "tests/data/reports/gold",
        ),
    ):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            seconds = extract_all(files, folder)
            print(f"== {title}: {len(files)} in {seconds:.2f} s")
            if gold is None:
                print(
                    scored(
                        shared / "gold" / "score_extraction.py",
                        shared / "gold" / "sela-iberpyme-2007.json",
                        folder / f"{files[0].stem}.json",
                    )
                )
            else:
                print(scored(shared / "gold" / "reports" / "score.py", "--extract", folder, "--gold", gold))


def documents(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.iterdir() if p.suffix in {".md", ".txt", ".html"} and p.stem[:2].isdigit()
    )


if __name__ == "__main__":
    main()
