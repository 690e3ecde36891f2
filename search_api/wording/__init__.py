"""Words for readers: codes, dates and numbers in, text in the language of the reader out."""
