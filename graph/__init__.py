"""RDF: the domain model, its mapping to a knowledge graph with evidence, validation and snapshots."""
