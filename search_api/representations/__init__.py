"""What machines read: models of the interface in, files and formats of others out."""
