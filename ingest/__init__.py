"""From a document to an extraction: readers, clean-up, segmentation and reading rules. No RDF here."""
