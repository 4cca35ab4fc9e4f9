"""Frames: a local page inside a slide, as the text of a frame that may do nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final
from urllib.parse import unquote

from slidegen.files import FileError, read_text
from slidegen.outputs.addresses import AssetError, is_remote, split
from slidegen.outputs.asset_files import AssetFiles

PAGES: Final = (".html", ".htm", ".xhtml")
MAX_BYTES: Final = 5_000_000
"""The most bytes of a page in a frame."""
KEPT: Final = ("class", "id", "width", "height", "style", "data-line")
STYLE: Final = "border:0;background:#fff;color-scheme:light;"
SIZE: Final = "inline-size:100%;block-size:440px;"
PRINTED: Final = "<style>html{print-color-adjust:exact}</style>"
"""Keeps the backgrounds of a page on paper: the deck's own style does not reach into a frame."""
TITLE: Final = re.compile(r"<title[^<>]*>([^<]*)</title", re.IGNORECASE)
LOADS: Final = re.compile(
    r"<(?:img|link|script|iframe|video|audio|source)\b[^<>]*?\s(?:src|href)\s*=\s*[\"']?(?!data:|#)", re.I
)


def is_page(url: str) -> bool:
    """Whether a URL names a local page."""
    try:
        parts = split(url)
    except AssetError:
        return False
    return not (is_remote(url) or parts.scheme) and parts.path.lower().endswith(PAGES)


def frame(attributes: Mapping[str, str], files: AssetFiles) -> tuple[str, bool]:
    """Returns the frame with a local page in it, and whether the page would load more than itself.

    A frame has no origin, and its page runs no script unless the deck writes ``sandbox="allow-scripts"`` and the build
    has --allow-scripts: the policy of the deck holds in it.

    Raises:
        AssetError: the page is not there, is too large, or is not text.
    """
    url = attributes["src"]
    path = files.path(url)
    try:
        text = read_text(path, MAX_BYTES)
    except FileError as error:
        raise AssetError(f"{url!r} cannot be read: {error}", code=error.code) from None
    except UnicodeDecodeError:
        raise AssetError(f"{url!r} is not UTF-8 text", code="not-text") from None
    given = {key: attributes[key] for key in KEPT if attributes.get(key)}
    size = "" if given.keys() & {"width", "height", "style"} else SIZE
    given["style"] = f"{STYLE}{size}{given.get('style', '')}"
    titled = TITLE.search(text)
    given["title"] = attributes.get("title") or (unescape(titled[1]).strip() if titled else "") or unquote(path.name)
    given["sandbox"] = "allow-scripts" if "allow-scripts" in attributes.get("sandbox", "").split() else ""
    given["srcdoc"] = text + PRINTED
    shown = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    return f"<iframe{shown}></iframe>", LOADS.search(text) is not None
