"""The addresses of what a deck loads."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

DROPPED: Final = {ord(sign): None for sign in "\t\n\r"}
"""The characters that a browser drops from a URL."""
REMOTE: Final = re.compile(r"(?:https?:)?//|https?:", re.IGNORECASE)


class AssetError(Exception):
    """A file that cannot be put into the deck; the message says why."""


def plain_url(url: str) -> str:
    """An address as a browser reads it."""
    return url.translate(DROPPED).strip()


def is_remote(url: str) -> bool:
    """Whether an address is on the network."""
    return REMOTE.match(plain_url(url)) is not None


def split(url: str) -> SplitResult:
    """The parts of an address. Raises AssetError if it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        raise AssetError(f"{url!r} is no address of a file") from None


def as_written(url: str) -> tuple[str, ...]:
    """How an address may stand in a text, those ways first that do not find the beginning of a longer one."""
    return f'"{url}"', f"'{url}'", f"({url})", url
