"""Extractions against what people read in the same documents: figures, errors, and which rule was right."""
