"""From the documents of a snapshot to all of it: graphs, inference, gate, index, switch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from graph.decisions import Decision, theme_verdicts
from graph.model import Declaration, Evidence, Span
from graph.snapshots import Snapshot
from graph.workspace import SnapshotWriter
from search_api.publishing.meaning import Meaning
from search_api.publishing.report import Progress

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from graph.store import GraphView


def finish(
    writer: SnapshotWriter,
    decisions: Sequence[Decision],
    say: Progress,
    meaning: Meaning,
    *,
    record: Callable[[], None],
) -> Snapshot:
    """Write what follows from the documents of `writer` and the decisions, check it, and switch to it.

    `record` is called when all is checked, before the switch. Raises ValidationFailed and what `record`
    raises; the snapshot before then stays.
    """
    from graph.declarations import declarations
    from graph.identities import resolve_snapshot
    from graph.inference import infer
    from graph.network_snapshot import publish_network
    from graph.proposed_themes import concept_quads
    from graph.reference import reference_graphs
    from graph.rewriting import rewrite
    from graph.store import GraphView, add_to_store, load_store
    from graph.validation import validate_files
    from ontology.authority import institutions
    from search_api.peers.declared import build_declared
    from search_api.search.index import build_index

    say("graph", 0, 1)
    resolution = resolve_snapshot(writer, authority=institutions(), decisions=decisions)
    for name, quads in reference_graphs().items():
        writer.put_graph(name, rewrite(quads, resolution, authority=True))
    writer.put_graph("declarations", _declared(decisions, meaning, resolution.redirects))
    for name in ("inferred", "proposed-themes", "network"):
        writer.put_graph(name, ())
    store = load_store(writer.graph_files())
    verdicts = theme_verdicts(decisions)
    proposed = list(concept_quads(GraphView(store), verdicts=verdicts, alike=meaning.alike))
    writer.put_graph("proposed-themes", proposed)
    add_to_store(store, proposed)
    inferred = infer(store)
    writer.put_graph("inferred", inferred)
    add_to_store(store, inferred)
    publish_network(writer, store)
    say("graph", 1, 1)
    say("check", 0, 1)
    checked = validate_files(writer.graph_files())
    checked.raise_for_violations()
    say("check", 1, 1)
    view = GraphView(store)
    say("model", 0, 1)
    encoder = meaning.encoder
    say("model", 1, 1)
    build_index(
        view, encoder, writer.index_path, cache=meaning.cache, progress=lambda d, t: say("embed", d, t)
    )
    build_declared(declarations(view), encoder, writer.index_path, cache=meaning.cache)
    say("publish", 0, 1)
    record()
    snapshot = writer.commit(
        software=version("redpyme"),
        ontology=_ontology_version(view),
        model=encoder.id,
        counts=_counts(view),
        validation=checked.summary(),
        decisions=len(decisions),
    )
    say("publish", 1, 1)
    return snapshot


def _declared(
    decisions: Sequence[Decision], meaning: Meaning, redirects: Mapping[str, str]
) -> "Iterator[Quad]":
    """The graph of the offers and needs that stand in the log, with the themes of their texts."""
    from graph.declarations import declaration_quads, standing
    from ingest.declared_themes import themes_by_words
    from ontology.namespaces import theme_iri

    declared = standing(decisions)
    told = [
        Declaration("", "offer", "", text, Evidence(span, "declared"), themes_by_words(text, span))
        for text in dict.fromkeys(decision.text for decision in declared.values())
        for span in [Span(0, len(text))]
    ]
    themes = {
        one.text: [theme_iri(theme.theme) for theme in one.themes]
        for one in meaning.settle_declarations(told)
    }
    return declaration_quads(declared, themes=themes, redirects=redirects)


def _ontology_version(view: "GraphView") -> str:
    rows = view.select("SELECT ?version WHERE { [] a owl:Ontology ; owl:versionInfo ?version }")
    return str(rows[0]["version"]) if rows else ""


def _counts(view: "GraphView") -> dict[str, int]:
    """How many of each kind the documents tell of; an institution of the authority file counts once told."""
    from ontology.namespaces import GRAPH, ID

    kinds = ("event", "actor", "practice", "theme", "document", "passage", "claim", "person", "methodology")
    counts: dict[str, int] = {}
    for row in view.select(
        f"""SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE {{
              GRAPH ?g {{ ?s a ?type }} FILTER(STRSTARTS(STR(?g), "{GRAPH}document/"))
              BIND(STRBEFORE(STRAFTER(STR(?s), "{ID}"), "/") AS ?kind)
              FILTER(?kind != "" && !CONTAINS(STR(?s), "#"))
            }} GROUP BY ?kind"""
    ):
        counts[str(row["kind"])] = int(row["n"])
    return {kind: counts.get(kind, 0) for kind in kinds}
