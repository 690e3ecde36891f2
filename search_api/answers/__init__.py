"""Answers: what was asked and the served snapshot in, models of the interface out."""
