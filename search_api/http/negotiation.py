"""Which representation of a resource a client likes best: a page, JSON, or a serialisation of RDF."""

from graph.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, negotiate

HTML = Format("html", "text/html", ".html", aliases=("application/xhtml+xml",))
JSON = Format("json", "application/json", ".json", aliases=("application/problem+json",))
SCHEMA_ORG = Format("schema-org", "application/ld+json", ".jsonld")
CSV = RESULT_FORMATS[2]
BIBTEX = Format("bibtex", "application/x-bibtex", ".bib")
RIS = Format("ris", "application/x-research-info-systems", ".ris")
PROBLEM = "application/problem+json"
#: Serialisations of one graph; those with named graphs would carry no more.
RDF = GRAPH_FORMATS[:4]
#: What a resource can be had as. Plain JSON goes before JSON-LD, which is called by its name too.
RESOURCE_FORMATS = (RDF[0], JSON, *RDF[1:], HTML)


def wants_html(accept: str | None) -> bool:
    """Does the client like a page better than JSON? One that takes anything (`*/*`) is no browser."""
    return negotiate(accept, (JSON, HTML)) is HTML


def resource_format(accept: str | None) -> Format | None:
    """The format of `/id/{kind}/{slug}`, Turtle by default; None where the client takes none of them."""
    return negotiate(accept, RESOURCE_FORMATS)
