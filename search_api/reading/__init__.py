"""Documents opened to be read: their text laid out in parts, with what it names and tells."""
