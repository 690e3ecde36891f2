"""Extraction against hand-made gold: the report, the other real documents, and our own unseen ones.

    python benchmarks/extraction.py [--shared FOLDER] [GOLD…]

Prints what `redpyme eval extraction` prints without errors and rules, for each folder of gold, and the
seconds it took: reading on all cores, with the start of their processes. GOLD are further files or folders.
The figures are those of the scorers of ../shared; a test holds that.
"""

import argparse
import time
from pathlib import Path

from graph.errors import ConfigurationError
from graph.settings import load_settings
from search_api.scoring import tables
from search_api.scoring.evaluation import evaluate_extraction

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", metavar="GOLD", nargs="*", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    given = parser.parse_args()
    if not (given.shared / "gold").is_dir():
        raise ConfigurationError(f"{given.shared}: no gold here; name the folder with --shared")
    parts = {
        "the report": given.shared / "gold" / "sela-iberpyme-2007.json",
        "other reports": given.shared / "gold" / "reports",
        "our own documents": ROOT / "tests" / "data" / "reports" / "gold",
        **{str(path): path for path in given.gold},
    }
    for title, gold in parts.items():
        began = time.perf_counter()
        evaluation = evaluate_extraction([gold], settings=load_settings(), progress=lambda *_: None)
        seconds = time.perf_counter() - began
        print(f"== {title}: {len(evaluation.documents)} in {seconds:.2f} s")
        print(f"{tables.summary(evaluation)}\n\n{tables.overall(evaluation)}\n")


if __name__ == "__main__":
    main()
