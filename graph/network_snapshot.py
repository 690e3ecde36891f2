"""The network in a snapshot being built: measured again only where what it follows from is another."""

import hashlib
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, parse

from graph.network_graph import Sources, network_quads
from graph.workspace import SnapshotWriter

_DIGEST = "network.digest"
_FILE = "graph/network.nq"


def publish_network(writer: SnapshotWriter, store: Store) -> list[Quad]:
    """Write the graph of the network that follows from the merged graph `store`; its quads.

    That of the former snapshot is taken over where the same follows, and where it is whole.
    """
    sources = Sources.read(store)
    wanted, former = sources.fingerprint(), writer.said(_DIGEST)
    if former is not None and writer.base is not None:
        kept = writer.base.path / _FILE
        if former == f"{wanted} {_hash(kept)}\n":
            writer.reuse(_FILE)
            return list(parse(path=str(kept), format=RdfFormat.N_QUADS, lenient=True))
    quads = list(network_quads(sources))
    writer.put_graph("network", quads)
    writer.put_said(_DIGEST, f"{wanted} {_hash(writer.path / _FILE)}\n")
    return quads


def _hash(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
