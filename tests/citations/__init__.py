"""Tests of slidegen.citations."""
