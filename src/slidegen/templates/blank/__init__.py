"""A title and one more slide."""
