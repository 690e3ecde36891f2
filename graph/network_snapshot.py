"""The network in a snapshot being built: measured again only where what it follows from is another."""

import hashlib
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from graph.network_graph import Sources, network_quads
from graph.workspace import SnapshotWriter
from ontology.namespaces import GRAPH_NETWORK

_DIGEST = "network.digest"
_FILE = "graph/network.nq"


def publish_network(writer: SnapshotWriter, store: Store) -> None:
    """Write the graph of the network that follows from the merged graph `store`, and add it there.

    That of the former snapshot is taken over where the same follows, and where it is whole.
    """
    sources = Sources.read(store)
    wanted, former = sources.fingerprint(), writer.said(_DIGEST)
    kept = None if writer.base is None else writer.base.path / _FILE
    if kept is None or former != f"{wanted} {_hash(kept)}\n" or not writer.reuse(_FILE):
        writer.put_graph("network", network_quads(sources))
        writer.put_said(_DIGEST, f"{wanted} {_hash(writer.path / _FILE)}\n")
    store.bulk_load(path=str(writer.path / _FILE), format=RdfFormat.N_QUADS, lenient=True)
    store.update(f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH_NETWORK}> {{ ?s ?p ?o }} }}")


def _hash(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
