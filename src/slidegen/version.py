"""The version of slidegen."""

__version__ = "0.1.0"
