"""Offers and needs in the terms of the interface: who declares what, who said so, when and where."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from graph.declarations import Declared
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import integer, text_of
from search_api.resources.base import Source
from search_api.resources.declarations import Declaration
from search_api.resources.links import iri_path


def told(catalogue: Catalogue, declared: Iterable[Declared]) -> tuple[Declaration, ...]:
    """Declarations in the order given; one question to the graph for the places of all."""
    wanted = list(declared)
    places = _places(catalogue, {passage for one in wanted for passage in one.passages})
    return tuple(
        Declaration(
            id=one.iri,
            kind=one.kind,
            text=one.text,
            themes=catalogue.refs(one.themes),
            actor=catalogue.ref(one.actor),
            by=one.by,
            at=one.at,
            decisions=one.decisions,
            sources=tuple(places[passage] for passage in one.passages if passage in places),
            url=iri_path(one.iri),
        )
        for one in wanted
    )


def _places(catalogue: Catalogue, passages: Iterable[str]) -> dict[str, Source]:
    """Where passages (IRIs) are."""
    values = " ".join(str(NamedNode(passage)) for passage in sorted(passages))
    if not values:
        return {}
    query = f"""
        SELECT ?passage ?document ?start ?end ?page {{
          VALUES ?passage {{ {values} }}
          ?passage dcterms:isPartOf ?document ; rp:start ?start ; rp:end ?end
          OPTIONAL {{ ?passage rp:page ?page }} }}"""
    return {
        text_of(passage): catalogue.source(
            text_of(document), integer(start) or 0, integer(end) or 0, integer(page)
        )
        for passage, document, start, end, page in catalogue.triples.rows(query)
    }
