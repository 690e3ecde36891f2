"""The W3C's SPARQL suites through our endpoint: passed, of how many, and what fails.

    python benchmarks/w3c_suite.py [FOLDER]

FOLDER holds `sparql10` and `sparql11` of w3c/rdf-tests. Queries go over HTTP to the application on a port of
the loopback, updates to the store; `tests/test_w3c.py` holds the same figures and the reasons.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the harness stands with the tests that hold the figures

from test_w3c import ELSEWHERE, PARTS, part_of  # noqa: E402
from w3c_manifests import Case, read_cases  # noqa: E402
from w3c_runs import run, serving  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "w3c-sparql")
    folder: Path = parser.parse_args().folder
    if not folder.is_dir():
        print(f"{folder}: the suites are not here; nothing was run")
        return
    parts: dict[str, list[Case]] = {part: [] for part in PARTS}
    for case in read_cases(folder, "sparql1?/*"):
        if case.group not in ELSEWHERE:
            parts[part_of(case)].append(case)
    with tempfile.TemporaryDirectory() as scratch, serving(folder, Path(scratch)) as endpoint:
        for part, cases in parts.items():
            failed = [
                outcome.case.id for outcome in (run(case, endpoint) for case in cases) if not outcome.passed
            ]
            print(f"{part:24} {len(cases) - len(failed):4} of {len(cases)}")
            for name in failed:
                print(f"    {name}: {PARTS[part][1].get(name, 'not known')}")
    for group, (count, reason) in ELSEWHERE.items():
        print(f"{group:30} {count:4} not run: {reason}")


if __name__ == "__main__":
    main()
