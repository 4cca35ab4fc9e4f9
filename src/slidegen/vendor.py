"""The front-end files that the package build adds: reveal.js, KaTeX and the fonts."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from slidegen.errors import Problem, SlidegenError

VENDOR = Path(__file__).parent / "_vendor"


def vendor_bytes(name: str) -> bytes:
    """The content of a front-end file.

    Raises:
        SlidegenError: the file is missing, because the package was copied and not built.
    """
    try:
        return (VENDOR / name).read_bytes()
    except FileNotFoundError:
        message = f"front-end file {name} is missing; install slidegen with pip, which fetches them"
        raise SlidegenError([Problem(message, code="installation")]) from None


def vendor_text(name: str) -> str:
    """The content of a front-end file as text. Raises as `vendor_bytes`."""
    return vendor_bytes(name).decode()


def data_uri(name: str, media_type: str) -> str:
    """A front-end file as a data URI. Raises as `vendor_bytes`."""
    return f"data:{media_type};base64,{base64.b64encode(vendor_bytes(name)).decode()}"


@cache
def vendor_json(name: str) -> Any:
    """The content of a front-end file, parsed as JSON. Raises as `vendor_bytes`."""
    return json.loads(vendor_bytes(name))
