"""The front-end files that the package build brings in: reveal.js, KaTeX and the fonts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from slidegen.errors import Problem, SlidegenError

VENDOR = Path(__file__).parent / "_vendor"


def vendor_bytes(name: str) -> bytes:
    """The content of a front-end file.

    Raises:
        SlidegenError: the files are not there; the package was not built, only copied.
    """
    try:
        return (VENDOR / name).read_bytes()
    except FileNotFoundError:
        message = f"front-end file {name} is missing; install slidegen with pip, which fetches them"
        raise SlidegenError([Problem(message)]) from None


def vendor_text(name: str) -> str:
    """The same as text."""
    return vendor_bytes(name).decode()


@cache
def vendor_json(name: str) -> Any:
    """The same as JSON."""
    return json.loads(vendor_bytes(name))
