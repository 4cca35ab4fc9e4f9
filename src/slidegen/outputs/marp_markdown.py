"""The deck as plain Marp Markdown in a file: whose it is, and where its pictures are."""

from __future__ import annotations

import re
from pathlib import Path

MADE = "# Made by slidegen"
"""How the front matter of a file that slidegen made begins; only such a file is overwritten."""

IMAGE = re.compile(rb"(!\[[^\[\]\n]*\]\()(?![a-z][a-z0-9+.-]*:|//|#|/)([^)\s]*[./][^)\s]*)")
SOURCE = re.compile(rb"""(\bsrc=")(?![a-z][a-z0-9+.-]*:|//|#|/)([^"]+)""")
URL = re.compile(rb"""(url\(["']?)(?![a-z][a-z0-9+.-]*:|//|#|/)([^)"']+)""")


def made_by_slidegen(path: Path) -> bool:
    """Whether a file is free to be written: it is not there, or slidegen made it."""
    try:
        with path.open("rb") as file:
            return MADE.encode() in file.read(200)
    except FileNotFoundError:
        return True
    except OSError:  # writing tells
        return True


def relocated(markdown: bytes, folder: str) -> bytes:
    """The Markdown with its local pictures found from a folder from which the deck's own is at `folder`."""
    if folder == ".":
        return markdown
    prefix = folder.replace("\\", "/").encode() + b"/"
    for pattern in (IMAGE, SOURCE, URL):
        markdown = pattern.sub(lambda match: match[1] + prefix + match[2], markdown)
    return markdown
