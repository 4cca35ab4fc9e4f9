"""Tests of slidegen.crossrefs."""
