"""Slidev's components for media: a player, and links to what is on the network. Their tags stay around what follows
them, because HTML knows no ``<Youtube />`` that closes itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import quote

VIDEO: Final = "slidevvideo"
ADDRESSES: Final[Mapping[str, tuple[str, str]]] = {
    "youtube": ("Youtube", "https://www.youtube.com/watch?v={}"),
    "tweet": ("Tweet", "https://x.com/i/status/{}"),
}


def linked(name: str, attributes: Mapping[str, str]) -> tuple[str, str]:
    """Returns a link to what a component shows, and the warning about it."""
    tag, address = ADDRESSES[name]
    url = escape(address.format(quote(attributes.get("id", ""))))
    return (
        f'<a href="{url}">{url}</a>',
        f"<{tag}> shows a page of the network, which a single file cannot; it is a link",
    )
