"""The pages: models of the interface in, a typed context each, drawn by the template that it names."""
