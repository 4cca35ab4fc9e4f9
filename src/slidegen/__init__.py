"""slidegen: write a deck once; every number on it is computed when the deck is built."""

__version__ = "0.1.0"
