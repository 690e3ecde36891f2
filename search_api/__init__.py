"""The index of a snapshot, ranking, peers, and the service and command line over them."""
