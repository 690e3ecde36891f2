"""Learn which phrases name events (`ingest/lexicon/event_weights.toml`) from annotated documents.

    python -m benchmarks.train_events GOLD_FOLDER=DOCUMENT_FOLDER … [--write]

Each would-be event of a document is an example: right where it is a required event of the gold, wrong where
it is none, left out where it is an optional one. A logistic regression is fitted on the signs of all its
mentions, with an L2 penalty on the distance to the earlier weights (`earlier` in the file), which were
learned from documents that are not at hand any more; a sign that they do not know starts at nothing. What is
printed is measured on documents that the weights were not fitted on: each is left out once.
"""

import argparse
import tomllib
from pathlib import Path

import numpy as np

from ingest.announced_events import draft_announced
from ingest.event_drafts import EventDraft
from ingest.event_facts import date_of, place_of
from ingest.event_signs import together
from ingest.first_reading import read
from ingest.readers import read_document
from ingest.told_events import gather_told
from ingest.well_known_places import is_place
from search_api.scoring.gold_files import document_of, read_gold
from search_api.scoring.matching import event_rank

PENALTY = 3.0
STEPS = 50
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
WEIGHTS = Path("ingest/lexicon/event_weights.toml")


def examples(gold_path: Path, documents: Path) -> list[tuple[dict[str, float], bool]]:
    """(signs, right) of each would-be event of one document; an optional event is no example."""
    gold = read_gold(gold_path)
    reading, _ = read(
        read_document(document_of(gold, gold_path, documents=documents), max_bytes=50_000_000, max_pages=2000)
    )
    drafts: list[EventDraft] = []
    owner: dict[int, EventDraft] = {}
    draft_announced(reading, is_place, drafts, owner)
    found = []
    for draft, signs in gather_told(reading, drafts, owner).items():
        when, where = date_of(draft), place_of(draft)
        event = {
            "title": draft.title,
            "start_date": when.date.start if when else None,
            "city": where.place.name if where else None,
        }
        ranks = [(rank, told) for told in gold.events if (rank := event_rank(told, event)) is not None]
        best = max(ranks, key=lambda pair: pair[0], default=None)
        if best is None or not best[1].optional:
            found.append((together(signs), best is not None))
    return found


def fit(rows: np.ndarray, right: np.ndarray, earlier: np.ndarray) -> np.ndarray:
    """Weights of the columns and, last, of the bias, by Newton's method from the earlier ones."""
    columns = np.hstack([rows, np.ones((len(rows), 1))])
    weights = earlier.copy()
    for _ in range(STEPS):
        told = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (told - right) + PENALTY * (weights - earlier)
        bend = (columns * (told * (1 - told))[:, None]).T @ columns + PENALTY * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def main() -> None:
    """Fit, measure by leaving documents out, and write the weights where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="GOLD=DOCUMENTS")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS}")
    args = parser.parse_args()
    listed = []
    for pair in args.sets:
        gold, documents = map(Path, pair.split("="))
        listed += [examples(path, documents) for path in sorted(gold.glob("[0-9][0-9]*.json"))]
    names = sorted({name for document in listed for signs, _ in document for name in signs})
    rows = [np.array([[s.get(n, 0.0) for n in names] for s, _ in d]).reshape(-1, len(names)) for d in listed]
    right = [np.array([r for _, r in d], dtype=bool) for d in listed]
    known = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))["earlier"]
    earlier = np.array([known.get(name, 0.0) for name in (*names, "bias")])
    guessed, truth = _left_out(rows, right, earlier)
    print(f"{len(listed)} documents, {len(truth)} would-be events, {truth.sum()} of them events")
    for least in THRESHOLDS:
        said = guessed >= least
        precision, recall = truth[said].mean() if said.any() else 0.0, said[truth].mean()
        f1 = 2 * precision * recall / (precision + recall)
        print(f"likelihood >= {least}: precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}")
    weights = fit(np.vstack(rows), np.concatenate(right), earlier)
    learned = sorted(zip(names, weights[:-1], strict=True), key=lambda pair: -pair[1])
    lines = [f"bias = {weights[-1]:.2f}", *(f'"{name}" = {weight:.2f}' for name, weight in learned)]
    if args.write:
        kept = WEIGHTS.read_text(encoding="utf-8").split("\n[weights]\n")[0]
        WEIGHTS.write_text(kept + "\n[weights]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _left_out(
    rows: list[np.ndarray], right: list[np.ndarray], earlier: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(likelihood, right) of each example by weights that were fitted without its document."""
    guessed = []
    for held in range(len(rows)):
        others = [i for i in range(len(rows)) if i != held]
        weights = fit(
            np.vstack([rows[i] for i in others]), np.concatenate([right[i] for i in others]), earlier
        )
        guessed.append(1 / (1 + np.exp(-(rows[held] @ weights[:-1] + weights[-1]))))
    return np.concatenate(guessed), np.concatenate(right)


if __name__ == "__main__":
    main()
