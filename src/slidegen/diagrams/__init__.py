"""Diagrams: a fence in a language such as Mermaid becomes a drawing. An engine is a module here and a line in `KINDS`.

An engine draws in colours that stand for those of the theme (`palette`), `styling` makes of its drawing one that the
record keeps, and `drawing` makes of that one the figure on a slide. The record is not trusted: `drawing` checks it.
"""
