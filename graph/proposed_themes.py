"""Themes that documents propose: subjects that none of the nine covers, for a curator to decide on.

A document's graph holds the claim that an event is about the subject, and the subject's label as the text has
it; the event gets the theme only when a curator accepts it. The concepts themselves, with one label a
language whatever the documents write, are a graph of their own, made anew from what all documents say.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad

from graph.model import ThemeAssignment
from ontology.namespaces import GRAPH, ID, RDF, RP, SKOS, iri

if TYPE_CHECKING:
    from graph.store import GraphView

GRAPH_PROPOSED_THEMES = GRAPH + "proposed-themes"

Alike = Callable[[Sequence[tuple[str, str]]], Sequence[tuple[int, int]]]
"""Labels with their languages to the pairs of them that mean the same, as positions, the smaller first."""

ACCEPTED, REJECTED = "accepted", "rejected"
"""Verdicts on a proposed theme; a third kind is the IRI of the theme that it is another word for."""


@dataclass(frozen=True, slots=True)
class ProposedTheme(ThemeAssignment):
    """A subject that no theme covers. `theme` is a new id ("xt-…"), `label` the words of the text."""

    label: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed theme as a curator sees it: where it occurs, and which proposals seem to be the same.

    `status` is "proposed" or "accepted"; `documents` and `alike` are slugs, `events` IRIs with their labels,
    `quotes` (document slug, words of the text, start, end).
    """

    slug: str
    labels: Mapping[str, str]
    status: str
    documents: tuple[str, ...]
    confidence: float
    events: tuple[tuple[str, str], ...]
    quotes: tuple[tuple[str, str, int, int], ...]
    alike: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "id": iri("theme", self.slug),
            "slug": self.slug,
            "labels": dict(self.labels),
            "status": self.status,
            "documents": len(self.documents),
            "confidence": self.confidence,
            "events": [{"id": event, "label": label} for event, label in self.events],
            "evidence": [
                {"document": document, "quote": quote, "span": [start, end]}
                for document, quote, start, end in self.quotes
            ],
            "alike": list(self.alike),
        }


def concept_quads(
    view: "GraphView", *, verdicts: Mapping[str, str], alike: Alike | None = None
) -> Iterator[Quad]:
    """The graph of proposed themes, from the labels that the documents' graphs give them.

    The preferred label of a language is the most frequent one, the first in the alphabet of several. Of two
    proposals that `alike` finds the same, each has the other as `skos:closeMatch`.
    """
    graph = NamedNode(GRAPH_PROPOSED_THEMES)
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in view.select(
        f"""SELECT ?theme (STR(?label) AS ?text) (LANG(?label) AS ?language) (COUNT(DISTINCT ?g) AS ?n)
            WHERE {{
              GRAPH ?g {{ ?claim rdf:predicate rp:theme ; rdf:object ?theme . ?theme rdfs:label ?label }}
              FILTER(STRSTARTS(STR(?g), "{GRAPH}document/")) }} GROUP BY ?theme ?label"""
    ):
        found[str(row["theme"])][(str(row["language"]), str(row["text"]))] += int(row["n"])
    for theme, labels in sorted(found.items()):
        preferred: dict[str, str] = {}
        for (language, text), _ in sorted(labels.items(), key=lambda item: (-item[1], item[0])):
            predicate = SKOS + ("altLabel" if language in preferred else "prefLabel")
            preferred.setdefault(language, text)
            yield Quad(
                NamedNode(theme), NamedNode(predicate), Literal(text, language=language or None), graph
            )
        status = ACCEPTED if verdicts.get(theme) == ACCEPTED else "proposed"
        for predicate, target in (
            (RDF + "type", RP + "Theme"),
            (RDF + "type", SKOS + "Concept"),
            (SKOS + "inScheme", iri("scheme", "themes")),
            (RP + "reviewStatus", iri("review-status", status)),
        ):
            yield Quad(NamedNode(theme), NamedNode(predicate), NamedNode(target), graph)
        notation = "xt-" + theme.rpartition("/")[2]
        yield Quad(NamedNode(theme), NamedNode(SKOS + "notation"), Literal(notation), graph)
    yield from _close_matches(found, alike, graph)


