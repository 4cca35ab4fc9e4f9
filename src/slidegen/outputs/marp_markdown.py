"""Writes the deck as a file of plain Marp Markdown, with its origin and relocated pictures."""

from __future__ import annotations

import os
import re

from slidegen.outputs.target import Target
from slidegen.rendered import MarpDeck, OutputFile
from slidegen.scan import CODE, scan

MADE = "# Made by slidegen"
"""The first line of the front matter of a file that slidegen made; only such a file is overwritten."""

LOCAL = r"(?![a-z][a-z0-9+.-]*:|//|#|/)"
IMAGE = re.compile(rf"(!\[[^\[\]\n]*\]\(){LOCAL}([^)\s]*[./][^)\s]*)")
SOURCE = re.compile(rf"""(\bsrc="){LOCAL}([^"]+)""")
URL = re.compile(rf"""(url\(["']?){LOCAL}([^)"']+)""")


def marp_markdown(deck: MarpDeck, name: str, target: Target) -> OutputFile:
    """The file `name` beside the page. Its first lines name its origin, so that a later build may overwrite it.

    Its pictures stay beside the deck: their paths become relative to the target's folder.
    """
    line = f"{MADE} from {deck.source.path.name}; the next build overwrites it."
    text = deck.markdown
    marked = f"---\n{line}\n{text[4:]}" if text.startswith("---\n") else f"---\n{line}\n---\n\n{text}"
    folder = os.path.relpath(deck.source.path.parent, target.folder)
    return OutputFile(name, _relocated(marked, folder).encode(), MADE.encode())


def _relocated(markdown: str, folder: str) -> str:
    """Prefixes the paths of local pictures with `folder`, the path from the target's folder to the deck's. Paths in
    code stay as they are written."""
    if folder == ".":
        return markdown
    prefix = folder.replace("\\", "/") + "/"
    pieces = ((piece.kind in CODE, markdown[piece.start : piece.end]) for piece in scan(markdown))
    return "".join(text if is_code else _with_prefix(text, prefix) for is_code, text in pieces)


def _with_prefix(text: str, prefix: str) -> str:
    for pattern in (IMAGE, SOURCE, URL):
        text = pattern.sub(lambda match: match[1] + prefix + match[2], text)
    return text
