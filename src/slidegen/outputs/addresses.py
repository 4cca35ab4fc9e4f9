"""The URLs of what a deck loads."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from slidegen.codes import Code

DROPPED: Final = {ord(sign): None for sign in "\t\n\r"}
"""The characters that a browser removes from a URL."""
REMOTE: Final = re.compile(r"(?:https?:)?//|https?:", re.IGNORECASE)


class AssetError(Exception):
    """A file cannot be inlined into the deck; the message says why."""

    def __init__(self, message: str, *, code: Code) -> None:
        self.code: Final = code
        super().__init__(message)


def plain_url(url: str) -> str:
    """A URL as a browser reads it."""
    return url.translate(DROPPED).strip()


def is_remote(url: str) -> bool:
    """Whether a URL is on the network."""
    return REMOTE.match(plain_url(url)) is not None


def split(url: str) -> SplitResult:
    """The parts of a URL. Raises AssetError if it is not valid."""
    try:
        return urlsplit(url)
    except ValueError:
        raise AssetError(f"{url!r} is not a valid URL", code="wrong-value") from None


def as_written(url: str) -> tuple[str, ...]:
    """The ways to write a URL in a text. Those that cannot match the beginning of a longer URL come first."""
    return f'"{url}"', f"'{url}'", f"({url})", url
