"""What a comparison with gold says of each fact, and the figures that follow from all of that.

Counts of several documents add up: figures of their sum are micro averages.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from graph.model import Span
from ingest.rules import FactPath

Verdict = Literal["right", "wrong", "missed", "made up", "apt", "covered", "tolerated", "noted"]
"""Of an item: right, missed, made up, or tolerated (optional); noted where it is right, but in no figure. Of
a field: right or wrong. Of a stretch of text: apt where the gold covers what was found, covered where what
was found covers the gold.
"""

_SIDES: Mapping[str, tuple[str, ...]] = {
    "right": ("found", "found.right", "gold", "gold.right"),
    "made up": ("found",),
    "missed": ("gold",),
    "apt": ("found", "found.right"),
    "covered": ("gold", "gold.right"),
}
FIELDS = frozenset(
    {
        *(f"events.{f}" for f in ("type", "status", "start_date", "year", "end_date", "city", "country")),
        "actors.type",
        "actors.country",
        "practices.kind",
        "practices.event",
    }
)
"""Figures that are accuracies; all others have precision, recall and F1."""
_ONLY_FOUND = frozenset({"places", "persons", "methodologies"})
"""Judged for the sake of their rules; what is missed of them is not, so they make no figures."""
_MEAN = ("type", "status", "start_date", "end_date", "city", "country")


class Judgement(NamedTuple):
    """One fact judged.

    `figure` is what it counts in, `item` the event, institution or practice it is about, `facts` where the
    extraction has it (nowhere where it was missed), `cost` how many facts are lost with it, and `span` where
    the gold says that it stands.
    """

    figure: str
    verdict: Verdict
    item: str
    facts: tuple[FactPath, ...] = ()
    found: str | None = None
    expected: str | None = None
    cost: int = 1
    span: Span | None = None

    @property
    def is_error(self) -> bool:
        """Whether it costs something."""
        return self.verdict in {"wrong", "missed", "made up"}


def counted(judgements: Iterable[Judgement]) -> Counter[str]:
    """How many facts of each figure were found and in the gold, and how many of either were right."""
    counts: Counter[str] = Counter()
    for figure, verdict, *_ in judgements:
        if figure in _ONLY_FOUND:
            continue
        if figure in FIELDS:
            counts[f"{figure}.right"] += verdict == "right"
            counts[f"{figure}.scored"] += 1
        for side in _SIDES.get(verdict, ()) if figure not in FIELDS else ():
            counts[f"{figure}.{side}"] += 1
    return counts


def figures(counts: Mapping[str, int]) -> dict[str, float]:
    """Precision, recall and F1, accuracies of fields, and counts of duplicates; none where nothing is scored.

    "events.fields" is the mean of the accuracies of its fields without the year, which the date has.
    """
    told: dict[str, float] = {}
    for figure in dict.fromkeys(name.rpartition(".")[0] for name in counts if name.endswith(".scored")):
        told[figure] = counts.get(f"{figure}.right", 0) / counts[f"{figure}.scored"]
    for figure in dict.fromkeys(
        name.removesuffix(".found").removesuffix(".gold")
        for name in counts
        if name.endswith((".found", ".gold"))
    ):
        precision = _share(counts, figure, "found")
        recall = _share(counts, figure, "gold")
        both = precision + recall
        told[f"{figure}.precision"], told[f"{figure}.recall"] = precision, recall
        told[f"{figure}.f1"] = 2 * precision * recall / both if both else 0.0
    fields = [told[f"events.{field}"] for field in _MEAN if f"events.{field}" in told]
    if fields:
        told["events.fields"] = sum(fields) / len(fields)
    for what in ("events", "actors"):
        told[f"{what}.duplicates"] = counts.get(f"{what}.duplicates", 0)
    return told


def mean(of: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Macro averages: the mean of each figure over the documents that have it."""
    names = dict.fromkeys(name for one in of for name in one if not name.endswith(".duplicates"))
    return {
        name: sum(values) / len(values)
        for name in names
        if (values := [one[name] for one in of if name in one])
    }


def _share(counts: Mapping[str, int], figure: str, side: str) -> float:
    whole = counts.get(f"{figure}.{side}", 0)
    return counts.get(f"{figure}.{side}.right", 0) / whole if whole else 0.0
