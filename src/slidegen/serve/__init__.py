"""A live page of a deck: it is built while its author writes, and shows each saved change at once."""
