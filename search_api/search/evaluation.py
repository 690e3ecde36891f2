"""Search quality on graded queries.

A query file is `{"document": NAME, "queries": [{"id", "query", "lang", "style", "relevant": [{"passage",
"span", "grade"}]}]}`, with spans in code points of the document (its file's name or its slug; it may go
unnamed where a collection has no other) and grades 2 (answers the query) and 1 (related). A query whose
`relevant` is empty has no answer there: it is told apart, by whether the search says so.
"""

import json
import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from graph.errors import ConfigurationError
from graph.naming import document_slug
from search_api.search.columns import Filters
from search_api.search.results import Hit, SearchRequest, SearchResponse
from search_api.wording.tables import table

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
    flagged: bool = False
    """Whether the search called what it found unlikely to answer."""


class Unanswered(NamedTuple):
    """A query without an answer, and whether the search said so."""

    id: str
    text: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of each query with their means, over all and by language and style; those without an answer."""

    queries: tuple[QueryScore, ...]
    unanswered: tuple[Unanswered, ...] = ()

    def mean(self, figure: str = "ndcg", group: str | None = None) -> float:
        """Mean of a figure ("ndcg", "recall", "reciprocal_rank") over all queries or a group: a language and
        style ("es:direct"), or all of a language ("es:") or a style (":direct")."""
        values = [getattr(query, figure) for query in self._of(group)]
        return sum(values) / len(values) if values else 0.0

    def count(self, group: str | None = None) -> int:
        """How many queries of a group were scored."""
        return len(self._of(group))

    def groups(self) -> tuple[str, ...]:
        """The groups, as language:style, in order."""
        return tuple(sorted({query.group for query in self.queries}))

    def _of(self, group: str | None) -> list[QueryScore]:
        if group is None:
            return list(self.queries)
        asked = group.split(":")
        return [
            q
            for q in self.queries
            if all(a in ("", b) for a, b in zip(asked, q.group.split(":"), strict=True))
        ]

    def worst(self, count: int = 5) -> tuple[QueryScore, ...]:
        """The queries with the lowest nDCG@10."""
        return tuple(sorted(self.queries, key=lambda query: (query.ndcg, query.id))[:count])


def evaluate(
    engine: Searches,
    *query_files: Path,
    document: str | None = None,
    known: Container[str] | None = None,
) -> Evaluation:
    """Run the queries of files and score the spans of the results.

    With the slug of a `document` the search is within it. Else it is over the whole collection, and a result
    of another document than the file names takes a place and gains nothing. Raises ConfigurationError where a
    file is not a query file or its document is not among those `known`.
    """
    filters = Filters(documents=(document,)) if document else Filters()
    scores, unanswered = [], []
    for query_file in query_files:
        own, queries = _read(query_file)
        own = document or own
        if own and known is not None and own not in known:
            raise ConfigurationError(f"{query_file}: the collection has no document {own!r}")
        for query in queries:
            found = engine.search(SearchRequest(query["query"], k=FETCHED, filters=filters))
            if query["relevant"]:
                spans = [_span_in(hit, own) for hit in found.results if hit.span is not None]
                scores.append(replace(score_query(query, spans), flagged=found.nothing_relevant))
            else:
                told = (str(query.get("id", "")), query["query"], found.nothing_relevant)
                unanswered.append(Unanswered(*told))
    return Evaluation(tuple(scores), tuple(unanswered))


def _span_in(hit: Hit, document: str | None) -> tuple[int, int]:
    """The span of a hit, empty where it is of another document than the one that counts. A hit that is told
    there, too, counts as it is told there."""
    if document and hit.document and hit.document.slug != document:
        return next((place.span for place in hit.also_in if place.document.slug == document), (0, 0))
    return hit.span or (0, 0)


def read_queries(query_file: Path) -> list[dict[str, Any]]:
    """The queries of a file that have an answer. Raises ConfigurationError where it is not a query file."""
    return [query for query in _read(query_file)[1] if query["relevant"]]


def _read(query_file: Path) -> tuple[str | None, list[dict[str, Any]]]:
    """The slug of the document that a file names, and its queries."""
    try:
        data = json.loads(query_file.read_text(encoding="utf-8"))
        asked = [query for query in data["queries"] if query["query"] and query["relevant"] is not None]
        named = data.get("document")
        return document_slug(named) if named else None, asked
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
    """Means by group for printing or JSON: "all", then languages ("es:"), styles (":direct"), and both."""
    pairs = [group.split(":") for group in evaluation.groups()]
    languages = dict.fromkeys(f"{language}:" for language, _ in pairs)
    styles = dict.fromkeys(sorted(f":{style}" for _, style in pairs))
    return {
        group or "all": {
            "queries": evaluation.count(group),
            **{name: evaluation.mean(name, group) for name in ("ndcg", "recall", "reciprocal_rank")},
        }
        for group in dict.fromkeys((None, *languages, *styles, *evaluation.groups()))
    }


def report(evaluation: Evaluation, *, worst: int) -> dict[str, Any]:
    """The figures as JSON: `means` by group, the `worst` queries, and of how many queries with and without
    an answer the search says that nothing clearly answers (`nothing_relevant`)."""
    return {
        "means": grouped(evaluation),
        "worst": [asdict(query) for query in evaluation.worst(worst)],
        "nothing_relevant": {
            "unanswered": len(evaluation.unanswered),
            "unanswered_flagged": sum(query.flagged for query in evaluation.unanswered),
            "answered": len(evaluation.queries),
            "answered_flagged": sum(query.flagged for query in evaluation.queries),
            "missed": [query.text for query in evaluation.unanswered if not query.flagged],
        },
    }


def tables(evaluation: Evaluation, *, worst: int) -> str:
    """The figures of `report` as people read them."""
    figures = ("ndcg", "recall", "reciprocal_rank")
    heads = ["nDCG@10", "recall@10", "reciprocal rank"]
    rows = [
        [group, str(means["queries"]), *(f"{means[name]:.3f}" for name in figures)]
        for group, means in grouped(evaluation).items()
    ]
    parts = [table(["group", "queries", *heads], rows)]
    if lowest := evaluation.worst(worst):
        own = [[q.id, q.group, *(f"{getattr(q, name):.3f}" for name in figures), q.text] for q in lowest]
        parts.append(table(["worst", "group", *heads, "query"], own))
    flags = report(evaluation, worst=0)["nothing_relevant"]
    parts.append(
        f"called unclear: {flags['unanswered_flagged']} of {flags['unanswered']} queries without an answer, "
        f"{flags['answered_flagged']} of {flags['answered']} with one"
    )
    return "\n\n".join(parts)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _stands_for(span: Sequence[int], gold: Sequence[int]) -> bool:
    shorter = min(span[1] - span[0], gold[1] - gold[0])
    return shorter > 0 and min(span[1], gold[1]) - max(span[0], gold[0]) >= shorter / 2
