"""The read model: the graph of a snapshot in, what pages and JSON say of its resources out."""
