"""A snapshot as a server holds it: its graph, its lists, its query processes and, once loaded, what ranks."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from graph.errors import RedpymeError
from graph.federation import Federation
from graph.query import QueryPool
from graph.settings import Settings
from graph.snapshots import Snapshot
from graph.store import GraphView, open_store
from ontology.namespaces import PREFIXES
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.listing import events_on
from search_api.catalogue.triples import Triples
from search_api.errors import NotReadyError
from search_api.reading.marks import read_marks
from search_api.reading.shelf import Shelf
from search_api.wording.languages import LANGUAGES, Reader, language, reading

if TYPE_CHECKING:
    from search_api.embedding.encoder import Encoder
    from search_api.network.picture import NetworkPicture
    from search_api.network.selection import OpenNetwork
    from search_api.peers.finding import PeerFinder
    from search_api.search.engine import SearchEngine
    from search_api.search.index import SearchIndex


T = TypeVar("T")


#: Seconds a search waits for the model while the server starts.
PATIENCE = 20.0


#: Collaborations, the strongest, that the picture of the whole network is chosen from.
GLANCE = 300


@dataclass(frozen=True, slots=True)
class Ranking:
    """What needs the model: the index, the search engine, and what tells SPARQL how similar a text is to each
    node."""

    index: "SearchIndex"
    engine: "SearchEngine"
    compare: Callable[[str], bytes]


class Served:
    """One snapshot, opened: its graph, its lists, its query processes and, once loaded, its search engine."""

    def __init__(self, snapshot: Snapshot, *, settings: Settings, encoder: "Future[Encoder]") -> None:
        self.snapshot = snapshot
        self.number = snapshot.number
        self.view = GraphView(open_store(snapshot))
        triples = Triples(self.view.store)
        first = Catalogue(triples)
        self._catalogues = {
            code: first if code == first.language else Catalogue(triples, code, first) for code in LANGUAGES
        }
        self.queries = QueryPool(
            snapshot,
            workers=settings.query_workers,
            timeout=settings.query_timeout,
            memory_mb=settings.query_memory_mb,
            prefixes=PREFIXES,
            similarity=lambda: self._loaded(PATIENCE).compare,
            federation=Federation(settings.service_endpoints) if settings.service_endpoints else None,
        )
        self._ranking: Future[Ranking] = in_background(
            lambda: _open_ranking(snapshot, encoder.result()), name=f"ranking-{self.number}"
        )
        self._glances: dict[str, NetworkPicture | None] = {}
        self._leases = 0
        self._retired = False
        self._lock = threading.Lock()

    @property
    def catalogue(self) -> Catalogue:
        """The lists, with labels in the language of the reader."""
        return self._catalogues[language()]

    @property
    def ready(self) -> bool:
        """Can it search now?"""
        return self._ranking.done() and self._ranking.exception() is None

    @property
    def failure(self) -> str | None:
        """Why it will never search, where that is so."""
        error = self._ranking.exception() if self._ranking.done() else None
        return str(error) if error else None

    def engine(self, *, patience: float | None = PATIENCE) -> "SearchEngine":
        """The search engine, waited for up to `patience` seconds (None: as long as it takes).

        Raises NotReadyError after that, ModelError and SnapshotError where it cannot be loaded.
        """
        return self._loaded(patience).engine

    def _loaded(self, patience: float | None) -> Ranking:
        try:
            return self._ranking.result(timeout=patience)
        except FutureTimeout:
            raise NotReadyError("the embedding model is still being loaded; try again in a moment") from None

    @cached_property
    def shelf(self) -> Shelf:
        """The documents, opened to be read."""
        triples = Triples(self.view.store)
        return Shelf(self.snapshot.document, lambda slug: read_marks(triples, slug))

    @cached_property
    def peers(self) -> "PeerFinder":
        """What finds the peers of an institution; it needs no index."""
        from search_api.peers.activity import read_activity
        from search_api.peers.declared import open_declared
        from search_api.peers.finding import PeerFinder

        activity = read_activity(Triples(self.view.store))
        return PeerFinder(activity, open_declared(self.snapshot.index_path))

    @cached_property
    def collaborations(self) -> "OpenNetwork":
        """The network of who collaborated with whom."""
        from search_api.network.selection import OpenNetwork

        catalogue = self._catalogues["es"]
        return OpenNetwork(
            self.view.store, themes=lambda slug: [event.id for event in events_on(catalogue, slug)]
        )

    @property
    def glance(self) -> "NetworkPicture | None":
        """The whole network in a small picture, in the language of the reader."""
        code = language()
        if code not in self._glances:
            from search_api.network.answers import network_answer
            from search_api.network.picture import small_picture
            from search_api.network.selection import NetworkFilters

            selection = self.collaborations.select(NetworkFilters())
            found = network_answer(self.collaborations, selection, self.catalogue, limit=GLANCE)
            self._glances[code] = small_picture(found)
        return self._glances[code]

    def settle(self, *, patience: float = PATIENCE) -> None:
        """Wait until it can search, or never will, up to `patience` seconds."""
        with suppress(FutureTimeout):
            self._ranking.exception(timeout=patience)

    def warm(self) -> None:
        """Read what searches and pages show, so that no first visitor waits for it.

        Only the labels, which a search needs, are read before the search is ready: the rest takes longer.
        """
        lists = ("actors", "events", "practices", "themes", "documents", "name_index")
        _ = self.catalogue.labels
        self._ranking.exception()  # waits until the search is ready
        for catalogue in self._catalogues.values():
            for name in lists:
                getattr(catalogue, name)
            catalogue.gathered.warm()
        self.collaborations.warm()
        for code in LANGUAGES:
            with reading(Reader(code)):
                _ = self.glance
        self.peers.warm()
        with suppress(RedpymeError):  # who asks for the figures is told
            _ = self.queries.statistics

    def take(self) -> bool:
        """Begin a lease; False where the snapshot was closed meanwhile."""
        with self._lock:
            if self._retired and self._leases == 0:
                return False
            self._leases += 1
            return True

    def give_back(self) -> None:
        """End a lease; the last one of a retired snapshot closes it."""
        with self._lock:
            self._leases -= 1
            last = self._retired and self._leases == 0
        if last:  # who gives it back may be an event loop, which waits for nothing
            in_background(self.queries.close, name=f"close-{self.number}")

    def retire(self) -> None:
        """Close it as soon as nobody uses it."""
        with self._lock:
            self._retired = True
            unused = self._leases == 0
        if unused:
            self.queries.close()


def _open_ranking(snapshot: Snapshot, encoder: "Encoder") -> Ranking:
    from threadpoolctl import threadpool_limits

    from search_api.search.engine import SearchEngine
    from search_api.search.index import open_index
    from search_api.search.results import SearchRequest
    from search_api.search.similarity import comparison

    # Requests run side by side, and products of a search are small: a pool of threads for each only makes
    # them wait for one another (twice the processor time, on two busy cores).
    threadpool_limits(1, user_api="blas")
    index = open_index(snapshot.index_path, encoder)
    engine = SearchEngine(index, encoder)
    engine.search(SearchRequest("empresa"))  # loads what the first search needs
    return Ranking(index, engine, comparison(index, encoder))


def in_background(work: Callable[[], T], *, name: str) -> "Future[T]":
    """Run `work` in a thread of its own; its result, or what it raised, is in the future."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
