"""Embedding: texts in, unit vectors out, by the embedded model in 8 bits or by another that is named."""
