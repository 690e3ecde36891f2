"""Where the service is reached, as the RDF that describes it names it."""

from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Site:
    """Where the service is reached: `root` ends with a slash. `licence` is that of the data, where told."""

    root: str
    licence: str = ""

    @property
    def endpoint(self) -> NamedNode:
        """The SPARQL endpoint."""
        return NamedNode(self.root + "sparql")

    @property
    def queries(self) -> NamedNode:
        """The list of stored queries; each has its address below it."""
        return NamedNode(self.root + "queries")

    @property
    def dataset(self) -> NamedNode:
        """The data as a whole, by the address of its description."""
        return NamedNode(self.root + ".well-known/void#dataset")

    def graph(self, iri: str | None) -> NamedNode:
        """Where a graph can be had: a named one, or the default graph."""
        return NamedNode(f"{self.root}graphs?" + (f"graph={quote(iri, safe='')}" if iri else "default"))
