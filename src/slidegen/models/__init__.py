"""Finds a model's config and takes the census of its parameters."""
