"""Resolution at work in a snapshot: read what the documents say, settle who is who, publish it.

Beside the graph that is published, a snapshot keeps the graph as it was said (`said/{slug}.nq`), its records
(`said/{slug}.json`) and how it was rewritten (`said/plans.json`). A document is rewritten only where what it
said, or what resolution makes of it, has changed; where nothing is to be changed, both graphs are one file.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.decision_graph import decision_quads, redirect_quads
from graph.decisions import Decision
from graph.records import Record, from_json, read_records, to_json
from graph.resolution import Candidate, Resolution, resolve_collection
from graph.rewriting import candidate_quads, fingerprint, rewrite
from graph.snapshots import Snapshot
from graph.workspace import SnapshotWriter
from ontology.authority import Institution

if TYPE_CHECKING:
    from graph.store import GraphView

_PLANS = "plans.json"


def resolve_snapshot(
    writer: SnapshotWriter, *, authority: Sequence[Institution], decisions: Sequence[Decision]
) -> Resolution:
    """Settle who is who in a snapshot being built, and bring its published graphs up to it.

    Writes the graphs of the documents that it changes, of decisions (with where merged IRIs went) and of
    candidates.
    """
    documents = {slug: _records(writer, slug) for slug in sorted(writer.documents)}
    resolution = resolve_collection(documents, authority=authority, decisions=decisions)
    plans: dict[str, str] = json.loads(writer.said(_PLANS) or "{}")
    for slug, told in documents.items():
        plan = fingerprint(told, resolution)
        before = "" if writer.published_as_said(slug) else plans.get(slug, "")
        if plan != before:
            said = parse(path=writer.said_path(slug), format=RdfFormat.N_QUADS, lenient=True)
            writer.publish_document(slug, rewrite(said, resolution) if plan else None)
        plans[slug] = plan
    kept = {slug: plan for slug, plan in sorted(plans.items()) if plan and slug in documents}
    writer.put_said(_PLANS, json.dumps(kept))
    writer.put_graph("decisions", (*decision_quads(decisions), *redirect_quads(resolution.redirects)))
    writer.put_graph("candidates", candidate_quads(resolution.candidates))
    return resolution


def candidates(view: "GraphView") -> list[Candidate]:
    """The pairs of a published graph that wait for a person, the likeliest first."""
    rows = view.select(
        """SELECT ?candidate ?one ?other ?score ?reason WHERE {
             GRAPH ?g { ?candidate a rp:MergeCandidate ; rp:candidateOf ?one, ?other ;
                                   rp:confidence ?score ; rp:reason ?reason }
             FILTER(STR(?one) < STR(?other)) }"""
    )
    found = [
        Candidate(str(row["one"]), str(row["other"]), float(row["score"]), str(row["reason"])) for row in rows
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.one, candidate.other))


def members(snapshot: Snapshot, view: "GraphView", iri: str) -> dict[str, tuple[str, ...]]:
    """The IRIs that an actor or event stands for, each with the names that documents give it.

    One that no document tells any more, merged by a curator, has none.
    """
    rows = view.select("SELECT ?old ?new WHERE { ?old dcterms:isReplacedBy ?new }", new=NamedNode(iri))
    names: dict[str, dict[str, None]] = {str(row["old"]): {} for row in rows}
    for path in sorted((snapshot.path / "said").glob("*.json")):
        if path.name == _PLANS or not names:
            continue
        for record in from_json(path.read_bytes().decode("utf-8", "surrogatepass")):
            if record.iri in names:
                own = (*(text for text, _ in record.labels), *record.aliases, *record.acronyms)
                names[record.iri].update(dict.fromkeys(own))
    return {old: tuple(found) for old, found in sorted(names.items())}


def _records(writer: SnapshotWriter, slug: str) -> list[Record]:
    kept = writer.said(f"{slug}.json")
    if kept is not None:
        return from_json(kept)
    told = read_records(writer.said_path(slug))
    writer.put_said(f"{slug}.json", to_json(told))
    return told
