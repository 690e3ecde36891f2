"""Peers of institutions against a judged set: our lenses, events in common, and profiles embedded.

    python benchmarks/peers.py [JUDGED.json] [--workspace FOLDER] [--half odd|even] [--each]

For each institution and lens, people graded the peers that they would name from the report alone (3 the first
to call, 2 good, 1 fair; nobody else counts). The figure is nDCG@5 with gain 2^grade − 1, the mean over the
institutions for which the lens has a grade; beside it, for how many of those where the judges found nobody
nothing was answered, too. The baselines rank everybody by the number of events in common, and by the cosine
of the embedded profiles of the search index. An institution's own ministry or unit is left out of all.
"""

import argparse
import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from graph.errors import NotFound
from graph.settings import Settings, load_settings
from graph.snapshots import Snapshot
from graph.store import GraphView, open_store
from graph.workspace import Workspace
from search_api.catalogue.actor_names import find_actor
from search_api.catalogue.triples import Triples
from search_api.embedding.encoder import load_encoder
from search_api.peers.activity import read_activity
from search_api.peers.finding import PeerFinder
from search_api.peers.lenses import LENSES
from search_api.publishing.build import ingest_paths
from search_api.search.index import open_index

SHARED = Path(__file__).parents[2] / "shared"
REPORT = SHARED / "corpus" / "sela-iberpyme-2007.txt"
JUDGED = Path(__file__).parents[1] / "tests" / "data" / "judged_peers.json"
NAMES = ("alike", "connected", "complementary", "counterpart", "combined")
DEPTH = 5


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """nDCG@5 with gain 2^grade − 1."""
    gains = [2 ** grades.get(name, 0) - 1 for name in ranked[:DEPTH]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:DEPTH]
    dcg, best = (sum(g / math.log2(n + 2) for n, g in enumerate(values)) for values in (gains, ideal))
    return dcg / best


class Rankings:
    """Three ways to rank the actors of one snapshot; each answers IRIs, the best first."""

    def __init__(self, snapshot: Snapshot, settings: Settings) -> None:
        self.view = GraphView(open_store(snapshot))
        self.activity = read_activity(Triples(self.view.store))
        self.finder = PeerFinder(self.activity)
        index = open_index(snapshot.index_path, load_encoder(settings.model, cache=settings.cache))
        at = np.flatnonzero(index.columns.of_kind("actor"))
        self._profiled = [index.entries[int(position)].iri for position in at]
        self._vectors = index.vectors.rows(at)

    def ours(self, actor: str, lens: str) -> list[str]:
        options = {} if lens == "combined" else {"weights": {lens: 1.0}}
        return [peer.iri for peer in self.finder.find(actor, k=DEPTH, **options).peers]  # type: ignore[arg-type]

    def together(self, actor: str, lens: str) -> list[str]:
        parts = (self.activity.parts > 0).astype(np.int64)
        row = self.activity.row[actor]
        counts = np.asarray((parts[[row]] @ parts.T).toarray()).ravel()
        counts[row] = 0
        order = np.argsort(-counts, kind="stable")
        return self._others(actor, [self.activity.actors[n] for n in order if counts[n]])

    def embedded(self, actor: str, lens: str) -> list[str]:
        if actor not in self._profiled:
            return []
        order = np.argsort(-(self._vectors @ self._vectors[self._profiled.index(actor)]), kind="stable")
        return self._others(actor, [self._profiled[n] for n in order])

    def _others(self, actor: str, ranked: Sequence[str]) -> list[str]:
        own = self.activity.own(self.activity.row[actor])
        return [iri for iri in ranked if self.activity.row[iri] not in own]


def named(view: GraphView, name: str) -> str:
    """The IRI of an institution of the judged set, or its name where the graph does not know it."""
    try:
        return find_actor(view, name)
    except NotFound:
        return name


def main() -> None:
    """Print a table: a line for each way to rank, a column for each lens."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("judged", nargs="?", type=Path, default=JUDGED)
    arguments.add_argument("--workspace", type=Path)
    arguments.add_argument("--half", choices=("odd", "even"))
    arguments.add_argument("--each", action="store_true", help="one line for each institution, too")
    options = arguments.parse_args()
    if not REPORT.exists() and options.workspace is None:
        print(f"the report is not part of the project and not at {REPORT}: name a --workspace that has it")
        return
    settings = load_settings()
    judged = json.loads(options.judged.read_text(encoding="utf-8"))["institutions"]
    if options.half:
        judged = judged[options.half == "even" :: 2]
    with tempfile.TemporaryDirectory() as folder:
        place = options.workspace or Path(folder) / "workspace"
        if options.workspace is None:
            ingest_paths([REPORT], settings=settings.model_copy(update={"workspace": place}))
        snapshot = Workspace(place).current()
        assert snapshot is not None
        rankings = Rankings(snapshot, settings)
        report(rankings, judged, each=options.each)


def report(rankings: Rankings, judged: Sequence[Mapping[str, object]], *, each: bool) -> None:
    """Score all rankings and print them."""
    meant = cache(lambda name: named(rankings.view, name))
    ways = {"ours": rankings.ours, "events in common": rankings.together, "embedded": rankings.embedded}
    print(f"{len(judged)} institutions; nDCG@{DEPTH} over those with grades")
    for way, ranking in ways.items():
        cells = []
        for lens in NAMES:
            scores, empty, silent = [], 0, 0
            for one in judged:
                actor = meant(str(one["name"]))
                grades = {meant(n): g for n, g in one["lenses"][lens].items()}  # type: ignore[index]
                found = ranking(actor, lens)
                if grades:
                    scores.append(ndcg(found, grades))
                    if each and way == "ours":
                        print(f"  {lens:14} {scores[-1]:.3f} {one['name']}")
                else:
                    empty, silent = empty + 1, silent + (not found)
            cells.append(f"{lens} {np.mean(scores):.3f}" + (f" ({silent} of {empty})" if empty else ""))
        print(f"{way:18}" + "  ".join(cells))


if __name__ == "__main__":
    assert set(NAMES) >= set(LENSES)
    main()
