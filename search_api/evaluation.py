"""Search quality on graded queries.

A query file is `{"queries": [{"id", "query", "lang", "style", "relevant": [{"passage", "span", "grade"}]}]}`,
with spans in code points of one document and grades 2 (answers the query) and 1 (related).
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from graph.errors import ConfigurationError
from search_api.columns import Filters
from search_api.engine import SearchRequest, SearchResponse

DEPTH = 10
FETCHED = 30


class Searches(Protocol):
    """What can be evaluated: the engine, or a baseline beside it."""

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a query."""
        ...


@dataclass(frozen=True, slots=True)
class QueryScore:
    """The figures of one query."""

    id: str
    text: str
    group: str
    ndcg: float
    recall: float
    reciprocal_rank: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of each query with their means, over all and by language and style."""

    queries: tuple[QueryScore, ...]

    def mean(self, figure: str = "ndcg", group: str | None = None) -> float:
        """Mean of a figure ("ndcg", "recall", "reciprocal_rank") over all queries or a group."""
        values = [getattr(q, figure) for q in self.queries if group in (None, q.group)]
        return sum(values) / len(values) if values else 0.0

    def groups(self) -> tuple[str, ...]:
        """The groups, as language:style, in order."""
        return tuple(sorted({query.group for query in self.queries}))

    def worst(self, count: int = 5) -> tuple[QueryScore, ...]:
        """The queries with the lowest nDCG@10."""
        return tuple(sorted(self.queries, key=lambda query: (query.ndcg, query.id))[:count])


def evaluate(engine: Searches, query_file: Path, *, document: str | None = None) -> Evaluation:
    """Run the queries of a file and score the spans of the results.

    `document` is the slug of the document that the spans count in; results of others are then left out by the
    filter. Raises ConfigurationError where the file is not a query file.
    """
    filters = Filters(documents=(document,)) if document else Filters()
    scores = []
    for query in read_queries(query_file):
        request = SearchRequest(query["query"], k=FETCHED, filters=filters)
        spans = [hit.span for hit in engine.search(request).results if hit.span is not None]
        scores.append(score_query(query, spans))
    return Evaluation(tuple(scores))


def read_queries(query_file: Path) -> list[dict[str, Any]]:
    """The queries of a file. Raises ConfigurationError where it is not a query file."""
    try:
        queries = json.loads(query_file.read_text(encoding="utf-8"))["queries"]
        return [query for query in queries if query["query"] and query["relevant"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{query_file} is not a file of graded queries: {error}") from error


def score_query(query: Mapping[str, Any], spans: Iterable[Sequence[int]]) -> QueryScore:
    """Score the spans found for one query, best first.

    nDCG@10 with gain 2^grade - 1 (Burges et al. 2005). A span stands for a graded passage when they share
    half of the shorter one; a further span inside a passage already counted is passed over.
    """
    graded = {r["passage"]: (r["span"], int(r["grade"])) for r in query["relevant"]}
    seen: set[str] = set()
    gains: list[int] = []
    first = 0.0
    for span in spans:
        if len(gains) == DEPTH:
            break
        matched = [(grade, name) for name, (gold, grade) in graded.items() if _stands_for(span, gold)]
        hits = sorted(matched, reverse=True)
        fresh = [hit for hit in hits if hit[1] not in seen]
        if hits and not fresh:
            continue
        grade = fresh[0][0] if fresh else 0
        if fresh:
            seen.add(fresh[0][1])
        gains.append(2**grade - 1)
        if grade == 2 and not first:
            first = 1 / len(gains)
    ideal = sorted((2**grade - 1 for _, grade in graded.values()), reverse=True)[:DEPTH]
    strong = [name for name, (_, grade) in graded.items() if grade == 2]
    return QueryScore(
        id=str(query.get("id", "")),
        text=str(query["query"]),
        group=f"{query.get('lang', '')}:{query.get('style', '')}",
        ndcg=_discounted(gains) / _discounted(ideal),
        recall=min(1.0, sum(name in seen for name in strong) / min(DEPTH, len(strong))) if strong else 1.0,
        reciprocal_rank=first if strong else 1.0,
    )


def reciprocal_gain(rank: int | None) -> float:
    """nDCG@10 of a query with one relevant passage at `rank` (0 the first; None: not found)."""
    return 1 / math.log2(rank + 2) if rank is not None and rank < DEPTH else 0.0


def grouped(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """Means by group, with "all" first, for printing or JSON."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for group in (None, *evaluation.groups()):
        for figure in ("ndcg", "recall", "reciprocal_rank"):
            found[group or "all"][figure] = evaluation.mean(figure, group)
    return dict(found)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _stands_for(span: Sequence[int], gold: Sequence[int]) -> bool:
    shorter = min(span[1] - span[0], gold[1] - gold[0])
    return shorter > 0 and min(span[1], gold[1]) - max(span[0], gold[0]) >= shorter / 2
