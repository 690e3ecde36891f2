"""Publishing: documents and decisions in, a checked and indexed snapshot out."""
