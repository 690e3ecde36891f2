"""The vocabulary as data: classes, concept schemes, shapes and the authority file of institutions."""
