"""What in HTML loads something."""

from __future__ import annotations

import re

from slidegen.outputs.slidev import ADDRESSES

LOADING = frozenset(
    [
        *("src", "poster", "data", "background", "srcdoc", "data-src", "data-preview-image", "data-preview-video"),
        *("data-background", "data-background-image", "data-background-video", "data-background-iframe"),
    ]
)
"""Attributes that hold the URL of something to load."""
STYLES = frozenset(
    [
        *("style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start", "marker-mid"),
        *("marker-end", "data-background-color", "data-background-gradient", "data-background-size"),
        *("data-background-position", "data-background-repeat", "data-auto-animate-easing"),
    ]
)
"""Attributes that hold CSS."""
LINKS = frozenset({"a", "area"})
"""The tags whose `href` is a link to click; the `href` of any other tag is loaded."""
REFUSED = {
    "portal": "loads another page",
    "applet": "loads a program",
    "iframe": "loads another page, which a single file cannot hold",
    "embed": "loads another document; use an image",
    "object": "loads another document; use an image",
}
MEDIA = frozenset({"video", "audio", "source", "track"})
FRAME = "it shows a page of the network, which a single file cannot hold; link to it instead"
OF_A_FILE = frozenset({"src", "integrity", "crossorigin", "referrerpolicy", "async", "defer"})
"""Attributes of a script in a file, which have no effect on an inline script."""
SCRIPT_END = re.compile(r"<(/script|!--)", re.IGNORECASE)

# Markup without any of these cannot load anything, so most slides need not be parsed again.
LOADS = (
    *("src", "image(", "poster", "data-preview", "@import", "image-set", "data-notes"),
    *(f"<{tag}" for tag in (*REFUSED, *ADDRESSES, "script", "style", "set", "animate")),
)
LOADS_BY = re.compile(r"(?:data|background[\w-]*)\s*=|url\((?!#)")
LINK = re.compile(r'<a href="[^"<>]*">')
HIDES = re.compile(rf"""(?:{"|".join(sorted(STYLES))})\s*=\s*(?:"[^"]*\\|'[^']*\\|[^\s"'>]*\\)""")
"""CSS in an attribute with an escape, which may hide a letter of a function's name."""


def may_load(html: str) -> bool:
    """Whether `html` may load something and must be parsed."""
    html = html.lower()
    if any(sign in html for sign in LOADS) or LOADS_BY.search(html) is not None:
        return True
    return ("href" in html and "href" in LINK.sub("", html)) or ("\\" in html and HIDES.search(html) is not None)
