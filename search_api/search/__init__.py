"""Search: the graph of a snapshot in, an index out; then a query in, ranked hits with their reasons out."""
