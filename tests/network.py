"""A workspace with real snapshots of the fictitious documents, and a real server over one, for tests."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from fictitious import EXTRACTION, TEXT
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.identity import resolve
from graph.mapping import map_extraction
from graph.model import Document, Extraction
from graph.network_snapshot import publish_network
from graph.settings import Settings
from graph.snapshots import DocumentEntry, Snapshot
from graph.store import GraphView, load_store
from graph.workspace import Workspace
from ontology.vocabulary import ontology_graph
from search_api.app import create_app
from search_api.embedding.encoder import HashingEncoder
from search_api.search.index import build_index

HOSTILE = '<script>alert("xss")</script> & "quoted" <img src=x onerror=alert(1)>'


def settings(root: Path, **more: object) -> Settings:
    """Settings of a test: its own workspace and cache, and the encoder that needs no model."""
    return Settings(workspace=root / "workspace", cache=root / "cache", model="hashing", **more)  # type: ignore[arg-type]


def publish(
    root: Path, *, slug: str = "memoria", extraction: Extraction = EXTRACTION, text: str = TEXT
) -> Snapshot:
    """Publish a snapshot that adds one document, or replaces it, in the workspace of `settings(root)`."""
    ontology = ontology_graph().serialize(format="nt")
    with Workspace(root / "workspace").writer() as writer:
        info = extraction.document
        entry = DocumentEntry(
            slug=slug,
            sha256=info.id,
            name=info.name,
            source=writer.add_source(text.encode("utf-8", "surrogatepass"), suffix=".txt"),
            characters=len(text),
            language=info.language,
            title=info.title,
            media_type=info.media_type,
            extraction="test",
        )
        document = Document(id=info.id, name=info.name, media_type=info.media_type, text=text)
        actors = resolve(extraction, authority=())
        writer.put_document(
            entry, document, map_extraction(extraction, actors, document_slug=slug, text=text)
        )
        graph = NamedNode("https://w3id.org/redpyme/graph/ontology")
        writer.put_graph(
            "ontology",
            [Quad(*quad.triple, graph) for quad in parse(ontology, format=RdfFormat.N_TRIPLES)],
        )
        publish_network(writer, load_store(writer.graph_files()))
        encoder = HashingEncoder()
        build_index(GraphView(load_store(writer.graph_files())), encoder, writer.index_path)
        return writer.commit(software="test", ontology="test", model=encoder.id)


def hostile() -> tuple[Extraction, str]:
    """The fictitious document with markup in its title, its text and the names in it."""
    text = TEXT.replace("Foro de Avales de Prueba", HOSTILE[:24])  # same length: spans stay right
    event = replace(EXTRACTION.events[0], title=HOSTILE, venue=HOSTILE)
    actor = replace(EXTRACTION.actors[1], name=HOSTILE, variants=(HOSTILE + "!",))
    passage = replace(EXTRACTION.passages[0], text=HOSTILE, heading=HOSTILE)
    practice = replace(EXTRACTION.practices[0], text=HOSTILE)
    return (
        replace(
            EXTRACTION,
            document=replace(EXTRACTION.document, id="cd" * 32, title=HOSTILE, name=HOSTILE),
            events=(event, *EXTRACTION.events[1:]),
            actors=(EXTRACTION.actors[0], actor, *EXTRACTION.actors[2:]),
            passages=(passage, *EXTRACTION.passages[1:]),
            practices=(practice,),
        ),
        text,
    )


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The application over a workspace, on a free port of the loopback: its address."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
