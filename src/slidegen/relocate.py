"""Rewrites the paths of local files in Markdown for a text that moves to another folder."""

from __future__ import annotations

import re
from typing import Final

from slidegen.scan import CODE, scan

LOCAL: Final = r"(?![a-z][a-z0-9+.-]*:|//|#|/)"
PATHS: Final = (
    re.compile(rf"(!\[[^\[\]\n]*\]\(){LOCAL}([^)\s]*[./][^)\s]*)"),
    re.compile(rf"""(\b(?:src|poster|srcset|data-background(?:-image|-video)?|background-image)="){LOCAL}([^"]+)"""),
    re.compile(rf"""(<link\b[^<>]*?\bhref="){LOCAL}([^"]+)""", re.IGNORECASE),
    re.compile(rf"""(url\(["']?){LOCAL}([^)"']+)"""),
    re.compile(
        rf"^([ ]{{0,3}}\[[^\]\n]+\]:[ \t]+<?){LOCAL}([^\s<>]*\.(?:svg|png|jpe?g|gif|webp|avif|bmp))", re.MULTILINE
    ),
)
"""Pictures, sources of elements, style sheets, CSS, and definitions of pictures."""


def relocated(markdown: str, folder: str) -> str:
    """Prefixes the paths of local files with `folder`, the path from the new folder to the old one. Paths in code stay
    as they are written."""
    if folder == ".":
        return markdown
    prefix = folder.replace("\\", "/") + "/"
    pieces = ((piece.kind in CODE, markdown[piece.start : piece.end]) for piece in scan(markdown))
    return "".join(text if is_code else _with_prefix(text, prefix) for is_code, text in pieces)


def relocated_path(path: str, folder: str) -> str:
    """The same for a single path; an address or a colour stays."""
    return path if folder == "." or re.match(LOCAL, path) is None else folder.replace("\\", "/") + "/" + path


def _with_prefix(text: str, prefix: str) -> str:
    for pattern in PATHS:
        text = pattern.sub(lambda match: match[1] + prefix + match[2], text)
    return text
