"""The SPARQL endpoint without its routes: what a request asks, and what the service tells of itself."""
