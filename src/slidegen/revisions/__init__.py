"""Reads files as they were in a revision of a Git repository, without running anything that the repository says."""