def _close_matches(
    found: Mapping[str, Counter[tuple[str, str]]], alike: Alike | None, graph: NamedNode
) -> Iterator[Quad]:
    if alike is None or len(found) < 2:
        return
    iris = sorted(found)
    labels = [min(found[theme].items(), key=lambda item: (-item[1], item[0]))[0] for theme in iris]
    for one, other in alike([(text, language) for language, text in labels]):
        for a, b in ((one, other), (other, one)):
            yield Quad(NamedNode(iris[a]), NamedNode(SKOS + "closeMatch"), NamedNode(iris[b]), graph)


def proposals(view: "GraphView") -> list[Proposal]:
    """The proposed themes of a published graph: those of most documents first, then the surest."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    status: dict[str, str] = {}
    alike: dict[str, set[str]] = defaultdict(set)
    for row in view.select(
        f"""SELECT ?theme ?label (LANG(?label) AS ?language) ?status ?other WHERE {{
              GRAPH <{GRAPH_PROPOSED_THEMES}> {{
                ?theme skos:prefLabel ?label ; rp:reviewStatus ?status
                OPTIONAL {{ ?theme skos:closeMatch ?other }} }} }}"""
    ):
        theme = str(row["theme"])
        labels[theme][str(row["language"])] = str(row["label"])
        status[theme] = str(row["status"]).rpartition("/")[2]
        if "other" in row:
            alike[theme].add(str(row["other"]).rpartition("/")[2])
    documents: dict[str, set[str]] = defaultdict(set)
    confidence: dict[str, float] = defaultdict(float)
    events: dict[str, dict[str, str]] = defaultdict(dict)
    quotes: dict[str, set[tuple[str, str, int, int]]] = defaultdict(set)
    for row in view.select(
        f"""SELECT ?theme ?g ?event ?title ?confidence ?quote ?start ?end WHERE {{
              GRAPH <{GRAPH_PROPOSED_THEMES}> {{ ?theme skos:prefLabel ?any }}
              GRAPH ?g {{ ?claim rdf:predicate rp:theme ; rdf:object ?theme ; rdf:subject ?event ;
                                 rp:confidence ?confidence ; oa:hasSelector ?selector .
                          ?selector oa:exact ?quote ; oa:start ?start ; oa:end ?end .
                          ?event rdfs:label ?title }} }}"""
    ):
        theme, event = str(row["theme"]), str(row["event"])
        slug = str(row["g"]).rpartition("/")[2]
        documents[theme].add(slug)
        confidence[theme] = max(confidence[theme], float(row["confidence"]))
        if event.startswith(f"{ID}event/"):
            events[theme][event] = str(row["title"])
        quote = " ".join(str(row["quote"]).split())
        quotes[theme].add((slug, quote, int(row["start"]), int(row["end"])))
    found = [
        Proposal(
            slug=theme.rpartition("/")[2],
            labels=dict(sorted(labels[theme].items())),
            status=status[theme],
            documents=tuple(sorted(documents[theme])),
            confidence=confidence[theme],
            events=tuple(sorted(events[theme].items())),
            quotes=tuple(sorted(quotes[theme])),
            alike=tuple(sorted(alike[theme])),
        )
        for theme in labels
    ]
    return sorted(found, key=_order)


def folded(found: Sequence[Proposal]) -> list[Proposal]:
    """One proposal for those that are alike: the one of most documents, with what the others add to it."""
    by_slug = {proposal.slug: proposal for proposal in found}
    left = dict(by_slug)
    result = []
    for proposal in sorted(found, key=lambda p: (p.status != ACCEPTED, *_order(p))):
        if proposal.slug not in left:
            continue
        members: dict[str, Proposal] = {}
        queue = [proposal.slug]
        while queue:
            slug = queue.pop(0)
            if slug in left:
                members[slug] = left.pop(slug)
                queue.extend(by_slug[slug].alike)
        result.append(_joined(list(members.values())))
    return sorted(result, key=_order)


def _joined(members: Sequence[Proposal]) -> Proposal:
    first = members[0]
    labels = {language: text for p in reversed(members) for language, text in p.labels.items()}
    return replace(
        first,
        labels=dict(sorted(labels.items())),
        documents=tuple(sorted({slug for p in members for slug in p.documents})),
        confidence=max(p.confidence for p in members),
        events=tuple(sorted({event for p in members for event in p.events})),
        quotes=tuple(sorted({quote for p in members for quote in p.quotes})),
        alike=tuple(sorted(p.slug for p in members[1:])),
    )


def _order(proposal: Proposal) -> tuple[int, float, str]:
    return -len(proposal.documents), -proposal.confidence, proposal.slug
