"""Writes the deck as a file of plain Marp Markdown, with its origin and relocated pictures."""

from __future__ import annotations

import os

from slidegen.outputs.target import Target
from slidegen.relocate import relocated
from slidegen.rendered import MarpDeck, OutputFile

MADE = "# Made by slidegen"
"""The first line of the front matter of a file that slidegen made; only such a file is overwritten."""


def marp_markdown(deck: MarpDeck, name: str, target: Target) -> OutputFile:
    """The file `name` beside the page. Its first lines name its origin, so that a later build may overwrite it.

    Its pictures stay beside the deck: their paths become relative to the target's folder.
    """
    line = f"{MADE} from {deck.source.path.name}; the next build overwrites it."
    text = deck.markdown
    marked = f"---\n{line}\n{text[4:]}" if text.startswith("---\n") else f"---\n{line}\n---\n\n{text}"
    folder = os.path.relpath(deck.source.path.parent, target.folder)
    return OutputFile(name, relocated(marked, folder).encode(), MADE.encode())
